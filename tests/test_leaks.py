"""Near-duplicates are found and counted, and held-out figures are fitted on nothing that they measure."""

from __future__ import annotations

import csv
import re
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rhetoric.priors import adjust
from rhetoric.tasks import LABELS, TASKS
from rhetoric.training.corpora import OWN
from rhetoric.training.held_out import HeldOut, Operating, measure, operating, probabilities, recalibrated
from rhetoric.training.leaks import RUN, Overlap, normalised, overlap, runs, without_shared_runs
from rhetoric.training.measuring import CONFUSIONS

TEXT = "The ferry left the northern quay at nine on Monday, with forty people on board."
TWIN = "THE FERRY left the northern quay, at nine -- on Monday; with forty people on board!"
NEAR = "They said that the ferry left the northern quay at nine."
OTHER = "The ferry left the northern quay late, and at ten on Monday it was back."


def test_twins_and_near_twins_are_left_out() -> None:
    assert normalised(TEXT) == normalised(TWIN)
    assert without_shared_runs([TEXT, TWIN, NEAR, OTHER], [TEXT]).tolist() == [3]
    assert without_shared_runs(["It rained.", "it rained"], ["It rained!"]).tolist() == []
    assert without_shared_runs([TEXT], []).tolist() == [0]


def test_they_are_counted() -> None:
    texts = [TWIN, NEAR, OTHER, TEXT]
    assert overlap(texts, np.array([False, False, True, False]), [TEXT]) == Overlap(1, 3, 2, 0)
    assert overlap(texts, np.array([True, False, True, True]), [TEXT]) == Overlap(3, 1, 0, 2)
    assert overlap(texts, np.ones(4, dtype=bool), []) == Overlap(4, 0, 0, 0)
    assert Overlap(1, 2, 3, 4) + Overlap(10, 20, 30, 40) == Overlap(11, 22, 33, 44)


words = st.lists(st.sampled_from(["a", "b", "c"]), max_size=14).map(" ".join)


@given(st.lists(words, max_size=8), st.lists(words, max_size=4))
def test_what_is_kept_shares_nothing(texts: list[str], tested: list[str]) -> None:
    kept = without_shared_runs(texts, tested)
    used = np.isin(np.arange(len(texts)), kept)
    found = overlap(texts, used, tested)
    assert (found.rows, found.remaining) == (len(kept), 0)
    assert found.rows + found.left_out == len(texts)
    for text in texts:
        slow = {tuple(text.split()[i : i + RUN]) for i in range(max(1, len(text.split()) - RUN + 1))}
        assert runs(text) == {" ".join(run) for run in slow}


# Held-out figures


def held(name: str, slope: float, offset: float, share: float, n: int = 600, seed: int = 0) -> HeldOut:
    """A corpus for which ``slope`` and ``offset`` spoil the log-odds."""
    random = np.random.default_rng(seed)
    y = random.random(n) < share
    z = 1.5 * (random.normal(size=n) + 1.5 * y) - 1.125 + np.log(share / (1 - share))
    group = np.array([f"{name}-{i // 4}" for i in range(n)], dtype=object)
    return HeldOut(
        name,
        z * slope + offset,
        y.astype(np.float64),
        np.arange(n) % 5,
        group,
        np.ones(n, dtype=bool),
        np.arange(n),
    )


def test_three_calibration_errors() -> None:
    """Another share is mended by stating it, another calibration by a calibration of the corpus's own."""
    sets = {
        "one": held("one", 1, 0, 0.5, 3000),
        "rare": held("rare", 1, 0, 0.1, 3000, 1),
        "odd": held("odd", 0.4, 2, 0.5, 3000, 2),
    }
    errors = {}
    for name in ("rare", "odd"):
        row = measure(
            name, {"one": held("one", 1, np.log(1), 0.5, 3000), name: sets[name]}, ["one"]
        ).to_dict()
        keys = ("", "_at_stated_share", "_recalibrated")
        errors[name] = [row[f"expected_calibration_error{key}"]["value"] for key in keys]
    assert errors["odd"][2] < 0.04 < errors["odd"][1]
    assert errors["odd"][2] < errors["odd"][0]
    assert errors["rare"][2] < 0.04


def test_a_natural_share_changes_probabilities_and_no_label() -> None:
    sets = [held("one", 1, 0, 0.5)]
    plain, moved = operating(sets), operating(sets, share=0.05)
    z = sets[0].log_odds
    p, q = probabilities(z, plain.calibration), probabilities(z, moved.calibration)
    assert q == pytest.approx(adjust(p, plain.share, 0.05), abs=1e-9)
    assert ((p >= plain.threshold) == (q >= moved.threshold)).mean() > 0.98
    assert moved == plain.at(0.05)
    assert isinstance(moved, Operating)
    assert moved.share == 0.05


def test_a_fold_has_no_part_in_its_own_figures() -> None:
    """Labels of a fold that are turned round change the other folds alone."""
    one = held("one", 1, 0, 0.4)
    turned = np.where(one.fold == 2, 1 - one.target, one.target)
    other = HeldOut("one", one.log_odds, turned, one.fold, one.group, one.certain, one.row)
    before, after = (measure("one", {"one": s}, ["one"]) for s in (one, other))
    for name in ("probability", "cut", "recalibrated"):
        same = getattr(before, name) == getattr(after, name)
        assert same[one.fold == 2].all(), name
        assert not same[one.fold != 2].all(), name
    again = recalibrated(one.log_odds, turned, one.fold)
    assert (again == after.recalibrated).all()


# Hard sentences of our own


@pytest.fixture(scope="module")
def hard() -> list[dict[str, str]]:
    with open(CONFUSIONS, encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE))


def test_hard_sentences_are_well_formed(hard: list[dict[str, str]]) -> None:
    assert [r["task"] for r in hard] == [task for task in TASKS for _ in range(8)]
    for task in TASKS:
        labels = [r["label"] for r in hard if r["task"] == task]
        assert {label: labels.count(label) for label in LABELS[task]} == dict.fromkeys(LABELS[task], 4)
    assert len({r["text"] for r in hard}) == len(hard)
    assert all(cell and cell == cell.strip() and cell.isprintable() for r in hard for cell in r.values())
    assert not [r["text"] for r in hard if re.match("[\"']", r["text"])]


def test_no_model_learns_from_them(hard: list[dict[str, str]]) -> None:
    own = Path(OWN).read_text(encoding="utf-8").splitlines()
    assert len(without_shared_runs([r["text"] for r in hard], [line.split("\t")[-1] for line in own])) == 32

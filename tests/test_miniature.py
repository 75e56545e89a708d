"""The training end to end on made-up corpora: the network of a fold, its labels, and the n-gram models of all tasks."""

from __future__ import annotations

import copy
import json
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import small_transformer as small
from small_corpora import MARKS, write_corpora
from small_corpora import TESTED as ROWS

from rhetoric.model import load_model
from rhetoric.scorers import load_scorer
from rhetoric.tasks import LABELS, TASKS
from rhetoric.training import students
from rhetoric.training.articles import MEASURE
from rhetoric.training.leakage import leakage
from rhetoric.training.leaks import runs
from rhetoric.training.linear import Settings
from rhetoric.training.material import Material
from rhetoric.training.measuring import confusions
from rhetoric.training.pages import page
from rhetoric.training.pool import POOL, load_pool, pool_folds
from rhetoric.training.protocols import FAST, PROTOCOLS, RECIPES
from rhetoric.training.tasks import FOLDS, HEADS, TESTS, load_sets, load_test, plain
from rhetoric.types import RhetoricError

SMALL = Settings(c=0.6, word_bits=9, character_bits=9)
TESTED = {"opinion": "checkthat_subj_en test2023", "sarcasm": "ucc_unhealthy_comments val"}


@pytest.fixture(scope="module")
def corpora(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, list[str]]]:
    data = tmp_path_factory.mktemp("data")
    return data, write_corpora(data)


@pytest.fixture(scope="module")
def data(corpora: tuple[Path, dict[str, list[str]]]) -> Path:
    return corpora[0]


def stand_in(texts: list[str]) -> np.ndarray:
    """What a network would say: the marks of a task speak for it."""
    found = [[any(mark in text.lower() for mark in MARKS.get(head, ())) for head in HEADS] for text in texts]
    return np.where(np.array(found).reshape(-1, len(HEADS)), 2.0, -2.0).astype(np.float32)


@pytest.fixture(scope="module")
def labels(data: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """In place of what the networks say: each fold's held-out rows, and of the pool what its models learn from."""
    folder = tmp_path_factory.mktemp("labels")
    sets, pool = load_sets(data), load_pool(data)
    told = stand_in([s.text for s in pool])
    for k in range(FOLDS):
        of = {name: stand_in([plain(r.text) for r in s.rows]) for name, s in sets.items()}
        for name, s in sets.items():
            of[name][s.fold != k] = np.nan
        some = told.copy()
        some[(pool_folds(pool, sets) != k) & (np.arange(len(pool)) % 4 == 0)] = np.nan
        np.savez(folder / f"fold-{k}.npz", allow_pickle=False, **of, **{POOL: some})
    for name in PROTOCOLS["opinion"].on:
        of_one = stand_in([plain(r.text) for r in sets[name].rows])
        np.savez(folder / f"without-{name}.npz", allow_pickle=False, **{name: of_one, POOL: told})
    return folder


@pytest.fixture(scope="module")
def material(data: Path, labels: Path) -> Material:
    return Material(data, labels, SMALL)


def made(material: Material, data: Path, output: Path, tasks: tuple[str, ...] = TASKS) -> Path:
    leaks = leakage(material, data)
    for task in tasks:
        plan = FAST[task]
        small_plan = replace(plan, recipe=replace(plan.recipe, settings=SMALL))
        students.make(material, small_plan, data, output, leaks)
    return output


@pytest.fixture(scope="module")
def models(material: Material, data: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return made(material, data, tmp_path_factory.mktemp("models"))


def card_of(models: Path, task: str) -> dict[str, Any]:
    card: dict[str, Any] = json.loads((models / f"{task}-fast" / "card.json").read_text(encoding="utf-8"))
    return card


def test_the_test_splits_are_made_up_too(data: Path) -> None:
    for name in TESTS:
        texts, positive = load_test(name, data)
        assert len(texts) == ROWS
        assert positive.sum() == ROWS // 2


@pytest.mark.parametrize("task", TASKS)
def test_a_card_is_complete(models: Path, data: Path, task: str) -> None:
    card = card_of(models, task)
    assert (card["task"], card["name"]) == (task, "fast")
    assert tuple(card["labels"].values()) == LABELS[task]
    for key in (
        "definition",
        "intended_use",
        "not_for",
        "weights_licence",
        "threshold_choice",
        "calibration",
    ):
        assert card[key], key
    assert 0 < card["threshold"] < 1
    assert 0 < card["share"] < 1
    sets = load_sets(data)
    for name, of in card["training_data"].items():
        assert len(of["sha256"]) == 64
        assert of["licence"]
        assert of["rows"] > 0, name
    for name in RECIPES[task].gold:
        assert card["training_data"][name]["rows"] == (~np.isnan(sets[name].target(task))).sum()


@pytest.mark.parametrize("task", TASKS)
def test_what_is_measured(models: Path, task: str) -> None:
    card = card_of(models, task)
    in_folds = {name for name in card["metrics"] if name.endswith(", in folds")}
    assert {f"{name}, in folds" for name in PROTOCOLS[task].on} <= in_folds
    for name in in_folds:
        row = card["metrics"][name]
        assert row["roc_auc"]["value"] > (0.5 if name.startswith("own") else 0.8)
        assert 0 <= row["roc_auc"]["low"] <= row["roc_auc"]["high"] <= 1
        for error in ("", "_at_stated_share", "_recalibrated"):
            assert 0 <= row[f"expected_calibration_error{error}"]["value"] < 1
    if task in TESTED:
        others = (MEASURE, *(f"{source}, nothing of it seen" for source in PROTOCOLS[task].on))
        tested = [name for name in card["metrics"] if name not in in_folds and name not in others]
        assert tested == [TESTED[task], f"{TESTED[task]}, share estimated"]
        row = card["metrics"][TESTED[task]]
        assert row["n"] == ROWS
        assert row["macro_f1"]["value"] > 0.6
        assert "expected_calibration_error_at_stated_share" in row
        assert "expected_calibration_error_recalibrated" not in row  # a test split has no other folds
        in_folds |= set(tested)
    by_article = {"babe, in folds by article"} if task == "loaded" else set()
    assert set(card["reliability"]) == in_folds | by_article
    for name, curve in card["reliability"].items():
        assert sum(curve["n"]) == card["metrics"][name]["n"]
    if task == "opinion":
        assert card["threshold_choice"].endswith("seen nothing of the corpus")
        assert set(others) <= set(card["metrics"])
    kinds = {"quoted", "unquoted", "short", "long", "with cues", "without cues"}
    kinds |= {"headline", "body", "comment"} if task == "opinion" else set()
    assert set(card["slices"]) | set(card["slices_skipped"]) <= kinds
    total = sum(row["n"] for name, row in card["metrics"].items() if name.endswith(", in folds"))
    for one, other in (("short", "long"), ("with cues", "without cues")):
        sizes = [card["slices"].get(s, {"n": card["slices_skipped"].get(s, 0)})["n"] for s in (one, other)]
        assert sum(sizes) == total


def test_the_natural_share_of_sarcasm_is_that_of_the_card(models: Path) -> None:
    """Forums are half sarcastic: only once that is stated are the probabilities right for them."""
    card = card_of(models, "sarcasm")
    assert card["share"] == PROTOCOLS["sarcasm"].share
    row = card["metrics"]["sarcasm_v2, in folds"]
    as_given = row["expected_calibration_error"]["value"]
    assert as_given > 0.2 > row["expected_calibration_error_at_stated_share"]["value"]


@pytest.mark.parametrize("task", TASKS)
def test_the_model_gives_what_its_card_says(models: Path, data: Path, task: str) -> None:
    card = card_of(models, task)
    scorer = load_scorer(task, str(models / f"{task}-fast"))
    assert scorer.score(card["probes"]) == pytest.approx(list(card["probes"].values()), abs=1e-8)
    assert confusions(scorer) == card["confusions"]
    assert len(card["confusions"]) == 8
    if task in TESTED:
        texts, positive = load_test(TESTED[task], data)
        right = (scorer.score(texts) >= scorer.threshold) == positive
        assert right.mean() == pytest.approx(card["metrics"][TESTED[task]]["accuracy"]["value"], abs=1e-4)


def test_leaks_are_counted_and_none_is_left(models: Path, corpora: tuple[Path, dict[str, list[str]]]) -> None:
    data, twins = corpora
    left = {plain(row.text) for s in load_sets(data).values() for row in s.rows}
    left |= {s.text for s in load_pool(data)}
    assert not left & {text for texts in twins.values() for text in texts}
    tested = set().union(*(runs(text) for name in TESTS for text in load_test(name, data)[0]))
    assert not any(tested & runs(text) for text in left)
    for task in TASKS:
        found = card_of(models, task)["leakage"]
        assert (
            set(found["test_splits"])
            == set(found["held_out_folds"])
            == set(card_of(models, task)["training_data"])
        )
        for of in (*found["test_splits"].values(), *found["held_out_folds"].values()):
            assert of["remaining"] == 0
            assert 0 <= of["exact_duplicates"] <= of["left_out"]
    found = card_of(models, "opinion")["leakage"]["test_splits"]["newssd_eng"]
    assert found["exact_duplicates"] == 1
    assert found["left_out"] >= 2
    assert found["rows"] == len(load_sets(data)["newssd_eng"])


def test_a_leak_stops_the_training(material: Material, data: Path) -> None:
    leaking = copy.copy(material)
    leaking.sets = load_sets(data, tests=())
    with pytest.raises(RhetoricError, match=r"\d+ training rows of newssd_eng share a run of 8 words"):
        leakage(leaking, data)


def test_a_second_run_gives_the_same_bytes(models: Path, data: Path, labels: Path, tmp_path: Path) -> None:
    made(Material(data, labels, SMALL), data, tmp_path, ("hedge", "sarcasm"))
    for folder in tmp_path.iterdir():
        for file in ("weights.npz", "card.json"):
            assert (folder / file).read_bytes() == (models / folder.name / file).read_bytes()


def test_the_pages_show_it(models: Path) -> None:
    for task in TASKS:
        text = page(f"{task}-fast", load_model(str(models / f"{task}-fast"), task).card, {}, [])
        for heading in ("### Slices", "### Where it errs", "## Leakage check", "**Intended use.**"):
            assert heading in text
        assert "ECE, share stated | ECE, recalibrated" in text


# The network


def test_the_network_of_a_fold_and_its_labels(
    data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    torch = pytest.importorskip("torch", reason="needs the extra [train]")
    transformers = pytest.importorskip("transformers", reason="needs the extra [train]")
    from rhetoric.training import labels, teacher

    torch.manual_seed(0)
    config = transformers.BertConfig(
        vocab_size=len(small.VOCABULARY), hidden_size=16, num_hidden_layers=1, num_attention_heads=2,
        intermediate_size=32, max_position_embeddings=teacher.LENGTH,
    )  # fmt: skip
    pretrained = tmp_path / "pretrained"
    transformers.BertModel(config, add_pooling_layer=False).save_pretrained(pretrained)
    (pretrained / "tokenizer.json").write_bytes(small.tokenizer())
    monkeypatch.setattr(teacher, "pretrained_folder", lambda: pretrained)

    def run(main: Any, *arguments: object) -> None:
        monkeypatch.setattr(sys, "argv", ["train", f"--data={data}", "--fold=0", *map(str, arguments)])
        main()

    run(teacher.main, "--output", tmp_path / "fold-0")
    assert not (tmp_path / "fold-0" / "checkpoint.pt").exists()
    run(labels.main, "--teacher", tmp_path / "fold-0", "--output", tmp_path / "labels")
    with np.load(tmp_path / "labels" / "fold-0.npz") as file:
        found = dict(file)
    sets, pool = load_sets(data), load_pool(data)
    assert {*sets, POOL} <= set(found)
    for name, s in sets.items():
        assert found[name].shape == (len(s), len(HEADS))
        assert (np.isfinite(found[name]).all(axis=1) == (s.fold == 0)).all()
    assert np.isfinite(found[POOL][pool_folds(pool, sets) == 0]).all()
    with caplog.at_level("INFO"):
        run(teacher.main, "--output", tmp_path / "fold-0")
        run(labels.main, "--teacher", tmp_path / "fold-0", "--output", tmp_path / "labels")
    assert caplog.text.count("is complete") == 2

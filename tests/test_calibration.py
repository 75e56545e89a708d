"""Reliability tables, their intervals, and the picture."""

from __future__ import annotations

import json
import re
import sys
import xml.etree.ElementTree as ElementTree

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rhetoric.evaluation.calibration import Reliability, draw_reliability, fingerprint, reliability, wilson
from rhetoric.evaluation.metrics import evaluate_scores
from rhetoric.types import RhetoricError

rows_of_scores = st.lists(
    st.tuples(st.booleans(), st.one_of(st.floats(0, 1), st.sampled_from([0.1, 0.3, 0.7, 1.0]))),
    min_size=1,
    max_size=60,
)


def drawn(n: int = 300) -> tuple[np.ndarray, np.ndarray]:
    random = np.random.default_rng(3)
    p = random.random(n)
    return random.random(n) < p**1.3, p


def arrays(rows: list[tuple[bool, float]]) -> tuple[np.ndarray, np.ndarray]:
    return np.array([r[0] for r in rows]), np.array([r[1] for r in rows])


@settings(max_examples=100, deadline=None)
@given(rows_of_scores, st.integers(1, 20))
def test_equals_a_slow_count(rows: list[tuple[bool, float]], bins: int) -> None:
    found = reliability(*arrays(rows), bins)
    for b in range(bins):
        own = [r for r in rows if min(int(r[1] * bins), bins - 1) == b]
        assert found.n[b] == len(own)
        if own:
            assert found.predicted[b] == pytest.approx(sum(p for _, p in own) / len(own))
            assert found.observed[b] == pytest.approx(sum(y for y, _ in own) / len(own))
            assert 0 <= found.low[b] <= found.observed[b] + 1e-12
            assert found.observed[b] - 1e-12 <= found.high[b] <= 1
        else:
            assert np.isnan([found.predicted[b], found.observed[b], found.low[b], found.high[b]]).all()


@settings(max_examples=60, deadline=None)
@given(rows_of_scores)
def test_the_bins_are_those_of_the_measure(rows: list[tuple[bool, float]]) -> None:
    y, p = arrays(rows)
    measure = evaluate_scores(y, p, resamples=1).measures["expected_calibration_error"].value
    assert reliability(y, p).expected_calibration_error == pytest.approx(measure, abs=1e-12)


def test_wilson_against_printed_values() -> None:
    """Newcombe 1998 (doi:10.1002/(SICI)1097-0258(19980430)17:8<857::AID-SIM777>3.0.CO;2-E), table I, method 3."""
    share, n = np.array([81 / 263, 15 / 148, 0 / 20, 1 / 29]), np.array([263, 148, 20, 29])
    low, high = wilson(share, n)
    assert low == pytest.approx([0.2553, 0.0624, 0.0, 0.0061], abs=5e-5)
    assert high == pytest.approx([0.3662, 0.1605, 0.1611, 0.1718], abs=5e-5)


def test_to_a_card_and_back() -> None:
    y, p = drawn()
    whole = reliability(y, np.where(p < 0.2, 0.25, p))
    card = json.loads(json.dumps(whole.to_dict()))
    assert card["predicted"][0] is None
    assert card["n"][0] == 0
    assert len(card["n"]) == 10
    again = Reliability.from_dict(card)
    assert again.to_dict() == card
    for name in ("predicted", "observed", "low", "high"):
        assert getattr(again, name) == pytest.approx(getattr(whole, name), abs=2e-3, nan_ok=True)


@pytest.mark.parametrize(
    ("table", "told"),
    [
        ({"predicted": [0.1], "observed": [0.1]}, "KeyError"),
        ({"predicted": ["x"], "observed": [0.1], "n": [1]}, "could not convert"),
        ({"predicted": [0.1, 0.2], "observed": [0.1], "n": [1]}, "Got 2, 1 and 1"),
        ({"predicted": [], "observed": [], "n": []}, "Got 0, 0 and 0"),
    ],
)
def test_a_damaged_table_is_refused(table: dict[str, list[object]], told: str) -> None:
    with pytest.raises(RhetoricError, match=told):
        Reliability.from_dict(table)  # type: ignore[arg-type]


def test_bad_input_is_refused() -> None:
    y, p = drawn(10)
    with pytest.raises(ValueError, match="as many labels as probabilities"):
        reliability(y[:5], p)
    with pytest.raises(ValueError, match="must lie within 0 and 1"):
        reliability(y, p + 1)
    with pytest.raises(ValueError, match="must lie within 0 and 1"):
        reliability(y, np.full(10, np.nan))
    with pytest.raises(ValueError, match="must be at least 1"):
        reliability(y, p, 0)


# The picture


def test_the_picture_says_what_it_shows() -> None:
    pytest.importorskip("matplotlib")
    table = reliability(*drawn())
    picture = draw_reliability(table, "opinion-fast: harbour news")
    root = ElementTree.fromstring(picture)
    told = " ".join("".join(e.itertext()) for e in root.iter() if e.tag.endswith("}text"))
    assert "opinion-fast: harbour news" in told
    for label in (
        "observed share of positives",
        "predicted probability",
        "% of rows",
        "perfectly calibrated",
    ):
        assert label in told
    assert f"ECE {table.expected_calibration_error:.3f}" in told
    assert fingerprint(table, "opinion-fast: harbour news") in picture
    ground = re.search(r'<g id="patch_1">.*?fill: (#\w+)', picture, re.DOTALL)
    assert ground is not None
    assert ground[1] == "#ffffff"


def test_the_same_bytes_each_time_and_no_date() -> None:
    pytest.importorskip("matplotlib")
    table = reliability(*drawn())
    picture = draw_reliability(table, "a model: a set")
    assert picture == draw_reliability(table, "a model: a set")
    assert picture != draw_reliability(table, "a model: another set")
    assert "dc:date" not in picture
    assert picture.endswith("</svg>\n")


def test_the_fingerprint_tells_figures_and_titles_apart() -> None:
    y, p = drawn()
    one, other = reliability(y, p), reliability(~y, p)
    assert fingerprint(one, "a") == fingerprint(Reliability.from_dict(one.to_dict()), "a")
    assert len({fingerprint(one, "a"), fingerprint(one, "b"), fingerprint(other, "a")}) == 3


def test_a_table_with_empty_bins_and_extreme_shares_is_drawn() -> None:
    pytest.importorskip("matplotlib")
    table = reliability(np.array([True, False]), np.array([1.0, 0.0]))
    ElementTree.fromstring(draw_reliability(table, "x" * 200))


def test_without_matplotlib_the_remedy_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    with pytest.raises(RhetoricError, match=r"pip install 'rhetoric-news\[train\]'"):
        draw_reliability(reliability(*drawn(10)), "a")

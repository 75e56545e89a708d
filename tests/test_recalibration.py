"""A calibration of one's own, fitted to labelled sentences."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, reject, settings
from hypothesis import strategies as st

from rhetoric.evaluation.calibration import reliability
from rhetoric.evaluation.recalibration import Calibration, fit_calibration
from rhetoric.types import RhetoricError


def drawn(n: int, slope: float, offset: float, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """Probabilities, and labels for which ``slope`` and ``offset`` would make them right."""
    random = np.random.default_rng(seed)
    z = random.normal(-0.5, 1.5, n)
    y = random.random(n) < 1 / (1 + np.exp(-(slope * z + offset)))
    return 1 / (1 + np.exp(-z)), y


@pytest.mark.parametrize(("slope", "offset"), [(1, 0), (0.6, -1), (1.7, 0.8)])
def test_slope_and_offset_are_found(slope: float, offset: float) -> None:
    p, y = drawn(20_000, slope, offset)
    found = fit_calibration(p, y)
    assert (found.slope, found.offset) == pytest.approx((slope, offset), abs=0.08)
    assert (found.n, found.share) == (20_000, pytest.approx(y.mean()))
    fresh, labels = drawn(20_000, slope, offset, seed=1)
    before, after = (reliability(labels, q).expected_calibration_error for q in (fresh, found.apply(fresh)))
    assert after < 0.015
    assert after < before + 0.005


def test_few_labels_move_the_offset_and_hardly_the_slope() -> None:
    """Without a prior on the slope, labels that the scores part without a mistake would send it to infinity."""
    found = fit_calibration([0.2, 0.3, 0.6, 0.7], [False, False, True, True])
    assert 1 < found.slope < 2
    slopes = [fit_calibration(*drawn(30, 1, -1.5, seed)).slope for seed in range(40)]
    assert min(slopes) > 0.5
    assert max(slopes) < 1.6


rows = st.lists(st.tuples(st.floats(0, 1), st.booleans()), min_size=2, max_size=30).filter(
    lambda r: len({y for _, y in r}) == 2
)


@settings(deadline=None)
@given(rows)
def test_the_mean_is_the_share_and_nothing_near_does_better(found: list[tuple[float, bool]]) -> None:
    p, y = np.array([a for a, _ in found]), np.array([b for _, b in found])
    try:
        fitted = fit_calibration(p, y)
    except RhetoricError:  # the scores run against the labels
        reject()
    out = fitted.apply(p)
    assert out.mean() == pytest.approx(y.mean(), abs=1e-6)
    assert (np.diff(out[np.argsort(p, kind="stable")]) >= -1e-12).all()
    z = np.log(np.clip(p, 1e-9, 1 - 1e-9) / (1 - np.clip(p, 1e-9, 1 - 1e-9)))

    def loss(slope: float, offset: float) -> float:
        fit = slope * z + offset
        return float((np.logaddexp(0, fit) - y * fit).sum() + 2 * (slope - 1) ** 2)

    best = loss(fitted.slope, fitted.offset)
    for slope, offset in ((0.05, 0), (-0.05, 0), (0, 0.05), (0, -0.05)):
        assert loss(fitted.slope + slope, fitted.offset + offset) >= best - 1e-9


def test_missing_probabilities_stay_missing() -> None:
    out = Calibration(1.0, 0.5, 0.5, 10).apply([0.5, math.nan, 0, 1])
    assert np.isnan(out[1])
    assert out[[0, 2, 3]] == pytest.approx([1 / (1 + math.exp(-0.5)), 0, 1], abs=1e-6)


@pytest.mark.parametrize(
    ("p", "y", "told"),
    [
        ([0.5, 0.5], [True], r"as many labels as probabilities\. Got \(1,\) and \(2,\)"),
        ([0.5, 1.5], [True, False], "must be a list of numbers from 0 to 1"),
        ([[0.5]], [[True]], "must be a list of numbers from 0 to 1"),
        ([0.5, math.nan], [True, False], "a probability and a label, true or false, for each"),
        ([0.5, 0.4], [2, 0], "a probability and a label, true or false, for each"),
    ],
)
def test_bad_input(p: object, y: object, told: str) -> None:
    with pytest.raises(ValueError, match=told):
        fit_calibration(p, y)  # type: ignore[arg-type]


def test_labels_that_cannot_calibrate() -> None:
    with pytest.raises(RhetoricError, match=r"labels of both classes\. Got 2 positive of 2"):
        fit_calibration([0.5, 0.4], [1, 1])
    p, y = drawn(500, 1.5, 0)
    with pytest.raises(RhetoricError, match="run against the labels"):
        fit_calibration(p, ~y)

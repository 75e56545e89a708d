"""Every measure against scikit-learn's, and the bootstrap."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn import metrics

from rhetoric.evaluation.metrics import MEASURES, Evaluation, _Sorted, evaluate_scores

Arrays = tuple[np.ndarray, np.ndarray, np.ndarray]


def drawn(seed: int) -> Arrays:
    """Labels, probabilities with ties, and weights as a bootstrap has them."""
    random = np.random.default_rng(seed)
    n = int(random.integers(12, 300))
    p = random.random(n)
    if seed % 3:
        p = np.round(p, seed % 3)  # ties, and many at the edges of bins
    y = random.random(n) < p * random.choice([0.3, 1.0])
    y[:2] = True, False
    weight = random.integers(0, 4, n).astype(np.float64)
    weight[:2] = 1
    return y, p, weight


def slow_calibration_error(y: np.ndarray, p: np.ndarray, weight: np.ndarray) -> float:
    total = 0.0
    for b in range(10):
        own = [i for i in range(len(p)) if min(int(p[i] * 10), 9) == b and weight[i] > 0]
        size = sum(weight[i] for i in own)
        if size:
            confidence = sum(weight[i] * p[i] for i in own) / size
            share = sum(weight[i] * y[i] for i in own) / size
            total += size * abs(confidence - share)
    return total / weight.sum()


def expected(y: np.ndarray, p: np.ndarray, weight: np.ndarray, threshold: float) -> dict[str, float]:
    predicted, w = p >= threshold, {"sample_weight": weight}
    return {
        "macro_f1": metrics.f1_score(y, predicted, average="macro", zero_division=0, **w),
        "f1_positive": metrics.f1_score(y, predicted, zero_division=0, **w),
        "f1_negative": metrics.f1_score(y, predicted, pos_label=0, zero_division=0, **w),
        "accuracy": metrics.accuracy_score(y, predicted, **w),
        "roc_auc": metrics.roc_auc_score(y, p, **w),
        "average_precision": metrics.average_precision_score(y, p, **w),
        "brier": metrics.brier_score_loss(y, p, **w),
        "expected_calibration_error": slow_calibration_error(y, p, weight),
    }


@pytest.mark.parametrize("threshold", [0.0, 0.31, 0.5, 1.0])
@pytest.mark.parametrize("seed", range(12))
def test_measures_are_those_of_scikit_learn(seed: int, threshold: float) -> None:
    y, p, _ = drawn(seed)
    found = evaluate_scores(y, p, threshold, resamples=1)
    assert tuple(found.measures) == MEASURES
    values = {name: e.value for name, e in found.measures.items()}
    assert values == pytest.approx(expected(y, p, np.ones(len(y)), threshold), abs=1e-12)
    assert (found.n, found.positives, found.threshold) == (len(y), int(y.sum()), threshold)


@pytest.mark.parametrize("seed", range(12))
def test_weighted_measures_are_those_of_scikit_learn(seed: int) -> None:
    y, p, weight = drawn(seed)
    found = _Sorted(y, p, np.full(len(y), 0.4)).measures(weight)
    assert dict(zip(MEASURES, found.tolist(), strict=True)) == pytest.approx(
        expected(y, p, weight, 0.4), abs=1e-12
    )


@settings(max_examples=100, deadline=None)
@given(
    st.lists(
        st.tuples(st.booleans(), st.sampled_from([0.0, 0.1, 0.3, 0.5, 0.7, 0.99, 1.0])),
        min_size=2,
        max_size=20,
    )
)
def test_ties_and_edges(rows: list[tuple[bool, float]]) -> None:
    y, p = np.array([r[0] for r in rows]), np.array([r[1] for r in rows])
    y[:2] = True, False
    found = {name: e.value for name, e in evaluate_scores(y, p, 0.5, resamples=1).measures.items()}
    assert found == pytest.approx(expected(y, p, np.ones(len(y)), 0.5), abs=1e-12)


def test_a_perfect_and_an_upside_down_classifier() -> None:
    y = np.array([True, False] * 10)
    best = evaluate_scores(y, y.astype(float), resamples=50).measures
    for name in ("macro_f1", "f1_positive", "f1_negative", "accuracy", "roc_auc", "average_precision"):
        assert (best[name].value, best[name].low, best[name].high) == (1, 1, 1)
    for name in ("brier", "expected_calibration_error"):
        assert best[name].value == 0
    worst = evaluate_scores(y, 1 - y.astype(float), resamples=50).measures
    assert worst["roc_auc"].value == worst["accuracy"].value == worst["macro_f1"].value == 0
    assert worst["brier"].value == 1


def test_order_does_not_matter() -> None:
    y, p, _ = drawn(5)
    order = np.random.default_rng(0).permutation(len(y))
    one, other = evaluate_scores(y, p, resamples=1), evaluate_scores(y[order], p[order], resamples=1)
    for name in MEASURES:
        assert one.measures[name].value == pytest.approx(other.measures[name].value, abs=1e-12)


def test_plain_lists_will_do_and_are_not_changed() -> None:
    y, p = [1, 0, 1, 0], [0.9, 0.2, 0.4, 0.4]
    found = evaluate_scores(y, p, resamples=5)  # type: ignore[arg-type]
    assert found.measures["accuracy"].value == 0.75
    assert (y, p) == ([1, 0, 1, 0], [0.9, 0.2, 0.4, 0.4])


def test_one_class_only_has_no_ranking() -> None:
    """Without both classes there is nothing to rank: what needs both is not a number, nor are bounds."""
    found = evaluate_scores(np.array([True, True]), np.array([0.9, 0.2]), resamples=20).measures
    assert found["accuracy"].value == 0.5
    assert np.isnan(found["accuracy"].low)
    assert np.isnan(found["roc_auc"].value)


# The bootstrap


def test_determined_by_the_seed() -> None:
    y, p, _ = drawn(4)
    assert evaluate_scores(y, p, seed=1, resamples=60) == evaluate_scores(y, p, seed=1, resamples=60)
    assert evaluate_scores(y, p, seed=1, resamples=60) != evaluate_scores(y, p, seed=2, resamples=60)
    np.random.seed(0)  # noqa: NPY002
    before = evaluate_scores(y, p, resamples=20)
    np.random.seed(9)  # noqa: NPY002
    assert evaluate_scores(y, p, resamples=20) == before


def test_the_interval_holds_the_value_and_widens_with_the_level() -> None:
    y, p, _ = drawn(9)
    wide, narrow = (evaluate_scores(y, p, level=level, resamples=300).measures for level in (0.99, 0.5))
    for name in MEASURES:
        assert wide[name].low <= narrow[name].low <= narrow[name].high <= wide[name].high
    for name in ("macro_f1", "accuracy", "roc_auc", "average_precision", "brier"):
        assert wide[name].low < wide[name].value < wide[name].high


def test_the_interval_is_that_of_a_slow_bootstrap() -> None:
    y, p, _ = drawn(7)
    n, random, draws = len(y), np.random.default_rng(0), []
    while len(draws) < 100:
        picked = random.integers(0, n, n)
        if 0 < y[picked].sum() < n:
            draws.append(metrics.roc_auc_score(y[picked], p[picked]))
    low, high = np.quantile(draws, [0.025, 0.975])
    found = evaluate_scores(y, p, resamples=100).measures["roc_auc"]
    assert (found.low, found.high) == pytest.approx((low, high), abs=1e-12)


@pytest.fixture
def weights_seen(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[np.ndarray]]:
    seen: list[np.ndarray] = []
    measures = _Sorted.measures

    def spy(self: Any, weight: np.ndarray) -> np.ndarray:
        seen.append(weight)
        return measures(self, weight)

    monkeypatch.setattr(_Sorted, "measures", spy)
    return seen


def test_whole_groups_are_drawn(weights_seen: list[np.ndarray]) -> None:
    groups = np.array(["b", "a", "b", "c", "a", "d", "b", "c"], dtype=object)
    y = np.array([1, 0, 1, 0, 1, 0, 1, 0], dtype=bool)
    evaluate_scores(y, np.linspace(0, 1, 8), groups=groups, resamples=80)
    point, *resampled = weights_seen
    assert point.tolist() == [1] * 8
    assert len(resampled) > 60
    assert len({tuple(w.tolist()) for w in resampled}) > 20
    for weight in resampled:
        count_of = dict(zip(groups.tolist(), weight.tolist(), strict=True))
        assert weight.tolist() == [count_of[g] for g in groups]
        assert sum(count_of.values()) == 4  # as many groups as there are


def test_rows_are_drawn_where_there_are_no_groups(weights_seen: list[np.ndarray]) -> None:
    y, p, _ = drawn(3)
    evaluate_scores(y, p, resamples=10)
    assert all(weight.sum() == len(y) for weight in weights_seen)
    assert len({tuple(w.tolist()) for w in weights_seen}) == 11


def test_samples_of_one_class_are_left_out(weights_seen: list[np.ndarray]) -> None:
    y = np.array([True, False])
    evaluate_scores(y, np.array([0.8, 0.1]), resamples=40)
    assert 1 < len(weights_seen) < 41
    assert all(weight.tolist() == [1, 1] for weight in weights_seen)


def test_groups_make_the_interval_wider_where_rows_of_a_group_are_alike() -> None:
    random = np.random.default_rng(0)
    y, p = random.random(30) < 0.5, random.random(30)
    groups = np.repeat(np.arange(30), 20)
    alike = np.repeat(y, 20), np.repeat(p, 20)
    by_row, by_group = (
        evaluate_scores(*alike, groups=g, resamples=200).measures["accuracy"] for g in (None, groups)
    )
    assert by_row.value == by_group.value
    assert by_group.high - by_group.low > 2 * (by_row.high - by_row.low)


def test_to_dict_is_json() -> None:
    y, p, _ = drawn(2)
    found = evaluate_scores(y, p, resamples=5)
    document = json.loads(json.dumps(found.to_dict(), allow_nan=False))
    assert list(document) == ["n", "positives", "threshold", *MEASURES]
    assert document["brier"] == {
        "value": found.measures["brier"].value,
        "low": found.measures["brier"].low,
        "high": found.measures["brier"].high,
    }
    assert isinstance(found, Evaluation)


# Errors


@pytest.mark.parametrize(
    ("y", "p"),
    [
        ([True, False], [0.5]),
        ([True], [0.5, 0.2]),
        ([], []),
        ([[True, False]], [[0.5, 0.5]]),
        ([True, False], 0.5),
    ],
    ids=["fewer", "more", "none", "matrix", "scalar"],
)
def test_lengths_that_differ(y: Any, p: Any) -> None:
    with pytest.raises(ValueError, match=r"as many labels as probabilities\. Got \("):
        evaluate_scores(y, p)


@pytest.mark.parametrize("wrong", [-0.1, 1.1, np.nan, np.inf])
def test_no_probability(wrong: float) -> None:
    with pytest.raises(
        ValueError, match="The 'probability' parameter of evaluate_scores must lie within 0 and 1"
    ):
        evaluate_scores(np.array([True, False]), np.array([0.5, wrong]))


@pytest.mark.parametrize("groups", [["a"], ["a", "b", "c"]], ids=["fewer", "more"])
def test_groups_of_another_length(groups: list[str]) -> None:
    with pytest.raises(ValueError, match="groups"):
        evaluate_scores(np.array([True, False]), np.array([0.5, 0.1]), groups=np.array(groups, dtype=object))

"""Measures of a binary classifier with bootstrap intervals.

Every measure takes a weight a row, so that a bootstrap sample is a vector of counts and nothing is copied.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Float = NDArray[np.float64]
_BINS = 10


@dataclass(frozen=True, slots=True)
class Estimate:
    """A measure and its bootstrap interval."""

    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Evaluation:
    """What a classifier reaches on one labelled set.

    ``measures`` maps the name of each measure to its estimate; see :data:`MEASURES`.
    """

    n: int
    positives: int
    threshold: float
    measures: dict[str, Estimate]

    def to_dict(self) -> dict[str, object]:
        """Plain JSON-ready values."""
        out: dict[str, object] = {"n": self.n, "positives": self.positives, "threshold": self.threshold}
        for name, e in self.measures.items():
            out[name] = {"value": e.value, "low": e.low, "high": e.high}
        return out


MEASURES = (
    "macro_f1",
    "f1_positive",
    "f1_negative",
    "accuracy",
    "roc_auc",
    "average_precision",
    "brier",
    "expected_calibration_error",
)


class _Sorted:
    """Labels and probabilities put in order once, for many weightings."""

    def __init__(self, y: NDArray[np.bool_], p: Float, threshold: Float) -> None:
        order = np.argsort(-p, kind="stable")
        self.order = order
        self.y, self.p = y[order].astype(np.float64), p[order]
        self.predicted = self.p >= threshold[order]
        self.starts = np.flatnonzero(np.append(True, self.p[1:] != self.p[:-1]))  # one step for tied scores
        self.bin = np.minimum((self.p * _BINS).astype(np.int64), _BINS - 1)

    def measures(self, weight: Float) -> Float:
        w = weight[self.order]
        positive, total = w * self.y, w.sum()
        n_positive = positive.sum()
        true_positive = positive[self.predicted].sum()
        flagged = w[self.predicted].sum()
        true_negative = total - n_positive - flagged + true_positive
        f1_positive = _ratio(2 * true_positive, flagged + n_positive)
        f1_negative = _ratio(2 * true_negative, 2 * total - flagged - n_positive)
        hits = np.cumsum(np.add.reduceat(positive, self.starts))
        seen = np.cumsum(np.add.reduceat(w, self.starts))
        gained = np.diff(hits, prepend=0.0)
        false = np.diff(seen - hits, prepend=0.0)
        auc = _ratio(float((false * (hits - gained / 2)).sum()), n_positive * (total - n_positive), np.nan)
        precision = np.divide(hits, seen, out=np.zeros_like(hits), where=seen > 0)
        average_precision = _ratio(float((precision * gained).sum()), n_positive, np.nan)
        brier = float((w * (self.p - self.y) ** 2).sum()) / total
        gap = np.bincount(self.bin, weights=w * (self.p - self.y), minlength=_BINS)
        return np.array(
            [
                (f1_positive + f1_negative) / 2,
                f1_positive,
                f1_negative,
                (true_positive + true_negative) / total,
                auc,
                average_precision,
                brier,
                np.abs(gap).sum() / total,
            ]
        )


def _ratio(a: float, b: float, undefined: float = 0.0) -> float:
    return float(a / b) if b > 0 else undefined


def evaluate_scores(
    positive: NDArray[np.bool_],
    probability: Float,
    threshold: float | Float = 0.5,
    groups: NDArray[np.object_] | None = None,
    *,
    resamples: int = 1000,
    level: float = 0.95,
    seed: int = 0,
) -> Evaluation:
    """Evaluate probabilities against labels.

    Parameters
    ----------
    positive : ndarray of bool, shape (n,)
        The labels.
    probability : ndarray of float, shape (n,)
        Probability of the positive class.
    threshold : float or ndarray of float, shape (n,), default=0.5
        The cut for F1 and accuracy; one a row where it was chosen in folds (the evaluation states the mean).
    groups : ndarray, shape (n,), optional
        Rows of one group are resampled together (cluster bootstrap), as articles are drawn and not sentences.
    resamples : int, default=1000
    level : float, default=0.95
        Of the percentile interval.
    seed : int, default=0

    Returns
    -------
    Evaluation
        Macro-F1, F1 of each class, accuracy, area under the ROC curve, average precision, Brier score, and
        expected calibration error over 10 bins of equal width (Naeini et al. 2015, doi:10.1609/aaai.v29i1.9602).

    Raises
    ------
    ValueError
        Where lengths differ, there is no row, or a probability is not a number from 0 to 1.
    """
    y, p = np.asarray(positive, dtype=np.bool_), np.asarray(probability, dtype=np.float64)
    if y.shape != p.shape or y.ndim != 1 or not len(y):
        raise ValueError(
            f"evaluate_scores needs as many labels as probabilities. Got {y.shape} and {p.shape}."
        )
    if not ((p >= 0) & (p <= 1)).all():
        raise ValueError("The 'probability' parameter of evaluate_scores must lie within 0 and 1.")
    if groups is not None and len(groups) != len(y):
        raise ValueError(f"evaluate_scores needs a group a row. Got {len(groups)} groups for {len(y)} rows.")
    cut = np.broadcast_to(np.asarray(threshold, dtype=np.float64), y.shape)
    ordered = _Sorted(y, p, cut)
    point = ordered.measures(np.ones(len(y)))
    _, member = np.unique(np.arange(len(y)) if groups is None else groups.astype(str), return_inverse=True)
    n_groups = int(member.max()) + 1
    random = np.random.default_rng(seed)
    draws = []
    for _ in range(resamples):
        counts = np.bincount(random.integers(0, n_groups, n_groups), minlength=n_groups)
        weight = counts[member].astype(np.float64)
        if 0 < weight[y].sum() < weight.sum():  # without both classes a measure has no meaning
            draws.append(ordered.measures(weight))
    sample = np.array(draws) if draws else np.full((1, len(point)), np.nan)
    low, high = np.quantile(sample, [(1 - level) / 2, (1 + level) / 2], axis=0)
    estimates = {n: Estimate(*map(float, v)) for n, *v in zip(MEASURES, point, low, high, strict=True)}
    return Evaluation(len(y), int(y.sum()), float(np.mean(threshold)), estimates)

"""Held-out scores -> calibration, threshold and measures, with nothing fitted on what it is measured on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rhetoric.evaluation.metrics import Evaluation, evaluate_scores
from rhetoric.scoring import sigmoid
from rhetoric.training.linear import best_threshold, calibrate

Float = NDArray[np.float64]
Calibration = tuple[float, float]


@dataclass(frozen=True, slots=True, eq=False)
class HeldOut:
    """Log-odds of one corpus by models that had not seen the rows' fold.

    Attributes
    ----------
    name : str
    log_odds, target : ndarray of float64, shape (n,)
    fold : ndarray of int64, shape (n,)
    group : ndarray of object, shape (n,)
        What is resampled together for intervals: the article or outlet.
    certain : ndarray of bool, shape (n,)
        Rows whose label is fit to measure on.
    """

    name: str
    log_odds: Float
    target: Float
    fold: NDArray[np.int64]
    group: NDArray[np.object_]
    certain: NDArray[np.bool_]

    def where(self, keep: NDArray[np.bool_]) -> HeldOut:
        """The rows that ``keep`` marks."""
        return HeldOut(
            self.name,
            self.log_odds[keep],
            self.target[keep],
            self.fold[keep],
            self.group[keep],
            self.certain[keep],
        )


def calibration_of(sets: Sequence[HeldOut]) -> Calibration:
    """Platt's slope and offset; each corpus weighs the same, at its own share of positives."""
    return calibrate(
        np.concatenate([s.log_odds for s in sets]),
        np.concatenate([s.target for s in sets]),
        np.concatenate([np.full(len(s.target), 1000 / len(s.target)) for s in sets if len(s.target)]),
    )


def share_of(sets: Sequence[HeldOut]) -> float:
    """The share of positives at which :func:`calibration_of` calibrates."""
    return float(np.mean([s.target.mean() for s in sets if len(s.target)]))


def probabilities(log_odds: Float, calibration: Calibration) -> Float:
    """Calibrated probabilities."""
    return sigmoid(log_odds * calibration[0] + calibration[1])


def threshold_of(sets: Sequence[HeldOut], calibration: Calibration, *, macro: bool = True) -> float:
    """The cut with the best F1 on average over the corpora."""
    sources = []
    for s in sets:
        kept = s.where(s.certain)
        sources.append((kept.target > 0.5, probabilities(kept.log_odds, calibration)))
    return best_threshold(sources, macro=macro)


def measure(
    name: str, sets: Mapping[str, HeldOut], on: Sequence[str], *, macro: bool = True
) -> tuple[Evaluation, Float]:
    """Measure one corpus; calibration and threshold come from the other folds of the corpora ``on``.

    Returns
    -------
    evaluation : Evaluation
    probability : ndarray of float64
        Of the rows whose label is certain.
    """
    s = sets[name]
    probability, cut = np.full(len(s.target), np.nan), np.full(len(s.target), np.nan)
    for k in np.unique(s.fold).tolist():
        others = [sets[n].where(sets[n].fold != k) for n in on]
        calibration = calibration_of(others)
        rows = s.fold == k
        probability[rows] = probabilities(s.log_odds[rows], calibration)
        cut[rows] = threshold_of(others, calibration, macro=macro)
    kept = s.certain
    evaluation = evaluate_scores(s.target[kept] > 0.5, probability[kept], cut[kept], s.group[kept])
    return evaluation, probability[kept]

"""Held-out scores -> calibration, threshold and measures, with nothing fitted on what it is measured on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rhetoric.evaluation.calibration import Reliability, reliability
from rhetoric.evaluation.metrics import Evaluation, evaluate_scores
from rhetoric.priors import adjust
from rhetoric.scoring import sigmoid
from rhetoric.training.linear import best_threshold, calibrate
from rhetoric.training.tasks import Set

Float = NDArray[np.float64]
Bool = NDArray[np.bool_]
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
    row : ndarray of int64, shape (n,)
        Where the rows stand in the corpus.
    """

    name: str
    log_odds: Float
    target: Float
    fold: NDArray[np.int64]
    group: NDArray[np.object_]
    certain: Bool
    row: NDArray[np.int64]

    def where(self, keep: Bool) -> HeldOut:
        """The rows that ``keep`` marks."""
        return HeldOut(
            self.name,
            self.log_odds[keep],
            self.target[keep],
            self.fold[keep],
            self.group[keep],
            self.certain[keep],
            self.row[keep],
        )


def held_out_rows(s: Set, task: str, log_odds: Float, fold: NDArray[np.int64] | None = None) -> HeldOut:
    """The rows of a corpus whose label for a task is known, with their held-out log-odds.

    The folds are the corpus's own, or those given.
    """
    target = s.target(task)
    known = ~np.isnan(target)
    certain = np.array([row.certain for row in s.rows]) if task != "loaded" else target != 0.5
    group = np.array([row.group for row in s.rows], dtype=object)
    row = np.arange(len(s))
    folds = s.fold if fold is None else fold
    return HeldOut(s.name, log_odds, np.nan_to_num(target), folds, group, certain & known, row).where(known)


@dataclass(frozen=True, slots=True)
class Operating:
    """What turns log-odds into labels: Platt's slope and offset, the cut, and the share they are stated for."""

    calibration: Calibration
    threshold: float
    share: float

    def at(self, share: float) -> Operating:
        """The same for another share of positives: the same labels, with other probabilities."""
        moved = adjust(np.array([self.threshold]), self.share, share)
        calibration = at_natural_share(self.calibration, self.share, share)
        return Operating(calibration, round(float(moved[0]), 3), share)


@dataclass(frozen=True, slots=True, eq=False)
class Measured:
    """A corpus scored in folds: the rows whose label is certain, with a probability and a cut for each.

    ``at_stated_share`` and ``recalibrated`` are the same probabilities restated for the share of positives
    among these rows, and after a calibration of this corpus's own, fitted on its other folds.
    """

    rows: HeldOut
    probability: Float
    cut: Float
    at_stated_share: Float
    recalibrated: Float

    @property
    def positive(self) -> Bool:
        out: Bool = self.rows.target > 0.5
        return out

    def evaluation(self) -> Evaluation:
        """All measures with their intervals."""
        return evaluate_scores(self.positive, self.probability, self.cut, self.rows.group)

    def to_dict(self) -> dict[str, Any]:
        """The evaluation as on a card, with three calibration errors."""
        errors = calibration_errors(
            self.positive, at_stated_share=self.at_stated_share, recalibrated=self.recalibrated
        )
        return {**self.evaluation().to_dict(), **errors}

    def reliability(self) -> Reliability:
        """The calibration curve of the probabilities as the model gives them."""
        return reliability(self.positive, self.probability)


def calibration_errors(
    positive: Bool, *, at_stated_share: Float | None = None, recalibrated: Float | None = None
) -> dict[str, dict[str, float]]:
    """The expected calibration errors that stand on a card beside that of the probabilities as they are."""
    return {
        f"expected_calibration_error_{name}": {
            "value": reliability(positive, probability).expected_calibration_error
        }
        for name, probability in (("at_stated_share", at_stated_share), ("recalibrated", recalibrated))
        if probability is not None
    }


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


def at_natural_share(calibration: Calibration, calibrated: float, share: float) -> Calibration:
    """The calibration restated for another share of positives (see :mod:`rhetoric.priors`)."""
    slope, offset = calibration
    return slope, offset + float(np.log(share / (1 - share)) - np.log(calibrated / (1 - calibrated)))


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


def operating(sets: Sequence[HeldOut], *, macro: bool = True, share: float | None = None) -> Operating:
    """Calibration and threshold of some corpora; restated where a natural share of positives is given."""
    calibration = calibration_of(sets)
    found = Operating(calibration, threshold_of(sets, calibration, macro=macro), share_of(sets))
    return found if share is None else found.at(share)


def recalibrated(log_odds: Float, target: Float, fold: NDArray[np.int64]) -> Float:
    """Probabilities by Platt scaling, each fold's fitted on the other folds."""
    out = np.full(len(target), np.nan)
    for k in np.unique(fold).tolist():
        others = fold != k
        fitted = calibrate(log_odds[others], target[others], np.ones(int(others.sum())))
        out[~others] = probabilities(log_odds[~others], fitted)
    return out


def measure(
    name: str,
    sets: Mapping[str, HeldOut],
    on: Sequence[str],
    *,
    macro: bool = True,
    share: float | None = None,
) -> Measured:
    """Score one corpus; calibration and threshold come from the other folds of the corpora ``on``.

    Parameters
    ----------
    name : str
    sets : mapping of str to HeldOut
    on : sequence of str
    macro : bool, default=True
        Whether the threshold is the best for macro-F1, or for the F1 of the positive class.
    share : float, optional
        The natural share of positives that the calibration is restated for.
    """
    s = sets[name]
    probability, cut = np.full(len(s.target), np.nan), np.full(len(s.target), np.nan)
    stated = float((s.target[s.certain] > 0.5).mean())
    restated = np.full(len(s.target), np.nan)
    for k in np.unique(s.fold).tolist():
        found = operating([sets[n].where(sets[n].fold != k) for n in on], macro=macro, share=share)
        rows = s.fold == k
        probability[rows] = probabilities(s.log_odds[rows], found.calibration)
        cut[rows] = found.threshold
        restated[rows] = adjust(probability[rows], found.share, stated)
    kept = s.where(s.certain)
    own = recalibrated(kept.log_odds, (kept.target > 0.5).astype(np.float64), kept.fold)
    return Measured(kept, probability[s.certain], cut[s.certain], restated[s.certain], own)

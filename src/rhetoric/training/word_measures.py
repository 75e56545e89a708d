"""Measure any model of loaded words, word by word, with nothing fitted on what it is measured on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rhetoric.evaluation.metrics import Evaluation, evaluate_scores
from rhetoric.scoring import sigmoid
from rhetoric.training.linear import best_threshold, calibrate

Float = NDArray[np.float64]
Bool = NDArray[np.bool_]
_MOST_SHOWN = 0.95  # a cut beyond this would show next to nothing


@dataclass(frozen=True, slots=True, eq=False)
class Measured:
    """What a model of loaded words reaches.

    Attributes
    ----------
    evaluation : Evaluation
        Of all words; each fold calibrated, and cut, as is best on the other folds.
    by_fold : tuple of float
        F1 of loaded words in each fold.
    slope, offset : float
        Platt's calibration on all folds together, for the model that is shipped.
    threshold : float
        The cut with the best F1 after it.
    probability : ndarray of float64, shape (n,)
        Calibrated by the other folds.
    marked : ndarray of bool, shape (n,)
        What reaches the other folds' threshold.
    """

    evaluation: Evaluation
    by_fold: tuple[float, ...]
    slope: float
    offset: float
    threshold: float
    probability: Float
    marked: Bool


def _calibrated(log_odds: Float, slope: float, offset: float) -> Float:
    """Probabilities; 0 for words that the model never marks."""
    return np.nan_to_num(sigmoid(log_odds * slope + offset), nan=0.0)


def _fitted(log_odds: Float, target: Bool) -> tuple[float, float, float]:
    """Slope, offset and threshold."""
    known = ~np.isnan(log_odds)
    slope, offset = calibrate(log_odds[known], target[known].astype(np.float64), np.ones(known.sum()))
    return slope, offset, best_threshold([(target, _calibrated(log_odds, slope, offset))], macro=False)


def measure_words(
    log_odds: Float,
    target: Bool,
    fold: NDArray[np.int64],
    group: NDArray[np.object_],
    *,
    resamples: int = 1000,
) -> Measured:
    """Measure held-out log-odds of words.

    Parameters
    ----------
    log_odds : ndarray of float64, shape (n,)
        Of every word of every sentence, loaded or not; NaN where the model never marks the word.
    target : ndarray of bool, shape (n,)
        Whether annotators marked the word.
    fold : ndarray of int64, shape (n,)
        The fold that the word was held out in. There must be two or more.
    group : ndarray of object, shape (n,)
        What is resampled together: the article.
    resamples : int, default=1000

    Returns
    -------
    Measured

    Raises
    ------
    ValueError
        Where there are fewer than two folds.
    """
    numbers = np.unique(fold).tolist()
    if len(numbers) < 2:
        raise ValueError(f"measure_words needs two folds or more. Got {len(numbers)}.")
    probability, cut = np.zeros(len(target)), np.zeros(len(target))
    for k in numbers:
        held = fold == k
        slope, offset, threshold = _fitted(log_odds[~held], target[~held])
        probability[held] = _calibrated(log_odds[held], slope, offset)
        cut[held] = threshold
    marked = probability >= cut
    evaluation = evaluate_scores(target, probability, cut, group, resamples=resamples)
    by_fold = tuple(_f1(marked[fold == k], target[fold == k]) for k in numbers)
    return Measured(evaluation, by_fold, *_fitted(log_odds, target), probability, marked)


def _f1(marked: Bool, target: Bool) -> float:
    right, either = int((marked & target).sum()), int(marked.sum() + target.sum())
    return 2 * right / max(1, either)


def measure_marks(
    marked: Bool, target: Bool, group: NDArray[np.object_], *, resamples: int = 1000
) -> dict[str, Any]:
    """Precision, recall and F1 of marked words, with intervals of 95 %, for a card.

    Parameters
    ----------
    marked : ndarray of bool, shape (n,)
        Which words are marked, by whatever.
    target : ndarray of bool, shape (n,)
        Which annotators marked.
    group : ndarray of object, shape (n,)
        What is resampled together (cluster bootstrap).
    resamples : int, default=1000
    """
    _, of = np.unique(group.astype(str), return_inverse=True)
    n_groups = int(of.max()) + 1
    counts = np.stack(
        [np.bincount(of[kept], minlength=n_groups) for kept in (marked & target, marked, target)]
    )
    draws = np.random.default_rng(0).multinomial(n_groups, np.full(n_groups, 1 / n_groups), size=resamples)
    weights = np.concatenate((np.ones((1, n_groups)), draws.astype(np.float64)))
    values = _rates(weights @ counts.T.astype(np.float64))
    low, high = np.quantile(values[1:], (0.025, 0.975), axis=0)
    names = ("precision", "recall", "f1_positive")
    estimates = {
        name: {"value": float(v), "low": float(a), "high": float(b)}
        for name, v, a, b in zip(names, values[0], low, high, strict=True)
    }
    return {"n": len(target), "positives": int(target.sum()), **estimates}


def _rates(counts: Float) -> Float:
    """Precision, recall and F1 of rows of (right, marked, wanted)."""
    right, marked, wanted = counts.T
    return np.column_stack(
        [
            right / np.maximum(marked, 1),
            right / np.maximum(wanted, 1),
            2 * right / np.maximum(marked + wanted, 1),
        ]
    )


def show_threshold(measured: Measured, target: Bool, barred: Bool, likely: float) -> float:
    """The cut from which on a word that is not barred is as likely to be right as is wanted.

    Barred words, most of which the lists hold, are loaded more often than others of the same score, so that
    ``likely`` itself would be too low a cut. Platt's line on the others alone says where it is.

    Parameters
    ----------
    measured : Measured
    target : ndarray of bool, shape (n,)
    barred : ndarray of bool, shape (n,)
        Words that are never shown.
    likely : float
        The probability that is wanted.
    """
    kept = ~barred & (measured.probability > 0)
    p, y = measured.probability[kept], target[kept]
    slope, offset = calibrate(np.log(p / (1 - p)), y.astype(np.float64), np.ones(len(y)))
    cut = float(sigmoid(np.array([(np.log(likely / (1 - likely)) - offset) / slope]))[0])
    return round(float(np.clip(cut, measured.threshold, _MOST_SHOWN)), 3)

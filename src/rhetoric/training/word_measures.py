"""Measure any model of loaded words, word by word, with nothing fitted on what it is measured on."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rhetoric.evaluation.metrics import Evaluation, evaluate_scores
from rhetoric.scoring import sigmoid
from rhetoric.training.linear import best_threshold, calibrate

Float = NDArray[np.float64]
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
    """

    evaluation: Evaluation
    by_fold: tuple[float, ...]
    slope: float
    offset: float
    threshold: float
    probability: Float


def _calibrated(log_odds: Float, slope: float, offset: float) -> Float:
    """Probabilities; 0 for words that the model never marks."""
    return np.nan_to_num(sigmoid(log_odds * slope + offset), nan=0.0)


def _fitted(log_odds: Float, target: NDArray[np.bool_]) -> tuple[float, float, float]:
    """Slope, offset and threshold."""
    known = ~np.isnan(log_odds)
    slope, offset = calibrate(log_odds[known], target[known].astype(np.float64), np.ones(known.sum()))
    return slope, offset, best_threshold([(target, _calibrated(log_odds, slope, offset))], macro=False)


def measure_words(
    log_odds: Float,
    target: NDArray[np.bool_],
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
        Where there are fewer than two folds, or all words of a fold's others are of one class.
    """
    numbers = np.unique(fold).tolist()
    if len(numbers) < 2:
        raise ValueError(f"measure_words needs two folds or more. Got {len(numbers)}.")
    probability, cut = np.zeros(len(target)), np.zeros(len(target))
    by_fold: list[float] = []
    for k in numbers:
        held = fold == k
        slope, offset, threshold = _fitted(log_odds[~held], target[~held])
        probability[held] = _calibrated(log_odds[held], slope, offset)
        cut[held] = threshold
        marked = probability[held] >= threshold
        both = np.count_nonzero(marked & target[held])
        by_fold.append(2 * both / max(1, np.count_nonzero(marked) + np.count_nonzero(target[held])))
    evaluation = evaluate_scores(target, probability, cut, group, resamples=resamples)
    return Measured(evaluation, tuple(by_fold), *_fitted(log_odds, target), probability)


@dataclass(frozen=True, slots=True)
class Shown:
    """What readers are shown at a cut, of the words that no list holds: how much is right, how much is found."""

    threshold: float
    precision: float
    recall: float
    n_shown: int


def show_threshold(
    measured: Measured, target: NDArray[np.bool_], listed: NDArray[np.bool_], precision: float
) -> Shown:
    """The lowest cut, the best F1's or above, from which on the wanted share of what is shown is right.

    Parameters
    ----------
    measured : Measured
    target : ndarray of bool, shape (n,)
    listed : ndarray of bool, shape (n,)
        Words that the lists mark anyway, which are left out here.
    precision : float
        The share that is wanted.
    """
    p, y = measured.probability[~listed], target[~listed]
    cuts = np.arange(measured.threshold, _MOST_SHOWN, 0.005)
    for cut in cuts.tolist():
        shown = p >= cut
        right = np.count_nonzero(shown & y)
        if right >= precision * np.count_nonzero(shown) or cut == cuts[-1]:
            break
    n = int(np.count_nonzero(shown))
    return Shown(round(cut, 3), right / max(1, n), right / max(1, np.count_nonzero(y)), n)

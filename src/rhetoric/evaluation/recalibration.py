"""Recalibration: a model's probabilities made right for a collection of which some sentences were labelled."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from rhetoric.types import RhetoricError

Float = NDArray[np.float64]
_LEAST = 1e-9  # probabilities nearer to 0 or 1 than this count as this near
_SLOPE_DEVIATION = 0.5  # of the prior around a slope of 1
_STEPS, _SMALL = 100, 1e-10


@dataclass(frozen=True, slots=True)
class Calibration:
    """A straight line through log-odds.

    Attributes
    ----------
    slope : float
        Above 1 where the probabilities were too timid, below 1 where they were too sure.
    offset : float
        Above 0 where they were too low, below 0 where they were too high.
    share : float
        The share of positives among the labels: at which the new probabilities are calibrated.
    n : int
        How many labels it was fitted on.
    """

    slope: float
    offset: float
    share: float
    n: int

    def apply(self, probability: ArrayLike) -> Float:
        """Recalibrated probabilities.

        Parameters
        ----------
        probability : array_like of float, shape (n,)
            As the model gives them; NaN stays NaN.

        Returns
        -------
        ndarray of float64, shape (n,)
            In the same order of size.

        Raises
        ------
        ValueError
            Where one is not a number from 0 to 1.
        """
        z = _log_odds(probability, "Calibration.apply")
        out: Float = 0.5 * (1 + np.tanh(0.5 * (self.slope * z + self.offset)))
        return out


def fit_calibration(probability: ArrayLike, positive: ArrayLike) -> Calibration:
    """Fit slope and offset to labelled sentences of a collection.

    Platt (1999), "Probabilistic outputs for support vector machines", on log-odds, by Newton's method. A normal
    prior with a standard deviation of .5 holds the slope near 1, so that some dozen labels do no harm: with few
    the offset alone is corrected, with hundreds the prior no longer counts.

    Parameters
    ----------
    probability : array_like of float, shape (n,)
        What the model gave for each sentence.
    positive : array_like of bool, shape (n,)
        Which of them are positive.

    Returns
    -------
    Calibration

    Raises
    ------
    ValueError
        Where lengths differ, a probability is not a number from 0 to 1, or a label is neither true nor false.
    RhetoricError
        Where a class is missing, or the scores run against the labels.

    Examples
    --------
    >>> fitted = fit_calibration([0.9, 0.8, 0.7, 0.6, 0.3, 0.2], [True, True, False, False, False, False])
    >>> fitted.apply([0.3, 0.9]).round(2).tolist()
    [0.07, 0.75]
    """
    z = _log_odds(probability, "fit_calibration")
    y = np.asarray(positive)
    if y.shape != z.shape:
        raise ValueError(
            f"fit_calibration needs as many labels as probabilities. Got {y.shape} and {z.shape}."
        )
    if np.isnan(z).any() or not np.isin(y, (0, 1)).all():
        raise ValueError("fit_calibration needs a probability and a label, true or false, for each sentence.")
    y = y.astype(np.float64)
    if not 0 < y.sum() < len(y):
        raise RhetoricError(
            f"A calibration needs labels of both classes. Got {int(y.sum())} positive of {len(y)}:"
            " label more sentences."
        )
    slope, offset = _newton(z, y)
    if slope <= 0:
        raise RhetoricError(
            "The scores run against the labels, which no calibration mends: check which label is the positive one."
        )
    return Calibration(slope, offset, float(y.mean()), len(y))


def _newton(z: Float, y: Float) -> tuple[float, float]:
    """The slope and offset of the greatest posterior probability."""
    x = np.stack([z, np.ones(len(z))], axis=1)
    prior = np.array([1 / _SLOPE_DEVIATION**2, 0.0])
    centre = np.array([1.0, 0.0])

    def loss(b: Float) -> float:
        fit = x @ b
        return float((np.logaddexp(0, fit) - y * fit).sum() + 0.5 * prior @ (b - centre) ** 2)

    b = centre
    for _ in range(_STEPS):
        p = 0.5 * (1 + np.tanh(0.5 * (x @ b)))
        gradient = x.T @ (p - y) + prior * (b - centre)
        curvature = (x.T * (p * (1 - p))) @ x + np.diag(prior) + 1e-12 * np.eye(2)
        step = np.linalg.solve(curvature, gradient)
        while (
            loss(b - step) > loss(b) and np.abs(step).max() > _SMALL
        ):  # far from the goal, steps can be too long
            step = step / 2
        b = b - step
        if np.abs(step).max() <= _SMALL:
            break
    return float(b[0]), float(b[1])


def _log_odds(probability: ArrayLike, owner: str) -> Float:
    p = np.asarray(probability, dtype=np.float64)
    with np.errstate(invalid="ignore"):
        good = np.isnan(p) | ((p >= 0) & (p <= 1))
    if p.ndim != 1 or not good.all():
        raise ValueError(f"The 'probability' parameter of {owner} must be a list of numbers from 0 to 1.")
    p = np.clip(p, _LEAST, 1 - _LEAST)
    out: Float = np.log(p / (1 - p))
    return out

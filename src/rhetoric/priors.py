"""Prior shift: probabilities that were calibrated at one share of positives, restated for another.

A probability means: of the sentences that score like this one, so many are positive, in a collection with the
share of positives at which the model was calibrated. Where positives are rarer or more common, but look the
same, Bayes' rule restates the probability; and where nobody knows the share, the scores themselves give a hint.
"""

from __future__ import annotations

import warnings
from numbers import Real
from typing import Literal, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from rhetoric.types import RhetoricWarning

Float = NDArray[np.float64]
Share: TypeAlias = float | Literal["estimate"]

ESTIMATE: Literal["estimate"] = "estimate"
PRIOR = 0.5  # what the calibrated share weighs in an estimate, beside 1 for the scores (see estimate_share)
MINIMUM = 200  # sentences; with fewer an estimate is off by .05 and more (see estimate_share)


def check_share(share: object, owner: str, name: str = "share") -> float:
    """A share as a float.

    Raises
    ------
    TypeError
        Where it is no number.
    ValueError
        Where it does not lie strictly between 0 and 1.
    """
    if isinstance(share, bool | np.bool_) or not isinstance(share, Real):
        raise TypeError(
            f"The '{name}' parameter of {owner} must be a number between 0 and 1."
            f" Got {type(share).__name__} instead."
        )
    number = float(share)
    if not 0 < number < 1:
        raise ValueError(f"The '{name}' parameter of {owner} must lie between 0 and 1. Got {number} instead.")
    return number


def adjust(probability: ArrayLike, calibrated_share: float, share: float) -> Float:
    """Restate probabilities for another share of positives.

    The odds are multiplied by the ratio of the prior odds, ``share / (1 - share)`` to
    ``calibrated_share / (1 - calibrated_share)`` (Elkan 2001, "The foundations of cost-sensitive learning",
    theorem 2; Saerens, Latinne and Decaestecker 2002, doi:10.1162/089976602753284446). It holds
    where sentences of a class look alike in both collections and only the classes' shares differ.

    Parameters
    ----------
    probability : array_like of float, shape (n,)
        From 0 to 1; NaN stays NaN.
    calibrated_share : float
        The share of positives at which the probabilities are calibrated, strictly between 0 and 1.
    share : float
        The share to restate them for, strictly between 0 and 1.

    Returns
    -------
    ndarray of float64, shape (n,)
        In the same order of size.

    Raises
    ------
    TypeError
        Where a share is no number.
    ValueError
        Where a share or a probability is out of its range.

    Examples
    --------
    >>> adjust([0.5, 0.9], calibrated_share=0.5, share=0.1).round(3).tolist()
    [0.1, 0.5]
    """
    p = _probabilities(probability, "adjust")
    old = check_share(calibrated_share, "adjust", "calibrated_share")
    new = check_share(share, "adjust")
    positive, negative = p * (new / old), (1 - p) * ((1 - new) / (1 - old))
    out: Float = positive / (positive + negative)
    return out


def estimate_share(
    probability: ArrayLike,
    calibrated_share: float,
    *,
    prior: float = PRIOR,
    tolerance: float = 1e-6,
    max_iterations: int = 10_000,
) -> float:
    """Estimate the share of positives of a collection from its scores.

    Expectation-maximisation (Saerens, Latinne and Decaestecker 2002, doi:10.1162/089976602753284446): restate the
    probabilities for the present share, take their mean for the next one, and so on. That alone takes every
    difference from the calibrated collections for one in the share of positives, also where another style or another
    idea of what is positive makes it, and can run away to 0 or 1. Therefore the calibrated share counts beside the
    scores, as if it had been seen among ``prior`` times as many sentences: a beta prior, which does
    not fade in a large collection, as neither does what it guards against. The posterior
    is concave, so that what is reached is its one maximum.

    Parameters
    ----------
    probability : array_like of float, shape (n,)
        Of the sentences of one collection; NaN is left out.
    calibrated_share : float
        The share of positives at which the probabilities are calibrated, strictly between 0 and 1.
    prior : float, default=0.5
        What the calibrated share weighs beside 1 for the scores; 0: the scores alone. The default did well on
        collections that a model had not seen; see ``docs/probability.md``.
    tolerance : float, default=1e-6
        The step at which to stop.
    max_iterations : int, default=10_000

    Returns
    -------
    float
        Strictly between 0 and 1; ``calibrated_share`` where there is no probability.

    Raises
    ------
    TypeError
        Where the calibrated share is no number.
    ValueError
        Where it, ``prior`` or a probability is out of its range.

    Warns
    -----
    RhetoricWarning
        Where there are fewer than 200 probabilities (without a prior the standard error of the estimate is then
        .05 and more for a classifier with an AUC of .85), or no convergence.
    """
    p = _probabilities(probability, "estimate_share")
    p = p[~np.isnan(p)]
    start = share = check_share(calibrated_share, "estimate_share", "calibrated_share")
    if not 0 <= prior < np.inf:
        raise ValueError(
            f"The 'prior' parameter of estimate_share must be a finite number of at least 0. Got {prior!r} instead."
        )
    if len(p) < MINIMUM:
        _warn(f"The share was estimated from {len(p)} sentences; below {MINIMUM} it is a rough guess.")
    if not len(p):
        return share
    least = np.finfo(np.float64).eps  # where no sentence speaks for a class, its share goes to 0
    for _ in range(max_iterations):
        mean = (adjust(p, start, share).mean() + prior * start) / (1 + prior)
        step = float(np.clip(mean, least, 1 - least)) - share
        share += step
        if abs(step) < tolerance:
            return share
    _warn(f"The share had not converged after {max_iterations} steps; the last one was {step:+.1g}.")
    return share


def share_of(probability: Float, calibrated_share: float, share: Share, owner: str) -> float:
    """The share that is meant: a number as it stands, or the estimate for these probabilities."""
    if isinstance(share, str):
        if share != ESTIMATE:
            raise ValueError(
                f"The 'share' parameter of {owner} must be a number between 0 and 1, '{ESTIMATE}' or None."
                f" Got {share!r} instead."
            )
        return estimate_share(probability, calibrated_share)
    return check_share(share, owner)


def _probabilities(probability: ArrayLike, owner: str) -> Float:
    p = np.asarray(probability, dtype=np.float64)
    with np.errstate(invalid="ignore"):
        good = np.isnan(p) | ((p >= 0) & (p <= 1))
    if p.ndim != 1 or not good.all():
        raise ValueError(
            f"The 'probability' parameter of {owner} must be a list of numbers from 0 to 1 or NaN."
            f" Got {_wrong(p, good)} instead."
        )
    return p


def _wrong(p: Float, good: NDArray[np.bool_]) -> str:
    return f"{p.ndim} dimensions" if p.ndim != 1 else f"{p[~good][0]} at row {int(np.argmin(good))}"


def _warn(message: str) -> None:
    warnings.warn(message, RhetoricWarning, stacklevel=3)

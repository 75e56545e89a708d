"""Leave one source out: the default threshold is the one that does best on corpora that a model saw nothing of."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rhetoric.evaluation.metrics import evaluate_scores
from rhetoric.training.held_out import HeldOut, calibration_of, probabilities
from rhetoric.training.linear import best_threshold

Float = NDArray[np.float64]


def unseen_probabilities(
    unseen: Mapping[str, HeldOut], in_folds: Mapping[str, HeldOut], on: Sequence[str]
) -> dict[str, tuple[NDArray[np.bool_], Float]]:
    """Labels and probabilities of each source whose label is certain, calibrated on the other sources.

    Parameters
    ----------
    unseen : mapping of str to HeldOut
        Log-odds of each source by a model that saw nothing of it.
    in_folds : mapping of str to HeldOut
        Log-odds of the same sources in folds, which calibrate.
    on : sequence of str
        The sources.
    """
    out = {}
    for name in on:
        kept = unseen[name].where(unseen[name].certain)
        calibration = calibration_of([in_folds[other] for other in on if other != name])
        out[name] = kept.target > 0.5, probabilities(kept.log_odds, calibration)
    return out


def unseen_threshold(found: Mapping[str, tuple[NDArray[np.bool_], Float]]) -> float:
    """The cut with the best macro-F1 on average over sources that the scoring model saw nothing of."""
    return best_threshold(list(found.values()))


def measure_unseen(
    unseen: Mapping[str, HeldOut], in_folds: Mapping[str, HeldOut], on: Sequence[str]
) -> dict[str, Any]:
    """Measure each source at the cut that is best for the other ones."""
    found = unseen_probabilities(unseen, in_folds, on)
    out: dict[str, Any] = {}
    for name in on:
        cut = unseen_threshold({other: found[other] for other in on if other != name})
        group = unseen[name].where(unseen[name].certain).group
        out[f"{name}, nothing of it seen"] = evaluate_scores(*found[name], cut, group).to_dict()
    return out

"""Train a model on a user's own labelled table."""

from __future__ import annotations

import hashlib
import importlib.metadata
from pathlib import Path

import numpy as np

from rhetoric.datasets.tables import LabelledTable
from rhetoric.evaluation.metrics import Evaluation, evaluate_scores
from rhetoric.model import LinearModel
from rhetoric.scoring import sigmoid
from rhetoric.tasks import LABELS
from rhetoric.training.linear import (
    Settings,
    Weights,
    balanced,
    best_threshold,
    calibrate,
    design,
    fit,
    folds,
    to_model,
)
from rhetoric.types import RhetoricError

MINIMUM = 10  # rows of each class


def train_table(
    table: LabelledTable, task: str, name: str, path: Path, settings: Settings | None = None
) -> tuple[LinearModel, Evaluation]:
    """Train, calibrate and measure a model.

    Parameters
    ----------
    table : LabelledTable
    task : {"opinion", "loaded", "sarcasm", "hedge"}
    name : str
        The model's name for its card.
    path : Path
        The table's file, for the card.
    settings : Settings, optional

    Returns
    -------
    model : LinearModel
        Trained on all rows.
    evaluation : Evaluation
        Of predictions in five folds that keep groups together.

    Raises
    ------
    RhetoricError
        Where a class has fewer than ten rows, or the groups cannot be split so that each side has both classes.
    """
    settings = settings or Settings()
    target = table.positive.astype(np.float64)
    if min(target.sum(), (1 - target).sum()) < MINIMUM:
        raise RhetoricError(
            f"{path}: training needs at least {MINIMUM} rows of each class."
            f" Got {int(target.sum())} positive and {int((1 - target).sum())} negative."
        )
    matrix = design(table.texts, settings)
    groups = np.arange(len(target)).astype(str).astype(object) if table.groups is None else table.groups
    held_out = np.full(len(target), np.nan)
    if len(np.unique(groups.astype(str))) < 2:
        raise RhetoricError(f"{path}: all rows are of one group; held-out folds need at least two.")
    for train, test in folds(groups):
        if not 0 < target[train].sum() < len(train):
            raise RhetoricError(f"{path}: without one group a class has no rows left; name a finer --group.")
        held_out[test] = fit(matrix[train], target[train], balanced(target[train]), settings).log_odds(
            matrix[test]
        )
    slope, offset = calibrate(held_out, target, np.ones(len(target)))
    probability = sigmoid(held_out * slope + offset)
    threshold = best_threshold([(table.positive, probability)])
    evaluation = evaluate_scores(table.positive, probability, threshold, table.groups)
    weights: Weights = fit(matrix, target, balanced(target), settings).recalibrated(slope, offset)
    card = {
        "name": name,
        "task": task,
        "labels": dict(zip(("positive", "negative"), LABELS[task], strict=True)),
        "threshold": threshold,
        "share": float(target.mean()),  # each row weighs the same in the calibration
        "training_data": {
            path.name: {"sha256": hashlib.sha256(path.read_bytes()).hexdigest(), "rows": len(target)}
        },
        "versions": {p: importlib.metadata.version(p) for p in ("numpy", "scipy", "scikit-learn")},
        "metrics": {"held-out folds": evaluation.to_dict()},
    }
    return to_model(weights, settings, card), evaluation

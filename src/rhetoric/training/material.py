"""What the n-gram models learn from: gold labels, and the transformer's on everything else."""

from __future__ import annotations

import logging
import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix, vstack

from rhetoric.scoring import sigmoid
from rhetoric.training.linear import Settings, Weights, balanced, design, fit
from rhetoric.training.pool import POOL, PoolSentence, load_pool, pool_rows
from rhetoric.training.tasks import FOLDS, HEADS, Set, load_sets, training_rows
from rhetoric.types import Sentence

log = logging.getLogger(__name__)
Float = NDArray[np.float64]
Rows = Mapping[str, NDArray[np.int64]]
_CHUNK = 10_000
_GOLD = 4000.0  # what the gold sets of a task weigh together, in rows


@dataclass(frozen=True, slots=True)
class Recipe:
    """How a task's n-gram model is taught.

    ``gold`` maps each corpus to its share of the gold weight; ``taught`` is the weight of all sentences that
    the transformer labelled, beside 1 for all gold labels together; ``section`` is the weight of the transformer's
    log-odds for the publisher's section beside its own for the task.
    """

    task: str
    gold: Mapping[str, float]
    taught: float
    section: float
    settings: Settings


class Material:
    """The corpora, the pool and their matrices, read once for all models."""

    def __init__(self, data: Path, labels: Path | None, settings: Settings) -> None:
        self.sets: dict[str, Set] = load_sets(data)
        self.pool: list[PoolSentence] = load_pool(data) if labels else []
        self.labels = [dict(np.load(labels / f"fold-{k}.npz")) for k in range(FOLDS)] if labels else []
        self.settings = settings
        self._matrices: dict[str, csr_matrix] = {}

    def matrix(self, name: str) -> csr_matrix:
        """The features of a corpus or of the pool."""
        if name not in self._matrices:
            texts: Sequence[str | Sentence] = (
                [s.text for s in self.pool] if name == POOL else self.sets[name].texts()
            )
            self._matrices[name] = design_chunked(texts, self.settings)
            log.info("%s: %d sentences", name, len(texts))
        return self._matrices[name]

    def gold_rows(self, recipe: Recipe, fold: int | None) -> dict[str, NDArray[np.int64]]:
        """The rows of a task's gold sets that a model of a fold may learn from."""
        rows = training_rows(self.sets, fold)
        out: dict[str, NDArray[np.int64]] = {}
        for name in recipe.gold:
            known = ~np.isnan(self.sets[name].target(recipe.task))
            out[name] = rows[name][known[rows[name]]]
        return out

    def taught_logits(self, head: str, fold: int | None) -> Float:
        """The transformer's log-odds for the pool: of the fold's network, or the mean of all."""
        column = HEADS.index(head)
        some = self.labels if fold is None else [self.labels[fold]]
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", RuntimeWarning)  # of rows that no network labelled
            out: Float = np.nanmean([labels[POOL][:, column] for labels in some], axis=0, dtype=np.float64)
        return out

    def fit(self, recipe: Recipe, gold: Rows, fold: int | None) -> Weights:
        """Fit a model on these gold rows, and on the pool as a fold's network labels it."""
        matrices, targets, weights = [], [], []
        share = sum(recipe.gold.values())
        for name, at in gold.items():
            target = self.sets[name].target(recipe.task)[at]
            matrices.append(self.matrix(name)[at])
            targets.append(target)
            weights.append(balanced(target) * _GOLD * recipe.gold[name] / share / len(at))
        if recipe.taught:
            logits = self.taught_logits(recipe.task, fold)
            if recipe.section:
                logits += recipe.section * self.taught_logits("section", fold)
            rows = pool_rows(self.pool, self.sets, fold)
            rows = rows[~np.isnan(logits[rows])]
            logits = logits[rows]
            matrices.append(self.matrix(POOL)[rows])
            targets.append(sigmoid(logits))
            weights.append(np.full(len(rows), _GOLD * recipe.taught / len(rows)))
        return fit(
            vstack(matrices, format="csr"), np.concatenate(targets), np.concatenate(weights), recipe.settings
        )


def design_chunked(texts: Sequence[str | Sentence], settings: Settings) -> csr_matrix:
    """The features of many texts in single precision, a part at a time to keep memory low."""
    parts = [
        design(texts[at : at + _CHUNK], settings).astype(np.float32) for at in range(0, len(texts), _CHUNK)
    ]
    return vstack(parts, format="csr")

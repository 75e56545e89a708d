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
from rhetoric.training.leaks import without_shared_runs
from rhetoric.training.linear import Settings, Weights, balanced, design, fit
from rhetoric.training.pool import POOL, PoolSentence, load_pool, pool_rows
from rhetoric.training.tasks import FOLDS, HEADS, Set, load_sets, plain, training_rows
from rhetoric.types import Sentence

log = logging.getLogger(__name__)
Float = NDArray[np.float64]
Rows = Mapping[str, NDArray[np.int64]]
_CHUNK = 10_000
_WITHOUT = "without-"
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
    """The corpora, the pool, the labels and the matrices, read once for all models.

    Attributes
    ----------
    labels : list of dict
        What the network of each fold said.
    unseen : dict of str to dict
        What a network said that had learned without this corpus.
    """

    def __init__(self, data: Path, labels: Path | None, settings: Settings) -> None:
        self.sets: dict[str, Set] = load_sets(data)
        self.pool: list[PoolSentence] = load_pool(data) if labels else []
        self.labels = [dict(np.load(labels / f"fold-{k}.npz")) for k in range(FOLDS)] if labels else []
        files = sorted(labels.glob(f"{_WITHOUT}*.npz")) if labels else []
        self.unseen = {file.stem.removeprefix(_WITHOUT): dict(np.load(file)) for file in files}
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
        return self.known(recipe, training_rows(self.sets, fold))

    def known(self, recipe: Recipe, rows: Rows) -> dict[str, NDArray[np.int64]]:
        """Of these rows, those of the task's gold sets that have a label for it."""
        known = {name: ~np.isnan(self.sets[name].target(recipe.task)) for name in recipe.gold if name in rows}
        return {name: rows[name][labelled[rows[name]]] for name, labelled in known.items()}

    def taught_logits(self, recipe: Recipe, labels: Sequence[Mapping[str, NDArray[np.float32]]]) -> Float:
        """Log-odds of the pool by transformers, on average; NaN where none labelled the sentence."""
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", RuntimeWarning)  # of rows that no network labelled
            mean: Float = np.asarray(np.nanmean([some[POOL] for some in labels], axis=0, dtype=np.float64))
        out: Float = mean[:, HEADS.index(recipe.task)]
        if recipe.section:
            out = out + recipe.section * mean[:, HEADS.index("section")]
        return out

    def fit(self, recipe: Recipe, gold: Rows, fold: int | None) -> Weights:
        """Fit a model on these gold rows, and on the pool as a fold's network labels it (None: all of them)."""
        labels = self.labels if fold is None else self.labels[fold : fold + 1]
        return self._fit(recipe, gold, labels, pool_rows(self.pool, self.sets, fold))

    def fit_without(self, recipe: Recipe, name: str) -> Weights:
        """Fit a model that sees nothing of a corpus, nor does the network that teaches it."""
        tested = [plain(text) for text in self.sets[name].texts()]
        rows = {
            other: without_shared_runs([plain(text) for text in s.texts()], tested)
            for other, s in self.sets.items()
            if other in recipe.gold and other != name
        }
        pooled = without_shared_runs([s.text for s in self.pool], tested)
        return self._fit(recipe, self.known(recipe, rows), [self.unseen[name]], pooled)

    def _fit(
        self,
        recipe: Recipe,
        gold: Rows,
        labels: Sequence[Mapping[str, NDArray[np.float32]]],
        pooled: NDArray[np.int64],
    ) -> Weights:
        matrices, targets, weights = [], [], []
        share = sum(recipe.gold[name] for name in gold)
        for name, at in gold.items():
            target = self.sets[name].target(recipe.task)[at]
            matrices.append(self.matrix(name)[at])
            targets.append(target)
            weights.append(balanced(target) * _GOLD * recipe.gold[name] / share / len(at))
        if recipe.taught:
            logits = self.taught_logits(recipe, labels)[pooled]
            rows = pooled[~np.isnan(logits)]
            matrices.append(self.matrix(POOL)[rows])
            targets.append(sigmoid(logits[~np.isnan(logits)]))
            weights.append(np.full(len(rows), _GOLD * recipe.taught / len(rows)))
        return fit(
            vstack(matrices, format="csr"), np.concatenate(targets), np.concatenate(weights), recipe.settings
        )


def scored(weights: Weights, texts: Sequence[str | Sentence], settings: Settings) -> Float:
    """Log-odds of many texts, a part at a time."""
    parts = [design(texts[at : at + _CHUNK], settings) for at in range(0, len(texts), _CHUNK)]
    return np.concatenate([weights.log_odds(part) for part in parts])


def design_chunked(texts: Sequence[str | Sentence], settings: Settings) -> csr_matrix:
    """The features of many texts in single precision, a part at a time to keep memory low."""
    parts = [
        design(texts[at : at + _CHUNK], settings).astype(np.float32) for at in range(0, len(texts), _CHUNK)
    ]
    return vstack(parts, format="csr")

"""Loaded wording in articles that no model saw, by outlets that it may have seen: folds by article."""

from __future__ import annotations

import logging
import zlib

import numpy as np
from numpy.typing import NDArray

from rhetoric.training.held_out import HeldOut, held_out_rows
from rhetoric.training.leaks import without_shared_runs
from rhetoric.training.material import Material, Recipe
from rhetoric.training.tasks import FOLDS, Set, plain

log = logging.getLogger(__name__)
PARTS = 3


def article_parts(s: Set) -> NDArray[np.int64]:
    """Each row's part, the same for all rows of an article."""
    return np.array([zlib.crc32(row.group.encode()) % PARTS for row in s.rows])


def held_out_by_article(material: Material, recipe: Recipe, name: str) -> HeldOut:
    """Log-odds of a corpus, an article's rows by models that saw none of it.

    A third of the articles of an outlet's fold is held out at a time. The model learns from all other rows, and
    from the network of that fold, which had seen none of its outlets.
    """
    s = material.sets[name]
    part, log_odds = article_parts(s), np.full(len(s), np.nan)
    texts = {other: [plain(t) for t in material.sets[other].texts()] for other in recipe.gold}
    for k in range(FOLDS):
        for j in range(PARTS):
            held = np.flatnonzero((s.fold == k) & (part == j))
            tested = [texts[name][i] for i in held.tolist()]
            rows = {other: without_shared_runs(t, tested) for other, t in texts.items()}
            weights = material.fit(recipe, material.known(recipe, rows), k)
            log_odds[held] = weights.log_odds(material.matrix(name)[held])
        log.info("%s: articles of fold %d scored", recipe.task, k)
    return held_out_rows(s, recipe.task, log_odds, part)

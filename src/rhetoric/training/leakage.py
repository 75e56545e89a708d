"""What was left out of the training as it stands, or nearly, among the tested texts; and that nothing remained."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rhetoric.training.leaks import RUN, Overlap, overlap
from rhetoric.training.material import Material
from rhetoric.training.pool import load_pool, pool_folds, pool_rows
from rhetoric.training.tasks import FOLDS, TESTS, Set, load_sets, load_test, plain, training_rows
from rhetoric.types import RhetoricError

log = logging.getLogger(__name__)
Bool = NDArray[np.bool_]
Found = dict[str, Overlap]
# For each corpus and collection what it shares with the test splits, and with held-out rows, summed over folds.
Leaks = Mapping[str, tuple[Overlap, Overlap]]
_RULE = (
    f"A row that shares a run of {RUN} words with a tested text is left out (lower case, no punctuation;"
    " of a shorter text the whole)"
)


def leakage(material: Material, data: Path) -> Leaks:
    """Compare all training rows with the test splits, and those of each fold with the rows it holds out.

    Parameters
    ----------
    material : Material
    data : Path
        The folder of corpora, which is read once more to see what was left out.

    Returns
    -------
    mapping of str to tuple of Overlap
        For each corpus and collection what it shares with the tests, and with held-out rows, summed over folds.

    Raises
    ------
    RhetoricError
        Where a row that is trained on shares a run with a row that is tested on.
    """
    tests = _with_tests(material, data)
    folds = _with_folds(material)
    for name, found in [*tests.items(), *folds.items()]:
        if found.remaining:
            raise RhetoricError(
                f"{found.remaining} training rows of {name} share a run of {RUN} words with a tested text:"
                " the rows must be chosen by rhetoric.training.leaks.without_shared_runs."
            )
    log.info("no training row shares a run with a tested text")
    return {name: (tests[name], folds[name]) for name in tests}


def leakage_card(found: Leaks, names: Iterable[str]) -> dict[str, Any]:
    """What a card says of it, for the corpora that its model learns from."""
    names = list(names)
    return {
        "rule": _RULE,
        "test_splits": {name: asdict(found[name][0]) for name in names},
        "held_out_folds": {name: asdict(found[name][1]) for name in names},
    }


def _with_tests(material: Material, data: Path) -> Found:
    """All rows as the corpora have them, beside the test splits."""
    tested = [text for name in TESTS for text in load_test(name, data)[0]]
    texts = {name: _texts(s) for name, s in load_sets(data, tests=()).items()}
    used = {name: set(_texts(s)) for name, s in material.sets.items()}
    if material.pool:
        for sentence in load_pool(data, tests=()):
            texts.setdefault(sentence.collection, []).append(sentence.text)
        for sentence in material.pool:
            used.setdefault(sentence.collection, set()).add(sentence.text)
    return {
        name: overlap(all_of, np.array([text in used.get(name, ()) for text in all_of], dtype=bool), tested)
        for name, all_of in texts.items()
    }


def _with_folds(material: Material) -> Found:
    """The rows of the other folds, beside those that a fold holds out."""
    found: Found = {}
    sets, pool = material.sets, material.pool
    collections = np.array([s.collection for s in pool])
    folds = pool_folds(pool, sets) if pool else np.zeros(0, dtype=np.int64)
    for k in range(FOLDS):
        held = [plain(r.text) for s in sets.values() for i, r in enumerate(s.rows) if s.fold[i] == k]
        rows = training_rows(sets, k)
        for name, s in sets.items():
            used = np.isin(np.arange(len(s)), rows[name])
            _add(found, name, _texts(s), used, used | (s.fold != k), held)
        used = np.isin(np.arange(len(pool)), pool_rows(pool, sets, k)) if pool else np.zeros(0, dtype=bool)
        for name in dict.fromkeys(collections.tolist()):
            here = collections == name
            texts = [pool[i].text for i in np.flatnonzero(here).tolist()]
            _add(found, name, texts, used[here], (folds != k)[here], held)
    return found


def _add(found: Found, name: str, texts: list[str], used: Bool, of: Bool, held: list[str]) -> None:
    rows = np.flatnonzero(of).tolist()
    more = overlap([texts[i] for i in rows], used[rows], held)
    found[name] = found[name] + more if name in found else more


def _texts(s: Set) -> list[str]:
    return [plain(row.text) for row in s.rows]

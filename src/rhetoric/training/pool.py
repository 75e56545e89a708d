"""Sentences without gold labels, for the transformer to label and the n-gram models to learn from."""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rhetoric.datasets.tables import read_table
from rhetoric.reading.reading import read_document
from rhetoric.training.leaks import without_shared_runs
from rhetoric.training.tasks import FOLDS, TESTS, Set, load_test, outlet_key, plain, unquoted

POOL = "pool"
_SHORTEST = 20  # characters


@dataclass(frozen=True, slots=True)
class PoolSentence:
    """A sentence with the collection, article and (canonical) outlet that it is from.

    ``section`` is 1 in an article that its publisher prints as opinion, 0 in a report, NaN where unknown.
    """

    text: str
    collection: str
    article: str
    outlet: str
    section: float


def _json_lines(path: Path) -> Iterator[dict[Any, Any]]:
    with path.open(encoding="utf-8") as lines:
        yield from map(json.loads, lines)


def records(path: Path) -> list[dict[Any, Any]]:
    """The rows of a table."""
    return read_table(path).to_dict("records")


def sentences_of(text: str, edge: int = 0) -> list[str]:
    """The body's sentences, without ``edge`` of them at either end, where publishers put boilerplate."""
    body = [s.text for s in read_document(text)[0].sentences if s.part in ("body", "title")]
    return [t for t in body[edge : len(body) - edge] if len(t) >= _SHORTEST]


def _some(sentences: list[str], n: int, rng: np.random.Generator) -> list[str]:
    return [sentences[i] for i in sorted(rng.permutation(len(sentences))[:n].tolist())]


def _collections(data: Path, rng: np.random.Generator) -> Iterator[PoolSentence]:
    for r in records(data / "news_vs_opinion_allsides/train.tsv"):
        outlet, section = outlet_key(r["source"]), float(r["label"] == "OPINION")
        for text in _some(sentences_of(r["text"], 2), 8, rng):
            yield PoolSentence(text, "news_vs_opinion_allsides", r["id"], outlet, section)
    for r in _json_lines(data / "articles_reuters21578/articles.jsonl"):
        if r["text"] and rng.random() < 0.1:
            for text in _some(sentences_of(r["text"]), 3, rng):
                yield PoolSentence(text, "articles_reuters21578", r["id"], "reuters", np.nan)
    for r in _json_lines(data / "articles_masc/docs.jsonl"):
        for text in _some([t for t in r["sentences"] if len(t) >= _SHORTEST], 40, rng):
            yield PoolSentence(text, "articles_masc", r["id"], "", np.nan)
    for r in _json_lines(data / "polnear/train_articles.jsonl"):
        for text in _some(sentences_of(r["text"]), 12, rng):
            yield PoolSentence(text, "polnear", r["id"], outlet_key(r["publisher"]), np.nan)
    for r in records(data / "c3_constructive_comments/all.tsv"):
        if rng.random() < 0.5:
            for text in _some(sentences_of(unquoted(r["text"])), 2, rng):
                yield PoolSentence(text, "c3_constructive_comments", r["doc_id"], "", np.nan)
    for r in records(data / "brown_news_editorial/train.tsv"):
        if rng.random() < 0.4 and len(r["text"]) >= _SHORTEST:
            yield PoolSentence(r["text"], "brown_news_editorial", r["doc_id"], "", np.nan)


def load_pool(data: Path, tests: Iterable[str] = TESTS) -> list[PoolSentence]:
    """The sentences of the collections, in a fixed order, without those that share a run with one of the tests."""
    pool = list(_collections(data, np.random.default_rng(0)))
    tested = [text for name in tests for text in load_test(name, data)[0]]
    return [pool[i] for i in without_shared_runs([s.text for s in pool], tested).tolist()]


def outlet_folds(keys: Sequence[str], sets: dict[str, Set]) -> NDArray[np.int64]:
    """The fold of each outlet (or article, where it has none), as in the labelled sets."""
    known = {r.outlet: int(k) for r, k in zip(sets["babe"].rows, sets["babe"].fold, strict=True)}
    return np.array([known.get(key, zlib.crc32(key.encode()) % FOLDS) for key in keys])


def pool_folds(pool: list[PoolSentence], sets: dict[str, Set]) -> NDArray[np.int64]:
    """The fold of each sentence: that of its outlet; without outlet, of its article."""
    return outlet_folds([s.outlet or s.article for s in pool], sets)


def pool_rows(pool: list[PoolSentence], sets: dict[str, Set], held_out: int | None) -> NDArray[np.int64]:
    """The sentences that a model of a fold may learn from: none of its outlets, articles or near-duplicates."""
    if held_out is None:
        return np.arange(len(pool))
    rows = np.flatnonzero(pool_folds(pool, sets) != held_out)
    held = [plain(r.text) for s in sets.values() for i, r in enumerate(s.rows) if s.fold[i] == held_out]
    return rows[without_shared_runs([pool[i].text for i in rows.tolist()], held)]

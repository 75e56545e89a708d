"""Let the fold networks label every sentence: what the n-gram models and the last network learn from.

    python -m rhetoric.training.labels --fold 0 --teacher build/teacher/fold-0 --output build/labels
    python -m rhetoric.training.labels --without babe --teacher build/teacher/without-babe --output build/labels

Of a fold's network: the rows that it had not seen, whole articles of its outlets, and the pool. Of a network that
learned without a corpus: that corpus, and the pool.
"""

from __future__ import annotations

import argparse
import logging
from collections.abc import Collection, Sequence
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray

from rhetoric.training.articles import ARTICLES, load_articles
from rhetoric.training.corpora import data_directory
from rhetoric.training.examples import encode
from rhetoric.training.pool import POOL, PoolSentence, load_pool, pool_folds
from rhetoric.training.tasks import FOLDS, HEADS, SETS, Set, load_sets
from rhetoric.training.teacher import load_network, load_tokenizer, predict
from rhetoric.types import Sentence

log = logging.getLogger(__name__)
_CHUNK = 10_000


def label(folder: Path, texts: Sequence[str | Sentence]) -> NDArray[np.float32]:
    """Logits of all heads for each text."""
    network, tokenizer = load_network(folder), load_tokenizer()
    out = np.zeros((len(texts), len(HEADS)), dtype=np.float32)
    for at in range(0, len(texts), _CHUNK):
        pieces = [p.ids for p in encode(texts[at : at + _CHUNK], tokenizer)]
        out[at : at + _CHUNK] = predict(network, pieces)[0]
        log.info("%d of %d", min(at + _CHUNK, len(texts)), len(texts))
    return out


def rows_to_label(
    sets: dict[str, Set], pool: list[PoolSentence], fold: int
) -> tuple[dict[str, NDArray[np.int64]], NDArray[np.int64]]:
    """The rows of each corpus and of the pool that a fold's network labels.

    They are the held-out rows, for calibration and measures, and what the fold's n-gram models learn from: of
    the largest collection every other sentence, of the rest all.
    """
    held_out = {name: np.flatnonzero(s.fold == fold) for name, s in sets.items()}
    large = np.array([s.collection == "news_vs_opinion_allsides" for s in pool])
    even = np.arange(len(pool)) % 2 == 0
    return held_out, np.flatnonzero(~large | even | (pool_folds(pool, sets) == fold))


def article_logits(folder: Path, data: Path, sets: dict[str, Set], fold: int) -> NDArray[np.float32]:
    """Logits of the sentences of all articles of the fold's outlets, one after another."""
    articles = [a for a in load_articles(data, sets) if a.fold == fold]
    return label(folder, [s for a in articles for s in a.sentences])


def _save(file: Path, arrays: dict[str, NDArray[np.float32]]) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    np.savez(file.with_suffix(".part.npz"), allow_pickle=False, **arrays)
    file.with_suffix(".part.npz").replace(file)


def _of_fold(folder: Path, data: Path, fold: int, only: Collection[str]) -> dict[str, NDArray[np.float32]]:
    sets, pool = load_sets(data), load_pool(data)
    rows, pooled = rows_to_label(sets, pool, fold)
    if only:
        rows = {name: at for name, at in rows.items() if name in only}
        pooled = np.flatnonzero([s.collection in only for s in pool])
    texts = [sets[name].rows[i].text for name, at in rows.items() for i in at.tolist()]
    logits = label(folder, [*texts, *(pool[i].text for i in pooled.tolist())])
    labels = {name: np.full((len(sets[name]), len(HEADS)), np.nan, dtype=np.float32) for name in rows}
    labels[POOL] = np.full((len(pool), len(HEADS)), np.nan, dtype=np.float32)
    parts = np.split(logits, np.cumsum([len(at) for at in rows.values()]))
    for (name, at), part in zip([*rows.items(), (POOL, pooled)], parts, strict=True):
        labels[name][at] = part
    return labels if only else {**labels, ARTICLES: article_logits(folder, data, sets, fold)}


def _without(folder: Path, data: Path, name: str) -> dict[str, NDArray[np.float32]]:
    corpus, pool = load_sets(data)[name].texts(), load_pool(data)
    some = np.arange(0, len(pool), 2)  # half of them is enough to set a threshold
    logits = label(folder, [*corpus, *(pool[i].text for i in some.tolist())])
    of_pool = np.full((len(pool), len(HEADS)), np.nan, dtype=np.float32)
    of_pool[some] = logits[len(corpus) :]
    return {name: logits[: len(corpus)], POOL: of_pool}


def main() -> None:
    parser = argparse.ArgumentParser(description="Label sentences with a network.")
    parser.add_argument("--data", type=Path, default=None, help="folder of corpora (default: $RHETORIC_DATA)")
    which = parser.add_mutually_exclusive_group(required=True)
    which.add_argument("--fold", type=int, choices=range(FOLDS), help="the network has not seen this fold")
    which.add_argument("--without", choices=SETS, help="the network has not seen this corpus")
    parser.add_argument("--only", nargs="+", default=(), help="corpora and collections (default: all)")
    parser.add_argument("--teacher", type=Path, required=True)
    parser.add_argument("--output", type=Path, required=True)
    arguments = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    torch.set_num_threads(1)
    of_fold = arguments.fold is not None
    file = arguments.output / (
        f"fold-{arguments.fold}.npz" if of_fold else f"without-{arguments.without}.npz"
    )
    if file.exists():
        log.info("%s is complete", file)
        return
    data = data_directory(arguments.data)
    if of_fold:
        _save(file, _of_fold(arguments.teacher, data, arguments.fold, arguments.only))
    else:
        _save(file, _without(arguments.teacher, data, arguments.without))


if __name__ == "__main__":
    main()

"""Let the fold networks label every sentence: what the n-gram models and the last network learn from.

python -m rhetoric.training.labels --fold 0 --teacher build/teacher/fold-0 --output build/labels
"""

from __future__ import annotations

import argparse
import logging
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray

from rhetoric.training.corpora import data_directory
from rhetoric.training.pool import POOL, PoolSentence, load_pool, pool_folds
from rhetoric.training.tasks import FOLDS, HEADS, Set, load_sets
from rhetoric.training.teacher import encode, load_network, load_tokenizer, predict
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


def main() -> None:
    parser = argparse.ArgumentParser(description="Label sentences with the network of a fold.")
    parser.add_argument("--data", type=Path, default=None, help="folder of corpora (default: $RHETORIC_DATA)")
    parser.add_argument("--fold", type=int, required=True, choices=range(FOLDS))
    parser.add_argument("--teacher", type=Path, required=True)
    parser.add_argument("--output", type=Path, required=True)
    arguments = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    torch.set_num_threads(1)
    file: Path = arguments.output / f"fold-{arguments.fold}.npz"
    if file.exists():
        log.info("%s is complete", file)
        return
    data = data_directory(arguments.data)
    sets, pool = load_sets(data), load_pool(data)
    rows, pooled = rows_to_label(sets, pool, arguments.fold)
    texts = [sets[name].rows[i].text for name, at in rows.items() for i in at.tolist()]
    logits = label(arguments.teacher, [*texts, *(pool[i].text for i in pooled.tolist())])
    labels = {name: np.full((len(s), len(HEADS)), np.nan, dtype=np.float32) for name, s in sets.items()}
    labels[POOL] = np.full((len(pool), len(HEADS)), np.nan, dtype=np.float32)
    parts = np.split(logits, np.cumsum([len(at) for at in rows.values()]))
    for (name, at), part in zip([*rows.items(), (POOL, pooled)], parts, strict=True):
        labels[name][at] = part
    file.parent.mkdir(parents=True, exist_ok=True)
    np.savez(file.with_suffix(".part.npz"), allow_pickle=False, **labels)
    file.with_suffix(".part.npz").replace(file)


if __name__ == "__main__":
    main()

"""Networks that saw other articles of an outlet label the articles that they had not seen.

    python -m rhetoric.training.article_labels --data DIR --teachers build/teacher --output build/labels

Each goes on from the network of the outlet's fold: it learns from the fold's other articles beside the corpus's
remaining rows. Fifteen short runs; those that are complete are left alone.
"""

from __future__ import annotations

import argparse
import logging
from dataclasses import replace
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray

from rhetoric.training.by_article import PARTS, article_parts
from rhetoric.training.corpora import data_directory
from rhetoric.training.examples import encode, examples
from rhetoric.training.leaks import without_shared_runs
from rhetoric.training.tasks import FOLDS, HEADS, Set, load_sets, plain
from rhetoric.training.teacher import load_network, load_tokenizer, predict, train

log = logging.getLogger(__name__)
NAME = "babe"
_RATE = 0.3  # beside that of the fold's network
_EPOCHS = 2


def label_part(s: Set, teacher: Path, folder: Path, fold: int, part: int) -> NDArray[np.float32]:
    """Logits of a fold's articles of one part by a network that learned from its other parts.

    Returns
    -------
    ndarray of float32, shape (n_rows, len(HEADS))
        NaN for the rows that were not asked for.
    """
    held = np.flatnonzero((s.fold == fold) & (article_parts(s) == part))
    tested = [plain(s.rows[i].text) for i in held.tolist()]
    rows = without_shared_runs([plain(text) for text in s.texts()], tested)
    tokenizer = load_tokenizer()
    data = examples({NAME: replace(s, weight=1.0)}, {NAME: rows}, tokenizer)
    network = train(data, folder, 0, _EPOCHS, load_network(teacher), _RATE)
    out = np.full((len(s), len(HEADS)), np.nan, dtype=np.float32)
    pieces = encode([s.rows[i].text for i in held.tolist()], tokenizer)
    out[held] = predict(network, [p.ids for p in pieces])[0]
    return out


def main() -> None:
    parser = argparse.ArgumentParser(description="Label articles by networks that saw others of the outlet.")
    parser.add_argument("--data", type=Path, default=None, help="folder of corpora (default: $RHETORIC_DATA)")
    parser.add_argument("--teachers", type=Path, required=True)
    parser.add_argument("--output", type=Path, required=True)
    arguments = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    torch.set_num_threads(1)
    file: Path = arguments.output / "articles.npz"
    if file.exists():
        log.info("%s is complete", file)
        return
    s = load_sets(data_directory(arguments.data))[NAME]
    done = dict(np.load(file.with_suffix(".part.npz"))) if file.with_suffix(".part.npz").exists() else {}
    for k in range(FOLDS):
        for j in range(PARTS):
            if f"{k}/{j}" not in done:
                done[f"{k}/{j}"] = label_part(s, arguments.teachers / f"fold-{k}", arguments.output, k, j)
                np.savez(file.with_suffix(".part.npz"), allow_pickle=False, **done)
                log.info("fold %d, part %d of %d", k, j + 1, PARTS)
    np.savez(file, allow_pickle=False, logits=np.nanmean(list(done.values()), axis=0))
    file.with_suffix(".part.npz").unlink()


if __name__ == "__main__":
    main()

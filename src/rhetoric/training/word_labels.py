"""Let a fold's network say of each word how likely it is to be loaded: what the word scorer learns from.

python -m rhetoric.training.word_labels --fold 0 --teacher build/teacher/fold-0 --output build/word-labels
"""

from __future__ import annotations

import argparse
import logging
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from tokenizers import Tokenizer

from rhetoric.features.input import read_batch
from rhetoric.features.pieces import NO_WORD, Pieces, cut
from rhetoric.training.corpora import data_directory
from rhetoric.training.tasks import FOLDS, Set, load_sets, training_rows
from rhetoric.training.teacher import Network, load_network, load_tokenizer, predict
from rhetoric.training.word_targets import LABELLED, WordLabels, save_labels
from rhetoric.types import Sentence

log = logging.getLogger(__name__)
_CHUNK = 2_000


def token_logits(pieces: Pieces, logits: NDArray[np.float32], first: int, n: int) -> NDArray[np.float32]:
    """The logits of a sentence's pieces as those of its tokens, NaN for tokens that the network did not see.

    Parameters
    ----------
    pieces : Pieces
    logits : ndarray of float32
        One a piece; the first piece of a word speaks for the word.
    first, n : int
        The first token of the sentence and their number.
    """
    out = np.full(n, np.nan, dtype=np.float32)
    begins = (pieces.word != NO_WORD) & (pieces.word != np.concatenate(([NO_WORD], pieces.word[:-1])))
    out[pieces.owner[pieces.word[begins]] - first] = logits[begins]
    return out


def label_words(
    network: Network, tokenizer: Tokenizer, texts: Sequence[str | Sentence]
) -> list[NDArray[np.float32]]:
    """Log-odds that each token of each text is loaded."""
    out: list[NDArray[np.float32]] = []
    for at in range(0, len(texts), _CHUNK):
        reading = read_batch(texts[at : at + _CHUNK]).reading
        first = np.searchsorted(reading.sentence_of, np.arange(len(reading) + 1)).tolist()
        pieces = cut(tokenizer, reading)
        logits = predict(network, [p.ids for p in pieces], words=True)[1]
        out += [
            token_logits(p, z, a, b - a) for p, z, a, b in zip(pieces, logits, first, first[1:], strict=False)
        ]
        log.info("%d of %d", len(out), len(texts))
    return out


def rows_to_label(sets: dict[str, Set], fold: int) -> dict[str, NDArray[np.int64]]:
    """What a fold's network labels: some of what the fold may learn from, and its own rows of BABE, to be measured."""
    allowed = training_rows(sets, fold)
    out = {"babe": np.flatnonzero(sets["babe"].fold == fold)}
    for name, most in LABELLED.items():
        order = np.random.default_rng(0).permutation(len(sets[name]))  # the same in all folds
        out[name] = np.sort(order[np.isin(order, allowed[name])][:most])
    return out


def main() -> None:
    parser = argparse.ArgumentParser(description="Label words with the network of a fold.")
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
    sets = load_sets(data_directory(arguments.data))
    network, tokenizer = load_network(arguments.teacher), load_tokenizer()
    labels: dict[str, WordLabels] = {}
    for name, rows in rows_to_label(sets, arguments.fold).items():
        texts = [sets[name].rows[i].text for i in rows.tolist()]
        labels[name] = WordLabels(rows, label_words(network, tokenizer, texts))
    file.parent.mkdir(parents=True, exist_ok=True)
    save_labels(labels, file)


if __name__ == "__main__":
    main()

"""What the transformer learns from: sentences cut into pieces, with targets, weights and loaded words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from tokenizers import Tokenizer

from rhetoric.features.input import read_batch
from rhetoric.features.pieces import NO_WORD, Pieces, cut
from rhetoric.training.tasks import HEADS, SETS, Set, plain
from rhetoric.training.word_targets import word_targets
from rhetoric.types import Sentence

Float = NDArray[np.float64]
BATCH = 32


def encode(texts: Sequence[str | Sentence], tokenizer: Tokenizer) -> list[Pieces]:
    """The pieces of many texts, each read as one sentence."""
    out: list[Pieces] = []
    for at in range(0, len(texts), 1024):
        out += cut(tokenizer, read_batch(texts[at : at + 1024]).reading)
    return out


@dataclass(frozen=True, slots=True, eq=False)
class Examples:
    """What the network learns from.

    Attributes
    ----------
    pieces : list of ndarray of int64
    target, weight : ndarray of float32, shape (n, len(HEADS))
        The weight is 0 where there is no target.
    words : list of ndarray of float32 or None
        1 for the first piece of a loaded word, 0 for that of any other, NaN for the rest.
    set_of : ndarray of int64
        The number of the set.
    draws : dict of int to int
        How many rows an epoch draws from a set.
    """

    pieces: list[NDArray[np.int64]]
    target: NDArray[np.float32]
    weight: NDArray[np.float32]
    words: list[NDArray[np.float32] | None]
    set_of: NDArray[np.int64]
    draws: dict[int, int]

    def epoch(self, rng: np.random.Generator) -> Iterator[NDArray[np.int64]]:
        """Batches of rows of like length, in random order."""
        rows = np.concatenate(
            [
                rng.permutation(np.flatnonzero(self.set_of == number))[:draws]
                for number, draws in self.draws.items()
            ]
        )
        rng.shuffle(rows)
        length = np.array([len(p) for p in self.pieces])
        batches: list[NDArray[np.int64]] = []
        for at in range(0, len(rows), 50 * BATCH):
            near = rows[at : at + 50 * BATCH]
            near = near[np.argsort(length[near], kind="stable")]
            batches += [near[i : i + BATCH] for i in range(0, len(near), BATCH)]
        for i in rng.permutation(len(batches)).tolist():
            yield batches[i]


def _word_row(text: str, loaded: Sequence[str], pieces: Pieces, first_token: int) -> NDArray[np.float32]:
    flags = word_targets(text, loaded)
    out = np.full(len(pieces.ids), np.nan, dtype=np.float32)
    seen = NO_WORD
    for i, word in enumerate(pieces.word.tolist()):
        if word != NO_WORD and word != seen:
            out[i] = flags[int(pieces.owner[word]) - first_token]
            seen = word
    return out


def examples(sets: dict[str, Set], rows: dict[str, NDArray[np.int64]], tokenizer: Tokenizer) -> Examples:
    """Encode the rows of the sets; each set's classes weigh the same within it."""
    pieces: list[NDArray[np.int64]] = []
    words: list[NDArray[np.float32] | None] = []
    targets: list[Float] = []
    weights: list[Float] = []
    set_of: list[int] = []
    draws: dict[int, int] = {}
    for name, at in rows.items():
        number, of = SETS.index(name), sets[name]
        kept = [of.rows[i] for i in at.tolist()]
        cut_rows = encode([r.text for r in kept], tokenizer)
        pieces += [p.ids for p in cut_rows]
        words += [
            None
            if r.words is None
            else _word_row(plain(r.text), r.words, p, int(p.owner[0]) if len(p.owner) else 0)
            for r, p in zip(kept, cut_rows, strict=True)
        ]
        target = np.stack([of.target(head)[at] for head in HEADS], axis=1)
        targets.append(target)
        weights.append(of.weight * np.stack([_balance(target[:, h]) for h in range(len(HEADS))], axis=1))
        set_of += [number] * len(kept)
        draws[number] = of.per_epoch or len(kept)
    target = np.concatenate(targets)
    return Examples(
        pieces,
        np.nan_to_num(target).astype(np.float32),
        np.concatenate(weights).astype(np.float32),
        words,
        np.array(set_of),
        draws,
    )


def _balance(target: Float) -> Float:
    """Row weights under which both classes weigh half; 0 where there is no target."""
    known = ~np.isnan(target)
    out = np.zeros(len(target))
    if known.any():
        t = target[known]
        out[known] = t / (2 * t.mean()) + (1 - t) / (2 * (1 - t.mean()))
    return out

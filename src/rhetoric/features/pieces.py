"""Word pieces of masked words, as a transformer's tokenizer cuts them. Needs the ``tokenizers`` package."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from rhetoric.features.masked import masked_words
from rhetoric.reading.reading import Reading

if TYPE_CHECKING:
    from tokenizers import Tokenizer

NO_WORD = -1


@dataclass(frozen=True, slots=True, eq=False)
class Pieces:
    """One sentence as piece numbers.

    Attributes
    ----------
    ids : ndarray of int64
        The pieces, special ones at both ends.
    word : ndarray of int64
        The word that each piece belongs to, counted from 0; ``NO_WORD`` for the special pieces.
    owner : ndarray of int64
        The token of the reading behind each word, also of words that were cut off.
    """

    ids: NDArray[np.int64]
    word: NDArray[np.int64]
    owner: NDArray[np.int64]


def cut(tokenizer: Tokenizer, reading: Reading) -> list[Pieces]:
    """The pieces of each sentence of a reading.

    Parameters
    ----------
    tokenizer : Tokenizer
        With truncation set and padding off.
    reading : Reading
    """
    words, owners = masked_words(reading)
    encoded = tokenizer.encode_batch(words, is_pretokenized=True)
    return [
        Pieces(
            np.array(e.ids, dtype=np.int64),
            np.array([NO_WORD if w is None else w for w in e.word_ids], dtype=np.int64),
            owner,
        )
        for e, owner in zip(encoded, owners, strict=True)
    ]


def pad(rows: Sequence[NDArray[np.int64]]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Rows of piece numbers as one matrix, and the attention mask."""
    width = max(map(len, rows), default=0)
    ids = np.zeros((len(rows), width), dtype=np.int64)
    mask = np.zeros((len(rows), width), dtype=np.int64)
    for i, row in enumerate(rows):
        ids[i, : len(row)] = row
        mask[i, : len(row)] = 1
    return ids, mask


def first_pieces(pieces: Pieces) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Where the words of a sentence begin.

    Returns
    -------
    at : ndarray of int64
        The place of each word's first piece; words that were cut off have none.
    word : ndarray of int64
        The word that begins there.
    """
    before = np.concatenate([[NO_WORD], pieces.word[:-1]])
    at = np.flatnonzero((pieces.word != NO_WORD) & (pieces.word != before))
    return at, pieces.word[at]

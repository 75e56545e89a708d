"""Hashed word and character n-grams, a whole batch at once in numpy.

Prefix hashes give the hash of every window of n symbols with one subtraction and one product; the top bits
of the hash are the column. Training builds a sparse matrix from the columns, scoring looks the columns'
weights up and adds them: the same columns either way.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rhetoric.reading.names import NAME, NUMBER, PLAIN, PRONOUN, mask_classes
from rhetoric.reading.tokens import Bool, Int, Key, Tokens, code_point_values, powers, prefix_hashes

# A private-use character stands for each masked token; a plain token keeps its own characters.
STAND_IN: dict[int, str] = {NAME: "\ue000", PRONOUN: "\ue001", NUMBER: "0"}
_SPACE_VALUE = code_point_values(np.array([ord(" ")], dtype=np.uint32))[0]

Float = NDArray[np.float64]


def _stand_in_values() -> list[tuple[int, np.uint64]]:
    values = code_point_values(np.array([ord(c) for c in STAND_IN.values()], dtype=np.uint32))
    return list(zip(STAND_IN, values, strict=True))


@dataclass(frozen=True, slots=True, eq=False)
class Stream:
    """Symbols of a batch, sentence after sentence, ready to be windowed.

    Attributes
    ----------
    value : ndarray of uint64
        A hash value for each symbol.
    start, end : ndarray of int64, shape (n_sentences,)
        Where each sentence's symbols stand.
    owner : ndarray of int64
        The token that each symbol comes from.
    """

    value: Key
    start: Int
    end: Int
    owner: NDArray[np.integer]

    def n_windows(self, sizes: range) -> Int:
        """Number of n-grams in each sentence."""
        length = self.end - self.start
        total: Int = sum(
            (np.maximum(length - n + 1, 0) for n in sizes), np.zeros(len(length), dtype=np.int64)
        )
        return total


def columns(prefix: Key, n: int, bits: int) -> Int:
    """The column of the n-gram that begins at each symbol."""
    if len(prefix) <= n:
        return np.zeros(0, dtype=np.int64)
    hashes = prefix[n:] - prefix[:-n]
    hashes *= powers(len(prefix))[1][: len(hashes)]
    hashes >>= np.uint64(64 - bits)
    return hashes.view(np.int64)


def streams(tokens: Tokens, names: Bool, sentence: Int, n_sentences: int) -> tuple[Stream, Stream]:
    """The word stream and the character stream of a batch, names masked.

    Parameters
    ----------
    tokens : Tokens
    names : ndarray of bool, shape (len(tokens),)
    sentence : ndarray of int64, shape (len(tokens),)
        The sentence of each token, -1 for tokens outside of any.
    n_sentences : int

    Returns
    -------
    words, characters : Stream
        Neighbouring masked names are one symbol. Characters are lower case, with one space between tokens
        and at both ends of a sentence.
    """
    masked = mask_classes(tokens, names)
    keep = sentence >= 0
    keep[1:] &= ~((masked[1:] == NAME) & (masked[:-1] == NAME) & (sentence[1:] == sentence[:-1]))
    kept = np.flatnonzero(keep)
    masked, of = masked[kept], sentence[kept]
    token_start, token_end = tokens.start[kept], tokens.end[kept]

    ordinal = np.arange(n_sentences)
    first, last = np.searchsorted(of, ordinal, side="left"), np.searchsorted(of, ordinal, side="right")
    stand_ins = [(np.flatnonzero(masked == which), value) for which, value in _stand_in_values()]
    key = tokens.key[kept]
    for which, value in stand_ins:
        key[which] = value
    words = Stream(key, first, last, kept)

    # Each token is followed by a space, and a sentence begins with the space before its first token.
    room = np.where(masked == PLAIN, token_end - token_start, 1) + 1
    stops = np.cumsum(room) + 1
    begins = stops - room
    source = np.arange(int(stops[-1]) if len(stops) else 1, dtype=np.int32)
    source[1:] += np.repeat((token_start - begins).astype(np.int32), room)
    # The spaces' sources mean nothing, and the last may lie behind the text.
    values = tokens.value if len(tokens.value) else np.zeros(1, dtype=np.uint64)
    characters = values.take(source, mode="clip")
    characters[0] = characters[stops - 1] = _SPACE_VALUE
    for which, value in stand_ins:
        characters[begins[which]] = value
    at = np.concatenate(([0], stops - 1))
    starts, ends = at[first], at[last] + (last > first)
    owner = np.repeat(kept.astype(np.int32), room)
    owner = np.concatenate((owner[:1], owner))
    return words, Stream(characters, starts, ends, owner)


def segment_sums(values: Float | NDArray[np.float32], start: Int, end: Int) -> Float:
    """Sum of ``values[start[i]:end[i]]`` for each i; 0 where that is empty.

    Each sum depends on its own segment alone, so that a sentence's score does not depend on its batch.
    """
    sums = np.zeros(len(start))
    filled = np.flatnonzero(end > start)
    if len(filled):
        bounds = np.stack((start[filled], end[filled]), axis=1).ravel()
        if bounds[-1] == len(values):
            bounds = bounds[:-1]
        sums[filled] = np.add.reduceat(values, bounds, dtype=np.float64)[::2]
    return sums


def weigh(stream: Stream, sizes: range, bits: int, weights: NDArray[np.float32]) -> Float:
    """Sum of the weights of all n-grams of each sentence, over the square root of their number.

    Parameters
    ----------
    stream : Stream
    sizes : range
        The lengths n.
    bits : int
        There are ``2**bits`` columns.
    weights : ndarray of float32, shape (2**bits,) or (2**bits, n_models)
        C-contiguous, so that what one column weighs for each model is fetched from memory at once.

    Returns
    -------
    ndarray of float64, shape (n_sentences,) or (n_sentences, n_models)
        To the last bit the same for a model alone as beside others.
    """
    if weights.ndim == 1:
        alone: Float = weigh(stream, sizes, bits, weights[:, None])[:, 0]
        return alone
    prefix = prefix_hashes(stream.value)
    sums = np.zeros((len(stream.start), weights.shape[1]))
    for n in sizes:
        found = weights.take(columns(prefix, n, bits), axis=0, mode="clip")  # quicker than checking bounds
        end = np.maximum(stream.end - n + 1, stream.start)
        for i in range(weights.shape[1]):
            sums[:, i] += segment_sums(found[:, i], stream.start, end)
    sums /= np.sqrt(np.maximum(stream.n_windows(sizes), 1))[:, None]
    return sums


def counted(stream: Stream, sizes: range, bits: int) -> tuple[Int, Int]:
    """Sentence and column of every n-gram of the batch (a row an occurrence)."""
    prefix = prefix_hashes(stream.value)
    rows: list[Int] = []
    found: list[Int] = []
    for n in sizes:
        column = columns(prefix, n, bits)
        length = np.maximum(stream.end - stream.start - n + 1, 0)
        at = np.repeat(stream.start - np.concatenate(([0], np.cumsum(length)[:-1])), length) + np.arange(
            length.sum()
        )
        rows.append(np.repeat(np.arange(len(length)), length))
        found.append(column[at])
    return np.concatenate(rows), np.concatenate(found)


def each_window(stream: Stream, sizes: range, bits: int) -> tuple[Int, Int, Int]:
    """First symbol, number of symbols and column of every window (for explanations)."""
    prefix = prefix_hashes(stream.value)
    out: list[tuple[Int, Int, Int]] = []
    for n in sizes:
        column = columns(prefix, n, bits)
        inside: Bool = np.zeros(len(column), dtype=np.bool_)
        for a, b in zip(stream.start.tolist(), stream.end.tolist(), strict=True):
            inside[a : max(a, b - n + 1)] = True
        first = np.flatnonzero(inside)
        out.append((first, np.full(len(first), n), column[first]))
    first, size, column = (np.concatenate(parts) for parts in zip(*out, strict=True))
    return first, size, column

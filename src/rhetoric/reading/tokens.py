"""Text -> tokens as arrays, all at once in numpy: what lexicon matching and n-gram hashing both stand on.

A token is a run of letters and digits (with apostrophes and decimal marks inside it) or a single mark of
punctuation. White space and the hyphen inside a word separate tokens and are not tokens themselves, so that
"so-called" and "so called" are the same two tokens. Case, accents, soft hyphens, curly apostrophes and
the digits of a number do not count for a token's key.
"""

from __future__ import annotations

import re
import sys
import unicodedata
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

SPACE, WORD, DIGIT, MARK, HYPHEN, APOSTROPHE, POINT, QUOTE = range(8)
LOWER, CAPITALISED, UPPER = 0, 1, 2

_TABLE = 0x3000  # code points from here on are handled by class alone
BASE = np.uint64(0x9E3779B97F4A7C15)  # odd, so that it has an inverse modulo 2**64
_INVERSE = np.uint64(pow(int(BASE), -1, 1 << 64))
_NUMBER_KEY = np.uint64(0x0123456789ABCDEF)

Int = NDArray[np.int64]
Key = NDArray[np.uint64]
Bool = NDArray[np.bool_]
_HYPHENS = "-\u2010\u2011"
_SOFT_HYPHEN = "\u00ad"
_APOSTROPHES = "'\u2019\u02bc\u2018"
_COMPOSABLE = re.compile("[\u00ad\u0300-\u036f]")
_QUOTES = '"\u201c\u201d\u201e\u201f\u00ab\u00bb\u2039\u203a\u201a\u201b`'


def mix(x: Key) -> Key:
    """Finalise 64-bit hashes so that every output bit depends on every input bit (splitmix64, Steele 2014)."""
    x = x ^ (x >> np.uint64(30))
    x = x * np.uint64(0xBF58476D1CE4E5B9)
    x = x ^ (x >> np.uint64(27))
    x = x * np.uint64(0x94D049BB133111EB)
    return x ^ (x >> np.uint64(31))


def code_point_values(codes: NDArray[np.uint32]) -> Key:
    """A pseudo-random 64-bit value for each (folded) code point."""
    return mix((codes.astype(np.uint64) + np.uint64(1)) * BASE)


def _fold(character: str) -> str:
    """Lower case, without accent, where that is one character; the straight form of an apostrophe."""
    if character in _APOSTROPHES:
        return "'"
    lower = character.lower()
    base = unicodedata.normalize("NFD", lower)[:1]
    if base.isalpha():
        return base
    return lower if len(lower) == 1 else character


def _class(character: str) -> int:
    if character in _HYPHENS:
        return HYPHEN
    if character in _APOSTROPHES:
        return APOSTROPHE
    if character in _QUOTES:
        return QUOTE
    if character in ".,:":
        return POINT
    if character.isspace() or character in "\x00\u200b\ufeff":
        return SPACE
    if character.isdigit():
        return DIGIT
    if character.isalnum() or unicodedata.combining(character) or character == _SOFT_HYPHEN:
        return WORD
    return MARK


@dataclass(frozen=True, slots=True, eq=False)
class _CharacterTables:
    fold: NDArray[np.uint32]
    kind: NDArray[np.uint8]
    upper: Bool
    value: Key


@cache
def _tables() -> _CharacterTables:
    characters = [chr(i) for i in range(_TABLE)]
    fold = np.array([ord(_fold(c)) for c in characters], dtype=np.uint32)
    kind = np.array([_class(c) for c in characters], dtype=np.uint8)
    upper = np.array([c.isupper() for c in characters], dtype=np.bool_)
    return _CharacterTables(fold, kind, upper, code_point_values(fold))


@cache
def _powers_of_size(size: int) -> tuple[Key, Key]:
    """Powers of the base and of its inverse, 0 to ``size - 1``, by doubling."""

    def powers(base: np.uint64) -> Key:
        out = np.ones(size, dtype=np.uint64)
        filled, factor = 1, int(base)
        while filled < size:
            step = min(filled, size - filled)
            out[filled : filled + step] = out[:step] * np.uint64(factor)
            filled += step
            factor = factor * factor % (1 << 64)
        return out

    return powers(BASE), powers(_INVERSE)


def powers(count: int) -> tuple[Key, Key]:
    """Powers 0 to at least ``count`` of the hash base and of its inverse modulo 2**64."""
    return _powers_of_size(max(1 << 12, 1 << (count + 1).bit_length()))


def prefix_hashes(values: Key) -> Key:
    """Prefix sums ``H`` with ``H[j] - H[i]`` the polynomial of ``values[i:j]`` times the base to the ``i``."""
    out = np.zeros(len(values) + 1, dtype=np.uint64)
    np.cumsum(values * powers(len(values))[0][: len(values)], out=out[1:])
    return out


def span_hashes(prefix: Key, start: Int, end: Int) -> Key:
    """Hashes of the stretches ``[start, end)``, the same for the same values wherever they stand."""
    return (prefix[end] - prefix[start]) * powers(len(prefix))[1][start]


def code_points(text: str) -> NDArray[np.uint32]:
    """The code points of a text, lone surrogates and all."""
    order = "utf-32-le" if sys.byteorder == "little" else "utf-32-be"
    return np.frombuffer(text.encode(order, "surrogatepass"), dtype=np.uint32)


@dataclass(frozen=True, slots=True, eq=False)
class Tokens:
    """The tokens of a text, an array a property, all of one length.

    Attributes
    ----------
    codes : ndarray of uint32
        The text's folded code points, an entry a character (not a token).
    value : ndarray of uint64
        A pseudo-random value of each folded code point, for hashing.
    start, end : ndarray of int64
        Half-open code-point offsets of each token.
    key : ndarray of uint64
        Hash of the folded token; all numbers have one key.
    kind : ndarray of uint8
        ``WORD``, ``DIGIT`` (a number), ``QUOTE``, or ``MARK`` for other punctuation.
    shape : ndarray of uint8
        ``LOWER``, ``CAPITALISED`` (first letter only) or ``UPPER`` (two or more letters, all of them).
    """

    codes: NDArray[np.uint32]
    value: Key
    start: Int
    end: Int
    key: Key
    kind: NDArray[np.uint8]
    shape: NDArray[np.uint8]

    def __len__(self) -> int:
        return len(self.start)


def _classes(codes: NDArray[np.uint32]) -> tuple[NDArray[np.uint32], NDArray[np.uint8], Bool, Key]:
    """Fold, class, upper case and hash value of each code point."""
    tables = _tables()
    # Clipping is quicker than checking bounds; the code points it clips are looked at one by one below.
    fold, kind = tables.fold.take(codes, mode="clip"), tables.kind.take(codes, mode="clip")
    upper, value = tables.upper.take(codes, mode="clip"), tables.value.take(codes, mode="clip")
    if len(codes) and int(codes.max()) >= _TABLE:
        rest = np.flatnonzero(codes >= _TABLE)
        found, where = np.unique(codes[rest], return_inverse=True)
        classes = [_class(chr(c)) for c in found.tolist()]
        kind[rest] = np.array(classes, dtype=np.uint8)[where]
        fold[rest] = codes[rest]
        upper[rest] = False
        value[rest] = code_point_values(codes[rest])
    return fold, kind, upper, value


def _count(flags: Bool, start: Int, end: Int) -> Int:
    """Number of flags set within each of some sorted, disjoint, non-empty stretches."""
    bounds = np.stack((start, end), axis=1).ravel()
    if len(bounds) and bounds[-1] == len(flags):
        bounds = bounds[:-1]
    if not len(bounds):
        return np.zeros(0, dtype=np.int64)
    return np.add.reduceat(flags.view(np.uint8), bounds, dtype=np.int64)[::2]


def tokenize(text: str) -> Tokens:
    """Cut a text into tokens.

    Parameters
    ----------
    text : str
        Any text; several sentences may be joined by a newline and tokenised at once.

    Returns
    -------
    Tokens
        The tokens in the order of the text.
    """
    fold, kind, upper, value = _classes(code_points(text))
    n = len(fold)
    before = np.empty(n, dtype=np.uint8)
    after = np.empty(n, dtype=np.uint8)
    if n:
        before[0], before[1:] = SPACE, kind[:-1]
        after[-1], after[:-1] = SPACE, kind[1:]
    wordlike = (kind == WORD) | (kind == DIGIT)
    flanked = ((before == WORD) | (before == DIGIT)) & ((after == WORD) | (after == DIGIT))
    inside = (kind == APOSTROPHE) & flanked
    inside |= (kind == POINT) & (before == DIGIT) & (after == DIGIT)
    in_word = wordlike | inside
    alone = ~in_word & (kind != SPACE) & ~((kind == HYPHEN) & flanked)
    starts = in_word.copy()
    starts[1:] &= ~in_word[:-1]
    ends = in_word.copy()
    ends[:-1] &= ~in_word[1:]
    start = np.flatnonzero(starts | alone)
    end = np.flatnonzero(ends | alone) + 1

    first = kind[start]
    token_kind = np.full(len(start), MARK, dtype=np.uint8)
    is_word = in_word[start]
    token_kind[is_word] = WORD
    token_kind[(first == QUOTE) | ((first == APOSTROPHE) & ~is_word)] = QUOTE
    shape = np.zeros(len(start), dtype=np.uint8)
    capital = np.flatnonzero(upper[start] & is_word)
    shape[capital] = CAPITALISED
    n_letters = _count(kind == WORD, start[capital], end[capital])
    all_upper = _count(upper, start[capital], end[capital]) == n_letters
    shape[capital[all_upper & (n_letters >= 2)]] = UPPER
    number = np.flatnonzero(is_word & (first == DIGIT))
    token_kind[number[_count(kind == WORD, start[number], end[number]) == 0]] = DIGIT

    # Mixed, so that the hash of "a way" out of two keys is not that of "away" out of its letters.
    key = mix(span_hashes(prefix_hashes(value), start, end))
    key[token_kind == DIGIT] = _NUMBER_KEY
    tokens = Tokens(fold, value, start, end, key, token_kind, shape)
    if _COMPOSABLE.search(text):
        _compose(text, tokens)
    return tokens


def _compose(text: str, tokens: Tokens) -> None:
    """Give tokens with combining marks or soft hyphens the key, kind and shape of their composed form."""
    rows, plain = [], []
    for i, (a, b) in enumerate(zip(tokens.start.tolist(), tokens.end.tolist(), strict=True)):
        if b - a > 1 and _COMPOSABLE.search(text, a, b):
            word = unicodedata.normalize("NFC", text[a:b].replace(_SOFT_HYPHEN, ""))
            if not _COMPOSABLE.search(word):
                rows.append(i)
                plain.append(word)
    composed = tokenize("\n".join(plain))
    line = np.searchsorted(np.cumsum([len(word) + 1 for word in plain]), composed.start, side="right")
    whole = np.flatnonzero(np.bincount(line, minlength=len(rows))[line] == 1)
    at = np.array(rows, dtype=np.int64)[line[whole]]
    tokens.key[at], tokens.kind[at], tokens.shape[at] = (
        column[whole] for column in (composed.key, composed.kind, composed.shape)
    )

"""Features of words in their context, for the scorer of loaded words: hashed, a whole batch at once in numpy."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from rhetoric.cues import all_rules, cue_kinds
from rhetoric.cues.table import CueTable
from rhetoric.features.columns import cue_counts, cue_names
from rhetoric.reading.names import NAME, NUMBER, PLAIN, PRONOUN, common_words, mask_classes
from rhetoric.reading.reading import Reading
from rhetoric.reading.tokens import WORD, Bool, Int, Key, mix, prefix_hashes, span_hashes

Float = NDArray[np.float64]
_SHORTEST = 3  # letters; hardly any shorter word is loaded
_OUTSIDE = np.uint64(7)  # stands for a neighbour beyond the sentence
_STAND_IN = {NAME: np.uint64(0xE000), PRONOUN: np.uint64(0xE001), NUMBER: np.uint64(0xE002)}
_PREFIXES, _SUFFIXES = (3, 4, 5), (2, 3, 4)
# What is hashed of each word, how readily it takes weight beside the word itself, and whose it is for `why`.
BLOCKS: tuple[tuple[str, float, str], ...] = (
    ("word", 1.0, "word"),
    *((f"prefix {n}", 0.5, "word") for n in _PREFIXES),
    *((f"suffix {n}", 0.5, "word") for n in _SUFFIXES),
    ("rule", 1.0, "cue"),
    ("kinds", 1.0, "cue"),
    ("form", 0.5, ""),
    ("before", 0.5, "-1"),
    ("after", 0.5, "1"),
    ("before and word", 0.5, "-1"),
    ("word and after", 0.5, "1"),
    ("second before", 0.25, "-2"),
    ("second after", 0.25, "2"),
)
_SALT = mix(np.arange(1, len(BLOCKS) + 1, dtype=np.uint64))


def sentence_names() -> tuple[str, ...]:
    """What of the sentence counts: its cues by kind, and its length."""
    return (*cue_names("kind"), "log words")


def sentence_columns(reading: Reading, table: CueTable) -> Float:
    """The columns of :func:`sentence_names`, a row a sentence."""
    n = len(reading)
    words = np.bincount(reading.sentence_of[reading.tokens.kind == WORD], minlength=n)
    return np.column_stack((cue_counts(table, n, "kind"), np.log1p(words)))


@dataclass(frozen=True, slots=True, eq=False)
class Words:
    """Words that can be loaded.

    Attributes
    ----------
    token : ndarray of int64, shape (n,)
        Which tokens they are.
    column : ndarray of int64, shape (len(BLOCKS), n)
        The column of each hashed feature.
    classes : ndarray of uint8, shape (n_tokens,)
        What stands for each token of the reading; see :func:`rhetoric.reading.names.mask_classes`.
    """

    token: Int
    column: Int
    classes: NDArray[np.uint8]


@cache
def _rule_columns() -> tuple[Key, Int, Bool]:
    """Of each rule: a hash of its name, its kind, and whether that is "loaded"."""
    names = [hashlib.sha256(r.name.encode()).digest()[:8] for r in all_rules()]
    kind = np.array([cue_kinds().index(r.kind) for r in all_rules()], dtype=np.int64)
    key = np.frombuffer(b"".join(names), dtype="<u8").astype(np.uint64)
    return key, kind, kind == cue_kinds().index("loaded")


def tokens_of_cues(reading: Reading, table: CueTable) -> tuple[Int, Int]:
    """Each token of each cue, and the cue's row."""
    first = np.searchsorted(reading.tokens.start, table.start)
    size = np.searchsorted(reading.tokens.start, table.end) - first
    at = np.repeat(first - np.cumsum(size) + size, size) + np.arange(size.sum())
    return at, np.repeat(np.arange(len(table)), size)


def _cue_hashes(reading: Reading, table: CueTable) -> tuple[Key, Key]:
    """Of each token: the rule and weight of the cue over it (a loaded one first), and the kinds of all of them."""
    key, kind, loaded = _rule_columns()
    at, row = tokens_of_cues(reading, table)
    order = np.lexsort((table.weight[row], loaded[table.rule[row]]))  # of several over a token the last stays
    at, row = at[order], row[order]
    rule, kinds = np.zeros((2, len(reading.tokens)), dtype=np.uint64)
    rule[at] = key[table.rule[row]] + np.round(table.weight[row] * 10).astype(np.uint64)
    np.bitwise_or.at(kinds, at, np.uint64(1) << kind[table.rule[row]].astype(np.uint64))
    return rule, kinds


def plain_words(reading: Reading) -> Words:
    """The words of a reading that can be loaded, without features.

    Names, pronouns, numbers and words of one or two letters cannot.
    """
    tokens = reading.tokens
    classes = mask_classes(tokens, reading.names)
    long = tokens.end - tokens.start >= _SHORTEST
    at = np.flatnonzero((classes == PLAIN) & (tokens.kind == WORD) & long & (reading.sentence_of >= 0))
    return Words(at, np.zeros((0, len(at)), dtype=np.int64), classes)


def find_words(reading: Reading, table: CueTable, bits: int) -> Words:
    """The words of a reading that can be loaded, and the columns of their features.

    Parameters
    ----------
    reading : Reading
    table : CueTable
        Of the same reading.
    bits : int
        There are ``2**bits`` columns.
    """
    tokens, sentence = reading.tokens, reading.sentence_of
    words = plain_words(reading)
    at, classes = words.token, words.classes
    if not len(at):
        return Words(at, np.zeros((len(BLOCKS), 0), dtype=np.int64), classes)
    key = tokens.key.copy()
    for which, value in _STAND_IN.items():
        key[classes == which] = value
    out = np.empty((len(BLOCKS), len(at)), dtype=np.uint64)
    start, end, own = tokens.start[at], tokens.end[at], key[at]
    length, prefix = end - start, prefix_hashes(tokens.value)
    out[0] = own
    for row, n in enumerate(_PREFIXES, start=1):
        out[row] = np.where(length >= n, span_hashes(prefix, start, np.minimum(start + n, end)), np.uint64(n))
    for row, n in enumerate(_SUFFIXES, start=4):
        out[row] = np.where(length > n, span_hashes(prefix, np.maximum(end - n, start), end), np.uint64(n))
    rule, kinds = _cue_hashes(reading, table)
    out[7], out[8], out[9] = rule[at], kinds[at], _form(reading, at)
    beside = {step: _neighbour(key, sentence, at, step) for step in (-2, -1, 1, 2)}
    out[10], out[11], out[14], out[15] = beside[-1], beside[1], beside[-2], beside[2]
    out[12], out[13] = mix(beside[-1]) + own, mix(own) + beside[1]
    column = mix(out + _SALT[:, None]) >> np.uint64(64 - bits)
    return Words(at, column.view(np.int64), classes)


def _neighbour(key: Key, sentence: Int, at: Int, step: int) -> Key:
    other = np.clip(at + step, 0, len(key) - 1)
    inside = (other == at + step) & (sentence[other] == sentence[at])
    return np.where(inside, key[other], _OUTSIDE)


def _form(reading: Reading, at: Int) -> Key:
    """Capitals, place, whether the word is common, whose it is, and its length, as one number."""
    tokens, sentence = reading.tokens, reading.sentence_of
    opens = np.concatenate(([True], sentence[1:] != sentence[:-1]))[at]
    voice = reading.speech.voice_of(tokens.start[at], tokens.end[at])
    length = np.minimum(tokens.end[at] - tokens.start[at], 15)
    common = common_words().holds(tokens.key[at])
    form: Int = tokens.shape[at] + 4 * opens + 8 * common + 16 * voice.astype(np.int64) + 64 * length
    return form.astype(np.uint64)

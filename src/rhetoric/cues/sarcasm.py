"""Marks of sarcasm and mockery that no word list can hold: capitals, piled-up marks, echoes."""

from __future__ import annotations

from functools import cache

import numpy as np

from rhetoric.cues.table import Found, Rule
from rhetoric.reading.keysets import key_set
from rhetoric.reading.names import common_words
from rhetoric.reading.reading import Reading
from rhetoric.reading.tokens import UPPER, WORD, Bool, Int, tokenize
from rhetoric.types import PARTS

RULES = (
    Rule("sarcasm", "all-caps", "“{text}” is shouted"),
    Rule("sarcasm", "repeated-punctuation", "“{text}” is said with raised voice or mock surprise"),
    Rule("sarcasm", "echo", "a comment echoes the other side's word {text} in marks, and answers back"),
)
_SHOUTED_LETTERS = 3
_CALM_SHARE = 0.5  # with more than this share of a sentence's words in capitals, capitals are its style
# What pages set in capitals: labels, buttons, captions.
_LABELS = """update updates breaking exclusive correction note editor live photo photos video watch read more related
 advertisement file share subscribe sign pic image picture caption opinion analysis comment comments"""
_OWN_WORDS = "you your you're yours yourself"


@cache
def _marks() -> tuple[np.uint64, np.uint64]:
    exclamation, question = tokenize("! ?").key.tolist()
    return np.uint64(exclamation), np.uint64(question)


def _shouted(reading: Reading) -> Int:
    """Tokens in capitals, common words and no acronyms, in sentences that are not all in capitals."""
    tokens, sentence = reading.tokens, reading.sentence_of
    upper = (tokens.shape == UPPER) & (tokens.end - tokens.start >= _SHOUTED_LETTERS) & (sentence >= 0)
    candidates = np.flatnonzero(upper)
    key = tokens.key[candidates]
    candidates = candidates[common_words().holds(key) & ~key_set(_LABELS).holds(key)]
    n = len(reading.start)
    words = np.bincount(sentence[(tokens.kind == WORD) & (sentence >= 0)], minlength=n)
    loud = np.bincount(sentence[upper], minlength=n)
    calm = loud <= _CALM_SHARE * np.maximum(words, 1)
    body = reading.part[sentence[candidates]] != PARTS.index("title")
    shouted: Int = candidates[(calm[sentence[candidates]]) & body]
    return shouted


def _piled(reading: Reading) -> tuple[Int, Int]:
    """First and last token of runs of two or more ! and ?."""
    tokens = reading.tokens
    exclamation, question = _marks()
    mark: Bool = (tokens.key == exclamation) | (tokens.key == question)
    if not mark.any():
        none = np.zeros(0, dtype=np.int64)
        return none, none
    joined = np.zeros(len(tokens), dtype=np.bool_)
    joined[1:] = mark[1:] & mark[:-1] & (tokens.start[1:] == tokens.end[:-1])
    first = np.flatnonzero(mark & ~joined)
    run = np.cumsum(mark & ~joined) - 1
    last = first.copy()
    np.maximum.at(last, run[mark], np.flatnonzero(mark))
    several = last > first
    return first[several], last[several]


def _echoes(reading: Reading) -> Int:
    """Scare quotes in comments whose sentence addresses the other side or cries out."""
    scare = reading.speech.scare
    if not len(scare):
        return np.zeros(0, dtype=np.int64)
    sentence = np.maximum(np.searchsorted(reading.start, scare[:, 0], side="right") - 1, 0)
    tokens = reading.tokens
    exclamation, question = _marks()
    pointed = key_set(_OWN_WORDS).holds(tokens.key) | (tokens.key == exclamation) | (tokens.key == question)
    pointed &= reading.sentence_of >= 0
    answering = np.zeros(len(reading.start), dtype=np.bool_)
    answering[reading.sentence_of[pointed]] = True
    return np.flatnonzero((reading.part[sentence] == PARTS.index("comment")) & answering[sentence])


def find(reading: Reading) -> Found:
    """Shouted words, runs of ! and ?, and echoes."""
    tokens = reading.tokens
    shouted = _shouted(reading)
    first, last = _piled(reading)
    echo = reading.speech.scare[_echoes(reading)]
    counts = (len(shouted), len(first), len(echo))
    return Found(
        np.concatenate((tokens.start[shouted], tokens.start[first], echo[:, 0])),
        np.concatenate((tokens.end[shouted], tokens.end[last], echo[:, 1])),
        np.repeat(np.arange(3), counts),
        np.repeat(np.array([0.5, 0.6, 0.6]), counts),
    )

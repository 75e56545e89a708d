"""The one place where voices are told apart: the writer's, a quoted source's, a reported source's.

Arrays first, because batches of bare sentences need nothing else; objects are made of them on demand.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rhetoric.reading.keysets import key_set
from rhetoric.reading.lexicon import Hits, Lexicon
from rhetoric.reading.marks import Marked, find_marked
from rhetoric.reading.sources import find_attributions as attribution_objects
from rhetoric.reading.sources import find_quotations as quotation_objects
from rhetoric.reading.tokens import CAPITALISED, LOWER, MARK, Bool, Int, Tokens
from rhetoric.reading.usage import among
from rhetoric.reading.voices import Clauses, Handed, clauses, find_attributions
from rhetoric.types import VOICES, Attribution, Quotation

WRITER, QUOTED, REPORTED, MIXED = range(len(VOICES))

_SHORT = 4  # words of a scare quote at most
_LEAST_REPORTED = 0.1  # of a sentence's words, for it to be a source's more than the writer's
_NAMING = """
    called titled entitled named word words term terms phrase phrases expression slogan headline song book
    film movie show album novel series play poem essay article column single track episode program
    programme podcast magazine newspaper documentary hashtag headlined nicknamed spelled
"""


@dataclass(frozen=True, slots=True, eq=False)
class Speech:
    """Who says what in a text, as character spans.

    Attributes
    ----------
    quoted : ndarray, shape (k, 2)
        Quotations, marks included; sorted and disjoint.
    closed : ndarray of bool, shape (k,)
        Whether the closing mark is there.
    scare : ndarray, shape (s, 2)
        Scare quotes, marks included.
    verb, content : ndarray, shape (a, 2)
        The attributing words, and what they hand over (-1, -1 where none).
    reported : ndarray, shape (r, 2)
        Attributed content outside quotation marks; sorted and disjoint.
    """

    quoted: Int
    closed: Bool
    scare: Int
    verb: Int
    content: Int
    reported: Int

    def voice_of(self, start: Int, end: Int) -> NDArray[np.uint8]:
        """Whose wording some spans are: quoted, reported or the writer's, by what they mostly lie in.

        Parameters
        ----------
        start, end : ndarray of int64

        Returns
        -------
        ndarray of uint8
            Indices into ``rhetoric.types.VOICES``.
        """
        half = np.maximum(np.asarray(end) - start, 1)
        voice = np.where(2 * _overlap(self.reported, start, end) >= half, REPORTED, WRITER)
        return np.where(2 * _overlap(self.quoted, start, end) >= half, QUOTED, voice).astype(np.uint8)


def _overlap(spans: Int, start: Int, end: Int) -> Int:
    """How many characters of each span ``[start, end)`` lie in sorted, disjoint spans."""
    if not len(spans):
        return np.zeros(np.shape(start), dtype=np.int64)
    total = np.zeros(len(spans) + 1, dtype=np.int64)
    np.cumsum(spans[:, 1] - spans[:, 0], out=total[1:])

    def up_to(position: Int) -> Int:
        i = np.searchsorted(spans[:, 0], position, side="right")
        last = np.maximum(i - 1, 0)
        beyond = np.maximum(spans[last, 1] - np.maximum(position, spans[last, 0]), 0)
        return np.where(i > 0, total[i] - beyond, 0)

    return up_to(np.asarray(end)) - up_to(np.asarray(start))


def _covered(low: Int, high: Int, size: int) -> Bool:
    """Which of ``size`` positions lie in one of the ranges."""
    keep = high > low
    step = np.zeros(size + 1, dtype=np.int32)
    np.add.at(step, low[keep], 1)
    np.subtract.at(step, np.minimum(high[keep], size), 1)
    return np.cumsum(step[:-1], dtype=np.int32) > 0


def _content(handed: Handed, size: int) -> Bool:
    """Which tokens lie in what some attribution hands over."""
    before = _covered(handed.before_low, handed.before_high, size)
    return before | _covered(handed.after_low, handed.after_high, size)


def _runs(inside: Bool) -> tuple[Int, Int]:
    """Where the runs of true values begin and end."""
    change = np.flatnonzero(np.diff(np.concatenate([[False], inside, [False]])))
    return change[::2], change[1::2]


def _names(tokens: Tokens, shared: Clauses, marked: Marked, words: Int) -> Bool:
    """Titles of works, nicknames, and words that are only named ("the word ...")."""
    n = len(tokens)
    before, after = np.maximum(marked.first - 1, 0), np.minimum(marked.last + 1, n - 1)
    here = (before < marked.first) & (shared.sentence[before] == shared.sentence[marked.first])
    naming = here & among(tokens.key[before], _NAMING)
    naming &= ~among(tokens.key[np.maximum(before - 1, 0)], "so")
    capital = np.zeros(n + 1, dtype=np.int64)
    np.cumsum((tokens.shape != LOWER), out=capital[1:])
    capitals = capital[marked.last] - capital[marked.first + 1]
    opening = tokens.shape[np.minimum(marked.first + 1, n - 1)] != LOWER
    closing = tokens.shape[np.maximum(marked.last - 1, 0)] != LOWER
    title = (words >= 2) & opening & closing & (2 * capitals > words)
    nickname = here & (words <= 2) & opening & (tokens.shape[before] == CAPITALISED)
    nickname &= tokens.shape[after] == CAPITALISED
    found: Bool = naming | title | nickname
    return found


def _is_spoken(tokens: Tokens, sentence: Int, marked: Marked) -> Bool:
    """Whether a stretch begins its sentence and ends in a mark, as in "Out!" or "No," however short."""
    inner = np.maximum(marked.last - 1, 0)
    mark = key_set(", . ! ? …").holds(tokens.key[inner])
    before = np.maximum(marked.first - 1, 0)
    begins = (marked.first == 0) | (sentence[before] != sentence[marked.first])
    spoken: Bool = mark & begins & marked.closed
    return spoken


def _sort_out(tokens: Tokens, shared: Clauses, marked: Marked, handed: Handed) -> tuple[Bool, Bool]:
    """Which marked stretches are quotations, and which are scare quotes; the rest are names."""
    sentence, first, last = shared.sentence, marked.first, marked.last
    words = shared.between(first + 1, np.maximum(last, first + 1))
    marks = np.flatnonzero(tokens.kind == MARK)
    marks = marks[key_set(". ! ? ; : …").holds(tokens.key[marks])]
    stops = np.searchsorted(marks, np.maximum(last - 1, first + 1)) - np.searchsorted(marks, first + 1)
    low = np.searchsorted(sentence, sentence[first], side="left")
    high = np.searchsorted(sentence, sentence[last], side="right")
    around = shared.between(low, high) - words
    short = (words <= _SHORT) & (stops == 0) & (around > 0) & marked.closed
    content = _content(handed, len(tokens))
    own = sentence[handed.first]
    near_low = np.maximum(handed.first - 4, np.searchsorted(sentence, own, side="left"))
    near_high = np.minimum(handed.last + 5, np.searchsorted(sentence, own, side="right"))
    verb = _covered(near_low, near_high, len(tokens))
    attributed = content[first] | ((verb[first] | verb[last]) & (words > 1))
    naming = _names(tokens, shared, marked, words)
    spoken = _is_spoken(tokens, sentence, marked)
    scare = short & ~attributed & ~naming & ~spoken
    naming &= ~spoken
    quotation = ~(short & (scare | naming)) & (words > 0)
    return quotation, scare


def _spans(tokens: Tokens, first: Int, last: Int) -> Int:
    out = np.full((len(first), 2), -1, dtype=np.int64)
    full = last >= first
    out[full, 0], out[full, 1] = tokens.start[first[full]], tokens.end[last[full]]
    return out


def find_speech(
    text: str, tokens: Tokens, block: Int, sentence: Int, hits: Hits, lexicon: Lexicon, *, running: bool
) -> Speech:
    """Find quotations, scare quotes and attributions in a text.

    Parameters
    ----------
    text : str
    tokens : Tokens
        Of the text.
    block, sentence : ndarray of int64, shape (len(tokens),)
        The block and the sentence of each token, ascending.
    hits : Hits
        ``lexicon.match(tokens, sentence)``; the kind "attribution" counts here.
    lexicon : Lexicon
    running : bool
        Whether quotations may run over from block to block, as they do in a document.

    Returns
    -------
    Speech
    """
    n = len(tokens)
    if not n:
        none = np.zeros((0, 2), dtype=np.int64)
        return Speech(none, np.zeros(0, dtype=np.bool_), none, none, none, none)
    marked = find_marked(text, tokens, block, sentence, running)
    inside = _covered(marked.first, marked.last + 1, n)
    words = np.cumsum(tokens.kind < MARK)
    long = _is_spoken(tokens, sentence, marked) | (words[marked.last] - words[marked.first] > _SHORT)
    edge = np.zeros(n, dtype=np.int8)
    edge[marked.first[long]] = 1
    edge[marked.last[long & marked.closed]] = -1
    shared = clauses(tokens, sentence, np.flatnonzero(edge))
    handed = find_attributions(tokens, shared, hits, lexicon, inside, edge)
    quotation, scare = _sort_out(tokens, shared, marked, handed)
    quoted = _covered(marked.first[quotation], marked.last[quotation] + 1, n)
    low, high = _runs(_content(handed, n) & ~quoted)
    back = handed.before_high > handed.before_low
    content_low = np.where(back, handed.before_low, handed.after_low)
    content_high = np.where(back, handed.before_high, handed.after_high)
    return Speech(
        quoted=_spans(tokens, marked.first[quotation], marked.last[quotation]),
        closed=marked.closed[quotation],
        scare=_spans(tokens, marked.first[scare], marked.last[scare]),
        verb=_spans(tokens, handed.first, handed.last),
        content=_spans(tokens, content_low, content_high - 1),
        reported=_spans(tokens, low, high - 1),
    )


def sentence_voices(speech: Speech, tokens: Tokens, sentence: Int, count: int) -> NDArray[np.uint8]:
    """The voice of each sentence.

    Parameters
    ----------
    speech : Speech
    tokens : Tokens
    sentence : ndarray of int64
        The sentence of each token.
    count : int
        How many sentences there are.

    Returns
    -------
    ndarray of uint8, shape (count,)
        Indices into ``rhetoric.types.VOICES``.
    """
    word = tokens.kind < MARK
    in_quoted, in_reported = (
        _covered(np.searchsorted(tokens.start, s[:, 0]), np.searchsorted(tokens.start, s[:, 1]), len(tokens))
        & word
        for s in (speech.quoted, speech.reported)
    )
    words = np.bincount(sentence[word], minlength=count)
    quoted = np.bincount(sentence[in_quoted], minlength=count)
    reported = np.bincount(sentence[in_reported & ~in_quoted], minlength=count)
    verbs = np.searchsorted(tokens.start, speech.verb[:, 0])
    attributed = np.bincount(sentence[verbs], minlength=count) > 0
    rest = np.where(attributed, reported, words - quoted)
    out = np.where(reported > _LEAST_REPORTED * words, REPORTED, WRITER)
    out[quoted > 0] = MIXED
    out[(quoted > 0) & (rest * 5 <= quoted)] = QUOTED
    return out.astype(np.uint8)


def attributions(text: str, speech: Speech, tokens: Tokens, sentence: Int) -> tuple[Attribution, ...]:
    """The attributions of a text as objects, with their sources.

    Parameters
    ----------
    text : str
    speech : Speech
    tokens : Tokens
    sentence : ndarray of int64
        The sentence of each token.

    Returns
    -------
    tuple of Attribution
    """
    return attribution_objects(text, tokens, sentence, speech.verb, speech.content)


def quotations(
    text: str, speech: Speech, attributed: tuple[Attribution, ...], sentence_start: Int
) -> tuple[Quotation, ...]:
    """The quotations of a text as objects, with who says them where that can be told.

    Parameters
    ----------
    text : str
    speech : Speech
    attributed : tuple of Attribution
        Of the same text.
    sentence_start : ndarray of int64
        Where the sentences begin.

    Returns
    -------
    tuple of Quotation
    """
    return quotation_objects(text, speech.quoted, speech.closed.tolist(), attributed, sentence_start.tolist())

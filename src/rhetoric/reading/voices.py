"""Attributions: which verb of saying hands what to a source, for all hits of the lexicon at once."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rhetoric.reading.lexicon import Hits, Lexicon
from rhetoric.reading.tokens import DIGIT, LOWER, MARK, WORD, Bool, Int, Key, Tokens
from rhetoric.reading.usage import DETERMINERS, among, is_speech, key_at
from rhetoric.reading.verbs import find_verbs, verb_table

_ADJUNCTS = """
    on in at during to after before when while as last this earlier later monday tuesday wednesday
    thursday friday saturday sunday yesterday today tonight here there with about by via from through for
    of again recently once over upon since until citing adding referring speaking january february march
    april june july august september october november december sept oct nov dec jan feb aug online
"""
_CLAUSE_HEADS = """
    who which whom whose and but while when if because although though whereas that where since or so as
    after before until unless than what how why with without
"""
_RELATIVES = "who which that"
_THAT = "that"
_PRONOUNS = "he she they it"
_LONGEST = 200  # tokens


@dataclass(frozen=True, slots=True, eq=False)
class Clauses:
    """Where clauses and sentences begin and end, shared by all hits: positions of tokens."""

    sentence: Int
    words: Int  # words before each token
    boundary: Int

    def between(self, low: Int, high: Int) -> Int:
        """Number of words in tokens ``low`` to before ``high``."""
        return self.words[high] - self.words[np.minimum(low, high)]


def _flag(characters: str) -> Bool:
    table = np.zeros(0x3000, dtype=np.bool_)
    table[[ord(c) for c in characters]] = True
    return table


_BOUNDARIES = _flag(",;:()[]\u2014\u2013\u2026|")
_FINAL = _flag(".!?\u2026")


def clauses(tokens: Tokens, sentence: Int, edges: Int) -> Clauses:
    """Prepare the boundaries of clauses; ``edges`` are the marks of quotations, which are boundaries too."""
    mark = np.minimum(tokens.codes[tokens.start], 0x2FFF)
    boundary = (tokens.kind == MARK) & _BOUNDARIES[mark]
    boundary[edges] = True
    words = np.zeros(len(tokens) + 1, dtype=np.int64)
    np.cumsum((tokens.kind == WORD) | (tokens.kind == DIGIT), out=words[1:])
    return Clauses(sentence, words, np.flatnonzero(boundary))


@dataclass(frozen=True, slots=True, eq=False)
class Handed:
    """Attributions as token ranges: the verb, up to two stretches of content (empty where low >= high)."""

    first: Int
    last: Int
    before_low: Int
    before_high: Int
    after_low: Int
    after_high: Int


@dataclass(frozen=True, slots=True, eq=False)
class _Place:
    """Where each verb stands in its sentence: positions of tokens, numbers of words."""

    first: Int
    last: Int
    low: Int  # the sentence
    end: Int  # its final stop left out
    previous: Int  # the boundaries of clauses before and after the verb
    following: Int
    earlier: Int  # and the one before the one before
    head: Int  # words before the verb's clause
    subject: Int  # in it before the verb
    adjunct: Int  # in it after the verb
    tail: Int  # in the sentence after the verb
    after: Key  # the token after the verb
    opener: Key  # the first token of its clause
    closes: Bool  # a quotation ends right before the clause
    opens: Bool  # a quotation is the next boundary
    then_opens: Bool  # or comes right after the next boundary


def _places(tokens: Tokens, shared: Clauses, first: Int, last: Int, edge: NDArray[np.int8]) -> _Place:
    sentence, n = shared.sentence, len(tokens)
    own = sentence[first]
    low = np.searchsorted(sentence, own, side="left")
    high = np.searchsorted(sentence, own, side="right")
    final = np.minimum(tokens.codes[tokens.start[high - 1]], 0x2FFF)
    end = high - ((tokens.kind[high - 1] == MARK) & _FINAL[final])
    boundary = np.append(shared.boundary, n)
    at = np.searchsorted(shared.boundary, first)
    previous = np.maximum(np.where(at > 0, boundary[at - 1], -1), low - 1)
    following = np.minimum(boundary[np.searchsorted(shared.boundary, last, side="right")], end)
    return _Place(
        first,
        last,
        low,
        end,
        previous,
        following,
        earlier=np.where(at > 1, boundary[np.maximum(at - 2, 0)], -1),
        head=shared.between(low, previous + 1),
        subject=shared.between(previous + 1, first),
        adjunct=shared.between(last + 1, following),
        tail=shared.between(last + 1, end),
        after=key_at(tokens, last + 1, sentence, own),
        opener=tokens.key[np.minimum(previous + 1, n - 1)],
        closes=(previous >= low) & (edge[np.maximum(previous, 0)] == -1),
        opens=edge[np.minimum(following, n - 1)] == 1,
        then_opens=(following < end) & (edge[np.minimum(following + 1, n - 1)] == 1),
    )


def _is_postposed(tokens: Tokens, place: _Place, finite: Bool, inverts: Bool) -> Bool:
    """Whether the content stands before: "..., Smith said", "..., said Smith"."""
    enough = (place.head >= 2) | (place.closes & (place.head >= 1))
    short = (place.subject >= 1) & (place.subject <= 9) & ~among(place.opener, _CLAUSE_HEADS)
    lead = among(place.after, _ADJUNCTS) | (place.adjunct == 0) | place.closes
    postposed = finite & enough & short & lead & ~among(place.after, _THAT) & ~place.opens
    postposed &= (place.tail <= 14) | (place.following < place.end)
    shape = tokens.shape[np.minimum(place.last + 1, len(tokens) - 1)]
    name = (shape != LOWER) | among(place.after, DETERMINERS + " " + _PRONOUNS)
    inverted = finite & enough & (place.subject == 0) & name & (place.adjunct >= 1) & (place.adjunct <= 12)
    # "Smith, the mayor, said the dam held" against "The dam held, said the mayor".
    inserted = (place.earlier >= place.low) & (place.previous - place.earlier <= 9)
    inverted &= place.closes | ((place.head > 7) & ~inserted) | (place.tail <= np.where(inserted, 2, 4))
    found: Bool = postposed | (inverted & inverts)
    return found


def find_attributions(
    tokens: Tokens, shared: Clauses, hits: Hits, lexicon: Lexicon, quoted: Bool, edge: NDArray[np.int8]
) -> Handed:
    """Find what each attributing verb outside quotations hands over.

    Parameters
    ----------
    tokens : Tokens
    shared : Clauses
    hits : Hits
        All hits of the lexicon.
    lexicon : Lexicon
    quoted : ndarray of bool
        Which tokens stand in a quotation, its marks included.
    edge : ndarray of int8
        1 on tokens that open, -1 on tokens that close a quotation, 0 elsewhere.

    Returns
    -------
    Handed
    """
    verbs = verb_table(lexicon)
    hits = find_verbs(tokens, hits, lexicon, quoted)
    hits = hits.where(is_speech(tokens, shared.sentence, verbs, hits.entry, hits.first, hits.last))
    place = _places(tokens, shared, hits.first, hits.last, edge)
    phrase = verbs.phrase[hits.entry]
    inverts = verbs.inverts[hits.entry] & ~phrase
    postposed = _is_postposed(tokens, place, ~verbs.participle[hits.entry], inverts)
    source_first = phrase & (shared.between(place.low, place.first) <= 1)
    back = postposed | (phrase & ~source_first)

    cut = phrase & ~postposed & (place.previous < place.first - 1)
    before_high = np.where(back, np.where(cut, place.first, place.previous), 0)
    before_low = np.where(back, place.low, 0)
    start = place.last + 1 + among(place.after, _THAT)
    marked = np.minimum(place.following + ~place.opens, place.end)
    start = np.where(place.then_opens | (place.adjunct == 0), marked, start)
    skip = back | (source_first & ~verbs.own[hits.entry])
    after_low = np.where(skip, place.following + 1, start)
    relative = (
        among(place.opener, _RELATIVES) & (place.previous >= place.low) & ~phrase & (place.subject <= 2)
    )
    after_high = np.where(relative, np.maximum(place.following, start), place.end)
    nothing = (postposed & place.closes) | (among(place.after, "by") & ~phrase)  # "was stated by Smith"
    after_high = np.where(nothing, after_low, after_high)
    # A content has its limit, so that a "sentence" of a million words does not take quadratic time.
    before_low = np.maximum(before_low, before_high - _LONGEST)
    after_high = np.minimum(np.maximum(after_high, after_low), after_low + _LONGEST)
    return Handed(hits.first, hits.last, before_low, before_high, after_low, after_high)

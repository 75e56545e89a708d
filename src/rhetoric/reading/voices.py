"""Attributions: which verb of saying hands what to a source, for all hits of the lexicon at once."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from rhetoric.reading.lexicon import Hits, Lexicon
from rhetoric.reading.verbs import VerbTable, find_verbs, verb_table
from rhetoric.reading.tokens import CAPITALISED, DIGIT, LOWER, MARK, QUOTE, WORD, Bool, Int, Key, Tokens, tokenize

_AUXILIARIES = """have has had having would will could can may might must should shall do does did don't doesn't
 didn't can't couldn't wouldn't won't haven't hasn't hadn't be am is are was were been not never also still always
 often then later once already now just really only even both all first again further simply clearly repeatedly
 recently previously reportedly honestly truly firmly certainly i'd"""
_WRITER = "i we i've we've i'd we'd i'll we'll i'm we're you you've you'd you'll you're let's let us one"
_DETERMINERS = """the a an his her its their our my your this these those no any some every each such other many
 several few two three more most new recent latest own false official media early first"""
_ADJUNCTS = """on in at during to after before when while as last this earlier later monday tuesday wednesday thursday
 friday saturday sunday yesterday today tonight here there with about by via from through for of again recently once
 over upon since until citing adding referring speaking january february march april june july august september
 october november december sept oct nov dec jan feb aug online"""
_CLAUSE_HEADS = """who which whom whose and but while when if because although though whereas that where since or so
 as after before until unless than what how why with without"""
_RELATIVES = "who which that"
_SPECIAL = "that"
_PRONOUNS = "he she they it"
_BEFORE_SAY = "needless suffice is"
_NOT_BEFORE_SAID = "that this having being with"
_LONGEST = 200  # tokens


@cache
def keys(words: str) -> Key:
    """The token keys of some words."""
    return np.unique(tokenize(words).key)


def among(key: Key, words: str) -> Bool:
    """Which of some keys are those of one of the words."""
    table = keys(words)
    found: Bool = table[np.minimum(np.searchsorted(table, key), len(table) - 1)] == key
    return found


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


def _key_at(tokens: Tokens, position: Int, sentence: Int, own: Int) -> Key:
    """Keys of the tokens at some positions, 0 where the sentence ``own`` does not reach."""
    low = np.clip(position, 0, len(tokens) - 1)
    return np.where((position == low) & (sentence[low] == own), tokens.key[low], np.uint64(0))


def _is_speech(tokens: Tokens, sentence: Int, verbs: VerbTable, entry: Int, first: Int, last: Int) -> Bool:
    """Leave out nouns, the writer's own "I think", "that said", "to say the least", imperatives."""
    own = sentence[first]
    before = [_key_at(tokens, first - i, sentence, own) for i in range(1, 5)]
    after = _key_at(tokens, last + 1, sentence, own)
    phrase = verbs.phrase[entry]
    key = tokens.key[first]
    noun = verbs.noun[entry] & (among(before[0], _DETERMINERS) | among(after, "of by about against and over"))
    noun &= ~(verbs.participle[entry] & among(after, "that"))
    possessive = _possessive(tokens, np.maximum(first - 1, 0)) & (before[0] != 0)
    noun |= verbs.noun[entry] & possessive
    adjective = among(before[0], "the a an his her its their this these") & ~verbs.participle[entry]
    out = (noun | adjective) & ~phrase
    skipped = np.ones(len(first), dtype=np.bool_)
    for i in range(3):
        out |= skipped & among(before[i], _WRITER) & ~phrase
        skipped &= among(before[i], _AUXILIARIES)
    say, said = among(key, "say"), among(key, "said")
    out |= say & among(before[0], "to") & (among(before[1], _BEFORE_SAY) | among(after, "the nothing"))
    out |= said & (among(before[0], "having") | (among(before[0], _NOT_BEFORE_SAID) & among(after, ", .")))
    out |= among(key, "called") & among(before[0], "so")
    out |= say & among(before[0], ",") & (among(after, ", a an the") | (tokens.kind[np.minimum(last + 1, len(tokens) - 1)] == DIGIT))
    starts = (before[0] == 0) | among(before[0], ". ! ? ; : \" \u201c")
    out |= verbs.base[entry] & starts & ~phrase
    return ~out


def _possessive(tokens: Tokens, position: Int) -> Bool:
    """Whether a token ends in an apostrophe and s."""
    end = tokens.end[position]
    long = end - tokens.start[position] > 2
    found: Bool = long & (tokens.codes[end - 1] == ord("s")) & (tokens.codes[np.maximum(end - 2, 0)] == ord("'"))
    return found


def find_attributions(
    tokens: Tokens, shared: Clauses, hits: Hits, lexicon: Lexicon, quoted: Bool, inner_edge: NDArray[np.int8]
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
    inner_edge : ndarray of int8
        1 on tokens that open, -1 on tokens that close a quotation, 0 elsewhere.

    Returns
    -------
    Handed
    """
    verbs = verb_table(lexicon)
    hits = find_verbs(tokens, hits, lexicon, quoted)
    sentence = shared.sentence
    hits = hits.where(_is_speech(tokens, sentence, verbs, hits.entry, hits.first, hits.last))
    first, last = hits.first, hits.last
    own = sentence[first]
    low = np.searchsorted(sentence, own, side="left")
    high = np.searchsorted(sentence, own, side="right")
    end = high - ((tokens.kind[high - 1] == MARK) & _FINAL[np.minimum(tokens.codes[tokens.start[high - 1]], 0x2FFF)])
    at = np.searchsorted(shared.boundary, first)
    edge = np.append(shared.boundary, len(tokens))
    previous = np.where(at > 0, edge[at - 1], -1)
    previous = np.maximum(previous, low - 1)
    following = np.minimum(edge[np.searchsorted(shared.boundary, last, side="right")], end)

    phrase = verbs.phrase[hits.entry]
    head = shared.between(low, previous + 1)
    subject = shared.between(previous + 1, first)
    adjunct = shared.between(last + 1, following)
    tail = shared.between(last + 1, end)
    after = _key_at(tokens, last + 1, sentence, own)
    opener = tokens.key[np.minimum(previous + 1, len(tokens) - 1)]
    closes = (previous >= low) & (inner_edge[np.maximum(previous, 0)] == -1)
    opens_next = inner_edge[np.minimum(following, len(tokens) - 1)] == 1
    next_shape = tokens.shape[np.minimum(last + 1, len(tokens) - 1)]

    finite = ~verbs.participle[hits.entry]
    headed = ~among(opener, _CLAUSE_HEADS)
    short = (subject >= 1) & (subject <= 9) & headed
    lead = among(after, _ADJUNCTS) | (adjunct == 0) | closes
    enough = (head >= 2) | (closes & (head >= 1))
    postposed = finite & enough & short & lead & (after != keys(_SPECIAL)[0]) & ~opens_next
    postposed &= (tail <= 14) | (following < end)
    noun_next = (next_shape != LOWER) | among(after, _DETERMINERS + " " + _PRONOUNS)
    inverted = finite & (subject == 0) & enough & noun_next & (adjunct >= 1) & (adjunct <= 12)
    # "Smith, the mayor, said the dam held" against "The dam held, said the mayor".
    earlier = np.where(at > 1, edge[np.maximum(at - 2, 0)], -1)
    inserted = (earlier >= low) & (shared.between(earlier + 1, previous) <= 8)
    inverted &= closes | ((head > 7) & ~inserted) | (tail <= np.where(inserted, 2, 4))
    postposed |= inverted & ~phrase
    source_first = phrase & (shared.between(low, first) <= 1)
    source_later = phrase & ~source_first

    back = (postposed | source_later)
    before_low = np.where(back, low, 0)
    cut = np.where(source_later & ~postposed & (previous < first - 1), first, previous)
    before_high = np.where(back, cut, 0)
    relative = among(opener, _RELATIVES) & (previous >= low) & ~phrase & (subject <= 2)
    start = last + 1 + (after == keys(_SPECIAL)[0])
    then_opens = inner_edge[np.minimum(following + 1, len(tokens) - 1)] == 1
    start = np.where(((following < end) & then_opens) | (adjunct == 0), np.minimum(following + ~opens_next, end), start)
    after_low = np.where(back | (source_first & ~verbs.own[hits.entry]), following + 1, start)
    after_high = np.where(relative, np.maximum(following, start), end)
    after_high = np.where(postposed & closes, after_low, after_high)
    # A content has its limit, so that a "sentence" of a million words does not take quadratic time.
    before_low = np.maximum(before_low, before_high - _LONGEST)
    after_high = np.minimum(np.maximum(after_high, after_low), after_low + _LONGEST)
    return Handed(first, last, before_low, before_high, after_low, after_high)

"""Cues that a lexicon lists: loaded wording, hedges, boosters, presupposition, stance and the like."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np

from rhetoric.cues.table import Found, Rule
from rhetoric.reading.keysets import KeySet, key_set
from rhetoric.reading.lexicon import Hits, default_lexicon
from rhetoric.reading.names import common_words, openings
from rhetoric.reading.reading import Reading
from rhetoric.reading.tokens import CAPITALISED, Bool, Int, Key, tokenize

_NEGATORS = (
    "not no never nor neither nobody nothing none without hardly scarcely barely isn't aren't wasn't weren't "
    "don't doesn't didn't won't wouldn't can't cannot couldn't shouldn't hasn't haven't hadn't ain't"
)
_NOT_NEGATED = "only but just merely simply"  # behind a negator: it does not negate then
_REACH = 3  # words before a cue in which a negator counts


@cache
def lexical_rules() -> tuple[Rule, ...]:
    """The rules of the lexicon, in the order of their names."""
    named = {(e.kind, e.group): Rule(e.kind, e.group, e.why) for e in default_lexicon().entries}
    return tuple(named[key] for key in sorted(named))


@cache
def _columns() -> tuple[Int, Int, Bool]:
    """Of each entry: its rule, its weight in thousandths, whether negation silences it."""
    lexicon = default_lexicon()
    number = {(r.kind, r.group): i for i, r in enumerate(lexical_rules())}
    rule = np.array([number[e.kind, e.group] for e in lexicon.entries], dtype=np.int64)
    weight = np.array([round(1000 * e.weight) for e in lexicon.entries], dtype=np.int64)
    drop = np.array([e.drop_negated for e in lexicon.entries], dtype=np.bool_)
    return rule, weight, drop


@dataclass(frozen=True, slots=True, eq=False)
class _Exceptions:
    """The words that silence entries, in ``count`` sets.

    ``set_of`` numbers the set that each entry has (-1: none); word ``i`` of ``key`` is in set ``within[i]``.
    """

    count: int
    words: KeySet
    set_of: Int
    key: Key
    within: Int


@cache
def _exceptions() -> _Exceptions:
    entries = default_lexicon().entries
    sets = sorted({tuple(sorted(e.unless)) for e in entries if e.unless})
    number = {words: i for i, words in enumerate(sets)}
    keys = [tokenize(" ".join(words)).key for words in sets]
    key, within = np.concatenate(keys), np.repeat(np.arange(len(sets)), [len(k) for k in keys])
    order = np.argsort(key, kind="stable")
    set_of = np.array([number.get(tuple(sorted(e.unless)), -1) for e in entries], dtype=np.int64)
    words = KeySet(" ".join(word for listed in sets for word in listed))
    return _Exceptions(len(sets), words, set_of, key[order], within[order])


def negated(reading: Reading, hits: Hits) -> Bool:
    """Which hits have a negator among the three words before them; "not only" and "nothing but" do not count."""
    key, sentence = reading.tokens.key, reading.sentence_of
    out = np.zeros(len(hits), dtype=np.bool_)
    for back in range(1, _REACH + 1):
        at = np.maximum(hits.first - back, 0)
        same = (hits.first >= back) & (sentence[at] == sentence[hits.first])
        out |= (
            same
            & key_set(_NEGATORS).holds(key[at])
            & ~key_set(_NOT_NEGATED).holds(key[np.minimum(at + 1, len(key) - 1)])
        )
    return out


def within_name(reading: Reading, hits: Hits) -> Bool:
    """Which hits stand in a proper name: "Brilliant Earth", "the Hedge Fund Association".

    A capitalised common word counts as part of a name inside a sentence, and at its start where another
    capitalised word follows.
    """
    tokens, sentence = reading.tokens, reading.sentence_of
    named = reading.names & (tokens.shape == CAPITALISED)
    known = common_words().holds(tokens.key[hits.first])
    after = np.minimum(hits.last + 1, len(tokens) - 1)
    followed = named[after] & (after > hits.last) & (sentence[after] == sentence[hits.first])
    opening = openings(tokens, sentence)[hits.first] & (hits.first == hits.last) & followed
    out: Bool = known & (named[hits.first] | opening)
    return out


def excepted(reading: Reading, hits: Hits) -> Bool:
    """Which hits share their sentence with a word that makes them literal."""
    exceptions, sentence = _exceptions(), reading.sentence_of
    word = np.flatnonzero(exceptions.words.holds(reading.tokens.key))
    key = reading.tokens.key[word]
    low, high = (np.searchsorted(exceptions.key, key, side=side) for side in ("left", "right"))
    count = high - low  # sets that the word is in
    row = np.repeat(low - np.cumsum(count) + count, count) + np.arange(count.sum())
    excused = np.zeros((exceptions.count, len(reading.start)), dtype=np.bool_)
    excused[exceptions.within[row], np.repeat(sentence[word], count)] = True
    which = exceptions.set_of[hits.entry]
    out: Bool = (which >= 0) & excused[which, sentence[hits.first]]
    return out


def find(reading: Reading) -> Found:
    """Find what the lexicon lists, but for negated, literal and proper-name uses."""
    hits, tokens = reading.hits, reading.tokens
    rule, weight, drop = _columns()
    if not len(hits):
        none = np.zeros(0, dtype=np.int64)
        return Found(none, none, none, np.zeros(0))
    keep = ~within_name(reading, hits)
    negatable = np.flatnonzero(drop[hits.entry])
    keep[negatable] &= ~negated(reading, hits.where(negatable))
    keep &= ~excepted(reading, hits)
    keep &= _attributes(reading, hits)
    hits = hits.where(keep)
    return Found(tokens.start[hits.first], tokens.end[hits.last], rule[hits.entry], weight[hits.entry] / 1000)


def _attributes(reading: Reading, hits: Hits) -> Bool:
    """Leave a word of attribution out where reading saw that it hands nothing to a source ("that said")."""
    lexicon = default_lexicon()
    verbs = lexicon.kind_of[hits.entry] == lexicon.kinds.index("attribution")
    seen = np.isin(reading.tokens.start[hits.first], reading.speech.verb[:, 0])
    out: Bool = ~verbs | seen
    return out

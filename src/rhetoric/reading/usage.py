"""Whether a verb of saying says anything here: nouns, idioms and the writer's own "I think" are left out."""

from __future__ import annotations

import numpy as np

from rhetoric.reading.keysets import key_set
from rhetoric.reading.tokens import DIGIT, LOWER, WORD, Bool, Int, Key, Tokens
from rhetoric.reading.verbs import VerbTable

DETERMINERS = """
    the a an his her its their our my your this these those no any some every each such other many several
    few two three more most new recent latest own false official media early first
"""
_AUXILIARIES = """
    have has had having would will could can may might must should shall do does did don't doesn't didn't
    can't couldn't wouldn't won't haven't hasn't hadn't be am is are was were been not never also still
    always often then later once already now just really only even both all first again further simply
    clearly repeatedly recently previously reportedly honestly truly firmly certainly i'd
"""
_WRITER = (
    "i we i've we've i'd we'd i'll we'll i'm we're you you've you'd you'll you're let's let us one nobody"
)
_SUBJECTS = "he she they it who that to which and also people many some most others those critics not n't"
_PREPOSITIONS = (
    "of in on for from by with against over about into at as under without between through two three few"
)
_CLAUSE_NEXT = """
    that how why whether what if there he she it they we i you his her their its who when where
"""
_FINITE = """
    is are was were will would has had have can could should may might must did does do isn't aren't
    wasn't won't can't doesn't didn't be to it's he's she's they're
"""
_BEFORE_SAY = "needless suffice is"
_NOT_BEFORE_SAID = "that this having being with"


def among(key: Key, words: str) -> Bool:
    """Which of some keys are those of one of the words."""
    return key_set(words).holds(key)


def key_at(tokens: Tokens, position: Int, sentence: Int, own: Int) -> Key:
    """Keys of the tokens at some positions, 0 where the sentence ``own`` does not reach."""
    low = np.clip(position, 0, len(tokens) - 1)
    return np.where((position == low) & (sentence[low] == own), tokens.key[low], np.uint64(0))


def is_speech(tokens: Tokens, sentence: Int, verbs: VerbTable, entry: Int, first: Int, last: Int) -> Bool:
    """Which hits are attributions: not nouns, the writer's own "I think", "that said", imperatives.

    Parameters
    ----------
    tokens : Tokens
    sentence : ndarray of int64
        The sentence of each token.
    verbs : VerbTable
    entry, first, last : ndarray of int64
        The row of the table, and the tokens, of each hit.

    Returns
    -------
    ndarray of bool
    """
    own = sentence[first]
    before = [key_at(tokens, first - i, sentence, own) for i in range(1, 5)]
    after = key_at(tokens, last + 1, sentence, own)
    phrase = verbs.phrase[entry]
    out = _is_noun(tokens, verbs, entry, first, before, after) & ~phrase
    skipped = np.ones(len(first), dtype=np.bool_)
    for i in range(3):
        out |= skipped & among(before[i], _WRITER) & ~phrase
        skipped &= among(before[i], _AUXILIARIES)
    out |= _is_idiom(tokens, tokens.key[first], before, after, last)
    clause = among(after, _CLAUSE_NEXT)
    for i in range(2, 7):  # "wants the pit to stay open" has a clause, "wants to leave" none
        plain = tokens.shape[np.minimum(last + i, len(tokens) - 1)] == LOWER  # "may", not "May"
        clause |= among(key_at(tokens, last + i, sentence, own), _FINITE) & plain
    out |= verbs.clausal[entry] & (~clause | among(after, "to"))
    out |= verbs.base[entry] & _asked(tokens, sentence)[own] & ~phrase
    starts = (before[0] == 0) | among(before[0], '. ! ? ; : " \u201c')
    out |= verbs.base[entry] & starts & ~phrase
    tag = tokens.codes[np.maximum(tokens.start[first] - 1, 0)]
    found: Bool = ~(out | (tag == ord("<")) | (tag == ord("/")))
    return found


def _asked(tokens: Tokens, sentence: Int) -> Bool:
    """Which sentences hold a question mark: "will they insist?" asks, and reports nobody's words."""
    out = np.zeros(int(sentence.max(initial=0)) + 1, dtype=np.bool_)
    out[sentence[among(tokens.key, "?")]] = True
    return out


def _is_noun(tokens: Tokens, verbs: VerbTable, entry: Int, first: Int, before: list[Key], after: Key) -> Bool:
    """Whether a form that may be a noun or an adjective is one here, by its neighbours."""
    left = np.maximum(first - 1, 0)
    word = (tokens.kind[left] == WORD) & (before[0] != 0) & ~_possessive(tokens, left)
    name = (tokens.shape[left] != LOWER) | (tokens.codes[tokens.end[left] - 1] == ord("s"))
    subject = word & name & ~among(before[0], DETERMINERS)
    subject |= among(before[0], _SUBJECTS) | among(before[0], _AUXILIARIES) | among(before[0], ",")
    subject |= word & ~verbs.base[entry] & ~among(before[0], DETERMINERS + " " + _PREPOSITIONS)
    noun = verbs.noun[entry] & (~subject | among(after, "of for by against among from over"))
    noun &= ~(among(after, ":") & (tokens.shape[left] != LOWER) & word)  # "the Herald reports:"
    noun &= ~(verbs.participle[entry] & among(after, "that"))
    noun |= verbs.noun[entry] & verbs.base[entry] & among(after, "is are was were has had will would")
    noun |= verbs.noun[entry] & ~verbs.base[entry] & among(before[0], "to")  # "according to reports"
    adjective = among(before[0], "the a an his her its their this these my our") & ~verbs.participle[entry]
    adjective &= ~among(after, "that")
    passive = among(before[0], "be been being is are was were") & among(after, "by in here at on and")
    passive &= verbs.more[entry]
    found: Bool = noun | adjective | passive
    return found


def _is_idiom(tokens: Tokens, key: Key, before: list[Key], after: Key, last: Int) -> Bool:
    """Whether it is no speech: "that said", "to say the least", "so-called", "it should be said", "told you so"."""
    say, said = among(key, "say"), among(key, "said")
    out = say & among(before[0], "to") & (among(before[1], _BEFORE_SAY) | among(after, "the nothing"))
    out |= said & (among(before[0], "having") | (among(before[0], _NOT_BEFORE_SAID) & among(after, ", .")))
    out |= among(key, "called") & among(before[0], "so")
    out |= among(before[0], "be") & among(before[1], "should must can could may") & among(before[2], "it")
    out |= among(before[0], "worth")
    out |= among(key, "told") & among(after, "you") & ((before[0] == 0) | among(before[0], ", . ! ? —"))
    number = tokens.kind[np.minimum(last + 1, len(tokens) - 1)] == DIGIT
    found: Bool = out | (say & among(before[0], ",") & (among(after, ", a an the") | number))
    return found


def _possessive(tokens: Tokens, position: Int) -> Bool:
    """Whether a token ends in an apostrophe and s."""
    end = tokens.end[position]
    long = end - tokens.start[position] > 2
    found: Bool = (
        long & (tokens.codes[end - 1] == ord("s")) & (tokens.codes[np.maximum(end - 2, 0)] == ord("'"))
    )
    return found

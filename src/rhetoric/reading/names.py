"""Names are masked before n-grams are made: whom a sentence is about must not decide how it is scored.

A capitalised word inside a sentence is a name; at the start of a sentence or a quotation, in a headline with capitals
throughout and in a sentence all in capitals it is one unless English usually writes it in lower case
(``data/vocabulary.txt``). Pronouns that tell the gender count as one word.
"""

from __future__ import annotations

from functools import cache
from importlib import resources

import numpy as np
from numpy.typing import NDArray

from rhetoric.reading.keysets import KeySet, key_set
from rhetoric.reading.tokens import DIGIT, LOWER, UPPER, WORD, Bool, Int, Tokens

PLAIN, NAME, PRONOUN, NUMBER = range(4)

_GENDERED = "he she him her his hers himself herself he's she's he'd she'd he'll she'll"
# Words that English capitalises although they name no side (March, May and August are words of another kind too).
_NOT_NAMES = (
    "i i'm i've i'd i'll monday tuesday wednesday thursday friday saturday sunday january february april june "
    "july september october november december"
)
# Sides that are also written in lower case, so that capitals do not give them away.
_SIDES = (
    "democrat democrats republican republicans gop liberal liberals conservative conservatives tory tories "
    "labour socialist socialists communist communists leftist leftists rightist rightists democratic "
    "muslim muslims christian christians jew jews jewish hindu hindus catholic catholics protestant "
    "protestants sikh sikhs buddhist buddhists islamic men women man woman male female boys girls boy girl "
    "black blacks white whites latino latinos hispanic hispanics asian asians"
)
_OPENING_MARKS = ': — – “ " ( [ ! ? …'
_TITLE_SHARE = 0.6  # of a sentence's longer words in capitals: a headline, whose capitals say nothing
_SHOUTED = 4  # letters from which on a common word in capitals is shouted and no acronym


@cache
def common_words() -> KeySet:
    """The words that English usually writes in lower case."""
    file = resources.files("rhetoric") / "reading" / "data" / "vocabulary.txt"
    return KeySet(file.read_text(encoding="utf-8"))


def openings(tokens: Tokens, sentence: Int) -> Bool:
    """Which tokens are capitalised for where they stand: first of a sentence, or behind a mark that opens."""
    words = np.flatnonzero(tokens.kind == WORD)
    first = np.zeros(len(tokens), dtype=np.bool_)
    if len(words):
        of = sentence[words]
        first[words] = np.concatenate(([True], of[1:] != of[:-1]))
        first[1:] |= (tokens.kind[1:] == WORD) & key_set(_OPENING_MARKS).holds(tokens.key[:-1])
    return first


def _share(flags: Bool, of: Bool, sentence: Int, n_sentences: int) -> NDArray[np.float64]:
    counted = np.bincount(sentence[of], minlength=n_sentences)
    flagged = np.bincount(sentence[of & flags], minlength=n_sentences)
    return flagged / np.maximum(counted, 1)


def find_names(tokens: Tokens, sentence: Int) -> Bool:
    """Which tokens are (part of) a proper name or an acronym.

    Parameters
    ----------
    tokens : Tokens
    sentence : ndarray of int64, shape (len(tokens),)
        The sentence of each token; tokens outside of any have -1.

    Returns
    -------
    ndarray of bool, shape (len(tokens),)
    """
    if not len(tokens):
        return np.zeros(0, dtype=np.bool_)
    sentence = sentence - sentence.min()
    n_sentences = int(sentence.max()) + 1
    capital = tokens.shape != LOWER
    word = tokens.kind == WORD
    longer = word & (tokens.end - tokens.start >= _SHOUTED)
    headline = _share(capital, longer, sentence, n_sentences) > _TITLE_SHARE
    shouting = _share(tokens.shape == UPPER, longer, sentence, n_sentences) > _TITLE_SHARE
    candidates = np.flatnonzero(capital)
    key, of = tokens.key[candidates], sentence[candidates]
    upper = tokens.shape[candidates] == UPPER
    long = (tokens.end - tokens.start)[candidates] >= _SHOUTED
    known = common_words().holds(key)
    first = openings(tokens, sentence)[candidates]
    excused = np.where(upper, known & (long | shouting[of]), known & (first | headline[of]))
    names = np.zeros(len(tokens), dtype=np.bool_)
    names[candidates] = ~excused & ~key_set(_NOT_NAMES).holds(key)
    return names


def mask_classes(tokens: Tokens, names: Bool) -> NDArray[np.uint8]:
    """What stands in for each token before n-grams: ``PLAIN`` (itself), ``NAME``, ``PRONOUN`` or ``NUMBER``.

    Parameters
    ----------
    tokens : Tokens
    names : ndarray of bool
        As :func:`find_names` gives them.
    """
    classes = np.zeros(len(tokens), dtype=np.uint8)
    words = np.flatnonzero(tokens.kind == WORD)
    key = tokens.key[words]
    classes[words[key_set(_SIDES).holds(key)]] = NAME
    classes[names] = NAME
    classes[words[key_set(_GENDERED).holds(key)]] = PRONOUN
    classes[tokens.kind == DIGIT] = NUMBER
    return classes

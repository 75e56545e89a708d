"""What Punkt (Kiss & Strunk 2006) has learned, and what it decides.

The decision is the one of ``nltk.tokenize.punkt``, written anew because importing NLTK takes most of a
second, and because only the few tokens with a stop need it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

# Orthographic contexts of a word, the same bits as in nltk.tokenize.punkt.
BEG_UC, MID_UC, UNK_UC, BEG_LC, MID_LC, UNK_LC = (1 << bit for bit in range(1, 7))
UPPER, LOWER = BEG_UC | MID_UC | UNK_UC, BEG_LC | MID_LC | UNK_LC

_NUMBER_TYPE = "##number##"
_NUMERIC = re.compile(r"^-?[\.,]?\d[\d,\.-]*\.?$")
_INITIAL = re.compile(r"[^\W\d]\.$")
_ELLIPSIS = re.compile(r"\.\.+$")


@dataclass(frozen=True, slots=True, eq=False)
class Parameters:
    """What Punkt and the boundary model have learned.

    Attributes
    ----------
    abbreviations : frozenset of str
        Word types, lower case and without the last period.
    collocations : frozenset of (str, str)
        Pairs of word types that stand together over a period.
    starters : frozenset of str
        Word types that often start a sentence.
    orthography : mapping of str to int
        Bits of the orthographic contexts a word type was seen in.
    openings : mapping of str to int
        Rounded log odds that the capitalised word stands at the start of a sentence and not within one.
    weights : mapping of str to float
        Weight of each feature of a candidate in the logistic regression.
    intercept : float
        Its constant term.
    """

    abbreviations: frozenset[str]
    collocations: frozenset[tuple[str, str]]
    starters: frozenset[str]
    orthography: Mapping[str, int]
    openings: Mapping[str, int]
    weights: Mapping[str, float]
    intercept: float

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Parameters:
        """Read what :mod:`rhetoric.training.punkt` wrote; a word list is a string with spaces in it."""
        return cls(
            frozenset(data["abbreviations"].split()),
            frozenset((first, second) for first, second in data["collocations"]),
            frozenset(data["starters"].split()),
            {word: int(flags) for flags, words in data["orthography"].items() for word in words.split()},
            {word: int(odds) for odds, words in data["openings"].items() for word in words.split()},
            dict(data["weights"]),
            float(data["intercept"]),
        )


@cache
def parameters() -> Parameters:
    """Return the shipped parameters, read once at the first call."""
    source = files("rhetoric.reading").joinpath("data/punkt.json")
    return Parameters.from_json(json.loads(source.read_text(encoding="utf-8")))


def _word_type(token: str) -> str:
    return _NUMERIC.sub(_NUMBER_TYPE, token.lower())


def _is_abbreviation(token: str, known: frozenset[str]) -> bool:
    word = token[:-1].lower()
    return word in known or word.rsplit("-", 1)[-1] in known


def _starts_sentence(token: str, word_type: str, orthography: Mapping[str, int]) -> bool | None:
    """Punkt's orthographic heuristic: True, False, or None where the evidence does not tell."""
    if token in {";", ":", ",", ".", "!", "?"}:
        return False
    seen = orthography.get(word_type, 0)
    if token[0].isupper() and seen & LOWER and not seen & MID_UC:
        return True
    if token[0].islower() and (seen & UPPER or not seen & BEG_LC):
        return False
    return None


def punkt_break(token: str, following: str, learned: Parameters) -> bool:
    """Decide as Punkt does whether a sentence ends with `token`.

    Parameters
    ----------
    token : str
        A word with its stop, such as ``"Inc."``.
    following : str
        The token after it; empty at the end of the text.
    learned : Parameters
        Abbreviations, collocations, sentence starters and orthographic contexts.

    Returns
    -------
    bool
        True where NLTK's ``PunktSentenceTokenizer`` with the same parameters marks a sentence break.

    Notes
    -----
    Kiss, T. & Strunk, J. (2006). Unsupervised multilingual sentence boundary detection. Computational
    Linguistics 32(4), section 4.
    """
    ellipsis = _ELLIPSIS.match(token) is not None
    final = token.endswith(".") and not token.endswith("..")
    abbreviation = len(token) > 1 and final and _is_abbreviation(token, learned.abbreviations)
    ends = token in {".", "!", "?"} or (final and not abbreviation)
    if not following or not token.endswith("."):
        return ends
    word = _word_type(token)
    word = word[:-1] if len(word) > 1 and word[-1] == "." else word
    after = _word_type(following)
    if len(after) > 1 and after[-1] == "." != after[-2]:
        after = after if _is_abbreviation(following, learned.abbreviations) else after[:-1]
    if (word, after) in learned.collocations:
        return False
    initial = _INITIAL.match(token) is not None
    if not (initial or word == _NUMBER_TYPE or abbreviation or ellipsis):
        return ends
    starts = _starts_sentence(following, after, learned.orthography)
    opens = starts or (following[0].isupper() and after in learned.starters)
    if (abbreviation or ellipsis) and not initial and opens:
        return True
    if initial or word == _NUMBER_TYPE:
        if starts is False:
            return False
        if starts is None and initial and following[0].isupper():
            return ends and bool(learned.orthography.get(after, 0) & LOWER)
    return ends

"""Where a sentence may end, and how likely it ends there.

:mod:`rhetoric.reading.sentences` finds the few places where a sentence can end, the *candidates*. Here Punkt
(Kiss & Strunk 2006) and the words around a candidate give its *features*, and a logistic regression adds up their
weights. Parameters and weights are data (``data/punkt.json``), made by :mod:`rhetoric.training.punkt`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files
from typing import Any, NamedTuple

# Orthographic contexts of a word, the same bits as in nltk.tokenize.punkt.
BEG_UC, MID_UC, UNK_UC, BEG_LC, MID_LC, UNK_LC = (1 << bit for bit in range(1, 7))
UPPER, LOWER = BEG_UC | MID_UC | UNK_UC, BEG_LC | MID_LC | UNK_LC

_NUMBER_TYPE = "##number##"
_NUMERIC = re.compile(r"^-?[\.,]?\d[\d,\.-]*\.?$")
_INITIAL = re.compile(r"[^\W\d]\.$")
_ELLIPSIS = re.compile(r"\.\.+$")

_TITLES = """mr mrs ms mx dr drs prof gov govs sen sens rep reps gen lt col sgt cpl pvt capt cmdr cdr adm maj brig rev fr
    hon pres supt insp det ofc atty amb treas messrs mme mlle msgr st ste mt ft"""
_BEFORE_NUMBERS = """no nos p pp vol vols fig figs sec secs ch chap chaps art arts eq eqs para pt pts tel ext ver
    approx ca circa n°"""
_LINKS = "e.g i.e eg ie vs v cf viz al resp incl esp est a.k.a aka c.f n.b"
_DATES = "jan feb mar apr jun jul aug sep sept oct nov dec mon tue tues wed thu thur thurs fri sat"
_MAY_END = """inc ltd co corp cos bros llc plc jr sr esq etc a.m p.m am pm ph.d m.d b.a m.a b.s m.b.a dept univ assn ave
    blvd rd sq hwy apt min hr hrs oz lb lbs tsp tbsp"""
_SPEECH = frozenset(
    """said says say asked asks replied answered added adds cried shouted whispered muttered exclaimed wrote told
    explained continued yelled screamed howled murmured called demanded snapped sighed laughed thought""".split()
)
_KINDS = {
    word: kind
    for kind, words in (
        ("title", _TITLES),
        ("num", _BEFORE_NUMBERS),
        ("link", _LINKS),
        ("date", _DATES),
        ("end", _MAY_END),
    )
    for word in words.split()
}
_VOWELS = frozenset("aeiouy")
_FUNCTION_WORDS = frozenset(
    """a also although an and any are as at because both but by can could did do does each every for from he her his how
    however i if in is it its just let many my no nor not now of on or our please she should since so some such thanks
    that the their then there these they this those thus to was we were what when where which while who why will with
    would yes yet you your""".split()
)
_ABBREVIATION_KINDS = frozenset({"title", "num", "link", "date", "end", "abbr", "acro", "init", "i", "dot"})

_WORD = re.compile(r"[^\W_]+(?:['’.-][^\W_]+)*")
_NUMBER = re.compile(r"[-+$£€]?\d[\d,.:/-]*%?")
_ACRONYM = re.compile(r"(?:[^\W\d_]\.)+[^\W\d_]")
_ADDRESS = re.compile(r"[@/=]|www\.|\.(?:com|org|net|edu|gov|html?|php)\b", re.IGNORECASE)


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
        """Read what :mod:`rhetoric.training.punkt` wrote: word lists are strings with spaces between the words."""
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
        True where ``nltk.tokenize.punkt.PunktSentenceTokenizer`` with the same parameters marks a sentence break.

    Notes
    -----
    Kiss, T. & Strunk, J. (2006). Unsupervised multilingual sentence boundary detection. Computational Linguistics
    32(4), section 4.
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
    if len(after) > 1 and after[-1] == "." != after[-2] and not _is_abbreviation(following, learned.abbreviations):
        after = after[:-1]
    if (word, after) in learned.collocations:
        return False
    initial = _INITIAL.match(token) is not None
    if not (initial or word == _NUMBER_TYPE or abbreviation or ellipsis):
        return ends
    starts = _starts_sentence(following, after, learned.orthography)
    if (abbreviation or ellipsis) and not initial:
        if starts or (following[0].isupper() and after in learned.starters):
            return True
    if initial or word == _NUMBER_TYPE:
        if starts is False:
            return False
        if starts is None and initial and following[0].isupper():
            return ends and bool(learned.orthography.get(after, 0) & LOWER)
    return ends


class Candidate(NamedTuple):
    """A place where a sentence may end: ``text[stop:end]`` is the stop with what belongs to it."""

    stop: int
    end: int
    next: int  # where the next sentence would start
    kind: str  # one of . ? ! .. ... .... … ?? !! s (stops with spaces) or the character in place of a stop
    tail: str  # closing quotes, brackets, footnotes, emoticons after the stop
    opener: str  # opening quotes, brackets, dashes before the next word
    following: str  # at most 24 characters of the next word


def _case(following: str) -> str:
    if not following:
        return "$"
    first = following[0]
    if first.isupper():
        if len(following) == 1 or not following[1].isalpha():
            return first if first in "IA" else "S"
        return "C" if following[1].isupper() else "U"
    return "l" if first.islower() else "d" if first.isdigit() else "o"


def _opener_kind(opener: str) -> str:
    last = opener[-1]
    return "q" if last in "\"'“‘«‹`" else "b" if last in "([{" else last


def _tail_kind(tail: str) -> str:
    bare = tail.strip()
    spaced = "s" if tail[0].isspace() else ""
    if bare[-1] in "\"'”’»":
        return spaced + "q"
    if bare[0] in ":;=8<":
        return "e"
    if bare[-1] == "]" and bare[-2:-1].isdigit():
        return "r"
    return spaced + "b" if bare[-1] in ")]}" else "*"


def word_kind(word: str, abbreviations: frozenset[str]) -> str:
    """Return the kind of the word before a stop: an abbreviation of some sort, a number, an address, a plain word."""
    low = word.lower().lstrip("(\"'“‘[*_-")
    if not low:
        return "sym" if word else "none"
    if low in _KINDS:
        return _KINDS[low]
    if len(low) == 1:
        return "i" if low == "i" else "init" if low.isalpha() else "dig" if low.isdigit() else "sym"
    if low.isalpha():
        if low in abbreviations:
            return "abbr"
        if word.islower():
            return "low" if len(low) > 3 or not _VOWELS.isdisjoint(low) else "cons"
        return "caps" if word.isupper() else "cap"
    if _NUMBER.fullmatch(low):
        return "n2" if len(low) <= 2 else "n"
    if "." in low:
        return "acro" if _ACRONYM.fullmatch(low) else "url" if _ADDRESS.search(low) else "dot"
    if low in abbreviations or low.rsplit("-", 1)[-1] in abbreviations:
        return "abbr"
    return "caps" if word.isupper() else "close" if low[-1] in ")]\"'”’" else "cap" if word[0].isupper() else "oth"


def is_address(token: str) -> bool:
    """Tell a web or mail address, or a path, from a word."""
    return _ADDRESS.search(token) is not None


def word_before(text: str, position: int, start: int) -> str:
    """Return the word that ends before `position`, at most 40 characters of it, nothing from before `start`."""
    words = text[max(start, position - 40) : position].rsplit(None, 1)
    return words[-1] if words else ""


@lru_cache(maxsize=1 << 14)
def _shape_names(
    kind: str, tails: str, opens: str, case: str, gap: str, before: str, place: int, size: int, inside: str, odds: int | str
) -> tuple[str, ...]:
    """The features that do not name a word: few enough for a cache."""
    return (
        f"{kind}|{tails}|{opens}|{case}|{gap}",
        f"{kind}|{case}",
        f"{kind}|{before}|{case}",
        f"{kind}|{before}",
        f"{before}|{place}|{case}",
        f"{kind}|{place}|{case}",
        f"{kind}|{tails}|{case}",
        f"{kind}|{opens}|{case}",
        f"{before in _ABBREVIATION_KINDS}{odds}|{case}",
        f"{before}{odds}",
        f"{kind}{odds}{case}",
        f"L{size}{kind}{case}",
        f"I{inside}{kind}{tails}{opens}{case}",
    )


@lru_cache(maxsize=1 << 14)
def _shape_score(learned: Parameters, *shape: Any) -> float:
    return learned.intercept + sum(learned.weights.get(name, 0.0) for name in _shape_names(*shape))


def _describe(text: str, start: int, candidate: Candidate, learned: Parameters) -> tuple[tuple[Any, ...], list[str]]:
    """The shape of a candidate, and the names of those of its features that name a word."""
    stop, end, after, kind, tail, opener, following = candidate
    word = word_before(text, stop, start)
    before = word_kind(word if kind[0] in ".?!…s" else word.rstrip(",;:"), learned.abbreviations)
    match = _WORD.match(following)
    next_word = match[0] if match else ""
    low = next_word.lower()
    case = _case(following)
    tails = _tail_kind(tail) if tail else ""
    opens = _opener_kind(opener) if opener else ""
    length = stop - start
    size = 0 if length < 4 else 1 if length < 12 else 2 if length < 30 else 3 if length < 80 else 4
    place = 1 if length <= len(word) + 1 else 2 if size < 3 and text.count(" ", start, stop) < 2 else 3
    window = text[max(start, stop - 300) : stop]
    inside = ("(" if window.rfind("(") > window.rfind(")") else "") + ("“" if window.rfind("“") > window.rfind("”") else "")
    if window.count('"') & 1:
        inside += '"'
    gap = "" if end == after else " "
    if stop and text[stop - 1].isspace():
        gap += "_"
    odds = learned.openings.get(low, "")
    names = [f"{kind}={low}", f"w{kind}={word.lower()}"]
    if before in _ABBREVIATION_KINDS:
        names.append(f"{before}F{low in _FUNCTION_WORDS}{case}")
        names.append(f"F{low in _FUNCTION_WORDS}{case}")
    if kind[0] == "." and (before in _ABBREVIATION_KINDS or kind != "." or before[0] in "ndc"):
        ends = punkt_break(word + text[stop:end].rstrip(), opener[:1] or next_word or following[:1], learned)
        names += (f"P{ends}{before}", f"P{ends}{case}", f"{before}={low}")
    if "q" in tails:
        told = not _SPEECH.isdisjoint(text[after : after + 50].split(None, 3)[1:3])
        names.append(f"S{told}{kind}{case}")
    return (kind, tails, opens, case, gap, before, place, size, inside, odds), names


def features(text: str, start: int, candidate: Candidate, learned: Parameters) -> list[str]:
    """Name what speaks for or against a boundary.

    Parameters
    ----------
    text : str
        The text the candidate was found in.
    start : int
        Where the sentence that may end here starts.
    candidate : Candidate
        The place in question.
    learned : Parameters
        Punkt's parameters and the openings; the weights are not used.

    Returns
    -------
    list of str
        Names of the features that hold; the model has a weight for each it has learned.
    """
    shape, names = _describe(text, start, candidate, learned)
    return [*_shape_names(*shape), *names]


def score(text: str, start: int, candidate: Candidate, learned: Parameters) -> float:
    """Return the log odds that a sentence which started at `start` ends at `candidate`."""
    shape, names = _describe(text, start, candidate, learned)
    total = _shape_score(learned, *shape)
    for name in names:
        total += learned.weights.get(name, 0.0)
    return total

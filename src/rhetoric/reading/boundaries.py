"""How likely a sentence ends at a place.

:mod:`rhetoric.reading.sentences` finds the few places where a sentence can end, the *candidates*. Here Punkt
and the words around a candidate give its *features*, and a logistic regression adds up their weights.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from rhetoric.reading.punkt import Parameters, punkt_break

_TITLES = """mr mrs ms mx dr drs prof gov govs sen sens rep reps gen lt col sgt cpl pvt capt cmdr cdr adm
    maj brig rev fr hon pres supt insp det ofc atty amb treas messrs mme mlle msgr st ste mt ft"""
_BEFORE_NUMBERS = """no nos p pp vol vols fig figs sec secs ch chap chaps art arts eq eqs para pt pts tel ext
    ver approx ca circa n°"""
_LINKS = "e.g i.e eg ie vs v cf viz al resp incl esp est a.k.a aka c.f n.b"
_DATES = "jan feb mar apr jun jul aug sep sept oct nov dec mon tue tues wed thu thur thurs fri sat"
_MAY_END = """inc ltd co corp cos bros llc plc jr sr esq etc a.m p.m am pm ph.d m.d b.a m.a b.s m.b.a dept
    univ assn ave blvd rd sq hwy apt min hr hrs oz lb lbs tsp tbsp"""
_SPEECH = """said says say asked asks replied answered added adds cried shouted whispered muttered exclaimed
    wrote told explained continued yelled screamed howled murmured called demanded snapped sighed laughed
    thought"""
_FUNCTION = """a also although an and any are as at because both but by can could did do does each every for
    from he her his how however i if in is it its just let many my no nor not now of on or our please she
    should since so some such thanks that the their then there these they this those thus to was we were what
    when where which while who why will with would yes yet you your"""
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
_SPEECH_VERBS = frozenset(_SPEECH.split())
_FUNCTION_WORDS = frozenset(_FUNCTION.split())
_VOWELS = frozenset("aeiouy")
_ABBREVIATION_KINDS = frozenset({"title", "num", "link", "date", "end", "abbr", "acro", "init", "i", "dot"})

_WORD = re.compile(r"[^\W_]+(?:['’.-][^\W_]+)*")
_NUMBER = re.compile(r"[-+$£€]?\d[\d,.:/-]*%?")
_ACRONYM = re.compile(r"(?:[^\W\d_]\.)+[^\W\d_]")
_ADDRESS = re.compile(r"[@/=]|www\.|\.(?:com|org|net|edu|gov|html?|php)\b", re.IGNORECASE)


class Candidate(NamedTuple):
    """A place where a sentence may end: ``text[stop:end]`` is the stop with what belongs to it."""

    stop: int
    end: int
    next: int  # where the next sentence would start
    kind: str  # . ? ! .. ... .... … ?? !! s (with spaces), the mark in place of a stop, or what stands there
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
    if bare[0] in ":;=8<" or bare[0] > "\U0001f000":
        return "e"
    if bare[-1] == "]" and bare[-2:-1].isdigit():
        return "r"
    return spaced + "b" if bare[-1] in ")]}" else "*"


def word_kind(word: str, abbreviations: frozenset[str]) -> str:
    """Return the kind of the word before a stop: some sort of abbreviation, a number, a plain word."""
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
    if word.isupper():
        return "caps"
    return "close" if low[-1] in ")]\"'”’" else "cap" if word[0].isupper() else "oth"


def is_address(token: str) -> bool:
    """Tell a web or mail address, or a path, from a word."""
    return _ADDRESS.search(token) is not None


def word_before(text: str, position: int, start: int) -> str:
    """Return the word that ends before `position`: at most 40 characters, none from before `start`."""
    words = text[max(start, position - 40) : position].rsplit(None, 1)
    return words[-1] if words else ""


@lru_cache(maxsize=1 << 14)
def _shape_names(*shape: str | int) -> tuple[str, ...]:
    """The features that do not name a word: few enough for a cache."""
    kind, tails, opens, case, gap, before, place, size, inside, odds = shape
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
def _shape_score(learned: Parameters, *shape: str | int) -> float:
    return learned.intercept + sum(learned.weights.get(name, 0.0) for name in _shape_names(*shape))


def _describe(
    text: str, start: int, candidate: Candidate, learned: Parameters
) -> tuple[tuple[str | int, ...], list[str]]:
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
    inside = "(" if window.rfind("(") > window.rfind(")") else ""
    if window.rfind("“") > window.rfind("”"):
        inside += "“"
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
        told = not _SPEECH_VERBS.isdisjoint(text[after : after + 50].split(None, 3)[1:3])
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

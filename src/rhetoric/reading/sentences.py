"""Text -> spans of its sentences.

A few compiled patterns find the places where a sentence can end; :mod:`rhetoric.reading.boundaries` weighs
each. Decided here by rule is only what examples could not teach: blank lines, bullets, lists that count, four
dots, quotations that go on.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from operator import attrgetter
from typing import TYPE_CHECKING

from rhetoric.reading.boundaries import Candidate, is_address, score, word_before
from rhetoric.reading.punkt import Parameters, parameters

if TYPE_CHECKING:
    from nltk.tokenize.punkt import PunktSentenceTokenizer

_BULLETS = "•‣⁃◦▪●"
# A blank line, or a line that starts with a bullet or a number, ends the sentence before it.
_HARD = re.compile(
    rf"\n\s*\n|\r\s*\r(?!\n)|\u2029|\n(?=[^\S\n]*(?:[-*–—]\s|[{_BULLETS}]|\d{{1,3}}[.)]\s+[A-Z]))"
)
_NEXT = r"""(?=(["'“‘«‹(\[{*_`~#<>•–—+=:;/|-]{0,8})(\S{0,24}))"""
# A stop, then what belongs to its sentence: closing quotes and brackets, footnotes, emoticons, emoji.
_STOP = re.compile(
    rf"""([.!?…]+(?:[ ][.!?…]+)*)
    ((?:["'”’»)\]}}*_]|\s[)\]}}”»](?=\s|$)|\s["'](?=\s|$)|\s''(?=\s|$)|\s?\[\d{{1,3}}\]
        |\s?[\U0001F300-\U0001FAFF\u2639\u263A\u2764][\uFE0F\u200D]*|\s(?:[:;=8]'?-?[()\[\]DdPp/|*]+|<3)(?=\s|$))*)
    (\s*){_NEXT}""",
    re.VERBOSE,
)
# Characters, and times of day, after which a sentence sometimes ends without a stop.
_SOFT = re.compile(rf"([:;)\]>*=_—–M-])\s+{_NEXT}")
# Words with which sentences start: before them a sentence sometimes ends without any mark.
_BARE = re.compile(
    r"""((?:A[nst]|And|After|Also|Although|According|Because|Before|But|By|Despite|During|Even|For|He|Her|Here|His|How
        |However|I|If|In|Instead|Its?|Just|Many|Meanwhile|Most|My|Now|On|Or|Our|Please|She|Since|So|Some|Such|Thanks?
        |That|The|Their|Then|There|These|They|This|Those|We|Well|What|When|While|Why|With|Yes|Yet|You|Your
        |https?://)(?![^\W_]))(?=(\S{0,20}))""",
    re.VERBOSE,
)
# Marks of letters and posts in plain text: an address, the comma of "Kind regards,", the time of a message.
_LINK = re.compile(rf"((?:https?://|www\.)\S+)(?:\s+|\Z){_NEXT}")
_REGARDS = re.compile(rf"(,)(?<=(?:anks|ards|rely|eers|Best|Love),)\s+{_NEXT}")
_STAMP = re.compile(r"\s(\d{1,2}/\d{1,2}/(?:\d\d){1,2}\s+\d{1,2}:\d\d)")
_GLUED_WORD = re.compile(r"""["“(]|[^\W\d_][a-zà-ÿ'’]|I\Z""")
_BULLET = re.compile(rf"[{_BULLETS}](?=\s*\S)")
_MARKER = re.compile(r"(?<!\S)(?:(\d{1,3})|([a-z]))(\.\)|[.)])\s+(?=[^\W_a-z])")
_ONLY_MARKER = re.compile(rf"[{_BULLETS}\s]*\(?(?:\d{{1,3}}(?:\.\d{{1,3}})*|[ivx]{{1,4}})\Z")
# A sentence that so far is only when or where: At 5 p.m., In Washington, D.C.
_ADVERBIAL = re.compile(
    r"(?:About|After|Around|At|Before|By|For|From|In|Near|On|Since|Until)\s(?:\S+\s){0,2}\w+(?:\.\w+)+\Z"
)


def _kind(run: str) -> str:
    if len(run) == 1:
        return run
    if " " in run:
        return "s"
    return "??" if "?" in run else "!!" if "!" in run else "." * min(len(run), 4)


def _is_glued(text: str, start: int, stop: int, run: str, tail: str, rest: str) -> bool:
    """Whether a stop with no space behind it may end a sentence: as in border.The, not in example.com."""
    first = rest[:1]
    if first.islower():
        possible = not tail and ("?" in run or "!" in run)
    elif run == "." and not tail:
        possible = (
            text[stop - 2 : stop].isalpha() and text[stop - 1].islower() and bool(_GLUED_WORD.match(rest))
        )
    else:
        possible = first.isupper() or first in {'"', "“", "("}
    return possible and stop > start and not is_address(word_before(text, stop, start) + run + rest)


def _stops(text: str, start: int, end: int) -> Iterator[Candidate]:
    """Candidates that have a stop."""
    for match in _STOP.finditer(text, start, end):
        run, tail, gap, opener, following = match.groups()
        stop, after = match.start(), match.end()
        if after >= end:
            return
        if not gap and not _is_glued(text, start, stop, run, tail, opener + following):
            continue
        before = text[stop - 1 : stop] if stop > start else ""
        upper = following[:1].isupper()
        if tail and before in {"[", "("} and (opener or not upper):
            continue  # an elision: [...]
        if run == ". . . ." and upper and before and not before.isspace():
            # A full stop, and after it the three dots of an ellipsis that opens the next sentence.
            yield Candidate(stop, stop + 1, stop + 2, ".", "", opener, following)
        else:
            yield Candidate(stop, match.end(2), after, _kind(run), tail, opener, following)


def _before_space(text: str, position: int, start: int) -> int:
    """Where the white space before `position` starts."""
    while position > start and text[position - 1].isspace():
        position -= 1
    return position


def _before_words(text: str, start: int, end: int) -> Iterator[Candidate]:
    """Candidates without a mark, before a word that starts sentences."""
    for match in _BARE.finditer(text, start, end):
        after, word = match.start(), match[1] + match[2]
        if after - 1 <= start:
            continue
        stop = _before_space(text, after, start)
        last = text[stop - 1]
        if stop == after:
            if last == ")" and text[stop - 2].islower():
                yield Candidate(stop - 1, stop, stop, ")g", "", "", word)
        elif last == "," or last.isalnum():
            yield Candidate(stop, stop, after, "," if last == "," else "b", "", "", word)


def _in_letters(text: str, start: int, end: int) -> Iterator[Candidate]:
    """Candidates without a stop at addresses, closings and time stamps."""
    for kind, pattern in (("link", _LINK), (",", _REGARDS)):
        for match in pattern.finditer(text, start, end):
            if match.end() < end:
                stop = match.end(1) if kind == "link" else match.start(1)
                yield Candidate(stop, match.end(1), match.end(), kind, "", match[2], match[3])
    for match in _STAMP.finditer(text, start, end):
        stop = _before_space(text, match.start(), start)
        yield Candidate(stop, stop, match.start() + 1, "stamp", "", "", match[1])


def _after_marks(text: str, start: int, end: int) -> Iterator[Candidate]:
    """Candidates after a colon, a dash, a closing bracket, a time of day."""
    for match in _SOFT.finditer(text, start, end):
        mark, opener, following = match.groups()
        stop, after = match.start(), match.end()
        before = text[stop - 1 : stop] if stop > start else ""
        if after >= end:
            return
        if mark == "M":
            if before in {"A", "P"} and text[stop - 3 : stop - 1].strip().isdigit():
                yield Candidate(stop - 1, stop + 1, after, "PM", "", opener, following)
        else:
            yield Candidate(
                stop, stop + 1, after, mark * 2 if before == mark else mark, "", opener, following
            )


def candidates(text: str, start: int, end: int) -> list[Candidate]:
    """Return the places in ``text[start:end]`` where a sentence may end and another start, in order."""
    found = {
        candidate.next: candidate
        for kind in (_before_words, _in_letters, _after_marks, _stops)
        for candidate in kind(text, start, end)
    }
    return sorted(found.values(), key=attrgetter("next"))


def is_boundary(text: str, start: int, candidate: Candidate, learned: Parameters) -> bool:
    """Decide whether the sentence that starts at `start` ends at `candidate`."""
    stop, _, _, kind, tail, opener, following = candidate
    if kind == ")g":
        return True
    if following[:1].islower() and not opener:
        if tail and tail[-1] in "\"'”’»)]}":
            return False  # "Go!" he said. And (so he says.) goes on.
        if kind in {"!", "?"} and not tail:
            word = word_before(text, stop, start)
            if word.istitle() and stop - start > len(word):
                return False  # a name with a stop of its own: Yahoo! in
    short = kind == "." and stop - start < 30
    if short and (_ONLY_MARKER.match(text, start, stop) or _ADVERBIAL.match(text, start, stop)):
        return False
    return score(text, start, candidate, learned) > 0


def _list_items(text: str, start: int, end: int) -> tuple[list[int], list[int]]:
    """Where the items of a list within a paragraph start, and where their markers end.

    A list is a row of bullets, or a paragraph that starts with a marker which others continue: 1. 2. 3.
    """
    starts = [match.start() for match in _BULLET.finditer(text, start, end)]
    ends: list[int] = []
    if _MARKER.match(text, start, end):
        row: list[tuple[tuple[bool, str], int, int, int]] = []
        for match in _MARKER.finditer(text, start, end):
            number = int(match[1]) if match[1] else ord(match[2])
            sign = (match[1] is None, match[3])
            if not row or (sign, number) == (row[-1][0], row[-1][1] + 1):
                row.append((sign, number, match.start(), match.end()))
        if len(row) > 1:
            starts += [item[2] for item in row]
            ends = [item[3] for item in row]
    return starts, ends


def _paragraph(text: str, start: int, end: int, learned: Parameters) -> Iterator[tuple[int, int]]:
    """Sentences of a stretch that starts and ends with a character that is no space."""
    items, marks = _list_items(text, start, end)
    found = candidates(text, start, end)
    if items:
        known = {*items, *marks}
        found = [candidate for candidate in found if candidate.next not in known]
        found += [Candidate(item, item, item, "item", "", "", "") for item in items]
        found.sort(key=attrgetter("next"))
    for candidate in found:
        if candidate.kind == "item":
            close = start + len(text[start : candidate.end].rstrip())
            if close == start:
                continue
        elif is_boundary(text, start, candidate, learned):
            close = candidate.end
        else:
            continue
        yield start, close
        start = candidate.next
    yield start, end


def paragraphs(text: str) -> Iterator[tuple[int, int]]:
    """Spans between blank lines, and of lines that start with a bullet or a number, outer space left out."""
    low = 0
    for high, next_low in [match.span() for match in _HARD.finditer(text)] + [(len(text), len(text))]:
        part = text[low:high]
        bare = part.strip()
        if bare:
            first = low + len(part) - len(part.lstrip())
            yield first, first + len(bare)
        low = next_low


def segment(text: str, start: int = 0, end: int | None = None) -> list[tuple[int, int]]:
    """Split a text into sentences.

    Parameters
    ----------
    text : str
        Any text; line ends within a paragraph count as spaces, blank lines end a sentence.
    start, end : int, optional
        The part of the text to split, as in ``text[start:end]``, all of it by default.

    Returns
    -------
    list of (int, int)
        Half-open code-point spans into `text`, in order, without overlap, trimmed of outer white space. Every
        character of the part that is no space lies in exactly one of them.

    Raises
    ------
    ValueError
        If `start` and `end` do not lie in the text in this order.

    Notes
    -----
    The evidence about abbreviations, initials and numbers is Punkt's: Kiss, T. & Strunk, J. (2006).
    Unsupervised multilingual sentence boundary detection. Computational Linguistics 32(4). A logistic
    regression weighs it together with the case, the quotes and the brackets around a stop.

    Examples
    --------
    >>> segment("Mr. Lee went home. Why?")
    [(0, 18), (19, 23)]
    """
    if end is None:
        end = len(text)
    if not 0 <= start <= end <= len(text):
        raise ValueError(
            "The 'start' and 'end' parameters of segment must be positions in the text with start <= end. "
            f"Got {start} and {end} for a text of {len(text)} characters instead."
        )
    body = text if end - start == len(text) else text[start:end]
    learned = parameters()
    return [
        (start + first, start + last)
        for low, high in paragraphs(body)
        for first, last in _paragraph(body, low, high, learned)
    ]


def punkt_tokenizer() -> PunktSentenceTokenizer:
    """Return NLTK's Punkt tokenizer with the parameters that `segment` uses.

    Returns
    -------
    nltk.tokenize.punkt.PunktSentenceTokenizer
        Punkt alone, without the boundary model. NLTK is imported at the call.
    """
    from nltk.tokenize.punkt import PunktParameters, PunktSentenceTokenizer

    learned = parameters()
    known = PunktParameters()
    known.abbrev_types = set(learned.abbreviations)
    known.collocations = set(learned.collocations)
    known.sent_starters = set(learned.starters)
    known.ortho_context = defaultdict(int, learned.orthography)
    return PunktSentenceTokenizer(known)

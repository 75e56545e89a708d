"""Where the comments begin under a pasted article, and who wrote which.

In doubt a block is not a comment: an article's last paragraph taken for a reader's is the worse mistake.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Protocol

from rhetoric.types import BlockKind, Part


class CommentUnit(Protocol):
    """What finding comments needs of a unit, and may change of it."""

    start: int
    end: int
    kind: BlockKind
    part: Part
    comment: int | None
    author: str | None


_HEADING = re.compile(
    r"(?:#{1,6} )?(?:"
    r"(?:(?:all|show|view|hide|load|reader|readers['\u2019]|user|your|top|latest|newest|recent|\d[\d,]*)"
    r" ){0,3}"
    r"(?:comments?|replies|responses)(?: \(?\d[\d,]*\)?|:| below| section)?"
    r"|leave a (?:reply|comment)|add a comment|post a comment|join the (?:discussion|conversation)"
    r"|\d[\d,]* (?:thoughts|responses|comments|replies) (?:on|to) .{1,160}"
    r"|(?:reader )?discussion(?: \(\d[\d,]*\))?)\s*:?",
    re.IGNORECASE,
)
_VAGUE_HEADING = re.compile(
    r"(?:#{1,6} )?(?:discussion|responses|replies|join the .*|leave a .*):?", re.IGNORECASE
)
_NAME = r"@?[\w\u2019'][\w.\u2019' _-]{0,38}?"
_AGO = (
    r"(?:(?:\d{1,3}|an?|one|a few) ?(?:s|secs?|seconds?|m|mins?|minutes?|h|hrs?|hours?|d|days?|w|weeks?"
    r"|months?|years?) ago|just now|yesterday)"
)
_SAYS = re.compile(
    rf"({_NAME}) (?:says?|said|wrote|writes|commented|comments|replied|replies)(?: (?:on|at|in) .{{1,60}}?)?:"
)
_STAMPED = re.compile(
    rf"({_NAME})\s*(?:[\u2022\u00b7|,\u2013\u2014-]|\()\s*"
    rf"(?:{_AGO}|\d{{1,2}} [A-Z][a-z]+ \d{{4}}|[A-Z][a-z]+ \d{{1,2}}, \d{{4}}).{{0,40}}",
    re.IGNORECASE,
)
_AGO_IN = re.compile(_AGO, re.IGNORECASE)
_HANDLE = re.compile(r"(@\w{2,30}):")
_WHEN = re.compile(rf"(?:{_AGO}|(?:on )?[A-Z][a-z]+ \d{{1,2}}, \d{{4}}(?:,? at .{{1,20}})?)", re.IGNORECASE)
_FURNITURE = re.compile(
    r"(?:(?:reply|share|like|likes|report|flag|permalink|edit|upvote|downvote|vote|recommend(?:ed)?|quote"
    r"|log in to reply|load more comments|show more|view \d+ repl(?:y|ies)|\u2191|\u2193|\d[\d,]*(?![\d,]))"
    r"[ \t|\u00b7\u2022:()]*)+",
    re.IGNORECASE,
)
_NUMBERED = re.compile(r"\(?(\d{1,3})[.)][ \t\u00a0]+")
_END_OF_PAGE = re.compile(
    r"(?:share this.{0,40}|tags:.{0,200}|filed under.{0,100}|posted in .{0,100}|the end\.?|-30-|###|-{3,}"
    r"|\* ?\* ?\*|_{3,}|related (?:articles|posts|stories):?)",
    re.IGNORECASE,
)
_YOU = re.compile(r"\b(?:you|your|yours|yourself|you['\u2019]\w+)\b", re.IGNORECASE)
_I = re.compile(r"\b(?:I|I['\u2019]\w+|me|my|DUH|lol|LOL|IMO|IMHO)\b")
_SHOUT = re.compile(r"\b[A-Z]{3,}!|!|\?\?|\b(?:NOT|ALL|NEVER|NO|DUH|WRONG|ONLY|EVER|VERY)\b")
_MOST_BLOCKS = 8  # a comment has rarely more, buttons included
_WORDS = re.compile(r"\w+")


def _talks_back(text: str, unit: CommentUnit) -> bool:
    """Whether a block reads like a comment: it addresses somebody, and is personal or loud."""
    words = text[unit.start : unit.end]
    return bool(_YOU.search(words)) and bool(_I.search(words) or _SHOUT.search(words))


def _length(text: str, unit: CommentUnit) -> int:
    return len(_WORDS.findall(text, unit.start, unit.end))


def _author(text: str, unit: CommentUnit) -> str | None:
    """The name over a comment, where the unit is or begins with such a line."""
    line = text[unit.start : min(unit.end, unit.start + 200)]
    match = _STAMPED.fullmatch(line) or _HANDLE.match(line)
    if match is None:
        match = _SAYS.match(line)
        rest = line[match.end() :] if match else ""
        if match is None or (rest.strip() and not rest[0].isspace()):
            return None
    return match.group(1).strip()


def _is_short(unit: CommentUnit) -> bool:
    return unit.end - unit.start <= 200


def _by_heading(text: str, units: Sequence[CommentUnit]) -> int | None:
    """The first heading of comments, if entries follow it."""
    named = max((i for i, u in enumerate(units) if _is_short(u) and _author(text, u)), default=-1)
    for i in range(_first_prose(units), len(units) - 1):
        unit = units[i]
        if not _is_short(unit) or not _HEADING.fullmatch(text, unit.start, unit.end):
            continue
        if not _VAGUE_HEADING.fullmatch(text, unit.start, unit.end) or named > i:
            return i
    return None


def _by_authors(text: str, units: Sequence[CommentUnit]) -> int | None:
    """The first of the lines with a name and a time or "says:" that end the page."""
    sure: list[int] = []
    says: list[int] = []
    for i in range(1, len(units)):
        line = text[units[i].start : min(units[i].end, units[i].start + 200)]
        more = i + 1 < len(units)
        if (more and _STAMPED.fullmatch(line) and _AGO_IN.search(line)) or _HANDLE.match(line):
            sure.append(i)
        elif more and i > 1 and _WHEN.fullmatch(line) and _length(text, units[i - 1]) <= 4:
            sure.append(i - 1)
        elif more and _SAYS.fullmatch(line) and text[units[i + 1].start] not in "\"\u201c'\u2018>":
            says.append(i)
    if len(says) > 1 or (says and (sure or _talks_back(text, units[says[0] + 1]))):
        sure += says
    above = _first_prose(units)
    sure = [i for i in sure if i >= above]
    first = min(sure, default=len(units))
    return first if sure and len(units) - first <= _MOST_BLOCKS * len(sure) else None


def _first_prose(units: Sequence[CommentUnit]) -> int:
    """The block after the first paragraph: what stands above it is a menu or a byline, never a comment."""
    prose = (i for i, u in enumerate(units) if u.kind == "paragraph" and u.end - u.start >= 50)
    return next(prose, len(units)) + 1


def _by_numbers(text: str, units: Sequence[CommentUnit]) -> int | None:
    """The first of the numbered blocks at the very end that read like comments and not like a list."""
    first = len(units)
    number = None
    while first and (match := _NUMBERED.match(text, units[first - 1].start, units[first - 1].end)):
        if number is not None and int(match.group(1)) != number - 1:
            break
        number, first = int(match.group(1)), first - 1
    run = units[first:]
    if not run or not first or number != 1:
        return None
    if len(run) == 1:
        return first if _length(text, run[0]) >= 25 and _talks_back(text, run[0]) else None
    if text[units[first - 1].end - 1] == ":" or sum(_length(text, u) for u in run) < 25 * len(run):
        return None
    return first if 2 * sum(_talks_back(text, u) for u in run) > len(run) else None


def _by_end(text: str, units: Sequence[CommentUnit]) -> int | None:
    """The block after a line that ends the page, if what stands there talks back."""
    for i in range(len(units) - 2, max(0, len(units) - 40), -1):
        if _is_short(units[i]) and _END_OF_PAGE.fullmatch(text, units[i].start, units[i].end):
            after = units[i + 1 :]
            return i + 1 if all(_talks_back(text, u) and _length(text, u) >= 12 for u in after) else None
    return None


def _is_name_line(text: str, unit: CommentUnit) -> bool:
    """Whether the unit is nothing but the line over a comment."""
    line = (text, unit.start, unit.end)
    return _is_short(unit) and bool(_SAYS.fullmatch(*line) or _STAMPED.fullmatch(*line))


def _first_comment(text: str, units: Sequence[CommentUnit]) -> tuple[int | None, bool]:
    """Where the comments begin, and whether a heading stands over them."""
    heading = _by_heading(text, units)
    if heading is not None:
        return heading, True
    for find in (_by_authors, _by_numbers, _by_end):
        first = find(text, units)
        if first is not None:
            return first, False
    return None, False


def find_comments(text: str, units: Sequence[CommentUnit]) -> None:
    """Mark the comments that end a page: kind, part, ordinal and author of their blocks.

    Parameters
    ----------
    text : str
        The whole text.
    units : sequence
        The blocks of the page, changed in place.
    """
    first, headed = _first_comment(text, units) if len(units) > 1 else (None, False)
    if first is None:
        return
    rest = units[first:]
    whens = [_is_short(u) and bool(_WHEN.fullmatch(text, u.start, u.end)) for u in rest] + [False]
    named = any(whens) or any(_is_short(u) and _author(text, u) for u in rest)
    ordinal, author = -1, None
    for i, unit in enumerate(rest):
        unit.part = "comment"
        if (headed and i == 0) or (_is_short(unit) and _FURNITURE.fullmatch(text, unit.start, unit.end)):
            unit.kind, unit.comment, unit.author = "caption", ordinal if ordinal >= 0 else None, author
            continue
        over = whens[i + 1] and _is_short(unit)
        name = _author(text, unit) or (text[unit.start : unit.end] if over else None)
        numbered = _NUMBERED.match(text, unit.start, unit.end) is not None
        if name is not None or numbered or not named or (ordinal < 0 and not whens[i]):
            ordinal, author = ordinal + 1, name
        if over or whens[i] or _is_name_line(text, unit):
            unit.kind = "caption"
        elif numbered or unit.kind not in ("quote", "list"):
            unit.kind = "comment"
        unit.comment, unit.author = max(ordinal, 0), author

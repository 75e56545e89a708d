"""Text -> blocks: title, paragraphs, lists, block quotations, captions, and the comments under the article.

A pasted page has lost its markup. What is left are line ends, blank lines, indentation, and the look of a
line; everything here is a reading of those.
"""

from __future__ import annotations

import itertools
import re
from dataclasses import dataclass

from rhetoric.reading.comments import find_comments
from rhetoric.types import Block, BlockKind, Part

_LINE = re.compile(r"[^\n\r\v\f\x85\u2028\u2029]+")
_HEADING = re.compile(r"#{1,6}[ \t]+\S")
_UNDERLINE = re.compile(r"={3,}|-{3,}")
_LIST_ITEM = re.compile(
    r"(?:[-*+\u2022\u2023\u25aa\u25cf\u25e6\u00b7\u2013]|\(?\d{1,3}[.)]|[a-zA-Z]\))[ \t\u00a0]+\S"
)
_CREDIT = re.compile(
    r"[\[(]?(?:(?:file |stock )?(?:photo(?:graph)?|image|picture|illustration|graphic|video|caption)s?"
    r"(?: (?:credit|by|courtesy|via|source|of)\b.{0,60})?|credit|photo credit|\u00a9)\s*[:/\u00a9)]"
    r"|[\[(](?:photo|image|picture|illustration|ap|afp|reuters|getty)\b[^)\]]{0,80}[)\]]$"
    r"|(?:photo(?:graph)?|image|picture)s? (?:by|courtesy of) [^.]{3,60}$",
    re.IGNORECASE,
)
_BYLINE = re.compile(r"By [A-Z][\w.'\u2019-]+(?: [\w.'\u2019-]+){0,5}(?:,[^.]{0,60})?$")
_WORD = re.compile(r"[^\W\d_][\w'\u2019-]*")
_FIRST_WORD = re.compile(r"\S{1,40}")
_CLOSERS = "\"'\u201d\u2019\u00bb)]}*_ \t"
_STOPS = ".!?:;,\u2026\u2014-"
_TITLE_LENGTH = 160
_CAPTION_LENGTH = 200


@dataclass(slots=True)
class Unit:
    """A stretch of lines that belong together, and what it was taken for so far."""

    start: int
    end: int
    lines: int
    apart: bool  # a blank line stands before it
    indent: int
    kind: BlockKind = "paragraph"
    part: Part = "body"
    comment: int | None = None
    author: str | None = None


def _lines(text: str, start: int, end: int) -> list[Unit]:
    """The lines that are not blank, outer white space left out."""
    units: list[Unit] = []
    last = start
    for match in _LINE.finditer(text, start, end):
        line = match.group()
        bare = line.strip()
        if not bare:
            continue
        indent = len(line) - len(line.lstrip())
        low = match.start() + indent
        gap = text[last : match.start()].replace("\r\n", "\n")
        apart = not units or len(gap.strip(" \t\u00a0")) > 1
        units.append(Unit(low, low + len(bare), 1, apart, 8 if "\t" in line[:indent] else indent))
        last = match.end()
    return units


def _unfinished(text: str, unit: Unit) -> bool:
    """Whether a line ends in the middle of a sentence."""
    return text[unit.end - 1] not in ".!?:\"'\u201d\u2019\u00bb)\u2026"


def _wrap_width(text: str, lines: list[Unit]) -> int:
    """The width at which the paragraphs of the text are broken into lines, 0 where they are not."""
    pairs = [(a, b) for a, b in itertools.pairwise(lines) if not b.apart]
    if not pairs:
        return 0
    width = max(a.end - a.start + a.indent for a, _ in pairs)
    if not 40 <= width <= 120:
        return 0
    broken = full = 0
    for a, b in pairs:
        broken += _unfinished(text, a)
        full += _fills(text, a, b, width)
    return width if broken >= 0.4 * len(pairs) and full >= 0.6 * len(pairs) else 0


def _fills(text: str, line: Unit, following: Unit, width: int) -> bool:
    """Whether the next line's first word would not have fitted on this one (much)."""
    word = _FIRST_WORD.match(text, following.start, following.end)
    room = len(word.group()) if word else 0
    return line.end - line.start + line.indent + 1 + room > 0.85 * width


def _joins(text: str, line: Unit, last: Unit, following: Unit, width: int) -> bool:
    """Whether a line goes on with the paragraph of the line above it (``last``, of the unit ``line``)."""
    if following.apart or _HEADING.match(text, line.start, line.end):
        return False
    if line.kind == "quote":
        return text.startswith(">", following.start) and _unfinished(text, last)
    if text.startswith(">", following.start):
        return False
    if width and _fills(text, last, following, width):
        return True
    return text[following.start].islower() and last.end - last.start >= 40 and _unfinished(text, last)


def _units(text: str, lines: list[Unit]) -> list[Unit]:
    """Lines put together to paragraphs, with the kinds that a mark at their beginning gives away."""
    width = _wrap_width(text, lines)
    plain = sum(line.indent < 4 for line in lines) * 2 > len(lines)
    units: list[Unit] = []
    last: Unit | None = None
    for line in lines:
        unit = units[-1] if units else None
        if (
            unit
            and last
            and not line.apart
            and _UNDERLINE.fullmatch(text, line.start, line.end)
            and unit.lines == 1
        ):
            unit.end, unit.kind, unit.part = line.end, "title", "title"
            last = None
            continue
        heading = _HEADING.match(text, line.start, line.end)
        item = None if heading else _LIST_ITEM.match(text, line.start, line.end)
        if unit and last and not heading and not item and _joins(text, unit, last, line, width):
            unit.end, unit.lines, last = line.end, unit.lines + 1, line
            continue
        last = line
        if heading:
            line.kind, line.part = "title", "title"
        elif item:
            line.kind = "list"
        elif text.startswith(">", line.start) or (line.indent >= 4 and plain):
            line.kind = "quote"
        units.append(line)
    return units


def _has_stop(text: str, unit: Unit) -> bool:
    """Whether a unit ends as a sentence does, closing marks and brackets aside."""
    ending = text[max(unit.start, unit.end - 8) : unit.end]
    return ending.endswith(("\u201d", '"')) or ending.rstrip(_CLOSERS)[-1:] in _STOPS


def _is_title_like(text: str, unit: Unit) -> bool:
    """Short, or with most of its longer words capitalised, as headlines are."""
    words = _WORD.findall(text[unit.start : unit.end])
    long = [w for w in words if len(w) > 3]
    capitals = sum(w[0].isupper() for w in long)
    return len(words) <= 6 or (bool(long) and capitals >= 0.7 * len(long))


def _mark_titles_and_captions(text: str, units: list[Unit]) -> None:
    """Tell titles and captions from paragraphs by their look and place."""
    stops = [_has_stop(text, unit) if unit.end - unit.start <= _CAPTION_LENGTH else True for unit in units]
    loose = sum(not s for s, u in zip(stops, units, strict=True) if u.kind == "paragraph")
    prose = sum(u.kind == "paragraph" for u in units) - loose
    for i, unit in enumerate(units):
        if unit.kind != "paragraph" or unit.end - unit.start > _CAPTION_LENGTH:
            continue
        line = text[unit.start : unit.end]
        if _CREDIT.match(line) or (0 < i < 4 and _BYLINE.fullmatch(line)):
            unit.kind = unit.part = "caption"
        elif i == 0 and len(units) > 1 and len(line) <= _TITLE_LENGTH and _WORD.search(line):
            if not stops[i] or (line.rstrip(_CLOSERS)[-1:] in "!?" and units[1].apart):
                unit.kind = unit.part = "title"
        elif i and i + 1 < len(units) and unit.lines == 1 and not stops[i] and prose >= loose - 1:
            if not _WORD.search(line):
                continue
            unit.kind = unit.part = "title" if unit.apart and _is_title_like(text, unit) else "caption"


def split_blocks(text: str, start: int = 0, end: int | None = None) -> list[Block]:
    """Cut a page into blocks.

    Parameters
    ----------
    text : str
        The page, or a longer text of which it is a part.
    start, end : int, optional
        The part to cut, the whole text unless told.

    Returns
    -------
    list of Block
        In the order of the text; every character that is not white space lies in exactly one of them.
    """
    units = _units(text, _lines(text, start, len(text) if end is None else end))
    _mark_titles_and_captions(text, units)
    find_comments(text, units)
    return [Block(u.start, u.end, text[u.start : u.end], u.kind, u.part, u.comment, u.author) for u in units]


def split_comment(text: str, start: int, end: int, ordinal: int) -> list[Block]:
    """Cut a comment that was given apart into blocks.

    Parameters
    ----------
    text : str
        The whole text.
    start, end : int
        Where the comment stands in it.
    ordinal : int
        Its number, from 0.

    Returns
    -------
    list of Block
        Each of part ``"comment"``.
    """
    blocks = []
    for unit in _units(text, _lines(text, start, end)):
        kind: BlockKind = unit.kind if unit.kind in ("list", "quote") else "comment"
        blocks.append(Block(unit.start, unit.end, text[unit.start : unit.end], kind, "comment", ordinal))
    return blocks

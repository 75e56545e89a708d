"""Styled runs of text, wrapped to the columns of a terminal."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import groupby
from typing import TypeAlias

from rhetoric.report.layout import harmless

Cell: TypeAlias = tuple[str, str]  # a run of text, and the SGR codes that it is drawn with
Line: TypeAlias = list[Cell]


def columns(text: str) -> int:
    """Return how many terminal columns a text takes, without line ends or ANSI codes."""
    return len(text) if text.isascii() else sum(map(_columns, text))


def styled(text: str, style: str = "") -> Line:
    """One run of text, its control characters made harmless."""
    return [(harmless(text), style)] if text else []


def size_of(line: Line) -> int:
    """Terminal columns that a line takes."""
    return sum(columns(text) for text, _ in line)


def wrapped(cells: Sequence[Cell], width: int, lead: str = "", indent: int = 0) -> Iterator[Line]:
    """Wrap at white space, and inside a word only where it is wider than a line.

    The first line begins with ``lead``, every other with ``indent`` blanks.
    """
    line, used, fresh = styled(lead), columns(lead), True
    for word in _words(cells):
        size = size_of(word)
        if not fresh and used + 1 + size > width:
            yield line
            line, used, fresh = styled(" " * indent), indent, True
        if not fresh:
            # The blank takes the style of its neighbours where they agree: a cue of two words has one line.
            line.append((" ", word[0][1] if line[-1][1] == word[0][1] else ""))
            used += 1
        fresh = False
        if used + size <= width:
            line += word
            used += size
            continue
        for char, style in ((char, style) for text, style in word for char in text):
            if used + _columns(char) > width:
                yield line
                line, used = styled(" " * indent), indent
            line.append((char, style))
            used += _columns(char)
    if line:
        yield line


def _words(cells: Iterable[Cell]) -> Iterator[Line]:
    word: Line = []
    for text, style in cells:
        blank_first, blank_last = text[:1].isspace(), text[-1:].isspace()
        parts = text.split()
        if blank_first and word:
            yield word
            word = []
        for part in parts[:-1]:
            yield [*word, (part, style)]
            word = []
        if parts:
            word.append((parts[-1], style))
        if blank_last and word:
            yield word
            word = []
    if word:
        yield word


def paint(line: Line, colour: bool) -> str:
    """A line as text, with ANSI codes where colours are wanted."""
    if not colour:
        return "".join([text for text, _ in line]).rstrip()
    runs = ((style, "".join(text for text, _ in run)) for style, run in groupby(line, key=_style))
    return "".join(f"\x1b[{style}m{text}\x1b[0m" if style else text for style, text in runs)


def _style(cell: Cell) -> str:
    return cell[1]


@lru_cache(maxsize=4096)
def _columns(char: str) -> int:
    if char.isascii():
        return 1
    if char == "\ufe0f":  # asks for the emoji form of the character before, which is wide
        return 1
    if unicodedata.category(char) in ("Mn", "Me", "Cf"):
        return 0
    return 2 if unicodedata.east_asian_width(char) in "WF" else 1

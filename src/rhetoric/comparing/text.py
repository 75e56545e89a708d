"""A comparison as a table for a terminal."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from itertools import zip_longest

from rhetoric.comparing.comparison import Comparison, Figure, Group
from rhetoric.comparing.measures import Measure
from rhetoric.comparing.plan import few, noun
from rhetoric.report.layout import harmless
from rhetoric.report.wrapping import columns as screen_columns

_LONGEST_NAME = 34
_SHORTEST_NAME = 10
_HEAD = 9  # columns that the name of a measure is wrapped to, where its figures are no wider

Cell = Sequence[str]  # its lines


def as_text(comparison: Comparison, width: int = 120) -> str:
    """One line a group, or two where the terminal is narrow: the intervals then stand below the figures.

    Parameters
    ----------
    comparison : Comparison
    width : int, default=120
        Columns of the terminal.
    """
    rows = [*comparison.groups, comparison.overall]
    names = [" ".join(harmless(g.name).split()) for g in rows]
    wanted = min(max(map(screen_columns, names)), _LONGEST_NAME)
    table, gap = _columns(comparison, rows, narrow=False), 2
    if wanted + _width(table, gap) > width:
        table, gap = _columns(comparison, rows, narrow=True), 1
    room = max(min(wanted, width - _width(table, gap)), _SHORTEST_NAME)
    lines = _lines([comparison.by, *names], table, room, gap)
    return "\n".join([*lines, "", *_below(comparison, width)]) + "\n"


def _columns(comparison: Comparison, rows: Sequence[Group], *, narrow: bool) -> list[list[Cell]]:
    """The columns, their heads first."""
    counts = [f"{g.articles:,}{'*' if g.small else ' '}" for g in rows]
    columns: list[list[Cell]] = [[["articles "], *([count] for count in counts)]]
    for measure in comparison.measures:
        cells = _cells(measure, [g.figures[measure.key] for g in rows], narrow=narrow)
        wide = max(_HEAD, *(len(line) for cell in cells for line in cell))
        unit = textwrap.wrap(measure.unit, wide)
        columns.append([[*textwrap.wrap(measure.name, wide), *unit], *cells])
    return columns


def _cells(measure: Measure, figures: Sequence[Figure], *, narrow: bool) -> list[Cell]:
    values = [f"{measure.said(f.value)}{'*' if f.small else ' '}" for f in figures]
    intervals = [
        "" if f.low is None or f.high is None else f"{measure.said(f.low)}–{measure.said(f.high)}"
        for f in figures
    ]
    if narrow:
        # The space stands under the asterisk, so that the digits are in line.
        return [[v, f"{i} "] for v, i in zip(values, intervals, strict=True)]
    longest = max(map(len, intervals))
    return [[f"{v} {i:<{longest}}"] for v, i in zip(values, intervals, strict=True)]


def _width(table: Sequence[Sequence[Cell]], gap: int) -> int:
    return sum(gap + max(len(line) for cell in column for line in cell) for column in table)


def _lines(names: Sequence[str], table: Sequence[Sequence[Cell]], room: int, gap: int) -> list[str]:
    widths = [max(len(line) for cell in column for line in cell) for column in table]
    height = max(len(column[0]) for column in table)
    rule = "-" * (room + _width(table, gap))
    lines: list[str] = []
    for number, (name, *cells) in enumerate(zip(names, *table, strict=True)):
        label: Cell = [_clipped(name, room)]
        if not number:  # heads stand at the foot of their lines
            label, *cells = ([*[""] * (height - len(cell)), *cell] for cell in (label, *cells))
        for first, *parts in zip_longest(label, *cells, fillvalue=""):
            padded = (f"{part:>{w}}" for part, w in zip(parts, widths, strict=True))
            filled = first + " " * (room - screen_columns(first))
            lines.append((" " * gap).join([filled, *padded]).rstrip())
        if number in (0, len(names) - 2):
            lines.append(rule)
    return lines


def _clipped(name: str, room: int) -> str:
    if screen_columns(name) <= room:
        return name
    while screen_columns(name) > room - 1:
        name = name[:-1]
    return name + "…"


def _below(comparison: Comparison, width: int) -> list[str]:
    """What stands below the table."""
    total = comparison.overall
    said = [
        f"{total.articles:,} articles, {total.sentences:,} sentences and {total.words:,} words;"
        " beside each figure its 95 % interval, by resampling articles."
    ]
    if any(f.small for g in comparison.groups for f in g.figures.values()):
        said.append(f"* from {few(comparison)}: little to go by.")
    said += [harmless(note) for note in comparison.notes]
    if not comparison.by_time and len(comparison.groups) > 1:
        said.append(f"The {noun(comparison)} with the highest share of opinion stand first.")
    return [line for text in said for line in textwrap.wrap(text, min(width, 100))]

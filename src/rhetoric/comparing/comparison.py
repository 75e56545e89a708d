"""An output folder of ``rhetoric score`` -> its groups of articles, measured and put in order."""

from __future__ import annotations

import math
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from rhetoric.comparing.bootstrap import Blocks, Int, ratio_intervals
from rhetoric.comparing.grouping import NONE, Grouping
from rhetoric.comparing.measures import MEASURES, Measure
from rhetoric.comparing.notes import notes_of
from rhetoric.types import RhetoricError

if TYPE_CHECKING:
    import pandas as pd

ALL = "all articles"
MINIMUM = 20
_COUNTS = ("n_sentences", "n_words", "n_comments_sentences")


@dataclass(frozen=True, slots=True)
class Figure:
    """A measure of a group.

    Attributes
    ----------
    value : float or None
        None where there is nothing to measure.
    low, high : float or None
        The 95 % bootstrap interval; None where there is none, as for a single article.
    articles : int
        Articles that have something to measure: of sarcasm in comments, those with comments.
    small : bool
        Whether these are fewer than the minimum.
    """

    value: float | None
    low: float | None
    high: float | None
    articles: int
    small: bool


@dataclass(frozen=True, slots=True)
class Group:
    """Articles of one outlet, topic or month; ``figures`` by the key of each measure."""

    name: str
    articles: int
    sentences: int
    words: int
    comments_sentences: int
    figures: dict[str, Figure]
    small: bool


@dataclass(frozen=True, slots=True)
class Comparison:
    """Groups of articles beside one another.

    Attributes
    ----------
    by : str
        What the groups are of: "outlet", "topic", "month", "year" or a column.
    minimum : int
        A figure of fewer articles counts as a small sample.
    measures : tuple of Measure
        What could be measured.
    overall : Group
        All articles together.
    groups : tuple of Group
        In the order of time; else the highest share of opinion first, small samples after the others. The
        articles without outlet, topic or readable date come last, as "(none)".
    notes : tuple of str
        What the reader should know: what could not be measured or read.
    model : str
    by_time : bool
    """

    by: str
    minimum: int
    measures: tuple[Measure, ...]
    overall: Group
    groups: tuple[Group, ...]
    notes: tuple[str, ...]
    model: str
    by_time: bool

    def to_text(self, width: int = 120) -> str:
        """The table for a terminal of this many columns."""
        from rhetoric.comparing.text import as_text

        return as_text(self, width)

    def to_html(self) -> str:
        """One page with picture and table, which needs no network."""
        from rhetoric.comparing.page import page

        return page(self)

    def to_png(self) -> bytes:
        """The picture, drawn by matplotlib."""
        from rhetoric.comparing.picture import draw

        return draw(self)

    def to_csv(self) -> str:
        """One row a group; no cell is taken for a formula by a spreadsheet."""
        from rhetoric.comparing.tables import as_csv

        return as_csv(self)

    def to_dict(self) -> dict[str, Any]:
        """Plain JSON-ready values."""
        from rhetoric.comparing.tables import as_dict

        return as_dict(self)


def compare(
    output: str | Path, by: str = "outlet", *, minimum: int = MINIMUM, resamples: int = 1000, seed: int = 0
) -> Comparison:
    """Compare the outlets, topics or months of a scored collection.

    Parameters
    ----------
    output : str or path
        A folder that ``rhetoric score`` has written; of its tables, that of articles alone is read, a part at
        a time.
    by : str, default="outlet"
        "month" and "year" (of the date), or a column of text: "outlet", "topic", "file".
    minimum : int, default=20
        A figure of fewer articles is marked as a small sample.
    resamples : int, default=1000
        Of the articles of each group, for the 95 % percentile bootstrap intervals.
    seed : int, default=0
        The same seed and folder give the same result. A group's intervals do not depend on the other groups.

    Returns
    -------
    Comparison

    Raises
    ------
    RhetoricError
        Where the folder is no such output, holds no article, or has no group; where a parameter is wrong.
    """
    from rhetoric.batch.manifest import read_manifest
    from rhetoric.batch.reading import read_parts
    from rhetoric.batch.tables import column_types

    for name, number in (("minimum", minimum), ("resamples", resamples)):
        if number < 1:
            raise RhetoricError(
                f"The '{name}' parameter of compare must be at least 1. Got {number!r} instead."
            )
    manifest = read_manifest(output)
    types = column_types("articles", manifest.options)
    measures = tuple(m for m in MEASURES if m.part in types)
    grouping, table = Grouping(by, types), _Columns(measures)
    by_group, together = Blocks(table.width), Blocks(table.width)
    for frame in read_parts(output, "articles"):
        rows = table.rows(frame)
        by_group.add(grouping.numbers(frame), rows)
        together.add(np.zeros(len(rows), dtype=np.int64), rows)
    _check(grouping, output)
    [(_, rows)] = together.groups()
    total = rows.sum(axis=0)
    measured = tuple(m for m in measures if total[table.at(m.whole)] > 0)
    work = _Work(table, measured, minimum, resamples, seed)
    groups = [work.group(grouping.names[number], rows) for number, rows in by_group.groups()]
    return Comparison(
        by,
        minimum,
        measured,
        work.group(ALL, rows),
        tuple(sorted(groups, key=_in_time if grouping.by_time else _by_opinion)),
        tuple(notes_of(manifest, measures, measured, grouping)),
        str(manifest.head["model"]["name"]),
        grouping.by_time,
    )


class _Columns:
    """The numbers that are kept of each article: 1, the columns of the measures, and whether each whole is there."""

    def __init__(self, measures: Sequence[Measure]) -> None:
        named = [*_COUNTS, *(m.part for m in measures), *(m.whole for m in measures)]
        self.names = list(dict.fromkeys(named))
        self.wholes = list(dict.fromkeys(m.whole for m in measures))
        self.width = 1 + len(self.names) + len(self.wholes)

    def at(self, name: str) -> int:
        """Where a column is."""
        return 1 + self.names.index(name)

    def having(self, whole: str) -> int:
        """Where it is counted whether an article has any of it."""
        return 1 + len(self.names) + self.wholes.index(whole)

    def rows(self, frame: pd.DataFrame) -> Int:
        """The numbers of some articles, shape (n, width)."""
        columns = [frame[name].to_numpy(dtype=np.int64) for name in self.names]
        present = [columns[self.names.index(whole)] > 0 for whole in self.wholes]
        return np.column_stack([np.ones(len(frame), dtype=np.int64), *columns, *present]).astype(np.int64)


@dataclass(frozen=True, slots=True)
class _Work:
    """What is the same for all groups."""

    table: _Columns
    measures: tuple[Measure, ...]
    minimum: int
    resamples: int
    seed: int

    def group(self, name: str, rows: Int) -> Group:
        """Measure a group."""
        at, total = self.table.at, rows.sum(axis=0).tolist()
        low, high = ratio_intervals(
            rows,
            [at(m.part) for m in self.measures],
            [at(m.whole) for m in self.measures],
            seed=(self.seed, zlib.crc32(name.encode("utf-8", "replace"))),
            resamples=self.resamples,
        )
        figures = {m.key: self._figure(m, total, low[i], high[i]) for i, m in enumerate(self.measures)}
        sentences, words, comments = (total[at(column)] for column in _COUNTS)
        return Group(name, total[0], sentences, words, comments, figures, total[0] < self.minimum)

    def _figure(self, m: Measure, total: list[int], low: float, high: float) -> Figure:
        part, whole, articles = (
            total[i] for i in (self.table.at(m.part), self.table.at(m.whole), self.table.having(m.whole))
        )
        value = m.per * part / whole if whole else None
        ends = [None if math.isnan(end) else m.per * float(end) for end in (low, high)]
        return Figure(value, ends[0], ends[1], articles, articles < self.minimum)


def _in_time(group: Group) -> tuple[bool, str]:
    return group.name == NONE, group.name


def _by_opinion(group: Group) -> tuple[bool, bool, float, str]:
    opinion = group.figures.get("opinion_share")
    value = -1.0 if opinion is None or opinion.value is None else opinion.value
    return group.name == NONE, group.small, -value, group.name


def _check(grouping: Grouping, output: str | Path) -> None:
    if not grouping.names:
        raise RhetoricError(f"{output} holds no article that was scored: there is nothing to compare.")
    if grouping.names == [NONE] and not grouping.unread:
        column = grouping.column
        raise RhetoricError(
            f"No article in {output} has a value in the column {column!r}."
            f" Score again with --{column} COLUMN, or compare by another column."
            if column in ("outlet", "topic", "date")
            else f"No article in {output} has a value in the column {column!r}. Compare by another column."
        )

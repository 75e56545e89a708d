"""The cells of one row -> an article, or why there is none."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from datetime import date
from typing import Any

from rhetoric.batch.articles import Article, BadRow
from rhetoric.reading.reading import is_missing
from rhetoric.sources import comments_of
from rhetoric.types import RhetoricError


@dataclass(frozen=True, slots=True)
class Columns:
    """The names of the columns of a table of articles; None for what it does not have."""

    text: str = "text"
    title: str | None = None
    comments: str | None = None
    id: str | None = None
    outlet: str | None = None
    topic: str | None = None
    date: str | None = None

    def named(self) -> dict[str, str]:
        """The column of each field that has one."""
        pairs = ((f.name, getattr(self, f.name)) for f in fields(self))
        return {field: column for field, column in pairs if column is not None}

    def check(self, present: Iterator[str] | list[str], where: str) -> None:
        """Refuse a table that lacks a column.

        Raises
        ------
        MissingColumn
        """
        there = list(present)
        for field, column in self.named().items():
            if column not in there:
                listed = ", ".join(there[:20]) + (", …" if len(there) > 20 else "")
                raise MissingColumn(
                    f"{where} has no column '{column}'; there are: {listed or 'none'}. Name it with --{field}."
                )


class MissingColumn(RhetoricError):
    """A table without a column that was asked for."""


@dataclass(frozen=True, slots=True)
class Row:
    """A row as it was read: its cells by column, and what is wrong with it as a whole."""

    number: int
    cells: Mapping[str, Any]
    fault: str | None = None


def article_of(row: Row, columns: Columns, file: str | None, name: str | None = None) -> Article | BadRow:
    """Make an article of a row.

    Parameters
    ----------
    row : Row
    columns : Columns
    file : str or None
    name : str, optional
        Its id where the row has none; by default file and row.
    """

    def cell(column: str | None) -> Any:
        return None if column is None else row.cells.get(column)

    key = label(cell(columns.id))
    try:
        if row.fault is not None:
            raise _BadCellError(row.fault)
        text = _text(cell(columns.text), "text")
        if text is None:
            raise _BadCellError("there is no text")
        title = _title(cell(columns.title))
        begins = title is not None and _first_line(text) == title
        return Article(
            key or name or f"{file}:{row.number}",
            text,
            None if begins else title,
            _listed(cell(columns.comments)),
            label(cell(columns.outlet)),
            label(cell(columns.topic)),
            label(cell(columns.date)),
            file,
            row.number,
            title if begins else None,
        )
    except _BadCellError as error:
        return BadRow(file, row.number, key, str(error))


def label(value: Any) -> str | None:
    """A cell as a name: dates in ISO 8601, whole numbers without a point; None for an empty one."""
    if is_missing(value):
        return None
    if isinstance(value, date):  # a datetime or a pandas Timestamp is one, too
        return value.isoformat()
    if isinstance(value, bytes):
        value = value.decode("utf-8", "replace")
    if isinstance(value, float) and value.is_integer():  # what pandas makes of whole numbers beside a gap
        value = int(value)
    text = str(value).strip()
    return text or None


class _BadCellError(Exception):
    """Why a row is no article."""


def _text(value: Any, name: str) -> str | None:
    """A cell that must hold text; None for an empty one."""
    if isinstance(value, str):
        return value if value.strip() else None
    if is_missing(value):
        return None
    if isinstance(value, bytes | bytearray | memoryview):
        raise _BadCellError(f"the {name} is bytes and not text; decode it first")
    kind = "a number" if isinstance(value, int | float) else f"of type {type(value).__name__}"
    raise _BadCellError(f"the {name} is {kind} and not text ({str(value)[:40]})")


def _title(value: Any) -> str | None:
    text = _text(value, "title")
    return None if text is None else " ".join(text.split())


def _first_line(text: str) -> str:
    return " ".join(text.lstrip().partition("\n")[0].split())


def _listed(value: Any) -> tuple[str, ...]:
    """Comments: a list of strings or of objects as in ``rhetoric analyze --comments``, JSON of it, or one a line."""
    if not isinstance(value, list | dict | str) and hasattr(value, "tolist"):
        value = value.tolist()  # an array, as pandas makes of a Parquet list
    if is_missing(value):
        return ()
    if isinstance(value, str):
        if value.lstrip().startswith("["):
            try:
                value = json.loads(value)
            except (ValueError, RecursionError):
                value = str(value)
        if isinstance(value, str):
            return tuple(line.strip() for line in value.splitlines() if line.strip())
    if not isinstance(value, list | tuple | dict):
        raise _BadCellError(f"the comments are of type {type(value).__name__} and no list of text")
    if not isinstance(value, dict):
        value = [None if is_missing(comment) else comment for comment in value]
    try:
        return tuple(comments_of(value, "comments"))
    except (RhetoricError, TypeError) as error:
        raise _BadCellError(str(error)) from error

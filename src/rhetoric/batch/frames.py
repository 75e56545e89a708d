"""A pandas frame of articles -> frames of articles, sentences and cues: also what a Dask or Spark partition calls."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from typing import TYPE_CHECKING

from rhetoric.batch.articles import Article, BadRow, Options
from rhetoric.batch.cells import Columns, Row, article_of, label
from rhetoric.batch.parts import score_items
from rhetoric.batch.tables import TABLES, Tables, join
from rhetoric.types import RhetoricWarning

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Columns", "frame_types", "score_frame", "score_partition"]


def score_frame(
    df: pd.DataFrame,
    text: str = "text",
    title: str | None = None,
    comments: str | None = None,
    id: str | None = None,
    outlet: str | None = None,
    topic: str | None = None,
    date: str | None = None,
    model: str = "fast",
    level: str = "both",
    cues: bool = False,
) -> tuple[pd.DataFrame, ...]:
    """Score the articles of a pandas frame; docs/batch.md describes the columns.

    Parameters
    ----------
    df : pandas.DataFrame
        One row an article.
    text, title, comments, id, outlet, topic, date : str, optional
        Names of its columns. The ids are the labels of the index where no column is named.
    model : str, default="fast"
    level : {"both", "sentence", "article"}
        A table that is not asked for is empty.
    cues : bool
        Whether to give the cues as well.

    Returns
    -------
    articles, sentences : pandas.DataFrame
        With ``cues=True`` also ``cues``.

    Raises
    ------
    RhetoricError
        Where the frame lacks a column, or there is no such model.

    Warns
    -----
    RhetoricWarning
        Where rows could not be scored: they are left out.

    Examples
    --------
    >>> import pandas as pd
    >>> df = pd.DataFrame({"text": ["The bridge opened on Monday. It is, obviously, a disaster."]})
    >>> articles, sentences = score_frame(df)
    >>> int(articles.n_opinion[0]), sentences.label.tolist()
    (1, ['report', 'opinion'])
    """
    columns = Columns(text, title, comments, id, outlet, topic, date)
    tables = score_partition(df, columns, model, Options(level, cues))
    errors = tables.error_rows()
    if errors:
        first = f"row {errors[0].row}: {errors[0].reason}"
        warnings.warn(
            f"{len(errors)} of {len(df)} rows could not be scored and are left out; {first}",
            RhetoricWarning,
            stacklevel=2,
        )
    return tuple(tables.frame(name) for name in TABLES[: 3 if cues else 2])


def score_partition(
    df: pd.DataFrame, columns: Columns | None = None, model: str = "fast", options: Options | None = None
) -> Tables:
    """Score the articles of a pandas frame, and list what could not be scored.

    Parameters
    ----------
    df : pandas.DataFrame
    columns : Columns, optional
    model : str, default="fast"
        Loaded once in each process.
    options : Options, optional

    Returns
    -------
    Tables

    Raises
    ------
    RhetoricError
        Where the frame lacks a column, or there is no such model.
    """
    columns, options = columns or Columns(), options or Options()
    columns.check([str(name) for name in df.columns], "The frame")
    return score_items(list(_items(df, columns)), model, options)


def _items(df: pd.DataFrame, columns: Columns) -> Iterator[Article | BadRow]:
    wanted = list(dict.fromkeys(columns.named().values()))
    cells = [df[name].tolist() for name in wanted]
    seen: set[str] = set()
    for number, (index, *row) in enumerate(zip(df.index.tolist(), *cells, strict=True)):
        values = dict(zip(wanted, row, strict=True))
        item = article_of(Row(number, values), columns, None, label(index) or str(number))
        if columns.id is not None and isinstance(item, Article):
            if item.id in seen:
                reason = "the id was there before; the first row that has it is scored"
                item = BadRow(None, number, item.id, reason)
            else:
                seen.add(item.id)
        yield item


def frame_types(options: Options | None = None) -> dict[str, pd.DataFrame]:
    """Empty frames with the columns and dtypes of the tables, by name.

    Parameters
    ----------
    options : Options, optional

    Returns
    -------
    dict of str to pandas.DataFrame
        "articles", "sentences", "cues", "errors".
    """
    empty = join([], [], options or Options())
    return {name: empty.frame(name) for name in TABLES}

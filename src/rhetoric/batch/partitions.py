"""A partition of a cluster's frame -> one frame of a known schema: for Dask's map_partitions and Spark's mapInPandas.

docs/scaling.md has a script for each.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from rhetoric.batch.articles import Options
from rhetoric.batch.cells import Columns
from rhetoric.batch.frames import score_partition
from rhetoric.batch.tables import TABLES, Tables, column_types
from rhetoric.types import RhetoricError

if TYPE_CHECKING:
    import pandas as pd

ALL = "all"
_PANDAS = {"int64": "Int64", "float64": "float64", "str": "str"}  # whole numbers with gaps
_SPARK = {"int64": "bigint", "float64": "double", "str": "string"}


def score_part(
    df: pd.DataFrame,
    columns: Columns,
    table: str = ALL,
    model: str = "fast",
    options: Options | None = None,
) -> pd.DataFrame:
    """Score a partition of a frame of articles.

    Parameters
    ----------
    df : pandas.DataFrame
        One row an article.
    columns : Columns
        Names of its columns. There must be one of ids: the index of a partition begins anew in each.
    table : {"all", "articles", "sentences", "cues", "errors"}
        What to give. With "all" the tables that ``options`` ask for and the errors stand below one another, and
        a column ``table`` tells them apart: so one pass over the articles makes all of them.
    model : str, default="fast"
        Loaded once in each process. A model folder must be there, under this path, on every machine.
    options : Options, optional
        Where one table is asked for, ``level`` and ``cues`` have no effect.

    Returns
    -------
    pandas.DataFrame
        With the columns and dtypes of ``part_types(table, options)``, also where it has no row.

    Raises
    ------
    RhetoricError
        Where no column of ids is named, the frame lacks a column, or there is no such model or table. A row that
        cannot be scored raises nothing: it is in the errors.
    """
    if columns.id is None:
        raise RhetoricError(
            "The 'columns' parameter of score_part must name a column of ids: rows of several partitions cannot be"
            " told apart without. Got Columns(id=None) instead."
        )
    options = _options_for(table, options)
    tables = score_partition(df, columns, model, options)
    return _stacked(tables) if table == ALL else tables.frame(table)


def score_parts(
    frames: Iterable[pd.DataFrame],
    columns: Columns,
    table: str = ALL,
    model: str = "fast",
    options: Options | None = None,
) -> Iterator[pd.DataFrame]:
    """Call ``score_part`` for each of the frames that Spark's mapInPandas hands over.

    Parameters
    ----------
    frames : iterable of pandas.DataFrame
    columns, table, model, options
        As in ``score_part``.

    Yields
    ------
    pandas.DataFrame
        Strings as Python objects.
    """
    strings = [name for name, dtype in _types(table, _options_for(table, options)).items() if dtype == "str"]
    for df in frames:
        part = score_part(df, columns, table, model, options)
        # Spark refuses strings that lie in several chunks, as pandas has them after putting tables together.
        yield part.astype(dict.fromkeys(strings, object))


def part_types(table: str = ALL, options: Options | None = None) -> pd.DataFrame:
    """Return the empty frame with the columns and dtypes of ``score_part``: the ``meta`` of Dask.

    Parameters
    ----------
    table : {"all", "articles", "sentences", "cues", "errors"}
    options : Options, optional

    Returns
    -------
    pandas.DataFrame
    """
    import pandas as pd

    types = _types(table, _options_for(table, options))
    dtypes = _PANDAS if table == ALL else {dtype: dtype for dtype in _PANDAS}
    return pd.DataFrame({name: pd.Series([], dtype=dtypes[dtype]) for name, dtype in types.items()})


def spark_schema(table: str = ALL, options: Options | None = None) -> str:
    """Return the columns and types of ``score_part`` as a schema of Spark.

    Parameters
    ----------
    table : {"all", "articles", "sentences", "cues", "errors"}
    options : Options, optional

    Returns
    -------
    str

    Examples
    --------
    >>> spark_schema("errors")
    '`file` string, `row` bigint, `id` string, `reason` string'
    """
    types = _types(table, _options_for(table, options))
    return ", ".join(f"`{name}` {_SPARK[dtype]}" for name, dtype in types.items())


def table_of(stacked: pd.DataFrame, table: str, options: Options | None = None) -> pd.DataFrame:
    """Take one table out of what ``score_part`` gave with "all".

    Parameters
    ----------
    stacked : pandas.DataFrame
    table : {"articles", "sentences", "cues", "errors"}
    options : Options, optional
        Those of ``score_part``.

    Returns
    -------
    pandas.DataFrame
        With the columns and dtypes of docs/batch.md.
    """
    types = column_types(_checked(table, TABLES), options or Options())
    return stacked.loc[stacked["table"] == table, list(types)].astype(types).reset_index(drop=True)


def _options_for(table: str, options: Options | None) -> Options:
    """The options with the level at which one table alone is made."""
    options = options or Options()
    if _checked(table, (ALL, *TABLES)) == ALL:
        return options
    return replace(options, level="sentence" if table == "sentences" else "article", cues=table == "cues")


def _checked(table: str, known: tuple[str, ...]) -> str:
    if table not in known:
        raise RhetoricError(
            f"The 'table' parameter must be one of {', '.join(known)}. Got {table!r} instead."
        )
    return table


def _types(table: str, options: Options) -> dict[str, str]:
    """The columns and their types, in order."""
    if table != ALL:
        return column_types(table, options)
    types = {"table": "str"}
    for name in (*options.tables, "errors"):
        types |= column_types(name, options)
    return types


def _stacked(tables: Tables) -> pd.DataFrame:
    """The tables below one another, empty where one has no such column."""
    import pandas as pd

    types = {name: _PANDAS[dtype] for name, dtype in _types(ALL, tables.options).items()}
    frames = []
    for name in (*tables.options.tables, "errors"):
        frame = tables.frame(name)
        frame.insert(0, "table", name)
        frames.append(frame.reindex(columns=list(types)).astype(types))
    return pd.concat(frames, ignore_index=True)

"""Tables -> files of a part, and back: Parquet, CSV that no spreadsheet takes for formulas, JSON Lines."""

from __future__ import annotations

import csv
import io
import json
import math
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import numpy as np

from rhetoric.batch.counting import Column
from rhetoric.batch.parquet import parquet_bytes, parquet_columns
from rhetoric.types import RhetoricError

FORMATS = ("parquet", "csv", "jsonl")
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")


def as_bytes(columns: Mapping[str, Column], types: Mapping[str, str], form: str) -> bytes:
    """A table as the content of a file; the same columns give the same bytes.

    Parameters
    ----------
    columns : mapping of str to array or list
    types : mapping of str to str
        "str", "int64" or "float64" for each column.
    form : {"parquet", "csv", "jsonl"}
    """
    if form == "parquet":
        return parquet_bytes(columns, types)
    listed = {name: _plain(columns[name]) for name in types}
    return (_csv(listed, types) if form == "csv" else _jsonl(listed)).encode("utf-8")


def from_file(path: Path, types: Mapping[str, str]) -> dict[str, list[Any]]:
    """Read the columns of a file that :func:`as_bytes` made; what was escaped is restored.

    Raises
    ------
    RhetoricError
        Where the file is missing or is none of these.
    """
    try:
        if path.suffix == ".parquet":
            return parquet_columns(str(path), types)
        with path.open(encoding="utf-8", newline="") as file:
            if path.suffix == ".csv":
                return _from_csv(file, types)
            rows = [json.loads(line) for line in file]
            return {name: [row[name] for row in rows] for name in types}
    except (OSError, ValueError, KeyError) as error:
        raise RhetoricError(f"{path} is damaged or missing ({error}). Score again with --resume.") from error


def escaped(cell: str) -> str:
    """A cell that no spreadsheet takes for a formula: an apostrophe before what would be one.

    What looks so escaped already gets another apostrophe, so that :func:`restored` gives every cell back.
    """
    return "'" + cell if cell.lstrip("'").startswith(_FORMULA) else cell


def restored(cell: str) -> str:
    """The cell that :func:`escaped` was given."""
    return cell[1:] if cell.startswith("'") and cell.lstrip("'").startswith(_FORMULA) else cell


def _plain(column: Column) -> list[Any]:
    if not isinstance(column, np.ndarray):
        return column
    values: list[Any] = column.tolist()
    return [None if math.isnan(v) else v for v in values] if column.dtype.kind == "f" else values


def _csv(columns: Mapping[str, list[Any]], types: Mapping[str, str]) -> str:
    out = io.StringIO()
    # All text quoted: the writer leaves a lone carriage return bare, which readers take for a line end.
    writer = csv.writer(out, quoting=csv.QUOTE_NONNUMERIC, lineterminator="\n")
    writer.writerow(list(types))
    cells = [_safe(columns[name]) if dtype == "str" else columns[name] for name, dtype in types.items()]
    writer.writerows(zip(*cells, strict=True))
    return out.getvalue()


def _safe(column: Iterable[str | None]) -> list[str]:
    # Some readers stop at a NUL; there is nothing to see in it.
    return ["" if c is None else escaped(c.replace("\0", "\N{REPLACEMENT CHARACTER}")) for c in column]


def _from_csv(file: Iterable[str], types: Mapping[str, str]) -> dict[str, list[Any]]:
    csv.field_size_limit(max(csv.field_size_limit(), 1 << 26))
    names, *rows = csv.reader(file)
    found = dict(zip(names, zip(*rows, strict=True), strict=True)) if rows else dict.fromkeys(names, ())
    return {name: [_value(cell, dtype) for cell in found[name]] for name, dtype in types.items()}


def _value(cell: str, dtype: str) -> Any:
    if cell == "":
        return None
    return restored(cell) if dtype == "str" else int(cell) if dtype == "int64" else float(cell)


def _jsonl(columns: Mapping[str, list[Any]]) -> str:
    names = list(columns)
    rows = (dict(zip(names, row, strict=True)) for row in zip(*columns.values(), strict=True))
    return "".join(json.dumps(row, ensure_ascii=False, allow_nan=False) + "\n" for row in rows)

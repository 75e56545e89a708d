"""Parquet in and out, by pyarrow, which is imported when it is needed."""

from __future__ import annotations

import io
import os
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from rhetoric.batch.cells import Columns, Row
from rhetoric.batch.streams import LONGEST_LINE, CutOff, Meter
from rhetoric.extras import need
from rhetoric.types import RhetoricError

if TYPE_CHECKING:
    import pyarrow as pa

    from rhetoric.batch.counting import Column

_BATCH = 64  # rows at once: each may be long
# Columns with few values, or whose values follow one another: stored as numbers of a dictionary.
_FEW = ("id", "file", "outlet", "topic", "date", "part", "voice", "label", "kind", "rule")


def need_pyarrow(where: str) -> None:
    """Raise RhetoricError where pyarrow is not installed."""
    need("pyarrow", "parquet", f"{where}: Parquet", "use --format csv")


def parquet_rows(path: str, columns: Columns, meter: Meter) -> Iterator[Row]:
    """Yield the rows of a Parquet file, numbered from 1.

    Parameters
    ----------
    path : str
    columns : Columns
        What the file must have.
    meter : Meter

    Raises
    ------
    RhetoricError
        Where the file cannot be read or lacks a column, or pyarrow is missing.
    CutOff
        After the last whole batch of rows, where the file is damaged.
    """
    need_pyarrow(path)
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        # Without pre-buffering, pages are read as they are needed and not a whole group of rows at once.
        file = pq.ParquetFile(path, pre_buffer=False, buffer_size=1 << 20)
    except (pa.ArrowException, OSError) as error:
        raise RhetoricError(f"{path} is no whole Parquet file: {_short(error)}") from error
    with file:
        columns.check(file.schema_arrow.names, path)
        wanted = list(dict.fromkeys(columns.named().values()))
        total, size, number, before = file.metadata.num_rows, os.path.getsize(path), 0, meter.done
        try:
            for batch in file.iter_batches(batch_size=_BATCH, columns=wanted):
                yield from _rows(batch, number + 1)
                number += batch.num_rows
                meter.done = before + size * number // max(total, 1)
        except (pa.ArrowException, OSError) as error:
            lost = f"{total - number:,} rows cannot be read"
            raise CutOff(f"the Parquet file is damaged here ({_short(error)}); {lost}") from error
        meter.done = before + size


def _rows(batch: pa.RecordBatch, first: int) -> Iterator[Row]:
    names = batch.schema.names
    columns = [_values(batch.column(i)) for i in range(batch.num_columns)]
    for number, cells in enumerate(zip(*columns, strict=True), start=first):
        faults = [
            f"{name}: {cell.reason}"
            for name, cell in zip(names, cells, strict=True)
            if isinstance(cell, _Fault)
        ]
        known = {n: c for n, c in zip(names, cells, strict=True) if not isinstance(c, _Fault)}
        yield Row(number, known, faults[0] if faults else None)


class _Fault:
    """A cell that cannot be had."""

    def __init__(self, reason: str) -> None:
        self.reason = reason


def _values(array: pa.Array) -> list[Any]:
    """The cells as Python values; too long ones are never made."""
    import pyarrow as pa
    import pyarrow.compute as pc

    kind = array.type
    sized = pa.types.is_string(kind) or pa.types.is_large_string(kind)
    sized = sized or pa.types.is_binary(kind) or pa.types.is_large_binary(kind)
    longest = (pc.max(pc.binary_length(array)).as_py() or 0) if sized else 0
    try:
        if longest <= LONGEST_LINE:
            values: list[Any] = array.to_pylist()
            return values
    except UnicodeDecodeError:
        pass  # one cell is broken, and which is seen below
    return [_value(array[i], sized) for i in range(len(array))]


def _value(cell: pa.Scalar, sized: bool) -> Any:
    if sized and cell.is_valid and len(cell.as_buffer()) > LONGEST_LINE:
        return _Fault(f"the cell is longer than {LONGEST_LINE >> 20} MB")
    try:
        return cell.as_py()
    except UnicodeDecodeError as error:
        return _Fault(f"broken UTF-8: {error.reason} at position {error.start}")


def parquet_bytes(columns: Mapping[str, Column], types: Mapping[str, str]) -> bytes:
    """A table as a Parquet file; the same columns give the same bytes.

    Parameters
    ----------
    columns : mapping of str to Column
    types : mapping of str to str
        "str", "int64" or "float64" for each column; NaN becomes null.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    arrow = {"str": pa.string(), "int64": pa.int64(), "float64": pa.float64()}
    arrays = [pa.array(columns[name], type=arrow[dtype], from_pandas=True) for name, dtype in types.items()]
    out = io.BytesIO()
    pq.write_table(
        pa.table(arrays, names=list(types)),
        out,
        compression="zstd",
        compression_level=1,
        use_dictionary=[name for name in types if name in _FEW],
    )
    return out.getvalue()


def parquet_columns(path: str, types: Mapping[str, str]) -> dict[str, list[Any]]:
    """The columns of a Parquet file as lists."""
    import pyarrow.parquet as pq

    table = pq.ParquetFile(path).read()
    return {name: table.column(name).to_pylist() for name in types}


def _short(error: Exception) -> str:
    return str(error).splitlines()[0][:120]

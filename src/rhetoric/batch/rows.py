"""Tables of text -> rows, one after another: CSV, TSV and JSON Lines. A row that is broken is told of."""

from __future__ import annotations

import csv
import json
from collections import deque
from collections.abc import Iterator

from rhetoric.batch.cells import Columns, Row
from rhetoric.batch.streams import LONGEST_LINE, CutOff, Line, Meter, read_lines
from rhetoric.types import RhetoricError

_BOM = b"\xef\xbb\xbf"
_UTF16 = (b"\xff\xfe", b"\xfe\xff")
_PEEK = 100  # objects among which one must have the column of the text
_TOO_LONG = f"the row is longer than {LONGEST_LINE >> 20} MB"


def csv_rows(path: str, columns: Columns, meter: Meter) -> Iterator[Row]:
    """Yield the rows of a CSV file with a header, quoted by ``"``.

    Of a malformed row the first line is told of, and reading goes on with the second: a quotation mark that is
    never closed does not swallow the file.

    Parameters
    ----------
    path : str
    columns : Columns
        What the file must have.
    meter : Meter

    Raises
    ------
    RhetoricError
        Where the file cannot be read or lacks a column.
    CutOff
        After the last whole row, where a compressed file ends early.
    """
    csv.field_size_limit(max(csv.field_size_limit(), 2 * LONGEST_LINE))
    source = _Lines(path, meter)
    try:
        names = next(csv.reader(source, strict=True), None)
    except (csv.Error, _LongRowError) as error:
        raise RhetoricError(f"{path}: the header is no line of CSV ({error}).") from error
    if names is not None:
        columns.check(names, path)
        yield from _csv_body(source, names)
    if source.cut is not None:
        raise source.cut


def _csv_body(source: _Lines, names: list[str]) -> Iterator[Row]:
    while (number := source.begin()) is not None:
        try:
            cells = next(csv.reader(source, strict=True))
        except (csv.Error, _LongRowError) as error:
            source.back_to_second()
            yield Row(
                number, {}, str(error) if isinstance(error, _LongRowError) else f"malformed CSV: {error}"
            )
            continue
        fault = source.fault
        if not cells:
            continue  # a blank line
        if len(cells) != len(names):
            fault = f"malformed CSV: {len(cells)} cells where the header has {len(names)}"
            source.back_to_second()
        yield Row(number, dict(zip(names, cells, strict=False)), fault)


def tsv_rows(path: str, columns: Columns, meter: Meter) -> Iterator[Row]:
    """Yield the rows of a TSV file with a header: no quoting, a line a row. As :func:`csv_rows`."""
    names: list[str] | None = None
    for line in read_lines(path, meter):
        text, fault = _decoded(line, path)
        cells = text.rstrip("\r").split("\t")
        if names is None:
            names = cells
            columns.check(names, path)
        elif fault or text.strip("\r"):
            if fault is None and len(cells) != len(names):
                fault = f"malformed TSV: {len(cells)} cells where the header has {len(names)}"
            yield Row(line.number, dict(zip(names, cells, strict=False)), fault)


def json_rows(path: str, columns: Columns, meter: Meter) -> Iterator[Row]:
    """Yield the rows of a JSON Lines file, an object a line. As :func:`csv_rows`.

    A line may lack any key, but not all of the first hundred that of the text.
    """
    held: list[Row] = []
    seen: dict[str, None] = {}
    found = False
    try:
        for line in read_lines(path, meter):
            text, fault = _decoded(line, path)
            if not fault and not text.strip():
                continue
            row = _object(line.number, text, fault)
            if found:
                yield row
                continue
            held.append(row)
            seen.update(dict.fromkeys(row.cells))
            found = columns.text in seen
            if found or len(held) == _PEEK:
                found = _has_text(columns, seen, path)
                yield from held
                held = []
    except CutOff:
        yield from held
        raise
    if held and seen:
        _has_text(columns, seen, path)
    yield from held


def _has_text(columns: Columns, seen: dict[str, None], path: str) -> bool:
    Columns(columns.text).check(list(seen), path)
    return True


def _object(number: int, text: str, fault: str | None) -> Row:
    try:
        value = json.loads(text) if text else {}
    except (ValueError, RecursionError) as error:
        reason = "nested too deeply" if isinstance(error, RecursionError) else str(error)
        return Row(number, {}, fault or f"malformed JSON: {reason}")
    if not isinstance(value, dict):
        return Row(number, {}, fault or "malformed JSON: a line must hold an object")
    return Row(number, value, fault)


def _decoded(line: Line, path: str) -> tuple[str, str | None]:
    """The text of a line, and what is wrong with it."""
    data = line.data
    if data is None:
        return "", _TOO_LONG
    if line.number == 1:
        if data.startswith(_UTF16):
            raise RhetoricError(f"{path} is UTF-16. Save it as UTF-8.")
        data = data.removeprefix(_BOM)
    try:
        return data.decode("utf-8"), None
    except UnicodeDecodeError as error:
        fault = (
            f"broken UTF-8: byte 0x{data[error.start]:02x} at position {error.start} of line {line.number}"
        )
        return data.decode("utf-8", "surrogateescape"), fault


class _LongRowError(Exception):
    """A row of CSV that is longer than any may be."""


class _Lines:
    """The lines of a CSV file for ``csv.reader``, of which some can be put back."""

    def __init__(self, path: str, meter: Meter) -> None:
        self._path = path
        self._lines = read_lines(path, meter)
        self._waiting: deque[Line] = deque()
        self._row: list[Line] = []
        self._size = 0
        self.fault: str | None = None
        self.cut: CutOff | None = None

    def begin(self) -> int | None:
        """Begin another row: the number of its first line, None where there is none."""
        self._row, self._size, self.fault = [], 0, None
        if not self._waiting:
            line = self._following()
            if line is None:
                return None
            self._waiting.append(line)
        return self._waiting[0].number

    def back_to_second(self) -> None:
        """Put the lines of this row back, but for the first."""
        self._waiting.extendleft(reversed(self._row[1:]))

    def _following(self) -> Line | None:
        if self._waiting:
            return self._waiting.popleft()
        try:
            return next(self._lines, None)
        except CutOff as error:  # told of when what was read before is used up
            self.cut = error
            return None

    def __iter__(self) -> _Lines:
        return self

    def __next__(self) -> str:
        line = self._following()
        if line is None:
            raise StopIteration
        self._row.append(line)
        self._size += len(line.data or b"")
        if line.data is None or self._size > LONGEST_LINE:
            raise _LongRowError(_TOO_LONG)
        text, fault = _decoded(line, self._path)
        self.fault = self.fault or fault
        return text + "\n"

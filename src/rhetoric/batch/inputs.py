"""What INPUT names -> files of known kinds, their fingerprints, and the articles in them."""

from __future__ import annotations

import glob
import hashlib
import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from rhetoric.batch.articles import Article, BadRow
from rhetoric.batch.cells import Columns, MissingColumn, Row, article_of
from rhetoric.batch.parquet import parquet_rows
from rhetoric.batch.rows import csv_rows, json_rows, tsv_rows
from rhetoric.batch.streams import STDIN, CutOff, Meter
from rhetoric.types import RhetoricError

_READERS = {"parquet": parquet_rows, "csv": csv_rows, "tsv": tsv_rows, "jsonl": json_rows}
_KINDS = {
    **dict.fromkeys((".parquet", ".pq"), "parquet"),
    ".csv": "csv",
    **dict.fromkeys((".tsv", ".tab"), "tsv"),
    **dict.fromkeys((".jsonl", ".ndjson"), "jsonl"),
    **dict.fromkeys((".txt", ".text", ".md", ".markdown"), "page"),
    **dict.fromkeys((".html", ".htm", ".xhtml", ".mht", ".mhtml"), "page"),
}
_COMPRESSED = (".gz", ".zst")
_STDIN_NAME = "standard input"


@dataclass(frozen=True, slots=True)
class Source:
    """A file: what it is called in the tables, its kind ("parquet", "csv", "tsv", "jsonl", "page"), its size."""

    path: str
    kind: str
    size: int

    @property
    def name(self) -> str:
        return _STDIN_NAME if self.path == STDIN else Path(self.path).as_posix()


@dataclass(frozen=True, slots=True)
class PageFile:
    """An article in a file of its own, which is read where it is scored."""

    path: str
    name: str
    size: int


Item = Article | BadRow | PageFile


def kind_of(path: str) -> str | None:
    """The kind of a file by its suffix; None for one that is not read."""
    name = os.path.basename(path).lower()
    stem, suffix = os.path.splitext(name)
    if suffix in _COMPRESSED:
        kind = _KINDS.get(os.path.splitext(stem)[1])
        return kind if kind in ("csv", "tsv", "jsonl") else None
    return _KINDS.get(suffix)


def find_sources(inputs: Iterable[str], output: str | None = None, stdin_kind: str = "jsonl") -> list[Source]:
    """Find the files that are meant, each once.

    Parameters
    ----------
    inputs : iterable of str
        Files, folders, globs, or "-". Files of a folder come in the order of their paths; hidden ones, those
        of other kinds and those under ``output`` are left out.
    output : str, optional
    stdin_kind : {"jsonl", "csv", "tsv"}
        What standard input holds.

    Raises
    ------
    RhetoricError
        Where there is nothing of that name, or no file of a known kind.
    """
    found: dict[str, Source] = {}
    for given in inputs:
        for source in _named(given, output, stdin_kind):
            found.setdefault(os.path.realpath(source.path) if source.path != STDIN else STDIN, source)
    if not found:
        raise RhetoricError(
            "No input was named. Name a table, a folder of articles, or - for standard input."
        )
    return list(found.values())


def _named(given: str, output: str | None, stdin_kind: str) -> list[Source]:
    if given == STDIN:
        return [Source(STDIN, stdin_kind, 0)]
    if os.path.isdir(given):
        paths = [p for p in _walk(given, output) if kind_of(p)]
        if not paths:
            raise RhetoricError(f"{given} holds no table and no article: {_known()}.")
    elif os.path.exists(given):
        paths = [given]
    else:
        paths = sorted(p for p in glob.glob(given, recursive=True) if os.path.isfile(p))
        if not paths:
            raise RhetoricError(f"There is no file, folder or match of {given}. Check the spelling.")
    return [_source(path) for path in paths]


def _source(path: str) -> Source:
    kind = kind_of(path)
    if kind is None:
        raise RhetoricError(f"{path}: the kind of a file is told by its suffix: {_known()}.")
    try:
        return Source(path, kind, os.path.getsize(path))
    except OSError as error:
        raise RhetoricError(f"{path} cannot be read: {error.strerror}.") from error


def _walk(folder: str, output: str | None) -> Iterator[str]:
    shut = os.path.realpath(output) if output is not None else None
    for at, folders, files in os.walk(folder):
        folders[:] = sorted(f for f in folders if not f.startswith("."))
        folders[:] = [f for f in folders if os.path.realpath(os.path.join(at, f)) != shut]
        yield from (os.path.join(at, f) for f in sorted(files) if not f.startswith("."))


def _known() -> str:
    return ".parquet, .csv, .tsv, .jsonl (these three also as .gz or .zst), .txt, .md, .html"


def fingerprint(sources: Iterable[Source]) -> list[dict[str, object]]:
    """What identifies the input: size and sha256 of each table, and of all article files together.

    Standard input has neither.
    """
    tables: list[dict[str, object]] = []
    together, pages, size = hashlib.sha256(), 0, 0
    for source in sources:
        if source.path == STDIN:
            tables.append({"path": source.name, "size": None, "sha256": None})
            continue
        digest = _digest(source.path)
        if source.kind == "page":
            together.update(f"{source.name}\0{digest}\n".encode("utf-8", "surrogateescape"))
            pages, size = pages + 1, size + source.size
        else:
            tables.append({"path": source.name, "size": source.size, "sha256": digest})
    if pages:
        tables.append({"path": f"{pages} article files", "size": size, "sha256": together.hexdigest()})
    return tables


def _digest(path: str) -> str:
    try:
        with open(path, "rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise RhetoricError(f"{path} cannot be read: {error.strerror or error}.") from error


def read_items(sources: Iterable[Source], columns: Columns, meter: Meter) -> Iterator[Item]:
    """Yield the articles of all files in order, and what is none.

    Raises
    ------
    RhetoricError
        Where the first table lacks a column: it is the wrong name that was given, and no accident.
    """
    tables = 0
    for source in sources:
        if source.kind == "page":
            meter.done += source.size
            yield PageFile(source.path, source.name, source.size)
            continue
        tables += 1
        row = Row(0, {})
        try:
            for row in _READERS[source.kind](source.path, columns, meter):
                yield article_of(row, columns, source.name)
        except CutOff as error:
            yield BadRow(source.name, row.number + 1, None, f"{error}; what follows is lost")
        except RhetoricError as error:
            if tables == 1 and (isinstance(error, MissingColumn) or row.number == 0):
                raise
            yield BadRow(source.name, 0, None, str(error))

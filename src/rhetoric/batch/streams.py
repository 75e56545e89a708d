"""Files as streams of bytes and lines: plain, gzip or zstd, none of them ever held whole."""

from __future__ import annotations

import sys
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import chain
from typing import Any, Protocol

from rhetoric.extras import need
from rhetoric.types import RhetoricError

STDIN = "-"
LONGEST_LINE = 16 << 20  # bytes of a line, and of a row of several lines
_CHUNK = 1 << 16
_GZIP = b"\x1f\x8b"
_ZSTD = b"\x28\xb5\x2f\xfd"


class CutOff(Exception):
    """A stream that ends early or is damaged; what came before is whole."""


@dataclass(slots=True)
class Meter:
    """How many bytes of the input were read, as they stand on the disk."""

    done: int = 0


@dataclass(frozen=True, slots=True)
class Line:
    """A line without its end; ``data`` is None where it is too long to be kept."""

    number: int
    data: bytes | None


class _Inflater(Protocol):
    """What the decompressors of zlib and zstandard have in common."""

    @property
    def eof(self) -> bool: ...

    @property
    def unused_data(self) -> bytes: ...

    def decompress(self, data: bytes, /) -> bytes: ...


def read_chunks(path: str, meter: Meter) -> Iterator[bytes]:
    """Yield the content of a file, decompressed where its first bytes say that it is compressed.

    Parameters
    ----------
    path : str
        "-" is standard input.
    meter : Meter

    Raises
    ------
    RhetoricError
        Where it cannot be read, or zstandard is needed and not installed.
    CutOff
        After the last whole chunk, where a compressed stream ends early or is damaged.
    """
    chunks = _raw_chunks(path, meter)
    first = next(chunks, b"")
    while 0 < len(first) < len(_ZSTD) and (more := next(chunks, b"")):
        first += more
    if first.startswith(_GZIP):
        yield from _inflated(chain([first], chunks), _gzip_inflater, zlib.error)
    elif first.startswith(_ZSTD):
        yield from _inflated(chain([first], chunks), *_zstd(path))
    elif first:
        yield first
        yield from chunks


def read_lines(path: str, meter: Meter) -> Iterator[Line]:
    """Yield the lines of a file; one of more than ``LONGEST_LINE`` bytes is told of and left out.

    Raises
    ------
    RhetoricError, CutOff
        As :func:`read_chunks`; a line that is cut off is not given.
    """
    number, held, size = 1, [b""], 0
    for chunk in read_chunks(path, meter):
        first, *others = chunk.split(b"\n")
        size += len(first)
        if size <= LONGEST_LINE:
            held.append(first)
        else:
            held.clear()
        if not others:
            continue
        yield Line(number, b"".join(held) if size <= LONGEST_LINE else None)
        for line in others[:-1]:
            number += 1
            yield Line(number, line)
        number += 1
        held, size = [others[-1]], len(others[-1])
    if size:
        yield Line(number, b"".join(held) if size <= LONGEST_LINE else None)


def _raw_chunks(path: str, meter: Meter) -> Iterator[bytes]:
    if path == STDIN:
        if sys.stdin is None:
            raise RhetoricError("Standard input is closed. Name a file.")
        stdin: Any = sys.stdin.buffer
        while chunk := stdin.read1(_CHUNK):
            meter.done += len(chunk)
            yield chunk
        return
    try:
        with open(path, "rb") as file:
            while chunk := file.read(_CHUNK):
                meter.done += len(chunk)
                yield chunk
    except OSError as error:
        raise RhetoricError(
            f"{path} cannot be read: {error.strerror or error}. Check the name and its rights."
        ) from error


def _inflated(
    chunks: Iterator[bytes], new: Callable[[], _Inflater], failure: type[Exception]
) -> Iterator[bytes]:
    """Decompress streams that follow one another in a file."""
    inflater = new()
    for chunk in chunks:
        data = chunk
        while data:
            if inflater.eof:
                inflater = new()
            try:
                content = inflater.decompress(data)
            except failure as error:
                raise CutOff(f"the compressed file is damaged here ({error})") from error
            if content:
                yield content
            data = inflater.unused_data if inflater.eof else b""
    if not inflater.eof:
        raise CutOff("the compressed file is cut off here")


def _gzip_inflater() -> _Inflater:
    return zlib.decompressobj(wbits=31)


def need_zstandard(path: str) -> None:
    """Raise RhetoricError where zstandard is not installed."""
    need("zstandard", "zstd", f"{path} is compressed with zstd, which")


def _zstd(path: str) -> tuple[Callable[[], _Inflater], type[Exception]]:
    need_zstandard(path)
    import zstandard

    maker: Any = zstandard.ZstdDecompressor().decompressobj
    return maker, zstandard.ZstdError

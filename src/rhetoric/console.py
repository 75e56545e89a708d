"""Standard output: the result alone, in whatever encoding the terminal or pipe takes."""

from __future__ import annotations

import sys

from rhetoric.report.terminal import ascii_symbols
from rhetoric.types import RhetoricError


def is_terminal() -> bool:
    """Return whether standard output is a terminal (and not closed)."""
    return sys.stdout is not None and sys.stdout.isatty()


def write_stdout(text: str, *, exact: bool) -> None:
    """Write a result to standard output.

    Parameters
    ----------
    text : str
        The result.
    exact : bool
        Whether another program may read it (JSON, CSV, HTML): it is then written as UTF-8 whatever the
        locale, unless it goes to a terminal. Otherwise what the output cannot show is replaced.
    """
    out = sys.stdout
    if out is None:
        raise RhetoricError("Standard output is closed. Name a file: --output PATH.")
    buffer = getattr(out, "buffer", None)
    encoding = getattr(out, "encoding", None) or "utf-8"
    if buffer is None:
        out.write(text)
        return
    out.flush()
    if exact and not out.isatty():
        buffer.write(text.encode("utf-8"))
    else:
        buffer.write(_shown(text, encoding))
    buffer.flush()


def _shown(text: str, encoding: str) -> bytes:
    try:
        return text.encode(encoding)
    except UnicodeEncodeError:
        return ascii_symbols(text).encode(encoding, "replace")

"""Writing a file so that it is there whole or not at all."""

from __future__ import annotations

import contextlib
import os
import stat
import tempfile
from pathlib import Path

from rhetoric.types import RhetoricError


def write_atomic(path: str | Path, data: str | bytes) -> None:
    """Write a file by way of a temporary one beside it; where that fails, what was there stays as it was.

    Parameters
    ----------
    path : str or pathlib.Path
        The file to write or replace. A symbolic link is followed, and the mode of an existing file is kept.
        Something that is no regular file, such as ``/dev/null``, is written to and not replaced.
    data : str or bytes
        What to write; a str is written as UTF-8, its line ends as they are.

    Raises
    ------
    RhetoricError
        Where the file cannot be written; the message names it and says why.
    """
    content = data.encode("utf-8") if isinstance(data, str) else data
    try:
        _write(Path(os.path.realpath(path)), content)
    except FileNotFoundError:
        parent = Path(path).parent
        raise RhetoricError(
            f"{path} cannot be written: there is no folder {parent}. Make it first."
        ) from None
    except IsADirectoryError:
        raise RhetoricError(f"{path} cannot be written: it is a folder. Name a file in it.") from None
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        raise RhetoricError(f"{path} cannot be written: {reason}. Name another file or folder.") from error


def _write(target: Path, content: bytes) -> None:
    mode: int | None = None
    if target.is_dir():
        raise IsADirectoryError
    if target.exists():
        status = target.stat()
        if not stat.S_ISREG(status.st_mode):
            target.write_bytes(content)
            return
        if not os.access(target, os.W_OK):
            raise PermissionError(13, "it is write-protected")
        mode = stat.S_IMODE(status.st_mode)
    handle, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name[:40]}.", suffix=".tmp")
    try:
        with open(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.chmod(name, _default_mode() if mode is None else mode)
        os.replace(name, target)
    except BaseException:
        with contextlib.suppress(OSError):
            os.unlink(name)
        raise


def _default_mode() -> int:
    """Return the mode of a new file; temporary files are made for their owner alone."""
    mask = os.umask(0)
    os.umask(mask)
    return 0o666 & ~mask

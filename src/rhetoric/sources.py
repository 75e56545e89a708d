"""Files -> text: articles as text, Markdown or saved web pages, and the comments that belong to them."""

from __future__ import annotations

import codecs
import json
import re
import sys
import warnings
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from rhetoric.types import RhetoricError, RhetoricWarning

_FIELDS = ("text", "comment", "body", "content")
_NESTED = ("comments", "replies")
# What a file begins with, and what it is then.
_MAGIC = (
    (b"%PDF", "PDF"),
    (b"PK\x03\x04", "zip archive"),
    (b"PK\x05\x06", "zip archive"),
    (b"\x89PNG", "PNG image"),
    (b"\xff\xd8\xff", "JPEG image"),
    (b"GIF8", "GIF image"),
    (b"RIFF", "image, sound or film"),
    (b"\x1f\x8b", "gzip archive"),
    (b"BZh", "bzip2 archive"),
    (b"\xfd7zXZ", "xz archive"),
    (b"7z\xbc\xaf", "7-Zip archive"),
    (b"\xd0\xcf\x11\xe0", "Microsoft Office document"),
    (b"{\\rtf", "RTF document"),
    (b"SQLite format 3", "SQLite database"),
    (b"\x7fELF", "program"),
    (b"PAR1", "Parquet table"),
)
_ZIPPED = {
    ".docx": "Word document",
    ".xlsx": "Excel sheet",
    ".pptx": "PowerPoint file",
    ".odt": "OpenDocument text",
    ".epub": "EPUB book",
    ".pages": "Pages document",
}
_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_DECLARED = re.compile(rb"<meta[^>]{0,200}charset\s*=\s*[\"']?\s*([\w.:-]{2,40})", re.IGNORECASE)
_HTML = re.compile(
    r"\s*(?:<\?xml[^>]*>\s*)?(?:<!--.{0,2000}?-->\s*)*<(?:!doctype\s+html|html)\b", re.I | re.S
)
_FRONT_MATTER = re.compile(r"---[ \t]*\r?\n(.*?\n)?---[ \t]*(?:\r?\n|$)", re.DOTALL)
_MARKDOWN_TITLE = re.compile(r"\s*#[ \t]+(\S[^\r\n]*)")


@dataclass(frozen=True, slots=True)
class Page:
    """An article as it was read from a file.

    Parameters
    ----------
    text : str
        The article. A saved web page's title is its first line; paragraphs stand apart by blank lines.
    comments : tuple of str
        The comments that the page carries, in its order; empty for text and Markdown.
    title : str or None
        The title where the file says which it is (a web page, a Markdown heading); it stands in ``text`` too.
    origin : str
        Where it was read from: the path, or "standard input".
    """

    text: str
    comments: tuple[str, ...]
    title: str | None
    origin: str


def load_page(path: str | Path | Literal["-"]) -> Page:
    """Read an article from plain text, Markdown, or a web page as a browser saved it (HTML or MHTML).

    Parameters
    ----------
    path : str, pathlib.Path or "-"
        The file; "-" is standard input.

    Returns
    -------
    Page
        The article, its comments and title. Text is given as it stands in the file, apart from a byte order
        mark and the front matter of Markdown.

    Raises
    ------
    RhetoricError
        Where there is no such file, it cannot be read, is no text, or no article is found in the page.

    Warns
    -----
    RhetoricWarning
        Where the encoding had to be guessed.
    """
    data, origin = _read(path)
    suffix = "" if origin == "standard input" else Path(path).suffix.lower()
    if suffix in (".mht", ".mhtml") or data[:400].lstrip().startswith(b"From: <Saved by"):
        from rhetoric.webpages import web_archive

        data = web_archive(data, origin)
        suffix = ".html"
    text = decode(data, origin)
    if suffix in (".html", ".htm", ".xhtml") or _HTML.match(text):
        from rhetoric.webpages import extract

        article, comments, title = extract(text, origin)
        return Page(article, comments, title, origin)
    heading = None
    if suffix in (".md", ".markdown"):
        text = _FRONT_MATTER.sub("", text, count=1) if text.startswith("---") else text
        found = _MARKDOWN_TITLE.match(text)
        heading = found.group(1).rstrip("# \t") if found else None
    return Page(text, (), heading, origin)


def load_comments(path: str | Path) -> list[str]:
    """Read reader comments: one a line, or JSON.

    Parameters
    ----------
    path : str or pathlib.Path
        The file; "-" is standard input, one comment a line.
        ``.jsonl``: one string or object a line; ``.json``: a list of them, or an object that holds one under
        "comments". An object's text is its "text", "comment", "body" or "content", and its "comments" and
        "replies" follow it. Anything else: one comment a line. Empty and null comments are skipped.

    Raises
    ------
    RhetoricError
        Where the file cannot be read or a line is not as described; the message names the line.
    """
    data, origin = _read(path)
    text = decode(data, origin)
    suffix = "" if origin == "standard input" else Path(path).suffix.lower()
    if suffix == ".json":
        return comments_of(_json(text, origin, None), origin)
    lines = text.split("\n") if suffix in (".jsonl", ".ndjson") else text.splitlines()
    if suffix not in (".jsonl", ".ndjson"):
        return [line.strip() for line in lines if line.strip()]
    found: list[str] = []
    for number, line in enumerate(lines, 1):
        if line.strip():
            found.extend(comments_of(_json(line, origin, number), f"{origin}, line {number}"))
    return found


def decode(data: bytes, origin: str) -> str:
    """Return the text of a file's bytes: by its byte order mark, as UTF-8, as declared, or by a guess.

    Parameters
    ----------
    data : bytes
        The content of the file.
    origin : str
        What to call it in messages.
    """
    for mark, encoding in _BOMS:
        if data.startswith(mark):
            try:
                return data[len(mark) :].decode(encoding)
            except UnicodeDecodeError:
                raise RhetoricError(
                    f"{origin} begins as {encoding.upper()} and does not go on so: it is damaged or cut off. "
                    "Save it again as UTF-8 text."
                ) from None
    _refuse_binary(data, origin)
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        text, encoding = _guess(data, origin)
    message = f"{origin} is not UTF-8 and was read as {encoding}; save it as UTF-8 if letters look wrong."
    warnings.warn(message, RhetoricWarning, stacklevel=3)
    return text


def _read(path: str | Path) -> tuple[bytes, str]:
    if path == "-":
        stdin = getattr(sys.stdin, "buffer", None)
        return (
            stdin.read() if stdin else sys.stdin.read().encode("utf-8", "surrogatepass")
        ), "standard input"
    try:
        return Path(path).read_bytes(), str(path)
    except FileNotFoundError:
        raise RhetoricError(f"There is no file {path}. Check the spelling and the folder.") from None
    except IsADirectoryError:
        raise RhetoricError(f"{path} is a folder. Name one file in it.") from None
    except PermissionError:
        raise RhetoricError(
            f"{path} cannot be read: permission denied. Change its rights or copy it."
        ) from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise RhetoricError(
            f"{path} cannot be read: {reason}. Check the name, or copy the file elsewhere."
        ) from error


def _refuse_binary(data: bytes, origin: str) -> None:
    name = next((name for magic, name in _MAGIC if data.startswith(magic)), None)
    if name == "zip archive":
        name = _ZIPPED.get(Path(origin).suffix.lower(), name)
    if name is None and b"\0" in data:
        name = "it holds NUL bytes; UTF-16 text needs its byte order mark"
    if name is not None:
        raise RhetoricError(f"{origin} looks like a binary file ({name}). Export it as text or HTML.")


def _guess(data: bytes, origin: str) -> tuple[str, str]:
    declared = _DECLARED.search(data, 0, 4096)
    if declared:
        name = declared.group(1).decode("ascii", "replace")
        try:
            return data.decode(name), name
        except (LookupError, UnicodeDecodeError):
            pass
    from charset_normalizer import from_bytes

    best = from_bytes(data).best()
    if best is None:
        raise RhetoricError(f"{origin} is in no encoding that could be told. Save it as UTF-8 text.")
    text = data.decode(best.encoding)
    if all(char < "\u0250" for char in text if char.isalpha()):
        # The pages of Latin letters differ in a few letters only; for English the Western one is right.
        try:
            return data.decode("cp1252"), "cp1252 (Western European)"
        except UnicodeDecodeError:
            pass
    return text, best.encoding


def _json(text: str, origin: str, line: int | None) -> Any:
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        where, hint = (
            line or error.lineno,
            "each line must be one JSON value" if line else "the file must be JSON",
        )
        raise RhetoricError(f"{origin}, line {where}: not valid JSON ({error.msg}); {hint}.") from None
    except (RecursionError, ValueError) as error:
        # ValueError: an integer of thousands of digits.
        reason = "nested too deeply" if isinstance(error, RecursionError) else str(error)
        raise RhetoricError(f"{origin}{f', line {line}' if line else ''}: {reason}.") from None


def comments_of(value: Any, origin: str) -> list[str]:
    """Return the comments in a JSON value, each before its replies; a stack, as replies may nest deeply."""
    found: list[str] = []
    stack = [value]
    while stack:
        item = stack.pop()
        if item is None:
            continue
        if isinstance(item, str):
            found.extend([item] if item.strip() else [])
        elif isinstance(item, list):
            stack.extend(reversed(item))
        elif isinstance(item, dict):
            text = next((item[name] for name in _FIELDS if item.get(name) is not None), None)
            if not (text is None or isinstance(text, str)) or not any(
                name in item for name in (*_FIELDS, *_NESTED)
            ):
                raise _malformed(item, origin)
            stack.extend(item[name] for name in reversed(_NESTED) if name in item)
            stack.append(text)
        else:
            raise _malformed(item, origin)
    return found


def _malformed(item: Any, origin: str) -> RhetoricError:
    names = ", ".join(f'"{name}"' for name in _FIELDS)
    return RhetoricError(
        f"{origin}: a comment must be a string or an object with a string under one of {names}. "
        f"Got {json.dumps(item)[:60]} instead."
    )

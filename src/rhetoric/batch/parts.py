"""Parts: neighbouring rows that are scored and written together, and what a worker does with one."""

from __future__ import annotations

import hashlib
import os
import warnings
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from rhetoric.batch.articles import Article, BadRow, Options
from rhetoric.batch.inputs import Item, PageFile
from rhetoric.batch.output import as_bytes
from rhetoric.batch.score import score_articles
from rhetoric.batch.streams import Meter
from rhetoric.batch.tables import Tables, column_types, error_columns
from rhetoric.files import write_atomic
from rhetoric.scorers import load_scorers, load_words
from rhetoric.sources import load_page
from rhetoric.types import RhetoricError, RhetoricWarning

PART_CHARACTERS = 4_000_000
_LARGEST_PAGE = 64 << 20  # bytes: a web page has much besides its text


@dataclass(frozen=True, slots=True)
class Part:
    """Rows that are written together.

    Attributes
    ----------
    number : int
        From 0; the name of its files.
    items : sequence of Article, BadRow or PageFile
        In the order of the input.
    done : int
        Bytes of the input that were read when its last row was.
    """

    number: int
    items: Sequence[Item]
    done: int


@dataclass(frozen=True, slots=True)
class Job:
    """What is the same for all parts of a run."""

    output: str
    form: str
    model: str
    options: Options


@dataclass(frozen=True, slots=True)
class Finished:
    """A part that was written.

    Attributes
    ----------
    number, rows, articles, errors, sentences, warned : int
        Its number, its rows, and what became of them.
    files : dict
        By path under the output folder: ``rows``, ``bytes`` and ``sha256``.
    first_error : BadRow or None
    """

    number: int
    rows: int
    articles: int
    errors: int
    sentences: int
    warned: int
    files: dict[str, dict[str, int | str]] = field(default_factory=dict)
    first_error: BadRow | None = None


def cut_into_parts(items: Iterable[Item], rows: int, meter: Meter) -> Iterator[Part]:
    """Put neighbouring rows together: at most ``rows``, and few enough characters to be held at once.

    A row whose id an earlier row has becomes a ``BadRow``.
    """
    seen, held, size, number = _Seen(), list[Item](), 0, 0
    for item in items:
        held.append(item)
        size += item.size if isinstance(item, Article | PageFile) else 0
        if len(held) >= rows or size >= PART_CHARACTERS:
            yield Part(number, seen.checked(held), meter.done)
            held, size, number = [], 0, number + 1
    if held:
        yield Part(number, seen.checked(held), meter.done)


class _Seen:
    """The ids that were met, eight bytes each: 64-bit hashes in sorted runs, merged when they are of one size."""

    def __init__(self) -> None:
        self._runs: list[NDArray[np.uint64]] = []

    def checked(self, items: Sequence[Item]) -> list[Item]:
        """The rows with those that repeat an id as ``BadRow``."""
        rows = [i for i, item in enumerate(items) if isinstance(item, Article)]
        keys = np.array(
            [_key(item.id) for i in rows if isinstance(item := items[i], Article)], dtype=np.uint64
        )
        new, first = np.unique(keys, return_index=True)
        known = np.zeros(len(keys), dtype=np.bool_)
        known[np.setdiff1d(np.arange(len(keys)), first)] = True
        for run in self._runs:
            at = np.minimum(np.searchsorted(run, keys), len(run) - 1)
            known |= run[at] == keys
        out = list(items)
        for row in np.flatnonzero(known).tolist():
            article = items[rows[row]]
            assert isinstance(article, Article)
            reason = "the id was there before; the first row that has it is scored"
            out[rows[row]] = BadRow(article.file, article.row, article.id, reason)
        if len(new):
            self._runs.append(new)
        while len(self._runs) > 1 and len(self._runs[-1]) * 2 > len(self._runs[-2]):
            self._runs[-2:] = [np.union1d(*self._runs[-2:])]
        return out


def _key(name: str) -> int:
    digest = hashlib.blake2b(name.encode("utf-8", "surrogatepass"), digest_size=8).digest()
    return int.from_bytes(digest, "little")


def score_items(items: Sequence[Item], model: str, options: Options) -> Tables:
    """Read what is still in files, score the articles, and list what is none in the order of the rows."""
    read = [_read(item) if isinstance(item, PageFile) else item for item in items]
    articles = [item for item in read if isinstance(item, Article)]
    tables = score_articles(articles, load_scorers(model), options, load_words(model))
    if len(articles) == len(items) and not tables.errors["reason"]:
        return tables
    failed = tables.error_rows()
    place = {(item.file, item.row): i for i, item in enumerate(read)}
    errors = sorted(
        [*failed, *(i for i in read if isinstance(i, BadRow))], key=lambda e: place[e.file, e.row]
    )
    return replace(tables, errors=error_columns(errors))


def _read(page: PageFile) -> Article | BadRow:
    """Read an article from a file of its own."""
    if page.size > _LARGEST_PAGE:
        return BadRow(page.name, 1, page.name, f"the file is larger than {_LARGEST_PAGE >> 20} MB")
    try:
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always", RhetoricWarning)
            found = load_page(page.path)
    except RhetoricError as error:
        return BadRow(page.name, 1, page.name, str(error))
    except Exception as error:  # a web page can break its parser in ways that nobody foresees
        return BadRow(page.name, 1, page.name, f"reading failed: {type(error).__name__}: {error}")
    if not found.text.strip():
        return BadRow(page.name, 1, page.name, "there is no text")
    doubts = " ".join(str(w.message) for w in caught if issubclass(w.category, RhetoricWarning))
    return Article(
        page.name,
        found.text,
        None,
        found.comments,
        file=page.name,
        row=1,
        heading=found.title,
        warning=doubts or None,
    )


def finish(part: Part, job: Job) -> Finished:
    """Score a part and write its files, each whole or not at all.

    Raises
    ------
    RhetoricError
        Where a file cannot be written.
    """
    tables = score_items(part.items, job.model, job.options)
    names = list(job.options.tables)
    if tables.errors["reason"]:
        Path(job.output, "errors").mkdir(exist_ok=True)
        names.append("errors")
    files: dict[str, dict[str, int | str]] = {}
    for name in names:
        columns = tables.columns(name)
        content = as_bytes(columns, column_types(name, job.options), job.form)
        path = f"{name}/part-{part.number:05d}.{job.form}"
        write_atomic(Path(job.output, path), content)
        rows = len(next(iter(columns.values())))
        files[path] = {"rows": rows, "bytes": len(content), "sha256": hashlib.sha256(content).hexdigest()}
    n_errors = len(tables.errors["reason"])
    return Finished(
        part.number,
        len(part.items),
        len(part.items) - n_errors,
        n_errors,
        tables.n_sentences,
        tables.n_warned,
        files,
        tables.error_rows()[0] if n_errors else None,
    )


def is_whole(part: Finished, output: str) -> bool:
    """Whether the files of a part are there as they were written."""
    for path, stated in part.files.items():
        try:
            content = Path(output, path).read_bytes()
        except OSError:
            return False
        if len(content) != stated["bytes"] or hashlib.sha256(content).hexdigest() != stated["sha256"]:
            return False
    return True


def sweep(output: str) -> None:
    """Remove the temporary files that a run left which was killed."""
    for folder in (Path(output), *(Path(output, n) for n in ("articles", "sentences", "cues", "errors"))):
        for path in folder.glob(".*.tmp"):
            os.unlink(path)

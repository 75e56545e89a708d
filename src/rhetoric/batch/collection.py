"""A collection on the disk -> an output folder: streaming, in parts, and able to go on where it was cut off."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path

from rhetoric.batch.articles import BadRow, Options
from rhetoric.batch.cells import Columns
from rhetoric.batch.inputs import Source, find_sources, fingerprint, read_items
from rhetoric.batch.manifest import Keeper, Manifest, head_of, open_output
from rhetoric.batch.output import FORMATS
from rhetoric.batch.parquet import need_pyarrow
from rhetoric.batch.parts import Finished, Job, Part, cut_into_parts, sweep
from rhetoric.batch.streams import STDIN, Meter, need_zstandard
from rhetoric.batch.workers import finish_all
from rhetoric.scorers import load_scorers, load_words
from rhetoric.types import RhetoricError

PART_ROWS = 1000


@dataclass(frozen=True, slots=True)
class Summary:
    """What a run did, or has done so far; what an earlier run had finished is counted in.

    Attributes
    ----------
    output : str
    rows, articles, errors, sentences, warned : int
        Rows read, articles scored, rows in error, sentences scored, articles with a warning.
    seconds : float
        Of this run.
    kept : int
        Rows that an earlier run had finished.
    fraction : float or None
        How much of the input is done, 0 to 1; None where its size is not known.
    rate : float
        Articles a second of this run.
    sentence_rate : float
        Sentences a second of this run.
    left : float or None
        Seconds left, as it looks.
    """

    output: str
    rows: int
    articles: int
    errors: int
    sentences: int
    warned: int
    seconds: float
    kept: int
    fraction: float | None
    rate: float
    sentence_rate: float
    left: float | None


Watcher = Callable[[Summary], None]


def score_collection(
    inputs: str | Path | Iterable[str | Path],
    output: str | Path,
    *,
    text: str = "text",
    title: str | None = None,
    comments: str | None = None,
    id: str | None = None,
    outlet: str | None = None,
    topic: str | None = None,
    date: str | None = None,
    model: str = "fast",
    format: str = "parquet",
    level: str = "both",
    cues: bool = False,
    cue_counts: bool = True,
    longest: int = Options().longest,
    jobs: int = 1,
    resume: bool = False,
    strict: bool = False,
    part_rows: int = PART_ROWS,
    stdin_format: str = "jsonl",
    watch: Watcher | None = None,
) -> Summary:
    """Score a collection of articles of any size; docs/batch.md describes the tables.

    Parameters
    ----------
    inputs : str, path or an iterable of them
        Tables (Parquet, CSV, TSV, JSON Lines; the last three also as .gz or .zst), folders, globs, articles as
        text, Markdown or web pages, or "-" for standard input.
    output : str or path
        The folder to write to.
    text, title, comments, id, outlet, topic, date : str, optional
        Names of columns.
    model : str, default="fast"
    format : {"parquet", "csv", "jsonl"}
    level : {"both", "sentence", "article"}
        Which tables to write.
    cues : bool
        Whether to write the table of cues.
    cue_counts : bool
        Whether to count the cues of each kind in the other tables.
    longest : int
        Articles of more characters are listed as errors: memory grows with the longest one.
    jobs : int
        Number of processes. The output does not depend on it.
    resume : bool
        Go on with an output that was begun.
    strict : bool
        Stop at the first row that cannot be scored.
    part_rows : int
        Rows a part at most.
    stdin_format : {"jsonl", "csv", "tsv"}
    watch : callable, optional
        Called with a Summary after each part.

    Returns
    -------
    Summary

    Raises
    ------
    RhetoricError
        Where the input or a column is not there, the output cannot be written or gone on with, or, with
        ``strict``, at the first row that cannot be scored. What was finished stays valid.
    """
    _check(format, jobs, part_rows)
    options = Options(level, cues, cue_counts, longest)
    columns = Columns(text, title, comments, id, outlet, topic, date)
    names = [inputs] if isinstance(inputs, str | Path) else inputs
    sources = find_sources([os.fspath(name) for name in names], os.fspath(output), stdin_format)
    _check_libraries(sources, format)
    scorers, words = load_scorers(model), load_words(model)
    head = head_of(model, scorers, words, fingerprint(sources), columns, options, format, part_rows)
    manifest = open_output(os.fspath(output), head, resume)
    run = _Run(os.fspath(output), sources, manifest, watch)
    return run.finish(columns, Job(os.fspath(output), format, model, options), jobs, strict, part_rows)


@dataclass(slots=True)
class _Totals:
    """Sums over parts."""

    rows: int = 0
    articles: int = 0
    errors: int = 0
    sentences: int = 0
    warned: int = 0

    def add(self, part: Finished) -> None:
        self.rows += part.rows
        self.articles += part.articles
        self.errors += part.errors
        self.sentences += part.sentences
        self.warned += part.warned


class _Run:
    """One run, and what there is to tell of it."""

    def __init__(
        self, output: str, sources: Sequence[Source], manifest: Manifest, watch: Watcher | None
    ) -> None:
        self._output, self._watch, self._manifest = output, watch, manifest
        self._kept = frozenset(manifest.parts)
        self._old, self._new = _Totals(), _Totals()
        for part in manifest.parts.values():
            self._old.add(part)
        self._began = time.monotonic()
        # Bytes of the input: all (0 where that is not known), those of parts that an earlier run had finished, and
        # how many were read at the end of each part that is under way.
        known = all(source.path != STDIN for source in sources)
        self._size = sum(source.size for source in sources) if known else 0
        self._passed = 0
        self._ends: dict[int, int] = {}
        self._sources = sources

    def finish(self, columns: Columns, job: Job, jobs: int, strict: bool, part_rows: int) -> Summary:
        """Score what is left."""
        if self._manifest.complete:
            return self._summary(None)
        _make_folders(job)
        sweep(self._output)
        keeper = Keeper(self._output, self._manifest)
        meter = Meter()
        parts = cut_into_parts(read_items(self._sources, columns, meter), part_rows, meter)
        try:
            with closing(finish_all(self._left(parts), job, jobs)) as finished:
                for part in finished:
                    if strict and part.first_error is not None:
                        raise _stopped(part.first_error)
                    keeper.add(part)
                    self._new.add(part)
                    if self._watch is not None:
                        self._watch(self._summary(self._ends.pop(part.number)))
        except RhetoricError as error:
            with suppress(RhetoricError):  # on a full disk the manifest stays what it was
                keeper.write()
            raise RhetoricError(f"{error} {self._what_is_finished()}") from error
        except BaseException:
            keeper.write()
            raise
        sweep(self._output)  # of a process that died
        self._manifest.complete = True
        keeper.write()
        return self._summary(None)

    def _left(self, parts: Iterator[Part]) -> Iterator[Part]:
        """The parts that are not finished."""
        for part in parts:
            if part.number in self._kept:
                self._passed = part.done
            else:
                self._ends[part.number] = part.done
                yield part

    def _what_is_finished(self) -> str:
        done = len(self._manifest.parts)
        return (
            f"{done} finished part{'s' if done != 1 else ''} in {self._output} stay valid; --resume goes on."
        )

    def _summary(self, done: int | None) -> Summary:
        """What was done when so many bytes were; None for all."""
        seconds = max(time.monotonic() - self._began, 1e-9)
        old, new = self._old, self._new
        fraction: float | None = None if done is not None else 1.0
        left: float | None = None
        if done is not None and self._size:
            fraction = min(done / self._size, 1.0)
            left = max(self._size - done, 0) * seconds / max(done - self._passed, 1)
        return Summary(
            self._output,
            old.rows + new.rows,
            old.articles + new.articles,
            old.errors + new.errors,
            old.sentences + new.sentences,
            old.warned + new.warned,
            seconds,
            old.rows,
            fraction,
            new.articles / seconds,
            new.sentences / seconds,
            left,
        )


def _stopped(error: BadRow) -> RhetoricError:
    where = f"{error.file}, row {error.row}" if error.row else f"{error.file}"
    name = f" (id {error.id})" if error.id else ""
    return RhetoricError(f"{where}{name}: {error.reason}. Stopped, as --strict asks.")


def _make_folders(job: Job) -> None:
    try:
        for name in ("", *job.options.tables):
            Path(job.output, name).mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise RhetoricError(
            f"{job.output} cannot be written: {error.strerror or error}. Name another folder for the output."
        ) from error


def _check_libraries(sources: Iterable[Source], form: str) -> None:
    """Say at once which library is missing, and not after an hour."""
    for source in sources:
        if source.kind == "parquet":
            need_pyarrow(source.path)
        if source.path.lower().endswith(".zst"):
            need_zstandard(source.path)
    if form == "parquet":
        need_pyarrow("Output as Parquet")


def _check(form: str, jobs: int, part_rows: int) -> None:
    if form not in FORMATS:
        raise RhetoricError(
            f"The 'format' parameter of score_collection must be one of {', '.join(FORMATS)}. Got {form!r} instead."
        )
    for name, value in (("jobs", jobs), ("part_rows", part_rows)):
        if not isinstance(value, int) or value < 1:
            raise RhetoricError(
                f"The '{name}' parameter of score_collection must be a whole number from 1 on. Got {value!r} instead."
            )

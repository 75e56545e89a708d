"""``rhetoric score``: a collection of articles, from a file or a folder of any size to tables."""

from __future__ import annotations

import argparse
import shutil
import sys
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rhetoric.batch.collection import Summary
    from rhetoric.commands import Subparsers

FORMATS = ("parquet", "csv", "jsonl")
_ROWS_IN_ERROR = 3  # the exit code; cli.py lists all
_LOG_EVERY = 10.0  # seconds
_BAR = 20
_EPILOG = """\
input:
  tables     .parquet, .csv, .tsv (no quoting), .jsonl; the last three also as .gz or .zst
  articles   .txt, .md, .html: one article a file
  folders of either, globs in quotes, and - for standard input

output, a folder:
  manifest.json  articles/  sentences/  cues/ (--cues)  errors/ (where there are any)
  A row that cannot be scored is listed in errors/ with file, row, id and reason, and the
  exit code is 3. CSV cells that a spreadsheet would take for formulas are prefixed by ';
  rhetoric.batch.read_table(OUT, "articles") restores them.

examples:
  rhetoric score articles.parquet --output scored --outlet source --date published
  rhetoric score 'dump/*.jsonl.gz' --output scored --id url --comments comments --jobs 4
  rhetoric score articles.parquet --output scored --outlet source --date published --resume
"""


def add_parser(subparsers: Subparsers) -> argparse.ArgumentParser:
    """Add the parser of ``rhetoric score``."""
    parser = subparsers.add_parser(
        "score",
        help="score a collection of articles",
        description="Score all articles of a collection, and write a table of articles and one of sentences.",
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("input", metavar="INPUT", nargs="+", help="tables, folders, globs, articles, or -")
    parser.add_argument("--output", metavar="OUT", required=True, help="the folder to write to")
    parser.add_argument(
        "--format", choices=FORMATS, default="parquet", help="of the tables (default: %(default)s)"
    )
    parser.add_argument("--jobs", metavar="N", type=_count, default=1, help="processes (default: 1)")
    parser.add_argument("--resume", action="store_true", help="go on with an output that was begun")
    parser.add_argument("--strict", action="store_true", help="stop at the first row that cannot be scored")
    parser.add_argument("--model", metavar="NAME", default="fast", help="what scores (default: %(default)s)")
    _add_columns(parser)
    _add_tables(parser)
    return parser


def _add_columns(parser: argparse.ArgumentParser) -> None:
    group = parser.add_argument_group("columns of a table")
    group.add_argument("--text", metavar="COLUMN", default="text", help="of the text (default: text)")
    group.add_argument("--title", metavar="COLUMN", help="of the title, which is put before the text")
    group.add_argument(
        "--comments", metavar="COLUMN", help="of the comments: a list, JSON of one, or one comment a line"
    )
    group.add_argument("--id", metavar="COLUMN", help="of the id (default: file and row)")
    for name in ("outlet", "topic", "date"):
        group.add_argument(f"--{name}", metavar="COLUMN", help=f"of the {name}, which the tables carry on")
    group.add_argument(
        "--stdin-format",
        choices=("jsonl", "csv", "tsv"),
        default="jsonl",
        help="what standard input holds (default: %(default)s)",
    )


def _add_tables(parser: argparse.ArgumentParser) -> None:
    group = parser.add_argument_group("what is written")
    group.add_argument(
        "--level",
        choices=("sentence", "article", "both"),
        default="both",
        help="which tables (default: both)",
    )
    group.add_argument("--cues", action="store_true", help="a table of cues, too")
    group.add_argument(
        "--no-cue-counts", action="store_true", help="scores only: leave the numbers of cues out (faster)"
    )
    group.add_argument(
        "--longest",
        metavar="N",
        type=_count,
        default=1_000_000,
        help="an article of more characters is an error, as memory grows with it (default: 1000000)",
    )
    group.add_argument(
        "--part-rows", metavar="N", type=_count, default=1000, help="rows a part at most (default: 1000)"
    )


def run(args: argparse.Namespace) -> int:
    """Score, telling how it goes, and say what was done."""
    from rhetoric.batch.collection import score_collection

    names = ["text", "title", "comments", "id", "outlet", "topic", "date"]
    names += ["model", "format", "level", "cues", "longest", "jobs", "resume", "strict", "part_rows"]
    teller = _Teller()
    try:
        summary = score_collection(
            args.input,
            args.output,
            **{name: getattr(args, name) for name in names},
            cue_counts=not args.no_cue_counts,
            stdin_format=args.stdin_format,
            watch=teller,
        )
    except KeyboardInterrupt:
        teller.end()
        _tell(f"what is finished in {args.output} stays valid; --resume goes on")
        raise
    finally:
        teller.end()
    _tell(_summary(summary))
    return _ROWS_IN_ERROR if summary.errors else 0


class _Teller:
    """Tells how a run goes: a bar on a terminal, else a line now and then."""

    def __init__(self) -> None:
        self._terminal = sys.stderr is not None and sys.stderr.isatty()
        self._last = time.monotonic()
        self._drawn = False

    def __call__(self, summary: Summary) -> None:
        """Show how far it is."""
        if self._terminal:
            width = shutil.get_terminal_size().columns - 1
            line = f"{_bar(summary.fraction)} {_progress(summary)}"
            print(f"\r{line[:width]:<{width}}", end="", file=sys.stderr, flush=True)
            self._drawn = True
        elif time.monotonic() - self._last >= _LOG_EVERY:
            self._last = time.monotonic()
            share = "" if summary.fraction is None else f"{summary.fraction:.1%}, "
            _tell(f"{share}{_progress(summary)}")

    def end(self) -> None:
        """Leave the line of the bar."""
        if self._drawn:
            self._drawn = False
            print(file=sys.stderr)


def _tell(text: str) -> None:
    if sys.stderr is not None:
        print(f"rhetoric: {text}", file=sys.stderr, flush=True)


def _bar(fraction: float | None) -> str:
    if fraction is None:
        return ""
    full = int(fraction * _BAR)
    return f"[{'#' * full}{'.' * (_BAR - full)}] {fraction:4.0%}"


def _progress(summary: Summary) -> str:
    parts = [
        f"{summary.articles:,} articles",
        f"{summary.rate:,.1f} articles/s",
        f"{summary.sentence_rate:,.0f} sentences/s",
    ]
    if summary.errors:
        parts.append(f"{summary.errors:,} in error")
    if summary.left is not None:
        parts.append(f"{_clock(summary.left)} left")
    return ", ".join(parts)


def _summary(summary: Summary) -> str:
    kept = f" ({summary.kept:,} of them by an earlier run)" if summary.kept else ""
    lines = [
        f"{summary.rows:,} rows in{kept}: {summary.articles:,} articles scored, {summary.errors:,} rows in error,"
        f" {summary.sentences:,} sentences",
        f"{_clock(summary.seconds)}, {summary.rate:,.1f} articles/s, {summary.sentence_rate:,.0f} sentences/s;"
        f" written to {summary.output}",
    ]
    if summary.warned:
        lines.append(f"{summary.warned:,} articles carry a warning (column 'warning')")
    if summary.errors:
        lines.append(f"the rows in error and the reasons are in {summary.output}/errors")
    return "\nrhetoric: ".join(lines)


def _clock(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02d}:{rest:02d}" if hours else f"{minutes}:{rest:02d}"


def _count(value: str) -> int:
    try:
        number = int(value)
    except ValueError:
        number = 0
    if number < 1:
        raise argparse.ArgumentTypeError(f"must be a whole number from 1 on. Got {value!r} instead.")
    return number

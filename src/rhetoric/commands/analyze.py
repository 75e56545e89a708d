"""``rhetoric analyze``: one article and its comments, sentence by sentence."""

from __future__ import annotations

import argparse
import json
import os
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

from rhetoric.commands.arguments import share_of_task
from rhetoric.console import is_terminal, write_stdout
from rhetoric.files import write_atomic
from rhetoric.report.terminal import MIN_WIDTH
from rhetoric.types import RhetoricError

if TYPE_CHECKING:
    from rhetoric.commands import Subparsers
    from rhetoric.report.report import Report

FORMATS = ("text", "json", "jsonl", "csv", "html")
_SUFFIXES = {
    ".txt": "text",
    ".text": "text",
    ".json": "json",
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".csv": "csv",
    ".html": "html",
    ".htm": "html",
}
_EPILOG = """\
formats:
  text   for reading in a terminal (what is printed when nothing is said)
  json   everything, with "version" for the schema
  jsonl  one sentence a line
  csv    one sentence a row; a text cell that begins with = + - @ tab or a line end
         is prefixed by ' so that no spreadsheet takes it for a formula
  html   one page that needs no network

examples:
  rhetoric analyze article.txt --comments comments.txt
  rhetoric analyze saved-page.html --output report.html --share 0.2
  pbpaste | rhetoric analyze - --format json
"""


def add_parser(subparsers: Subparsers) -> argparse.ArgumentParser:
    """Add the parser of ``rhetoric analyze``."""
    parser = subparsers.add_parser(
        "analyze",
        help="find the cues in an article and score its sentences",
        description="Find the rhetorical cues in an article and score every sentence: opinion or report,"
        " and how loaded, sarcastic and hedged it is.",
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        "file", metavar="FILE", help="text, Markdown or a saved web page; - reads standard input"
    )
    parser.add_argument(
        "--comments",
        metavar="FILE",
        help="reader comments: one a line, .jsonl or .json; they follow the page's own; - as above",
    )
    parser.add_argument(
        "--format",
        choices=FORMATS,
        help="what to write (default: what the suffix of --output says, else text)",
    )
    parser.add_argument(
        "--output", metavar="PATH", help="write to this file, whole or not at all (default: print)"
    )
    parser.add_argument(
        "--model", metavar="NAME", default="fast", help="the model that scores (default: %(default)s)"
    )
    parser.add_argument(
        "--share",
        metavar="[TASK=]P",
        type=share_of_task,
        action="append",
        help="restate the probabilities for this share of positives among such sentences: 0.3 (of opinion), "
        "sarcasm=0.05, hedge=estimate; may be given once a task (default: as the model was calibrated)",
    )
    parser.add_argument(
        "--colour",
        "--color",
        choices=("auto", "always", "never"),
        default="auto",
        help="auto: in a terminal, unless NO_COLOR is set (default: %(default)s)",
    )
    parser.add_argument(
        "--width",
        metavar="N",
        type=_width,
        help="columns of the text (default: the terminal's, at most 100, else 80)",
    )
    return parser


def run(args: argparse.Namespace) -> int:
    """Read, analyse, write."""
    from rhetoric.analysis import analyze
    from rhetoric.sources import load_comments, load_page

    form = _format(args)
    _check_files(args)
    page = load_page(args.file)
    comments = [*page.comments, *(load_comments(args.comments) if args.comments else [])]
    share = dict(args.share) if args.share else None
    report = analyze(page.text, comments or None, model=args.model, share=share)
    result = _rendered(report, form, args)
    if args.output:
        write_atomic(args.output, result)
    else:
        write_stdout(result, exact=form != "text")
    return 0


def _rendered(report: Report, form: str, args: argparse.Namespace) -> str:
    if form == "text":
        return report.to_text(width=args.width or _terminal_width(args), colour=_colour(args))
    if form == "html":
        return report.to_html()
    from rhetoric.report.tables import as_csv, as_dict, sentence_dict

    if form == "csv":
        return as_csv(report)
    if form == "json":
        return json.dumps(as_dict(report), ensure_ascii=False, indent=2, allow_nan=False) + "\n"
    rows = (json.dumps(sentence_dict(s), ensure_ascii=False, allow_nan=False) for s in report.sentences)
    return "".join(row + "\n" for row in rows)


def _format(args: argparse.Namespace) -> str:
    if args.format:
        return str(args.format)
    if not args.output:
        return "text"
    suffix = Path(args.output).suffix.lower()
    if suffix not in _SUFFIXES:
        raise RhetoricError(
            f"The format of {args.output} cannot be told from its suffix. "
            f"Name it: --format {'|'.join(FORMATS)}."
        )
    return _SUFFIXES[suffix]


def _check_files(args: argparse.Namespace) -> None:
    """Refuse to write over what is read, and to read standard input twice."""
    if args.file == args.comments == "-":
        raise RhetoricError("Standard input can be read once. Name a file for the article or the comments.")
    sources = [name for name in (args.file, args.comments) if name and name != "-"]
    for name in sources:
        if (
            args.output
            and os.path.exists(args.output)
            and os.path.exists(name)
            and os.path.samefile(args.output, name)
        ):
            raise RhetoricError(f"{args.output} is the file that is read. Name another file for --output.")


def _terminal_width(args: argparse.Namespace) -> int:
    if args.output or not is_terminal():
        return 80
    return max(MIN_WIDTH, min(100, shutil.get_terminal_size().columns))


def _colour(args: argparse.Namespace) -> bool:
    if args.colour != "auto":
        return bool(args.colour == "always")
    terminal = not args.output and is_terminal()
    return terminal and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


def _width(value: str) -> int:
    try:
        width = int(value)
    except ValueError:
        width = 0
    if not MIN_WIDTH <= width <= 1000:
        raise argparse.ArgumentTypeError(
            f"must be a whole number from {MIN_WIDTH} to 1000. Got {value!r} instead."
        )
    return width

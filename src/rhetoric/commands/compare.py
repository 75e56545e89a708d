"""``rhetoric compare``: the outlets, topics or months of a scored collection beside one another."""

from __future__ import annotations

import argparse
import json
import shutil
import sys
from typing import TYPE_CHECKING

from rhetoric.console import is_terminal, write_stdout

if TYPE_CHECKING:
    from rhetoric.commands import Subparsers

_PIPED = 140  # columns
_EPILOG = """\
measures, each with its 95 % interval by resampling articles:
  share of sentences that read as opinion, loaded words and hedges per 1,000 words, share of the
  words that are a source's, share of the sentences in comments that read as sarcastic

examples:
  rhetoric score articles.parquet --output scored --outlet source --date published
  rhetoric compare scored --by outlet --html outlets.html
  rhetoric compare scored --by month --png months.png --csv months.csv
"""


def add_parser(subparsers: Subparsers) -> argparse.ArgumentParser:
    """Add the parser of ``rhetoric compare``."""
    parser = subparsers.add_parser(
        "compare",
        help="compare the outlets, topics or months of a scored collection",
        description="Compare the outlets, topics or months of a collection that 'rhetoric score' has scored.",
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("output", metavar="OUT", help="the folder that 'rhetoric score' wrote")
    parser.add_argument(
        "--by",
        metavar="WHAT",
        default="outlet",
        help="outlet, topic, month, year, or a column of text of the articles table (default: outlet)",
    )
    parser.add_argument("--html", metavar="PATH", help="write a page with picture and table")
    parser.add_argument("--png", metavar="PATH", help="write the picture (needs matplotlib)")
    parser.add_argument("--csv", metavar="PATH", help="write the table")
    parser.add_argument("--json", action="store_true", help="print JSON")
    parser.add_argument(
        "--minimum",
        metavar="N",
        type=int,
        default=20,
        help="mark figures of fewer articles as small samples (default: %(default)s)",
    )
    return parser


def run(args: argparse.Namespace) -> int:
    """Measure, print, write."""
    from rhetoric.comparing import compare
    from rhetoric.files import write_atomic

    if args.png:
        from rhetoric.comparing.picture import need_matplotlib

        need_matplotlib()
    comparison = compare(args.output, args.by, minimum=args.minimum)
    if args.html:
        write_atomic(args.html, comparison.to_html())
    if args.png:
        write_atomic(args.png, comparison.to_png())
    if args.csv:
        write_atomic(args.csv, comparison.to_csv())
    if args.json:
        write_stdout(json.dumps(comparison.to_dict(), indent=2) + "\n", exact=True)
    else:
        width = shutil.get_terminal_size().columns if is_terminal() else _PIPED
        write_stdout(comparison.to_text(width), exact=False)
    written = [path for path in (args.html, args.png, args.csv) if path]
    if written and sys.stderr is not None:
        print(f"rhetoric: written: {', '.join(written)}", file=sys.stderr)
    return 0

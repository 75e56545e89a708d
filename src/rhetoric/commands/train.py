"""``rhetoric train``: a model from the user's own labelled table."""

from __future__ import annotations

import argparse
import sys
from typing import TYPE_CHECKING

from rhetoric.commands.arguments import add_labelled_arguments
from rhetoric.commands.evaluate import as_text
from rhetoric.console import write_stdout
from rhetoric.types import RhetoricError

if TYPE_CHECKING:
    from rhetoric.commands import Subparsers

_EPILOG = """\
The model is a folder (weights.npz and card.json) that every --model takes. What is printed was measured on
held-out folds, which keep the rows of a group together.

example:
  rhetoric train opinion --data mine.csv --text sentence --label label --positive opinion \\
      --group article --output my-model
  rhetoric analyze article.txt --model ./my-model
"""


def add_parser(subparsers: Subparsers) -> argparse.ArgumentParser:
    """Add the parser of ``rhetoric train``."""
    parser = subparsers.add_parser(
        "train",
        help="train a model on a labelled table of your own",
        description="Train and calibrate a model on a labelled table of your own.",
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add_labelled_arguments(parser)
    parser.add_argument("--output", metavar="DIR", required=True, help="the folder to write the model to")
    return parser


def run(args: argparse.Namespace) -> int:
    """Read, train, write, and say what was reached on held-out folds."""
    from pathlib import Path

    from rhetoric.datasets.tables import read_labelled
    from rhetoric.training.linear import write_model
    from rhetoric.training.table import train_table

    output = Path(args.output)
    if output.exists() and not output.is_dir():
        raise RhetoricError(f"{output} is a file. Name a folder for --output.")
    table = read_labelled(args.data, args.text, args.label, args.positive, args.group)
    print(f"rhetoric: training on {len(table.texts)} rows ({table.skipped} left out)", file=sys.stderr)
    model, evaluation = train_table(table, args.task, output.name, Path(args.data))
    write_model(model, output)
    print(
        f"rhetoric: written to {output}; use it as --model {_as_argument(output.as_posix())}", file=sys.stderr
    )
    write_stdout(as_text(evaluation), exact=False)
    return 0


def _as_argument(path: str) -> str:
    """A bare name is taken for a shipped model, so that a folder needs a slash."""
    return path if "/" in path else f"./{path}"

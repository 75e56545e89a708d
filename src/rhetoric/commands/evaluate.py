"""``rhetoric evaluate``: measure a model on a labelled table."""

from __future__ import annotations

import argparse
import json
import sys
from typing import TYPE_CHECKING

from rhetoric.console import write_stdout

if TYPE_CHECKING:
    from rhetoric.commands import Subparsers
    from rhetoric.evaluation.metrics import Evaluation

_EPILOG = """\
tables:
  .tsv (without quoting), .csv, .jsonl or .parquet; every label but the positive one is negative.
  Rows without text or label are left out, and their number is said.

examples:
  rhetoric evaluate opinion --data sentences.tsv --text text --label label --positive SUBJ
  rhetoric evaluate opinion --data babe.csv --text text --label label \\
      --positive "Expresses writer's opinion" --group outlet --json
"""


def add_labelled_arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments that name a task and a labelled table; shared with ``train``."""
    parser.add_argument("task", choices=("opinion",), help="what is scored")
    parser.add_argument("--data", metavar="FILE", required=True, help="the labelled table")
    parser.add_argument(
        "--text", metavar="COLUMN", default="text", help="column of the texts (default: text)"
    )
    parser.add_argument(
        "--label", metavar="COLUMN", default="label", help="column of the labels (default: label)"
    )
    parser.add_argument("--positive", metavar="VALUE", required=True, help="the label of the positive class")
    parser.add_argument("--group", metavar="COLUMN", help="rows that belong together: article, outlet")


def add_parser(subparsers: Subparsers) -> argparse.ArgumentParser:
    """Add the parser of ``rhetoric evaluate``."""
    parser = subparsers.add_parser(
        "evaluate",
        help="measure a model on a labelled table",
        description="Measure a model on a labelled table, each measure with its 95 % bootstrap interval.",
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add_labelled_arguments(parser)
    parser.add_argument(
        "--model", metavar="NAME", default="fast", help="name or folder (default: %(default)s)"
    )
    parser.add_argument(
        "--threshold", metavar="P", type=_probability, help="the cut (default: the model's own)"
    )
    parser.add_argument("--json", action="store_true", help="print JSON")
    return parser


def _probability(value: str) -> float:
    try:
        number = float(value)
    except ValueError:
        number = -1.0
    if not 0 <= number <= 1:
        raise argparse.ArgumentTypeError(f"must be a number from 0 to 1. Got {value!r} instead.")
    return number


def run(args: argparse.Namespace) -> int:
    """Read, score, measure."""
    from rhetoric.datasets.tables import read_labelled
    from rhetoric.evaluation.metrics import evaluate_scores
    from rhetoric.scoring import load_scorer

    scorer = load_scorer(args.task, args.model)
    table = read_labelled(args.data, args.text, args.label, args.positive, args.group)
    if table.skipped:
        print(f"rhetoric: {table.skipped} rows without text or label left out", file=sys.stderr)
    threshold = scorer.threshold if args.threshold is None else args.threshold
    evaluation = evaluate_scores(table.positive, scorer.score(table.texts), threshold, table.groups)
    if args.json:
        document = {
            "task": scorer.task,
            "model": scorer.name,
            "skipped": table.skipped,
            **evaluation.to_dict(),
        }
        write_stdout(json.dumps(document, indent=2) + "\n", exact=True)
    else:
        write_stdout(as_text(evaluation), exact=False)
    return 0


def as_text(evaluation: Evaluation) -> str:
    """The measures as a table of 80 columns."""
    lines = [
        f"{'n':28}{evaluation.n:>8}",
        f"{'positives':28}{evaluation.positives:>8}",
        f"{'threshold':28}{evaluation.threshold:>8.3f}",
        "",
        f"{'':28}{'value':>8}   95 % interval",
    ]
    for name, e in evaluation.measures.items():
        lines.append(f"{name.replace('_', ' '):28}{e.value:>8.3f}   {e.low:.3f} to {e.high:.3f}")
    return "\n".join(lines) + "\n"

"""``rhetoric evaluate``: measure a model on a labelled table."""

from __future__ import annotations

import argparse
import json
import sys
from typing import TYPE_CHECKING

from rhetoric.commands.arguments import add_labelled_arguments, probability, share
from rhetoric.console import write_stdout

if TYPE_CHECKING:
    from rhetoric.commands import Subparsers
    from rhetoric.evaluation.metrics import Evaluation

_EPILOG = """\
tables:
  .tsv (without quoting), .csv, .jsonl or .parquet; every label but the positive one is negative.
  Rows without text or label are left out, and their number is said.

share of positives:
  A model's probabilities assume the share of positives that its card states. --share P restates them
  for another share; the cut stays, so that fewer rows reach it where positives are said to be rarer.

examples:
  rhetoric evaluate opinion --data sentences.tsv --text text --label label --positive SUBJ
  rhetoric evaluate opinion --data babe.csv --text text --label label \\
      --positive "Expresses writer's opinion" --group outlet --json
  rhetoric evaluate sarcasm --data comments.csv --positive sarcastic --share estimate
"""


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
        "--threshold", metavar="P", type=probability, help="the cut (default: the model's own)"
    )
    parser.add_argument(
        "--share",
        metavar="P",
        type=share,
        help="restate the probabilities for this share of positives; 'estimate': as the scores tell it"
        " (default: as the model was calibrated)",
    )
    parser.add_argument("--json", action="store_true", help="print JSON")
    return parser


def run(args: argparse.Namespace) -> int:
    """Read, score, measure."""
    from rhetoric.datasets.tables import read_labelled
    from rhetoric.evaluation.metrics import evaluate_scores
    from rhetoric.scorers import load_scorer

    scorer = load_scorer(args.task, args.model)
    table = read_labelled(args.data, args.text, args.label, args.positive, args.group)
    if table.skipped:
        print(f"rhetoric: {table.skipped} rows without text or label left out", file=sys.stderr)
    threshold = scorer.threshold if args.threshold is None else args.threshold
    scores = scorer.score(table.texts)
    stated = None if args.share is None else scorer.share_for(scores, args.share)
    if stated is not None:
        scores = scorer.at_share(scores, stated)
    evaluation = evaluate_scores(table.positive, scores, threshold, table.groups)
    if args.json:
        document = {
            "task": scorer.task,
            "model": scorer.name,
            "skipped": table.skipped,
            "share": stated,
            **evaluation.to_dict(),
        }
        write_stdout(json.dumps(document, indent=2) + "\n", exact=True)
    else:
        write_stdout(as_text(evaluation, stated), exact=False)
    return 0


def as_text(evaluation: Evaluation, share: float | None = None) -> str:
    """The measures as a table of 80 columns, under the share that the probabilities are stated for."""
    lines = [
        f"{'n':28}{evaluation.n:>8}",
        f"{'positives':28}{evaluation.positives:>8}",
        f"{'threshold':28}{evaluation.threshold:>8.3f}",
        *([] if share is None else [f"{'share of positives assumed':28}{share:>8.3f}"]),
        "",
        f"{'':28}{'value':>8}   95 % interval",
    ]
    for name, e in evaluation.measures.items():
        lines.append(f"{name.replace('_', ' '):28}{e.value:>8.3f}   {e.low:.3f} to {e.high:.3f}")
    return "\n".join(lines) + "\n"

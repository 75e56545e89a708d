"""Arguments that several commands take."""

from __future__ import annotations

import argparse
from typing import Literal

from rhetoric.tasks import TASKS


def add_labelled_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments that name a task and a labelled table."""
    parser.add_argument("task", choices=TASKS, help=f"what is scored: {', '.join(TASKS)}", metavar="TASK")
    parser.add_argument("--data", metavar="FILE", required=True, help="the labelled table")
    parser.add_argument(
        "--text", metavar="COLUMN", default="text", help="column of the texts (default: text)"
    )
    parser.add_argument(
        "--label", metavar="COLUMN", default="label", help="column of the labels (default: label)"
    )
    parser.add_argument("--positive", metavar="VALUE", required=True, help="the label of the positive class")
    parser.add_argument("--group", metavar="COLUMN", help="rows that belong together: article, outlet")


def probability(value: str) -> float:
    """A number from 0 to 1."""
    number = _number(value)
    if not 0 <= number <= 1:
        raise argparse.ArgumentTypeError(f"must be a number from 0 to 1. Got {value!r} instead.")
    return number


def share(value: str) -> float | Literal["estimate"]:
    """A share of positives strictly between 0 and 1, or "estimate"."""
    if value == "estimate":
        return "estimate"
    number = _number(value)
    if not 0 < number < 1:
        raise argparse.ArgumentTypeError(
            f"must be 'estimate' or a number between 0 and 1. Got {value!r} instead."
        )
    return number


def share_of_task(value: str) -> tuple[str, float | Literal["estimate"]]:
    """A share, and the task that it is stated for: ``0.3`` (of opinion), ``sarcasm=0.05``, ``hedge=estimate``."""
    task, found, number = value.rpartition("=")
    if not found:
        return "opinion", share(value)
    if task not in TASKS:
        raise argparse.ArgumentTypeError(
            f"must name a task of {', '.join(TASKS)} before the =. Got {task!r} instead."
        )
    return task, share(number)


def _number(value: str) -> float:
    try:
        return float(value)
    except ValueError:
        return float("nan")

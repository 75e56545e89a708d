"""The commands of the command line: one module each.

A command is a module with two functions: ``add_parser(subparsers)`` adds its parser to what
``ArgumentParser.add_subparsers`` returned and gives it back, and ``run(args)`` does the work and returns the
exit code. Such a module imports what is heavy inside ``run``; ``rhetoric --help`` imports all of them.
A command is switched on by its name in ``COMMANDS``.
"""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, Protocol, TypeAlias

if TYPE_CHECKING:
    Subparsers: TypeAlias = argparse._SubParsersAction[argparse.ArgumentParser]

COMMANDS: tuple[str, ...] = ("analyze", "score", "compare", "evaluate", "train", "models")


class Command(Protocol):
    """What a command's module offers."""

    def add_parser(self, subparsers: Subparsers) -> argparse.ArgumentParser:
        """Add the command's parser."""

    def run(self, args: argparse.Namespace) -> int:
        """Do the work; return the exit code."""

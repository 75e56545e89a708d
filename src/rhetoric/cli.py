"""The command line: a thin shell that names the commands and turns errors into messages and exit codes."""

from __future__ import annotations

import argparse
import contextlib
import os
import sys
import warnings
from collections.abc import Sequence
from importlib import import_module
from typing import Any

from rhetoric.commands import COMMANDS
from rhetoric.types import RhetoricError, RhetoricWarning

EXIT_INPUT = 2
EXIT_ROWS = 3
EXIT_BUG = 70
EXIT_INTERRUPTED = 130

_EPILOG = f"""\
exit codes:
  0    done
  1    done, but a model that is listed is damaged (rhetoric models)
  {EXIT_INPUT}    wrong usage, or a file that cannot be read or written; the message says which and what helps
  {EXIT_ROWS}    done, but for rows that could not be scored; OUT/errors lists them (rhetoric score)
  {EXIT_BUG}   a fault in rhetoric itself; --debug shows the traceback
  {EXIT_INTERRUPTED}  interrupted

Results go to standard output, messages to standard error.
"""


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line.

    Parameters
    ----------
    argv : sequence of str, optional
        The arguments after the program's name; those of the process where left out.

    Returns
    -------
    int
        The exit code.
    """
    args = _parser().parse_args(argv)
    with warnings.catch_warnings():
        warnings.simplefilter("always", RhetoricWarning)
        warnings.showwarning = _show_warning
        return _guarded(args)


def _guarded(args: argparse.Namespace) -> int:
    try:
        code = int(args.run(args))
        if sys.stdout is not None:
            sys.stdout.flush()
        return code
    except RhetoricError as error:
        return _fail(args, str(error), EXIT_INPUT)
    except BrokenPipeError:
        # The reader (head, say) has enough; the interpreter's last flush must not complain either.
        _silence_stdout()
        return 0
    except KeyboardInterrupt:
        return _fail(args, "interrupted", EXIT_INTERRUPTED)
    except OSError as error:
        # What was foreseen is a RhetoricError by now; a full disk or a closed output is no fault of ours.
        return _fail(
            args, _one_line(f"{error.strerror or error}: {error.filename or 'standard output'}"), EXIT_INPUT
        )
    except Exception as error:
        text = _one_line(f"unexpected {type(error).__name__}: {error}; --debug shows the traceback")
        return _fail(args, text, EXIT_BUG)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="rhetoric",
        description="Rhetorical cues in news articles and reader comments; every sentence opinion or report,"
        " loaded, sarcastic, hedged or not.",
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action=_Version, help="print the version and leave")
    parser.add_argument("--debug", action="store_true", help="show the traceback of an error")
    subparsers = parser.add_subparsers(title="commands", dest="command", metavar="COMMAND", required=True)
    for name in COMMANDS:
        command: Any = import_module(f"rhetoric.commands.{name}")
        added = command.add_parser(subparsers)
        # Without a default of its own, so that it may stand before or after the command's name.
        added.add_argument(
            "--debug", action="store_true", default=argparse.SUPPRESS, help="show the traceback of an error"
        )
        added.set_defaults(run=command.run)
    return parser


class _Version(argparse.Action):
    def __init__(self, option_strings: Sequence[str], dest: str, help: str | None = None) -> None:
        super().__init__(option_strings, argparse.SUPPRESS, nargs=0, help=help)

    def __call__(self, parser: argparse.ArgumentParser, *_: object) -> None:
        print(f"rhetoric {sys.modules['rhetoric'].__version__}")
        parser.exit()


def _fail(args: argparse.Namespace, message: str, code: int) -> int:
    if args.debug:
        import traceback

        traceback.print_exc()
    _complain(message)
    return code


def _show_warning(message: Warning | str, category: type[Warning], *_: object, **__: object) -> None:
    _complain(f"warning: {_one_line(str(message))}")


def _complain(message: str) -> None:
    # Standard error may be closed (print would then turn to standard output); the exit code still tells.
    if sys.stderr is not None:
        with contextlib.suppress(OSError, ValueError):
            print(f"rhetoric: {message}", file=sys.stderr)


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _silence_stdout() -> None:
    null = os.open(os.devnull, os.O_WRONLY)
    with contextlib.suppress(OSError, ValueError):
        os.dup2(null, sys.stdout.fileno())
    os.close(null)


if __name__ == "__main__":
    sys.exit(main())

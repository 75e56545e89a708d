"""``rhetoric models``: what is installed, and what a model's card says."""

from __future__ import annotations

import argparse
import json
import textwrap
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rhetoric.console import write_stdout
from rhetoric.types import RhetoricError

if TYPE_CHECKING:
    from importlib.resources.abc import Traversable

    from rhetoric.commands import Subparsers
    from rhetoric.installed import Headline, Installed

EXIT_DAMAGED = 1
WIDTH = 80
_NAMES = {
    "macro_f1": "macro-F1",
    "f1_positive": "F1 of positives",
    "roc_auc": "AUC",
    "expected_calibration_error": "calibration error",
}
_COLUMNS = {"macro_f1": "macro-F1", "roc_auc": "AUC", "expected_calibration_error": "ECE"}
_PROSE = {
    "definition": "Definition",
    "intended_use": "Intended use",
    "not_for": "Not for",
    "limits": "Limits",
    "caveat": "Caveat",
    "weights_licence": "Licence of the weights",
}
_NUMBERS = {
    "threshold": "Threshold",
    "show_threshold": "Threshold for showing",
    "share": "Calibrated at a share of positives of",
}
_EPILOG = """\
A model that is damaged is listed with what is wrong with it, and the exit code is 1.

examples:
  rhetoric models
  rhetoric models opinion-fast
  rhetoric models --model ./my-model
  rhetoric models fast --json
"""


def add_parser(subparsers: Subparsers) -> argparse.ArgumentParser:
    """Add the parser of ``rhetoric models``."""
    parser = subparsers.add_parser(
        "models",
        help="list the installed models, or show the card of one",
        description="List the installed models, each checked; or show what a model's card says.",
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    which = parser.add_mutually_exclusive_group()
    which.add_argument(
        "name", metavar="NAME", nargs="?", help="show the cards of this model: fast, opinion-fast"
    )
    which.add_argument("--model", metavar="PATH", help="show the card of the model in this folder")
    parser.add_argument("--json", action="store_true", help="print JSON")
    return parser


def run(args: argparse.Namespace) -> int:
    """List the models, or show cards."""
    if args.name is not None or args.model is not None:
        return _show_cards(args)
    from rhetoric.installed import installed_models
    from rhetoric.report.layout import encodable, harmless

    models = installed_models()
    if args.json:
        document = {"models": [_as_dict(model) for model in models]}
        text = json.dumps(document, indent=2, ensure_ascii=False, allow_nan=False) + "\n"
        write_stdout(encodable(text), exact=True)
    else:
        text = "".join(line + "\n" for model in models for line in _listed(model))
        write_stdout(harmless(text), exact=False)
    return EXIT_DAMAGED if any(model.damage for model in models) else 0


def _show_cards(args: argparse.Namespace) -> int:
    from rhetoric.installed import check_files
    from rhetoric.model import read_card
    from rhetoric.report.layout import encodable, harmless

    cards = {folder.name: (folder, read_card(folder)) for folder in _folders(args)}
    for folder, card in cards.values():
        check_files(folder, card)
    if args.json:
        document = {name: card for name, (_, card) in cards.items()}
        write_stdout(encodable(json.dumps(document, indent=2, ensure_ascii=False) + "\n"), exact=True)
    else:
        shown = ("\n".join(_card(name, card)) for name, (_, card) in cards.items())
        write_stdout(harmless("\n\n".join(shown) + "\n"), exact=False)
    return 0


def _folders(args: argparse.Namespace) -> list[Traversable]:
    """The folders that are meant: one by its path or its own name, or all of a model's name."""
    from rhetoric.model import shipped_folders
    from rhetoric.tasks import TASKS

    if args.model is not None:
        if not Path(args.model).is_dir():
            raise RhetoricError(f"There is no folder {args.model}. Name one made by 'rhetoric train'.")
        return [Path(args.model).resolve()]
    shipped = shipped_folders()
    meant = {args.name, *(f"{task}-{args.name}" for task in TASKS)}
    found = [folder for folder in shipped if folder.name in meant]
    if not found:
        names = ", ".join(folder.name for folder in shipped) or "none"
        raise RhetoricError(f"No model '{args.name}' is installed ({names}). For a folder: --model PATH.")
    return found


def _as_dict(model: Installed) -> dict[str, Any]:
    return {
        "folder": model.folder,
        "name": model.name,
        "kind": model.kind or None,
        "tasks": {
            task: None
            if best is None
            else {
                "measure": best.measure,
                "data": best.data,
                "value": best.value,
                "low": best.low,
                "high": best.high,
            }
            for task, best in model.tasks.items()
        },
        "bytes": model.size,
        "made": model.made,
        "licence": model.licence,
        "damage": model.damage,
    }


def _listed(model: Installed) -> Iterator[str]:
    about = [model.kind, f"{model.size / 1e6:.1f} MB", f"made {model.made}" if model.made else ""]
    yield f"{model.folder:<24} {', '.join(filter(None, about))}"
    if model.damage:
        yield from textwrap.wrap(
            f"DAMAGED: {model.damage}", WIDTH, initial_indent="  ", subsequent_indent="  "
        )
        return
    for task, best in model.tasks.items():
        yield _fitting(f"  {task:<8} {_told(best)}")
    if model.licence:
        yield _fitting(f"  licence  {model.licence}")


def _told(best: Headline | None) -> str:
    if best is None:
        return "no figure on its card"
    interval = "" if best.low is None or best.high is None else f" ({best.low:.3f} to {best.high:.3f})"
    return f"{_NAMES.get(best.measure, best.measure)} {best.value:.3f}{interval}: {best.data}"


def _card(folder: str, card: Mapping[str, Any]) -> list[str]:
    from rhetoric.installed import parts_of

    parts = parts_of(card)
    lines = [folder, "=" * len(folder)]
    if "tasks" in card:
        lines += _prose(card)
    for task, part in parts.items():
        labels = part.get("labels")
        told = f": {labels['positive']} or {labels['negative']}" if isinstance(labels, dict) else ""
        lines += ["", f"Task {task}{told}"]
        lines += _prose(part)
        for key, name in _NUMBERS.items():
            if isinstance(part.get(key), int | float):
                choice = f", {part[f'{key}_choice']}" if f"{key}_choice" in part else ""
                lines += _wrapped(f"{name} {part[key]:g}{choice}")
        lines += _metrics(part.get("metrics"))
    return [*lines, *_training(card.get("training_data"))]


def _prose(part: Mapping[str, Any]) -> Iterator[str]:
    for key, name in _PROSE.items():
        if isinstance(part.get(key), str):
            yield from _wrapped(f"{name}: {part[key]}")


def _metrics(metrics: object) -> Iterator[str]:
    from rhetoric.installed import estimate_of

    if not isinstance(metrics, dict) or not metrics:
        return
    yield f"  {'measured on':<42}{'n':>7}" + "".join(f"{name:>9}" for name in _COLUMNS.values())
    for data, row in metrics.items():
        n = str(row.get("n", "")) if isinstance(row, dict) else ""
        found = (estimate_of(row, measure) for measure in _COLUMNS)
        cells = "".join(f"{'' if e is None else format(e[0], '.3f'):>9}" for e in found)
        yield f"  {textwrap.shorten(data, 41, placeholder='…'):<42}{n:>7}{cells}"


def _training(data: object) -> Iterator[str]:
    if not isinstance(data, dict) or not data:
        return
    yield ""
    yield "Training data"
    for name, about in data.items():
        told = about if isinstance(about, dict) else {}
        rows = f", {told['rows']} rows" if "rows" in told else ""
        licence = f": {told['licence']}" if "licence" in told else ""
        yield from _wrapped(f"{name}{rows}{licence}")


def _wrapped(text: str) -> list[str]:
    return textwrap.wrap(text, WIDTH, initial_indent="  ", subsequent_indent="    ")


def _fitting(line: str) -> str:
    return line if len(line) <= WIDTH else line[: WIDTH - 1].rstrip() + "…"

"""The manifest of an output folder: what it was made of and with, and which parts are finished."""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rhetoric.batch.articles import BadRow, Options
from rhetoric.batch.cells import Columns
from rhetoric.batch.parts import Finished, is_whole
from rhetoric.files import write_atomic
from rhetoric.types import RhetoricError

if TYPE_CHECKING:
    from rhetoric.scorers import AnyScorer
    from rhetoric.words import WordMarker

FORMAT = "rhetoric batch 1"
NAME = "manifest.json"
_SPARING = 20  # writing the manifest may take a part in twenty of the time


@dataclass(slots=True)
class Manifest:
    """What ``manifest.json`` says.

    Attributes
    ----------
    head : dict
        ``version``, ``model``, ``inputs``, ``options``: what a run that goes on must agree in.
    parts : dict of int to Finished
    complete : bool
    """

    head: dict[str, Any]
    parts: dict[int, Finished] = field(default_factory=dict)
    complete: bool = False

    @property
    def options(self) -> Options:
        """What the tables were made with."""
        stated = self.head["options"]
        return Options(stated["level"], stated["cues"], stated["cue_counts"], stated["longest"])

    def ordered(self) -> list[Finished]:
        """The finished parts in the order of the input."""
        return [self.parts[number] for number in sorted(self.parts)]


def head_of(
    model: str,
    scorers: Sequence[AnyScorer],
    words: WordMarker,
    inputs: list[dict[str, object]],
    columns: Columns,
    options: Options,
    form: str,
    part_rows: int,
) -> dict[str, Any]:
    """What identifies a run."""
    models: dict[str, Any] = {s.task: {"name": s.name, "sha256": s.card.get("sha256")} for s in scorers}
    models["words"] = {"name": words.name, "sha256": words.card.get("sha256")}
    return {
        "version": sys.modules["rhetoric"].__version__,
        "model": {"name": model, "tasks": models},
        "inputs": inputs,
        "options": {"format": form, "part_rows": part_rows, "columns": asdict(columns), **asdict(options)},
    }


def read_manifest(output: str | Path) -> Manifest:
    """Read the manifest of an output folder.

    Raises
    ------
    RhetoricError
        Where there is none, or it is none of ours.
    """
    path = Path(output, NAME)
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        if content["format"] != FORMAT:
            raise RhetoricError(
                f"{path} is of the format {content['format']!r}, and this version reads {FORMAT!r}. Score again."
            )
        head = {name: content[name] for name in ("version", "model", "inputs", "options")}
        parts = [_finished(part) for part in content["parts"]]
        return Manifest(head, {part.number: part for part in parts}, bool(content["complete"]))
    except FileNotFoundError:
        raise RhetoricError(f"{output} is no output of rhetoric score: it has no {NAME}.") from None
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise RhetoricError(f"{path} is damaged ({error}). Score again into another folder.") from error


def _finished(stated: Mapping[str, Any]) -> Finished:
    first = stated["first_error"]
    return Finished(**{**stated, "first_error": BadRow(**first) if first else None})


def write_manifest(output: str | Path, manifest: Manifest) -> None:
    """Write the manifest, whole or not at all."""
    content = {
        "format": FORMAT,
        **manifest.head,
        "complete": manifest.complete,
        "rows": sum(part.rows for part in manifest.parts.values()),
        "parts": [asdict(part) for part in manifest.ordered()],
    }
    write_atomic(Path(output, NAME), json.dumps(content, ensure_ascii=True, indent=1) + "\n")


class Keeper:
    """Keeps the manifest of a run: written at the start, at the end, and as often between as costs little."""

    def __init__(self, output: str, manifest: Manifest) -> None:
        self.manifest = manifest
        self._output = output
        self._next = 0.0
        self.write()

    def add(self, part: Finished) -> None:
        """Note a finished part; what a kill makes forgotten is scored again, with the same result."""
        self.manifest.parts[part.number] = part
        if time.monotonic() >= self._next:
            self.write()

    def write(self) -> None:
        """Write what is known."""
        began = time.monotonic()
        write_manifest(self._output, self.manifest)
        self._next = time.monotonic() + _SPARING * (time.monotonic() - began)


def open_output(output: str, head: dict[str, Any], resume: bool) -> Manifest:
    """The manifest to begin or to go on with.

    Raises
    ------
    RhetoricError
        Where the folder is there and is not to be gone on with, or was begun otherwise.
    """
    folder = Path(output)
    if folder.exists() and not folder.is_dir():
        raise RhetoricError(f"{output} is a file. Name a folder for the output.")
    if not folder.exists() or not os.listdir(folder):
        return Manifest(head)
    if not resume:
        raise RhetoricError(
            f"{output} exists and is not empty. Go on with it by --resume, or name another folder."
        )
    before = read_manifest(folder)
    reason = _difference(before.head, head)
    if reason:
        raise RhetoricError(f"{output} cannot be gone on with: {reason}. Name another folder for the output.")
    kept = {number: part for number, part in before.parts.items() if is_whole(part, output)}
    return Manifest(head, kept, before.complete and len(kept) == len(before.parts))


def _difference(before: dict[str, Any], now: dict[str, Any]) -> str | None:
    """Why a run cannot go on."""
    if before["version"] != now["version"]:
        return f"it was begun by version {before['version']}, and this is {now['version']}"
    if before["model"] != now["model"]:
        if before["model"]["name"] != now["model"]["name"]:
            return (
                f"it was begun with the model '{before['model']['name']}', and not '{now['model']['name']}'"
            )
        return f"the files of the model '{now['model']['name']}' are others than when it was begun"
    for name, value in now["options"].items():
        if before["options"].get(name) != value:
            return f"it was begun with {_said(name, before['options'].get(name), value)}"
    if any(entry["sha256"] is None for entry in now["inputs"]):
        return "standard input cannot be read again; save it as a file"
    if before["inputs"] != now["inputs"]:
        return f"the input has changed ({_changed(before['inputs'], now['inputs'])})"
    return None


def _said(name: str, before: Any, now: Any) -> str:
    if name != "columns":
        return f"{name} {before!r}, and not {now!r}"
    field = next(f for f in now if (before or {}).get(f) != now[f])
    return f"the column {(before or {}).get(field)!r} as {field}, and not {now[field]!r}"


def _changed(before: list[dict[str, Any]], now: list[dict[str, Any]]) -> str:
    old, new = ({entry["path"]: entry for entry in entries} for entries in (before, now))
    for path, entry in new.items():
        if path not in old:
            return f"{path} was not there"
        if entry != old[path]:
            return f"{path} is not what it was"
    gone = [path for path in old if path not in new]
    return f"{gone[0]} is missing" if gone else "its files come in another order"

"""Which models are installed, what their cards say in short, and whether their files are whole."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any

from rhetoric.model import (
    FORMAT,
    TRANSFORMER_FORMAT,
    WORD_FORMAT,
    WORDS,
    open_model,
    read_card,
    read_file,
    shipped_folders,
)
from rhetoric.tasks import TASKS
from rhetoric.types import RhetoricError
from rhetoric.wordmodel import open_word_model

# What a task is mainly measured by: area under the ROC curve where positives are rare, else F1.
MEASURES = {
    "opinion": "macro_f1",
    "loaded": "macro_f1",
    "sarcasm": "roc_auc",
    "hedge": "f1_positive",
    WORDS: "f1_positive",
}


_KINDS = {FORMAT: "linear", TRANSFORMER_FORMAT: "transformer", WORD_FORMAT: "words"}


@dataclass(frozen=True, slots=True)
class Headline:
    """The number that a model is known by: the measure, the set that it was measured on, and its interval."""

    measure: str
    data: str
    value: float
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True, slots=True)
class Installed:
    """A model folder in short.

    Attributes
    ----------
    folder, name : str
        The folder's name; the name that ``model=`` takes.
    kind : str
        "linear", "transformer" or "words" (a linear model of loaded words); empty where the card cannot be read.
    tasks : mapping of str to Headline or None
        What the model is for, and its headline number where the card has one.
    size : int
        Bytes on disk.
    made : str or None
        The date on the card.
    licence : str or None
        Of the weights.
    damage : str or None
        What is wrong with the folder.
    """

    folder: str
    name: str
    kind: str
    tasks: Mapping[str, Headline | None]
    size: int
    made: str | None = None
    licence: str | None = None
    damage: str | None = None


def installed_models() -> list[Installed]:
    """The models that come with the library, each checked; nothing in their folders is executed."""
    return [describe(folder) for folder in shipped_folders()]


def describe(folder: Traversable) -> Installed:
    """Check a model folder and say in short what it is; damage is noted and not raised."""
    card: dict[str, Any] = {}
    damage = None
    try:
        card = read_card(folder)
        check_files(folder, card)
    except RhetoricError as error:
        damage = str(error)
    parts = parts_of(card)
    task = next((task for task in MEASURES if folder.name.startswith(f"{task}-")), "")
    return Installed(
        folder.name,
        _text(card, "name") or folder.name.removeprefix(f"{task}-"),
        _KINDS[card["format"]] if card else "",
        {name: headline(part, name) for name, part in parts.items()} or ({task: None} if task else {}),
        _size(folder),
        _text(card, "made"),
        _text(card, "weights_licence"),
        damage,
    )


def check_files(folder: Traversable, card: Mapping[str, Any]) -> None:
    """Check that the files of a model folder are those that its card names.

    Raises
    ------
    RhetoricError
        Where a file is missing, damaged or changed, or the card is not whole. The message names the file.
    """
    if card["format"] == FORMAT:
        open_model(folder, str(card.get("task")))
        return
    if card["format"] == WORD_FORMAT:
        open_word_model(folder)
        return
    stated = card.get("sha256")
    if not isinstance(stated, dict) or not stated or not parts_of(card):
        raise RhetoricError(f"{folder}/card.json is not a whole model card: it has no tasks or no sha256.")
    for name, expected in stated.items():
        if Path(name).name != name:
            raise RhetoricError(f"{folder}/card.json: the sha256 of {name!r} is of no file in this folder.")
        found = hashlib.sha256(read_file(folder, name)).hexdigest()
        if found != expected:
            raise RhetoricError(f"{folder}/{name} is damaged: its sha256 {found[:12]}… is not on card.json.")


def parts_of(card: Mapping[str, Any]) -> dict[str, Mapping[str, Any]]:
    """The part of a card for each of its tasks: all of a linear model's, one a task of a transformer's."""
    tasks = card.get("tasks")
    if isinstance(tasks, dict):
        return {name: part for name, part in tasks.items() if name in TASKS and isinstance(part, dict)}
    task = card.get("task")
    return {task: card} if isinstance(task, str) and task in MEASURES else {}


def headline(part: Mapping[str, Any], task: str) -> Headline | None:
    """The task's main measure on the set that the card names as "headline", else on its first set."""
    metrics = part.get("metrics")
    metrics = metrics if isinstance(metrics, dict) else {}
    measure, named = MEASURES[task], part.get("headline")
    for data in [named] if isinstance(named, str) and named in metrics else metrics:
        found = estimate_of(metrics[data], measure)
        if found is not None:
            return Headline(measure, data, *found)
    return None


def estimate_of(row: object, measure: str) -> tuple[float, float | None, float | None] | None:
    """A measure's value and interval in a row of a card's metrics, None where it is not there."""
    found = row.get(measure) if isinstance(row, dict) else None
    if not isinstance(found, dict) or not isinstance(found.get("value"), int | float):
        return None
    low, high = (
        float(found[end]) if isinstance(found.get(end), int | float) else None for end in ("low", "high")
    )
    return float(found["value"]), low, high


def _text(card: Mapping[str, Any], key: str) -> str | None:
    value = card.get(key)
    return " ".join(value.split()) if isinstance(value, str) else None


def _size(folder: Traversable) -> int:
    return sum(
        f.stat().st_size if isinstance(f, Path) else len(f.read_bytes())
        for f in folder.iterdir()
        if f.is_file()
    )

"""Model folders: where they are, what their cards say; and a linear model as data.

A linear model is a folder with ``weights.npz`` (arrays without pickle) and ``card.json``. Nothing in it is
ever executed.
"""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
import zlib
from dataclasses import dataclass
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rhetoric.features.columns import VOICE_NAMES, cue_names
from rhetoric.tasks import TASKS
from rhetoric.types import RhetoricError

FORMAT = "rhetoric linear model 1"
TRANSFORMER_FORMAT = "rhetoric transformer 1"
WORD_FORMAT = "rhetoric word model 1"  # read by rhetoric.wordmodel
WORDS = "words"  # what such a model's folder is named for, beside the tasks of sentences
_ARRAYS = ("words", "characters", "cues", "voice", "intercept")


@dataclass(frozen=True, slots=True, eq=False)
class LinearModel:
    """Weights in log-odds, calibration included.

    Attributes
    ----------
    words, characters : ndarray of float32, shape (2**bits,)
        A weight for each column of hashed word and character n-grams.
    cues : ndarray of float64, shape (len(cue_names("rule")),)
    voice : ndarray of float64, shape (len(VOICE_NAMES),)
    intercept : float
    card : dict
        What the model is: task, labels, data, licence, metrics, threshold.
    """

    words: NDArray[np.float32]
    characters: NDArray[np.float32]
    cues: NDArray[np.float64]
    voice: NDArray[np.float64]
    intercept: float
    card: dict[str, Any]

    @property
    def geometry(self) -> tuple[range, int, range, int]:
        """How n-grams become columns: models that agree in this can share the columns."""
        return self.word_sizes, self.word_bits, self.character_sizes, self.character_bits

    @property
    def word_sizes(self) -> range:
        low, high = self.card["features"]["words"]["ngram_range"]
        return range(low, high + 1)

    @property
    def character_sizes(self) -> range:
        low, high = self.card["features"]["characters"]["ngram_range"]
        return range(low, high + 1)

    @property
    def word_bits(self) -> int:
        return int(self.card["features"]["words"]["bits"])

    @property
    def character_bits(self) -> int:
        return int(self.card["features"]["characters"]["bits"])


def pack(model: LinearModel) -> dict[str, bytes]:
    """The files of a model folder, the same bytes for the same model.

    N-gram weights are stored in half precision.
    """
    weights = io.BytesIO()
    np.savez_compressed(
        weights,
        words=model.words.astype(np.float16),
        characters=model.characters.astype(np.float16),
        cues=model.cues,
        voice=model.voice,
        intercept=np.array([model.intercept]),
    )
    body = weights.getvalue()
    card = {**model.card, "format": FORMAT, "sha256": {"weights.npz": hashlib.sha256(body).hexdigest()}}
    text = json.dumps(card, indent=2, ensure_ascii=False) + "\n"
    return {"weights.npz": body, "card.json": text.encode()}


def shipped_folders() -> list[Traversable]:
    """The model folders that come with the library, by name."""
    folder = resources.files("rhetoric") / "models"
    found = {f.name: f for f in folder.iterdir() if f.is_dir()} if folder.is_dir() else {}
    return [found[name] for name in sorted(found) if not name.startswith((".", "_"))]


def _for_all_tasks(name: str) -> bool:
    """Whether a shipped folder is of one model for all tasks: ``accurate``, and not ``opinion-fast``."""
    return not name.startswith(tuple(f"{task}-" for task in (*TASKS, WORDS)))


def shipped_models(task: str) -> list[str]:
    """Names of the models of a task that come with the library."""
    found = [f.name for f in shipped_folders()]
    own = [name.removeprefix(f"{task}-") for name in found if name.startswith(f"{task}-")]
    return sorted(own + [name for name in found if task in TASKS and _for_all_tasks(name)])


def find_folder(name: str, task: str) -> Traversable:
    """The folder of a task's shipped model such as "fast", or the folder that ``name`` is the path of."""
    shipped = {f.name: f for f in shipped_folders()}
    if name in shipped_models(task):
        return shipped[f"{task}-{name}" if f"{task}-{name}" in shipped else name]
    path = Path(name)
    if name and path.is_dir():
        return path
    raise RhetoricError(
        f"No model '{name}' for the task '{task}': it is neither shipped ({', '.join(shipped_models(task)) or 'none'})"
        " nor a folder made by 'rhetoric train'."
    )


def covered_tasks(name: str) -> tuple[str, ...]:
    """The tasks that a model is for.

    Parameters
    ----------
    name : str
        A shipped model such as "fast", or the path of a folder.

    Raises
    ------
    RhetoricError
        Where there is no such model, or its card cannot be read.
    """
    shipped = tuple(task for task in TASKS if name in shipped_models(task))
    if shipped:
        return shipped
    folder = find_folder(name, TASKS[0])
    card = read_card(folder)
    named = card.get("tasks") if card["format"] == TRANSFORMER_FORMAT else [card.get("task")]
    tasks = tuple(task for task in TASKS if isinstance(named, dict | list) and task in named)
    if not tasks:
        raise RhetoricError(f"{folder}/card.json names no task of {', '.join(TASKS)}.")
    return tasks


def load_model(name: str, task: str) -> LinearModel:
    """Load a model by name or from a folder.

    Parameters
    ----------
    name : str
        A shipped model such as "fast", or the path of a model folder.
    task : str
        The task that it must be for.

    Raises
    ------
    RhetoricError
        Where there is no such model, it is for another task, a file is missing, damaged or changed, or its
        columns are not those of this version of the library. The message names the file.
    """
    return open_model(find_folder(name, task), task)


def open_model(folder: Traversable, task: str) -> LinearModel:
    """Load the model in a folder; see :func:`load_model`."""
    card = _card(folder, task)
    arrays = stored_arrays(folder, card, _ARRAYS)
    _check_arrays(arrays, card, folder)
    return LinearModel(
        arrays["words"].astype(np.float32),
        arrays["characters"].astype(np.float32),
        arrays["cues"].astype(np.float64),
        arrays["voice"].astype(np.float64),
        float(arrays["intercept"][0]),
        card,
    )


def stored_arrays(
    folder: Traversable, card: dict[str, Any], names: tuple[str, ...]
) -> dict[str, NDArray[np.generic]]:
    """The arrays of ``weights.npz``, whose sha256 must be that of the card.

    Raises
    ------
    RhetoricError
        Where the file is missing, damaged or changed, or an array is missing or holds no numbers.
    """
    body = read_file(folder, "weights.npz")
    found, stated = hashlib.sha256(body).hexdigest(), card.get("sha256")
    if not isinstance(stated, dict) or stated.get("weights.npz") != found:
        raise RhetoricError(f"{folder}/weights.npz is damaged: its sha256 {found[:12]}… is not on card.json.")
    try:
        with np.load(io.BytesIO(body), allow_pickle=False) as stored:
            arrays = {name: stored[name] for name in names}
    except (
        ValueError,
        KeyError,
        OSError,
        EOFError,
        TypeError,
        AttributeError,
        zipfile.BadZipFile,
        zlib.error,
    ) as error:
        raise RhetoricError(f"{folder}/weights.npz cannot be read as arrays: {error}") from error
    for name, array in arrays.items():
        if not isinstance(array, np.ndarray) or array.dtype.kind != "f":
            raise RhetoricError(f"{folder}/weights.npz: {name} holds no numbers.")
    return arrays


def read_file(folder: Traversable, name: str) -> bytes:
    """The bytes of a file of a model folder, or a RhetoricError that names it."""
    try:
        return (folder / name).read_bytes()
    except OSError as error:
        raise RhetoricError(
            f"{folder}: no readable {name}; this is not a model folder ({error.strerror})."
        ) from error


def read_card(folder: Traversable) -> dict[str, Any]:
    """The card of a model folder, once it is known to be an object of a format that this version reads."""
    try:
        card = json.loads(read_file(folder, "card.json"))
    except ValueError as error:
        raise RhetoricError(f"{folder}/card.json is not JSON: {error}") from error
    form = card.get("format") if isinstance(card, dict) else None
    if not isinstance(card, dict) or not isinstance(form, str):
        raise RhetoricError(f"{folder}/card.json is not a whole model card: it has no format.")
    if form not in (FORMAT, TRANSFORMER_FORMAT, WORD_FORMAT):
        raise RhetoricError(
            f"{folder}/card.json: the format is {form!r}; this version reads {FORMAT!r},"
            f" {TRANSFORMER_FORMAT!r} and {WORD_FORMAT!r}."
        )
    return card


def _card(folder: Traversable, task: str) -> dict[str, Any]:
    """The card of a linear model, if it says all that scoring needs."""
    card = read_card(folder)
    if card["format"] != FORMAT:
        raise RhetoricError(f"{folder}/card.json: the format is {card['format']!r}, not {FORMAT!r}.")
    try:
        if card["task"] != task:
            raise RhetoricError(f"{folder}: this model is for the task '{card['task']}', not '{task}'.")
        complete = (
            isinstance(card["name"], str)
            and 0 <= float(card["threshold"]) <= 1
            and {"positive", "negative"} <= set(card["labels"])
            and 0 < float(card.get("share", 0.5)) < 1
        )
        for block in ("words", "characters"):
            low, high = card["features"][block]["ngram_range"]
            complete = complete and 1 <= low <= high <= 12 and 8 <= int(card["features"][block]["bits"]) <= 24
        rules = [card["features"]["cues"], card["features"]["voice"]]
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise RhetoricError(f"{folder}/card.json is not a whole model card: {error!r}") from error
    if not complete:
        raise RhetoricError(
            f"{folder}/card.json: a name, threshold, share, label, n-gram range or number of bits is not valid."
        )
    if rules != [list(cue_names("rule")), list(VOICE_NAMES)]:
        raise RhetoricError(
            f"{folder}: the model was trained on other cue rules than this version has: train it again."
        )
    return card


def _check_arrays(arrays: dict[str, NDArray[np.generic]], card: dict[str, Any], folder: Traversable) -> None:
    expected = {
        "words": 1 << int(card["features"]["words"]["bits"]),
        "characters": 1 << int(card["features"]["characters"]["bits"]),
        "cues": len(cue_names("rule")),
        "voice": len(VOICE_NAMES),
        "intercept": 1,
    }
    for name, width in expected.items():
        shape = arrays[name].shape
        if shape != (width,):
            raise RhetoricError(f"{folder}/weights.npz: {name} has shape {shape}; card.json says ({width},).")
        if not np.isfinite(arrays[name]).all():
            raise RhetoricError(f"{folder}/weights.npz: {name} holds numbers that are not finite.")

"""A linear model as data: arrays without pickle, and a card that says what they are.

A model is a folder with ``weights.npz`` and ``card.json``. Nothing in it is ever executed.
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
from rhetoric.types import RhetoricError

FORMAT = "rhetoric linear model 1"
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


def _folder(name: str, task: str) -> Traversable:
    if name and "/" not in name and "\\" not in name:
        shipped = resources.files("rhetoric") / "models" / f"{task}-{name}"
        if shipped.is_dir():
            return shipped
    path = Path(name)
    if name and path.is_dir():
        return path
    raise RhetoricError(
        f"No model '{name}' for the task '{task}': it is neither shipped ({', '.join(shipped_models(task)) or 'none'})"
        " nor a folder made by 'rhetoric train'."
    )


def shipped_models(task: str) -> list[str]:
    """Names of the models of a task that come with the library."""
    folder = resources.files("rhetoric") / "models"
    found = [f.name for f in folder.iterdir() if f.is_dir()] if folder.is_dir() else []
    return sorted(name.removeprefix(f"{task}-") for name in found if name.startswith(f"{task}-"))


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
    folder = _folder(name, task)
    card = _card(folder, task)
    body = _read(folder, "weights.npz")
    found = hashlib.sha256(body).hexdigest()
    stated = card.get("sha256")
    if not isinstance(stated, dict) or stated.get("weights.npz") != found:
        raise RhetoricError(f"{folder}/weights.npz is damaged: its sha256 {found[:12]}… is not on card.json.")
    arrays = _arrays(body, folder)
    _check_arrays(arrays, card, folder)
    return LinearModel(
        arrays["words"].astype(np.float32),
        arrays["characters"].astype(np.float32),
        arrays["cues"].astype(np.float64),
        arrays["voice"].astype(np.float64),
        float(arrays["intercept"][0]),
        card,
    )


def _arrays(body: bytes, folder: Traversable) -> dict[str, NDArray[np.generic]]:
    try:
        with np.load(io.BytesIO(body), allow_pickle=False) as stored:
            arrays = {name: stored[name] for name in _ARRAYS}
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


def _read(folder: Traversable, name: str) -> bytes:
    try:
        return (folder / name).read_bytes()
    except OSError as error:
        raise RhetoricError(
            f"{folder}: no readable {name}; this is not a model folder ({error.strerror})."
        ) from error


def _card(folder: Traversable, task: str) -> dict[str, Any]:
    """The card, if it says all that scoring needs."""
    try:
        card: dict[str, Any] = json.loads(_read(folder, "card.json"))
        if card["format"] != FORMAT:
            raise RhetoricError(
                f"{folder}/card.json: the format is {card['format']!r}; this version reads {FORMAT!r}."
            )
        if card["task"] != task:
            raise RhetoricError(f"{folder}: this model is for the task '{card['task']}', not '{task}'.")
        complete = (
            isinstance(card["name"], str)
            and 0 <= float(card["threshold"]) <= 1
            and {"positive", "negative"} <= set(card["labels"])
        )
        for block in ("words", "characters"):
            low, high = card["features"][block]["ngram_range"]
            complete = complete and 1 <= low <= high <= 12 and 8 <= int(card["features"][block]["bits"]) <= 24
        rules = [card["features"]["cues"], card["features"]["voice"]]
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise RhetoricError(f"{folder}/card.json is not a whole model card: {error!r}") from error
    if not complete:
        raise RhetoricError(
            f"{folder}/card.json: a name, threshold, label, n-gram range or number of bits is not valid."
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

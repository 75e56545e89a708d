"""A linear model of loaded words as data: ``weights.npz`` and ``card.json``, checked when loaded, never executed."""

from __future__ import annotations

import hashlib
import io
import json
from dataclasses import dataclass
from importlib.resources.abc import Traversable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rhetoric.features.words import BLOCKS, sentence_names
from rhetoric.model import WORD_FORMAT, read_card, stored_arrays
from rhetoric.types import RhetoricError

Float = NDArray[np.float64]
_ARRAYS = ("weights", "sentence", "intercept")


@dataclass(frozen=True, slots=True, eq=False)
class WordModel:
    """Weights in log-odds, calibration included.

    Attributes
    ----------
    weights : ndarray of float32, shape (2**bits,)
        Of the hashed features in ``BLOCKS``, each times the block's scale.
    sentence : ndarray of float64, shape (len(sentence_names()),)
        Of what is true of the whole sentence.
    intercept : float
    card : dict
        What the model is: data, licence, metrics, ``threshold`` (best F1) and ``show_threshold`` (for readers).
    """

    weights: NDArray[np.float32]
    sentence: Float
    intercept: float
    card: dict[str, Any]

    @property
    def bits(self) -> int:
        return len(self.weights).bit_length() - 1


def pack_words(model: WordModel) -> dict[str, bytes]:
    """The files of a model folder, the same bytes for the same model.

    Weights of hashed features are stored in half precision.
    """
    buffer = io.BytesIO()
    np.savez_compressed(
        buffer,
        weights=model.weights.astype(np.float16),
        sentence=model.sentence,
        intercept=np.array([model.intercept]),
    )
    body = buffer.getvalue()
    made_with = {
        "bits": model.bits,
        "blocks": [name for name, *_ in BLOCKS],
        "sentence": list(sentence_names()),
    }
    sums = {"weights.npz": hashlib.sha256(body).hexdigest()}
    card = {**model.card, "features": made_with, "format": WORD_FORMAT, "sha256": sums}
    text = json.dumps(card, indent=2, ensure_ascii=False) + "\n"
    return {"weights.npz": body, "card.json": text.encode()}


def open_word_model(folder: Traversable) -> WordModel:
    """Load the model in a folder.

    Parameters
    ----------
    folder : path

    Raises
    ------
    RhetoricError
        Where a file is missing, damaged, changed or not of such a model, or the model was made with other
        features than this version has. The message names the file.
    """
    card = _card(folder)
    arrays = stored_arrays(folder, card, _ARRAYS)
    shapes = ((1 << card["features"]["bits"],), (len(sentence_names()),), (1,))
    for (name, array), shape in zip(arrays.items(), shapes, strict=True):
        if array.shape != shape:
            raise RhetoricError(
                f"{folder}/weights.npz: {name} has shape {array.shape}; card.json says {shape}."
            )
        if not np.isfinite(array).all():
            raise RhetoricError(f"{folder}/weights.npz: {name} does not hold finite numbers.")
    weights, sentence, intercept = arrays.values()
    return WordModel(weights.astype(np.float32), sentence.astype(np.float64), float(intercept[0]), card)


def _card(folder: Traversable) -> dict[str, Any]:
    """The card, if it says all that marking needs."""
    card = read_card(folder)
    if card["format"] != WORD_FORMAT:
        raise RhetoricError(f"{folder}/card.json: the format is {card['format']!r}, not {WORD_FORMAT!r}.")
    try:
        features = card["features"]
        whole = (
            isinstance(card["name"], str)
            and isinstance(card["sha256"], dict)
            and 0 < float(card["threshold"]) < 1
            and 0 < float(card["show_threshold"]) < 1
            and type(features["bits"]) is int
            and 8 <= features["bits"] <= 24
        )
        made_with = [features["blocks"], features["sentence"]]
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise RhetoricError(f"{folder}/card.json is not a whole model card: {error!r}") from error
    if not whole:
        raise RhetoricError(f"{folder}/card.json: a name, threshold, sha256 or number of bits is not valid.")
    if made_with != [[name for name, *_ in BLOCKS], list(sentence_names())]:
        raise RhetoricError(
            f"{folder}: the model was made with other features than this version has: make it again."
        )
    return card

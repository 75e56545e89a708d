"""A small transformer as data: an ONNX graph, its tokenizer and a card.

A folder holds ``model.onnx``, ``tokenizer.json`` and ``card.json``. Nothing in it is ever executed. ONNX Runtime
and the tokenizer's library come in with the first folder that is loaded: the extra ``[accurate]``.
"""

from __future__ import annotations

import hashlib
import importlib
import math
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import numpy as np
from numpy.typing import NDArray

from rhetoric.features.masked import MASK
from rhetoric.features.pieces import cut, first_pieces, pad
from rhetoric.model import TRANSFORMER_FORMAT, read_card, read_file
from rhetoric.onnxfile import what_is_foreign
from rhetoric.reading.reading import Reading
from rhetoric.types import RhetoricError

if TYPE_CHECKING:
    import onnxruntime
    from tokenizers import Tokenizer

Float = NDArray[np.float64]
FORMAT = TRANSFORMER_FORMAT
MODEL, TOKENIZER = "model.onnx", "tokenizer.json"
_INPUTS = ["input_ids", "attention_mask"]
_OUTPUTS = ["tasks", "words"]
_BATCH = 8  # the quickest: more does not stay in the processor's cache


@dataclass(frozen=True, slots=True, eq=False)
class Transformer:
    """A loaded network.

    Attributes
    ----------
    card : dict
        What it is. The tasks are in the order of the network's outputs.
    folder : str
        Where it came from, for error messages.
    session : onnxruntime.InferenceSession
    tokenizer : tokenizers.Tokenizer
    """

    card: dict[str, Any]
    folder: str
    session: onnxruntime.InferenceSession
    tokenizer: Tokenizer

    @property
    def mask(self) -> int:
        """The number of the piece that stands for a hidden word."""
        return cast(int, self.tokenizer.token_to_id(MASK))

    @property
    def tasks(self) -> tuple[str, ...]:
        return tuple(self.card["tasks"])

    def logits(self, reading: Reading) -> Float:
        """Logits of the tasks, before calibration.

        Parameters
        ----------
        reading : Reading

        Returns
        -------
        ndarray of float64, shape (n_sentences, n_tasks)
            A sentence's logits are the same in every batch, but for rounding (less than 1e-5).
        """
        return self.both(reading)[0]

    def both(self, reading: Reading) -> tuple[Float, Float]:
        """Logits of the tasks, and of the words: is this one loaded?

        Parameters
        ----------
        reading : Reading

        Returns
        -------
        tasks : ndarray of float64, shape (n_sentences, n_tasks)
        words : ndarray of float64, shape (n_tokens,)
            The logit of a word is that of its first piece; of several neighbouring names the first has it.
            Tokens that are not read are NaN: the others of these, and what comes after ``card["length"]`` pieces.
        """
        rows = cut(self.tokenizer, reading)
        tasks, pieces = self.run([row.ids for row in rows])
        words = np.full(len(reading.tokens), np.nan)
        for row, logits in zip(rows, pieces, strict=True):
            at, word = first_pieces(row)
            words[row.owner[word]] = logits[at]
        return tasks, words

    def run(self, rows: Sequence[NDArray[np.int64]]) -> tuple[Float, list[Float]]:
        """Logits of sentences that are cut into pieces.

        Parameters
        ----------
        rows : sequence of ndarray of int64

        Returns
        -------
        tasks : ndarray of float64, shape (len(rows), n_tasks)
        pieces : list of ndarray of float64
            A logit for each piece.

        Raises
        ------
        RhetoricError
            Where ONNX Runtime fails, or what it gives has another shape or is no number.
        """
        tasks = np.empty((len(rows), len(self.card["tasks"])))
        pieces: list[Float] = [np.zeros(0)] * len(rows)
        order = np.argsort([len(row) for row in rows], kind="stable")
        for at in range(0, len(rows), _BATCH):
            some = order[at : at + _BATCH].tolist()
            ids, mask = pad([rows[i] for i in some])
            of_tasks, of_pieces = self._run(ids, mask)
            tasks[some] = of_tasks
            for i, logits in zip(some, of_pieces, strict=True):
                pieces[i] = logits[: len(rows[i])].astype(np.float64)
        return tasks, pieces

    def _run(self, ids: NDArray[np.int64], mask: NDArray[np.int64]) -> tuple[NDArray[np.float32], ...]:
        try:
            found = self.session.run(_OUTPUTS, dict(zip(_INPUTS, (ids, mask), strict=True)))
        except Exception as error:  # ONNX Runtime's errors have no class of their own above Exception
            raise RhetoricError(f"{self.folder}/{MODEL} cannot be run: {_short(error)}") from error
        shapes = [array.shape for array in found]
        if shapes != [(len(ids), len(self.card["tasks"])), ids.shape]:
            raise RhetoricError(
                f"{self.folder}/{MODEL}: the outputs {' and '.join(_OUTPUTS)} have the shapes {shapes[0]} and"
                f" {shapes[1]} for {ids.shape[0]} sentences of {ids.shape[1]} pieces."
            )
        if not (np.isfinite(found[0]).all() and np.isfinite(found[1][mask > 0]).all()):
            raise RhetoricError(f"{self.folder}/{MODEL} gives logits that are not finite.")
        return tuple(found)


def load_transformer(folder: str | Traversable, threads: int = 1) -> Transformer:
    """Load a transformer from a folder.

    Parameters
    ----------
    folder : str or path
    threads : int, default=1
        Threads for one matrix product.

    Returns
    -------
    Transformer

    Raises
    ------
    RhetoricError
        Where the extra ``[accurate]`` is not installed, or a file is missing, damaged, changed or not of such a
        model. The message names the file.
    """
    if not isinstance(threads, int) or threads < 1:
        raise RhetoricError(
            f"The 'threads' parameter of load_transformer must be an int of at least 1. Got {threads!r} instead."
        )
    place: Traversable = Path(folder) if isinstance(folder, str) else folder
    _check_extra()
    card = _card(place)
    model, tokenizer = (_checked_file(place, name, card) for name in (MODEL, TOKENIZER))
    return Transformer(
        card,
        str(place),
        _session(f"{place}/{MODEL}", model, len(card["tasks"]), threads),
        _tokenizer(f"{place}/{TOKENIZER}", tokenizer, card["length"]),
    )


def _card(folder: Traversable) -> dict[str, Any]:
    card = read_card(folder)
    if card["format"] != FORMAT:
        raise RhetoricError(f"{folder}/card.json: the format is {card['format']!r}, not {FORMAT!r}.")
    try:
        tasks, words = card["tasks"], card["words"]
        whole = (
            isinstance(card["name"], str)
            and type(card["length"]) is int
            and 8 <= card["length"] <= 512
            and len(tasks) > 0
            and all(isinstance(card["sha256"][name], str) for name in (MODEL, TOKENIZER))
            and all({"positive", "negative"} <= set(task["labels"]) for task in tasks.values())
        )
        lines = [words, *(task["calibration"] for task in tasks.values())]
        whole = whole and all(
            float(x["slope"]) > 0 and math.isfinite(x["slope"] + x["offset"]) for x in lines
        )
        shares = [words["threshold"]]
        shares += [task[key] for task in tasks.values() for key in ("threshold", "share")]
        whole = whole and all(0 <= float(share) <= 1 for share in shares)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise RhetoricError(f"{folder}/card.json is not a whole model card: {error!r}") from error
    if not whole:
        raise RhetoricError(
            f"{folder}/card.json: a name, length, sha256, label, threshold, share or calibration is not valid."
        )
    return card


def _check_extra() -> None:
    for name in ("onnxruntime", "tokenizers"):
        try:
            importlib.import_module(name)
        except ImportError as error:
            raise RhetoricError(
                f"A transformer needs the package {name}, which cannot be imported ({error}):"
                ' pip install "rhetoric-news[accurate]"'
            ) from error


def _checked_file(folder: Traversable, name: str, card: dict[str, Any]) -> bytes:
    body = read_file(folder, name)
    found = hashlib.sha256(body).hexdigest()
    if card["sha256"][name] != found:
        raise RhetoricError(f"{folder}/{name} is damaged: its sha256 {found[:12]}… is not on card.json.")
    return body


def _session(path: str, body: bytes, tasks: int, threads: int) -> onnxruntime.InferenceSession:
    import onnxruntime

    try:
        foreign = what_is_foreign(body)
    except ValueError as error:
        raise RhetoricError(f"{path} is no ONNX file: {error}.") from error
    if foreign:
        raise RhetoricError(f"{path} holds {foreign}, which is not read.")
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    options.log_severity_level = 4  # what goes wrong is raised
    # Further optimisations put in operators that are slower here.
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_ENABLE_BASIC
    try:
        session = onnxruntime.InferenceSession(body, options, providers=["CPUExecutionProvider"])
    except Exception as error:  # ONNX Runtime's errors have no class of their own above Exception
        raise RhetoricError(f"{path} cannot be loaded: {_short(error)}") from error
    given = {(x.name, x.type, len(x.shape)) for x in session.get_inputs()}
    found = {(x.name, x.type, len(x.shape)): x.shape for x in session.get_outputs()}
    if given != {(name, "tensor(int64)", 2) for name in _INPUTS} or set(found) != {
        (name, "tensor(float)", 2) for name in _OUTPUTS
    }:
        raise RhetoricError(
            f"{path}: inputs must be {' and '.join(_INPUTS)} (int64), outputs {' and '.join(_OUTPUTS)} (float),"
            " each a matrix: this is the graph of another model."
        )
    width = found["tasks", "tensor(float)", 2][1]
    if isinstance(width, int) and width != tasks:
        raise RhetoricError(f"{path} has {width} tasks; card.json has {tasks}.")
    return session


def _tokenizer(path: str, body: bytes, length: int) -> Tokenizer:
    from tokenizers import Tokenizer

    try:
        tokenizer = Tokenizer.from_str(body.decode("utf-8"))
        tokenizer.no_padding()
        tokenizer.enable_truncation(length)
    except Exception as error:  # the library raises Exception itself
        raise RhetoricError(f"{path} is no tokenizer: {_short(error)}") from error
    if tokenizer.token_to_id(MASK) is None:
        raise RhetoricError(f"{path} does not know the piece {MASK}, which stands for names.")
    return tokenizer


def _short(error: Exception) -> str:
    """The first line of a message, and not more than one can read."""
    return (str(error).strip() or type(error).__name__).splitlines()[0][:300]

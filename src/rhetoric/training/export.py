"""A fine-tuned network -> the files of the accurate model: an ONNX graph of int8, and the tokenizer.

The head for sections is left out: it helps the network to learn and is no task of the library.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import onnxruntime
import torch
from numpy.typing import NDArray
from torch import nn

from rhetoric.features.pieces import pad
from rhetoric.files import write_atomic
from rhetoric.tasks import TASKS
from rhetoric.training.examples import encode
from rhetoric.training.graph import Float32, Weights, network_graph
from rhetoric.training.teacher import LENGTH, Network, load_tokenizer
from rhetoric.types import RhetoricError, Sentence

MODEL, TOKENIZER = "model.onnx", "tokenizer.json"
_BATCH = 32
_SAME = 2e-3  # logits of the network and of the graph that is not quantised


@dataclass(frozen=True, slots=True)
class Difference:
    """How far the logits of two forms of a network lie from each other, without sign.

    ``mean`` and ``most`` have an entry for each task; ``words_mean`` and ``words_most`` are of the pieces.
    """

    mean: dict[str, float]
    most: dict[str, float]
    words_mean: float
    words_most: float


@dataclass(frozen=True, slots=True)
class Exported:
    """What was written, and what it cost in exactness: int8 against the network itself."""

    sha256: dict[str, str]
    size: dict[str, int]
    difference: Difference


def export(network: Network, folder: Path, texts: Sequence[str | Sentence]) -> Exported:
    """Write ``model.onnx`` and ``tokenizer.json``; the same bytes for the same network and texts.

    Parameters
    ----------
    network : Network
        The order of its first heads is that of ``TASKS``.
    folder : Path
        Made where it is missing. The card is written by whoever knows the rest of it.
    texts : sequence of str or Sentence
        Some hundred sentences that are like what will be read: every other one says how wide the activations
        become, the others how much the quantisation changes.

    Returns
    -------
    Exported

    Raises
    ------
    RhetoricError
        Where there are fewer than two texts, or the graph does not give what the network gives.
    """
    if len(texts) < 2:
        raise RhetoricError(
            f"The 'texts' parameter of export must hold two or more. Got {len(texts)} instead."
        )
    network.eval()
    tokenizer = load_tokenizer(LENGTH)
    rows = [pieces.ids for pieces in encode(texts, tokenizer)]
    weights: Weights = {name: value.detach().numpy() for name, value in network.state_dict().items()}
    heads = int(network.body.config.num_attention_heads)
    truth = _of_network(network, rows[1::2])
    exact = network_graph(weights, heads, len(TASKS), LENGTH)
    apart = _difference(truth, _of_graph(exact, rows[1::2]))
    if max(*apart.most.values(), apart.words_most) > _SAME:
        raise RhetoricError(f"The ONNX graph does not give the network's logits: {apart}")
    small = network_graph(weights, heads, len(TASKS), LENGTH, widest_inputs(network, rows[::2]))
    files = {MODEL: small, TOKENIZER: tokenizer.to_str(pretty=False).encode()}
    folder.mkdir(parents=True, exist_ok=True)
    for name, body in files.items():
        write_atomic(folder / name, body)
    return Exported(
        {name: hashlib.sha256(body).hexdigest() for name, body in files.items()},
        {name: len(body) for name, body in files.items()},
        _difference(truth, _of_graph(small, rows[1::2])),
    )


def _batches(rows: Sequence[NDArray[np.int64]]) -> Iterable[tuple[NDArray[np.int64], NDArray[np.int64]]]:
    ordered = sorted(rows, key=len)
    for at in range(0, len(ordered), _BATCH):
        yield pad(ordered[at : at + _BATCH])


def widest_inputs(network: Network, rows: Sequence[NDArray[np.int64]]) -> dict[str, Float32]:
    """The largest value, without sign, of each input of the layers that read a layer norm's output.

    Parameters
    ----------
    network : Network
    rows : sequence of ndarray of int64
        Piece numbers of sentences.

    Returns
    -------
    dict of str to ndarray of float32, shape (width,)
        By the layer's name; of query, key and value, which read the same, the first.
    """
    out: dict[str, Float32] = {}
    there = torch.zeros(0)

    def watch(name: str, layer: nn.Module) -> torch.utils.hooks.RemovableHandle:
        def see(_: nn.Module, inputs: tuple[torch.Tensor, ...]) -> None:
            high = inputs[0][there > 0].abs().amax(0).numpy()
            out[name] = np.maximum(out[name], high) if name in out else high

        return layer.register_forward_pre_hook(see)

    hooks = [
        watch(name, layer)
        for name, layer in network.named_modules()
        if name.endswith((".attention.self.query", ".intermediate.dense"))
    ]
    with torch.inference_mode():
        for ids, mask in _batches(rows):
            there = torch.from_numpy(mask)
            network(torch.from_numpy(ids), there)
    for hook in hooks:
        hook.remove()
    return out


def _of_network(network: Network, rows: Sequence[NDArray[np.int64]]) -> list[tuple[Float32, Float32]]:
    """Logits of tasks and of pieces, batch by batch."""
    out = []
    with torch.inference_mode():
        for ids, mask in _batches(rows):
            tasks, words = network(torch.from_numpy(ids), torch.from_numpy(mask))
            out.append((tasks[:, : len(TASKS)].numpy(), words.numpy()[mask > 0]))
    return out


def _of_graph(body: bytes, rows: Sequence[NDArray[np.int64]]) -> list[tuple[Float32, Float32]]:
    options = onnxruntime.SessionOptions()
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_ENABLE_BASIC
    session = onnxruntime.InferenceSession(body, options, providers=["CPUExecutionProvider"])
    out = []
    for ids, mask in _batches(rows):
        tasks, words = session.run(["tasks", "words"], {"input_ids": ids, "attention_mask": mask})
        out.append((tasks, words[mask > 0]))
    return out


def _difference(one: list[tuple[Float32, Float32]], other: list[tuple[Float32, Float32]]) -> Difference:
    tasks, words = (
        np.concatenate([np.abs(a[part] - b[part]) for a, b in zip(one, other, strict=True)])
        for part in (0, 1)
    )
    return Difference(
        dict(zip(TASKS, tasks.mean(axis=0).tolist(), strict=True)),
        dict(zip(TASKS, tasks.max(axis=0).tolist(), strict=True)),
        float(words.mean()),
        float(words.max()),
    )

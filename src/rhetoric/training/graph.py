"""The fine-tuned network as an ONNX graph, written by hand so that a sentence's score is its own.

The usual dynamic quantisation has one scale for a whole batch, so that a sentence's score would depend on the
sentences beside it. Here a scale is either fixed or belongs to one row. What goes into the attention and into
the feed-forward layer has fixed scales, evened out between activations and weights (Xiao et al. 2023,
SmoothQuant, eq. 4); what comes out of them has a scale for each row. Weights have a scale for each output, the
word embeddings one for each word piece.

Measured, the plain ``Add`` and ``LayerNormalization`` are quicker than the fused operators that ONNX Runtime
would put in their place, so that a session should optimise no further than ``ORT_ENABLE_BASIC``.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from onnx import NodeProto, TensorProto, helper, numpy_helper

Float32 = NDArray[np.float32]
Weights = dict[str, Float32]
MICROSOFT = "com.microsoft"  # the domain of ONNX Runtime's own operators
_OPSET, _IR = 18, 9
_EVEN = 0.75  # share of the activations' spread that is moved into the weights
_MARGIN = 1.05  # of the widest activation that was seen
_EPSILON = 1e-12
# The least value of a GELU is -0.17, so that few of the 256 levels need to lie below zero.
_GELU_ZERO, _GELU_LEAST = 16, 0.17
_FLOAT = TensorProto.FLOAT


def quantized_rows(matrix: Float32) -> tuple[NDArray[np.int8], Float32]:
    """A matrix as whole numbers from -127 to 127, and the scale of each row."""
    return _at_scale(matrix, np.abs(matrix).max(axis=1))


def quantized_weights(matrix: Float32) -> tuple[NDArray[np.int8], Float32]:
    """The same for weights, shape (n_out, n_in), such that no processor's sums overflow.

    Processors without VNNI add the products of two neighbouring inputs in 16 bits and cut off what is more:
    255 times the sum of the two weights must stay below 2 ** 15. Where they differ in sign it does; where not,
    their sum is what the row's scale goes by.
    """
    one, other = matrix[:, ::2], matrix[:, 1::2]
    larger = np.maximum(np.abs(one), np.abs(other))
    return _at_scale(matrix, np.where(one * other > 0, np.abs(one + other), larger).max(axis=1))


def _at_scale(matrix: Float32, high: Float32) -> tuple[NDArray[np.int8], Float32]:
    scale = (np.maximum(high, 1e-9) / 127).astype(np.float32)
    return np.rint(matrix / scale[:, None]).astype(np.int8), scale


class _Graph:
    """Nodes and constants in the order in which they are asked for."""

    def __init__(self) -> None:
        self.nodes: list[NodeProto] = []
        self.constants: dict[str, TensorProto] = {}

    def constant(self, name: str, value: NDArray[Any]) -> str:
        if name not in self.constants:
            self.constants[name] = numpy_helper.from_array(np.array(value, order="C"), name)
        return name

    def whole(self, *values: int) -> str:
        """A list of int64."""
        return self.constant("int64 " + " ".join(map(str, values)), np.array(values, dtype=np.int64))

    def add(self, kind: str, *inputs: str, to: str = "", domain: str = "", **attributes: Any) -> str:
        out = to or f"{kind}.{len(self.nodes)}"
        self.nodes.append(helper.make_node(kind, inputs, [out], domain=domain, **attributes))
        return out

    def cast(self, x: str, to: int) -> str:
        out = f"Cast.{len(self.nodes)}"
        self.nodes.append(helper.make_node("Cast", [x], [out], to=to))
        return out

    def split(self, x: str, parts: int) -> list[str]:
        out = [f"Split.{len(self.nodes)}.{i}" for i in range(parts)]
        self.nodes.append(helper.make_node("Split", [x], out, axis=-1, num_outputs=parts))
        return out

    def linear(self, x: str, name: str, weight: Float32, bias: Float32) -> str:
        product = self.add("MatMul", x, self.constant(f"{name}.weight", weight.T))
        return self.add("Add", product, self.constant(f"{name}.bias", bias))

    def fixed(self, x: str, name: str, weight: Float32, bias: Float32, widest: Float32) -> str:
        """A linear layer of int8 whose input has one fixed scale; ``widest`` is what each input reached."""
        reach = np.maximum(widest, 1e-5)
        even = reach**_EVEN / np.maximum(np.abs(weight).max(axis=0), 1e-5) ** (1 - _EVEN)
        step = np.float32((reach / even).max() * _MARGIN / 127)
        whole, scale = quantized_weights((weight * even).astype(np.float32))
        scaled = self.add("Mul", x, self.constant(f"{name}.even", (1 / even).astype(np.float32)))
        zero = self.constant("zero 128", np.array(128, dtype=np.uint8))
        at = self.constant(f"{name}.step", np.array(step))
        levels = self.add("QuantizeLinear", scaled, at, zero)
        stored = self.constant(f"{name}.weight", whole.T), at, self.constant(f"{name}.scale", scale)
        added = self.constant(f"{name}.bias", bias)
        return self.add("MatMulIntegerToFloat", levels, *stored, zero, "", added, domain=MICROSOFT)

    def by_row(self, x: str, name: str, weight: Float32, bias: Float32, gelu: bool) -> str:
        """A linear layer of int8 whose input has a scale for each row."""
        n_out, n_in = weight.shape
        zero, least = (_GELU_ZERO, _GELU_LEAST / _GELU_ZERO) if gelu else (128, 1e-9)
        rows = self.add("Reshape", x, self.whole(-1, n_in))
        high = self.add("ReduceMax", rows if gelu else self.add("Abs", rows), self.whole(1), keepdims=0)
        share = self.constant(f"share {zero}", np.array(1 / (255 - zero), dtype=np.float32))
        floor = self.constant(f"least {zero}", np.array(least, dtype=np.float32))
        step = self.add("Max", self.add("Mul", high, share), floor)
        zeros = self.constant(f"zeros {zero}", np.array([zero], dtype=np.uint8))
        each = self.add("Expand", zeros, self.add("Shape", step))
        levels = self.add("QuantizeLinear", rows, step, each, axis=0)
        whole, scale = quantized_weights(weight)
        one = self.constant("one", np.array(1, dtype=np.float32))
        stored = self.constant(f"{name}.weight", whole.T), one, self.constant(f"{name}.scale", scale)
        at = self.constant(f"zero {zero}", np.array(zero, dtype=np.uint8))
        product = self.add("MatMulIntegerToFloat", levels, *stored, at, domain=MICROSOFT)
        product = self.add("Mul", product, self.add("Unsqueeze", step, self.whole(1)))
        shape = self.add("Concat", "shape", self.whole(n_out), axis=0)
        return self.add("Add", self.add("Reshape", product, shape), self.constant(f"{name}.bias", bias))


class _Network(_Graph):
    """The parts of the network; ``widest`` is None where nothing is quantised."""

    def __init__(self, weights: Weights, heads: int, length: int, widest: Weights | None) -> None:
        super().__init__()
        self.weights, self.widest, self.heads, self.length = weights, widest, heads, length
        self.add("Shape", "input_ids", to="shape")

    def norm(self, x: str, name: str) -> str:
        gain, bias = (self.constant(key, self.weights[key]) for key in (f"{name}.weight", f"{name}.bias"))
        return self.add("LayerNormalization", x, gain, bias, axis=-1, epsilon=_EPSILON)

    def layer(self, x: str, *names: str, gelu: bool = False) -> str:
        """A linear layer, or several that read the same."""
        weight = np.concatenate([self.weights[f"{name}.weight"] for name in names])
        bias = np.concatenate([self.weights[f"{name}.bias"] for name in names])
        if self.widest is None:
            return self.linear(x, names[0], weight, bias)
        if names[0] in self.widest:
            return self.fixed(x, names[0], weight, bias, self.widest[names[0]])
        return self.by_row(x, names[0], weight, bias, gelu)

    def embeddings(self) -> str:
        table = self.weights["body.embeddings.word_embeddings.weight"]
        if self.widest is None:
            x = self.add("Gather", self.constant("pieces", table), "input_ids")
        else:
            whole, scale = quantized_rows(table)
            found = self.add("Gather", self.constant("pieces", whole), "input_ids")
            scales = self.add("Gather", self.constant("pieces.scale", scale[:, None]), "input_ids")
            x = self.add("Mul", self.cast(found, _FLOAT), scales)
        places = self.weights["body.embeddings.position_embeddings.weight"][: self.length]
        places = places + self.weights["body.embeddings.token_type_embeddings.weight"][0]
        width = self.add("Slice", "shape", self.whole(1), self.whole(2))
        place = self.add("Slice", self.constant("places", places), self.whole(0), width, self.whole(0))
        return self.norm(self.add("Add", x, place), "body.embeddings.LayerNorm")

    def block(self, x: str, name: str, mask: str) -> str:
        """Attention and feed-forward, each added to what came in."""
        inside = [f"{name}.attention.self.{part}" for part in ("query", "key", "value")]
        each = self.split(self.layer(x, *inside), 3)
        y = self.add("MultiHeadAttention", *each, "", mask, domain=MICROSOFT, num_heads=self.heads)
        y = self.layer(y, f"{name}.attention.output.dense")
        x = self.norm(self.add("Add", y, x), f"{name}.attention.output.LayerNorm")
        y = self.add("Gelu", self.layer(x, f"{name}.intermediate.dense"), domain=MICROSOFT)
        y = self.layer(y, f"{name}.output.dense", gelu=True)
        return self.norm(self.add("Add", y, x), f"{name}.output.LayerNorm")

    def ends(self, x: str, tasks: int) -> None:
        """Mean over the pieces that are there, and the heads."""
        there = self.cast("attention_mask", _FLOAT)
        total = self.add(
            "ReduceSum",
            self.add("Mul", x, self.add("Unsqueeze", there, self.whole(2))),
            self.whole(1),
            keepdims=0,
        )
        one = self.constant("one", np.array(1, dtype=np.float32))
        count = self.add("Max", self.add("ReduceSum", there, self.whole(1), keepdims=1), one)
        weight = self.constant("heads.weight", self.weights["heads.weight"][:tasks].T)
        product = self.add("MatMul", self.add("Div", total, count), weight)
        self.add("Add", product, self.constant("heads.bias", self.weights["heads.bias"][:tasks]), to="tasks")
        product = self.add("MatMul", x, self.constant("words.weight", self.weights["words.weight"][0]))
        self.add("Add", product, self.constant("words.bias", self.weights["words.bias"]), to="words")


def network_graph(
    weights: Weights, heads: int, tasks: int, length: int, widest: Weights | None = None
) -> bytes:
    """A network as ONNX, the same bytes for the same weights.

    Parameters
    ----------
    weights : dict of str to ndarray of float32
        As a ``Network`` of :mod:`rhetoric.training.teacher` names them.
    heads : int
        Attention heads.
    tasks : int
        How many of the tasks' heads to keep, from the first.
    length : int
        The most pieces that a sentence may have.
    widest : dict of str to ndarray of float32, optional
        For each linear layer that is to have fixed scales, the largest value, without sign, that each of its
        inputs took. Default: nothing is quantised.

    Returns
    -------
    bytes
        Inputs "input_ids" and "attention_mask", outputs "tasks" and "words".
    """
    graph = _Network(weights, heads, length, widest)
    x, mask = graph.embeddings(), graph.cast("attention_mask", TensorProto.INT32)
    number = 0
    while f"body.encoder.layer.{number}.output.dense.weight" in weights:
        x = graph.block(x, f"body.encoder.layer.{number}", mask)
        number += 1
    graph.ends(x, tasks)
    pieces = [
        helper.make_tensor_value_info(name, TensorProto.INT64, ["n", "width"])
        for name in ("input_ids", "attention_mask")
    ]
    found = [
        helper.make_tensor_value_info("tasks", _FLOAT, ["n", tasks]),
        helper.make_tensor_value_info("words", _FLOAT, ["n", "width"]),
    ]
    whole = helper.make_graph(graph.nodes, "rhetoric", pieces, found, list(graph.constants.values()))
    sets = [helper.make_opsetid("", _OPSET), helper.make_opsetid(MICROSOFT, 1)]
    model = helper.make_model(whole, opset_imports=sets, ir_version=_IR, producer_name="rhetoric")
    body: bytes = model.SerializeToString(deterministic=True)
    return body

"""The ONNX graph of a network: its whole numbers, and that int8 gives what the network gives."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

onnxruntime = pytest.importorskip("onnxruntime", reason="needs the extra [accurate]")
pytest.importorskip("onnx", reason="needs the extra [train]")

from rhetoric.onnxfile import what_is_foreign  # noqa: E402
from rhetoric.training.graph import Weights, network_graph, quantized_rows, quantized_weights  # noqa: E402

WIDTH, INNER, PIECES, LENGTH, LAYERS, HEADS = 24, 48, 50, 16, 2, 4


def made_up_weights() -> Weights:
    rng = np.random.default_rng(3)
    shapes: dict[str, tuple[int, ...]] = {
        "body.embeddings.word_embeddings.weight": (PIECES, WIDTH),
        "body.embeddings.position_embeddings.weight": (32, WIDTH),
        "body.embeddings.token_type_embeddings.weight": (2, WIDTH),
        "heads.weight": (5, WIDTH),
        "heads.bias": (5,),
        "words.weight": (1, WIDTH),
        "words.bias": (1,),
    }
    norms = ["body.embeddings.LayerNorm"]
    for number in range(LAYERS):
        layer = f"body.encoder.layer.{number}"
        norms += [f"{layer}.attention.output.LayerNorm", f"{layer}.output.LayerNorm"]
        for name, size in {
            "attention.self.query": (WIDTH, WIDTH),
            "attention.self.key": (WIDTH, WIDTH),
            "attention.self.value": (WIDTH, WIDTH),
            "attention.output.dense": (WIDTH, WIDTH),
            "intermediate.dense": (INNER, WIDTH),
            "output.dense": (WIDTH, INNER),
        }.items():
            shapes |= {f"{layer}.{name}.weight": size, f"{layer}.{name}.bias": size[:1]}
    out = {name: rng.normal(0, 0.3, shape).astype(np.float32) for name, shape in shapes.items()}
    for name in norms:
        out[f"{name}.weight"] = rng.uniform(0.5, 2, WIDTH).astype(np.float32)
        out[f"{name}.bias"] = rng.normal(0, 0.1, WIDTH).astype(np.float32)
    return out


def normed(x: np.ndarray, weights: Weights, name: str) -> np.ndarray:
    x = x - x.mean(-1, keepdims=True)
    x = x / np.sqrt((x**2).mean(-1, keepdims=True) + 1e-12)
    return x * weights[f"{name}.weight"] + weights[f"{name}.bias"]


def gelu(x: np.ndarray) -> np.ndarray:
    from math import erf

    return x * 0.5 * (1 + np.vectorize(erf)(x / np.sqrt(2)))


def slow_network(weights: Weights, ids: list[int]) -> tuple[np.ndarray, np.ndarray, dict[str, np.ndarray]]:
    """Logits of the tasks and pieces of one sentence, and what the layers with fixed scales read."""

    def linear(x: np.ndarray, name: str) -> np.ndarray:
        return x @ weights[f"{name}.weight"].T + weights[f"{name}.bias"]

    read: dict[str, np.ndarray] = {}
    e = "body.embeddings"
    x = weights[f"{e}.word_embeddings.weight"][ids] + weights[f"{e}.position_embeddings.weight"][: len(ids)]
    x = normed(x + weights[f"{e}.token_type_embeddings.weight"][0], weights, f"{e}.LayerNorm")
    for number in range(LAYERS):
        layer = f"body.encoder.layer.{number}"
        read[f"{layer}.attention.self.query"] = x
        parts = [linear(x, f"{layer}.attention.self.{p}") for p in ("query", "key", "value")]
        q, k, v = (p.reshape(len(ids), HEADS, -1).transpose(1, 0, 2) for p in parts)
        weight = np.exp(q @ k.transpose(0, 2, 1) / np.sqrt(WIDTH / HEADS))
        mixed = (weight / weight.sum(-1, keepdims=True) @ v).transpose(1, 0, 2).reshape(len(ids), WIDTH)
        x = normed(
            x + linear(mixed, f"{layer}.attention.output.dense"),
            weights,
            f"{layer}.attention.output.LayerNorm",
        )
        read[f"{layer}.intermediate.dense"] = x
        inner = gelu(linear(x, f"{layer}.intermediate.dense"))
        x = normed(x + linear(inner, f"{layer}.output.dense"), weights, f"{layer}.output.LayerNorm")
    return linear(x.mean(0), "heads")[:4], linear(x, "words")[:, 0], read


SENTENCES = [np.random.default_rng(n).integers(0, PIECES, 2 + n).tolist() for n in range(LENGTH - 2)]


def run(body: bytes, rows: list[list[int]]) -> tuple[np.ndarray, list[np.ndarray]]:
    options = onnxruntime.SessionOptions()
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_ENABLE_BASIC
    session = onnxruntime.InferenceSession(body, options, providers=["CPUExecutionProvider"])
    ids = np.zeros((len(rows), max(map(len, rows))), dtype=np.int64)
    mask = np.zeros_like(ids)
    for i, row in enumerate(rows):
        ids[i, : len(row)], mask[i, : len(row)] = row, 1
    tasks, words = session.run(["tasks", "words"], {"input_ids": ids, "attention_mask": mask})
    return tasks, [w[: len(row)] for w, row in zip(words, rows, strict=True)]


@pytest.fixture(scope="module")
def quantized() -> bytes:
    weights = made_up_weights()
    reads = [slow_network(weights, row)[2] for row in SENTENCES]
    widest = {name: np.concatenate([np.abs(r[name]) for r in reads]).max(0) for name in reads[0]}
    body = network_graph(weights, HEADS, 4, LENGTH, widest)
    assert body == network_graph(weights, HEADS, 4, LENGTH, widest)
    return body


def test_the_graph_equals_a_slow_reference() -> None:
    weights = made_up_weights()
    tasks, words = run(network_graph(weights, HEADS, 4, LENGTH), SENTENCES)
    for i, row in enumerate(SENTENCES):
        of_tasks, of_words, _ = slow_network(weights, row)
        assert tasks[i] == pytest.approx(of_tasks, abs=1e-4)
        assert words[i] == pytest.approx(of_words, abs=1e-4)


def test_int8_is_near_and_smaller(quantized: bytes) -> None:
    weights = made_up_weights()
    exact = np.stack([slow_network(weights, row)[0] for row in SENTENCES])
    error = np.abs(run(quantized, SENTENCES)[0] - exact)
    assert 0 < error.mean() < 0.05 * exact.std()
    assert len(quantized) < 0.7 * len(network_graph(weights, HEADS, 4, LENGTH))
    assert what_is_foreign(quantized) is None


def test_a_sentence_does_not_depend_on_its_batch(quantized: bytes) -> None:
    tasks, words = run(quantized, SENTENCES)
    for i, row in enumerate(SENTENCES):
        of_tasks, of_words = run(quantized, [row])
        assert of_tasks[0] == pytest.approx(tasks[i], abs=1e-5)
        assert of_words[0] == pytest.approx(words[i], abs=1e-5)


@settings(max_examples=100, deadline=None)
@given(st.integers(0, 2**32 - 1), st.floats(1e-6, 1e6))
def test_no_sum_of_two_products_overflows(seed: int, size: float) -> None:
    matrix = (np.random.default_rng(seed).standard_t(2, (6, 16)) * size).astype(np.float32)
    whole, scale = quantized_weights(matrix)
    assert (np.abs(whole * scale[:, None] - matrix).max(axis=1) <= scale * 0.501).all()
    pairs = whole.astype(int).reshape(6, 8, 2)
    high, low = np.maximum(pairs, 0).sum(-1) * 255, np.minimum(pairs, 0).sum(-1) * 255
    assert high.max() < 2**15
    assert low.min() >= -(2**15)


def test_rows_of_zeros_stay() -> None:
    for quantize in (quantized_rows, quantized_weights):
        whole, scale = quantize(np.zeros((2, 4), dtype=np.float32))
        assert not whole.any()
        assert (scale > 0).all()

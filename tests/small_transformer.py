"""A transformer's folder in miniature, its ONNX graph written byte by byte: for tests, where ``onnx`` is not at hand.

A piece has a fixed weight for each task and one as a word; a task's logit is the sum over the pieces.
"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

TASKS = {
    "opinion": ("opinion", "report"),
    "loaded": ("loaded", "neutral"),
    "sarcasm": ("sarcastic", "sincere"),
    "hedge": ("uncertain", "certain"),
}
LENGTH = 24
SPECIAL = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
WORDS = ["the", "council", "met", "what", "a", "shameless", "farce", "said", "perhaps", "they", "!", ".", ","]
ENDS = ["##s", "##ly", "##less"]
VOCABULARY = [*SPECIAL, *WORDS, "shame", *ENDS]
WEIGHTS = np.random.default_rng(7).normal(size=(len(VOCABULARY), 4)).astype(np.float32)
WORD_WEIGHTS = np.random.default_rng(8).normal(size=len(VOCABULARY)).astype(np.float32)
FLOAT, INT64 = 1, 7
_INT = 2  # the type of an attribute


def varint(value: int) -> bytes:
    out = bytearray()
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes([*out, value])


def field(number: int, value: bytes | str | int) -> bytes:
    if isinstance(value, int):
        return varint(number << 3) + varint(value)
    body = value.encode() if isinstance(value, str) else value
    return varint(number << 3 | 2) + varint(len(body)) + body


def tensor(name: str, array: NDArray[Any], extra: bytes = b"") -> bytes:
    kind = FLOAT if array.dtype == np.float32 else INT64
    dims = b"".join(field(1, size) for size in array.shape)
    return dims + field(2, kind) + field(8, name) + field(9, array.tobytes()) + extra


def node(
    kind: str, inputs: list[str], output: str, domain: str = "", extra: bytes = b"", **numbers: int
) -> bytes:
    given = b"".join(field(1, name) for name in inputs) + field(2, output) + field(4, kind)
    attributes = b"".join(field(5, field(1, n) + field(3, v) + field(20, _INT)) for n, v in numbers.items())
    return given + attributes + field(7, domain) + extra


def value(name: str, kind: int, *shape: str | int) -> bytes:
    dims = b"".join(field(1, field(2 if isinstance(size, str) else 1, size)) for size in shape)
    return field(1, name) + field(2, field(1, field(1, kind) + field(2, dims)))


def network(
    tasks: int = 4,
    outputs: tuple[str, str] = ("tasks", "words"),
    nodes: tuple[bytes, ...] = (),
    initializer: bytes = b"",
    extra: bytes = b"",
    weights: NDArray[np.float32] = WEIGHTS,
) -> bytes:
    """The graph; the parameters spoil it."""
    steps = [
        node("Gather", ["weights", "input_ids"], "each"),
        node("Cast", ["attention_mask"], "there", to=FLOAT),
        node("Unsqueeze", ["there", "two"], "column"),
        node("Mul", ["each", "column"], "kept"),
        node("ReduceSum", ["kept", "one"], outputs[0], keepdims=0),
        node("Gather", ["word weights", "input_ids"], outputs[1]),
        *nodes,
    ]
    constants = [
        tensor("weights", weights[:, :tasks]),
        tensor("word weights", WORD_WEIGHTS),
        tensor("one", np.array([1])),
        tensor("two", np.array([2])),
    ]
    graph = b"".join(field(1, step) for step in steps) + field(2, "small")
    graph += b"".join(field(5, constant) for constant in constants) + initializer
    graph += b"".join(field(11, value(name, INT64, "n", "width")) for name in ("input_ids", "attention_mask"))
    graph += field(12, value(outputs[0], FLOAT, "n", tasks)) + field(
        12, value(outputs[1], FLOAT, "n", "width")
    )
    return field(1, 8) + field(7, graph) + field(8, field(1, "") + field(2, 17)) + extra


def tokenizer(vocabulary: list[str] = VOCABULARY) -> bytes:
    """A tokenizer that cuts off known ends of words."""
    number = {piece: i for i, piece in enumerate(vocabulary)}
    added = [
        {"id": i, "content": piece, "single_word": False, "lstrip": False, "rstrip": False, "normalized": False,
         "special": True}
        for piece, i in number.items() if piece in SPECIAL
    ]  # fmt: skip
    model = {
        "type": "WordPiece", "unk_token": "[UNK]", "continuing_subword_prefix": "##",
        "max_input_chars_per_word": 100, "vocab": number,
    }  # fmt: skip
    ends = {"type": "BertProcessing", "sep": ["[SEP]", 3], "cls": ["[CLS]", 2]}
    normalizer = {"type": "Lowercase"}
    whole = {
        "version": "1.0", "truncation": None, "padding": None, "added_tokens": added, "normalizer": normalizer,
        "pre_tokenizer": {"type": "BertPreTokenizer"}, "post_processor": ends, "decoder": None, "model": model,
    }  # fmt: skip
    return json.dumps(whole).encode()


def card(files: dict[str, bytes]) -> dict[str, Any]:
    tasks = {
        task: {
            "labels": {"positive": labels[0], "negative": labels[1]},
            "definition": f"{labels[0]}: made up",
            "threshold": 0.4,
            "share": 0.3,
            "calibration": {"slope": 0.5 + number, "offset": -0.25},
            "metrics": {},
        }
        for number, (task, labels) in enumerate(TASKS.items())
    }
    return {
        "format": "rhetoric transformer 1",
        "name": "small",
        "length": LENGTH,
        "tasks": tasks,
        "words": {"threshold": 0.5, "slope": 1.0, "offset": 0.0, "metrics": {}},
        "sha256": {name: hashlib.sha256(body).hexdigest() for name, body in files.items()},
        "weights_licence": "MIT",
    }


def write(folder: Path, model: bytes | None = None, pieces: bytes | None = None, **changes: object) -> Path:
    """A folder whose card states the sha256 of what is in it; ``changes`` go onto the card."""
    files = {"model.onnx": model or network(), "tokenizer.json": pieces or tokenizer()}
    folder.mkdir(parents=True, exist_ok=True)
    for name, body in files.items():
        (folder / name).write_bytes(body)
    (folder / "card.json").write_text(json.dumps({**card(files), **changes}), encoding="utf-8")
    return folder

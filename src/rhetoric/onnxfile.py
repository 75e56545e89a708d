"""What an ONNX file would make its reader do, seen before any library reads it.

ONNX is a Protocol Buffers message. The few fields that matter are found by walking over it, by the numbers
that they have in ``onnx.proto`` (https://github.com/onnx/onnx/blob/main/onnx/onnx.proto).
"""

from __future__ import annotations

from collections.abc import Iterator

DOMAINS = frozenset({"", "ai.onnx", "com.microsoft"})  # ONNX's own operators and ONNX Runtime's

_GRAPH, _FUNCTIONS = 7, 25  # ModelProto
_NODE, _INITIALIZER, _SPARSE_INITIALIZER = 1, 5, 15  # GraphProto
_KIND, _ATTRIBUTE, _DOMAIN = 4, 5, 7  # NodeProto
_TENSOR, _SUBGRAPH, _TENSORS, _SUBGRAPHS = 5, 6, 10, 11  # AttributeProto
_EXTERNAL_DATA, _DATA_LOCATION = 13, 14  # TensorProto
_VARINT, _EIGHT_BYTES, _LENGTH, _FOUR_BYTES = 0, 1, 2, 5


def _number(body: memoryview, at: int) -> tuple[int, int]:
    """A number of variable length, and where it ends."""
    value = shift = 0
    while True:
        byte = body[at]
        value |= (byte & 0x7F) << shift
        at, shift = at + 1, shift + 7
        if byte < 0x80:
            return value, at
        if shift > 63:
            raise ValueError("a number of more than ten bytes")


def _fields(body: memoryview) -> Iterator[tuple[int, memoryview | int]]:
    """Number and content of each field of a message."""
    at = 0
    while at < len(body):
        key, at = _number(body, at)
        kind = key & 7
        if kind == _VARINT:
            value, at = _number(body, at)
            yield key >> 3, value
            continue
        if kind == _LENGTH:
            length, at = _number(body, at)
        elif kind in (_EIGHT_BYTES, _FOUR_BYTES):
            length = 8 if kind == _EIGHT_BYTES else 4
        else:
            raise ValueError(f"a field of the unknown kind {kind}")
        if at + length > len(body):
            raise ValueError("it ends within a field")
        yield key >> 3, body[at : at + length]
        at += length


def _parts(body: memoryview, *numbers: int) -> Iterator[tuple[int, memoryview]]:
    """The fields of these numbers that are messages or strings."""
    for number, content in _fields(body):
        if number in numbers:
            if isinstance(content, int):
                raise ValueError(f"field {number} is a number")
            yield number, content


def _is_outside(tensor: memoryview) -> bool:
    return any(
        number == _EXTERNAL_DATA or (number == _DATA_LOCATION and content != 0)
        for number, content in _fields(tensor)
    )


def _of_node(node: memoryview) -> Iterator[str]:
    domain = kind = ""
    for number, content in _parts(node, _KIND, _DOMAIN, _ATTRIBUTE):
        if number == _KIND:
            kind = str(content, "utf-8")
        elif number == _DOMAIN:
            domain = str(content, "utf-8")
        else:
            for part, inner in _parts(content, _TENSOR, _TENSORS, _SUBGRAPH, _SUBGRAPHS):
                if part in (_SUBGRAPH, _SUBGRAPHS):
                    yield "a graph within a graph"
                elif _is_outside(inner):
                    yield "data outside the file"
    if domain not in DOMAINS:
        yield f"the operator {kind!r} of the foreign domain {domain!r}"


def what_is_foreign(body: bytes) -> str | None:
    """The first thing in an ONNX file that a plain network has not.

    Parameters
    ----------
    body : bytes

    Returns
    -------
    str or None
        Data outside the file, operators of other domains than ``DOMAINS``, functions, graphs within the
        graph, sparse tensors; None where there is none of it.

    Raises
    ------
    ValueError
        Where the bytes are no such file.
    """
    graphs = 0
    try:
        for number, content in _parts(memoryview(body), _GRAPH, _FUNCTIONS):
            if number == _FUNCTIONS:
                return "a function"
            graphs += 1
            for part, inner in _parts(content, _NODE, _INITIALIZER, _SPARSE_INITIALIZER):
                if part == _SPARSE_INITIALIZER:
                    return "a sparse tensor"
                if part == _INITIALIZER and _is_outside(inner):
                    return "data outside the file"
                if part == _NODE:
                    for found in _of_node(inner):
                        return found
    except IndexError as error:
        raise ValueError("it ends within a number") from error
    if graphs != 1:
        raise ValueError(f"it holds {graphs} graphs")
    return None

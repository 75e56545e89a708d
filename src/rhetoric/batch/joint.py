"""Many pages read as one text, so that what numpy does once a call is done once for all of them.

Between two pages stands a sentence of a single mark, in a block of its own. Nothing that reading looks at
reaches over it: a quotation may run on into the next block, and the mark is that block; beside the first and
the last token of a page stands the mark, which is in no set of words or marks that anything asks for. So each
page's stretch of the joint reading is what it would be alone, but for the offset.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rhetoric.reading.reading import Reading, checked_comments, checked_text, make_reading, with_comments
from rhetoric.reading.sentences import segment
from rhetoric.reading.tokens import Int
from rhetoric.types import PARTS

_BETWEEN = "\n\n\N{SECTION SIGN}\n\n"
_MARK = _BETWEEN.index("\N{SECTION SIGN}")
_BODY = PARTS.index("body")


@dataclass(frozen=True, slots=True, eq=False)
class Joint:
    """Pages as one reading.

    Attributes
    ----------
    reading : Reading
        Of all pages and of the marks between them.
    rows : ndarray of int64, shape (n_sentences,)
        The sentences of the reading that are a page's.
    page : ndarray of int64, shape (n_sentences,)
        The page of each of these, ascending.
    offset : ndarray of int64, shape (n_pages,)
        Where each page begins in the reading's text.
    length : ndarray of int64, shape (n_pages,)
        Characters of each page and its comments.
    """

    reading: Reading
    rows: Int
    page: Int
    offset: Int
    length: Int


def read_pages(pages: Sequence[tuple[str, Sequence[str]]]) -> Joint:
    """Read pages with their comments as :func:`rhetoric.reading.reading.read_document` reads each.

    Parameters
    ----------
    pages : sequence of (str, sequence of str)
        Text and comments of each.

    Returns
    -------
    Joint
    """
    texts: list[str] = []
    spans: list[tuple[int, int]] = []
    parts: list[int] = []
    page: list[int] = []
    block_start: list[int] = []
    offsets: list[int] = []
    at = 0
    for i, (given, comments) in enumerate(pages):
        text, blocks = with_comments(checked_text(given), checked_comments(comments))
        offsets.append(at)
        for block in blocks:
            found = segment(text, block.start, block.end)
            spans += [(at + start, at + end) for start, end in found]
            parts += [PARTS.index(block.part)] * len(found)
            page += [i] * len(found)
            block_start.append(at + block.start)
        texts.append(text)
        at += len(text) + _MARK
        spans.append((at, at + 1))
        parts.append(_BODY)
        page.append(-1)
        block_start.append(at)
        at += len(_BETWEEN) - _MARK
    flat = np.array(spans, dtype=np.int64).reshape(-1, 2)
    part: NDArray[np.uint8] = np.array(parts, dtype=np.uint8)
    whole = _BETWEEN.join([*texts, ""])
    reading = make_reading(whole, flat[:, 0], flat[:, 1], part, np.array(block_start, dtype=np.int64), True)
    owner = np.array(page, dtype=np.int64)
    rows = np.flatnonzero(owner >= 0)
    length = np.fromiter(map(len, texts), dtype=np.int64, count=len(texts))
    return Joint(reading, rows, owner[rows], np.array(offsets, dtype=np.int64), length)

"""Quotation marks -> marked stretches: which mark opens, which closes, and which is an apostrophe or an inch.

The marks are few, so one plain loop over them (never over tokens) is fast enough; all it looks at is
prepared in arrays.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rhetoric.reading.tokens import QUOTE, Bool, Int, Tokens

_OPEN, _CLOSE, _EITHER = 1, 2, 0
_DOUBLE = frozenset('"\u201c\u201d\u201e\u201f\u00ab\u00bb')
_OPENING = frozenset("\u201c\u201e\u201f\u2018\u201a\u201b`")
_CLOSING = frozenset("\u201d\u2019")
_ELISION = re.compile(
    r"['\u2019\u2018](?:\d\ds?\b|(?:tis|twas|twere|twill|em|til|till|cause|cos|bout|round|n|an|nuff|kay|ere|ello)\b)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True, eq=False)
class Marked:
    """Stretches between quotation marks, as tokens ``first`` to ``last`` (the marks themselves)."""

    first: Int
    last: Int
    closed: Bool


def _membership(characters: str) -> Bool:
    table = np.zeros(0x3000, dtype=np.bool_)
    table[[ord(c) for c in characters]] = True
    return table


_SPACES = " \t\n\r\v\f\x00\x1c\x1d\x1e\x1f\x85\u00a0\u1680\u2028\u2029\u202f\u205f\u200b" + "".join(
    chr(c) for c in range(0x2000, 0x200B)
)
_BEFORE_OPENING = _membership(_SPACES + "([{\u2014\u2013-/:=>*_|")
_AFTER_CLOSING = _membership(_SPACES + ")]}\u2014\u2013-/.,;:!?\u2026*_|<")
_DIGITS = _membership("0123456789")


def _sides(codes: NDArray[np.uint32], start: Int, end: Int) -> tuple[NDArray[np.int64], Bool]:
    """What the characters around (a run of) marks allow them to be, and whether a digit stands before."""
    n = len(codes)
    new = np.ones(len(start), dtype=np.bool_)
    new[1:] = start[1:] != end[:-1]
    run = np.cumsum(new) - 1
    left = start[new][run]
    right = end[np.append(np.flatnonzero(new)[1:], len(start)) - 1][run]
    low = np.minimum(codes, 0x2FFF)
    before, after = low[np.maximum(left - 1, 0)], low[np.minimum(right, n - 1)]
    opens = (left == 0) | _BEFORE_OPENING[before]
    closes = (right == n) | _AFTER_CLOSING[after]
    side = np.where(opens & ~closes, _OPEN, np.where(closes & ~opens, _CLOSE, _EITHER))
    return side, (left > 0) & _DIGITS[before]


def _mark_tokens(text: str, tokens: Tokens) -> tuple[Int, Int]:
    """First and last token of each mark: two single marks side by side are one double one."""
    token = np.flatnonzero(tokens.kind == QUOTE)
    if len(token) < 2:
        return token, token
    start = tokens.start[token]
    single = tokens.codes[start] == ord("'")
    single |= tokens.codes[start] == ord("`")
    touch = np.zeros(len(token), dtype=np.bool_)
    touch[1:] = single[1:] & single[:-1] & (start[1:] == start[:-1] + 1)
    for i in np.flatnonzero(touch).tolist():  # rare: of three in a row the first two are one mark
        if touch[i - 1] or text[start[i]] != text[start[i - 1]]:
            touch[i] = False
    last = np.flatnonzero(~np.append(touch[1:], False))
    return token[~touch], token[last]


class _Pairing:
    """One walk over the marks of a text."""

    def __init__(self, text: str, tokens: Tokens, block: Int, sentence: Int) -> None:
        first, last = _mark_tokens(text, tokens)
        start, end = tokens.start[first], tokens.end[last]
        side, digit = _sides(tokens.codes, start, end)
        self.text = text
        self.first, self.last = first.tolist(), last.tolist()
        self.start: list[int] = start.tolist()
        self.side: list[int] = side.tolist()
        self.digit: list[bool] = digit.tolist()
        self.block: list[int] = block[first].tolist()
        self.character = [text[i] for i in self.start]
        self.double = [
            c in _DOUBLE or a != b for c, a, b in zip(self.character, self.first, self.last, strict=True)
        ]
        ids = block[first]
        self.block_first: list[int] = np.searchsorted(block, ids, side="left").tolist()
        self.block_last: list[int] = (np.searchsorted(block, ids, side="right") - 1).tolist()
        self.sentence_last: list[int] = (
            np.searchsorted(sentence, sentence[first], side="right") - 1
        ).tolist()
        self.before: list[int] = tokens.codes[tokens.start[np.maximum(first - 1, 0)]].tolist()
        self.closer = self._single_closers()
        self.out: list[tuple[int, int, bool]] = []

    def _single_closers(self) -> list[int]:
        """For each single mark that may open, the mark that closes it, or -1."""
        n = len(self.start)
        closer = [-1] * n
        strong = weak = -1
        for i in range(n - 1, -1, -1):
            if i + 1 < n and self.block[i + 1] != self.block[i]:
                strong = weak = -1
            if self.double[i]:
                continue
            p, side, character = self.start[i], self.side[i], self.character[i]
            if (side == _OPEN and character != "\u2019") or character in "\u2018\u201a\u2039":
                if not _ELISION.match(self.text, p) or (strong >= 0 and self.start[strong] - p > 12):
                    closer[i] = weak if weak >= 0 and (strong < 0 or weak < strong) else strong
                    strong = -1  # it closes this one and no earlier one
                weak = -1
            elif side == _CLOSE:
                possessive = (
                    self.text[p - 1 : p] in ("s", "S", "z", "x")
                    and self.text[p + 1 : p + 3].strip().isalpha()
                )
                if possessive:
                    weak = i if strong < 0 else weak
                else:
                    strong, weak = i, -1
        return closer

    def _end_open(self, opened: int, until: int) -> None:
        """A quotation without closing mark: it ends with its block, or before the next that opens there."""
        last = self.block_last[opened]
        if until < len(self.start) and self.block[until] == self.block[opened]:
            last = min(self.sentence_last[opened], self.first[until] - 1)
        lonely = self.side[opened] == _EITHER and self.first[opened] != self.block_first[opened]
        if not lonely and last > self.last[opened]:
            self.out.append((self.first[opened], last, False))

    def _is_inch(self, i: int) -> bool:
        """A straight mark after a number that does not have to close anything."""
        if not self.digit[i] or self.character[i] not in "\"'\u201d" or self.side[i] != _CLOSE:
            return False
        j = i + 1
        while j < len(self.start) and self.block[j] == self.block[i]:
            if self.double[j]:
                return (
                    self.side[j] == _CLOSE
                    and self.text[self.start[i] + 1 : self.start[i] + 3].strip().isalpha()
                )
            j += 1
        return False

    def _closes_alone(self, i: int) -> None:
        """A closing mark alone: the block began inside a quotation, if a sentence ends here."""
        first = self.block_first[i]
        ends = chr(self.before[i]) in ".,!?\u2026" and self.first[i] - first > 4
        if ends and (not self.out or self.out[-1][1] < first):
            self.out.append((first, self.last[i], False))

    def _runs_on(self, opened: int, i: int) -> bool:
        """Whether the next block goes on with an open quotation without repeating its mark."""
        near = self.block_first[i] == self.block_last[opened] + 1
        return near and self.double[i] and self.side[i] == _CLOSE and not self.digit[i]

    def walk(self, running: bool) -> list[tuple[int, int, bool]]:
        """Pair the marks; token spans in the order of the text."""
        opened = skip = -1
        for i in range(len(self.start)):
            if i <= skip:
                continue
            left = opened >= 0 and self.block[i] != self.block[opened]
            if left and not (running and self._runs_on(opened, i)):
                self._end_open(opened, i)
                opened = -1
            if not self.double[i]:
                if opened < 0 and self.closer[i] >= 0:
                    skip = self.closer[i]
                    self.out.append((self.first[i], self.last[skip], True))
                continue
            side, character = self.side[i], self.character[i]
            if opened < 0:
                if side == _CLOSE and character not in _OPENING:
                    if not self.digit[i]:
                        self._closes_alone(i)
                elif self.text[self.start[i] - 1 : self.start[i]] == "=":  # an attribute of pasted HTML
                    skip = i + 1
                elif not (character in _CLOSING and side == _EITHER):
                    opened = i
            elif (side == _OPEN and character not in _CLOSING) or (character in _OPENING and side != _CLOSE):
                self._end_open(opened, i)
                opened = i
            elif not self._is_inch(i):
                self.out.append((self.first[opened], self.last[i], True))
                opened = -1
        if opened >= 0:
            self._end_open(opened, len(self.start))
        return self.out


def find_marked(text: str, tokens: Tokens, block: Int, sentence: Int, running: bool) -> Marked:
    """Find the stretches between quotation marks.

    Parameters
    ----------
    text : str
    tokens : Tokens
    block, sentence : ndarray of int64
        The block and sentence of each token, ascending.
    running : bool
        Whether a stretch may run over into the next block.

    Returns
    -------
    Marked
        Disjoint, in the order of the text; the outermost of nested ones.
    """
    some = bool(np.any(tokens.kind == QUOTE))
    pairs = _Pairing(text, tokens, block, sentence).walk(running) if some else []
    if not pairs:
        none = np.zeros(0, dtype=np.int64)
        return Marked(none, none, np.zeros(0, dtype=np.bool_))
    first, last, closed = zip(*pairs, strict=True)
    return Marked(np.array(first), np.array(last), np.array(closed))

"""Sums by group in memory that does not grow with the articles, and bootstrap intervals of their ratios."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

Int = NDArray[np.int64]
Float = NDArray[np.float64]

# Articles of a group beyond these share a row with others. The width of an interval that is estimated from
# k independent rows has a relative error of about 1 / sqrt(2 k): 1.6 % at 2,000.
BLOCKS = 2_000
_HELD = 200_000  # rows before they are folded
_CELLS = 1_000_000  # of the matrix of counts that is made at once


class Blocks:
    """Rows of numbers of each group: one an article up to ``BLOCKS`` articles, from then on sums of several.

    Articles are dealt out to a group's rows in turn, so that a row of a large group is a sum over articles
    from the whole input. For articles that are independent of one another, resampling such sums gives the
    same spread of the total as resampling articles.

    Parameters
    ----------
    width : int
        Numbers an article.
    """

    def __init__(self, width: int) -> None:
        self._met = np.zeros(0, dtype=np.int64)  # articles so far, by group
        self._keys, self._rows = np.zeros(0, dtype=np.int64), np.zeros((0, width), dtype=np.int64)
        self._held: list[tuple[Int, Int]] = []

    def add(self, group: Int, rows: Int) -> None:
        """Take in some articles.

        Parameters
        ----------
        group : ndarray of int64, shape (n,)
            The number of each article's group, from 0.
        rows : ndarray of int64, shape (n, width)
        """
        if not len(group):
            return
        counts = np.bincount(group, minlength=len(self._met))
        self._met = np.pad(self._met, (0, len(counts) - len(self._met)))
        order = np.argsort(group, kind="stable")
        within = np.empty(len(group), dtype=np.int64)
        within[order] = np.arange(len(group)) - np.repeat(np.cumsum(counts) - counts, counts)
        self._held.append((group * BLOCKS + (self._met[group] + within) % BLOCKS, rows))
        self._met += counts
        if sum(len(keys) for keys, _ in self._held) > max(_HELD, len(self._keys)):
            self._fold()

    def groups(self) -> Iterator[tuple[int, Int]]:
        """Yield the number of each group and its rows, shape (n, width)."""
        self._fold()
        group = self._keys // BLOCKS
        numbers, first = np.unique(group, return_index=True)
        yield from zip(numbers.tolist(), np.split(self._rows, first[1:]), strict=bool(len(numbers)))

    def _fold(self) -> None:
        keys = np.concatenate([self._keys, *(keys for keys, _ in self._held)])
        rows = np.concatenate([self._rows, *(rows for _, rows in self._held)])
        order = np.argsort(keys, kind="stable")
        keys, rows = keys[order], rows[order]
        first = np.flatnonzero(np.diff(keys, prepend=-1))
        self._keys = keys[first]
        self._rows = np.add.reduceat(rows, first) if len(first) else rows
        self._held = []


def ratio_intervals(
    rows: Int,
    parts: Sequence[int],
    wholes: Sequence[int],
    *,
    seed: Sequence[int],
    resamples: int = 1000,
    level: float = 0.95,
) -> tuple[Float, Float]:
    """Percentile bootstrap intervals of ratios of sums (Efron and Tibshirani 1993, ch. 13).

    Parameters
    ----------
    rows : ndarray of int64, shape (n, width)
        What is resampled.
    parts, wholes : sequence of int, length k
        The columns: ratio ``i`` is the sum of column ``parts[i]`` over that of column ``wholes[i]``.
    seed : sequence of int
        The same seed and rows give the same intervals, to the last bit: all sums are of whole numbers.
    resamples : int, default=1000
    level : float, default=0.95

    Returns
    -------
    low, high : ndarray of float64, shape (k,)
        NaN where there is no interval: the whole is 0, or no resample differs from another (a single row;
        none or all of the whole is part).
    """
    n = len(rows)
    random = np.random.default_rng(list(seed))
    values = rows.astype(np.float64)
    sums = np.empty((resamples, rows.shape[1]))
    step = max(1, _CELLS // n)
    for start in range(0, resamples, step):
        size = min(step, resamples - start)
        drawn = random.integers(0, n, (size, n)) + n * np.arange(size)[:, None]
        counts = np.bincount(drawn.ravel(), minlength=size * n).reshape(size, n)
        sums[start : start + size] = counts.astype(np.float64) @ values
    low, high = np.full(len(parts), np.nan), np.full(len(parts), np.nan)
    for i, (part, whole) in enumerate(zip(parts, wholes, strict=True)):
        some = sums[:, whole] > 0
        ratio = sums[some, part] / sums[some, whole]
        if len(ratio) and ratio.min() < ratio.max():
            low[i], high[i] = np.quantile(ratio, [(1 - level) / 2, (1 + level) / 2])
    return low, high

"""Leakage: which training texts share a run of words with a text that is tested on."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

RUN = 8  # words; a shared run of this many makes two texts near-duplicates


@dataclass(frozen=True, slots=True)
class Overlap:
    """What training texts have in common with tested ones.

    Attributes
    ----------
    rows : int
        Texts that are trained on.
    left_out : int
        Texts that are not, as they share a run with a tested one.
    exact_duplicates : int
        Those among them that are the same text, but for case and punctuation.
    remaining : int
        Texts that are trained on and share a run all the same; must be 0.
    """

    rows: int
    left_out: int
    exact_duplicates: int
    remaining: int

    def __add__(self, other: Overlap) -> Overlap:
        return Overlap(
            self.rows + other.rows,
            self.left_out + other.left_out,
            self.exact_duplicates + other.exact_duplicates,
            self.remaining + other.remaining,
        )


def normalised(text: str) -> str:
    """The words and numbers of a text in lower case, without punctuation."""
    return " ".join(_words(text))


def runs(text: str) -> set[str]:
    """The normalised runs of eight words of a text (the whole text where it is shorter)."""
    words = _words(text)
    return {" ".join(words[i : i + RUN]) for i in range(max(1, len(words) - RUN + 1))}


def _words(text: str) -> list[str]:
    return re.findall(r"[a-z0-9]+", text.lower())


def without_shared_runs(texts: Sequence[str], tested: Iterable[str]) -> NDArray[np.int64]:
    """Indices of the texts that share no run with any of the tested ones."""
    seen: set[str] = set()
    for text in tested:
        seen |= runs(text)
    return np.array([i for i, text in enumerate(texts) if seen.isdisjoint(runs(text))], dtype=np.int64)


def overlap(texts: Sequence[str], used: NDArray[np.bool_], tested: Iterable[str]) -> Overlap:
    """Count what :func:`without_shared_runs` was to find, among the texts that are used and those that are not.

    Parameters
    ----------
    texts : sequence of str
    used : ndarray of bool, shape (n,)
        Which of them are trained on.
    tested : iterable of str

    Returns
    -------
    Overlap
    """
    tested = list(tested)
    whole = {normalised(text) for text in tested}
    seen = set().union(*map(runs, tested))
    sharing = np.array([not seen.isdisjoint(runs(text)) for text in texts], dtype=np.bool_)
    same = np.array(
        [shares and normalised(text) in whole for text, shares in zip(texts, sharing.tolist(), strict=True)],
        dtype=np.bool_,
    )
    return Overlap(
        int(used.sum()),
        int((sharing & ~used).sum()),
        int((same & ~used).sum()),
        int((sharing & used).sum()),
    )

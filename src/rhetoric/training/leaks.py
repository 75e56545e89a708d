"""Leakage: which training texts share a run of words with a text that is tested on."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

RUN = 8  # words; a shared run of this many makes two texts near-duplicates


def runs(text: str) -> set[str]:
    """The normalised runs of eight words of a text (the whole text where it is shorter)."""
    words = re.findall(r"[a-z0-9]+", text.lower())
    return {" ".join(words[i : i + RUN]) for i in range(max(1, len(words) - RUN + 1))}


def without_shared_runs(texts: Sequence[str], tested: Iterable[str]) -> NDArray[np.int64]:
    """Indices of the texts that share no run with any of the tested ones."""
    seen: set[str] = set()
    for text in tested:
        seen |= runs(text)
    return np.array([i for i, text in enumerate(texts) if seen.isdisjoint(runs(text))], dtype=np.int64)

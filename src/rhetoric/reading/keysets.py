"""Sets of words that all tokens of a batch are looked up in at once."""

from __future__ import annotations

from functools import cache

import numpy as np

from rhetoric.reading.tokens import Bool, Key, tokenize


class KeySet:
    """A set of token keys that a whole batch can be looked up in at once.

    Parameters
    ----------
    words : str
        Words, parted by spaces.
    """

    def __init__(self, words: str) -> None:
        self._keys = np.unique(tokenize(words).key)
        self._maybe = np.zeros(1 << 16, dtype=np.bool_)  # by a key's top bits: most keys need no search
        self._maybe[self._keys >> np.uint64(48)] = True

    def holds(self, keys: Key) -> Bool:
        """Which of ``keys`` stand in the set.

        Parameters
        ----------
        keys : ndarray of uint64, shape (n,)

        Returns
        -------
        ndarray of bool, shape (n,)
        """
        out = self._maybe.take((keys >> np.uint64(48)).view(np.int64), mode="clip")
        candidates = np.flatnonzero(out)
        found = keys[candidates]
        where = np.minimum(np.searchsorted(self._keys, found), len(self._keys) - 1)
        out[candidates] = self._keys[where] == found
        return out


@cache
def key_set(words: str) -> KeySet:
    """The set of some words, made once."""
    return KeySet(words)

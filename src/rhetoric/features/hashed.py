"""Hashed n-grams as a scikit-learn transformer."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Self

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix, vstack

from rhetoric.features.base import SentenceTransformer
from rhetoric.features.input import check_items, read_batch
from rhetoric.features.ngrams import counted, streams
from rhetoric.types import Sentence

_CHUNK = 2048


class HashedNgrams(SentenceTransformer):
    """Hash the word or character n-grams of sentences into a fixed number of columns.

    Case, accents, the digits of numbers and proper names do not count: each name is replaced by one symbol.
    A cell holds the n-gram's count over the square root of the number of n-grams in the sentence, so that
    rows of different length weigh alike (without repeated n-grams each row has Euclidean norm 1).

    Parameters
    ----------
    analyzer : {"word", "char"}, default="word"
    ngram_range : tuple of int, default=(1, 2)
        Smallest and largest n.
    bits : int, default=18
        There are ``2**bits`` columns (8 to 24).

    Examples
    --------
    >>> HashedNgrams(analyzer="char", ngram_range=(2, 4)).fit_transform(["A brilliant move."]).shape
    (1, 262144)
    """

    def __init__(self, analyzer: str = "word", ngram_range: tuple[int, int] = (1, 2), bits: int = 18) -> None:
        self.analyzer = analyzer
        self.ngram_range = ngram_range
        self.bits = bits

    def _check(self) -> range:
        template = "The '{}' parameter of HashedNgrams must be {}. Got {!r} instead."
        if self.analyzer not in ("word", "char"):
            raise ValueError(template.format("analyzer", "'word' or 'char'", self.analyzer))
        sizes = tuple(self.ngram_range) if isinstance(self.ngram_range, tuple | list) else ()
        whole = len(sizes) == 2 and all(isinstance(n, int | np.integer) for n in sizes)
        if not whole or not 1 <= sizes[0] <= sizes[1] <= 12:
            raise ValueError(
                template.format("ngram_range", "a pair with 1 <= min_n <= max_n <= 12", self.ngram_range)
            )
        if not isinstance(self.bits, int | np.integer) or not 8 <= self.bits <= 24:
            raise ValueError(template.format("bits", "an int from 8 to 24", self.bits))
        return range(sizes[0], sizes[1] + 1)

    def fit(self, X: Iterable[str | Sentence], y: object = None) -> Self:
        """Check the parameters; nothing is learned from ``X``."""
        self._check()
        self.n_columns_ = 1 << self.bits
        return self

    def transform(self, X: Iterable[str | Sentence]) -> csr_matrix:
        """Hash sentences.

        Parameters
        ----------
        X : iterable of str or Sentence

        Returns
        -------
        csr_matrix of float64, shape (n_sentences, 2**bits)
        """
        sizes = self._check()
        items = check_items(X, "HashedNgrams.transform", missing=False)
        parts = []
        for at in range(0, len(items), _CHUNK):
            reading = read_batch(items[at : at + _CHUNK]).reading
            n = len(reading.start)
            words, characters = streams(reading.tokens, reading.names, reading.sentence_of, n)
            stream = words if self.analyzer == "word" else characters
            rows, columns = counted(stream, sizes, self.bits)
            data = 1 / np.sqrt(np.maximum(stream.n_windows(sizes), 1))[rows]
            parts.append(csr_matrix((data, (rows, columns)), shape=(n, 1 << self.bits)))
        return vstack(parts, format="csr") if parts else csr_matrix((0, 1 << self.bits))

    def get_feature_names_out(self, input_features: object = None) -> NDArray[np.object_]:
        """Names of the columns: the hash has no words, so they are numbered."""
        return np.asarray([f"{self.analyzer} n-gram #{i}" for i in range(1 << self.bits)], dtype=object)

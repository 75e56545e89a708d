"""Voice and place of a sentence as a matrix."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Self

import numpy as np
from numpy.typing import NDArray

from rhetoric.features.base import SentenceTransformer
from rhetoric.features.columns import VOICE_NAMES, voice_columns
from rhetoric.features.input import check_items, read_batch
from rhetoric.types import Sentence


class VoiceFeatures(SentenceTransformer):
    """Whose voice a sentence speaks in, its part of the page, its length, person and closing marks."""

    def fit(self, X: Iterable[str | Sentence], y: object = None) -> Self:
        """Learn nothing."""
        self.feature_names_ = VOICE_NAMES
        return self

    def transform(self, X: Iterable[str | Sentence]) -> NDArray[np.float64]:
        """Describe sentences.

        Returns
        -------
        ndarray of float64, shape (n_sentences, n_columns)
        """
        return voice_columns(read_batch(check_items(X, "VoiceFeatures.transform", missing=False)).reading)

    def get_feature_names_out(self, input_features: object = None) -> NDArray[np.object_]:
        """Names of the columns."""
        return np.asarray(VOICE_NAMES, dtype=object)

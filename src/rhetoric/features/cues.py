"""Cue counts as a matrix: the columns count the very cues that the reader is shown."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Self

import numpy as np
from numpy.typing import NDArray

from rhetoric.features.base import SentenceTransformer
from rhetoric.features.columns import cue_counts, cue_names
from rhetoric.features.input import check_items, read_batch
from rhetoric.types import Sentence


class CueFeatures(SentenceTransformer):
    """Count the cues of sentences, by rule and by voice.

    Parameters
    ----------
    by : {"rule", "kind"}, default="rule"
        Whether a column is a rule ("loaded/war-metaphor") or a kind ("loaded"). Either way cues in the
        writer's own voice have a column each, and those in a source's voice a column a kind
        ("loaded (source)").

    Examples
    --------
    >>> CueFeatures(by="kind").fit_transform(["Obviously a disaster.", "He left on Monday."]).shape[0]
    2
    """

    def __init__(self, by: str = "rule") -> None:
        self.by = by

    def fit(self, X: Iterable[str | Sentence], y: object = None) -> Self:
        """Check the parameter; nothing is learned from ``X``."""
        self.feature_names_ = cue_names(self._checked())
        return self

    def _checked(self) -> str:
        if not isinstance(self.by, str) or self.by not in ("rule", "kind"):
            raise ValueError(
                f"The 'by' parameter of CueFeatures must be 'rule' or 'kind'. Got {self.by!r} instead."
            )
        return self.by

    def transform(self, X: Iterable[str | Sentence]) -> NDArray[np.float64]:
        """Count cues.

        Parameters
        ----------
        X : iterable of str or Sentence
            Strings are read as sentences of their own; a Sentence that carries cues keeps them.

        Returns
        -------
        ndarray of float64, shape (n_sentences, n_columns)
        """
        by = self._checked()
        items = check_items(X, "CueFeatures.transform", missing=False)
        batch = read_batch(items)
        return cue_counts(batch.table, len(items), by, batch)

    def get_feature_names_out(self, input_features: object = None) -> NDArray[np.object_]:
        """Names of the columns."""
        return np.asarray(cue_names(self._checked()), dtype=object)

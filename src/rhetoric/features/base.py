"""What all our transformers share: they take sentences, and need no fitting."""

from __future__ import annotations

from typing import Any

from sklearn.base import BaseEstimator, TransformerMixin


class SentenceTransformer(TransformerMixin, BaseEstimator):  # type: ignore[misc]
    """Base of the transformers over sentences."""

    def __sklearn_is_fitted__(self) -> bool:
        return True

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.input_tags.string = True
        tags.input_tags.two_d_array = False
        tags.requires_fit = False
        return tags

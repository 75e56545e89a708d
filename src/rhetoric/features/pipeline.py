"""The features of the models as a scikit-learn union, and a model as a fitted Pipeline."""

from __future__ import annotations

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import FeatureUnion, Pipeline

from rhetoric.features.cues import CueFeatures
from rhetoric.features.hashed import HashedNgrams
from rhetoric.features.voice import VoiceFeatures
from rhetoric.model import LinearModel


def feature_union(
    word_ngrams: tuple[int, int], word_bits: int, character_ngrams: tuple[int, int], character_bits: int
) -> FeatureUnion:
    """Hashed word and character n-grams, cue counts and voice side by side."""
    return FeatureUnion(
        [
            ("words", HashedNgrams("word", word_ngrams, word_bits)),
            ("characters", HashedNgrams("char", character_ngrams, character_bits)),
            ("cues", CueFeatures()),
            ("voice", VoiceFeatures()),
        ]
    )


def as_pipeline(model: LinearModel) -> Pipeline:
    """A linear model as a fitted Pipeline.

    Parameters
    ----------
    model : LinearModel

    Returns
    -------
    Pipeline
        Steps "features" and "classifier"; classes are the negative and the positive label of the card.
    """
    words, characters = model.word_sizes, model.character_sizes
    features = feature_union(
        (words[0], words[-1]), model.word_bits, (characters[0], characters[-1]), model.character_bits
    )
    features.fit([""])
    classifier = LogisticRegression()
    labels = model.card["labels"]
    classifier.classes_ = np.array([labels["negative"], labels["positive"]])
    classifier.coef_ = np.concatenate(
        (model.words, model.characters, model.cues, model.voice), dtype=np.float64
    )[None]
    classifier.intercept_ = np.array([model.intercept])
    classifier.n_features_in_ = classifier.coef_.shape[1]
    classifier.n_iter_ = np.array([0])
    return Pipeline([("features", features), ("classifier", classifier)])

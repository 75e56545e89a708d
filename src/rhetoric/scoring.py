"""Scorer: sentences -> calibrated probabilities, and what contributed to each."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Sequence
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, Any, cast

import numpy as np
from numpy.typing import NDArray

from rhetoric.cues.table import CueTable
from rhetoric.explaining import Contribution, Explanation, linear_contributions
from rhetoric.features.columns import cue_counts, voice_columns
from rhetoric.features.input import Batch, check_items, read_batch, sentence_of
from rhetoric.features.ngrams import streams, weigh
from rhetoric.model import LinearModel
from rhetoric.priors import Share, adjust, share_of
from rhetoric.reading.reading import Reading
from rhetoric.types import RhetoricError, Sentence

if TYPE_CHECKING:
    from sklearn.pipeline import Pipeline

__all__ = ["Contribution", "Explanation", "Scorer", "SentenceScorer", "linear_log_odds", "sigmoid"]

Float = NDArray[np.float64]
_CHUNK = 1024  # sentences read at once: arrays of this size stay in the processor's cache


def sigmoid(log_odds: Float) -> Float:
    """Probabilities of log-odds, without overflow."""
    out: Float = 0.5 * (1 + np.tanh(0.5 * log_odds))
    return out


class SentenceScorer(ABC):
    """What scorers of every kind of model offer.

    Attributes
    ----------
    task : str
        What is scored: "opinion", "loaded", "sarcasm" or "hedge".
    name : str
        The model's name.
    threshold : float
        The default cut: from this probability on a sentence is labelled positive.
    share : float or None
        The share of positives at which the probabilities are calibrated; None where the card does not say.
    card : dict
        What is known of the model for this task.
    """

    def __init__(self, task: str, name: str, card: dict[str, Any]) -> None:
        self.task = task
        self.name = name
        self.card = card
        self.threshold = float(card["threshold"])
        self.share: float | None = float(card["share"]) if "share" in card else None

    def __repr__(self) -> str:
        return (
            f"{type(self).__name__}(task={self.task!r}, model={self.name!r}, threshold={self.threshold:.3f})"
        )

    @abstractmethod
    def log_odds(self, reading: Reading, table: CueTable, batch: Batch | None = None) -> Float:
        """Log-odds of the sentences of a reading whose cues were found, shape (n_sentences,)."""

    @abstractmethod
    def explain(self, sentence: str | Sentence) -> Explanation:
        """What contributed to a sentence's score, in signed log-odds."""

    def score(self, sentences: Iterable[str | Sentence | None], share: Share | None = None) -> Float:
        """Probability of the positive class.

        Parameters
        ----------
        sentences : iterable of str or Sentence
            Each string is one sentence, read as body text in the writer's voice except where it quotes.
            None, NaN and pandas' NA score NaN; a string without a word scores what an empty sentence does.
        share : float or "estimate", optional
            The share of positives among sentences such as these; "estimate": as these scores tell it (see
            :mod:`rhetoric.priors`). Default: the share at which the model is calibrated, ``scorer.share``.

        Returns
        -------
        ndarray of float64, shape (n_sentences,)
            Of the sentences that score p, about that share is positive, in a collection whose share of
            positives is the one stated. ``threshold`` is a cut of these probabilities whatever the share:
            where positives are said to be rarer, fewer sentences reach it.

        Raises
        ------
        TypeError
            For a lone string, bytes, or an entry that is neither text nor missing.
        ValueError
            For a share that is none.
        RhetoricError
            Where a share is stated and the model's card has none.

        Warns
        -----
        RhetoricWarning
            Where the share is estimated from few sentences.
        """
        items = check_items(sentences, f"{type(self).__name__}.score", missing=True)
        out = np.empty(len(items))
        for at in range(0, len(items), _CHUNK):
            batch = read_batch(items[at : at + _CHUNK])
            out[at : at + _CHUNK] = sigmoid(self.log_odds(batch.reading, batch.table, batch))
        out[[i for i, item in enumerate(items) if item is None]] = np.nan
        if share is None:
            return out
        return self.at_share(out, self.share_for(out, share))

    def share_for(self, probability: Float, share: Share) -> float:
        """The share of positives that is meant: as stated, or as these probabilities tell it."""
        return share_of(probability, self._calibrated_share(), share, f"{type(self).__name__}.score")

    def at_share(self, probability: Float, share: float) -> Float:
        """Restate probabilities of this scorer for another share of positives."""
        return adjust(probability, self._calibrated_share(), share)

    def _calibrated_share(self) -> float:
        if self.share is None:
            raise RhetoricError(
                f"The card of the model '{self.name}' for the task '{self.task}' does not say at which share of"
                " positives it was calibrated, so that no other share can be taken into account: leave 'share'"
                " out, or train the model again."
            )
        return self.share


class Scorer(SentenceScorer):
    """Score sentences with a linear model.

    Parameters
    ----------
    model : LinearModel

    Attributes
    ----------
    task : str
        What is scored: "opinion", "loaded", "sarcasm" or "hedge".
    name : str
        The model's name.
    threshold : float
        The default cut: from this probability on a sentence is labelled positive.
    share : float or None
        The share of positives at which the probabilities are calibrated; None where the card does not say.
    card : dict
        The model's card.
    """

    def __init__(self, model: LinearModel) -> None:
        super().__init__(model.card["task"], model.card["name"], model.card)
        self.model = model

    def log_odds(self, reading: Reading, table: CueTable, batch: Batch | None = None) -> Float:
        """Log-odds of the sentences of a reading whose cues were found.

        Parameters
        ----------
        reading : Reading
        table : CueTable
            Of the same reading.
        batch : Batch, optional
            Where some sentences bring their own cues.

        Returns
        -------
        ndarray of float64, shape (n_sentences,)
        """
        return linear_log_odds([self.model], reading, table, batch)[:, 0]

    def explain(self, sentence: str | Sentence) -> Explanation:
        """What contributed to a sentence's score, in signed log-odds (positive: toward the positive class).

        Parameters
        ----------
        sentence : str or Sentence

        Returns
        -------
        Explanation
            Contributions largest first; they and the intercept add up to the log-odds exactly.
        """
        sentence = cast("str | Sentence", sentence_of(sentence))
        if not isinstance(sentence, str | Sentence):
            raise TypeError(
                "The 'sentence' parameter of Scorer.explain must be a str or Sentence."
                f" Got {type(sentence).__name__} instead."
            )
        batch = read_batch([sentence])
        table = batch.table
        log_odds = float(self.log_odds(batch.reading, table, batch)[0])
        return Explanation(
            batch.reading.text,
            float(sigmoid(np.array([log_odds]))[0]),
            log_odds,
            self.model.intercept,
            linear_contributions(self.model, batch, table),
        )

    @cached_property
    def pipeline(self) -> Pipeline:
        """The same model as a fitted scikit-learn Pipeline; ``predict_proba`` agrees with :meth:`score`."""
        from rhetoric.features.pipeline import as_pipeline

        return as_pipeline(self.model)


def linear_log_odds(
    models: Sequence[LinearModel], reading: Reading, table: CueTable, batch: Batch | None = None
) -> Float:
    """Log-odds by several linear models whose n-grams are made alike: each column is looked up once for all.

    Parameters
    ----------
    models : sequence of LinearModel
        Of one ``geometry``.
    reading : Reading
    table : CueTable
        Of the same reading.
    batch : Batch, optional
        Where some sentences bring their own cues.

    Returns
    -------
    ndarray of float64, shape (n_sentences, n_models)
        To the last bit what each model gives alone, in any batch.
    """
    n, first = len(reading.start), models[0]
    words, characters = streams(reading.tokens, reading.names, reading.sentence_of, n)
    counts, voice = cue_counts(table, n, "rule", batch), voice_columns(reading)
    word_weights, character_weights = _stacked(tuple(models))
    of_words = weigh(words, first.word_sizes, first.word_bits, word_weights)
    of_characters = weigh(characters, first.character_sizes, first.character_bits, character_weights)
    out = np.empty((n, len(models)))
    for i, model in enumerate(models):
        dense = _row_products(counts, model.cues)
        dense += _row_products(voice, model.voice)
        dense += of_words[:, i]
        dense += of_characters[:, i]
        out[:, i] = dense + model.intercept
    return out


@lru_cache(maxsize=8)
def _stacked(models: tuple[LinearModel, ...]) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """The weights of all models side by side: what one column weighs for each lies together."""
    if len({model.geometry for model in models}) > 1:
        raise ValueError("The models make their n-grams differently, so that they share no columns.")
    if len(models) == 1:
        return models[0].words[:, None], models[0].characters[:, None]
    return (
        np.stack([model.words for model in models], axis=1),
        np.stack([model.characters for model in models], axis=1),
    )


def _row_products(matrix: Float, weights: Float) -> Float:
    """``matrix @ weights``, summed row by row so that a row's result does not depend on its batch."""
    out: Float = np.einsum("ij,j->i", matrix, weights)
    return out

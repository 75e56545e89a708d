"""Scorer: sentences -> calibrated probabilities, and what contributed to each."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache, cached_property
from typing import TYPE_CHECKING, Any, cast

import numpy as np
from numpy.typing import NDArray

from rhetoric.cues.table import CueTable
from rhetoric.features.columns import VOICE_NAMES, cue_columns, cue_counts, cue_names, voice_columns
from rhetoric.features.input import Batch, check_items, read_batch, sentence_of
from rhetoric.features.ngrams import Stream, each_window, streams, weigh
from rhetoric.model import LinearModel, load_model
from rhetoric.reading.reading import Reading
from rhetoric.types import RhetoricError, Sentence

if TYPE_CHECKING:
    from sklearn.pipeline import Pipeline

Float = NDArray[np.float64]
TASKS = ("opinion",)
_CHUNK = 1024  # sentences read at once: arrays of this size stay in the processor's cache


@dataclass(frozen=True, slots=True)
class Contribution:
    """What one feature adds to a sentence's log-odds.

    ``start`` and ``end`` are offsets into the sentence; a feature of the sentence as a whole (its voice, its
    length) has the whole sentence as its span. ``source`` is "wording" (n-grams, shared out over the tokens
    they cover), "cue" or "sentence".
    """

    feature: str
    source: str
    start: int
    end: int
    text: str
    value: float


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why a sentence got its score: ``intercept`` and all ``contributions`` add up to ``log_odds``."""

    text: str
    probability: float
    log_odds: float
    intercept: float
    contributions: tuple[Contribution, ...]

    def __str__(self) -> str:
        lines = [
            f"p = {self.probability:.3f}   log-odds {self.log_odds:+.2f}   intercept {self.intercept:+.2f}"
        ]
        lines += [f"{c.value:+7.2f}  {c.source:8}  {c.feature}" for c in self.contributions]
        return "\n".join(lines)


def sigmoid(log_odds: Float) -> Float:
    """Probabilities of log-odds, without overflow."""
    out: Float = 0.5 * (1 + np.tanh(0.5 * log_odds))
    return out


class Scorer:
    """Score sentences with a linear model.

    Parameters
    ----------
    model : LinearModel

    Attributes
    ----------
    task : str
        What is scored: "opinion".
    name : str
        The model's name.
    threshold : float
        The default cut: from this probability on a sentence is labelled positive.
    card : dict
        The model's card.
    """

    def __init__(self, model: LinearModel) -> None:
        self.model = model
        self.card: dict[str, Any] = model.card
        self.task: str = model.card["task"]
        self.name: str = model.card["name"]
        self.threshold: float = float(model.card["threshold"])

    def __repr__(self) -> str:
        return f"Scorer(task={self.task!r}, model={self.name!r}, threshold={self.threshold:.3f})"

    def score(self, sentences: Iterable[str | Sentence | None]) -> Float:
        """Probability of the positive class.

        Parameters
        ----------
        sentences : iterable of str or Sentence
            Each string is one sentence, read as body text in the writer's voice except where it quotes.
            None, NaN and pandas' NA score NaN; a string without a word scores what an empty sentence does.

        Returns
        -------
        ndarray of float64, shape (n_sentences,)

        Raises
        ------
        TypeError
            For a lone string, bytes, or an entry that is neither text nor missing.
        """
        items = check_items(sentences, "Scorer.score", missing=True)
        out = np.empty(len(items))
        for at in range(0, len(items), _CHUNK):
            batch = read_batch(items[at : at + _CHUNK])
            out[at : at + _CHUNK] = sigmoid(self.log_odds(batch.reading, batch.table, batch))
        out[[i for i, item in enumerate(items) if item is None]] = np.nan
        return out

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
        n, model = len(reading.start), self.model
        words, characters = streams(reading.tokens, reading.names, reading.sentence_of, n)
        dense = _row_products(cue_counts(table, n, "rule", batch), model.cues)
        dense += _row_products(voice_columns(reading), model.voice)
        dense += weigh(words, model.word_sizes, model.word_bits, model.words)
        dense += weigh(characters, model.character_sizes, model.character_bits, model.characters)
        return dense + model.intercept

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
        reading, table = batch.reading, batch.table
        parts = self._wording(reading) + self._cues(batch, table) + self._whole(reading)
        log_odds = float(self.log_odds(reading, table, batch)[0])
        parts.sort(key=_size)
        return Explanation(
            reading.text,
            float(sigmoid(np.array([log_odds]))[0]),
            log_odds,
            self.model.intercept,
            tuple(parts),
        )

    def _wording(self, reading: Reading) -> list[Contribution]:
        model, tokens = self.model, reading.tokens
        words, characters = streams(tokens, reading.names, reading.sentence_of, 1)
        value = np.zeros(len(tokens))
        for stream, sizes, bits, weights in (
            (words, model.word_sizes, model.word_bits, model.words),
            (characters, model.character_sizes, model.character_bits, model.characters),
        ):
            value += _shares(stream, sizes, bits, weights, len(tokens))
        return [
            Contribution(wording, "wording", start, end, wording, v)
            for start, end, v in zip(tokens.start.tolist(), tokens.end.tolist(), value.tolist(), strict=True)
            if v and (wording := reading.text[start:end])
        ]

    def _cues(self, batch: Batch, table: CueTable) -> list[Contribution]:
        names, text = cue_names("rule"), batch.reading.text
        spans: list[tuple[int, int, int]]
        item = batch.items[0]
        if isinstance(item, Sentence) and batch.given[0]:
            number = {name: i for i, name in enumerate(names)}
            spans = [
                (
                    number[cue.rule if cue.voice == "writer" else f"{cue.kind} (source)"],
                    cue.start - item.start,
                    cue.end - item.start,
                )
                for cue in item.cues
                if cue.rule in number  # the rules of other versions count nothing
            ]
        else:
            columns = cue_columns(table).tolist()
            spans = list(zip(columns, table.start.tolist(), table.end.tolist(), strict=True))
        counts = cue_counts(table, 1, "rule", batch)[0]
        total = np.bincount([s[0] for s in spans], minlength=len(names)) if spans else counts
        # A count is capped, so that each of the cues behind it has its share.
        value = self.model.cues * counts / np.maximum(total, 1)
        return [
            Contribution(f"{names[c]}: {text[a:b]}", "cue", a, b, text[a:b], float(value[c]))
            for c, a, b in spans
        ]

    def _whole(self, reading: Reading) -> list[Contribution]:
        values = (voice_columns(reading)[0] * self.model.voice).tolist()
        return [
            Contribution(name, "sentence", 0, len(reading.text), reading.text, v)
            for name, v in zip(VOICE_NAMES, values, strict=True)
            if v
        ]

    @cached_property
    def pipeline(self) -> Pipeline:
        """The same model as a fitted scikit-learn Pipeline; ``predict_proba`` agrees with :meth:`score`."""
        from rhetoric.features.pipeline import as_pipeline

        return as_pipeline(self.model)


def _size(contribution: Contribution) -> float:
    return -abs(contribution.value)


def _row_products(matrix: Float, weights: Float) -> Float:
    """``matrix @ weights``, summed row by row so that a row's result does not depend on its batch."""
    out: Float = np.einsum("ij,j->i", matrix, weights)
    return out


def _shares(stream: Stream, sizes: range, bits: int, weights: NDArray[np.float32], n_tokens: int) -> Float:
    """Weight of the n-grams over each token; an n-gram is shared out evenly over its symbols."""
    out = np.zeros(n_tokens)
    if not n_tokens:
        return out
    total = np.sqrt(np.maximum(stream.n_windows(sizes), 1))[0]
    first, size, column = each_window(stream, sizes, bits)
    value = weights[column] / total / size
    for n in sizes:
        of = np.flatnonzero(size == n)
        for offset in range(n):
            out += np.bincount(stream.owner[first[of] + offset], weights=value[of], minlength=n_tokens)
    return out


@cache
def _load(task: str, model: str) -> Scorer:
    return Scorer(load_model(model, task))


def load_scorer(task: str = "opinion", model: str = "fast") -> Scorer:
    """Load a scorer.

    Parameters
    ----------
    task : str, default="opinion"
    model : str, default="fast"
        The name of a shipped model, or the path of a folder made by ``rhetoric train``.

    Returns
    -------
    Scorer

    Raises
    ------
    RhetoricError
        Where there is no such task or model, or the model's folder is damaged.

    Examples
    --------
    >>> scorer = load_scorer("opinion", model="fast")
    >>> report, opinion = scorer.score(["The vote is on Monday.", "What a shameless, disastrous giveaway!"])
    >>> bool(report < scorer.threshold < opinion)
    True
    """
    if task not in TASKS:
        raise RhetoricError(
            f"The 'task' parameter of load_scorer must be one of {', '.join(TASKS)}. Got {task!r} instead."
        )
    if not isinstance(model, str):
        raise TypeError(
            f"The 'model' parameter of load_scorer must be a str. Got {type(model).__name__} instead."
        )
    return _load(task, model)

"""Loaded words: marks of loaded wording that no list holds, each a cue with its reason.

A linear model scores all words of a batch at once in numpy; a loop runs only over the few that are marked, to
say why. A transformer's logits of words become marks in the same way.
"""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from rhetoric.cues import cue_table
from rhetoric.cues.lexical import negated
from rhetoric.cues.table import CueTable, Rule
from rhetoric.features.words import (
    BLOCKS,
    Words,
    find_words,
    plain_words,
    sentence_columns,
    tokens_of_cues,
)
from rhetoric.reading.lexicon import Hits
from rhetoric.reading.names import NAME, NUMBER, PRONOUN
from rhetoric.reading.reading import Reading
from rhetoric.reading.tokens import Bool, Int
from rhetoric.types import VOICES, Cue
from rhetoric.wordmodel import WordModel

RULE = Rule("loaded", "model", "“{text}” reads as loaded here")
# A question is marked as a whole, which says nothing of its words.
_WHOLE = "rhetorical_question"
# Whose features a reason tells of: the word's own, and those of the words before and after.
_TOLD = ("word", "-2", "-1", "1", "2")
_STAND_INS = {NAME: "a name", PRONOUN: "a pronoun", NUMBER: "a number"}
_MOST_REASONS = 2
_WORTH_TELLING = 0.3  # of the greatest contribution

Float = NDArray[np.float64]


class Network(Protocol):
    """A transformer, as far as its words are concerned; see :class:`rhetoric.network.Transformer`."""

    @property
    def card(self) -> dict[str, Any]:
        """Its card; ``card["words"]`` has slope, offset and threshold."""

    def both(self, reading: Reading) -> tuple[Float, Float]:
        """Logits of the tasks, and of the words: NaN for those that are not read."""


def covered(reading: Reading, table: CueTable, kind: str | None = None) -> Bool:
    """Which tokens lie in a cue already: of this kind, or of any (whole questions do not count)."""
    of_words = np.array(
        [rule.kind == kind if kind else rule.kind != _WHOLE for rule in table.rules], dtype=np.bool_
    )
    at, row = tokens_of_cues(reading, table)
    out = np.zeros(len(reading.tokens), dtype=np.bool_)
    out[at[of_words[table.rule[row]]]] = True
    return out


def is_barred(reading: Reading, table: CueTable, token: Int) -> Bool:
    """Which of these words are never shown: those in a cue already, and those behind a negator."""
    return covered(reading, table)[token] | negated(reading, Hits(np.zeros_like(token), token, token))


def _sigmoid(log_odds: Float) -> Float:
    out: Float = 0.5 * (1 + np.tanh(0.5 * log_odds))
    return out


def _logit(p: float) -> float:
    return math.log(p / (1 - p)) if 0 < p < 1 else math.inf * (p - 0.5)


class WordMarker(ABC):
    """What marks loaded words, whatever the kind of model.

    Attributes
    ----------
    card : dict
        The model's card.
    name : str
    threshold : float
        The calibrated probability from which on a word counts as loaded: the best F1.
    show_threshold : float
        From which on it is shown to readers: fewer marks, more of them right.
    """

    def __init__(self, card: dict[str, Any], threshold: float, show_threshold: float) -> None:
        self.card = card
        self.name: str = card["name"]
        self.threshold = threshold
        self.show_threshold = show_threshold

    def __repr__(self) -> str:
        return f"{type(self).__name__}(model={self.name!r}, threshold={self.threshold:.3f})"

    @abstractmethod
    def scored(self, reading: Reading, table: CueTable, logits: Float | None = None) -> tuple[Words, Float]:
        """The words that can be loaded, and the log-odds of each that it is."""

    @abstractmethod
    def reasons(self, reading: Reading, words: Words, which: int) -> str:
        """What made a word's score, to stand behind the rule's reason."""

    def probabilities(self, reading: Reading, table: CueTable | None = None) -> Float:
        """Calibrated probability that each token is loaded.

        Parameters
        ----------
        reading : Reading
        table : CueTable, optional
            The cues of the same reading, where they were found before.

        Returns
        -------
        ndarray of float64, shape (len(reading.tokens),)
            0 for what is never marked: names, pronouns, numbers, marks and words of one or two letters.
        """
        out = np.zeros(len(reading.tokens))
        words, log_odds = self.scored(reading, cue_table(reading) if table is None else table)
        out[words.token] = _sigmoid(log_odds)
        return out

    def cues(
        self, reading: Reading, table: CueTable | None = None, logits: Float | None = None
    ) -> list[tuple[int, Cue]]:
        """Sentence and value of a cue for each loaded wording beyond the lexicon, in the order of the text.

        Neighbouring words are one wording. A word that lies in a cue of the table is left out, as the reader
        is told already, and one with a negator among the three words before it, as in the lists.

        Parameters
        ----------
        reading : Reading
        table : CueTable, optional
            The cues of the same reading, where they were found before.
        logits : ndarray of float64, shape (len(reading.tokens),), optional
            What a network says of the words of the same reading, where it has read them before.
        """
        table = cue_table(reading) if table is None else table
        words, log_odds = self.scored(reading, table, logits)
        shown = np.flatnonzero(log_odds >= _logit(self.show_threshold))
        if len(shown):
            shown = shown[~is_barred(reading, table, words.token[shown])]
        if not len(shown):
            return []
        token, sentence = words.token[shown], reading.sentence_of[words.token[shown]]
        apart = (np.diff(token) > 1) | (np.diff(sentence) > 0)
        runs = np.split(shown, np.flatnonzero(apart) + 1)
        return [self._cue(reading, words, run, log_odds) for run in runs]

    def _cue(self, reading: Reading, words: Words, run: Int, log_odds: Float) -> tuple[int, Cue]:
        tokens = reading.tokens
        first, last = int(words.token[run[0]]), int(words.token[run[-1]])
        start, end = int(tokens.start[first]), int(tokens.end[last])
        voice = int(reading.speech.voice_of(np.array([start]), np.array([end]))[0])
        strongest = int(run[np.argmax(log_odds[run])])
        text = reading.text[start:end]
        why = RULE.why.replace("{text}", " ".join(text.split())) + self.reasons(reading, words, strongest)
        weight = round(float(_sigmoid(log_odds[[strongest]])[0]), 3)
        cue = Cue(RULE.kind, start, end, text, RULE.name, why, weight, VOICES[voice])
        return int(reading.sentence_of[first]), cue


class WordScorer(WordMarker):
    """Mark loaded words with a linear model.

    Parameters
    ----------
    model : WordModel
    """

    def __init__(self, model: WordModel) -> None:
        super().__init__(model.card, float(model.card["threshold"]), float(model.card["show_threshold"]))
        self.model = model

    def scored(self, reading: Reading, table: CueTable, logits: Float | None = None) -> tuple[Words, Float]:
        """The words that can be loaded, and the log-odds of each that it is; ``logits`` is not looked at."""
        words = find_words(reading, table, self.model.bits)
        # Summed row by row and block by block, so that a word's score does not depend on its batch.
        context = np.einsum("ij,j->i", sentence_columns(reading, table), self.model.sentence)
        log_odds = context[reading.sentence_of[words.token]] + self.model.intercept
        for column, (_, scale, _) in zip(words.column, BLOCKS, strict=True):
            log_odds += scale * self.model.weights.take(column, mode="clip")
        return words, log_odds

    def reasons(self, reading: Reading, words: Words, which: int) -> str:
        """What weighed most in a word's score: the word itself, or a neighbour."""
        by: dict[str, float] = {}
        for column, (_, scale, whose) in zip(words.column[:, which].tolist(), BLOCKS, strict=True):
            by[whose] = by.get(whose, 0.0) + scale * float(self.model.weights[column])
        told = {whose: value for whose, value in by.items() if whose in _TOLD and value > 0}
        greatest = max(told.values(), default=0.0)
        kept = sorted((w for w in told if told[w] >= _WORTH_TELLING * greatest), key=told.__getitem__)
        named = [_reason(reading, words, which, whose) for whose in kept[: -_MOST_REASONS - 1 : -1]]
        return f": {' and '.join(named)} {'weigh' if len(named) > 1 else 'weighs'} most" if named else ""


class NetworkWords(WordMarker):
    """Mark loaded words with the logits that a transformer gives for words.

    Parameters
    ----------
    network : Transformer
        May be shared with the scorers of its tasks.
    """

    def __init__(self, network: Network) -> None:
        words = network.card["words"]
        threshold = float(words["threshold"])
        super().__init__(network.card, threshold, float(words.get("show_threshold", threshold)))
        self.network = network

    def scored(self, reading: Reading, table: CueTable, logits: Float | None = None) -> tuple[Words, Float]:
        """The words that can be loaded and that the network reads, and the log-odds of each that it is."""
        logits = self.network.both(reading)[1] if logits is None else logits
        plain = plain_words(reading)
        seen = np.flatnonzero(~np.isnan(logits[plain.token]))
        words = Words(plain.token[seen], plain.column[:, seen], plain.classes)
        line = self.card["words"]
        log_odds: Float = float(line["slope"]) * logits[words.token] + float(line["offset"])
        return words, log_odds

    def reasons(self, reading: Reading, words: Words, which: int) -> str:
        """A network has no single reason: it weighs the whole sentence."""
        return ", to a network that weighs it with its whole sentence"


def _reason(reading: Reading, words: Words, which: int, whose: str) -> str:
    tokens, token = reading.tokens, int(words.token[which])
    if whose == "word":
        return f"the word “{reading.text[tokens.start[token] : tokens.end[token]]}” itself"
    step = int(whose)
    other = token + step
    if not 0 <= other < len(tokens) or reading.sentence_of[other] != reading.sentence_of[token]:
        return f"its place at the {'start' if step < 0 else 'end'} of the sentence"
    place = ("" if abs(step) == 1 else "two places ") + ("before" if step < 0 else "after")
    word = f"“{reading.text[tokens.start[other] : tokens.end[other]]}”"
    return f"{_STAND_INS.get(int(words.classes[other]), word)} {place} it"

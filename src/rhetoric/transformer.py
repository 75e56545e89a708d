"""Scorers of the tasks of one transformer: calibrated probabilities, and what contributed to each."""

from __future__ import annotations

from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

from rhetoric.cues.table import CueTable
from rhetoric.explaining import Contribution, Explanation
from rhetoric.features.input import Batch, read_batch, sentence_of
from rhetoric.features.pieces import Pieces, cut
from rhetoric.network import FORMAT, Transformer, load_transformer
from rhetoric.reading.reading import Reading
from rhetoric.scoring import SentenceScorer, sigmoid
from rhetoric.types import RhetoricError, Sentence

__all__ = ["FORMAT", "Transformer", "TransformerScorer", "load_transformer"]

Float = NDArray[np.float64]


class TransformerScorer(SentenceScorer):
    """Score sentences for one task of a transformer.

    Parameters
    ----------
    transformer : Transformer
        May be shared by the scorers of several tasks.
    task : str
        One of the tasks on its card.

    Attributes
    ----------
    task : str
    name : str
        The model's name.
    threshold : float
        The default cut: from this probability on a sentence is labelled positive.
    share : float or None
        The share of positives at which the probabilities are calibrated.
    card : dict
        The network's card, with what it says of this task at the top.

    Raises
    ------
    RhetoricError
        Where the transformer has no such task.
    """

    def __init__(self, transformer: Transformer, task: str) -> None:
        if task not in transformer.tasks:
            raise RhetoricError(
                f"{transformer.folder}: this model is for the tasks {', '.join(transformer.tasks)}, not '{task}'."
            )
        shared = {key: value for key, value in transformer.card.items() if key != "tasks"}
        card: dict[str, Any] = {**shared, **transformer.card["tasks"][task], "task": task}
        super().__init__(task, card["name"], card)
        self.transformer = transformer
        self._column = transformer.tasks.index(task)

    def calibrated(self, logits: Float) -> Float:
        """Log-odds of this task from the network's logits of all tasks, shape (n_sentences, n_tasks)."""
        calibration = self.card["calibration"]
        out: Float = float(calibration["slope"]) * logits[:, self._column] + float(calibration["offset"])
        return out

    def log_odds(self, reading: Reading, table: CueTable | None = None, batch: Batch | None = None) -> Float:
        """Log-odds of the sentences of a reading, which is all that the network looks at.

        Parameters
        ----------
        reading : Reading
        table : CueTable, optional
        batch : Batch, optional

        Returns
        -------
        ndarray of float64, shape (n_sentences,)
        """
        return self.calibrated(self.transformer.logits(reading))

    def explain(self, sentence: str | Sentence) -> Explanation:
        """How a sentence's log-odds change when a word or a cue is hidden.

        Each word that is read and each cue is hidden in turn: ``[MASK]`` takes the place of each of its
        pieces, and its contribution is the log-odds of the sentence minus those without it. Hiding keeps every
        other word in its place, and the network knows ``[MASK]`` as "some name" (so that a name contributes
        nothing); words that are left out instead give much the same order, with more of it on words that
        should not matter. The cost is one pass of the network for each word and each cue, in batches: some
        thirty times that of a score.

        Hidden one at a time, words do not add up: two that say the same cover for each other, and a cue is
        counted beside its words. ``intercept`` is therefore the remainder, the log-odds minus the sum of the
        contributions, and not the score of an empty sentence.

        Parameters
        ----------
        sentence : str or Sentence

        Returns
        -------
        Explanation
            Contributions largest first. Words after the first ``card["length"]`` pieces have none, and cues
            there contribute 0.
        """
        sentence = cast("str | Sentence", sentence_of(sentence))
        if not isinstance(sentence, str | Sentence):
            raise TypeError(
                "The 'sentence' parameter of TransformerScorer.explain must be a str or Sentence."
                f" Got {type(sentence).__name__} instead."
            )
        batch = read_batch([sentence])
        reading, row = batch.reading, cut(self.transformer.tokenizer, batch.reading)[0]
        starts, ends = _word_spans(reading, row)
        words = np.unique(row.word[row.word >= 0]).tolist()
        spans = [("wording", "", starts[word], ends[word]) for word in words]
        spans += [("cue", f"{rule}: ", start, end) for rule, start, end in _cue_spans(batch)]
        variants = [self._hide(row, (starts < end) & (ends > start)) for _, _, start, end in spans]
        logits = self.transformer.run([row.ids, *variants])[0]
        log_odds = self.calibrated(logits)
        parts = [
            Contribution(f"{prefix}{text}", source, int(start), int(end), text, float(log_odds[0] - without))
            for (source, prefix, start, end), without in zip(spans, log_odds[1:], strict=True)
            if (text := reading.text[start:end])
        ]
        parts.sort(key=_size)
        whole = float(log_odds[0])
        return Explanation(
            reading.text,
            float(sigmoid(log_odds[:1])[0]),
            whole,
            whole - sum(part.value for part in parts),
            tuple(parts),
        )

    def _hide(self, row: Pieces, words: NDArray[np.bool_]) -> NDArray[np.int64]:
        """The pieces of a sentence with these of its words hidden."""
        hidden = np.append(words, False)[row.word]  # special pieces have the number -1: never hidden
        return np.where(hidden, self.transformer.mask, row.ids)


def _size(contribution: Contribution) -> float:
    return -abs(contribution.value)


def _word_spans(reading: Reading, row: Pieces) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Offsets of each word of the one sentence; neighbouring names are one word."""
    last = np.append(row.owner[1:], len(reading.tokens))[: len(row.owner)] - 1
    return reading.tokens.start[row.owner], reading.tokens.end[last]


def _cue_spans(batch: Batch) -> list[tuple[str, int, int]]:
    """Rule and offsets of each cue of the one sentence: its own where it brings some."""
    item = batch.items[0]
    if isinstance(item, Sentence) and batch.given[0]:
        return [(cue.rule, cue.start - item.start, cue.end - item.start) for cue in item.cues]
    return [(cue.rule, cue.start, cue.end) for _, cue in batch.table.cues(batch.reading.text)]

"""What contributed to a sentence's score: the values, and how a linear model shares its log-odds out."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rhetoric.cues.table import CueTable
from rhetoric.features.columns import VOICE_NAMES, cue_columns, cue_counts, cue_names, voice_columns
from rhetoric.features.input import Batch
from rhetoric.features.ngrams import Stream, each_window, streams
from rhetoric.model import LinearModel
from rhetoric.reading.reading import Reading
from rhetoric.types import Sentence

Float = NDArray[np.float64]


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


def linear_contributions(model: LinearModel, batch: Batch, table: CueTable) -> tuple[Contribution, ...]:
    """What a linear model adds up for the one sentence of a batch, largest first.

    Parameters
    ----------
    model : LinearModel
    batch : Batch
        Of one sentence.
    table : CueTable
        The cues of its reading.

    Returns
    -------
    tuple of Contribution
        They and the model's intercept add up to the log-odds.
    """
    reading = batch.reading
    parts = _wording(model, reading) + _cues(model, batch, table) + _whole(model, reading)
    return tuple(sorted(parts, key=_size))


def _size(contribution: Contribution) -> float:
    return -abs(contribution.value)


def _wording(model: LinearModel, reading: Reading) -> list[Contribution]:
    tokens = reading.tokens
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


def _cues(model: LinearModel, batch: Batch, table: CueTable) -> list[Contribution]:
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
    value = model.cues * counts / np.maximum(total, 1)
    return [
        Contribution(f"{names[c]}: {text[a:b]}", "cue", a, b, text[a:b], float(value[c])) for c, a, b in spans
    ]


def _whole(model: LinearModel, reading: Reading) -> list[Contribution]:
    values = (voice_columns(reading)[0] * model.voice).tolist()
    return [
        Contribution(name, "sentence", 0, len(reading.text), reading.text, v)
        for name, v in zip(VOICE_NAMES, values, strict=True)
        if v
    ]


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

"""What the transformers and scorers accept: strings or Sentence values, read as one batch."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import cast

import numpy as np

from rhetoric.cues import cue_table
from rhetoric.cues.table import CueTable
from rhetoric.reading.reading import Reading, is_missing, read_sentences
from rhetoric.reading.tokens import Bool
from rhetoric.types import PARTS, VOICES, Sentence

Item = str | Sentence | None


def sentence_of(item: object) -> object:
    """The Sentence within a sentence of a Report; anything else as it is."""
    inner = getattr(item, "sentence", None)
    return inner if isinstance(inner, Sentence) else item


def check_items(items: object, owner: str, *, missing: bool) -> list[Item]:
    """Check a batch of sentences.

    Parameters
    ----------
    items : iterable of str or Sentence
    owner : str
        The name for error messages.
    missing : bool
        Whether None and NaN are let through (as None).

    Raises
    ------
    TypeError
        For a lone string, bytes, or an entry that is no text.
    """
    if isinstance(items, str | bytes | Sentence) or not isinstance(items, Iterable):
        got = repr(items)[:40] if isinstance(items, str | bytes) else type(items).__name__
        raise TypeError(
            f"The 'sentences' parameter of {owner} must be a list of str or Sentence. Got {got} instead."
            " Put a single sentence into a list."
        )
    items = list(items)
    if set(map(type, items)) <= {str}:  # by far the most common, and quickly seen
        return items
    out: list[Item] = []
    for row, item in enumerate(items):
        item = sentence_of(item)
        if isinstance(item, str | Sentence):
            out.append(item)
        elif missing and is_missing(item):
            out.append(None)
        else:
            raise TypeError(
                f"The 'sentences' parameter of {owner} must hold str or Sentence. "
                f"Got {type(item).__name__} at row {row} instead."
            )
    return out


@dataclass(frozen=True, slots=True, eq=False)
class Batch:
    """Sentences read together. ``given`` marks the Sentences whose own cues count instead of the table's."""

    reading: Reading
    items: Sequence[Item]
    given: Bool

    @property
    def table(self) -> CueTable:
        return cue_table(self.reading)


def read_batch(items: Sequence[Item]) -> Batch:
    """Read strings as the writer's body text, Sentences in the part and voice that they state."""
    if set(map(type, items)) <= {str}:
        return Batch(
            read_sentences(cast("Sequence[str]", items)), items, np.zeros(len(items), dtype=np.bool_)
        )
    reading = read_sentences([i.text if isinstance(i, Sentence) else i or "" for i in items])
    given = np.array(
        [isinstance(i, Sentence) and (i.searched or bool(i.cues)) for i in items], dtype=np.bool_
    )
    stated = [(n, i) for n, i in enumerate(items) if isinstance(i, Sentence)]
    if stated:
        part, voice = reading.part.copy(), reading.voice.copy()
        for n, sentence in stated:
            part[n], voice[n] = PARTS.index(sentence.part), VOICES.index(sentence.voice)
        reading = replace(reading, part=part, voice=voice)
    return Batch(reading, items, given)

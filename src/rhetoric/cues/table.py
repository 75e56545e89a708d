"""Cues of a batch as arrays: what the matrix counts and what the reader is shown are one and the same rows."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rhetoric.reading.reading import Reading
from rhetoric.reading.tokens import Bool, Int
from rhetoric.types import VOICES, Cue


@dataclass(frozen=True, slots=True)
class Rule:
    """What marks a cue: its kind, the group within the kind, and the reason, a template with ``{text}``."""

    kind: str
    group: str
    why: str

    @property
    def name(self) -> str:
        return f"{self.kind}/{self.group}"


@dataclass(frozen=True, slots=True, eq=False)
class Found:
    """Where one finder saw cues: half-open character offsets, which of its rules, and how strong."""

    start: Int
    end: Int
    rule: Int
    weight: NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class CueTable:
    """The cues of a batch, in the order of the text.

    Attributes
    ----------
    rules : tuple of Rule
        What ``rule`` points into.
    rule, start, end, sentence : ndarray of int64
    weight : ndarray of float64
    voice : ndarray of uint8
        Index into ``VOICES``.
    """

    rules: tuple[Rule, ...]
    rule: Int
    start: Int
    end: Int
    sentence: Int
    weight: NDArray[np.float64]
    voice: NDArray[np.uint8]

    def __len__(self) -> int:
        return len(self.rule)

    def cues(self, text: str) -> list[tuple[int, Cue]]:
        """Sentence and value of each cue.

        Parameters
        ----------
        text : str
            The text that the offsets point into.
        """
        out = []
        columns = (self.rule, self.start, self.end, self.sentence, self.weight, self.voice)
        for rule_, start, end, sentence, weight, voice in zip(*(c.tolist() for c in columns), strict=True):
            rule, wording = self.rules[rule_], text[start:end]
            why = rule.why.replace("{text}", " ".join(wording.split()))
            out.append((sentence, Cue(rule.kind, start, end, wording, rule.name, why, weight, VOICES[voice])))
        return out


def assemble(reading: Reading, rules: tuple[Rule, ...], found: list[Found]) -> CueTable:
    """Put what the finders saw into one table.

    Parameters
    ----------
    reading : Reading
    rules : tuple of Rule
    found : list of Found
        Their ``rule`` points into ``rules``.
    """
    start = np.concatenate([f.start for f in found])
    end = np.concatenate([f.end for f in found])
    rule = np.concatenate([f.rule for f in found])
    weight = np.concatenate([f.weight for f in found])
    sentence = np.searchsorted(reading.start, start, side="right") - 1
    inside: Bool = (sentence >= 0) & (end <= reading.end[np.maximum(sentence, 0)]) & (end > start)
    order = np.flatnonzero(inside)
    order = order[np.lexsort((rule[order], -end[order], start[order]))]
    start, end = start[order], end[order]
    voice = reading.speech.voice_of(start, end)
    return CueTable(rules, rule[order], start, end, sentence[order], weight[order], voice)

"""Analyzer: a text goes in, a Report comes out."""

from __future__ import annotations

import warnings
from collections.abc import Iterable, Iterator
from dataclasses import replace

import numpy as np

from rhetoric.cues import cue_kinds, cue_table
from rhetoric.reading.reading import read_document
from rhetoric.reading.tokens import MARK, QUOTE
from rhetoric.report.report import Report, SentenceReport
from rhetoric.scoring import Scorer, load_scorer, sigmoid
from rhetoric.types import Cue, RhetoricWarning


class Analyzer:
    """Analyse texts with one scorer.

    Parameters
    ----------
    scorer : Scorer, optional
        Default: the shipped model "fast".
    """

    def __init__(self, scorer: Scorer | None = None) -> None:
        self.scorer = scorer or load_scorer("opinion")

    def analyze(self, text: str, comments: Iterable[str] | None = None) -> Report:
        """Read a text, find its cues and score its sentences; see :func:`analyze`."""
        document, reading = read_document(text, comments)
        table = cue_table(reading)
        scores = sigmoid(self.scorer.log_odds(reading, table)).tolist()
        cues: list[list[Cue]] = [[] for _ in document.sentences]
        for sentence, cue in table.cues(document.text):
            cues[sentence].append(cue)
        sentences = tuple(
            replace(s, cues=tuple(c), searched=True) for s, c in zip(document.sentences, cues, strict=True)
        )
        for message in document.warnings:
            warnings.warn(message, RhetoricWarning, stacklevel=3)
        return Report(
            replace(document, sentences=sentences),
            tuple(
                SentenceReport(
                    i, s, {self.scorer.task: p}, "opinion" if p >= self.scorer.threshold else "report"
                )
                for i, (s, p) in enumerate(zip(sentences, scores, strict=True))
            ),
            self.scorer.name,
            self.scorer.threshold,
            cue_kinds(),
            int(np.count_nonzero((reading.tokens.kind != MARK) & (reading.tokens.kind != QUOTE))),
        )


def analyze(text: str, comments: Iterable[str] | None = None, model: str = "fast") -> Report:
    """Analyse an article with its reader comments.

    Parameters
    ----------
    text : str
        Plain text or Markdown; comments at the end of a pasted page are recognised.
    comments : iterable of str, optional
        Comments given apart; None and NaN among them are left out.
    model : str, default="fast"
        The name of a shipped model or the path of a model folder.

    Returns
    -------
    Report

    Raises
    ------
    TypeError
        Where ``text`` is not a str, or ``comments`` is a lone string.
    RhetoricError
        Where there is no such model.

    Warns
    -----
    RhetoricWarning
        Where the text does not look English.

    Examples
    --------
    >>> report = analyze("The council met on Monday. What a shameless, disastrous giveaway to the rich!")
    >>> [s.label for s in report.sentences]
    ['report', 'opinion']
    """
    return Analyzer(load_scorer("opinion", model)).analyze(text, comments)


def analyze_many(texts: Iterable[str], model: str = "fast") -> Iterator[Report]:
    """Analyse texts one after another, as they are asked for.

    Parameters
    ----------
    texts : iterable of str
    model : str, default="fast"

    Yields
    ------
    Report
    """
    analyzer = Analyzer(load_scorer("opinion", model))
    for text in texts:
        yield analyzer.analyze(text)

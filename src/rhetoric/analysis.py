"""Analyzer: a text goes in, a Report comes out."""

from __future__ import annotations

import warnings
from bisect import insort
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
from numpy.typing import NDArray

from rhetoric.cues import cue_kinds, cue_table
from rhetoric.priors import Share
from rhetoric.reading.reading import read_document
from rhetoric.reading.tokens import MARK, QUOTE
from rhetoric.report.report import Report, SentenceReport
from rhetoric.scorers import load_scorers, load_words, scores_and_marks
from rhetoric.scoring import sigmoid
from rhetoric.tasks import TASKS
from rhetoric.types import Cue, RhetoricError, RhetoricWarning

if TYPE_CHECKING:
    from rhetoric.scorers import AnyScorer
    from rhetoric.words import WordMarker

Shares: TypeAlias = Share | Mapping[str, Share]
Float = NDArray[np.float64]


class Analyzer:
    """Analyse texts, every task scored.

    Parameters
    ----------
    scorer : Scorer or TransformerScorer, or an iterable of them, optional
        What scores its task; tasks that none is given for are scored by the shipped model "fast".
    share : float, "estimate" or a mapping of task to one of these, optional
        The share of positives to state the probabilities for; see :func:`analyze`.
    words : WordMarker, optional
        What marks loaded words that no list holds; by default the shipped model "fast".

    Attributes
    ----------
    scorers : tuple of Scorer or TransformerScorer
        One for each task: opinion, loaded, sarcasm, hedge.
    words : WordMarker
    """

    def __init__(
        self,
        scorer: AnyScorer | Iterable[AnyScorer] | None = None,
        share: Shares | None = None,
        words: WordMarker | None = None,
    ) -> None:
        given = () if scorer is None else scorer if isinstance(scorer, Iterable) else (scorer,)
        own = {s.task: s for s in given}
        self.scorers = tuple(own[task] if task in own else load_scorers()[i] for i, task in enumerate(TASKS))
        self.share = _by_task(share)
        self.words = load_words() if words is None else words

    def analyze(self, text: str, comments: Iterable[str] | None = None) -> Report:
        """Read a text, find its cues and score its sentences; see :func:`analyze`."""
        document, reading = read_document(text, comments)
        table = cue_table(reading)
        # The marks of the word model are shown beside the table's cues; no scorer counts them.
        log_odds, marks = scores_and_marks(self.scorers, self.words, reading, table)
        probability = sigmoid(log_odds)
        shares = self._restate(probability)
        cues: list[list[Cue]] = [[] for _ in document.sentences]
        for sentence, cue in table.cues(document.text):
            cues[sentence].append(cue)
        for sentence, cue in marks:
            insort(cues[sentence], cue, key=_place)
        sentences = tuple(
            replace(s, cues=tuple(c), searched=True) for s, c in zip(document.sentences, cues, strict=True)
        )
        for message in document.warnings:
            warnings.warn(message, RhetoricWarning, stacklevel=3)
        thresholds = {s.task: s.threshold for s in self.scorers}
        cut = thresholds["opinion"]
        return Report(
            replace(document, sentences=sentences),
            tuple(
                SentenceReport(
                    i, s, dict(zip(TASKS, row, strict=True)), "opinion" if row[0] >= cut else "report"
                )
                for i, (s, row) in enumerate(zip(sentences, probability.tolist(), strict=True))
            ),
            self.scorers[0].name,
            cut,
            cue_kinds(),
            int(np.count_nonzero((reading.tokens.kind != MARK) & (reading.tokens.kind != QUOTE))),
            thresholds,
            {s.task: s.name for s in self.scorers},
            shares,
        )

    def _restate(self, probability: Float) -> dict[str, float]:
        """Restate the columns of the tasks that a share is stated for; return the shares."""
        shares = {}
        for i, scorer in enumerate(self.scorers):
            if scorer.task in self.share:
                shares[scorer.task] = scorer.share_for(probability[:, i], self.share[scorer.task])
                probability[:, i] = scorer.at_share(probability[:, i], shares[scorer.task])
        return shares


def analyze(
    text: str, comments: Iterable[str] | None = None, model: str = "fast", share: Shares | None = None
) -> Report:
    """Analyse an article with its reader comments.

    Parameters
    ----------
    text : str
        Plain text or Markdown; comments at the end of a pasted page are recognised.
    comments : iterable of str, optional
        Comments given apart; None and NaN among them are left out.
    model : str, default="fast"
        The name of a shipped model or the path of a model folder. Tasks that it is not for are scored by
        "fast".
    share : float, "estimate" or a mapping of task to one of these, optional
        The share of positives among sentences such as these, to state the probabilities for; "estimate": as
        the scores of this text tell it (better: of a whole collection, by :func:`rhetoric.priors.estimate_share`).
        One that stands alone is the share of opinion. Default: the shares at which the model is calibrated.
        Thresholds stay, so that fewer sentences reach them where positives are said to be rarer.

    Returns
    -------
    Report

    Raises
    ------
    TypeError
        Where ``text`` is not a str, or ``comments`` is a lone string.
    RhetoricError
        Where there is no such model, or a share is stated and the model's card has none.
    ValueError
        For a share that is none.

    Warns
    -----
    RhetoricWarning
        Where the text does not look English, or a share is estimated from few sentences.

    Examples
    --------
    >>> report = analyze("The council met on Monday. What a shameless, disastrous giveaway to the rich!")
    >>> [s.label for s in report.sentences]
    ['report', 'opinion']
    """
    return Analyzer(load_scorers(model), share, load_words(model)).analyze(text, comments)


def analyze_many(texts: Iterable[str], model: str = "fast", share: Shares | None = None) -> Iterator[Report]:
    """Analyse texts one after another, as they are asked for.

    Parameters
    ----------
    texts : iterable of str
    model : str, default="fast"
    share : float, "estimate" or a mapping of task to one of these, optional
        As in :func:`analyze`; "estimate" estimates the share of each text by itself.

    Yields
    ------
    Report
    """
    analyzer = Analyzer(load_scorers(model), share, load_words(model))
    for text in texts:
        yield analyzer.analyze(text)


def _place(cue: Cue) -> tuple[int, int]:
    return cue.start, -cue.end


def _by_task(share: Shares | None) -> dict[str, Share]:
    if share is None:
        return {}
    if not isinstance(share, Mapping):
        return {"opinion": share}
    unknown = sorted(set(share) - set(TASKS))
    if unknown:
        raise RhetoricError(
            f"The 'share' parameter of Analyzer must name tasks of {', '.join(TASKS)}. Got {unknown[0]!r} instead."
        )
    return dict(share)

"""Report: what was found in one text. Data only; terminal, HTML and tables all read this same object."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from rhetoric.types import Cue, Document, Part, Sentence, Voice

if TYPE_CHECKING:
    import pandas as pd

Label = Literal["opinion", "report"]


@dataclass(frozen=True, slots=True)
class SentenceReport:
    """One sentence with its scores.

    ``scores`` maps each task ("opinion", …) to the calibrated probability of its positive class.
    """

    index: int
    sentence: Sentence
    scores: Mapping[str, float]
    label: Label

    @property
    def start(self) -> int:
        return self.sentence.start

    @property
    def end(self) -> int:
        return self.sentence.end

    @property
    def text(self) -> str:
        return self.sentence.text

    @property
    def part(self) -> Part:
        return self.sentence.part

    @property
    def voice(self) -> Voice:
        return self.sentence.voice

    @property
    def cues(self) -> tuple[Cue, ...]:
        return self.sentence.cues

    @property
    def p_opinion(self) -> float:
        return self.scores["opinion"]


@dataclass(frozen=True, slots=True, repr=False)
class Report:
    """The result of :func:`rhetoric.analyze`.

    Parameters
    ----------
    document : Document
        The text as it was read; its sentences carry their cues.
    sentences : tuple of SentenceReport
        In the order of the text.
    model : str
        The name of the model that scored the sentences.
    threshold : float
        The cut from which on ``p_opinion`` is labelled "opinion".
    cue_kinds : tuple of str
        All kinds of cue that were looked for, found or not.
    n_words : int
        Words in the document (tokens with a letter or digit).
    thresholds : mapping of str to float
        The cut of every task; that of "opinion" is ``threshold``.
    models : mapping of str to str
        The name of the model that scored each task; that of "opinion" is ``model``.
    shares : mapping of str to float
        The share of positives that the probabilities of a task are stated for, where one was given or
        estimated; the others are stated for the share at which their model is calibrated.
    """

    document: Document
    sentences: tuple[SentenceReport, ...]
    model: str
    threshold: float
    cue_kinds: tuple[str, ...]
    n_words: int
    thresholds: Mapping[str, float] = field(default_factory=dict)
    models: Mapping[str, str] = field(default_factory=dict)
    shares: Mapping[str, float] = field(default_factory=dict)

    @property
    def warnings(self) -> tuple[str, ...]:
        """What makes this result less trustworthy, in words."""
        return self.document.warnings

    @property
    def cues(self) -> tuple[Cue, ...]:
        """Every cue, in the order of the text."""
        return tuple(cue for s in self.sentences for cue in s.cues)

    @property
    def opinion_share(self) -> float:
        """Share of all sentences labelled "opinion", comments included; NaN where there is no sentence."""
        return self.share()

    def share(self, *parts: Part) -> float:
        """Share of sentences labelled "opinion" among those of the parts named (all where none is)."""
        labels = [s.label for s in self.sentences if not parts or s.part in parts]
        return labels.count("opinion") / len(labels) if labels else float("nan")

    def flags(self, sentence: SentenceReport) -> tuple[str, ...]:
        """The tasks besides opinion that a sentence is marked for where it is shown.

        Those whose probability reaches its threshold. Sarcasm counts in comments alone: its model has learned
        from what readers write, and its scores of an article's sentences stand in the tables only.
        """
        return tuple(
            task
            for task, cut in self.thresholds.items()
            if task != "opinion"
            and (task != "sarcasm" or sentence.part == "comment")
            and sentence.scores.get(task, 0.0) >= cut
        )

    def cue_rates(self) -> dict[str, float]:
        """Cues per 1,000 words, by kind; every kind that was looked for is there."""
        counts = Counter(cue.kind for cue in self.cues)
        return {kind: 1000 * counts[kind] / self.n_words if self.n_words else 0.0 for kind in self.cue_kinds}

    def most_argumentative(self, n: int = 3) -> tuple[SentenceReport, ...]:
        """The ``n`` sentences labelled opinion with the highest probability, highest first."""
        opinions = [s for s in self.sentences if s.label == "opinion"]
        return tuple(sorted(opinions, key=_by_probability)[:n])

    def to_frame(self) -> pd.DataFrame:
        """One row a sentence: part, index, start, end, text, voice, a p_<task> a task, label, a count a cue kind."""
        from rhetoric.report.tables import sentence_frame

        return sentence_frame(self)

    def cues_frame(self) -> pd.DataFrame:
        """One row a cue: kind, start, end, text, rule, why, weight, voice, sentence (its index)."""
        from rhetoric.report.tables import cue_frame

        return cue_frame(self)

    def to_dict(self) -> dict[str, Any]:
        """Everything as plain JSON-ready values."""
        from rhetoric.report.tables import as_dict

        return as_dict(self)

    def to_html(self) -> str:
        """One self-contained HTML page."""
        from rhetoric.report.html import page

        return page(self)

    def to_text(self, *, width: int = 80, colour: bool = False) -> str:
        """What the terminal shows."""
        from rhetoric.report.terminal import render

        return render(self, width=width, colour=colour)

    def __repr__(self) -> str:
        n = len(self.sentences)
        share = f", {self.opinion_share:.0%} opinion" if n else ""
        return f"Report({n} sentences{share}, {len(self.cues)} cues, model={self.model!r})"

    def _repr_html_(self) -> str:
        from rhetoric.report.html import fragment

        return fragment(self)


def _by_probability(sentence: SentenceReport) -> float:
    return -sentence.p_opinion

"""What groups of articles are compared in: each measure is a ratio of two sums over articles."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Measure:
    """A ratio of two columns of the articles table, both summed over a group's articles.

    Attributes
    ----------
    key : str
        Its name for programs.
    name, unit : str
        Its name for people, and what is counted out of what.
    meaning : str
        One plain sentence.
    part, whole : str
        The columns: sum of ``part`` divided by sum of ``whole``.
    per : {1, 1000}
        1 for a share (shown in per cent), 1000 for a rate per 1,000 words.
    """

    key: str
    name: str
    unit: str
    meaning: str
    part: str
    whole: str
    per: int

    @property
    def percent(self) -> bool:
        """Whether it is a share."""
        return self.per == 1

    def shown(self, value: float) -> float:
        """The number that people are shown: shares in per cent."""
        return 100 * value if self.percent else value

    def said(self, value: float | None) -> str:
        """The number as it is printed, without its unit."""
        return "–" if value is None else f"{self.shown(value):.1f}"


MEASURES: tuple[Measure, ...] = (
    Measure(
        "opinion_share",
        "Opinion",
        "% of sentences",
        "Of 100 sentences in the articles, so many read as opinion and not as report.",
        "n_opinion",
        "n_sentences",
        1,
    ),
    Measure(
        "loaded_per_1000_words",
        "Loaded words",
        "per 1,000 words",
        "In 1,000 words of the articles, so many words or phrases judge what they name, whoever says them.",
        "loaded",
        "n_words",
        1000,
    ),
    Measure(
        "hedges_per_1000_words",
        "Hedges",
        "per 1,000 words",
        "In 1,000 words of the articles, so many words or phrases make a statement less certain, "
        "such as “may” or “perhaps”.",
        "hedge",
        "n_words",
        1000,
    ),
    Measure(
        "source_voice_share",
        "Sources’ words",
        "% of words",
        "Of 100 words in the articles, so many are a source's: quoted, or told as what somebody said.",
        "n_quoted_words",
        "n_words",
        1,
    ),
    Measure(
        "sarcasm_share",
        "Sarcasm in comments",
        "% of sentences",
        "Of 100 sentences in the readers' comments, so many read as sarcastic.",
        "n_comments_sarcastic",
        "n_comments_sentences",
        1,
    ),
)

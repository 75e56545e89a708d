"""The values that go into a batch: an article, a row that is none, and what is to be made of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rhetoric.types import RhetoricError

LEVELS = ("sentence", "article", "both")
LONGEST = 1_000_000  # characters: about 170,000 words, two novels


@dataclass(frozen=True, slots=True)
class Article:
    """An article as it goes into a batch.

    Parameters
    ----------
    id : str
    text : str
    title : str or None
        Put before the text, a blank line between; None where there is none or the text begins with it.
    comments : sequence of str
        Comments that are known apart from the text.
    outlet, topic, date : str or None
        Handed on to the tables as they are.
    file : str or None
        Where it was read from.
    row : int
        The line or row in the file, see docs/batch.md.
    heading : str or None
        The title that stands in the text already, for the table.
    warning : str or None
        What was doubtful about reading it.
    """

    id: str
    text: str
    title: str | None = None
    comments: Sequence[str] = ()
    outlet: str | None = None
    topic: str | None = None
    date: str | None = None
    file: str | None = None
    row: int = 0
    heading: str | None = None
    warning: str | None = None

    @property
    def page(self) -> str:
        """Title and text as :func:`rhetoric.analyze` gets them."""
        return f"{self.title}\n\n{self.text}" if self.title else self.text

    @property
    def size(self) -> int:
        """Characters of title, text and comments together, the blank lines between them counted."""
        title = len(self.title) + 2 if self.title else 0
        return title + len(self.text) + sum(len(comment) + 2 for comment in self.comments)


@dataclass(frozen=True, slots=True)
class BadRow:
    """A row that cannot be scored, and why; ``row`` is 0 where a whole file is meant."""

    file: str | None
    row: int
    id: str | None
    reason: str


@dataclass(frozen=True, slots=True)
class Options:
    """What to make of articles.

    Parameters
    ----------
    level : {"both", "sentence", "article"}
        Which tables.
    cues : bool
        Whether to make the table of cues.
    cue_counts : bool
        Whether to count the cues of each kind in the other tables.
    longest : int
        An article of more characters is refused: memory grows with the longest one.
    """

    level: str = "both"
    cues: bool = False
    cue_counts: bool = True
    longest: int = LONGEST

    def __post_init__(self) -> None:
        if self.level not in LEVELS:
            raise RhetoricError(
                f"The 'level' parameter of Options must be one of {', '.join(LEVELS)}. Got {self.level!r} instead."
            )
        if not 1 <= self.longest <= 10 * LONGEST:
            raise RhetoricError(
                f"The 'longest' parameter of Options must be from 1 to {10 * LONGEST:,} characters."
                f" Got {self.longest!r} instead."
            )

    @property
    def tables(self) -> tuple[str, ...]:
        """Names of the tables that are made, errors left out."""
        wanted = {
            "articles": self.level != "sentence",
            "sentences": self.level != "article",
            "cues": self.cues,
        }
        return tuple(name for name, made in wanted.items() if made)

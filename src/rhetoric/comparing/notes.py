"""What the reader of a comparison should know: what could not be scored, measured or read."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from rhetoric.comparing.grouping import NONE, Grouping
from rhetoric.comparing.measures import MEASURES, Measure

if TYPE_CHECKING:
    from rhetoric.batch.manifest import Manifest

_WHOLES = {"n_sentences": "a sentence", "n_words": "a word", "n_comments_sentences": "comments"}


def notes_of(
    manifest: Manifest, possible: Sequence[Measure], measured: Sequence[Measure], grouping: Grouping
) -> list[str]:
    """One sentence for each thing that is not as it should be.

    Parameters
    ----------
    manifest : Manifest
        Of the folder that was read.
    possible : sequence of Measure
        Those whose columns the articles table has.
    measured : sequence of Measure
        Those that there is something to measure in.
    grouping : Grouping
    """
    notes = []
    if not manifest.complete:
        notes.append("The scoring was cut off: these are the articles that were scored so far.")
    errors, warned = (sum(getattr(part, n) for part in manifest.ordered()) for n in ("errors", "warned"))
    if errors:
        rows = "1 row is" if errors == 1 else f"{errors:,} rows are"
        notes.append(f"{rows} in error and not counted here.")
    if warned:
        articles = "1 article carries" if warned == 1 else f"{warned:,} articles carry"
        notes.append(f"{articles} a warning (a text that does not look English, say), and no less counted.")
    if len(possible) < len(MEASURES):
        notes.append("Loaded words and hedges are missing: the scoring was told to count no cues.")
    notes += [
        f"“{m.name}” is missing: no article has {_WHOLES[m.whole]}." for m in possible if m not in measured
    ]
    if grouping.unread:
        dates = "1 date" if grouping.unread == 1 else f"{grouping.unread:,} dates"
        notes.append(
            f"{dates} could not be read, such as “{grouping.example}”; the articles are counted in {NONE}."
        )
    return notes

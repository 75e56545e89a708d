"""Cues: wording that carries an attitude, each with its span and its reason.

A new kind that no word list can hold is one module with ``RULES`` and ``find(reading) -> Found``, and one
line in ``FINDERS`` below.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache

import numpy as np

from rhetoric.cues import lexical, rhetorical_question, sarcasm, scare_quote
from rhetoric.cues.table import CueTable, Found, Rule, assemble
from rhetoric.reading.reading import Reading, read_document
from rhetoric.types import Cue

FINDERS = (scare_quote, rhetorical_question, sarcasm)


@cache
def all_rules() -> tuple[Rule, ...]:
    """Every rule, those of the lexicon first."""
    return lexical.lexical_rules() + tuple(rule for finder in FINDERS for rule in finder.RULES)


@cache
def cue_kinds() -> tuple[str, ...]:
    """The kinds of cue, in the order of the alphabet."""
    return tuple(sorted({rule.kind for rule in all_rules()}))


def cue_table(reading: Reading) -> CueTable:
    """Find all cues of a batch.

    Parameters
    ----------
    reading : Reading

    Returns
    -------
    CueTable
    """
    found = [lexical.find(reading)]
    offset = len(lexical.lexical_rules())
    for finder in FINDERS:
        part = finder.find(reading)
        found.append(Found(part.start, part.end, np.asarray(part.rule + offset), part.weight))
        offset += len(finder.RULES)
    return assemble(reading, all_rules(), found)


def find_cues(text: str, comments: Iterable[str] | None = None) -> list[Cue]:
    """Find the rhetorical cues of a text.

    Parameters
    ----------
    text : str
        An article, with or without comments, or a single sentence.
    comments : iterable of str, optional
        Comments given apart; their offsets count on from the text (see :class:`~rhetoric.types.Document`).

    Returns
    -------
    list of Cue
        In the order of the text.

    Examples
    --------
    >>> for cue in find_cues("This is, if true, a brilliant move."):
    ...     print(cue.kind, "|", cue.text)
    hedge | if true
    loaded | brilliant move
    """
    document, reading = read_document(text, comments)
    return [cue for _, cue in cue_table(reading).cues(document.text)]

"""Measures by kind of sentence: what a single figure for a whole set hides."""

from __future__ import annotations

import logging
from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from rhetoric.cues.table import CueTable
from rhetoric.evaluation.metrics import Evaluation, evaluate_scores
from rhetoric.reading.reading import Reading
from rhetoric.reading.tokens import DIGIT, WORD, Bool, Int, code_points
from rhetoric.types import PARTS, VOICES

log = logging.getLogger(__name__)
Float = NDArray[np.float64]
SHORT = 15  # words; about the median of news sentences
_MARKS = np.array([ord(c) for c in '"\u201c\u201d\u201e\u201f\u00ab\u00bb'], dtype=np.uint32)
_PARTS = {"headline": "title", "body": "body", "comment": "comment"}


def slices_of(reading: Reading, table: CueTable) -> dict[str, Bool]:
    """Which sentences belong to which slice.

    Parameters
    ----------
    reading : Reading
    table : CueTable
        The cues of the same reading.

    Returns
    -------
    dict of str to ndarray of bool, shape (n_sentences,)
        "quoted" (a quotation mark within, or a voice other than the writer's) and "unquoted"; "short" (15 words
        at most) and "long"; "headline", "body" and "comment" by the part of the page (a caption is in none of
        these); "with cues" (one at least, whoever speaks) and "without cues".
    """
    n = len(reading)
    quoted = (reading.voice != VOICES.index("writer")) | _with_marks(reading)
    is_word = np.isin(reading.tokens.kind, (WORD, DIGIT))
    short: Bool = np.bincount(reading.sentence_of[is_word], minlength=n)[:n] <= SHORT
    cues: Bool = np.bincount(table.sentence, minlength=n)[:n] > 0
    out: dict[str, Bool] = {"quoted": quoted, "unquoted": ~quoted, "short": short, "long": ~short}
    out |= {name: reading.part == PARTS.index(part) for name, part in _PARTS.items()}
    return out | {"with cues": cues, "without cues": ~cues}


def _with_marks(reading: Reading) -> Bool:
    """Which sentences hold a double quotation mark, or a mark that opens or closes a quotation."""
    marked = np.isin(code_points(reading.text), _MARKS)
    spans: Int = np.concatenate([reading.speech.quoted, reading.speech.scare])
    marked[spans[:, 0]] = True
    marked[spans[:, 1] - 1] = True
    before = np.concatenate([[0], np.cumsum(marked)])
    inside: Bool = before[reading.end] > before[reading.start]
    return inside


def evaluate_slices(
    positive: Bool,
    probability: Float,
    threshold: float | Float,
    slices: Mapping[str, Bool],
    groups: NDArray[np.object_] | None = None,
    *,
    resamples: int = 1000,
) -> dict[str, Evaluation]:
    """Evaluate each slice that has both classes; the others are named in the log, with their size.

    Parameters
    ----------
    positive : ndarray of bool, shape (n,)
    probability : ndarray of float, shape (n,)
    threshold : float or ndarray of float, shape (n,)
        The cut; one a row where it was chosen in folds.
    slices : mapping of str to ndarray of bool, shape (n,)
        As :func:`slices_of` gives them.
    groups : ndarray, shape (n,), optional
        Rows that are resampled together.
    resamples : int, default=1000

    Returns
    -------
    dict of str to Evaluation
        In the order of ``slices``; see :func:`rhetoric.evaluation.metrics.evaluate_scores`.

    Raises
    ------
    ValueError
        Where a slice has another length than the labels.
    """
    y = np.asarray(positive, dtype=np.bool_)
    skipped = one_class(y, slices)
    out: dict[str, Evaluation] = {}
    for name, inside in slices.items():
        if name in skipped:
            log.info("slice %r left out: its %d rows are of one class", name, skipped[name])
            continue
        own = None if groups is None else groups[inside]
        cut = threshold[inside] if isinstance(threshold, np.ndarray) else threshold
        out[name] = evaluate_scores(y[inside], probability[inside], cut, own, resamples=resamples)
    return out


def one_class(positive: Bool, slices: Mapping[str, Bool]) -> dict[str, int]:
    """The slices that cannot be evaluated, as they lack a class or are empty, and how many rows each has.

    Parameters
    ----------
    positive : ndarray of bool, shape (n,)
    slices : mapping of str to ndarray of bool, shape (n,)

    Raises
    ------
    ValueError
        Where a slice has another length than the labels.
    """
    out: dict[str, int] = {}
    for name, inside in slices.items():
        if inside.shape != positive.shape:
            raise ValueError(
                f"The slice {name!r} must have a value for each label. Got {inside.shape} for {positive.shape}."
            )
        size = int(inside.sum())
        if not 0 < positive[inside].sum() < size:
            out[name] = size
    return out

"""The transformer's own head for loaded words: measured in folds, calibrated, and what its card says of it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rhetoric.features.input import read_batch
from rhetoric.network import Transformer
from rhetoric.training.material import Material
from rhetoric.training.provenance import rounded
from rhetoric.training.soup import line
from rhetoric.training.tasks import FOLDS
from rhetoric.training.word_matrix import logits_of, read_words, targets_of
from rhetoric.training.word_measures import Measured, measure_words, show_threshold
from rhetoric.training.word_targets import load_labels
from rhetoric.training.words import LIKELY, TESTED, metrics_of

Float = NDArray[np.float64]
_COMPARED, _COMPARED_ON = 1000, "anno_lexical"  # rows on which the mean network is compared with the others


def held_out_words(material: Material, words: Path) -> tuple[Measured, dict[str, Any], float]:
    """Measure the fold networks on the words of the sentences that they had not seen.

    Parameters
    ----------
    material : Material
    words : Path
        The folder of what :mod:`rhetoric.training.word_labels` wrote.

    Returns
    -------
    measured : Measured
    metrics : dict
        For the card.
    show_threshold : float
        As for the linear model of words.
    """
    s = material.sets[TESTED]
    found = read_words(s.rows)
    log_odds = np.full(found.first[-1], np.nan)
    for k in range(FOLDS):
        of_fold = logits_of(load_labels(words / f"fold-{k}.npz")[TESTED], found)
        log_odds = np.where(np.isnan(of_fold), log_odds, of_fold)
    target = targets_of(s.rows, found)[found.word]
    group = np.array([r.group for r in s.rows], dtype=object)[found.word_row]
    measured = measure_words(log_odds[found.word], target, s.fold[found.word_row], group)
    barred, loaded = found.barred[found.word], found.loaded[found.word]
    cut = show_threshold(measured, target, barred, LIKELY)
    return measured, metrics_of(measured, cut, target, barred, loaded, group), cut


def words_card(
    held_out: tuple[Measured, dict[str, Any], float],
    transformer: Transformer,
    material: Material,
    words: Path,
) -> dict[str, Any]:
    """Threshold and calibration of the shipped network's words, and the measures of those it is made of."""
    measured, metrics, cut = held_out
    labels = [load_labels(words / f"fold-{k}.npz")[_COMPARED_ON] for k in range(FOLDS)]
    common = set(labels[0].rows.tolist()).intersection(*(some.rows.tolist() for some in labels[1:]))
    rows = sorted(common)[:_COMPARED]
    said = [dict(zip(some.rows.tolist(), some.logits, strict=True)) for some in labels]
    reading = read_batch([material.sets[_COMPARED_ON].rows[i].text for i in rows]).reading
    own = transformer.both(reading)[1]
    meant = np.concatenate([np.mean([some[i] for some in said], axis=0) for i in rows])
    known = ~(np.isnan(own) | np.isnan(meant))
    slope, offset = line(own[known], meant[known])
    return {
        "threshold": round(measured.threshold, 3),
        "show_threshold": cut,
        "slope": measured.slope * slope,
        "offset": measured.slope * offset + measured.offset,
        "metrics": rounded(metrics),
        "f1_by_fold": rounded(list(measured.by_fold)),
    }

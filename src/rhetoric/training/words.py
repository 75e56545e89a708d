"""Make the model of loaded words.

    python -m rhetoric.training.words --data DIR --labels build/word-labels

It learns from words that people marked, and from what the transformer of the same fold says of the words of
other texts (``rhetoric.training.word_labels``); without labels, from people alone.
"""

from __future__ import annotations

import argparse
import logging
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rhetoric.evaluation.calibration import reliability
from rhetoric.features.input import read_batch
from rhetoric.files import write_atomic
from rhetoric.model import WORDS
from rhetoric.scoring import sigmoid
from rhetoric.training.corpora import data_directory
from rhetoric.training.provenance import provenance, rounded, shared_card
from rhetoric.training.tasks import FOLDS, Set, load_sets, training_rows
from rhetoric.training.word_matrix import Part, fit_words, logits_of, read_words, targets_of
from rhetoric.training.word_measures import Measured, measure_marks, measure_words, show_threshold
from rhetoric.training.word_targets import LABELLED, WordLabels, load_labels
from rhetoric.wordmodel import WordModel, pack_words
from rhetoric.words import WordScorer

log = logging.getLogger(__name__)
Float = NDArray[np.float64]
Bool = NDArray[np.bool_]

TESTED = "babe"
# Chosen on folds 0 and 1 of BABE: the weight of a word that people labelled, and of one that a network labelled.
_GOLD = {TESTED: 1.0}
_TAUGHT = 0.6
_SHIFT = -np.log(3.0)  # the networks learn with loaded words counted threefold
LIKELY = 0.6  # that annotators marked a word, wanted of what readers are shown beyond the lists
PROBES = (
    "The council approved the budget by nine votes to four on Monday.",
    "The mayor's cronies rammed through yet another freebie for the yacht set.",
    "Critics called the plan a sham; the ministry published its figures on Friday.",
    "Their hysterical crusade against the bakery is as absurd as it is cruel.",
    "Farida Quill's odious henchmen torpedoed the bill that 40 nurses had begged for.",
)
_CARD = {
    "name": "fast",
    "task": WORDS,
    "definition": "loaded word: experts marked it as part of the wording that makes a sentence biased (BABE)",
    "intended_use": "Pointing a reader at loaded wording that the word lists do not hold, beside their cues.",
    "limits": "Annotators agree on loaded words only roughly, and mark few in agency reports, so that an outlet's"
    " figures lie far apart (F1 by fold). A rare word that begins like a loaded one can be taken for it."
    " Names, pronouns, numbers and words of one or two letters are never marked. A word in a quotation is marked"
    " like any other; the cue's voice says whose it is.",
    "threshold_choice": "best F1 of loaded words over folds by outlet",
    "show_threshold_choice": f"from here on annotators mark a word that the lists do not hold with a calibrated"
    f" probability of {LIKELY}; chosen on the held-out words that it is measured on",
    "share_choice": "as annotated in BABE",
    "calibration": "Platt scaling on words of held-out outlets",
    "weights_licence": "The weights are statistics of research corpora, one under AGPL-3.0, one of them labelled"
    " by language models under a non-commercial licence, and of texts that their publishers own: for research and"
    " evaluation.",
}


class Material:
    """The corpora with their words, read once for all models.

    Parameters
    ----------
    sets : mapping of str to Set
    labels : sequence of mapping of str to WordLabels
        Those of each fold's network; none for a model that people alone teach.
    """

    def __init__(self, sets: Mapping[str, Set], labels: Sequence[Mapping[str, WordLabels]]) -> None:
        self.sets, self.labels = dict(sets), labels
        names = [*_GOLD, *(LABELLED if labels else ())]
        self.words = {name: read_words(self.sets[name].rows) for name in names}
        self.truth = {name: targets_of(self.sets[name].rows, self.words[name]) for name in _GOLD}

    def parts(self, fold: int | None) -> list[Part]:
        """What a model of a fold learns from: nothing of the fold's outlets, nor near to its rows."""
        allowed = training_rows(self.sets, fold)
        out: list[Part] = []
        for name, words in self.words.items():
            free = np.zeros(len(words.first) - 1, dtype=np.bool_)
            free[allowed[name]] = True
            at = np.flatnonzero(free[words.row])
            if name in _GOLD:
                out.append(Part(words, at, self.truth[name][words.token[at]].astype(np.float64), _GOLD[name]))
                continue
            some = self.labels if fold is None else [self.labels[fold]]
            logits = np.stack([logits_of(of[name], words)[words.token[at]] for of in some])
            known = ~np.isnan(logits)
            seen = known.any(axis=0)
            mean = np.where(known, logits, 0).sum(axis=0)[seen] / known.sum(axis=0)[seen]
            out.append(Part(words, at[seen], sigmoid(mean + _SHIFT), _TAUGHT))
        return out

    def held_out(self) -> Float:
        """Log-odds of BABE's tokens by models that had not seen their outlets; NaN for what is never marked."""
        words, fold = self.words[TESTED], self.sets[TESTED].fold
        out = np.full(words.first[-1], np.nan)
        for k in range(FOLDS):
            weights = fit_words(self.parts(k))
            at = np.flatnonzero(fold[words.row] == k)
            out[words.token[at]] = weights.log_odds(words, at)
            log.info("fold %d of %d", k + 1, FOLDS)
        return out


def metrics_of(
    measured: Measured, cut: float, target: Bool, barred: Bool, loaded: Bool, group: NDArray[np.object_]
) -> dict[str, dict[str, Any]]:
    """What goes on the card: the model alone, together with the lists, and what readers are shown.

    Parameters
    ----------
    measured : Measured
    cut : float
        The threshold for showing.
    target, barred, loaded : ndarray of bool, shape (n,)
        Of each word: whether annotators marked it, whether it is never shown (as it lies in a cue, or behind a
        negator), and whether it lies in a cue of the kind ``loaded``.
    group : ndarray of object, shape (n,)
        Its article.
    """
    shown = (measured.probability >= cut) & ~barred

    def marks(marked: Bool, among: Bool | None = None) -> dict[str, Any]:
        rows = np.ones(len(target), dtype=np.bool_) if among is None else among
        return measure_marks(marked[rows], target[rows], group[rows])

    alone = {**measured.evaluation.to_dict(), **marks(measured.marked)}
    return {
        f"{TESTED} words, folds by outlet": alone,
        f"{TESTED} words, with the lists' loaded cues": marks(measured.marked | loaded),
        f"{TESTED} words, the lists' loaded cues alone": marks(loaded),
        f"{TESTED} words, as shown: lists and model": marks(shown | loaded),
        f"{TESTED} words beyond all cues, as shown": marks(shown, ~barred),
    }


def train(material: Material, data: Path) -> WordModel:
    """Measure in folds, then fit on everything.

    Parameters
    ----------
    material : Material
    data : Path
        The folder of corpora, for the card.
    """
    words, tested = material.words[TESTED], material.sets[TESTED]
    target = material.truth[TESTED][words.word]
    group = np.array([r.group for r in tested.rows], dtype=object)[words.word_row]
    log_odds = material.held_out()[words.word]
    measured = measure_words(log_odds, target, tested.fold[words.word_row], group)
    barred, loaded = words.barred[words.word], words.loaded[words.word]
    cut = show_threshold(measured, target, barred, LIKELY)
    parts = material.parts(None)
    rows = {
        name: len(np.unique(part.words.row[part.at]))
        for name, part in zip(material.words, parts, strict=True)
    }
    fitted = fit_words(parts)
    metrics = metrics_of(measured, cut, target, barred, loaded, group)
    for name, row in metrics.items():
        log.info(
            "%s: %s", name, {k: round(row[k]["value"], 3) for k in ("precision", "recall", "f1_positive")}
        )
    card = {
        **_CARD,
        "threshold": measured.threshold,
        "show_threshold": cut,
        "share": float(target.mean()),
        "labelled_by": "the transformer of each fold" if material.labels else "people alone",
        "training_data": provenance(rows, data, rows),
        **shared_card(),
        "metrics": metrics,
        "f1_by_fold": list(measured.by_fold),
        "reliability": {
            f"{TESTED} words, folds by outlet": reliability(target, measured.probability).to_dict()
        },
    }
    model = WordModel(
        (fitted.hashed * measured.slope).astype(np.float16).astype(np.float32),  # as stored
        fitted.sentence * measured.slope,
        fitted.intercept * measured.slope + measured.offset,
        rounded(card),
    )
    return with_probes(model)


def with_probes(model: WordModel) -> WordModel:
    """The model with the highest probability of a word of each probe on its card."""
    scorer = WordScorer(model)
    found = [scorer.probabilities(read_batch([text]).reading).max() for text in PROBES]
    return replace(
        model, card={**model.card, "probes": dict(zip(PROBES, np.round(found, 9).tolist(), strict=True))}
    )


def write_words(model: WordModel, folder: Path) -> None:
    """Write a model folder; the card comes last, so that a folder cut short does not load."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, body in pack_words(model).items():
        write_atomic(folder / name, body)


def main() -> None:
    parser = argparse.ArgumentParser(description="Make the model of loaded words.")
    parser.add_argument("--data", type=Path, default=None, help="folder of corpora (default: $RHETORIC_DATA)")
    parser.add_argument("--labels", type=Path, default=None, help="what word_labels made (default: none)")
    parser.add_argument("--output", type=Path, default=Path("src/rhetoric/models/words-fast"))
    arguments = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    data = data_directory(arguments.data)
    labels = (
        [load_labels(arguments.labels / f"fold-{k}.npz") for k in range(FOLDS)] if arguments.labels else []
    )
    write_words(train(Material(load_sets(data), labels), data), arguments.output)
    log.info("written to %s", arguments.output)


if __name__ == "__main__":
    main()

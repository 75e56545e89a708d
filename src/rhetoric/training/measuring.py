"""What a card states of a model: measures by corpus and slice, of articles, of the test splits, and errors."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rhetoric.datasets.tables import read_table
from rhetoric.evaluation.calibration import reliability
from rhetoric.evaluation.metrics import evaluate_scores
from rhetoric.evaluation.slices import evaluate_slices, one_class, slices_of
from rhetoric.features.input import read_batch
from rhetoric.scoring import SentenceScorer
from rhetoric.tasks import LABELS
from rhetoric.training.held_out import HeldOut, Measured, calibration_errors, measure
from rhetoric.training.material import Material
from rhetoric.training.protocols import Protocol
from rhetoric.training.tasks import TESTS, load_test
from rhetoric.training.unseen import measure_unseen
from rhetoric.types import Sentence

Float = NDArray[np.float64]
Bool = NDArray[np.bool_]
CONFUSIONS = Path("datasets/sentences/confusions.tsv")
_CHUNK = 1024
_OF_PARTS = ("headline", "body", "comment")


def figures(
    material: Material,
    protocol: Protocol,
    found: Mapping[str, HeldOut],
    unseen: Mapping[str, HeldOut],
    by_article: HeldOut | None = None,
) -> dict[str, Any]:
    """Measures, calibration curves and slices of held-out rows, as they stand on a card.

    Parameters
    ----------
    material : Material
    protocol : Protocol
    found : mapping of str to HeldOut
        Each corpus that is measured, in folds.
    unseen : mapping of str to HeldOut
        Corpora by models that saw nothing of them.
    by_article : HeldOut, optional
        A corpus in folds by article.
    """
    macro, share = protocol.macro, protocol.share
    measured = {
        f"{name}, in folds": measure(name, found, protocol.on, macro=macro, share=share) for name in found
    }
    sliced = slices(material, measured.values())
    if by_article is not None:
        name = by_article.name
        measured[f"{name}, in folds by article"] = measure(name, {name: by_article}, [name], macro=macro)
    metrics = {name: m.to_dict() for name, m in measured.items()}
    if protocol.across:
        metrics |= measure_unseen(unseen, found, protocol.on)
    return {
        "metrics": metrics,
        "reliability": {name: m.reliability().to_dict() for name, m in measured.items()},
        **sliced,
    }


def slices(material: Material, measured: Iterable[Measured]) -> dict[str, Any]:
    """Measures by kind of sentence over all corpora together, for a card.

    The part of the page is told where a corpus knows it; then the sentences of the others are body text.
    """
    measured = list(measured)
    texts = [material.sets[m.rows.name].rows[i].text for m in measured for i in m.rows.row.tolist()]
    positive = np.concatenate([m.positive for m in measured])
    inside = slices_of_texts(texts)
    if all(isinstance(text, str) for text in texts):
        inside = {name: rows for name, rows in inside.items() if name not in _OF_PARTS}
    inside = {name: rows for name, rows in inside.items() if rows.any()}
    found = evaluate_slices(
        positive,
        np.concatenate([m.probability for m in measured]),
        np.concatenate([m.cut for m in measured]),
        inside,
        np.concatenate([m.rows.name + "/" + m.rows.group.astype(str) for m in measured]).astype(object),
    )
    return {
        "slices_of": f"{', '.join(m.rows.name for m in measured)}: all rows that were scored in folds, together",
        "slices": {name: evaluation.to_dict() for name, evaluation in found.items()},
        "slices_skipped": one_class(positive, inside),
    }


def slices_of_texts(texts: Sequence[str | Sentence]) -> dict[str, Bool]:
    """The slices of sentences that stand alone; see :func:`rhetoric.evaluation.slices.slices_of`."""
    parts: list[dict[str, Bool]] = []
    for at in range(0, len(texts), _CHUNK):
        batch = read_batch(texts[at : at + _CHUNK])
        parts.append(slices_of(batch.reading, batch.table))
    return {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}


def measure_tests(task: str, data: Path, scorer: SentenceScorer) -> tuple[dict[str, Any], dict[str, Any]]:
    """Measure the task's test splits, as the scorer gives them and with the share estimated.

    Returns
    -------
    metrics : dict
    curves : dict
        Calibration curves by the same names.
    """
    metrics: dict[str, Any] = {}
    curves: dict[str, Any] = {}
    for name, (_, of, *_rest) in TESTS.items():
        if of == task:
            texts, positive = load_test(name, data)
            p = scorer.score(texts)
            stated = scorer.at_share(p, float(positive.mean()))
            estimated = scorer.at_share(p, scorer.share_for(p, "estimate"))
            for how, found in ((name, p), (f"{name}, share estimated", estimated)):
                metrics[how] = evaluate_scores(positive, found, scorer.threshold).to_dict()
                curves[how] = reliability(positive, found).to_dict()
            metrics[name] |= calibration_errors(positive, at_stated_share=stated)
    return metrics, curves


def confusions(scorer: SentenceScorer, path: Path = CONFUSIONS) -> list[dict[str, Any]]:
    """What a model says of hard sentences of our own, which no model is trained on.

    Parameters
    ----------
    scorer : SentenceScorer
    path : Path
        The table, from the project's root.

    Returns
    -------
    list of dict
        "text", "label", what it "says", "p" of the positive label, and "why" the sentence is hard.
    """
    table = read_table(path)
    rows = table[table["task"] == scorer.task].to_dict("records")
    positive, negative = LABELS[scorer.task]
    return [
        {
            "text": row["text"],
            "label": row["label"],
            "says": positive if p >= scorer.threshold else negative,
            "p": round(p, 4),
            "why": row["why"],
        }
        for row, p in zip(rows, scorer.score([row["text"] for row in rows]).tolist(), strict=True)
    ]

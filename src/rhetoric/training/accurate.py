r"""Make the accurate model: the mean of the fold networks, as a graph of int8, with calibrations and a card.

    python -m rhetoric.training.accurate --data DIR --teachers build/teacher --labels build/labels \
        --words build/word-labels

Each network was tested on the fold that it had not seen: the figures "in folds" are of the five networks. Their mean
has seen all folds and is measured on the test splits alone, once.
"""

from __future__ import annotations

import argparse
import json
import logging
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rhetoric.features.input import read_batch
from rhetoric.files import write_atomic
from rhetoric.network import FORMAT, Transformer, load_transformer
from rhetoric.tasks import LABELS, TASKS
from rhetoric.training.article_labels import NAME
from rhetoric.training.articles import (
    ARTICLES,
    MEASURE,
    Article,
    load_articles,
    mean_scores,
    measure_articles,
)
from rhetoric.training.by_article import article_parts
from rhetoric.training.corpora import data_directory
from rhetoric.training.export import export
from rhetoric.training.held_out import HeldOut, held_out_rows, probabilities
from rhetoric.training.leakage import leakage, leakage_card
from rhetoric.training.linear import Settings
from rhetoric.training.material import Material
from rhetoric.training.measuring import confusions, figures, measure_tests
from rhetoric.training.network_words import held_out_words, words_card
from rhetoric.training.pool import POOL
from rhetoric.training.protocols import PROTOCOLS
from rhetoric.training.provenance import PROBES, TASK_CARDS, provenance, rounded, shared_card
from rhetoric.training.soup import add_section, line, mean_network, task_logits
from rhetoric.training.tasks import FOLDS, SETS
from rhetoric.training.teacher import LENGTH
from rhetoric.transformer import TransformerScorer

log = logging.getLogger(__name__)
Float = NDArray[np.float64]

MEASURED = {
    "opinion": ("newssd_eng", "mpqa_1_2", "babe", "own"),
    "loaded": ("babe",),
    "sarcasm": ("sarcasm_v2", "iac_sarcasm_ratings"),
    "hedge": ("conll2010_wiki_weasel",),
}
_CALIBRATION_TEXTS = 1000  # sentences that tell the quantisation how wide activations become
_COMPARED = 2000  # sentences on which the mean network is compared with those it is made of
_LICENCE = (
    "The weights are statistics of research corpora, among them some under no stated licence, one under AGPL-3.0 and"
    " some for non-commercial use; the network they began as is under Apache-2.0: for research and evaluation; ask the"
    " owners before commercial use."
)
_CAVEAT = (
    "The figures in folds are of the five networks whose weights this one averages, each on outlets and articles that"
    " it had not seen; this one has seen all of them and is measured on the test splits alone."
)


def first_card(files: dict[str, Any]) -> dict[str, Any]:
    """As much of a card as the network needs to be loaded, before anything is calibrated."""
    tasks = {
        task: {
            "labels": dict(zip(("positive", "negative"), LABELS[task], strict=True)),
            "threshold": 0.5,
            "share": 0.5,
            "calibration": {"slope": 1.0, "offset": 0.0},
        }
        for task in TASKS
    }
    words = {"threshold": 0.5, "slope": 1.0, "offset": 0.0}
    return {"format": FORMAT, "name": "accurate", "length": LENGTH, **files, "tasks": tasks, "words": words}


def write_card(card: dict[str, Any], folder: Path) -> None:
    """Write ``card.json``."""
    body = json.dumps(card, indent=1, ensure_ascii=False) + "\n"
    write_atomic(folder / "card.json", body.encode())


def in_folds(material: Material, task: str) -> dict[str, HeldOut]:
    """Log-odds of the task's corpora by the networks that had not seen the rows."""
    out = {}
    for name in MEASURED[task]:
        s = material.sets[name]
        z = np.full(len(s), np.nan)
        for k in range(FOLDS):
            z[s.fold == k] = task_logits(material.labels[k][name][s.fold == k], task)
        out[name] = held_out_rows(s, task, z)
    return out


def article_means(material: Material, articles: list[Article], calibration: tuple[float, float]) -> Float:
    """The mean opinion of the articles by the networks that had not seen their outlets."""

    def score(fold: int, sentences: object) -> Float:
        return probabilities(task_logits(material.labels[fold][ARTICLES], "opinion"), calibration)

    return mean_scores(articles, score)


def calibrate_mean(material: Material, transformer: Transformer) -> dict[str, tuple[float, float]]:
    """For each task the line from the shipped network's logits to the mean of the fold networks'."""
    rows = np.arange(0, len(material.pool), max(1, len(material.pool) // _COMPARED))
    logits = transformer.logits(read_batch([material.pool[i].text for i in rows.tolist()]).reading)
    out = {}
    for i, task in enumerate(TASKS):
        each = np.stack([task_logits(labels[POOL][rows], task) for labels in material.labels])
        meant = np.nanmean(each, axis=0)
        out[task] = line(logits[:, i], meant)
        log.info(
            "%s: correlation with the mean of the networks %.4f", task, np.corrcoef(logits[:, i], meant)[0, 1]
        )
    return out


def by_article(material: Material, labels: Path) -> HeldOut:
    """Loaded wording by networks that had seen other articles of the outlet."""
    s = material.sets[NAME]
    with np.load(labels / "articles.npz") as stored:
        return held_out_rows(s, "loaded", task_logits(stored["logits"], "loaded"), article_parts(s))


def task_card(
    material: Material, task: str, mean_line: tuple[float, float], articles: list[Article], labels: Path
) -> dict[str, Any]:
    """What the card says of a task, but for the tests."""
    protocol, found = PROTOCOLS[task], in_folds(material, task)
    unseen = {
        name: held_out_rows(material.sets[name], task, task_logits(logits[name], task))
        for name, logits in material.unseen.items()
        if protocol.across and name in protocol.on
    }
    at = protocol.operate(found, unseen)
    parts = by_article(material, labels) if task == "loaded" else None
    measured = figures(material, protocol, found, unseen, parts)
    if task == "opinion":
        mean = article_means(material, articles, at.calibration)
        measured["metrics"][MEASURE] = measure_articles(articles, mean)
    slope, offset = mean_line
    a, b = at.calibration
    return {
        "labels": dict(zip(("positive", "negative"), LABELS[task], strict=True)),
        **{key: value for key, value in TASK_CARDS[task].items() if key != "weights_licence"},
        "threshold": at.threshold,
        "threshold_choice": protocol.choice,
        "share": round(at.share, 4),
        "calibration": {"slope": a * slope, "offset": a * offset + b},
        **rounded(measured),
    }


def make(material: Material, data: Path, teachers: Path, labels: Path, words: Path, output: Path) -> None:
    """Average, export, calibrate, measure and write the model.

    Parameters
    ----------
    material : Material
    data, teachers, labels, words : Path
        The folders of corpora, of the fold networks, and of what these say of sentences and of single words.
    output : Path
    """
    network = mean_network([teachers / f"fold-{k}" for k in range(FOLDS)])
    add_section(network)
    texts = [s.text for s in material.pool]
    exported = export(network, output, texts[:: max(1, len(texts) // _CALIBRATION_TEXTS)])
    log.info("exported: %s", exported)
    card = first_card({"sha256": exported.sha256, "quantisation": rounded(asdict(exported.difference))})
    write_card(card, output)
    transformer = load_transformer(output)
    rows = {name: len(material.sets[name]) for name in SETS}
    lines, articles = calibrate_mean(material, transformer), load_articles(data, material.sets)
    card |= {
        "weights_licence": _LICENCE,
        "caveat": _CAVEAT,
        "training_data": provenance(rows, data, rows),
        "leakage": leakage_card(leakage(material, data), rows),
        **shared_card(),
        "tasks": {task: task_card(material, task, lines[task], articles, labels) for task in TASKS},
        "words": words_card(held_out_words(material, words), transformer, material, words),
    }
    transformer = replace(transformer, card=card)
    for task in TASKS:
        scorer, of_task = TransformerScorer(transformer, task), card["tasks"][task]
        metrics, curves = measure_tests(task, data, scorer)
        of_task["metrics"] = rounded(metrics) | of_task["metrics"]
        of_task["reliability"] = rounded(curves) | of_task["reliability"]
        of_task["confusions"] = confusions(scorer)
        card.setdefault("probes", {})[task] = dict(
            zip(PROBES, np.round(scorer.score(PROBES), 4).tolist(), strict=True)
        )
    write_card(card, output)


def main() -> None:
    parser = argparse.ArgumentParser(description="Make the accurate model of the fold networks.")
    parser.add_argument("--data", type=Path, default=None, help="folder of corpora (default: $RHETORIC_DATA)")
    parser.add_argument("--teachers", type=Path, required=True, help="what training.teacher wrote")
    parser.add_argument("--labels", type=Path, required=True, help="what training.labels wrote")
    parser.add_argument("--words", type=Path, required=True, help="what training.word_labels wrote")
    parser.add_argument("--output", type=Path, default=Path("src/rhetoric/models/accurate"))
    arguments = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    data = data_directory(arguments.data)
    material = Material(data, arguments.labels, Settings())
    make(material, data, arguments.teachers, arguments.labels, arguments.words, arguments.output)


if __name__ == "__main__":
    main()

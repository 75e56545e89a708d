"""Make the shipped n-gram models of all tasks, taught by gold labels and by the transformer.

    python -m rhetoric.training.students --data DIR --labels build/labels

Calibration, threshold and measures come from rows that neither a model nor its teacher has seen; a test split
is scored once, at the end, for the card.
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

from rhetoric.scoring import Scorer
from rhetoric.tasks import LABELS
from rhetoric.training.articles import MEASURE, Article, load_articles, mean_scores, measure_articles
from rhetoric.training.by_article import held_out_by_article
from rhetoric.training.corpora import data_directory
from rhetoric.training.held_out import HeldOut, Operating, held_out_rows, probabilities
from rhetoric.training.leakage import Leaks, leakage, leakage_card
from rhetoric.training.linear import Settings, Weights, to_model, write_model
from rhetoric.training.material import Material, Recipe, scored
from rhetoric.training.measuring import confusions, figures, measure_tests
from rhetoric.training.protocols import FAST, PERMISSIVE, Plan
from rhetoric.training.provenance import NAMED_CARDS, PROBES, TASK_CARDS, provenance, rounded, shared_card
from rhetoric.training.tasks import FOLDS

log = logging.getLogger(__name__)
Float = NDArray[np.float64]


def in_folds(material: Material, recipe: Recipe) -> tuple[dict[str, HeldOut], list[Weights]]:
    """Log-odds of every gold row by a model that saw neither its fold nor a teacher who did; and these models."""
    names = [name for name in recipe.gold if (material.sets[name].fold >= 0).any()]
    found = {name: np.full(len(material.sets[name]), np.nan) for name in names}
    models = []
    for k in range(FOLDS):
        models.append(material.fit(recipe, material.gold_rows(recipe, k), k))
        for name, log_odds in found.items():
            rows = np.flatnonzero(material.sets[name].fold == k)
            log_odds[rows] = models[k].log_odds(material.matrix(name)[rows])
        log.info("%s: fold %d scored", recipe.task, k)
    return {name: held_out_rows(material.sets[name], recipe.task, z) for name, z in found.items()}, models


def unseen_sources(material: Material, plan: Plan) -> dict[str, HeldOut]:
    """Log-odds of the corpora by models that saw nothing of them, nor did the network that taught these."""
    out = {}
    for name in plan.protocol.on if plan.protocol.across else ():
        weights = material.fit_without(plan.recipe, name)
        z = weights.log_odds(material.matrix(name))
        out[name] = held_out_rows(material.sets[name], plan.recipe.task, z)
        log.info("%s: %s scored unseen", plan.folder, name)
    return out


def article_figures(
    material: Material, articles: Sequence[Article], models: Sequence[Weights], at: Operating
) -> dict[str, Any]:
    """Measure whole articles of unseen outlets."""

    def score(fold: int, sentences: Sequence[str]) -> Float:
        return probabilities(scored(models[fold], sentences, material.settings), at.calibration)

    return measure_articles(articles, mean_scores(articles, score))


def rows_used(material: Material, recipe: Recipe) -> dict[str, int]:
    """How many rows of each corpus and collection the model learns from."""
    rows = {name: len(at) for name, at in material.gold_rows(recipe, None).items()}
    if recipe.taught:
        taught = ~np.isnan(material.taught_logits(recipe, material.labels))
        for sentence, known in zip(material.pool, taught.tolist(), strict=True):
            rows[sentence.collection] = rows.get(sentence.collection, 0) + known
    return rows


def description(
    plan: Plan, at: Operating, rows: Mapping[str, int], data: Path, leaks: Leaks
) -> dict[str, Any]:
    """What a card says before anything is measured."""
    task = plan.recipe.task
    positive, negative = LABELS[task]
    return {
        "name": plan.name,
        "task": task,
        "labels": {"positive": positive, "negative": negative},
        **TASK_CARDS[task],
        **NAMED_CARDS.get(plan.folder, {}),
        "threshold": at.threshold,
        "share": round(at.share, 4),
        "calibration": "Platt scaling on scores held out by article or outlet; each corpus weighs the same",
        "training_data": provenance(rows, data, rows),
        "leakage": leakage_card(leaks, rows),
        **shared_card(),
    }


def make(material: Material, plan: Plan, data: Path, output: Path, leaks: Leaks) -> None:
    """Train, calibrate, measure and write a model.

    Parameters
    ----------
    material : Material
    plan : Plan
    data : Path
        The folder of corpora.
    output : Path
        The folder of model folders.
    leaks : mapping
        What :func:`rhetoric.training.leakage.leakage` found.
    """
    recipe, protocol, task = plan.recipe, plan.protocol, plan.recipe.task
    found, models = in_folds(material, recipe)
    unseen = unseen_sources(material, plan)
    at = protocol.operate(found, unseen)
    weights = material.fit(recipe, material.gold_rows(recipe, None), None).recalibrated(*at.calibration)
    by_article = held_out_by_article(material, recipe, "babe") if task == "loaded" else None
    card = {
        **description(plan, at, rows_used(material, recipe), data, leaks),
        "threshold_choice": protocol.choice,
        **rounded(figures(material, protocol, found, unseen, by_article)),
    }
    if task == "opinion":
        articles = load_articles(data, material.sets)
        card["metrics"][MEASURE] = rounded(article_figures(material, articles, models, at))
    model = to_model(weights, recipe.settings, card)
    scorer = Scorer(model)
    metrics, curves = map(rounded, measure_tests(task, data, scorer))
    card = {
        **model.card,
        "metrics": {**metrics, **model.card["metrics"]},
        "reliability": {**curves, **model.card["reliability"]},
        "confusions": confusions(scorer),
        "probes": dict(zip(PROBES, np.round(scorer.score(PROBES), 9).tolist(), strict=True)),
    }
    write_model(replace(model, card=card), output / plan.folder)
    log.info("%s: threshold %.3f, share %.3f; written", plan.folder, at.threshold, at.share)
    for name, row in card["metrics"].items():
        log.info("  %s: macro-F1 %.3f", name, row["macro_f1"]["value"])


def main() -> None:
    parser = argparse.ArgumentParser(description="Train the shipped n-gram models.")
    parser.add_argument("--data", type=Path, default=None, help="folder of corpora (default: $RHETORIC_DATA)")
    parser.add_argument("--labels", type=Path, required=True, help="what training.labels wrote")
    parser.add_argument("--task", choices=tuple(FAST), nargs="+", default=tuple(FAST))
    parser.add_argument(
        "--permissive", action="store_true", help="make the model of openly licensed data instead"
    )
    parser.add_argument("--output", type=Path, default=Path("src/rhetoric/models"))
    arguments = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    data = data_directory(arguments.data)
    material = Material(data, arguments.labels, Settings())
    leaks = leakage(material, data)
    for plan in [PERMISSIVE] if arguments.permissive else [FAST[task] for task in arguments.task]:
        make(material, plan, data, arguments.output, leaks)


if __name__ == "__main__":
    main()

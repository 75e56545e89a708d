"""How far off is an estimated share of positives, and what does it do to probabilities and labels?

    python benchmarks/shares.py --data DIR --labels build/labels

On the opinion corpora, scored in folds by n-gram models of gold labels and by the fold networks. Calibration and
threshold of each corpus come from the other ones. The tables are those of docs/probability.md.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from sklearn.metrics import f1_score

from rhetoric.evaluation.calibration import reliability
from rhetoric.priors import adjust, estimate_share
from rhetoric.training.corpora import data_directory
from rhetoric.training.held_out import HeldOut, held_out_rows, operating, probabilities
from rhetoric.training.linear import Settings
from rhetoric.training.material import Material
from rhetoric.training.pages import table
from rhetoric.training.protocols import PROTOCOLS, RECIPES
from rhetoric.training.tasks import FOLDS, HEADS

TASK = "opinion"
SHARES = (0.1, 0.25, 0.4, 0.55, 0.7)
SAMPLES, SIZE = 20, 250
WAYS = ("as given", "scores alone", "with the prior", "true share stated")
Float = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Means:
    """Mean error of the share, calibration error and macro-F1 for each of the ways."""

    values: Float  # shape (len(WAYS), 3)


def n_grams(material: Material) -> dict[str, HeldOut]:
    """Scores in folds by models that learn from gold labels alone."""
    recipe = replace(RECIPES[TASK], taught=0)
    scores = {name: np.full(len(material.sets[name]), np.nan) for name in recipe.gold}
    for k in range(FOLDS):
        weights = material.fit(recipe, material.gold_rows(recipe, k), k)
        for name, log_odds in scores.items():
            rows = np.flatnonzero(material.sets[name].fold == k)
            log_odds[rows] = weights.log_odds(material.matrix(name)[rows])
    return {name: held_out_rows(material.sets[name], TASK, z) for name, z in scores.items()}


def networks(material: Material, labels: Path) -> dict[str, HeldOut]:
    """Scores in folds by the networks that labelled them."""
    folds = [dict(np.load(labels / f"fold-{k}.npz")) for k in range(FOLDS)]
    out = {}
    for name in RECIPES[TASK].gold:
        s = material.sets[name]
        column = np.stack([fold[name][:, HEADS.index(TASK)] for fold in folds])
        out[name] = held_out_rows(s, TASK, column[s.fold, np.arange(len(s))].astype(np.float64))
    return out


def draws(positive: NDArray[np.bool_], share: float | None) -> Iterator[NDArray[np.int64]]:
    """Rows of samples with a share of positives; without one, with that of the corpus."""
    random = np.random.default_rng(0)
    yes, no = np.flatnonzero(positive), np.flatnonzero(~positive)
    for _ in range(SAMPLES):
        if share is None:
            yield random.integers(0, len(positive), SIZE)
        else:
            n = int(random.binomial(SIZE, share))
            yield np.concatenate([random.choice(yes, n), random.choice(no, SIZE - n)])


def measured(name: str, sets: Mapping[str, HeldOut], share: float | None) -> Means:
    """What each way reaches on samples of a corpus that calibration and threshold do not know."""
    at = operating([sets[other] for other in PROTOCOLS[TASK].on if other != name])
    kept = sets[name].where(sets[name].certain)
    p, positive = probabilities(kept.log_odds, at.calibration), kept.target > 0.5
    truth = float(positive.mean()) if share is None else share
    found = []
    for rows in draws(positive, share):
        q, y = p[rows], positive[rows]
        stated = (at.share, estimate_share(q, at.share, prior=0), estimate_share(q, at.share), truth)
        for value in stated:
            r = adjust(q, at.share, value)
            f1 = f1_score(y, r >= at.threshold, average="macro", zero_division=0)
            found.append([abs(value - truth), reliability(y, r).expected_calibration_error, f1])
    return Means(np.array(found).reshape(-1, len(WAYS), 3).mean(axis=0))


def tables(both: Mapping[str, Mapping[str, HeldOut]]) -> list[str]:
    """Both tables in Markdown; a cell has a figure for each kind of model."""
    names = [*PROTOCOLS[TASK].on, "own"]
    natural = {n: [measured(n, sets, None).values for sets in both.values()] for n in names}
    drawn = [
        np.mean([measured(n, sets, share).values for n in names for share in SHARES], axis=0)
        for sets in both.values()
    ]
    means = [np.mean([natural[n][i] for n in names], axis=0) for i in range(len(both))]
    rows = []
    for name, of in [*natural.items(), ("mean", means)]:
        errors = [both_of(of, way, 0, 2) for way in (1, 2)]
        rows.append([name, *errors, *(both_of(of, way, 1) for way in range(len(WAYS)))])
    first = table(
        ["corpus", "error: scores alone", "error: with the prior", *(f"ECE: {w}" for w in WAYS)], rows, "l"
    )
    rows = [[way, *(both_of(drawn, i, measure) for measure in range(3))] for i, way in enumerate(WAYS)]
    return [*first, "", *table(["", "error of the share", "ECE", "macro-F1"], rows, "l")]


def both_of(of: list[Float], way: int, measure: int, digits: int = 3) -> str:
    return " / ".join(f"{values[way, measure]:.{digits}f}" for values in of)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", type=Path, default=None, help="folder of corpora (default: $RHETORIC_DATA)")
    parser.add_argument("--labels", type=Path, required=True, help="what training.labels wrote")
    arguments = parser.parse_args()
    material = Material(data_directory(arguments.data), None, Settings())
    both = {"n-grams": n_grams(material), "networks": networks(material, arguments.labels)}
    print(*tables(both), sep="\n")


if __name__ == "__main__":
    main()

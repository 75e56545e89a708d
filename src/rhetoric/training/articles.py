"""Whole articles of outlets that no model saw: does the mean sentence score tell reports from opinion pieces?"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.metrics import f1_score

from rhetoric.evaluation.metrics import evaluate_scores
from rhetoric.training.held_out import calibration_errors, recalibrated
from rhetoric.training.linear import best_threshold
from rhetoric.training.pool import outlet_folds, records, sentences_of
from rhetoric.training.tasks import FOLDS, Set, outlet_key

Float = NDArray[np.float64]
ARTICLES = "articles"
MEASURE = "news_vs_opinion_allsides, articles of unseen outlets"
_EDGE = 2  # sentences at either end that are not read: bylines and other boilerplate say what section it is
_OF_A_KIND = 10  # articles of each kind, for an outlet to be measured by itself


@dataclass(frozen=True, slots=True)
class Article:
    """The sentences of an article, and whether its publisher prints it as opinion."""

    sentences: tuple[str, ...]
    outlet: str
    opinion: bool
    fold: int


def load_articles(data: Path, sets: dict[str, Set]) -> list[Article]:
    """The articles with their outlet's fold; those too short to have sentences between the edges are left out."""
    rows = records(data / "news_vs_opinion_allsides/train.tsv")
    outlets = [outlet_key(r["source"]) for r in rows]
    folds = outlet_folds([o or r["id"] for o, r in zip(outlets, rows, strict=True)], sets)
    out = []
    for r, outlet, fold in zip(rows, outlets, folds.tolist(), strict=True):
        if texts := sentences_of(r["text"], _EDGE):
            out.append(Article(tuple(texts), outlet, r["label"] == "OPINION", fold))
    return out


def mean_scores(articles: Sequence[Article], score: Callable[[int, Sequence[str]], Float]) -> Float:
    """The mean probability of each article's sentences.

    Parameters
    ----------
    articles : sequence of Article
    score : callable
        Takes a fold and sentences; returns their probabilities by a model that saw none of the fold's outlets.

    Returns
    -------
    ndarray of float64, shape (n_articles,)
    """
    out = np.full(len(articles), np.nan)
    for k in range(FOLDS):
        at = [i for i, a in enumerate(articles) if a.fold == k]
        if at:
            of = np.repeat(np.arange(len(at)), [len(articles[i].sentences) for i in at])
            p = score(k, [s for i in at for s in articles[i].sentences])
            out[at] = np.bincount(of, p) / np.bincount(of)
    return out


def measure_articles(articles: Sequence[Article], mean: Float) -> dict[str, Any]:
    """Measure mean scores against the publisher's section, for a card.

    The cut of an outlet is the best one over the others; outlets with ten articles of each kind are averaged.
    """
    opinion = np.array([a.opinion for a in articles])
    outlet = np.array([a.outlet for a in articles], dtype=object)
    names = sorted({a.outlet for a in articles})
    cut = np.full(len(mean), np.nan)
    for name in names:
        others = outlet != name
        cut[~others] = best_threshold([(opinion[others], mean[others])])
    by_outlet: dict[str, float] = {}
    for name in names:
        here = outlet == name
        if min(opinion[here].sum(), (~opinion[here]).sum()) >= _OF_A_KIND:
            by_outlet[name] = float(f1_score(opinion[here], mean[here] >= cut[here], average="macro"))
    fold = np.array([a.fold for a in articles])
    own = recalibrated(np.log(mean / (1 - mean)), opinion.astype(np.float64), fold)
    return {
        **evaluate_scores(opinion, mean, cut, outlet).to_dict(),
        **calibration_errors(opinion, recalibrated=own),
        "macro_f1_by_outlet": by_outlet,
        "mean_macro_f1_by_outlet": float(np.mean(list(by_outlet.values()))),
    }

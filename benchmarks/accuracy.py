"""How accurate the models are, beside baselines and published results: one command writes docs/benchmarks.md.

    python benchmarks/accuracy.py --data DIR

Every test split is scored once. Nothing is chosen on it: cuts come from the training sets, our own from the
models' cards. What is measured in folds is taken from the cards. Speed and size are measured by tiers.py.
"""

from __future__ import annotations

import argparse
import pickle
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import Pipeline, make_pipeline, make_union

from rhetoric import load_scorer
from rhetoric.datasets.tables import read_table
from rhetoric.evaluation.metrics import Evaluation, evaluate_scores
from rhetoric.files import write_atomic
from rhetoric.model import shipped_models
from rhetoric.training.cards import MODELS, read_cards
from rhetoric.training.corpora import data_directory
from rhetoric.training.linear import best_threshold
from rhetoric.training.pages import by_task, cell, estimate, share, table
from rhetoric.training.tasks import NOWHERE, TESTS, Set, load_sets, load_test

HERE = Path(__file__).resolve().parent
OURS = ("fast", "fast-permissive", "accurate")
HELD_OUT = 0  # the fold of the training rows that TF-IDF's cut is chosen on
MEASURES = {
    "macro_f1": "macro-F1",
    "f1_positive": "F1 of positives",
    "roc_auc": "AUC",
    "expected_calibration_error": "ECE",
}
Float = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Labelled:
    """Texts of one task with their labels; ``held`` marks training rows on which a cut may be chosen."""

    name: str
    task: str
    texts: list[str]
    positive: NDArray[np.bool_]
    held: NDArray[np.bool_] | None = None


@dataclass(frozen=True, eq=False)
class Line:
    """A line of a table: what some contender reaches, or why it does not take part.

    ``probable`` says whether its scores are meant as probabilities, so that a calibration error makes sense;
    ``caveat`` is what the model's card owns up to.
    """

    name: str
    evaluation: Evaluation | None
    note: str = ""
    ours: bool = False
    probable: bool = True
    caveat: str = ""


Baseline = Callable[[Labelled, Labelled], Line]  # training, test


def held_out(data: Path) -> Iterator[Labelled]:
    """The test splits, each read once."""
    for name, (_, task, _, _) in TESTS.items():
        texts, positive = load_test(name, data)
        yield Labelled(name, task, texts, positive)


def training_of(sets: Mapping[str, Set], task: str) -> Labelled:
    """The rows of a task in the sets that people labelled, those that are torn left out."""
    texts: list[str] = []
    positive: list[bool] = []
    held: list[bool] = []
    for each in sets.values():
        if (each.fold == NOWHERE).all():  # labels made by a model, or of another field
            continue
        for row, fold in zip(each.rows, each.fold.tolist(), strict=True):
            target = row.targets.get(task, 0.5)
            if target != 0.5:
                texts.append(row.text if isinstance(row.text, str) else row.text.text)
                positive.append(target > 0.5)
                held.append(fold == HELD_OUT)
    return Labelled("training", task, texts, np.array(positive), np.array(held))


def majority(training: Labelled, test: Labelled) -> Line:
    """Always the share of the training set."""
    p = np.full(len(test.texts), training.positive.mean())
    return Line("majority class", evaluate_scores(test.positive, p, 0.5, resamples=1))


def textblob(training: Labelled, test: Labelled) -> Line:
    """TextBlob's subjectivity."""
    from textblob import TextBlob

    return _lexicon("TextBlob, subjectivity", training, test, lambda t: TextBlob(t).sentiment.subjectivity)


def vader(training: Labelled, test: Labelled) -> Line:
    """How far VADER's compound score is from nought."""
    from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer

    analyzer = SentimentIntensityAnalyzer()
    return _lexicon(
        "VADER, absolute compound", training, test, lambda t: abs(analyzer.polarity_scores(t)["compound"])
    )


def _lexicon(name: str, training: Labelled, test: Labelled, score: Callable[[str], float]) -> Line:
    known = np.array([score(text) for text in training.texts])
    cut = best_threshold([(training.positive, known)])
    p = np.array([score(text) for text in test.texts])
    return Line(name, evaluate_scores(test.positive, p, cut, resamples=1), f"cut {cut:g}", probable=False)


def tfidf(training: Labelled, test: Labelled) -> Line:
    """N-grams of words and characters and a logistic regression, as one would write it down."""
    assert training.held is not None
    rest = _fitted(training, ~training.held)
    chosen_on = [text for text, held in zip(training.texts, training.held, strict=True) if held]
    cut = best_threshold([(training.positive[training.held], rest.predict_proba(chosen_on)[:, 1])])
    model = _fitted(training, np.ones(len(training.texts), dtype=bool))
    p = model.predict_proba(test.texts)[:, 1]
    note = f"cut {cut:g}; {len(pickle.dumps(model)) / 1e6:.0f} MB pickled"
    return Line("TF-IDF + logistic regression", evaluate_scores(test.positive, p, cut, resamples=1), note)


def _fitted(training: Labelled, rows: NDArray[np.bool_]) -> Pipeline:
    words = TfidfVectorizer(ngram_range=(1, 2))
    characters = TfidfVectorizer(analyzer="char", ngram_range=(2, 5), dtype=np.float32)
    model = make_pipeline(make_union(words, characters), LogisticRegression(solver="liblinear"))
    texts = [text for text, keep in zip(training.texts, rows, strict=True) if keep]
    return model.fit(texts, training.positive[rows])


BASELINES: tuple[Baseline, ...] = (majority, textblob, vader, tfidf)


def ours(test: Labelled, models: Sequence[str] = OURS) -> list[Line]:
    """Our models at their own thresholds; again with the share of positives estimated from the scores."""
    lines = []
    for model in models:
        name = f"**rhetoric {model}**"
        if model not in shipped_models(test.task):
            lines.append(Line(name, None, "not installed", ours=True))
            continue
        scorer = load_scorer(test.task, model)
        cut = scorer.threshold
        found = evaluate_scores(test.positive, scorer.score(test.texts), cut)
        lines.append(Line(name, found, f"cut {cut:g}", ours=True, caveat=scorer.card.get("caveat", "")))
        if scorer.share is not None:
            found = evaluate_scores(test.positive, scorer.score(test.texts, share="estimate"), cut)
            lines.append(Line(f"{name}, share estimated", found, f"cut {cut:g}", ours=True))
    return lines


def published(path: Path = HERE / "published.tsv") -> list[dict[str, str]]:
    """What others report: set, system, measure, value, whether it was seen in the source, source, note."""
    return read_table(path).to_dict("records")


def accuracy_table(test: Labelled, lines: Iterable[Line], reported: Iterable[dict[str, str]]) -> list[str]:
    """Markdown of one test set; intervals for ours."""
    first = "f1_positive" if test.task == "hedge" else "macro_f1"
    measures = [first, "roc_auc", "expected_calibration_error"]
    rows, caveats = [], []
    for line in lines:
        caveats += [f"Caveat of {line.name}: {cell(line.caveat)}", ""] if line.caveat else []
        found: dict[str, Any] = line.evaluation.to_dict() if line.evaluation else {}
        if not line.probable:
            found.pop("expected_calibration_error", None)
        values = [found.get(measure) for measure in measures]
        cells = [estimate(v if line.ours or v is None else v["value"]) for v in values]
        rows.append([line.name, *cells, line.note])
    for row in reported:
        if row["set"] == test.name:
            cells = [
                estimate(float(row["value"])) if row["measure"] == measure else "" for measure in measures
            ]
            rows.append([cell(row["system"]), *cells, _source(row)])
    headings = ["", *(MEASURES[measure] for measure in measures), "remarks"]
    n, positive = len(test.positive), int(test.positive.sum())
    about = f"{n:,} texts, {share({'n': n, 'positives': positive})} positive."
    return [
        f"### {test.task}: {cell(test.name)}",
        "",
        about,
        "",
        *table(headings, rows, "lrrrl"),
        "",
        *caveats,
    ]


def _source(row: Mapping[str, str]) -> str:
    seen = "published" if row["verified"] == "yes" else "published, not verified by us"
    return cell("; ".join(part for part in (f"{seen}: {row['source']}", row["note"]) if part))


def card_table(cards: Mapping[str, Mapping[str, Any]]) -> list[str]:
    """Markdown of all that the shipped cards state."""
    rows = []
    for folder, card in cards.items():
        for task, part in by_task(card).items():
            for name, found in part.get("metrics", {}).items():
                cells = [estimate(found.get(measure)) for measure in MEASURES]
                others = [f"{key} {estimate(value)}" for key, value in found.items() if key not in _ON_CARDS]
                rows.append([folder, task, cell(name), share(found), *cells, cell("; ".join(others))])
    headings = ["model", "task", "set", "positive", *MEASURES.values(), "others"]
    return table(headings, rows, "lllrrrrrl")


_ON_CARDS = {
    *MEASURES,
    "n",
    "positives",
    "threshold",
    "f1_negative",
    "accuracy",
    "average_precision",
    "brier",
}


def published_table(reported: Iterable[dict[str, str]], but: Iterable[str]) -> list[str]:
    """Markdown of what others report on sets that are measured in folds here."""
    rest = [row for row in reported if row["set"] not in set(but)]
    rows = [
        [cell(r["set"]), cell(r["system"]), MEASURES.get(r["measure"], r["measure"]), r["value"], _source(r)]
        for r in rest
    ]
    return table(["set", "system", "measure", "value", "source"], rows, "lllrl")


def document(tests: Sequence[Sequence[str]], folds: list[str], others: list[str], speed: str) -> str:
    """The whole page."""
    lines = ["# Benchmarks", "", _INTRODUCTION, "", "## Held-out test splits", "", _ON_TESTS, ""]
    lines += [line for test in tests for line in test]
    lines += ["## From the model cards", "", _ON_FOLDS, "", *folds, ""]
    lines += ["### Published on the same sets", "", _ON_OTHERS, "", *others, ""]
    return "\n".join([*lines, "## Speed, load time, size", "", speed.strip(), ""])


_INTRODUCTION = "Written by `python benchmarks/accuracy.py`; to change a figure, run it again."
_ON_TESTS = (
    "No model was trained on these, nor was any cut chosen on them. Ours with 95 % bootstrap intervals. “Share"
    " estimated”: the probabilities restated for the share of positives that the scores themselves tell. TextBlob,"
    " VADER and TF-IDF were given the cut that is best on the training sets. ECE is the expected calibration error"
    " over ten bins; it is left out where scores are not meant as probabilities."
)
_ON_FOLDS = "Where there is no untouched split, the set was measured in folds; each card says how."
_ON_OTHERS = "As reported, on splits that are not ours: they show the range and decide nothing."


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", type=Path, default=None, help="folder of corpora (default: $RHETORIC_DATA)")
    parser.add_argument("--output", type=Path, default=Path("docs/benchmarks.md"))
    arguments = parser.parse_args()
    data, reported = data_directory(arguments.data), published()
    sets = load_sets(data)  # without the rows that share a run of words with a test
    tables = []
    for test in held_out(data):
        training = training_of(sets, test.task)
        lines = [baseline(training, test) for baseline in BASELINES] + ours(test)
        tables.append(accuracy_table(test, lines, reported))
        print(*tables[-1], sep="\n")
    done = subprocess.run(
        [sys.executable, str(HERE / "tiers.py")], stdout=subprocess.PIPE, text=True, check=True
    )
    folds = card_table(read_cards(MODELS))
    write_atomic(arguments.output, document(tables, folds, published_table(reported, TESTS), done.stdout))


if __name__ == "__main__":
    main()

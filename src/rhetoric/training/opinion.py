"""Make the shipped model for opinion versus report.

    python -m rhetoric.training.opinion --data DIR

Threshold and calibration come from predictions on sources that a model has not seen; the test split is
scored once, at the end, for the card.
"""

from __future__ import annotations

import argparse
import hashlib
import importlib.metadata
import logging
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix, vstack

from rhetoric.datasets.tables import read_labelled
from rhetoric.evaluation.metrics import Evaluation, evaluate_scores
from rhetoric.reading.lexicon import lexicon_files
from rhetoric.scoring import Scorer, sigmoid
from rhetoric.training.corpora import OPINION_SETS, Corpus, data_directory, load_corpus, load_own
from rhetoric.training.linear import (
    Settings,
    Weights,
    balanced,
    best_threshold,
    calibrate,
    design,
    fit,
    folds,
    to_model,
    write_model,
)

log = logging.getLogger(__name__)
Float = NDArray[np.float64]
# Their scores stand on the card: a change anywhere on the way from text to score shows there.
PROBES = (
    "The council approved the budget by nine votes to four on Monday.",
    "“It is a disgrace,” said Ana Ruiz, who runs the Brilliant Earth store in St. Ives.",
    "Obviously, nobody at the regime's so-called ‘ministry’ could be bothered to read it!!",
    "Oh sure, 3,000 jobs by May — if true, a BRILLIANT move for naïve voters, isn’t it?",
)
OWN_SHARE = 0.5  # of our own sentences, beside 1 of a research corpus: they are few, and invented
_SHINGLE = 8  # words; a shared run of this many makes two sentences near-duplicates


def shingles(text: str) -> set[str]:
    """The normalised runs of eight words of a text (the whole text where it is shorter)."""
    words = re.findall(r"[a-z0-9]+", text.lower())
    return {" ".join(words[i : i + _SHINGLE]) for i in range(max(1, len(words) - _SHINGLE + 1))}


def without_leaks(corpus: Corpus, test_texts: list[str]) -> Corpus:
    """Leave out the rows that share a run of eight words with a text of the test."""
    seen: set[str] = set().union(*map(shingles, test_texts))
    texts = [s if isinstance(s, str) else s.text for s in corpus.sentences]
    clean = np.array([seen.isdisjoint(shingles(text)) for text in texts])
    return corpus.where(clean)


class Sources:
    """The corpora with their matrices."""

    def __init__(self, corpora: dict[str, Corpus], settings: Settings) -> None:
        self.corpora = corpora
        self.settings = settings
        self.matrices: dict[str, csr_matrix] = {}
        for name, corpus in corpora.items():
            self.matrices[name] = design(corpus.sentences, settings)
            log.info("%s: %d sentences, %.0f %% opinion", name, len(corpus), 100 * corpus.target.mean())

    def fit(self, rows: dict[str, NDArray[np.int64]]) -> Weights:
        """Fit on the named rows of each corpus."""
        targets = {name: self.corpora[name].target[at] for name, at in rows.items()}
        matrix = vstack([self.matrices[name][at] for name, at in rows.items()], format="csr")
        # Each source weighs the same, our own less, and so do the classes within it.
        mean = matrix.shape[0] / len(rows)
        share = {name: OWN_SHARE if name == "own" else 1.0 for name in rows}
        weight = np.concatenate([balanced(t) * share[n] * mean / len(t) for n, t in targets.items()])
        return fit(matrix, np.concatenate(list(targets.values())), weight, self.settings)

    def everything(self, but: str | None = None) -> dict[str, NDArray[np.int64]]:
        """All rows of all corpora but one."""
        return {name: np.arange(len(corpus)) for name, corpus in self.corpora.items() if name != but}

    def held_out_by_source(self) -> dict[str, Float]:
        """Log-odds of each corpus from a model that was trained on the others."""
        return {
            name: self.fit(self.everything(but=name)).log_odds(self.matrices[name]) for name in self.corpora
        }

    def held_out_by_group(self) -> dict[str, Float]:
        """Log-odds of each corpus from models that saw the other corpora and its other articles or outlets."""
        out: dict[str, Float] = {}
        for name, corpus in self.corpora.items():
            out[name] = np.empty(len(corpus))
            for train, test in folds(corpus.groups):
                weights = self.fit({**self.everything(but=name), name: train})
                out[name][test] = weights.log_odds(self.matrices[name][test])
            log.info("%s: scored in folds", name)
        return out


def evaluate_corpus(
    corpus: Corpus, log_odds: Float, calibration: tuple[float, float], threshold: float
) -> Evaluation:
    """Evaluate held-out scores on the rows whose label is certain."""
    certain = np.isin(corpus.target, (0.0, 1.0))
    probability = sigmoid(log_odds[certain] * calibration[0] + calibration[1])
    return evaluate_scores(corpus.target[certain] == 1, probability, threshold, corpus.groups[certain])


def train(data: Path, settings: Settings) -> tuple[Weights, dict[str, Any]]:
    """Train on all corpora.

    Parameters
    ----------
    data : Path
        The folder of corpora.
    settings : Settings

    Returns
    -------
    weights : Weights
        Calibrated.
    card : dict
    """
    test = read_labelled(data / "checkthat_subj_en/test2023.tsv", "text", "label", "SUBJ")
    loaded = {name: load_corpus(name, data) for name in OPINION_SETS} | {"own": load_own()}
    corpora = {name: without_leaks(corpus, test.texts) for name, corpus in loaded.items()}
    left_out = {name: len(loaded[name]) - len(corpora[name]) for name in loaded}
    log.info("left out because they share eight words with the test: %s", left_out)
    sources = Sources(corpora, settings)
    by_group = sources.held_out_by_group()
    names = list(OPINION_SETS)  # our own sentences say nothing about how common opinion is
    # Each source weighs the same, at its own share of opinion.
    calibration = calibrate(
        np.concatenate([by_group[n] for n in names]),
        np.concatenate([corpora[n].target for n in names]),
        np.concatenate([np.full(len(corpora[n]), 1000 / len(corpora[n])) for n in names]),
    )
    by_source = sources.held_out_by_source()
    unseen = []
    for name in names:
        certain = np.isin(corpora[name].target, (0.0, 1.0))
        probability = sigmoid(by_source[name][certain] * calibration[0] + calibration[1])
        unseen.append((corpora[name].target[certain] == 1, probability))
    threshold = best_threshold(unseen)
    log.info("calibration %s, threshold %.3f", calibration, threshold)
    weights = sources.fit(sources.everything()).recalibrated(*calibration)
    metrics = {}
    for how, scores in (("in folds by article or outlet", by_group), ("source unseen", by_source)):
        for name, corpus in corpora.items():
            metrics[f"{name}, {how}"] = evaluate_corpus(corpus, scores[name], calibration, threshold)
    p = sigmoid(weights.log_odds(design(test.texts, settings)))
    metrics["checkthat_subj_en test2023"] = evaluate_scores(test.positive, p, threshold)
    for name, evaluation in metrics.items():
        log.info("%-40s macro-F1 %.3f", name, evaluation.measures["macro_f1"].value)
    card = _card(corpora, threshold, metrics)
    card["leakage_check"] = {
        "rule": f"no run of {_SHINGLE} words shared with the test",
        "rows_left_out": left_out,
    }
    return weights, card


def lexicon_hash() -> str:
    """The sha256 of all lexicon files."""
    return hashlib.sha256("".join(f"{n}\n{c}" for n, c in lexicon_files()).encode()).hexdigest()


def _card(corpora: dict[str, Corpus], threshold: float, metrics: dict[str, Evaluation]) -> dict[str, Any]:
    return {
        "name": "fast",
        "task": "opinion",
        "labels": {"positive": "opinion", "negative": "report"},
        "definition": "opinion: the sentence carries its writer's own judgement, speculation, exhortation, sarcasm"
        " or loaded wording; an opinion quoted from or attributed to a source is report (NewsSD-ENG's guidelines)",
        "threshold": threshold,
        "threshold_choice": "best mean macro-F1 over sources that the model had not seen",
        "calibration": "Platt scaling on scores held out by article or outlet; each source weighs the same, so that"
        " the probability assumes a share of opinion of about a third",
        "training_data": {name: corpus.provenance for name, corpus in corpora.items()},
        "weights_licence": "The weights are statistics of research corpora, one of them under no stated licence and"
        " one under AGPL-3.0: for research and evaluation; ask the corpora's owners before commercial use.",
        "caveat": "While the word lists were written, hits of single words were counted on these corpora and, by"
        " mistake, on CheckThat test2023 too; seven words that only the test spoke for were taken out again."
        " The test's figure may still be slightly too good.",
        "not_for": "Languages other than English; fiction, tweets, transcripts; judging a person or an outlet by"
        " single sentences; whether a claim is true.",
        "seed": 0,
        "versions": {name: importlib.metadata.version(name) for name in ("numpy", "scipy", "scikit-learn")},
        "lexicons_sha256": lexicon_hash(),
        "metrics": {name: _rounded(evaluation.to_dict()) for name, evaluation in metrics.items()},
    }


def _rounded(value: Any) -> Any:
    if isinstance(value, dict):
        return {k: _rounded(v) for k, v in value.items()}
    return round(value, 4) if isinstance(value, float) else value


def main() -> None:
    parser = argparse.ArgumentParser(description="Train the shipped model for opinion versus report.")
    parser.add_argument("--data", type=Path, default=None, help="folder of corpora (default: $RHETORIC_DATA)")
    parser.add_argument("--output", type=Path, default=Path("src/rhetoric/models/opinion-fast"))
    arguments = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    settings = Settings()
    weights, card = train(data_directory(arguments.data), settings)
    model = to_model(weights, settings, card)
    probes = dict(zip(PROBES, np.round(Scorer(model).score(PROBES), 9).tolist(), strict=True))
    write_model(replace(model, card={**model.card, "probes": probes}), arguments.output)
    log.info("written to %s", arguments.output)


if __name__ == "__main__":
    main()

"""The shipped model is what its card says."""

from __future__ import annotations

import os
import time
from importlib import resources
from pathlib import Path

import pytest

from rhetoric.datasets.tables import read_labelled
from rhetoric.evaluation.metrics import evaluate_scores
from rhetoric.model import load_model
from rhetoric.scoring import Scorer
from rhetoric.tasks import TASKS

ROOT = Path(__file__).resolve().parent.parent
DATA = Path(os.environ.get("RHETORIC_DATA", ROOT.parent / "shared" / "data"))
TEST = DATA / "checkthat_subj_en" / "test2023.tsv"


@pytest.fixture(scope="module")
def scorer() -> Scorer:
    return Scorer(load_model("fast", "opinion"))


def test_small_and_quick_to_load() -> None:
    folder = resources.files("rhetoric") / "models" / "opinion-fast"
    assert sum(len(f.read_bytes()) for f in folder.iterdir()) < 8_000_000
    load_model("fast", "opinion")  # the lexicons are read once
    began = time.process_time()
    load_model("fast", "opinion")
    assert time.process_time() - began < 0.3


@pytest.mark.parametrize("task", TASKS)
def test_nothing_on_the_way_from_text_to_score_has_changed(task: str) -> None:
    scorer = Scorer(load_model("fast", task))
    probes = scorer.card["probes"]
    assert scorer.score(probes) == pytest.approx(list(probes.values()), abs=1e-6), "run `make train`"


def test_the_card_holds_the_numbers_asked_for(scorer: Scorer) -> None:
    metrics = scorer.card["metrics"]
    assert metrics["checkthat_subj_en test2023"]["macro_f1"]["value"] >= 0.75
    assert metrics["babe, in folds"]["macro_f1"]["value"] >= 0.89


@pytest.mark.skipif(not TEST.exists(), reason="needs checkthat_subj_en/test2023.tsv in RHETORIC_DATA")
def test_the_card_tells_the_truth(scorer: Scorer) -> None:
    table = read_labelled(TEST, "text", "label", "SUBJ")
    evaluation = evaluate_scores(table.positive, scorer.score(table.texts), scorer.threshold)
    stated = scorer.card["metrics"]["checkthat_subj_en test2023"]
    assert evaluation.n == stated["n"]
    for name, estimate in evaluation.measures.items():
        assert estimate.value == pytest.approx(stated[name]["value"], abs=2e-3), name

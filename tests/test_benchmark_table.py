"""The tables of the benchmark commands, on sentences made for it."""

from __future__ import annotations

import importlib
import re
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

from rhetoric import load_scorer
from rhetoric.evaluation.metrics import evaluate_scores
from rhetoric.training.tasks import NOWHERE, TESTS, Row, Set
from rhetoric.types import Sentence

BENCHMARKS = Path(__file__).resolve().parent.parent / "benchmarks"
OPINIONS = (
    "What a shameless farce!",
    "Clearly this must stop.",
    "A wonderful, brave idea.",
    "It is a disgrace.",
)
REPORTS = ("The vote is on Monday.", "It opened in 1902.", "Rain fell in the north.", "Lee runs a shop.")


@pytest.fixture
def accuracy(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    monkeypatch.syspath_prepend(BENCHMARKS)
    return importlib.import_module("accuracy")


@pytest.fixture
def tiers(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    monkeypatch.syspath_prepend(BENCHMARKS)
    return importlib.import_module("tiers")


def rows_of(lines: list[str]) -> dict[str, list[str]]:
    """The cells of a Markdown table by the first one."""
    split = [re.split(r" *(?<!\\)\| *", line.strip("|").strip()) for line in lines if line.startswith("|")]
    assert len({len(cells) for cells in split}) == 1
    return {cells[0]: cells[1:] for cells in split}


def sets() -> dict[str, Set]:
    rows = [
        Row(f"{text} {i}", {"opinion": float(text in OPINIONS)}, f"g{i}")
        for i in range(10)
        for text in OPINIONS + REPORTS
    ]
    rows += [
        Row("Torn.", {"opinion": 0.5}, "t"),
        Row("Of another task.", {"hedge": 1.0}, "o"),
        Row(Sentence(0, 8, "A farce!", "comment", "writer"), {"opinion": 0.8}, "s"),
    ]
    fold = np.arange(len(rows)) % 5
    silver = Set("silver", [Row("Labelled by a model.", {"opinion": 1.0}, "m")], np.array([NOWHERE]))
    return {"gold": Set("gold", rows, fold), "silver": silver}


def test_training_rows_are_those_that_people_labelled(accuracy: ModuleType) -> None:
    training = accuracy.training_of(sets(), "opinion")
    assert len(training.texts) == 81
    assert not {"Torn.", "Of another task.", "Labelled by a model."} & set(training.texts)
    assert training.texts[-1] == "A farce!"
    assert training.positive.tolist() == [t.startswith((*OPINIONS, "A farce!")) for t in training.texts]
    assert training.held.sum() == 16
    assert accuracy.training_of(sets(), "hedge").texts == ["Of another task."]


def harbour(accuracy: ModuleType, positive: list[bool] | None = None, task: str = "opinion") -> object:
    y = np.array(positive or [True] * 4 + [False] * 4)
    return accuracy.Labelled("harbour", task, list(OPINIONS + REPORTS), y)


def test_majority(accuracy: ModuleType) -> None:
    line = accuracy.majority(accuracy.training_of(sets(), "opinion"), harbour(accuracy))
    measures = line.evaluation.measures
    assert measures["roc_auc"].value == 0.5
    assert measures["accuracy"].value == 0.5
    assert measures["expected_calibration_error"].value == pytest.approx(41 / 81 - 0.5)


@pytest.mark.parametrize("name", ["textblob", "vader", "tfidf"])
def test_no_cut_is_chosen_on_the_test(accuracy: ModuleType, name: str) -> None:
    if name != "tfidf":
        pytest.importorskip({"textblob": "textblob", "vader": "vaderSentiment"}[name])
    training = accuracy.training_of(sets(), "opinion")
    one = getattr(accuracy, name)(training, harbour(accuracy))
    other = getattr(accuracy, name)(training, harbour(accuracy, [False] * 4 + [True] * 4))
    assert one.note == other.note != ""
    assert one.evaluation.threshold == other.evaluation.threshold
    assert one.evaluation.measures["roc_auc"].value == pytest.approx(
        1 - other.evaluation.measures["roc_auc"].value
    )
    assert one.probable == (name == "tfidf")


def test_tfidf_learns(accuracy: ModuleType) -> None:
    line = accuracy.tfidf(accuracy.training_of(sets(), "opinion"), harbour(accuracy))
    assert line.evaluation.measures["macro_f1"].value == 1


@pytest.mark.filterwarnings("ignore:The share was estimated from 8")
def test_ours_at_our_own_cut_and_what_is_not_installed(accuracy: ModuleType) -> None:
    test = harbour(accuracy)
    lines = accuracy.ours(test, ["fast", "no such model"])
    scorer = load_scorer("opinion", "fast")
    expected = evaluate_scores(test.positive, scorer.score(test.texts), scorer.threshold)  # type: ignore[attr-defined]
    assert lines[0].evaluation == expected
    assert lines[0].ours
    assert (lines[-1].name, lines[-1].evaluation, lines[-1].note) == (
        "**rhetoric no such model**",
        None,
        "not installed",
    )


def some_lines(accuracy: ModuleType) -> list[object]:
    y = np.array([True] * 4 + [False] * 4)
    p = np.array([0.9, 0.8, 0.7, 0.2, 0.6, 0.3, 0.2, 0.1])
    found = evaluate_scores(y, p, resamples=50)
    return [
        accuracy.Line("ours", found, "cut 0.5", ours=True, caveat="It was *seen*."),
        accuracy.Line("theirs", found, probable=False),
        accuracy.Line("missing", None, "not installed", ours=True),
    ]


def test_the_table(accuracy: ModuleType) -> None:
    columns = ("set", "system", "measure", "value", "verified", "source", "note")
    reported = [
        dict(zip(columns, row, strict=True))
        for row in (
            ("harbour", "A|B", "roc_auc", "0.7", "yes", "Lee", ""),
            ("harbour", "C", "macro_f1", "0.6", "no", "Ray", "folds"),
            ("elsewhere", "D", "macro_f1", "1", "no", "", ""),
        )
    ]
    lines = accuracy.accuracy_table(harbour(accuracy), some_lines(accuracy), reported)
    assert lines[0] == "### opinion: harbour"
    assert "8 texts, 50.0 % positive." in lines
    rows = rows_of(lines)
    found = some_lines(accuracy)[0].evaluation  # type: ignore[attr-defined]
    f1 = found.measures["macro_f1"]
    assert rows[""] == ["macro-F1", "AUC", "ECE", "remarks"]
    assert rows["ours"][0] == f"{f1.value:.3f} ({f1.low:.3f}–{f1.high:.3f})"
    assert rows["theirs"] == [f"{f1.value:.3f}", f"{found.measures['roc_auc'].value:.3f}", "", ""]
    assert rows["missing"] == ["", "", "", "not installed"]
    assert rows[r"A\|B"] == ["", "0.700", "", "published: Lee"]
    assert rows["C"] == ["0.600", "", "", "published, not verified by us: Ray; folds"]
    assert "D" not in rows
    assert lines[-2] == r"Caveat of ours: It was \*seen\*."


def test_hedges_are_measured_by_the_f1_of_uncertain(accuracy: ModuleType) -> None:
    lines = accuracy.accuracy_table(harbour(accuracy, task="hedge"), some_lines(accuracy), [])
    rows = rows_of(lines)
    assert rows[""][0] == "F1 of positives"
    found = some_lines(accuracy)[1].evaluation  # type: ignore[attr-defined]
    assert rows["theirs"][0] == f"{found.measures['f1_positive'].value:.3f}"


def test_what_is_published_names_its_source(accuracy: ModuleType) -> None:
    rows = accuracy.published()
    assert {row["set"] for row in rows} >= set(TESTS)
    for row in rows:
        assert 0 < float(row["value"]) < 1
        assert row["verified"] in ("yes", "no")
        assert row["source"]
    others = rows_of(accuracy.published_table(rows, TESTS))
    assert len(others) > 2
    assert not set(others) & set(TESTS)


def test_all_that_the_cards_state(accuracy: ModuleType) -> None:
    metrics = {"n": 8, "positives": 2, "macro_f1": {"value": 0.5, "low": 0.4, "high": 0.6}, "token_f1": 0.45}
    cards = {
        "hedge-fast": {"task": "hedge", "metrics": {"one": metrics}},
        "accurate": {
            "tasks": {"loaded": {"metrics": {"two": metrics}}, "sarcasm": {}},
            "words": {"threshold": 0.3},
        },
    }
    rows = rows_of(accuracy.card_table(cards))
    assert rows["hedge-fast"] == [
        "hedge",
        "one",
        "25.0 %",
        "0.500 (0.400–0.600)",
        "",
        "",
        "",
        r"token_f1 0.450",
    ]
    assert rows["accurate"][:2] == ["loaded", "two"]
    assert len(rows) == 4  # heading, rule, two models


def test_the_page(accuracy: ModuleType) -> None:
    text = accuracy.document([["TEST ONE"], ["TEST TWO"]], ["FOLDS"], ["OTHERS"], "SPEED\n\n")
    order = [text.index(part) for part in ("TEST ONE", "TEST TWO", "FOLDS", "OTHERS", "SPEED")]
    assert order == sorted(order)
    assert text.endswith("SPEED\n")


# Speed and size


def test_the_race_counts_sentences_and_not_rounds(tiers: ModuleType) -> None:
    calls = {"one": 0, "two": 0}

    def work(name: str, n: int) -> int:
        calls[name] += 1
        return n

    rates = tiers.race({"one": lambda: work("one", 10), "two": lambda: work("two", 1000)}, 2, least=0.01)
    assert {name: len(found) for name, found in rates.items()} == {"one": 2, "two": 2}
    assert min(rates["two"]) > 10 * max(rates["one"])
    assert min(calls.values()) > 3  # a quick one works several times a round


def test_contenders_and_what_is_missing(tiers: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    def absent(sentences: list[str]) -> None:
        raise ImportError("no", name="absent")

    monkeypatch.setattr(tiers, "PEERS", {"Absent": absent})
    monkeypatch.setattr(tiers, "OURS", ("fast", "no such model"))
    found, models, skipped = tiers.contenders(["It rained.", "A farce!"])
    assert models == {"rhetoric fast": "fast"}
    assert found["rhetoric fast"]() == 2
    assert skipped == ["rhetoric no such model", "Absent (absent)"]
    assert re.fullmatch(r"\d+\.\d MB", tiers.sizes(models, [])["rhetoric fast"])


def test_the_size_of_a_folder(tiers: ModuleType, tmp_path: Path) -> None:
    (tmp_path / "deep").mkdir()
    (tmp_path / "a.npz").write_bytes(b"x" * 70)
    (tmp_path / "deep" / "b.json").write_bytes(b"x" * 30)
    (tmp_path / "deep" / "b.pyc").write_bytes(b"x" * 30)
    assert tiers.bytes_of(tmp_path) == 100


def test_the_table_of_tiers(tiers: ModuleType) -> None:
    rows = tiers.rows_of({"rhetoric fast": [50000.0, 61234.0, 60000.0], "Slow": [9.0, 10.0, 11.0]}, {})
    found = rows_of(
        tiers.tier_table(rows, {"rhetoric fast": ("0.100", "0.400")}, {"rhetoric fast": "1.2 MB"}, ["Absent"])
    )
    assert found["rhetoric fast"] == ["60,000", "50,000–61,200", "0.100", "0.400", "1.2 MB"]
    assert found["Slow"][:2] == ["10", "9–11"]
    assert found["Absent"][0] == "not installed"


def test_load_times_of_a_fresh_process(tiers: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []

    def fresh(code: str, *arguments: str) -> list[float]:
        asked.append((code, arguments))
        return [len(asked) / 10]

    monkeypatch.setattr(tiers, "fresh", fresh)
    found = tiers.load_times({"rhetoric fast": "fast"}, ["rhetoric fast", "scikit-learn, TF-IDF + LR"], 3)
    assert list(found) == ["rhetoric fast"]
    assert found["rhetoric fast"] == ("0.700", "0.300")  # the first of four does not count
    assert {arguments[:2] for _, arguments in asked} == {("opinion", "fast")}
    for code, _ in asked:
        compile(code, "code", "exec")

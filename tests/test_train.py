"""``rhetoric train``, ``evaluate`` and ``analyze --model``, end to end on a tiny table."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import numpy as np
import pytest

from rhetoric.cli import main
from rhetoric.datasets.tables import read_labelled
from rhetoric.evaluation.metrics import MEASURES
from rhetoric.scorers import load_scorer
from rhetoric.scoring import sigmoid
from rhetoric.tasks import LABELS, TASKS
from rhetoric.training.linear import (
    Settings,
    balanced,
    best_threshold,
    calibrate,
    design,
    fit,
    folds,
    write_model,
)
from rhetoric.training.table import MINIMUM, train_table
from rhetoric.types import RhetoricError

OPINION = """\
What a shameless farce this harbour vote has become!
The ferry plan is, frankly, an insult to every islander.
It is high time somebody stood up to these bungling managers.
Nobody in their right mind would close a lighthouse in winter.
How anyone can defend this appalling timetable is beyond me.
The new pier is a monument to vanity and nothing else.
We deserve far better than this miserable excuse for a budget.
Surely even the harbour office must see how absurd this looks.
This reckless toll will ruin the very shops it claims to save.
Thankfully, the island still has a few brave voices left.
The chairman's excuses are as feeble as his boats.
If this is progress, give me the old ropes and sails.
A disgraceful decision, and they ought to be ashamed of it.
Perhaps the most foolish idea the port has ever had.
Let us not pretend that this sorry mess was anybody's plan.
Obviously the glossy brochure matters more than the leaking roof.
"""
REPORT = """\
The harbour office opened at nine on Tuesday.
Two ferries sail to the island each morning.
The lighthouse was built in 1884 by the port authority.
The clerk said the timetable would change in May.
A crew of six repaired the pier on Friday.
The budget was passed by five votes to four.
Tickets cost four pounds, according to the harbour office.
The toll was raised by ten pence last spring.
Forty passengers waited at the northern quay.
The chairman answered questions for an hour.
The council will meet again on 12 June.
Three boats were moved to the inner basin.
The report lists eleven repairs to the roof.
Workers closed the slipway at noon.
The brochure was printed in two thousand copies.
The master of the ferry told the clerk that fog had set in.
"""
ROWS = [(text, "op") for text in OPINION.splitlines()] + [(text, "rep") for text in REPORT.splitlines()]
TRAIN = ["--text", "sentence", "--label", "kind", "--positive", "op"]


def write_table(path: Path, rows: list[tuple[str, str]] = ROWS) -> Path:
    lines = [f"{text}\t{label}\tpage {i % 8}" for i, (text, label) in enumerate(rows)]
    path.write_text("sentence\tkind\tpage\n" + "\n".join(lines) + "\n", encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def table(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_table(tmp_path_factory.mktemp("data") / "harbour.tsv")


@pytest.fixture(scope="module")
def model(table: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("models") / "harbour"
    assert main(["train", "opinion", "--data", str(table), *TRAIN, "--output", str(folder)]) == 0
    return folder


def test_train_tells_what_it_does(table: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = tmp_path / "mine"
    arguments = ["train", "opinion", "--data", str(table), *TRAIN, "--group", "page", "--output", str(folder)]
    assert main(arguments) == 0
    out, err = capsys.readouterr()
    assert "training on 32 rows (0 left out)" in err
    assert f"written to {folder}" in err
    assert f"--model {folder}" in err
    for name in MEASURES:
        assert name.replace("_", " ") in out
    assert max(map(len, out.splitlines())) <= 80
    assert sorted(f.name for f in folder.iterdir()) == ["card.json", "weights.npz"]


def test_the_card(model: Path, table: Path) -> None:
    card = json.loads((model / "card.json").read_text(encoding="utf-8"))
    assert (card["name"], card["task"]) == ("harbour", "opinion")
    assert card["labels"] == {"positive": "opinion", "negative": "report"}
    assert card["share"] == 0.5
    assert 0 < card["threshold"] < 1
    assert card["training_data"] == {
        "harbour.tsv": {"sha256": hashlib.sha256(table.read_bytes()).hexdigest(), "rows": 32}
    }
    assert set(card["versions"]) == {"numpy", "scipy", "scikit-learn"}
    assert card["metrics"]["held-out folds"]["n"] == 32
    assert str(table.parent) not in json.dumps(card)


@pytest.mark.parametrize("task", TASKS)
def test_every_task_can_be_trained_and_evaluated(
    table: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], task: str
) -> None:
    folder = tmp_path / "mine"
    assert main(["train", task, "--data", str(table), *TRAIN, "--output", str(folder)]) == 0
    card = json.loads((folder / "card.json").read_text(encoding="utf-8"))
    assert card["task"] == task
    assert (card["labels"]["positive"], card["labels"]["negative"]) == LABELS[task]
    capsys.readouterr()
    for model in ("fast", str(folder)):
        assert main(["evaluate", task, "--data", str(table), *TRAIN, "--model", model, "--json"]) == 0
        assert json.loads(capsys.readouterr().out)["task"] == task


def test_the_model_has_learned(model: Path) -> None:
    scorer = load_scorer("opinion", str(model))
    assert scorer.name == "harbour"
    scores = scorer.score([text for text, _ in ROWS])
    assert ((scores >= scorer.threshold) == np.array([label == "op" for _, label in ROWS])).mean() > 0.95
    unseen = scorer.score(["What a shameless, appalling mess!", "The pier was repaired on Tuesday."])
    assert unseen[0] > unseen[1]


def test_the_same_table_gives_the_same_bytes(model: Path, table: Path, tmp_path: Path) -> None:
    """From Python as from the command line, and over an old model."""
    (tmp_path / "card.json").write_text("old", encoding="utf-8")
    trained, evaluation = train_table(
        read_labelled(table, "sentence", "kind", "op"), "opinion", "harbour", table
    )
    write_model(trained, tmp_path)
    for name in ("weights.npz", "card.json"):
        assert (tmp_path / name).read_bytes() == (model / name).read_bytes()
    assert evaluation.n == 32


def test_evaluate_prints_a_table(model: Path, table: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["evaluate", "opinion", "--data", str(table), *TRAIN, "--model", str(model)]) == 0
    out, err = capsys.readouterr()
    assert err == ""
    lines = out.splitlines()
    assert lines[0].split() == ["n", "32"]
    assert lines[1].split() == ["positives", "16"]
    assert [line[:28].strip() for line in lines[5:]] == [name.replace("_", " ") for name in MEASURES]


@pytest.mark.parametrize(
    "more", [[], ["--group", "page"], ["--threshold", "0.25"]], ids=["plain", "group", "threshold"]
)
def test_evaluate_prints_json(
    model: Path, table: Path, capsys: pytest.CaptureFixture[str], more: list[str]
) -> None:
    arguments = ["evaluate", "opinion", "--data", str(table), *TRAIN, "--model", str(model), "--json", *more]
    assert main(arguments) == 0
    document = json.loads(capsys.readouterr().out)
    assert list(document) == ["task", "model", "skipped", "share", "n", "positives", "threshold", *MEASURES]
    assert document["share"] is None
    assert (document["task"], document["model"], document["skipped"]) == ("opinion", "harbour", 0)
    assert (document["n"], document["positives"]) == (32, 16)
    assert document["threshold"] == (
        0.25 if more[:1] == ["--threshold"] else load_scorer("opinion", str(model)).threshold
    )
    for name in MEASURES:
        assert set(document[name]) == {"value", "low", "high"}
        assert 0 <= document[name]["low"] <= document[name]["high"] <= 1


def test_evaluate_for_another_share(model: Path, table: Path, capsys: pytest.CaptureFixture[str]) -> None:
    arguments = ["evaluate", "opinion", "--data", str(table), *TRAIN, "--model", str(model)]
    found = {}
    for share in ("none", "0.01", "0.5", "estimate"):
        more = [] if share == "none" else ["--share", share]
        assert main([*arguments, *more, "--json"]) == 0
        out, err = capsys.readouterr()
        found[share] = json.loads(out)
        assert ("estimated from 32 sentences" in err) == (share == "estimate")
    assert found["0.5"]["brier"] == pytest.approx(found["none"]["brier"])  # it was calibrated at that
    assert found["0.01"]["share"] == 0.01
    assert 0.3 < found["estimate"]["share"] < 0.7
    assert {d["threshold"] for d in found.values()} == {found["none"]["threshold"]}
    assert {d["roc_auc"]["value"] for d in found.values()} == {found["none"]["roc_auc"]["value"]}
    assert found["0.01"]["brier"]["value"] > found["none"]["brier"]["value"]
    assert main([*arguments, "--share", "0.25"]) == 0
    assert "share of positives assumed" in capsys.readouterr().out


def test_a_share_needs_one_on_the_card(
    model: Path, table: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    card = json.loads((model / "card.json").read_text(encoding="utf-8"))
    del card["share"]
    (tmp_path / "card.json").write_text(json.dumps(card), encoding="utf-8")
    (tmp_path / "weights.npz").write_bytes((model / "weights.npz").read_bytes())
    arguments = ["evaluate", "opinion", "--data", str(table), *TRAIN, "--model", str(tmp_path)]
    assert "does not say at which share" in refused([*arguments, "--share", "0.3"], capsys)


def test_evaluate_counts_what_it_leaves_out(
    model: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = write_table(tmp_path / "gaps.tsv", [("", "op"), ("A row.", ""), *ROWS])
    assert main(["evaluate", "opinion", "--data", str(path), *TRAIN, "--model", str(model), "--json"]) == 0
    out, err = capsys.readouterr()
    assert err == "rhetoric: 2 rows without text or label left out\n"
    assert (json.loads(out)["skipped"], json.loads(out)["n"]) == (2, 32)


def test_evaluate_the_shipped_model(table: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["evaluate", "opinion", "--data", str(table), *TRAIN, "--json"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert document["model"] == "fast"
    assert document["roc_auc"]["value"] > 0.9


def test_analyze_with_the_trained_model(
    model: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    page = tmp_path / "page.txt"
    page.write_text("The pier was repaired on Tuesday. What a shameless, appalling mess!", encoding="utf-8")
    assert main(["analyze", str(page), "--model", str(model), "--format", "json"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert document["model"] == "harbour"
    probabilities_found = [
        s["p_opinion"] if "p_opinion" in s else s["scores"]["opinion"] for s in document["sentences"]
    ]
    assert probabilities_found[0] < probabilities_found[1]


# What is refused


def refused(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> str:
    assert main(arguments) == 2
    out, err = capsys.readouterr()
    assert out == ""
    last = err.splitlines()[-1]
    assert last.startswith("rhetoric: ")
    assert "Traceback" not in err
    return last


@pytest.mark.parametrize(("positive", "negative"), [(9, 16), (16, 9), (1, 1)])
def test_too_few_rows(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], positive: int, negative: int
) -> None:
    path = write_table(tmp_path / "few.tsv", ROWS[:positive] + ROWS[16 : 16 + negative])
    output = tmp_path / "out"
    message = refused(["train", "opinion", "--data", str(path), *TRAIN, "--output", str(output)], capsys)
    assert str(path) in message
    assert f"at least {MINIMUM} rows of each class" in message
    assert f"{positive} positive and {negative} negative" in message
    assert not output.exists()


@pytest.mark.parametrize("command", ["train", "evaluate"])
@pytest.mark.parametrize(
    ("change", "word"),
    [
        (["--text", "body"], "no column 'body'"),
        (["--label", "class"], "no column 'class'"),
        (["--group", "article"], "no column 'article'"),
        (["--positive", "OP"], "needs 'OP'"),
    ],
)
def test_a_column_or_class_that_is_not_there(
    table: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    command: str,
    change: list[str],
    word: str,
) -> None:
    output = ["--output", str(tmp_path / "out")] if command == "train" else []
    message = refused([command, "opinion", "--data", str(table), *TRAIN, *change, *output], capsys)
    assert str(table) in message
    assert word in message
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("command", ["train", "evaluate"])
def test_no_table(tmp_path: Path, capsys: pytest.CaptureFixture[str], command: str) -> None:
    output = ["--output", str(tmp_path / "out")] if command == "train" else []
    path = tmp_path / "none.tsv"
    assert str(path) in refused([command, "opinion", "--data", str(path), *TRAIN, *output], capsys)


def test_one_group_alone(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "one.tsv"
    path.write_text("sentence\tkind\tpage\n" + "".join(f"{t}\t{k}\tp\n" for t, k in ROWS), encoding="utf-8")
    arguments = [
        "train",
        "opinion",
        "--data",
        str(path),
        *TRAIN,
        "--group",
        "page",
        "--output",
        str(tmp_path / "out"),
    ]
    assert "one group" in refused(arguments, capsys)


def test_a_group_that_holds_a_whole_class(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "split.tsv"
    path.write_text("sentence\tkind\tpage\n" + "".join(f"{t}\t{k}\t{k}\n" for t, k in ROWS), encoding="utf-8")
    arguments = [
        "train",
        "opinion",
        "--data",
        str(path),
        *TRAIN,
        "--group",
        "page",
        "--output",
        str(tmp_path / "out"),
    ]
    assert "--group" in refused(arguments, capsys)


def test_an_output_that_is_a_file(table: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    output = tmp_path / "out"
    output.write_text("mine", encoding="utf-8")
    message = refused(["train", "opinion", "--data", str(table), *TRAIN, "--output", str(output)], capsys)
    assert str(output) in message
    assert output.read_text(encoding="utf-8") == "mine"


@pytest.mark.parametrize("threshold", ["-0.1", "1.5", "nan", "half"])
def test_a_threshold_that_is_none(table: Path, capsys: pytest.CaptureFixture[str], threshold: str) -> None:
    with pytest.raises(SystemExit) as caught:
        main(["evaluate", "opinion", "--data", str(table), *TRAIN, f"--threshold={threshold}"])
    assert caught.value.code == 2
    assert "must be a number from 0 to 1" in capsys.readouterr().err


# The parts


def test_balanced() -> None:
    weight = balanced(np.array([1.0, 0, 0, 0]))
    assert weight.tolist() == pytest.approx([2, 2 / 3, 2 / 3, 2 / 3])
    soft = np.array([0.9, 0.5, 0.1, 0.1])
    weight = balanced(soft)
    assert weight.sum() == pytest.approx(4)
    for target in (np.ones(3), np.zeros(3)):
        with pytest.raises(ValueError, match="both classes"):
            balanced(target)


def test_folds_keep_groups_together_and_hold_out_every_row_once() -> None:
    groups = np.array(["a", "b", "c", "a", "d", "e", "f", "b", "g", "a"])
    held_out: list[int] = []
    for train, test in folds(groups):
        assert not set(groups[train]) & set(groups[test])
        assert sorted([*train.tolist(), *test.tolist()]) == list(range(10))
        held_out += test.tolist()
    assert sorted(held_out) == list(range(10))
    assert len(list(folds(groups))) == 5
    assert len(list(folds(np.array(["a", "b", "a"])))) == 2


def test_calibration_undoes_a_slope_and_an_offset() -> None:
    random = np.random.default_rng(0)
    true = random.normal(size=20_000) * 2
    y = (random.random(20_000) < 1 / (1 + np.exp(-true))).astype(np.float64)
    slope, offset = calibrate(true * 3 - 1, y, np.ones(20_000))
    assert slope == pytest.approx(1 / 3, rel=0.1)
    assert offset == pytest.approx(1 / 3, abs=0.1)


def test_best_threshold_parts_the_classes() -> None:
    y = np.array([False] * 50 + [True] * 50)
    p = np.concatenate((np.linspace(0.0, 0.55, 50), np.linspace(0.65, 1.0, 50)))
    assert 0.55 < best_threshold([(y, p)]) <= 0.65
    assert best_threshold([(y, p), (y, p)]) == best_threshold([(y, p)])


def test_soft_targets_count_in_both_classes() -> None:
    settings = Settings(word_bits=8, character_bits=8)
    matrix = design([text for text, _ in ROWS], settings)
    hard = np.array([label == "op" for _, label in ROWS], dtype=np.float64)
    sure = sigmoid(fit(matrix, hard, np.ones(32), settings).log_odds(matrix))
    unsure = sigmoid(fit(matrix, 0.5 + (hard - 0.5) * 0.4, np.ones(32), settings).log_odds(matrix))
    assert (np.abs(unsure - 0.5) < np.abs(sure - 0.5)).all()


def test_train_table_names_the_file_in_its_errors(tmp_path: Path) -> None:
    path = write_table(tmp_path / "few.tsv", ROWS[8:20])
    with pytest.raises(RhetoricError, match=r"few\.tsv"):
        train_table(read_labelled(path, "sentence", "kind", "op"), "opinion", "few", path)

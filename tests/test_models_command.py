"""``rhetoric models``: what is listed, what a card shows, and what is said of damage."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Callable
from importlib import resources
from pathlib import Path
from typing import Any

import pytest
from test_model import small_model

import rhetoric.installed
from rhetoric.cli import main
from rhetoric.installed import describe, headline, installed_models
from rhetoric.model import TRANSFORMER_FORMAT, load_model, shipped_models
from rhetoric.tasks import TASKS
from rhetoric.training.linear import write_model

SHIPPED = Path(str(resources.files("rhetoric"))) / "models"


@pytest.fixture
def shelf(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Two models in place of those that are shipped: a linear one, and a stand-in for a transformer."""
    shelf = tmp_path / "models"
    write_model(small_model(), shelf / "opinion-small")
    network = shelf / "network"
    network.mkdir()
    (network / "model.onnx").write_bytes(b"numbers" * 1000)
    sha256 = hashlib.sha256((network / "model.onnx").read_bytes()).hexdigest()
    metrics = {
        "a set": {"n": 5, "macro_f1": {"value": 0.5, "low": 0.4, "high": 0.6}, "roc_auc": {"value": 0.7}}
    }
    card = {
        "format": TRANSFORMER_FORMAT,
        "name": "network",
        "made": "2030-01-02",
        "weights_licence": "MIT",
        "tasks": {"opinion": {"threshold": 0.5, "metrics": metrics}, "sarcasm": {"metrics": metrics}},
        "sha256": {"model.onnx": sha256},
    }
    (network / "card.json").write_text(json.dumps(card), encoding="utf-8")
    monkeypatch.setattr(rhetoric.installed, "shipped_folders", lambda: sorted(shelf.iterdir()))
    monkeypatch.setattr("rhetoric.model.shipped_folders", lambda: sorted(shelf.iterdir()))
    return shelf


def listed(capsys: pytest.CaptureFixture[str], code: int = 0) -> dict[str, dict[str, Any]]:
    assert main(["models", "--json"]) == code
    return {model["folder"]: model for model in json.loads(capsys.readouterr().out)["models"]}


def change(folder: Path, how: Callable[[dict[str, Any]], object]) -> None:
    card = json.loads((folder / "card.json").read_text(encoding="utf-8"))
    how(card)
    (folder / "card.json").write_text(json.dumps(card), encoding="utf-8")


# What is shipped


def test_every_task_is_listed(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["models"]) == 0
    out, err = capsys.readouterr()
    assert err == ""
    assert max(map(len, out.splitlines())) <= 80
    for task in TASKS:
        assert f"{task}-fast " in out
    found = listed(capsys)
    for task in TASKS:
        model = found[f"{task}-fast"]
        assert (model["name"], model["kind"], list(model["tasks"])) == ("fast", "linear", [task])
        assert model["bytes"] == sum(f.stat().st_size for f in (SHIPPED / f"{task}-fast").iterdir())
        assert model["damage"] is None
    assert found["opinion-fast"]["tasks"]["opinion"]["measure"] == "macro_f1"
    assert {m.folder for m in installed_models()} == set(found)
    assert all(m.name in shipped_models(task) for m in installed_models() for task in m.tasks)


def test_a_card_can_be_read(capsys: pytest.CaptureFixture[str]) -> None:
    card = load_model("fast", "opinion").card
    assert main(["models", "opinion-fast"]) == 0
    out = capsys.readouterr().out
    assert out.startswith("opinion-fast\n============\n")
    assert max(map(len, out.splitlines())) <= 80
    told = " ".join(out.split())
    for words in (
        "Task opinion: opinion or report",
        card["weights_licence"],
        f"Threshold {card['threshold']:g}",
    ):
        assert words in told
    for name, data in card["training_data"].items():
        assert f"{name}, {data['rows']} rows" in told
    for row in card["metrics"].values():
        assert f"{row['macro_f1']['value']:.3f}" in told


def test_all_cards_of_a_name(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["models", "fast", "--json"]) == 0
    cards = json.loads(capsys.readouterr().out)
    assert {card["task"] for card in cards.values()} == set(TASKS)
    assert cards["opinion-fast"] == load_model("fast", "opinion").card
    assert main(["models", "fast"]) == 0
    assert capsys.readouterr().out.count("Task ") == len(TASKS)


def test_a_folder_of_ones_own(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write_model(small_model(), tmp_path / "mine")
    assert main(["models", "--model", str(tmp_path / "mine")]) == 0
    assert capsys.readouterr().out.startswith("mine\n====\n")


# Other models


def test_a_transformer_is_listed_with_its_tasks(shelf: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["models"]) == 0
    lines = capsys.readouterr().out.splitlines()
    at = lines.index("network                  transformer, 0.0 MB, made 2030-01-02")
    assert lines[at + 1 : at + 4] == [
        "  opinion  macro-F1 0.500 (0.400 to 0.600): a set",
        "  sarcasm  AUC 0.700: a set",
        "  licence  MIT",
    ]
    found = listed(capsys)
    assert found["network"]["made"] == "2030-01-02"
    assert found["opinion-small"]["made"] is None
    assert found["network"]["tasks"]["sarcasm"]["low"] is None
    assert main(["models", "network"]) == 0
    assert "Task sarcasm" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("folder", "damage", "words"),
    [
        ("opinion-small", lambda f: (f / "weights.npz").unlink(), "no readable weights.npz"),
        ("opinion-small", lambda f: (f / "weights.npz").write_bytes(b"x"), "weights.npz is damaged"),
        ("opinion-small", lambda f: (f / "card.json").write_text("{"), "card.json is not JSON"),
        ("opinion-small", lambda f: change(f, lambda c: c.update(share=1.0)), "share"),
        ("opinion-small", lambda f: change(f, lambda c: c.pop("threshold")), "not a whole model card"),
        ("network", lambda f: (f / "model.onnx").write_bytes(b"x"), "model.onnx is damaged"),
        ("network", lambda f: (f / "model.onnx").unlink(), "no readable model.onnx"),
        ("network", lambda f: change(f, lambda c: c.pop("tasks")), "not a whole model card"),
        ("network", lambda f: change(f, lambda c: c.update(sha256={"../x": "0"})), "'../x' is of no file"),
        ("network", lambda f: change(f, lambda c: c.update(format="another")), "the format is 'another'"),
    ],
)
def test_damage_is_told_and_the_rest_listed(
    shelf: Path,
    capsys: pytest.CaptureFixture[str],
    folder: str,
    damage: Callable[[Path], object],
    words: str,
) -> None:
    damage(shelf / folder)
    assert main(["models"]) == 1
    out, err = capsys.readouterr()
    assert err == ""
    assert "DAMAGED: " in out
    assert words in describe(shelf / folder).damage  # type: ignore[operator]
    found = listed(capsys, code=1)
    assert {name for name, model in found.items() if model["damage"]} == {folder}
    assert words in found[folder]["damage"]
    assert main(["models", folder]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert words in err


def test_no_such_model(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for arguments, words in (
        (["quick"], "No model 'quick' is installed ("),
        (["--model", str(tmp_path / "none")], f"There is no folder {tmp_path / 'none'}"),
    ):
        assert main(["models", *arguments]) == 2
        assert words in capsys.readouterr().err


def test_what_a_card_says_does_not_steer_the_terminal(
    shelf: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    change(shelf / "network", lambda c: c.update(weights_licence="\x1b[2J\u202e\ud800", made=3, words=[1]))
    change(shelf / "network", lambda c: c["tasks"]["opinion"].update(metrics=[1], labels=3, definition=[]))
    for arguments in ([], ["network"], ["--json"], ["network", "--json"]):
        assert main(["models", *arguments]) == 0
        out = capsys.readouterr().out
        assert not set(out) & {"\x1b", "\ud800"}
        assert out.encode()


def test_the_headline_is_the_set_that_the_card_names() -> None:
    estimate = {"value": 0.6, "low": 0.5, "high": 0.7}
    metrics = {"no numbers": {"n": 3}, "first": {"macro_f1": estimate}, "best": {"macro_f1": {"value": 1}}}
    best = headline({"metrics": metrics}, "opinion")
    assert best is not None
    assert (best.data, best.value, best.low, best.high) == ("first", 0.6, 0.5, 0.7)
    best = headline({"metrics": metrics, "headline": "best"}, "loaded")
    assert best is not None
    assert (best.data, best.value, best.low) == ("best", 1.0, None)
    assert headline({"metrics": metrics}, "sarcasm") is None
    assert headline({"metrics": "none"}, "hedge") is None


def test_a_copy_of_a_shipped_folder_is_whole(tmp_path: Path) -> None:
    shutil.copytree(SHIPPED / "hedge-fast", tmp_path / "hedge-fast")
    assert describe(tmp_path / "hedge-fast").damage is None

"""Model folders: what is written comes back, and what is damaged is refused by name and never executed."""

from __future__ import annotations

import hashlib
import io
import json
import pickle
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import rhetoric.model
from rhetoric.analysis import analyze
from rhetoric.features.columns import VOICE_NAMES, cue_names
from rhetoric.model import (
    FORMAT,
    TRANSFORMER_FORMAT,
    LinearModel,
    covered_tasks,
    find_folder,
    load_model,
    pack,
    read_card,
    shipped_models,
)
from rhetoric.scorers import load_scorer
from rhetoric.scoring import Scorer
from rhetoric.tasks import LABELS, TASKS
from rhetoric.training.linear import write_model
from rhetoric.types import RhetoricError

ARRAYS = ("words", "characters", "cues", "voice", "intercept")
Damage = Callable[[dict[str, Any]], object]


def small_model(seed: int = 0) -> LinearModel:
    random = np.random.default_rng(seed)
    half = random.normal(size=(2, 1 << 9)).astype(np.float16).astype(np.float32)
    features = {
        "words": {"ngram_range": [1, 2], "bits": 9},
        "characters": {"ngram_range": [2, 4], "bits": 9},
        "cues": list(cue_names("rule")),
        "voice": list(VOICE_NAMES),
    }
    card = {
        "name": "small",
        "task": "opinion",
        "labels": {"positive": "opinion", "negative": "report"},
        "threshold": 0.4,
        "note": "curly “quotes”, 漢字",
        "features": features,
    }
    cues, voice = random.normal(size=len(cue_names("rule"))), random.normal(size=len(VOICE_NAMES))
    return LinearModel(half[0], half[1], cues, voice, -0.25, card)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write_model(small_model(), tmp_path / "small")
    return tmp_path / "small"


def arrays_of(folder: Path) -> dict[str, np.ndarray]:
    with np.load(folder / "weights.npz", allow_pickle=False) as stored:
        return {name: stored[name] for name in stored.files}


def put_weights(folder: Path, body: bytes) -> None:
    """Write weights, and their true hash on the card, as whoever tampers with a model would."""
    (folder / "weights.npz").write_bytes(body)
    card = json.loads((folder / "card.json").read_text(encoding="utf-8"))
    card["sha256"]["weights.npz"] = hashlib.sha256(body).hexdigest()
    (folder / "card.json").write_text(json.dumps(card), encoding="utf-8")


def put_arrays(folder: Path, **arrays: Any) -> None:
    body = io.BytesIO()
    np.savez_compressed(body, **{**arrays_of(folder), **arrays})
    put_weights(folder, body.getvalue())


def put_card(folder: Path, damage: Damage) -> None:
    card = json.loads((folder / "card.json").read_text(encoding="utf-8"))
    damage(card)
    (folder / "card.json").write_text(json.dumps(card), encoding="utf-8")


def refused(folder: Path, name: str) -> str:
    with pytest.raises(RhetoricError) as caught:
        load_scorer("opinion", str(folder))
    message = str(caught.value)
    assert str(folder) in message
    assert name in message
    return message


def test_what_is_written_comes_back(folder: Path) -> None:
    model, loaded = small_model(), load_model(str(folder), "opinion")
    for name in ("words", "characters", "cues", "voice"):
        assert getattr(loaded, name).tobytes() == getattr(model, name).tobytes()
        assert getattr(loaded, name).dtype == getattr(model, name).dtype
    assert loaded.intercept == model.intercept
    assert {name: loaded.card[name] for name in model.card} == model.card
    assert loaded.card["format"] == FORMAT
    assert (loaded.word_sizes, loaded.word_bits) == (range(1, 3), 9)
    assert (loaded.character_sizes, loaded.character_bits) == (range(2, 5), 9)


def test_the_same_bytes_for_the_same_model(folder: Path, tmp_path: Path) -> None:
    again = tmp_path / "again"
    write_model(small_model(), again)
    write_model(load_model(str(folder), "opinion"), tmp_path / "reloaded")
    assert pack(small_model()) == pack(small_model())
    for name in ("weights.npz", "card.json"):
        assert (again / name).read_bytes() == (folder / name).read_bytes()
    assert (tmp_path / "reloaded" / "weights.npz").read_bytes() == (folder / "weights.npz").read_bytes()
    assert pack(small_model(1))["weights.npz"] != pack(small_model())["weights.npz"]
    assert sorted(f.name for f in folder.iterdir()) == ["card.json", "weights.npz"]


def test_a_loaded_model_scores_as_the_model_does(folder: Path) -> None:
    sentences = ["A shameless farce!", "The council met.", "", "“No,” said Lee."]
    before, after = (
        Scorer(small_model()).score(sentences),
        load_scorer("opinion", str(folder)).score(sentences),
    )
    assert before.tobytes() == after.tobytes()
    assert len(set(before.tolist())) == 4


def test_packing_does_not_change_the_model() -> None:
    model = small_model()
    before = json.dumps(model.card)
    pack(model)
    assert json.dumps(model.card) == before


# The shipped models


@pytest.mark.parametrize("task", TASKS)
def test_shipped_models_load(task: str) -> None:
    for name in shipped_models(task):
        card = read_card(find_folder(name, task))
        if card["format"] != FORMAT:
            continue
        model = load_model(name, task)
        assert model.card == card
        assert (card["name"], card["task"]) == (name, task)
        assert (card["labels"]["positive"], card["labels"]["negative"]) == LABELS[task]
        assert {"training_data", "metrics"} <= set(card)
        assert np.count_nonzero(model.words) > 1000


def test_fast_is_shipped_for_every_task() -> None:
    for task in TASKS:
        assert "fast" in shipped_models(task)
    assert covered_tasks("fast") == TASKS
    assert shipped_models("no such task") == []


# What a model is for


def transformer_card(folder: Path, **more: object) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    card = {"format": TRANSFORMER_FORMAT, "name": folder.name, **more}
    (folder / "card.json").write_text(json.dumps(card), encoding="utf-8")


def test_the_tasks_of_a_folder(folder: Path, tmp_path: Path) -> None:
    assert covered_tasks(str(folder)) == ("opinion",)
    transformer_card(tmp_path / "network", tasks={"hedge": {}, "opinion": {}, "another": {}})
    assert covered_tasks(str(tmp_path / "network")) == ("opinion", "hedge")
    for wrong in ({}, {"tasks": 3}, {"tasks": {}}, {"tasks": {"another": {}}}):
        transformer_card(tmp_path / "network", **wrong)
        with pytest.raises(RhetoricError, match=r"card\.json names no task of opinion, loaded"):
            covered_tasks(str(tmp_path / "network"))
    with pytest.raises(RhetoricError, match="No model 'quick'"):
        covered_tasks("quick")


def test_a_shipped_folder_without_a_task_in_its_name_is_for_all(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("accurate", "opinion-fast", "hedge-own", "__pycache__"):
        (tmp_path / name).mkdir()
    monkeypatch.setattr(rhetoric.model, "shipped_folders", lambda: sorted(tmp_path.glob("[!_]*")))
    assert shipped_models("opinion") == ["accurate", "fast"]
    assert shipped_models("hedge") == ["accurate", "own"]
    assert find_folder("accurate", "hedge") == tmp_path / "accurate"
    assert find_folder("own", "hedge") == tmp_path / "hedge-own"
    assert covered_tasks("accurate") == TASKS
    assert covered_tasks("own") == ("hedge",)
    monkeypatch.chdir(tmp_path.parent)
    for name in ("hedge-own", "..", "__pycache__", "", "."):
        assert name not in shipped_models("hedge")


def test_a_linear_model_is_no_transformer(tmp_path: Path) -> None:
    transformer_card(tmp_path / "network", tasks={"opinion": {}})
    with pytest.raises(RhetoricError, match=f"the format is '{TRANSFORMER_FORMAT}', not '{FORMAT}'"):
        load_model(str(tmp_path / "network"), "opinion")


def test_a_model_of_ones_own_scores_its_task_and_fast_the_others(folder: Path) -> None:
    report = analyze("The pier was repaired. What a shameless farce!", model=str(folder))
    assert report.models == {"opinion": "small", "loaded": "fast", "sarcasm": "fast", "hedge": "fast"}
    assert (report.model, report.threshold) == ("small", 0.4)
    own = load_scorer("opinion", str(folder)).score([s.sentence for s in report.sentences])
    assert [s.p_opinion for s in report.sentences] == pytest.approx(own.tolist(), abs=1e-9)
    with pytest.raises(RhetoricError, match="this model is for the task 'opinion', not 'hedge'"):
        load_scorer("hedge", str(folder))


# Damage


def test_no_folder(tmp_path: Path, folder: Path) -> None:
    for name in (str(tmp_path / "none"), str(folder / "card.json"), "nonesuch"):
        with pytest.raises(RhetoricError, match="No model '"):
            load_model(name, "opinion")


@pytest.mark.parametrize("name", ["card.json", "weights.npz"])
def test_a_file_is_missing(folder: Path, name: str) -> None:
    (folder / name).unlink()
    refused(folder, name)


@pytest.mark.parametrize("name", ["card.json", "weights.npz"])
def test_a_folder_in_place_of_a_file(folder: Path, name: str) -> None:
    (folder / name).unlink()
    (folder / name).mkdir()
    refused(folder, name)


def test_another_hash(folder: Path) -> None:
    body = bytearray((folder / "weights.npz").read_bytes())
    body[len(body) // 2] ^= 1
    (folder / "weights.npz").write_bytes(bytes(body))
    assert "sha256" in refused(folder, "weights.npz")
    put_card(folder, lambda card: card.pop("sha256"))
    assert "sha256" in refused(folder, "weights.npz")


def test_cut_short(folder: Path) -> None:
    body = (folder / "weights.npz").read_bytes()
    (folder / "weights.npz").write_bytes(body[: len(body) // 2])
    refused(folder, "weights.npz")


def flipped(body: bytes) -> bytes:
    """One bit of the compressed numbers is another."""
    with zipfile.ZipFile(io.BytesIO(body)) as archive:
        at = archive.getinfo("words.npy").header_offset + 200
    return body[:at] + bytes([body[at] ^ 0x55]) + body[at + 1 :]


def one_array(_: bytes) -> bytes:
    out = io.BytesIO()
    np.save(out, np.zeros(3))
    return out.getvalue()


def zipped(name: str, content: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr(name, content)
    return out.getvalue()


def no_arrays(_: bytes) -> bytes:
    return zipped("readme.txt", b"nothing")


def text_for_an_array(_: bytes) -> bytes:
    return zipped("words.npy", b"not an array")


def nothing(_: bytes) -> bytes:
    return b""


def half(body: bytes) -> bytes:
    return body[: len(body) // 2]


def noise(_: bytes) -> bytes:
    return np.random.default_rng(0).bytes(500)


def a_pickle(_: bytes) -> bytes:
    return pickle.dumps({"words": [1.0]})


@pytest.mark.parametrize(
    "damage",
    [flipped, one_array, no_arrays, text_for_an_array, nothing, half, noise, a_pickle],
    ids=lambda f: f.__name__,
)
def test_damaged_weights_whose_hash_is_right(folder: Path, damage: Callable[[bytes], bytes]) -> None:
    put_weights(folder, damage((folder / "weights.npz").read_bytes()))
    refused(folder, "weights.npz")


@pytest.mark.parametrize("name", ARRAYS)
def test_an_array_is_missing(folder: Path, name: str) -> None:
    arrays = arrays_of(folder)
    del arrays[name]
    body = io.BytesIO()
    np.savez_compressed(body, **arrays)
    put_weights(folder, body.getvalue())
    assert name in refused(folder, "weights.npz")


@pytest.mark.parametrize("name", ["words", "characters", "cues", "voice"])
def test_wrong_widths(folder: Path, name: str) -> None:
    own = arrays_of(folder)[name]
    for wrong in (own[:-1], own[None], np.append(own, own), own[:0]):
        put_arrays(folder, **{name: wrong})
        assert name in refused(folder, "weights.npz")


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
@pytest.mark.parametrize("name", ARRAYS)
def test_numbers_that_are_none(folder: Path, name: str, value: float) -> None:
    own = arrays_of(folder)[name].copy()
    own[0] = value
    put_arrays(folder, **{name: own})
    assert name in refused(folder, "weights.npz")


@pytest.mark.parametrize("name", ARRAYS)
def test_texts_for_numbers(folder: Path, name: str) -> None:
    put_arrays(folder, **{name: np.array(["a"] * len(arrays_of(folder)[name]))})
    refused(folder, "weights.npz")


@pytest.mark.parametrize(
    "wrong", [np.zeros(0), np.zeros(2), np.zeros((1, 1)), np.float64(1)], ids=["0", "2", "1x1", "scalar"]
)
def test_a_wrong_intercept(folder: Path, wrong: Any) -> None:
    put_arrays(folder, intercept=wrong)
    refused(folder, "weights.npz")


@pytest.mark.parametrize(
    "content", [b"", b"{", b"[]", b"3", b"null", b"\xff\xfe\xff", b"{}", b'{"format": 1}'], ids=repr
)
def test_a_card_that_is_none(folder: Path, content: bytes) -> None:
    (folder / "card.json").write_bytes(content)
    refused(folder, "card.json")


CARDS: dict[str, Damage] = {
    "no format": lambda card: card.pop("format"),
    "no task": lambda card: card.pop("task"),
    "no threshold": lambda card: card.pop("threshold"),
    "share is 0": lambda card: card.update(share=0),
    "share is 1": lambda card: card.update(share=1),
    "share is text": lambda card: card.update(share="half"),
    "share is null": lambda card: card.update(share=None),
    "threshold is text": lambda card: card.update(threshold="high"),
    "no name": lambda card: card.pop("name"),
    "no labels": lambda card: card.pop("labels"),
    "no features": lambda card: card.pop("features"),
    "features are a list": lambda card: card.update(features=[]),
    "no words": lambda card: card["features"].pop("words"),
    "no bits": lambda card: card["features"]["words"].pop("bits"),
    "bits are text": lambda card: card["features"]["characters"].update(bits="many"),
    "negative bits": lambda card: card["features"]["characters"].update(bits=-1),
    "no ngram_range": lambda card: card["features"]["words"].pop("ngram_range"),
    "ngram_range of one": lambda card: card["features"]["words"].update(ngram_range=[1]),
    "ngram_range from 0": lambda card: card["features"]["words"].update(ngram_range=[0, 2]),
    "ngram_range of texts": lambda card: card["features"]["words"].update(ngram_range=["a", "b"]),
    "hash is a list": lambda card: card.update(sha256=["weights.npz"]),
}


@pytest.mark.parametrize("damage", CARDS.values(), ids=CARDS)
def test_a_damaged_card(folder: Path, damage: Damage) -> None:
    put_card(folder, damage)
    refused(folder, "")


def test_another_format(folder: Path) -> None:
    put_card(folder, lambda card: card.update(format="rhetoric linear model 99"))
    message = refused(folder, "")
    assert "99" in message
    assert FORMAT in message


def test_another_task(folder: Path) -> None:
    put_card(folder, lambda card: card.update(task="sarcasm"))
    assert "'sarcasm'" in refused(folder, "")


def test_other_bits(folder: Path) -> None:
    put_card(folder, lambda card: card["features"]["words"].update(bits=10))
    message = refused(folder, "weights.npz")
    assert "(512,)" in message
    assert "(1024,)" in message


@pytest.mark.parametrize("block", ["cues", "voice"])
def test_other_rules(folder: Path, block: str) -> None:
    put_card(folder, lambda card: card["features"][block].reverse())
    assert "train it again" in refused(folder, "")


class Malicious:
    """What runs code when it is unpickled."""

    def __init__(self, target: Path) -> None:
        self.target = target

    def __reduce__(self) -> tuple[Any, ...]:
        return Path.touch, (self.target,)


def test_the_trap_works(tmp_path: Path) -> None:
    target = tmp_path / "ran"
    pickle.loads(pickle.dumps(Malicious(target)))
    assert target.exists()


@pytest.mark.parametrize("name", [*ARRAYS, "another"])
def test_nothing_in_the_file_is_executed(folder: Path, tmp_path: Path, name: str) -> None:
    target = tmp_path / "ran"
    put_arrays(folder, **{name: np.array([Malicious(target)], dtype=object)})
    if name == "another":  # not one of ours, so that it is not even looked at
        load_scorer("opinion", str(folder))
    else:
        refused(folder, "weights.npz")
    assert not target.exists()


def test_a_bare_pickle_is_not_executed(folder: Path, tmp_path: Path) -> None:
    target = tmp_path / "ran"
    put_weights(folder, pickle.dumps(Malicious(target)))
    refused(folder, "weights.npz")
    assert not target.exists()


def test_a_pickle_in_the_archive_is_not_executed(folder: Path, tmp_path: Path) -> None:
    target = tmp_path / "ran"
    body = io.BytesIO()
    with zipfile.ZipFile(body, "w") as archive:
        for name in ARRAYS:
            archive.writestr(f"{name}.npy", pickle.dumps(Malicious(target)))
    put_weights(folder, body.getvalue())
    refused(folder, "weights.npz")
    assert not target.exists()

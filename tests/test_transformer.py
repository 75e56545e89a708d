"""Transformers: a miniature one whose every logit is known, damaged folders, and the shipped one."""

from __future__ import annotations

import json
import pickle
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
import small_transformer as small
from hypothesis import given, settings
from hypothesis import strategies as st

import rhetoric
from rhetoric.features.input import read_batch
from rhetoric.onnxfile import what_is_foreign
from rhetoric.reading.reading import read_document
from rhetoric.transformer import FORMAT, Transformer, TransformerScorer, load_transformer
from rhetoric.types import Cue, RhetoricError, Sentence

pytest.importorskip("onnxruntime", reason="needs the extra [accurate]")
pytest.importorskip("tokenizers", reason="needs the extra [accurate]")

SHIPPED = Path(rhetoric.__file__).parent / "models" / "accurate"
SENTENCES = [
    "The council met.",
    "What a shameless farce!",
    "",
    "Perhaps they said the shamelessly farces, perhaps the council.",
    "😀 🤷‍♀️ …",
    "Ann Lee said the council met.",
]
TEXTS = st.lists(
    st.one_of(
        st.sampled_from([*small.WORDS, "shameless", "Ann Lee", "she", "“", "”", "😀", "\n"]),
        st.text(max_size=6),
    ),
    max_size=40,
).map(" ".join)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return small.write(tmp_path_factory.mktemp("models") / "small")


@pytest.fixture(scope="module")
def network(folder: Path) -> Transformer:
    return load_transformer(folder)


@pytest.fixture(scope="module")
def scorer(network: Transformer) -> TransformerScorer:
    return TransformerScorer(network, "opinion")


def weight(*pieces: str) -> np.ndarray:
    rows = [small.VOCABULARY.index(piece) for piece in ("[CLS]", *pieces, "[SEP]")]
    return small.WEIGHTS[rows].sum(axis=0)


# Logits


@pytest.mark.parametrize(
    ("sentence", "pieces"),
    [
        ("The council met.", "the council met ."),
        ("What a shamelessly farces!", "what a shameless ##ly farce ##s !"),
        ("Ann Lee said the council met.", "[MASK] said the council met ."),
        ("", ""),
        ("the " * 400, " ".join(["the"] * (small.LENGTH - 2))),
        ("😀 the", "[UNK] the"),
    ],
)
def test_logits(network: Transformer, sentence: str, pieces: str) -> None:
    found = network.logits(read_batch([sentence]).reading)
    assert found.dtype == np.float64
    assert found == pytest.approx(weight(*pieces.split())[None], abs=1e-4)


def test_the_logit_of_a_word_is_that_of_its_first_piece(network: Transformer) -> None:
    reading = read_batch(["The shamelessly farces.", "Ann Lee said " + "the " * 40]).reading
    tasks, words = network.both(reading)
    assert tasks.shape == (2, 4)
    assert words.shape == (len(reading.tokens),)
    expected = [small.WORD_WEIGHTS[small.VOCABULARY.index(p)] for p in ("the", "shameless", "farce", ".")]
    assert words[:4] == pytest.approx(expected)
    assert np.isnan(words[5])  # of "Ann Lee" the first has the logit of both
    assert not np.isnan(words[[4, 6]]).any()
    assert np.flatnonzero(np.isnan(words[6:])).tolist() == list(range(small.LENGTH - 3, 41))


def test_the_sentences_of_a_document(network: Transformer) -> None:
    reading = read_document("The council met. What a shameless farce!\n\nPerhaps.")[1]
    alone = read_batch(["The council met.", "What a shameless farce!", "Perhaps."]).reading
    assert network.logits(reading) == pytest.approx(network.logits(alone), abs=1e-5)
    empty = read_document("")[1]
    tasks, words = network.both(empty)
    assert (tasks.shape, words.shape) == ((0, 4), (0,))


# Scores


def test_a_scorer_tells_what_it_is(network: Transformer) -> None:
    for task, labels in small.TASKS.items():
        scorer = TransformerScorer(network, task)
        assert (scorer.task, scorer.name, scorer.threshold, scorer.share) == (task, "small", 0.4, 0.3)
        assert scorer.card["labels"] == dict(zip(("positive", "negative"), labels, strict=True))
        assert scorer.card["task"] == task
        assert "tasks" not in scorer.card
        assert scorer.card["weights_licence"] == "MIT"
    assert repr(scorer) == "TransformerScorer(task='hedge', model='small', threshold=0.400)"
    with pytest.raises(RhetoricError, match=r"is for the tasks opinion, loaded, sarcasm, hedge, not 'irony'"):
        TransformerScorer(network, "irony")


@pytest.mark.parametrize("task", small.TASKS)
def test_scores_are_calibrated(network: Transformer, task: str) -> None:
    scorer = TransformerScorer(network, task)
    number = list(small.TASKS).index(task)
    logit = weight("the", "council", "met", ".")[number]
    expected = 1 / (1 + np.exp(-((0.5 + number) * logit - 0.25)))
    assert scorer.score(["The council met."]) == pytest.approx([expected], abs=1e-6)
    reading = read_batch(SENTENCES).reading
    log_odds = scorer.log_odds(reading)
    assert log_odds.shape == (len(SENTENCES),)
    assert scorer.calibrated(network.logits(reading)).tolist() == log_odds.tolist()
    assert scorer.score(SENTENCES) == pytest.approx(1 / (1 + np.exp(-log_odds)), abs=1e-12)


def test_missing_sentences(scorer: TransformerScorer) -> None:
    found = scorer.score([None, "A farce.", float("nan"), "", Sentence(4, 12, "A farce.")])
    assert np.isnan(found).tolist() == [True, False, True, False, False]
    assert found[1] == found[4]
    assert scorer.score([]).shape == (0,)
    with pytest.raises(TypeError, match=r"TransformerScorer\.score"):
        scorer.score("A farce.")  # type: ignore[arg-type]


@settings(max_examples=25, deadline=None)
@given(st.lists(TEXTS, min_size=1, max_size=10), st.randoms(use_true_random=False))
def test_a_score_does_not_depend_on_its_batch(
    scorer: TransformerScorer, texts: list[str], random: object
) -> None:
    scores = scorer.score(texts)
    order = list(range(len(texts)))
    random.shuffle(order)  # type: ignore[attr-defined]
    assert scorer.score([texts[i] for i in order]) == pytest.approx(scores[order], abs=1e-5)
    assert [scorer.score([text])[0] for text in texts] == pytest.approx(scores, abs=1e-5)
    assert ((scores >= 0) & (scores <= 1)).all()


# Explanations


def test_a_contribution_is_what_hiding_changes(scorer: TransformerScorer) -> None:
    text = "What a shamelessly farce, said Ann Lee."
    explanation = scorer.explain(text)
    hidden = small.WEIGHTS[small.SPECIAL.index("[MASK]"), 0]
    words = {c.text: c.value for c in explanation.contributions if c.source == "wording"}
    pieces = {
        "What": ["what"],
        "a": ["a"],
        "shamelessly": ["shameless", "##ly"],
        "farce": ["farce"],
        ",": [","],
        "said": ["said"],
        "Ann Lee": ["[MASK]"],
        ".": ["."],
    }
    expected = {
        word: 0.5 * sum(small.WEIGHTS[small.VOCABULARY.index(p), 0] - hidden for p in of)
        for word, of in pieces.items()
    }
    assert words == pytest.approx(expected, abs=1e-5)
    cues = {c.text: c for c in explanation.contributions if c.source == "cue"}
    assert cues["farce"].value == pytest.approx(expected["farce"], abs=1e-5)
    assert cues["farce"].feature == "loaded/evaluative-noun: farce"
    assert explanation.text == text


def assert_explains(scorer: TransformerScorer, item: str | Sentence) -> None:
    explanation = scorer.explain(item)
    text = item if isinstance(item, str) else item.text
    values = [c.value for c in explanation.contributions]
    assert explanation.intercept + sum(values) == pytest.approx(explanation.log_odds, abs=1e-9)
    assert explanation.probability == pytest.approx(scorer.score([item])[0], abs=1e-5)
    assert [abs(v) for v in values] == sorted((abs(v) for v in values), reverse=True)
    for c in explanation.contributions:
        assert c.source in ("wording", "cue")
        assert c.text == text[c.start : c.end] != ""


@settings(max_examples=30, deadline=None)
@given(TEXTS)
def test_explain_any_sentence(scorer: TransformerScorer, text: str) -> None:
    assert_explains(scorer, text)
    assert_explains(scorer, Sentence(5, 5 + len(text), text, "comment", "quoted"))


def test_explain_uses_the_cues_that_a_sentence_brings(scorer: TransformerScorer) -> None:
    own = Cue("mine", 102, 109, "council", "mine/one", "made up", 0.5, "writer")
    sentence = Sentence(98, 112, "The council met a farce."[:14], cues=(own,))
    cues = [c for c in scorer.explain(sentence).contributions if c.source == "cue"]
    assert [(c.feature, c.text) for c in cues] == [("mine/one: council", "council")]
    assert_explains(scorer, sentence)


def test_words_that_are_not_read_contribute_nothing(scorer: TransformerScorer) -> None:
    explanation = scorer.explain("the " * 60 + "farce")
    assert len([c for c in explanation.contributions if c.source == "wording"]) == small.LENGTH - 2
    assert [c.value for c in explanation.contributions if c.source == "cue"] == [pytest.approx(0, abs=1e-6)]


@pytest.mark.parametrize("item", [None, 3, ["A farce."]], ids=repr)
def test_explain_wants_one_sentence(scorer: TransformerScorer, item: object) -> None:
    with pytest.raises(TypeError, match=r"'sentence' parameter of TransformerScorer\.explain must be"):
        scorer.explain(item)  # type: ignore[arg-type]


# Folders that are damaged or are something else


def refused(folder: Path, *words: str) -> None:
    with pytest.raises(RhetoricError) as caught:
        load_transformer(folder)
    for word in (str(folder), *words):
        assert word in str(caught.value)


@pytest.mark.parametrize("name", ["model.onnx", "tokenizer.json", "card.json"])
def test_a_missing_file(tmp_path: Path, name: str) -> None:
    (small.write(tmp_path) / name).unlink()
    refused(tmp_path, name)


@pytest.mark.parametrize("name", ["model.onnx", "tokenizer.json"])
@pytest.mark.parametrize("how", ["one byte", "cut off", "empty", "longer"])
def test_a_changed_file(tmp_path: Path, name: str, how: str) -> None:
    path = small.write(tmp_path) / name
    body = bytearray(path.read_bytes())
    if how == "one byte":
        body[len(body) // 2] ^= 1
    path.write_bytes({"cut off": body[:-9], "empty": b"", "longer": body + b"\0"}.get(how, body))
    refused(tmp_path, f"{name} is damaged", "sha256")


@pytest.mark.parametrize(
    ("change", "word"),
    [
        ({"format": "rhetoric transformer 2"}, "rhetoric transformer 2"),
        ({"format": "rhetoric linear model 1"}, "rhetoric linear model 1"),
        ({"name": None}, "card.json"),
        ({"length": 0}, "card.json"),
        ({"length": True}, "card.json"),
        ({"length": "96"}, "card.json"),
        ({"tasks": {}}, "card.json"),
        ({"tasks": ["opinion"]}, "card.json"),
        ({"tasks": {"opinion": {"labels": {}}}}, "card.json"),
        ({"words": None}, "card.json"),
        ({"words": {"threshold": 2, "slope": 1, "offset": 0}}, "card.json"),
        ({"words": {"threshold": 0.5, "slope": float("nan"), "offset": 0}}, "card.json"),
        ({"words": {"threshold": 0.5, "slope": 1, "offset": float("inf")}}, "card.json"),
        ({"sha256": {}}, "card.json"),
        ({"sha256": {"model.onnx": 1, "tokenizer.json": 2}}, "card.json"),
    ],
    ids=str,
)
def test_a_card_that_is_not_whole(tmp_path: Path, change: dict[str, object], word: str) -> None:
    refused(small.write(tmp_path, **change), word)


@pytest.mark.parametrize("body", ["", "{", "[]", "null", "\ud800".encode("utf-8", "surrogatepass")], ids=repr)
def test_a_card_that_is_none(tmp_path: Path, body: str | bytes) -> None:
    path = small.write(tmp_path) / "card.json"
    path.write_bytes(body.encode() if isinstance(body, str) else body)
    refused(tmp_path, "card.json")


OUTSIDE = small.field(13, small.field(1, "location") + small.field(2, "/etc/hostname")) + small.field(14, 1)
FOREIGN = {
    "an operator of a library": (
        small.network(nodes=(small.node("Run", ["input_ids"], "x", "ai.onnx.contrib"),)),
        "ai.onnx.contrib",
    ),
    "data outside": (
        small.network(initializer=small.field(5, small.tensor("x", np.zeros(0, np.float32), OUTSIDE))),
        "data outside",
    ),
    "an attribute's data outside": (
        small.network(
            nodes=(
                small.node(
                    "Constant",
                    [],
                    "x",
                    extra=small.field(5, small.field(1, "value") + small.field(5, OUTSIDE)),
                ),
            )
        ),
        "data outside",
    ),
    "a graph within": (
        small.network(nodes=(small.node("If", ["x"], "y", extra=small.field(5, small.field(6, b""))),)),
        "graph within",
    ),
    "a function": (small.network(extra=small.field(25, b"")), "a function"),
    "a sparse tensor": (small.network(initializer=small.field(15, b"")), "sparse"),
    "two graphs": (small.network() + small.network(), "2 graphs"),
    "a pickle": (pickle.dumps({"a": list(range(99))}), "model.onnx"),
    "text": (b"import os", "model.onnx"),
    "cut off": (small.network()[:-30], "model.onnx"),
    "an operator that is none": (
        small.network(nodes=(small.node("Nothing", ["input_ids"], "x"),)),
        "cannot be loaded",
    ),
    "other outputs": (small.network(outputs=("logits", "words")), "outputs"),
    "fewer tasks": (small.network(tasks=3), "3 tasks"),
}


@pytest.mark.parametrize("kind", FOREIGN)
def test_a_graph_that_is_not_read(tmp_path: Path, kind: str) -> None:
    body, word = FOREIGN[kind]
    refused(small.write(tmp_path, body), "model.onnx", word)


def test_a_plain_graph_is_not_foreign() -> None:
    assert what_is_foreign(small.network()) is None


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=60), st.integers(0, 10**6), st.integers(0, 255))
def test_any_bytes_are_looked_at_without_harm(body: bytes, at: int, byte: int) -> None:
    whole = bytearray(small.network())
    whole[at % len(whole)] = byte
    for some in (body, bytes(whole), small.network()[: at % len(whole)]):
        try:
            found = what_is_foreign(some)
        except ValueError as error:
            found = str(error)
        assert found is None or found


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{}",
        b"\xff\xfe",
        pickle.dumps([1]),
        small.tokenizer([p for p in small.VOCABULARY if p != "[MASK]"]),
    ],
    ids=["empty", "no model", "bytes", "a pickle", "no mask"],
)
def test_a_tokenizer_that_is_none(tmp_path: Path, body: bytes) -> None:
    folder = small.write(tmp_path, pieces=small.tokenizer())
    (folder / "tokenizer.json").write_bytes(body)
    files = {name: (folder / name).read_bytes() for name in ("model.onnx", "tokenizer.json")}
    (folder / "card.json").write_text(json.dumps(small.card(files)))
    refused(folder, "tokenizer.json")


def test_pieces_that_the_graph_does_not_know(tmp_path: Path) -> None:
    folder = small.write(tmp_path, pieces=small.tokenizer([*small.VOCABULARY, "mystery"]))
    scorer = TransformerScorer(load_transformer(folder), "opinion")
    with pytest.raises(RhetoricError, match=r"model\.onnx cannot be run"):
        scorer.score(["A mystery."])


def test_logits_that_are_no_numbers(tmp_path: Path) -> None:
    weights = small.WEIGHTS.copy()
    weights[small.VOCABULARY.index("farce")] = np.nan
    scorer = TransformerScorer(
        load_transformer(small.write(tmp_path, small.network(weights=weights))), "opinion"
    )
    assert np.isfinite(scorer.score(["The council met."])).all()
    with pytest.raises(RhetoricError, match=r"model\.onnx gives logits that are not finite"):
        scorer.score(["The council met.", "A farce."])


class Payload:
    """Leaves a mark where it is unpickled."""

    def __init__(self, mark: Path) -> None:
        self.mark = mark

    def __reduce__(self) -> tuple[object, ...]:
        return (Path.touch, (self.mark,))


def test_code_in_a_folder_is_never_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder, mark = small.write(tmp_path / "model"), tmp_path / "mark"
    code = f"from pathlib import Path\nPath({str(mark)!r}).touch()\n"
    for name in ("__init__.py", "model.py", "onnxruntime.py", "tokenizers.py", "sitecustomize.py"):
        (folder / name).write_text(code)
    (folder / "model.pkl").write_bytes(pickle.dumps(Payload(mark)))
    monkeypatch.chdir(folder)
    TransformerScorer(load_transformer(folder), "opinion").explain("What a farce!")
    refused(small.write(tmp_path / "pickled", model=pickle.dumps(Payload(mark))), "model.onnx")
    assert not mark.exists()
    pickle.loads((folder / "model.pkl").read_bytes())
    assert mark.exists()  # it would have shown


@pytest.mark.parametrize("name", ["onnxruntime", "tokenizers"])
def test_without_the_extra(folder: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setitem(sys.modules, name, None)
    with pytest.raises(RhetoricError) as caught:
        load_transformer(folder)
    assert name in str(caught.value)
    assert 'pip install "rhetoric-news[accurate]"' in str(caught.value)


def test_the_import_is_light() -> None:
    code = "import rhetoric.transformer, sys; print([m for m in ('onnxruntime', 'tokenizers') if m in sys.modules])"
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "[]"


@pytest.mark.parametrize("threads", [0, -1, 1.5, "2"])
def test_threads(folder: Path, threads: object) -> None:
    with pytest.raises(RhetoricError, match=r"The 'threads' parameter of load_transformer must be"):
        load_transformer(folder, threads)  # type: ignore[arg-type]


def test_more_threads_give_the_same(folder: Path, network: Transformer) -> None:
    reading = read_batch(SENTENCES).reading
    assert load_transformer(str(folder), threads=2).logits(reading) == pytest.approx(
        network.logits(reading), abs=1e-5
    )


# The shipped one


@pytest.fixture(scope="module")
def shipped() -> Transformer:
    if not SHIPPED.is_dir():
        pytest.skip("the accurate model is not in this tree")
    return load_transformer(SHIPPED)


def test_the_shipped_one_is_small_and_quickly_loaded(shipped: Transformer) -> None:
    assert shipped.card["format"] == FORMAT
    assert sum(path.stat().st_size for path in SHIPPED.iterdir()) <= 30_000_000
    started = time.process_time()
    load_transformer(SHIPPED)
    assert time.process_time() - started < 1


def test_the_probes_on_the_card_reproduce(shipped: Transformer) -> None:
    probes = shipped.card["probes"]
    assert set(probes) == set(shipped.tasks)
    for task, of in probes.items():
        assert len(of) > 1
        found = TransformerScorer(shipped, task).score(list(of))
        assert found == pytest.approx(list(of.values()), abs=2e-3)


def test_the_shipped_one_scores_alone_as_in_any_batch(shipped: Transformer) -> None:
    sentences = [*SENTENCES, "Farce! " * 200, *(f"The council met {n} times." * (n % 7) for n in range(20))]
    together = shipped.logits(read_batch(sentences).reading)
    assert np.isfinite(together).all()
    alone = np.concatenate([shipped.logits(read_batch([s]).reading) for s in sentences])
    assert alone == pytest.approx(together, abs=1e-4)
    backwards = shipped.logits(read_batch(sentences[::-1]).reading)
    assert backwards[::-1] == pytest.approx(together, abs=1e-4)


@pytest.mark.parametrize("sentence", SENTENCES, ids=lambda s: s[:20])
def test_the_shipped_one_explains(shipped: Transformer, sentence: str) -> None:
    assert_explains(TransformerScorer(shipped, "opinion"), sentence)

"""Loaded words: what is marked and what is not, the laws of cues, the reasons, and folders of models."""

from __future__ import annotations

import hashlib
import io
import json
import pickle
import shutil
import time
from collections.abc import Callable
from importlib import resources
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import rhetoric.scorers
from rhetoric.analysis import Analyzer, analyze
from rhetoric.cues import cue_kinds, cue_table, find_cues
from rhetoric.features.input import read_batch
from rhetoric.features.words import BLOCKS, find_words, plain_words, sentence_columns, sentence_names
from rhetoric.installed import describe
from rhetoric.model import load_model
from rhetoric.reading.reading import Reading, read_document
from rhetoric.scorers import load_scorer, load_scorers, load_words
from rhetoric.types import Cue, RhetoricError
from rhetoric.wordmodel import WordModel, open_word_model, pack_words
from rhetoric.words import RULE, NetworkWords, WordScorer, covered

SHIPPED = Path(str(resources.files("rhetoric"))) / "models" / "words-fast"
BITS = 12
PAGE = """# Ferry fares rise

The town council met on Monday. Its gruesome crusade doomed the bill, and perhaps more.

“They are a corrupt cult,” said Ana Ruiz. Who needs it?

So ends the grotesque farce of the so-called “plan”. The harbour office said fares will rise by 4 per cent."""
COMMENTS = ["What a nauseating spectacle!!", "The ferry was late on Friday."]
SENTENCES = [
    "Its gruesome crusade doomed the bill.",
    "The council met on Monday.",
    "",
    "Ana Ruiz, she said, owns 12 grotesque hats.",
    "“They are a corrupt cult,” said Ana Ruiz.",
    "ZÜRICH — naïve re-election of the far-right's crusade",
    "Who needs it?",
]


@pytest.fixture(scope="module")
def shipped() -> WordScorer:
    return WordScorer(open_word_model(SHIPPED))


def reading_of(*sentences: str) -> Reading:
    return read_batch(list(sentences)).reading


def card(**changes: object) -> dict[str, Any]:
    return {"name": "small", "task": "words", "threshold": 0.3, "show_threshold": 0.5, **changes}


def random_model(seed: int = 0, **changes: object) -> WordModel:
    rng = np.random.default_rng(seed)
    weights = rng.normal(size=1 << BITS).astype(np.float16).astype(np.float32)
    return WordModel(weights, rng.normal(size=len(sentence_names())), -1.0, card(**changes))


def model_of(weights: dict[tuple[str, str, str], float], intercept: float = -3.0) -> WordModel:
    """A model that knows a block's feature of a word in a sentence: {(sentence, word, block): weight}."""
    out = np.zeros(1 << BITS, dtype=np.float32)
    for (sentence, word, block), weight in weights.items():
        reading = reading_of(sentence)
        words = find_words(reading, cue_table(reading), BITS)
        starts = reading.tokens.start[words.token].tolist()
        name = [n for n, *_ in BLOCKS].index(block)
        out[words.column[name, starts.index(sentence.index(word))]] = weight
    return WordModel(out, np.zeros(len(sentence_names())), intercept, card())


def marks(scorer: WordScorer | NetworkWords, text: str) -> list[Cue]:
    return [cue for _, cue in scorer.cues(read_document(text)[1])]


def written(folder: Path, model: WordModel) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    for name, body in pack_words(model).items():
        (folder / name).write_bytes(body)
    return folder


# What the shipped model marks


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("The senator peddled the same tired fiction to his fawning base.", "fawning"),
        ("Bigoted commentators again demonized the refugees.", "Bigoted"),
        ("It is a gruesome, godless crusade.", "godless crusade"),
        ("Police aggressively crushed the peaceful march.", "aggressively crushed"),
        ("The hysterical columnist bullied her critics.", "bullied"),
        ("They are a cult of corrupt liars.", "corrupt"),
        ("The regime's brutal thugs terrorize the valley.", "terrorize"),
    ],
)
def test_loaded_words_that_no_list_holds(shipped: WordScorer, text: str, word: str) -> None:
    found = marks(shipped, text)
    at = text.index(word)
    hit = [c for c in found if c.start <= at and at + len(word) <= c.end]
    listed = [c for c in find_cues(text) if c.start <= at < c.end]
    assert (len(hit), listed) == (1, []), found
    assert (hit[0].kind, hit[0].rule) == ("loaded", "loaded/model")
    assert hit[0].text in hit[0].why
    assert shipped.show_threshold - 0.001 <= hit[0].weight <= 1


@pytest.mark.parametrize(
    "text",
    [
        "The council approved the budget by nine votes to four on Monday.",
        "Rainfall in April was 12 percent above the average, the weather office said.",
        "The company reported revenue of 3.1 billion euros, up 4 percent.",
        "Police arrested two men after the fire, which destroyed a warehouse and killed a dog.",
        "The hurricane weakened as it moved inland on Friday.",
        "Ferry operator Blue Line carried 1.3 million passengers last year.",
        "“We will open the bridge when it is ready,” said Marta Quillon, who heads the office.",
        "The hearing is open to the public and starts at 6 p.m. in the old customs house.",
        "The president will meet the prime minister in Geneva next week to discuss trade.",
        "",
    ],
)
def test_plain_reports_are_silent(shipped: WordScorer, text: str) -> None:
    assert marks(shipped, text) == []


def test_the_probes_on_the_card_reproduce(shipped: WordScorer) -> None:
    probes = shipped.card["probes"]
    assert len(probes) > 3
    for text, p in probes.items():
        assert shipped.probabilities(reading_of(text)).max() == pytest.approx(p, abs=1e-6), "make it again"
    assert min(probes.values()) < 0.1 < 0.9 < max(probes.values())


def test_the_card_holds_the_numbers_asked_for(shipped: WordScorer) -> None:
    metrics = shipped.card["metrics"]
    alone = metrics["babe words, folds by outlet"]
    assert alone["f1_positive"]["low"] < alone["f1_positive"]["value"]
    assert alone["f1_positive"]["value"] >= 0.45
    assert alone["expected_calibration_error"]["value"] <= 0.04
    assert metrics["babe words, with the lists' loaded cues"]["f1_positive"]["value"] >= 0.45
    assert shipped.threshold < shipped.show_threshold
    for data in shipped.card["training_data"].values():
        assert {"files", "sha256", "licence", "citation"} <= set(data)


def test_small_and_quick_to_load() -> None:
    assert sum(path.stat().st_size for path in SHIPPED.iterdir()) < 8_000_000
    started = time.process_time()
    open_word_model(SHIPPED)
    assert time.process_time() - started < 0.3


# The laws of cues


def assert_lawful(text: str, comments: list[str], scorer: WordScorer | NetworkWords) -> int:
    document, reading = read_document(text, comments)
    table = cue_table(reading)
    found = scorer.cues(reading, table)
    others = [c for _, c in table.cues(document.text) if c.kind != "rhetorical_question"]
    for i, cue in found:
        assert document.text[cue.start : cue.end] == cue.text != ""
        sentence = document.sentences[i]
        assert sentence.start <= cue.start < cue.end <= sentence.end
        assert not [c for c in others if c.start < cue.end and cue.start < c.end]
        assert cue.rule.startswith(f"{cue.kind}/")
        assert cue.kind in cue_kinds()
        expected = reading.speech.voice_of(np.array([cue.start]), np.array([cue.end]))[0]
        assert cue.voice == ("writer", "quoted", "reported", "mixed")[expected]
    assert found == sorted(found, key=lambda pair: pair[1].start)
    assert all(a.end < b.start for (_, a), (_, b) in pairwise(found))
    return len(found)


def eager(seed: int = 0) -> WordScorer:
    """A scorer of random weights that marks about a third of all words."""
    return WordScorer(random_model(seed, show_threshold=0.31))


def test_marks_of_a_page_are_lawful(shipped: WordScorer) -> None:
    assert assert_lawful(PAGE, COMMENTS, eager()) > 5
    assert assert_lawful(PAGE, COMMENTS, shipped) > 2
    assert_lawful("", [], shipped)


@given(st.lists(st.one_of(st.sampled_from(SENTENCES), st.text(max_size=40)), max_size=6), st.integers(0, 3))
@settings(deadline=None, max_examples=80)
def test_marks_of_any_text_are_lawful(parts: list[str], seed: int) -> None:
    assert_lawful("\n\n".join(parts), parts[:1], eager(seed))


@given(st.lists(st.one_of(st.sampled_from(SENTENCES), st.text(max_size=60)), min_size=1, max_size=8))
@settings(deadline=None, max_examples=60)
def test_the_same_to_the_last_bit_alone_and_in_any_batch(sentences: list[str]) -> None:
    scorer = WordScorer(random_model())
    together = reading_of(*sentences)
    words, log_odds = scorer.scored(together, cue_table(together))
    of = together.sentence_of[words.token]
    marked = scorer.cues(together)
    for i, sentence in enumerate(sentences):
        alone = reading_of(sentence)
        assert scorer.scored(alone, cue_table(alone))[1].tobytes() == log_odds[of == i].tobytes()
        own = [(c.start, c.end, c.text, c.why, c.weight) for _, c in scorer.cues(alone)]
        at = int(together.start[i]) - int(alone.start[0])
        assert own == [(c.start - at, c.end - at, c.text, c.why, c.weight) for s, c in marked if s == i]


def test_a_quotation_is_marked_in_its_own_voice(shipped: WordScorer) -> None:
    quoted = [c for c in marks(shipped, PAGE) if c.voice == "quoted"]
    assert [c.text for c in quoted] == ["corrupt cult"]


def test_what_is_never_marked(shipped: WordScorer) -> None:
    sure = WordScorer(WordModel(shipped.model.weights, shipped.model.sentence, 50.0, shipped.card))
    text = "Ana Ruiz and she saw 12 Republicans, or an ox — so it goes."
    assert " ".join(c.text for c in marks(sure, text)) == "and saw goes"
    assert [text[a:b] for a, b in zip(*_spans(text), strict=True)] == ["and", "saw", "goes"]
    assert (
        marks(WordScorer(WordModel(shipped.model.weights, shipped.model.sentence, -50.0, shipped.card)), text)
        == []
    )


def _spans(text: str) -> tuple[list[int], list[int]]:
    reading = read_document(text)[1]
    at = plain_words(reading).token
    return reading.tokens.start[at].tolist(), reading.tokens.end[at].tolist()


def test_probabilities_are_of_all_tokens(shipped: WordScorer) -> None:
    reading = reading_of(*SENTENCES)
    p = shipped.probabilities(reading)
    assert p.shape == (len(reading.tokens),)
    assert ((p >= 0) & (p < 1)).all()
    assert set(np.flatnonzero(p).tolist()) == set(plain_words(reading).token.tolist())


@pytest.mark.parametrize("other", ["Quillon's", "Venn's", "McArdle's"])
def test_a_name_is_no_feature(other: str) -> None:
    scorer = WordScorer(random_model())
    odds = []
    for name in ("Tarrow's", other):
        reading = reading_of(f"On Friday {name} gruesome crusade torpedoed the bill of the Republicans.")
        odds.append(scorer.scored(reading, cue_table(reading))[1].tobytes())
    assert odds[0] == odds[1]
    reading = reading_of("On Friday the gruesome crusade torpedoed the bill of the Republicans.")
    assert scorer.scored(reading, cue_table(reading))[1].tobytes() != odds[0]


# Where nothing is marked twice


def test_a_word_in_a_cue_is_not_marked_again(shipped: WordScorer) -> None:
    everything = WordScorer(WordModel(shipped.model.weights, shipped.model.sentence, 50.0, shipped.card))
    text = "A shameless, gruesome farce, perhaps, of the so-called plan."
    found = marks(everything, text)
    listed = [(c.start, c.end) for c in find_cues(text)]
    assert listed
    assert found
    assert not [c for c in found for a, b in listed if a < c.end and c.start < b]
    assert "gruesome" in [c.text for c in found]


def test_in_a_question_that_is_a_cue_words_are_marked() -> None:
    text = "Who needs such gruesome crusade?"
    assert [c.kind for c in find_cues(text)] == ["rhetorical_question"]
    reading = read_document(text)[1]
    assert not covered(reading, cue_table(reading)).any()
    assert covered(reading, cue_table(reading), "rhetorical_question").all()
    assert marks(WordScorer(model_of({(text, "gruesome", "word"): 9.0})), text)[0].text == "gruesome"


# Reasons


def test_reasons_name_what_weighs_most() -> None:
    text = "The quick ox met Ana Ruiz on a grey quay."
    for weights, why in [
        ({(text, "quick", "word"): 9.0}, "the word “quick” itself weighs most"),
        ({(text, "quick", "before"): 18.0}, "“The” before it weighs most"),
        ({(text, "quick", "after"): 18.0}, "“ox” after it weighs most"),
        ({(text, "met", "second before"): 36.0}, "“quick” two places before it weighs most"),
        ({(text, "met", "after"): 18.0}, "a name after it weighs most"),
        ({(text, "quick", "second before"): 36.0}, "its place at the start of the sentence weighs most"),
        (
            {(text, "grey", "word"): 9.0, (text, "grey", "after"): 12.0},
            "the word “grey” itself and “quay” after it weigh most",
        ),
        ({(text, "grey", "word"): 9.0, (text, "grey", "after"): 1.0}, "the word “grey” itself weighs most"),
    ]:
        found = marks(WordScorer(model_of(weights)), text)
        assert [c.why for c in found] == [f"“{found[0].text}” reads as loaded here: {why}"]
    plain = WordModel(np.zeros(1 << BITS, dtype=np.float32), np.zeros(len(sentence_names())), 1.0, card())
    assert marks(WordScorer(plain), "Rain fell.")[0].why == "“Rain fell” reads as loaded here"


def test_neighbours_are_one_wording_within_a_sentence() -> None:
    plain = WordModel(np.zeros(1 << BITS, dtype=np.float32), np.zeros(len(sentence_names())), 1.0, card())
    text = "Rain fell, and  snow lay there. Wind blew in."
    assert [c.text for c in marks(WordScorer(plain), text)] == [
        "Rain fell",
        "and  snow lay there",
        "Wind blew",
    ]


# In the report


def test_the_report_shows_the_marks_in_order_and_no_scorer_counts_them() -> None:
    report = analyze(PAGE, COMMENTS)
    silent = Analyzer(words=WordScorer(random_model(show_threshold=0.9999999))).analyze(PAGE, COMMENTS)
    more = Analyzer(words=eager()).analyze(PAGE, COMMENTS)
    for one in (report, more):
        own = [c for c in one.cues if c.rule == RULE.name]
        assert [c for c in one.cues if c.rule != RULE.name] == list(silent.cues)
        assert [s.scores for s in one.sentences] == [s.scores for s in silent.sentences]
        assert own
        for s in one.sentences:
            assert all(s.start <= c.start < c.end <= s.end for c in s.cues)
            assert [(c.start, -c.end) for c in s.cues] == sorted((c.start, -c.end) for c in s.cues)
        for scorer in load_scorers():  # sentences of a report carry the marks
            p = scorer.score([s.sentence for s in one.sentences])
            assert p == pytest.approx([s.scores[scorer.task] for s in one.sentences], abs=1e-12)
        assert "loaded/model" in one.cues_frame()["rule"].tolist()
        assert "reads as loaded here" in one.to_html()
    assert len(more.cues) > len(report.cues)
    assert [c for c in find_cues(PAGE) if c.rule == RULE.name] == []


def test_a_reason_is_on_one_line() -> None:
    plain = WordModel(np.zeros(1 << BITS, dtype=np.float32), np.zeros(len(sentence_names())), 1.0, card())
    assert marks(WordScorer(plain), "Then  rain fell.")[0].why == "“Then rain fell” reads as loaded here"


def test_behind_a_negator_nothing_is_marked() -> None:
    plain = WordModel(np.zeros(1 << BITS, dtype=np.float32), np.zeros(len(sentence_names())), 1.0, card())
    found = [
        c.text for c in marks(WordScorer(plain), "Fire never burns any wood there today. Not only wood.")
    ]
    assert found == ["Fire never", "there today", "Not only wood"]


def test_explanations_leave_the_marks_out() -> None:
    sentence = next(s for s in analyze(PAGE).sentences if any(c.rule == RULE.name for c in s.cues))
    explanation = load_scorer("loaded").explain(sentence.sentence)
    assert not [c for c in explanation.contributions if "loaded/model" in c.feature]


# Other models


def test_which_model_marks(tmp_path: Path) -> None:
    assert load_words() is load_words("fast")
    assert repr(load_words()).startswith("WordScorer(model='fast', threshold=0.")
    own = load_words(str(written(tmp_path / "mine", random_model())))
    assert (own.name, own.threshold, own.show_threshold) == ("small", 0.3, 0.5)
    shutil.copytree(SHIPPED.parent / "hedge-fast", tmp_path / "hedge")
    assert load_words(str(tmp_path / "hedge")) is load_words()
    with pytest.raises(RhetoricError, match="No model 'quick'"):
        load_words("quick")
    with pytest.raises(TypeError, match="The 'model' parameter of load_words must be a str"):
        load_words(3)  # type: ignore[arg-type]


def test_a_model_of_words_scores_no_sentences(tmp_path: Path) -> None:
    folder = str(written(tmp_path / "mine", random_model()))
    with pytest.raises(RhetoricError, match="the format is 'rhetoric word model 1'"):
        load_scorer("loaded", folder)
    with pytest.raises(RhetoricError, match="No model 'words-fast' for the task 'loaded'"):
        load_model("words-fast", "loaded")


class Network:
    """A stand-in for a transformer, which counts how often it reads."""

    def __init__(self) -> None:
        self.card = {"name": "network", "words": {"slope": 2.0, "offset": -1.0, "threshold": 0.4}}
        self.reads = 0

    def both(self, reading: Reading) -> tuple[np.ndarray, np.ndarray]:
        self.reads += 1
        text = reading.text
        words = [text[a:b] for a, b in zip(reading.tokens.start, reading.tokens.end, strict=True)]
        logits = np.array([1.0 if w in ("gruesome", "crusade", "farce", "Ana") else -1.0 for w in words])
        logits[[w in (".", ",", "torpedoed") for w in words]] = np.nan
        return np.zeros((len(reading), 4)), logits.reshape(len(words))


def test_a_network_marks_in_the_same_form() -> None:
    network = Network()
    scorer = NetworkWords(network)
    assert (scorer.threshold, scorer.show_threshold) == (0.4, 0.4)
    found = marks(scorer, "Ana saw gruesome crusade, and they torpedoed a farce.")
    assert [c.text for c in found] == ["gruesome crusade"]  # a name never, a listed word not again
    assert (found[0].rule, found[0].weight, found[0].voice) == ("loaded/model", 0.731, "writer")
    assert found[0].why == (
        "“gruesome crusade” reads as loaded here, to a network that weighs it with its whole sentence"
    )
    assert_lawful(PAGE, COMMENTS, scorer)
    network.card["words"]["show_threshold"] = 0.8  # type: ignore[index]
    assert marks(NetworkWords(network), "Ana saw gruesome crusade.") == []
    assert marks(NetworkWords(network), "") == []
    before = network.reads
    reading = read_document(PAGE)[1]
    scorer.cues(reading, cue_table(reading), network.both(reading)[1])
    assert network.reads == before + 1


def test_a_transformer_marks_words_and_reads_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("onnxruntime", reason="needs the extra [accurate]")
    pytest.importorskip("tokenizers", reason="needs the extra [accurate]")
    import small_transformer as small

    from rhetoric.network import Transformer

    line = {"threshold": 0.2, "slope": 1.0, "offset": 0.0, "metrics": {}}
    folder = str(small.write(tmp_path / "network", words=line))
    reads = []
    both = Transformer.both

    def counted(self: Transformer, reading: Reading) -> tuple[np.ndarray, np.ndarray]:
        reads.append(1)
        return both(self, reading)

    monkeypatch.setattr(Transformer, "both", counted)
    report = analyze(PAGE, COMMENTS, model=folder)
    assert len(reads) == 1
    own = [c for c in report.cues if c.rule == RULE.name]
    words = load_words(folder)
    assert isinstance(words, NetworkWords)
    assert own == [c for _, c in words.cues(read_document(PAGE, COMMENTS)[1])]
    assert own != [c for c in analyze(PAGE, COMMENTS).cues if c.rule == RULE.name]
    assert_lawful(PAGE, COMMENTS, words)
    assert list(report.models.values()) == ["small"] * 4
    p = [s.scores["hedge"] for s in report.sentences]
    alone = rhetoric.scorers.load_scorer("hedge", folder)
    assert p == pytest.approx(alone.score([s.sentence for s in report.sentences]), abs=1e-4)


# Folders


def test_what_is_written_comes_back(tmp_path: Path) -> None:
    model = random_model()
    folder = written(tmp_path, model)
    loaded = open_word_model(folder)
    assert (loaded.bits, loaded.intercept) == (BITS, -1.0)
    assert loaded.weights.tobytes() == model.weights.tobytes()
    assert loaded.sentence.tobytes() == model.sentence.tobytes()
    assert {name: loaded.card[name] for name in model.card} == model.card
    assert pack_words(loaded)["weights.npz"] == (folder / "weights.npz").read_bytes()
    reading = reading_of(*SENTENCES)
    assert (
        WordScorer(loaded).probabilities(reading).tobytes()
        == WordScorer(model).probabilities(reading).tobytes()
    )


def changed(folder: Path, how: Callable[[dict[str, Any]], object]) -> None:
    path = folder / "card.json"
    card = json.loads(path.read_text(encoding="utf-8"))
    how(card)
    path.write_text(json.dumps(card), encoding="utf-8")


def with_arrays(folder: Path, **arrays: np.ndarray) -> None:
    """Replace the weights, their sum on the card with them."""
    buffer = io.BytesIO()
    np.savez(buffer, **arrays)
    with_body(folder, buffer.getvalue())


def with_body(folder: Path, body: bytes) -> None:
    (folder / "weights.npz").write_bytes(body)
    changed(folder, lambda c: c["sha256"].update({"weights.npz": hashlib.sha256(body).hexdigest()}))


GOOD = {
    "weights": np.zeros(1 << BITS, dtype=np.float32),
    "sentence": np.zeros(len(sentence_names())),
    "intercept": np.zeros(1),
}


@pytest.mark.parametrize(
    ("spoil", "told"),
    [
        (lambda f: (f / "card.json").unlink(), "no readable card.json"),
        (lambda f: (f / "weights.npz").unlink(), "no readable weights.npz"),
        (lambda f: (f / "card.json").write_text("{"), "card.json is not JSON"),
        (lambda f: (f / "card.json").write_text("[]"), "card.json is not a whole model card"),
        (lambda f: (f / "weights.npz").write_bytes(b"x"), "weights.npz is damaged"),
        (lambda f: with_body(f, b"x"), "weights.npz cannot be read as arrays"),
        (lambda f: with_body(f, pickle.dumps([1])), "weights.npz cannot be read as arrays"),
        (lambda f: with_body(f, (f / "weights.npz").read_bytes()[:-40]), "weights.npz cannot be read"),
        (lambda f: with_arrays(f, weights=GOOD["weights"]), "weights.npz cannot be read as arrays"),
        (lambda f: with_arrays(f, **{**GOOD, "weights": np.zeros(8)}), "weights.npz: weights has shape (8,)"),
        (
            lambda f: with_arrays(f, **{**GOOD, "intercept": np.array([np.nan])}),
            "weights.npz: intercept does not hold finite numbers",
        ),
        (
            lambda f: with_arrays(f, **{**GOOD, "intercept": np.array(["a"])}),
            "weights.npz: intercept holds no numbers",
        ),
        (lambda f: with_arrays(f, **{**GOOD, "sentence": np.array([{}])}), "weights.npz cannot be read"),
        (
            lambda f: changed(f, lambda c: c.update(format="rhetoric linear model 1")),
            "card.json: the format is",
        ),
        (lambda f: changed(f, lambda c: c.update(format="another")), "card.json: the format is 'another'"),
        (lambda f: changed(f, lambda c: c.pop("show_threshold")), "card.json is not a whole model card"),
        (lambda f: changed(f, lambda c: c.update(features=3)), "card.json is not a whole model card"),
        (lambda f: changed(f, lambda c: c.update(threshold=1.5)), "card.json: a name, threshold"),
        (lambda f: changed(f, lambda c: c.update(show_threshold=1)), "card.json: a name, threshold"),
        (lambda f: changed(f, lambda c: c.update(sha256=[])), "card.json: a name, threshold"),
        (lambda f: changed(f, lambda c: c["features"].update(bits=60)), "card.json: a name, threshold"),
        (lambda f: changed(f, lambda c: c["features"].update(bits=True)), "card.json: a name, threshold"),
        (lambda f: changed(f, lambda c: c["features"].update(blocks=["word"])), "made with other features"),
    ],
)
def test_a_damaged_folder_is_refused(tmp_path: Path, spoil: Callable[[Path], object], told: str) -> None:
    folder = written(tmp_path / "words-mine", random_model())
    assert describe(folder).damage is None
    spoil(folder)
    with pytest.raises(RhetoricError) as caught:
        open_word_model(folder)
    assert str(folder) in str(caught.value)
    assert told in str(caught.value)
    assert describe(folder).damage is not None
    assert list(describe(folder).tasks) == ["words"]


def test_the_shipped_folder_is_listed() -> None:
    model = describe(SHIPPED)
    assert (model.name, model.kind, model.damage) == ("fast", "words", None)
    headline = model.tasks["words"]
    assert headline is not None
    assert (headline.measure, headline.data) == ("f1_positive", "babe words, folds by outlet")


def test_sentence_columns_have_their_names() -> None:
    reading = reading_of(*SENTENCES)
    assert sentence_columns(reading, cue_table(reading)).shape == (len(SENTENCES), len(sentence_names()))

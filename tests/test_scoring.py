"""Scores and their explanations."""

from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rhetoric.analysis import Analyzer, analyze, analyze_many
from rhetoric.cues import cue_table
from rhetoric.cues.table import CueTable
from rhetoric.features.input import Batch, read_batch
from rhetoric.installed import installed_models
from rhetoric.model import LinearModel
from rhetoric.priors import adjust
from rhetoric.reading.reading import Reading, read_document
from rhetoric.scorers import load_scorer, load_scorers, log_odds_of
from rhetoric.scoring import Explanation, Scorer, SentenceScorer, linear_log_odds, sigmoid
from rhetoric.tasks import LABELS, TASKS
from rhetoric.types import Cue, RhetoricError, RhetoricWarning, Sentence

SENTENCES = [
    "The council met on Monday.",
    "What a shameless, appalling giveaway to the rich!",
    "“It is a farce,” said Ann Lee.",
    "",
    "You know, perhaps we should not pay for this?",
    "The so-called “plan” has failed AGAIN!!",
    "😀 \ud800 漢字",
    "The mayor said the bridge was safe, according to the clerk.",
    "?",
    "farce " * 200,
]
PAGE = (
    "Council backs bridge\n\nThe council met on Monday. “It is a shameless farce,” said Ann Lee. "
    "What a fiasco! "
    "The mayor said the bridge was, perhaps, a mistake.\n\nWho needs it? "
    "The so-called “plan” has failed, obviously."
)
COMMENTS = ["You are wrong, and you KNOW it!!", "I think the bridge is fine."]


LINEAR = [(task, m.name) for m in installed_models() if m.kind == "linear" for task in m.tasks]


@pytest.fixture(scope="module")
def scorer() -> Scorer:
    loaded = load_scorer("opinion", model="fast")
    assert isinstance(loaded, Scorer)
    return loaded


@pytest.fixture(scope="module", params=LINEAR, ids="-".join)
def any_scorer(request: pytest.FixtureRequest) -> Scorer:
    """Each linear model that is shipped."""
    return load_scorer(*request.param)


def test_shape_dtype_range(scorer: Scorer) -> None:
    scores = scorer.score(SENTENCES)
    assert scores.shape == (len(SENTENCES),)
    assert scores.dtype == np.float64
    assert ((scores > 0) & (scores < 1)).all()
    assert len(set(scores.tolist())) > 5


def test_opinion_scores_above_report(scorer: Scorer) -> None:
    report, opinion = scorer.score(SENTENCES[:2])
    assert report < scorer.threshold < opinion
    assert opinion - report > 0.4


@pytest.mark.parametrize(
    "nothing", [[], (), iter([]), pd.Series([], dtype=object)], ids=["list", "tuple", "iter", "Series"]
)
def test_no_sentences(scorer: Scorer, nothing: object) -> None:
    scores = scorer.score(nothing)  # type: ignore[arg-type]
    assert scores.shape == (0,)
    assert scores.dtype == np.float64


def test_missing_sentences_score_nan(scorer: Scorer) -> None:
    scores = scorer.score([None, "A farce.", float("nan"), pd.NA, np.nan, "", pd.NaT])  # type: ignore[list-item]
    assert np.isnan(scores).tolist() == [True, False, True, True, True, False, True]
    assert scores[[1, 5]].tolist() == scorer.score(["A farce.", ""]).tolist()
    column = pd.Series(["A farce.", None, "It is late."], dtype="string")
    assert np.isnan(scorer.score(column)).tolist() == [False, True, False]
    assert np.isnan(scorer.score([None])).all()


def test_sentences_without_a_word_score_alike_whatever_white_space_they_hold(scorer: Scorer) -> None:
    assert len(set(scorer.score(["", " ", "\n\t", "\u200b", "\u2028"]).tolist())) == 1


@pytest.mark.parametrize(
    ("given", "got"),
    [
        ("a lone string", "Got 'a lone string' instead"),
        (b"bytes", "Got b'bytes' instead"),
        (None, "Got NoneType instead"),
        (0.5, "Got float instead"),
        (Sentence(0, 1, "a"), "Got Sentence instead"),
    ],
    ids=["str", "bytes", "None", "float", "Sentence"],
)
def test_no_list_of_sentences(scorer: Scorer, given: object, got: str) -> None:
    with pytest.raises(
        TypeError, match=rf"^The 'sentences' parameter of Scorer\.score must be a list .* {got}"
    ):
        scorer.score(given)  # type: ignore[arg-type]


@pytest.mark.parametrize("entry", [b"bytes", 3, ["a"], 0.5, True], ids=repr)
def test_an_entry_that_is_no_text(scorer: Scorer, entry: object) -> None:
    with pytest.raises(
        TypeError, match=rf"must hold str or Sentence\. Got {type(entry).__name__} at row 2 instead"
    ):
        scorer.score(["a", None, entry])  # type: ignore[list-item]


PIECES = st.sampled_from(
    ["The council", "met", "a shameless farce", "perhaps", "“", "”", "\"", "’",
     "said Lee", "according to Ann Lee", ",", ".",
     "!", "?!", "NEVER", "so-called", "we", "you", "1,200", "\n", "\u2028",
     "\ud800", "😀", "e\u0301", "漢字", "it’s", "\x00"]
)  # fmt: skip
TEXTS = st.one_of(
    st.lists(PIECES, max_size=12).map(" ".join), st.text(st.characters(exclude_categories=()), max_size=20)
)
ITEMS = st.one_of(
    TEXTS,
    st.none(),
    st.builds(
        Sentence,
        st.just(0),
        st.just(1),
        TEXTS,
        st.sampled_from(["title", "body", "caption", "comment"]),
        st.sampled_from(["writer", "quoted", "reported", "mixed"]),
    ),
)


@settings(max_examples=120, deadline=None)
@given(st.lists(ITEMS, min_size=1, max_size=9), st.randoms(use_true_random=False))
def test_the_same_to_the_last_bit_alone_and_in_any_batch(
    scorer: Scorer, items: list[str | Sentence | None], random: object
) -> None:
    together = scorer.score(items)
    alone = np.concatenate([scorer.score([item]) for item in items])
    assert together.tobytes() == alone.tobytes()
    order = list(range(len(items)))
    random.shuffle(order)  # type: ignore[attr-defined]
    assert scorer.score([items[i] for i in order]).tobytes() == together[order].tobytes()
    assert scorer.score(iter(items * 2)).tobytes() == np.tile(together, 2).tobytes()


def test_the_same_to_the_last_bit_in_a_large_batch(scorer: Scorer) -> None:
    """Larger than a chunk, so that the sentences meet all sorts of neighbours."""
    random = np.random.default_rng(3)
    expected = scorer.score(SENTENCES)
    picked = random.integers(0, len(SENTENCES), 1300)
    assert scorer.score([SENTENCES[i] for i in picked]).tobytes() == expected[picked].tobytes()


def test_line_ends_within_a_sentence_change_nothing_but_white_space(scorer: Scorer) -> None:
    one, other = scorer.score(["It is a shameless farce.", "It is\na shameless\r\n farce."])
    assert one == pytest.approx(other, abs=1e-12)


# Explanations


def assert_explains(scorer: Scorer, item: str | Sentence, explanation: Explanation) -> None:
    text = item if isinstance(item, str) else item.text
    assert explanation.text == text
    total = explanation.intercept + sum(c.value for c in explanation.contributions)
    assert total == pytest.approx(explanation.log_odds, abs=1e-6)
    assert 1 / (1 + math.exp(-explanation.log_odds)) == pytest.approx(explanation.probability, abs=1e-12)
    assert explanation.probability == scorer.score([item])[0]
    sizes = [abs(c.value) for c in explanation.contributions]
    assert sizes == sorted(sizes, reverse=True)
    for contribution in explanation.contributions:
        assert text[contribution.start : contribution.end] == contribution.text
        assert contribution.source in ("wording", "cue", "sentence")
        if contribution.source != "sentence":
            assert contribution.text
        assert contribution.feature


def test_every_task_has_a_linear_model() -> None:
    assert {task for task, _ in LINEAR} == set(TASKS)


@pytest.mark.parametrize("sentence", SENTENCES, ids=[s[:20] for s in SENTENCES])
def test_explain(any_scorer: Scorer, sentence: str) -> None:
    assert_explains(any_scorer, sentence, any_scorer.explain(sentence))


@settings(max_examples=60, deadline=None)
@given(ITEMS.filter(lambda item: item is not None))
def test_explain_any_sentence(any_scorer: Scorer, item: str | Sentence) -> None:
    assert_explains(any_scorer, item, any_scorer.explain(item))


def test_explain_the_sentences_of_a_report(scorer: Scorer) -> None:
    report = analyze(PAGE, COMMENTS)
    assert sum(bool(s.cues) for s in report.sentences) >= 6
    for sentence in report.sentences:
        explanation = scorer.explain(sentence.sentence)
        assert_explains(scorer, sentence.sentence, explanation)
        assert explanation.probability == pytest.approx(sentence.p_opinion, abs=1e-9)
        shown = sorted(
            (c.start - sentence.start, c.end - sentence.start)
            for c in sentence.cues
            if c.rule != "loaded/model"
        )
        assert sorted((c.start, c.end) for c in explanation.contributions if c.source == "cue") == shown


def test_an_explanation_names_what_it_found(scorer: Scorer) -> None:
    explanation = scorer.explain("What a shameless farce!")
    cues = {c.feature for c in explanation.contributions if c.source == "cue"}
    assert cues == {"loaded/evaluative-adjective: shameless", "loaded/evaluative-noun: farce"}
    assert {c.feature for c in explanation.contributions if c.source == "sentence"} <= {
        "voice=writer", "part=body", "log words", "exclamation mark",
    }  # fmt: skip
    wordings = {c.text for c in explanation.contributions if c.source == "wording"}
    assert wordings == {"What", "a", "shameless", "farce", "!"}
    lines = str(explanation).splitlines()
    assert lines[0].startswith(f"p = {explanation.probability:.3f}")
    assert len(lines) == 1 + len(explanation.contributions)


def test_cues_above_the_cap_share(scorer: Scorer) -> None:
    explanation = scorer.explain("Farce, farce, farce, farce, farce, farce.")
    values = [c.value for c in explanation.contributions if c.source == "cue"]
    assert len(values) == 6
    assert len(set(values)) == 1


def test_cues_that_no_rule_of_this_version_found_do_not_count(scorer: Scorer) -> None:
    own = Cue("of my own", 0, 2, "It", "of my own/x", "made up", 0.5, "writer")
    known = Cue("loaded", 8, 13, "farce", "loaded/evaluative-noun", "made up", 0.5, "writer")
    both, one = (Sentence(0, 14, "It is a farce.", cues=cues) for cues in ((own, known), (known,)))
    assert scorer.score([both]).tolist() == scorer.score([one]).tolist()
    assert_explains(scorer, both, scorer.explain(both))


@pytest.mark.parametrize("item", [None, 3, b"a", ["A farce."]], ids=repr)
def test_explain_wants_one_sentence(scorer: Scorer, item: object) -> None:
    with pytest.raises(
        TypeError, match=r"The 'sentence' parameter of Scorer\.explain must be a str or Sentence"
    ):
        scorer.explain(item)  # type: ignore[arg-type]


# One scoring path


def test_the_pipeline_agrees(any_scorer: Scorer) -> None:
    scorer, pipeline = any_scorer, any_scorer.pipeline
    assert pipeline.classes_.tolist() == list(reversed(LABELS[scorer.task]))
    found = pipeline.predict_proba(SENTENCES)
    assert found[:, 1] == pytest.approx(scorer.score(SENTENCES), abs=1e-6)
    items = [s.sentence for s in analyze(PAGE, COMMENTS).sentences]
    assert pipeline.predict_proba(items)[:, 1] == pytest.approx(scorer.score(items), abs=1e-6)
    assert scorer.pipeline is pipeline


@settings(max_examples=40, deadline=None)
@given(st.lists(TEXTS, min_size=1, max_size=5))
def test_the_pipeline_agrees_on_anything(scorer: Scorer, sentences: list[str]) -> None:
    assert scorer.pipeline.predict_proba(sentences)[:, 1] == pytest.approx(scorer.score(sentences), abs=1e-6)


def test_the_sentences_of_a_report_score_as_the_report_says(scorer: Scorer) -> None:
    report = analyze(PAGE, COMMENTS)
    scores = scorer.score([s.sentence for s in report.sentences])
    assert scores.tolist() == pytest.approx([s.p_opinion for s in report.sentences], abs=1e-9)
    assert [s.label for s in report.sentences] == [
        "opinion" if p >= scorer.threshold else "report" for p in scores.tolist()
    ]
    assert report.threshold == scorer.threshold
    assert report.model == scorer.name


def test_a_sentence_in_which_the_report_saw_no_cue_scores_without_one(scorer: Scorer) -> None:
    """In a quotation of three sentences "said" hands nothing over; alone the sentence would have a cue."""
    report = analyze(
        "“It is late. The mayor said the bridge would open in June. We wait,” said Ann Lee of Hull."
    )
    middle = report.sentences[1]
    assert (middle.voice, middle.cues) == ("quoted", ())
    assert scorer.score([middle.sentence])[0] == pytest.approx(middle.p_opinion, abs=1e-9)
    assert [c for c in scorer.explain(middle.sentence).contributions if c.source == "cue"] == []


PAGES = st.lists(
    st.one_of(
        PIECES, st.sampled_from(["\n\n", "Comments\n\nAnn says:\nNo!\n\nLee says:\n", "# ", "- ", "> "])
    ),
    max_size=25,
).map(" ".join)


@settings(max_examples=80, deadline=None)
@given(PAGES, st.lists(TEXTS, max_size=2))
@pytest.mark.filterwarnings("ignore::rhetoric.types.RhetoricWarning")
def test_the_sentences_of_any_report_score_as_the_report_says(
    scorer: Scorer, text: str, comments: list[str]
) -> None:
    report = analyze(text, comments)
    scores = scorer.score([s.sentence for s in report.sentences])
    assert scores.tolist() == pytest.approx([s.p_opinion for s in report.sentences], abs=1e-9)


def test_many_are_as_one() -> None:
    texts = [PAGE, "", "What a farce!"]
    reports = analyze_many(iter(texts))
    assert [r.sentences for r in reports] == [analyze(t).sentences for t in texts]


def test_the_offsets_of_a_sentence_do_not_count(scorer: Scorer) -> None:
    here, there = Sentence(0, 17, "A shameless farce"), Sentence(900, 917, "A shameless farce")
    assert scorer.score([here]).tolist() == scorer.score([there]).tolist()


def test_part_and_voice_count(scorer: Scorer) -> None:
    text = "It is a farce."
    scores = {
        scorer.score([Sentence(0, len(text), text, "body", v)])[0] for v in ("writer", "quoted", "reported")
    }  # type: ignore[arg-type]
    assert len(scores) == 3


# Several at once


def two_kinds_of_columns() -> list[Scorer]:
    """Four scorers, of which two make their n-grams alike, and the other two in a way of their own."""
    random = np.random.default_rng(1)
    out = []
    for i, bits in enumerate((10, 9, 10, 11)):
        model = load_scorer("hedge").model
        words, characters = random.normal(size=(2, 1 << bits)).astype(np.float32)
        features = {
            **model.card["features"],
            "words": {"ngram_range": [1, 2], "bits": bits},
            "characters": {"ngram_range": [2, 4], "bits": bits},
        }
        card = {**model.card, "name": f"model {i}", "features": features}
        cues, voice = random.normal(size=len(model.cues)), random.normal(size=len(model.voice))
        out.append(Scorer(LinearModel(words, characters, cues, voice, 0.1 * i, card)))
    return out


@pytest.mark.parametrize("kind", ["shipped", "of two kinds"])
def test_several_at_once_are_as_each_alone_to_the_last_bit(kind: str) -> None:
    scorers = load_scorers() if kind == "shipped" else two_kinds_of_columns()
    _, reading = read_document(PAGE, COMMENTS)
    table = cue_table(reading)
    together = log_odds_of(scorers, reading, table)
    assert together.shape == (len(reading.start), 4)
    for i, one in enumerate(scorers):
        assert together[:, i].tobytes() == one.log_odds(reading, table).tobytes()
    assert len({column.tobytes() for column in together.T}) == 4


@settings(max_examples=40, deadline=None)
@given(st.lists(ITEMS, max_size=6))
def test_several_at_once_on_anything(items: list[str | Sentence | None]) -> None:
    scorers = load_scorers()
    batch = read_batch(items)
    together = log_odds_of(scorers, batch.reading, batch.table, batch)
    assert together.shape == (len(items), 4)
    rows = [i for i, item in enumerate(items) if item is not None]
    for i, one in enumerate(scorers):
        assert sigmoid(together[rows, i]).tobytes() == one.score(items)[rows].tobytes()


def test_models_that_make_their_columns_otherwise_share_none(scorer: Scorer) -> None:
    batch = read_batch(["A farce."])
    models = [scorer.model, two_kinds_of_columns()[0].model]
    with pytest.raises(ValueError, match="share no columns"):
        linear_log_odds(models, batch.reading, batch.table)


class Network:
    """A stand-in for a transformer, which counts how often it reads."""

    def __init__(self) -> None:
        self.reads = 0

    def logits(self, reading: Reading) -> np.ndarray:
        self.reads += 1
        return reading.start[:, None] + np.arange(4.0)


class NetworkScorer(SentenceScorer):
    """One task of it."""

    def __init__(self, transformer: Network, task: str) -> None:
        super().__init__(task, "network", {"threshold": 0.5, "share": 0.3})
        self.transformer = transformer

    def calibrated(self, logits: np.ndarray) -> np.ndarray:
        return logits[:, TASKS.index(self.task)] * 0.5 + 1

    def log_odds(self, reading: Reading, table: CueTable, batch: Batch | None = None) -> np.ndarray:
        return self.calibrated(self.transformer.logits(reading))

    def explain(self, sentence: str | Sentence) -> Explanation:
        raise NotImplementedError


def test_scorers_of_one_network_have_it_read_once() -> None:
    one, other = Network(), Network()
    mixed = [
        NetworkScorer(one, "opinion"),
        load_scorer("loaded"),
        NetworkScorer(one, "sarcasm"),
        NetworkScorer(other, "hedge"),
    ]
    _, reading = read_document(PAGE, COMMENTS)
    table = cue_table(reading)
    together = log_odds_of(mixed, reading, table)  # type: ignore[arg-type]
    assert (one.reads, other.reads) == (1, 1)
    for i, scorer in enumerate(mixed):
        assert together[:, i].tobytes() == scorer.log_odds(reading, table).tobytes()
    report = Analyzer(mixed).analyze(PAGE, COMMENTS)  # type: ignore[arg-type]
    assert list(report.models.values()) == ["network", "fast", "network", "network"]
    assert one.reads == 4  # once for the report


# All tasks in a report


def test_a_report_has_the_scores_of_every_task() -> None:
    report = analyze(PAGE, COMMENTS)
    sentences = [s.sentence for s in report.sentences]
    for one in load_scorers():
        found = [s.scores[one.task] for s in report.sentences]
        assert found == pytest.approx(one.score(sentences).tolist(), abs=1e-9)
        assert report.thresholds[one.task] == one.threshold
        assert report.models[one.task] == one.name
    assert list(report.sentences[0].scores) == list(report.thresholds) == list(TASKS)
    assert report.thresholds["opinion"] == report.threshold
    assert report.shares == {}
    frame = report.to_frame()
    assert [c for c in frame.columns if c.startswith("p_")] == [f"p_{task}" for task in TASKS]
    assert [type(p) for s in report.sentences for p in s.scores.values()] == [float] * 4 * len(sentences)


def test_flags_are_tasks_at_their_threshold_and_sarcasm_counts_in_comments_alone() -> None:
    report = analyze(PAGE, COMMENTS)
    everything = replace(report, thresholds=dict.fromkeys(TASKS, 0.0))
    for sentence in everything.sentences:
        expected = ("loaded", "sarcasm", "hedge") if sentence.part == "comment" else ("loaded", "hedge")
        assert everything.flags(sentence) == expected
    sentence = report.sentences[0]
    at = replace(report, thresholds={**dict.fromkeys(TASKS, 1.0), "hedge": sentence.scores["hedge"]})
    assert at.flags(sentence) == ("hedge",)
    assert replace(report, thresholds={}).flags(sentence) == ()


def test_an_analyzer_takes_a_scorer_for_its_task_and_fast_for_the_others() -> None:
    own = two_kinds_of_columns()[1]
    report = Analyzer(own).analyze(PAGE)
    assert report.models == {"opinion": "fast", "loaded": "fast", "sarcasm": "fast", "hedge": "model 1"}
    sentences = [s.sentence for s in report.sentences]
    assert [s.scores["hedge"] for s in report.sentences] == pytest.approx(own.score(sentences), abs=1e-9)
    assert [s.p_opinion for s in report.sentences] == [s.p_opinion for s in analyze(PAGE).sentences]
    assert Analyzer([own, load_scorer("opinion")]).analyze(PAGE) == report


# The share of positives


def test_a_share_restates_the_scores(any_scorer: Scorer) -> None:
    scorer = Scorer(replace(any_scorer.model, card={**any_scorer.card, "share": 0.4}))
    plain = scorer.score([*SENTENCES, None])
    assert scorer.score([*SENTENCES, None], share=0.4)[:-1] == pytest.approx(plain[:-1], abs=1e-12)
    rarer, commoner = scorer.score([*SENTENCES, None], share=0.1), scorer.score([*SENTENCES, None], share=0.8)
    assert rarer[:-1] == pytest.approx(adjust(plain[:-1], 0.4, 0.1), abs=1e-15)
    assert (rarer[:-1] < plain[:-1]).all()
    assert (commoner[:-1] > plain[:-1]).all()
    assert np.isnan(rarer[-1])
    with pytest.warns(RhetoricWarning, match=f"estimated from {len(SENTENCES)} sentences"):
        estimated = scorer.score([*SENTENCES, None], share="estimate")
    with pytest.warns(RhetoricWarning, match="estimated"):
        share = scorer.share_for(plain, "estimate")
    assert estimated[:-1] == pytest.approx(adjust(plain[:-1], 0.4, share), abs=1e-12)


def test_no_share_on_the_card(scorer: Scorer) -> None:
    card = {key: value for key, value in scorer.card.items() if key != "share"}
    without = Scorer(replace(scorer.model, card=card))
    assert without.share is None
    without.score(SENTENCES)
    for share in (0.3, "estimate"):
        with pytest.raises(RhetoricError, match=r"'fast' for the task 'opinion' does not say at which share"):
            without.score(SENTENCES, share=share)
        with pytest.raises(RhetoricError, match="does not say at which share"):
            Analyzer(without, share).analyze(PAGE)


@pytest.mark.parametrize(
    ("share", "error", "got"),
    [
        (0, ValueError, "Got 0.0 instead"),
        (1.0, ValueError, "Got 1.0 instead"),
        (-0.2, ValueError, "Got -0.2 instead"),
        (float("nan"), ValueError, "Got nan instead"),
        ("guess", ValueError, "Got 'guess' instead"),
        (True, TypeError, "Got bool instead"),
        ([0.3], TypeError, "Got list instead"),
    ],
)
def test_a_share_that_is_none(share: object, error: type[Exception], got: str) -> None:
    with pytest.raises(error, match=rf"^The 'share' parameter of Scorer\.score .*{got}"):
        load_scorer("hedge").score(["A farce."], share=share)  # type: ignore[arg-type]
    with pytest.raises(error, match=got):
        analyze("A farce.", share={"hedge": share})  # type: ignore[dict-item]


def test_a_report_for_a_stated_share() -> None:
    plain, report = analyze(PAGE, COMMENTS), analyze(PAGE, COMMENTS, share={"hedge": 0.05, "loaded": 0.9})
    assert report.shares == {"loaded": 0.9, "hedge": 0.05}
    assert report.thresholds == plain.thresholds
    for before, after in zip(plain.sentences, report.sentences, strict=True):
        assert after.scores["hedge"] < before.scores["hedge"]
        assert after.scores["loaded"] > before.scores["loaded"]
        assert after.scores["sarcasm"] == before.scores["sarcasm"]
        assert after.label == before.label
    with pytest.raises(RhetoricError, match=r"must name tasks of opinion, .* Got 'irony' instead"):
        analyze(PAGE, share={"irony": 0.3})


def test_a_lone_share_is_that_of_opinion_and_moves_the_labels(scorer: Scorer) -> None:
    own = Scorer(replace(scorer.model, card={**scorer.card, "share": 0.35}))
    counts = []
    for share in (0.02, 0.35, 0.95):
        report = Analyzer(own, share).analyze(PAGE, COMMENTS)
        assert report.shares == {"opinion": share}
        assert report.threshold == scorer.threshold
        counts.append(sum(s.label == "opinion" for s in report.sentences))
    assert counts[0] < counts[1] < counts[2]


# Loading


def test_a_scorer_tells_what_it_is(scorer: Scorer) -> None:
    assert (scorer.task, scorer.name) == ("opinion", "fast")
    assert 0 < scorer.threshold < 1
    assert scorer.card["task"] == "opinion"
    assert repr(scorer) == f"Scorer(task='opinion', model='fast', threshold={scorer.threshold:.3f})"
    assert load_scorer() is load_scorer("opinion", "fast") is scorer


@pytest.mark.parametrize("task", ["sarkasm", "", None, 3])
def test_an_unknown_task(task: object) -> None:
    with pytest.raises(
        RhetoricError,
        match=r"The 'task' parameter of load_scorer must be one of opinion, loaded, sarcasm, hedge\. Got ",
    ):
        load_scorer(task)  # type: ignore[arg-type]


@pytest.mark.parametrize("model", ["quick", "no/such/folder", "../fast", "", "opinion-fast"])
def test_an_unknown_model(model: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(RhetoricError) as caught:
        load_scorer("opinion", model)
    assert f"'{model}'" in str(caught.value)
    assert "fast" in str(caught.value)
    with pytest.raises(RhetoricError):
        analyze("A farce.", model=model)


def test_a_model_that_is_no_name() -> None:
    with pytest.raises(
        TypeError, match=r"The 'model' parameter of load_scorer must be a str\. Got PosixPath instead\."
    ):
        load_scorer("opinion", Path("/tmp"))  # type: ignore[arg-type]


def test_a_scorer_for_every_task(tmp_path: Path) -> None:
    assert [s.task for s in load_scorers()] == list(TASKS)
    assert load_scorers("fast") is load_scorers()
    assert all(load_scorer(s.task) is s for s in load_scorers())
    with pytest.raises(RhetoricError, match="No model 'quick'"):
        load_scorers("quick")
    with pytest.raises(
        TypeError, match=r"The 'model' parameter of load_scorers must be a str\. Got NoneType"
    ):
        load_scorers(None)  # type: ignore[arg-type]


def test_sigmoid() -> None:
    log_odds = np.array([-1e308, -800.0, -2.0, 0.0, 2.0, 800.0, 1e308])
    found = sigmoid(log_odds)
    assert found[[0, 1, 3, 5, 6]].tolist() == [0, 0, 0.5, 1, 1]
    assert found[[2, 4]] == pytest.approx([1 / (1 + math.exp(2)), 1 / (1 + math.exp(-2))], abs=1e-15)


def test_the_sentences_of_a_report_can_be_passed_as_they_are() -> None:
    report = analyze("The council met. What a shameless farce!", comments=["Yeah right."])
    scorer = load_scorer("opinion")
    assert scorer.score(report.sentences).tolist() == pytest.approx([s.p_opinion for s in report.sentences])
    why = scorer.explain(report.sentences[1])  # type: ignore[arg-type]
    assert why.probability == pytest.approx(report.sentences[1].p_opinion)

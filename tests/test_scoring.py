"""Scores and their explanations."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rhetoric.analysis import analyze, analyze_many
from rhetoric.scoring import Explanation, Scorer, load_scorer, sigmoid
from rhetoric.types import Cue, RhetoricError, Sentence

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


@pytest.fixture(scope="module")
def scorer() -> Scorer:
    return load_scorer("opinion", model="fast")


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


@pytest.mark.parametrize("sentence", SENTENCES, ids=[s[:20] for s in SENTENCES])
def test_explain(scorer: Scorer, sentence: str) -> None:
    assert_explains(scorer, sentence, scorer.explain(sentence))


@settings(max_examples=120, deadline=None)
@given(ITEMS.filter(lambda item: item is not None))
def test_explain_any_sentence(scorer: Scorer, item: str | Sentence) -> None:
    assert_explains(scorer, item, scorer.explain(item))


def test_explain_the_sentences_of_a_report(scorer: Scorer) -> None:
    report = analyze(PAGE, COMMENTS)
    assert sum(bool(s.cues) for s in report.sentences) >= 6
    for sentence in report.sentences:
        explanation = scorer.explain(sentence.sentence)
        assert_explains(scorer, sentence.sentence, explanation)
        assert explanation.probability == pytest.approx(sentence.p_opinion, abs=1e-9)
        shown = sorted((c.start - sentence.start, c.end - sentence.start) for c in sentence.cues)
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


def test_the_pipeline_agrees(scorer: Scorer) -> None:
    pipeline = scorer.pipeline
    assert pipeline.classes_.tolist() == ["report", "opinion"]
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
        RhetoricError, match=r"The 'task' parameter of load_scorer must be one of opinion\. Got "
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

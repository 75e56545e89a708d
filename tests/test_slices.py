"""Slices of sentences, and measures by slice."""

from __future__ import annotations

import logging

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rhetoric.cues import cue_table
from rhetoric.evaluation.metrics import evaluate_scores
from rhetoric.evaluation.slices import SHORT, evaluate_slices, one_class, slices_of
from rhetoric.features.input import read_batch
from rhetoric.reading.reading import read_document, read_sentences
from rhetoric.types import PARTS, Sentence

SENTENCES = (
    "The ferry left at nine.",
    "“We are late,” the captain said.",
    "The so-called 'experts' met on Monday.",
    "The minister said the bridge would close in May.",
    'He read from "The Long Way".',
    "Obviously, this is a shameless giveaway!",
)


def sliced(texts: list[str]) -> dict[str, np.ndarray]:
    reading = read_sentences(texts)
    return slices_of(reading, cue_table(reading))


def test_quoted_by_marks_or_by_voice() -> None:
    found = sliced(list(SENTENCES))
    assert found["quoted"].tolist() == [False, True, True, True, True, False]
    assert (found["unquoted"] == ~found["quoted"]).all()


@pytest.mark.parametrize("mark", ['"', "“", "”", "„", "«", "»"])
def test_a_lone_mark_is_enough_and_an_apostrophe_is_not(mark: str) -> None:
    assert sliced([f"{mark}It rained all day.", "It didn't rain in the Joneses' town."])[
        "quoted"
    ].tolist() == [
        True,
        False,
    ]


def test_short_and_long_by_words_and_numbers() -> None:
    short = " ".join(["rain"] * (SHORT - 1)) + " 40."
    found = sliced([short, f"More {short}", "!?", short.replace(" ", ", ")])
    assert found["short"].tolist() == [True, False, True, True]
    assert (found["long"] == ~found["short"]).all()


def test_cues_of_anyone_count() -> None:
    found = sliced(["The ferry left at nine.", "What a shameless farce!", "“A shameless farce,” said Lee."])
    assert found["with cues"].tolist() == [False, True, True]
    assert (found["without cues"] == ~found["with cues"]).all()


def test_parts_of_the_page() -> None:
    rows = [Sentence(0, 9, "It rained", part, "writer") for part in PARTS]
    batch = read_batch(rows)
    found = slices_of(batch.reading, batch.table)
    for name, part in (("headline", "title"), ("body", "body"), ("comment", "comment")):
        assert found[name].tolist() == [p == part for p in PARTS]


def test_a_whole_page() -> None:
    _, reading = read_document(
        "Ferry late again\n\nIt left at ten. “Never again,” said Lee.", ["What a farce!"]
    )
    found = slices_of(reading, cue_table(reading))
    assert found["headline"].tolist() == [True, False, False, False]
    assert found["comment"].tolist() == [False, False, False, True]
    assert found["quoted"].tolist() == [False, False, True, False]


@settings(max_examples=60, deadline=None)
@given(st.lists(st.text(max_size=40), max_size=6))
def test_a_sentence_has_the_same_slices_alone(texts: list[str]) -> None:
    texts = [" ".join(text.split()) for text in texts]  # a sentence holds no line break
    together = sliced(texts)
    assert {len(inside) for inside in together.values()} == {len(texts)}
    for row, text in enumerate(texts):
        alone = {name: bool(inside[0]) for name, inside in sliced([text]).items()}
        assert alone == {name: bool(inside[row]) for name, inside in together.items()}


# Measures


def labelled(n: int = 80) -> tuple[np.ndarray, np.ndarray, dict[str, np.ndarray]]:
    random = np.random.default_rng(0)
    y = random.random(n) < 0.4
    p = np.clip(random.random(n) * 0.5 + 0.4 * y, 0, 1)
    first = np.arange(n) < n // 2
    return y, p, {"first": first, "second": ~first, "positives": y, "none": np.zeros(n, dtype=bool)}


def test_a_slice_is_measured_as_if_it_were_the_set(caplog: pytest.LogCaptureFixture) -> None:
    y, p, slices = labelled()
    groups = np.array([f"g{i // 4}" for i in range(len(y))], dtype=object)
    with caplog.at_level(logging.INFO):
        found = evaluate_slices(y, p, 0.44, slices, groups, resamples=40)
    assert list(found) == ["first", "second"]
    for name, evaluation in found.items():
        at = slices[name]
        assert evaluation == evaluate_scores(y[at], p[at], 0.44, groups[at], resamples=40)
    said = "\n".join(r.getMessage() for r in caplog.records)
    assert f"'positives' left out: its {y.sum()} rows" in said
    assert "'none' left out: its 0 rows" in said


def test_slices_of_one_class_with_their_size() -> None:
    y, _, slices = labelled()
    assert one_class(y, slices) == {"positives": int(y.sum()), "none": 0}
    assert one_class(y, {"all": np.ones(len(y), dtype=bool)}) == {}


def test_without_groups_rows_are_drawn() -> None:
    y, p, slices = labelled()
    found = evaluate_slices(y, p, 0.5, {"first": slices["first"]}, resamples=20)
    at = slices["first"]
    assert found == {"first": evaluate_scores(y[at], p[at], 0.5, resamples=20)}


def test_a_cut_a_row_is_sliced_too() -> None:
    y, p, slices = labelled()
    cuts = np.where(np.arange(len(y)) % 2, 0.3, 0.6)
    found = evaluate_slices(y, p, cuts, {"second": slices["second"]}, resamples=20)
    at = slices["second"]
    assert found["second"] == evaluate_scores(y[at], p[at], cuts[at], resamples=20)
    assert found != evaluate_slices(y, p, 0.45, {"second": at}, resamples=20)


def test_a_slice_of_another_length_is_refused() -> None:
    y, p, _ = labelled()
    with pytest.raises(ValueError, match="The slice 'odd' must have a value for each label"):
        evaluate_slices(y, p, 0.5, {"odd": np.ones(3, dtype=bool)})

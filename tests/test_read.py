"""Text -> Document, whatever the text."""

from __future__ import annotations

import dataclasses
import time
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rhetoric.reading import read, read_document, read_sentences
from rhetoric.types import PARTS, VOICES, Document

PAGE = (
    "Council backs bridge\r\n\r\nThe council met on Monday. "
    "\u201cIt is a mess,\u201d said Ann Lee \U0001f600.\r\n"
    "\tThe mayor said the bridge was safe.\u2028Photo: City Press\n\n"
    "The so-called \u201cplan\u201d has failed.\n\n"
    "Comments\n\nBob says:\nYou are wrong!"
)


def assert_offsets(document: Document) -> None:
    text = document.text
    spans: list[Any] = [
        *document.blocks,
        *document.sentences,
        *document.quotations,
        *document.scare_quotes,
        *document.attributions,
    ]
    for quotation in document.quotations:
        spans += [s for s in (quotation.source, quotation.verb) if s]
    for attribution in document.attributions:
        spans += [s for s in (attribution.source, attribution.content) if s]
    for span in spans:
        assert text[span.start : span.end] == span.text != ""
    for units in (document.blocks, document.sentences):
        covered = np.zeros(len(text), dtype=np.int64)
        for unit in units:
            covered[unit.start : unit.end] += 1
        ink = np.array([not c.isspace() for c in text], dtype=np.bool_)
        assert covered.max(initial=0) <= 1
        assert (covered[ink] == 1).all()


def test_a_page() -> None:
    document = read(PAGE)
    assert_offsets(document)
    assert document.text == PAGE
    assert [(s.part, s.voice) for s in document.sentences] == [
        ("title", "writer"), ("body", "writer"), ("body", "quoted"), ("body", "reported"),
        ("caption", "writer"), ("body", "writer"), ("comment", "writer"), ("comment", "writer"),
        ("comment", "writer"),
    ]  # fmt: skip
    assert [q.text for q in document.quotations] == ["\u201cIt is a mess,\u201d"]
    assert [s.text for s in document.scare_quotes] == ["\u201cplan\u201d"]
    assert all(s.cues == () for s in document.sentences)
    assert document.warnings == ()


def test_the_workings_fit_the_document() -> None:
    document, reading = read_document(PAGE)
    assert len(reading) == len(document.sentences)
    assert [(s.start, s.end) for s in document.sentences] == list(
        zip(reading.start.tolist(), reading.end.tolist(), strict=True)
    )
    assert [PARTS[p] for p in reading.part] == [s.part for s in document.sentences]
    assert [VOICES[v] for v in reading.voice] == [s.voice for s in document.sentences]
    assert len(reading.sentence_of) == len(reading.tokens)
    own = reading.sentence_of
    assert (reading.start[own] <= reading.tokens.start).all()
    assert (reading.tokens.end <= reading.end[own]).all()


def test_comments_given_apart() -> None:
    given: list[Any] = ["I agree.\n\nYou are right.", None, float("nan"), "", "No!"]
    document = read(PAGE, given)
    assert document.text == PAGE + "\n\nI agree.\n\nYou are right.\n\n\n\nNo!"
    assert_offsets(document)
    assert [(b.text, b.comment) for b in document.blocks if b.kind == "comment"] == [
        ("You are wrong!", 0), ("I agree.", 1), ("You are right.", 1), ("No!", 3),
    ]  # fmt: skip
    assert [s.part for s in document.sentences][-3:] == ["comment"] * 3


def test_comments_of_any_iterable() -> None:
    assert read("A page.", iter(["One."])) == read("A page.", ["One."]) == read("A page.", ("One.",))
    assert read("A page.") == read("A page.", None) == read("A page.", [])


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (None, "Got NoneType instead"),
        (float("nan"), "Got NaN instead"),
        (b"bytes", "Got bytes instead.*decode"),
        (12, "Got int instead"),
        (["a"], "Got list instead"),
    ],
)
def test_a_text_that_is_none(text: object, message: str) -> None:
    with pytest.raises(TypeError, match=f"The 'text' parameter of read must be a str. {message}"):
        read(text)  # type: ignore[arg-type]


@pytest.mark.parametrize("comments", ["a lone comment", b"bytes", 3])
def test_comments_that_are_no_list(comments: object) -> None:
    with pytest.raises(TypeError, match="The 'comments' parameter of read must be a list of str"):
        read("A page.", comments)  # type: ignore[arg-type]


def test_a_comment_that_is_no_text() -> None:
    with pytest.raises(TypeError, match=r"'comments' of read must be a str\. Got int"):
        read("A page.", [3])  # type: ignore[list-item]


@pytest.mark.parametrize("text", ["", " ", "\n\n\t", "\u2028", "\u00a0"])
def test_nothing_to_read(text: str) -> None:
    document = read(text)
    assert document == Document(text, (), ())
    assert read(text, [""]).sentences == ()


GERMAN = "Der Rat hat am Montag die neue Br\u00fccke beschlossen, und niemand wei\u00df, wer sie zahlt. " * 3
RUSSIAN = "\u041c\u043e\u0441\u0442 \u043f\u043e\u0441\u0442\u0440\u043e\u044f\u0442. " * 6


@pytest.mark.parametrize("text", [GERMAN, RUSSIAN, "\u6a4b\u306f\u5b89\u5168\u3067\u3059\u3002" * 10])
def test_a_warning_of_other_languages(text: str) -> None:
    (warning,) = read(text).warnings
    assert warning.startswith("The text does not look English")


@pytest.mark.parametrize("text", ["Br\u00fccke.", "Council backs bridge", "The council met on Monday. " * 10])
def test_no_warning(text: str) -> None:
    assert read(text).warnings == ()


def test_bare_sentences() -> None:
    sentences = ["It is late.", "", "One. Two? \u201cThree,\u201d", " ", "Line\nbreak, Smith said."]
    reading = read_sentences(sentences)
    assert [reading.text[a:b] for a, b in zip(reading.start, reading.end, strict=True)] == sentences
    assert len(reading) == len(reading.voice) == len(reading.part) == len(sentences)
    own = reading.sentence_of
    assert (reading.start[own] <= reading.tokens.start).all()
    assert (reading.tokens.end <= reading.end[own]).all()
    assert len(read_sentences([])) == 0
    assert len(read_sentences([""])) == 1


def test_values_are_frozen() -> None:
    _, reading = read_document("A page.")
    with pytest.raises(dataclasses.FrozenInstanceError):
        reading.text = ""  # type: ignore[misc]


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=120), st.lists(st.text(max_size=30), max_size=3))
def test_offsets_of_any_text(text: str, comments: list[str]) -> None:
    document = read(text, comments)
    assert document.text.startswith(text)
    assert_offsets(document)


PIECES = st.sampled_from(
    ["The dam broke. ", "\u201cNo,\u201d said Ann. ", "He said it was late", "\n", "\r\n", "\n\n", "\r",
     "\u2028", "\t", "\u201c", '"', "'", "Comments\n\n", "Bob says:\n", "1. ", "- ", "> ", "\U0001f600",
     "\ud83d", "\x00", "   ", "?!", "...", "(", ")", "according to ", "U.S. ", "3.14 ", "\u200b", "\ufeff"]
)  # fmt: skip


@settings(max_examples=300, deadline=None)
@given(st.lists(PIECES, max_size=40).map("".join))
def test_offsets_of_rough_pages(text: str) -> None:
    assert_offsets(read(text))


@settings(max_examples=100, deadline=None)
@given(st.lists(st.text(max_size=30), max_size=6))
def test_any_sentences(sentences: list[str]) -> None:
    reading = read_sentences(sentences)
    assert [reading.text[a:b] for a, b in zip(reading.start, reading.end, strict=True)] == sentences
    assert (reading.sentence_of[1:] >= reading.sentence_of[:-1]).all()


HOSTILE = {
    "one line": "The cat sat on the mat and said that it was fine. " * 20_000,
    "marks": '"' * 100_000,
    "opening marks": "\u201c" * 100_000,
    "opening marks before words": "\u201ca " * 50_000,
    "single marks": " '" * 50_000,
    "brackets": "(" * 50_000,
    "shouting": "!?" * 25_000,
    "emoji": "\U0001f600" * 5_000,
    "one word": "a" * 200_000,
    "NUL": "\x00" * 100_000,
    "surrogates": "\ud800" * 50_000,
    "stops": ". " * 25_000,
    "lines": "\n" * 100_000,
    "list": "1. a\n" * 50_000,
    "commas": "a, " * 50_000,
    "verbs": "he said " * 10_000,
    "names": "Name says:\n\n" * 20_000,
    "comments": f"{PAGE}\n" + "Bob\n2 hours ago\nYou are wrong!\nReply\n" * 10_000,
    "numbers": f"{PAGE}\n" + "1" * 190,
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_texts_take_linear_time(name: str) -> None:
    text = HOSTILE[name]
    read("Warm up. He said so.")
    started = time.perf_counter()
    read(text)
    assert (
        time.perf_counter() - started < 10
    )  # about a hundred times less is usual: this only catches squares


def test_missing_comments_of_a_data_frame_are_left_out() -> None:
    comments = pd.Series(["One.", None, pd.NA, float("nan"), "Two."], dtype=object)
    parts = [s.text for s in read("The council met.", comments).sentences if s.part == "comment"]
    assert parts == ["One.", "Two."]

"""Tokens against a slow reference written here, one character at a time."""

from __future__ import annotations

import re
import time
import unicodedata
from typing import NamedTuple

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rhetoric.reading.keysets import KeySet, key_set
from rhetoric.reading.tokens import (
    CAPITALISED,
    DIGIT,
    LOWER,
    MARK,
    QUOTE,
    UPPER,
    WORD,
    Tokens,
    code_points,
    prefix_hashes,
    span_hashes,
    tokenize,
)

APOSTROPHES = "'’ʼ‘"
QUOTES = '"“”„‟«»‹›‚‛`'
HYPHENS = "-‐‑"
SOFT_HYPHEN = "\u00ad"
COMPOSABLE = re.compile("[\u00ad\u0300-\u036f]")
SPECIAL = 0x3000  # from here on characters are not folded, and none of them is upper case


class Expected(NamedTuple):
    start: int
    end: int
    kind: int
    shape: int
    folded: str | None  # None for a number


def is_digit(c: str) -> bool:
    return c.isdigit()


def is_letter(c: str) -> bool:
    return not c.isdigit() and (c.isalnum() or unicodedata.combining(c) != 0 or c == SOFT_HYPHEN)


def is_gap(c: str) -> bool:
    return c.isspace() or c in "\x00\u200b\ufeff"


def fold(c: str) -> str:
    if c in APOSTROPHES:
        return "'"
    if ord(c) >= SPECIAL:
        return c
    lower = c.lower()
    base = unicodedata.normalize("NFD", lower)[0]
    if base.isalpha():
        return base
    return lower if len(lower) == 1 else c


def is_upper(c: str) -> bool:
    return ord(c) < SPECIAL and c.isupper()


def belongs(text: str, i: int) -> bool:
    """Whether the character is part of a word or number."""
    c = text[i]
    if is_letter(c) or is_digit(c):
        return True
    if not 0 < i < len(text) - 1:
        return False
    before, after = text[i - 1], text[i + 1]
    if c in APOSTROPHES:
        return (is_letter(before) or is_digit(before)) and (is_letter(after) or is_digit(after))
    return c in ".,:" and is_digit(before) and is_digit(after)


def joins(text: str, i: int) -> bool:
    """Whether the character is a hyphen within a word, which is no token."""
    inside = 0 < i < len(text) - 1
    return (
        text[i] in HYPHENS and inside and all(is_letter(c) or is_digit(c) for c in (text[i - 1], text[i + 1]))
    )


def slow_tokens(text: str) -> list[Expected]:
    found: list[Expected] = []
    i = 0
    while i < len(text):
        if belongs(text, i):
            end = i
            while end < len(text) and belongs(text, end):
                end += 1
            found.append(slow_composed(text, i, end))
            i = end
            continue
        c = text[i]
        if not is_gap(c) and not joins(text, i):
            kind = QUOTE if c in QUOTES or c in APOSTROPHES else MARK
            found.append(Expected(i, i + 1, kind, LOWER, fold(c)))
        i += 1
    return found


def slow_composed(text: str, start: int, end: int) -> Expected:
    """A word with combining marks or soft hyphens counts as its composed form, where that is one word."""
    wording = text[start:end]
    if len(wording) > 1 and COMPOSABLE.search(wording):
        plain = unicodedata.normalize("NFC", wording.replace(SOFT_HYPHEN, ""))
        if not COMPOSABLE.search(plain):
            tokens = slow_tokens(plain)
            if len(tokens) == 1:
                return tokens[0]._replace(start=start, end=end)
    return slow_word(text, start, end)


def slow_word(text: str, start: int, end: int) -> Expected:
    wording = text[start:end]
    letters = [c for c in wording if is_letter(c)]
    if not letters:
        return Expected(start, end, DIGIT, LOWER, None)
    shape = LOWER
    if is_upper(wording[0]):
        shape = UPPER if len(letters) >= 2 and all(is_upper(c) for c in letters) else CAPITALISED
    return Expected(start, end, WORD, shape, "".join(map(fold, wording)))


PIECES = st.sampled_from(
    ["so-called", "so called", "isn’t", "isn't", "Isnʼt", "1,000.5", "12:30",
     "3.", ".5", "5th", "A.", "U.S.", "NATO",
     "McCoy", "d'être", "Ångström", "ŒUVRE", "'", "’", "‘", "“", "”", "«", "»",
     "-", "–", "—", "…", "\u00ad", "\u200b",
     "\u200d", "\ufe0f", "\x00", "\r\n", "\n", "\u2028", "\u00a0", "\ufeff",
     "e\u0301", "\u0301", "İ", "ß", "ŉ", "½", "²",
     "٣", "\ud800", "\udfff", "😀", "👩\u200d👩\u200d👧", "🇩🇪", "👍🏽", "漢字", "Ａ",
     "שלום", "مرحبا", " ", "\t", ".", ",", ":", "9",
     "a", "B"]
)  # fmt: skip
ANY_CHARACTER = st.characters(exclude_categories=())
TEXTS = st.one_of(
    st.lists(PIECES, max_size=25).map("".join),
    st.text(ANY_CHARACTER, max_size=40),
    st.lists(st.one_of(PIECES, ANY_CHARACTER), max_size=30).map("".join),
)


def words(text: str) -> list[str]:
    tokens = tokenize(text)
    return [text[a:b] for a, b in zip(tokens.start.tolist(), tokens.end.tolist(), strict=True)]


def assert_tokens_sound(text: str, tokens: Tokens) -> None:
    n = len(tokens)
    assert all(len(column) == n for column in (tokens.end, tokens.key, tokens.kind, tokens.shape))
    assert len(tokens.codes) == len(tokens.value) == len(text)
    assert (tokens.start < tokens.end).all()
    assert (tokens.end[:-1] <= tokens.start[1:]).all()
    if n:
        assert tokens.start[0] >= 0
        assert tokens.end[-1] <= len(text)


@settings(max_examples=500, deadline=None)
@given(TEXTS)
def test_equals_the_slow_reference(text: str) -> None:
    tokens, expected = tokenize(text), slow_tokens(text)
    assert_tokens_sound(text, tokens)
    columns = (tokens.start, tokens.end, tokens.kind)
    assert list(zip(*(c.tolist() for c in columns), strict=True)) == [
        (e.start, e.end, e.kind) for e in expected
    ]
    for token, shape in zip(expected, tokens.shape.tolist(), strict=True):
        if not any(unicodedata.combining(c) for c in text[token.start : token.end]):
            assert shape == token.shape


@settings(max_examples=300, deadline=None)
@given(TEXTS, TEXTS)
def test_keys_are_those_of_folded_words(one: str, other: str) -> None:
    """Same folded word, same key wherever it stands; other folded word, other key."""
    key_of: dict[str | None, int] = {}
    for text in (one, other, f"{other}\n{one}"):
        for expected, key in zip(slow_tokens(text), tokenize(text).key.tolist(), strict=True):
            assert key_of.setdefault(expected.folded, key) == key
    bare = {word and "".join(c for c in word if not unicodedata.combining(c)) for word in key_of}
    assert len(bare) <= len(set(key_of.values())) <= len(key_of)


@settings(max_examples=200, deadline=None)
@given(TEXTS, TEXTS)
def test_joined_by_a_newline_nothing_changes(one: str, other: str) -> None:
    left, right, both = tokenize(one), tokenize(other), tokenize(f"{one}\n{other}")
    assert both.key.tolist() == [*left.key.tolist(), *right.key.tolist()]
    assert both.start.tolist() == [*left.start.tolist(), *(right.start + len(one) + 1).tolist()]
    assert both.shape.tolist() == [*left.shape.tolist(), *right.shape.tolist()]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("so-called", "so called"),
        ("so‑called", "so  called"),
        ("isn’t", "isn't"),
        ("ISN'T", "isn’t"),
        ("rock ’n’ roll", "rock 'n' roll"),
        ("café", "CAFE"),
        ("naïve", "naive"),
        ("Ångström", "angstrom"),
        ("1,000.50", "7"),
        ("12:30", "2"),
        ("٣", "3"),
        ("1990-2000", "5 6"),
        ("a\u200bb", "a b"),
        ("a\x00b", "a b"),
    ],
)
def test_written_otherwise_but_the_same(one: str, other: str) -> None:
    assert tokenize(one).key.tolist() == tokenize(other).key.tolist()


@pytest.mark.parametrize("word", ["café", "naïve", "Ångström", "ÉCOLE", "señor"])
def test_accents_do_not_count_however_they_are_encoded(word: str) -> None:
    composed = tokenize(unicodedata.normalize("NFC", word))
    decomposed = tokenize(unicodedata.normalize("NFD", word))
    assert len(composed) == len(decomposed) == 1
    assert composed.key.tolist() == decomposed.key.tolist()
    assert composed.shape.tolist() == decomposed.shape.tolist()


@pytest.mark.parametrize(
    ("one", "other"),
    [("its", "it's"), ("5th", "5"), ("a", "b"), ("ab", "ba"), ("aa", "aaa"), ("?", "!"), ("6", "o")],
)
def test_other_words_have_other_keys(one: str, other: str) -> None:
    assert tokenize(one).key.tolist() != tokenize(other).key.tolist()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", []),
        (" \t\n\u2028", []),
        ("The mayor's $1,200.50 trip...", ["The", "mayor's", "$", "1,200.50", "trip", ".", ".", "."]),
        ("well-to-do", ["well", "to", "do"]),
        ("- a -b c- --", ["-", "a", "-", "b", "c", "-", "-", "-"]),
        ("‘tis the boys’ turn", ["‘", "tis", "the", "boys", "’", "turn"]),
        ("U.S. at 10:45, v2.0", ["U", ".", "S", ".", "at", "10:45", ",", "v2.0"]),
        ("3, 4", ["3", ",", "4"]),
        ("“No”", ["“", "No", "”"]),
        ("😀!", ["😀", "!"]),
        ("x\ud800y", ["x", "\ud800", "y"]),
    ],
)
def test_cut(text: str, expected: list[str]) -> None:
    assert words(text) == expected


@pytest.mark.parametrize(
    ("word", "shape"),
    [
        ("taxes", LOWER),
        ("Taxes", CAPITALISED),
        ("TAXES", UPPER),
        ("I", CAPITALISED),
        ("A1", CAPITALISED),
        ("AB1", UPPER),
        ("McCoy", CAPITALISED),
        ("eBay", LOWER),
        ("DON’T", UPPER),
        ("DON’t", CAPITALISED),
        ("1ST", LOWER),
        ("42", LOWER),
        ("ÉCOLE", UPPER),
        ("École", CAPITALISED),
        ("!", LOWER),
        ("漢字", LOWER),
    ],
)
def test_shape(word: str, shape: int) -> None:
    assert tokenize(word).shape.tolist() == [shape]
    assert tokenize(f"on {word} at").shape.tolist() == [LOWER, shape, LOWER]


@pytest.mark.parametrize(
    ("token", "kind"),
    [("word", WORD), ("5th", WORD), ("7", DIGIT), ("1,2", DIGIT), ("“", QUOTE),
     ("'", QUOTE), ("`", QUOTE), ("?", MARK),
     ("…", MARK), ("-", MARK), (",", MARK), ("😀", MARK), ("½", WORD), ("²", DIGIT)],
)  # fmt: skip
def test_kind(token: str, kind: int) -> None:
    assert tokenize(token).kind.tolist() == [kind]


@settings(max_examples=100, deadline=None)
@given(TEXTS)
def test_code_points_are_the_text(text: str) -> None:
    assert code_points(text).tolist() == [ord(c) for c in text]


@settings(max_examples=100, deadline=None)
@given(st.lists(st.integers(0, 2**64 - 1), max_size=12), st.lists(st.integers(0, 2**64 - 1), max_size=12))
def test_span_hashes_do_not_depend_on_the_place(before: list[int], span: list[int]) -> None:
    there = prefix_hashes(np.array(before + span, dtype=np.uint64))
    here = prefix_hashes(np.array(span, dtype=np.uint64))
    start, end = np.array([len(before)]), np.array([len(before) + len(span)])
    alone = span_hashes(here, np.array([0]), np.array([len(span)]))
    assert span_hashes(there, start, end).tolist() == alone.tolist()


VOCABULARY = [
    "so",
    "called",
    "isn’t",
    "Ann",
    "ann",
    "5",
    "77",
    "?",
    "!",
    "漢字",
    "“",
    "né",
    "ne",
    "bridge",
    "tax",
]


@settings(max_examples=150, deadline=None)
@given(st.lists(st.sampled_from(VOCABULARY)), st.lists(st.sampled_from(VOCABULARY)))
def test_key_set(among: list[str], asked: list[str]) -> None:
    folded = {e.folded for word in among for e in slow_tokens(word)}
    expected = [e.folded in folded for word in asked for e in slow_tokens(word)]
    tokens = tokenize(" ".join(asked))
    assert KeySet(" ".join(among)).holds(tokens.key).tolist() == expected


def test_key_set_is_made_once() -> None:
    assert key_set("one two") is key_set("one two")
    assert key_set("").holds(tokenize("one").key).tolist() == [False]


def test_the_same_text_gives_the_same_arrays() -> None:
    text = "It’s a so-called “plan” of 1,200 pages 😀."
    one, other = tokenize(text), tokenize(text)
    for name in ("codes", "value", "start", "end", "key", "kind", "shape"):
        assert getattr(one, name).tobytes() == getattr(other, name).tobytes()


def best_time(text: str) -> float:
    times = []
    for _ in range(3):
        began = time.perf_counter()
        tokenize(text)
        times.append(time.perf_counter() - began)
    return min(times)


@pytest.mark.parametrize(
    "piece", ["The council’s so-called plan cost 1,200 pounds. ", "a", "“", "😀 漢", "1,", "-"]
)
def test_a_megabyte_takes_linear_time(piece: str) -> None:
    text = piece * (1_000_000 // len(piece))
    half = text[: len(text) // 2]
    tokenize(text)  # tables are made once
    whole = best_time(text)
    assert whole < 2
    assert whole < 4 * best_time(half) + 0.05


def test_a_megabyte_is_cut_as_its_pieces_are() -> None:
    piece = "The council’s so-called plan cost 1,200 pounds.\n"
    assert tokenize(piece * 20_000).key.tolist() == tokenize(piece).key.tolist() * 20_000
    assert len(re.findall(r"\S+", piece)) == 7

"""Which words are proper names, and what stands in for them before n-grams are made."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rhetoric.reading.names import (
    NAME,
    NUMBER,
    PLAIN,
    PRONOUN,
    common_words,
    find_names,
    mask_classes,
    openings,
)
from rhetoric.reading.tokens import tokenize


def names(sentence: str) -> list[str]:
    tokens = tokenize(sentence)
    found = find_names(tokens, np.zeros(len(tokens), dtype=np.int64))
    return [
        sentence[a:b] for a, b in zip(tokens.start[found].tolist(), tokens.end[found].tolist(), strict=True)
    ]


def classes(sentence: str) -> dict[str, int]:
    tokens = tokenize(sentence)
    found = mask_classes(tokens, find_names(tokens, np.zeros(len(tokens), dtype=np.int64))).tolist()
    spans = zip(tokens.start.tolist(), tokens.end.tolist(), strict=True)
    return {sentence[a:b]: c for (a, b), c in zip(spans, found, strict=True)}


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        # Inside a sentence a capital makes a name, also of a common word.
        ("The mayor met Ann Lee in Paris.", ["Ann", "Lee", "Paris"]),
        ("The store of Brilliant Earth is closed.", ["Brilliant", "Earth"]),
        ("The bill of Senator McCoy failed.", ["Senator", "McCoy"]),
        ("They walked from Zürich to the Ångström Society before lunch.", ["Zürich", "Ångström", "Society"]),
        # At the start only an uncommon word is one.
        ("Taxes rose again.", []),
        ("Smith resigned.", ["Smith"]),
        ("“Smith resigned,” the paper said.", ["Smith"]),
        ("“Taxes rose,” the paper said.", []),
        # So it is behind a mark that opens.
        ("The paper said: “Taxes rose.”", []),
        ("The paper said: Smith resigned, and that Taxes rose.", ["Smith", "Taxes"]),
        # Acronyms are names, shouted common words are not.
        ("The NATO summit and the EU met.", ["NATO", "EU"]),
        ("This is SHAMEFUL behaviour.", []),
        ("We asked the US and IT staff.", ["US", "IT"]),
        ("THE CHAIRMAN LIED TO US ALL AGAIN.", []),
        # In a headline capitals say nothing.
        ("Critics Attack Brazen Giveaway", []),
        ("Critics Attack Brazen Giveaway of Quixley", ["Quixley"]),
        # Never names: the pronoun I, days and months.
        ("On Monday I met her and I’m glad.", []),
        ("The vote is in October, not in June.", []),
        # Marks and numbers never are.
        ("42 — ? 😀", []),
        ("", []),
    ],
)
def test_names(sentence: str, expected: list[str]) -> None:
    assert names(sentence) == expected


def test_mask_classes() -> None:
    found = classes("She told Ann that he’d 12 Democrats, 3 muslims and a plan of his!")
    assert found == {
        "She": PRONOUN, "told": PLAIN, "Ann": NAME, "that": PLAIN,
        "he’d": PRONOUN, "12": NUMBER, "Democrats": NAME,
        ",": PLAIN, "3": NUMBER, "muslims": NAME, "and": PLAIN, "a": PLAIN,
        "plan": PLAIN, "of": PLAIN, "his": PRONOUN,
        "!": PLAIN,
    }  # fmt: skip


@pytest.mark.parametrize("pronoun", ["he", "He", "SHE", "her", "himself", "she’s"])
def test_gendered_pronouns_are_one_class_however_they_are_written(pronoun: str) -> None:
    assert classes(f"So {pronoun} left")[pronoun] == PRONOUN


@pytest.mark.parametrize("pronoun", ["they", "it", "we", "you", "I"])
def test_other_pronouns_stay(pronoun: str) -> None:
    assert classes(f"So {pronoun} left")[pronoun] == PLAIN


def test_common_words() -> None:
    held = common_words().holds(tokenize("disaster The quixley smith ann praised").key)
    assert held.tolist() == [True, True, False, False, False, True]


def test_openings_are_words_whose_capital_says_nothing() -> None:
    text = "“Yes, she said.\n7 were there: Nine of them.\n...\n\nNo! Why, “So” (But"
    tokens = tokenize(text)
    line_starts = [0, 16, 44, 48, 49]
    assert [text[i - 1] for i in line_starts[1:]] == ["\n"] * 4
    first = openings(tokens, np.searchsorted(line_starts, tokens.start, side="right") - 1)
    found = [text[a:b] for a, b in zip(tokens.start[first], tokens.end[first], strict=True)]
    assert found == ["Yes", "were", "Nine", "No", "Why", "So", "But"]


SENTENCES = st.lists(
    st.sampled_from(
        [
            "Ann",
            "The",
            "the",
            "NATO",
            "SHAME",
            "Smith",
            "brazen",
            "Giveaway",
            "“",
            ".",
            "7",
            "I",
            "Monday",
            "Émile",
            "😀",
        ]
    ),
    max_size=9,
).map(" ".join)


@settings(max_examples=200, deadline=None)
@given(st.lists(SENTENCES, min_size=1, max_size=6), st.integers(0, 5))
def test_names_do_not_depend_on_the_batch(sentences: list[str], offset: int) -> None:
    text = "\n".join(sentences)
    tokens = tokenize(text)
    starts = np.cumsum([0] + [len(s) + 1 for s in sentences[:-1]])
    of = np.searchsorted(starts, tokens.start, side="right") - 1
    found = find_names(tokens, of + offset)
    expected = []
    for sentence in sentences:
        alone = tokenize(sentence)
        expected += find_names(alone, np.zeros(len(alone), dtype=np.int64)).tolist()
    assert found.tolist() == expected
    lower = tokens.shape == 0
    assert not found[lower].any()

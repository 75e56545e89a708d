"""What a transformer reads: masked words, and the pieces that they are cut into."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rhetoric.features.masked import MASK, masked_words
from rhetoric.features.pieces import NO_WORD, Pieces, first_pieces, pad
from rhetoric.reading.names import NAME, PLAIN, PRONOUN, mask_classes
from rhetoric.reading.reading import Reading, read_document, read_sentences

PIECES = [
    "Ann Lee",
    "Hull",
    "she’s",
    "Her",
    "him",
    "himself",
    "“done”",
    "—",
    "…",
    "x",
    "5",
    "😀",
    "é",
    "\n",
    "The",
]
LINES = st.lists(st.one_of(st.sampled_from(PIECES), st.text(max_size=8)), max_size=10).map(" ".join)


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("Yesterday Ann Lee told the council of Hull.", "Yesterday [MASK] told the council of [MASK] ."),
        ("It was in Paris, France.", "It was in [MASK] , [MASK] ."),
        ("“Done” — ‘so’ it is…", "\" Done \" - ' so ' it is ."),
        ("Her plan is hers; his is himself, for him.", "their plan is theirs ; their is themselves , for them ."),
        ("SHE’S sure that he’ll pay.", "they's sure that they'll pay ."),
        ("😀 12 per cent", "😀 12 per cent"),
        ("cut \ud800 off", "cut \N{REPLACEMENT CHARACTER} off"),
        ("", ""),
    ],
)  # fmt: skip
def test_words(sentence: str, expected: str) -> None:
    words, owners = masked_words(read_sentences([sentence]))
    assert words == [expected.split()]
    assert [len(o) for o in owners] == [len(w) for w in words]


def slow_words(reading: Reading) -> list[list[tuple[int, str]]]:
    """Owner and word, token by token; pronouns as they stand."""
    classes = mask_classes(reading.tokens, reading.names).tolist()
    out: list[list[tuple[int, str]]] = [[] for _ in range(len(reading))]
    sentences = reading.sentence_of.tolist()
    for token, (sentence, of) in enumerate(zip(sentences, classes, strict=True)):
        goes_on = token > 0 and of == classes[token - 1] == NAME and sentences[token - 1] == sentence
        if sentence >= 0 and not goes_on:
            text = reading.text[reading.tokens.start[token] : reading.tokens.end[token]]
            out[sentence].append((token, MASK if of == NAME else text))
    return out


@settings(max_examples=60, deadline=None)
@given(st.lists(LINES, max_size=4))
def test_equals_the_slow_reference(sentences: list[str]) -> None:
    for reading in (read_sentences(sentences), read_document("\n\n".join(sentences))[1]):
        words, owners = masked_words(reading)
        classes = mask_classes(reading.tokens, reading.names)
        slow = slow_words(reading)
        assert [o.tolist() for o in owners] == [[token for token, _ in row] for row in slow]
        for row, own, found in zip(slow, owners, words, strict=True):
            for (_, expected), of, word in zip(row, classes[own].tolist(), found, strict=True):
                if of == PRONOUN:
                    assert word.startswith("the")
                elif of == PLAIN and expected.isalnum():
                    assert word == expected
                assert (word == MASK) == (of == NAME) or expected == MASK
                assert word


@settings(max_examples=30, deadline=None)
@given(st.lists(LINES, min_size=1, max_size=4))
def test_the_same_alone_and_in_a_batch(sentences: list[str]) -> None:
    together, _ = masked_words(read_sentences(sentences))
    assert together == [masked_words(read_sentences([s]))[0][0] for s in sentences]


def test_first_pieces() -> None:
    word = np.array([NO_WORD, 0, 0, 1, 2, 2, 2, NO_WORD])
    at, words = first_pieces(Pieces(np.arange(8), word, np.arange(5)))
    assert at.tolist() == [1, 3, 4]
    assert words.tolist() == [0, 1, 2]
    at, words = first_pieces(Pieces(np.arange(2), np.full(2, NO_WORD), np.arange(0)))
    assert (at.tolist(), words.tolist()) == ([], [])


def test_pad() -> None:
    ids, mask = pad([np.array([5, 6, 7]), np.array([8]), np.array([], dtype=np.int64)])
    assert ids.tolist() == [[5, 6, 7], [8, 0, 0], [0, 0, 0]]
    assert mask.tolist() == [[1, 1, 1], [1, 0, 0], [0, 0, 0]]
    assert [a.shape for a in pad([])] == [(0, 0), (0, 0)]

"""Hashed n-grams against a slow reference written here: plain Python, one n-gram at a time."""

from __future__ import annotations

import math
from collections import Counter

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rhetoric.features.hashed import HashedNgrams
from rhetoric.features.input import read_batch
from rhetoric.features.ngrams import each_window, segment_sums, streams, weigh
from rhetoric.reading.names import NAME, NUMBER, PLAIN, PRONOUN, find_names, mask_classes
from rhetoric.reading.tokens import tokenize

MODULUS = 1 << 64
BASE = 0x9E3779B97F4A7C15
STAND_INS = {NAME: "\ue000", PRONOUN: "\ue001", NUMBER: "0"}

Symbols = list[int]


def mix(x: int) -> int:
    x ^= x >> 30
    x = x * 0xBF58476D1CE4E5B9 % MODULUS
    x ^= x >> 27
    x = x * 0x94D049BB133111EB % MODULUS
    return x ^ (x >> 31)


def character_value(code: int) -> int:
    return mix((code + 1) * BASE % MODULUS)


def polynomial(values: Symbols) -> int:
    return sum(value * pow(BASE, i, MODULUS) for i, value in enumerate(values)) % MODULUS


def masked_tokens(sentence: str) -> list[tuple[int, list[int], int]]:
    """Class, folded code points and key of each token; names that follow on each other are one."""
    tokens = tokenize(sentence)
    classes = mask_classes(tokens, find_names(tokens, np.zeros(len(tokens), dtype=np.int64))).tolist()
    found: list[tuple[int, list[int], int]] = []
    for i, which in enumerate(classes):
        if which == NAME and i and classes[i - 1] == NAME:
            continue
        codes = tokens.codes[tokens.start[i] : tokens.end[i]].tolist()
        found.append((which, codes, int(tokens.key[i])))
    return found


def word_symbols(sentence: str) -> Symbols:
    out = []
    for which, codes, key in masked_tokens(sentence):
        if which == PLAIN:
            composable = any(
                c == 0xAD or 0x300 <= c < 0x370 for c in codes
            )  # test_tokens knows what these count as
            out.append(key if composable else mix(polynomial([character_value(c) for c in codes])))
        else:
            out.append(character_value(ord(STAND_INS[which])))
    return out


def character_symbols(sentence: str) -> Symbols:
    tokens = masked_tokens(sentence)
    if not tokens:
        return []
    codes = [ord(" ")]
    for which, own, _ in tokens:
        codes += own if which == PLAIN else [ord(STAND_INS[which])]
        codes.append(ord(" "))
    return [character_value(c) for c in codes]


def slow_row(sentence: str, analyzer: str, ngram_range: tuple[int, int], bits: int) -> dict[int, float]:
    symbols = word_symbols(sentence) if analyzer == "word" else character_symbols(sentence)
    counts: Counter[int] = Counter()
    for n in range(ngram_range[0], ngram_range[1] + 1):
        for i in range(len(symbols) - n + 1):
            counts[polynomial(symbols[i : i + n]) >> (64 - bits)] += 1
    total = sum(counts.values())
    return {column: count / math.sqrt(total) for column, count in counts.items()}


PIECES = st.sampled_from(
    ["The", "the mayor", "Ann Lee", "Smith", "SHAME", "NATO", "he", "She",
     "his", "isn’t", "so-called", "1,200", "7", "5th",
     "“", "”", "'", ".", "?!", ",", "—", "-", "é", "É", "e\u0301", "\n", "\r\n",
     "\u2028", "\u00ad", "\x00", "\ud800", "😀",
     "👩\u200d👧", "漢字", "democrats", "Republican", "Monday", "I", "you", "disaster", "a", "b", " ", ""]
)  # fmt: skip
SENTENCES = st.one_of(
    st.lists(PIECES, max_size=12).map(" ".join),
    st.lists(PIECES, max_size=12).map("".join),
    st.text(st.characters(exclude_categories=()), max_size=25),
)
SHAPES = [
    ("word", (1, 1), 8),
    ("word", (1, 2), 18),
    ("word", (2, 3), 10),
    ("word", (1, 12), 24),
    ("char", (1, 1), 12),
    ("char", (2, 5), 19),
    ("char", (3, 3), 8),
    ("char", (1, 12), 20),
]


@pytest.mark.parametrize(("analyzer", "ngram_range", "bits"), SHAPES)
def test_equals_the_slow_reference(analyzer: str, ngram_range: tuple[int, int], bits: int) -> None:
    transformer = HashedNgrams(analyzer, ngram_range, bits)

    @settings(max_examples=60, deadline=None)
    @given(st.lists(SENTENCES, max_size=6))
    def check(sentences: list[str]) -> None:
        matrix = transformer.fit_transform(sentences)
        assert matrix.shape == (len(sentences), 1 << bits)
        matrix.sum_duplicates()
        for i, sentence in enumerate(sentences):
            row = matrix[i]
            expected = slow_row(sentence, analyzer, ngram_range, bits)
            assert sorted(row.indices.tolist()) == sorted(expected)
            found = dict(zip(row.indices.tolist(), row.data.tolist(), strict=True))
            assert found == pytest.approx(expected, rel=1e-12)

    check()


@pytest.mark.parametrize(("analyzer", "ngram_range", "bits"), SHAPES)
def test_scoring_is_the_matrix_product(analyzer: str, ngram_range: tuple[int, int], bits: int) -> None:
    weights = np.random.default_rng(5).normal(size=1 << bits).astype(np.float32)
    transformer = HashedNgrams(analyzer, ngram_range, bits)
    sizes = range(ngram_range[0], ngram_range[1] + 1)

    @settings(max_examples=40, deadline=None)
    @given(st.lists(SENTENCES, min_size=1, max_size=8))
    def check(sentences: list[str]) -> None:
        product = transformer.transform(sentences) @ weights.astype(np.float64)
        assert weighed(sentences, analyzer, sizes, bits, weights) == pytest.approx(product, abs=1e-9)

    check()


def weighed(sentences: list[str], analyzer: str, sizes: range, bits: int, weights: np.ndarray) -> np.ndarray:
    reading = read_batch(sentences).reading
    both = streams(reading.tokens, reading.names, reading.sentence_of, len(sentences))
    return weigh(both[analyzer == "char"], sizes, bits, weights)


@settings(max_examples=60, deadline=None)
@given(st.lists(SENTENCES, min_size=1, max_size=8), st.randoms(use_true_random=False))
def test_a_row_depends_on_its_sentence_alone(sentences: list[str], random: object) -> None:
    weights = np.random.default_rng(6).normal(size=1 << 12).astype(np.float32)
    shuffled = list(range(len(sentences)))
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    for analyzer, sizes in (("word", range(1, 3)), ("char", range(2, 6))):
        whole = weighed(sentences, analyzer, sizes, 12, weights)
        alone = [weighed([s], analyzer, sizes, 12, weights)[0] for s in sentences]
        assert whole.tobytes() == np.array(alone).tobytes()
        mixed = weighed([sentences[i] for i in shuffled], analyzer, sizes, 12, weights)
        assert mixed.tobytes() == whole[shuffled].tobytes()
        transformer = HashedNgrams(analyzer, (sizes[0], sizes[-1]), 12)
        matrix = transformer.transform(sentences).toarray()
        assert (
            matrix.tobytes() == np.vstack([transformer.transform([s]).toarray() for s in sentences]).tobytes()
        )


def test_a_long_batch_gives_the_same_bits_too() -> None:
    """Longer than any buffer of numpy, so that sums are cut nowhere but between sentences."""
    random = np.random.default_rng(7)
    words = np.array(
        [
            "the",
            "council",
            "met",
            "a",
            "so-called",
            "plan,",
            "Ann",
            "Lee",
            "said.",
            "disaster?",
            "isn’t",
            "1,200",
            "he",
            "of",
            "and",
            "to",
            "we",
            "😀",
        ]
    )
    sentences = [" ".join(random.choice(words, size)) for size in random.integers(0, 60, 1500)]
    sentences[700] = " ".join(random.choice(words, 30_000))
    weights = random.normal(size=1 << 12).astype(np.float32)
    for analyzer, sizes in (("word", range(1, 3)), ("char", range(2, 6))):
        whole = weighed(sentences, analyzer, sizes, 12, weights)
        some = [*range(0, 1500, 25), 699, 701, 1499]
        alone = np.array([weighed([sentences[i]], analyzer, sizes, 12, weights)[0] for i in some])
        assert whole[some].tobytes() == alone.tobytes()


def test_more_sentences_than_one_chunk() -> None:
    sentences = [f"Sentence {'x' * (i % 7)} number {i}, isn’t it?" for i in range(2500)]
    transformer = HashedNgrams("word", (1, 2), 10)
    matrix = transformer.transform(sentences)
    assert matrix.shape == (2500, 1024)
    for i in (0, 1023, 1024, 1025, 2047, 2048, 2499):
        assert (matrix[i].toarray() == transformer.transform([sentences[i]]).toarray()).all()


def rows(sentences: list[str]) -> list[list[float]]:
    return [
        [*HashedNgrams("word", (1, 2), 12).transform([s]).toarray()[0].tolist(),
         *HashedNgrams("char", (2, 4), 12).transform([s]).toarray()[0].tolist()]
        for s in sentences
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Smith praised Jones.", "Brown praised Miller."),
        ("The minister met Ann Lee in Paris.", "The minister met Xu in New York."),
        ("The bill was read by Senator Jane van Doe.", "The bill was read by Senator Roe van Moe."),
        ("He kept his word.", "She kept her word."),
        ("It cost 12 pounds.", "It cost 1,250.75 pounds."),
        ("The democrats lost.", "The republicans lost."),
        ("The café isn’t open.", "the cafe isn't open."),
        ("A so-called plan.", "a so called plan."),
        ("The UN said no.", "The NATO said no."),
    ],
)
def test_the_same_row(one: str, other: str) -> None:
    first, second = rows([one, other])
    assert first == second


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("The plan works.", "The plan fails."),
        ("It works.", "It works!"),
        ("It works?", "It works!"),
        ("a plan", "a 7"),
        ("We won.", "He won."),
        ("He said so.", "They said so."),
        ("man bites dog", "dog bites man"),
    ],
)
def test_another_row(one: str, other: str) -> None:
    first, second = rows([one, other])
    assert first != second


@pytest.mark.parametrize("analyzer", ["word", "char"])
def test_empty_sentences_have_empty_rows(analyzer: str) -> None:
    transformer = HashedNgrams(analyzer, (1, 3), 10)
    sentences = ["", " \n\t", "a plan", "", "\u200b", "so it goes", ""]
    matrix = transformer.transform(sentences)
    assert [matrix[i].nnz > 0 for i in range(7)] == [False, False, True, False, False, True, False]
    assert (matrix[2].toarray() == transformer.transform(["a plan"]).toarray()).all()
    none = transformer.transform([])
    assert none.shape == (0, 1024)
    assert weighed(["", " "], analyzer, range(1, 3), 10, np.ones(1024, dtype=np.float32)).tolist() == [0, 0]


def test_rows_without_repeats_have_norm_one() -> None:
    matrix = HashedNgrams("word", (1, 2), 24).transform(["one two three four five"])
    assert math.isclose(float((matrix.multiply(matrix)).sum()), 1.0)


@settings(max_examples=100, deadline=None)
@given(st.lists(SENTENCES, max_size=6), st.integers(1, 3), st.integers(0, 3))
def test_number_of_windows(sentences: list[str], low: int, more: int) -> None:
    sizes = range(low, low + more + 1)
    reading = read_batch(sentences).reading
    for stream, symbols in zip(
        streams(reading.tokens, reading.names, reading.sentence_of, len(sentences)),
        (word_symbols, character_symbols),
        strict=True,
    ):
        lengths = [len(symbols(s)) for s in sentences]
        assert (stream.end - stream.start).tolist() == lengths
        assert stream.n_windows(sizes).tolist() == [sum(max(n - k + 1, 0) for k in sizes) for n in lengths]


@settings(max_examples=100, deadline=None)
@given(SENTENCES, st.integers(1, 3), st.integers(0, 3))
def test_every_window_is_explained_once(sentence: str, low: int, more: int) -> None:
    sizes = range(low, low + more + 1)
    reading = read_batch([sentence]).reading
    for stream in streams(reading.tokens, reading.names, reading.sentence_of, 1):
        symbols = stream.value[stream.start[0] : stream.end[0]].tolist()
        found = zip(*(column.tolist() for column in each_window(stream, sizes, 9)), strict=True)
        assert list(found) == [
            (i, n, polynomial(symbols[i : i + n]) >> (64 - 9))
            for n in sizes
            for i in range(len(symbols) - n + 1)
        ]


@settings(max_examples=100, deadline=None)
@given(st.lists(st.floats(-1e3, 1e3), max_size=30), st.lists(st.integers(0, 30), max_size=8))
def test_segment_sums(values: list[float], cuts: list[int]) -> None:
    bounds = sorted(min(c, len(values)) for c in cuts)
    start, end = np.array(bounds[:-1], dtype=np.int64), np.array(bounds[1:], dtype=np.int64)
    expected = [sum(values[a:b]) for a, b in zip(start.tolist(), end.tolist(), strict=True)]
    assert segment_sums(np.array(values), start, end).tolist() == pytest.approx(expected, abs=1e-9)

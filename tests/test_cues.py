"""Every rule fires on its marked examples and nowhere else, and every cue is true about itself.

``cue_examples.tsv`` and ``cue_examples_structural.tsv`` hold rows of rule, "fires" or "silent", and a text in
which the spans of that rule stand in [brackets]. In the latter, \\n stands for the end of a line.
"""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rhetoric.cues import FINDERS, all_rules, cue_kinds, cue_table, find_cues
from rhetoric.cues.lexical import lexical_rules
from rhetoric.reading import read, read_document, read_sentences
from rhetoric.types import VOICES, Cue

HERE = Path(__file__).resolve().parent
HEADER = "rule\texpect\ttext"


class Example(NamedTuple):
    file: str
    line: int
    rule: str
    expect: str
    marked: str

    @property
    def text(self) -> str:
        return unmarked(self.marked)[0]

    @property
    def spans(self) -> list[tuple[int, int]]:
        return unmarked(self.marked)[1]

    @property
    def id(self) -> str:
        return f"{self.file}:{self.line} {self.rule} {self.expect}"


def unmarked(marked: str) -> tuple[str, list[tuple[int, int]]]:
    """The text without brackets, and where they stood."""
    text: list[str] = []
    opened: list[int] = []
    spans: list[tuple[int, int]] = []
    for character in marked:
        if character == "[":
            opened.append(len(text))
        elif character == "]":
            spans.append((opened.pop(), len(text)))
        else:
            text.append(character)
    assert not opened
    return "".join(text), sorted(spans)


def load(name: str) -> list[Example]:
    first, *lines = (HERE / name).read_text(encoding="utf-8").splitlines()
    assert first == HEADER
    rows = [(number, line.split("\t")) for number, line in enumerate(lines, start=2)]
    structural = name == "cue_examples_structural.tsv"
    return [
        Example(name.removesuffix(".tsv"), n, rule, expect, text.replace("\\n", "\n") if structural else text)
        for n, (rule, expect, text) in rows
    ]


EXAMPLES = load("cue_examples.tsv") + load("cue_examples_structural.tsv")


def test_unmarked() -> None:
    assert unmarked("a [b [c]] d") == ("a b c d", [(2, 5), (4, 5)])


@pytest.mark.parametrize("example", EXAMPLES, ids=[e.id for e in EXAMPLES])
def test_example(example: Example) -> None:
    found = [(c.start, c.end) for c in find_cues(example.text) if c.rule == example.rule]
    assert [example.text[a:b] for a, b in found] == [example.text[a:b] for a, b in example.spans]
    assert found == example.spans


@pytest.mark.parametrize("example", EXAMPLES, ids=[e.id for e in EXAMPLES])
def test_example_says_what_it_shows(example: Example) -> None:
    assert example.expect in ("fires", "silent")
    assert bool(example.spans) == (example.expect == "fires")


def test_rules_and_examples_are_the_same_both_ways() -> None:
    rules = [rule.name for rule in all_rules()]
    assert len(rules) == len(set(rules))
    for expect in ("fires", "silent"):
        assert {e.rule for e in EXAMPLES if e.expect == expect} == set(rules)


def test_rules_written_in_code_have_more_examples() -> None:
    for finder in FINDERS:
        for rule in finder.RULES:
            own = [e for e in EXAMPLES if e.rule == rule.name]
            assert len([e for e in own if e.expect == "fires"]) >= 3
            assert len([e for e in own if e.expect == "silent"]) >= 2


def test_rules_and_kinds() -> None:
    assert all_rules()[: len(lexical_rules())] == lexical_rules()
    assert [r.name for r in lexical_rules()] == sorted(r.name for r in lexical_rules())
    assert cue_kinds() == tuple(sorted({r.kind for r in all_rules()}))
    assert all(rule.why.strip() for rule in all_rules())


def found(text: str, kind: str | None = None) -> list[str]:
    return [cue.text for cue in find_cues(text) if kind in (None, cue.kind)]


# Negation


@pytest.mark.parametrize(
    "text",
    [
        "The plan was not shameless.",
        "The plan was never shameless.",
        "The plan isn’t shameless.",
        "It is by no means a shameless plan.",
        "It was hardly a shameless plan.",
        "Nobody thinks shameless is the word.",
    ],
)
def test_negated_wording_is_silent(text: str) -> None:
    assert found(text, "loaded") == []


@pytest.mark.parametrize(
    "text",
    [
        "The plan was shameless.",
        "The plan was not only shameless, it was late.",
        "The plan was not, as far as I can see, shameless.",  # more than three words away
        "They said no. Shameless, that is.",
        "Why not? A shameless plan it is.",
    ],
)
def test_wording_that_is_not_negated_counts(text: str) -> None:
    assert [wording.lower() for wording in found(text, "loaded")] == ["shameless"]


def test_a_hedge_stays_a_hedge_when_negated() -> None:
    assert found("It is not perhaps the best of plans.", "hedge") == ["perhaps"]


# Proper names


@pytest.mark.parametrize(
    "text",
    [
        "The Brilliant Earth store opened.",
        "Brilliant Earth opened a store.",
        "They like to shop at Brilliant and sometimes at Earth.",
        "He played for the Shameless band of Leeds.",
    ],
)
def test_proper_names_are_silent(text: str) -> None:
    assert found(text, "loaded") == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Brilliant plans need money.", ["Brilliant"]),
        ("A brilliant Lee sang.", ["brilliant"]),
        ("Council’s Shameless Plan Draws Brilliant Reply", ["Shameless", "Brilliant"]),
        ("It was SHAMELESS of them.", ["SHAMELESS"]),
    ],
)
def test_capitals_that_make_no_name_count(text: str, expected: list[str]) -> None:
    assert found(text, "loaded") == expected


# Voice


def voices(text: str) -> dict[str, str]:
    return {cue.text: cue.voice for cue in find_cues(text)}


def test_voice_of_a_cue() -> None:
    text = (
        "Perhaps the bridge is safe. “It is a shameless plan,” said Ann Lee, “and an appalling one.” "
        "The mayor said the vote was a farce. What a fiasco!"
    )
    by_wording = voices(text)
    assert by_wording["Perhaps"] == "writer"
    assert by_wording["shameless"] == "quoted"
    assert by_wording["appalling"] == "quoted"
    assert by_wording["farce"] == "reported"
    assert by_wording["fiasco"] == "writer"


@pytest.mark.parametrize("marks", ["“”", '""', "«»", "„“"])
def test_cues_in_a_quotation_are_quoted(marks: str) -> None:
    opening, closing = marks
    text = f"{opening}The plan is shameless and the vote is a farce,{closing} said Lee. The farce goes on."
    assert [(c.text, c.voice) for c in find_cues(text) if c.kind == "loaded"] == [
        ("shameless", "quoted"),
        ("farce", "quoted"),
        ("farce", "writer"),
    ]


def test_a_question_in_a_quotation_is_nobody_elses() -> None:
    assert found("“Who needs a bridge?” said Lee.", "rhetorical_question") == []


# What is true of every cue


def assert_cues_true(text: str, cues: list[Cue]) -> None:
    rules = {rule.name: rule for rule in all_rules()}
    for cue in cues:
        assert text[cue.start : cue.end] == cue.text != ""
        assert cue.rule in rules
        assert cue.rule.startswith(f"{cue.kind}/")
        assert cue.why.strip()
        assert "{text}" not in cue.why.replace(cue.text, "")
        assert "\n" not in cue.why
        assert 0 < cue.weight <= 1
        assert cue.voice in ("writer", "quoted", "reported")
    assert [(c.start, -c.end) for c in cues] == sorted((c.start, -c.end) for c in cues)
    assert len({(c.rule, c.start, c.end) for c in cues}) == len(cues)


@pytest.mark.parametrize("example", EXAMPLES, ids=[e.id for e in EXAMPLES])
def test_cues_of_the_examples_are_true(example: Example) -> None:
    assert_cues_true(example.text, find_cues(example.text))


PIECES = st.sampled_from(
    [e.text for e in EXAMPLES]
    + ["“", "”", "\"", "‘", "’", "(", ")", "?", "!", "?!", "...", "\n", "\n\n",
       "Comments\n\n", "Joe says:\n", "- ", "> ",
       "NOT", "not", "said Lee.", "according to Lee,", "😀", "\ud800", "\x00",
       "\u2028", "漢字", "SHAME", "{text}", "# "]
)  # fmt: skip
PAGES = st.lists(
    st.one_of(PIECES, st.text(st.characters(exclude_categories=()), max_size=6)), max_size=10
).map(" ".join)


@settings(max_examples=150, deadline=None)
@given(PAGES, st.lists(PAGES, max_size=2))
def test_cues_of_any_page_are_true(text: str, comments: list[str]) -> None:
    document = read(text, comments)
    cues = find_cues(text, comments)
    assert_cues_true(document.text, cues)
    inside = [sum(s.start <= c.start and c.end <= s.end for s in document.sentences) for c in cues]
    assert inside == [1] * len(cues)
    quoted = np.zeros(len(document.text) + 1, dtype=np.bool_)
    for quotation in document.quotations:
        quoted[quotation.start : quotation.end] = True
    for cue in cues:
        if quoted[cue.start : cue.end].all():
            assert cue.voice == "quoted"
        if not quoted[cue.start : cue.end].any():
            assert cue.voice != "quoted"


@settings(max_examples=100, deadline=None)
@given(st.lists(PIECES, max_size=6))
def test_the_table_has_the_cues_that_are_shown(sentences: list[str]) -> None:
    reading = read_sentences(sentences)
    table = cue_table(reading)
    shown = table.cues(reading.text)
    assert len(shown) == len(table)
    assert_cues_true(reading.text, [cue for _, cue in shown])
    for row, (sentence, cue) in enumerate(shown):
        assert sentence == table.sentence[row]
        assert reading.start[sentence] <= cue.start < cue.end <= reading.end[sentence]
        assert (all_rules()[table.rule[row]].name, VOICES[table.voice[row]]) == (cue.rule, cue.voice)


@settings(max_examples=60, deadline=None)
@given(st.lists(PIECES, min_size=1, max_size=6))
def test_cues_of_a_bare_sentence_do_not_depend_on_its_batch(sentences: list[str]) -> None:
    reading = read_sentences(sentences)
    together: list[list[tuple[str, int, int, str]]] = [[] for _ in sentences]
    for i, cue in cue_table(reading).cues(reading.text):
        at = int(reading.start[i])
        together[i].append((cue.rule, cue.start - at, cue.end - at, cue.voice))
    for sentence, own in zip(sentences, together, strict=True):
        alone = read_sentences([sentence])
        assert [(c.rule, c.start, c.end, c.voice) for _, c in cue_table(alone).cues(alone.text)] == own


def test_find_cues_is_the_table_of_the_document() -> None:
    text = "A shameless plan!\n\nWho needs it? “Oh, sure,” said Lee. It is a so-called “reform”."
    document, reading = read_document(text)
    assert [cue for _, cue in cue_table(reading).cues(document.text)] == find_cues(text)


def test_white_space_within_a_wording_does_not_reach_the_reason() -> None:
    (cue,) = [c for c in find_cues("It was a brilliant\t  move.") if c.kind == "loaded"]
    assert cue.text == "brilliant\t  move"
    assert "brilliant move" in cue.why


@pytest.mark.parametrize("text", ["", " ", "\n\n", "?", "“”", "😀"])
def test_no_cues(text: str) -> None:
    assert find_cues(text) == []


def test_comments_given_apart_count_on() -> None:
    cues = find_cues("The vote is on Monday.", ["A shameless plan.", "Fine.", "What a fiasco!"])
    whole = "The vote is on Monday.\n\nA shameless plan.\n\nFine.\n\nWhat a fiasco!"
    assert_cues_true(whole, cues)
    assert [c.text for c in cues if c.kind == "loaded"] == ["shameless", "fiasco"]

from __future__ import annotations

import re
import unicodedata
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from make_report import KINDS, Row, harbour, make_report

from rhetoric.report.terminal import ascii_symbols, render
from rhetoric.report.wrapping import columns

SGR = re.compile(r"\x1b\[[\d;]*m")


def width_of(line: str) -> int:
    zero = ("Mn", "Me", "Cf")
    wide = [
        0 if unicodedata.category(c) in zero else 2 if unicodedata.east_asian_width(c) in "WF" else 1
        for c in line
    ]
    return sum(wide)


def rows() -> st.SearchStrategy[list[Row]]:
    words = st.text(st.characters(), min_size=1, max_size=120)
    row = st.tuples(
        words,
        st.floats(0, 1),
        st.sampled_from(["title", "body", "caption", "comment"]),
        st.sampled_from(["writer", "quoted", "reported", "mixed"]),
        st.lists(st.sampled_from(KINDS), max_size=3),
        st.integers(0, 99),
    )
    return st.lists(row.map(marked), max_size=5)


def marked(row: tuple) -> Row:  # type: ignore[type-arg]
    words, p, part, voice, kinds, at = row
    wording = words[at % len(words) :][:5]
    return words, p, part, voice, tuple((kind, wording) for kind in kinds)


def test_a_report_reads_like_this() -> None:
    text = render(harbour())
    assert text.startswith("The pier is late again, and nobody is to blame\n─")
    assert "  article  ███████████░░░░░░░░░  57%  4 of 7\n" in text
    assert "  3   97% OPINION   It was ‹perhaps› a ‹‹truly› brilliant› and ‹shameless› piece\n" in text
    assert "                    · hedge: 'perhaps' was marked as hedge\n" in text
    assert "Note: The text has no date.\n" in text
    assert text.index("ARTICLE") < text.index("COMMENTS") < text.index("Comment 2 · reader 1")


def test_voices_are_told_apart() -> None:
    text = render(harbour())
    assert re.search(r"  4   38% report .*\n +quoted .*loaded \(quoted\): ", text)
    assert re.search(r"  2    6% report .*\n +reported ", text)
    assert re.search(r"  5   52% OPINION .*\n +has quote ", text)


def test_other_scores_are_small_tags() -> None:
    text = render(harbour())
    assert re.search(r"  3   97% OPINION .*\n +loaded .*\n +uncertain ", text)
    assert re.search(r"  8   88% OPINION .*\n +sarcastic ", text)
    assert text.count("sarcastic") == 2  # the tag, and what it means
    assert "  3   97% OPINION loaded uncertain\n" in render(harbour(), 40)
    plain = render(make_report([("It rained.", 0.1, "body", "writer", ())]))
    assert "Under the percentage" not in plain
    assert "Under the percentage: loaded, sarcastic or uncertain" in text


def test_a_stated_share_is_told() -> None:
    report = replace(harbour(), shares={"opinion": 0.2, "hedge": 0.05})
    told = "Probabilities are stated for these shares of positive sentences: opinion 20%, hedge 5%."
    assert told in " ".join(render(report).split())
    assert "shares of positive" not in render(harbour())


def test_colour_changes_nothing_but_marks() -> None:
    plain, coloured = render(harbour(), 100), render(harbour(), 100, colour=True)
    assert "\x1b" not in plain
    assert "\x1b[4;31mshameless\x1b[0m" in coloured
    assert "‹perhaps" not in coloured
    assert SGR.sub("", coloured).count("\x1b") == 0


def test_an_empty_text_is_said_to_be_empty() -> None:
    assert "There is no sentence in this text." in render(make_report([]))


def test_kinds_that_were_not_found_are_named() -> None:
    report = make_report([("It rained.", 0.1, "body", "writer", ())])
    assert "Looked for and not found: loaded, hedge," in render(report)


def test_controls_never_reach_the_terminal() -> None:
    bad = "Hi \x1b]0;owned\x07 \x9b31m \x00 \u202eabc \ud83d end\r\nnext"
    for colour in (False, True):
        text = render(make_report([(bad, 0.9, "title", "writer", (("loaded", "end"),))]), colour=colour)
        rest = SGR.sub("", text) if colour else text
        assert not {c for c in rest if unicodedata.category(c) in ("Cc", "Cs", "Cf")} - {"\n"}
        assert text.encode("utf-8")


def test_wide_letters_count_twice() -> None:
    report = make_report([("橋" * 100, 0.9, "body", "writer", (("loaded", "橋橋"),))])
    lines = render(report, 60).splitlines()
    assert max(map(width_of, lines)) <= 60
    assert columns("橋e\u0301") == 3


def test_ascii_symbols_keep_the_width() -> None:
    text = render(harbour())
    plain = ascii_symbols(text)
    assert plain.isascii()
    assert len(plain) == len(text)


@pytest.mark.parametrize("width", [0, 19, -1])
def test_a_width_that_is_too_small_is_refused(width: int) -> None:
    with pytest.raises(ValueError, match=f"'width' parameter .* must be at least 20. Got {width} instead"):
        render(harbour(), width)


@settings(max_examples=150, deadline=None)
@given(rows(), st.integers(20, 120), st.booleans())
def test_no_line_is_wider_than_asked(rows: list[Row], width: int, colour: bool) -> None:
    text = render(make_report(rows), width, colour)
    assert text.endswith("\n")
    for line in text.split("\n"):
        bare = SGR.sub("", line) if colour else line
        assert width_of(bare) <= width
        assert not any(unicodedata.category(c) in ("Cc", "Cs") for c in bare)


@settings(max_examples=50, deadline=None)
@given(st.text(st.characters(categories=["Ll", "Lu", "Zs"], max_codepoint=0x24F), min_size=1))
def test_no_word_is_lost(words: str) -> None:
    text = render(make_report([(words, 0.4, "body", "writer", ())]), 30)
    assert "".join(words.split()) in "".join(text.split())

"""How a pasted page is cut into blocks."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rhetoric.reading.blocks import split_blocks, split_comment

BODY = "The council met on Monday and voted for the new bridge."
MORE = "Work on it will begin in spring, when the river is low."


def kinds(text: str) -> list[tuple[str, str]]:
    return [(b.kind, b.part) for b in split_blocks(text)]


def names(text: str) -> list[str]:
    return [b.kind for b in split_blocks(text)]


def comments(text: str) -> list[tuple[int | None, str | None, str]]:
    return [(b.comment, b.author, b.text) for b in split_blocks(text) if b.kind == "comment"]


def test_title_and_paragraphs() -> None:
    assert kinds(f"Council backs bridge\n\n{BODY}\n\n{MORE}") == [
        ("title", "title"), ("paragraph", "body"), ("paragraph", "body"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (BODY, ["paragraph"]),
        ("Council backs bridge", ["paragraph"]),
        (f"Will the bridge ever be built?\n\n{BODY}", ["title", "paragraph"]),
        (f"Council backs bridge\n{BODY}\n{MORE}", ["title", "paragraph", "paragraph"]),
        (f"{BODY}\n{MORE}", ["paragraph", "paragraph"]),
        (f"# Council backs bridge\n{BODY}\n\n## What comes next\n\n{MORE}",
         ["title", "paragraph", "title", "paragraph"]),
        (f"Council backs bridge\n====================\n\n{BODY}", ["title", "paragraph"]),
        (f"Council backs bridge\nBy Ann Lee\n\n{BODY}\n\n{MORE}",
         ["title", "caption", "paragraph", "paragraph"]),
    ],
)  # fmt: skip
def test_titles(text: str, expected: list[str]) -> None:
    assert names(text) == expected


@pytest.mark.parametrize(
    "line",
    [
        "Photo: Ann Lee / City Press",
        "(Image credit: City Press)",
        "Image: the old bridge in 1950",
        "Photograph by Ann Lee",
        "A long view of the old bridge over the river from the northern bank",
        "The old bridge, in the middle of the picture, and the crane behind it (right)",
    ],
)
def test_captions(line: str) -> None:
    assert kinds(f"{BODY}\n\n{line}\n\n{MORE}")[1] == ("caption", "caption")
    assert kinds(f"{BODY}\n{line}\n\n{MORE}")[1] == ("caption", "caption")


def test_a_short_capitalised_line_is_a_heading() -> None:
    assert kinds(f"{BODY}\n\nWhat Comes Next\n\n{MORE}")[1] == ("title", "title")


@pytest.mark.parametrize("line", ["The mayor put it like this:", "Nobody answered."])
def test_a_line_with_a_stop_is_no_caption(line: str) -> None:
    assert names(f"{BODY}\n\n{line}\n\n{MORE}")[1] == "paragraph"


def test_lists_and_block_quotations() -> None:
    assert names(f"{BODY}\n\n- one bridge\n- two roads\n\n{MORE}") == [
        "paragraph",
        "list",
        "list",
        "paragraph",
    ]
    assert names(f"The plan has two parts:\n1. one bridge\n2. two roads\n\n{MORE}")[1:3] == ["list", "list"]
    assert names(f"{BODY}\n\n\u2022 one bridge\n\u2022 two roads\n\n{MORE}")[1:3] == ["list", "list"]
    assert names(f"{BODY}\n\n> We did not ask for it.\n\n{MORE}")[1] == "quote"
    assert names(f"{BODY}\n\n    We did not ask for it.\n\n{MORE}")[1] == "quote"


def test_hard_wrapped_lines_are_joined() -> None:
    text = (
        "The council met on Monday and voted for the new bridge,\n"
        "which has been planned for twenty years and will cost\n"
        "more than anybody thought when the first of the plans\n"
        "was drawn.\n"
        "\n"
        "Work on it will begin in spring, when the river is low\n"
        "and the ice has gone from the northern bank of it.\n"
    )
    blocks = split_blocks(text)
    assert [b.kind for b in blocks] == ["paragraph", "paragraph"]
    assert blocks[0].text.endswith("was drawn.")


def test_one_paragraph_per_line_is_not_joined() -> None:
    lines = [BODY + " " + MORE, MORE, BODY + " It was a long night.", "Nobody spoke.", MORE + " " + BODY]
    assert len(split_blocks("\n".join(lines))) == len(lines)


ARTICLE = f"Council backs bridge\n\n{BODY}\n\n{MORE}\n\n"
RANT = (
    "Rubbish, you have not read the plan at all. The council never wanted a bridge, and I told you so. "
    "Give me one reason why anybody should pay for this! You cannot."
)


@pytest.mark.parametrize(
    ("page", "expected"),
    [
        (f"Comments\n\n{RANT}\n\nI agree.", [(0, None), (1, None)]),
        (f"Comments (2)\n\nBob says:\n{RANT}\n\nAnn Lee says:\nI agree.", [(0, "Bob"), (1, "Ann Lee")]),
        (f"2 comments\n\nBob \u2022 2 hours ago\n{RANT}\nReply\n\nAnn \u2022 1 day ago\nI agree.\nReply",
         [(0, "Bob"), (1, "Ann")]),
        (f"Reader comments\n\nBob\n3 hours ago\n{RANT}\n\nAnn\n5 hours ago\nI agree.",
         [(0, "Bob"), (1, "Ann")]),
        (f"Bob \u2022 2 hours ago\n{RANT}", [(0, "Bob")]),
        (f"@bob77: {RANT}\n@ann: I agree with you.", [(0, "@bob77"), (1, "@ann")]),
        (f"Bob wrote:\n{RANT}\n\nAnn wrote:\nI agree.", [(0, "Bob"), (1, "Ann")]),
        (f"Leave a reply\n\nBob says:\n{RANT}", [(0, "Bob")]),
        (f"  1. {RANT}", [(0, None)]),
        (f"1. {RANT}\n2. {RANT}", [(0, None), (1, None)]),
    ],
)  # fmt: skip
def test_comments(page: str, expected: list[tuple[int, str | None]]) -> None:
    found = comments(ARTICLE + page)
    assert [(ordinal, author) for ordinal, author, _ in found] == expected
    assert "Rubbish" in found[0][2]
    assert all(b.part == "comment" for b in split_blocks(ARTICLE + page)[3:])


def test_a_numbered_comment_after_a_line_that_ends_in_a_colon() -> None:
    assert len(comments(f"{ARTICLE}See the film of the meeting:\n\n  1. {RANT}")) == 1


@pytest.mark.parametrize(
    "page",
    [
        "The plan has three parts:\n1. You pay for the road!\n2. I pay for it.\n3. You all pay for the rest.",
        "1. one bridge\n2. two roads",
        "The mayor said:\n\u201cYou will have your bridge!\u201d",
        "The mayor wrote:\n> You will have your bridge!",
        "Comments are closed. The council will meet again in May.",
        "Comments",
        "Discussion\n\nThe council talked about it for three hours.",
        "Leave a reply",
        "You will have your bridge, and I will have my peace!",
        "10",
    ],
)
def test_what_is_no_comment(page: str) -> None:
    assert not any(b.part == "comment" for b in split_blocks(ARTICLE + page))


def test_a_menu_above_the_article_is_no_heading_of_comments() -> None:
    text = f"Home\nNews\nComments\n\n{BODY}\n\n{MORE}"
    assert not any(b.part == "comment" for b in split_blocks(text))


@pytest.mark.parametrize(
    "text",
    [
        f"Council backs bridge\n\nAnn Lee \u2022 2 hours ago\n\n{BODY}\n\n{MORE}",
        f"{BODY}\n\n@annlee: The bridge will come!\n\n" + f"{MORE}\n\n" * 12,
    ],
)
def test_bylines_and_posts_in_the_article_are_no_comments(text: str) -> None:
    assert not any(b.part == "comment" for b in split_blocks(text))


def test_furniture_of_comments_is_kept_apart() -> None:
    blocks = split_blocks(f"{ARTICLE}Comments\n\nBob says:\n{RANT}\nReply\nLike 12\n")
    assert [(b.kind, b.part) for b in blocks[3:]] == [
        ("caption", "comment"), ("caption", "comment"), ("comment", "comment"),
        ("caption", "comment"), ("caption", "comment"),
    ]  # fmt: skip


def test_a_comment_given_apart() -> None:
    text = "page\n\nFirst line.\n\n> quoted\n\nLast line"
    blocks = split_comment(text, 6, len(text), 4)
    assert [(b.kind, b.part, b.comment) for b in blocks] == [
        ("comment", "comment", 4), ("quote", "comment", 4), ("comment", "comment", 4),
    ]  # fmt: skip


LINES = st.sampled_from(
    ["", " ", "\t", BODY, MORE, RANT, "Comments", "Bob says:", "Ann \u2022 2 hours ago", "3 hours ago",
     "Reply", "1. " + RANT, "- item", "> quote", "    indented", "# Title", "===", "---", "Photo: x",
     "short line", "\x00", "\ud800", "\U0001f600", "a:", "Share this", "@bob: you"]
)  # fmt: skip
BREAKS = st.sampled_from(["\n", "\r\n", "\r", "\n\n", "\u2028", "\x0b", "\x85", "\n \n"])


@settings(max_examples=300, deadline=None)
@given(st.lists(st.tuples(LINES, BREAKS), max_size=14).map(lambda pairs: "".join(a + b for a, b in pairs)))
def test_every_character_lies_in_one_block(text: str) -> None:
    covered = [0] * len(text)
    previous = 0
    for block in split_blocks(text):
        assert text[block.start : block.end] == block.text == block.text.strip() != ""
        assert block.start >= previous
        previous = block.end
        for i in range(block.start, block.end):
            covered[i] += 1
    assert all(count == 1 or (text[i].isspace() and count <= 1) for i, count in enumerate(covered))


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=80))
def test_any_text_is_cut(text: str) -> None:
    ink = sum(not c.isspace() for c in text)
    assert sum(not c.isspace() for b in split_blocks(text) for c in b.text) == ink

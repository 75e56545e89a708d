"""Articles for the tests of the batch: ordinary ones, and such as reading could carry over into the next."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence

from rhetoric.batch.articles import Article

# Text and comments of each; what ends or begins with an open mark would reach its neighbours if it could.
PAGES: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("The bridge opened on Monday. It is, obviously, a disaster.", ()),
    ("Bridge opens\n\n“It was late,” said Ann Lee, the clerk. She never closes “it", ()),
    ("It goes on,” said nobody. “Nor here", ("“You are wrong!! said the", "closes here” 5\" and 6'")),
    ("the mayor said", ()),
    ("“Out,” he told them. According to", ()),
    ("", ("A comment alone? You know, I doubt it.",)),
    (" \n\u00a0 ", ()),
    ('a href="x" class=', ()),
    ("\u0301accent first. So­called soft hy­phen AGAIN!", ("\u0301",)),
    ("Café, naïve; “so-called ‘plan’” of 1,000.5 — says it: ‘tis", ()),
    ("Perhaps. \x00 \ud800 漢字 😀\ufe0f", ("DUH!! You MUST be kidding, “friend”.", "lol")),
    (
        "HEADLINE IN CAPITALS\nBy Ann Lee\n\nThe council, which met on Monday, agreed. “We are proud,” it said.\n\n"
        "- one shameless point\n- another\n\n(Photo: Ann Lee)\n\nWho could possibly object?\n\n"
        "3 Comments\n\nBob says:\nThis is, in my view, an utterly appalling giveaway!!\n\n"
        "Jane says:\nYou “experts” never learn.",
        ("It is said that it may rain.",),
    ),
    ("Smith insisted that the dam was safe and that nothing had been hidden from the public at all", ()),
    ("|§|\n\n§\n\nWhy?", ()),
    ("He said:\r\n\r\n“One paragraph goes on.\r\n\r\n“And another,” she added.\rLone return", ()),
    ("Der Stadtrat hat am Montag beschlossen, die Brücke zu sperren. " * 4, ()),
)


def articles() -> list[Article]:
    """The pages as articles."""
    return [
        Article(f"a{i}", text, comments=comments, outlet="Herald", file="pages.csv", row=i + 1)
        for i, (text, comments) in enumerate(PAGES)
    ]


class Deadly(Sequence[str]):
    """Comments that kill the process that reads them, unless it is the one that made them."""

    def __init__(self) -> None:
        self.maker = os.getpid()

    def __len__(self) -> int:
        return 0

    def __getitem__(self, index: object) -> str:  # type: ignore[override]
        raise IndexError(index)

    def __iter__(self) -> Iterator[str]:
        if os.getpid() != self.maker:
            os._exit(1)
        return iter(())


class DeadlyOnce(Deadly):
    """The same, but only for the first process that reads them."""

    def __init__(self, mark: str) -> None:
        super().__init__()
        self.mark = mark

    def __iter__(self) -> Iterator[str]:
        if os.getpid() != self.maker and not os.path.exists(self.mark):
            open(self.mark, "x").close()
            os._exit(1)
        return iter(())

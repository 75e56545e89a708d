"""The values that the library is made of: frozen, and true about where they stand in the text."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Part = Literal["title", "body", "caption", "comment"]
BlockKind = Literal["title", "paragraph", "list", "quote", "caption", "comment"]
Voice = Literal["writer", "quoted", "reported", "mixed"]

PARTS: tuple[Part, ...] = ("title", "body", "caption", "comment")
VOICES: tuple[Voice, ...] = ("writer", "quoted", "reported", "mixed")


class RhetoricError(Exception):
    """An error that the user can mend; its message names the input and the remedy."""


class RhetoricWarning(UserWarning):
    """Something about the input that makes the result less trustworthy."""


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of the text: half-open code-point offsets into ``Document.text``."""

    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class Cue:
    """A stretch of wording that carries an attitude, and why it was marked.

    Parameters
    ----------
    kind : str
        The kind of cue, such as ``"hedge"`` or ``"loaded"``.
    start, end : int
        Half-open code-point offsets into the text.
    text : str
        The wording, ``document.text[start:end]``.
    rule : str
        The rule that found it, ``"kind/group"``.
    why : str
        The reason in words.
    weight : float
        How strongly the wording marks its kind, 0 to 1.
    voice : {"writer", "quoted", "reported"}
        Whose wording it is.
    """

    kind: str
    start: int
    end: int
    text: str
    rule: str
    why: str
    weight: float
    voice: Voice


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph-like unit of the page: a title, paragraph, list item, block quotation, caption or comment.

    ``comment`` is the ordinal of the comment (from 0) that the block belongs to, ``author`` the name that
    stands over it where the page gives one.
    """

    start: int
    end: int
    text: str
    kind: BlockKind
    part: Part
    comment: int | None = None
    author: str | None = None


@dataclass(frozen=True, slots=True)
class Quotation:
    """Direct speech between quotation marks (the marks included), and who says it where that can be told.

    ``closed`` is false where the closing mark is missing (a speech that runs on into the next paragraph, or
    a slip of the writer).
    """

    start: int
    end: int
    text: str
    source: Span | None = None
    verb: Span | None = None
    closed: bool = True


@dataclass(frozen=True, slots=True)
class Attribution:
    """Wording that hands a claim to a source: "said", "according to".

    ``start``, ``end`` and ``text`` are the span of the attributing words, ``source`` is who is named and
    ``content`` what is handed over.
    """

    start: int
    end: int
    text: str
    source: Span | None = None
    content: Span | None = None


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence, the part of the page it stands in, whose voice it speaks in, and its cues.

    ``searched`` tells a sentence without cues from one whose cues nobody has looked for yet.
    """

    start: int
    end: int
    text: str
    part: Part = "body"
    voice: Voice = "writer"
    cues: tuple[Cue, ...] = ()
    searched: bool = False


@dataclass(frozen=True, slots=True)
class Document:
    """A text as it was read.

    ``text`` is the text exactly as it was given; where comments were given apart it is followed by them,
    a blank line before each. Every other field points into it: ``text[x.start:x.end] == x.text``.
    """

    text: str
    blocks: tuple[Block, ...]
    sentences: tuple[Sentence, ...]
    quotations: tuple[Quotation, ...] = ()
    attributions: tuple[Attribution, ...] = ()
    scare_quotes: tuple[Span, ...] = ()
    warnings: tuple[str, ...] = ()

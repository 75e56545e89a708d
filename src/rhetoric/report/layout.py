"""What terminal and HTML page share: which sentences stand together, where cues overlap, what is harmless."""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise

from rhetoric.report.report import Report, SentenceReport
from rhetoric.tasks import LABELS
from rhetoric.types import Block, Cue, Part, Quotation, Span

ARTICLE_PARTS: tuple[Part, ...] = ("title", "body", "caption")
REPLACEMENT = "\N{REPLACEMENT CHARACTER}"
_SURROGATE = re.compile("[\ud800-\udfff]")
_BIDI = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")


@dataclass(frozen=True, slots=True)
class Passage:
    """Sentences that stand in one block, and the block (None where the reader made none)."""

    part: Part
    block: Block | None
    sentences: tuple[SentenceReport, ...]


def passages(report: Report) -> tuple[Passage, ...]:
    """Group the sentences of a report by the block that they stand in, in the order of the text."""
    blocks = sorted(report.document.blocks, key=_start)
    starts = [block.start for block in blocks]
    found: list[tuple[Part, Block | None, list[SentenceReport]]] = []
    for sentence in report.sentences:
        at = bisect_right(starts, sentence.start) - 1
        block = blocks[at] if at >= 0 and sentence.start < blocks[at].end else None
        last = found[-1] if found else None
        if last is not None and block is not None and last[1] is block and last[0] == sentence.part:
            last[2].append(sentence)
        else:
            found.append((sentence.part, block, [sentence]))
    return tuple(Passage(part, block, tuple(sentences)) for part, block, sentences in found)


def heading(report: Report) -> str:
    """Return the title of the text in one line, empty where it has none."""
    for passage in passages(report):
        if passage.part == "title":
            words = " ".join(s.text for s in passage.sentences).split()
            return " ".join(words).lstrip("# ")
    return ""


def parts_in(report: Report) -> list[tuple[str, list[SentenceReport]]]:
    """Return the article's and the comments' sentences, each under its name, leaving out what is empty."""
    article = [s for s in report.sentences if s.part != "comment"]
    comments = [s for s in report.sentences if s.part == "comment"]
    return [(name, rows) for name, rows in (("article", article), ("comments", comments)) if rows]


def task_tags(report: Report, sentence: SentenceReport) -> list[str]:
    """Return what a sentence is called besides opinion or report, in a word each; see ``Report.flags``."""
    return [harmless(LABELS.get(task, (task, ""))[0]) for task in report.flags(sentence)]


def stated_shares(report: Report) -> str:
    """Return the shares that the probabilities are stated for, empty where none was given."""
    if not report.shares:
        return ""
    shares = ", ".join(f"{harmless(task)} {share:.0%}" for task, share in report.shares.items())
    return f"Probabilities are stated for these shares of positive sentences: {shares}."


def all_kinds(report: Report) -> tuple[str, ...]:
    """Return the kinds that were looked for, then any other kind that a cue carries."""
    return tuple(dict.fromkeys([*report.cue_kinds, *(cue.kind for cue in report.cues)]))


def segments(
    start: int, end: int, cues: Iterable[Cue], spans: Iterable[Span | Quotation] = ()
) -> Iterator[tuple[int, int, tuple[Cue, ...], bool]]:
    """Cut ``start`` to ``end`` at every boundary of a cue or span, so that overlaps never cross.

    Yields
    ------
    start, end : int
        The stretch.
    cues : tuple of Cue
        The cues that cover it, longest first.
    inside : bool
        Whether one of ``spans`` (direct speech, say) covers it.
    """
    opening: defaultdict[int, list[Cue]] = defaultdict(list)
    closing: defaultdict[int, list[Cue]] = defaultdict(list)
    depth: defaultdict[int, int] = defaultdict(int)
    for cue in cues:
        first, last = max(start, cue.start), min(end, cue.end)
        if first < last:
            opening[first].append(cue)
            closing[last].append(cue)
    for span in spans:
        first, last = max(start, span.start), min(end, span.end)
        if first < last:
            depth[first] += 1
            depth[last] -= 1
    points = sorted({start, end, *opening, *closing, *depth})
    active: list[Cue] = []
    level = 0
    for here, there in pairwise(points):
        for cue in closing.get(here, ()):
            active.remove(cue)
        active.extend(opening.get(here, ()))
        level += depth.get(here, 0)
        yield here, there, tuple(sorted(active, key=_longest_first)), level > 0


def encodable(text: str) -> str:
    """Replace lone surrogates, so that the text can be written as UTF-8; the length stays the same."""
    return _SURROGATE.sub(REPLACEMENT, text)


def harmless(text: str) -> str:
    """Replace what a terminal or a page could act upon: control characters, NULs, surrogates, bidi overrides.

    White space stays, other invisible format characters are dropped (the joiners in emoji excepted).
    """
    if text.isascii() and text.isprintable():
        return text
    return "".join(map(_harmless, text))


def _harmless(char: str) -> str:
    if char.isprintable() or char in "\t\n\r\f\v\u200c\u200d":
        return char
    category = unicodedata.category(char)
    if category in ("Zs", "Zl", "Zp") or char == "\x85":
        return " "
    if category == "Cf":
        return REPLACEMENT if _BIDI.match(char) else ""
    # Private-use characters (icon fonts) draw as boxes and do no harm.
    return char if category == "Co" else REPLACEMENT


def _start(block: Block) -> int:
    return block.start


def _longest_first(cue: Cue) -> tuple[int, int, str]:
    return cue.start - cue.end, cue.start, cue.kind

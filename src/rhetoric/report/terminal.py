"""A report for the terminal: plain or coloured, wrapped, and harmless whatever stands in the text."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache

from rhetoric.report.layout import (
    all_kinds,
    harmless,
    heading,
    parts_in,
    passages,
    segments,
    stated_shares,
    task_tags,
)
from rhetoric.report.report import Report, SentenceReport
from rhetoric.report.wrapping import Cell, Line, columns, paint, size_of, styled, wrapped
from rhetoric.types import Cue

LONGEST = 300  # characters of a sentence among those that argue most; it stands below in full
MIN_WIDTH = 20
NARROW = 50  # below this, what is said of a sentence stands above it and not beside it
BAR = 20
GUTTER = 20

_TAGS = {
    "title": "heading",
    "caption": "caption",
    "quoted": "quoted",
    "reported": "reported",
    "mixed": "has quote",
}
_MARKED = "Under the percentage: loaded, sarcastic or uncertain, where that score reaches its threshold."
_BOLD, _DIM, _ITALIC = "1", "2", "3"
_KIND_STYLES = ("4;31", "4;34", "4;32", "4;35", "4;36", "4;33")
# One character for one, so that the lines keep their widths.
_ASCII = str.maketrans(
    {"‹": "[", "›": "]", "█": "#", "░": ".", "─": "-", "·": "|", "–": "-", "—": "-", "…": ".", "“": '"'}
    | {"”": '"', "„": '"', "«": '"', "»": '"', "‘": "'", "’": "'", "‚": "'", "\u00a0": " ", "→": ">"}
)


def render(report: Report, width: int = 80, colour: bool = False) -> str:
    """Return a report as text for a terminal.

    Parameters
    ----------
    report : Report
        What to show.
    width : int
        No line is wider, in terminal columns; at least 20.
    colour : bool
        Whether to underline and colour the cues (ANSI codes). Without it they stand between ‹ and ›.

    Returns
    -------
    str
        Lines that end in a line end. Control characters of the text never get through.
    """
    if width < MIN_WIDTH:
        raise ValueError(
            f"The 'width' parameter of render must be at least {MIN_WIDTH}. Got {width} instead."
        )
    styles = {kind: _KIND_STYLES[i % len(_KIND_STYLES)] for i, kind in enumerate(all_kinds(report))}
    lines = [
        *_head(report, width),
        *_shares(report, width),
        *_rates(report, width, styles),
        *_arguing(report, width),
        *_sentences(report, width, styles, colour),
    ]
    return "".join(paint(line, colour) + "\n" for line in lines)


def ascii_symbols(text: str) -> str:
    """Replace the symbols of :func:`render` and typographic quotation marks by ASCII ones, one for one."""
    return text.translate(_ASCII)


def _head(report: Report, width: int) -> Iterator[Line]:
    yield from wrapped(styled(heading(report) or "Text without a title", _BOLD), width)
    yield styled("─" * width, _DIM)
    counts = f"{_count(len(report.sentences), 'sentence')} · {_count(report.n_words, 'word')}"
    counts += f" · {_count(len(report.cues), 'cue')} · model {report.model}"
    yield from wrapped(styled(counts), width)
    for warning in report.warnings:
        yield from wrapped(styled(f"Note: {warning}", _BOLD), width)


def _shares(report: Report, width: int) -> Iterator[Line]:
    yield []
    yield styled("Opinion or report"[:width], _BOLD)
    if not report.sentences:
        yield from wrapped(styled("There is no sentence in this text."), width)
        return
    parts = parts_in(report)
    rows = [("all", list(report.sentences)), *parts] if len(parts) > 1 else parts
    size = min(BAR, width - 18)
    for name, sentences in rows:
        n = sum(s.label == "opinion" for s in sentences)
        share = n / len(sentences)
        row = f"  {name:<8} {_bar(share, size)} {share:>4.0%}"
        yield from wrapped(styled(f"{n} of {len(sentences)}"), width, f"{row}  ", 2)
    note = f"A sentence counts as opinion from a probability of {report.threshold:.0%} on."
    for line in filter(None, (note, stated_shares(report))):
        yield from wrapped(styled(line, _DIM), width, "  ", 2)


def _rates(report: Report, width: int, styles: Mapping[str, str]) -> Iterator[Line]:
    rates = sorted(report.cue_rates().items(), key=_by_rate)
    found = [(kind, rate) for kind, rate in rates if rate > 0]
    if not rates:
        return
    yield []
    yield from wrapped(styled("Cues per 1,000 words", _BOLD), width)
    name_width = min(max((columns(_name(kind)) for kind, _ in found), default=0), width // 2 - 2)
    size = min(BAR, width - name_width - 10)
    for kind, rate in found:
        *above, name = wrapped(styled(_name(kind), styles.get(kind, "")), name_width + 2, "  ", 2)
        yield from above
        padding = " " * (name_width + 2 - size_of(name))
        bar = "█" * max(1, round(size * rate / found[0][1]))
        yield [*name, *styled(f"{padding} {rate:>6.1f} {bar}")]
    silent = ", ".join(_name(kind) for kind, rate in rates if not rate > 0)
    if silent:
        yield from wrapped(styled(f"Looked for and not found: {silent}", _DIM), width, "  ", 2)


def _arguing(report: Report, width: int) -> Iterator[Line]:
    most = report.most_argumentative()
    if most:
        yield []
        yield from wrapped(styled("Argues most", _BOLD), width)
    for s in most:
        lead = f"{s.index + 1:>3}  {_percent(s.p_opinion):>4}  "
        text = s.text if len(s.text) <= LONGEST else s.text[:LONGEST].rstrip() + "…"
        yield from wrapped(styled(text), width, lead, min(columns(lead), width // 2))


def _sentences(report: Report, width: int, styles: Mapping[str, str], colour: bool) -> Iterator[Line]:
    titles = {name: name.upper() for name, _ in parts_in(report)}
    comment: int | None = None
    where = "Underlined" if colour else "Between ‹ and ›"
    how = f"{where}: wording that carries an attitude; the reason stands below."
    for passage in passages(report):
        is_comment = passage.part == "comment"
        title = titles.pop("comments" if is_comment else "article", None)
        if title:
            yield []
            yield styled(title, _BOLD)
            yield styled("─" * width, _DIM)
            if how:
                yield from wrapped(styled(how, _DIM), width)
                if any(task_tags(report, s) for s in report.sentences):
                    yield from wrapped(styled(_MARKED, _DIM), width)
                yield []
            how = ""
        elif not is_comment:
            yield []
        if is_comment and passage.block is not None and passage.block.comment != comment:
            comment = passage.block.comment
            number = "" if comment is None else f" {comment + 1}"
            author = f" · {_one_line(passage.block.author)}" if passage.block.author else ""
            if not title:
                yield []
            yield from wrapped(styled(f"Comment{number}{author}", _BOLD), width)
        for s in passage.sentences:
            yield from _sentence(s, task_tags(report, s), width, styles, colour)


def _sentence(
    s: SentenceReport, marks: Sequence[str], width: int, styles: Mapping[str, str], colour: bool
) -> Iterator[Line]:
    label = "OPINION" if s.label == "opinion" else "report"
    tags = [*(_TAGS[tag] for tag in (s.part, s.voice) if tag in _TAGS), *marks]
    base = {"quoted": _ITALIC, "reported": _ITALIC}.get(s.voice, "")
    text = list(_marked(s, styles, colour, base))
    first = styled(
        f"{s.index + 1:>3}  {_percent(s.p_opinion):>4} {label}", _BOLD if label == "OPINION" else ""
    )
    narrow = width < NARROW
    notes = (line for cue in s.cues for line in _note(cue, styles, width, narrow))
    if narrow:
        lead = f"{s.index + 1:>3}  {_percent(s.p_opinion):>4} "
        yield from wrapped(styled(" ".join([label, *tags])), width, lead, 2)
        yield from wrapped(text, width, "  ", 4)
        yield from notes
        return
    body = [*wrapped(text, width - GUTTER), *notes]
    # The gutter: number, probability and label, then whose voice it is, and what other scores say.
    gutter = [first, *(styled(f"{'':>10}{tag}", _DIM) for tag in tags)]
    for i in range(max(len(body), len(gutter))):
        left = gutter[i] if i < len(gutter) else []
        line = body[i] if i < len(body) else []
        padding = " " * (GUTTER - size_of(left)) if line else ""
        yield [*left, *styled(padding), *line]


def _marked(s: SentenceReport, styles: Mapping[str, str], colour: bool, base: str) -> Iterator[Cell]:
    """Return the sentence with its cues styled or, without colour, between ‹ and ›."""
    before: tuple[Cue, ...] = ()
    for start, end, cues, _ in segments(s.start, s.end, s.cues):
        if not colour:
            yield from styled("›" * sum(cue not in cues for cue in before))
            yield from styled("‹" * sum(cue not in before for cue in cues))
        style = ";".join(filter(None, (base, styles[cues[-1].kind] if cues else "")))
        yield from styled(s.text[start - s.start : end - s.start], style)
        before = cues
    if not colour:
        yield from styled("›" * len(before))


def _note(cue: Cue, styles: Mapping[str, str], width: int, narrow: bool) -> Sequence[Line]:
    return _wrapped_note(cue.kind, cue.why, cue.voice, styles[cue.kind], width, narrow)


@lru_cache(maxsize=1024)  # the same reasons come again and again
def _wrapped_note(kind: str, why: str, voice: str, style: str, width: int, narrow: bool) -> Sequence[Line]:
    whose = "" if voice == "writer" else f" ({voice})"
    cells = [*styled("· "), *styled(_name(kind), style), *styled(f"{whose}: {_one_line(why)}")]
    return [*(wrapped(cells, width, "  ", 4) if narrow else wrapped(cells, width - GUTTER, "", 4))]


def _by_rate(item: tuple[str, float]) -> float:
    return -item[1]


def _bar(share: float, size: int) -> str:
    full = round(size * share)
    return "█" * full + "░" * (size - full)


def _percent(p: float) -> str:
    return f"{p:.0%}" if math.isfinite(p) else "?"


def _count(n: int, noun: str) -> str:
    return f"{n:,} {noun}" + ("" if n == 1 else "s")


def _name(kind: str) -> str:
    return _one_line(kind.replace("_", " "))


def _one_line(text: str) -> str:
    return " ".join(harmless(text).split())

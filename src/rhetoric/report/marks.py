"""The cues of a report as markup: how each kind is drawn, the marked sentence, the table of all reasons."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import escape

from rhetoric.report.layout import all_kinds, harmless, segments, task_tags
from rhetoric.report.report import Report, SentenceReport
from rhetoric.types import Cue, Quotation

VOICE_NAMES = {"quoted": "quoted", "reported": "reported", "mixed": "partly quoted"}


@dataclass(frozen=True, slots=True)
class Kind:
    """How a kind of cue is drawn: its number picks colour and line, its code tells it without either."""

    number: int
    name: str
    code: str

    @property
    def classes(self) -> str:
        return f"c{self.number % 10} s{(self.number + self.number // 10) % 5}"


@dataclass(frozen=True, slots=True)
class View:
    """What every part of one rendering needs: the kinds, speech, tags, and a prefix that keeps ids apart."""

    kinds: Mapping[str, Kind]
    speech: Mapping[int, Sequence[Quotation]]  # by the index of the sentence
    tags: Mapping[int, Sequence[str]]  # by the index of the sentence
    prefix: str


def view_of(report: Report, prefix: str) -> View:
    """Gather what every part of one rendering needs; ``prefix`` begins the ids of its sentences."""
    tags = {s.index: found for s in report.sentences if (found := task_tags(report, s))}
    return View(_kinds(report), _speech(report), tags, prefix)


def text_of(text: str) -> str:
    """Text that is neither markup nor does harm."""
    return escape(harmless(text))


def _kinds(report: Report) -> dict[str, Kind]:
    kinds: dict[str, Kind] = {}
    taken: set[str] = set()
    for number, kind in enumerate(all_kinds(report)):
        name = " ".join(harmless(kind).replace("_", " ").split()) or "cue"
        words = name.split()
        choices = ["".join(word[0] for word in words[:3]) if len(words) > 1 else name[:2]]
        choices += [name[:length] for length in (2, 3, 4)] + [str(number)]
        code = next((choice for choice in choices if choice not in taken), str(number))
        taken.add(code)
        kinds[kind] = Kind(number, name, code)
    return kinds


def _speech(report: Report) -> dict[int, list[Quotation]]:
    rows = report.sentences
    starts = [s.start for s in rows]
    found: dict[int, list[Quotation]] = {}
    for quotation in report.document.quotations:
        at = max(0, bisect_right(starts, quotation.start) - 1)
        while at < len(rows) and starts[at] < quotation.end:
            found.setdefault(rows[at].index, []).append(quotation)
            at += 1
    return found


def marked(s: SentenceReport, view: View) -> Iterator[str]:
    """Yield the sentence, cut wherever a cue or a quotation begins or ends, so that all tags nest."""
    speech = view.speech.get(s.index, ())
    for i, (start, end, cues, inside) in enumerate(segments(s.start, s.end, s.cues, speech)):
        piece = text_of(s.text[start - s.start : end - s.start])
        if cues:
            codes = "".join(code_of(view.kinds[cue.kind]) for cue in cues if min(cue.end, s.end) == end)
            for cue in reversed(cues):
                look = view.kinds[cue.kind]
                piece = f'<span class="u {look.classes}" data-kind="{look.number}">{piece}</span>'
            why = f"{view.prefix}{s.index + 1}w{i}"
            card = f'<span class="why" role="tooltip" id="{why}">{_why(cues, view)}</span>'
            piece = f'<mark class="cue" tabindex="0" aria-describedby="{why}">{piece}{codes}{card}</mark>'
        yield f'<span class="speech">{piece}</span>' if inside else piece


def code_of(look: Kind) -> str:
    """The few letters over a cue that tell its kind without colour or line."""
    code = escape(look.code)
    return f'<span class="k {look.classes}" data-kind="{look.number}" aria-hidden="true">{code}</span>'


def _why(cues: Iterable[Cue], view: View) -> str:
    return "".join(
        f'<span class="reason {view.kinds[cue.kind].classes}" data-kind="{view.kinds[cue.kind].number}">'
        f"<b>{escape(view.kinds[cue.kind].name)}{_whose(cue)}</b>: {text_of(cue.why)}</span>"
        for cue in cues
    )


def _whose(cue: Cue) -> str:
    return "" if cue.voice == "writer" else f" ({VOICE_NAMES.get(cue.voice, cue.voice)})"


def reasons_table(report: Report, view: View) -> str:
    """Return all cues as a table: for print, for touch, and for whoever reads by ear."""
    rows = [
        f'<tr data-kind="{look.number}"><td><a href="#{view.prefix}{s.index + 1}">{s.index + 1}</a></td>'
        f'<th scope="row">{text_of(cue.text)}</th><td>{escape(look.name)}{_whose(cue)}</td>'
        f"<td>{text_of(cue.why)}</td></tr>"
        for s in report.sentences
        for cue in s.cues
        for look in [view.kinds[cue.kind]]
    ]
    if not rows:
        return ""
    head = "".join(f'<th scope="col">{name}</th>' for name in ("Sentence", "Wording", "Kind of cue", "Why"))
    return (
        f'<section aria-labelledby="{view.prefix}-cues"><h2 id="{view.prefix}-cues">All cues</h2>'
        f'<div class="scroll"><table class="reasons"><thead><tr>{head}</tr></thead>'
        f"<tbody>{''.join(rows)}</tbody></table></div></section>"
    )

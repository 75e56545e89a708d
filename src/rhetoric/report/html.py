"""A report as one self-contained HTML page, or as a fragment for notebooks.

Nothing is loaded from anywhere. The page can be read without its script, which only filters and sorts.
"""

from __future__ import annotations

import hashlib
import math
from base64 import b64encode
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from importlib.resources import files

from rhetoric.report.layout import ARTICLE_PARTS, all_kinds, harmless, heading, parts_in, passages, segments
from rhetoric.report.report import Report, SentenceReport
from rhetoric.report.strip import strip
from rhetoric.types import Block, Cue, Quotation

_PART_NAMES = {"title": "heading", "caption": "caption"}
_VOICE_NAMES = {"quoted": "quoted", "reported": "reported", "mixed": "partly quoted"}


@dataclass(frozen=True, slots=True)
class _Kind:
    """How a kind of cue is drawn: its number picks colour and line, its code tells it without either."""

    number: int
    name: str
    code: str

    @property
    def classes(self) -> str:
        return f"c{self.number % 10} s{(self.number + self.number // 10) % 5}"


@dataclass(frozen=True, slots=True)
class _View:
    """What every part of one rendering needs: the kinds, the speech, and a prefix that keeps ids apart."""

    kinds: Mapping[str, _Kind]
    speech: Mapping[int, Sequence[Quotation]]  # by the index of the sentence
    prefix: str


def page(report: Report) -> str:
    """Return a report as one HTML page that needs no network.

    Parameters
    ----------
    report : Report
        What to show.

    Returns
    -------
    str
        The page. All text is escaped, and characters that cannot be written as UTF-8 or do harm are replaced
        by U+FFFD, so that ``page(report).encode("utf-8")`` never fails.
    """
    view = _View(_kinds(report), _speech(report), "s")
    script = _template("template.js")
    # Should text ever get through as markup, the browser still runs nothing but this script.
    digest = b64encode(hashlib.sha256(script.encode()).digest()).decode()
    policy = f"default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-{digest}'"
    title = heading(report)
    name = _text(f"{title} · rhetoric report" if title else "rhetoric report")
    body = [
        f'<header><p class="kicker">Opinion and report, sentence by sentence</p>'
        f"<h1>{_text(title or 'Text without a title')}</h1>{_summary(report)}</header>",
        f"<main>{strip(report, view.prefix)}{_legend(report, view, tools=True)}",
        *_sections(report, view, '<h2 id="{id}">{title}</h2>'),
        f"{_reasons(report, view)}</main>",
        f'<footer><p class="foot">{_about(report)}</p></footer>',
    ]
    return (
        f'<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">\n'
        f'<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f'<meta name="color-scheme" content="light dark">\n<meta name="generator" content="rhetoric">\n'
        f"<title>{name}</title>\n<style>\n{_template('template.css')}</style>\n</head>\n"
        f'<body class="rhetoric-report">\n{"".join(body)}\n<script>{script}</script>\n</body>\n</html>\n'
    )


def fragment(report: Report) -> str:
    """Return a report as a piece of HTML for a notebook: the look of :func:`page`, without a script."""
    text = harmless(report.document.text).encode("utf-8", "replace")
    prefix = f"r{hashlib.sha256(text).hexdigest()[:8]}s"
    view = _View(_kinds(report), _speech(report), prefix)
    title = '<p class="title" role="heading" aria-level="4" id="{id}">{title}</p>'
    name = _text(heading(report) or "Text without a title")
    body = [
        f'<p class="headline" role="heading" aria-level="3">{name}</p>',
        _summary(report),
        strip(report, view.prefix),
        _legend(report, view, tools=False),
        *_sections(report, view, title),
        f'<p class="foot">{_about(report)}</p>',
    ]
    style = f"<style>\n{_template('template.css')}</style>"
    return f'{style}<div class="rhetoric-report embedded" lang="en">{"".join(body)}</div>'


def _template(name: str) -> str:
    return files("rhetoric.report").joinpath(name).read_text(encoding="utf-8")


def _text(text: str) -> str:
    return escape(harmless(text))


def _kinds(report: Report) -> dict[str, _Kind]:
    kinds: dict[str, _Kind] = {}
    taken: set[str] = set()
    for number, kind in enumerate(all_kinds(report)):
        name = " ".join(harmless(kind).replace("_", " ").split()) or "cue"
        words = name.split()
        choices = ["".join(word[0] for word in words[:3]) if len(words) > 1 else name[:2]]
        choices += [name[:length] for length in (2, 3, 4)] + [str(number)]
        code = next((choice for choice in choices if choice not in taken), str(number))
        taken.add(code)
        kinds[kind] = _Kind(number, name, code)
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


def _summary(report: Report) -> str:
    n = len(report.sentences)
    opinions = sum(s.label == "opinion" for s in report.sentences)
    parts = parts_in(report)
    if not n:
        lead = "There is no sentence in this text."
    else:
        lead = f"{opinions} of {n} {'sentence reads' if n == 1 else 'sentences read'} as opinion"
        if len(parts) > 1:
            article, comments = report.share(*ARTICLE_PARTS), report.share("comment")
            lead += f": {article:.0%} of the article, {comments:.0%} of the comments"
        lead += "."
    rate = 1000 * len(report.cues) / report.n_words if report.n_words else 0.0
    figures = [("Sentences", f"{n:,}", ""), ("Words", f"{report.n_words:,}", "")]
    for name, rows in parts:
        count = sum(s.label == "opinion" for s in rows)
        figures.append((f"Opinion, {name}", f"{count / len(rows):.0%}", f"{count} of {len(rows)}"))
    figures.append(("Cues per 1,000 words", f"{rate:.0f}", f"{len(report.cues):,} in all"))
    cells = "".join(
        f"<div><dt>{name}</dt><dd>{value}{f' <small>{more}</small>' if more else ''}</dd></div>"
        for name, value, more in figures
    )
    notes = "".join(f'<p class="note">Note: {_text(warning)}</p>' for warning in report.warnings)
    return f'<p class="standfirst">{lead}</p>{notes}<dl class="figures">{cells}</dl>'


def _legend(report: Report, view: _View, *, tools: bool) -> str:
    counts = Counter(cue.kind for cue in report.cues)
    rows = []
    for kind, look in view.kinds.items():
        # The script takes the boxes out of hiding; without it they would do nothing.
        box = f'<input type="checkbox" value="{look.number}" checked hidden>' if tools else ""
        sample = f'<span class="sample"><span class="u {look.classes}">wording</span>{_code(look)}</span>'
        count = f'<span class="n">{counts[kind]:,}</span>'
        row = f"{box}{sample} <span>{escape(look.name)}</span> {count}"
        rows.append(f"<li><label>{row}</label></li>" if tools else f"<li>{row}</li>")
    sort = (
        '<div class="tools" role="group" aria-label="Order of the sentences" hidden><span>Order:</span>'
        '<button type="button" value="text" aria-pressed="true">as in the text</button>'
        '<button type="button" value="p" aria-pressed="false">most opinionated first</button></div>'
    )
    return (
        '<section class="legend" aria-label="Legend"><p>Cues are underlined. '
        "Point at one, or move to it with the Tab key, for the reason"
        f"{'; all are listed at the end' if tools else ''}.</p>"
        f'<ul class="kinds">{"".join(rows)}</ul>'
        '<p class="marks">The stronger the shade behind a sentence, the likelier it is opinion; a bar stands '
        'at its left from the threshold on. <span class="speech">Quoted speech</span> is set in italics, and '
        "sentences of a source are indented with a double line (quoted) or a dotted one (reported).</p>"
        f"{sort if tools else ''}</section>"
    )


def _sections(report: Report, view: _View, title: str) -> Iterator[str]:
    for name, _ in parts_in(report):
        at = f"{view.prefix}-{name}"
        rows: list[str] = []
        comment: int | None = None
        for passage in passages(report):
            if (passage.part == "comment") != (name == "comments"):
                continue
            block = passage.block
            first = block is None or block.comment is None or block.comment != comment
            comment = block.comment if block else None
            for i, s in enumerate(passage.sentences):
                rows.append(_sentence(s, block, view, first=first and not i))
        yield (
            f'<section aria-labelledby="{at}">{title.format(id=at, title=name.capitalize())}'
            f'<ol class="sentences">{"".join(rows)}</ol></section>'
        )


def _sentence(s: SentenceReport, block: Block | None, view: _View, *, first: bool) -> str:
    p = s.p_opinion if math.isfinite(s.p_opinion) else 0.0
    classes = f"sentence is-{s.label} part-{s.part} voice-{s.voice}{' first' if first else ''}"
    tags = "".join(
        f'<span class="tag{extra}">{name}</span>'
        for name, extra in ((_PART_NAMES.get(s.part), " part"), (_VOICE_NAMES.get(s.voice), ""))
        if name
    )
    source = ""
    if s.part == "comment" and block is not None and block.comment is not None:
        author = f" · {_text(block.author)}" if block.author else ""
        source = f'<p class="from">Comment {block.comment + 1}{author}</p>'
    no = s.index + 1
    number = f"{view.prefix}{no}"
    side = (
        f'<div class="side"><a class="no" href="#{number}" aria-label="Sentence {no}">{no}</a> '
        f'<b>{p:.0%} {s.label}</b><span class="meter" aria-hidden="true"><i></i></span>{tags}</div>'
    )
    text = "".join(_marked(s, view))
    return (
        f'<li class="{classes}" id="{number}" data-index="{s.index}" data-p="{p:.6f}" style="--p:{p:.3f}">'
        f'{source}{side}<p class="text" dir="auto">{text}</p></li>\n'
    )


def _marked(s: SentenceReport, view: _View) -> Iterator[str]:
    """Yield the sentence, cut wherever a cue or a quotation begins or ends, so that all tags nest."""
    speech = view.speech.get(s.index, ())
    for i, (start, end, cues, inside) in enumerate(segments(s.start, s.end, s.cues, speech)):
        piece = _text(s.text[start - s.start : end - s.start])
        if cues:
            codes = "".join(_code(view.kinds[cue.kind]) for cue in cues if min(cue.end, s.end) == end)
            for cue in reversed(cues):
                look = view.kinds[cue.kind]
                piece = f'<span class="u {look.classes}" data-kind="{look.number}">{piece}</span>'
            why = f"{view.prefix}{s.index + 1}w{i}"
            card = f'<span class="why" role="tooltip" id="{why}">{_why(cues, view)}</span>'
            piece = f'<mark class="cue" tabindex="0" aria-describedby="{why}">{piece}{codes}{card}</mark>'
        yield f'<span class="speech">{piece}</span>' if inside else piece


def _code(look: _Kind) -> str:
    code = escape(look.code)
    return f'<span class="k {look.classes}" data-kind="{look.number}" aria-hidden="true">{code}</span>'


def _why(cues: Iterable[Cue], view: _View) -> str:
    return "".join(
        f'<span class="reason {view.kinds[cue.kind].classes}" data-kind="{view.kinds[cue.kind].number}">'
        f"<b>{escape(view.kinds[cue.kind].name)}{_whose(cue)}</b>: {_text(cue.why)}</span>"
        for cue in cues
    )


def _whose(cue: Cue) -> str:
    return "" if cue.voice == "writer" else f" ({_VOICE_NAMES.get(cue.voice, cue.voice)})"


def _reasons(report: Report, view: _View) -> str:
    """Return all cues as a table: for print, for touch, and for whoever reads by ear."""
    rows = [
        f'<tr data-kind="{look.number}"><td><a href="#{view.prefix}{s.index + 1}">{s.index + 1}</a></td>'
        f'<th scope="row">{_text(cue.text)}</th><td>{escape(look.name)}{_whose(cue)}</td>'
        f"<td>{_text(cue.why)}</td></tr>"
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


def _about(report: Report) -> str:
    return (
        f"Scored by the model “{_text(report.model)}”: each percentage is the estimated probability that a "
        f"sentence is opinion, and from {report.threshold:.0%} on it is labelled so. A cue is wording worth "
        "a look and no verdict."
    )

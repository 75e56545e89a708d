"""A report as one self-contained HTML page, or as a fragment for notebooks.

Nothing is loaded from anywhere. The page can be read without its script, which only filters and sorts.
"""

from __future__ import annotations

import hashlib
import math
from base64 import b64encode
from collections import Counter
from collections.abc import Iterator
from html import escape
from importlib.resources import files

from rhetoric.report.layout import ARTICLE_PARTS, heading, parts_in, passages, stated_shares
from rhetoric.report.marks import VOICE_NAMES, View, code_of, marked, reasons_table, text_of, view_of
from rhetoric.report.report import Report, SentenceReport
from rhetoric.report.strip import strip
from rhetoric.types import Block

_PART_NAMES = {"title": "heading", "caption": "caption"}
_TAGS_TOLD = " “Loaded”, “uncertain” or (in comments) “sarcastic” below a percentage: that score reaches its threshold."


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
    view = view_of(report, "s")
    script = _template("template.js")
    # Should text ever get through as markup, the browser still runs nothing but this script.
    digest = b64encode(hashlib.sha256(script.encode()).digest()).decode()
    policy = f"default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-{digest}'"
    title = heading(report)
    name = text_of(f"{title} · rhetoric report" if title else "rhetoric report")
    body = [
        f'<header><p class="kicker">Opinion and report, sentence by sentence</p>'
        f"<h1>{text_of(title or 'Text without a title')}</h1>{_summary(report)}</header>",
        f"<main>{strip(report, view.prefix)}{_legend(report, view, tools=True)}",
        *_sections(report, view, '<h2 id="{id}">{title}</h2>'),
        f"{reasons_table(report, view)}</main>",
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
    text = report.document.text.encode("utf-8", "replace")
    prefix = f"r{hashlib.sha256(text).hexdigest()[:8]}s"
    view = view_of(report, prefix)
    title = '<p class="title" role="heading" aria-level="4" id="{id}">{title}</p>'
    name = text_of(heading(report) or "Text without a title")
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
    notes = "".join(f'<p class="note">Note: {text_of(warning)}</p>' for warning in report.warnings)
    return f'<p class="standfirst">{lead}</p>{notes}<dl class="figures">{cells}</dl>'


def _legend(report: Report, view: View, *, tools: bool) -> str:
    counts = Counter(cue.kind for cue in report.cues)
    rows = []
    for kind, look in view.kinds.items():
        # The script takes the boxes out of hiding; without it they would do nothing.
        box = f'<input type="checkbox" value="{look.number}" checked hidden>' if tools else ""
        sample = f'<span class="sample"><span class="u {look.classes}">wording</span>{code_of(look)}</span>'
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
        "sentences of a source are indented with a double line (quoted) or a dotted one (reported)."
        f"{_TAGS_TOLD if view.tags else ''}</p>"
        f"{sort if tools else ''}</section>"
    )


def _sections(report: Report, view: View, title: str) -> Iterator[str]:
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


def _sentence(s: SentenceReport, block: Block | None, view: View, *, first: bool) -> str:
    p = s.p_opinion if math.isfinite(s.p_opinion) else 0.0
    classes = f"sentence is-{s.label} part-{s.part} voice-{s.voice}{' first' if first else ''}"
    tags = "".join(
        f'<span class="tag{extra}">{name}</span>'
        for name, extra in (
            (_PART_NAMES.get(s.part), " part"),
            (VOICE_NAMES.get(s.voice), ""),
            (text_of(", ".join(view.tags.get(s.index, ()))), " task"),
        )
        if name
    )
    source = ""
    if s.part == "comment" and block is not None and block.comment is not None:
        author = f" · {text_of(block.author)}" if block.author else ""
        source = f'<p class="from">Comment {block.comment + 1}{author}</p>'
    no = s.index + 1
    number = f"{view.prefix}{no}"
    side = (
        f'<div class="side"><a class="no" href="#{number}" aria-label="Sentence {no}">{no}</a> '
        f'<b>{p:.0%} {s.label}</b><span class="meter" aria-hidden="true"><i></i></span>{tags}</div>'
    )
    text = "".join(marked(s, view))
    return (
        f'<li class="{classes}" id="{number}" data-index="{s.index}" data-p="{p:.6f}" style="--p:{p:.3f}">'
        f'{source}{side}<p class="text" dir="auto">{text}</p></li>\n'
    )


def _about(report: Report) -> str:
    return (
        f"Scored by the model “{text_of(report.model)}”: each percentage is the estimated probability that a "
        f"sentence is opinion, and from {report.threshold:.0%} on it is labelled so. {text_of(stated_shares(report))} "
        "A cue is wording worth a look and no verdict."
    )

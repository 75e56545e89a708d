"""A comparison as one self-contained HTML page: the picture, drawn as inline SVG, and the table.

Nothing is loaded from anywhere and no script runs.
"""

from __future__ import annotations

from collections.abc import Iterator
from importlib.resources import files

from rhetoric.comparing.comparison import Comparison, Figure, Group
from rhetoric.comparing.grouping import NONE
from rhetoric.comparing.measures import Measure
from rhetoric.comparing.plan import Axis, Plan, few, figure_sentence, figure_words, from_zero, noun, plan_of
from rhetoric.report.marks import text_of

_POLICY = "default-src 'none'; style-src 'unsafe-inline'"
_LINE = 24  # height of a group's line in the picture's own coordinates
_WIDTH = 1000  # of a panel; the browser stretches both


def page(comparison: Comparison) -> str:
    """Return a comparison as one HTML page that needs no network.

    Parameters
    ----------
    comparison : Comparison
        What to show.

    Returns
    -------
    str
        The page. All text is escaped, and characters that cannot be written as UTF-8 or do harm are replaced.
    """
    plan = plan_of(comparison)
    style = files("rhetoric.comparing").joinpath("page.css").read_text(encoding="utf-8")
    notes = "".join(f'<p class="note">{text_of(note)}</p>' for note in comparison.notes)
    body = [
        f'<header><p class="kicker">{text_of(_kicker(comparison))}</p><h1>{text_of(plan.title)}</h1>'
        f'<p class="standfirst">{_standfirst(comparison, plan)}</p>{notes}</header>',
        f"<main>{_picture(comparison, plan)}{_table(comparison)}{_meanings(comparison)}</main>",
        f"<footer>{_about(comparison)}</footer>",
    ]
    return (
        f'<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">\n'
        f'<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f'<meta name="color-scheme" content="light dark">\n<meta name="generator" content="rhetoric">\n'
        f"<title>{text_of(plan.title)} · rhetoric</title>\n<style>\n{style}</style>\n</head>\n"
        f"<body>\n{''.join(body)}\n</body>\n</html>\n"
    )


def _kicker(comparison: Comparison) -> str:
    total = comparison.overall
    return f"{total.articles:,} articles · {total.sentences:,} sentences · {total.words:,} words"


def _standfirst(comparison: Comparison, plan: Plan) -> str:
    """The most that can be said in one sentence: the ends of the scale of opinion."""
    measure = next((m for m in comparison.measures if m.key == "opinion_share"), None)
    overall = None if measure is None else comparison.overall.figures[measure.key].value
    if measure is None or overall is None:
        return "These articles have no sentence."
    said = f"{figure_words(measure, overall)} of all sentences read as opinion."
    named = [(g.figures[measure.key], g.name) for g in plan.groups if g.name != NONE]
    ends = sorted((f.value, name) for f, name in named if f.value is not None and not f.small)
    if len(ends) < 2:
        return said
    most, least = (f"{text_of(name)} ({figure_words(measure, v)})" for v, name in (ends[-1], ends[0]))
    where = "Among those drawn, the" if plan.note else "The"
    return f"{said} {where} share is highest for {most} and lowest for {least}."


def _picture(comparison: Comparison, plan: Plan) -> str:
    names = "".join(
        f'<li{_dim(g.small)} title="{text_of(g.name)}"><span>{text_of(g.name)}</span></li>'
        for g in plan.groups
    )
    panels = "".join(
        _panel(comparison, plan, measure, axis, names)
        for measure, axis in zip(comparison.measures, plan.axes, strict=True)
    )
    small = any(f.small for g in plan.groups for f in g.figures.values())
    grey = f'<li><i class="dot grey"></i> {few(comparison)}: little to go by</li>' if small else ""
    zero = "" if from_zero(plan.axes) else "<li>not all axes begin at 0</li>"
    note = f'<p class="small">{text_of(plan.note)}</p>' if plan.note else ""
    return (
        '<figure class="picture"><figcaption><ul class="key"><li><i class="bar"></i> figure and its 95 % interval'
        f'</li><li><i class="mean"></i> all articles together</li>{grey}{zero}</ul></figcaption>'
        f'<div class="panels">{panels}</div>{note}</figure>'
    )


def _panel(comparison: Comparison, plan: Plan, measure: Measure, axis: Axis, names: str) -> str:
    height = _LINE * len(plan.groups)
    value = comparison.overall.figures[measure.key].value
    ticks = "".join(
        f'<line class="tick" x1="{x:.1f}" x2="{x:.1f}" y1="0" y2="{height}"/>'
        for x in (_WIDTH * axis.place(tick) for tick in axis.ticks)
    )
    mean = "" if value is None else _upright("mean", _WIDTH * axis.place(measure.shown(value)), height)
    stripes = "".join(
        f'<rect class="stripe" x="0" y="{_LINE * i}" width="{_WIDTH}" height="{_LINE}"/>'
        for i in range(0, len(plan.groups), 2)
    )
    cut = "" if plan.divided is None else _LINE * plan.divided
    divided = f'<line class="divide" x1="0" x2="{_WIDTH}" y1="{cut}" y2="{cut}"/>' if cut else ""
    marks = "".join(_mark(g, measure, axis, i) for i, g in enumerate(plan.groups))
    labels = "".join(
        f'<span style="left:{100 * axis.place(tick):.2f}%">{label}</span>'
        for tick, label in zip(axis.ticks, axis.labels, strict=True)
    )
    told = text_of(f"{measure.name}, {measure.unit}, by {comparison.by}; the table below has the figures.")
    return (
        f'<section class="panel"><h2>{text_of(measure.name)} <small>{text_of(measure.unit)}</small></h2>'
        f'<ol class="names" aria-hidden="true">{names}</ol>'
        f'<div class="plot"><svg viewBox="0 0 {_WIDTH} {height}" preserveAspectRatio="none"'
        f' style="height:calc(var(--row) * {len(plan.groups)})"'
        f' role="img" aria-label="{told}">{stripes}{ticks}{mean}{divided}{marks}</svg>'
        f'<div class="axis" aria-hidden="true">{labels}</div></div></section>'
    )


def _upright(name: str, x: float, height: int) -> str:
    return f'<line class="{name}" x1="{x:.1f}" x2="{x:.1f}" y1="0" y2="{height}"/>'


def _mark(group: Group, measure: Measure, axis: Axis, line: int) -> str:
    figure = group.figures[measure.key]
    if figure.value is None:
        return ""
    y = _LINE * line + _LINE / 2
    x, *ends = (
        None if value is None else _WIDTH * axis.place(measure.shown(value))
        for value in (figure.value, figure.low, figure.high)
    )
    bar = ""
    if ends[0] is not None and ends[1] is not None:
        bar = f'<line class="bar" x1="{ends[0]:.1f}" x2="{ends[1]:.1f}" y1="{y:g}" y2="{y:g}"/>'
    told = text_of(f"{group.name}: {figure_sentence(measure, figure)}; {figure.articles:,} articles")
    # A line without length and with round ends is a dot that stays round however the picture is stretched.
    return (
        f"<g{_dim(figure.small)}><title>{told}</title>"
        f'<rect class="hit" x="0" y="{_LINE * line}" width="{_WIDTH}" height="{_LINE}"/>'
        f'{bar}<path class="dot" d="M{x:.1f} {y:g}h.01"/></g>'
    )


def _table(comparison: Comparison) -> str:
    heads = "".join(
        f'<th scope="col">{text_of(m.name)} <small>{text_of(m.unit)}</small></th>'
        for m in comparison.measures
    )
    rows = "".join(_row(comparison, g) for g in comparison.groups)
    last = _row(comparison, comparison.overall)
    return (
        f'<section><h2>The figures</h2><div class="scroll"><table><thead><tr><th scope="col">{text_of(comparison.by)}'
        f'</th><th scope="col">Articles <small>and sentences</small></th>{heads}</tr></thead>'
        f"<tbody>{rows}</tbody><tfoot>{last}</tfoot></table></div></section>"
    )


def _row(comparison: Comparison, group: Group) -> str:
    few_articles = f" <small>{few(comparison)}</small>" if group.small else ""
    cells = [
        f'<th scope="row"><bdi>{text_of(group.name)}</bdi>{few_articles}</th>',
        f'<td data-name="Articles"><b>{group.articles:,}</b> <small>{group.sentences:,} sentences</small></td>',
        *(_cell(m, group, group.figures[m.key]) for m in comparison.measures),
    ]
    return f"<tr{_dim(group.small)}>{''.join(cells)}</tr>\n"


def _cell(measure: Measure, group: Group, figure: Figure) -> str:
    between = ""
    if figure.low is not None and figure.high is not None:
        between = f" <small>{measure.said(figure.low)}–{measure.said(figure.high)}</small>"
    other = figure.small and figure.articles != group.articles
    few_here = f" <small>of {figure.articles:,} articles</small>" if other else ""
    name = text_of(f"{measure.name}, {measure.unit}")
    return f'<td{_dim(figure.small)} data-name="{name}"><b>{measure.said(figure.value)}</b>{between}{few_here}</td>'


def _dim(small: bool) -> str:
    return ' class="grey"' if small else ""


def _meanings(comparison: Comparison) -> str:
    return f'<section><h2>What the figures mean</h2><dl class="meanings">{"".join(_terms(comparison))}</dl></section>'


def _terms(comparison: Comparison) -> Iterator[str]:
    for m in comparison.measures:
        yield f"<div><dt>{text_of(m.name)}</dt><dd>{text_of(m.meaning)}</dd></div>"
    yield (
        "<div><dt>95 % interval</dt><dd>Articles were drawn again and again from those at hand; 95 of 100 times "
        "the figure fell into this range. It tells how much chance there is in which articles were collected, "
        "and not how often the model errs. A dash: the articles do not tell.</dd></div>"
    )
    if any(f.small for g in comparison.groups for f in g.figures.values()):
        yield (
            f"<div><dt>Grey</dt><dd>A figure from {few(comparison)} (of sarcasm: with comments). It can be far off, "
            "and its interval too narrow. A bar that reaches the edge of its panel goes on beyond it.</dd></div>"
        )


def _about(comparison: Comparison) -> str:
    order = (
        "" if comparison.by_time else f" The {noun(comparison)} with the highest share of opinion stand first"
    )
    small = any(g.small for g in comparison.groups) and order
    return (
        f'<p class="small">Scored by the model “{text_of(comparison.model)}”: it counts wording and judges no '
        f"one, and it errs.{order}{', small samples after the others' if small else ''}{'.' if order else ''}</p>"
    )

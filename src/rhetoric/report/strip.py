"""The picture over a report: one bar a sentence, as high as its probability."""

from __future__ import annotations

import math

from rhetoric.report.layout import parts_in
from rhetoric.report.report import Report

_GAP = 0.6  # between article and comments, in bars


def strip(report: Report, prefix: str) -> str:
    """Return a figure with an inline SVG: the probability of opinion along the text.

    Parameters
    ----------
    report : Report
        What to draw.
    prefix : str
        What the ids of the sentences begin with, for the links of the bars.
    """
    parts = parts_in(report)
    if not parts:
        return ""
    bars, x = [], 0.0
    for _, sentences in parts:
        for s in sentences:
            p = s.p_opinion if math.isfinite(s.p_opinion) else 0.0
            height, no = max(1.0, 100 * p), s.index + 1
            bars.append(
                f'<a href="#{prefix}{no}" tabindex="-1"><title>Sentence {no}: {p:.0%}</title>'
                f'<rect x="{x + 0.08:g}" y="0" width="0.84" height="100" fill="transparent"/>'
                f'<rect class="bar-{s.label}" x="{x + 0.08:g}" y="{100 - height:.1f}" width="0.84" '
                f'height="{height:.1f}"/></a>'
            )
            x += 1
        x += _GAP
    width = x - _GAP
    cut = 100 * report.threshold
    labels = [(0, "0%"), (100, "100%"), (cut, f"{report.threshold:.0%}")]
    axis = "".join(
        f'<span style="bottom:{at:.1f}%">{label}</span>'
        for at, label in labels
        if at == cut or abs(at - cut) > 14
    )
    below = "".join(f'<span style="flex:{len(rows)} 1 0">{name}</span>' for name, rows in parts)
    opinions = sum(s.label == "opinion" for s in report.sentences)
    told = f"Bar chart: {opinions} of {len(report.sentences)} sentences lie at or above the threshold."
    return (
        '<figure class="strip"><figcaption><b>Where the opinions stand</b>One bar a sentence, first to last. '
        "The higher, the likelier it is opinion; the dashed line is the threshold.</figcaption>"
        f'<div class="plot"><div class="axis" aria-hidden="true">{axis}</div>'
        f'<svg viewBox="0 0 {width:g} 100" preserveAspectRatio="none" role="img" aria-label="{told}">'
        f"{''.join(bars)}"
        f'<line class="cut" x1="0" x2="{width:g}" y1="{100 - cut:.1f}" y2="{100 - cut:.1f}"/></svg>'
        f'<div class="below" aria-hidden="true">{below}</div></div></figure>'
    )

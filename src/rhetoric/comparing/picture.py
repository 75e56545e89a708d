"""The picture as PNG, drawn by matplotlib, which is imported when it is needed."""

from __future__ import annotations

import io
import textwrap
import warnings
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from rhetoric.comparing.comparison import Comparison, Group
from rhetoric.comparing.measures import Measure
from rhetoric.comparing.plan import Axis, Plan, plan_of
from rhetoric.extras import need
from rhetoric.report.layout import harmless
from rhetoric.types import RhetoricError

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_DPI = 150  # 1,800 pixels wide: sharp at 1,200
_WIDTH, _LINE = 12.0, 0.27  # inches
_LONGEST_NAME = 30
_HEAD = 15  # characters a line
_INK, _SOFT, _GRID, _STRIPE = "#1d1d1b", "#5a5854", "#d9d5cd", "#f4f1eb"
_DOT, _GREY, _MEAN = "#a8430a", "#8a8781", "#2f5573"
_STYLE: Any = {
    "font.family": ["DejaVu Sans"],
    "font.size": 10,
    "text.color": _INK,
    "text.parse_math": False,  # a name may have dollar signs
    "axes.edgecolor": _SOFT,
    "xtick.color": _SOFT,
    "ytick.color": _INK,
}


def need_matplotlib() -> None:
    """Raise RhetoricError where matplotlib is not installed."""
    need("matplotlib", "plots", "A PNG", "write the page by --html, which has the same picture")


def draw(comparison: Comparison) -> bytes:
    """Draw a comparison: a panel a measure, a line a group.

    Parameters
    ----------
    comparison : Comparison

    Returns
    -------
    bytes
        A PNG; the same for the same comparison and version of matplotlib.

    Raises
    ------
    RhetoricError
        Where matplotlib is not installed, or nothing could be measured.
    """
    need_matplotlib()
    import matplotlib as mpl
    from matplotlib.figure import Figure

    plan = plan_of(comparison)
    if not plan.axes:
        raise RhetoricError("There is nothing to draw: no measure has any words or sentences.")
    with mpl.rc_context(_STYLE), warnings.catch_warnings():
        # The font lacks some scripts and draws boxes for them; the page and the table have the names.
        warnings.filterwarnings("ignore", message=r"Glyph .* missing from font")
        height = _LINE * len(plan.groups) + 2.1
        figure = Figure(figsize=(_WIDTH, height), facecolor="white", dpi=_DPI)
        figure.set_layout_engine("constrained", w_pad=0.1, h_pad=0.12)
        panels = figure.subplots(1, len(plan.axes), sharey=True, squeeze=False)[0]
        for axes, measure, axis in zip(panels, comparison.measures, plan.axes, strict=True):
            _panel(axes, comparison, plan, measure, axis)
        _names(panels[0], plan.groups)
        figure.suptitle(plan.title, x=0.01, ha="left", fontsize=15, fontweight="bold")
        said = f"{plan.subtitle} {plan.note}".strip()
        figure.supxlabel(textwrap.fill(said, 158), x=0.01, ha="left", fontsize=9.5, color=_SOFT)
        out = io.BytesIO()
        figure.savefig(out, format="png", dpi=_DPI, metadata={"Title": plan.title})
    return out.getvalue()


def _panel(axes: Axes, comparison: Comparison, plan: Plan, measure: Measure, axis: Axis) -> None:
    n = len(plan.groups)
    for line in range(0, n, 2):
        axes.axhspan(line - 0.5, line + 0.5, color=_STRIPE, zorder=0, linewidth=0)
    overall = comparison.overall.figures[measure.key].value
    if overall is not None:
        axes.axvline(measure.shown(overall), color=_MEAN, linestyle=(0, (4, 2.5)), linewidth=1.3, zorder=2)
    if plan.divided is not None:
        axes.axhline(plan.divided - 0.5, color=_INK, linewidth=0.8, zorder=2)
    for line, group in enumerate(plan.groups):
        f = group.figures[measure.key]
        if f.value is None:
            continue
        colour = _GREY if f.small else _DOT
        if f.low is not None and f.high is not None:
            ends = [measure.shown(f.low), measure.shown(f.high)]
            axes.plot(ends, [line, line], color=colour, linewidth=1.8, solid_capstyle="butt", zorder=3)
        axes.plot(measure.shown(f.value), line, "o", color=colour, markersize=6, clip_on=False, zorder=4)
    axes.set(xlim=(axis.ticks[0], axis.ticks[-1]), ylim=(n - 0.5, -0.5))
    axes.set_xticks(axis.ticks, axis.labels)
    axes.grid(axis="x", color=_GRID, linewidth=0.7)
    axes.set_axisbelow(True)
    axes.tick_params(length=0, labelsize=9)
    head: Any = {"xy": (0, 1), "xycoords": "axes fraction", "textcoords": "offset points", "va": "bottom"}
    axes.annotate(measure.unit, xytext=(0, 5), fontsize=9, color=_SOFT, **head)
    name = textwrap.fill(measure.name, _HEAD)
    axes.annotate(name, xytext=(0, 18), fontsize=10.5, fontweight="bold", **head)
    axes.spines[:].set_visible(False)


def _names(axes: Axes, groups: Sequence[Group]) -> None:
    names = [" ".join(harmless(g.name).split()) for g in groups]
    short = [name if len(name) <= _LONGEST_NAME else name[: _LONGEST_NAME - 1] + "…" for name in names]
    axes.set_yticks(range(len(groups)), short, fontsize=10)
    for label, group in zip(axes.get_yticklabels(), groups, strict=True):
        label.set_color(_SOFT if group.small else _INK)

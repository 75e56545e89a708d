"""What the picture shows, whoever draws it: which groups, in which order, on which axes."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from rhetoric.comparing.comparison import Comparison, Figure, Group
from rhetoric.comparing.grouping import NONE
from rhetoric.comparing.measures import Measure

MOST_SHOWN = 30
_NOUNS = {"outlet": "outlets", "topic": "topics", "month": "months", "year": "years", "file": "files"}
_STEPS = (1, 2, 5, 10)
_TICKS = 4  # steps an axis at most, before it is rounded
_SPAN = 0.4  # of an axis at least: figures are printed to 0.1


@dataclass(frozen=True, slots=True)
class Axis:
    """An axis in the numbers that people are shown, from its first tick to its last."""

    ticks: tuple[float, ...]
    labels: tuple[str, ...]

    def place(self, shown: float) -> float:
        """Where a number lies: 0 at the first tick, 1 at the last; what lies outside is put on the edge."""
        low, high = self.ticks[0], self.ticks[-1]
        return min(max((shown - low) / (high - low), 0.0), 1.0)


@dataclass(frozen=True, slots=True)
class Plan:
    """What is drawn.

    Attributes
    ----------
    groups : tuple of Group
        One line each, first on top.
    axes : tuple of Axis
        One a measure.
    divided : int or None
        After how many groups the small samples begin; None where they are not set apart.
    title, subtitle : str
        What it shows, and how it is read.
    note : str
        What was left out, empty where nothing was.
    """

    groups: tuple[Group, ...]
    axes: tuple[Axis, ...]
    divided: int | None
    title: str
    subtitle: str
    note: str


def plan_of(comparison: Comparison) -> Plan:
    """Choose what is drawn: at most ``MOST_SHOWN`` groups, the largest, or the last in time."""
    groups = _chosen(comparison)
    axes = tuple(
        _axis(m, [g.figures[m.key] for g in (*groups, comparison.overall)]) for m in comparison.measures
    )
    large = sum(not g.small for g in groups)
    apart = not comparison.by_time and 0 < large < len(groups) and all(g.small for g in groups[large:])
    left = len(comparison.groups) - len(groups)
    nouns = noun(comparison)
    which = f"the last {len(groups)}" if comparison.by_time else f"the {len(groups)} with the most articles"
    note = f"Of {len(comparison.groups):,} {nouns}, {which} are drawn; the table has all." if left else ""
    return Plan(
        groups, axes, large if apart else None, _title(comparison), _subtitle(comparison, groups, axes), note
    )


def noun(comparison: Comparison) -> str:
    """What the groups are called: "outlets"."""
    return _NOUNS.get(comparison.by, "groups")


def few(comparison: Comparison) -> str:
    """What is said of a small sample."""
    if comparison.minimum == 2:
        return "a single article"
    return f"fewer than {comparison.minimum:,} articles"


def figure_words(measure: Measure, value: float) -> str:
    """A figure with its unit."""
    # A line must not end between number and unit.
    unit = "%" if measure.percent else measure.unit
    return f"{measure.said(value)}\N{NO-BREAK SPACE}{unit}"


def figure_sentence(measure: Measure, figure: Figure) -> str:
    """A figure with its unit and interval in words."""
    if figure.value is None:
        return "nothing to measure"
    return f"{figure_words(measure, figure.value)}{interval_words(measure, figure)}"


def interval_words(measure: Measure, figure: Figure) -> str:
    """The interval in words, empty where there is none."""
    if figure.low is None or figure.high is None:
        return ""
    return f", 95 % interval {measure.said(figure.low)} to {measure.said(figure.high)}"


def _chosen(comparison: Comparison) -> tuple[Group, ...]:
    groups = comparison.groups
    if len(groups) <= MOST_SHOWN:
        return groups
    if comparison.by_time:
        return tuple(g for g in groups if g.name != NONE)[-MOST_SHOWN:]
    largest = {g.name for g in sorted(groups, key=_size)[:MOST_SHOWN]}
    return tuple(g for g in groups if g.name in largest)


def _size(group: Group) -> tuple[int, str]:
    return -group.articles, group.name


def _axis(measure: Measure, figures: Sequence[Figure]) -> Axis:
    """An axis that has room for all values, and for the intervals of what is no small sample."""
    values = list(_extent(figures, small=False)) or list(_extent(figures, small=True))
    values += [f.value for f in figures if f.value is not None]
    shown = [measure.shown(v) for v in values] or [0.0]
    low, high = min(shown), max(shown)
    if low < high / 3 or low == high:
        low = 0.0
    step = _step(max(high - low, _SPAN) / _TICKS)
    first = math.floor(low / step + 1e-9)
    last = max(math.ceil(high / step - 1e-9), first + 1)
    if measure.percent and last * step > 100:  # all steps divide 100
        last = round(100 / step)
        first = min(first, last - 1)
    digits = max(0, -math.floor(math.log10(step) + 1e-9))
    ticks = tuple(i * step for i in range(first, last + 1))
    return Axis(ticks, tuple(f"{tick:.{digits}f}" for tick in ticks))


def _extent(figures: Iterable[Figure], *, small: bool) -> Iterable[float]:
    for figure in figures:
        if figure.small == small and figure.low is not None and figure.high is not None:
            yield from (figure.low, figure.high)


def _step(least: float) -> float:
    """The smallest of 1, 2, 5 times a power of ten that is not below."""
    power = 10.0 ** math.floor(math.log10(least))
    return next(power * s for s in _STEPS if power * s >= least * (1 - 1e-9))


def _title(comparison: Comparison) -> str:
    nouns = noun(comparison)
    if comparison.by_time:
        return f"Opinion and wording from {comparison.by} to {comparison.by}"
    return f"How {nouns} differ in opinion and wording"


def _subtitle(comparison: Comparison, groups: Sequence[Group], axes: Sequence[Axis]) -> str:
    total = comparison.overall
    said = [
        f"{total.articles:,} articles, {total.sentences:,} sentences.",
        "Dot: the figure. Bar: its 95 % interval. Dashed line: all articles together.",
    ]
    if any(f.small for g in groups for f in g.figures.values()):
        said.append(f"Grey: {few(comparison)}, little to go by.")
    if not from_zero(axes):
        said.append("Not all axes begin at 0.")
    return " ".join(said)


def from_zero(axes: Sequence[Axis]) -> bool:
    """Whether all axes begin at 0, as readers expect."""
    return all(axis.ticks[0] == 0 for axis in axes)

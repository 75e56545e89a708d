"""Reliability: of the sentences that get a probability of .8, are eight in ten positive? As a table and a picture."""

from __future__ import annotations

import hashlib
import io
import json
import textwrap
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from rhetoric.types import RhetoricError

if TYPE_CHECKING:
    from matplotlib.axes import Axes

Float = NDArray[np.float64]
_TITLE = 56  # characters a line
_Z = 1.959963984540054  # of a 95 % interval
_INK, _GRID, _BLUE, _GREY = "#1f2328", "#d0d7de", "#0969da", "#6e7781"
# Letters stay text; the measures of matplotlib's own font make the layout the same everywhere.
_STYLE: Any = {
    "svg.hashsalt": "rhetoric",
    "svg.fonttype": "none",
    "font.family": ["DejaVu Sans"],
    "font.size": 10,
    "text.color": _INK,
    "axes.labelcolor": _INK,
    "axes.edgecolor": _GREY,
    "xtick.color": _INK,
    "ytick.color": _INK,
}


@dataclass(frozen=True, slots=True, eq=False)
class Reliability:
    """A reliability table over bins of equal width.

    Attributes
    ----------
    predicted : ndarray of float64, shape (bins,)
        Mean probability of the rows of each bin; NaN where it is empty.
    observed : ndarray of float64, shape (bins,)
        Share of positives among them; NaN where it is empty.
    n : ndarray of int64, shape (bins,)
        How many rows.
    low, high : ndarray of float64, shape (bins,)
        The 95 % interval of ``observed``; see :func:`wilson`.
    """

    predicted: Float
    observed: Float
    n: NDArray[np.int64]
    low: Float
    high: Float

    @property
    def expected_calibration_error(self) -> float:
        """Mean distance of predicted from observed, weighted by rows: the measure of the same name."""
        full = self.n > 0
        gap = np.abs(self.predicted - self.observed)[full]
        return float((self.n[full] * gap).sum() / max(int(self.n.sum()), 1))

    def to_dict(self) -> dict[str, list[float | None] | list[int]]:
        """What goes on a card, rounded to four digits; an empty bin is null."""
        return {
            "predicted": _nullable(self.predicted),
            "observed": _nullable(self.observed),
            "n": self.n.tolist(),
        }

    @classmethod
    def from_dict(cls, table: Mapping[str, Sequence[float | None]]) -> Reliability:
        """Read the table of a card; the intervals are worked out anew.

        Raises
        ------
        RhetoricError
            Where a column is missing or the columns differ in length.
        """
        try:
            predicted, observed, n = (
                np.array([np.nan if v is None else v for v in table[name]], dtype=np.float64)
                for name in ("predicted", "observed", "n")
            )
        except (KeyError, TypeError, ValueError) as error:
            raise RhetoricError(f"A card's reliability table cannot be read: {error!r}.") from error
        if not len(predicted) == len(observed) == len(n) > 0:
            raise RhetoricError(
                "A card's reliability table needs columns of one length."
                f" Got {len(predicted)}, {len(observed)} and {len(n)}."
            )
        return cls(predicted, observed, n.astype(np.int64), *wilson(observed, n))


def _nullable(values: Float) -> list[float | None]:
    return [None if np.isnan(v) else round(v, 4) for v in values.tolist()]


def wilson(share: Float, n: NDArray[Any]) -> tuple[Float, Float]:
    """95 % score interval of a share (Wilson 1927, doi:10.1080/01621459.1927.10502953).

    Parameters
    ----------
    share : ndarray of float, shape (k,)
    n : ndarray, shape (k,)
        Out of how many; NaN comes back where it is 0.

    Returns
    -------
    low, high : ndarray of float64, shape (k,)
        Within 0 and 1, also for a share of 0 or 1.
    """
    size = np.where(n > 0, n, np.nan).astype(np.float64)
    scale = 1 + _Z**2 / size
    centre = (share + _Z**2 / (2 * size)) / scale
    half = _Z / scale * np.sqrt(share * (1 - share) / size + _Z**2 / (4 * size**2))
    return np.clip(centre - half, 0, 1), np.clip(centre + half, 0, 1)


def reliability(positive: NDArray[np.bool_], probability: Float, bins: int = 10) -> Reliability:
    """Compare probabilities with what came true.

    Parameters
    ----------
    positive : ndarray of bool, shape (n,)
    probability : ndarray of float, shape (n,)
    bins : int, default=10
        Of equal width, as for the expected calibration error in :mod:`rhetoric.evaluation.metrics`.

    Returns
    -------
    Reliability

    Raises
    ------
    ValueError
        Where lengths differ, there is no bin, or a probability is not a number from 0 to 1.
    """
    y, p = np.asarray(positive, dtype=np.bool_), np.asarray(probability, dtype=np.float64)
    if y.shape != p.shape or y.ndim != 1:
        raise ValueError(f"reliability needs as many labels as probabilities. Got {y.shape} and {p.shape}.")
    if bins < 1:
        raise ValueError(f"The 'bins' parameter of reliability must be at least 1. Got {bins} instead.")
    if not ((p >= 0) & (p <= 1)).all():
        raise ValueError("The 'probability' parameter of reliability must lie within 0 and 1.")
    at = np.minimum((p * bins).astype(np.int64), bins - 1)
    n = np.bincount(at, minlength=bins)
    size = np.where(n > 0, n, np.nan)
    predicted = np.bincount(at, weights=p, minlength=bins) / size
    observed = np.bincount(at, weights=y.astype(np.float64), minlength=bins) / size
    return Reliability(predicted, observed, n, *wilson(observed, n))


def draw_reliability(table: Reliability, title: str) -> str:
    """Draw a reliability table with the histogram of scores below it.

    Parameters
    ----------
    table : Reliability
    title : str
        The model and the set.

    Returns
    -------
    str
        SVG on a white ground, so that it can be read on a dark page too; the same bytes for the same input and
        version of matplotlib, which both stand in its metadata.

    Raises
    ------
    RhetoricError
        Where matplotlib is not installed.
    """
    try:
        import matplotlib as mpl
        from matplotlib.figure import Figure
    except ImportError as error:
        raise RhetoricError("Pictures need matplotlib: pip install 'rhetoric-news[train]'.") from error
    with mpl.rc_context(_STYLE):
        figure = Figure(figsize=(5.4, 5.6), layout="constrained", facecolor="white")
        above, below = figure.subplots(2, 1, sharex=True, height_ratios=[3, 1])
        _curve(above, table)
        _histogram(below, table)
        above.set_title(textwrap.fill(title, _TITLE), fontsize=11)
        body = io.StringIO()
        metadata = {"Date": None, "Title": title, "Description": fingerprint(table, title)}
        figure.savefig(body, format="svg", metadata=metadata | {"Creator": f"matplotlib {mpl.__version__}"})
    return "\n".join(line.rstrip() for line in body.getvalue().splitlines()) + "\n"


def fingerprint(table: Reliability, title: str) -> str:
    """What a picture was drawn from, in short: it tells a picture of other figures from one of another font."""
    content = json.dumps([title, table.to_dict()])
    return "data " + hashlib.sha256(content.encode()).hexdigest()[:16]


def _curve(axes: Axes, table: Reliability) -> None:
    full = np.flatnonzero(table.n > 0)
    x, y = table.predicted[full], table.observed[full]
    # Rounded figures of a card can lie a hair outside their own interval.
    whiskers = np.maximum([y - table.low[full], table.high[full] - y], 0)
    axes.plot([0, 1], [0, 1], color=_GREY, linestyle="--", linewidth=1, label="perfectly calibrated")
    axes.errorbar(
        x, y, yerr=whiskers, color=_BLUE, marker="o", markersize=5, linewidth=1.6, elinewidth=1, capsize=3,
        clip_on=False, zorder=3, label=f"this model (ECE {table.expected_calibration_error:.3f})",
    )  # fmt: skip
    axes.set(xlim=(0, 1), ylim=(0, 1), ylabel="observed share of positives, 95 % interval")
    axes.grid(color=_GRID, linewidth=0.6)
    axes.set_axisbelow(True)
    axes.legend(loc="upper left", frameon=False)


def _histogram(axes: Axes, table: Reliability) -> None:
    edges = np.linspace(0, 1, len(table.n) + 1)
    share = 100 * table.n / max(int(table.n.sum()), 1)
    axes.bar(edges[:-1], share, width=np.diff(edges), align="edge", color=_BLUE, edgecolor="white", alpha=0.8)
    axes.set(xlabel="predicted probability (points: mean of each bin)", ylabel="% of rows")
    axes.set_xticks(np.linspace(0, 1, 6))
    axes.grid(color=_GRID, linewidth=0.6, axis="y")
    axes.set_axisbelow(True)

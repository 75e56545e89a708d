"""A comparison as plain values and as CSV."""

from __future__ import annotations

import csv
import io
from typing import Any

from rhetoric.batch.output import escaped
from rhetoric.comparing.comparison import Comparison, Group
from rhetoric.report.layout import encodable

SCHEMA_VERSION = 1


def as_dict(comparison: Comparison) -> dict[str, Any]:
    """Plain JSON-ready values.

    Returns
    -------
    dict
        ``version`` (1; it changes when a key is renamed, removed or changes its meaning), ``by``, ``minimum``,
        ``model``, ``notes``, ``measures`` (each with ``key``, ``name``, ``unit``, ``meaning``), ``overall`` and
        ``groups``: each with ``name``, ``articles``, ``sentences``, ``words``, ``comments_sentences``, ``small``,
        and each measure with ``value``, ``low``, ``high``, ``articles``, ``small``. Shares are from 0 to 1.
    """
    return {
        "version": SCHEMA_VERSION,
        "by": comparison.by,
        "minimum": comparison.minimum,
        "model": comparison.model,
        "notes": [encodable(note) for note in comparison.notes],
        "measures": [
            {"key": m.key, "name": m.name, "unit": m.unit, "meaning": m.meaning} for m in comparison.measures
        ],
        "overall": _group(comparison.overall),
        "groups": [_group(group) for group in comparison.groups],
    }


def _group(group: Group) -> dict[str, Any]:
    return {
        "name": encodable(group.name),
        "articles": group.articles,
        "sentences": group.sentences,
        "words": group.words,
        "comments_sentences": group.comments_sentences,
        "small": group.small,
        **{
            key: {"value": f.value, "low": f.low, "high": f.high, "articles": f.articles, "small": f.small}
            for key, f in group.figures.items()
        },
    }


def as_csv(comparison: Comparison) -> str:
    """One row a group, "all articles" first; a name that a spreadsheet would take for a formula gets an apostrophe.

    The columns are those of :func:`as_dict`, a measure's as ``opinion_share``, ``opinion_share_low``,
    ``opinion_share_high``, ``opinion_share_articles``, ``opinion_share_small``.
    """
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n", quoting=csv.QUOTE_MINIMAL)
    for number, group in enumerate((comparison.overall, *comparison.groups)):
        row: dict[str, Any] = {
            comparison.by: escaped(encodable(group.name.replace("\0", "\N{REPLACEMENT CHARACTER}")))
        }
        for key, value in _group(group).items():
            if isinstance(value, dict):
                row |= {key if k == "value" else f"{key}_{k}": v for k, v in value.items()}
            elif key != "name":
                row[key] = value
        cells = [int(v) if isinstance(v, bool) else v for v in row.values()]
        if not number:
            writer.writerow(row)
        writer.writerow(cells)
    return out.getvalue()

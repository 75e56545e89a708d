"""A report as rows: data frames, JSON-ready values, and CSV that no spreadsheet takes for formulas."""

from __future__ import annotations

import csv
import io
import math
from collections import Counter
from typing import TYPE_CHECKING, Any

from rhetoric.report.layout import ARTICLE_PARTS, encodable
from rhetoric.report.report import Report, SentenceReport
from rhetoric.types import Cue

if TYPE_CHECKING:
    import pandas as pd

SCHEMA_VERSION = 1
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")
_CUE_TYPES = {
    "kind": "str",
    "start": "int64",
    "end": "int64",
    "text": "str",
    "rule": "str",
    "why": "str",
    "weight": "float64",
    "voice": "str",
    "sentence": "int64",
}


def sentence_types(report: Report) -> dict[str, str]:
    """Return the columns of the sentence table and their dtypes, in order."""
    types = {"part": "str", "index": "int64", "start": "int64", "end": "int64", "text": "str", "voice": "str"}
    types.update((f"p_{task}", "float64") for task in _tasks(report))
    types["label"] = "str"
    types.update((column, "int64") for column in _cue_columns(report).values())
    return types


def sentence_rows(report: Report) -> list[dict[str, Any]]:
    """Return one plain mapping a sentence, with the columns of :func:`sentence_types`."""
    tasks, cue_columns = _tasks(report), _cue_columns(report)
    rows = []
    for s in report.sentences:
        counts = Counter(cue.kind for cue in s.cues)
        row: dict[str, Any] = {
            "part": s.part,
            "index": s.index,
            "start": s.start,
            "end": s.end,
            "text": encodable(s.text),
            "voice": s.voice,
            **{f"p_{task}": float(s.scores.get(task, math.nan)) for task in tasks},
            "label": s.label,
            **{column: counts[kind] for kind, column in cue_columns.items()},
        }
        rows.append(row)
    return rows


def sentence_frame(report: Report) -> pd.DataFrame:
    """One row a sentence.

    Returns
    -------
    pandas.DataFrame
        ``part, index, start, end, text, voice, p_opinion, p_loaded, p_sarcasm, p_hedge, label``, then the
        number of cues of each kind. Lone surrogates in the text are replaced by U+FFFD.
    """
    return _frame(sentence_rows(report), sentence_types(report))


def cue_frame(report: Report) -> pd.DataFrame:
    """One row a cue: ``kind, start, end, text, rule, why, weight, voice, sentence`` (its index)."""
    rows = [{**_cue(cue), "sentence": s.index} for s in report.sentences for cue in s.cues]
    return _frame(rows, _CUE_TYPES)


def as_dict(report: Report) -> dict[str, Any]:
    """Return everything in a report as plain values that ``json.dumps`` takes.

    Returns
    -------
    dict
        ``version`` (1; it changes when a key is renamed, removed or changes its meaning), ``model``,
        ``threshold``, ``models`` and ``thresholds`` (by task), ``shares`` (by task; where a share of positives
        was stated), ``text`` (what all offsets point into), ``n_words``, ``n_sentences``,
        ``opinion_share`` (``all``, ``article``, ``comments``; null where there is no such sentence),
        ``cue_kinds``, ``cue_rates`` (per 1,000 words, by kind), ``warnings``, and ``sentences``: a list of
        ``index, part, start, end, text, voice, p_opinion, p_loaded, p_sarcasm, p_hedge, label`` and ``cues``, a
        list of ``kind, start, end, text, rule, why, weight, voice``.
        Offsets are half-open and count code points. Lone surrogates are replaced by U+FFFD.
    """
    return {
        "version": SCHEMA_VERSION,
        "model": encodable(report.model),
        "threshold": float(report.threshold),
        "models": {task: encodable(name) for task, name in report.models.items()},
        "thresholds": dict(report.thresholds),
        "shares": dict(report.shares),
        "text": encodable(report.document.text),
        "n_words": report.n_words,
        "n_sentences": len(report.sentences),
        "opinion_share": {
            "all": _or_none(report.opinion_share),
            "article": _or_none(report.share(*ARTICLE_PARTS)),
            "comments": _or_none(report.share("comment")),
        },
        "cue_kinds": [encodable(kind) for kind in report.cue_kinds],
        "cue_rates": {encodable(kind): rate for kind, rate in report.cue_rates().items()},
        "warnings": [encodable(warning) for warning in report.warnings],
        "sentences": [sentence_dict(s) for s in report.sentences],
    }


def sentence_dict(s: SentenceReport) -> dict[str, Any]:
    """Return one sentence as it stands in :func:`as_dict`."""
    return {
        "index": s.index,
        "part": s.part,
        "start": s.start,
        "end": s.end,
        "text": encodable(s.text),
        "voice": s.voice,
        **{f"p_{task}": _or_none(float(p)) for task, p in s.scores.items()},
        "label": s.label,
        "cues": [_cue(cue) for cue in s.cues],
    }


def as_csv(report: Report) -> str:
    """Return the sentence table as CSV that is safe to open in a spreadsheet.

    A text cell that starts with ``=``, ``+``, ``-``, ``@``, a tab or a line end would be run as a formula by
    some programs; it is prefixed by an apostrophe (``'``). Numbers stay as they are.
    """
    out = io.StringIO()
    columns = list(sentence_types(report))
    # All text quoted: the writer leaves a lone carriage return bare, which readers take for a line end.
    writer = csv.writer(out, quoting=csv.QUOTE_NONNUMERIC, lineterminator="\n")
    writer.writerow(_cell(encodable(name)) for name in columns)
    for row in sentence_rows(report):
        writer.writerow(_cell(row[name]) for name in columns)
    return out.getvalue()


def _cue(cue: Cue) -> dict[str, Any]:
    fields = ("kind", "start", "end", "text", "rule", "why", "weight", "voice")
    values = ((name, getattr(cue, name)) for name in fields)
    return {name: encodable(value) if isinstance(value, str) else value for name, value in values}


def _cell(value: Any) -> Any:
    if isinstance(value, float) and math.isnan(value):
        return ""
    if isinstance(value, str):
        # Some readers stop at a NUL; there is nothing to see in it.
        value = value.replace("\0", "\N{REPLACEMENT CHARACTER}")
        return "'" + value if value.startswith(_FORMULA) else value
    return value


def _tasks(report: Report) -> list[str]:
    return list(
        dict.fromkeys(["opinion", *report.thresholds, *(t for s in report.sentences for t in s.scores)])
    )


def _cue_columns(report: Report) -> dict[str, str]:
    # A kind that is called as another column would overwrite it.
    taken = {"part", "index", "start", "end", "text", "voice", "label", *(f"p_{t}" for t in _tasks(report))}
    return {kind: f"{kind}_cues" if kind in taken else kind for kind in report.cue_kinds}


def _frame(rows: list[dict[str, Any]], types: dict[str, str]) -> pd.DataFrame:
    import pandas as pd

    columns = {name: pd.Series([row[name] for row in rows], dtype=dtype) for name, dtype in types.items()}
    return pd.DataFrame(columns)


def _or_none(value: float) -> float | None:
    return value if math.isfinite(value) else None

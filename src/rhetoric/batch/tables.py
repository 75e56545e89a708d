"""The tables that come out: their columns and types, and groups of articles put together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from rhetoric.batch.articles import BadRow, Options
from rhetoric.batch.counting import Column, Group, Strings, kind_columns
from rhetoric.report.layout import encodable
from rhetoric.tasks import TASKS

if TYPE_CHECKING:
    import pandas as pd

TABLES = ("articles", "sentences", "cues", "errors")
_INT, _FLOAT, _STR = "int64", "float64", "str"


@dataclass(frozen=True, slots=True, eq=False)
class Tables:
    """Columns by name, all of a table of one length: numpy arrays, or lists of ``str | None``.

    A table that was not asked for has its columns and no row.
    """

    articles: Mapping[str, Column]
    sentences: Mapping[str, Column]
    cues: Mapping[str, Column]
    errors: Mapping[str, Column]
    options: Options

    def columns(self, name: str) -> Mapping[str, Column]:
        """Return the columns of the table of this name."""
        return dict(zip(TABLES, (self.articles, self.sentences, self.cues, self.errors), strict=True))[name]

    def frame(self, name: str) -> pd.DataFrame:
        """Return the table of this name as a pandas data frame, its dtypes the same for any content."""
        import pandas as pd

        types = column_types(name, self.options)
        columns = self.columns(name)
        return pd.DataFrame({c: pd.Series(columns[c], dtype=types[c]) for c in types})

    def error_rows(self) -> list[BadRow]:
        """The errors as values."""
        columns: list[Any] = [self.errors[name] for name in ("file", "row", "id", "reason")]
        return [BadRow(file, int(row), key, str(why)) for file, row, key, why in zip(*columns, strict=True)]

    @property
    def n_sentences(self) -> int:
        """Sentences that were scored, those of comments too, whichever tables were asked for."""
        if len(self.sentences["id"]):
            return len(self.sentences["id"])
        columns = (self.articles["n_sentences"], self.articles["n_comments_sentences"])
        return sum(int(np.sum(np.asarray(column))) for column in columns)

    @property
    def n_warned(self) -> int:
        """Articles with a warning."""
        return sum(warning is not None for warning in self.articles["warning"])


def column_types(name: str, options: Options) -> dict[str, str]:
    """The columns of a table and their dtypes ("str", "int64", "float64"), in order."""
    kinds = dict.fromkeys(kind_columns().values(), _INT) if options.cue_counts else {}
    if name == "articles":
        given = dict.fromkeys(("id", "file", "row", "title", "outlet", "topic", "date"), _STR) | {"row": _INT}
        own = ["n_words", "n_sentences", "n_opinion", "mean_p_opinion", "opinion_share", "n_quoted_words"]
        own += ["n_loaded_sentences", "n_hedged_sentences"]
        comments = (f"n_comments_{what}" for what in ("words", "sentences", "opinion", "sarcastic"))
        types = given | dict.fromkeys(own, _INT) | kinds | dict.fromkeys(comments, _INT)
        types |= {"n_characters": _INT, "warning": _STR, "mean_p_opinion": _FLOAT, "opinion_share": _FLOAT}
        return types
    if name == "sentences":
        spans = dict.fromkeys(("index", "start", "end"), _INT)
        scores = dict.fromkeys((f"p_{task}" for task in TASKS), _FLOAT)
        head = {"id": _STR, "part": _STR, **spans, "text": _STR, "voice": _STR}
        return head | scores | {"label": _STR} | kinds
    if name == "cues":
        strings = dict.fromkeys(("id", "kind", "start", "end", "text", "rule", "why"), _STR)
        return strings | {"start": _INT, "end": _INT, "weight": _FLOAT, "voice": _STR, "sentence": _INT}
    return {"file": _STR, "row": _INT, "id": _STR, "reason": _STR}


def join(groups: Sequence[Group], errors: Sequence[BadRow], options: Options) -> Tables:
    """Put the columns of groups of articles together.

    Parameters
    ----------
    groups : sequence of Group
    errors : sequence of BadRow
    options : Options
    """
    return Tables(
        _joined("articles", [g.articles for g in groups if g.articles], options),
        _joined("sentences", [g.sentences for g in groups if g.sentences], options),
        _joined("cues", [g.cues for g in groups if g.cues], options),
        error_columns(errors),
        options,
    )


def error_columns(errors: Sequence[BadRow]) -> dict[str, Column]:
    """The table of errors."""
    return {
        "file": [None if e.file is None else encodable(e.file) for e in errors],
        "row": np.array([e.row for e in errors], dtype=np.int64),
        "id": [None if e.id is None else encodable(e.id) for e in errors],
        "reason": [encodable(e.reason) for e in errors],
    }


def _joined(name: str, groups: Sequence[Mapping[str, Column]], options: Options) -> dict[str, Column]:
    out: dict[str, Column] = {}
    for column, dtype in column_types(name, options).items():
        if dtype == _STR:
            strings: Strings = []
            for group in groups:
                strings += list(group[column])
            out[column] = strings
        else:
            arrays = [np.asarray(group[column]) for group in groups]
            out[column] = np.concatenate([np.zeros(0, dtype=dtype), *arrays], dtype=dtype)
    return out

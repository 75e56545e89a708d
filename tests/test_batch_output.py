"""What goes out: files of every format give back what was put in."""

from __future__ import annotations

import csv
import math
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from batch_pages import articles
from hypothesis import given
from hypothesis import strategies as st

from rhetoric.batch.articles import Options
from rhetoric.batch.output import FORMATS, as_bytes, escaped, from_file, restored
from rhetoric.batch.score import score_articles
from rhetoric.batch.tables import TABLES, column_types
from rhetoric.scorers import load_scorers
from rhetoric.types import RhetoricError

TYPES = {"name": "str", "n": "int64", "p": "float64"}
NASTY = ["=1+1", "'=1", "''@x", "'quoted'", "-", "\ttab", "a\rb", 'a"b,c\n', None, "\u2028 é 😀", "'", "+"]


def columns(names: list[str | None]) -> dict[str, Any]:
    n = len(names)
    return {
        "name": names,
        "n": np.arange(n) - 1,
        "p": np.array([math.nan, 0.1, 1e-300][:n] + [1 / 3] * (n - 3)),
    }


@pytest.mark.parametrize("form", FORMATS)
def test_a_file_gives_back_what_was_put_in(form: str, tmp_path: Path) -> None:
    path = tmp_path / f"a.{form}"
    path.write_bytes(as_bytes(columns(NASTY), TYPES, form))
    found = from_file(path, TYPES)
    assert found["name"] == NASTY
    assert found["n"] == list(range(-1, len(NASTY) - 1))
    assert found["p"] == [None, 0.1, 1e-300, *[1 / 3] * (len(NASTY) - 3)]


@pytest.mark.parametrize("form", FORMATS)
def test_a_file_without_rows(form: str, tmp_path: Path) -> None:
    path = tmp_path / f"a.{form}"
    path.write_bytes(as_bytes(columns([]), TYPES, form))
    assert from_file(path, TYPES) == {"name": [], "n": [], "p": []}


@given(st.text(st.sampled_from("'=+-@\t\r\nab"), max_size=6))
def test_no_cell_is_a_formula_and_each_is_restored(cell: str) -> None:
    assert not escaped(cell).startswith(("=", "+", "-", "@", "\t", "\r", "\n"))
    assert restored(escaped(cell)) == cell


def test_numbers_are_not_escaped(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(as_bytes(columns(["=x", "y", "z"]), TYPES, "csv"))
    with path.open(newline="") as file:
        assert list(csv.reader(file))[1] == ["'=x", "-1", ""]


@pytest.mark.parametrize("form", FORMATS)
def test_the_tables_of_articles_with_anything_in_them(form: str, tmp_path: Path) -> None:
    options = Options(cues=True)
    tables = score_articles(articles(), load_scorers(), options)
    for name in TABLES:
        types = column_types(name, options)
        path = tmp_path / f"{name}.{form}"
        path.write_bytes(as_bytes(tables.columns(name), types, form))
        assert as_bytes(tables.columns(name), types, form) == path.read_bytes()
        found = from_file(path, types)
        frame = pd.DataFrame({c: pd.Series(found[c], dtype=t) for c, t in types.items()})
        expected = tables.frame(name)
        if form == "csv" and "text" in expected:
            expected["text"] = expected["text"].str.replace("\0", "\ufffd")
        pd.testing.assert_frame_equal(frame, expected, check_exact=True)


@pytest.mark.parametrize("name", ["none.csv", "a.csv", "a.jsonl", "a.parquet"])
def test_a_damaged_file(name: str, tmp_path: Path) -> None:
    if name != "none.csv":
        (tmp_path / name).write_bytes(b'{"a": 1}\n"x')
    with pytest.raises(RhetoricError, match="is damaged or missing"):
        from_file(tmp_path / name, TYPES)

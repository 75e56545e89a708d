"""Labelled tables of every kind give the same rows, and what is wrong with one is said by name."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from rhetoric.datasets.tables import read_labelled, read_table
from rhetoric.types import RhetoricError

ROWS = [
    ('A lone " quote, and a comma', "OBJ", "n1"),
    ("“Curly” quotes, 漢字 😀", "SUBJ", "n1"),
    ("NA", "OBJ", "n2"),
    ("null", "SUBJ", "n2"),
    ("2024-01-05", "OBJ", "n3"),
    ("1,200", "SUBJ", "007"),
    ("'single' and \\n backslash", "OBJ", "n3"),
]
COLUMNS = ["text", "label", "outlet"]


def write_tsv(path: Path) -> None:
    path.write_text("\n".join("\t".join(r) for r in [tuple(COLUMNS), *ROWS]) + "\n", encoding="utf-8")


def write_csv(path: Path) -> None:
    pd.DataFrame(ROWS, columns=COLUMNS).to_csv(path, index=False)


def write_jsonl(path: Path) -> None:
    lines = [json.dumps(dict(zip(COLUMNS, row, strict=True)), ensure_ascii=False) for row in ROWS]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def write_parquet(path: Path) -> None:
    pd.DataFrame(ROWS, columns=COLUMNS).to_parquet(path)


WRITERS: dict[str, Callable[[Path], None]] = {
    "t.tsv": write_tsv,
    "t.csv": write_csv,
    "t.jsonl": write_jsonl,
    "t.ndjson": write_jsonl,
    "t.parquet": write_parquet,
    "T.TSV": write_tsv,
    "a.b.csv": write_csv,
}


@pytest.mark.parametrize("name", WRITERS)
def test_every_kind_gives_the_same_rows(tmp_path: Path, name: str) -> None:
    WRITERS[name](tmp_path / name)
    assert_the_rows(tmp_path / name)


@pytest.mark.parametrize("name", ["t.tsv", "t.csv", "t.jsonl"])
def test_compressed(tmp_path: Path, name: str) -> None:
    WRITERS[name](tmp_path / name)
    packed = tmp_path / f"{name}.gz"
    packed.write_bytes(gzip.compress((tmp_path / name).read_bytes()))
    assert_the_rows(packed)


def assert_the_rows(path: Path) -> None:
    for given in (path, str(path)):
        table = read_labelled(given, "text", "label", "SUBJ", "outlet")
        assert table.texts == [row[0] for row in ROWS]
        assert all(type(text) is str for text in table.texts)
        assert table.positive.dtype == np.bool_
        assert table.positive.tolist() == [row[1] == "SUBJ" for row in ROWS]
        assert table.groups is not None
        assert table.groups.tolist() == [row[2] for row in ROWS]
        assert table.skipped == 0
    assert read_labelled(path, "text", "label", "OBJ").groups is None
    assert read_labelled(path, "text", "label", "OBJ").positive.tolist() == (~table.positive).tolist()


def test_a_tsv_has_no_quoting(tmp_path: Path) -> None:
    path = tmp_path / "t.tsv"
    path.write_text('text\tlabel\n"Half a quote\tSUBJ\nAnother "one\tOBJ\n"whole"\tOBJ\n', encoding="utf-8")
    table = read_labelled(path, "text", "label", "SUBJ")
    assert table.texts == ['"Half a quote', 'Another "one', '"whole"']


def test_a_csv_has(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_text('text,label\n"two\nlines, and ""quotes""",SUBJ\nplain,OBJ\n', encoding="utf-8")
    assert read_labelled(path, "text", "label", "SUBJ").texts == ['two\nlines, and "quotes"', "plain"]


def test_windows_line_ends_and_a_byte_order_mark(tmp_path: Path) -> None:
    path = tmp_path / "t.tsv"
    path.write_bytes(b"\xef\xbb\xbftext\tlabel\r\nOne.\tSUBJ\r\nTwo.\tOBJ\r\n")
    table = read_labelled(path, "text", "label", "SUBJ")
    assert table.texts == ["One.", "Two."]
    assert table.positive.tolist() == [True, False]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("t.tsv", "text\tlabel\nOne.\tSUBJ\n\tSUBJ\n  \tOBJ\nTwo.\t\nThree.\tOBJ\n"),
        ("t.csv", "text,label\nOne.,SUBJ\n,SUBJ\n  ,OBJ\nTwo.,\nThree.,OBJ\n"),
        (
            "t.jsonl",
            '{"text": "One.", "label": "SUBJ"}\n{"text": null, "label": "SUBJ"}\n'
            '{"text": "  ", "label": "OBJ"}\n'
            '{"text": "Two.", "label": null}\n{"text": "Three.", "label": "OBJ"}\n',
        ),
    ],
)
def test_rows_without_text_or_label_are_left_out_and_counted(tmp_path: Path, name: str, content: str) -> None:
    (tmp_path / name).write_text(content, encoding="utf-8")
    table = read_labelled(tmp_path / name, "text", "label", "SUBJ")
    assert table.texts == ["One.", "Three."]
    assert table.positive.tolist() == [True, False]
    assert table.skipped == 3


def test_missing_cells_of_parquet(tmp_path: Path) -> None:
    path = tmp_path / "t.parquet"
    frame = pd.DataFrame(
        {
            "text": ["One.", None, "Two.", "Three."],
            "label": ["a", "b", None, "b"],
            "g": ["x", None, "y", None],
        },
        index=[5, 5, 7, 9],
    )
    frame.to_parquet(path)
    table = read_labelled(path, "text", "label", "a", "g")
    assert (table.texts, table.positive.tolist(), table.skipped) == (["One.", "Three."], [True, False], 2)
    assert table.groups is not None
    assert len(table.groups) == 2


def test_a_row_without_a_group_is_a_group_of_its_own(tmp_path: Path) -> None:
    """What has no article named must not be held to be of one article."""
    path = tmp_path / "t.jsonl"
    rows = [{"text": f"Row {i}.", "label": "ab"[i % 2], "g": None if i > 1 else "x"} for i in range(5)]
    path.write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    groups = read_labelled(path, "text", "label", "a", "g").groups
    assert groups is not None
    assert len(set(groups[2:].tolist())) == 3


def test_labels_that_are_numbers(tmp_path: Path) -> None:
    path = tmp_path / "t.jsonl"
    path.write_text('{"text": "One.", "label": 1}\n{"text": "Two.", "label": 0}\n', encoding="utf-8")
    assert read_labelled(path, "text", "label", "1").positive.tolist() == [True, False]
    path = tmp_path / "t.csv"
    path.write_text("text,label\nOne.,1\nTwo.,0\n", encoding="utf-8")
    assert read_labelled(path, "text", "label", "1").positive.tolist() == [True, False]


def test_labels_that_are_numbers_stay_whole_numbers_beside_missing_ones(tmp_path: Path) -> None:
    path = tmp_path / "t.jsonl"
    path.write_text(
        '{"text": "One.", "label": 1}\n{"text": "Two.", "label": null}\n{"text": "Three.", "label": 0}\n',
        encoding="utf-8",
    )
    table = read_labelled(path, "text", "label", "1")
    assert (table.positive.tolist(), table.skipped) == ([True, False], 1)


def test_other_columns_do_not_matter(tmp_path: Path) -> None:
    path = tmp_path / "t.tsv"
    path.write_text("id\tlabel\tsentence\nx\tSUBJ\tOne.\ny\tOBJ\tTwo.\n", encoding="utf-8")
    assert read_labelled(path, "sentence", "label", "SUBJ").texts == ["One.", "Two."]


# Errors


def fails(path: Path, *words: str, **columns: Any) -> None:
    arguments = {"text": "text", "label": "label", "positive": "SUBJ", **columns}
    with pytest.raises(RhetoricError) as caught:
        read_labelled(path, **arguments)
    for word in (str(path), *words):
        assert word in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    "name", ["none.tsv", "none.csv", "none.jsonl", "none.parquet", "none.tsv.gz", "no/folder.csv"]
)
def test_no_file(tmp_path: Path, name: str) -> None:
    fails(tmp_path / name, "cannot be read")


@pytest.mark.parametrize("name", ["t.tsv", "t.csv", "t.jsonl", "t.parquet"])
def test_a_folder(tmp_path: Path, name: str) -> None:
    (tmp_path / name).mkdir()
    fails(tmp_path / name)


@pytest.mark.parametrize("name", ["t.txt", "t", "t.xlsx", "t.gz", "tsv", "t.json"])
def test_an_unknown_suffix(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text("text\tlabel\n", encoding="utf-8")
    fails(tmp_path / name, ".tsv, .csv, .jsonl or .parquet")
    with pytest.raises(RhetoricError):
        read_table(tmp_path / name)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("t.tsv", b""),
        ("t.csv", b""),
        ("t.tsv", b"text\tlabel\nOne.\t\xff\xfe\n"),
        ("t.csv", b'text,label\n"One.,SUBJ\n'),
        ("t.csv", b"text,label\nOne.,SUBJ,more,still more\n"),
        ("t.jsonl", b"{"),
        ("t.jsonl", b"[1, 2]\n3\n"),
        ("t.jsonl", b""),
        ("t.parquet", b"not parquet"),
        ("t.parquet", b""),
        ("t.tsv.gz", b"not compressed"),
        ("t.tsv.gz", gzip.compress(b"text\tlabel\nOne.\tSUBJ\n" * 200)[:40]),
    ],
    ids=["empty tsv", "empty csv", "not utf-8", "open quote", "ragged",
    "half json", "no objects", "empty jsonl",
         "no parquet", "empty parquet", "no gzip", "gzip cut short"],
)  # fmt: skip
def test_a_damaged_file(tmp_path: Path, name: str, content: bytes) -> None:
    (tmp_path / name).write_bytes(content)
    fails(tmp_path / name)


@pytest.mark.parametrize(
    ("columns", "missing"),
    [({"text": "body"}, "body"), ({"label": "class"}, "class"), ({"group": "article"}, "article")],
)
def test_a_missing_column(tmp_path: Path, columns: dict[str, str], missing: str) -> None:
    write_tsv(tmp_path / "t.tsv")
    fails(tmp_path / "t.tsv", f"no column '{missing}'", "text, label, outlet", **columns)


@pytest.mark.parametrize(
    ("positive", "labels"),
    [("subj", ["SUBJ", "OBJ"]), ("SUBJ", ["SUBJ", "SUBJ"]), ("SUBJ", ["OBJ", "OBJ"]), ("SUBJ", [])],
)
def test_a_single_class(tmp_path: Path, positive: str, labels: list[str]) -> None:
    path = tmp_path / "t.tsv"
    path.write_text("text\tlabel\n" + "".join(f"A row.\t{label}\n" for label in labels), encoding="utf-8")
    fails(path, "'label'", f"'{positive}'", *(set(labels) or {"nothing"}), positive=positive)

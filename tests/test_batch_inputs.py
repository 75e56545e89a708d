"""What comes in: cells as articles, files and folders, and what identifies them."""

from __future__ import annotations

import gzip
from datetime import datetime
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from rhetoric.batch.articles import Article, BadRow
from rhetoric.batch.cells import Columns, MissingColumn, Row, article_of, label
from rhetoric.batch.inputs import Item, PageFile, find_sources, fingerprint, kind_of, read_items
from rhetoric.batch.streams import Meter
from rhetoric.types import RhetoricError


def read(path: Path, columns: Columns) -> list[Item]:
    return list(read_items(find_sources([str(path)]), columns, Meter()))


def write(path: Path, content: bytes | str) -> Path:
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


# Cells


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (None, None),
        (float("nan"), None),
        ("  ", None),
        (" Herald ", "Herald"),
        (5, "5"),
        (5.0, "5"),
        (5.5, "5.5"),
        (datetime(2024, 5, 1, 12), "2024-05-01T12:00:00"),
        (b"Herald", "Herald"),
    ],
)
def test_labels(value: object, expected: str | None) -> None:
    assert label(value) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (None, ()),
        (["a", None, float("nan"), "b"], ("a", "b")),
        (np.array(["a", "b"], dtype=object), ("a", "b")),
        ("one\n\n two \n", ("one", "two")),
        ('["one", {"text": "two", "replies": ["three"]}]', ("one", "two", "three")),
        ("[not JSON", ("[not JSON",)),
        ({"comments": [{"body": "x"}]}, ("x",)),
        (5, "the comments are of type int and no list of text"),
        ([5], "comments: a comment must be a string or an object"),
        ([b"x"], "Object of type bytes is not JSON serializable"),
    ],
)
def test_comments(value: object, expected: tuple[str, ...] | str) -> None:
    item = article_of(Row(1, {"text": "It is late.", "said": value}), Columns(comments="said"), "f")
    if isinstance(expected, str):
        assert isinstance(item, BadRow)
        assert item.reason.startswith(expected)
    else:
        assert isinstance(item, Article)
        assert item.comments == expected


def test_a_title_that_the_text_begins_with_is_not_put_before_it() -> None:
    row = Row(1, {"text": "\nTaxes rise\n\nIn May.", "head": " Taxes  rise "})
    item = article_of(row, Columns(title="head"), "f")
    assert isinstance(item, Article)
    assert (item.title, item.heading, item.page) == (None, "Taxes rise", item.text)


# Files


def test_which_files_are_read(tmp_path: Path) -> None:
    names = [
        "b.txt",
        "a.csv.gz",
        ".hidden.csv",
        "sub/c.html",
        "sub/d.pdf",
        "out/articles/part-00000.csv",
        "e.parquet.gz",
    ]
    for name in names:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(b"x")
    sources = find_sources([str(tmp_path), str(tmp_path / "*.txt")], str(tmp_path / "out"))
    assert [(Path(s.path).name, s.kind) for s in sources] == [
        ("a.csv.gz", "csv"),
        ("b.txt", "page"),
        ("c.html", "page"),
    ]
    assert [Path(s.path).name for s in find_sources([str(tmp_path / "**/*.html")])] == ["c.html"]
    assert kind_of("X.JSONL.ZST") == "jsonl"


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("none.csv", "There is no file, folder or match of"),
        ("*.csv", "There is no file, folder or match of"),
        ("a.pdf", "the kind of a file is told by its suffix"),
        ("empty", "holds no table and no article"),
    ],
)
def test_inputs_that_are_none(name: str, message: str, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "a.pdf").write_bytes(b"")
    with pytest.raises(RhetoricError, match=message):
        find_sources([str(tmp_path / name)])


def test_a_later_table_that_cannot_be_read_is_one_error(tmp_path: Path) -> None:
    write(tmp_path / "a.csv", "text\nfine\n")
    write(tmp_path / "b.csv", "body\nx\n")
    write(tmp_path / "c.parquet", b"PAR1")
    write(tmp_path / "d.csv", "text\nx\n".encode("utf-16"))
    write(tmp_path / "e.txt", "An article.")
    first, *bad, page = read(tmp_path, Columns())
    assert isinstance(first, Article)
    assert isinstance(page, PageFile)
    assert [(b.row, b.reason.split("/")[-1][:27]) for b in bad if isinstance(b, BadRow)] == [
        (0, "b.csv has no column 'text';"),
        (0, "c.parquet is no whole Parqu"),
        (0, "d.csv is UTF-16. Save it as"),
    ]
    with pytest.raises(MissingColumn):
        read(tmp_path / "b.csv", Columns())


def test_a_fingerprint_tells_of_every_change(tmp_path: Path) -> None:
    for name in ("a.csv", "b.txt", "c.txt"):
        write(tmp_path / name, "x")
    before = fingerprint(find_sources([str(tmp_path)]))
    assert [entry["path"] for entry in before][1:] == ["2 article files"]
    for name in ("a.csv", "c.txt"):
        write(tmp_path / name, "y")
        after = fingerprint(find_sources([str(tmp_path)]))
        assert after != before
        before = after


def test_the_meter_ends_at_the_size_of_the_input(tmp_path: Path) -> None:
    write(tmp_path / "a.csv.gz", gzip.compress(b"text\nfine\n" * 100))
    write(tmp_path / "b.txt", "x")
    pq.write_table(pa.table({"text": ["x"] * 300}), tmp_path / "c.parquet")
    sources, meter = find_sources([str(tmp_path)]), Meter()
    list(read_items(sources, Columns(), meter))
    assert meter.done == sum(s.size for s in sources)

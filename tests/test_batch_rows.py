"""What comes in: files of every kind, row by row, and rows that are broken."""

from __future__ import annotations

import csv
import gzip
import io
import json
import sys
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import zstandard
from hypothesis import given, settings
from hypothesis import strategies as st

from rhetoric.batch import parquet, rows, streams
from rhetoric.batch.articles import Article, BadRow
from rhetoric.batch.cells import Columns, MissingColumn
from rhetoric.batch.inputs import Item, find_sources, read_items
from rhetoric.batch.streams import Meter
from rhetoric.types import RhetoricError

COLUMNS = Columns(id="id")


def read(path: Path, columns: Columns = COLUMNS) -> list[Item]:
    return list(read_items(find_sources([str(path)]), columns, Meter()))


def told(items: list[Item]) -> list[tuple[int, str | None, str]]:
    """Row and id of each, with the text or the reason."""
    out = []
    for item in items:
        assert isinstance(item, Article | BadRow)
        out.append((item.row, item.id, item.text if isinstance(item, Article) else f"! {item.reason}"))
    return out


def write(path: Path, content: bytes | str) -> Path:
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


# CSV and TSV


def test_csv(tmp_path: Path) -> None:
    content = '\ufeffid,text\r\n1,"two\nlines, and ""marks"""\r\n\r\n2,said "so" here\r\n'
    path = write(tmp_path / "a.csv", content)
    assert told(read(path)) == [(2, "1", 'two\nlines, and "marks"'), (5, "2", 'said "so" here')]


def test_malformed_lines_of_csv_cost_themselves_alone(tmp_path: Path) -> None:
    lines = [
        "id,text",
        "1,fine",
        '2,"never closed',
        '3,"closed"',
        "4,a,b",
        "5",
        "6,fine",
        '7,"x" y',
        "8,fine",
        '9,"',
    ]
    path = write(tmp_path / "a.csv", "\n".join(lines))
    found = told(read(path))
    assert [(row, text) for row, _, text in found if not text.startswith("!")] == [
        (2, "fine"),
        (4, "closed"),
        (7, "fine"),
        (9, "fine"),
    ]
    assert [row for row, _, text in found if text.startswith("! malformed CSV")] == [3, 5, 6, 8, 10]
    assert found[3] == (5, "4", "! malformed CSV: 3 cells where the header has 2")


def test_broken_utf8_is_one_row(tmp_path: Path) -> None:
    path = write(tmp_path / "a.csv", b'id,text\n1,"a\nb\xff"\n2,caf\xc3\xa9\n')
    reason = "! broken UTF-8: byte 0xff at position 1 of line 3"
    assert told(read(path)) == [(2, "1", reason), (4, "2", "café")]


@pytest.mark.parametrize("name", ["a.csv", "a.tsv", "a.jsonl"])
def test_a_line_that_is_too_long(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (streams, rows):
        monkeypatch.setattr(module, "LONGEST_LINE", 200_000)
    monkeypatch.setattr(rows, "_TOO_LONG", "too long")
    long = "word " * 100_000
    lines = {
        "a.csv": ["id,text", "1,fine", f"2,{long}", '3,"open', f"4,{long}", "5,fine"],
        "a.tsv": ["id\ttext", "1\tfine", f"2\t{long}", "5\tfine"],
        "a.jsonl": ['{"id":1,"text":"fine"}', f'{{"id":2,"text":"{long}"}}', '{"id":5,"text":"fine"}'],
    }[name]
    found = told(read(write(tmp_path / name, "\n".join(lines))))
    assert [key for _, key, text in found if text == "fine"] == ["1", "5"]
    assert {text for _, _, text in found} == {"fine", "! too long"}
    assert len(found) == {"a.csv": 5, "a.tsv": 3, "a.jsonl": 3}[name]


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.text(st.characters(exclude_categories=["Cs"]), max_size=12), min_size=1, max_size=8),
    st.integers(1, 40),
)
def test_what_a_writer_of_csv_writes_is_read_in_chunks_of_any_size(texts: list[str], size: int) -> None:
    out = io.StringIO()
    writer = csv.writer(out, quoting=csv.QUOTE_ALL, lineterminator="\n")
    writer.writerows([["text"], *([text] for text in texts)])
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(streams, "_CHUNK", size)
        patch.setattr(sys, "stdin", SimpleNamespace(buffer=io.BytesIO(out.getvalue().encode())))
        found = list(rows.csv_rows("-", Columns(), Meter()))
    assert [row.cells["text"] for row in found] == texts
    assert {row.fault for row in found} == {None}


def test_tsv_has_no_quoting(tmp_path: Path) -> None:
    path = write(tmp_path / "a.tsv", 'text\tid\r\n"It is\t1\r\n\r\nx\n\xa0"\t3')
    assert told(read(path)) == [
        (2, "1", '"It is'),
        (4, None, "! malformed TSV: 1 cells where the header has 2"),
        (5, "3", '\xa0"'),
    ]


# JSON Lines


def test_json_lines(tmp_path: Path) -> None:
    lines = [
        *('{"id": 7, "text": "fine"}', "", "{nonsense", "[1]", '{"id": "n", "text": null}', '{"text": 5}'),
        *(
            '{"id": "k"}',
            '{"id": "ok", "text": "fine too", "more": 1}',
            '{"text": "lone \\ud800"}',
            "[" * 100_000,
        ),
    ]
    path = write(tmp_path / "a.jsonl", "\n".join(lines))
    found = told(read(path))
    assert [(row, key) for row, key, text in found if not text.startswith("!")] == [
        (1, "7"),
        (8, "ok"),
        (9, f"{path.as_posix()}:9"),
    ]
    reasons = {row: text for row, _, text in found if text.startswith("!")}
    assert reasons.pop(3).startswith("! malformed JSON: Expecting property name")
    assert reasons == {
        4: "! malformed JSON: a line must hold an object",
        5: "! there is no text",
        6: "! the text is a number and not text (5)",
        7: "! there is no text",
        10: "! malformed JSON: nested too deeply",
    }


def test_json_lines_without_the_column(tmp_path: Path) -> None:
    path = write(tmp_path / "a.jsonl", '{"body": "x"}\n' * 150)
    with pytest.raises(MissingColumn, match=r"a\.jsonl has no column 'text'; there are: body"):
        read(path)


# Compressed


@pytest.mark.parametrize("compress", [gzip.compress, zstandard.compress], ids=["gz", "zst"])
@pytest.mark.parametrize("cut", [0, 20])
def test_compressed_files_whole_and_cut_off(
    compress: Callable[[bytes], bytes], cut: int, tmp_path: Path
) -> None:
    rng = np.random.default_rng(0)
    body = [json.dumps({"text": f"line {i} {rng.random()}"}) for i in range(5000)]
    content = compress("\n".join(body[:2000]).encode() + b"\n") + compress("\n".join(body[2000:]).encode())
    path = write(tmp_path / "a.jsonl.gz", content[: len(content) - cut])
    *found, last = read(path, Columns())
    texts = [json.loads(line)["text"] for line in body]
    if not cut:
        assert [a.text for a in [*found, last] if isinstance(a, Article)] == texts
        return
    assert last == BadRow(
        path.as_posix(), len(found) + 1, None, "the compressed file is cut off here; what follows is lost"
    )
    assert len(found) > 1000
    assert [a.text for a in found if isinstance(a, Article)] == texts[: len(found)]


def test_a_damaged_gzip_file(tmp_path: Path) -> None:
    content = gzip.compress(b'{"text": "fine"}\n') + b"\x1f\x8bnonsense"
    *found, last = read(write(tmp_path / "a.jsonl.gz", content), Columns())
    assert [a.text for a in found if isinstance(a, Article)] == ["fine"]
    assert isinstance(last, BadRow)
    assert last.reason.startswith("the compressed file is damaged here")


def test_a_quotation_that_is_open_where_a_file_is_cut_off_swallows_nothing(tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    lines = ["text", "fine", '"open', *(f"fine {rng.random()}" for _ in range(3000))]
    content = gzip.compress("\n".join(lines).encode())
    found = told(read(write(tmp_path / "a.csv.gz", content[:-200]), Columns()))
    assert [row for row, _, text in found if text.startswith("!")] == [3, found[-1][0]]
    assert len(found) > 2000


def test_zstd_without_its_library(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "zstandard", None)
    path = write(tmp_path / "a.jsonl.zst", b"\x28\xb5\x2f\xfd")
    with pytest.raises(RhetoricError, match=r"needs zstandard: pip install 'rhetoric-news\[zstd\]'"):
        read(path)


# Parquet


def test_parquet(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parquet, "LONGEST_LINE", 50)
    broken = pa.Array.from_buffers(
        pa.string(), 1, [None, pa.py_buffer(b"\0\0\0\0\2\0\0\0"), pa.py_buffer(b"a\xff")]
    )
    texts = pa.chunked_array([pa.array(["fine", "x" * 60, None, "fine too"]), broken])
    table = pa.table({"id": [1.0, 2.0, 3.0, None, 5.0], "text": texts, "other": [0] * 5})
    pq.write_table(table, tmp_path / "a.parquet", row_group_size=2)
    name = (tmp_path / "a.parquet").as_posix()
    assert told(read(tmp_path / "a.parquet")) == [
        (1, "1", "fine"),
        (2, "2", "! text: the cell is longer than 0 MB"),
        (3, "3", "! there is no text"),
        (4, f"{name}:4", "fine too"),
        (5, "5", "! text: broken UTF-8: invalid start byte at position 1"),
    ]


@pytest.mark.parametrize("values", [[b"bytes"], [3], [["x"]]], ids=["bytes", "numbers", "lists"])
def test_a_column_that_is_no_text(values: list[object], tmp_path: Path) -> None:
    pq.write_table(pa.table({"text": values}), tmp_path / "a.parquet")
    [item] = read(tmp_path / "a.parquet", Columns())
    assert isinstance(item, BadRow)
    assert item.reason.startswith("the text is")


def test_parquet_that_is_damaged_inside(tmp_path: Path) -> None:
    path = tmp_path / "a.parquet"
    texts = [f"It is {i} o'clock and all is well." for i in range(4000)]
    pq.write_table(pa.table({"text": texts}), path, row_group_size=1000, compression="zstd")
    content = bytearray(path.read_bytes())
    content[len(content) // 2 : len(content) // 2 + 2000] = b"\xff" * 2000
    path.write_bytes(content)
    *found, last = read(path, Columns())
    assert isinstance(last, BadRow)
    assert "is damaged here" in last.reason
    assert [a.text for a in found if isinstance(a, Article)] == texts[: len(found)]
    assert len(found) >= 1000


def test_parquet_without_its_library(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    with pytest.raises(RhetoricError, match=r"Parquet needs pyarrow: pip install 'rhetoric-news\[parquet\]'"):
        read(write(tmp_path / "a.parquet", b""))

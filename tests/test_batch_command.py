"""``rhetoric score`` as a user runs it."""

from __future__ import annotations

import io
import json
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from rhetoric.batch import read_table
from rhetoric.cli import main
from rhetoric.commands import score as command

CSV = "key,body,paper,day\n1,The bridge opened. What a farce!,=Herald,2024-05-01\n2,,Post,\n"


@pytest.fixture
def source(tmp_path: Path) -> Path:
    path = tmp_path / "in.csv"
    path.write_text(CSV)
    return path


def test_a_table(source: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "out"
    arguments = ["--text", "body", "--id", "key", "--outlet", "paper", "--date", "day", "--format", "csv"]
    assert main(["score", str(source), "--output", str(out), *arguments]) == 3
    printed = capsys.readouterr()
    assert printed.out == ""
    assert "rhetoric: 2 rows in: 1 articles scored, 1 rows in error, 2 sentences" in printed.err
    assert f"the rows in error and the reasons are in {out}/errors" in printed.err
    table = read_table(out, "articles")
    assert table[["id", "outlet", "date", "n_opinion"]].values.tolist() == [["1", "=Herald", "2024-05-01", 1]]
    assert '"\'=Herald"' in (out / "articles/part-00000.csv").read_text()
    assert read_table(out, "errors")[["row", "id", "reason"]].values.tolist() == [
        [3, "2", "there is no text"]
    ]


def test_a_folder_of_articles(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    (folder / "a.txt").write_bytes("Caf\xe9s close, and the council regrets it.".encode("cp1252"))
    (folder / "b.md").write_text("# A title\n\nThe bridge opened.")
    page = "".join(
        f"<p>The council met on Monday and agreed on point {i} of its long list.</p>" for i in range(9)
    )
    (folder / "c.html").write_text(
        f"<html><body><article><h1>Bridge opens</h1>{page}</article></body></html>"
    )
    (folder / "d.txt").write_text("  ")
    (folder / "e.html").write_text("<html></html>")
    out = tmp_path / "out"
    assert main(["score", str(folder), "--output", str(out), "--format", "jsonl"]) == 3
    table = read_table(out, "articles")
    assert [Path(name).name for name in table.file] == ["a.txt", "b.md", "c.html"]
    assert table.title.tolist()[1:] == ["A title", "Bridge opens"]
    assert "is not UTF-8 and was read as" in table.warning[0]
    assert table.row.tolist() == [1, 1, 1]
    assert [reason[:13] for reason in read_table(out, "errors").reason] == ["there is no t", "No article wa"]
    assert "1 articles carry a warning (column 'warning')" in capsys.readouterr().err


def test_standard_input(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    out = tmp_path / "out"
    for form, content in (("jsonl", json.dumps({"text": "It is late."})), ("csv", "text\nIt is late.")):
        monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=io.BytesIO(content.encode())))
        at = str(out / form)
        assert main(["score", "-", "--output", at, "--stdin-format", form, "--format", "csv"]) == 0
        assert read_table(at, "articles").file.tolist() == ["standard input"]
        arguments = ["--output", at, "--stdin-format", form, "--format", "csv", "--resume"]
        assert main(["score", "-", *arguments]) == 2


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([], "has no column 'text'; there are: key, body, paper, day. Name it with --text."),
        (["--text", "body", "--strict"], "row 3: there is no text. Stopped, as --strict asks."),
        (["--text", "body", "--model", "none"], "none"),
        (["--text", "body", "--longest", "100000000"], "The 'longest' parameter of Options must be"),
    ],
)
def test_errors(
    arguments: list[str], message: str, source: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["score", str(source), "--output", str(tmp_path / "out"), "--format", "csv", *arguments]) == 2
    assert message in capsys.readouterr().err


def test_scores_only(source: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    arguments = ["--text", "body", "--level", "sentence", "--no-cue-counts", "--format", "csv"]
    main(["score", str(source), "--output", str(out), *arguments])
    assert list(read_table(out, "sentences"))[-2:] == ["p_hedge", "label"]
    assert not (out / "articles").exists()


def summary(**given: Any) -> Any:
    known = {
        "articles": 1200,
        "rate": 31.25,
        "sentence_rate": 1250.4,
        "errors": 0,
        "fraction": 0.5,
        "left": 3671.0,
    }
    return SimpleNamespace(**{**known, **given})


def test_the_bar_on_a_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    err = Terminal()
    monkeypatch.setattr(sys, "stderr", err)
    monkeypatch.setenv("COLUMNS", "100")
    teller = command._Teller()
    teller(summary())
    teller(summary(fraction=None, left=None, errors=3))
    teller.end()
    first, second = err.getvalue().split("\r")[1:]
    assert first.rstrip() == (
        "[##########..........]  50% 1,200 articles, 31.2 articles/s, 1,250 sentences/s, 1:01:11 left"
    )
    assert second.rstrip(" \n") == " 1,200 articles, 31.2 articles/s, 1,250 sentences/s, 3 in error"
    assert {len(first), len(second.rstrip("\n"))} == {99}


def test_lines_where_there_is_no_terminal(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    now = [0.0]
    monkeypatch.setattr(command.time, "monotonic", lambda: now[0])
    teller = command._Teller()
    for second in (1, 9, 11, 12, 25):
        now[0] = second
        teller(summary(articles=second))
    teller.end()
    lines = capsys.readouterr().err.splitlines()
    assert [line[:29] for line in lines] == ["rhetoric: 50.0%, 11 articles,", "rhetoric: 50.0%, 25 articles,"]


def test_the_exit_code_is_explained(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["--help"])
    assert "3    done, but for rows that could not be scored" in capsys.readouterr().out

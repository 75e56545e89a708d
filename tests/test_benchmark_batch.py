"""The tables of the batch benchmark, and a small run of each of its parts."""

from __future__ import annotations

import importlib
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

pytest.importorskip("resource", reason="the benchmark measures with the module resource")
pytest.importorskip("pyarrow", reason="pyarrow is not installed")

BENCHMARKS = Path(__file__).resolve().parent.parent / "benchmarks"
ARTICLES = [
    ("Herald", f"The bridge opened in {year}. It is a disaster. Nobody knows why.") for year in range(5)
]


@pytest.fixture
def batch(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    monkeypatch.syspath_prepend(BENCHMARKS)
    return importlib.import_module("batch")


@pytest.fixture
def runs(batch: ModuleType) -> list[Any]:
    """Runs whose time is in proportion."""
    return [batch.Measured(n, 15 * n, n / 900, n / 1000, 250.0, 2000 * n) for n in (1000, 2000, 8000)]


def cells(lines: list[str]) -> list[list[str]]:
    """The rows of Markdown tables; each has as many cells as the head of its table."""
    rows: list[list[str]] = []
    width = 0
    for line in lines:
        if not line.startswith("|"):
            width = 0
            continue
        row = [cell.strip() for cell in line.strip("|").split("|")]
        width = width or len(row)
        assert len(row) == width, line
        rows.append(row)
    return rows


def test_the_volume_and_what_it_comes_to(batch: ModuleType, runs: list[Any]) -> None:
    half = batch.Measured(1000, 15_000, 1000 / 1800, 1.1, 240.0)
    measured = dict.fromkeys(batch.KINDS, runs[:1]) | {f"{batch.BASE}, --jobs 2": [half]}
    rows = cells(batch.volume_table(measured))
    assert rows[0][0] == "1,000 articles, 15,000 sentences"
    assert rows[2] == [batch.BASE, "13,500", "15,000", "900", "", "250"]
    assert rows[5][3:5] == ["1,800", "2.00"]
    assert rows[8] == [batch.BASE, "1,000", "28", "14", "26", "3.3"]  # 1e8 / 1000 / 3600 is 27.8


def test_the_growth(batch: ModuleType, runs: list[Any]) -> None:
    assert batch.exponent(runs) == pytest.approx(1)
    squared = [batch.Measured(n, n, 1.0, n * n / 1e6) for n in (1000, 3000, 9000)]
    assert batch.exponent(squared) == pytest.approx(2)
    lines = batch.growth_table(runs)
    assert cells(lines)[2] == ["1,000", "15,000", "1.1", "1.0", "1.00", "250"]
    assert any("to the power of 1.000" in line for line in lines)


def test_the_picture(batch: ModuleType, runs: list[Any], tmp_path: Path) -> None:
    pytest.importorskip("matplotlib", reason="matplotlib is not installed")
    for name in ("a.svg", "b.svg"):
        batch.plot(runs, tmp_path / name)
    assert (tmp_path / "a.svg").read_bytes() == (tmp_path / "b.svg").read_bytes()
    assert b"<svg" in (tmp_path / "a.svg").read_bytes()


def test_articles_are_repeated(batch: ModuleType, tmp_path: Path) -> None:
    import pandas as pd

    frame = pd.read_parquet(batch.write_articles(ARTICLES, 12, tmp_path / "in.parquet"))
    assert frame["id"].tolist() == [f"a{i}" for i in range(12)]
    assert frame["text"].tolist() == [ARTICLES[i % 5][1] for i in range(12)]


def test_a_race_of_ours(batch: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.import_module("batch_peers"), "PEERS", {"Absent": _absent})
    measured, skipped = batch.race(ARTICLES, 3, 1, tmp_path)
    assert skipped == ["Absent (absent is not installed)"]
    assert {name: [run.sentences for run in some] for name, some in measured.items()} == {
        name: [9] for name in (*batch.KINDS, batch.PART)
    }
    assert cells(batch.race_table("own", measured))[2][-1] == "1.00"


def _absent(texts: list[str]) -> None:
    raise ModuleNotFoundError("No module named 'absent'", name="absent")


def test_a_fresh_process(batch: ModuleType, tmp_path: Path) -> None:
    source = batch.write_articles(ARTICLES, 4, tmp_path / "in.parquet")
    found = batch.fresh(source, 4, tmp_path, cue_counts=False)
    assert (found.articles, found.sentences) == (4, 12)
    assert 30 < found.rss < 2000
    assert found.cpu > 0
    assert found.seconds > 0


def test_tables_go_between_their_marks(
    batch: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = tmp_path / "page.md"
    page.write_text("before\n<!-- race -->\nold\n<!-- end of race -->\nafter\n")
    monkeypatch.setattr(batch, "PAGE", page)
    batch.tell("race", ["| new \\1 |"], write=True)
    assert page.read_text() == "before\n<!-- race -->\n\n| new \\1 |\n\n<!-- end of race -->\nafter\n"
    with pytest.raises(SystemExit, match="no marks <!-- volume -->"):
        batch.tell("volume", ["x"], write=True)
    batch.tell("volume", ["x"], write=False)


def test_the_page_has_all_marks(batch: ModuleType) -> None:
    page = batch.PAGE.read_text(encoding="utf-8")
    for name in ("race", "volume", "growth"):
        assert page.count(f"<!-- {name} -->\n") == page.count(f"<!-- end of {name} -->") == 1

"""Processes that die: what they were at is done again, and rows that kill them are found."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from batch_pages import Deadly, DeadlyOnce, articles

from rhetoric.batch.articles import Article, BadRow, Options
from rhetoric.batch.inputs import Item
from rhetoric.batch.parts import Finished, Job, Part
from rhetoric.batch.workers import finish_all


def parts_with(comments: Any) -> list[Part]:
    listed: list[Item] = [a for a in articles() if a.text.strip()]
    listed[4] = Article("killer", "It is late.", comments=comments, file="pages.csv", row=99)
    return [Part(i, listed[3 * i : 3 * i + 3], 0) for i in range(3)]


def finished(parts: list[Part], output: Path) -> list[Finished]:
    for name in ("articles", "sentences"):
        (output / name).mkdir(parents=True)
    return list(finish_all(parts, Job(str(output), "csv", "fast", Options()), 2))


def test_a_process_that_dies_costs_no_row(tmp_path: Path) -> None:
    died = finished(parts_with(DeadlyOnce(str(tmp_path / "mark"))), tmp_path / "out")
    assert (tmp_path / "mark").exists()
    whole = finished(parts_with(()), tmp_path / "whole")
    assert died == whole
    assert [part.number for part in died] == [0, 1, 2]


def test_a_row_that_kills_every_process_is_an_error(tmp_path: Path) -> None:
    found = finished(parts_with(Deadly()), tmp_path / "out")
    assert [(part.articles, part.errors) for part in found] == [(3, 0), (2, 1), (3, 0)]
    assert found[1].first_error == BadRow(
        "pages.csv",
        99,
        "killer",
        "the process that scored it died, and died again when it was tried by itself",
    )

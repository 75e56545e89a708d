"""A report and a comparison of hostile pages, opened in a browser: nothing in them runs."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

import pytest

from rhetoric import analyze, score_collection
from rhetoric.comparing import compare

EVIL = "<script>document.title='broken'</script><img src=x onerror=\"document.title='broken'\">"
TITLE = f"The bridge is late {EVIL}"
COMMENT = f"Yeah right, {EVIL} and pigs will fly!!"
pytestmark = pytest.mark.skipif(not shutil.which("chromium"), reason="needs Chromium")


def opened(page: str, folder: Path) -> str:
    """The page as a browser has it after its scripts ran."""
    file = folder / "page.html"
    file.write_text(page, encoding="utf-8")
    command = [
        "chromium",
        "--headless",
        "--no-sandbox",
        "--disable-gpu",
        f"--user-data-dir={folder / 'home'}",
    ]
    done = subprocess.run(
        [*command, "--dump-dom", file.as_uri()], capture_output=True, text=True, check=True, timeout=120
    )
    return done.stdout


def test_a_title_and_a_comment(tmp_path: Path) -> None:
    dom = opened(analyze(f"# {TITLE}\n\nThe council met on Monday.", comments=[COMMENT]).to_html(), tmp_path)
    assert "The bridge is late" in dom
    assert "pigs will fly" in dom
    assert "<title>broken" not in dom
    assert "<img" not in dom


def test_an_outlet(tmp_path: Path) -> None:
    row = {"text": "The council met on Monday.", "title": TITLE, "outlet": EVIL, "comments": [COMMENT]}
    source = tmp_path / "articles.jsonl"
    source.write_text(json.dumps(row) + "\n", encoding="utf-8")
    columns = {"title": "title", "outlet": "outlet", "comments": "comments"}
    score_collection([source], tmp_path / "scored", format="jsonl", **columns)
    dom = opened(compare(tmp_path / "scored").to_html(), tmp_path)
    assert "document.title=" in dom  # as text
    assert "<title>broken" not in dom
    assert "<img" not in dom

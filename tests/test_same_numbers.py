"""The numbers are the same to the last bit, whoever hands out the work: no tolerance anywhere in this file."""

from __future__ import annotations

import importlib.util
import os
import re
import shutil
import signal
import subprocess
import sys
import warnings
from pathlib import Path

import pandas as pd
import pytest
from batch_pages import PAGES

from rhetoric.analysis import analyze
from rhetoric.batch import read_table
from rhetoric.batch.cells import Columns
from rhetoric.batch.collection import score_collection
from rhetoric.batch.frames import score_frame
from rhetoric.batch.partitions import part_types, score_part, table_of
from rhetoric.types import RhetoricWarning

ROOT = Path(__file__).resolve().parent.parent
COLUMNS = Columns(id="id", text="text", comments="comments", outlet="outlet")
NAMED = {"id": "id", "text": "text", "comments": "comments", "outlet": "outlet"}
FILES = 3
BAD = "no-text"


def pages() -> list[tuple[str, list[str]]]:
    """Our articles, the comments beside them, and pages that are hard to read."""
    folder = ROOT / "datasets" / "articles"
    comments = (folder / "harbour_bridge_comments.txt").read_text(encoding="utf-8").splitlines()
    names = ("harbour_bridge", "council_vote", "library_editorial")
    found = [
        ((folder / f"{name}.txt").read_text(encoding="utf-8"), comments[:i]) for i, name in enumerate(names)
    ]
    return found + [(text, list(said)) for text, said in PAGES if text.strip() and "\ud800" not in text]


@pytest.fixture(scope="module")
def articles() -> pd.DataFrame:
    rows = [(f"a{i:02}", text, said, "Herald") for i, (text, said) in enumerate(pages())]
    rows.insert(5, (BAD, None, [], "Herald"))  # type: ignore[arg-type]
    return pd.DataFrame(rows, columns=["id", "text", "comments", "outlet"])


@pytest.fixture(scope="module")
def source(articles: pd.DataFrame, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The articles in Parquet files."""
    folder = tmp_path_factory.mktemp("articles")
    size = -(-len(articles) // FILES)
    for i in range(FILES):
        articles[i * size : (i + 1) * size].to_parquet(folder / f"{i}.parquet", row_group_size=2, index=False)
    return folder


@pytest.fixture(scope="module")
def expected(articles: pd.DataFrame) -> dict[str, pd.DataFrame]:
    with pytest.warns(RhetoricWarning, match="1 of .* rows could not be scored"):
        frames = score_frame(articles, **NAMED)
    return dict(zip(("articles", "sentences"), frames, strict=True))


def assert_the_same(found: dict[str, pd.DataFrame], expected: dict[str, pd.DataFrame]) -> None:
    """Hold that tables are equal to the last bit, whatever files and rows the articles came from."""
    for name, frame in expected.items():
        by = ["id", "index"] if name == "sentences" else ["id"]
        pair = [
            f.drop(columns=["file", "row"], errors="ignore").sort_values(by) for f in (found[name], frame)
        ]
        left, right = (f.reset_index(drop=True) for f in pair)
        pd.testing.assert_frame_equal(left, right, check_exact=True)
    assert found["errors"][["id", "reason"]].values.tolist() == [[BAD, "there is no text"]]


def stacked(output: Path) -> dict[str, pd.DataFrame]:
    """The tables that a cluster wrote."""
    frame = pd.read_parquet(output)
    return {name: table_of(frame, name) for name in ("articles", "sentences", "errors")}


def script(name: str, folder: Path) -> Path:
    """A script of docs/scaling.md as a file."""
    blocks = re.findall(
        r"```python\n(.*?)```", (ROOT / "docs/scaling.md").read_text(encoding="utf-8"), re.DOTALL
    )
    (found,) = [block for block in blocks if f" {name} " in block.partition("\n")[0]]
    path = folder / name
    path.write_text(found, encoding="utf-8")
    return path


def run_script(name: str, folder: Path, *arguments: str) -> None:
    done = subprocess.run(
        [sys.executable, str(script(name, folder)), *arguments],
        capture_output=True,
        text=True,
        timeout=300,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path), "SPARK_LOCAL_IP": "127.0.0.1"},
    )
    assert done.returncode == 0, done.stderr


def test_analyze(articles: pd.DataFrame, expected: dict[str, pd.DataFrame]) -> None:
    reports = []
    for row in articles[articles.id != BAD].itertuples():
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", RhetoricWarning)
            frame = analyze(row.text, row.comments).to_frame()
        reports.append(frame.assign(id=row.id))
    found = pd.concat(reports, ignore_index=True)[expected["sentences"].columns]
    pd.testing.assert_frame_equal(found, expected["sentences"], check_exact=True)


@pytest.mark.parametrize("jobs", [1, 2])
def test_processes(jobs: int, source: Path, expected: dict[str, pd.DataFrame], tmp_path: Path) -> None:
    score_collection(source, tmp_path / "out", jobs=jobs, part_rows=4, **NAMED)
    names = ("articles", "sentences", "errors")
    assert_the_same({name: read_table(tmp_path / "out", name) for name in names}, expected)


def score_or_die(df: pd.DataFrame, mark: str) -> pd.DataFrame:
    """Score a partition; the first process that meets article a07 dies there."""
    if "a07" in set(df["id"]):
        try:
            Path(mark).touch(exist_ok=False)
        except FileExistsError:
            pass
        else:
            os.kill(os.getpid(), signal.SIGKILL)
    return score_part(df, COLUMNS)


def test_dask_with_a_worker_killed_in_mid_run(
    source: Path, expected: dict[str, pd.DataFrame], tmp_path: Path
) -> None:
    dd = pytest.importorskip("dask.dataframe", reason="dask is not installed")
    distributed = pytest.importorskip("dask.distributed", reason="dask.distributed is not installed")
    mark = tmp_path / "killed"
    cluster = distributed.LocalCluster(
        n_workers=2, threads_per_worker=1, dashboard_address=None, silence_logs="CRITICAL"
    )
    with cluster, distributed.Client(cluster) as client:
        before = set(client.run(os.getpid).values())
        frame = dd.read_parquet(source, split_row_groups=True)
        scored = frame.map_partitions(score_or_die, str(mark), meta=part_types())
        scored.to_parquet(tmp_path / "out", partition_on=["table"], write_index=False)
        client.wait_for_workers(2, timeout=60)
        after = set(client.run(os.getpid).values())
    assert mark.exists()
    assert len(before) == 2
    assert len(before - after) == 1
    assert_the_same(stacked(tmp_path / "out"), expected)


def test_dask_by_the_script_of_the_docs(
    source: Path, expected: dict[str, pd.DataFrame], tmp_path: Path
) -> None:
    pytest.importorskip("dask.dataframe", reason="dask is not installed")
    pytest.importorskip("dask.distributed", reason="dask.distributed is not installed")
    run_script("score_with_dask.py", tmp_path, f"{source}/*.parquet", str(tmp_path / "out"))
    assert_the_same(stacked(tmp_path / "out"), expected)


def test_files_on_dask_by_the_script_of_the_docs(
    source: Path, expected: dict[str, pd.DataFrame], tmp_path: Path
) -> None:
    pytest.importorskip("dask.distributed", reason="dask.distributed is not installed")
    run_script("score_files_with_dask.py", tmp_path, str(source), str(tmp_path / "out"))
    names = ("articles", "sentences", "errors")
    runs = [tmp_path / "out" / str(i) for i in range(FILES)]
    found = {name: pd.concat([read_table(run, name) for run in runs], ignore_index=True) for name in names}
    assert_the_same(found, expected)


@pytest.mark.skipif(shutil.which("java") is None, reason="Spark needs Java, and there is none")
@pytest.mark.skipif(importlib.util.find_spec("pyspark") is None, reason="pyspark is not installed")
def test_spark_by_the_script_of_the_docs(
    source: Path, expected: dict[str, pd.DataFrame], tmp_path: Path
) -> None:
    run_script("score_with_spark.py", tmp_path, f"{source}/*.parquet", str(tmp_path / "out"))
    assert_the_same(stacked(tmp_path / "out"), expected)

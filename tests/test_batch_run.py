"""A run from files to a folder: whole, cut off and gone on with, in one process and in several."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from batch_pages import PAGES

import rhetoric
from rhetoric.batch import read_parts, read_table
from rhetoric.batch.articles import Article, BadRow
from rhetoric.batch.collection import Summary, score_collection
from rhetoric.batch.frames import score_frame
from rhetoric.batch.inputs import Item
from rhetoric.batch.manifest import read_manifest
from rhetoric.batch.parts import cut_into_parts
from rhetoric.batch.streams import Meter
from rhetoric.types import RhetoricError, RhetoricWarning

ROWS = [{"key": f"k{i}", "text": text, "said": list(comments)} for i, (text, comments) in enumerate(PAGES)]
COLUMNS = {"id": "key", "comments": "said"}


@pytest.fixture
def source(tmp_path: Path) -> Path:
    path = tmp_path / "in.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in ROWS))
    return path


def run(source: Path | list[Path], output: Path, **options: Any) -> Summary:
    return score_collection(source, output, **{**COLUMNS, "format": "csv", "part_rows": 3, **options})


def files(folder: Path) -> dict[str, bytes]:
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


def test_the_output_is_what_a_frame_gives(source: Path, tmp_path: Path) -> None:
    seen: list[Summary] = []
    summary = run(source, tmp_path / "out", cues=True, watch=seen.append, format="parquet")
    with pytest.warns(RhetoricWarning, match="2 of 16 rows could not be scored"):
        expected = score_frame(pd.DataFrame(ROWS, dtype=object), id="key", comments="said", cues=True)
    for name, frame in zip(("articles", "sentences", "cues"), expected, strict=True):
        found = read_table(tmp_path / "out", name)
        drop = ["file", "row"] if name == "articles" else []
        pd.testing.assert_frame_equal(found.drop(columns=drop), frame.drop(columns=drop), check_exact=True)
    assert [len(part) for part in read_parts(tmp_path / "out", "articles")] == [3, 2, 2, 3, 3, 1]
    errors = read_table(tmp_path / "out", "errors")
    assert errors[["row", "id", "reason"]].values.tolist() == [
        [6, "k5", "there is no text"],
        [7, "k6", "there is no text"],
    ]
    assert (summary.rows, summary.articles, summary.errors) == (16, 14, 2)
    assert summary.sentences == len(expected[1])
    assert [s.rows for s in seen] == [3, 6, 9, 12, 15, 16]
    assert [s.fraction for s in seen] == sorted(s.fraction for s in seen if s.fraction is not None)
    assert seen[-1].fraction == 1


def test_the_bytes_do_not_depend_on_the_number_of_processes(source: Path, tmp_path: Path) -> None:
    run(source, tmp_path / "one", format="parquet", cues=True)
    run(source, tmp_path / "two", format="parquet", cues=True, jobs=2)
    assert files(tmp_path / "one") == files(tmp_path / "two")


_DRIVER = """
import os, random, signal, sys, time
from pathlib import Path
from rhetoric.batch.collection import score_collection
from rhetoric.scorers import load_scorers, load_words

source, output = sys.argv[1:]
load_scorers(), load_words()
chance = random.Random(3)
def go():
    score_collection(source, output, id="key", comments="said", format="csv", part_rows=1, resume=True, cues=True)
def count():
    return len(list(Path(output).glob("cues/*.csv")))
killed = []
for _ in range(10):
    aim = count() + chance.randrange(0, 4)
    child = os.fork()
    if not child:
        go()
        os._exit(0)
    while count() < aim and not os.waitpid(child, os.WNOHANG)[0]:
        time.sleep(0.0005)
    time.sleep(chance.random() * 0.03)
    os.kill(child, signal.SIGKILL)
    killed.append(os.WIFSIGNALED(os.waitpid(child, 0)[1]))
go()
print(all(killed))
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="the test kills forked processes")
def test_killed_at_ten_moments_and_gone_on_with(tmp_path: Path) -> None:
    source = tmp_path / "in.jsonl"
    rows = [{**row, "key": f"{row['key']}-{turn}"} for turn in range(8) for row in ROWS]
    source.write_text("".join(json.dumps(row) + "\n" for row in rows))
    run(source, tmp_path / "whole", part_rows=1, cues=True)
    done = subprocess.run(
        [sys.executable, "-c", _DRIVER, str(source), str(tmp_path / "killed")],
        capture_output=True,
        text=True,
        timeout=600,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path), "OMP_NUM_THREADS": "1"},
    )
    assert done.stdout == "True\n", done.stderr
    assert files(tmp_path / "killed") == files(tmp_path / "whole")


def cut_off(output: Path, kept: int) -> None:
    """Make an output what it was when a few parts were finished."""
    manifest = json.loads((output / "manifest.json").read_text())
    manifest.update(complete=False, parts=manifest["parts"][:kept])
    (output / "manifest.json").write_text(json.dumps(manifest))


def test_what_is_finished_is_not_done_again_unless_it_is_damaged(source: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    run(source, out)
    whole = files(out)
    cut_off(out, 4)
    (out / "sentences/part-00001.csv").write_text("damaged")
    (out / "articles/part-00002.csv").unlink()
    (out / "articles/.part-00005.csv.abc.tmp").write_text("left by a kill")
    seen: list[Summary] = []
    summary = run(source, out, resume=True, watch=seen.append)
    assert files(out) == whole
    assert (summary.kept, summary.rows, len(seen)) == (6, 16, 4)
    assert run(source, out, resume=True).kept == 16


def test_unfinished_parts_are_not_read(source: Path, tmp_path: Path) -> None:
    run(source, tmp_path / "out")
    cut_off(tmp_path / "out", 1)
    assert read_table(tmp_path / "out", "articles").id.tolist() == ["k0", "k1", "k2"]
    assert read_table(tmp_path / "out", "errors").empty


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"level": "article"}, "it was begun with level 'both', and not 'article'"),
        ({"part_rows": 4}, "it was begun with part_rows 3, and not 4"),
        ({"outlet": "key"}, "it was begun with the column None as outlet, and not 'key'"),
        ({"format": "jsonl"}, "it was begun with format 'csv', and not 'jsonl'"),
    ],
)
def test_other_options_are_refused(
    changed: dict[str, Any], reason: str, source: Path, tmp_path: Path
) -> None:
    run(source, tmp_path / "out")
    with pytest.raises(RhetoricError, match=f"cannot be gone on with: {reason}"):
        run(source, tmp_path / "out", resume=True, **changed)


def test_another_model_input_or_version_is_refused(
    source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "out"
    run(source, out)
    shutil.copytree(Path(rhetoric.__file__).parent / "models/opinion-fast", tmp_path / "mine")
    with pytest.raises(RhetoricError, match="it was begun with the model 'fast', and not"):
        run(source, out, resume=True, model=str(tmp_path / "mine"))
    with monkeypatch.context() as patch:
        patch.setattr(rhetoric, "__version__", "9")
        with pytest.raises(RhetoricError, match=r"it was begun by version .*, and this is 9"):
            run(source, out, resume=True)
    content = source.read_text()
    source.write_text(content.replace("disaster", "DISASTER"))
    with pytest.raises(RhetoricError, match=r"the input has changed \(.*in.jsonl is not what it was\)"):
        run(source, out, resume=True)
    source.write_text(content)
    (tmp_path / "more.csv").write_text("text\nx\n")
    with pytest.raises(RhetoricError, match=r"the input has changed \(.*more.csv was not there\)"):
        run([source, tmp_path / "more.csv"], out, resume=True)


def test_an_output_that_is_there_is_not_written_over(source: Path, tmp_path: Path) -> None:
    run(source, tmp_path / "out")
    with pytest.raises(RhetoricError, match=r"out exists and is not empty. Go on with it by --resume"):
        run(source, tmp_path / "out")
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine/thesis.txt").write_text("x")
    with pytest.raises(RhetoricError, match=r"mine is no output of rhetoric score: it has no manifest.json"):
        run(source, tmp_path / "mine", resume=True)
    with pytest.raises(RhetoricError, match=r"is a file. Name a folder"):
        run(source, source)
    assert (tmp_path / "mine/thesis.txt").read_text() == "x"


def test_an_empty_folder_is_begun_in_and_a_new_one_made(source: Path, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    assert run(source, tmp_path / "empty").rows == 16
    assert run(source, tmp_path / "deep/er", resume=True).rows == 16


def test_strict_stops_at_the_first_bad_row(source: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    with pytest.raises(
        RhetoricError, match=r"in.jsonl, row 6 \(id k5\): there is no text. Stopped"
    ) as caught:
        run(source, out, strict=True)
    assert "1 finished part in" in str(caught.value)
    assert list(read_manifest(out).parts) == [0]
    assert read_table(out, "articles").id.tolist() == ["k0", "k1", "k2"]


def test_ids_that_are_there_twice() -> None:
    items: list[Item] = [Article(name, "x", file="f", row=i) for i, name in enumerate("abcadbea")]
    found = [i for part in cut_into_parts(items, 3, Meter()) for i in part.items]
    assert [i.row for i in found if isinstance(i, BadRow)] == [3, 5, 7]
    assert [i.id for i in found if isinstance(i, Article)] == ["a", "b", "c", "d", "e"]


def test_parts_hold_few_characters() -> None:
    items = [Article(str(i), "x" * 1_500_000) for i in range(7)]
    assert [len(part.items) for part in cut_into_parts(items, 1000, Meter())] == [3, 3, 1]


# What cannot be written


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs limits of a process")
def test_a_full_disk(source: Path, tmp_path: Path) -> None:
    text = "The council met on Monday. " * 40
    rows = [*ROWS[:3], *({"key": f"long {i}", "text": text} for i in range(3))]
    source.write_text("".join(json.dumps(row) + "\n" for row in rows))
    code = (
        "import resource, signal, sys\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (9000, 9000))\n"
        "from rhetoric.cli import main\n"
        "sys.exit(main(['score', *sys.argv[1:]]))"
    )
    out = str(tmp_path / "out")
    arguments = ["--output", out, "--id", "key", "--comments", "said", "--format", "csv", "--part-rows", "3"]
    done = subprocess.run(
        [sys.executable, "-c", code, str(source), *arguments],
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    )
    assert done.returncode == 2
    assert "part-00001.csv cannot be written: File too large" in done.stderr
    assert "1 finished part in" in done.stderr
    assert read_table(out, "articles").id.tolist() == ["k0", "k1", "k2"]
    assert run(source, tmp_path / "out", resume=True).kept == 3


def test_a_folder_that_cannot_be_written_to(source: Path) -> None:
    with pytest.raises(
        RhetoricError, match=r"/proc/none cannot be written: .* Name another folder|/dev/null is a file"
    ):
        run(source, Path("/proc/none") if Path("/proc").exists() else Path("/dev/null"))


@pytest.mark.parametrize(("name", "value"), [("format", "xml"), ("jobs", 0), ("part_rows", 0), ("jobs", "2")])
def test_parameters_are_checked(name: str, value: object, source: Path, tmp_path: Path) -> None:
    with pytest.raises(RhetoricError, match=f"The '{name}' parameter of score_collection must be"):
        run(source, tmp_path / "out", **{name: value})


def test_tables_that_are_not_there(source: Path, tmp_path: Path) -> None:
    run(source, tmp_path / "out", level="article")
    with pytest.raises(RhetoricError, match="was written without the table of sentences"):
        read_table(tmp_path / "out", "sentences")
    with pytest.raises(RhetoricError, match="The 'name' parameter of read_table must be one of articles"):
        read_table(tmp_path / "out", "words")
    (tmp_path / "out/manifest.json").write_text('{"format": "rhetoric batch 1"}')
    with pytest.raises(RhetoricError, match=r"manifest.json is damaged \('version'\)"):
        read_table(tmp_path / "out", "articles")

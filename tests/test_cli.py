from __future__ import annotations

import csv
import io
import json
import os
import signal
import subprocess
import sys
import types
import warnings
from collections.abc import Callable, Iterable
from pathlib import Path

import pytest
from make_report import harbour

import rhetoric.files
from rhetoric import cli
from rhetoric.files import write_atomic
from rhetoric.report import Report
from rhetoric.types import RhetoricError, RhetoricWarning

ARTICLES = Path(__file__).parents[1] / "datasets" / "articles"
ARTICLE = str(ARTICLES / "council_vote.txt")

# A stand-in for the analysis, so that the command line is tested alone: its report is harbour().
SHELL = """
import sys, types
sys.path.insert(0, {tests!r})
import make_report
fake = types.ModuleType("rhetoric.analysis")
fake.analyze = lambda text, comments=None, model="fast", share=None: {body}
sys.modules["rhetoric.analysis"] = fake
from rhetoric.cli import main
sys.exit(main(sys.argv[1:]))
"""

Calls = list[tuple[str, list[str] | None, str, object]]


@pytest.fixture
def calls(monkeypatch: pytest.MonkeyPatch) -> Calls:
    found: Calls = []

    def analyze(
        text: str, comments: Iterable[str] | None = None, model: str = "fast", share: object = None
    ) -> Report:
        found.append((text, None if comments is None else list(comments), model, share))
        if model == "none":
            raise RhetoricError("There is no model 'none'.")
        if model == "bug":
            raise KeyError("surprise\nin two lines")
        if model == "stop":
            raise KeyboardInterrupt
        if model == "odd":
            warnings.warn("The text does not look English.", RhetoricWarning, stacklevel=2)
        return harbour()

    fake = types.ModuleType("rhetoric.analysis")
    fake.analyze = analyze  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "rhetoric.analysis", fake)
    return found


def shell(
    *args: str, body: str = "make_report.harbour()", **more: object
) -> subprocess.CompletedProcess[bytes]:
    code = SHELL.format(tests=str(Path(__file__).parent), body=body)
    return subprocess.run([sys.executable, "-c", code, *args], capture_output=True, check=False, **more)  # type: ignore[call-overload,no-any-return]


def test_text_is_printed_plain(calls: Calls, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["analyze", ARTICLE]) == 0
    out, err = capsys.readouterr()
    assert out == harbour().to_text()
    assert err == ""
    assert calls[0][0] == Path(ARTICLE).read_text(encoding="utf-8")
    assert calls[0][1:] == (None, "fast", None)


def test_comments_follow_those_of_the_page(calls: Calls) -> None:
    comments = str(ARTICLES / "harbour_bridge_comments.txt")
    assert (
        cli.main(["analyze", str(ARTICLES / "ferry_page.html"), "--comments", comments, "--model", "m"]) == 0
    )
    found = calls[0][1]
    assert found is not None
    assert len(found) == 12
    assert calls[0][2] == "m"


@pytest.mark.parametrize(
    ("args", "expected"),
    [
        (["0.25"], {"opinion": 0.25}),
        (["estimate"], {"opinion": "estimate"}),
        (["sarcasm=0.05", "0.3", "hedge=estimate"], {"sarcasm": 0.05, "opinion": 0.3, "hedge": "estimate"}),
    ],
)
def test_the_share_of_positives(calls: Calls, args: list[str], expected: object) -> None:
    assert cli.main(["analyze", ARTICLE, *(f"--share={share}" for share in args)]) == 0
    assert calls[0][3] == expected


@pytest.mark.parametrize("share", ["0", "1", "-0.1", "nan", "half", "irony=0.3", "hedge=", "=0.3"])
def test_a_share_that_is_none(capsys: pytest.CaptureFixture[str], share: str) -> None:
    with pytest.raises(SystemExit) as left:
        cli.main(["analyze", ARTICLE, f"--share={share}"])
    assert left.value.code == 2
    assert "argument --share: must " in capsys.readouterr().err


def test_formats(calls: Calls, capsys: pytest.CaptureFixture[str]) -> None:
    shown = {}
    for form in ("json", "jsonl", "csv", "html"):
        assert cli.main(["analyze", ARTICLE, "--format", form]) == 0
        shown[form] = capsys.readouterr().out
    assert json.loads(shown["json"])["version"] == 1
    assert [json.loads(line)["index"] for line in shown["jsonl"].splitlines()] == list(range(9))
    assert len(list(csv.DictReader(io.StringIO(shown["csv"])))) == 9
    assert shown["html"] == harbour().to_html()


@pytest.mark.parametrize(
    ("name", "begin"),
    [
        ("a.json", "{\n"),
        ("a.jsonl", '{"index"'),
        ("a.csv", '"part"'),
        ("a.HTML", "<!DOCTYPE"),
        ("a.txt", "The pier"),
    ],
)
def test_the_suffix_names_the_format(
    calls: Calls, capsys: pytest.CaptureFixture[str], tmp_path: Path, name: str, begin: str
) -> None:
    assert cli.main(["analyze", ARTICLE, "--output", str(tmp_path / name)]) == 0
    assert capsys.readouterr() == ("", "")
    assert (tmp_path / name).read_text(encoding="utf-8").startswith(begin)
    assert [path.name for path in tmp_path.iterdir()] == [name]


def test_width_and_colour(
    calls: Calls, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert cli.main(["analyze", ARTICLE, "--colour", "always", "--width", "60"]) == 0
    assert capsys.readouterr().out == harbour().to_text(width=60, colour=True)
    monkeypatch.setattr(sys.stdout, "isatty", bool_true, raising=False)
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.delenv("NO_COLOR", raising=False)
    assert cli.main(["analyze", ARTICLE]) == 0
    assert "\x1b[" in capsys.readouterr().out
    monkeypatch.setenv("NO_COLOR", "1")
    assert cli.main(["analyze", ARTICLE]) == 0
    assert "\x1b[" not in capsys.readouterr().out


def bool_true() -> bool:
    return True


@pytest.mark.parametrize(
    ("args", "message"),
    [
        (["nothing.txt"], "There is no file nothing.txt"),
        ([ARTICLE, "--comments", "nothing.txt"], "There is no file nothing.txt"),
        ([ARTICLE, "--model", "none"], "There is no model 'none'."),
        ([ARTICLE, "--output", "x.doc"], "The format of x.doc cannot be told"),
        ([ARTICLE, "--output", "no/such/folder/x.json"], "there is no folder no/such/folder"),
        ([ARTICLE, "--output", "/", "--format", "json"], "it is a folder"),
        ([ARTICLE, "--output", ARTICLE], "is the file that is read"),
        (["-", "--comments", "-"], "Standard input can be read once"),
    ],
)
def test_what_the_user_can_mend_exits_2(
    calls: Calls,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    args: list[str],
    message: str,
) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO("Text."))
    assert cli.main(["analyze", *args]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith("rhetoric: ")
    assert err.count("\n") == 1
    assert message in err


@pytest.mark.parametrize(
    "args",
    [[], ["nonsense"], ["analyze"], ["analyze", "x", "--width", "3"], ["analyze", "x", "--format", "xml"]],
)
def test_wrong_usage_exits_2(capsys: pytest.CaptureFixture[str], args: list[str]) -> None:
    with pytest.raises(SystemExit) as left:
        cli.main(args)
    assert left.value.code == 2
    assert capsys.readouterr().out == ""


def test_a_bug_is_one_line_and_70(calls: Calls, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["analyze", ARTICLE, "--model", "bug"]) == 70
    err = capsys.readouterr().err
    assert err == "rhetoric: unexpected KeyError: 'surprise\\nin two lines'; --debug shows the traceback\n"
    for args in (["--debug", "analyze", ARTICLE], ["analyze", ARTICLE, "--debug"]):
        assert cli.main([*args, "--model", "bug"]) == 70
        assert "Traceback" in capsys.readouterr().err


def test_ctrl_c_is_130(calls: Calls, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["analyze", ARTICLE, "--model", "stop"]) == 130
    assert capsys.readouterr().err == "rhetoric: interrupted\n"


def test_warnings_go_to_stderr(calls: Calls, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    for _ in range(2):
        assert cli.main(["analyze", ARTICLE, "--model", "odd", "--format", "json"]) == 0
        out, err = capsys.readouterr()
        assert err == "rhetoric: warning: The text does not look English.\n"
        assert json.loads(out)["version"] == 1


def test_version_and_help(capsys: pytest.CaptureFixture[str]) -> None:
    for args in (["--version"], ["--help"], ["analyze", "--help"]):
        with pytest.raises(SystemExit) as left:
            cli.main(args)
        assert left.value.code == 0
    out = capsys.readouterr().out
    assert out.startswith(f"rhetoric {rhetoric.__version__}\n")
    assert "exit codes:" in out
    assert "prefixed by '" in out


def test_an_ascii_terminal_gets_ascii() -> None:
    done = shell("analyze", ARTICLE, env={**os.environ, "PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0"})
    assert done.returncode == 0
    assert done.stdout.isascii()
    assert b"[perhaps]" in done.stdout
    done = shell("analyze", ARTICLE, "--format", "json", env={**os.environ, "PYTHONIOENCODING": "ascii"})
    assert json.loads(done.stdout.decode("utf-8"))["version"] == 1


def test_a_reader_that_leaves_early_is_no_error() -> None:
    code = SHELL.format(tests=str(Path(__file__).parent), body="make_report.harbour()")
    reading, writing = os.pipe()
    os.close(reading)
    done = subprocess.run(
        [sys.executable, "-c", code, "analyze", ARTICLE], stdout=writing, stderr=subprocess.PIPE, check=False
    )
    os.close(writing)
    assert (done.returncode, done.stderr) == (0, b"")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
def test_a_full_disk_is_told() -> None:
    code = SHELL.format(tests=str(Path(__file__).parent), body="make_report.harbour()")
    with open("/dev/full", "wb") as full:
        done = subprocess.run(
            [sys.executable, "-c", code, "analyze", ARTICLE], stdout=full, stderr=subprocess.PIPE, check=False
        )
    assert done.returncode == 2
    assert b"Traceback" not in done.stderr
    assert b"No space left" in done.stderr


@pytest.mark.skipif(os.name != "posix", reason="signals of POSIX")
def test_a_real_interrupt_is_quiet() -> None:
    body = "__import__('os').kill(__import__('os').getpid(), " + str(int(signal.SIGINT)) + ")"
    done = shell("analyze", ARTICLE, body=body)
    assert done.returncode == 130
    assert done.stderr == b"rhetoric: interrupted\n"


@pytest.mark.skipif(os.name != "posix", reason="needs a shell")
def test_a_closed_output_is_told() -> None:
    code = SHELL.format(tests=str(Path(__file__).parent), body="make_report.harbour()")
    for closed, words in ((">&-", b"rhetoric: Standard output is closed."), (">&- 2>&-", b"")):
        run = ["sh", "-c", f'exec "$@" {closed}', "sh", sys.executable, "-c", code, "analyze", ARTICLE]
        done = subprocess.run(run, capture_output=True, check=False)
        assert done.returncode == 2
        assert done.stderr.startswith(words)
        assert done.stdout == b""


def test_text_through_standard_input() -> None:
    assert shell("analyze", "-", input="“Nö”, he said.".encode()).returncode == 0
    assert shell("analyze", "-", input=b"%PDF-1.4").returncode == 2


def test_the_shell_imports_nothing_heavy() -> None:
    code = (
        "import sys, rhetoric.cli; rhetoric.cli._parser();"
        "heavy = 'pandas numpy scipy sklearn trafilatura nltk lxml'.split();"
        "print([m for m in heavy if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_the_whole_way_with_a_share(capsys: pytest.CaptureFixture[str]) -> None:
    shares = ["--share", "hedge=0.02", "--share", "loaded=estimate"]
    assert cli.main(["analyze", ARTICLE, *shares, "--format", "json"]) == 0
    out, err = capsys.readouterr()
    assert "warning: The share was estimated from 16 sentences" in err
    document = json.loads(out)
    assert document["shares"]["hedge"] == 0.02
    assert 0 < document["shares"]["loaded"] < 1
    assert cli.main(["analyze", ARTICLE, "--format", "json"]) == 0
    plain = json.loads(capsys.readouterr().out)
    assert plain["thresholds"] == document["thresholds"]
    for before, after in zip(plain["sentences"], document["sentences"], strict=True):
        assert after["p_hedge"] < before["p_hedge"]
        assert after["p_sarcasm"] == before["p_sarcasm"]


def test_write_atomic_replaces_whole_or_not_at_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "a.txt"
    write_atomic(file, "one\r\n")
    assert file.read_bytes() == b"one\r\n"
    file.chmod(0o640)
    write_atomic(str(file), b"two")
    assert (file.read_bytes(), file.stat().st_mode & 0o777) == (b"two", 0o640)
    monkeypatch.setattr(rhetoric.files.os, "replace", _fails)
    with pytest.raises(RhetoricError, match=r"a.txt cannot be written: the disk is tired"):
        write_atomic(file, "three")
    assert file.read_bytes() == b"two"
    assert [path.name for path in tmp_path.iterdir()] == ["a.txt"]


def _fails(*_: object) -> None:
    raise OSError(5, "the disk is tired")


def test_write_atomic_follows_links_and_keeps_devices(tmp_path: Path) -> None:
    file, link = tmp_path / "a.txt", tmp_path / "link.txt"
    write_atomic(file, "one")
    link.symlink_to(file)
    write_atomic(link, "two")
    assert link.is_symlink()
    assert file.read_text() == "two"
    write_atomic(os.devnull, "gone")
    assert not Path(os.devnull).is_file()


def test_new_files_get_the_usual_mode(tmp_path: Path) -> None:
    old = os.umask(0o027)
    try:
        write_atomic(tmp_path / "a", "x")
    finally:
        os.umask(old)
    assert (tmp_path / "a").stat().st_mode & 0o777 == 0o640


def test_every_command_has_what_a_command_needs() -> None:
    from importlib import import_module

    from rhetoric.commands import COMMANDS

    for name in COMMANDS:
        module = import_module(f"rhetoric.commands.{name}")
        needed: list[Callable[..., object]] = [module.add_parser, module.run]
        assert all(map(callable, needed))

from __future__ import annotations

import re
import shutil
import struct
import subprocess
import sys
from html import escape
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from make_scored import articles, write_scored
from test_html import _contrast, _rgb, _variables, parsed

import rhetoric.cli
from rhetoric.comparing import Comparison, compare
from rhetoric.comparing.comparison import Figure
from rhetoric.comparing.measures import MEASURES
from rhetoric.comparing.plan import MOST_SHOWN, _axis, few, plan_of

SCRIPT = "<script>document.title='broken'</script>"
OUTLETS = ["Gazette"] * 60 + ["Kiosk & Co"] * 40 + [SCRIPT] * 30 + ['$x^2$ "Star"'] * 7 + [None] * 3
CSS = Path(__file__).parents[1].joinpath("src/rhetoric/comparing/page.css").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def scored(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_scored(tmp_path_factory.mktemp("scored"), articles(OUTLETS))


@pytest.fixture(scope="module")
def comparison(scored: Path) -> Comparison:
    return compare(scored)


# The page


def test_the_page_is_self_contained(comparison: Comparison) -> None:
    html = comparison.to_html()
    seen = parsed(html).tags
    names = [tag for tag, _ in seen]
    assert html.startswith("<!DOCTYPE html>")
    assert {"header", "main", "footer", "h1", "h2", "svg", "table", "figure"} <= set(names)
    assert names.count("svg") == len(comparison.measures)
    assert "script" not in names
    assert not {name for _, attrs in seen for name in attrs} & {"href", "src", "action", "onload", "onclick"}
    assert not re.search(r"https?:|//[a-z]|@import|url\(", html)
    assert "default-src 'none'" in html
    assert ("html", {"lang": "en"}) in seen


def test_names_are_text(comparison: Comparison) -> None:
    html = comparison.to_html()
    assert SCRIPT not in html
    assert "&lt;script&gt;document.title=" in html
    assert "Kiosk &amp; Co" in html
    assert "&quot;Star&quot;" in html


@pytest.mark.skipif(not shutil.which("chromium"), reason="needs Chromium")
def test_a_browser_runs_nothing(comparison: Comparison, tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    page.write_text(comparison.to_html(), encoding="utf-8")
    command = [
        "chromium",
        "--headless",
        "--no-sandbox",
        "--disable-gpu",
        f"--user-data-dir={tmp_path / 'home'}",
    ]
    done = subprocess.run(
        [*command, "--dump-dom", page.as_uri()], capture_output=True, text=True, check=True, timeout=120
    )
    assert "<title>How outlets differ in opinion and wording · rhetoric</title>" in done.stdout
    assert done.stdout.count("<svg") == len(comparison.measures)
    assert "<script" not in done.stdout


def test_all_figures_and_meanings_are_on_the_page(comparison: Comparison) -> None:
    html = comparison.to_html()
    for m in comparison.measures:
        assert f"<dt>{m.name}</dt>" in html
        for group in (*comparison.groups, comparison.overall):
            figure = group.figures[m.key]
            assert (
                f"<b>{m.said(figure.value)}</b> <small>{m.said(figure.low)}–{m.said(figure.high)}</small>"
                in html
            )


def test_small_samples_are_said_in_row_and_picture(comparison: Comparison, scored: Path) -> None:
    html = comparison.to_html()
    rows = re.findall(r'<tr class="grey">.*?</tr>', html)
    assert [("Star" in row, "(none)" in row) for row in rows] == [(True, False), (False, True)]
    assert all("fewer than 20 articles" in row for row in rows)
    assert html.count('<g class="grey">') == 2 * len(comparison.measures)
    assert html.count('<line class="divide"') == len(comparison.measures)
    assert "fewer than 20 articles: little to go by" in html
    large = compare(scored, minimum=1).to_html()
    assert "grey" not in large[large.index("<body") :]


def test_the_most_and_the_least_are_told(comparison: Comparison) -> None:
    shares = {g.name: g.figures["opinion_share"].value for g in comparison.groups if not g.small}
    most, least = (escape(choose(shares, key=lambda name: shares[name] or 0)) for choose in (max, min))
    html = comparison.to_html()
    lead = html[html.index('standfirst">') : html.index("</header>")]
    assert re.search(
        rf"highest for {re.escape(most)} \(\d\d\.\d\xa0%\) and lowest for {re.escape(least)} \(", lead
    )


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.text(max_size=12), min_size=1, max_size=8))
def test_any_names_give_a_page(tmp_path: Path, names: list[str]) -> None:
    shutil.rmtree(tmp_path / "out", ignore_errors=True)
    encodable = [name.encode("utf-8", "replace").decode() for name in [*names, "Kiosk"]]
    found = compare(write_scored(tmp_path / "out", articles(encodable * 2)), resamples=20)
    tags = [tag for tag, _ in parsed(found.to_html()).tags]
    assert tags.count("tr") == 2 + len(found.groups)
    found.to_html().encode("utf-8")
    found.to_csv().encode("utf-8")
    found.to_text()


@pytest.mark.parametrize("scheme", [0, 1], ids=["light", "dark"])
def test_text_and_marks_have_enough_contrast(scheme: int) -> None:
    blocks = re.findall(r":root \{(.*?)\}", CSS, re.DOTALL)
    colours = _variables(blocks[0]) | (_variables(blocks[1]) if scheme else {})
    for ground in ("paper", "panel"):
        for name, least in (("ink", 7), ("soft", 4.5), ("dot", 4.5), ("grey", 3), ("mean", 4.5)):
            assert _contrast(_rgb(colours[name]), _rgb(colours[ground])) >= least, (name, ground)


# What is drawn


def test_thirty_groups_are_drawn_and_the_rest_is_said(tmp_path: Path) -> None:
    outlets = [f"Outlet {i:02d}" for i in range(45) for _ in range(2 + i)]
    found = compare(write_scored(tmp_path, articles(outlets)), resamples=50)
    plan = plan_of(found)
    assert {g.name for g in plan.groups} == {f"Outlet {i:02d}" for i in range(15, 45)}
    assert [g.name for g in plan.groups] == [g.name for g in found.groups if g in plan.groups]
    assert plan.note == "Of 45 outlets, the 30 with the most articles are drawn; the table has all."
    html = found.to_html()
    assert plan.note in html
    assert "Among those drawn, the share is highest" in html
    assert html.count("<bdi>") == 46
    assert html.count("</g>") == MOST_SHOWN * len(found.measures)


def test_the_last_months_are_drawn(tmp_path: Path) -> None:
    dates = [f"{2018 + i // 12}-{i % 12 + 1:02d}-01" for i in range(40)] + [None]
    out = write_scored(tmp_path, articles(["Gazette"] * 41, dates=dates))
    plan = plan_of(compare(out, "month", resamples=50))
    assert [g.name for g in plan.groups] == sorted(f"{d[:7]}" for d in dates[10:40] if d)
    assert (plan.title, plan.divided) == ("Opinion and wording from month to month", None)
    assert plan.note == "Of 41 months, the last 30 are drawn; the table has all."


def test_an_interval_of_a_small_sample_does_not_stretch_the_axis() -> None:
    sure = Figure(0.2, 0.18, 0.22, 100, False)
    unsure = Figure(0.21, 0.01, 0.99, 2, True)
    axis = _axis(MEASURES[0], [sure, unsure])
    assert axis.ticks[-1] < 30
    assert axis.ticks[0] > 0
    assert [axis.place(v) for v in (-5, axis.ticks[0], axis.ticks[-1], 99)] == [0, 0, 1, 1]
    assert _axis(MEASURES[0], [unsure]).ticks[-1] == 100


@given(st.lists(st.floats(0, 1), min_size=1, max_size=6), st.sampled_from(MEASURES))
def test_axes_hold_their_values(values: list[float], measure) -> None:  # type: ignore[no-untyped-def]
    scaled = [v * measure.per for v in values]
    axis = _axis(measure, [Figure(v, None, None, 50, False) for v in scaled])
    assert 2 <= len(axis.ticks) <= 8
    assert list(axis.ticks) == sorted(set(axis.ticks))
    assert len(set(axis.labels)) == len(axis.labels) == len(axis.ticks)
    assert axis.ticks[0] - 1e-6 <= min(map(measure.shown, scaled))
    assert max(map(measure.shown, scaled)) <= axis.ticks[-1] + 1e-6
    if measure.percent:
        assert axis.ticks[-1] <= 100 + 1e-9


def test_axes_that_do_not_begin_at_zero_are_told(comparison: Comparison, tmp_path: Path) -> None:
    told = "not all axes begin at 0"
    assert any(axis.ticks[0] > 0 for axis in plan_of(comparison).axes)
    assert told in comparison.to_html()
    assert plan_of(comparison).subtitle.lower().endswith(f"{told}.")
    frame = articles(["Gazette"] * 30 + ["Kiosk"] * 30)
    for column in ("n_opinion", "loaded", "hedge", "n_quoted_words", "n_comments_sarcastic"):
        frame.loc[:29, column] = 0
    low = compare(write_scored(tmp_path, frame), resamples=50)
    assert told not in low.to_html()
    assert told not in plan_of(low).subtitle.lower()


def test_few(comparison: Comparison, scored: Path) -> None:
    assert few(comparison) == "fewer than 20 articles"
    assert few(compare(scored, minimum=2)) == "a single article"


def test_the_png_is_wide_enough(comparison: Comparison) -> None:
    content = comparison.to_png()
    assert content.startswith(b"\x89PNG\r\n")
    width, height = struct.unpack(">II", content[16:24])
    assert width >= 1200
    assert 400 <= height <= 1200


# The command


def test_command(scored: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    paths = [str(tmp_path / f"out.{suffix}") for suffix in ("html", "png", "csv")]
    arguments = [
        a for name, path in zip(("--html", "--png", "--csv"), paths, strict=True) for a in (name, path)
    ]
    assert rhetoric.cli.main(["compare", str(scored), *arguments]) == 0
    printed = capsys.readouterr()
    found = compare(scored)
    assert printed.out == found.to_text(140)
    assert printed.err == f"rhetoric: written: {', '.join(paths)}\n"
    assert Path(paths[0]).read_text(encoding="utf-8") == found.to_html()
    assert Path(paths[1]).read_bytes() == found.to_png()
    assert Path(paths[2]).read_text(encoding="utf-8") == found.to_csv()


def test_command_json(scored: Path, capsys: pytest.CaptureFixture[str]) -> None:
    import json

    assert rhetoric.cli.main(["compare", str(scored), "--by", "topic", "--json", "--minimum", "5"]) == 0
    assert json.loads(capsys.readouterr().out) == compare(scored, "topic", minimum=5).to_dict()


def test_command_says_what_is_wrong(scored: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert rhetoric.cli.main(["compare", str(tmp_path)]) == 2
    assert "no output of rhetoric score" in capsys.readouterr().err
    assert rhetoric.cli.main(["compare", str(scored), "--by", "section"]) == 2
    assert "month, year or a column of text" in capsys.readouterr().err
    assert rhetoric.cli.main(["compare", str(scored), "--html", str(tmp_path / "no" / "x.html")]) == 2
    assert "there is no folder" in capsys.readouterr().err


def test_png_without_matplotlib(
    scored: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    assert rhetoric.cli.main(["compare", str(scored), "--png", str(tmp_path / "x.png")]) == 2
    printed = capsys.readouterr()
    assert "pip install 'rhetoric-news[plots]'" in printed.err
    assert printed.out == ""
    assert rhetoric.cli.main(["compare", str(scored), "--html", str(tmp_path / "x.html")]) == 0

from __future__ import annotations

import calendar
import csv
import io
import json
from datetime import date
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from make_scored import articles, write_scored

from rhetoric.batch.articles import Options
from rhetoric.batch.output import restored
from rhetoric.comparing import Comparison, Group, compare
from rhetoric.comparing.bootstrap import BLOCKS, Blocks, ratio_intervals
from rhetoric.comparing.dates import month_of
from rhetoric.comparing.grouping import MOST_GROUPS, NONE
from rhetoric.comparing.measures import MEASURES
from rhetoric.report.wrapping import columns
from rhetoric.types import RhetoricError

OUTLETS = ["Gazette"] * 60 + ["Lantern"] * 40 + ["Star"] * 7 + [None] * 3


@pytest.fixture(scope="module")
def scored(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_scored(tmp_path_factory.mktemp("scored"), articles(OUTLETS), part_rows=16)


def named(comparison: Comparison, name: str) -> Group:
    [group] = [g for g in comparison.groups if g.name == name]
    return group


def test_figures_are_ratios_of_sums(scored: Path) -> None:
    frame = articles(OUTLETS)
    comparison = compare(scored)
    assert [m.key for m in comparison.measures] == [m.key for m in MEASURES]
    for name, rows in (("Gazette", frame.iloc[:60]), ("Lantern", frame.iloc[60:100])):
        group = named(comparison, name)
        assert (group.articles, group.sentences) == (len(rows), rows["n_sentences"].sum())
        assert (group.words, group.comments_sentences) == (
            rows["n_words"].sum(),
            rows["n_comments_sentences"].sum(),
        )
        for m in MEASURES:
            figure = group.figures[m.key]
            assert figure.value == pytest.approx(m.per * rows[m.part].sum() / rows[m.whole].sum(), rel=1e-12)
            assert figure.low is not None
            assert figure.high is not None
            assert figure.low < figure.value < figure.high
            assert figure.articles == (rows[m.whole] > 0).sum()
    assert comparison.overall.articles == len(OUTLETS)
    assert comparison.overall.figures["opinion_share"].value == pytest.approx(
        frame["n_opinion"].sum() / frame["n_sentences"].sum()
    )


def test_order_and_small_samples(scored: Path) -> None:
    comparison = compare(scored)
    assert [(g.name, g.small) for g in comparison.groups] == [
        ("Lantern", False),
        ("Gazette", False),
        ("Star", True),
        (NONE, True),
    ]
    assert not any(g.small for g in compare(scored, minimum=3).groups)
    assert named(compare(scored, minimum=8), "Star").figures["opinion_share"].small


def test_sarcasm_is_a_small_sample_by_articles_with_comments(tmp_path: Path) -> None:
    frame = articles(["Gazette"] * 40)
    frame.loc[10:, ["n_comments_sentences", "n_comments_sarcastic"]] = 0
    group = named(compare(write_scored(tmp_path, frame)), "Gazette")
    with_comments = int((frame["n_comments_sentences"] > 0).sum())
    assert not group.small
    assert (group.figures["sarcasm_share"].articles, group.figures["sarcasm_share"].small) == (
        with_comments,
        True,
    )
    assert not group.figures["opinion_share"].small


@pytest.mark.parametrize("form", ["parquet", "csv", "jsonl"])
def test_the_same_whatever_the_format_and_the_parts(scored: Path, tmp_path: Path, form: str) -> None:
    other = write_scored(tmp_path, articles(OUTLETS), form=form, part_rows=33)
    assert compare(other).to_dict() == compare(scored).to_dict()


def test_the_same_bytes_every_time(scored: Path) -> None:
    one, other = compare(scored), compare(scored)
    assert one.to_html() == other.to_html()
    assert one.to_csv() == other.to_csv()
    assert one.to_png() == other.to_png()
    assert compare(scored, seed=1).to_dict() != one.to_dict()


def test_intervals_of_a_group_do_not_depend_on_the_others(scored: Path, tmp_path: Path) -> None:
    frame = articles(OUTLETS)
    alone = write_scored(tmp_path, frame[frame["outlet"] == "Lantern"])
    assert named(compare(alone), "Lantern") == named(compare(scored), "Lantern")


# Groups


def test_months_and_years(tmp_path: Path) -> None:
    dates = ["2021-03-04", "2020-12-31T10:00:00Z", "March 9, 2021", "soon", "3/4/2021", " ", None, "2021-03"]
    out = write_scored(tmp_path, articles(["Gazette"] * 8, dates=dates))
    comparison = compare(out, "month")
    assert [(g.name, g.articles) for g in comparison.groups] == [("2020-12", 1), ("2021-03", 3), (NONE, 4)]
    assert comparison.notes == (
        "2 dates could not be read, such as “soon”; the articles are counted in (none).",
    )
    assert [(g.name, g.articles) for g in compare(out, "year").groups] == [
        ("2020", 1),
        ("2021", 3),
        (NONE, 4),
    ]


@pytest.mark.parametrize(
    ("text", "month"),
    [
        ("2021-03-12", "2021-03"),
        ("2021-03-12T08:15:00+01:00", "2021-03"),
        ("2021-03-12 08:15", "2021-03"),
        ("2021/3/12", "2021-03"),
        ("2021.03.12", "2021-03"),
        ("20210312", "2021-03"),
        ("2021-03", "2021-03"),
        ("12 March 2021", "2021-03"),
        ("12th of March, 2021", "2021-03"),
        ("Fri, 12 Mar 2021 10:00:00 GMT", "2021-03"),
        ("12-Mar-2021", "2021-03"),
        ("March 12, 2021", "2021-03"),
        ("Friday, March 12th, 2021", "2021-03"),
        ("Sept. 3, 2021", "2021-09"),
        ("sep 2021", "2021-09"),
        ("Fri Mar 12 10:00:00 +0000 2021", "2021-03"),
        ("25/03/2021", "2021-03"),
        ("03/25/2021 10:00", "2021-03"),
        ("5.5.2021", "2021-05"),
        ("3/4/2021", None),  # March or April
        ("13/14/2021", None),
        ("00/25/2021", None),
        ("2021-13-01", None),
        ("2021-03-32", None),
        ("202103121", None),
        ("2021", None),
        ("12 Marching 2021", None),
        ("7/23/17", None),
        ("yesterday", None),
        ("", None),
    ],
)
def test_month_of(text: str, month: str | None) -> None:
    assert month_of(text) == month


@given(st.dates(min_value=date(1500, 1, 1), max_value=date(2199, 12, 31)))
def test_dates_of_all_years_come_through(day: date) -> None:
    name = calendar.month_name[day.month]
    forms = [f"{name} {day.day}, {day.year}", f"{day.day} {name[:3]} {day.year}"]
    forms += [day.isoformat(), f"{day.year}{day.month:02d}{day.day:02d}"]
    assert {month_of(form) for form in forms} == {f"{day.year}-{day.month:02d}"}


@given(st.text(max_size=40))
def test_any_text_is_a_month_or_none(text: str) -> None:
    month = month_of(text)
    assert month is None or (len(month) == 7 and 1 <= int(month[5:]) <= 12)


def test_names_are_trimmed_and_blank_ones_are_none(tmp_path: Path) -> None:
    out = write_scored(tmp_path, articles(["Kiosk", " Kiosk\n", "Kiosk  Extra", "  ", None]))
    comparison = compare(out)
    assert {g.name: g.articles for g in comparison.groups} == {"Kiosk": 2, "Kiosk Extra": 1, NONE: 2}
    assert comparison.groups[-1].name == NONE


def test_other_columns_of_text(scored: Path) -> None:
    assert {g.name for g in compare(scored, "topic").groups} == {"roads", "schools", "budget"}


@pytest.mark.parametrize("by", ["section", "n_words", "opinion_share", ""])
def test_what_is_no_column_of_text_is_refused(scored: Path, by: str) -> None:
    with pytest.raises(RhetoricError, match=r"month, year or a column of text \(id, file, .*outlet.* Got"):
        compare(scored, by)


def test_nothing_to_group_by(scored: Path, tmp_path: Path) -> None:
    with pytest.raises(RhetoricError, match=r"'file'.*Compare by another column"):
        compare(scored, "file")
    out = write_scored(tmp_path, articles([None, None]))
    with pytest.raises(RhetoricError, match=r"'outlet'\. Score again with --outlet COLUMN"):
        compare(out)


def test_no_article(tmp_path: Path) -> None:
    with pytest.raises(RhetoricError, match="no article that was scored"):
        compare(write_scored(tmp_path, articles([])))


def test_a_column_of_ids_is_no_group(tmp_path: Path) -> None:
    out = write_scored(tmp_path, articles([f"Outlet {i}" for i in range(MOST_GROUPS + 1)]), part_rows=4000)
    with pytest.raises(RhetoricError, match="more than 10,000 values"):
        compare(out)


def test_what_is_no_output_of_score(tmp_path: Path) -> None:
    with pytest.raises(RhetoricError, match="no output of rhetoric score"):
        compare(tmp_path)
    frame = articles(["Gazette"])
    out = write_scored(tmp_path, frame, options=Options(level="sentence"))
    with pytest.raises(RhetoricError, match="without the table of articles"):
        compare(out)


@pytest.mark.parametrize("name", ["minimum", "resamples"])
def test_parameters_are_checked(scored: Path, name: str) -> None:
    with pytest.raises(RhetoricError, match=f"The '{name}' parameter of compare must be at least 1. Got 0"):
        compare(scored, **{name: 0})


# What cannot be measured


def test_scored_without_cues_and_comments(tmp_path: Path) -> None:
    frame = articles(["Gazette"] * 5, comments=False)
    out = write_scored(tmp_path, frame, options=Options(cue_counts=False), complete=False, errors=2, warned=1)
    comparison = compare(out)
    assert [m.key for m in comparison.measures] == ["opinion_share", "source_voice_share"]
    assert comparison.notes == (
        "The scoring was cut off: these are the articles that were scored so far.",
        "2 rows are in error and not counted here.",
        "1 article carries a warning (a text that does not look English, say), and no less counted.",
        "Loaded words and hedges are missing: the scoring was told to count no cues.",
        "“Sarcasm in comments” is missing: no article has comments.",
    )
    text = comparison.to_text()
    assert "Loaded words and hedges are missing" in text
    assert "per 1,000 words" not in text


def test_a_single_article_and_one_without_words_have_no_interval(tmp_path: Path) -> None:
    frame = articles(["Gazette", "Lantern", "Lantern"])
    counts = [c for c in frame if str(c).startswith("n_") or c in ("loaded", "hedge")]
    frame.loc[0, counts] = 0
    frame.loc[1, "n_opinion"] = 0
    frame.loc[2, "n_opinion"] = 0
    comparison = compare(write_scored(tmp_path, frame))
    empty, never = (named(comparison, name).figures["opinion_share"] for name in ("Gazette", "Lantern"))
    assert (empty.value, empty.low, empty.high, empty.articles) == (None, None, None, 0)
    assert (never.value, never.low, never.high) == (0.0, None, None)
    assert named(comparison, "Lantern").figures["loaded_per_1000_words"].low is not None
    assert json.loads(json.dumps(comparison.to_dict(), allow_nan=False)) == comparison.to_dict()
    assert "Gazette" in comparison.to_html()
    assert comparison.to_png().startswith(b"\x89PNG")


# Sums and intervals


def test_blocks_keep_the_sums_and_deal_out_evenly() -> None:
    random = np.random.default_rng(0)
    group, rows = random.integers(0, 4, 30_000), random.integers(0, 50, (30_000, 3))
    group[group == 3] = 9  # numbers that no article has are no group
    group[:5] = 12
    blocks = Blocks(3)
    for part in np.array_split(np.arange(30_000), 77):
        blocks.add(group[part], rows[part])
    blocks.add(group[:0], rows[:0])
    found = dict(blocks.groups())
    assert list(found) == [0, 1, 2, 9, 12]
    for number, kept in found.items():
        own = rows[group == number]
        assert kept.sum(axis=0).tolist() == own.sum(axis=0).tolist()
        assert len(kept) == min(len(own), BLOCKS)
        expected = np.zeros_like(kept)
        np.add.at(expected, np.arange(len(own)) % BLOCKS, own)
        assert (kept == expected).all()


def test_no_row_no_group() -> None:
    assert list(Blocks(2).groups()) == []


@settings(max_examples=30, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 30)), min_size=1, max_size=40))
def test_intervals_lie_around_what_is_there(pairs: list[tuple[int, int]]) -> None:
    rows = np.array([(min(part, whole), whole) for part, whole in pairs])
    low, high = ratio_intervals(rows, [0], [1], seed=[0], resamples=50)
    ratios = rows[rows[:, 1] > 0]
    if np.isnan(low[0]):
        assert np.isnan(high[0])
    else:
        shares = ratios[:, 0] / ratios[:, 1]
        assert shares.min() - 1e-12 <= low[0] <= high[0] <= shares.max() + 1e-12


def test_intervals_are_those_of_the_textbook() -> None:
    random = np.random.default_rng(5)
    whole = random.integers(10, 40, 400)
    part = random.binomial(whole, random.beta(3, 6, 400))
    rows = np.column_stack([part, whole])
    low, high = ratio_intervals(rows, [0], [1], seed=[1], resamples=4000)
    ratio = part.sum() / whole.sum()
    # The delta method: the spread of the residuals over the articles.
    half = 1.96 * np.sqrt(((part - ratio * whole) ** 2).sum()) / whole.sum()
    assert low[0] == pytest.approx(ratio - half, abs=0.1 * half)
    assert high[0] == pytest.approx(ratio + half, abs=0.1 * half)


def test_blocks_of_many_articles_have_the_spread_of_the_articles() -> None:
    random = np.random.default_rng(6)
    whole = random.integers(10, 40, 12 * BLOCKS + 7)
    part = random.binomial(whole, random.beta(3, 6, len(whole)))
    blocks = Blocks(2)
    blocks.add(np.zeros(len(whole), dtype=np.int64), np.column_stack([part, whole]))
    [(_, rows)] = blocks.groups()
    low, high = ratio_intervals(rows, [0], [1], seed=[1], resamples=2000)
    ratio = part.sum() / whole.sum()
    half = 1.96 * np.sqrt(((part - ratio * whole) ** 2).sum()) / whole.sum()
    assert (high[0] - low[0]) / 2 == pytest.approx(half, rel=0.08)


def test_intervals_hold_what_they_promise() -> None:
    """Of 200 samples from one population about 190 intervals hold its ratio."""
    random = np.random.default_rng(7)
    inside = 0
    for number in range(200):
        whole = random.integers(10, 40, 60)
        part = random.binomial(whole, random.beta(3, 6, 60))
        low, high = ratio_intervals(np.column_stack([part, whole]), [0], [1], seed=[number], resamples=400)
        inside += bool(low[0] <= 1 / 3 <= high[0])
    assert 178 <= inside <= 199


# Tables


def test_csv_is_safe_and_complete(tmp_path: Path) -> None:
    names = ["=1+1", "@cmd", 'Kiosk, "West"', "'=x"]
    comparison = compare(write_scored(tmp_path, articles(names * 3)))
    rows = list(csv.DictReader(io.StringIO(comparison.to_csv())))
    assert not [row for row in rows if row["outlet"].startswith(("=", "@", "+", "-"))]
    assert [restored(row["outlet"]) for row in rows] == ["all articles", *(g.name for g in comparison.groups)]
    for row, group in zip(rows[1:], comparison.groups, strict=True):
        assert float(row["opinion_share"]) == group.figures["opinion_share"].value
        assert float(row["sarcasm_share_high"]) == group.figures["sarcasm_share"].high
        assert (int(row["articles"]), row["small"]) == (3, "1")


def test_to_dict(scored: Path) -> None:
    values = compare(scored).to_dict()
    assert json.loads(json.dumps(values, allow_nan=False)) == values
    assert (values["version"], values["by"], values["minimum"], values["model"]) == (1, "outlet", 20, "fast")
    assert {m["key"] for m in values["measures"]} <= set(values["groups"][0])
    assert set(values["overall"]["opinion_share"]) == {"value", "low", "high", "articles", "small"}


@pytest.mark.parametrize("width", [80, 120, 140, 200])
def test_text_fits(tmp_path: Path, width: int) -> None:
    names = [
        "新闻日报新闻日报新闻日报",
        "The Very Long Regional Courier of the Upper Valley",
        "\x1b[31mRed",
        "Kiosk",
    ]
    comparison = compare(write_scored(tmp_path, articles(names * 12)))
    lines = comparison.to_text(width).splitlines()
    assert max(map(columns, lines)) <= width
    assert not [line for line in lines if "\x1b" in line]
    assert any(line.startswith("Kiosk") and line.count("*") == 6 for line in lines)
    assert any("from fewer than 20 articles" in line for line in lines)


def test_figures_stand_in_the_text(scored: Path) -> None:
    comparison = compare(scored)
    [line] = [row for row in comparison.to_text(160).splitlines() if row.startswith("Gazette")]
    group = named(comparison, "Gazette")
    assert line.split()[1] == "60"
    for m in comparison.measures:
        figure = group.figures[m.key]
        assert f"{m.said(figure.value)}  {m.said(figure.low)}–{m.said(figure.high)}" in line

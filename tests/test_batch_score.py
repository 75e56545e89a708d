"""The pure function of the batch: it says what `analyze` says, whatever articles come together."""

from __future__ import annotations

import warnings
from collections import Counter
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import small_transformer as small
from batch_pages import articles
from hypothesis import given, settings
from hypothesis import strategies as st

import rhetoric
from rhetoric.analysis import Analyzer, analyze
from rhetoric.batch import score
from rhetoric.batch.articles import Article, Options
from rhetoric.batch.counting import Group, kind_columns
from rhetoric.batch.frames import Columns, frame_types, score_frame, score_partition
from rhetoric.batch.score import score_articles
from rhetoric.batch.tables import TABLES, Tables
from rhetoric.reading.reading import read_document
from rhetoric.reading.tokens import MARK, QUOTE
from rhetoric.report.report import Report
from rhetoric.report.tables import sentence_types
from rhetoric.scorers import load_scorers, load_words
from rhetoric.types import RhetoricError, RhetoricWarning

CUES = Options(cues=True)


def scored(listed: list[Article], options: Options = CUES) -> Tables:
    return score_articles(listed, load_scorers(), options)


def report_of(article: Article) -> Report:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RhetoricWarning)
        return analyze(article.page, article.comments)


def quoted_words(article: Article) -> int:
    """Words of the article's own parts in a source's voice, counted one by one."""
    _, reading = read_document(article.page, article.comments)
    spans = [*reading.speech.quoted.tolist(), *reading.speech.reported.tolist()]
    tokens = zip(
        reading.tokens.start.tolist(), reading.tokens.kind.tolist(), reading.sentence_of.tolist(), strict=True
    )
    return sum(
        kind not in (MARK, QUOTE) and reading.part[of] != 3 and any(a <= start < b for a, b in spans)
        for start, kind, of in tokens
    )


def expected_row(article: Article) -> dict[str, object]:
    """The numbers of an article's row, from its report."""
    report = report_of(article)
    own = [s for s in report.sentences if s.part != "comment"]
    comments = [s for s in report.sentences if s.part == "comment"]
    cuts, counts = report.thresholds, Counter(cue.kind for s in own for cue in s.cues)
    opinions = sum(s.label == "opinion" for s in own)
    return {
        "n_sentences": len(own),
        "n_opinion": opinions,
        "mean_p_opinion": sum(s.p_opinion for s in own) / len(own) if own else np.nan,
        "opinion_share": opinions / len(own) if own else np.nan,
        "n_quoted_words": quoted_words(article),
        "n_loaded_sentences": sum(s.scores["loaded"] >= cuts["loaded"] for s in own),
        "n_hedged_sentences": sum(s.scores["hedge"] >= cuts["hedge"] for s in own),
        **{column: counts[kind] for kind, column in kind_columns().items()},
        "n_comments_sentences": len(comments),
        "n_comments_opinion": sum(s.label == "opinion" for s in comments),
        "n_comments_sarcastic": sum(s.scores["sarcasm"] >= cuts["sarcasm"] for s in comments),
        "n_characters": len(report.document.text),
        "warning": " ".join(report.warnings) or None,
    }


def assert_as_analyzed(listed: list[Article], tables: Tables) -> None:
    frames = {name: tables.frame(name) for name in TABLES}
    assert list(frames["errors"].reason) == []
    by_article = {name: dict(iter(frames[name].groupby("id"))) for name in ("sentences", "cues")}
    assert list(frames["sentences"].id.unique()) == [a.id for a in listed if len(report_of(a).sentences)]
    for article, (_, row) in zip(listed, frames["articles"].iterrows(), strict=True):
        report = report_of(article)
        for name, expected in (("sentences", report.to_frame()), ("cues", report.cues_frame())):
            found = by_article[name].get(article.id, frames[name][:0]).drop(columns="id")
            pd.testing.assert_frame_equal(found.reset_index(drop=True), expected, check_exact=True)
        assert row.n_words + row.n_comments_words == report.n_words
        for column, value in expected_row(article).items():
            equal = row[column] == value or (pd.isna(row[column]) and (value is None or pd.isna(value)))
            assert equal, (article.id, column, row[column], value)


def test_many_at_once_are_as_analyze_says() -> None:
    listed = articles()
    assert_as_analyzed(listed, scored(listed))


def test_in_other_company() -> None:
    listed = articles()[::-1] * 2
    listed = [Article(str(i), a.text, comments=a.comments) for i, a in enumerate(listed)]
    assert_as_analyzed(listed, scored(listed))


@pytest.mark.parametrize("size", [1, 300])
def test_the_size_of_groups_does_not_matter(size: int, monkeypatch: pytest.MonkeyPatch) -> None:
    together = scored(articles())
    monkeypatch.setattr(score, "_GROUP", size)
    apart = scored(articles())
    for name in TABLES:
        pd.testing.assert_frame_equal(together.frame(name), apart.frame(name), check_exact=True)


MARKS = [*"“”\"'‘’.!?…§\n:,—[(5->#=\u0301\x00\u200b\ud800😀", "\n\n", "\r\n", "1."]
WORDS = [
    "said",
    "says",
    "told",
    "Smith",
    "he",
    "the",
    "“No,”",
    "according",
    "to",
    "perhaps",
    "so-called",
    "You",
]
PIECES = st.lists(st.sampled_from([*MARKS, *WORDS, "shameless", "Comments", "Bob:"]), max_size=14).map(
    " ".join
)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(PIECES, st.lists(PIECES, max_size=2)), min_size=2, max_size=4))
def test_any_pages_together_are_as_analyze_says(pages: list[tuple[str, list[str]]]) -> None:
    listed = [Article(str(i), text, comments=comments) for i, (text, comments) in enumerate(pages)]
    assert_as_analyzed(listed, scored(listed))


def test_a_title_goes_before_the_text() -> None:
    article = Article("a", "They went up in May.", title="Taxes rise again")
    assert article.page == "Taxes rise again\n\nThey went up in May."
    frame = scored([article]).frame("sentences")
    assert frame.part.tolist() == ["title", "body"]
    assert article.size == len(article.page)


def test_without_counts_the_scores_are_the_same() -> None:
    full, bare = scored(articles()), scored(articles(), Options(cue_counts=False))
    for name in ("articles", "sentences"):
        frame = bare.frame(name)
        assert set(full.frame(name)) - set(frame) == set(kind_columns().values())
        pd.testing.assert_frame_equal(full.frame(name)[list(frame)], frame, check_exact=True)


def test_the_sentence_table_has_the_columns_of_a_report() -> None:
    types = sentence_types(analyze("It is late."))
    frame = frame_types()["sentences"]
    assert list(frame) == ["id", *types]
    assert {n: str(t) for n, t in frame.dtypes.items() if n != "id"} == {
        n: str(pd.Series([], dtype=t).dtype) for n, t in types.items()
    }


@pytest.mark.parametrize(
    ("level", "filled"), [("both", "articles sentences"), ("article", "articles"), ("sentence", "sentences")]
)
def test_levels(level: str, filled: str) -> None:
    tables = scored(articles()[:2], Options(level=level))
    assert [name for name in TABLES if len(tables.frame(name))] == filled.split()
    for name, empty in frame_types().items():
        assert dict(tables.frame(name).dtypes) == dict(empty.dtypes)


def test_an_article_that_is_too_long_is_an_error() -> None:
    listed = [Article("a", "It is late."), Article("b", "It is. " * 20, row=2), Article("c", "It is late.")]
    tables = scored(listed, Options(longest=100))
    assert list(tables.articles["id"]) == ["a", "c"]
    assert tables.errors["reason"] == [
        "the article has 140 characters, more than 100; cut it, or see --longest"
    ]
    assert (tables.errors["id"], list(tables.errors["row"])) == (["b"], [2])


def test_an_article_on_which_scoring_fails_is_one_error(monkeypatch: pytest.MonkeyPatch) -> None:
    real = score.score_group

    def fragile(listed: list[Article], *others: object) -> Group:
        if any("farce" in a.text for a in listed):
            raise ValueError("no farce")
        return real(listed, *others)  # type: ignore[arg-type]

    monkeypatch.setattr(score, "score_group", fragile)
    texts = ("It is late.", "A farce!", "It rains.")
    tables = scored([Article(str(i), text) for i, text in enumerate(texts)])
    assert list(tables.articles["id"]) == ["0", "2"]
    assert [(e.id, e.reason) for e in tables.error_rows()] == [("1", "scoring failed: ValueError: no farce")]


@pytest.mark.parametrize(("name", "value"), [("level", "page"), ("longest", 0), ("longest", 10**9)])
def test_options_are_checked(name: str, value: object) -> None:
    with pytest.raises(RhetoricError, match=f"The '{name}' parameter of Options must be"):
        Options(**{name: value})  # type: ignore[arg-type]


# Frames

FRAME = pd.DataFrame(
    {
        "body": ["It is late. What a farce!", None, b"bytes", 3.5, "  ", "It rains."],
        "head": ["A head", "x", "x", "x", "x", None],
        "said": [["I doubt it.", None], [], [], [], [], "one\n\ntwo"],
        "key": [1, 2, 3, 4, 5, 1],
        "when": pd.to_datetime(["2024-05-01", *[None] * 4, "2024-06-01"]),
    },
    index=list("uvwxyz"),
)


def test_a_frame() -> None:
    with pytest.warns(RhetoricWarning, match="4 of 6 rows could not be scored .*; row 1: there is no text"):
        found = score_frame(FRAME, text="body", title="head", comments="said", date="when")
    assert isinstance(found, tuple)
    assert len(found) == 2
    table, sentences = found
    assert table.id.tolist() == ["u", "z"]
    assert table.row.tolist() == [0, 5]
    assert table.title.tolist()[0] == "A head"
    assert pd.isna(table.title[1])
    assert table.date.tolist() == ["2024-05-01T00:00:00", "2024-06-01T00:00:00"]
    assert table.n_comments_sentences.tolist() == [1, 2]
    report = analyze("A head\n\nIt is late. What a farce!", ["I doubt it."])
    first = sentences[sentences.id == "u"].drop(columns="id").reset_index(drop=True)
    pd.testing.assert_frame_equal(first, report.to_frame(), check_exact=True)


def test_the_errors_of_a_partition() -> None:
    tables = score_partition(FRAME, Columns(text="body", id="key"))
    assert [(e.row, e.id, e.reason) for e in tables.error_rows()] == [
        (1, "2", "there is no text"),
        (2, "3", "the text is bytes and not text; decode it first"),
        (3, "4", "the text is a number and not text (3.5)"),
        (4, "5", "there is no text"),
        (5, "1", "the id was there before; the first row that has it is scored"),
    ]


def test_the_cues_of_a_frame() -> None:
    _, _, cues = score_frame(FRAME[:1], text="body", cues=True)
    assert cues.drop(columns="id").equals(analyze("It is late. What a farce!").cues_frame())


def test_a_frame_without_rows() -> None:
    for name, frame in zip(TABLES, rhetoric.score_frame(FRAME[:0], text="body", cues=True), strict=False):
        pd.testing.assert_frame_equal(frame, frame_types()[name])


def test_a_frame_without_the_column() -> None:
    with pytest.raises(RhetoricError, match="The frame has no column 'text'; there are: body, head"):
        score_frame(FRAME)


# Transformers


def test_a_transformer_says_what_analyze_says_but_for_rounding(tmp_path: Path) -> None:
    pytest.importorskip("onnxruntime")
    folder = small.write(tmp_path / "accurate")
    scorers, words = load_scorers(str(folder)), load_words(str(folder))
    listed = [a for a in articles() if a.text.strip() and "\ud800" not in a.text]
    tables = score_articles(listed, scorers, CUES, words)
    analyzer = Analyzer(scorers, words=words)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RhetoricWarning)
        reports = [analyzer.analyze(a.page, a.comments) for a in listed]
    for name, frames in (
        ("sentences", [r.to_frame() for r in reports]),
        ("cues", [r.cues_frame() for r in reports]),
    ):
        expected = pd.concat([f for f in frames if len(f)], ignore_index=True)
        found = tables.frame(name).drop(columns="id")
        pd.testing.assert_frame_equal(found, expected, check_exact=False, rtol=0, atol=1e-5)

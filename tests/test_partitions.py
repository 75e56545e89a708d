"""A partition of a cluster's frame becomes one frame of a schema that is known before."""

from __future__ import annotations

import re

import pandas as pd
import pytest
from batch_pages import PAGES
from hypothesis import given, settings
from hypothesis import strategies as st

from rhetoric.batch.articles import Options
from rhetoric.batch.cells import Columns
from rhetoric.batch.frames import frame_types, score_partition
from rhetoric.batch.partitions import part_types, score_part, score_parts, spark_schema, table_of
from rhetoric.batch.tables import TABLES
from rhetoric.types import RhetoricError

COLUMNS = Columns(id="key", comments="said", outlet="paper")
EVERYTHING = Options(cues=True)
OPTIONS = [
    Options(),
    EVERYTHING,
    Options(level="article"),
    Options(level="sentence", cue_counts=False),
    Options(level="article", cues=True, cue_counts=False),
]


def partition(pages: tuple[tuple[object, tuple[str, ...]], ...] = PAGES) -> pd.DataFrame:
    rows = [(f"k{i}", text, list(said), "Herald") for i, (text, said) in enumerate(pages)]
    return pd.DataFrame(rows, columns=["key", "text", "said", "paper"], dtype=object)


@pytest.mark.parametrize("options", OPTIONS)
def test_the_tables_stand_below_one_another(options: Options) -> None:
    df = partition()
    tables = score_partition(df, COLUMNS, "fast", options)
    stacked = score_part(df, COLUMNS, options=options)
    names = (*options.tables, "errors")
    assert list(stacked["table"].unique()) == list(names)
    assert len(stacked) == sum(len(tables.frame(name)) for name in names)
    for name in names:
        pd.testing.assert_frame_equal(
            table_of(stacked, name, options), tables.frame(name), check_exact=True, obj=name
        )


@pytest.mark.parametrize("name", TABLES)
@pytest.mark.parametrize("level", ["sentence", "article"])
def test_one_table_alone(name: str, level: str) -> None:
    df = partition()
    found = score_part(df, COLUMNS, name, options=Options(level=level))
    expected = score_partition(df, COLUMNS, "fast", EVERYTHING).frame(name)
    pd.testing.assert_frame_equal(found, expected, check_exact=True)


@pytest.mark.parametrize("options", OPTIONS)
@pytest.mark.parametrize("rows", [0, 2, len(PAGES)])
def test_the_schema_is_known_before(rows: int, options: Options) -> None:
    for table in ("all", *TABLES):
        found, types = (
            score_part(partition(PAGES[:rows]), COLUMNS, table, options=options),
            part_types(table, options),
        )
        pd.testing.assert_series_equal(found.dtypes, types.dtypes)
        assert len(types) == 0
        schema = dict(re.findall(r"`(\w+)` (\w+)", spark_schema(table, options)))
        assert list(schema) == list(found.columns)
        kinds = {"int64": "bigint", "Int64": "bigint", "float64": "double", "str": "string"}
        assert list(schema.values()) == [kinds[str(dtype)] for dtype in found.dtypes]


def test_the_types_of_one_table_are_those_of_the_frames() -> None:
    for name, frame in frame_types(EVERYTHING).items():
        pd.testing.assert_frame_equal(part_types(name, EVERYTHING), frame)


def test_spark_gets_strings_as_objects() -> None:
    df = partition()
    batches = list(score_parts(iter([df[:4], df[4:]]), COLUMNS))
    assert [len(b[b["table"] != "sentences"]) for b in batches] == [4, len(df) - 4]
    assert set(map(str, batches[0].dtypes)) == {"object", "Int64", "float64"}
    strings = [n for n, kind in re.findall(r"`(\w+)` (\w+)", spark_schema()) if kind == "string"]
    assert [n for n, dtype in batches[0].dtypes.items() if str(dtype) == "object"] == strings
    assert {type(v) for v in batches[0].loc[batches[0]["table"] == "sentences", "text"]} == {str}
    found = pd.concat([table_of(b, "sentences") for b in batches], ignore_index=True)
    expected = score_partition(df, COLUMNS).frame("sentences")
    pd.testing.assert_frame_equal(found, expected, check_exact=True)


CELLS = (
    st.none() | st.integers() | st.floats() | st.binary(max_size=3) | st.text(max_size=60) | st.just(pd.NA)
)


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.tuples(CELLS, st.lists(st.text(max_size=20), max_size=2).map(tuple)), max_size=6).map(tuple)
)
def test_a_row_is_an_article_or_an_error(pages: tuple[tuple[object, tuple[str, ...]], ...]) -> None:
    df = partition(pages)
    stacked = score_part(df, COLUMNS)
    pd.testing.assert_series_equal(stacked.dtypes, part_types().dtypes)
    rows = stacked[stacked["table"] != "sentences"]
    assert sorted(rows["id"]) == sorted(df["key"])
    good = rows.loc[rows["table"] == "articles", "id"]
    sentences = table_of(stacked, "sentences")
    assert set(sentences["id"]) <= set(good)
    assert len(sentences) == sum(table_of(stacked, "articles")[["n_sentences", "n_comments_sentences"]].sum())


def test_an_id_that_is_there_twice_in_a_partition() -> None:
    df = partition(PAGES[:3]).assign(key=["a", "b", "a"])
    stacked = score_part(df, COLUMNS)
    assert table_of(stacked, "articles").id.tolist() == ["a", "b"]
    assert table_of(stacked, "errors")[["row", "id"]].values.tolist() == [[2, "a"]]


def test_a_column_of_ids_is_asked_for() -> None:
    with pytest.raises(
        RhetoricError, match=r"The 'columns' parameter of score_part must name a column of ids.* Got"
    ):
        score_part(partition(), Columns())


@pytest.mark.parametrize("call", [part_types, spark_schema])
def test_a_table_that_is_not_known(call: object) -> None:
    with pytest.raises(
        RhetoricError, match=r"The 'table' parameter must be one of all, articles.* Got 'words'"
    ):
        call("words")  # type: ignore[operator]
    with pytest.raises(RhetoricError, match=r"must be one of articles, sentences, cues, errors. Got 'all'"):
        table_of(part_types(), "all")


def test_a_frame_without_the_column() -> None:
    with pytest.raises(RhetoricError, match="The frame has no column 'body'"):
        score_part(partition(), Columns(id="key", text="body"))

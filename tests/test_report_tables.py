from __future__ import annotations

import csv
import io
import json
import math

from make_report import KINDS, harbour, make_report

from rhetoric.report import Report, SentenceReport
from rhetoric.report.layout import harmless, heading, passages, segments, task_tags
from rhetoric.report.tables import as_csv, as_dict, cue_frame, sentence_frame
from rhetoric.types import Cue, Document, Sentence

SCORES = ["p_opinion", "p_loaded", "p_sarcasm", "p_hedge"]
FIXED = ["part", "index", "start", "end", "text", "voice", *SCORES, "label"]


def test_sentence_frame_has_a_row_a_sentence_and_a_column_a_kind() -> None:
    report = harbour()
    frame = sentence_frame(report)
    assert list(frame.columns) == FIXED + list(KINDS)
    assert len(frame) == len(report.sentences)
    assert frame["loaded"].tolist() == [0, 0, 2, 1, 0, 0, 0, 0, 0]
    text = report.document.text
    assert all(text[a:b] == t for a, b, t in zip(frame["start"], frame["end"], frame["text"], strict=True))


def test_frames_keep_their_dtypes_without_rows() -> None:
    empty, full = make_report([]), harbour()
    assert sentence_frame(empty).dtypes.to_dict() == sentence_frame(full).dtypes.to_dict()
    assert cue_frame(empty).dtypes.to_dict() == cue_frame(full).dtypes.to_dict()
    assert len(sentence_frame(empty)) == len(cue_frame(empty)) == 0


def test_other_tasks_become_columns_after_p_opinion() -> None:
    sentence = Sentence(0, 3, "No.")
    rows = (SentenceReport(0, sentence, {"opinion": 0.4, "sarcasm": 0.2}, "report"),)
    report = Report(Document("No.", (), (sentence,)), rows, "fast", 0.5, ("sarcasm", "text"), 1)
    frame = sentence_frame(report)
    assert list(frame.columns) == [*FIXED[:7], "p_sarcasm", "label", "sarcasm", "text_cues"]
    assert as_dict(report)["thresholds"] == {}
    assert frame["p_sarcasm"].tolist() == [0.2]


def test_cue_frame_points_at_its_sentence() -> None:
    report = harbour()
    frame = cue_frame(report)
    assert list(frame.columns) == [
        "kind",
        "start",
        "end",
        "text",
        "rule",
        "why",
        "weight",
        "voice",
        "sentence",
    ]
    assert len(frame) == len(report.cues)
    starts = [report.sentences[i].start for i in frame["sentence"]]
    assert all(a <= b for a, b in zip(starts, frame["start"], strict=True))


def test_as_dict_goes_through_json() -> None:
    report = harbour()
    data = json.loads(json.dumps(as_dict(report), allow_nan=False))
    assert data["version"] == 1
    assert data["text"][data["sentences"][2]["start"] :].startswith("It was perhaps")
    assert data["sentences"][2]["cues"][0]["kind"] == "hedge"
    assert set(data["cue_rates"]) == set(KINDS)
    assert data["thresholds"] == {"opinion": 0.5, "loaded": 0.5, "sarcasm": 0.6, "hedge": 0.55}
    assert data["models"] == dict.fromkeys(data["thresholds"], "fast")
    assert data["shares"] == {}
    for row, sentence in zip(data["sentences"], report.sentences, strict=True):
        assert {name: row[name] for name in SCORES} == {f"p_{t}": p for t, p in sentence.scores.items()}
    assert math.isclose(data["opinion_share"]["comments"], 0.5)


def test_as_dict_of_nothing_has_null_shares() -> None:
    assert as_dict(make_report([]))["opinion_share"] == {"all": None, "article": None, "comments": None}


def test_lone_surrogates_do_not_reach_the_tables() -> None:
    report = make_report([("Bad \ud800 byte.", 0.5, "body", "writer", (("loaded", "\ud800"),))])
    assert sentence_frame(report)["text"].tolist() == ["Bad \ufffd byte."]
    assert cue_frame(report)["text"].tolist() == ["\ufffd"]
    assert json.dumps(as_dict(report), ensure_ascii=False).encode()
    assert as_csv(report).encode()


def test_csv_cells_cannot_be_formulas() -> None:
    words = [
        "=1+1",
        "+1",
        "-1",
        "@SUM(A1)",
        "\tx",
        "\rx",
        "\nx",
        "plain",
        'a "quoted", cell\nof two lines',
        "nul\0",
    ]
    report = make_report([(word, 0.25, "body", "writer", ()) for word in words])
    rows = list(csv.DictReader(io.StringIO(as_csv(report), newline="")))
    assert [row["text"] for row in rows] == [f"'{word}" for word in words[:7]] + words[7:9] + ["nul\ufffd"]
    assert {row["p_opinion"] for row in rows} == {"0.25"}
    assert list(rows[0]) == FIXED + list(KINDS)


def test_flags_reach_the_threshold_and_sarcasm_is_for_comments() -> None:
    report = harbour()
    found = {s.index: report.flags(s) for s in report.sentences if report.flags(s)}
    assert found == {2: ("loaded", "hedge"), 7: ("sarcasm",)}
    assert task_tags(report, report.sentences[7]) == ["sarcastic"]
    assert task_tags(report, report.sentences[2]) == ["loaded", "uncertain"]
    assert as_dict(report)["sentences"][2]["p_sarcasm"] == 0.7  # the table has every score


def test_passages_follow_blocks() -> None:
    report = harbour()
    found = passages(report)
    assert [p.part for p in found] == [s.part for s in report.sentences]
    assert all(p.block is not None for p in found)
    bare = Report(Document("No.", (), ()), report.sentences, "fast", 0.5, (), 0)
    assert len(passages(bare)) == len(report.sentences)


def test_heading_is_the_first_title_alone() -> None:
    rows = [("# One", 0.1, "title", "writer", ()), ("Two", 0.1, "title", "writer", ())]
    assert heading(make_report(rows)) == "One"  # type: ignore[arg-type]
    assert heading(make_report([])) == ""


def test_segments_cover_everything_once_and_never_cross() -> None:
    def cue(start: int, end: int) -> Cue:
        return Cue("loaded", start, end, "", "", "", 0.0, "writer")

    cues = [cue(0, 6), cue(2, 4), cue(3, 9), cue(5, 5), cue(-3, 2), cue(8, 99)]
    found = list(segments(0, 10, cues))
    assert [(a, b) for a, b, _, _ in found] == [(0, 2), (2, 3), (3, 4), (4, 6), (6, 8), (8, 9), (9, 10)]
    for a, b, inside, _ in found:
        assert set(inside) == {c for c in cues if c.start <= a and b <= c.end}


def test_harmless_keeps_letters_and_drops_what_acts() -> None:
    assert harmless("Zoë says: 橋 👍🏽 a\tb") == "Zoë says: 橋 👍🏽 a\tb"
    assert harmless("a\x1b[31mb\0c\x9bd\ud800\u202ee") == "a\ufffd[31mb\ufffdc\ufffdd\ufffd\ufffde"
    assert harmless("soft\u00adhyphen\u2028line") == "softhyphen line"

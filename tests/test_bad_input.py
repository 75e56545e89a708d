"""Whatever text comes in, a true result comes out, and soon."""

from __future__ import annotations

import gc
import itertools
import json
import time
import warnings
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest

import rhetoric
from rhetoric.report.report import Report
from rhetoric.scorers import load_scorer
from rhetoric.types import Document, RhetoricWarning

SECONDS = 2.0  # of processor time
ARTICLE = (
    "The council met on Monday. “It is a shameless farce,” said Ann Lee, who runs the ferry. Perhaps "
    "the bridge, which cost 1,200 pounds, was a mistake? The mayor said the so-called “plan” had failed. "
)
TEXTS: dict[str, str] = {
    "empty": "",
    "spaces": " " * 1000,
    "line ends": "\r\n\n\r\u2028" * 500,
    "punctuation": "?! ... — “” () ;:",
    "one word": "Disaster",
    "one mark": "?",
    "1 MB on one line": (ARTICLE * (1_000_000 // len(ARTICLE) + 1))[:1_000_000],
    "100,000 straight quotation marks": '"' * 100_000,
    "100,000 opening quotation marks": "“" * 100_000,
    "100,000 closing quotation marks": "”" * 100_000,
    "100,000 apostrophes": "'" * 100_000,
    "100,000 curly apostrophes": "’" * 100_000,
    "quoted letters": '"a" ' * 25_000,
    "open quotation before each word": "“word " * 17_000,
    "50,000 opening brackets": "(" * 50_000,
    "50,000 square brackets": "[" * 50_000,
    "interrobangs": "?!" * 25_000,
    "spaced questions": "? " * 25_000,
    "5,000 emoji": "😀" * 5_000,
    "5,000 joined emoji": "👩\u200d👩\u200d👧\u200d👦" * 1_250,
    "one long word": "a" * 200_000,
    "one long word in capitals": "A" * 200_000,
    "one long number": "1" * 200_000,
    "NUL bytes": "A shameless\x00 farce.\x00" * 500,
    "only NUL bytes": "\x00" * 20_000,
    "lone surrogates": "A farce \ud800 it \udfff is. \udc00\ud83d" * 500,
    "right to left": "\u202eA shameless farce!\u202c \u200fשלום\u200f farce. " * 300,
    "combining marks": "e" + "\u0301" * 20_000,
    "full stops": ". " * 25_000,
    "dots": "." * 50_000,
    "initials": "A. B. C. " * 6_000,
    "dashes": "—" * 50_000,
    "hyphens": "a-" * 40_000,
    "hashes": "#" * 50_000,
    "headings": "# A heading\n" * 5_000,
    "short lines": "No.\n" * 20_000,
    "paragraphs": "No!\n\n" * 10_000,
    "bullets": "- an item\n" * 8_000,
    "block quotations": "> quoted\n" * 8_000,
    "deep block quotation": ">" * 50_000 + " no",
    "names over comments": "Comments\n\n" + "Ann says:\nYou are wrong!\n\n" * 4_000,
    "said and said": "he said " * 12_000,
    "according to": "according to " * 8_000,
    "not and not": "not " * 25_000,
    "one cue again and again": "so-called shameless farce " * 4_000,
    "commas": "a, " * 30_000,
    "addresses": "www.example.org/a.b?c=d&e=f " * 3_000,
    "markup": "<p>A farce</p><script>alert(1)</script>&amp;" * 2_000,
    "brackets nested": "(" * 5_000 + "farce" + ")" * 5_000,
    "quotations nested": "“‘" * 5_000 + "farce" + "’”" * 5_000,
    "unbroken Chinese": "委员会星期一开会讨论了桥梁的费用" * 3_000,
}
LANGUAGES = {
    "Chinese": "委员会星期一开会讨论了桥梁的费用。没有人知道谁会付钱。市长说桥是安全的。" * 3,
    "Russian": "Совет собрался в понедельник и обсудил стоимость моста. Никто не знает, кто заплатит. " * 3,
    "German": "Der Rat kam am Montag zusammen und sprach über die Kosten. Niemand weiß, wer zahlt. " * 3,
    "Arabic": "اجتمع المجلس يوم الاثنين وناقش تكلفة الجسر. لا أحد يعرف من سيدفع. " * 3,
    "French": "Le conseil s'est réuni lundi et a parlé du coût du pont. Personne ne sait qui va payer. " * 3,
}
ALL = {**TEXTS, **LANGUAGES}
every = pytest.mark.parametrize("name", ALL)
pytestmark = pytest.mark.filterwarnings("ignore::rhetoric.types.RhetoricWarning")


@pytest.fixture(scope="module", autouse=True)
def warm() -> None:
    """What is read once and for all is not on the clock."""
    rhetoric.analyze(ARTICLE).to_html()
    rhetoric.analyze(ARTICLE).to_frame()


@pytest.fixture(scope="module")
def reports() -> dict[str, Report]:
    return {}


def report_of(name: str, reports: dict[str, Report]) -> Report:
    if name not in reports:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", RhetoricWarning)
            reports[name] = rhetoric.analyze(ALL[name])
    return reports[name]


def timed(call: Callable[[], Any]) -> tuple[Any, float]:
    began = time.process_time()
    result = call()
    return result, time.process_time() - began


def assert_offsets(document: Document) -> None:
    text = document.text
    for span in (*document.blocks, *document.sentences, *document.quotations, *document.scare_quotes):
        assert text[span.start : span.end] == span.text != ""
    bounds = [(s.start, s.end) for s in document.sentences]
    assert bounds == sorted(bounds)
    assert all(a[1] <= b[0] for a, b in itertools.pairwise(bounds))


@every
def test_read(name: str) -> None:
    document, seconds = timed(lambda: rhetoric.read(ALL[name]))
    assert document.text == ALL[name]
    assert_offsets(document)
    covered = sum(s.end - s.start for s in document.sentences)
    assert covered >= sum(not c.isspace() for c in ALL[name])
    assert seconds < SECONDS


@every
def test_find_cues(name: str) -> None:
    cues, seconds = timed(lambda: rhetoric.find_cues(ALL[name]))
    for cue in cues:
        assert ALL[name][cue.start : cue.end] == cue.text != ""
    assert seconds < SECONDS


@every
def test_score(name: str) -> None:
    scorer = load_scorer()
    (score,), seconds = timed(lambda: scorer.score([ALL[name]]))
    assert 0 <= score <= 1
    assert seconds < SECONDS


@every
def test_analyze(name: str, reports: dict[str, Report]) -> None:
    report, seconds = timed(lambda: report_of(name, reports))
    assert report.document.text == ALL[name]
    assert_offsets(report.document)
    assert len(report.sentences) == len(report.document.sentences)
    for sentence in report.sentences:
        assert 0 <= sentence.p_opinion <= 1
        for cue in sentence.cues:
            assert sentence.start <= cue.start < cue.end <= sentence.end
            assert ALL[name][cue.start : cue.end] == cue.text
    assert seconds < SECONDS


@every
def test_to_text(name: str, reports: dict[str, Report]) -> None:
    report = report_of(name, reports)
    text, seconds = timed(report.to_text)
    text.encode("utf-8")
    assert f"model {report.model}" in text or not report.sentences
    assert "\x00" not in text
    assert "\u202e" not in text
    assert seconds < SECONDS


@every
def test_to_html(name: str, reports: dict[str, Report]) -> None:
    report = report_of(name, reports)
    page, seconds = timed(report.to_html)
    page.encode("utf-8")
    assert page.lstrip().lower().startswith("<!doctype html>")
    assert "<script>alert(1)" not in page
    assert "\x00" not in page
    assert seconds < SECONDS


@every
def test_to_dict(name: str, reports: dict[str, Report]) -> None:
    report = report_of(name, reports)
    document, seconds = timed(report.to_dict)
    restored = json.loads(json.dumps(document, ensure_ascii=False, allow_nan=False).encode("utf-8"))
    assert len(restored["sentences"]) == len(report.sentences)
    assert seconds < SECONDS


@every
def test_to_frame(name: str, reports: dict[str, Report]) -> None:
    report = report_of(name, reports)
    frame, seconds = timed(report.to_frame)
    assert frame["start"].tolist() == [s.start for s in report.sentences]
    assert frame["p_opinion"].tolist() == [s.p_opinion for s in report.sentences]
    cues = report.cues_frame()
    assert len(cues) == len(report.cues)
    assert seconds < SECONDS


@pytest.mark.parametrize("name", ["empty", "spaces", "line ends", "only NUL bytes"])
def test_nothing_to_analyse(name: str, reports: dict[str, Report]) -> None:
    report = report_of(name, reports)
    assert report.cues == ()
    assert report.n_words == 0
    assert set(report.cue_rates().values()) == {0.0}
    if not ALL[name].strip():
        assert report.sentences == ()
        assert np.isnan(report.opinion_share)
        assert report.most_argumentative() == ()


# Time grows with the length


LINEAR = {
    "article": ARTICLE * 300,
    "one sentence": "word " * 40_000,
    "open quotations": "“word " * 10_000,
    "straight quotations": '"' * 60_000,
    "full stops": ". " * 15_000,
    "said and said": "he said " * 8_000,
    "exceptions": "It was toxic and chemical. " * 3_000,
    "one sentence of exceptions": "toxic chemical " * 2_500,
    "short lines": "No.\n" * 10_000,
    "comments": "Comments\n\n" + "Ann says:\nYou are wrong!\n\n" * 2_000,
    "long word": "a" * 100_000,
    "cues": "so-called shameless farce " * 3_000,
    "nested quotations": "“‘" * 4_000,
    "brackets": "(" * 30_000,
}


@pytest.fixture
def small_heap() -> Iterator[None]:
    """Keep the garbage collector from walking through what other tests left: its time is not ours."""
    gc.collect()
    gc.freeze()
    yield
    gc.unfreeze()


@pytest.mark.usefixtures("small_heap")
@pytest.mark.parametrize("name", LINEAR)
def test_twice_the_text_takes_about_twice_the_time(name: str) -> None:
    text = LINEAR[name]
    for _ in range(3):  # what is quadratic fails each time, a busy machine does not
        once, twice = (
            min(timed(lambda t=t: rhetoric.analyze(t))[1] for _ in range(3)) for t in (text, text * 2)
        )  # type: ignore[misc]
        if twice < 3 * once + 0.05:
            return
    pytest.fail(f"{once:.2f} s for the text, {twice:.2f} s for twice the text")


# Other languages


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("name", LANGUAGES)
def test_other_languages_are_warned_of(name: str) -> None:
    with pytest.warns(RhetoricWarning, match="does not look English") as caught:
        report = rhetoric.analyze(LANGUAGES[name])
    assert len(caught) == 1
    assert caught[0].filename == __file__, "the warning points at the caller"
    assert report.sentences
    assert len(report.warnings) == 1
    assert "English" in report.to_text()
    assert "English" in report.to_html()


@pytest.mark.filterwarnings("error")
def test_english_is_not_warned_of() -> None:
    assert rhetoric.analyze(ARTICLE).warnings == ()
    assert rhetoric.analyze("Disaster").warnings == ()
    assert rhetoric.analyze("").warnings == ()


# What is no text


@pytest.mark.parametrize(
    "function", [rhetoric.analyze, rhetoric.read, rhetoric.find_cues], ids=lambda f: f.__name__
)
@pytest.mark.parametrize(
    ("text", "got"),
    [(None, "NoneType"), (float("nan"), "NaN"), (b"bytes", "bytes"), (12, "int"), (["A farce."], "list")],
    ids=["None", "NaN", "bytes", "int", "list"],
)
def test_no_text(function: Callable[[Any], Any], text: object, got: str) -> None:
    with pytest.raises(TypeError, match=rf"The 'text' parameter of \w+ must be a str\. Got {got} instead"):
        function(text)


@pytest.mark.parametrize(
    "function", [rhetoric.analyze, rhetoric.read, rhetoric.find_cues], ids=lambda f: f.__name__
)
@pytest.mark.parametrize("comments", ["a lone comment", b"bytes", 3, ["fine", 3]], ids=repr)
def test_no_comments(function: Callable[..., Any], comments: object) -> None:
    with pytest.raises(TypeError, match="'comments' "):
        function("A page.", comments)


def test_a_subclass_of_str_is_a_text() -> None:
    class Text(str):
        __slots__ = ()

    assert [c.text for c in rhetoric.find_cues(Text("A shameless farce!"))] == ["shameless", "farce"]
    assert rhetoric.analyze(Text("A farce.")).sentences == rhetoric.analyze("A farce.").sentences

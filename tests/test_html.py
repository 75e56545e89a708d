from __future__ import annotations

import re
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from make_report import KINDS, Row, harbour, make_report
from test_terminal import rows

from rhetoric.report.html import fragment, page
from rhetoric.report.report import Report, SentenceReport
from rhetoric.types import Cue, Document, Quotation, Sentence

VOID = {"meta", "input", "br", "rect", "line"}
CSS = Path(__file__).parents[1].joinpath("src/rhetoric/report/template.css").read_text(encoding="utf-8")


class Nesting(HTMLParser):
    """Fails where tags cross; keeps what was seen."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.texts: dict[str, str] = {}
        self.ids: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        self.ids += [value or "" for name, value in attrs if name == "id"]
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self.open:
            self.texts[self.open[-1]] = self.texts.get(self.open[-1], "") + data


def parsed(html: str) -> Nesting:
    html.encode("utf-8")
    parser = Nesting()
    parser.feed(html)
    parser.close()
    assert not parser.open
    assert len(parser.ids) == len(set(parser.ids))
    return parser


def test_page_is_self_contained_and_has_landmarks() -> None:
    html = page(harbour())
    seen = parsed(html)
    names = [tag for tag, _ in seen.tags]
    assert html.startswith("<!DOCTYPE html>")
    assert {"header", "main", "footer", "h1", "h2", "svg", "mark"} <= set(names)
    assert ("html", {"lang": "en"}) in seen.tags
    assert names.count("script") == names.count("style") == names.count("h1") == 1
    links = [v for _, attrs in seen.tags for n, v in attrs.items() if n in ("href", "src", "action")]
    assert all(link is not None and link.startswith("#") and link[1:] in seen.ids for link in links)
    assert not re.search(r"https?:|//[a-z]|@import|url\(", html)


def test_every_cue_explains_itself_to_pointer_and_keyboard() -> None:
    html = page(harbour())
    seen = parsed(html)
    marks = [attrs for tag, attrs in seen.tags if tag == "mark"]
    assert marks
    assert all(m["tabindex"] == "0" and m["aria-describedby"] in seen.ids for m in marks)
    for cue in harbour().cues:
        assert (
            html.count(f"&#x27;{cue.text}&#x27; was marked as {cue.kind}") >= 2
        )  # at the cue and in the table


def test_voices_and_parts_stand_apart() -> None:
    html = page(harbour())
    assert 'class="sentence is-report part-body voice-quoted first"' in html
    assert '<span class="tag">quoted</span>' in html
    assert html.index("s-article") < html.index("s-comments") < html.index("Comment 2 · reader 1")
    assert '<span class="speech">' in html


def test_other_scores_are_small_tags() -> None:
    html = page(harbour())
    assert re.findall('<span class="tag task">(.*?)</span>', html) == ["loaded, uncertain", "sarcastic"]
    assert "that score reaches its threshold" in html
    assert '<span class="tag task">sarcastic</span>' in fragment(harbour())
    plain = page(make_report([("It rained.", 0.1, "body", "writer", ())]))
    assert "tag task" not in plain
    assert "that score reaches its threshold" not in plain


def test_a_stated_share_is_told() -> None:
    html = page(replace(harbour(), shares={"opinion": 0.2}))
    assert "stated for these shares of positive sentences: opinion 20%." in html
    assert "shares of positive" not in page(harbour())


EVIL = "<script>alert(1)</script> \"><img src=x onerror='x'> & </style> \0 \ud800 \x1b[0m \u202e"


@pytest.mark.parametrize("show", [page, fragment])
@pytest.mark.parametrize("part", ["title", "body", "comment"])
def test_text_is_never_markup(show, part) -> None:  # type: ignore[no-untyped-def]
    report = make_report(
        [(EVIL, 0.9, part, "writer", (("loaded", "<script>"), ("hedge", "ipt>alert")))], warnings=(EVIL,)
    )
    html = show(report)
    seen = parsed(html)
    assert [tag for tag, _ in seen.tags].count("script") == (show is page)
    assert not [1 for tag, attrs in seen.tags if tag == "img" or any(n.startswith("on") for n in attrs)]
    assert "&lt;script&gt;" in html or "ipt&gt;" in html
    assert not re.search("[\0\x1b\ud800-\udfff\u202e]", html)


def test_names_from_a_model_are_never_markup() -> None:
    sentence = Sentence(0, 3, "No.", cues=(Cue(EVIL, 0, 2, "No", EVIL, EVIL, 0.5, "writer"),))
    rows = (SentenceReport(0, sentence, {"opinion": float("nan")}, "report"),)
    scores, names = {"opinion": 0.5, EVIL: 0.0}, {"opinion": EVIL, EVIL: EVIL}
    rows[0].scores[EVIL] = 1.0  # type: ignore[index]
    report = Report(Document("No.", (), (sentence,)), rows, EVIL, 0.5, (), 1, scores, names, scores)
    assert "&lt;script&gt;" in page(report)
    assert [tag for tag, _ in parsed(page(report)).tags].count("script") == 1


def test_overlaps_are_cut_and_lose_no_letter() -> None:
    text = "0123456789"
    cues = tuple(
        Cue("loaded", a, b, text[a:b], "r", "w", 0.5, "writer") for a, b in [(0, 6), (2, 4), (3, 9), (5, 5)]
    )
    sentence = Sentence(0, 10, text, cues=cues)
    document = Document(text, (), (sentence,), (Quotation(1, 8, text[1:8]),))
    report = Report(
        document, (SentenceReport(0, sentence, {"opinion": 1.0}, "opinion"),), "m", 0.5, ("loaded",), 1
    )
    html = page(report)
    parsed(html)
    row = re.search(r'<p class="text"[^>]*>(.*?)</p>', html, re.DOTALL)
    assert row is not None
    shown = re.sub(r'<span class="k .*?</span>', "", row.group(1))
    # The card of reasons is the last thing in its mark.
    shown = re.sub(r'<span class="why".*?</mark>', "</mark>", shown)
    assert re.sub("<[^>]+>", "", shown) == text


def test_fragment_is_scoped_and_without_script() -> None:
    html = fragment(harbour())
    seen = parsed(html)
    names = [tag for tag, _ in seen.tags]
    assert not {"script", "html", "body", "h1", "input", "button"} & set(names)
    assert "hidden" not in html.split("</style>")[1].replace("aria-hidden", "")
    other = fragment(make_report([("Another text.", 0.2, "body", "writer", ())]))
    assert not set(seen.ids) & set(parsed(other).ids)


def test_all_rules_are_scoped() -> None:
    bare = re.sub(r"/\*.*?\*/", "", CSS, flags=re.DOTALL)
    for selectors in re.findall(r"([^{}]+)\{", bare):
        if not selectors.strip().startswith("@"):
            assert all(s.strip().startswith(".rhetoric-report") for s in selectors.split(","))


def test_an_empty_report_has_a_page() -> None:
    html = page(make_report([]))
    parsed(html)
    assert "There is no sentence in this text." in html
    parsed(fragment(make_report([])))


def test_page_is_the_same_every_time() -> None:
    assert page(harbour()) == page(harbour())


def test_codes_of_kinds_differ() -> None:
    html = page(make_report([("It rained.", 0.1, "body", "writer", ())]))
    codes = re.findall(r'<span class="sample">.*?aria-hidden="true">(.*?)</span>', html)
    assert len(codes) == len(set(codes)) == len(KINDS)


def _variables(block: str) -> dict[str, str]:
    return dict(re.findall(r"--(\w+): ([^;]+);", block))


def _rgb(value: str) -> list[float]:
    if value.startswith("#"):
        value = value[1:] if len(value) == 7 else "".join(c * 2 for c in value[1:])
        return [int(value[i : i + 2], 16) for i in (0, 2, 4)]
    return [float(v) for v in value.split()]


def _luminance(rgb: list[float]) -> float:
    linear = [v / 12.92 if v <= 0.04045 else ((v + 0.055) / 1.055) ** 2.4 for v in (c / 255 for c in rgb)]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def _contrast(one: list[float], other: list[float]) -> float:
    high, low = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("scheme", [0, 1, 2], ids=["light", "dark", "print"])
def test_text_has_enough_contrast(scheme: int) -> None:
    blocks = re.findall(r"\.rhetoric-report \{(.*?)\}", CSS, re.DOTALL)
    found = [block for block in blocks if "--paper" in block]
    values = _variables(found[0]) | _variables(found[scheme])
    paper = _rgb(values["paper"])
    tint = [0.3 * t + 0.7 * p for t, p in zip(_rgb(values["tint"]), paper, strict=True)]  # probability 1
    for name in ("ink", "speech", *(f"k{i}" for i in range(10))):
        for ground in (paper, tint, _rgb(values["panel"]), _rgb(values["card"])):
            assert scheme == 2 or _contrast(_rgb(values[name]), ground) >= 4.5, (name, ground)
        assert _contrast(_rgb(values[name]), paper) >= 4.5
    for name in ("soft", "opinion"):
        assert _contrast(_rgb(values[name]), paper) >= 4.5
        assert _contrast(_rgb(values[name]), _rgb(values["panel"])) >= 4.5


@settings(max_examples=80, deadline=None)
@given(rows())
def test_any_text_gives_a_page(rows: list[Row]) -> None:
    report = make_report(rows)
    parsed(page(report))
    parsed(fragment(report))


@settings(max_examples=30, deadline=None)
@given(
    st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cf", "Cn", "Cs", "Zl", "Zp"]), min_size=1)
)
def test_the_title_comes_through(title: str) -> None:
    seen = parsed(page(make_report([(title, 0.5, "title", "writer", ())])))
    words = " ".join(title.split()).lstrip("# ")
    assert " ".join(seen.texts["h1"].split()) == (words or "Text without a title")


def test_page_can_be_written(tmp_path: Path) -> None:
    file = tmp_path / "page.html"
    file.write_text(page(harbour()), encoding="utf-8")
    assert file.stat().st_size < 60_000

from __future__ import annotations

import contextlib
import io
import json
import sys
import warnings
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rhetoric.sources import decode, load_comments, load_page
from rhetoric.types import RhetoricError, RhetoricWarning

ARTICLES = Path(__file__).parents[1] / "datasets" / "articles"
PROSE = "The mayor’s plan for the quay was dropped on Monday. Nobody in the room was surprised by that.\n"


def write(path: Path, content: str | bytes) -> Path:
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def test_a_saved_page_gives_title_paragraphs_and_comments() -> None:
    page = load_page(ARTICLES / "ferry_page.html")
    assert page.title == "Ferry fares to rise by a tenth as Tollmouth waits for new boats"
    blocks = page.text.split("\n\n")
    assert blocks[0] == page.title
    assert "Late, later, Gannet" in blocks
    assert blocks[1].startswith("Single fares on the Tollmouth ferry")
    assert not any(word in page.text for word in ("Subscribe", "All rights reserved", "popcorn"))
    assert len(page.comments) == 4
    assert page.comments[2].startswith("These trustees are parasites")
    assert page.origin == str(ARTICLES / "ferry_page.html")


@pytest.mark.parametrize("name", ["harbour_bridge.txt", "council_vote.txt", "library_editorial.txt"])
def test_text_is_given_as_it_stands(name: str) -> None:
    page = load_page(str(ARTICLES / name))
    assert page.text == (ARTICLES / name).read_text(encoding="utf-8")
    assert page.comments == ()
    assert page.title is None


COMMENT = """<li class="comment" id="c{n}"><div class="comment-body">
<b>Name {n}</b><div class="comment-content">
<p>First thought number {n} about the new harbour crane, which is far too tall.</p>
<p>Second thought number {n}, on the noise it makes before breakfast.</p></div></div></li>"""


def test_paragraphs_of_one_comment_stay_together(tmp_path: Path) -> None:
    body = "".join(f"<p>{PROSE * 3} Paragraph {i}.</p>" for i in range(5))
    items = "".join(COMMENT.format(n=n) for n in range(3))
    html = f'<html><body><article><h1>Crane</h1>{body}</article><ol id="comments">{items}</ol></body></html>'
    page = load_page(write(tmp_path / "page.html", html))
    assert len(page.comments) == 3
    assert page.comments[1].startswith("First thought number 1")
    assert page.comments[1].endswith("before breakfast.")


def test_html_is_known_by_its_content_too(tmp_path: Path) -> None:
    page = load_page(write(tmp_path / "page", (ARTICLES / "ferry_page.html").read_bytes()))
    assert len(page.comments) == 4


def test_a_page_in_one_file_is_opened(tmp_path: Path) -> None:
    html = (ARTICLES / "ferry_page.html").read_text(encoding="utf-8")
    head = 'From: <Saved by Blink>\nMIME-Version: 1.0\nContent-Type: multipart/related; boundary="b"\n\n--b\n'
    part = "Content-Type: text/html\nContent-Transfer-Encoding: 8bit\n\n"
    page = load_page(write(tmp_path / "page.mhtml", f"{head}{part}{html}\n--b--\n"))
    assert len(page.comments) == 4
    with pytest.raises(RhetoricError, match=r"No web page was found in .*other\.mhtml"):
        load_page(write(tmp_path / "other.mhtml", f"{head}Content-Type: image/png\n\nx\n--b--\n"))


@pytest.mark.parametrize(
    "html", ["<html></html>", "<!DOCTYPE html><html><body><nav>Menu</nav></body></html>", ""]
)
def test_a_page_without_an_article_is_an_error(tmp_path: Path, html: str) -> None:
    path = write(tmp_path / "empty.html", html)
    with pytest.raises(RhetoricError, match=r"No article was found in .*empty.html. Save the page"):
        load_page(path)


def test_markdown_loses_its_front_matter_only(tmp_path: Path) -> None:
    page = load_page(write(tmp_path / "a.md", f"---\ntitle: x\n---\n\n# The quay #\n\n{PROSE}"))
    assert page.title == "The quay"
    assert page.text == f"\n# The quay #\n\n{PROSE}"
    assert load_page(write(tmp_path / "b.md", PROSE)).title is None


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32"])
def test_unicode_is_read_without_a_word(tmp_path: Path, encoding: str) -> None:
    assert load_page(write(tmp_path / "a.txt", PROSE.encode(encoding))).text == PROSE


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        (PROSE, "cp1252"),
        ("Café naïve, said Señor Ibáñez.", "latin-1"),
        ("Мэр сказал, что мост не откроют.", "cp1251"),
    ],
)
def test_another_encoding_is_guessed_and_named(tmp_path: Path, text: str, encoding: str) -> None:
    path = write(tmp_path / "old.txt", text.encode(encoding))
    with pytest.warns(RhetoricWarning, match=r"old.txt is not UTF-8 and was read as cp125"):
        assert load_page(path).text == text


def test_a_page_may_declare_its_encoding(tmp_path: Path) -> None:
    html = '<html><head><meta charset="iso-8859-2"></head><body><p>Łódź, żółć.</p>'
    with pytest.warns(RhetoricWarning, match="iso-8859-2"):
        assert "Łódź, żółć" in decode(html.encode("iso-8859-2"), "x")


@pytest.mark.parametrize(
    ("name", "content", "kind"),
    [
        ("a.pdf", b"%PDF-1.7\n", "PDF"),
        ("a.docx", b"PK\x03\x04....", "Word document"),
        ("a.zip", b"PK\x03\x04....", "zip archive"),
        ("a.png", b"\x89PNG\r\n", "PNG image"),
        ("a.txt", b"text\0text", "NUL bytes"),
        ("a.txt", PROSE.encode("utf-16-le"), "UTF-16 text needs its byte order mark"),
    ],
)
def test_binary_files_are_refused(tmp_path: Path, name: str, content: bytes, kind: str) -> None:
    with pytest.raises(RhetoricError, match=rf"{name} looks like a binary file \(.*{kind}.*\). Export it"):
        load_page(write(tmp_path / name, content))


def test_cut_off_utf_16_is_an_error() -> None:
    with pytest.raises(RhetoricError, match="damaged or cut off"):
        decode(b"\xff\xfea", "x")


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    with pytest.raises(RhetoricError, match=r"There is no file .*nothing.txt. Check"):
        load_page(tmp_path / "nothing.txt")
    with pytest.raises(RhetoricError, match="is a folder"):
        load_page(tmp_path)
    with pytest.raises(RhetoricError, match="cannot be read"):
        load_page("a\0b")
    with pytest.raises(RhetoricError, match="cannot be read"):
        load_page("a" * 5000)


def test_a_dash_is_standard_input(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(PROSE.encode())))
    page = load_page("-")
    assert (page.text, page.origin) == (PROSE, "standard input")


def test_comments_one_a_line() -> None:
    comments = load_comments(ARTICLES / "harbour_bridge_comments.txt")
    assert len(comments) == 8
    assert comments[3].startswith("Thank you for publishing")


def test_comments_from_json_lines(tmp_path: Path) -> None:
    lines = [
        '"plain"', "", '{"text": "a"}', '{"comment": "b", "id": 3}', "null", '{"body": null}',
        '{"text": " "}',
        '{"content": "c", "replies": [{"body": "d", "replies": ["e"]}, "f"]}', '["g", "h"]',
    ]  # fmt: skip
    path = write(tmp_path / "c.jsonl", "\r\n".join(lines))
    assert load_comments(path) == ["plain", "a", "b", "c", "d", "e", "f", "g", "h"]


def test_comments_from_json(tmp_path: Path) -> None:
    data = {"article": 7, "comments": [{"text": "a", "replies": [{"text": "b"}]}, "c", None]}
    assert load_comments(write(tmp_path / "c.json", json.dumps(data))) == ["a", "b", "c"]
    assert load_comments(write(tmp_path / "d.json", json.dumps(["x", {"body": "y"}]))) == ["x", "y"]


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("c.jsonl", '"a"\n{"text": "b"\n', "c.jsonl, line 2: not valid JSON"),
        (
            "c.jsonl",
            '"a"\n{"words": "b"}\n',
            r'c.jsonl, line 2: a comment must be .* Got \{"words": "b"\} instead',
        ),
        ("c.jsonl", "3\n", "line 1: a comment must be .* Got 3 instead"),
        ("c.jsonl", '{"text": 3}', "line 1: a comment must be"),
        ("c.json", '["a",\n oops]', "c.json, line 2: not valid JSON"),
        ("c.json", "[" * 100_000, "c.json.*: "),
        ("c.json", "1" * 10_000, "c.json: "),
    ],
)
def test_malformed_comments_name_their_line(tmp_path: Path, name: str, content: str, message: str) -> None:
    path = write(tmp_path / name, content)
    with pytest.raises(RhetoricError, match=message):
        load_comments(path)


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=300))
def test_any_bytes_give_text_or_a_message(data: bytes) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RhetoricWarning)
        with contextlib.suppress(RhetoricError):
            assert isinstance(decode(data, "x"), str)


def test_nothing_heavy_is_imported_for_text() -> None:
    import subprocess

    code = "import sys, rhetoric.sources as s; s.load_page(sys.argv[1]); print('trafilatura' in sys.modules)"
    run = [sys.executable, "-c", code, str(ARTICLES / "council_vote.txt")]
    assert subprocess.run(run, capture_output=True, text=True, check=True).stdout.strip() == "False"

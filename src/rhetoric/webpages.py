"""A web page as a browser saved it -> its article and its comments."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from rhetoric.types import RhetoricError

_ITEM = re.compile(
    r"(?:^|[\s_-])(?:comment|reply)(?:[_-]?(?:\d+|id[\w-]*|body|content|text|message|item|inner))?(?:$|\s)",
    re.I,
)
_BLANK = re.compile(r"\s+")


def extract(html: str, origin: str) -> tuple[str, tuple[str, ...], str | None]:
    """Return the article, the comments and the title of a page.

    Parameters
    ----------
    html : str
        The page.
    origin : str
        What to call it in messages.

    Raises
    ------
    RhetoricError
        Where no article is found.
    """
    from trafilatura import bare_extraction
    from trafilatura.utils import load_html

    html = html.replace("\0", "").encode("utf-8", "replace").decode("utf-8")
    # A tree of its own, as the extraction takes the one that it is given apart.
    tree: Any = load_html(html)
    if tree is None:
        raise _nothing(origin)
    found: Any = bare_extraction(html, include_comments=True, include_tables=False)
    title = _title(tree)
    paragraphs = list(_paragraphs(found.body)) if found is not None else []
    if not paragraphs:
        raise _nothing(origin)
    if title and _same(paragraphs[0], title):
        title = paragraphs[0]
    elif title:
        paragraphs.insert(0, title)
    comments = list(_paragraphs(found.commentsbody)) if found.commentsbody is not None else []
    return "\n\n".join(paragraphs) + "\n", tuple(_joined(tree, comments)), title


def web_archive(data: bytes, origin: str) -> bytes:
    """Return the page itself out of an MHTML archive (a browser's "web page, single file")."""
    from email import message_from_bytes

    for part in message_from_bytes(data).walk():
        if part.get_content_type() == "text/html":
            payload = part.get_payload(decode=True)
            if isinstance(payload, bytes):
                return payload
    raise RhetoricError(f"No web page was found in {origin}. Save it from the browser as HTML or text.")


def _nothing(origin: str) -> RhetoricError:
    return RhetoricError(
        f"No article was found in {origin}. "
        "Save the page after it has loaded whole, or copy its text to a .txt file."
    )


def _title(tree: Any) -> str | None:
    """Return the title: a lone first-level heading, what the page tells other sites, or its window title."""
    headings = [_clean(h.text_content()) for h in tree.iter("h1")]
    headings = [h for h in headings if h]
    if len(headings) == 1:
        return headings[0]
    for name in tree.xpath('//meta[@property="og:title"]/@content'):
        if _clean(name):
            return _clean(name)
    window = tree.find(".//title")
    return _clean(window.text_content()) or None if window is not None else None


def _paragraphs(body: Any) -> Iterator[str]:
    """Yield the paragraphs, headings and list items of an extracted body, each in one line."""
    for element in body:
        if element.tag in ("list", "quote", "div") and len(element) and not (element.text or "").strip():
            yield from _paragraphs(element)
        else:
            text = _clean("".join(element.itertext()))
            if text:
                yield text
        tail = _clean(element.tail or "")
        if tail:
            yield tail


def _joined(tree: Any, paragraphs: list[str]) -> Iterator[str]:
    """Put paragraphs of one comment together again: those that stand in the same item of the page."""
    homes: dict[str, Any] = {}
    for element in tree.iter("p", "div", "li", "blockquote", "span"):
        text = _clean(element.text_content()) if element.tag == "p" or not len(element) else ""
        if text:
            homes.setdefault(text, _item(element))
    last: Any = None
    lines: list[str] = []
    for paragraph in paragraphs:
        home = homes.get(paragraph)
        if lines and (home is None or home is not last):
            yield "\n\n".join(lines)
            lines = []
        lines.append(paragraph)
        last = home
    if lines:
        yield "\n\n".join(lines)


def _item(element: Any) -> Any:
    for above in element.iterancestors():
        listed = above.tag in ("li", "article") and any(
            "comment" in _names(a).lower() for a in above.iterancestors()
        )
        if listed or _ITEM.search(_names(above)):
            return above
    return None


def _names(element: Any) -> str:
    return f"{element.get('class', '')} {element.get('id', '')}".strip()


def _same(one: str, other: str) -> bool:
    return one.casefold().strip(" .") == other.casefold().strip(" .")


def _clean(text: str) -> str:
    return _BLANK.sub(" ", text).strip()

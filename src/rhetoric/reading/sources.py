"""Who says it: the noun phrase beside an attributing verb, and the objects that carry it.

This walks over words one by one, which is why it is left until objects are asked for.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from rhetoric.reading.tokens import Int, Tokens
from rhetoric.types import Attribution, Quotation, Span

_WORD = re.compile(r"[^\W_][\w'\u2019-]*(?:\.(?=\s[A-Z]|[A-Z]))?|[,;:()\u2014\u2013\"\u201c\u201d.!?]")
_LONGEST = 120
_BREAKS = frozenset(',;:()\u2014\u2013"\u201c\u201d.!?')


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


_PRONOUNS = _set("he she they it we i you")
_DETERMINERS = _set("the a an his her its their our my this these those some many most several one two three")
_SKIPPED = _set("""
    have has had having would will could can may might must should do does did don't doesn't didn't be is
    are was were been not never also still always often then later once already now just really only even
    both all first again further simply recently previously reportedly then repeatedly yesterday today
    he's she's
""")
_LEADING = _set("""
    and but so or that as while when because if though although whereas however yet also meanwhile then
    what where how why whether than nor since after before until once
""")
_PREPOSITIONS = _set(
    "in on at during after before by from with for over under since to of about last earlier"
)
_COORDINATING = _set("and but or then")
_TRAILING = _set("""
    in on at during after before when while as last this earlier later monday tuesday wednesday thursday
    friday saturday sunday yesterday today who whose that which to about with via through for and but
""")
_DAYS = _set("monday tuesday wednesday thursday friday saturday sunday")


def _trim(words: list[re.Match[str]]) -> list[re.Match[str]]:
    """The noun phrase of the words before a verb."""
    while words and words[-1].group().lower() in _SKIPPED:
        words.pop()
    while words and words[0].group().lower() in _LEADING:
        words.pop(0)
    if not words:
        return []
    if words[-1].group().lower() in _PRONOUNS:
        return words[-1:]
    if len(words) > 1 and words[0].group().lower() in _PREPOSITIONS:
        keep = len(words) - 1
        while (
            keep > 0 and words[keep - 1].group()[0].isupper() and words[keep - 1].group().lower() not in _DAYS
        ):
            keep -= 1
        if keep and words[keep].group()[0].islower():
            while keep > 0 and words[keep].group().lower() not in _DETERMINERS:
                keep -= 1
        words = (
            words[max(keep, 1) :] if words[max(keep, 1)].group().lower() not in _PREPOSITIONS else words[-1:]
        )
    return words if len(words) <= 16 else words[-3:]


def _before(text: str, low: int, verb: int) -> Span | None:
    """The subject that stands before a verb."""
    low = max(low, verb - 2 * _LONGEST)
    words = list(_WORD.finditer(text, low, verb))
    breaks = [i for i, w in enumerate(words) if w.group() in _BREAKS]
    chunk = words[breaks[-1] + 1 :] if breaks else words
    bare = [w for w in chunk if w.group().lower() not in _SKIPPED]
    if breaks and (not bare or [w.group().lower() for w in bare] in (["who"], ["which"], ["and"])):
        if words[breaks[-1]].group() != ",":
            return None
        earlier = breaks[-2] if len(breaks) > 1 else -1
        if not bare and len(breaks) > 1 and words[breaks[-2]].group() == ",":  # "Smith, the mayor, said"
            earlier = breaks[-3] if len(breaks) > 2 else -1
            chunk = words[earlier + 1 : breaks[-2]]
        else:
            chunk = words[earlier + 1 : breaks[-1]]
    if (
        chunk and chunk[-1].group().lower() in _COORDINATING and len(chunk) > 1
    ):  # "said it was late and added"
        return None
    chunk = _trim(chunk)
    if not chunk or chunk[-1].end() - chunk[0].start() > _LONGEST:
        return None
    return Span(chunk[0].start(), chunk[-1].end(), text[chunk[0].start() : chunk[-1].end()])


def _after(text: str, verb: int, high: int) -> Span | None:
    """The source that stands after "said" or "according to"."""
    words: list[re.Match[str]] = []
    for word in _WORD.finditer(text, verb, min(high, verb + _LONGEST)):
        lower = word.group().lower()
        if lower in _BREAKS or (words and lower in _TRAILING) or len(words) > 12:
            break
        words.append(word)
    if not words:
        return None
    return Span(words[0].start(), words[-1].end(), text[words[0].start() : words[-1].end()])


def _is_name(text: str, position: int) -> bool:
    """Whether a name or noun phrase begins after a verb."""
    word = _WORD.search(text, position, position + 40)
    return word is not None and (
        word.group()[0].isupper() or word.group().lower() in _DETERMINERS | _PRONOUNS
    )


def find_attributions(
    text: str, tokens: Tokens, sentence: Int, verbs: Int, contents: Int
) -> tuple[Attribution, ...]:
    """Attributions as objects, with their sources.

    Parameters
    ----------
    text : str
    tokens : Tokens
    sentence : ndarray of int64
        The sentence of each token.
    verbs, contents : ndarray of int64, shape (a, 2)
        Character spans.

    Returns
    -------
    tuple of Attribution
    """
    own = sentence[np.searchsorted(tokens.start, verbs[:, 0])]
    lows = tokens.start[np.searchsorted(sentence, own, side="left")].tolist() if len(own) else []
    highs = tokens.end[np.searchsorted(sentence, own, side="right") - 1].tolist() if len(own) else []
    found: list[Attribution] = []
    spans = zip(verbs.tolist(), contents.tolist(), lows, highs, own.tolist(), strict=True)
    last: tuple[int, int, Span | None] = (-1, 0, None)  # sentence, end and source of the verb before
    for (start, end), (content_start, content_end), low, high, number in spans:
        if last[0] == number:
            low = max(low, last[1])
        words = text[start:end]
        content = (
            None if content_start < 0 else Span(content_start, content_end, text[content_start:content_end])
        )
        back = content is not None and content_end <= start
        if words.lower().endswith((" to", " of", " by", " in")) or text.startswith(" by ", end):
            source = _after(text, end + 3 * text.startswith(" by ", end), high)
        else:
            between = text[content_end:start] if back else ""
            inverted = back and not any(c.isalnum() for c in between) and _is_name(text, end)
            source = (
                _after(text, end, high) if inverted else _before(text, content_end if back else low, start)
            )
        if source is None and last[0] == number:
            source = last[2]
        last = (number, end, source)
        found.append(Attribution(start, end, words, source, content))
    return tuple(found)


def find_quotations(
    text: str,
    spans: Int,
    closed: Sequence[bool],
    attributions: Sequence[Attribution],
    sentences: Sequence[int],
) -> tuple[Quotation, ...]:
    """Quotations as objects, with who says them where the text tells.

    Parameters
    ----------
    text : str
    spans : ndarray of int64, shape (k, 2)
    closed : sequence of bool
    attributions : sequence of Attribution
        In the order of the text.
    sentences : sequence of int
        The starts of the sentences, ascending.

    Returns
    -------
    tuple of Quotation
    """
    found: list[Quotation] = []
    starts = np.append(np.asarray(sentences, dtype=np.int64), len(text))
    verbs = np.array([a.start for a in attributions], dtype=np.int64)
    low = starts[np.maximum(np.searchsorted(starts, spans[:, 0], side="right") - 1, 0)]
    high = starts[np.minimum(np.searchsorted(starts, spans[:, 1] - 1, side="right"), len(starts) - 1)]
    firsts, lasts = np.searchsorted(verbs, low).tolist(), np.searchsorted(verbs, high).tolist()
    for (start, end), whole, first, last in zip(spans.tolist(), closed, firsts, lasts, strict=True):
        best = _nearest(attributions[first : min(last, first + 12)], start, end)
        if best is not None:
            source, verb = best.source, Span(best.start, best.end, best.text)
        else:
            earlier = attributions[first - 1] if first else None
            source, verb = _carried(text, start, found[-1] if found else None, earlier), None
        found.append(Quotation(start, end, text[start:end], source, verb, whole))
    for i in range(len(found) - 2, -1, -1):  # a long speech may name its speaker at the end only
        this, following = found[i], found[i + 1]
        if this.source is None and not this.closed and _is_blank(text, this.end, following.start):
            found[i] = replace(this, source=following.source)
    return tuple(found)


def _nearest(attributions: Sequence[Attribution], start: int, end: int) -> Attribution | None:
    """The attribution that hands over a quotation, or else the nearest one of its sentence."""
    best, distance = None, 1 << 60
    for attribution in attributions:
        gap = attribution.start - end if attribution.start >= end else start - attribution.end
        content = attribution.content
        gap += 0 if content is not None and content.start < end and start < content.end else 1000
        if gap < distance:
            best, distance = attribution, gap
    return best


def _carried(text: str, start: int, previous: Quotation | None, earlier: Attribution | None) -> Span | None:
    """The source of a quotation without a verb in its sentence: "He said:" before it, or who spoke last."""
    introduced = text[max(start - 12, 0) : start].rstrip().endswith(":")
    if introduced and earlier is not None and start - earlier.end < 300:
        return earlier.source
    if previous is None or start - previous.end > 400:
        return None
    verb = previous.verb
    between = text[previous.end : start]
    tagged = verb is not None and verb.start >= previous.end and len(between) < 160
    goes_on = not between.strip() or (tagged and not re.search(r"[.!?]\s+\w", between))
    return previous.source if goes_on else None


def _is_blank(text: str, start: int, end: int) -> bool:
    return end - start < 100 and not text[start:end].strip()

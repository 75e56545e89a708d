"""Text -> Document: blocks, sentences, and whose voice each sentence speaks in."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import chain

import numpy as np
from numpy.typing import NDArray

from rhetoric.reading.blocks import split_blocks, split_comment
from rhetoric.reading.language import language_warnings
from rhetoric.reading.lexicon import Hits, default_lexicon
from rhetoric.reading.names import find_names
from rhetoric.reading.quotations import Speech, attributions, find_speech, quotations, sentence_voices
from rhetoric.reading.sentences import segment
from rhetoric.reading.tokens import Bool, Int, Tokens, tokenize
from rhetoric.types import PARTS, VOICES, Block, Document, Sentence, Span

_BODY = PARTS.index("body")


@dataclass(frozen=True, slots=True, eq=False)
class Reading:
    """Sentences over one text, with the shared workings computed once.

    Attributes
    ----------
    text : str
        What all offsets point into.
    start, end : ndarray of int64
        The sentences.
    part : ndarray of uint8
        The part of the page of each, an index into ``rhetoric.types.PARTS``.
    voice : ndarray of uint8
        The voice of each, an index into ``rhetoric.types.VOICES``.
    tokens : Tokens
        Of the whole text.
    sentence_of : ndarray of int64
        The sentence of each token.
    hits : Hits
        Of ``default_lexicon()``.
    names : ndarray of bool
        Which tokens are proper names.
    speech : Speech
        Quotations and attributions.
    """

    text: str
    start: Int
    end: Int
    part: NDArray[np.uint8]
    voice: NDArray[np.uint8]
    tokens: Tokens
    sentence_of: Int
    hits: Hits
    names: Bool
    speech: Speech

    def __len__(self) -> int:
        return len(self.start)


def make_reading(
    text: str, start: Int, end: Int, part: NDArray[np.uint8], block_start: Int, running: bool
) -> Reading:
    """Read the sentences of a text whose places are known: tokens, lexicon hits, speech, voices, names.

    Parameters
    ----------
    text : str
    start, end : ndarray of int64, shape (n_sentences,)
    part : ndarray of uint8, shape (n_sentences,)
    block_start : ndarray of int64
        Where the blocks begin.
    running : bool
        Whether sentences follow one another; else each is a block of its own.
    """
    tokens = tokenize(text)
    firsts = np.searchsorted(tokens.start, start[1:])  # quicker than looking every token up
    sentence = np.repeat(np.arange(len(firsts) + 1), np.diff(firsts, prepend=0, append=len(tokens)))
    block = sentence if not running else np.searchsorted(block_start, tokens.start, side="right")
    lexicon = default_lexicon()
    hits = lexicon.match(tokens, sentence)
    speech = find_speech(text, tokens, block, sentence, hits, lexicon, running=running)
    voice = sentence_voices(speech, tokens, sentence, len(start))
    return Reading(
        text, start, end, part, voice, tokens, sentence, hits, find_names(tokens, sentence), speech
    )


def read_sentences(sentences: Sequence[str]) -> Reading:
    """Read bare sentences, as a scorer gets them.

    Parameters
    ----------
    sentences : sequence of str
        Each is one sentence, whatever is in it.

    Returns
    -------
    Reading
        Over the sentences joined by a newline.
    """
    length = np.fromiter(map(len, sentences), dtype=np.int64, count=len(sentences))
    end = np.cumsum(length + 1) - 1
    part = np.full(len(sentences), _BODY, dtype=np.uint8)
    return make_reading("\n".join(sentences), end - length, end, part, end[:0], False)


def is_missing(item: object) -> bool:
    """Whether a cell holds no text: None, NaN, pandas' NA."""
    return (
        item is None
        or type(item).__name__ in ("NAType", "NaTType")
        or (isinstance(item, float) and item != item)
    )


def checked_text(text: object) -> str:
    """A text that was given, which must be a str."""
    if isinstance(text, str):
        return text
    got = "NaN" if isinstance(text, float) and is_missing(text) else type(text).__name__
    remedy = " Decode it first, as in text.decode('utf-8')." if isinstance(text, (bytes, bytearray)) else ""
    raise TypeError(f"The 'text' parameter of read must be a str. Got {got} instead.{remedy}")


def checked_comments(comments: object) -> list[str]:
    """Comments that were given, without those that are missing; each must be a str."""
    if comments is None:
        return []
    if isinstance(comments, (str, bytes)) or not isinstance(comments, Iterable):
        got = type(comments).__name__
        raise TypeError(
            f"The 'comments' parameter of read must be a list of str. Got {got} instead. "
            "Pass a list, as in [comment]."
        )
    listed = [comment for comment in comments if not is_missing(comment)]
    for comment in listed:
        if not isinstance(comment, str):
            got = type(comment).__name__
            raise TypeError(f"Each of the 'comments' of read must be a str. Got {got} instead.")
    return listed


def with_comments(text: str, comments: list[str]) -> tuple[str, list[Block]]:
    """The text of page and comments together, and its blocks."""
    whole = "\n\n".join([text, *comments])
    blocks = split_blocks(whole, 0, len(text))
    ordinal = max((b.comment for b in blocks if b.comment is not None), default=-1) + 1
    at = len(text)
    for comment in comments:
        at += 2
        blocks += split_comment(whole, at, at + len(comment), ordinal)
        ordinal, at = ordinal + 1, at + len(comment)
    return whole, blocks


def read_document(text: str, comments: Iterable[str] | None = ()) -> tuple[Document, Reading]:
    """Read a page and keep the workings, for those who go on from there.

    Parameters
    ----------
    text : str
        The page as it was pasted or fetched.
    comments : iterable of str, optional
        Comments that are known apart from it.

    Returns
    -------
    document : Document
        Its sentences carry no cues yet.
    reading : Reading
        A row for each sentence of the document.
    """
    text, blocks = with_comments(checked_text(text), checked_comments(comments))
    parts = [PARTS.index(b.part) for b in blocks]
    spans = [segment(text, b.start, b.end) for b in blocks]
    flat = np.array(list(chain.from_iterable(spans)), dtype=np.int64).reshape(-1, 2)
    part = np.repeat(np.array(parts, dtype=np.uint8), [len(s) for s in spans])
    block_start = np.array([b.start for b in blocks], dtype=np.int64)
    reading = make_reading(text, flat[:, 0], flat[:, 1], part, block_start, True)
    sentences = tuple(
        Sentence(start, end, text[start:end], PARTS[p], VOICES[v])
        for (start, end), p, v in zip(flat.tolist(), part.tolist(), reading.voice.tolist(), strict=True)
    )
    speech = reading.speech
    attributed = attributions(text, speech, reading.tokens, reading.sentence_of)
    document = Document(
        text,
        tuple(blocks),
        sentences,
        quotations(text, speech, attributed, reading.start),
        attributed,
        tuple(Span(start, end, text[start:end]) for start, end in speech.scare.tolist()),
        language_warnings(reading.tokens),
    )
    return document, reading


def read(text: str, comments: Iterable[str] | None = None) -> Document:
    r"""Read an article, with the comments under it, into blocks, sentences and voices.

    Parameters
    ----------
    text : str
        The article as it was pasted or fetched. Comments at its end are recognised.
    comments : iterable of str, optional
        Comments that are known apart from it; missing ones (None, NaN) are left out.

    Returns
    -------
    Document
        Its sentences carry no cues.

    Raises
    ------
    TypeError
        Where the text is not a str, or the comments are a lone one.

    Examples
    --------
    >>> document = read("Taxes rise again\n\nThey went up in May. \u201cIt hurts,\u201d said Smith.")
    >>> [(s.part, s.voice) for s in document.sentences]
    [('title', 'writer'), ('body', 'writer'), ('body', 'quoted')]
    """
    return read_document(text, comments)[0]

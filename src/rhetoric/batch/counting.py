"""A group of articles -> columns: sentences, sums by article, cues; numpy over the whole group."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from rhetoric.batch.articles import Article, Options
from rhetoric.batch.joint import Joint, read_pages
from rhetoric.cues import cue_kinds, cue_table
from rhetoric.cues.table import CueTable
from rhetoric.reading.language import language_warnings
from rhetoric.reading.reading import Reading
from rhetoric.reading.tokens import MARK, QUOTE, Bool, Int, Tokens
from rhetoric.report.layout import encodable
from rhetoric.scorers import log_odds_of, scores_and_marks
from rhetoric.scoring import sigmoid
from rhetoric.tasks import TASKS
from rhetoric.types import PARTS, VOICES, Cue

if TYPE_CHECKING:
    from rhetoric.scorers import AnyScorer
    from rhetoric.words import WordMarker

Strings = list[str | None]
Column = NDArray[Any] | Strings
Float = NDArray[np.float64]

_COMMENT = PARTS.index("comment")
_PARTS = np.array(PARTS, dtype=object)
_VOICES = np.array(VOICES, dtype=object)
_LABELS = np.array(["report", "opinion"], dtype=object)
CUE_FIELDS = ("kind", "start", "end", "text", "rule", "why", "weight", "voice")


@dataclass(frozen=True, slots=True, eq=False)
class Group:
    """The columns of some articles, by table and name."""

    articles: dict[str, Column]
    sentences: dict[str, Column]
    cues: dict[str, Column]


@dataclass(frozen=True, slots=True, eq=False)
class _Work:
    """What the columns are made of: the joint reading, its cues, and the scores of the pages' sentences."""

    articles: Sequence[Article]
    joint: Joint
    table: CueTable
    marks: list[tuple[int, Cue]]  # of loaded words, beside the table's cues
    probability: Float
    positive: Bool  # by task, from the threshold on
    index: Int  # of each sentence in its page
    text: str  # as it can be written

    @property
    def reading(self) -> Reading:
        return self.joint.reading


def score_group(
    articles: Sequence[Article], scorers: Sequence[AnyScorer], words: WordMarker, options: Options
) -> Group:
    """Read and score some articles as one text.

    Parameters
    ----------
    articles : sequence of Article
    scorers : sequence of Scorer or TransformerScorer
        One for each task.
    words : WordMarker
        Not asked where neither cues nor their counts are.
    options : Options
    """
    joint = read_pages([(a.page, a.comments) for a in articles])
    reading = joint.reading
    table = cue_table(reading)
    if options.cues or options.cue_counts:
        log_odds, marks = scores_and_marks(scorers, words, reading, table)
    else:
        log_odds, marks = log_odds_of(scorers, reading, table), []
    probability = sigmoid(log_odds[joint.rows])
    cut = np.array([s.threshold for s in scorers])
    first = np.searchsorted(joint.page, np.arange(len(articles)))
    index = np.arange(len(joint.page)) - first[joint.page]
    text = encodable(reading.text)
    work = _Work(articles, joint, table, marks, probability, probability >= cut, index, text)
    return Group(
        _article_columns(work, options) if "articles" in options.tables else {},
        _sentence_columns(work, options) if "sentences" in options.tables else {},
        _cue_columns(work) if "cues" in options.tables else {},
    )


def kind_columns() -> dict[str, str]:
    """The column in which the cues of each kind are counted."""
    taken = {"part", "index", "start", "end", "text", "voice", "label", *(f"p_{task}" for task in TASKS)}
    return {kind: f"{kind}_cues" if kind in taken else kind for kind in cue_kinds()}


def _kind_counts(work: _Work, place: Int, count: int) -> Int:
    """Cues of each kind at each place, shape (count, n_kinds); ``place`` of each sentence, -1 for nowhere."""
    kinds, table = cue_kinds(), work.table
    number = np.array([kinds.index(rule.kind) for rule in table.rules], dtype=np.int64)
    marked = np.array([kinds.index(cue.kind) for _, cue in work.marks], dtype=np.int64)
    sentence = np.array([sentence for sentence, _ in work.marks], dtype=np.int64)
    at = place[np.concatenate((table.sentence, sentence))]
    kind = np.concatenate((number[table.rule], marked))
    at = (at * len(kinds) + kind)[at >= 0]
    counts: Int = np.bincount(at, minlength=count * len(kinds)).reshape(count, len(kinds))
    return counts


def _sentence_columns(work: _Work, options: Options) -> dict[str, Column]:
    reading, joint = work.reading, work.joint
    start, end = reading.start[joint.rows], reading.end[joint.rows]
    offset = joint.offset[joint.page]
    names = np.array([encodable(a.id) for a in work.articles], dtype=object)
    columns: dict[str, Column] = {
        "id": names[joint.page],
        "part": _PARTS[reading.part[joint.rows]],
        "index": work.index,
        "start": start - offset,
        "end": end - offset,
        "text": [work.text[a:b] for a, b in zip(start.tolist(), end.tolist(), strict=True)],
        "voice": _VOICES[reading.voice[joint.rows]],
    }
    columns.update((f"p_{task}", work.probability[:, i]) for i, task in enumerate(TASKS))
    columns["label"] = _LABELS[work.positive[:, TASKS.index("opinion")].astype(np.int64)]
    if options.cue_counts:
        counts = _kind_counts(work, np.arange(len(reading)), len(reading))[joint.rows]
        columns.update((name, counts[:, i]) for i, name in enumerate(kind_columns().values()))
    return columns


def _article_columns(work: _Work, options: Options) -> dict[str, Column]:
    joint, reading, n = work.joint, work.reading, len(work.articles)
    comment = reading.part[joint.rows] == _COMMENT
    own, page = ~comment, joint.page
    opinion, loaded, sarcastic, hedged = (
        work.positive[:, TASKS.index(t)] for t in ("opinion", "loaded", "sarcasm", "hedge")
    )
    words, quoted = (sums[joint.rows] for sums in _words(reading))

    def total(values: Int | Bool, where: Bool) -> Int:
        return np.bincount(page[where], weights=values[where], minlength=n).astype(np.int64)

    n_sentences, n_opinion = np.bincount(page[own], minlength=n), total(opinion, own)
    p_opinion = np.bincount(page[own], weights=work.probability[own, TASKS.index("opinion")], minlength=n)
    filled = np.where(n_sentences > 0, n_sentences, np.nan)
    columns = _given_columns(work.articles)
    columns |= {
        "n_words": total(words, own),
        "n_sentences": n_sentences,
        "n_opinion": n_opinion,
        "mean_p_opinion": p_opinion / filled,
        "opinion_share": n_opinion / filled,
        "n_quoted_words": total(quoted, own),
        "n_loaded_sentences": total(loaded, own),
        "n_hedged_sentences": total(hedged, own),
    }
    if options.cue_counts:
        at = np.full(len(reading), -1, dtype=np.int64)
        at[joint.rows[own]] = page[own]
        counts = _kind_counts(work, at, n)
        columns |= {name: counts[:, i] for i, name in enumerate(kind_columns().values())}
    columns |= {
        "n_comments_words": total(words, comment),
        "n_comments_sentences": np.bincount(page[comment], minlength=n),
        "n_comments_opinion": total(opinion, comment),
        "n_comments_sarcastic": total(sarcastic, comment),
        "n_characters": joint.length,
        "warning": _warnings(work),
    }
    return columns


def _given_columns(articles: Sequence[Article]) -> dict[str, Column]:
    """What an article brings along."""
    columns: dict[str, Column] = {
        "id": [encodable(a.id) for a in articles],
        "file": [_or_none(a.file) for a in articles],
        "row": np.array([a.row for a in articles], dtype=np.int64),
        "title": [_or_none(a.title or a.heading) for a in articles],
        "outlet": [_or_none(a.outlet) for a in articles],
        "topic": [_or_none(a.topic) for a in articles],
        "date": [_or_none(a.date) for a in articles],
    }
    return columns


def _or_none(value: str | None) -> str | None:
    return None if value is None else encodable(value)


def _words(reading: Reading) -> tuple[Int, Int]:
    """Words of each sentence: all, and those in a source's voice."""
    tokens, n = reading.tokens, len(reading)
    word = (tokens.kind != MARK) & (tokens.kind != QUOTE)
    step = np.zeros(len(tokens) + 1, dtype=np.int64)
    for spans in (reading.speech.quoted, reading.speech.reported):
        np.add.at(step, np.searchsorted(tokens.start, spans[:, 0]), 1)
        np.subtract.at(step, np.searchsorted(tokens.start, spans[:, 1]), 1)
    sourced = np.cumsum(step[:-1]) > 0
    of = reading.sentence_of
    return np.bincount(of[word], minlength=n), np.bincount(of[word & sourced], minlength=n)


def _warnings(work: _Work) -> Strings:
    """What is doubtful about each article."""
    tokens, joint = work.reading.tokens, work.joint
    first = np.searchsorted(tokens.start, joint.offset).tolist()
    last = np.searchsorted(tokens.start, joint.offset + joint.length).tolist()
    out: Strings = []
    for article, a, b in zip(work.articles, first, last, strict=True):
        found = [article.warning] if article.warning else []
        found += language_warnings(_some(tokens, a, b))
        out.append(encodable(" ".join(found)) if found else None)
    return out


def _some(tokens: Tokens, a: int, b: int) -> Tokens:
    """Some of the tokens; the characters stay those of the whole text."""
    start, end, key = tokens.start[a:b], tokens.end[a:b], tokens.key[a:b]
    return Tokens(tokens.codes, tokens.value, start, end, key, tokens.kind[a:b], tokens.shape[a:b])


def _cue_columns(work: _Work) -> dict[str, Column]:
    joint = work.joint
    # Stable: of two that begin and end alike, the table's comes first, as in a report.
    found = sorted([*work.table.cues(work.text), *work.marks], key=_place)
    row = np.searchsorted(joint.rows, np.array([sentence for sentence, _ in found], dtype=np.int64))
    page = joint.page[row]
    names = np.array([encodable(a.id) for a in work.articles], dtype=object)
    columns: dict[str, Column] = {"id": names[page]}
    for name in CUE_FIELDS:
        values = [getattr(cue, name) for _, cue in found]
        if name in ("start", "end"):
            columns[name] = np.array(values, dtype=np.int64) - joint.offset[page]
        elif name == "weight":
            columns[name] = np.array(values, dtype=np.float64)
        else:
            columns[name] = [encodable(value) for value in values]
    columns["sentence"] = work.index[row]
    return columns


def _place(found: tuple[int, Cue]) -> tuple[int, int]:
    return found[1].start, -found[1].end

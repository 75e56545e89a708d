"""Articles -> tables of articles, sentences and cues: the pure function that every backend calls."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from rhetoric.batch.articles import Article, BadRow, Options
from rhetoric.batch.counting import Group, score_group
from rhetoric.batch.tables import Tables, join
from rhetoric.scorers import load_words

if TYPE_CHECKING:
    from rhetoric.scorers import AnyScorer
    from rhetoric.words import WordMarker

__all__ = ["Tables", "score_articles"]

_GROUP = 100_000  # characters read at once: arrays of this size stay in the processor's cache


def score_articles(
    articles: Sequence[Article],
    scorers: Sequence[AnyScorer],
    options: Options | None = None,
    words: WordMarker | None = None,
) -> Tables:
    """Score articles; the rows of an article are the same whatever others it comes with.

    Parameters
    ----------
    articles : sequence of Article
    scorers : sequence of Scorer or TransformerScorer
        One for each task, as :func:`rhetoric.scorers.load_scorers` gives them.
    options : Options, optional
    words : WordMarker, optional
        What marks loaded words, as :func:`rhetoric.scorers.load_words` gives it; that of "fast" where left out.

    Returns
    -------
    Tables
        In the order of the articles. Those that cannot be scored are in ``errors``.
    """
    options = options or Options()
    words = words or load_words()
    groups: list[Group] = []
    errors: list[BadRow] = []
    for some in _groups(articles):
        fit = [article for article in some if article.size <= options.longest]
        errors += [_too_long(article, options) for article in some if article.size > options.longest]
        found, failed = _scored(fit, scorers, words, options)
        groups += found
        errors += failed
    return join(groups, errors, options)


def _groups(articles: Sequence[Article]) -> Iterator[list[Article]]:
    """Neighbouring articles that are read as one text."""
    group: list[Article] = []
    size = 0
    for article in articles:
        if group and size + article.size > _GROUP:
            yield group
            group, size = [], 0
        group.append(article)
        size += article.size
    if group:
        yield group


def _scored(
    articles: list[Article], scorers: Sequence[AnyScorer], words: WordMarker, options: Options
) -> tuple[list[Group], list[BadRow]]:
    """Score a group; where that fails each article by itself, so that only what fails is left out."""
    if not articles:
        return [], []
    try:
        return [score_group(articles, scorers, words, options)], []
    except Exception as error:
        if len(articles) == 1:
            reason = f"scoring failed: {type(error).__name__}: {error}"
            return [], [BadRow(articles[0].file, articles[0].row, articles[0].id, reason)]
    alone = [_scored([article], scorers, words, options) for article in articles]
    return [g for groups, _ in alone for g in groups], [e for _, errors in alone for e in errors]


def _too_long(article: Article, options: Options) -> BadRow:
    reason = f"the article has {article.size:,} characters, more than {options.longest:,}; cut it, or see --longest"
    return BadRow(article.file, article.row, article.id, reason)

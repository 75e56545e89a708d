"""Scorers by name, of every task and kind of model, and markers of loaded words; and the scores of several at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
from numpy.typing import NDArray

from rhetoric.cues.table import CueTable
from rhetoric.features.input import Batch
from rhetoric.model import (
    TRANSFORMER_FORMAT,
    WORD_FORMAT,
    WORDS,
    covered_tasks,
    find_folder,
    load_model,
    read_card,
    shipped_models,
)
from rhetoric.reading.reading import Reading
from rhetoric.scoring import Scorer, linear_log_odds
from rhetoric.tasks import TASKS
from rhetoric.types import Cue, RhetoricError
from rhetoric.wordmodel import open_word_model
from rhetoric.words import NetworkWords, WordMarker, WordScorer

if TYPE_CHECKING:
    from rhetoric.transformer import Transformer, TransformerScorer

    AnyScorer: TypeAlias = Scorer | TransformerScorer

Float = NDArray[np.float64]


def load_scorer(task: str = "opinion", model: str = "fast") -> AnyScorer:
    """Load a scorer.

    Parameters
    ----------
    task : {"opinion", "loaded", "sarcasm", "hedge"}, default="opinion"
    model : str, default="fast"
        The name of a shipped model, or the path of a model folder, such as ``rhetoric train`` makes.

    Returns
    -------
    Scorer or TransformerScorer
        The same object for the same arguments.

    Raises
    ------
    RhetoricError
        Where there is no such task or model, the model's folder is damaged, or a library that this model
        needs is not installed.

    Examples
    --------
    >>> scorer = load_scorer("opinion", model="fast")
    >>> report, opinion = scorer.score(["The vote is on Monday.", "What a shameless, disastrous giveaway!"])
    >>> bool(report < scorer.threshold < opinion)
    True
    """
    if task not in TASKS:
        raise RhetoricError(
            f"The 'task' parameter of load_scorer must be one of {', '.join(TASKS)}. Got {task!r} instead."
        )
    return _load(task, _checked(model, "load_scorer"))


def load_scorers(model: str = "fast") -> tuple[AnyScorer, ...]:
    """Load a scorer for every task.

    Parameters
    ----------
    model : str, default="fast"
        As in :func:`load_scorer`. Tasks that this model is not for are scored by "fast".

    Returns
    -------
    tuple of Scorer or TransformerScorer
        In the order of ``TASKS``.

    Raises
    ------
    RhetoricError
        As in :func:`load_scorer`.
    """
    return _load_all(_checked(model, "load_scorers"))


def load_words(model: str = "fast") -> WordMarker:
    """Load what marks loaded words.

    Parameters
    ----------
    model : str, default="fast"
        As in :func:`load_scorer`. Where this model says nothing of words, "fast" marks them.

    Returns
    -------
    WordMarker
        The same object for the same argument.

    Raises
    ------
    RhetoricError
        As in :func:`load_scorer`.

    Examples
    --------
    >>> from rhetoric.reading.reading import read_document
    >>> text = "The council met on Monday. It is a gruesome, godless crusade."
    >>> [cue.text for _, cue in load_words().cues(read_document(text)[1])]
    ['gruesome', 'godless crusade']
    """
    return _words(_checked(model, "load_words"))


def log_odds_of(
    scorers: Sequence[AnyScorer], reading: Reading, table: CueTable, batch: Batch | None = None
) -> Float:
    """Log-odds by several scorers, which share what work they can.

    Linear models whose n-grams are made alike look each column up once; scorers of one transformer have it
    read the sentences once.

    Parameters
    ----------
    scorers : sequence of Scorer or TransformerScorer
    reading : Reading
    table : CueTable
        Of the same reading.
    batch : Batch, optional
        Where some sentences bring their own cues.

    Returns
    -------
    ndarray of float64, shape (n_sentences, n_scorers)
        What ``log_odds`` of each scorer gives: of linear ones to the last bit.
    """
    return _log_odds(scorers, reading, table, batch, {})


def scores_and_marks(
    scorers: Sequence[AnyScorer], words: WordMarker, reading: Reading, table: CueTable
) -> tuple[Float, list[tuple[int, Cue]]]:
    """Log-odds by several scorers, and the cues of loaded words; a network that gives both reads once.

    Parameters
    ----------
    scorers : sequence of Scorer or TransformerScorer
    words : WordMarker
    reading : Reading
    table : CueTable
        Of the same reading.

    Returns
    -------
    log_odds : ndarray of float64, shape (n_sentences, n_scorers)
        As :func:`log_odds_of` gives them.
    marks : list of tuple of int and Cue
        As :meth:`rhetoric.words.WordMarker.cues` gives them.
    """
    if not isinstance(words, NetworkWords):
        return _log_odds(scorers, reading, table, None, {}), words.cues(reading, table)
    of_tasks, of_words = words.network.both(reading)
    log_odds = _log_odds(scorers, reading, table, None, {id(words.network): of_tasks})
    return log_odds, words.cues(reading, table, of_words)


def _log_odds(
    scorers: Sequence[AnyScorer],
    reading: Reading,
    table: CueTable,
    batch: Batch | None,
    known: Mapping[int, Float],
) -> Float:
    """As :func:`log_odds_of`; ``known`` has the logits of networks, by id, that have read the sentences before."""
    out = np.empty((len(reading.start), len(scorers)))
    alike: dict[object, list[int]] = {}
    logits = dict(known)
    for i, scorer in enumerate(scorers):
        if isinstance(scorer, Scorer):
            alike.setdefault(scorer.model.geometry, []).append(i)
            continue
        body = scorer.transformer
        if id(body) not in logits:
            logits[id(body)] = body.logits(reading)
        out[:, i] = scorer.calibrated(logits[id(body)])
    for places in alike.values():
        models = [scorer.model for i in places if isinstance(scorer := scorers[i], Scorer)]
        out[:, places] = linear_log_odds(models, reading, table, batch)
    return out


@cache
def _load(task: str, model: str) -> AnyScorer:
    folder = find_folder(model, task)
    if read_card(folder)["format"] != TRANSFORMER_FORMAT:
        return Scorer(load_model(model, task))
    from rhetoric.transformer import TransformerScorer

    return TransformerScorer(_body(str(folder)), task)


@cache
def _load_all(model: str) -> tuple[AnyScorer, ...]:
    covered = covered_tasks(model)
    return tuple(_load(task, model if task in covered else "fast") for task in TASKS)


@cache
def _words(model: str) -> WordMarker:
    tasks = [task for task in (WORDS, *TASKS) if model in shipped_models(task)]
    folder = find_folder(model, tasks[0] if tasks else WORDS)
    form = read_card(folder)["format"]
    if form == WORD_FORMAT:
        return WordScorer(open_word_model(folder))
    return NetworkWords(_body(str(folder))) if form == TRANSFORMER_FORMAT else _words("fast")


@cache
def _body(folder: str) -> Transformer:
    """One network for the scorers of all tasks."""
    from rhetoric.transformer import load_transformer

    return load_transformer(folder)


def _checked(model: object, owner: str) -> str:
    if not isinstance(model, str):
        raise TypeError(
            f"The 'model' parameter of {owner} must be a str. Got {type(model).__name__} instead."
        )
    return model

"""Fit, calibrate and write linear models; shared by the shipped models and `rhetoric train`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.sparse import csr_matrix, diags
from sklearn.model_selection import GroupKFold
from threadpoolctl import threadpool_limits

from rhetoric.features.columns import VOICE_NAMES, cue_names
from rhetoric.features.pipeline import feature_union
from rhetoric.files import write_atomic
from rhetoric.model import LinearModel, pack
from rhetoric.scoring import sigmoid
from rhetoric.types import RhetoricError, Sentence

Float = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Settings:
    """What a model is made with; the defaults were chosen by leave-one-source-out over the opinion corpora.

    ``c`` is the inverse strength of the L2 penalty; the scales set how readily cue and voice columns take
    weight beside the n-grams.
    """

    word_ngrams: tuple[int, int] = (1, 2)
    word_bits: int = 18
    character_ngrams: tuple[int, int] = (2, 5)
    character_bits: int = 18
    c: float = 0.2
    cue_scale: float = 1.5
    voice_scale: float = 1.0


@dataclass(frozen=True, slots=True, eq=False)
class Weights:
    """A fitted linear function of the columns."""

    coef: Float
    intercept: float

    def log_odds(self, matrix: csr_matrix) -> Float:
        """Log-odds of the rows of a matrix."""
        out: Float = matrix @ self.coef + self.intercept
        return out

    def recalibrated(self, slope: float, offset: float) -> Weights:
        """The same function after ``slope * z + offset``."""
        return Weights(self.coef * slope, self.intercept * slope + offset)


def design(sentences: Sequence[str | Sentence], settings: Settings) -> csr_matrix:
    """The matrix of all features: words, characters, cues, voice."""
    union = feature_union(
        settings.word_ngrams, settings.word_bits, settings.character_ngrams, settings.character_bits
    )
    return csr_matrix(union.fit_transform(sentences))


def balanced(target: Float) -> Float:
    """Row weights that give both classes the same sum, n/2 each; soft targets count in both."""
    positive, n = float(target.sum()), len(target)
    if not 0 < positive < n:
        raise ValueError("balanced needs both classes among its targets")
    out: Float = target * n / (2 * positive) + (1 - target) * n / (2 * (n - positive))
    return out


def _scales(matrix: csr_matrix, target: Float, weight: Float, settings: Settings) -> Float:
    """How readily each column takes weight.

    An n-gram by the absolute log of the ratio of its frequencies in the two classes (Wang and Manning 2012,
    aclanthology.org/P12-2018) times the root of its inverse document frequency; the dense blocks as set.
    """
    seen = matrix.copy()
    seen.data = np.ones_like(seen.data)
    as_one, as_nought = 1 + seen.T @ (weight * target), 1 + seen.T @ (weight * (1 - target))
    ratio = np.log((as_one / as_one.sum()) / (as_nought / as_nought.sum()))
    frequency = np.bincount(matrix.indices, minlength=matrix.shape[1])
    scale: Float = np.abs(ratio) * np.sqrt(np.log((1 + matrix.shape[0]) / (1 + frequency)) + 1)
    n_voice, n_cues = len(VOICE_NAMES), len(cue_names("rule"))
    scale[-n_voice:] = settings.voice_scale
    scale[-n_voice - n_cues : -n_voice] = settings.cue_scale
    return scale


def _minimise(matrix: csr_matrix, target: Float, weight: Float, c: float) -> Weights:
    """L2-penalised logistic regression on probabilities as targets, by L-BFGS (Liu and Nocedal 1989)."""
    transposed, n = matrix.T, matrix.shape[1]

    def loss(b: Float) -> tuple[float, Float]:
        z = (matrix @ b[:n].astype(matrix.dtype)).astype(np.float64) + b[n]
        value = c * weight @ (np.logaddexp(0, z) - target * z) + 0.5 * b[:n] @ b[:n]
        residual = c * weight * (sigmoid(z) - target)
        return float(value), np.append(transposed @ residual.astype(matrix.dtype) + b[:n], residual.sum())

    start = np.zeros(n + 1)
    found = minimize(loss, start, jac=True, method="L-BFGS-B", options={"maxiter": 300, "ftol": 1e-7})
    return Weights(found.x[:n], float(found.x[n]))


def fit(matrix: csr_matrix, target: Float, weight: Float, settings: Settings) -> Weights:
    """Fit a logistic regression.

    Parameters
    ----------
    matrix : csr_matrix, shape (n, n_columns)
    target : ndarray, shape (n,)
        Probability of the positive class, 0 or 1 or between.
    weight : ndarray, shape (n,)
    settings : Settings
    """
    scale = _scales(matrix, target, weight, settings)
    with threadpool_limits(1):  # sums in parallel differ in their last bits from run to run
        weights = _minimise(matrix @ diags(scale.astype(matrix.dtype)), target, weight, settings.c)
    return Weights(weights.coef * scale, weights.intercept)


def calibrate(log_odds: Float, target: Float, weight: Float) -> tuple[float, float]:
    """Slope and offset that make held-out log-odds into calibrated ones (Platt 1999)."""
    weights = _minimise(csr_matrix(log_odds[:, None]), target, weight, 1e6)
    return float(weights.coef[0]), weights.intercept


def folds(groups: NDArray[Any], n: int = 5) -> Iterator[tuple[NDArray[np.int64], NDArray[np.int64]]]:
    """Train and held-out rows of ``n`` folds (fewer where there are fewer groups); a group is never split."""
    distinct = len(np.unique(groups.astype(str)))
    yield from GroupKFold(min(n, distinct)).split(groups, groups=groups.astype(str))


def _f1_at(cuts: Float, positive: NDArray[np.bool_], probability: Float, macro: bool) -> Float:
    """F1 of the positive class, or the mean of both classes' F1, at each cut."""
    n, n_positive = len(positive), int(positive.sum())
    flagged = n - np.searchsorted(np.sort(probability), cuts)
    hits = n_positive - np.searchsorted(np.sort(probability[positive]), cuts)
    f1 = 2 * hits / np.maximum(flagged + n_positive, 1)
    if not macro:
        return f1
    rejected = n - flagged - n_positive + hits
    out: Float = (f1 + 2 * rejected / np.maximum(2 * n - flagged - n_positive, 1)) / 2
    return out


def best_threshold(sources: Sequence[tuple[NDArray[np.bool_], Float]], *, macro: bool = True) -> float:
    """The cut with the best F1 on average over sources of (labels, probabilities).

    Parameters
    ----------
    sources : sequence of tuple of ndarray
    macro : bool, default=True
        Macro-F1; else the F1 of the positive class.
    """
    cuts = np.linspace(0.02, 0.98, 193)
    mean = np.mean([_f1_at(cuts, y, p, macro) for y, p in sources], axis=0)
    near = cuts[mean >= mean.max() - 0.002]  # the middle of the plateau generalises better than its peak
    return round(float(np.median(near)), 3)


def to_model(weights: Weights, settings: Settings, card: dict[str, Any]) -> LinearModel:
    """Cut fitted weights into the blocks of a model and note on the card how its columns are made."""
    n_words, n_characters, n_cues = (
        1 << settings.word_bits,
        1 << settings.character_bits,
        len(cue_names("rule")),
    )
    words, characters, cues, voice = np.split(weights.coef, np.cumsum([n_words, n_characters, n_cues]))
    features = {
        "words": {"ngram_range": list(settings.word_ngrams), "bits": settings.word_bits},
        "characters": {"ngram_range": list(settings.character_ngrams), "bits": settings.character_bits},
        "cues": list(cue_names("rule")),
        "voice": list(VOICE_NAMES),
    }
    half = np.float16  # as stored, so that a model scores the same before and after it is written
    return LinearModel(
        words.astype(half).astype(np.float32),
        characters.astype(half).astype(np.float32),
        cues,
        voice,
        weights.intercept,
        {**card, "settings": asdict(settings), "features": features},
    )


def write_model(model: LinearModel, folder: Path) -> None:
    """Write a model folder; the card comes last, so that a folder cut short does not load."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise RhetoricError(f"{folder} cannot be made: {error.strerror}. Name another folder.") from error
    for name, body in pack(model).items():
        write_atomic(folder / name, body)

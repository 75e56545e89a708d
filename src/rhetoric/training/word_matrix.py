"""The words of corpora as matrices, what is known of each, and the fit of a linear model on them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.sparse import csr_matrix
from threadpoolctl import threadpool_limits

from rhetoric.cues import cue_table
from rhetoric.features.input import read_batch
from rhetoric.features.words import BLOCKS, find_words, sentence_columns
from rhetoric.reading.tokens import WORD
from rhetoric.scoring import sigmoid
from rhetoric.training.tasks import Row, plain
from rhetoric.training.word_targets import WordLabels, word_targets
from rhetoric.words import covered, is_barred

Float = NDArray[np.float64]

BITS = 18
_CHUNK = 2_000
# The inverse strength of the penalty on hashed features and on the sentence's columns; chosen on folds 0 and 1.
_C, _C_SENTENCE = 2.0, 30.0


@dataclass(frozen=True, slots=True, eq=False)
class WordMatrix:
    """The words of some rows: those that can be loaded with their features, and all of them to be measured.

    Attributes
    ----------
    column : ndarray of int32, shape (n_candidates, len(BLOCKS))
    context : ndarray of float32, shape (n_candidates, len(sentence_names()))
    row : ndarray of int64, shape (n_candidates,)
    token : ndarray of int64, shape (n_candidates,)
        Counted over the tokens of all rows.
    word, word_row : ndarray of int64
        All words, candidates or not, and the row of each.
    barred : ndarray of bool, shape (n_tokens,)
        Which tokens are never shown (``rhetoric.words.is_barred``).
    loaded : ndarray of bool, shape (n_tokens,)
        Which tokens lie in a cue of the kind ``loaded``.
    first : ndarray of int64, shape (n_rows + 1,)
        Where each row's tokens begin.
    """

    column: NDArray[np.int32]
    context: NDArray[np.float32]
    row: NDArray[np.int64]
    token: NDArray[np.int64]
    word: NDArray[np.int64]
    word_row: NDArray[np.int64]
    barred: NDArray[np.bool_]
    loaded: NDArray[np.bool_]
    first: NDArray[np.int64]


def read_words(rows: Sequence[Row]) -> WordMatrix:
    """Read rows as sentences and make the features of their words."""
    parts: list[tuple[NDArray[Any], ...]] = []
    first = [0]
    for at in range(0, len(rows), _CHUNK):
        reading = read_batch([r.text for r in rows[at : at + _CHUNK]]).reading
        table = cue_table(reading)
        words = find_words(reading, table, BITS)
        of = reading.sentence_of
        every = np.flatnonzero(reading.tokens.kind == WORD)
        parts.append(
            (
                words.column.T.astype(np.int32),
                sentence_columns(reading, table)[of[words.token]].astype(np.float32),
                of[words.token] + at,
                words.token + first[-1],
                every + first[-1],
                of[every] + at,
                is_barred(reading, table, np.arange(len(reading.tokens))),
                covered(reading, table, "loaded"),
            )
        )
        first += (np.searchsorted(of, np.arange(1, len(reading) + 1)) + first[-1]).tolist()
    column, context, row, token, word, word_row, barred, loaded = (
        np.concatenate(arrays) for arrays in zip(*parts, strict=True)
    )
    return WordMatrix(column, context, row, token, word, word_row, barred, loaded, np.array(first))


def targets_of(rows: Sequence[Row], words: WordMatrix) -> NDArray[np.bool_]:
    """Of each token of the rows: whether annotators marked it."""
    flags = [word_targets(plain(r.text), r.words or ()) for r in rows]
    if [len(f) for f in flags] != np.diff(words.first).tolist():
        raise ValueError("The rows are not those of the words.")
    return np.concatenate(flags)


def logits_of(labels: WordLabels, words: WordMatrix) -> Float:
    """Of each token of all rows of a corpus: what the network says, NaN where it says nothing."""
    out = np.full(words.first[-1], np.nan)
    for row, logits in zip(labels.rows.tolist(), labels.logits, strict=True):
        if words.first[row + 1] - words.first[row] != len(logits):
            raise ValueError(f"Row {row} was labelled when it had other tokens: label the words again.")
        out[words.first[row] : words.first[row + 1]] = logits
    return out


@dataclass(frozen=True, slots=True, eq=False)
class Part:
    """Words to learn from: features, the probability that each is loaded, and its weight."""

    words: WordMatrix
    at: NDArray[np.int64]
    target: Float
    weight: float


@dataclass(frozen=True, slots=True, eq=False)
class WordWeights:
    """A fitted linear function of words: weights of hashed features, of the sentence's columns, and intercept."""

    hashed: Float
    sentence: Float
    intercept: float

    def log_odds(self, words: WordMatrix, at: NDArray[np.int64]) -> Float:
        """Log-odds of some of the words that can be loaded."""
        out: Float = hashed(words.column[at]) @ self.hashed + words.context[at] @ self.sentence
        return out + self.intercept


def hashed(column: NDArray[np.int32]) -> csr_matrix:
    """The hashed features of words as a matrix, each block at its scale."""
    n, blocks = column.shape
    values = np.tile(np.array([scale for _, scale, _ in BLOCKS], dtype=np.float32), n)
    return csr_matrix((values, column.ravel(), np.arange(0, n * blocks + 1, blocks)), shape=(n, 1 << BITS))


def fit_words(parts: Sequence[Part], *, iterations: int = 150) -> WordWeights:
    """Fit a penalised logistic regression on probabilities as targets, by L-BFGS.

    Columns are scaled by the root of their curvature at the share of loaded words, without which it takes many
    times as many steps.
    """
    y = np.concatenate([p.target for p in parts]).astype(np.float32)
    w = np.concatenate([np.full(len(p.at), p.weight) for p in parts]).astype(np.float32)
    sparse = hashed(np.concatenate([p.words.column[p.at] for p in parts]))
    used = np.unique(sparse.indices)
    sparse = sparse[:, used]
    dense = np.concatenate([p.words.context[p.at] for p in parts])
    mean, spread = dense.mean(0), dense.std(0) + np.float32(1e-6)
    dense = np.column_stack(((dense - mean) / spread, np.ones(len(dense), dtype=np.float32)))
    penalty = np.concatenate(
        (np.full(len(used), 1 / _C), np.full(dense.shape[1] - 1, 1 / _C_SENTENCE), [1e-8])
    )
    with threadpool_limits(1):  # sums in parallel differ in their last bits from run to run
        found = _minimise(sparse, dense, y, w, penalty, iterations)
    weights = np.zeros(1 << BITS)
    weights[used] = found[: len(used)]
    sentence = (found[len(used) : -1] / spread).astype(np.float64)
    return WordWeights(weights, sentence, float(found[-1] - sentence @ mean))


def _minimise(
    sparse: csr_matrix,
    dense: NDArray[np.float32],
    y: NDArray[np.float32],
    w: NDArray[np.float32],
    penalty: Float,
    iterations: int,
) -> Float:
    n, total = sparse.shape[1], float(w.sum())
    share = float(w @ y / total)
    curvature = 2 * share * (1 - share) * np.concatenate((sparse.multiply(sparse).T @ w, (dense**2).T @ w))
    scale = 1 / np.sqrt(curvature + penalty)
    transposed = sparse.T.tocsr()

    def loss(u: Float) -> tuple[float, Float]:
        b = u * scale
        z = sparse @ b[:n].astype(np.float32) + dense @ b[n:].astype(np.float32)
        each = w * (np.logaddexp(0, z) - y * z)
        value = each.sum(dtype=np.float64) + 0.5 * (penalty * b) @ b
        residual = w * (sigmoid(z) - y)
        gradient = np.concatenate((transposed @ residual, dense.T @ residual)) + penalty * b
        return 100 * float(value) / total, 100 * gradient * scale / total

    start = np.zeros(n + dense.shape[1])
    start[-1] = np.log(share / (1 - share)) / scale[-1]
    options = {"maxiter": iterations, "ftol": 1e-6, "gtol": 1e-7}
    found: Float = minimize(loss, start, jac=True, method="L-BFGS-B", options=options).x * scale
    return found

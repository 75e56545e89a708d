"""The dense columns of the matrix: cue counts, and the voice and place of the sentence.

Kept apart from the scikit-learn transformers, so that scoring need not import scikit-learn.
"""

from __future__ import annotations

from functools import cache

import numpy as np
from numpy.typing import NDArray

from rhetoric.cues import all_rules, cue_kinds
from rhetoric.cues.table import CueTable
from rhetoric.features.input import Batch
from rhetoric.reading.keysets import key_set
from rhetoric.reading.reading import Reading
from rhetoric.reading.tokens import WORD, Int, tokenize
from rhetoric.types import PARTS, VOICES, Sentence

Matrix = NDArray[np.float64]
_CAP = 3.0  # a fourth cue of the same rule in one sentence adds nothing
VOICE_NAMES: tuple[str, ...] = (
    *(f"voice={v}" for v in VOICES),
    *(f"part={p}" for p in PARTS),
    "log words",
    "exclamation mark",
    "first person",
    "second person",
)
_FIRST = "i me my mine myself we us our ours ourselves i'm i've i'd i'll we're we've we'd we'll"
_SECOND = "you your yours yourself yourselves you're you've you'd you'll"


def cue_names(by: str) -> tuple[str, ...]:
    """Names of the cue columns, by "rule" or by "kind"."""
    own = tuple(r.name for r in all_rules()) if by == "rule" else cue_kinds()
    return own + tuple(f"{kind} (source)" for kind in cue_kinds())


@cache
def _column_of_rule(by: str) -> tuple[Int, Int]:
    """Column of each rule in the writer's voice, and in a source's."""
    kinds = cue_kinds()
    kind = np.array([kinds.index(r.kind) for r in all_rules()], dtype=np.int64)
    own = np.arange(len(kind)) if by == "rule" else kind
    return own, kind + (len(kind) if by == "rule" else len(kinds))


def cue_columns(table: CueTable, by: str = "rule") -> Int:
    """The column that each cue of the table counts in."""
    own, source = _column_of_rule(by)
    columns: Int = np.where(table.voice == VOICES.index("writer"), own[table.rule], source[table.rule])
    return columns


def cue_counts(table: CueTable, n_sentences: int, by: str = "rule", batch: Batch | None = None) -> Matrix:
    """Count cues.

    Parameters
    ----------
    table : CueTable
    n_sentences : int
    by : {"rule", "kind"}
    batch : Batch, optional
        Its Sentences that carry cues are counted by those.

    Returns
    -------
    ndarray of float64, shape (n_sentences, len(cue_names(by)))
        Counts, 3 at most.
    """
    width = len(cue_names(by))
    at = table.sentence * width + cue_columns(table, by)
    counts = np.bincount(at, minlength=n_sentences * width).reshape(n_sentences, width).astype(np.float64)
    if batch is not None and batch.given.any():
        own, source = _column_of_rule(by)
        number = {r.name: i for i, r in enumerate(all_rules())}
        for row in np.flatnonzero(batch.given).tolist():
            sentence = batch.items[row]
            assert isinstance(sentence, Sentence)
            counts[row] = 0
            for cue in sentence.cues:
                if cue.rule in number:
                    counts[row, (own if cue.voice == "writer" else source)[number[cue.rule]]] += 1
    np.minimum(counts, _CAP, out=counts)
    return counts


@cache
def _lookup() -> tuple[NDArray[np.uint64], NDArray[np.int64]]:
    """Sorted keys of the words counted in the voice columns, and the column of each."""
    lists = {"exclamation mark": "!", "first person": _FIRST, "second person": _SECOND}
    keys, columns = [], []
    for name, words in lists.items():
        key = np.unique(tokenize(words).key)
        keys.append(key)
        columns.append(np.full(len(key), VOICE_NAMES.index(name)))
    key, column = np.concatenate(keys), np.concatenate(columns)
    order = np.argsort(key)
    return key[order], column[order]


def voice_columns(reading: Reading) -> Matrix:
    """Voice, part, length, person and closing marks of sentences.

    Returns
    -------
    ndarray of float64, shape (n_sentences, len(VOICE_NAMES))
    """
    n, width = len(reading.start), len(VOICE_NAMES)
    out = np.zeros((n, width))
    rows = np.arange(n)
    out[rows, reading.voice] = 1.0
    out[rows, len(VOICES) + reading.part] = 1.0
    tokens, sentence = reading.tokens, reading.sentence_of
    inside = sentence >= 0
    words = np.bincount(sentence[inside & (tokens.kind == WORD)], minlength=n)
    out[:, VOICE_NAMES.index("log words")] = np.log1p(words) / 4
    keys, column = _lookup()
    found = np.flatnonzero(key_set(f"! {_FIRST} {_SECOND}").holds(tokens.key) & inside)
    counted = column[np.searchsorted(keys, tokens.key[found])]
    seen = np.bincount(sentence[found] * width + counted, minlength=n * width).reshape(n, width)
    out += np.minimum(seen, 2)
    return out

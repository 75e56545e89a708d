"""What the words of a corpus are labelled with: by people, who marked wordings, and by the networks of the folds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rhetoric.reading.tokens import tokenize

# How many rows of which corpora a fold's network labels, beside those it is tested on.
LABELLED = {"anno_lexical": 8_000, "news_vs_opinion_allsides": 8_000}


def word_targets(text: str, loaded: Sequence[str]) -> NDArray[np.bool_]:
    """Which tokens of a text lie in one of the loaded wordings, wherever it occurs."""
    tokens = tokenize(text)
    out = np.zeros(len(tokens), dtype=np.bool_)
    keys = tokens.key.tolist()
    for wording in loaded:
        wanted = tokenize(wording).key.tolist()
        n = len(wanted)
        for i in range(len(keys) - n + 1) if n else ():
            if keys[i : i + n] == wanted:
                out[i : i + n] = True
    return out


@dataclass(frozen=True, slots=True, eq=False)
class WordLabels:
    """A network's log-odds for the tokens of some rows of a corpus, NaN where it saw none."""

    rows: NDArray[np.int64]
    logits: list[NDArray[np.float32]]


def save_labels(labels: Mapping[str, WordLabels], file: Path) -> None:
    """Write labels by corpus; the file is there whole or not at all."""
    arrays: dict[str, NDArray[Any]] = {}
    for name, of in labels.items():
        arrays[f"{name} rows"] = of.rows
        arrays[f"{name} size"] = np.array([len(z) for z in of.logits], dtype=np.int64)
        arrays[f"{name} logits"] = np.concatenate([*of.logits, np.zeros(0)]).astype(np.float16)
    part = file.with_suffix(".part.npz")
    np.savez(part, allow_pickle=False, **arrays)
    part.replace(file)


def load_labels(file: Path) -> dict[str, WordLabels]:
    """Read what :func:`save_labels` wrote."""
    with np.load(file, allow_pickle=False) as stored:
        arrays = {key: stored[key] for key in stored}
    out: dict[str, WordLabels] = {}
    for name in [key.removesuffix(" rows") for key in arrays if key.endswith(" rows")]:
        stops = np.cumsum(arrays[f"{name} size"])[:-1]
        logits = np.split(arrays[f"{name} logits"].astype(np.float32), stops)
        out[name] = WordLabels(arrays[f"{name} rows"], logits)
    return out

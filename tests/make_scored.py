"""Folders as ``rhetoric score`` writes them, with articles made up by a random generator."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd

from rhetoric.batch.articles import Options
from rhetoric.batch.manifest import FORMAT
from rhetoric.batch.output import as_bytes
from rhetoric.batch.tables import column_types

COUNTS = ("n_sentences", "n_words", "n_opinion", "loaded", "hedge", "n_quoted_words")


def articles(
    outlets: Sequence[str | None],
    *,
    seed: int = 0,
    dates: Sequence[str | None] | None = None,
    comments: bool = True,
) -> pd.DataFrame:
    """Articles of these outlets, every outlet with habits of its own."""
    random = np.random.default_rng(seed)
    n = len(outlets)
    names = sorted({str(o) for o in outlets})
    habit = np.array([names.index(str(o)) for o in outlets]) / max(len(names), 1)
    sentences = random.integers(8, 60, n)
    words = sentences * random.integers(14, 26, n)
    said = random.integers(0, 40, n) if comments else np.zeros(n, dtype=np.int64)
    frame = pd.DataFrame(
        {
            "outlet": pd.Series(list(outlets), dtype="str"),
            "topic": pd.Series(random.choice(["roads", "schools", "budget"], n), dtype="str"),
            "date": pd.Series(list(dates) if dates is not None else ["2021-03-04"] * n, dtype="str"),
            "n_sentences": sentences,
            "n_words": words,
            "n_opinion": random.binomial(sentences, random.beta(2 + 4 * habit, 5)),
            "loaded": random.poisson(words * (0.01 + 0.02 * habit)),
            "hedge": random.poisson(words * 0.012),
            "n_quoted_words": random.binomial(words, random.beta(2, 6, n)),
            "n_comments_sentences": said,
            "n_comments_sarcastic": random.binomial(said, 0.1 + 0.1 * habit),
        }
    )
    return frame


def write_scored(
    folder: Path,
    frame: pd.DataFrame,
    *,
    form: str = "parquet",
    part_rows: int = 1000,
    options: Options | None = None,
    complete: bool = True,
    errors: int = 0,
    warned: int = 0,
) -> Path:
    """Write a folder with the articles of a frame; columns that it lacks are 0 or null."""
    options = options or Options()
    types = column_types("articles", options)
    stated = []
    for number, start in enumerate(range(0, len(frame), part_rows)):
        part = frame.iloc[start : start + part_rows]
        columns = {}
        for name, dtype in types.items():
            given = part[name] if name in part else pd.Series([None if dtype == "str" else 0] * len(part))
            if dtype == "str":
                columns[name] = [None if pd.isna(v) else v for v in given]
            else:
                columns[name] = given.to_numpy(dtype=dtype)
        path = f"articles/part-{number:05d}.{form}"
        (folder / "articles").mkdir(parents=True, exist_ok=True)
        content = as_bytes(columns, types, form)
        (folder / path).write_bytes(content)
        n = len(part)
        sizes = {"rows": n, "articles": n, "errors": errors, "sentences": n, "warned": warned}
        files = {path: {"rows": n, "bytes": len(content), "sha256": ""}}
        stated.append({"number": number, **sizes, "files": files, "first_error": None})
    folder.mkdir(exist_ok=True)
    made_with = {
        "format": form,
        "part_rows": part_rows,
        "columns": {},
        "level": options.level,
        "cues": options.cues,
        "cue_counts": options.cue_counts,
        "longest": options.longest,
    }
    head = {"version": "0", "model": {"name": "fast", "tasks": {}}, "inputs": [], "options": made_with}
    content = json.dumps(
        {"format": FORMAT, **head, "complete": complete, "rows": len(frame), "parts": stated}
    )
    (folder / "manifest.json").write_text(content, encoding="utf-8")
    return folder

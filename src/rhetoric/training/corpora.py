"""Where the corpora lie, and the project's own sentences."""

from __future__ import annotations

import os
from pathlib import Path

from rhetoric.datasets.tables import read_table
from rhetoric.reading.reading import read_sentences
from rhetoric.types import VOICES, RhetoricError, Sentence


def data_directory(path: Path | None = None) -> Path:
    """The folder of corpora: the path given, else ``$RHETORIC_DATA``, else ``../shared/data``.

    Raises
    ------
    RhetoricError
        Where that is no folder.
    """
    folder = path or Path(os.environ.get("RHETORIC_DATA", "../shared/data"))
    if not folder.is_dir():
        raise RhetoricError(f"No folder of corpora at '{folder}': pass --data or set RHETORIC_DATA.")
    return folder


OWN = Path("datasets/sentences/sentences.tsv")
_RUN = 20  # rows taken for one article: twins stand next to each other


def load_own(path: Path = OWN) -> tuple[list[Sentence], list[float], list[str]]:
    """Load the project's own sentences, which know the part of the page they stand in.

    Parameters
    ----------
    path : Path
        The table, from the project's root.

    Returns
    -------
    sentences : list of Sentence
    target : list of float
        1 opinion, 0 report.
    groups : list of str
        What must not be split between folds.
    """
    table = read_table(path)
    reading = read_sentences(table["text"].tolist())
    voices = [VOICES[v] for v in reading.voice.tolist()]
    sentences = [
        Sentence(0, len(text), text, part, voice)
        for text, part, voice in zip(table["text"], table["part"], voices, strict=True)
    ]
    target = [float(label == "opinion") for label in table["label"]]
    return sentences, target, [str(i // _RUN) for i in range(len(table))]

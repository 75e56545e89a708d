"""The labelled corpora that the models are made from, read into one shape."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

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


@dataclass(frozen=True, slots=True, eq=False)
class Corpus:
    """Sentences with the probability that each is opinion in the writer's own voice.

    Attributes
    ----------
    name : str
    sentences : sequence of str or Sentence
    target : ndarray of float64, shape (n,)
        1 opinion, 0 report; in between where annotators were torn.
    groups : ndarray of object, shape (n,)
        Outlet where the corpus names it, else the article: what must not be split between folds.
    provenance : dict
        File, sha256, licence and citation for the card.
    """

    name: str
    sentences: Sequence[str | Sentence]
    target: NDArray[np.float64]
    groups: NDArray[np.object_]
    provenance: dict[str, str]

    def __len__(self) -> int:
        return len(self.sentences)

    def where(self, keep: NDArray[np.bool_]) -> Corpus:
        """The rows that ``keep`` marks."""
        rows = np.flatnonzero(keep)
        sentences = [self.sentences[i] for i in rows.tolist()]
        return Corpus(self.name, sentences, self.target[rows], self.groups[rows], self.provenance)


# Annotators' "somewhat factual but also opinionated" is mostly the writer's opinion under NewsSD-ENG's
# definition; .8 was chosen on cross-validation beside .5 and 1.
_BABE = {
    "Expresses writer's opinion": 1.0,
    "Somewhat factual but also opinionated": 0.8,
    "Entirely factual": 0.0,
}
_RUN = 20  # rows taken for one article where a corpus names none but keeps its sentences in order
_SUBJ = {"SUBJ": 1.0, "OBJ": 0.0}
_SETS: dict[str, tuple[tuple[str, ...], str, dict[str, float], str, str, str]] = {
    "newssd_eng": (
        ("newssd_eng/train.tsv", "newssd_eng/val.tsv", "newssd_eng/test.tsv"),
        "label",
        _SUBJ,
        "",
        "CC BY 4.0",
        "Antici et al. (2024), A Corpus for Sentence-Level Subjectivity Detection on English News Articles",
    ),
    "mpqa": (
        ("mpqa_1_2/train.tsv",),
        "label_writer",
        _SUBJ,
        "doc_id",
        "not stated by its authors; distributed for research",
        "Wiebe, Wilson and Cardie (2005), Annotating Expressions of Opinions and Emotions in Language",
    ),
    "babe": (
        ("babe/train.tsv",),
        "label",
        _BABE,
        "source",
        "AGPL-3.0 (repository); no separate data licence stated",
        "Spinde et al. (2021), Neural Media Bias Detection Using Distant Supervision With BABE",
    ),
}
OPINION_SETS = tuple(_SETS)
OWN = Path("datasets/sentences/sentences.tsv")


def load_corpus(name: str, data: Path) -> Corpus:
    """Load one of the corpora labelled for opinion.

    Parameters
    ----------
    name : str
        One of ``OPINION_SETS``.
    data : Path
        The folder of corpora.
    """
    files, column, values, group, licence, citation = _SETS[name]
    texts: list[str] = []
    target: list[float] = []
    groups: list[str] = []
    digest = hashlib.sha256()
    for file in files:
        digest.update((data / file).read_bytes())
        table = read_table(data / file)
        table = table[table[column].isin(list(values))]
        texts += table["text"].tolist()
        target += [values[label] for label in table[column]]
        groups += table[group].tolist() if group else [f"{file}#{i // _RUN}" for i in range(len(table))]
    provenance = {
        "files": ", ".join(files),
        "sha256": digest.hexdigest(),
        "rows": str(len(texts)),
        "licence": licence,
        "citation": citation,
    }
    return Corpus(name, texts, np.array(target), np.array(groups, dtype=object), provenance)


def load_own(path: Path = OWN) -> Corpus:
    """Load the project's own sentences, which know the part of the page they stand in.

    Parameters
    ----------
    path : Path
        The table, from the project's root.
    """
    table = read_table(path)
    reading = read_sentences(table["text"].tolist())
    voices = [VOICES[v] for v in reading.voice.tolist()]
    sentences = [
        Sentence(0, len(text), text, part, voice)
        for text, part, voice in zip(table["text"], table["part"], voices, strict=True)
    ]
    provenance = {
        "files": path.as_posix(),
        "sha256": hashlib.sha256(path.read_bytes()).hexdigest(),
        "rows": str(len(table)),
        "licence": "CC BY 4.0",
        "citation": "written for this project; see datasets/sentences/README.md",
    }
    target = np.where(table["label"] == "opinion", 1.0, 0.0)
    groups = np.array(
        [str(i // _RUN) for i in range(len(table))], dtype=object
    )  # twins stand next to each other
    return Corpus("own", sentences, target, groups, provenance)

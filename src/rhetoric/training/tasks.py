"""Rows for all tasks at once: what the transformer learns from, and the folds in which it is tested."""

from __future__ import annotations

import json
import re
import zlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from sklearn.model_selection import GroupKFold

from rhetoric.datasets.tables import read_table
from rhetoric.reading.reading import read_document
from rhetoric.training.corpora import load_own
from rhetoric.training.leaks import without_shared_runs
from rhetoric.types import Sentence

Float = NDArray[np.float64]
TASKS = ("opinion", "loaded", "sarcasm", "hedge")
# "section" (does the publisher print the article as opinion?) is learned beside the tasks and never shipped.
HEADS = (*TASKS, "section")
FOLDS = 5
NOWHERE = -1  # the fold of rows that are never tested on
_RUN = 20  # rows taken for one article where a corpus names none but keeps its sentences in order


@dataclass(frozen=True, slots=True)
class Row:
    """A text with what is known about it; what is not known is missing.

    ``targets`` maps a head to the probability of its positive class, ``words`` are the loaded wordings in the
    text (None: not annotated), ``outlet`` is canonical, ``certain`` says whether the label is fit to test on.
    """

    text: str | Sentence
    targets: dict[str, float]
    group: str
    words: tuple[str, ...] | None = None
    outlet: str = ""
    certain: bool = True


@dataclass(frozen=True, slots=True, eq=False)
class Set:
    """The rows of one corpus with their folds.

    Attributes
    ----------
    name : str
    rows : list of Row
    fold : ndarray of int64, shape (n,)
        The fold that holds the row out; ``NOWHERE`` where the set is never tested on.
    weight : float
        Of a row of this set in the loss, beside 1.
    per_epoch : int or None
        How many rows an epoch draws; all of them by default.
    """

    name: str
    rows: list[Row]
    fold: NDArray[np.int64]
    weight: float = 1.0
    per_epoch: int | None = None
    provenance: dict[str, str] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.rows)

    def target(self, head: str) -> Float:
        """The targets for a head, NaN where there is none."""
        return np.array([row.targets.get(head, np.nan) for row in self.rows])

    def texts(self) -> list[str | Sentence]:
        return [row.text for row in self.rows]


def plain(text: str | Sentence) -> str:
    """The text of a sentence, in whichever form it comes."""
    return text if isinstance(text, str) else text.text


def unquoted(cell: str) -> str:
    """Undo the quotes of a CSV cell in a table that says it has none."""
    if len(cell) > 1 and cell[0] == cell[-1] == '"':
        inner = cell[1:-1]
        if '"' not in inner.replace('""', ""):
            return inner.replace('""', '"')
    return cell


def outlet_key(name: str) -> str:
    """An outlet's name in one spelling: "Fox Online News" and "fox-news" are one outlet."""
    key = re.sub(r"[^a-z]", "", name.lower().split("(")[0].split(" - ")[0])
    key = re.sub(r"(online)?(news|editorial|opinion)*$", "", key).removeprefix("the")
    return {"huffingtonpost": "huffpost", "politico": "politico"}.get(key, key)


def _newssd(data: Path) -> list[Row]:
    rows: list[Row] = []
    for part in ("train", "val", "test"):
        table = read_table(data / f"newssd_eng/{part}.tsv")
        rows += [
            Row(t, {"opinion": float(label == "SUBJ")}, f"newssd-{part}-{i // _RUN}")
            for i, (t, label) in enumerate(zip(table["text"], table["label"], strict=True))
        ]
    return rows


def _mpqa(data: Path) -> list[Row]:
    table = read_table(data / "mpqa_1_2/train.tsv")
    return [
        Row(t, {"opinion": float(label == "SUBJ")}, doc)
        for t, label, doc in zip(table["text"], table["label_writer"], table["doc_id"], strict=True)
    ]


def _babe(data: Path) -> list[Row]:
    table = read_table(data / "babe/train.tsv")
    rows: list[Row] = []
    for r in table.to_dict("records"):
        votes = {k: int(r[f"n_{k}"] or 0) for k in ("factual", "somewhat", "opinion", "biased", "nonbiased")}
        targets: dict[str, float] = {}
        of = votes["factual"] + votes["somewhat"] + votes["opinion"]
        if of:  # "somewhat opinionated" counts .8, as chosen for the n-gram model by cross-validation
            targets["opinion"] = (votes["opinion"] + 0.8 * votes["somewhat"]) / of
        if votes["biased"] + votes["nonbiased"]:
            targets["loaded"] = votes["biased"] / (votes["biased"] + votes["nonbiased"])
        words = tuple(w for w in r["biased_words"].split(" | ") if w.strip())
        certain = r["label"] in ("Entirely factual", "Expresses writer's opinion")
        group = r["doc_id"] or f"babe-{r['id']}"
        rows.append(Row(r["text"], targets, group, words, outlet_key(r["source"]), certain))
    return rows


def _own(data: Path) -> list[Row]:
    return [Row(s, {"opinion": t}, f"own-{g}") for s, t, g in zip(*load_own(), strict=True)]


def _anno_lexical(data: Path) -> list[Row]:
    table = read_table(data / "anno_lexical/train.tsv")
    return [  # labels by vote of language models: smoothed
        Row(t, {"loaded": 0.9 if label == "biased" else 0.1}, f"anno-{i}", outlet=outlet_key(source))
        for i, (t, label, source) in enumerate(
            zip(table["text"], table["label"], table["source"], strict=True)
        )
    ]


def _wnc(data: Path) -> list[Row]:
    table = read_table(data / "wnc_sample/train.tsv")
    rows: list[Row] = []
    for r in table[table["label"] == "biased"].to_dict("records"):
        edits = json.loads(unquoted(r["edits"]) or "[]")
        words = tuple(e["biased"] for e in edits if e["biased"])
        rows.append(Row(unquoted(r["text"]), {"loaded": 0.85}, r["id"], words))
        rows.append(Row(unquoted(r["neutral_text"]), {"loaded": 0.15}, r["id"], ()))
    return rows


def _basil(data: Path) -> list[Row]:
    table = read_table(data / "basil/train.tsv")
    table = table[table["label"].isin(["lex", "lex+inf"])]
    return [
        Row(t, {}, doc, tuple(w for w in words.split(" | ") if w), outlet_key(source))
        for t, doc, words, source in zip(
            table["text"], table["doc_id"], table["lexical_spans"], table["source"], strict=True
        )
    ]


_LONG_COMMENT = 600  # characters; a label of a longer comment says little about the part that is read


def _sarcasm_v2(data: Path) -> list[Row]:
    table = read_table(data / "sarcasm_v2/train.tsv")
    rows = [
        Row(t, {"sarcasm": float(label == "sarcastic")}, t)
        for t, label in zip(map(unquoted, table["text"]), table["label"], strict=True)
    ]
    return [r for r in rows if len(r.group) <= _LONG_COMMENT]


def _iac(data: Path) -> list[Row]:
    table = read_table(data / "iac_sarcasm_ratings/all.tsv")
    rows = [
        Row(t, {"sarcasm": float(mean)}, t, certain=mean in ("0.0", "1.0"))
        for t, mean in zip(map(unquoted, table["text"]), table["sarcasm"], strict=True)
    ]
    return [r for r in rows if len(r.group) <= _LONG_COMMENT]


def _c3(data: Path) -> list[Row]:
    table = read_table(data / "c3_constructive_comments/all.tsv")
    rows = [
        Row(unquoted(t), {"sarcasm": int(votes) / int(of)}, doc, certain=int(votes) == 0 or int(votes) > 2)
        for t, votes, of, doc in zip(
            table["text"], table["sarcastic_votes"], table["n_judgements"], table["doc_id"], strict=True
        )
    ]
    return [r for r in rows if len(str(r.text)) <= _LONG_COMMENT]


def _conll(name: str) -> Callable[[Path], list[Row]]:
    def load(data: Path) -> list[Row]:
        table = read_table(data / f"conll2010_{name}/train.tsv")
        return [
            Row(unquoted(t), {"hedge": float(label == "uncertain")}, f"{name}-{i // _RUN}")
            for i, (t, label) in enumerate(zip(table["text"], table["label"], strict=True))
        ]

    return load


_SENTENCES_PER_ARTICLE = 4


def _allsides(data: Path) -> list[Row]:
    """Sentences from the middle of articles: the first and last are often a publisher's boilerplate."""
    table = read_table(data / "news_vs_opinion_allsides/train.tsv")
    rng = np.random.default_rng(0)
    rows: list[Row] = []
    for r in table.to_dict("records"):
        document, _ = read_document(r["text"])
        body = [s for s in document.sentences if s.part == "body" and len(s.text) > 25][2:-2]
        for i in rng.permutation(len(body))[:_SENTENCES_PER_ARTICLE].tolist():
            target = {"section": float(r["label"] == "OPINION")}
            rows.append(Row(body[i].text, target, r["id"], outlet=outlet_key(r["source"])))
    return rows


# name: loader, whether it is tested on in folds, weight of a row, rows an epoch
_SETS: dict[str, tuple[Callable[[Path], list[Row]], bool, float, int | None]] = {
    "newssd_eng": (_newssd, True, 2.5, None),
    "mpqa_1_2": (_mpqa, True, 1.0, 6000),
    "babe": (_babe, True, 1.5, None),
    "own": (_own, True, 0.5, None),
    "anno_lexical": (_anno_lexical, False, 0.5, 10000),
    "wnc_sample": (_wnc, False, 0.5, None),
    "basil": (_basil, False, 0.5, None),
    "sarcasm_v2": (_sarcasm_v2, True, 1.0, 5000),
    "iac_sarcasm_ratings": (_iac, True, 1.0, 2500),
    "c3_constructive_comments": (_c3, True, 1.0, 6000),
    "conll2010_wiki_weasel": (_conll("wiki_weasel"), True, 1.0, None),
    "conll2010_bioscope": (_conll("bioscope"), False, 0.3, 2000),
    "news_vs_opinion_allsides": (_allsides, True, 0.5, 6000),
}
SETS = tuple(_SETS)
# Never trained on. A row that shares eight words with one of these is left out everywhere.
TESTS = {
    "checkthat_subj_en test2023": ("checkthat_subj_en/test2023.tsv", "opinion", "label", "SUBJ"),
    "ucc_unhealthy_comments val": ("ucc_unhealthy_comments/val.tsv", "sarcasm", "label", "sarcastic"),
}


def load_test(name: str, data: Path) -> tuple[list[str], NDArray[np.bool_]]:
    """Texts of a test split and which of them are positive."""
    file, _, column, positive = TESTS[name]
    table = read_table(data / file)
    return [unquoted(t) for t in table["text"]], (table[column] == positive).to_numpy()


def _folds(sets: dict[str, list[Row]]) -> dict[str, NDArray[np.int64]]:
    """Folds by outlet across all corpora that name outlets, else by article (or run of rows, or text)."""
    babe = np.array([r.outlet for r in sets["babe"]])
    outlet_fold: dict[str, int] = {}
    for k, (_, test) in enumerate(GroupKFold(FOLDS).split(babe, groups=babe)):
        outlet_fold.update(dict.fromkeys(babe[test].tolist(), k))
    out: dict[str, NDArray[np.int64]] = {}
    for name, rows in sets.items():
        if name in ("babe", "news_vs_opinion_allsides"):
            of = [outlet_fold.get(r.outlet, zlib.crc32((r.outlet or r.group).encode()) % FOLDS) for r in rows]
        else:
            # By checksum, so that the same text has the same fold in every corpus that holds it.
            of = [zlib.crc32(r.group.encode()) % FOLDS for r in rows]
        out[name] = np.array(of)
    return out


def load_sets(data: Path, tests: Iterable[str] = TESTS) -> dict[str, Set]:
    """All corpora, without the rows that share a run of words with one of the tests named."""
    loaded = {name: loader(data) for name, (loader, *_) in _SETS.items()}
    tested = [text for name in tests for text in load_test(name, data)[0]]
    texts = {name: [plain(r.text) for r in rows] for name, rows in loaded.items()}
    clean = {name: without_shared_runs(t, tested) for name, t in texts.items()}
    loaded = {name: [rows[i] for i in clean[name].tolist()] for name, rows in loaded.items()}
    folds = _folds(loaded)
    return {
        name: Set(
            name, rows, folds[name] if _SETS[name][1] else np.full(len(rows), NOWHERE), *_SETS[name][2:]
        )
        for name, rows in loaded.items()
    }


def training_rows(sets: dict[str, Set], held_out: int | None) -> dict[str, NDArray[np.int64]]:
    """The rows of each set that a model of a fold learns from.

    Left out are the fold's rows, all rows of its outlets, and those that share a run of words with its rows.
    """
    if held_out is None:
        return {name: np.arange(len(s)) for name, s in sets.items()}
    outlets = {r.outlet for i, r in enumerate(sets["babe"].rows) if sets["babe"].fold[i] == held_out}
    held = [plain(r.text) for s in sets.values() for i, r in enumerate(s.rows) if s.fold[i] == held_out]
    out: dict[str, NDArray[np.int64]] = {}
    for name, s in sets.items():
        rows = [i for i, r in enumerate(s.rows) if s.fold[i] != held_out and r.outlet not in outlets]
        keep = without_shared_runs([plain(s.rows[i].text) for i in rows], held)
        out[name] = np.array(rows, dtype=np.int64)[keep]
    return out

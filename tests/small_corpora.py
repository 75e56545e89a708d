"""All corpora that the training reads, in miniature: made-up sentences of our own in the same files and columns."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np

OUTLETS = ("Harbour Post", "The Pier", "Gull Weekly", "Tide News", "Quay Times", "Lantern")
WHO = (
    *("the council", "the harbour office", "a clerk", "the ferry company", "the mayor", "the school board"),
    *("a crew of six", "the night watch", "the port doctor", "the museum", "the rowing club", "the bank"),
)
DID = (
    *("opened", "moved", "counted", "closed", "painted", "sold", "bought", "measured", "insured", "repaired"),
    *("listed", "booked"),
)
WHAT = (
    *(
        "piers",
        "wooden boats",
        "lamps",
        "slipways",
        "tickets",
        "timetables",
        "bridges",
        "bells",
        "stairs",
        "ropes",
    ),
)
WHEN = (
    *("on Monday", "last May", "at noon", "before the storm", "after the vote", "in 1987", "on 12 June"),
    *("during the fair", "at low tide", "by eight votes to five", "for ten pounds", "near the mill"),
)
# For each task, what a positive sentence has and a negative one has not.
MARKS = {
    "opinion": ("shamefully", "disgracefully", "frankly, and foolishly,", "absurdly", "thank goodness,"),
    "loaded": ("brazenly", "ruthlessly", "recklessly", "cynically", "shamelessly"),
    "sarcasm": ("oh sure,", "yeah right,", "brilliantly, as ever,", "how clever,", "what a surprise,"),
    "hedge": ("perhaps", "possibly", "reportedly", "it is said,", "apparently"),
}

TESTED = 240  # rows of each test split: from so many a share is estimated without a warning


class Writer:
    """Writes sentences, the same ones each time."""

    def __init__(self) -> None:
        self.random = np.random.default_rng(5)

    def one(self, words: Sequence[str]) -> str:
        return words[int(self.random.integers(len(words)))]

    def sentence(self, task: str = "opinion", positive: bool = False) -> str:
        mark = f"{self.one(MARKS[task])} " if positive else ""
        # The numbers make a run of eight words one of a kind.
        some, more = self.random.integers(2, 10_000, 2).tolist()
        told = f"{self.one(WHO)} {mark}{self.one(DID)} {some} {self.one(WHAT)} {self.one(WHEN)}"
        told += f" and {self.one(WHO)} {self.one(DID)} {more} {self.one(WHAT)}"
        return told[0].upper() + told[1:] + ("!" if positive and self.random.random() < 0.3 else ".")

    def labelled(self, task: str, n: int) -> list[tuple[str, bool]]:
        """Sentences of both kinds in turn; one in twelve has the wrong label."""
        return [
            (self.sentence(task, bool(i % 2) ^ bool(self.random.random() < 1 / 12)), bool(i % 2))
            for i in range(n)
        ]

    def article(self, share: float) -> str:
        return " ".join(self.sentence("opinion", bool(self.random.random() < share)) for _ in range(12))


def tsv(path: Path, rows: list[dict[str, object]]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    lines = [list(rows[0]), *(row.values() for row in rows)]
    path.write_text("".join("\t".join(map(str, line)) + "\n" for line in lines), encoding="utf-8")


def jsonl(path: Path, rows: list[dict[str, object]]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")


def write_corpora(data: Path) -> dict[str, list[str]]:
    """Write them all.

    Returns
    -------
    dict of str to list of str
        Training texts that must be left out: the same text as one of a test split, and one with another end.
    """
    w = Writer()
    tests = _tests(w, data)
    twins = {"newssd_eng": [tests[0].upper(), tests[0].removesuffix(".") + " for nothing."]}
    _opinion(w, data, twins["newssd_eng"])
    _loaded(w, data)
    _others(w, data)
    _pool(w, data)
    return twins


def _tests(w: Writer, data: Path) -> list[str]:
    opinion, sarcasm = w.labelled("opinion", TESTED), w.labelled("sarcasm", TESTED)
    tsv(
        data / "checkthat_subj_en/test2023.tsv",
        [{"text": t, "label": "SUBJ" if y else "OBJ"} for t, y in opinion],
    )
    tsv(
        data / "ucc_unhealthy_comments/val.tsv",
        [{"text": t, "label": "sarcastic" if y else "not"} for t, y in sarcasm],
    )
    return [t for t, _ in opinion]


def _opinion(w: Writer, data: Path, twins: list[str]) -> None:
    for part, n in (("train", 160), ("val", 60), ("test", 60)):
        rows: list[dict[str, object]] = [
            {"text": t, "label": "SUBJ" if y else "OBJ"} for t, y in w.labelled("opinion", n)
        ]
        if part == "train":
            rows += [{"text": t, "label": "OBJ"} for t in twins]
        tsv(data / f"newssd_eng/{part}.tsv", rows)
    tsv(
        data / "mpqa_1_2/train.tsv",
        [
            {"doc_id": f"d{i // 6}", "text": t, "label_writer": "SUBJ" if y else "OBJ"}
            for i, (t, y) in enumerate(w.labelled("opinion", 240))
        ],
    )
    labels = {True: "Expresses writer's opinion", False: "Entirely factual"}
    rows = []
    for i, (text, positive) in enumerate(w.labelled("loaded", 300)):
        torn = i % 10 == 0
        rows.append(
            {
                "id": f"b{i}",
                "doc_id": f"a{i // 3}",
                "source": OUTLETS[i // 2 % len(OUTLETS)],
                "text": text,
                "label": "Somewhat factual but also opinionated" if torn else labels[positive],
                "biased_words": " | ".join(m for m in MARKS["loaded"] if m in text),
                "n_factual": 0 if positive else 4,
                "n_somewhat": int(torn) * 3,
                "n_opinion": 4 if positive else 0,
                "n_biased": 4 if positive else 1,
                "n_nonbiased": 1 if positive else 4,
            }
        )
    tsv(data / "babe/train.tsv", rows)


def _loaded(w: Writer, data: Path) -> None:
    tsv(
        data / "anno_lexical/train.tsv",
        [
            {"source": w.one(OUTLETS), "text": t, "label": "biased" if y else "unbiased"}
            for t, y in w.labelled("loaded", 120)
        ],
    )
    rows: list[dict[str, object]] = []
    for i in range(30):
        mark, neutral = w.one(MARKS["loaded"]), w.sentence()
        edits = json.dumps([{"op": "delete", "biased": mark, "neutral": ""}]).replace('"', '""')
        rows.append(
            {
                "id": f"w{i}",
                "text": f"{mark} {neutral}",
                "label": "biased",
                "neutral_text": neutral,
                "edits": f'"{edits}"',
            }
        )
    tsv(data / "wnc_sample/train.tsv", rows)
    tsv(
        data / "basil/train.tsv",
        [
            {
                "doc_id": f"s{i}",
                "source": w.one(OUTLETS),
                "text": t,
                "label": "lex" if y else "none",
                "lexical_spans": " | ".join(m for m in MARKS["loaded"] if m in t),
            }
            for i, (t, y) in enumerate(w.labelled("loaded", 40))
        ],
    )


def _others(w: Writer, data: Path) -> None:
    tsv(
        data / "sarcasm_v2/train.tsv",
        [{"text": t, "label": "sarcastic" if y else "not"} for t, y in w.labelled("sarcasm", 200)],
    )
    tsv(
        data / "iac_sarcasm_ratings/all.tsv",
        [
            {"text": t, "sarcasm": ("1.0" if i % 4 else "0.7") if y else "0.0"}
            for i, (t, y) in enumerate(w.labelled("sarcasm", 160))
        ],
    )
    tsv(
        data / "c3_constructive_comments/all.tsv",
        [
            {"doc_id": f"c{i}", "text": t, "sarcastic_votes": 3 if y else 0, "n_judgements": 4}
            for i, (t, y) in enumerate(w.labelled("sarcasm", 120))
        ],
    )
    for name, n in (("wiki_weasel", 400), ("bioscope", 60)):
        tsv(
            data / f"conll2010_{name}/train.tsv",
            [{"text": t, "label": "uncertain" if y else "certain"} for t, y in w.labelled("hedge", n)],
        )


def _pool(w: Writer, data: Path) -> None:
    tsv(
        data / "news_vs_opinion_allsides/train.tsv",
        [
            {
                "id": f"n{i}",
                "source": OUTLETS[i // 24 % 3],
                "text": w.article(0.8 if i % 2 else 0.1),
                "label": "OPINION" if i % 2 else "NEWS",
            }
            for i in range(72)
        ],
    )
    jsonl(
        data / "articles_reuters21578/articles.jsonl",
        [{"id": f"r{i}", "text": w.article(0)} for i in range(40)],
    )
    jsonl(
        data / "articles_masc/docs.jsonl",
        [{"id": f"m{i}", "sentences": [w.sentence() for _ in range(8)]} for i in range(6)],
    )
    jsonl(
        data / "polnear/train_articles.jsonl",
        [{"id": f"p{i}", "text": w.article(0.2), "publisher": w.one(OUTLETS)} for i in range(8)],
    )
    tsv(
        data / "brown_news_editorial/train.tsv",
        [{"doc_id": f"e{i // 4}", "text": w.sentence("opinion", bool(i % 2))} for i in range(40)],
    )

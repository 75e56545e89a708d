"""Make ``reading/data/punkt.json``: Punkt's parameters and the weights of the boundary model.

    python -m rhetoric.training.punkt --data DIR

Punkt learns from raw articles without labels (Kiss & Strunk 2006). One run over everything would lose *Mr.*
and *U.S.*: some publishers write them without the period, and Punkt's penalty for that grows with the corpus.
So each shard, a million characters of one publisher, trains its own Punkt, and the shards vote. The weights
are a logistic regression on the sentence spans of two treebanks. Only words, counts and weights are kept.
"""

from __future__ import annotations

import argparse
import csv
import json
import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
from nltk.tokenize.punkt import PunktTrainer
from sklearn.feature_extraction import DictVectorizer
from sklearn.linear_model import LogisticRegression

from rhetoric.reading.boundaries import features
from rhetoric.reading.punkt import LOWER, Parameters
from rhetoric.reading.sentences import candidates, paragraphs
from rhetoric.training.corpora import data_directory

OUTPUT = Path(__file__).resolve().parents[1] / "reading" / "data" / "punkt.json"
SHARD = 1_000_000
LEFTOVER = 250_000
VOTES = 2
SHARE = 0.25
SOURCES = (
    {
        "name": "MASC",
        "files": "articles_masc/docs.jsonl",
        "licence": "linguistic education, research, development, also commercial (American National Corpus)",
        "kept": "Punkt parameters, openings",
    },
    {
        "name": "Reuters-21578",
        "files": "articles_reuters21578/articles.jsonl",
        "licence": "text copyright Reuters Ltd., free distribution for research purposes",
        "kept": "Punkt parameters, openings",
    },
    {
        "name": "PolNeAR 1.0 train",
        "files": "polnear/train_articles.jsonl",
        "licence": "unstated, texts copyright of the publishers",
        "kept": "Punkt parameters, openings",
    },
    {
        "name": "Article-Bias-Prediction (AllSides)",
        "files": "news_vs_opinion_allsides/train.tsv",
        "licence": "Apache-2.0 for the collection, texts copyright of the publishers",
        "kept": "Punkt parameters, openings",
    },
    {
        "name": "UD English EWT 2.15 train",
        "files": "sbd_ud_ewt/train.jsonl",
        "licence": "CC BY-SA 4.0 (annotations and database rights)",
        "kept": "Punkt parameters, openings, weights",
    },
    {
        "name": "UD English GUM 2.15 train",
        "files": "sbd_ud_gum/train.jsonl",
        "licence": "CC BY-NC-SA 4.0 (treebank); documents CC BY, CC BY-SA, CC BY-NC-SA or public domain",
        "kept": "Punkt parameters, openings, weights",
    },
)
TREEBANKS = ("sbd_ud_ewt/train.jsonl", "sbd_ud_gum/train.jsonl")
_EDGES = ".,;:!?()[]{}<>*_-–—\"'“”‘’"
_PLAIN = re.compile(r"[^\W\d_](?:[\w.&'/-]*[^\W_])?")
_OPENING = re.compile(r"(?:[a-z]{4}[.?!][\"”]? |\n\n)[\"“]?([A-Z][\w'’]*)")
_WITHIN = re.compile(r"(?<=[a-z,;]) ([A-Z][\w'’]*)")


def read_lines(path: Path) -> Iterator[dict[str, Any]]:
    """The records of a file of JSON lines."""
    with path.open(encoding="utf-8") as lines:
        for line in lines:
            yield json.loads(line)


def read_articles(folder: Path) -> dict[str, list[str]]:
    """Texts by publisher, from all sources."""
    csv.field_size_limit(1 << 27)
    articles: dict[str, list[str]] = defaultdict(list)
    for source in SOURCES:
        name, path = source["name"], folder / source["files"]
        if path.suffix == ".tsv":
            with path.open(encoding="utf-8", newline="") as lines:
                for row in csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE):
                    articles[f"{name} {row['source']}"].append(row["text"])
            continue
        for record in read_lines(path):
            text = record["text"] if "text" in record else " ".join(record["sentences"])
            if text:
                articles[f"{name} {record.get('publisher', '')}"].append(text)
    return articles


def make_shards(articles: dict[str, list[str]]) -> list[str]:
    """Join texts to shards of about `SHARD` characters of one publisher; small rests share the last."""
    shards, rest = [], []
    for name in sorted(articles):
        shard: list[str] = []
        size = 0
        for text in articles[name]:
            shard.append(text)
            size += len(text)
            if size >= SHARD:
                shards.append("\n\n".join(shard))
                shard, size = [], 0
        if size >= LEFTOVER:
            shards.append("\n\n".join(shard))
        else:
            rest += shard
    return [*shards, "\n\n".join(rest)]


def train_punkt(shards: Iterable[str]) -> dict[str, Any]:
    """Train Punkt on each shard, and keep what at least `VOTES` of them agree on.

    An orthographic context stays where a quarter of the shards that have the word saw it: one headline in
    capitals must not undo the heuristic. Words never seen in lower case are left out: for them Punkt decides
    as for unknown words.
    """
    abbreviations: Counter[str] = Counter()
    collocations: Counter[tuple[str, str]] = Counter()
    starters: Counter[str] = Counter()
    contexts: dict[str, Counter[int]] = defaultdict(Counter)
    shards_with: Counter[str] = Counter()
    for shard in shards:
        shards_with.update({token.strip(_EDGES) for token in shard.lower().split()})
        learned = PunktTrainer(shard).get_params()
        abbreviations.update(learned.abbrev_types)
        collocations.update(learned.collocations)
        starters.update(learned.sent_starters)
        for word, flags in learned.ortho_context.items():
            contexts[word][0] += 1
            contexts[word].update(bit for bit in (2, 4, 8, 16, 32, 64) if flags & bit)
    orthography: dict[int, list[str]] = defaultdict(list)
    for word, seen in contexts.items():
        least = max(VOTES, seen[0] / 4)
        flags = sum(bit for bit in (2, 4, 8, 16, 32, 64) if seen[bit] >= least)
        if seen[0] >= 4 and flags & LOWER and _PLAIN.fullmatch(word):
            orthography[flags].append(word)
    return {
        "abbreviations": _kept(abbreviations, shards_with),
        "starters": _kept(starters, shards_with),
        "collocations": sorted(list(pair) for pair, votes in collocations.items() if votes >= VOTES),
        "orthography": {str(flags): " ".join(sorted(words)) for flags, words in sorted(orthography.items())},
    }


def _kept(votes: Counter[str], shards_with: Counter[str]) -> str:
    # A rare word that twice happened to stand before a period is no abbreviation: the share counts, too.
    return " ".join(
        sorted(
            word
            for word, count in votes.items()
            if count >= max(VOTES, SHARE * shards_with[word]) and _PLAIN.fullmatch(word)
        )
    )


def count_openings(texts: Iterable[str]) -> dict[str, str]:
    """Rounded log odds that a capitalised word opens a sentence, for words seen at least 20 times."""
    opening: Counter[str] = Counter()
    within: Counter[str] = Counter()
    for text in texts:
        opening.update(word.lower() for word in _OPENING.findall(text))
        within.update(word.lower() for word in _WITHIN.findall(text))
    odds: dict[int, list[str]] = defaultdict(list)
    for word in opening.keys() | within.keys():
        if opening[word] + within[word] >= 20:
            odds[round(math.log((opening[word] + 0.5) / (within[word] + 0.5)))].append(word)
    return {str(value): " ".join(sorted(words)) for value, words in sorted(odds.items())}


def examples(
    documents: Iterable[dict[str, Any]], learned: Parameters
) -> tuple[list[dict[str, int]], list[bool]]:
    """Features of every candidate in documents with gold spans, and whether a sentence starts there."""
    rows, labels = [], []
    for document in documents:
        text = document["text"]
        starts = {start for start, _ in document["sentences"]}
        for low, high in paragraphs(text):
            for candidate in candidates(text, low, high):
                rows.append(dict.fromkeys(features(text, low, candidate, learned), 1))
                labels.append(candidate.next in starts)
                if labels[-1]:
                    low = candidate.next
    return rows, labels


def fit_weights(documents: Iterable[dict[str, Any]], learned: Parameters) -> tuple[dict[str, float], float]:
    """Fit the boundary model; features seen once, and weights that say nothing, are dropped."""
    rows, labels = examples(documents, learned)
    counts = Counter(name for row in rows for name in row)
    rows = [{name: 1 for name in row if counts[name] > 1} for row in rows]
    vectorizer = DictVectorizer()
    model = LogisticRegression(C=1.0, solver="liblinear", random_state=0)
    matrix = vectorizer.fit_transform(rows)
    for name in ("indices", "indptr"):  # liblinear takes no 64-bit indices
        setattr(matrix, name, getattr(matrix, name).astype(np.int32))
    model.fit(matrix, labels)
    weights = zip(vectorizer.get_feature_names_out(), model.coef_[0].tolist(), strict=True)
    kept = {str(name): round(weight, 2) for name, weight in weights if abs(weight) >= 0.04}
    return kept, round(float(model.intercept_[0]), 3)


def build(folder: Path) -> dict[str, Any]:
    """Everything that stands in punkt.json, from the corpora in `folder`."""
    articles = read_articles(folder)
    data: dict[str, Any] = {
        "about": "Sentence boundaries of English: Punkt (Kiss & Strunk 2006), trained by "
        "rhetoric.training.punkt with nltk.tokenize.punkt.PunktTrainer, and the weights of a logistic "
        "regression. Word lists, counts and weights only; no text of the sources is kept.",
        "sources": SOURCES,
        **train_punkt(make_shards(articles)),
        "openings": count_openings(text for name in sorted(articles) for text in articles[name]),
    }
    learned = Parameters.from_json({**data, "weights": {}, "intercept": 0.0})
    documents = [document for name in TREEBANKS for document in read_lines(folder / name)]
    data["weights"], data["intercept"] = fit_weights(documents, learned)
    return data


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", type=Path, help="folder of the corpora")
    parser.add_argument("--output", type=Path, default=OUTPUT)
    options = parser.parse_args()
    data = build(data_directory(options.data))
    options.output.write_text(json.dumps(data, ensure_ascii=False, indent=0) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()

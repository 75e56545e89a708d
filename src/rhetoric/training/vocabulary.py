"""Make ``reading/data/vocabulary.txt``: words that English writes in lower case, which are no names.

    python -m rhetoric.training.vocabulary --data DIR

A word goes in when running text writes it in lower case at least ``MINIMUM`` times and in more than half of
its occurrences away from the start of a sentence (an acronym that is also a word, such as ICE, counts against
it). Only the words ship, no text.
"""

from __future__ import annotations

import argparse
import json
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from rhetoric.datasets.tables import read_table
from rhetoric.files import write_atomic
from rhetoric.training.corpora import data_directory

MINIMUM = 8
_WORD = re.compile(r"(?<![.!?:\n\"“”‘(\[•—-] )(?<!^)(?<![\w'’])[^\W\d_]+(?:['’][^\W\d_]+)*")


def texts(data: Path) -> Iterator[str]:
    """Running text: news articles and reader comments."""
    for name in ("articles_reuters21578/articles.jsonl", "polnear/train_articles.jsonl"):
        with (data / name).open(encoding="utf-8") as lines:
            yield from (json.loads(line)["text"] for line in lines)
    with (data / "articles_masc/docs.jsonl").open(encoding="utf-8") as lines:
        yield from (" ".join(json.loads(line)["sentences"]) for line in lines)
    for name in ("news_vs_opinion_allsides/train", "c3_constructive_comments/all", "mpqa_1_2/train"):
        yield from read_table(data / f"{name}.tsv")["text"]


def lower_case_words(data: Path) -> list[str]:
    """The words, sorted."""
    lower: Counter[str] = Counter()
    other: Counter[str] = Counter()  # as a name, or as an acronym
    for text in texts(data):
        for word in _WORD.findall(text):
            word = word.replace("’", "'")
            if word.islower():
                lower[word] += 1
            elif word[1:].islower() or (word.isupper() and len(word) > 2):
                other[word.lower()] += 1
    return sorted(w for w, n in lower.items() if n >= MINIMUM and n > other[w])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=None, help="folder of corpora (default: $RHETORIC_DATA)")
    parser.add_argument("--output", type=Path, default=Path("src/rhetoric/reading/data/vocabulary.txt"))
    arguments = parser.parse_args()
    words = lower_case_words(data_directory(arguments.data))
    write_atomic(arguments.output, "\n".join(words) + "\n")


if __name__ == "__main__":
    main()

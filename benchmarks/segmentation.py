"""Measure the sentence splitter: exact-span F1 on two treebanks, golden rules, speed.

    PYTHONPATH=src python benchmarks/segmentation.py --data ../shared/data

Prints one table. The development parts of UD English GUM and EWT are used, never the test parts.
"""

from __future__ import annotations

import argparse
import json
import os
import time
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import Any

from rhetoric.reading.sentences import segment

ROOT = Path(__file__).resolve().parents[1]


def default_data() -> Path:
    """Where the corpora are: $RHETORIC_DATA, else ../shared/data beside the repository."""
    return Path(os.environ.get("RHETORIC_DATA", ROOT.parent / "shared" / "data"))


def read_lines(path: Path) -> Iterator[dict[str, Any]]:
    """The records of a file of JSON lines."""
    with path.open(encoding="utf-8") as lines:
        for line in lines:
            yield json.loads(line)


def span_scores(documents: Iterable[dict[str, Any]]) -> tuple[float, float, float]:
    """Precision, recall and F1 of exact sentence spans, counted over all documents."""
    found = gold = hits = 0
    for document in documents:
        ours = set(segment(document["text"]))
        theirs = {(start, end) for start, end in document["sentences"]}
        found, gold, hits = found + len(ours), gold + len(theirs), hits + len(ours & theirs)
    return hits / found, hits / gold, 2 * hits / (found + gold)


def golden_rules(rules: Iterable[dict[str, Any]]) -> tuple[int, list[str]]:
    """How many of the golden rules hold, white space normalised, and the names of those that do not."""
    held, missed = 0, []
    for rule in rules:
        text = rule["text"]
        ours = [" ".join(text[start:end].split()) for start, end in segment(text)]
        if ours == [" ".join(sentence.split()) for sentence in rule["sentences"]]:
            held += 1
        else:
            missed.append(f"{rule['id']}: {rule['rule']}")
    return held, missed


def speed(texts: list[str], rounds: int = 3) -> float:
    """Megabytes (UTF-8) a CPU second, the best of some rounds; CPU time because the machine may be shared."""
    size = sum(len(text.encode()) for text in texts)
    best = float("inf")
    for _ in range(rounds):
        start = time.process_time()
        for text in texts:
            segment(text)
        best = min(best, time.process_time() - start)
    return size / best / 1e6


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", type=Path, default=default_data())
    folder = parser.parse_args().data
    print(f"{'set':<22}{'precision':>10}{'recall':>10}{'F1':>10}")
    for name in ("gum", "ewt"):
        scores = span_scores(read_lines(folder / f"sbd_ud_{name}" / "dev.jsonl"))
        print(f"{'UD ' + name.upper() + ' dev':<22}" + "".join(f"{score:>10.4f}" for score in scores))
    held, missed = golden_rules(read_lines(folder / "sbd_golden_rules_en" / "golden_rules_48.jsonl"))
    print(f"{'golden rules':<22}{held:>7}/48")
    for rule in missed:
        print("  missed", rule)
    for name, path, count in (
        ("news", "polnear/train_articles.jsonl", 400),
        ("newswire", "articles_reuters21578/articles.jsonl", 3000),
    ):
        texts = [record["text"] for record in islice(read_lines(folder / path), count)]
        print(f"{'speed, ' + name:<22}{speed(texts):>7.1f} MB/s")


if __name__ == "__main__":
    main()

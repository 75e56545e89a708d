"""How well voices are told apart on PolNeAR, and how fast.

    python benchmarks/attribution.py FOLDER [dev|train] [--mpqa FILE]

``FOLDER`` holds ``<split>_articles.jsonl`` and ``<split>_sentences.tsv``. Our sentences are not the file's: each of
the file's spans gets the voice that our character voices give it. PolNeAR marks beliefs and intentions as well as
speech, so its "none" is rarer than our "writer".
"""

from __future__ import annotations

import argparse
import csv
import json
import time
from pathlib import Path

import numpy as np

from rhetoric.reading.lexicon import default_lexicon
from rhetoric.reading.quotations import find_speech, sentence_voices
from rhetoric.reading.reading import read_document, read_sentences
from rhetoric.reading.tokens import tokenize

LABELS = ("none", "direct", "indirect", "mixed")  # in the order of rhetoric.types.VOICES
MARKS = "\"\u201c\u201d"


def mask(spans: list[list[int]], size: int) -> np.ndarray:
    """Which characters lie in one of some spans."""
    out = np.zeros(size, dtype=bool)
    for start, end in spans:
        out[max(start, 0) : max(end, 0)] = True
    return out


def f1(hit: float, found: float, wanted: float) -> tuple[float, float, float]:
    """Precision, recall and F1 of counts."""
    precision, recall = hit / max(found, 1), hit / max(wanted, 1)
    return precision, recall, 2 * precision * recall / max(precision + recall, 1e-9)


def voices(reading, rows: list[dict[str, str]]) -> list[int]:  # type: ignore[no-untyped-def]
    """The voice of each of the file's sentences."""
    start = np.array([int(r["start"]) for r in rows])
    order = np.argsort(start, kind="stable")
    sentence = np.maximum(np.searchsorted(start[order], reading.tokens.start, side="right") - 1, 0)
    return sentence_voices(reading.speech, reading.tokens, sentence, len(rows))[np.argsort(order)].tolist()


def measure(folder: Path, split: str, limit: int) -> dict[str, object]:
    """Confusion of the sentences, and character counts of contents and direct quotations."""
    rows: dict[str, list[dict[str, str]]] = {}
    with open(folder / f"{split}_sentences.tsv", encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines, delimiter="\t"):
            rows.setdefault(row["doc_id"], []).append(row)
    confusion = np.zeros((4, 4), dtype=int)
    content, direct = np.zeros(3), np.zeros(3)
    for line in list(open(folder / f"{split}_articles.jsonl", encoding="utf-8"))[:limit]:
        article = json.loads(line)
        text = article["text"]
        _, reading = read_document(text)
        size, ink = len(text), ~np.array([c.isspace() or c in MARKS for c in text], dtype=bool)
        speech = reading.speech
        quoted = mask(speech.quoted.tolist(), size)
        ours = (quoted | mask(speech.reported.tolist(), size)) & ink
        spans = article["attributions"]
        gold = mask([s for a in spans for s in a.get("content", [])], size) & ink
        content += (ours & gold).sum(), ours.sum(), gold.sum()
        gold = mask([s for a in spans for s in a.get("content", []) if a.get("quote_type") == "direct"], size) & ink
        loose = mask([s for a in spans for s in a.get("content", []) if a.get("quote_type") == "mixed"], size)
        quoted &= ink & ~loose  # of mixed contents the file does not say which part is quoted
        gold &= ~loose
        direct += (quoted & gold).sum(), quoted.sum(), gold.sum()
        own = rows.get(article["id"], [])
        for row, voice in zip(own, voices(reading, own) if own else [], strict=True):
            confusion[LABELS.index(row["label"]), voice] += 1
    return {"confusion": confusion, "content": f1(*content), "direct": f1(*direct)}


def speed(folder: Path, mpqa: Path | None) -> None:
    """Print sentences a second of find_speech and megabytes a second of read."""
    texts = [json.loads(line)["text"] for line in open(folder / "dev_articles.jsonl", encoding="utf-8")]
    started = time.perf_counter()
    for text in texts:
        read_document(text)
    seconds = time.perf_counter() - started
    print(f"read: {sum(map(len, texts)) / seconds / 1e6:.2f} MB/s, {len(texts) / seconds:.0f} articles/s")
    if mpqa is None:
        return
    with open(mpqa, encoding="utf-8", newline="") as lines:
        sentences = [r["text"] for r in csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE)]
    batches = [sentences[i : i + 1000] for i in range(0, len(sentences), 1000)]
    lexicon, alone, whole = default_lexicon(), [], []
    for _ in range(5):
        took = 0.0
        for batch in batches:
            text = "\n".join(batch)
            ends = np.cumsum([len(s) + 1 for s in batch])
            tokens = tokenize(text)
            sentence = np.searchsorted(ends, tokens.start, side="right")
            hits = lexicon.match(tokens, sentence)
            started = time.perf_counter()
            find_speech(text, tokens, sentence, sentence, hits, lexicon, running=False)
            took += time.perf_counter() - started
        alone.append(took)
        started = time.perf_counter()
        for batch in batches:
            read_sentences(batch)
        whole.append(time.perf_counter() - started)
    print(f"find_speech: {len(sentences) / min(alone):,.0f} sentences/s")
    print(f"read_sentences: {len(sentences) / min(whole):,.0f} sentences/s")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("split", nargs="?", default="dev", choices=("dev", "train"))
    parser.add_argument("--limit", type=int, default=10**9, help="how many articles")
    parser.add_argument("--mpqa", type=Path, help="a file of sentences to measure speed with")
    options = parser.parse_args()
    result = measure(options.folder, options.split, options.limit)
    confusion = result["confusion"]
    assert isinstance(confusion, np.ndarray)
    print("rows: gold; columns:", *LABELS)
    scores = []
    for i, label in enumerate(LABELS):
        p, r, f = f1(confusion[i, i], confusion[:, i].sum(), confusion[i].sum())
        scores.append(f)
        print(f"{label:9}", *(f"{n:6d}" for n in confusion[i]), f"  P {p:.3f} R {r:.3f} F1 {f:.3f}")
    print(f"macro-F1 {np.mean(scores):.3f}   accuracy {np.trace(confusion) / confusion.sum():.3f}")
    for name in ("content", "direct"):
        p, r, f = result[name]  # type: ignore[misc]
        print(f"{name} characters: P {p:.3f} R {r:.3f} F1 {f:.3f}")
    speed(options.folder, options.mpqa)


if __name__ == "__main__":
    main()

"""How well voices are told apart on PolNeAR, and how fast.

    python benchmarks/attribution.py FOLDER [dev|train] [--mpqa FILE]

``FOLDER`` holds ``<split>_articles.jsonl`` and ``<split>_sentences.tsv``. Our sentences are not the
file's: each of the file's spans gets the voice that our character voices give it. PolNeAR marks
attitudes and intentions as well as speech, so its "none" is rarer than our "writer"; and its
"mixed" holds sentences that lie wholly within a quotation that runs over paragraphs: the second
macro-F1 counts those as "direct".
"""

from __future__ import annotations

import argparse
import csv
import json
import time
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rhetoric.reading.lexicon import default_lexicon
from rhetoric.reading.quotations import find_speech, sentence_voices
from rhetoric.reading.reading import Reading, read_document, read_sentences
from rhetoric.reading.tokens import tokenize

LABELS = ("none", "direct", "indirect", "mixed")  # in the order of rhetoric.types.VOICES
MARKS = '"\u201c\u201d'


def mask(spans: list[list[int]], size: int) -> NDArray[np.bool_]:
    """Which characters lie in one of some spans."""
    out = np.zeros(size, dtype=bool)
    for start, end in spans:
        out[max(start, 0) : max(end, 0)] = True
    return out


def f1(hit: float, found: float, wanted: float) -> tuple[float, float, float]:
    """Precision, recall and F1 of counts."""
    precision, recall = hit / max(found, 1), hit / max(wanted, 1)
    return precision, recall, 2 * precision * recall / max(precision + recall, 1e-9)


def contents(spans: list[dict[str, Any]], kind: str = "") -> list[list[int]]:
    """Spans of the contents of attributions, of one kind of quotation or of all."""
    return [s for a in spans if kind in (a.get("quote_type"), "") for s in a.get("content", [])]


def voices(reading: Reading, rows: list[dict[str, str]]) -> list[int]:
    """Return the voice of each of the file's sentences."""
    start = np.array([int(r["start"]) for r in rows])
    order = np.argsort(start, kind="stable")
    sentence = np.maximum(np.searchsorted(start[order], reading.tokens.start, side="right") - 1, 0)
    voice = sentence_voices(reading.speech, reading.tokens, sentence, len(rows))
    return list(map(int, voice[np.argsort(order)]))


def measure(folder: Path, split: str, limit: int) -> dict[str, Any]:
    """Confusion of the sentences, and character counts of contents and direct quotations."""
    rows: dict[str, list[dict[str, str]]] = {}
    with open(folder / f"{split}_sentences.tsv", encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines, delimiter="\t"):
            rows.setdefault(row["doc_id"], []).append(row)
    confusion, cleaned = np.zeros((4, 4), dtype=int), np.zeros((4, 4), dtype=int)
    content, direct = np.zeros(3), np.zeros(3)
    for line in (folder / f"{split}_articles.jsonl").read_text(encoding="utf-8").split("\n")[:limit]:
        if not line:
            continue
        article = json.loads(line)
        text = article["text"]
        _, reading = read_document(text)
        size, ink = len(text), ~np.array([c.isspace() or c in MARKS for c in text], dtype=bool)
        speech = reading.speech
        quoted = mask(speech.quoted.tolist(), size)
        ours = (quoted | mask(speech.reported.tolist(), size)) & ink
        spans = article["attributions"]
        gold = mask(contents(spans), size) & ink
        content += (ours & gold).sum(), ours.sum(), gold.sum()
        outside = gold & ~quoted
        wanted = mask(contents(spans, "direct"), size) & ink
        loose = mask(contents(spans, "mixed"), size)  # of these the file does not say which part is quoted
        direct += (quoted & wanted & ~loose).sum(), (quoted & ink & ~loose).sum(), (wanted & ~loose).sum()
        own = rows.get(article["id"], [])
        for row, voice in zip(own, voices(reading, own) if own else [], strict=True):
            label = LABELS.index(row["label"])
            confusion[label, voice] += 1
            slip = label == 3 and not outside[int(row["start"]) : int(row["end"])].any()
            cleaned[1 if slip else label, voice] += 1
    return {"confusion": confusion, "cleaned": cleaned, "content": f1(*content), "direct": f1(*direct)}


def speed(folder: Path, mpqa: Path | None) -> None:
    """Print sentences a second of find_speech and megabytes a second of read."""
    lines = (folder / "dev_articles.jsonl").read_text(encoding="utf-8").split("\n")
    texts = [json.loads(line)["text"] for line in lines if line]
    started = time.perf_counter()
    for text in texts:
        read_document(text)
    seconds = time.perf_counter() - started
    print(f"read: {sum(map(len, texts)) / seconds / 1e6:.2f} MB/s, {len(texts) / seconds:.0f} articles/s")
    if mpqa is None:
        return
    with open(mpqa, encoding="utf-8", newline="") as file:
        sentences = [r["text"] for r in csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE)]
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
    """Measure and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", type=Path)
    parser.add_argument("split", nargs="?", default="dev", choices=("dev", "train"))
    parser.add_argument("--limit", type=int, default=10**9, help="how many articles")
    parser.add_argument("--mpqa", type=Path, help="a file of sentences to measure speed with")
    options = parser.parse_args()
    result = measure(options.folder, options.split, options.limit)
    for name in ("confusion", "cleaned"):
        confusion, scores = result[name], []
        print("rows: gold; columns:", *LABELS, "(mixed within marks as direct)" if name == "cleaned" else "")
        for i, label in enumerate(LABELS):
            p, r, f = f1(confusion[i, i], confusion[:, i].sum(), confusion[i].sum())
            scores.append(f)
            print(f"{label:9}", *(f"{n:6d}" for n in confusion[i]), f"  P {p:.3f} R {r:.3f} F1 {f:.3f}")
        print(f"macro-F1 {np.mean(scores):.3f}   accuracy {np.trace(confusion) / confusion.sum():.3f}")
    for name in ("content", "direct"):
        p, r, f = result[name]
        print(f"{name} characters: P {p:.3f} R {r:.3f} F1 {f:.3f}")
    speed(options.folder, options.mpqa)


if __name__ == "__main__":
    main()

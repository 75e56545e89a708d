"""Articles to score, and runs in fresh processes: what benchmarks/batch.py measures on and with.

python benchmarks/batch_runs.py IN OUT CORES OPTIONS    # be such a process
"""

from __future__ import annotations

import csv
import json
import os
import random
import resource
import shutil
import subprocess
import sys
import time
from dataclasses import dataclass
from itertools import cycle, islice
from pathlib import Path
from typing import Any

from speed import own_material

Pair = tuple[str, str]  # outlet and text
CORES = sorted(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else []


@dataclass(frozen=True)
class Measured:
    """What one run took: seconds, CPU seconds, and the peak memory of its largest process in MB."""

    articles: int
    sentences: int
    seconds: float
    cpu: float
    rss: float = 0.0
    characters: int = 0


# Articles


def allsides(folder: Path) -> list[Pair]:
    """The articles of AllSides."""
    csv.field_size_limit(1 << 27)
    with (folder / "news_vs_opinion_allsides" / "train.tsv").open(encoding="utf-8", newline="") as lines:
        rows = csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE)
        return [(row["source"], row["text"]) for row in rows if row["text"].strip()]


def reuters(folder: Path) -> list[Pair]:
    """The articles of Reuters-21578."""
    with (folder / "articles_reuters21578" / "articles.jsonl").open(encoding="utf-8") as lines:
        rows = map(json.loads, lines)
        return [("Reuters", row["text"]) for row in rows if row["text"].strip()]


def collections(data: Path | None) -> dict[str, list[Pair]]:
    """Articles by collection, in random order."""
    if data is None:
        found = {"own articles": [("own", text) for text in own_material(20_000, 1).articles[0]]}
    else:
        found = {"AllSides": allsides(data), "Reuters": reuters(data)}
    for articles in found.values():
        random.Random(0).shuffle(articles)
    return found


def shuffled(found: dict[str, list[Pair]]) -> list[Pair]:
    """All of them in random order."""
    mixed = [pair for articles in found.values() for pair in articles]
    random.Random(1).shuffle(mixed)
    return mixed


def write_articles(articles: list[Pair], n: int, path: Path) -> Path:
    """Write so many articles as Parquet, begun anew where they do not suffice; memory stays small."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    deck = enumerate(islice(cycle(articles), n))
    schema = pa.schema([("id", pa.string()), ("outlet", pa.string()), ("text", pa.string())])
    with pq.ParquetWriter(path, schema) as writer:
        while rows := list(islice(deck, 1000)):
            columns = [[f"a{i}" for i, _ in rows], [o for _, (o, _) in rows], [t for _, (_, t) in rows]]
            writer.write_table(pa.table(columns, schema=schema))
    return path


# What is measured


def ours(source: Path, output: Path, **options: Any) -> int:
    """Score as the command does."""
    from rhetoric.batch.collection import score_collection

    return score_collection(source, output, id="id", outlet="outlet", **options).sentences


def part(source: Path, output: Path) -> int:
    """Score as a task of a cluster does: all tables in one frame."""
    import pandas as pd

    from rhetoric.batch.cells import Columns
    from rhetoric.batch.partitions import score_part

    frame = score_part(pd.read_parquet(source), Columns(id="id", outlet="outlet"))
    frame.to_parquet(output, partition_cols=["table"])
    return int((frame["table"] == "sentences").sum())


def work(source: Path, output: Path, cores: list[int], options: dict[str, Any]) -> None:
    """Be the fresh process: keep to some cores, score a file and print what it took."""
    if cores:
        os.sched_setaffinity(0, cores)
    # Start-up is not counted: imports, the models, and what is made once at the first article.
    import pandas as pd
    import pyarrow.parquet

    from rhetoric.batch.frames import score_frame

    assert pyarrow.parquet
    score_frame(pd.DataFrame({"text": ["It is, perhaps, a shame."]}))
    started, cpu = time.perf_counter(), cpu_seconds()
    sentences = ours(source, output, **options)
    took = time.perf_counter() - started
    print(json.dumps([sentences, took, cpu_seconds() - cpu, peak_mb()]))


def cpu_seconds() -> float:
    """Of this process and of those that it has ended."""
    used = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(u.ru_utime + u.ru_stime for u in used)


def peak_mb() -> float:
    """Peak memory of the largest process: this one or one of those that it has ended."""
    children = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    status = Path("/proc/self/status")
    if not status.exists():
        return max(children, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
    # Not ru_maxrss, which begins with the memory of the process that started this one.
    lines = dict(line.split(":", 1) for line in status.read_text().splitlines())
    return max(children, int(lines["VmHWM"].split()[0]) / 1024)


def fresh(source: Path, articles: int, folder: Path, cores: int = 1, **options: Any) -> Measured:
    """Score a file in a fresh process on so many cores."""
    output = folder / "out"
    arguments = [str(source), str(output), json.dumps(CORES[-cores:]), json.dumps(options)]
    done = subprocess.run([sys.executable, __file__, *arguments], capture_output=True, text=True, check=False)
    shutil.rmtree(output, ignore_errors=True)
    if done.returncode:
        raise SystemExit(done.stderr)
    found = Measured(articles, *json.loads(done.stdout))
    print(f"{articles} articles, {options}: {found}", file=sys.stderr, flush=True)
    return found


if __name__ == "__main__":
    work(Path(sys.argv[1]), Path(sys.argv[2]), json.loads(sys.argv[3]), json.loads(sys.argv[4]))

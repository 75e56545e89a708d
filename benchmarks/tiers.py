"""Speed, load time and size of the tiers beside TextBlob, VADER and TF-IDF, in one run on one core.

    python benchmarks/tiers.py

Prints Markdown. The texts are the project's own sentences. Contenders take turns round by round, and processor
time is counted, so that a busy machine strikes none of them alone. What is not installed is named.
"""

from __future__ import annotations

import argparse
import gc
import importlib.util
import statistics
import sys
import time
from collections.abc import Callable
from functools import partial
from importlib.resources import as_file
from pathlib import Path

from speed import PEERS, ROOT, Contender, Row, column, fresh, one_core, positive, rate, rows_of, versions

OWN = ROOT / "datasets" / "sentences" / "sentences.tsv"
TASK, OURS = "opinion", ("fast", "accurate")
LEAST = 0.2  # CPU seconds that a contender works in a round; a quick one does its work several times
_SENTENCE = "What a shameless, disastrous giveaway!"
# Nothing but time is imported before the clock starts.
_LOAD = """
import sys, time
from rhetoric import load_scorer
load_scorer
a = time.perf_counter()
load_scorer(sys.argv[1], sys.argv[2])
print(time.perf_counter() - a)
"""
_READY = {
    "rhetoric": "from rhetoric import load_scorer; load_scorer(sys.argv[1], sys.argv[2]).score([sys.argv[3]])",
    "TextBlob, subjectivity": "from textblob import TextBlob; TextBlob(sys.argv[3]).sentiment",
    "VADER, polarity": "from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer as A;"
    " A().polarity_scores(sys.argv[3])",
}
_PACKAGES = {"TextBlob, subjectivity": "textblob", "VADER, polarity": "vaderSentiment"}


def contenders(sentences: list[str]) -> tuple[dict[str, Contender], dict[str, str], list[str]]:
    """What runs here, the model behind each of ours, and the names of those that are not installed."""
    from rhetoric import load_scorer
    from rhetoric.model import shipped_models

    found: dict[str, Contender] = {}
    models, skipped = {}, []
    for model in OURS:
        name = f"rhetoric {model}"
        if model in shipped_models(TASK):
            models[name] = model
            found[name] = partial(_scored, load_scorer(TASK, model).score, sentences)
        else:
            skipped.append(name)
    for name, make in PEERS.items():
        try:
            found[name] = make(sentences)
        except ImportError as error:
            skipped.append(f"{name} ({error.name})")
    return found, models, skipped


def _scored(score: Callable[[list[str]], object], sentences: list[str]) -> int:
    score(sentences)
    return len(sentences)


def race(runners: dict[str, Contender], rounds: int, least: float = LEAST) -> dict[str, list[float]]:
    """Sentences a CPU second of each contender in each round, after a round that does not count."""
    rates: dict[str, list[float]] = {name: [] for name in runners}
    for i in range(rounds + 1):
        for name, run in runners.items():
            gc.collect()
            n, took, started = 0, 0.0, time.process_time()
            while took < least:
                n += run()
                took = time.process_time() - started
            if i:
                rates[name].append(n / took)
        print(f"round {i} of {rounds}" if i else "warmed up", file=sys.stderr)
    return rates


def seconds(code: str, runs: int, *arguments: str) -> float:
    """Median of what fresh processes print; the first fills the system's caches and does not count."""
    return statistics.median([fresh(code, *arguments)[0] for _ in range(runs + 1)][1:])


def load_times(models: dict[str, str], names: list[str], runs: int) -> dict[str, tuple[str, str]]:
    """Seconds to load a model, and from a fresh interpreter to the first score."""
    out = {}
    for name in names:
        work = _READY.get("rhetoric" if name in models else name)
        if work is None:
            continue
        model = models.get(name, "")
        clocked = f"import sys, time\na = time.perf_counter()\n{work}\nprint(time.perf_counter() - a)"
        ready = seconds(clocked, runs, TASK, model, _SENTENCE)
        load = f"{seconds(_LOAD, runs, TASK, model):.3f}" if model else ""
        out[name] = (load, f"{ready:.3f}")
    return out


def bytes_of(folder: Path) -> int:
    """The files of a folder, compiled ones left out."""
    return sum(p.stat().st_size for p in folder.rglob("*") if p.is_file() and p.suffix != ".pyc")


def sizes(models: dict[str, str], names: list[str]) -> dict[str, str]:
    """Megabytes of each model folder, and of each package that is all there is."""
    from rhetoric.model import find_folder

    out = {}
    for name, model in models.items():
        with as_file(find_folder(model, TASK)) as folder:
            out[name] = f"{bytes_of(folder) / 1e6:.1f} MB"
    for name, package in _PACKAGES.items():
        spec = importlib.util.find_spec(package) if name in names else None
        if spec and spec.submodule_search_locations:
            out[name] = f"{bytes_of(Path(spec.submodule_search_locations[0])) / 1e6:.1f} MB (package)"
    return out


def tier_table(
    rows: list[Row], loads: dict[str, tuple[str, str]], disk: dict[str, str], skipped: list[str]
) -> list[str]:
    """Markdown of it all."""
    lines = [
        "| | sentences/s, median | min–max | model loaded, s | first score, s | on disk |",
        "|---|---:|---:|---:|---:|---:|",
    ]
    for row in rows:
        load, ready = loads.get(row.name, ("", ""))
        spread = f"{rate(row.low)}–{rate(row.high)}"
        lines.append(
            f"| {row.name} | {rate(row.median)} | {spread} | {load} | {ready} | {disk.get(row.name, '')} |"
        )
    return lines + [f"| {name} | not installed | | | | |" for name in skipped]


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rounds", type=positive, default=7, help="rounds that count (default: 7)")
    parser.add_argument("--runs", type=positive, default=5, help="fresh processes of each kind (default: 5)")
    options = parser.parse_args()
    cores = one_core()
    sentences = column(OWN)
    runners, models, skipped = contenders(sentences)
    rows = rows_of(race(runners, options.rounds), {})
    names = list(runners)
    about = (
        f"{len(sentences):,} sentences of `datasets/sentences`, {cores}, processor time, {options.rounds} rounds in"
        f" turn; start-up in {options.runs} fresh processes each, medians by the clock. “First score” counts"
        " imports, loading and one sentence. A model for one task is as large as shown; `accurate` holds all tasks."
    )
    print(about, "", ", ".join(f"{n} {v}" for n, v in versions().items()) + ".", "", sep="\n")
    print(*tier_table(rows, load_times(models, names, options.runs), sizes(models, names), skipped), sep="\n")


if __name__ == "__main__":
    main()

"""Speed and memory of scoring a collection, from Parquet in to Parquet out, beside others: one run.

    python benchmarks/batch.py --data DIR                       # with the corpora in DIR
    python benchmarks/batch.py --data DIR --scaling --write     # also the growth; tables go to docs/scaling.md

DIR holds news_vs_opinion_allsides/train.tsv and articles_reuters21578/articles.jsonl. Without ``--data`` the
articles are the project's own, with words exchanged.

Three parts. The race: contenders take turns round by round on the same articles, on one core; CPU time counts,
so that a busy machine strikes none of them alone. The volume: ``--articles`` articles in fresh processes, ours
alone, on one core and with two processes. The growth: from 1,000 articles to 200,000.
"""

from __future__ import annotations

import argparse
import gc
import math
import os
import re
import shutil
import statistics
import sys
import tempfile
import time
import warnings
from collections.abc import Callable
from functools import partial
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from batch_runs import CORES, Measured, Pair, collections, fresh, ours, part, shuffled, write_articles
from speed import ROOT, one_core, positive, rate, versions

PAGE, PLOT = ROOT / "docs" / "scaling.md", ROOT / "docs" / "images" / "batch-scaling.svg"
SIZES = (1_000, 2_000, 5_000, 10_000, 20_000, 50_000, 100_000, 200_000)
BASE, BARE = "rhetoric score: all cues counted", "rhetoric score --no-cue-counts"
KINDS: dict[str, dict[str, Any]] = {
    BASE: {},
    "rhetoric score --cues: a table of cues, too": {"cues": True},
    BARE: {"cue_counts": False},
}
PART = "rhetoric, score_part: a task of Dask or Spark"
NELA_ARTICLES = 40  # it is slow
MANY = 100_000_000


# The race


def runners(texts: list[str]) -> tuple[dict[str, Callable[[Path, Path], int]], list[str]]:
    """All contenders that are installed, and what is not."""
    from batch_peers import PEERS

    found: dict[str, Callable[[Path, Path], int]] = {k: partial(ours, **o) for k, o in KINDS.items()}
    found[PART] = part
    skipped = []
    for name, make in PEERS.items():
        try:
            found[name] = make(texts)
        except ImportError as error:
            skipped.append(f"{name} ({error.name} is not installed)")
    return found, skipped


def race(
    articles: list[Pair], n: int, rounds: int, folder: Path
) -> tuple[dict[str, list[Measured]], list[str]]:
    """Each contender in each round, after one that does not count."""
    found, skipped = runners([text for _, text in articles])
    measured: dict[str, list[Measured]] = {name: [] for name in found}
    for i in range(rounds + 1):
        begin = i * n % max(len(articles) - n, 1)
        some = articles[begin : begin + n]
        for name, run in found.items():
            count = min(n, NELA_ARTICLES) if name.startswith("NELA") else n
            characters = sum(len(text) for _, text in some[:count])
            source = write_articles(some, count, folder / "in.parquet")
            output = folder / "out"
            gc.collect()
            started, cpu = time.perf_counter(), time.process_time()
            sentences = run(source, output)
            taken = (time.perf_counter() - started, time.process_time() - cpu)
            shutil.rmtree(output) if output.is_dir() else output.unlink()
            if i:
                measured[name].append(Measured(count, sentences, *taken, characters=characters))
        print(f"round {i} of {rounds}" if i else "warmed up", file=sys.stderr, flush=True)
    return measured, skipped


def race_table(title: str, measured: dict[str, list[Measured]]) -> list[str]:
    """Markdown: rates by CPU time, and how many times as long the same text takes as ours with all cues."""
    lines = [
        f"| {title} | sentences/s, median | min–max | articles/s | CPU time, all cues = 1 |",
        "|---|---:|---:|---:|---:|",
    ]
    for name, runs in measured.items():
        rates = [run.sentences / run.cpu for run in runs]
        articles = statistics.median(run.articles / run.cpu for run in runs)
        pairs = zip(runs, measured[BASE], strict=True)
        ratio = statistics.median(m.cpu / m.characters * own.characters / own.cpu for m, own in pairs)
        spread = f"{rate(min(rates))}–{rate(max(rates))}"
        lines.append(
            f"| {name} | {rate(statistics.median(rates))} | {spread} | {rate(articles)} | {ratio:.2f} |"
        )
    return lines


# The volume


def volume(articles: list[Pair], n: int, rounds: int, folder: Path) -> dict[str, list[Measured]]:
    """Ours in fresh processes, in turn."""
    source = write_articles(articles, n, folder / "volume.parquet")
    kinds = {name: partial(fresh, source, n, folder, **options) for name, options in KINDS.items()}
    if len(CORES) > 1:
        kinds[f"{BASE}, --jobs 2"] = partial(fresh, source, n, folder, 2, jobs=2)
        kinds[f"{BARE} --jobs 2"] = partial(fresh, source, n, folder, 2, jobs=2, cue_counts=False)
    measured: dict[str, list[Measured]] = {name: [] for name in kinds}
    for _ in range(rounds):
        for name, run in kinds.items():
            measured[name].append(run())
    return measured


def volume_table(measured: dict[str, list[Measured]]) -> list[str]:
    """Markdown: rates by the clock and by CPU time, the gain of a second process, memory."""
    articles, sentences = _size(measured)
    lines = [
        f"| {articles:,} articles, {sentences:,} sentences | sentences/s | sentences/CPU s | articles/s"
        " | × one process | peak RSS, MB |",
        "|---|---:|---:|---:|---:|---:|",
    ]
    for name, runs in measured.items():
        base = measured[BARE if name.startswith(BARE) else BASE]
        gain = statistics.median(b.seconds / m.seconds for b, m in zip(base, runs, strict=True))
        wall = rate(statistics.median(m.sentences / m.seconds for m in runs))
        cpu = rate(statistics.median(m.sentences / m.cpu for m in runs))
        per_second = rate(statistics.median(m.articles / m.seconds for m in runs))
        shown = f"{gain:.2f}" if name.endswith("2") else ""
        lines.append(f"| {name} | {wall} | {cpu} | {per_second} | {shown} | {max(m.rss for m in runs):.0f} |")
    return [*lines, "", *extrapolated(measured)]


def _size(measured: dict[str, list[Measured]]) -> tuple[int, int]:
    first = measured[BASE][0]
    return first.articles, first.sentences


def extrapolated(measured: dict[str, list[Measured]]) -> list[str]:
    """Markdown: what 100 million such articles take, with time in proportion."""
    articles, sentences = _size(measured)
    lines = [
        f"| {MANY:,} articles of {sentences / articles:.1f} sentences | articles/s a core | core hours"
        " | hours on 2 cores | minutes on 64 | minutes on 512 |",
        "|---|---:|---:|---:|---:|---:|",
    ]
    for name in KINDS:
        speed = statistics.median(m.articles / m.cpu for m in measured[name])
        hours = MANY / speed / 3600
        cells = " | ".join(
            rate(x) if x >= 10 else f"{x:.1f}" for x in (hours, hours / 2, hours / 64 * 60, hours / 512 * 60)
        )
        lines.append(f"| {name} | {rate(speed)} | {cells} |")
    return lines


# The growth


def growth(articles: list[Pair], sizes: list[int], folder: Path) -> list[Measured]:
    """One run at each size."""
    source = folder / "growth.parquet"
    return [fresh(write_articles(articles, n, source), n, folder) for n in sizes]


def exponent(runs: list[Measured]) -> float:
    """The power of the number of articles with which CPU time grows: least squares of the logarithms."""
    x = [math.log(m.articles) for m in runs]
    return statistics.linear_regression(x, [math.log(m.cpu) for m in runs]).slope


def growth_table(runs: list[Measured]) -> list[str]:
    """Markdown: time and memory at each size."""
    lines = [
        "| articles | sentences | seconds | CPU seconds | CPU ms an article | peak RSS, MB |",
        "|---:|---:|---:|---:|---:|---:|",
    ]
    lines += [
        f"| {m.articles:,} | {m.sentences:,} | {m.seconds:.1f} | {m.cpu:.1f}"
        f" | {1000 * m.cpu / m.articles:.2f} | {m.rss:.0f} |"
        for m in runs
    ]
    if len(runs) > 1:
        lines += ["", f"CPU time grows with the number of articles to the power of {exponent(runs):.3f}."]
    return [*lines, "", f"![CPU time and memory against the number of articles](images/{PLOT.name})"]


def plot(runs: list[Measured], path: Path) -> None:
    """Draw time and memory against the number of articles."""
    import matplotlib

    matplotlib.use("svg")
    import matplotlib.pyplot as plt

    n = [m.articles for m in runs]
    figure, (left, right) = plt.subplots(1, 2, figsize=(9, 3.4), layout="constrained")
    left.loglog(n, [m.cpu for m in runs], "o", color="#1f5fa8")
    middle = runs[len(runs) // 2]
    left.loglog(n, [middle.cpu * k / middle.articles for k in n], color="#999999", linewidth=1)
    left.set(xlabel="articles", ylabel="CPU seconds", title=f"Time: exponent {exponent(runs):.3f} (line: 1)")
    right.semilogx(n, [m.rss for m in runs], "o-", color="#b3521e")
    right.set(xlabel="articles", ylabel="MB", title="Peak memory of the process", ylim=(0, 650))
    right.axhline(600, color="#999999", linewidth=1)
    for axes in (left, right):
        axes.spines[["top", "right"]].set_visible(False)
    path.parent.mkdir(parents=True, exist_ok=True)
    matplotlib.rcParams["svg.hashsalt"] = "rhetoric"  # the same bytes for the same figures
    figure.savefig(path, metadata={"Date": None})
    plt.close(figure)


# What is said


def about(options: argparse.Namespace) -> str:
    """Where and with what it ran."""
    found = versions()
    for package in ("pandas", "pyarrow", "spacy", "nltk", "nela_features"):
        try:
            found[package] = version(package)
        except PackageNotFoundError:
            continue
    load = f", load average {os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else ""
    return f"{', '.join(f'{k} {v}' for k, v in found.items())}; {len(CORES) or '?'} cores{load}."


def tell(name: str, lines: list[str], write: bool) -> None:
    """Print a part's tables; with ``write`` put them between its marks in docs/scaling.md."""
    text = "\n".join(lines)
    print(text, end="\n\n", flush=True)
    if write:
        page = PAGE.read_text(encoding="utf-8")
        begin, end = f"<!-- {name} -->\n", f"<!-- end of {name} -->"
        pattern = re.compile(re.escape(begin) + ".*?" + re.escape(end), re.DOTALL)
        if not pattern.search(page):
            raise SystemExit(f"{PAGE}: no marks {begin.strip()} and {end}.")
        PAGE.write_text(pattern.sub(lambda _: f"{begin}\n{text}\n\n{end}", page), encoding="utf-8")


def parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", type=Path, help="a folder with the corpora")
    parser.add_argument("--articles", type=positive, default=50_000, help="of the volume (default: 50000)")
    parser.add_argument("--sample", type=positive, default=300, help="articles a round (default: 300)")
    parser.add_argument("--rounds", type=positive, default=5, help="of the race (default: 5)")
    parser.add_argument("--runs", type=positive, default=3, help="of the volume (default: 3)")
    parser.add_argument(
        "--skip", nargs="*", choices=("race", "volume"), default=[], help="parts to leave out"
    )
    parser.add_argument("--scaling", action="store_true", help="measure the growth, too, and draw it")
    parser.add_argument("--largest", type=positive, default=SIZES[-1], help="of the growth (default: 200000)")
    parser.add_argument("--write", action="store_true", help="put the tables into docs/scaling.md")
    return parser.parse_args()


def main() -> None:
    options = parse()
    one_core()
    from rhetoric import RhetoricWarning

    warnings.simplefilter("ignore", RhetoricWarning)
    found = collections(options.data)
    mixed = shuffled(found)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        if options.scaling:
            runs = growth(mixed, [n for n in SIZES if n <= options.largest], folder)
            plot(runs, PLOT)
            tell("growth", [*growth_table(runs), "", about(options)], options.write)
        if "volume" not in options.skip:
            measured = volume(mixed, options.articles, options.runs, folder)
            tell("volume", [*volume_table(measured), "", about(options)], options.write)
        if "race" not in options.skip:
            lines = []
            for title, articles in found.items():
                raced, skipped = race(articles, options.sample, options.rounds, folder)
                lines += [*race_table(title, raced), ""]
            tell("race", [*lines, *(f"Skipped: {s}." for s in skipped), about(options)], options.write)


if __name__ == "__main__":
    main()

"""Speed of rhetoric beside TextBlob, VADER and scikit-learn's TF-IDF: one run, one core.

    python benchmarks/speed.py
    python benchmarks/speed.py --rounds 9 --json
    python benchmarks/speed.py --corpora DIR    # with mpqa_1_2 and news_vs_opinion_allsides in it

Contenders take turns round by round, so that a busy spell of the machine strikes them all, and each round
analyses other articles. Start-up is measured in fresh processes. Without ``--data`` or ``--corpora`` the
texts are the project's own examples, repeated with words exchanged. Their sentences are shorter than those
of most news, so that every figure in sentences a second is higher than on a corpus. No text is printed.
"""

from __future__ import annotations

import argparse
import csv
import gc
import json
import math
import os
import platform
import random
import re
import statistics
import subprocess
import sys
import time
import warnings
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from functools import partial
from importlib.metadata import PackageNotFoundError, version
from itertools import cycle, pairwise
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "VECLIB_MAXIMUM_THREADS")
PACKAGES = ("numpy", "scikit-learn", "textblob", "vaderSentiment")
SCORE, ANALYZE = "rhetoric, scorer.score", "rhetoric, analyze with all cues"
GOALS = {SCORE: 50_000, ANALYZE: 5_000}  # sentences a second
START_UP_GOALS = {
    "import rhetoric": 0.3,
    "first analyze after the import": 2.0,
    "load_scorer, its imports done": 0.3,
}
EXCHANGED = 0.2  # of the longer lower-case words, where an article is repeated
BATCH = 1000  # sentences that TF-IDF gets at once
CHARACTERS = 125  # of an article, to a sentence: how many articles hold about as many sentences as are wanted

# Interpreter start is not counted; nothing but the built-in sys and time is imported before the clock starts.
_FIRST_ANALYZE = """
import sys, time
a = time.perf_counter()
import rhetoric
b = time.perf_counter()
text = open(sys.argv[1], encoding="utf-8").read()
c = time.perf_counter()
rhetoric.analyze(text, model=sys.argv[2])
print(b - a, time.perf_counter() - c)
"""
_LOAD = """
import sys, time
from rhetoric.scorers import load_scorer
a = time.perf_counter()
load_scorer("opinion", sys.argv[1])
print(time.perf_counter() - a)
"""

Contender = Callable[[], int]  # does its work once and returns the number of sentences


@dataclass(frozen=True)
class Material:
    """What is measured on: sentences, and for each round other articles with about as many."""

    sentences: list[str]
    articles: list[list[str]]
    origin: str


def one_core() -> str:
    """Keep this process and its children to one core and one thread, before numpy is imported."""
    for name in THREADS:
        os.environ[name] = "1"
    if not hasattr(os, "sched_setaffinity"):
        return "one thread (this system cannot pin a process to a core)"
    os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
    return "one core"


def varied(text: str, words: Sequence[str], rng: random.Random) -> str:
    """The text with some of its longer lower-case words exchanged for others."""

    def exchange(match: re.Match[str]) -> str:
        return rng.choice(words) if rng.random() < EXCHANGED else match[0]

    return re.sub(r"\b[a-z]{4,}\b", exchange, text)


def own_material(n: int, rounds: int) -> Material:
    """Sentences and articles made of the project's own examples, the same on every run."""
    from rhetoric import read

    paths = sorted((ROOT / "datasets" / "articles").glob("*.txt"))
    texts = [path.read_text(encoding="utf-8") for path in paths]
    words = sorted(set(re.findall(r"\b[a-z]{4,}\b", " ".join(texts))))
    rng = random.Random(0)
    sentences: list[str] = []
    articles: list[str] = []
    while len(sentences) < n:
        i = len(articles)
        articles.append(texts[i] if i < len(texts) else varied(texts[i % len(texts)], words, rng))
        sentences += [sentence.text for sentence in read(articles[-1]).sentences]
    sets = [[varied(text, words, rng) for text in articles] for _ in range(rounds)]
    return Material(sentences[:n], sets, "datasets/articles, varied")


def column(path: Path) -> list[str]:
    """The texts of a file: the text column of a TSV without quoting, or the lines of another file."""
    csv.field_size_limit(1 << 27)
    with path.open(encoding="utf-8", newline="") as lines:
        if path.suffix == ".tsv":
            rows = csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE)
            if "text" not in (rows.fieldnames or ()):
                raise SystemExit(f"{path}: no column 'text'.")
            texts = [row["text"] for row in rows if row["text"]]
        else:
            texts = [line.strip() for line in lines if line.strip()]
    if not texts:
        raise SystemExit(f"{path}: no text in it.")
    return texts


def corpus_articles(path: Path, n: int, rounds: int) -> list[list[str]]:
    """Articles in random order, dealt out to the rounds; begun anew where they do not suffice."""
    texts = column(path)
    random.Random(0).shuffle(texts)
    deck = cycle(texts)
    sets = []
    for _ in range(rounds):
        articles = [next(deck)]
        while sum(map(len, articles)) < n * CHARACTERS:
            articles.append(next(deck))
        sets.append(articles)
    return sets


def material(options: argparse.Namespace) -> Material:
    """The sentences and articles that the options name."""
    n, rounds = options.sentences, options.rounds + 1  # one to warm up
    if options.corpora:
        articles = options.corpora / "news_vs_opinion_allsides" / "train.tsv"
        sentences = column(options.corpora / "mpqa_1_2" / "train.tsv")[:n]
        return Material(sentences, corpus_articles(articles, n, rounds), "MPQA sentences, AllSides articles")
    own = own_material(n, rounds)
    if options.data:
        return Material(
            column(options.data)[:n], own.articles, f"sentences of {options.data.name}, own articles"
        )
    return own


def rhetoric_contenders(data: Material, model: str) -> dict[str, Contender]:
    """Ours: scores of ready sentences, and raw articles to reports."""
    import rhetoric

    scorer = rhetoric.load_scorer("opinion", model)
    rounds = cycle(data.articles)

    def score() -> int:
        return len(scorer.score(data.sentences))

    def analyze() -> int:
        return sum(len(rhetoric.analyze(article, model=model).sentences) for article in next(rounds))

    return {SCORE: score, ANALYZE: analyze}


def textblob(sentences: list[str]) -> Contender:
    """TextBlob's subjectivity (pattern's lexicon; it needs no NLTK data)."""
    from textblob import TextBlob

    return partial(_each, sentences, partial(_subjectivity, TextBlob))


def _subjectivity(blob: Callable[[str], object], text: str) -> float:
    return blob(text).sentiment.subjectivity  # type: ignore[attr-defined,no-any-return]


def vader(sentences: list[str]) -> Contender:
    """VADER's polarity scores."""
    from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer

    return partial(_each, sentences, SentimentIntensityAnalyzer().polarity_scores)


def _each(sentences: list[str], function: Callable[[str], object]) -> int:
    return len([function(sentence) for sentence in sentences])


def tfidf(sentences: list[str]) -> Contender:
    """scikit-learn's own n-grams, fitted on made-up labels: the speed does not depend on what is learned."""
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline, make_union

    middle = statistics.median(map(len, sentences))
    pipeline = make_pipeline(
        make_union(
            TfidfVectorizer(ngram_range=(1, 2)), TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 5))
        ),
        LogisticRegression(solver="liblinear"),
    ).fit(sentences, [len(sentence) > middle for sentence in sentences])
    bounds = [*range(0, len(sentences), BATCH), len(sentences)]

    def predict() -> int:
        return sum(len(pipeline.predict_proba(sentences[a:b])) for a, b in pairwise(bounds))

    return predict


PEERS = {"TextBlob, subjectivity": textblob, "VADER, polarity": vader, "scikit-learn, TF-IDF + LR": tfidf}


def contenders(data: Material, model: str) -> tuple[dict[str, Contender], list[str]]:
    """All that can run here, and the names of those that are not installed."""
    found, skipped = rhetoric_contenders(data, model), []
    for name, make in PEERS.items():
        try:
            found[name] = make(data.sentences)
        except ImportError as error:
            skipped.append(f"{name} ({error.name} is not installed)")
    return found, skipped


def race(runners: dict[str, Contender], rounds: int) -> dict[str, list[float]]:
    """Sentences a second of each contender in each round, after a round that does not count."""
    rates: dict[str, list[float]] = {name: [] for name in runners}
    for i in range(rounds + 1):
        for name, run in runners.items():
            gc.collect()
            started = time.perf_counter()
            n = run()
            if i:
                rates[name].append(n / (time.perf_counter() - started))
        print(f"round {i} of {rounds}" if i else "warmed up", file=sys.stderr)
    return rates


def fresh(code: str, *arguments: str) -> list[float]:
    """The seconds that a fresh interpreter prints."""
    done = subprocess.run(
        [sys.executable, "-c", code, *arguments], capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise SystemExit(done.stderr)
    return [float(seconds) for seconds in done.stdout.split()]


def start_up(model: str, runs: int) -> dict[str, list[float]]:
    """Seconds from a fresh interpreter; the first run fills the system's caches and does not count."""
    article = str(ROOT / "datasets" / "articles" / "harbour_bridge.txt")
    times: dict[str, list[float]] = {name: [] for name in START_UP_GOALS}
    for i in range(runs + 1):
        for name, seconds in zip(
            times, fresh(_FIRST_ANALYZE, article, model) + fresh(_LOAD, model), strict=True
        ):
            if i:
                times[name].append(seconds)
    return times


@dataclass(frozen=True)
class Row:
    """A line of a result table; ``ratio``: how many times as fast ``scorer.score`` is."""

    name: str
    median: float
    low: float
    high: float
    goal: float | None
    ratio: float | None = None


def rows_of(measured: dict[str, list[float]], goals: dict[str, float], base: str | None = None) -> list[Row]:
    """Median, extremes, and the median of the rounds' ratios to one contender."""
    rows = []
    for name, values in measured.items():
        ratios = [own / other for own, other in zip(measured[base], values, strict=True)] if base else []
        ratio = statistics.median(ratios) if ratios else None
        rows.append(Row(name, statistics.median(values), min(values), max(values), goals.get(name), ratio))
    return rows


def rate(value: float) -> str:
    """Three digits of a rate: more would be noise."""
    return f"{round(value, 2 - math.floor(math.log10(value))):,.0f}"


def speed_table(rows: list[Row]) -> list[str]:
    """Markdown of the race."""
    lines = [
        "| one core | sentences/s, median | min–max | goal | score is … times as fast |",
        "|---|---:|---:|---:|---:|",
    ]
    for row in rows:
        goal = f"≥ {row.goal:,.0f}" if row.goal else ""
        spread = f"{rate(row.low)}–{rate(row.high)}"
        lines.append(f"| {row.name} | {rate(row.median)} | {spread} | {goal} | {row.ratio:.1f} |")
    return lines


def start_up_table(rows: list[Row]) -> list[str]:
    """Markdown of the start-up times."""
    lines = ["| fresh process | seconds, median | min–max | goal |", "|---|---:|---:|---:|"]
    lines += [f"| {r.name} | {r.median:.3f} | {r.low:.3f}–{r.high:.3f} | ≤ {r.goal:g} |" for r in rows]
    return lines


def versions() -> dict[str, str]:
    """What runs here."""
    import rhetoric

    found = {"Python": platform.python_version(), "rhetoric": rhetoric.__version__}
    for package in PACKAGES:
        try:
            found[package] = version(package)
        except PackageNotFoundError:
            continue
    return found


def positive(text: str) -> int:
    """A whole number above nought."""
    if not text.isdecimal() or not int(text):
        raise argparse.ArgumentTypeError(f"must be a whole number of at least 1. Got {text!r} instead.")
    return int(text)


def parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    source = parser.add_mutually_exclusive_group()
    source.add_argument(
        "--data", type=Path, help="sentences: a TSV with a text column, or a text with one a line"
    )
    source.add_argument("--corpora", type=Path, help="a folder with mpqa_1_2 and news_vs_opinion_allsides")
    parser.add_argument("--sentences", type=positive, default=10_000, help="how many (default: 10000)")
    parser.add_argument("--rounds", type=positive, default=5, help="rounds that count (default: 5)")
    parser.add_argument("--runs", type=positive, default=5, help="fresh processes of each kind (default: 5)")
    parser.add_argument("--model", default="fast", help="a shipped model or a model folder (default: fast)")
    parser.add_argument("--json", action="store_true", help="JSON instead of Markdown")
    return parser.parse_args()


def main() -> None:
    options = parse()
    cores = one_core()
    from rhetoric import RhetoricError, RhetoricWarning

    warnings.simplefilter(
        "ignore", RhetoricWarning
    )  # a text that does not look English is timed all the same
    try:
        data = material(options)
        runners, skipped = contenders(data, options.model)
    except (RhetoricError, OSError) as error:
        raise SystemExit(str(error)) from error
    speed = rows_of(race(runners, options.rounds), GOALS, SCORE)
    started = rows_of(start_up(options.model, options.runs), START_UP_GOALS)
    about = {
        "texts": data.origin,
        "sentences": len(data.sentences),
        "characters a sentence": round(statistics.mean(map(len, data.sentences))),
        "articles a round": len(data.articles[0]),
        "rounds": options.rounds,
        "on": cores,
        "load average": round(os.getloadavg()[0], 1) if hasattr(os, "getloadavg") else None,
    }
    if options.json:
        result = {"about": about, "versions": versions(), "skipped": skipped}
        result |= {"speed": [asdict(row) for row in speed], "start_up": [asdict(row) for row in started]}
        print(json.dumps(result, indent=2, ensure_ascii=False))
        return
    print(", ".join(f"{name}: {value}" for name, value in about.items() if value is not None))
    print(", ".join(f"{name} {number}" for name, number in versions().items()), end="\n\n")
    print(
        *speed_table(speed),
        *(f"\nSkipped: {name}." for name in skipped),
        "",
        *start_up_table(started),
        sep="\n",
    )


if __name__ == "__main__":
    main()

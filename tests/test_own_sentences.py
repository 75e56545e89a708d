"""Our own labelled sentences are well formed, balanced, invented, and counted rightly in their card."""

from __future__ import annotations

import csv
import re
from collections import Counter
from pathlib import Path

import pandas as pd
import pytest

HOME = Path(__file__).resolve().parent.parent / "datasets" / "sentences"
COLUMNS = ["id", "part", "genre", "topic", "label", "phenomenon", "text"]
VALUES = {
    "part": {"title", "body", "caption", "comment"},
    "label": {"opinion", "report"},
    "genre": {
        *("report", "wire", "analysis", "editorial", "blog", "live", "press release", "partisan", "comment"),
    },
    "topic": {
        *("politics", "local", "war", "economy", "health", "sport", "science", "culture", "crime", "tech"),
    },
}
# Parties and leaders of the real world, as they would stand in a sentence.
REAL = re.compile(
    r"\b(Labour|Tory|Tories|Conservatives?|Lib Dems?|Liberal Democrats?|UKIP|Reform UK|Plaid Cymru|SNP|DUP"
    r"|Sinn F[eé]in|Democrats?|Republicans?|GOP|MAGA|Green Party|Likud|BJP|AfD|CDU|SPD|Fidesz|Hamas|Hezbollah"
    r"|Trump|Biden|Obama|Clinton|Bush|Harris|Vance|Musk|Putin|Zelensk[a-z]*|Netanyahu|Modi|Erdo[gğ]an|Orb[aá]n"
    r"|Macron|Merkel|Merz|Scholz|Meloni|Starmer|Sunak|Corbyn|Farage|Blair|Thatcher|Truss|Trudeau|Carney|Lula"
    r"|Bolsonaro|Milei|Xi|Bezos|Zuckerberg|Google|Amazon|Apple|Facebook|Twitter|BBC|CNN|Brexit|Kremlin)\b"
)


@pytest.fixture(scope="module")
def rows() -> list[dict[str, str]]:
    with open(HOME / "sentences.tsv", encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE))


def share(rows: list[dict[str, str]], **only: str) -> tuple[int, float]:
    """Count the rows with these values, and the share of opinions among them."""
    some = [r for r in rows if all(r[k] == v for k, v in only.items())]
    return len(some), sum(r["label"] == "opinion" for r in some) / len(some)


def length(row: dict[str, str]) -> int:
    return len(row["text"].split())


def test_file_is_plain_lines_of_seven_cells() -> None:
    raw = (HOME / "sentences.tsv").read_bytes()
    assert not raw.startswith(b"\xef\xbb\xbf")
    assert b"\r" not in raw
    assert raw.endswith(b"\n")
    header, *lines = raw.decode("utf-8").removesuffix("\n").split("\n")
    assert header.split("\t") == COLUMNS
    for line in lines:
        cells = line.split("\t")
        assert len(cells) == len(COLUMNS), line
        assert all(cell and cell == " ".join(cell.split()) for cell in cells), line
        assert all(cell.isprintable() for cell in cells), line


def test_every_reader_sees_the_same_rows(rows: list[dict[str, str]]) -> None:
    # A straight quote at the start of a cell would swallow rows in a reader that knows quoting.
    assert not [r["id"] for r in rows if any(cell.startswith('"') for cell in r.values())]
    assert not [r["id"] for r in rows if r["text"].count('"') % 2]
    for quoting in (csv.QUOTE_NONE, csv.QUOTE_MINIMAL):
        frame = pd.read_csv(
            HOME / "sentences.tsv", sep="\t", quoting=quoting, keep_default_na=False, dtype=str
        )
        assert frame.to_dict("records") == rows


def test_values_are_known(rows: list[dict[str, str]]) -> None:
    for column, known in VALUES.items():
        assert {r[column] for r in rows} == known
    assert not {r["phenomenon"] for r in rows if not re.fullmatch(r"[a-z]+(-[a-z]+)*", r["phenomenon"])}


def test_ids_count_up(rows: list[dict[str, str]]) -> None:
    assert [r["id"] for r in rows] == [f"s{i:04d}" for i in range(1, len(rows) + 1)]


def test_no_text_stands_twice(rows: list[dict[str, str]]) -> None:
    bare = Counter(re.sub(r"[\W_]+", " ", r["text"].casefold()).strip() for r in rows)
    assert "" not in bare
    assert [text for text, n in bare.items() if n > 1] == []


@pytest.mark.parametrize(
    ("part", "least", "low", "high"),
    [
        ("comment", 450, 0.55, 0.65),
        ("title", 110, 0.45, 0.55),
        ("caption", 60, 0.10, 0.35),
        ("body", 280, 0.45, 0.55),
    ],
)
def test_parts_are_large_and_balanced(
    rows: list[dict[str, str]], part: str, least: int, low: float, high: float
) -> None:
    count, opinions = share(rows, part=part)
    assert count >= least
    assert low <= opinions <= high


@pytest.mark.parametrize("column", ["genre", "topic"])
def test_no_genre_or_topic_decides(rows: list[dict[str, str]], column: str) -> None:
    for value in VALUES[column]:
        count, opinions = share(rows, **{column: value})
        assert count >= 15, value
        assert 0.1 <= opinions <= 0.8, value


def test_lengths_are_spread_in_both_labels(rows: list[dict[str, str]]) -> None:
    assert len(rows) >= 900
    assert max(map(length, rows)) <= 45
    for label in VALUES["label"]:
        lengths = [length(r) for r in rows if r["label"] == label]
        assert sum(n <= 3 for n in lengths) >= 40
        assert sum(n <= 6 for n in lengths) >= 120
        assert sum(n >= 20 for n in lengths) >= 40
        assert min(lengths) == 1


@pytest.mark.parametrize(
    "mark",
    [
        r"\?",
        "!",
        r"\.\.\.",
        r"\b[A-Z]{3,}\b",
        r"\d",
        r"[“\"]",
        r"\b(?i:you)\b",
        r"\bI\b",
        r"\b(should|must|ought)\b",
        r"\bnever\b",
    ],
    ids=["question", "exclamation", "dots", "capitals", "digit", "quote", "you", "I", "should", "never"],
)
def test_no_single_mark_decides(rows: list[dict[str, str]], mark: str) -> None:
    labels = Counter(r["label"] for r in rows if re.search(mark, r["text"]))
    assert min(labels["opinion"], labels["report"]) / labels.total() >= 0.1
    assert min(labels["opinion"], labels["report"]) >= 4


def test_nothing_of_the_real_world_is_named(rows: list[dict[str, str]]) -> None:
    assert [r["text"] for r in rows if REAL.search(r["text"])] == []


def test_card_counts_agree_with_the_file(rows: list[dict[str, str]]) -> None:
    card = (HOME / "README.md").read_text(encoding="utf-8")
    assert f"\n{len(rows):,} English sentences" in card
    assert "CC BY 4.0" in card
    for column in ("part", "genre", "topic", "phenomenon"):
        lines = (
            card.split(f"| {column} | opinion | report | all |\n", 1)[1].split("\n\n", 1)[0].split("\n")[1:]
        )
        told = {name: tuple(map(int, n)) for name, *n in (re.split(r" ?\| ?", x.strip("| ")) for x in lines)}
        found = {v: [r["label"] for r in rows if r[column] == v] for v in {r[column] for r in rows}}
        counts = {v: (x.count("opinion"), x.count("report"), len(x)) for v, x in found.items()}
        if column == "part":
            labels = [r["label"] for r in rows]
            counts["total"] = (labels.count("opinion"), labels.count("report"), len(labels))
        assert told == counts


def test_guidelines_quote_rows_and_keep_disputed_ones_out(rows: list[dict[str, str]]) -> None:
    guidelines = (HOME / "GUIDELINES.md").read_text(encoding="utf-8")
    cases, disputed = guidelines.split("## Disputed", 1)
    labels = {r["text"]: r["label"] for r in rows}
    for label in ("opinion", "report"):
        section = cases.split(f"## {label}\n", 1)[1].split("\n## ", 1)[0]
        examples = re.findall(r"\| `(.+)` \|$", section, flags=re.M)
        assert len(examples) >= 7
        assert {labels.get(e) for e in examples} == {label}
    aside = re.findall(r"^\| \? `(.+)` \|", disputed, flags=re.M)
    assert aside
    assert not set(aside) & set(labels)

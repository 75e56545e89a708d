"""Pages of model cards: what they say of any card, and that the committed ones are what the command makes."""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from rhetoric.evaluation.calibration import draw_reliability, fingerprint, reliability
from rhetoric.evaluation.metrics import evaluate_scores
from rhetoric.training.cards import IMAGES, MODELS, PAGES, main, make_pages, pictures_of, read_cards
from rhetoric.training.pages import cell, estimate, page, share, table
from rhetoric.types import RhetoricError

ROOT = Path(__file__).resolve().parent.parent
RANDOM = np.random.default_rng(2)
P = RANDOM.random(200)
Y = RANDOM.random(200) < P
METRICS = evaluate_scores(Y, P, 0.44, resamples=30).to_dict()
RELIABILITY = reliability(Y, P).to_dict()


def part_of_card() -> dict[str, Any]:
    """What a card says of a task."""
    return {
        "labels": {"positive": "opinion", "negative": "report"},
        "definition": "opinion: the writer's own judgement",
        "threshold": 0.44,
        "threshold_choice": "best over sources",
        "share": 0.35,
        "calibration": {"slope": 1.23456789, "offset": -0.5},
        "metrics": {"harbour_news, in folds": METRICS, "empty": {"n": 5}},
        "slices": {"quoted": METRICS},
        "slices_of": "all sets in folds, together",
        "slices_skipped": {"headline": 7},
        "reliability": {"harbour_news, in folds": RELIABILITY},
        "confusions": [
            {
                "text": "A *fine* mess | indeed.",
                "label": "opinion",
                "says": "report",
                "p": 0.12,
                "why": "no cue",
            },
            {"text": "It will rain.", "label": "report", "says": "report", "p": 0.2},
            {"text": "It is said to rain.", "label": "report"},
        ],
    }


def linear_card() -> dict[str, Any]:
    return part_of_card() | {
        "task": "opinion",
        "intended_use": "Sorting sentences of news",
        "not_for": "Judging people.",
        "weights_licence": "CC BY 4.0",
        "training_data": {
            "harbour": {"rows": 12, "licence": "CC BY 4.0", "sha256": "ab" * 32, "citation": "Lee (2020)"},
            "bare": {},
        },
        "leakage": {
            "rule": "no run of 8 words",
            "test_splits": {
                "harbour": {"rows": 12, "left_out": 3, "exact_duplicates": 2, "remaining": 0},
                "bare": {},
            },
            "held_out_folds": {
                "harbour": {"rows": 48, "left_out": 1004, "exact_duplicates": 0, "remaining": 0}
            },
        },
        "probes": {"It rained on Monday.": 0.0123},
        "versions": {"numpy": "2.0"},
        "seed": 0,
        "format": "rhetoric linear model 1",
        "sha256": {"weights.npz": "cd" * 32},
    }


def transformer_card() -> dict[str, Any]:
    whole = linear_card()
    own = {name: whole.pop(name) for name in part_of_card()}
    del whole["task"]
    other = {"labels": {"positive": "loaded", "negative": "neutral"}, "threshold": 0.6, "caveat": "Few rows"}
    words = {"threshold": 0.3, "slope": 1.0, "offset": 0.0, "metrics": {"words": {"token_f1": 0.5}}}
    probes = {"opinion": {"It rained on Monday.": 0.0123}, "loaded": {"What a farce!": 0.9}}
    return whole | {"tasks": {"opinion": own, "loaded": other}, "words": words, "probes": probes}


def shown(folder: str, card: dict[str, Any]) -> str:
    return page(folder, card, {"weights.npz": 1_234_567}, pictures_of(folder, card))


def test_a_page_says_all_that_the_card_says() -> None:
    text = shown("opinion-fast", linear_card())
    value = METRICS["macro_f1"]
    assert isinstance(value, dict)
    for told in (
        "# Model card: opinion-fast",
        "**Intended use.** Sorting sentences of news.",
        "**Not for.** Judging people.\n",
        "**Licence of the weights.** CC BY 4.0.",
        "**opinion** and not report",
        "- Default threshold 0.44: best over sources.",
        "share of positives is 0.35.",
        "- Calibration: slope 1.235, offset -0.5.",
        f"| harbour_news, in folds | 200 | {Y.mean():.1%}".replace("%", " %"),
        f"{value['value']:.3f} ({value['low']:.3f}–{value['high']:.3f})",
        "### Slices",
        "not measured: headline (7 rows).",
        "(../images/calibration-opinion-fast-harbour-news-in-folds.svg)",
        "| A \\*fine\\* mess \\| indeed. | opinion | **report** | 0.120 | no cue |",
        "| It will rain. | report | report | 0.200 |  |",
        "| It is said to rain. | report |  |  |  |",
        "it gets 1 of 3 right.",
        "Of all sets in folds, together.",
        "| harbour | 12 | CC BY 4.0 | `abababababab` | Lee (2020) |",
        "\nno run of 8 words.\n",
        "| harbour | 3 | 2 | 0 | 1,004 | 0 | 0 |\n| bare |  |  |  |  |  |  |",
        "| opinion | It rained on Monday. | 0.012 |",
        "| `weights.npz` | 1.23 MB | `cdcdcdcdcdcd` |",
        "Made with: numpy 2.0, format rhetoric linear model 1, seed 0.",
    ):
        assert told in text, told


def test_a_transformer_has_a_section_for_each_task_and_for_words() -> None:
    text = shown("accurate", transformer_card())
    assert "One network for 2 tasks: opinion, loaded." in text
    assert re.findall(r"^## Task: (.*)$", text, re.MULTILINE) == ["opinion", "loaded", "loaded words"]
    assert "(../images/calibration-accurate-opinion-harbour-news-in-folds.svg)" in text
    assert text.index("**Caveat.** Few rows.") > text.index("## Task: loaded")
    assert "| token f1 |" in text
    assert "| loaded | What a farce! | 0.900 |" in text
    assert text.count("**Intended use.**") == 1


LINEAR = linear_card()


@pytest.mark.parametrize("key", sorted(LINEAR))
def test_what_the_card_lacks_the_page_lacks(key: str) -> None:
    whole = shown("opinion-fast", LINEAR).splitlines()
    less = shown("opinion-fast", {k: v for k, v in LINEAR.items() if k != key}).splitlines()
    assert whole != less
    assert "None" not in " ".join(less)
    if key == "sha256":  # a cell, and not a line
        assert len(less) == len(whole)
    elif key not in ("task", "versions", "seed", "format", "threshold_choice"):
        assert len(less) < len(whole)


def test_a_card_with_nothing_makes_a_page() -> None:
    assert page("bare", {}, {}, []).startswith("# Model card: bare\n")


def test_tables_keep_their_shape() -> None:
    """Each line of a table has as many cells as its heading, whatever the card's texts hold."""
    for text in (shown("opinion-fast", linear_card()), shown("accurate", transformer_card())):
        for block in re.findall(r"(?:^\|.*\n)+", text, re.MULTILINE):
            widths = {len(re.findall(r"(?<!\\)\|", line)) for line in block.splitlines()}
            assert len(widths) == 1, block


def test_cells() -> None:
    assert cell("a|b\n *c* <d> `e` [f]") == r"a\|b \*c\* \<d> \`e\` \[f\]"
    assert cell("snake_case and _so_") == r"snake_case and \_so\_"
    assert estimate({"value": 0.5, "low": 0.25, "high": 0.75}) == "0.500 (0.250–0.750)"
    assert estimate({"value": 0.5}) == estimate(0.5) == "0.500"
    assert estimate({"value": float("nan"), "low": 0.1, "high": 0.2}) == estimate(None) == ""
    assert share({"n": 8, "positives": 2}) == "25.0 %"
    assert share({"n": 0, "positives": 0}) == share({"n": 3}) == ""
    assert table(["a", "b", "c"], [["1", "2", "3"]], "l") == [
        "| a | b | c |",
        "| --- | ---: | ---: |",
        "| 1 | 2 | 3 |",
    ]


def test_the_command(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    pytest.importorskip("matplotlib")
    for folder, card in (("opinion-fast", linear_card()), ("accurate", transformer_card())):
        (tmp_path / "models" / folder).mkdir(parents=True)
        (tmp_path / "models" / folder / "card.json").write_text(json.dumps(card), encoding="utf-8")
        (tmp_path / "models" / folder / "weights.npz").write_bytes(b"x" * 5000)
    pages, images = tmp_path / "pages", tmp_path / "images"
    pages.mkdir()
    (pages / "gone.md").write_text("old", encoding="utf-8")
    monkeypatch.setattr(
        sys, "argv", ["cards", f"--models={tmp_path / 'models'}", f"--output={pages}", f"--images={images}"]
    )
    with caplog.at_level("INFO"):
        main()
    assert sorted(p.name for p in pages.iterdir()) == ["accurate.md", "gone.md", "opinion-fast.md"]
    assert "delete them: gone.md" in caplog.text
    for name in ("accurate.md", "opinion-fast.md"):
        targets = re.findall(r"!\[[^]]*]\(([^)]+)\)", (pages / name).read_text(encoding="utf-8"))
        assert len(targets) == 1
        assert (pages / targets[0]).resolve().is_file()
    before = {p: p.read_bytes() for p in [*pages.iterdir(), *images.iterdir()]}
    main()
    assert {p: p.read_bytes() for p in before} == before


def test_a_damaged_card_is_named(tmp_path: Path) -> None:
    with pytest.raises(RhetoricError, match="No model folder with a card"):
        read_cards(tmp_path)
    (tmp_path / "broken").mkdir()
    card = tmp_path / "broken" / "card.json"
    for content, told in (("{", r"card\.json is no JSON"), ("[]", r"card\.json holds no JSON object")):
        card.write_text(content, encoding="utf-8")
        with pytest.raises(RhetoricError, match=told):
            read_cards(tmp_path)


# What is committed


def test_the_committed_pages_are_those_of_the_committed_cards() -> None:
    pages, _ = make_pages(ROOT / MODELS)
    committed = {p.name: p.read_text(encoding="utf-8") for p in (ROOT / PAGES).glob("*.md")}
    assert committed == pages, "run python -m rhetoric.training.cards"


def test_the_committed_pictures_are_those_of_the_committed_cards() -> None:
    mpl = pytest.importorskip("matplotlib")
    _, pictures = make_pages(ROOT / MODELS)
    committed = {p.name: p.read_text(encoding="utf-8") for p in (ROOT / IMAGES).glob("calibration-*.svg")}
    assert set(committed) == {p.file for p in pictures}, "run python -m rhetoric.training.cards"
    for picture in pictures:
        svg = committed[picture.file]
        assert fingerprint(picture.table, picture.title) in svg
        if f"matplotlib {mpl.__version__}<" in svg:  # another version draws the same figures in other bytes
            assert svg == draw_reliability(picture.table, picture.title)

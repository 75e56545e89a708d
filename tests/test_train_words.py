"""The model of loaded words is made: targets, labels, the fit, the measures, and all of it in miniature."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

import rhetoric.training.words
from rhetoric.cues import cue_table
from rhetoric.evaluation.metrics import evaluate_scores
from rhetoric.features.input import read_batch
from rhetoric.reading.tokens import tokenize
from rhetoric.scorers import load_words
from rhetoric.training.tasks import FOLDS, NOWHERE, Row, Set
from rhetoric.training.word_matrix import Part, fit_words, logits_of, read_words, targets_of
from rhetoric.training.word_measures import Measured, measure_marks, measure_words, show_threshold
from rhetoric.training.word_targets import WordLabels, load_labels, save_labels, word_targets
from rhetoric.training.words import Material, metrics_of, train, write_words
from rhetoric.wordmodel import open_word_model

LOADED = ("loathsome", "grisly", "odious", "vile")
PLAIN = ("wooden", "northern", "modern", "annual")
NOUNS = ("bridge", "budget", "ferry", "harbour", "market", "school", "tower")
PLACES = ("quay", "island", "valley", "square")


def rows_of(outlet: str, seed: int, n: int) -> list[Row]:
    """Sentences with one adjective: half of them have a loaded one, which annotators marked."""
    rng = np.random.default_rng(seed)
    rows = []
    for i in range(n):
        loaded = i % 2 == 0
        word, noun, place = (str(rng.choice(list(of))) for of in (LOADED if loaded else PLAIN, NOUNS, PLACES))
        number = 1000 * (seed + 1) + i  # in every run of eight words, so that no two rows share one
        text = f"In {number} the {word} {noun} and its {number} old wardens made the {place} pay {number} crowns."
        rows.append(
            Row(text, {"loaded": float(loaded)}, f"{outlet}-{i // 3}", (word,) if loaded else (), outlet)
        )
    return rows


@pytest.fixture(scope="module")
def sets() -> dict[str, Set]:
    babe = [row for k in range(FOLDS) for row in rows_of(f"paper {k}", k, 14)]
    other = rows_of("agency", 9, 20)
    return {
        "babe": Set("babe", babe, np.repeat(np.arange(FOLDS), 14)),
        "anno_lexical": Set("anno_lexical", other, np.full(len(other), NOWHERE)),
        "news_vs_opinion_allsides": Set("news_vs_opinion_allsides", other[:4], np.full(4, NOWHERE)),
    }


@pytest.fixture
def data(tmp_path: Path) -> Path:
    for name in ("babe", "anno_lexical", "news_vs_opinion_allsides"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "train.tsv").write_text("made up", encoding="utf-8")
    return tmp_path


def labels_of(rows: list[Row], at: list[int]) -> WordLabels:
    """A network that knows the loaded words."""
    logits = [np.where(word_targets(str(rows[i].text), LOADED), 4, -4).astype(np.float32) for i in at]
    return WordLabels(np.array(at), logits)


# Targets and labels


@pytest.mark.parametrize(
    ("text", "loaded", "expected"),
    [
        ("A vile plan, a VILE man.", ("vile",), ["vile", "VILE"]),
        ("They rammed it through. It rammed.", ("rammed it through",), ["rammed", "it", "through"]),
        ("So vile a plan", ("a plan", "so"), ["So", "a", "plan"]),
        ("A vileness", ("vile",), []),
        ("A vile plan", (), []),
        ("A vile plan", ("", " "), []),
        ("", ("vile",), []),
        ("vile", ("vile plan",), []),
    ],
)
def test_targets_of_words(text: str, loaded: tuple[str, ...], expected: list[str]) -> None:
    tokens, flags = tokenize(text), word_targets(text, loaded)
    assert [text[a:b] for a, b in zip(tokens.start[flags], tokens.end[flags], strict=True)] == expected


def test_labels_come_back(tmp_path: Path) -> None:
    logits = [np.array([0.5, np.nan], dtype=np.float32), np.zeros(0, dtype=np.float32), np.array([-3.25])]
    labels = {"one": WordLabels(np.array([4, 7, 9]), logits), "none": WordLabels(np.zeros(0, np.int64), [])}
    save_labels(labels, tmp_path / "fold-0.npz")
    found = load_labels(tmp_path / "fold-0.npz")
    assert list(found) == ["one", "none"]
    assert found["one"].rows.tolist() == [4, 7, 9]
    assert [z.tolist() for z in found["one"].logits][1:] == [[], [-3.25]]
    assert np.array_equal(found["one"].logits[0], logits[0], equal_nan=True)
    assert len(found["none"].rows) == 0
    assert [f.name for f in tmp_path.iterdir()] == ["fold-0.npz"]


def test_labels_of_other_tokens_are_refused(sets: dict[str, Set]) -> None:
    rows = sets["anno_lexical"].rows
    words = read_words(rows)
    z = logits_of(labels_of(rows, [2, 0]), words)
    assert np.flatnonzero(~np.isnan(z)).tolist() == [
        *range(words.first[1]),
        *range(words.first[2], words.first[3]),
    ]
    with pytest.raises(ValueError, match="Row 1 was labelled when it had other tokens"):
        logits_of(WordLabels(np.array([1]), [np.zeros(2, dtype=np.float32)]), words)
    with pytest.raises(ValueError, match="The rows are not those of the words"):
        targets_of(rows[:3], words)


# The matrix and the fit


def test_the_words_of_rows(sets: dict[str, Set], monkeypatch: pytest.MonkeyPatch) -> None:
    rows = sets["babe"].rows[:5]
    whole = read_words(rows)
    monkeypatch.setattr("rhetoric.training.word_matrix._CHUNK", 2)
    parts = read_words(rows)
    for name in ("column", "context", "row", "token", "word", "word_row", "barred", "loaded", "first"):
        assert np.array_equal(getattr(whole, name), getattr(parts, name)), name
    reading = read_batch([r.text for r in rows]).reading
    assert len(whole.barred) == whole.first[-1] == len(reading.tokens)
    assert set(whole.token) < set(whole.word)
    assert (whole.loaded <= whole.barred).all()


def test_the_fit_finds_loaded_words_and_is_the_same_again(sets: dict[str, Set]) -> None:
    rows = sets["babe"].rows
    words = read_words(rows)
    truth = targets_of(rows, words)[words.token]
    part = Part(words, np.arange(len(words.token)), truth.astype(np.float64), 1.0)
    weights = fit_words([part])
    z = weights.log_odds(words, part.at)
    assert z[truth].min() > z[~truth].max()
    again = fit_words([part])
    assert again.hashed.tobytes() == weights.hashed.tobytes()
    assert again.intercept == weights.intercept
    inverse = fit_words([Part(words, part.at, 1.0 - part.target, 1.0)])
    assert inverse.log_odds(words, part.at)[truth].max() < 0


# Measures


def noisy(seed: int, n: int = 3000) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    p = rng.beta(0.3, 3, n)
    z = np.log(p / (1 - p)) * 0.5 - 1  # out of calibration
    z[rng.random(n) < 0.1] = np.nan
    return z, (rng.random(n) < p) & ~np.isnan(z), rng.integers(0, 3, n), rng.integers(0, 99, n).astype(object)


def test_measures_are_calibrated_and_nested() -> None:
    z, y, fold, group = noisy(0)
    found = measure_words(z, y, fold, group, resamples=20)
    measures = found.evaluation.measures
    assert measures["expected_calibration_error"].value < 0.03
    assert found.slope == pytest.approx(2, abs=0.3)
    assert (found.probability[np.isnan(z)] == 0).all()
    assert not found.marked[np.isnan(z)].any()
    for k in range(3):  # what a fold's words are cut and calibrated by does not depend on them
        other = np.where(fold == k, ~y, y)
        again = measure_words(z, other, fold, group, resamples=1)
        assert (again.probability[fold == k] == found.probability[fold == k]).all()
        assert (again.marked[fold == k] == found.marked[fold == k]).all()
    right = np.count_nonzero(found.marked & y)
    f1 = 2 * right / (found.marked.sum() + y.sum())
    assert measures["f1_positive"].value == pytest.approx(f1)
    with pytest.raises(ValueError, match="two folds or more"):
        measure_words(z, y, np.zeros(len(z), dtype=np.int64), group)


def test_measures_of_marks() -> None:
    z, y, _, group = noisy(1)
    marked = np.nan_to_num(z, nan=-9) > -1.5
    found = measure_marks(marked, y, group, resamples=300)
    right = np.count_nonzero(marked & y)
    assert (found["n"], found["positives"]) == (len(y), y.sum())
    assert found["precision"]["value"] == pytest.approx(right / marked.sum())
    assert found["recall"]["value"] == pytest.approx(right / y.sum())
    reference = evaluate_scores(y, marked.astype(float), 0.5, group, resamples=300).measures["f1_positive"]
    for end in ("value", "low", "high"):
        assert found["f1_positive"][end] == pytest.approx(getattr(reference, end), abs=0.03)
    nothing = measure_marks(np.zeros(len(y), dtype=np.bool_), y, group, resamples=5)
    assert nothing["precision"]["value"] == nothing["f1_positive"]["high"] == 0


def test_what_is_shown_is_as_likely_right_as_is_wanted() -> None:
    z, y, fold, group = noisy(3, 20_000)
    found = measure_words(z, y, fold, group, resamples=1)
    nothing = np.zeros(len(y), dtype=np.bool_)
    for likely in (0.5, 0.6, 0.8):
        assert show_threshold(found, y, nothing, likely) == pytest.approx(likely, abs=0.05)
    rng = np.random.default_rng(0)
    barred = (y & (rng.random(len(y)) < 0.5)) | (rng.random(len(y)) < 0.1)  # those left are right less often
    cut = show_threshold(found, y, barred, 0.5)
    near = ~barred & (np.abs(found.probability - cut) < 0.05)
    assert cut > 0.6
    assert np.mean(y[near]) == pytest.approx(0.5, abs=0.1)
    hopeless = show_threshold(found, np.where(rng.random(len(y)) < 0.02, y, False), nothing, 0.5)
    assert hopeless == 0.95
    sure = show_threshold(found, y | (found.probability > found.threshold / 2), nothing, 0.5)
    assert sure == found.threshold


def test_what_the_card_says_of_marks() -> None:
    z, y, fold, group = noisy(2)
    barred = np.random.default_rng(0).random(len(y)) < 0.2
    loaded = barred & (np.random.default_rng(1).random(len(y)) < 0.5)
    found: Measured = measure_words(z, y, fold, group, resamples=5)
    alone, both, lists, shown, beyond = metrics_of(found, 0.4, y, barred, loaded, group).values()
    assert alone["f1_positive"]["value"] == pytest.approx(found.evaluation.measures["f1_positive"].value)
    own = (found.probability >= 0.4) & ~barred
    for row, marked in ((both, found.marked | loaded), (lists, loaded), (shown, own | loaded), (beyond, own)):
        assert row["precision"]["value"] == pytest.approx(y[marked].mean())
    assert (beyond["n"], beyond["positives"]) == ((~barred).sum(), y[~barred].sum())


# All of it


def test_nothing_of_a_fold_is_learned_from(sets: dict[str, Set]) -> None:
    rows = sets["anno_lexical"].rows
    near = Row(sets["babe"].rows[0].text, {}, "near", outlet="agency")
    more = {**sets, "anno_lexical": Set("anno_lexical", [*rows, near], np.full(len(rows) + 1, NOWHERE))}
    at = [0, 3, len(rows)]
    labels = [
        {
            "anno_lexical": labels_of(more["anno_lexical"].rows, at),
            "news_vs_opinion_allsides": labels_of(rows, [1]),
        }
        for _ in range(FOLDS)
    ]
    material = Material(more, labels)
    for fold in range(FOLDS):
        gold, taught, other = material.parts(fold)
        assert set(sets["babe"].fold[gold.words.row[gold.at]]) == set(range(FOLDS)) - {fold}
        expected = {0, 3} if fold == 0 else set(at)  # the near one is a row of the first fold
        assert set(taught.words.row[taught.at].tolist()) == expected
        assert set(other.words.row[other.at].tolist()) == {1}
        assert {round(t, 3) for t in taught.target.tolist()} == {
            0.006,
            0.948,
        }  # of -4 and 4, counted threefold
    assert len(material.parts(None)[0].at) == len(material.words["babe"].row)


@pytest.mark.parametrize("taught", [False, True])
def test_a_miniature_from_rows_to_marks(
    sets: dict[str, Set], data: Path, tmp_path: Path, taught: bool
) -> None:
    at = list(range(0, 20, 3))
    own = {
        "anno_lexical": labels_of(sets["anno_lexical"].rows, at),
        "news_vs_opinion_allsides": labels_of(sets["news_vs_opinion_allsides"].rows, [1]),
    }
    model = train(Material(sets, [own] * FOLDS if taught else []), data)
    folder = tmp_path / "words-mine"
    write_words(model, folder)
    assert sorted(f.name for f in folder.iterdir()) == ["card.json", "weights.npz"]
    card = json.loads((folder / "card.json").read_text(encoding="utf-8"))
    assert card["metrics"]["babe words, folds by outlet"]["f1_positive"]["value"] > 0.9
    assert len(card["f1_by_fold"]) == FOLDS
    assert list(card["training_data"]) == (list(sets) if taught else ["babe"])
    assert card["training_data"]["babe"]["rows"] == len(sets["babe"])
    if taught:
        assert card["training_data"]["anno_lexical"]["rows"] == len(at)
    assert set(card["probes"]) == set(rhetoric.training.words.PROBES)
    loaded = open_word_model(folder)
    assert loaded.weights.tobytes() == model.weights.tobytes()
    scorer = load_words(str(folder))
    reading = read_batch(["In 1900 the odious ferry and its 12 wardens made the island pay."]).reading
    words, log_odds = scorer.scored(reading, cue_table(reading))
    assert words.token[log_odds.argmax()] == 3
    for text, expected in card["probes"].items():
        assert scorer.probabilities(read_batch([text]).reading).max() == pytest.approx(expected, abs=1e-6)

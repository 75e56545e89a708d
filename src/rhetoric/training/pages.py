"""The page of a model card in Markdown; what the card does not state is left out."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from rhetoric.evaluation.calibration import Reliability

Card = Mapping[str, Any]
_COUNTS = ("n", "positives", "threshold")
# Measures with a heading, in this order; others follow under their own names.
_HEADINGS = {
    "macro_f1": "macro-F1",
    "f1_positive": "F1 of positives",
    "roc_auc": "AUC",
    "expected_calibration_error": "ECE",
    "expected_calibration_error_at_stated_share": "ECE, share stated",
    "expected_calibration_error_recalibrated": "ECE, recalibrated",
}
_ON_CARD_ONLY = ("f1_negative", "accuracy", "average_precision", "brier")
_PROSE = {
    "intended_use": "Intended use",
    "not_for": "Not for",
    "limits": "Limits",
    "caveat": "Caveat",
    "weights_licence": "Licence of the weights",
}


@dataclass(frozen=True, slots=True)
class Picture:
    """A calibration curve to be drawn: the task, its file, what it is drawn from, and its title."""

    task: str
    file: str
    table: Reliability
    title: str


def by_task(card: Card) -> dict[str, Card]:
    """The parts of a card that hold for one task: all of a linear model's, one a task of a transformer's."""
    if "tasks" in card:
        words = {"loaded words": card["words"]} if "words" in card else {}
        return {**card["tasks"], **words}
    return {str(card.get("task", "")): card}


def page(
    folder: str, card: Card, sizes: Mapping[str, int], pictures: Sequence[Picture], images: str = "../images"
) -> str:
    """The page of one model.

    Parameters
    ----------
    folder : str
        The name of its folder.
    card : mapping
    sizes : mapping of str to int
        Bytes of each of the folder's files.
    pictures : sequence of Picture
    images : str, default="../images"
        Where the pictures are, as seen from the page.

    Returns
    -------
    str
        Markdown.
    """
    lines = [f"# Model card: {folder}", "", _MADE_BY, ""]
    if "tasks" in card:
        lines += [f"One network for {len(card['tasks'])} tasks: {', '.join(card['tasks'])}.", ""]
    lines += _prose(card)
    for task, part in by_task(card).items():
        lines += [f"## Task: {task}", ""]
        lines += _prose(part) if part is not card else []
        lines += _task(
            part, [f"![Calibration curve, {p.title}]({images}/{p.file})" for p in pictures if p.task == task]
        )
    lines += _training(card) + _leaks(card) + _probes(card) + _files(card, sizes)
    return "\n".join(lines).rstrip() + "\n"


_MADE_BY = (
    "Made from the model's `card.json` by `python -m rhetoric.training.cards`: to change it, change the card."
    " Intervals are 95 %, from a bootstrap over articles or outlets where the set names them, else over rows."
    " AUC is the area under the ROC curve, ECE the expected calibration error over ten bins: of the probabilities"
    " as the model gives them; with the set's share of positives stated; and recalibrated on the set's other folds"
    " ([what that means](../probability.md))."
)


def _prose(part: Card) -> list[str]:
    lines: list[str] = []
    for key, heading in _PROSE.items():
        if key in part:
            lines += [f"**{heading}.** {_sentence(part[key])}", ""]
    return lines


def _task(part: Card, pictures: list[str]) -> list[str]:
    lines: list[str] = []
    labels = part.get("labels")
    if labels:
        lines += [
            f"Scores the probability that a sentence is **{labels['positive']}** and not {labels['negative']}.",
            "",
        ]
    if "definition" in part:
        lines += [f"Definition: {_sentence(part['definition'])}", ""]
    lines += _cut(part)
    lines += _measures("Metrics", "set", part.get("metrics", {}))
    lines += _measures("Slices", "slice", part.get("slices", {}))
    if "slices_of" in part:
        lines += [f"Of {_sentence(part['slices_of'])}", ""]
    skipped = part.get("slices_skipped", {})
    if skipped:
        listed = ", ".join(f"{cell(name)} ({n} rows)" for name, n in skipped.items())
        lines += [f"Without both classes, and so not measured: {listed}.", ""]
    if pictures:
        lines += ["### Calibration", "", *pictures, ""]
    return lines + _confusions(part)


def _cut(part: Card) -> list[str]:
    """Threshold, share and calibration, and how they were chosen."""
    rows = []
    if "threshold" in part:
        chosen = f": {part['threshold_choice']}" if "threshold_choice" in part else ""
        rows.append(f"- Default threshold {part['threshold']:g}{_sentence(chosen)}")
    if "share" in part:
        chosen = f": {part['share_choice']}" if "share_choice" in part else ""
        rows.append(
            f"- The probabilities hold where the share of positives is {part['share']:g}{_sentence(chosen)}"
        )
    how = part.get("calibration")
    if isinstance(how, Mapping):
        how = ", ".join(
            f"{name} {value:.4g}" if isinstance(value, float) else f"{name} {value}"
            for name, value in how.items()
        )
    if how:
        rows.append(f"- Calibration: {_sentence(how)}")
    return [*rows, ""] if rows else []


def _measures(heading: str, of: str, metrics: Mapping[str, Card]) -> list[str]:
    """A row for each set or slice, a column for each measure that one of them has."""
    if not metrics:
        return []
    found = dict.fromkeys(name for row in metrics.values() for name in row)
    shown = [name for name in _HEADINGS if name in found]
    shown += [name for name in found if name not in (*_HEADINGS, *_ON_CARD_ONLY, *_COUNTS)]
    shown = [name for name in shown if any(estimate(row.get(name)) for row in metrics.values())]
    rows = [
        [cell(name), _number(row.get("n")), share(row), _number(row.get("threshold"))]
        + [estimate(row.get(measure)) for measure in shown]
        for name, row in metrics.items()
    ]
    headings = [_HEADINGS.get(name, name.replace("_", " ")) for name in shown]
    return [f"### {heading}", "", *table([of, "n", "positive", "threshold", *headings], rows, "l"), ""]


def share(row: Card) -> str:
    """Positives as a percentage of ``n``; nothing where a row does not state both."""
    return f"{100 * row['positives'] / row['n']:.1f} %" if row.get("n") and "positives" in row else ""


def estimate(value: object) -> str:
    """A measure with its interval, as a cell of a table; nothing where it was not measured."""
    if isinstance(value, Mapping):
        point = _three(value.get("value"))
        interval = [_three(value.get(end)) for end in ("low", "high")]
        return f"{point} ({interval[0]}–{interval[1]})" if point and all(interval) else point
    return _three(value)


def _three(value: object) -> str:
    """Three digits; a measure that is not a number has no value."""
    return f"{value:.3f}" if isinstance(value, int | float) and value == value else ""


def _number(value: object) -> str:
    return f"{value:,}" if isinstance(value, int) else f"{value:g}" if isinstance(value, float) else ""


def table(headings: Iterable[str], rows: Iterable[Iterable[str]], align: str) -> list[str]:
    """Lines of a Markdown table.

    Parameters
    ----------
    headings : iterable of str
    rows : iterable of iterable of str
        Cells, already escaped; see :func:`cell`.
    align : str
        "l" or "r" for each column from the left; those that are not named are to the right.
    """
    headings = list(headings)
    marks = ["---" if align[i : i + 1] == "l" else "---:" for i in range(len(headings))]
    return [f"| {' | '.join(cells)} |" for cells in (headings, marks, *rows)]


def cell(value: object) -> str:
    """Text that Markdown shows as it is, on one line."""
    text = " ".join(str(value).split())
    text = re.sub(r"([\\|*<`\[\]])", r"\\\1", text)
    return re.sub(r"(?<!\w)_|_(?!\w)", r"\\_", text)


def _sentence(value: object) -> str:
    text = cell(value)
    return text if text.endswith((".", "!", "?")) else f"{text}."


def _confusions(part: Card) -> list[str]:
    hard = part.get("confusions", [])
    if not hard:
        return []
    right = f"{sum(c.get('says') == c['label'] for c in hard)} of {len(hard)}"
    intro = f"Hard sentences of our own, which it was not trained on; it gets {right} right."
    heading = ["sentence", "is", "the model says", "p", "why it is hard"]
    rows = ([cell(c["text"]), cell(c["label"]), *_said(c), cell(c.get("why", ""))] for c in hard)
    return ["### Where it errs", "", intro, "", *table(heading, rows, "lllrl"), ""]


def _said(confusion: Card) -> tuple[str, str]:
    """What the model says, in bold where that is wrong; and its probability."""
    says = cell(confusion.get("says", ""))
    return says if says in ("", confusion["label"]) else f"**{says}**", _three(confusion.get("p"))


def _training(card: Card) -> list[str]:
    sets = card.get("training_data", {})
    if not sets:
        return []
    rows = [
        [
            cell(name),
            cell(s.get("rows", "")),
            cell(s.get("licence", "")),
            f"`{s['sha256'][:12]}`" if s.get("sha256") else "",
            cell(s.get("citation", "")),
        ]
        for name, s in sets.items()
    ]
    return [
        "## Training data",
        "",
        *table(["set", "rows", "licence", "sha256", "citation"], rows, "lrlll"),
        "",
    ]


def _leaks(card: Card) -> list[str]:
    """What was left out of the training because of what is tested on, beside the test splits and in folds."""
    check = card.get("leakage", {})
    tests, folds = check.get("test_splits", {}), check.get("held_out_folds", {})
    counts = ("left_out", "exact_duplicates", "remaining")
    rows = [
        [cell(name), *(_number(of.get(name, {}).get(count)) for of in (tests, folds) for count in counts)]
        for name in dict.fromkeys([*tests, *folds])
    ]
    heading = ["set", "left out: test splits", "the same text", "remaining"]
    heading += ["left out: held-out folds", "the same text", "remaining"]
    if not rows:
        return []
    told = [_sentence(check["rule"]), ""] if "rule" in check else []
    return ["## Leakage check", "", *told, *table(heading, rows, "l"), ""]


def _probes(card: Card) -> list[str]:
    """Scores that the tests hold the model to."""
    probes = card.get("probes", {})
    flat = (
        probes
        if any(isinstance(v, Mapping) for v in probes.values())
        else {str(card.get("task", "")): probes}
    )
    rows = [[cell(task), cell(s), _three(p)] for task, scores in flat.items() for s, p in scores.items()]
    if not rows:
        return []
    intro = (
        "Scores that the tests compare with the model's, so that no change on the way to a score goes unseen."
    )
    return ["## Probes", "", intro, "", *table(["task", "sentence", "p"], rows, "ll"), ""]


def _files(card: Card, sizes: Mapping[str, int]) -> list[str]:
    digests = card.get("sha256", {})
    rows = [
        [f"`{n}`", f"{size / 1e6:.2f} MB", f"`{digests[n][:12]}`" if n in digests else ""]
        for n, size in sizes.items()
    ]
    lines = ["## Files and versions", "", *table(["file", "size", "sha256"], rows, "lrl"), ""] if rows else []
    facts = [f"{name} {number}" for name, number in card.get("versions", {}).items()]
    facts += [f"{key} {card[key]}" for key in ("format", "seed") if key in card]
    return [*lines, f"Made with: {cell(', '.join(facts))}.", ""] if facts else lines

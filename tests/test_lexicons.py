"""The word lists as data: sources, reasons, no doubles, and a firing and a silent example for every group."""

from __future__ import annotations

import itertools
import re
from collections import Counter, defaultdict
from functools import cache
from pathlib import Path
from typing import NamedTuple

import pytest

ROOT = Path(__file__).resolve().parent.parent
FILES = sorted((ROOT / "src" / "rhetoric" / "cues" / "lexicons").glob("*.tsv"))
EXAMPLES = ROOT / "tests" / "cue_examples.tsv"
KINDS = frozenset(
    {
        *("loaded", "hedge", "booster", "attribution", "presupposition"),
        *("sarcasm", "attack", "exhortation", "stance", "address"),
    }
)
# Rules that are code, not lines of a lexicon.
CODED = frozenset({"sarcasm/all-caps", "sarcasm/repeated-punctuation", "sarcasm/echo"})
CODED_KINDS = frozenset({"scare_quote", "rhetorical_question"})
LICENCES = ("MIT", "BSD", "PDDL", "CC BY 4.0")
HEADER = ["term", "group", "weight", "forms", "unless"]


class Line(NamedTuple):
    term: str
    group: str
    weight: str
    forms: str
    unless: str


class Lexicon(NamedTuple):
    head: dict[str, str]
    reasons: dict[str, str]
    header: list[str]
    lines: list[Line]


def read(path: Path) -> Lexicon:
    head: dict[str, str] = {}
    reasons: dict[str, str] = {}
    rows: list[list[str]] = []
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.startswith("# "):
            field, _, value = line[2:].partition(": ")
            (reasons if field.startswith("why ") else head)[field.removeprefix("why ")] = value
        else:
            rows.append(line.split("\t"))
    return Lexicon(head, reasons, rows[0], [Line(*row) for row in rows[1:]])


def alternatives(term: str) -> list[str]:
    pieces = re.split(r"\{([^{}]*)\}", term)
    choices = [piece.split("|") if i % 2 else [piece] for i, piece in enumerate(pieces)]
    return [" ".join("".join(choice).split()) for choice in itertools.product(*choices)]


def plural(noun: str) -> str:
    if re.search(r"(s|x|z|ch|sh)$", noun):
        return noun + "es"
    return noun[:-1] + "ies" if re.search(r"[^aeiou]y$", noun) else noun + "s"


def verb_forms(verb: str) -> list[str]:
    if verb.endswith("ie"):
        return [verb, verb + "s", verb + "d", verb[:-2] + "ying"]
    if verb.endswith("e"):
        return [verb, verb + "s", verb + "d", (verb if verb.endswith("ee") else verb[:-1]) + "ing"]
    if re.search(r"[^aeiou]y$", verb):
        return [verb, verb[:-1] + "ies", verb[:-1] + "ied", verb + "ing"]
    stem = verb + verb[-1] if re.fullmatch(r"[^aeiou]*[aeiou][bdgklmnprtv]", verb) else verb
    return [verb, plural(verb), stem + "ed", stem + "ing"]


def surfaces(line: Line) -> set[str]:
    """All wordings of a line; a hyphen counts as a space."""
    out = set()
    for term in alternatives(line.term):
        first, _, rest = term.partition(" ")
        before, space, last = term.rpartition(" ")
        if line.forms == "verb":
            wordings = [f"{form} {rest}".strip() for form in verb_forms(first)]
        elif line.forms == "noun":
            wordings = [term, before + space + plural(last), f"{term}'s"]
        else:
            wordings = [term]
        out |= {fold(wording) for wording in wordings}
    return out


def fold(text: str) -> str:
    return " ".join(text.lower().replace("’", "'").replace("-", " ").split())


LEXICONS = {path.stem: read(path) for path in FILES}
EXAMPLE_ROWS = [line.split("\t") for line in EXAMPLES.read_text(encoding="utf-8").splitlines()]
each_file = pytest.mark.parametrize("name", list(LEXICONS))


@cache
def rules() -> dict[str, set[str]]:
    """The wordings of every rule, over all files."""
    out: dict[str, set[str]] = defaultdict(set)
    for lexicon in LEXICONS.values():
        for line in lexicon.lines:
            out[f"{lexicon.head['kind']}/{line.group}"] |= surfaces(line)
    return out


@each_file
def test_head_is_complete(name: str) -> None:
    head = LEXICONS[name].head
    assert set(head) == {"kind", "source", "licence", "negation"}
    assert head["kind"] in KINDS
    assert head["source"].strip()
    assert head["licence"].startswith(LICENCES)
    assert head["negation"] in {"drop", "keep"}


@each_file
def test_every_group_has_its_reason_and_no_reason_is_idle(name: str) -> None:
    lexicon = LEXICONS[name]
    assert set(lexicon.reasons) == {line.group for line in lexicon.lines}
    for reason in lexicon.reasons.values():
        assert reason.count("{text}") == 1


@each_file
def test_columns_are_valid(name: str) -> None:
    lexicon = LEXICONS[name]
    assert lexicon.header == HEADER
    for line in lexicon.lines:
        assert line.term == " ".join(line.term.split()), line
        assert line.term == line.term.lower(), line
        assert "’" not in line.term, line
        assert line.term.count("{") == line.term.count("}"), line
        assert all(alternatives(line.term)), line
        assert re.fullmatch(r"[a-z]+(-[a-z]+)*", line.group), line
        assert 0.1 <= float(line.weight) <= 1.0, line
        assert line.forms in {"", "verb", "noun"}, line
        assert line.unless == " ".join(dict.fromkeys(line.unless.lower().split())), line


@each_file
def test_no_exception_stands_in_its_own_term(name: str) -> None:
    """Such an entry could never fire."""
    for line in LEXICONS[name].lines:
        for wording in surfaces(line):
            assert not set(wording.split()) & set(line.unless.split()), (line, wording)


def test_no_term_stands_twice_within_a_kind() -> None:
    seen: dict[tuple[str, str], str] = {}
    for name, lexicon in LEXICONS.items():
        for line in lexicon.lines:
            for wording in surfaces(line):
                key = lexicon.head["kind"], wording
                assert key not in seen, f"{wording!r} in {name}, {line.term!r}, and in {seen[key]}"
                seen[key] = f"{name}, {line.term!r}"


def test_a_group_has_one_reason_over_all_files() -> None:
    reasons: dict[tuple[str, str], set[str]] = defaultdict(set)
    for lexicon in LEXICONS.values():
        for group, reason in lexicon.reasons.items():
            reasons[lexicon.head["kind"], group].add(reason)
    assert [key for key, several in reasons.items() if len(several) > 1] == []


def test_all_kinds_are_there_and_the_lists_are_long() -> None:
    assert {lexicon.head["kind"] for lexicon in LEXICONS.values()} == KINDS
    assert sum(len(lexicon.lines) for lexicon in LEXICONS.values()) >= 1500


def test_examples_are_well_formed() -> None:
    assert EXAMPLE_ROWS[0] == ["rule", "expect", "text"]
    assert all(len(row) == 3 for row in EXAMPLE_ROWS)
    for rule, expect, text in EXAMPLE_ROWS[1:]:
        spans = re.findall(r"\[([^\[\]]+)\]", text)
        assert expect in {"fires", "silent"}, text
        assert bool(spans) == (expect == "fires"), text
        assert text.count("[") == text.count("]") == len(spans), text
        assert rule.count("/") == 1, rule
    texts = Counter((rule, text) for rule, _, text in EXAMPLE_ROWS[1:])
    assert [key for key, n in texts.items() if n > 1] == []


def test_every_example_has_a_rule() -> None:
    for rule, _, _ in EXAMPLE_ROWS[1:]:
        assert rule in rules() or rule in CODED or rule.split("/")[0] in CODED_KINDS, rule


def test_every_rule_has_firing_and_silent_examples() -> None:
    count = Counter((rule, expect) for rule, expect, _ in EXAMPLE_ROWS[1:])
    for rule in rules():
        assert count[rule, "fires"] >= 2, rule
        assert count[rule, "silent"] >= 1, rule


def test_what_is_marked_in_an_example_is_a_wording_of_its_rule() -> None:
    wordings = rules()
    for rule, _, text in EXAMPLE_ROWS[1:]:
        if rule in wordings and rule not in CODED:
            for span in re.findall(r"\[([^\[\]]+)\]", text):
                assert fold(span) in wordings[rule], (rule, span)

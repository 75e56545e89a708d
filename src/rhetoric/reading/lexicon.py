"""Lexicons: word lists with their reasons as data, all matched in one vectorised pass over the tokens.

A lexicon file is a TSV whose head says what it is (``# kind:``, ``# source:``, ``# licence:``,
``# negation:``, ``# why GROUP:``) and whose lines are ``term, group, weight, forms, unless``.
CONTRIBUTING.md explains the columns.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from importlib.resources.abc import Traversable

import numpy as np

from rhetoric.reading.tokens import BASE, Bool, Int, Key, Tokens, prefix_hashes, span_hashes, tokenize
from rhetoric.types import RhetoricError

_BRACES = re.compile(r"\{([^{}]*)\}")
_COLUMNS = ("term", "group", "weight", "forms", "unless")
_VOWELS = "aeiou"
_TABLE_BITS = 18


@dataclass(frozen=True, slots=True)
class Entry:
    """One wording of a lexicon: what it marks, why, and where it must stay silent."""

    term: str
    kind: str
    group: str
    weight: float
    why: str
    drop_negated: bool
    unless: frozenset[str]

    @property
    def rule(self) -> str:
        return f"{self.kind}/{self.group}"


@dataclass(frozen=True, slots=True, eq=False)
class Hits:
    """Where entries of a lexicon stand: ``entry`` of ``lexicon.entries``, tokens ``first`` to ``last``."""

    entry: Int
    first: Int
    last: Int

    def __len__(self) -> int:
        return len(self.entry)

    def where(self, keep: Bool | Int) -> Hits:
        return Hits(self.entry[keep], self.first[keep], self.last[keep])


def _alternatives(term: str) -> Iterator[str]:
    pieces = _BRACES.split(term)
    choices = [piece.split("|") if i % 2 else [piece] for i, piece in enumerate(pieces)]
    for choice in itertools.product(*choices):
        yield " ".join("".join(choice).split())


def _plural(noun: str) -> str:
    if noun.endswith(("s", "x", "z", "ch", "sh")):
        return noun + "es"
    if noun.endswith("y") and noun[-2:-1] not in _VOWELS:
        return noun[:-1] + "ies"
    return noun + "s"


def _verb_forms(verb: str) -> tuple[str, str, str]:
    """Third person, past and present participle of a regular verb."""
    if verb.endswith("ie"):
        return verb + "s", verb + "d", verb[:-2] + "ying"
    if verb.endswith("e"):
        ing = verb + "ing" if verb.endswith(("ee", "oe", "ye")) else verb[:-1] + "ing"
        return verb + "s", verb + "d", ing
    if verb.endswith("y") and verb[-2:-1] not in _VOWELS:
        return verb[:-1] + "ies", verb[:-1] + "ied", verb + "ing"
    if re.fullmatch(r"[^aeiou]*[aeiou][bdgklmnprtv]", verb):  # one short syllable: slam, slammed
        return _plural(verb), verb + verb[-1] + "ed", verb + verb[-1] + "ing"
    return _plural(verb), verb + "ed", verb + "ing"


def _inflections(term: str, forms: str) -> Iterator[str]:
    yield term
    if forms == "verb":
        first, _, rest = term.partition(" ")
        for form in _verb_forms(first):
            yield f"{form} {rest}".strip()
    elif forms == "noun":
        before, space, last = term.rpartition(" ")
        yield f"{before}{space}{_plural(last)}"
        yield f"{term}'s"  # a plural's apostrophe is a token of its own


def parse_lexicon(name: str, content: str) -> list[Entry]:
    """Read the entries of one lexicon file.

    Parameters
    ----------
    name : str
        The file's name, for error messages.
    content : str
        The file's text.

    Returns
    -------
    list of Entry
        An entry for each wording, alternatives and inflections written out.

    Raises
    ------
    RhetoricError
        Where the head or a line is not as CONTRIBUTING.md describes; the message names file and line.
    """
    head: dict[str, str] = {}
    entries: list[Entry] = []
    for number, line in enumerate(content.splitlines(), start=1):
        if line.startswith("#"):
            field, _, value = line.lstrip("# ").partition(":")
            head[field.strip()] = value.strip()
        elif line.strip() and not line.startswith("term\t"):
            try:
                entries += _entries(line, head)
            except (KeyError, ValueError) as error:
                raise RhetoricError(f"{name}, line {number}: {error} ({line!r}).") from error
    return entries


def _entries(line: str, head: dict[str, str]) -> Iterator[Entry]:
    """The entries of one line, alternatives and inflections written out."""
    columns = line.split("\t")
    if not 3 <= len(columns) <= len(_COLUMNS):
        raise ValueError(
            f"a line has 3 to {len(_COLUMNS)} columns ({', '.join(_COLUMNS)}). Got {len(columns)}"
        )
    term, group, weight, forms, unless = [*columns, "", ""][: len(_COLUMNS)]
    why, negation = head.get(f"why {group}"), head.get("negation")
    if not why or not head.get("kind") or negation not in ("drop", "keep"):
        raise ValueError(f"the head lacks '# kind:', '# negation: drop' or 'keep', or '# why {group}:'")
    if not term.strip() or re.search(r"[{}]", _BRACES.sub("", term)) or ("|" in _BRACES.sub("", term)):
        raise ValueError("a term needs words, and a closing brace for each opening one")
    if not 0 <= float(weight) <= 1:
        raise ValueError(f"a weight is from 0 to 1. Got {weight}")
    if forms not in ("", "verb", "noun"):
        raise ValueError(f"forms are 'verb', 'noun' or empty. Got {forms!r}")
    for wording in _alternatives(term):
        for form in _inflections(wording, forms):
            yield Entry(
                form, head["kind"], group, float(weight), why, negation == "drop", frozenset(unless.split())
            )


class Lexicon:
    """Entries, and one automaton-like table that finds them all in a single pass.

    The table is open: the key of a token, and that of a pair of tokens, give the lengths of the terms that
    may begin there; of those, the hash of the next n tokens' keys is looked up among the terms (64-bit keys,
    so that a false hit is out of the question for the sizes of a lexicon).

    Parameters
    ----------
    entries : iterable of Entry
    """

    def __init__(self, entries: Iterable[Entry]) -> None:
        listed = list(entries)
        tokens = tokenize("\n".join(e.term for e in listed))
        line_ends = np.cumsum([len(e.term) + 1 for e in listed])
        line = np.searchsorted(line_ends, tokens.start, side="right")
        first = np.searchsorted(line, np.arange(len(listed)), side="left")
        length = np.searchsorted(line, np.arange(len(listed)), side="right") - first
        key = span_hashes(prefix_hashes(tokens.key), first, first + length)
        seen: dict[tuple[int, str], int] = {}
        for i, entry in enumerate(listed):  # the first listing of a wording within a kind counts
            seen.setdefault((int(key[i]), entry.kind), i)
        keep = np.array(sorted(seen.values()), dtype=np.int64)
        order = keep[np.argsort(key[keep], kind="stable")]
        self.entries: tuple[Entry, ...] = tuple(listed[i] for i in order)
        self.kinds: tuple[str, ...] = tuple(sorted({e.kind for e in self.entries}))
        self._key: Key = key[order]
        self._length: Int = length[order]
        self.kind_of: Int = np.array([self.kinds.index(e.kind) for e in self.entries], dtype=np.int64)
        self._begins = np.zeros(1 << _TABLE_BITS, dtype=np.uint32)
        head = first[order]
        pair = span_hashes(prefix_hashes(tokens.key), head, head + np.minimum(self._length, 2))
        np.bitwise_or.at(self._begins, self._slot(pair), np.uint32(1) << self._length.astype(np.uint32))

    @staticmethod
    def _slot(key: Key) -> Int:
        return (key >> np.uint64(64 - _TABLE_BITS)).astype(np.int64)

    def match(self, tokens: Tokens, unit: Int) -> Hits:
        """Find every entry in a text.

        Parameters
        ----------
        tokens : Tokens
        unit : ndarray of int64, shape (len(tokens),)
            The sentence that each token stands in; no hit runs over two.

        Returns
        -------
        Hits
            In the order of the text; of two hits of one kind of which one lies inside the other, the longer.
        """
        prefix = prefix_hashes(tokens.key)
        lengths = self._begins[self._slot(tokens.key)] & np.uint32(2)
        pairs = tokens.key[:-1] + tokens.key[1:] * BASE  # what span_hashes gives for two tokens
        lengths[:-1] |= self._begins[self._slot(pairs)] & ~np.uint32(2)
        begins = np.flatnonzero(lengths)
        lengths = lengths[begins]
        entry: list[Int] = []
        first: list[Int] = []
        last: list[Int] = []
        for n in range(1, int(self._length.max()) + 1):
            start = begins[(lengths & np.uint32(1 << n)) != 0]
            start = start[start + n <= len(tokens)]
            start = start[unit[start] == unit[start + n - 1]]
            key = span_hashes(prefix, start, start + n)
            low = np.searchsorted(self._key, key, side="left")
            found = np.flatnonzero(self._key[np.minimum(low, len(self._key) - 1)] == key)
            while len(found):  # a term that several kinds list stands in neighbouring rows
                entry.append(low[found])
                first.append(start[found])
                last.append(start[found] + n - 1)
                low[found] += 1
                found = found[self._key[np.minimum(low[found], len(self._key) - 1)] == key[found]]
                found = found[low[found] < len(self._key)]
        if not entry:
            none = np.zeros(0, dtype=np.int64)
            return Hits(none, none, none)
        return self._longest(
            Hits(np.concatenate(entry), np.concatenate(first), np.concatenate(last)), len(tokens)
        )

    def _longest(self, hits: Hits, n_tokens: int) -> Hits:
        kind = self.kind_of[hits.entry]
        order = np.lexsort((-hits.last, hits.first, kind))
        hits, kind = hits.where(order), kind[order]
        reach = np.maximum.accumulate(hits.last + kind * (n_tokens + 1))
        inside = np.zeros(len(hits), dtype=np.bool_)
        inside[1:] = (hits.last[1:] + kind[1:] * (n_tokens + 1) <= reach[:-1]) & (kind[1:] == kind[:-1])
        hits, kind = hits.where(~inside), kind[~inside]
        return hits.where(np.lexsort((kind, hits.first)))


def lexicon_files() -> Sequence[tuple[str, str]]:
    """Names and texts of the lexicon files that come with the library, by name."""
    folder = resources.files("rhetoric") / "cues" / "lexicons"
    files = sorted((f for f in folder.iterdir() if f.name.endswith(".tsv")), key=_name)
    return [(f.name, f.read_text(encoding="utf-8")) for f in files]


def _name(file: Traversable) -> str:
    return file.name


@cache
def default_lexicon() -> Lexicon:
    """The lexicon of the library, read on first use."""
    return Lexicon(e for name, content in lexicon_files() for e in parse_lexicon(name, content))

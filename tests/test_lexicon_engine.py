"""The parser of lexicon files, and matching against a naive search in plain Python."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rhetoric.reading.lexicon import Entry, Lexicon, default_lexicon, lexicon_files, parse_lexicon
from rhetoric.reading.tokens import tokenize
from rhetoric.types import RhetoricError

HEAD = """\
# kind: loaded
# source: made up for this test
# licence: MIT
# negation: drop
# why verdict: “{text}” is a verdict
# why war: “{text}” speaks of war
term	group	weight	forms	unless
"""


def parsed(*lines: str, head: str = HEAD) -> list[Entry]:
    return parse_lexicon("made_up.tsv", head + "\n".join(lines) + "\n")


def terms(*lines: str) -> list[str]:
    return [entry.term for entry in parsed(*lines)]


def entry(term: str, kind: str = "loaded", group: str = "g") -> Entry:
    return Entry(term, kind, group, 0.5, "why", False, frozenset())


def found(lexicon: Lexicon, *sentences: str) -> list[tuple[str, str, str]]:
    """Kind, term and wording of the hits."""
    text = "\n".join(sentences)
    tokens = tokenize(text)
    starts = np.cumsum([0] + [len(s) + 1 for s in sentences[:-1]])
    hits = lexicon.match(tokens, np.searchsorted(starts, tokens.start, side="right") - 1)
    out = []
    for e, first, last in zip(hits.entry.tolist(), hits.first.tolist(), hits.last.tolist(), strict=True):
        out.append(
            (lexicon.entries[e].kind, lexicon.entries[e].term, text[tokens.start[first] : tokens.end[last]])
        )
    return out


def test_a_line() -> None:
    (one,) = parsed("sham\tverdict\t0.7\t\tpillow  marriage")
    assert one == Entry(
        "sham", "loaded", "verdict", 0.7, "“{text}” is a verdict", True, frozenset({"pillow", "marriage"})
    )
    assert one.rule == "loaded/verdict"


def test_short_lines_blank_lines_and_remarks() -> None:
    assert terms("sham\tverdict\t0.7", "", "# a remark", "   ", "farce\tverdict\t0.7\t") == ["sham", "farce"]
    assert parsed() == []


def test_negation_is_kept_where_the_head_says_so() -> None:
    (one,) = parsed("sham\tverdict\t0.7", head=HEAD.replace("negation: drop", "negation: keep"))
    assert not one.drop_negated


@pytest.mark.parametrize(
    ("term", "expected"),
    [
        ("plain", ["plain"]),
        ("{a|b} c", ["a c", "b c"]),
        ("{a|b} {c|d}", ["a c", "a d", "b c", "b d"]),
        ("to a {certain |}extent", ["to a certain extent", "to a extent"]),
        ("{so |}{very |}odd", ["so very odd", "so odd", "very odd", "odd"]),
        ("colo{u|}r", ["colour", "color"]),
        ("{only one}", ["only one"]),
        ("a {b| } c", ["a b c", "a c"]),
    ],
)
def test_braces(term: str, expected: list[str]) -> None:
    assert terms(f"{term}\tverdict\t0.5") == expected


@pytest.mark.parametrize(
    "forms",
    [
        "slam slams slammed slamming",
        "refuse refuses refused refusing",
        "deny denies denied denying",
        "lie lies lied lying",
        "die dies died dying",
        "stop stops stopped stopping",
        "attack attacks attacked attacking",
        "agree agrees agreed agreeing",
        "dye dyes dyed dyeing",
        "canoe canoes canoed canoeing",
        "enjoy enjoys enjoyed enjoying",
        "obey obeys obeyed obeying",
        "blast blasts blasted blasting",
        "smash smashes smashed smashing",
        "crush crushes crushed crushing",
        "bash bashes bashed bashing",
        "botch botches botched botching",
        "harass harasses harassed harassing",
        "fix fixes fixed fixing",
        "buzz buzzes buzzed buzzing",
        "plan plans planned planning",
        "drag drags dragged dragging",
        "gut guts gutted gutting",
        "clap claps clapped clapping",
        "rob robs robbed robbing",
        "reveal reveals revealed revealing",
        "claim claims claimed claiming",
        "show shows showed showing",
        "play plays played playing",
        "mock mocks mocked mocking",
        "boast boasts boasted boasting",
        "argue argues argued arguing",
        "pander panders pandered pandering",
        "squander squanders squandered squandering",
        "insist insists insisted insisting",
    ],
)
def test_verb_forms(forms: str) -> None:
    verb = forms.split()[0]
    assert terms(f"{verb}\twar\t0.5\tverb") == forms.split()


def test_only_the_first_word_of_a_verb_phrase_changes() -> None:
    assert terms("refuse to\twar\t0.5\tverb") == ["refuse to", "refuses to", "refused to", "refusing to"]
    assert terms("{stop|end} it\twar\t0.5\tverb")[:5] == [
        "stop it",
        "stops it",
        "stopped it",
        "stopping it",
        "end it",
    ]


@pytest.mark.parametrize(
    ("noun", "plural"),
    [
        ("thug", "thugs"),
        ("witch", "witches"),
        ("lash", "lashes"),
        ("boss", "bosses"),
        ("hoax", "hoaxes"),
        ("enemy", "enemies"),
        ("ploy", "ploys"),
        ("charm offensive", "charm offensives"),
        ("cover-up", "cover-ups"),
        ("own goal", "own goals"),
    ],
)
def test_plurals_and_possessives(noun: str, plural: str) -> None:
    assert terms(f"{noun}\twar\t0.5\tnoun") == [noun, plural, f"{noun}'s"]


@pytest.mark.parametrize(
    "line",
    [
        "sham\tverdict\tmuch",  # the weight is no number
        "sham\tverdict\t",  # there is none
        "sham",
        "sham\tnothing like it\t0.5",  # the group has no reason
        "sham\t\t0.5",
        "\tverdict\t0.5",  # there is no term
        "sham\tverdict\t1.5",  # weights are 0 to 1
        "sham\tverdict\t-0.1",
        "sham\tverdict\tnan",
        "sham\tverdict\t0.5\tadverb",  # forms are verb or noun
        "{sham|farce\tverdict\t0.5",  # the brace is not closed
        "sham|farce}\tverdict\t0.5",
        "sham\tverdict\t0.5\tnoun\tpillow\tmarriage",  # a column too many
    ],
)
def test_an_error_names_file_and_line(line: str) -> None:
    with pytest.raises(RhetoricError, match=r"made_up\.tsv, line 9\b"):
        parsed("farce\tverdict\t0.5", line, "plot\tverdict\t0.5")


@pytest.mark.parametrize("missing", ["# kind: loaded\n", "# negation: drop\n"])
def test_a_head_without_a_field_is_an_error(missing: str) -> None:
    with pytest.raises(RhetoricError, match=r"made_up\.tsv"):
        parsed("farce\tverdict\t0.5", head=HEAD.replace(missing, ""))


def test_negation_is_drop_or_keep() -> None:
    with pytest.raises(RhetoricError, match=r"made_up\.tsv"):
        parsed("farce\tverdict\t0.5", head=HEAD.replace("negation: drop", "negation: dorp"))


def test_the_longest_hit_of_a_kind_wins() -> None:
    lexicon = Lexicon(map(entry, ["war", "war on women", "women", "on women now", "so war"]))
    assert found(lexicon, "A war on women is a war.") == [
        ("loaded", "war on women", "war on women"),
        ("loaded", "war", "war"),
    ]
    # hits that overlap, neither inside the other, both count
    assert found(lexicon, "so war on women now") == [
        ("loaded", "so war", "so war"),
        ("loaded", "war on women", "war on women"),
        ("loaded", "on women now", "on women now"),
    ]


def test_hits_of_two_kinds_both_count() -> None:
    lexicon = Lexicon(
        [entry("clearly", "booster"), entry("clearly", "sarcasm"), entry("clearly a sham", "loaded")]
    )
    assert sorted(found(lexicon, "It is Clearly a sham.")) == [
        ("booster", "clearly", "Clearly"),
        ("loaded", "clearly a sham", "Clearly a sham"),
        ("sarcasm", "clearly", "Clearly"),
    ]


def test_no_hit_runs_over_two_sentences() -> None:
    lexicon = Lexicon([entry("war on women"), entry("war")])
    assert found(lexicon, "They lost the war", "on women they agree") == [("loaded", "war", "war")]
    assert found(lexicon, "war", "on", "women") == [("loaded", "war", "war")]


@pytest.mark.parametrize(
    ("term", "text"),
    [
        ("so-called", "the SO CALLED plan"),
        ("so called", "the so‑called plan"),
        ("they don't", "They don’t care"),
        ("cliché", "a cliche"),
        ("cliche", "a cliché"),
        ("oh, sure", "Oh , sure"),
        ("wow!", "WOW!!"),
        ("🙄", "right 🙄🙄"),
        ("24 hours", "within 48 hours"),
    ],
)
def test_written_otherwise_but_found(term: str, text: str) -> None:
    assert found(Lexicon([entry(term)]), text)


@pytest.mark.parametrize(
    ("term", "text"),
    [("war", "warfare"), ("oh sure", "oh, sure"), ("a b", "a. b"), ("its", "it's"), ("wow!", "wow")],
)
def test_not_the_term(term: str, text: str) -> None:
    assert found(Lexicon([entry(term)]), text) == []


def test_the_first_listing_of_a_wording_counts() -> None:
    lexicon = Lexicon([entry("so-called", group="first"), entry("So called", group="second")])
    assert [e.group for e in lexicon.entries] == ["first"]


def test_nothing_to_search() -> None:
    lexicon = Lexicon([entry("war"), entry("war on women")])
    assert found(lexicon, "") == []
    assert found(lexicon, "", " ", "") == []
    assert found(lexicon, "war") == [("loaded", "war", "war")]
    assert found(lexicon, "war on") == [("loaded", "war", "war")]


def test_a_long_term() -> None:
    term = " ".join(f"w{'x' * i}" for i in range(20))
    assert found(Lexicon([entry(term)]), f"so {term} it is") == [("loaded", term, term)]


WORDS = ["war", "on", "women", "so", "called", "a", "sham", "isn't", "!", "5"]
SPELLINGS = {
    "war": ["WAR", "wár"],
    "on": ["On"],
    "isn't": ["isn’t", "ISN'T"],
    "5": ["1,200"],
    "called": ["Called"],
}
LISTED = st.builds(
    entry,
    st.lists(st.sampled_from(WORDS), min_size=1, max_size=5).map(" ".join),
    st.sampled_from(["loaded", "hedge", "attack"]),
)


@st.composite
def written(draw: st.DrawFn) -> str:
    out = []
    for word in draw(st.lists(st.sampled_from([*WORDS, "other", "“", "😀"]), max_size=14)):
        out.append(draw(st.sampled_from([word, *SPELLINGS.get(word, [])])))
        out.append(draw(st.sampled_from([" ", "  ", "\t"])))
    return "".join(out)


def plain(token: str) -> str:
    """As tokens compare: case, accents and the digits of a number do not count."""
    token = token.lower().replace("’", "'").replace("á", "a")
    return "0" if token[0].isdigit() else token


def naive(entries: list[Entry], sentences: list[str]) -> set[tuple[str, str, int, int]]:
    """Kind, folded term, first and last token of what a plain search finds."""
    hits: set[tuple[str, str, int, int]] = set()
    offset = 0
    for sentence in sentences:
        tokens = [plain(t) for t in sentence.split()]
        own: set[tuple[str, str, int, int]] = set()
        for listed in entries:
            term = [plain(t) for t in listed.term.split()]
            for i in range(len(tokens) - len(term) + 1):
                if tokens[i : i + len(term)] == term:
                    own.add((listed.kind, " ".join(term), offset + i, offset + i + len(term) - 1))
        hits |= {h for h in own if not any(covers(other, h) for other in own)}
        offset += len(tokens)
    return hits


def covers(outer: tuple[str, str, int, int], inner: tuple[str, str, int, int]) -> bool:
    return outer != inner and outer[0] == inner[0] and outer[2] <= inner[2] and inner[3] <= outer[3]


@settings(max_examples=400, deadline=None)
@given(st.lists(LISTED, min_size=1, max_size=12), st.lists(written(), min_size=1, max_size=5))
def test_equals_a_naive_search(entries: list[Entry], sentences: list[str]) -> None:
    lexicon = Lexicon(entries)
    text = "\n".join(sentences)
    tokens = tokenize(text)
    starts = np.cumsum([0] + [len(s) + 1 for s in sentences[:-1]])
    hits = lexicon.match(tokens, np.searchsorted(starts, tokens.start, side="right") - 1)
    listed = [
        (lexicon.entries[e].kind, " ".join(map(plain, lexicon.entries[e].term.split())), first, last)
        for e, first, last in zip(hits.entry.tolist(), hits.first.tolist(), hits.last.tolist(), strict=True)
    ]
    assert len(listed) == len(set(listed))
    assert set(listed) == naive(entries, sentences)
    assert [h[2] for h in listed] == sorted(h[2] for h in listed)


def test_the_lexicons_of_the_library() -> None:
    names = [name for name, _ in lexicon_files()]
    assert names == sorted(names)
    lexicon = default_lexicon()
    assert lexicon is default_lexicon()
    assert len(lexicon.entries) > 1000
    assert set(lexicon.kinds) == {e.kind for e in lexicon.entries}
    assert [lexicon.kinds[k] for k in lexicon.kind_of.tolist()] == [e.kind for e in lexicon.entries]
    for listed in lexicon.entries:
        assert 0 < listed.weight <= 1
        assert "{text}" in listed.why
        assert len(tokenize(listed.term)) > 0


def test_every_term_of_the_library_is_found_where_it_stands_alone() -> None:
    lexicon = default_lexicon()
    text = "\n".join(e.term for e in lexicon.entries)
    tokens = tokenize(text)
    line = np.cumsum([len(e.term) + 1 for e in lexicon.entries])
    hits = lexicon.match(tokens, np.searchsorted(line, tokens.start, side="right"))
    whole = set(zip(hits.entry.tolist(), tokens.start[hits.first].tolist(), strict=True))
    starts = [0, *line[:-1].tolist()]
    assert [e.term for i, e in enumerate(lexicon.entries) if (i, starts[i]) not in whole] == []

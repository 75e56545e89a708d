"""Sentence segmentation: what a reader would say, what the treebanks say, and what must hold for any text."""

from __future__ import annotations

import importlib.util
import json
import os
import subprocess
import sys
import time
from pathlib import Path
from types import ModuleType

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from rhetoric.reading.punkt import Parameters, parameters, punkt_break
from rhetoric.reading.sentences import punkt_tokenizer, segment

ROOT = Path(__file__).resolve().parents[1]
DATA = Path(os.environ.get("RHETORIC_DATA", ROOT.parent / "shared" / "data"))

# One text a line, a bar where a sentence ends, ~ for a line break within a paragraph.
CASES = {
    "plain": ["The bridge is closed. | Why? | Nobody knows! | Ask again."],
    "quotations": [
        "“Stop right there!” she said. | He did not listen.",
        "'Go home!' he said. | Nobody went.",
        '"We never agreed to that," Ms. Okafor said. | "They know it." | Then she left.',
        "He said: “I came. | I saw. | I won.” | Then he left.",
        '"Why?" | "Because." | "Oh."',
        'I said "no!" and left.',
        '"Is it over?" the clerk asked. | "It is."',
    ],
    "brackets": [
        "(He was late again.) | She did not wait. | (Nobody does.)",
        "He asked (was it a joke?) and left.",
        "The plan [...] was never signed. | It lapsed.",
        "The lake dried up. [3] | Then the town did. [4]",
    ],
    "initials": [
        "The novel by J. R. R. Tolkien sold well. | It still does.",
        "They heard George W. Bush. | He spoke briefly.",
    ],
    "abbreviations": [
        "He moved to the U.S. in May. | The U.S. Senate met at 9 a.m. on Jan. 5. | Nobody came.",
        "Smith & Sons Inc. bought Lee Ltd. for $1.5 million. | It paid cash.",
        "See No. 5 on p. 12, i.e. the red one, e.g. a car. | Next.",
        "Kraft et al. found this vs. that. | It starts at 15:27 and costs $3.14. | Fine.",
        "Mr. Smith met Dr. Jones, Gen. Lee and Sen. Mark R. Warner. | They talked.",
        "He has a Ph.D. in physics. | She has an M.A. from Oxford.",
        "It happened in Washington, D.C. | The city was calm.",
        "He works until 3 p.m. | She starts at 4 p.m. and ends at 8 a.m.",
        "At 7 p.m. Mr. Osei locked the door. | By noon in the U.K. Labour had conceded.",
        "Is the U.K. in the E.U.? | No. | It left.",
        "I like it, etc. | But no.",
    ],
    "numbers": [
        "The price rose 3.5 percent. | Version 2.0 costs $5. | That is cheap.",
        "4.2. Methods and data",
    ],
    "ellipses": [
        "Well… maybe not. | I thought ... you knew . . . that.",
        "She never came back.... | He waited.",
        "They gave up. | . . . The rest is silence.",
    ],
    "addresses": [
        "Write to jo.doe@example.co.uk or see www.example.com/a.b?c=D. | Then wait.",
        "What about Node.js and ASP.NET? | Both work.",
    ],
    "lists": [
        "1. Nonsense, you are wrong. | The plan failed.",
        "1) Wash the rice | 2) Boil the water | 3) Wait",
        "a. Bread | b. Butter",
        "• Bread | • Butter",
        "The aims are 1) peace and 2) bread. | We agree.",
    ],
    "news and comments": [
        "UPDATE #2: The clip is online. | It starts at 15:27.",
        "DUH! | Everyone knew?! | Really!!! | Yes.",
        "i went home. | it was late. | nobody cared! | why? | who knows",
        "They reached the border. | The army stopped.",
        "They reached the border.|The army stopped.",
        "A map with the allies in red (red)|There is a video of it",
        "So proud of you! 🎉 | Keep going. :) | It works.",
        "Visit Yahoo! and other sites for fun.",
        "A headline without a stop",
        "See https://example.org/a.html | It has the map.",
        "FLINT (Wire) — The council voted. | It was close.",
    ],
    "line wraps": ["The first line of a~wrapped paragraph. |~And the second~line of it."],
}


def expected(marked: str) -> tuple[str, list[str]]:
    """The text and its sentences: a bar between spaces stands for one space, a bare bar for nothing."""
    parts = marked.replace("~", "\n").split("|")
    text, sentences = "", []
    for number, part in enumerate(parts):
        if number and parts[number - 1].endswith(" ") and part.startswith(" "):
            part = part[1:]
        text += part
        sentences.append(part.strip())
    return text, sentences


@pytest.mark.parametrize("marked", [case for cases in CASES.values() for case in cases])
def test_sentences(marked: str) -> None:
    text, sentences = expected(marked)
    assert [text[start:end] for start, end in segment(text)] == sentences


@pytest.mark.parametrize("blank", ["\n\n", "\r\n\r\n", "\n \t \n", "\r\r", "\u2029", "\n\n\n\n"])
def test_blank_line_ends_a_sentence(blank: str) -> None:
    text = f"A heading{blank}the body of it{blank}"
    assert [text[start:end] for start, end in segment(text)] == ["A heading", "the body of it"]


def test_lines_that_start_with_a_bullet() -> None:
    text = "Bring:\n- two eggs\n- a bowl\n* salt\n2. Sugar"
    sentences = [text[start:end] for start, end in segment(text)]
    assert sentences == ["Bring:", "- two eggs", "- a bowl", "* salt", "2. Sugar"]


@pytest.mark.parametrize("text", ["", " ", "\n\n \t\r\n", "\u2029\u3000"])
def test_nothing_to_split(text: str) -> None:
    assert segment(text) == []


@pytest.mark.parametrize(("start", "end"), [(-1, None), (3, 2), (0, 9), (9, None)])
def test_positions_outside_the_text(start: int, end: int | None) -> None:
    with pytest.raises(ValueError, match="'start' and 'end' parameters of segment"):
        segment("Abc. D", start, end)


TOKENS = """... Mr. U.S. The house He e.g. 5. b) 3.14 x@y.org PM 10:30 http://a.b/ I [2] :) 😀 שלום said"""
ODD = [" ", "\n", "\n\n", "\r\n", "\t", ". . .", "\x00", "\ud800", *".!?…,;:()[]{}\"'“”‘’*-—•1a"]
PIECES = st.sampled_from([*TOKENS.split(), *ODD])
TEXTS = st.one_of(st.text(st.characters()), st.lists(PIECES, max_size=60).map("".join))


@given(TEXTS)
@settings(max_examples=400, deadline=None)
@example("a. \n\n.")
def test_every_character_lies_in_one_sentence(text: str) -> None:
    last = 0
    for start, end in segment(text):
        assert last <= start < end <= len(text)
        assert text[start:end] == text[start:end].strip()
        assert not text[last:start].strip()
        last = end
    assert not text[last:].strip()


@given(TEXTS, st.data())
@settings(max_examples=200, deadline=None)
def test_part_of_a_text(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    shifted = [(start + low, start + high) for low, high in segment(text[start:end])]
    assert segment(text, start, end) == shifted


NASTY = {
    "one line": "Alpha beta the U.S. end. He said (so) 3.14 What? " * 20_000,
    "quotation marks": '"' * 100_000,
    "stops and quotation marks": '." ' * 50_000,
    "brackets": "(" * 50_000,
    "closing brackets": ") " * 50_000,
    "interrobangs": "!?" * 25_000,
    "spaced stops": ". " * 25_000,
    "ellipses": "..." * 50_000,
    "emoji": "😀" * 5_000,
    "one word": "a" * 200_000,
    "no spaces": "ab.Cd" * 20_000,
    "markers": "1. " + "2. Two " * 20_000,
    "NUL": "\x00." * 50_000,
    "surrogates": "\ud800. X" * 25_000,
    "right to left": "שלום. עולם " * 15_000,
    "rules": "=" * 100_000 + " " + "-" * 100_000,
    "wide spaces": ("a" + " " * 2_000 + "The.") * 500,
    "line ends": "\n" * 500_000,
    "bullets": "• " * 50_000,
    "footnotes": "a." + " [1]" * 50_000,
    "stars": "a." + "*" * 100_000,
}


@pytest.mark.parametrize("name", NASTY)
def test_time_is_linear(name: str) -> None:
    parameters()
    start = time.process_time()
    segment(NASTY[name])
    assert time.process_time() - start < 2


# --- Punkt alone


def punkt_flags(tokens: list[str], learned: Parameters) -> list[bool]:
    return [
        punkt_break(token, after, learned) for token, after in zip(tokens, [*tokens[1:], ""], strict=True)
    ]


def nltk_flags(tokens: list[str]) -> list[bool]:
    sentences = [list(sentence) for sentence in punkt_tokenizer().sentences_from_tokens(tokens)]
    ends = [number == len(sentence) - 1 for sentence in sentences for number in range(len(sentence))]
    # The last sentence ends with the text, break or not.
    ends[-1] = punkt_flags(tokens[-1:], parameters())[0]
    return ends


WORDS = """Mr. U.S. u.k. The the He how How in In Smith J. j. e. 5. 12, 3.5 -7. .5. Jan. a.m. p.m. ... .. .
    ? ! , ; said etc. co. Inc. vs. D-Mich. d-mich. house house. Government government. x.y.z. I I. 5... no.
    No. P. W. Bush ( —"""


@given(st.lists(st.sampled_from(WORDS.split()), min_size=1, max_size=30))
@settings(max_examples=500, deadline=None)
def test_punkt_decides_as_nltk(tokens: list[str]) -> None:
    assert punkt_flags(tokens, parameters()) == nltk_flags(tokens)


@given(st.lists(st.text("aAzZ.-5,!", min_size=1, max_size=5), min_size=1, max_size=20))
@settings(max_examples=300, deadline=None)
def test_punkt_decides_as_nltk_for_odd_tokens(tokens: list[str]) -> None:
    assert punkt_flags(tokens, parameters()) == nltk_flags(tokens)


def test_punkt_decides_as_nltk_in_every_learned_case() -> None:
    learned = parameters()
    starts = [*sorted(learned.starters), *sorted(learned.orthography)[::50], "the", "zzz", "5", ","]
    words = [*sorted(learned.abbreviations), "5", "j", "plain"]
    tokens = []
    for number, start in enumerate(starts):
        tokens += [
            words[number % len(words)] + ".",
            start.capitalize(),
            words[-number % len(words)] + ".",
            start,
        ]
    for first, second in sorted(learned.collocations):
        tokens += [first.replace("##number##", "7") + ".", second.capitalize()]
    assert punkt_flags(tokens, learned) == nltk_flags(tokens)


@pytest.mark.parametrize("cases", CASES.values(), ids=CASES)
def test_punkt_decides_as_nltk_in_texts(cases: list[str]) -> None:
    tokenizer = punkt_tokenizer()
    for marked in cases:
        tokens = tokenizer._lang_vars.word_tokenize(expected(marked)[0])
        assert punkt_flags(tokens, parameters()) == nltk_flags(tokens)


def test_segmenting_does_not_import_nltk() -> None:
    code = "import sys; from rhetoric.reading.sentences import segment; segment('A b. C.')"
    code += "; print('nltk' in sys.modules)"
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "src")}
    done = subprocess.run(
        [sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "False"


def test_data_names_its_sources() -> None:
    path = ROOT / "src" / "rhetoric" / "reading" / "data" / "punkt.json"
    data = json.loads(path.read_text(encoding="utf-8"))
    assert path.stat().st_size < 1_500_000
    assert all(source["name"] and source["licence"] and source["kept"] for source in data["sources"])
    assert {"mr", "u.s", "inc", "a.m"} <= set(data["abbreviations"].split())


# --- Treebanks and golden rules


def benchmark() -> ModuleType:
    spec = importlib.util.spec_from_file_location("segmentation", ROOT / "benchmarks" / "segmentation.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def corpus(name: str) -> Path:
    path = DATA / name
    if not path.is_file():
        pytest.skip(f"no corpus at {path}: set RHETORIC_DATA to the folder of the corpora")
    return path


@pytest.mark.parametrize(("name", "least"), [("gum", 0.94), ("ewt", 0.84)])
def test_treebank(name: str, least: float) -> None:
    module = benchmark()
    documents = module.read_lines(corpus(f"sbd_ud_{name}/dev.jsonl"))
    assert module.span_scores(documents)[2] >= least


def test_golden_rules() -> None:
    module = benchmark()
    held, missed = module.golden_rules(module.read_lines(corpus("sbd_golden_rules_en/golden_rules_48.jsonl")))
    assert held >= 47, missed

"""Whose voice a sentence speaks in, on small examples of our own."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rhetoric.reading.quotations import Speech
from rhetoric.reading.reading import read, read_document, read_sentences
from rhetoric.types import VOICES

VOICE_CASES = [
    # direct speech
    ("\u201cIt is a mess,\u201d said Smith.", "quoted"),
    ('"It is a mess," Smith said.', "quoted"),
    ("\u201cWe lost,\u201d she added, \u201cand we deserved to lose.\u201d", "quoted"),
    ("\u201cNobody will pay this bill.\u201d", "quoted"),
    ("The farmer replied: \u201cNobody asked us about the dam.\u201d", "quoted"),
    ("'The pit must stay open,' the union leader insisted.", "quoted"),
    ("\u2018The pit must stay open,\u2019 the miners\u2019 leader insisted.", "quoted"),
    ("\u00abThe bridge is safe\u00bb, the engineer said.", "quoted"),
    ("\u201cNo,\u201d said the mayor.", "quoted"),
    ("\u201cWho pays?\u201d asked the baker.", "quoted"),
    ("''The harbour is ours,'' the captain said on Friday.", "quoted"),
    ("``The harbour is ours,'' the captain said on Friday.", "quoted"),
    # marked and unmarked words of a source side by side
    ('She described the plan as "reckless".', "mixed"),
    ("Critics called it \u201ca disgrace\u201d.", "mixed"),
    ("Smith said the plan was \u201cdead on arrival\u201d and would cost too much.", "mixed"),
    ("The mayor warned that the flood was \u201cthe worst in a hundred years\u201d.", "mixed"),
    (
        "Under the heading \u201cwhat we do when the water comes in\u201d the leaflet lists three numbers.",
        "mixed",
    ),
    # reported without marks
    ("Smith said the plan was a mess.", "reported"),
    ("Smith said that the plan was a mess.", "reported"),
    ("The plan was a mess, Smith said.", "reported"),
    ("The plan, Smith said, was a mess.", "reported"),
    ("The plan was a mess, said Smith.", "reported"),
    ("The plan was a mess, according to Smith.", "reported"),
    ("According to Smith, the plan was a mess.", "reported"),
    ("The plan, according to two officials, was a mess.", "reported"),
    ("The minister accused the banks of hiding their losses.", "reported"),
    ("The firm was accused of dumping waste in the river.", "reported"),
    ("He denied that the firm had dumped waste in the river.", "reported"),
    ("They believe that the river is poisoned.", "reported"),
    ("Villagers fear that the dam will break.", "reported"),
    ("The report found that the dam was badly built.", "reported"),
    ("She told reporters the dam would hold.", "reported"),
    ("Police said two men had been arrested.", "reported"),
    ("In their view the dam should never have been built.", "reported"),
    ("The dam will hold, engineers insist.", "reported"),
    ("Lawyers for the firm argued that the claim came too late.", "reported"),
    ("The bishop, who said the law was cruel, will retire in May.", "reported"),
    ("The union wants the pit to stay open.", "reported"),
    # the writer's own voice
    ("The dam broke at noon.", "writer"),
    ("I think it is a mess.", "writer"),
    ("We believe that this law is cruel.", "writer"),
    ("As I said last week, this law is cruel.", "writer"),
    ("I have always said that this law is cruel.", "writer"),
    ("That said, the law has its merits.", "writer"),
    ("Having said that, the law has its merits.", "writer"),
    ("This is, to say the least, a cruel law.", "writer"),
    ("Needless to say, nobody resigned.", "writer"),
    ("Take, say, a family of four.", "writer"),
    ("The report is two hundred pages long.", "writer"),
    ("Their claims are nonsense.", "writer"),
    ("His claim is nonsense.", "writer"),
    ("Say what you like, the law is cruel.", "writer"),
    ("The so-called \u201creform\u201d failed.", "writer"),
    ("The \u201cdeconfliction\u201d zone is twenty miles wide.", "writer"),
    ("These 'experts' have never seen a farm.", "writer"),
    ("The players\u2019 union met on Friday.", "writer"),
    ("\u2019Tis the season of the \u201990s, and the players' bus is late.", "writer"),
    ('A 15" screen stood behind the 6\' 2" guard.', "writer"),
    ("The film \u201cThe Long Road Home\u201d opens on Friday.", "writer"),
    ("Joe \u201cThe Hammer\u201d Smith lost on points.", "writer"),
    ("The word \u201cfreedom\u201d stands on the first page.", "writer"),
    ("The United States signed the treaty.", "writer"),
    ("This was clearly stated by the minister in May.", "writer"),
    ("", "writer"),
    ("!!!", "writer"),
]


@pytest.mark.parametrize(("sentence", "voice"), VOICE_CASES)
def test_voice_of_a_sentence(sentence: str, voice: str) -> None:
    assert VOICES[read_sentences([sentence]).voice[0]] == voice


def test_voices_do_not_depend_on_the_neighbours() -> None:
    reading = read_sentences([sentence for sentence, _ in VOICE_CASES])
    assert [VOICES[v] for v in reading.voice] == [voice for _, voice in VOICE_CASES]


SCARE_CASES = [
    ("The so-called \u201creform\u201d failed.", ["\u201creform\u201d"]),
    ("The \u201cdeconfliction\u201d zone is twenty miles wide.", ["\u201cdeconfliction\u201d"]),
    ("These 'experts' have never seen a farm.", ["'experts'"]),
    ('This is the "free market" at work.', ['"free market"']),
    ("Our \u2018friends\u2019 in the north have sent another bill.", ["\u2018friends\u2019"]),
    ("So much for \u201cprogress.\u201d", ["\u201cprogress.\u201d"]),
    ('She described the plan as "reckless".', []),
    ("Critics called it \u201ca disgrace\u201d.", []),
    ("The word \u201cfreedom\u201d stands on the first page.", []),
    ("A song called \u201cfreedom\u201d was played.", []),
    ("The film \u201cThe Long Road Home\u201d opens on Friday.", []),
    ("Joe \u201cHammer\u201d Smith lost on points.", []),
    ("The players\u2019 union and the miners\u2019 union met.", []),
    ("\u201cNo.\u201d", []),
    ("Rock 'n' roll is from the '50s.", []),
]


@pytest.mark.parametrize(("sentence", "expected"), SCARE_CASES)
def test_scare_quotes(sentence: str, expected: list[str]) -> None:
    assert [s.text for s in read(sentence).scare_quotes] == expected


QUOTATION_CASES = [
    # text; quotation, source, closed
    ("\u201cIt is a mess,\u201d said Smith.", [("\u201cIt is a mess,\u201d", "Smith", True)]),
    (
        "Ann Lee said: \u201cWe will not pay for it.\u201d",
        [("\u201cWe will not pay for it.\u201d", "Ann Lee", True)],
    ),
    (
        "\u201cWe lost,\u201d she added, \u201cand we deserved it.\u201d",
        [("\u201cWe lost,\u201d", "she", True), ("\u201cand we deserved it.\u201d", "she", True)],
    ),
    (
        "\u201cHe told me \u2018go home\u2019 and I went,\u201d said the boy.",
        [("\u201cHe told me \u2018go home\u2019 and I went,\u201d", "the boy", True)],
    ),
    (
        "'He told me \"go home\" and I went,' said the boy.",
        [("'He told me \"go home\" and I went,'", "the boy", True)],
    ),
    (
        "\u201cWe built this dam.\n\n\u201cWe will not leave it,\u201d said Ann Lee.",
        [
            ("\u201cWe built this dam.", "Ann Lee", False),
            ("\u201cWe will not leave it,\u201d", "Ann Lee", True),
        ],
    ),
    (
        "\u201cWe built this dam,\u201d said Ann Lee.\n\n\u201cWe will not leave it.\u201d",
        [
            ("\u201cWe built this dam,\u201d", "Ann Lee", True),
            ("\u201cWe will not leave it.\u201d", "Ann Lee", True),
        ],
    ),
    (
        "The mayor was furious, and he said:\n\n\u201cNobody told us about the dam.\u201d",
        [("\u201cNobody told us about the dam.\u201d", "he", True)],
    ),
    (
        "He said \u201cthis will never end and nobody cares.\n\nThe rain went on.",
        [("\u201cthis will never end and nobody cares.", "He", False)],
    ),
    (
        '\u201cThis is a violation of the law."\nIt was late.',
        [('\u201cThis is a violation of the law."', None, True)],
    ),
    ('The screen is 15" wide.\n\nThe rain went on and on.', []),
    ('A stray " mark stands here.\n\nThe rain went on and on.', []),
    ("The union\u2019s men and the players\u2019 wives went home.", []),
    (
        "The players' union said 'we are done with this' and left.",
        [("'we are done with this'", "The players' union", True)],
    ),
]


@pytest.mark.parametrize(("text", "expected"), QUOTATION_CASES)
def test_quotations_and_their_sources(text: str, expected: list[tuple[str, str | None, bool]]) -> None:
    found = [(q.text, q.source.text if q.source else None, q.closed) for q in read(text).quotations]
    assert found == expected


ATTRIBUTION_CASES = [
    # text; verb, source, content
    ("Smith said that the plan was a mess.", "said", "Smith", "the plan was a mess"),
    ("The plan was a mess, Smith said.", "said", "Smith", "The plan was a mess"),
    ("According to Mary Jones, the sky is green.", "According to", "Mary Jones", "the sky is green"),
    ("The sky is green, according to Mary Jones.", "according to", "Mary Jones", "The sky is green"),
    ("John Smith, the mayor of Ely, said the dam was safe.", "said", "John Smith", "the dam was safe"),
    ("In May the minister insisted that taxes would fall.", "insisted", "the minister", "taxes would fall"),
    ("The company has denied that it lied.", "denied", "The company", "it lied"),
    ("But she warned that the dam would break.", "warned", "she", "the dam would break"),
]


@pytest.mark.parametrize(("text", "verb", "source", "content"), ATTRIBUTION_CASES)
def test_attributions(text: str, verb: str, source: str, content: str) -> None:
    (found,) = read(text).attributions
    assert found.text.startswith(verb)
    assert (found.source.text if found.source else None) == source
    assert (found.content.text if found.content else None) == content


def test_voice_of_spans() -> None:
    text = "\u201cIt is a mess,\u201d said Smith. He said the dam was safe. It was not."
    _, reading = read_document(text)
    start = np.array([text.index(w) for w in ("mess", "safe", "not")])
    voice = reading.speech.voice_of(start, start + 3)
    assert [VOICES[v] for v in voice] == ["quoted", "reported", "writer"]
    assert voice.dtype == np.uint8


PIECES = st.sampled_from(
    ["\u201c", "\u201d", '"', "'", "\u2018", "\u2019", "\u00ab", "\u00bb", "said", "Smith", "according to",
     "the dam", "is", "that", ",", ".", "?", ":", " ", " ", "\n", "\n\n", "\r\n", "15", "I", "called", "(",
     "\u2014", "`", "''"]
)  # fmt: skip


def _sorted_and_disjoint(spans: np.ndarray) -> bool:
    flat = spans.reshape(-1)
    return bool(np.all(spans[:, 0] < spans[:, 1])) and bool(np.all(np.diff(flat) >= 0))


@settings(max_examples=300, deadline=None)
@given(st.lists(PIECES, max_size=60).map("".join))
def test_spans_of_speech_are_sound(text: str) -> None:
    speech: Speech = read_document(text)[1].speech
    assert _sorted_and_disjoint(speech.quoted)
    assert _sorted_and_disjoint(speech.scare)
    assert _sorted_and_disjoint(speech.reported)
    assert len(speech.closed) == len(speech.quoted)
    assert speech.verb.shape == speech.content.shape
    for spans in (speech.quoted, speech.reported, speech.verb, speech.scare):
        assert not len(spans) or (spans.min() >= 0 and spans.max() <= len(text))
    inside = np.zeros(len(text) + 1, dtype=np.int64)
    for start, end in speech.quoted.tolist() + speech.reported.tolist():
        inside[start:end] += 1
    assert inside.max(initial=0) <= 1


@settings(max_examples=100, deadline=None)
@given(st.lists(st.lists(PIECES, max_size=12).map("".join), max_size=8))
def test_sentences_in_a_batch_are_read_as_alone(sentences: list[str]) -> None:
    sentences = [s.replace("\r", "").replace("\n", " ") for s in sentences]
    together = read_sentences(sentences).voice.tolist()
    assert together == [int(read_sentences([s]).voice[0]) for s in sentences]

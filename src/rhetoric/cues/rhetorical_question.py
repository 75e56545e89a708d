"""Rhetorical questions: a question that the writer puts to the reader, and to no source."""

from __future__ import annotations

import numpy as np

from rhetoric.cues.table import Found, Rule
from rhetoric.reading.keysets import key_set
from rhetoric.reading.reading import Reading
from rhetoric.reading.tokens import QUOTE, WORD
from rhetoric.types import VOICES

RULES = (
    Rule("rhetorical_question", "own", "a question in the writer's own voice invites the answer it wants"),
    Rule("rhetorical_question", "loaded", "“{text}” asks what it already takes for granted"),
)
_CLOSERS = 3  # marks that may stand behind the question mark
_OPENINGS = (
    "who knew|who needs|who cares|what could possibly|why on earth|what on earth|how on earth|how dare|"
    "how can anyone|how could anyone|how many more|how much longer|since when|is it any wonder|are we really|"
    "do they really|does anyone|do you really|is anyone|what kind of|what's wrong with|who in their right mind"
)


def find(reading: Reading) -> Found:
    """Sentences that end in a question mark and are neither quoted nor reported."""
    tokens, sentence = reading.tokens, reading.sentence_of
    ends = np.append(sentence[1:] != sentence[:-1], True) if len(tokens) else np.zeros(0, dtype=np.bool_)
    last = np.flatnonzero(ends)
    for _ in range(_CLOSERS):  # back over what closes a question: “…?” or (…?)
        before = np.maximum(last - 1, 0)
        closing = (tokens.kind[last] == QUOTE) | key_set(") ] } !").holds(tokens.key[last])
        last = np.where(closing & (sentence[before] == sentence[last]), before, last)
    asked = sentence[last[key_set("?").holds(tokens.key[last])]]
    writer = VOICES.index("writer")
    worded = np.bincount(sentence[tokens.kind == WORD], minlength=len(reading.start)) > 0
    asked = asked[(reading.voice[asked] == writer) & worded[asked]]
    start, end = reading.start[asked], reading.end[asked]
    loaded = np.array(
        [_is_loaded(reading.text[a:b]) for a, b in zip(start, end, strict=True)], dtype=np.int64
    )
    loaded = loaded.reshape(len(asked))
    return Found(start, end, loaded, np.where(loaded, 0.9, 0.5))


def _is_loaded(question: str) -> bool:
    opening = question.lower().replace("’", "'").lstrip("\"“”'‘(—– ")
    return opening.startswith(tuple(_OPENINGS.split("|")))

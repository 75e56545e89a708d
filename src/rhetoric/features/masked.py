"""The words that a transformer reads: names masked, marks of punctuation in one form.

As in the n-grams, whom a sentence is about must not decide how it is scored: neighbouring names are one
``[MASK]``, which the pretrained network knows as "some word".
"""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from rhetoric.reading.names import NAME, PRONOUN, mask_classes
from rhetoric.reading.reading import Reading

MASK = "[MASK]"
_THEIRS = {"his": "their", "hers": "theirs", "her": "their", "him": "them"}
_FORMS = str.maketrans(
    {
        **dict.fromkeys("“”„‟«»‹›", '"'),
        **dict.fromkeys("‘’‚‛ʼ`´", "'"),
        **dict.fromkeys("‐‑‒–—―", "-"),
        "…": ".",
        **dict.fromkeys(map(chr, range(0xD800, 0xE000)), "\N{REPLACEMENT CHARACTER}"),  # lone surrogates
    }
)


def _neutral(pronoun: str) -> str:
    """A gendered pronoun without its gender: "she's" gives "they's", which no one reads but the network."""
    low = pronoun.lower()
    if low in _THEIRS:
        return _THEIRS[low]
    if low.endswith("self"):
        return "themselves"
    return "they" + low.removeprefix("she").removeprefix("he")


def masked_words(reading: Reading) -> tuple[list[list[str]], list[NDArray[np.int64]]]:
    """The words of each sentence as a transformer reads them.

    Parameters
    ----------
    reading : Reading

    Returns
    -------
    words : list of list of str
        A list for each sentence.
    owners : list of ndarray of int64
        The token behind each word; of several neighbouring names the first.
    """
    tokens, n = reading.tokens, len(reading.start)
    classes = mask_classes(tokens, reading.names)
    sentence = reading.sentence_of
    keep = sentence >= 0
    keep[1:] &= ~((classes[1:] == NAME) & (classes[:-1] == NAME) & (sentence[1:] == sentence[:-1]))
    kept = np.flatnonzero(keep)
    text = reading.text.translate(_FORMS)  # one character for one, so that offsets hold
    starts, ends = tokens.start[kept].tolist(), tokens.end[kept].tolist()
    words = [
        MASK if c == NAME else _neutral(text[a:b]) if c == PRONOUN else text[a:b]
        for a, b, c in zip(starts, ends, classes[kept].tolist(), strict=True)
    ]
    of = sentence[kept]
    first = np.searchsorted(of, np.arange(n + 1)).tolist()
    return (
        [words[a:b] for a, b in pairwise(first)],
        [kept[a:b] for a, b in pairwise(first)],
    )

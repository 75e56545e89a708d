"""Whether a text looks like English, which is all that this library can judge."""

from __future__ import annotations

import numpy as np

from rhetoric.reading.tokens import WORD, Tokens
from rhetoric.reading.usage import among

_FUNCTION_WORDS = """
    the be to of and a in that have i it for not on with he as you do at this but his by from they we say
    her she or an will my one all would there their what so up out if about who get which go me when make
    can like time no just him know take people into year your good some could them see other than then now
    look only come its over think also back after use two how our work first well way even new want
    because any these give day most us is are was were has had been it's don't said more
"""
_ENOUGH_WORDS = 20
_LEAST_SHARE = 0.15
_LETTERS_FROM, _LATIN_TO = 0x41, 0x250
_ENDING = "scores and cues are made for English."


def language_warnings(tokens: Tokens) -> tuple[str, ...]:
    """Warn of a text that does not look English.

    Parameters
    ----------
    tokens : Tokens

    Returns
    -------
    tuple of str
        Empty, or one warning.
    """
    words = tokens.kind == WORD
    count = int(np.count_nonzero(words))
    first = tokens.codes[tokens.start[words]]
    latin = int(np.count_nonzero(first < _LATIN_TO))
    if count and 2 * latin < count and (count >= 5 or int(np.sum((tokens.end - tokens.start)[words])) >= 20):
        return (f"The text does not look English (most letters are not Latin); {_ENDING}",)
    if count < _ENOUGH_WORDS:
        return ()
    share = float(np.mean(among(tokens.key[words], _FUNCTION_WORDS)))
    if share >= _LEAST_SHARE:
        return ()
    return (f"The text does not look English ({share:.0%} of its words are common English ones); {_ENDING}",)

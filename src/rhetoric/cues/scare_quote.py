"""Scare quotes: a word or two in quotation marks that nobody is quoted with."""

from __future__ import annotations

import numpy as np

from rhetoric.cues.table import Found, Rule
from rhetoric.reading.reading import Reading

RULES = (Rule("scare_quote", "distancing", "the marks around {text} hold the wording at arm's length"),)


def find(reading: Reading) -> Found:
    """Every scare quote that reading saw."""
    scare = reading.speech.scare
    n = len(scare)
    return Found(scare[:, 0], scare[:, 1], np.zeros(n, dtype=np.int64), np.full(n, 0.7))

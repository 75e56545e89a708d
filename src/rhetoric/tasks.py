"""The tasks that sentences are scored for, and what their two classes are called."""

from __future__ import annotations

# Positive, negative.
LABELS: dict[str, tuple[str, str]] = {
    "opinion": ("opinion", "report"),
    "loaded": ("loaded", "neutral"),
    "sarcasm": ("sarcastic", "sincere"),
    "hedge": ("uncertain", "certain"),
}
TASKS: tuple[str, ...] = tuple(LABELS)

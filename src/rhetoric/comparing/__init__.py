"""Outlets, topics or months of a scored collection beside one another, with intervals."""

from __future__ import annotations

from rhetoric.comparing.comparison import Comparison, Figure, Group, compare

__all__ = ["Comparison", "Figure", "Group", "compare"]

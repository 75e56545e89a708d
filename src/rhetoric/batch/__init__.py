"""Collections of articles: from a folder or a table of any size to tables of articles, sentences and cues."""

from __future__ import annotations

from rhetoric.batch.reading import read_parts, read_table

__all__ = ["read_parts", "read_table"]

"""Text -> Document: blocks, sentences, quotations and voices."""

from __future__ import annotations

from rhetoric.reading.reading import Reading, read, read_document, read_sentences

__all__ = ["Reading", "read", "read_document", "read_sentences"]

"""The result of an analysis, and its renderings: tables, terminal, HTML."""

from __future__ import annotations

from rhetoric.report.report import Label, Report, SentenceReport

__all__ = ["Label", "Report", "SentenceReport"]

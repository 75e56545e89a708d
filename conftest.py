"""Modules that stand on the extra ``[train]`` hold no doctests, and are not collected where it is absent."""

from __future__ import annotations

import importlib.util

_ON_TORCH = (
    *("accurate", "article_labels", "export", "graph", "labels"),
    *("network_words", "soup", "teacher", "word_labels"),
)
collect_ignore_glob = (
    [] if importlib.util.find_spec("torch") else [f"src/rhetoric/training/{name}.py" for name in _ON_TORCH]
)

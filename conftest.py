"""Modules that stand on the extra ``[train]`` hold no doctests, and are not collected where it is absent."""

from __future__ import annotations

import importlib.util

collect_ignore_glob = (
    []
    if importlib.util.find_spec("torch")
    else [
        f"src/rhetoric/training/{name}.py" for name in ("teacher", "labels", "export", "graph", "word_labels")
    ]
)

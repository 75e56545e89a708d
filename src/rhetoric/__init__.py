"""Which sentences report, which argue, and what in the wording gives it away.

>>> import rhetoric
>>> report = rhetoric.analyze("The bridge opened on Monday. It is, obviously, a disaster.")
>>> [sentence.label for sentence in report.sentences]
['report', 'opinion']
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rhetoric.analysis import Analyzer, analyze
    from rhetoric.batch.collection import score_collection
    from rhetoric.batch.frames import score_frame
    from rhetoric.cues import find_cues
    from rhetoric.features.cues import CueFeatures
    from rhetoric.features.hashed import HashedNgrams
    from rhetoric.reading.reading import read
    from rhetoric.scorers import load_scorer
    from rhetoric.types import RhetoricError, RhetoricWarning

__version__ = "0.1.0"
__all__ = [
    "Analyzer",
    "CueFeatures",
    "HashedNgrams",
    "RhetoricError",
    "RhetoricWarning",
    "__version__",
    "analyze",
    "find_cues",
    "load_scorer",
    "read",
    "score_collection",
    "score_frame",
]

# Where each public name lives: they are imported on first use, so that `import rhetoric` is light.
_HOMES = {
    "Analyzer": "rhetoric.analysis",
    "analyze": "rhetoric.analysis",
    "score_collection": "rhetoric.batch.collection",
    "score_frame": "rhetoric.batch.frames",
    "find_cues": "rhetoric.cues",
    "CueFeatures": "rhetoric.features.cues",
    "HashedNgrams": "rhetoric.features.hashed",
    "read": "rhetoric.reading.reading",
    "load_scorer": "rhetoric.scorers",
    "RhetoricError": "rhetoric.types",
    "RhetoricWarning": "rhetoric.types",
}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'rhetoric' has no attribute {name!r}")
    value = getattr(importlib.import_module(_HOMES[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted(__all__)

"""``python -m rhetoric``."""

from __future__ import annotations

import sys

from rhetoric.cli import main

if __name__ == "__main__":
    sys.exit(main())

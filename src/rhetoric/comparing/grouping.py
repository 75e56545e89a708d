"""A column of the articles table -> the group of each article."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from rhetoric.comparing.dates import month_of
from rhetoric.types import RhetoricError

if TYPE_CHECKING:
    import pandas as pd

NONE = "(none)"
MOST_GROUPS = 10_000
_OF_DATE = {"month": 7, "year": 4}  # characters of YYYY-MM


class Grouping:
    """Numbers the groups as they are met.

    Parameters
    ----------
    by : str
        "month", "year", or a column of text.
    types : mapping of str to str
        The columns of the articles table and their dtypes.

    Attributes
    ----------
    names : list of str
        By number.
    unread : int
        Articles whose date cannot be read.
    example : str or None
        Such a date.

    Raises
    ------
    RhetoricError
        Where there is no such column of text.
    """

    def __init__(self, by: str, types: Mapping[str, str]) -> None:
        self.by = by
        self.column = "date" if by in _OF_DATE else by
        self.names: list[str] = []
        self.unread = 0
        self.example: str | None = None
        self._numbers: dict[str, int] = {}
        if types.get(self.column) != "str":
            columns = ", ".join(name for name, dtype in types.items() if dtype == "str")
            raise RhetoricError(
                f"The 'by' parameter of compare must be month, year or a column of text ({columns})."
                f" Got {by!r} instead."
            )

    @property
    def by_time(self) -> bool:
        """Whether the groups follow one another in time."""
        return self.by in _OF_DATE

    def numbers(self, frame: pd.DataFrame) -> NDArray[np.int64]:
        """Return the number of each article's group, shape (n_articles,).

        Raises
        ------
        RhetoricError
            Where there are more than ``MOST_GROUPS`` groups.
        """
        import pandas as pd

        codes, values = pd.factorize(frame[self.column])  # -1 where the value is missing
        groups = [self._group(str(value)) for value in values]
        if self.by_time:
            for code in np.flatnonzero([g is None for g in groups]).tolist():
                self._note(str(values[code]), int((codes == code).sum()))
        numbers = [self._number(group or NONE) for group in groups]
        if (codes < 0).any():
            numbers.append(self._number(NONE))
        if len(self.names) > MOST_GROUPS:
            raise RhetoricError(
                f"The column {self.column!r} has more than {MOST_GROUPS:,} values: too many to compare."
                " Choose another by --by."
            )
        return np.array(numbers, dtype=np.int64)[codes]  # -1 is the last

    def _group(self, value: str) -> str | None:
        if not self.by_time:
            return " ".join(value.split()) or None
        month = month_of(value)
        return None if month is None else month[: _OF_DATE[self.by]]

    def _number(self, name: str) -> int:
        if name not in self._numbers:
            self._numbers[name] = len(self.names)
            self.names.append(name)
        return self._numbers[name]

    def _note(self, value: str, count: int) -> None:
        if value.strip():
            self.unread += count
            self.example = self.example or value

"""Dates as collections write them -> their month. What could be two months is not guessed."""

from __future__ import annotations

import re

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_NAME = (
    r"(jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?"
    r"|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\b\.?"
)
_DAY = r"(?:0?[1-9]|[12]\d|3[01])(?:st|nd|rd|th)?\b"
_YEAR = r"((?:1[5-9]|20|21)\d\d)"
_WEEKDAY = r"(?:(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*\.?,?\s+)?"
# 2021-03-12, 2021/3/12T10:00Z, 2021-03, 20210312
_ISO = re.compile(rf"{_YEAR}(?:([-/.])(\d\d?)(?:\2(\d\d?))?|(\d\d)(\d\d))(?!\d)")
# 12 March 2021, Fri, 12 Mar 2021 10:00:00 GMT
_DAY_FIRST = re.compile(rf"{_WEEKDAY}{_DAY}[\s-]+(?:of\s+)?{_NAME}[\s,-]+{_YEAR}\b", re.IGNORECASE)
# March 12, 2021; March 2021
_MONTH_FIRST = re.compile(rf"{_WEEKDAY}{_NAME}\s+(?:{_DAY},?\s+)?{_YEAR}\b", re.IGNORECASE)
# Fri Mar 12 10:00:00 +0000 2021
_CTIME = re.compile(rf"{_WEEKDAY}{_NAME}\s+{_DAY}\s+[\d:]+(?:\s+[+-]?\w+)?\s+{_YEAR}\b", re.IGNORECASE)
# 12/03/2021: a month only where one of the two is no month, or both are the same
_SLASHES = re.compile(rf"(\d\d?)([/.-])(\d\d?)\2{_YEAR}\b")


def month_of(text: str) -> str | None:
    """Return the month of a date as ``YYYY-MM``.

    Parameters
    ----------
    text : str
        A date in ISO 8601, with slashes, or with an English month name; what follows it (a time) is ignored.

    Returns
    -------
    str or None
        None where it is no such date, or could be of two months (3/4/2021).
    """
    text = text.strip()
    if found := _ISO.match(text):
        year, _, month, day, month_8, day_8 = found.groups()
        return _checked(year, int(month or month_8), int(day or day_8 or 1))
    if found := _DAY_FIRST.match(text) or _MONTH_FIRST.match(text) or _CTIME.match(text):
        name, year = found.groups()
        return f"{year}-{_MONTHS.index(name[:3].lower()) + 1:02d}"
    if found := _SLASHES.match(text):
        one, _, other, year = found.groups()
        choices = {
            month for month, day in ((int(one), int(other)), (int(other), int(one))) if 0 < month <= 12
        }
        return _checked(year, choices.pop(), max(int(one), int(other))) if len(choices) == 1 else None
    return None


def _checked(year: str, month: int, day: int) -> str | None:
    return f"{year}-{month:02d}" if 1 <= month <= 12 and 1 <= day <= 31 else None

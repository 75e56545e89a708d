"""Optional packages: what to install where one is missing."""

from __future__ import annotations

import importlib

from rhetoric.types import RhetoricError


def need(package: str, extra: str, what: str, otherwise: str = "") -> None:
    """Import an optional package, or say how to install it.

    Parameters
    ----------
    package : str
        Its name, installed as imported.
    extra : str
        The extra of this library that brings it.
    what : str
        What needs it: the beginning of the message.
    otherwise : str, optional
        What can be done without it.

    Raises
    ------
    RhetoricError
        Where it cannot be imported.
    """
    try:
        importlib.import_module(package)
    except ImportError as error:
        remedy = f"pip install 'rhetoric-news[{extra}]'" + (f"; or {otherwise}" if otherwise else "")
        raise RhetoricError(f"{what} needs {package}: {remedy}.") from error

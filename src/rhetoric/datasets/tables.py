"""Labelled tables of any common kind, read into one shape."""

from __future__ import annotations

import csv
import gzip
import json
import zlib
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from rhetoric.types import RhetoricError


@dataclass(frozen=True, slots=True, eq=False)
class LabelledTable:
    """Texts with a label each.

    Attributes
    ----------
    texts : list of str
    positive : ndarray of bool, shape (n,)
    groups : ndarray of object, shape (n,), or None
    skipped : int
        Rows left out because their text or label was missing.
    """

    texts: list[str]
    positive: NDArray[np.bool_]
    groups: NDArray[np.object_] | None
    skipped: int


def read_table(path: str | Path) -> pd.DataFrame:
    """Read a table by its suffix: .tsv (no quoting), .csv, .jsonl or .parquet (text files also .gz).

    Every cell of a TSV is a string, and an empty one stays an empty string.

    Raises
    ------
    RhetoricError
        Where the file is missing, unreadable or of another kind; the message names it.
    """
    path = Path(path)
    suffixes = [s for s in path.suffixes if s not in (".gz", ".zst")]
    suffix = suffixes[-1].lower() if suffixes else ""
    try:
        if suffix == ".tsv":
            return pd.read_csv(path, sep="\t", quoting=csv.QUOTE_NONE, dtype=str, keep_default_na=False)
        if suffix == ".csv":
            return pd.read_csv(path, dtype=str, keep_default_na=False)
        if suffix in (".jsonl", ".ndjson"):
            return _read_json_lines(path)
        if suffix == ".parquet":
            return pd.read_parquet(path)
    except ImportError as error:
        raise RhetoricError(
            f"{path}: reading Parquet needs pyarrow: pip install 'rhetoric-news[parquet]'."
        ) from error
    except OSError as error:
        raise RhetoricError(f"{path}: cannot be read ({error.strerror or error}).") from error
    except (ValueError, EOFError, zlib.error) as error:
        raise RhetoricError(f"{path}: is not a well-formed {suffix} table ({error}).") from error
    raise RhetoricError(f"{path}: the kind of table is told by its suffix: .tsv, .csv, .jsonl or .parquet.")


def _read_json_lines(path: Path) -> pd.DataFrame:
    """One object a line; numbers stay as they are written, whatever is missing beside them."""
    rows: list[dict[str, object]] = []
    compressed = path.suffix == ".gz"
    with (
        gzip.open(path, "rt", encoding="utf-8-sig")
        if compressed
        else path.open(encoding="utf-8-sig") as lines
    ):
        for number, line in enumerate(lines, start=1):
            row = json.loads(line) if line.strip() else None
            if isinstance(row, dict):
                rows.append(row)
            elif line.strip():
                raise ValueError(f"line {number} is no JSON object")
    if not rows:
        raise ValueError("it has no line")
    return pd.DataFrame(rows, dtype=object)


def _as_groups(column: pd.Series) -> NDArray[np.object_]:
    """The groups as strings; a row without one is a group of its own."""
    alone = "row " + pd.Series(np.arange(len(column)), index=column.index).astype(str)
    missing = column.isna() | (column.astype(str) == "")
    return column.astype(str).where(~missing, alone).to_numpy(dtype=object)


def read_labelled(
    path: str | Path, text: str, label: str, positive: str, group: str | None = None
) -> LabelledTable:
    """Read texts and labels.

    Parameters
    ----------
    path : str or Path
    text, label : str
        Names of the columns.
    positive : str
        The label of the positive class; every other label is negative.
    group : str, optional
        Name of a column by which rows belong together (article, outlet).

    Raises
    ------
    RhetoricError
        Where a column is missing, or one of the two classes has no row.
    """
    table = read_table(path)
    for column in (text, label, group):
        if column is not None and column not in table.columns:
            raise RhetoricError(
                f"{path}: no column '{column}'; there are: {', '.join(map(str, table.columns))}."
            )
    texts, labels = table[text], table[label]
    keep = (texts.notna() & labels.notna()).to_numpy(dtype=bool)
    keep = keep & texts.map(_is_text).to_numpy(dtype=bool) & (labels.astype(str) != "").to_numpy(dtype=bool)
    is_positive = (labels[keep].astype(str) == positive).to_numpy(dtype=np.bool_)
    if not is_positive.any() or is_positive.all():
        found = ", ".join(sorted(labels[keep].astype(str).unique())[:8])
        raise RhetoricError(
            f"{path}: '{label}' needs '{positive}' and another label; it holds: {found or 'nothing'}."
        )
    groups = None if group is None else _as_groups(table[group][keep])
    return LabelledTable([str(t) for t in texts[keep]], is_positive, groups, int((~keep).sum()))


def _is_text(value: object) -> bool:
    return isinstance(value, str) and bool(value.strip())

"""An output folder -> its tables as data frames."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from rhetoric.batch.manifest import read_manifest
from rhetoric.batch.output import from_file
from rhetoric.batch.tables import TABLES, column_types
from rhetoric.types import RhetoricError

if TYPE_CHECKING:
    import pandas as pd


def read_parts(output: str | Path, name: str) -> Iterator[pd.DataFrame]:
    """Read a table of an output folder, one frame a part.

    Parameters
    ----------
    output : str or path
        What ``rhetoric score`` has written; unfinished parts are left out.
    name : {"articles", "sentences", "cues", "errors"}

    Yields
    ------
    pandas.DataFrame
        With the same dtypes whatever the format; what was escaped in CSV is restored.

    Raises
    ------
    RhetoricError
        Where the folder is no output of ``rhetoric score``, or was written without this table.
    """
    import pandas as pd

    if name not in TABLES:
        raise RhetoricError(
            f"The 'name' parameter of read_table must be one of {', '.join(TABLES)}. Got {name!r} instead."
        )
    manifest = read_manifest(output)
    if name not in (*manifest.options.tables, "errors"):
        raise RhetoricError(f"{output} was written without the table of {name}. Score again, with it.")
    types = column_types(name, manifest.options)
    for part in manifest.ordered():
        for path in part.files:
            if path.startswith(f"{name}/"):
                columns = from_file(Path(output, path), types)
                yield pd.DataFrame({c: pd.Series(columns[c], dtype=dtype) for c, dtype in types.items()})


def read_table(output: str | Path, name: str) -> pd.DataFrame:
    """Read a table of an output folder; see :func:`read_parts`.

    Returns
    -------
    pandas.DataFrame
        Empty, with its columns, where there is no row.
    """
    import pandas as pd

    frames = [frame for frame in read_parts(output, name) if len(frame)]
    if frames:
        return pd.concat(frames, ignore_index=True)
    types = column_types(name, read_manifest(output).options)
    return pd.DataFrame({c: pd.Series([], dtype=dtype) for c, dtype in types.items()})

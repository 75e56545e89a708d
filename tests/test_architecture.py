"""What may import what, held by parsing the imports; and that `import rhetoric` is light."""

from __future__ import annotations

import ast
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import rhetoric

SOURCE = Path(__file__).resolve().parent.parent / "src" / "rhetoric"
# From text to scores; `transformer` is imported when such a model is asked for.
SCORING = {
    "types",
    "tasks",
    "priors",
    "reading",
    "cues",
    "features",
    "model",
    "wordmodel",
    "explaining",
    "scoring",
    "words",
    "onnxfile",
    "network",
    "transformer",
    "scorers",
}
CORE = SCORING | {"installed", "report", "analysis"}

# Each part of the library and the parts that it may import; it comes after all of them.
MAY_IMPORT: dict[str, set[str]] = {
    "types": set(),
    "tasks": set(),
    "priors": {"types"},
    "reading": {"types"},
    "cues": {"types", "reading"},
    "features": {"types", "reading", "cues"},
    "model": {"types", "tasks", "features"},
    "wordmodel": {"types", "features", "model"},
    "installed": {"types", "tasks", "model", "wordmodel"},
    "features.pipeline": {"features", "model"},  # a loaded model as a scikit-learn Pipeline
    "explaining": {"types", "reading", "cues", "features", "model"},
    "scoring": {
        "types",
        "priors",
        "reading",
        "cues",
        "features",
        "model",
        "features.pipeline",
        "explaining",
    },
    "words": {"types", "reading", "cues", "features", "wordmodel"},
    "onnxfile": set(),
    "network": SCORING - {"transformer", "scorers", "network"},
    "transformer": SCORING - {"transformer", "scorers"},
    "scorers": SCORING - {"scorers"},
    "report": {"types", "tasks"},
    "analysis": {"types", "tasks", "priors", "reading", "cues", "scoring", "words", "scorers", "report"},
    # helpers of the command line
    "files": {"types"},
    "extras": {"types"},
    "webpages": {"types"},
    "sources": {"types", "files", "webpages"},
    "console": {"types", "report"},
    # on top of the core, which knows none of them
    "batch": CORE | {"files", "extras", "sources"},
    "comparing": {"types", "extras", "report", "batch"},
    "datasets": {"types", "files"},
    "evaluation": SCORING,
    "training": SCORING | {"installed", "features.pipeline", "files", "datasets", "evaluation"},
    "commands": CORE
    | {"files", "sources", "console", "batch", "comparing", "datasets", "evaluation", "training"},
    "cli": {"types", "commands"},
    "__main__": {"cli"},
}
# The public API alone names homes in other parts, as strings, or for type checkers.
ROOT = "__init__"

# What the core may import from elsewhere when it is itself imported; the rest only on demand.
LIGHT = {"numpy"}
HEAVY_MODULES = {
    "features/hashed.py",
    "features/base.py",
    "features/cues.py",
    "features/voice.py",
    "features/pipeline.py",
}
HEAVY = (
    *("pandas", "sklearn", "nltk", "scipy", "trafilatura", "joblib", "pyarrow", "dask", "pyspark", "lxml"),
    *("onnxruntime", "tokenizers", "torch", "transformers", "rhetoric.transformer"),
)


def modules() -> list[Path]:
    return sorted(SOURCE.rglob("*.py"))


def name_of(path: Path) -> str:
    parts = path.relative_to(SOURCE).with_suffix("").parts
    return ".".join(parts if parts[-1] != "__init__" or len(parts) == 1 else parts[:-1])


def part_of(module: str) -> str:
    return module if module in MAY_IMPORT else module.split(".")[0]


def parsed(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def imported(tree: ast.AST) -> Iterator[str]:
    """Full names of what is imported, wherever the import stands."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "imports are absolute"
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def imported_at_once(tree: ast.Module) -> Iterator[str]:
    """Full names of what is imported when the module is, and not on demand or for type checkers."""
    for node in tree.body:
        if isinstance(node, ast.Import | ast.ImportFrom):
            yield from imported(node)
        elif isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test):
            continue
        elif isinstance(node, ast.If | ast.Try | ast.With):
            yield from imported(node)


ids = [name_of(path) for path in modules()]
each_module = pytest.mark.parametrize("path", modules(), ids=ids)


def test_the_table_has_no_circle() -> None:
    order = list(MAY_IMPORT)
    for part, allowed in MAY_IMPORT.items():
        assert {order.index(other) < order.index(part) for other in allowed} <= {True}, part


def test_the_core_knows_nothing_of_what_stands_on_it() -> None:
    above = {
        "batch",
        "datasets",
        "evaluation",
        "training",
        "commands",
        "cli",
        "sources",
        "console",
        "webpages",
    }
    for part in CORE:
        assert not MAY_IMPORT[part] & above


@each_module
def test_imports(path: Path) -> None:
    module = name_of(path)
    if module == ROOT:
        return
    part = part_of(module)
    assert part in MAY_IMPORT, f"{part} is new: give it its place in MAY_IMPORT"
    for name in imported(parsed(path)):
        if name.split(".")[0] != "rhetoric":
            continue
        target = name.removeprefix("rhetoric").removeprefix(".")
        inside = (SOURCE / target.split(".")[0]).exists() or (SOURCE / f"{target.split('.')[0]}.py").exists()
        assert target, f"{module} imports the package root"
        assert inside, f"{module} imports {target!r} from the package root"
        submodule = ".".join(target.split(".")[:2])
        other = submodule if submodule in MAY_IMPORT else target.split(".")[0]
        assert other == part or other in MAY_IMPORT[part], f"{module} must not import {name}"


@each_module
def test_the_core_is_imported_without_heavy_libraries(path: Path) -> None:
    if (
        part_of(name_of(path)).split(".")[0] not in CORE
        or path.relative_to(SOURCE).as_posix() in HEAVY_MODULES
    ):
        return
    others = {name.split(".")[0] for name in imported_at_once(parsed(path))} - set(sys.stdlib_module_names)
    assert others <= LIGHT | {"rhetoric"}


@each_module
def test_a_module_says_what_it_is(path: Path) -> None:
    docstring = ast.get_docstring(parsed(path))
    assert docstring
    assert docstring.strip()


@each_module
def test_what_is_public_is_explained(path: Path) -> None:
    """Public functions and classes have a docstring (the ``main`` of a script has its module's)."""
    public = [
        node
        for node in parsed(path).body
        if isinstance(node, ast.FunctionDef | ast.ClassDef)
        and not node.name.startswith("_")
        and node.name != "main"
    ]
    silent = [node.name for node in public if not ast.get_docstring(node)]
    assert silent == []


@each_module
def test_only_the_command_line_prints(path: Path) -> None:
    if part_of(name_of(path)) in ("cli", "commands", "console"):
        return
    calls = [node for node in ast.walk(parsed(path)) if isinstance(node, ast.Call)]
    assert not [c.lineno for c in calls if isinstance(c.func, ast.Name) and c.func.id == "print"]


@each_module
def test_no_code_is_made_of_data(path: Path) -> None:
    tree = parsed(path)
    assert not {name.split(".")[0] for name in imported(tree)} & {
        "pickle",
        "marshal",
        "shelve",
        "dill",
        "cloudpickle",
    }
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
    assert not [
        c.lineno for c in calls if isinstance(c.func, ast.Name) and c.func.id in ("eval", "exec", "compile")
    ]
    for call in calls:
        for keyword in call.keywords:
            assert keyword.arg != "allow_pickle" or ast.unparse(keyword.value) == "False"


def test_no_utils() -> None:
    assert not [p.name for p in modules() if p.stem in ("utils", "helpers", "common", "misc")]


# The public API


def test_public_names() -> None:
    assert len(rhetoric.__all__) <= 12
    assert list(rhetoric.__all__) == sorted(rhetoric.__all__)
    assert dir(rhetoric) == sorted(rhetoric.__all__)
    for name in rhetoric.__all__:
        value = getattr(rhetoric, name)
        assert name == "__version__" or value.__name__ == name
        assert name == "__version__" or value.__doc__


def test_every_public_name_is_in_its_home_for_type_checkers_too() -> None:
    tree = parsed(SOURCE / "__init__.py")
    checked = {
        name.rpartition(".")[2]: name.rpartition(".")[0]
        for name in imported(tree)
        if name.startswith("rhetoric.")
    }
    assert checked == rhetoric._HOMES
    assert {*checked, "__version__"} == set(rhetoric.__all__)


def test_no_other_name() -> None:
    with pytest.raises(AttributeError, match="module 'rhetoric' has no attribute 'analyse'"):
        rhetoric.analyse  # noqa: B018


def test_the_library_is_typed() -> None:
    assert (SOURCE / "py.typed").read_bytes() == b""


def heavy_after(code: str) -> list[str]:
    """Heavy libraries that a fresh interpreter has imported after some code."""
    program = f"import sys\n{code}\nprint(*sorted(m for m in {(*HEAVY, 'numpy')} if m in sys.modules))"
    environment = {**os.environ, "PYTHONPATH": str(SOURCE.parent), "OMP_NUM_THREADS": "1"}
    done = subprocess.run(
        [sys.executable, "-c", program],
        capture_output=True,
        text=True,
        env=environment,
        check=True,
        timeout=60,
    )
    return done.stdout.split()


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("import rhetoric", []),
        ("import rhetoric; rhetoric.__version__, dir(rhetoric), rhetoric.RhetoricError", []),
        ("from rhetoric import read; read('It is late. “No,” said Lee.')", ["numpy"]),
        ("from rhetoric import find_cues; find_cues('A shameless farce!')", ["numpy"]),
        (
            "import rhetoric; s = rhetoric.load_scorer(); s.score(['A farce.']); s.explain('A farce.')",
            ["numpy"],
        ),
        (
            "import rhetoric; r = rhetoric.analyze('A farce!'); r.to_text(), r.to_html(), r.to_dict()",
            ["numpy"],
        ),
        (
            "import pandas; assert 'pandas' in sys.modules; del sys.modules['pandas']; import rhetoric.types",
            None,
        ),
        (
            "from rhetoric.scorers import load_scorers\n"
            "for s in load_scorers(): s.score(['A farce.'], share=s.share)",
            ["numpy"],
        ),
        ("import rhetoric.installed; rhetoric.installed.installed_models()", ["numpy"]),
        ("import rhetoric; rhetoric.CueFeatures", "sklearn"),
        ("import rhetoric; rhetoric.analyze('A farce!').to_frame()", "pandas"),
    ],
    ids=[
        "import",
        "names",
        "read",
        "find_cues",
        "score",
        "analyze",
        "the test itself",
        "all tasks",
        "installed",
        "CueFeatures",
        "to_frame",
    ],
)
def test_what_is_loaded(code: str, expected: list[str] | str | None) -> None:
    found = heavy_after(code)
    if expected is None:  # the probe sees what is there
        assert "numpy" in found
    elif isinstance(expected, str):
        assert expected in found
    else:
        assert found == expected


def test_the_command_line_starts_without_heavy_libraries() -> None:
    code = (
        "import contextlib, io, rhetoric.cli\n"
        "with contextlib.suppress(SystemExit), contextlib.redirect_stdout(io.StringIO()):\n"
        "    rhetoric.cli.main(['--help'])"
    )
    assert set(heavy_after(code)) <= {"numpy"}

"""The floors: no arrow points up, and heavy libraries are imported where they are used."""

from __future__ import annotations

import ast
from pathlib import Path

import gsl

PACKAGE = Path(gsl.__file__).parent
FLOORS = (
    "version",
    "errors",
    "language",
    "semantics",
    "collectors",
    "inventory",
    "results",
    "ruleset",
    "engine",
    "authoring",
    "cli",
)
LAZY = {
    "boto3",
    "botocore",
    "pandas",
    "prompt_toolkit",
    "pyarrow",
    "pyspark",
    "yaml",
    "re2",
    "dateutil",
    "rich",
    "tqdm",
    "ijson",
    "pygls",
    "lsprotocol",
}


def _floor(module: str) -> int | None:
    part = module.split(".")[1] if "." in module else ""
    return FLOORS.index(part) if part in FLOORS else None


def _imports(tree: ast.AST) -> list[tuple[str, int]]:
    found = []
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module:
            found.append((node.module, node.col_offset))
        elif isinstance(node, ast.Import):
            found += [(alias.name, node.col_offset) for alias in node.names]
    return found


def test_no_arrow_points_up() -> None:
    wrong = []
    for file in PACKAGE.rglob("*.py"):
        own = _floor("gsl." + ".".join(file.relative_to(PACKAGE).with_suffix("").parts))
        if own is None:
            continue
        for module, _ in _imports(ast.parse(file.read_text("utf-8"))):
            other = _floor(module) if module.startswith("gsl.") else None
            if other is not None and other > own:
                wrong.append(f"{file.relative_to(PACKAGE)} imports {module}")
    assert not wrong


def test_every_folder_is_a_floor() -> None:
    folders = {each.name for each in PACKAGE.iterdir() if each.is_dir() and not each.name.startswith("_")}
    assert folders <= set(FLOORS)


def test_heavy_libraries_are_imported_where_they_are_used() -> None:
    wrong = []
    for file in PACKAGE.rglob("*.py"):
        for module, column in _imports(ast.parse(file.read_text("utf-8"))):
            if module.split(".")[0] in LAZY and column == 0:
                wrong.append(f"{file.relative_to(PACKAGE)}: {module}")
    assert not wrong


def test_files_stay_small() -> None:
    assert not [str(file) for file in PACKAGE.rglob("*.py") if len(file.read_text("utf-8").splitlines()) > 350]

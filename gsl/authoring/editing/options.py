"""What an editor is told of a workspace: where entities, lists and schemas are, and how much may be looked at."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from msgspec import Struct

from gsl.language.vocabulary import did_you_mean

KEYS = (
    "entities",
    "lists",
    "schema",
    "strict",
    "now",
    "documentation",
    "countSeconds",
    "exclusions",
    "frameworks",
)

_SECONDS = 5.0
_MOST_SECONDS = 600.0


class EditorOptions(Struct, frozen=True):
    """The options, checked. `lists` names a file of lists, or gives for each list its file or its values.

    `exclusions` and `frameworks` are paths and patterns of such files, whose names do not tell.
    """

    root: Path
    entities: tuple[str, ...] = ()
    lists: str | Mapping[str, Any] = {}
    schemas: tuple[Path, ...] = ()
    strict: bool = False
    now: str | None = None
    documentation: str | None = None
    seconds: float = _SECONDS
    exclusions: tuple[str, ...] = ()
    frameworks: tuple[str, ...] = ()


def options_from(given: Any, root: Path) -> tuple[EditorOptions, list[str]]:
    """The options in what a client sends, and what is wrong with it; what is wrong is left out.

    Paths are relative to `root`, the folder of the workspace.
    """
    faults: list[str] = []
    if given is None:
        return EditorOptions(root), faults
    if not isinstance(given, Mapping):
        return EditorOptions(root), ["the options must be an object"]
    for key in given:
        if key not in KEYS:
            faults.append(f"there is no option `{str(key)[:60]}`{did_you_mean(str(key), KEYS)}")
    entities = _paths(given, "entities", root, faults)
    schemas = _paths(given, "schema", root, faults)
    options = EditorOptions(
        root,
        tuple(entities),
        _lists(given.get("lists"), root, faults),
        tuple([Path(each) for each in schemas]),
        _of_kind(given, "strict", bool, False, faults),
        _of_kind(given, "now", str, None, faults),
        _of_kind(given, "documentation", str, None, faults),
        max(0.0, min(float(_of_kind(given, "countSeconds", (int, float), _SECONDS, faults)), _MOST_SECONDS)),
        tuple(_paths(given, "exclusions", root, faults)),
        tuple(_paths(given, "frameworks", root, faults)),
    )
    return options, faults


def _paths(given: Mapping[str, Any], key: str, root: Path, faults: list[str]) -> list[str]:
    value = given.get(key)
    found = [] if value is None else [value] if isinstance(value, str) else value
    if not isinstance(found, list) or not all([isinstance(each, str) and each and "\0" not in each for each in found]):
        faults.append(f"`{key}` must be a path or a list of paths")
        return []
    return [str(root / each) for each in found]


def _lists(value: Any, root: Path, faults: list[str]) -> str | Mapping[str, Any]:
    if value is None:
        return {}
    if isinstance(value, str):
        return str(root / value)
    if not isinstance(value, Mapping) or not all([isinstance(each, (str, list)) for each in value.values()]):
        faults.append("`lists` must name a file of lists, or give for each name a file or a list of values")
        return {}
    return {str(name).removeprefix("$"): each for name, each in value.items()}


def _of_kind(given: Mapping[str, Any], key: str, kind: Any, default: Any, faults: list[str]) -> Any:
    value = given.get(key)
    if value is None:
        return default
    if not isinstance(value, kind) or (isinstance(value, bool) and kind is not bool):
        faults.append(f"`{key}` must be {'true or false' if kind is bool else 'a text' if kind is str else 'a number'}")
        return default
    return value

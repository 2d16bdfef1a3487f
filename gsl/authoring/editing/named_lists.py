"""The named lists of a workspace: what each holds, and the place where its name or its values stand."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from msgspec import Struct, field

from gsl.authoring.editing.options import EditorOptions
from gsl.errors import GslError, InputError, printable
from gsl.inventory.value_lists import list_in
from gsl.ruleset import yamltext
from gsl.ruleset.loading import read_text
from gsl.ruleset.yamltext import YamlError

LONGEST = 4 * 1024 * 1024
_BOM = "\N{ZERO WIDTH NO-BREAK SPACE}"


class Given(Struct, frozen=True, eq=False):
    """One list: its values, the file that has them (`None` for the options), and where in `named_in` its name is."""

    name: str
    values: list[Any]
    file: Path | None = None
    named_in: Path | None = None
    start: int = 0
    end: int = 0


class Lists(Struct, eq=False):
    """The lists that the options give, by name, and what could not be read."""

    by_name: dict[str, Given] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)

    @property
    def values(self) -> dict[str, list[Any]]:
        """What a run is given."""
        return {name: each.values for name, each in self.by_name.items()}


def lists_of(options: EditorOptions) -> Lists:
    """Read the lists that the options name."""
    found = Lists()
    if isinstance(options.lists, str):
        _take_file(Path(options.lists), found)
        return found
    for name, given in options.lists.items():
        _take(name, given, options.root, found)
    return found


def _take(name: str, given: Any, folder: Path, found: Lists) -> None:
    """A list of its own file, or of values that are given."""
    if isinstance(given, list):
        found.by_name[name] = Given(name, given)
        return
    file = folder / given
    try:
        found.by_name[name] = Given(name, list_in(file, LONGEST), file)
    except GslError as error:
        found.faults.append(str(error))


def _take_file(file: Path, found: Lists) -> None:
    """A file of lists: names, each with a list of values or with the path of a list's file, as YAML or JSON."""
    try:
        text = read_text(file, LONGEST)
        content, _ = yamltext.load(text.removeprefix(_BOM))
        if not isinstance(content, Mapping):
            raise InputError("not-lists", "names were expected, each with a list of values", str(file))
    except YamlError as error:
        found.faults.append(f"{printable(str(file))}:{error.mark.line}:{error.mark.column}: {error.message}")
        return
    except GslError as error:
        found.faults.append(str(error))
        return
    places = top_keys(text)
    for key, given in content.items():
        name = str(key)
        if not isinstance(given, (list, str)):
            found.faults.append(f"{printable(str(file))}: `{printable(name[:60])}` must be a list of values")
            continue
        _take(name, given, file.parent, found)
        if name in found.by_name:
            own = found.by_name[name]
            start, end = places.get(name, (0, 0))
            found.by_name[name] = Given(name, own.values, own.file or file, file, start, end)


def top_keys(text: str) -> dict[str, tuple[int, int]]:
    """Where the topmost keys of a YAML text stand, quotes included. The text must be one that `yamltext` takes."""
    import yaml

    shift = len(text) - len(text.removeprefix(_BOM))
    node = yaml.compose(text[shift:], yaml.CSafeLoader)
    return key_places(node, shift)


def key_places(node: Any, shift: int = 0) -> dict[str, tuple[int, int]]:
    """Where the keys of a composed mapping stand; nothing for what is no mapping."""
    if node is None or node.tag != "tag:yaml.org,2002:map":
        return {}
    return {str(key.value): (key.start_mark.index + shift, key.end_mark.index + shift) for key, _ in node.value}

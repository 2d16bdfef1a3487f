"""Which files of a workspace gsl knows something of: by their names, and by what the options say."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from fnmatch import fnmatchcase
from pathlib import Path

from msgspec.structs import replace

from gsl.authoring.editing.options import EditorOptions
from gsl.authoring.editing.workspace import is_rule_name
from gsl.authoring.testing.finding import TEST_SUFFIX

RULE = "rule"
TESTS = "tests"
EXCLUSIONS = "exclusions"
FRAMEWORK = "framework"

_ENDINGS = (".yaml", ".yml")
_NAMES = {EXCLUSIONS: "exclusions", FRAMEWORK: "framework"}

FilesNamed = Callable[[Path], tuple[Sequence[str], Sequence[str]]]
"""What tells for a folder which files are exclusions, and which are frameworks."""


def nobody(folder: Path) -> tuple[Sequence[str], Sequence[str]]:
    """Names no file."""
    return (), ()


def kind_of(path: Path, options: EditorOptions) -> str | None:
    """What a file is; `None` for one that gsl has nothing to say of."""
    if is_rule_name(path.name):
        return RULE
    if path.name.endswith(TEST_SUFFIX):
        return TESTS
    given = {EXCLUSIONS: options.exclusions, FRAMEWORK: options.frameworks}
    for kind, word in _NAMES.items():
        if _is_named(path.name, word) or _is_among(path, given[kind]):
            return kind
    return None


def _is_named(name: str, word: str) -> bool:
    """Whether a name is `exclusions.yaml`, or `ours.exclusions.yaml`."""
    return any([name == f"{word}{ending}" or name.endswith(f".{word}{ending}") for ending in _ENDINGS])


def _is_among(path: Path, given: Iterable[str]) -> bool:
    return any([str(path) == each or fnmatchcase(str(path), each) for each in given])


def with_named(options: EditorOptions, named: FilesNamed) -> EditorOptions:
    """Options with the files that are named elsewhere."""
    exclusions, frameworks = named(options.root)
    return replace(
        options,
        exclusions=(*options.exclusions, *exclusions),
        frameworks=(*options.frameworks, *frameworks),
    )


def patterns(options: EditorOptions) -> list[str]:
    """Patterns of the YAML files that gsl knows something of, as editors write them."""
    names = [f"**/{each}.{{yaml,yml}}" for word in _NAMES.values() for each in (word, f"*.{word}")]
    given = [each.replace("\\", "/") for each in (*options.exclusions, *options.frameworks)]
    return [f"**/*{TEST_SUFFIX}", *names, *dict.fromkeys(given)]

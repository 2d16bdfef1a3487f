"""What a command reads, and none of its reports may overwrite or lie among."""

from __future__ import annotations

import os
from collections.abc import Iterable
from fnmatch import fnmatch
from pathlib import Path

from gsl.errors import UsageError


def spare(output: Path, inputs: Iterable[str], rules: Iterable[str] = ()) -> None:
    """Refuse a report in the place of something that is read. Raises `UsageError`.

    `inputs` are files, and folders and patterns of entity files; `rules` are files and folders of rules,
    or names of bundled ones.
    """
    for source in inputs:
        if _is_one_of(output, source):
            raise UsageError(f"{output}: this is an input; the report would overwrite it")
        if any([_is_read(place) for place in _places_in(output, source)]):
            _refuse(output, f"the input folder {source}", "entities")
        if _fits(output, source):
            why = f"this fits the pattern {source}; the next run would read it as entities: write it elsewhere"
            raise UsageError(f"{output}: {why}")
    for name in rules:
        if _is_one_of(output, name):
            raise UsageError(f"{output}: this is an input; the report would overwrite it: the rules are read from here")
        if any([_is_rule(place) for place in _places_in(output, name)]):
            _refuse(output, f"the folder {name}, and the rules are read from here", "a rule")


def _refuse(output: Path, where: str, taken_for: str) -> None:
    what = "is a file of" if output.exists() else "would lie in"
    why = "the report would overwrite it" if output.exists() else f"the next run would read it as {taken_for}"
    raise UsageError(f"{output}: this {what} {where}; {why}: write it elsewhere")


def _is_one_of(output: Path, source: str) -> bool:
    """Whether an output that is there already is the file of a name, or one that its pattern takes."""
    from gsl.inventory.files import STDIN, files_of

    if source == STDIN or not output.exists() or os.path.isdir(source):
        return False
    names = [source] if os.path.exists(source) else files_of(source)
    return any([isinstance(each, str) and os.path.exists(each) and output.samefile(each) for each in names])


def _places_in(output: Path, source: str) -> list[Path]:
    """Where an output lies below a folder: as it is named, and behind links."""
    if not os.path.isdir(source):
        return []
    return [place for place in _places(output) if real(Path(source)) in place.parents]


def _places(output: Path) -> tuple[Path, Path]:
    return real(output.parent) / output.name, real(output)


def _fits(output: Path, source: str) -> bool:
    """Whether an output that is not there yet fits a pattern of entity files, which would take it from then on."""
    from glob import glob, has_magic

    if output.exists() or os.path.exists(source) or not has_magic(source):
        return False
    above, last = str(Path(source).parent), Path(source).name
    found = glob(source if last == "**" else above, recursive=True)
    folders = {real(Path(each)) for each in found if os.path.isdir(each)}
    return any([place.parent in folders and _is_like(place.name, last) for place in _places(output)])


def _is_like(name: str, pattern: str) -> bool:
    """Whether a pattern takes a name; hidden files only when it says so, as everywhere."""
    return fnmatch(name, pattern) and (not name.startswith(".") or pattern.startswith("."))


def real(file: Path) -> Path:
    """The file behind links; the name itself when these go round in a circle."""
    try:
        return file.resolve()
    except (OSError, RuntimeError):
        return file


def _is_read(file: Path) -> bool:
    """Whether a file in a folder of entities is taken for one of them; a CSV is only if it is a credential report."""
    from gsl.inventory.files import is_entity_file
    from gsl.inventory.foreign import is_csv, looks_like_report

    if not is_entity_file(file.name):
        return False
    return not is_csv(file.name) or (file.exists() and looks_like_report(str(file)))


def _is_rule(file: Path) -> bool:
    """Whether a file in a folder of rules is taken for one, or for a ruleset; a new report is no ruleset."""
    from gsl.ruleset.loading import RULE_SUFFIX, holds_rules

    return file.suffix.lower() == RULE_SUFFIX or (file.exists() and holds_rules(file))

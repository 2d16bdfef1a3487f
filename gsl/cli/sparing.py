"""What a command reads, and none of its reports may overwrite or lie among."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

from gsl.errors import UsageError


def spare(output: Path, inputs: Iterable[str], rules: Iterable[str] = ()) -> None:
    """Refuse a report in the place of something that is read. Raises `UsageError`.

    `inputs` are files, and folders and patterns of entity files; `rules` are files and folders of rules,
    or names of bundled ones.
    """
    from gsl.ruleset.loading import RULE_SUFFIX

    for source in inputs:
        if _is_one_of(output, source):
            raise UsageError(f"{output}: this is an input; the report would overwrite it")
        if _lies_in(output, source) and _is_read(output):
            what = "is a file of" if output.exists() else "would lie in"
            why = "the report would overwrite it" if output.exists() else "the next run would read it as entities"
            raise UsageError(f"{output}: this {what} the input folder {source}; {why}: write it elsewhere")
    for name in rules:
        among = _lies_in(output, name) and output.suffix.lower() == RULE_SUFFIX
        if among or _is_one_of(output, name):
            raise UsageError(f"{output}: this is an input; the report would overwrite it: the rules are read from here")


def _is_one_of(output: Path, source: str) -> bool:
    """Whether an output that is there already is the file of a name, or one that its pattern takes."""
    from gsl.inventory.files import STDIN, files_of

    if source == STDIN or not output.exists() or os.path.isdir(source):
        return False
    names = [source] if os.path.exists(source) else files_of(source)
    return any([isinstance(each, str) and os.path.exists(each) and output.samefile(each) for each in names])


def _lies_in(output: Path, source: str) -> bool:
    return os.path.isdir(source) and real(Path(source)) in real(output).parents


def real(file: Path) -> Path:
    """The file behind links; the name itself when these go round in a circle."""
    try:
        return file.resolve()
    except (OSError, RuntimeError):
        return file


def _is_read(output: Path) -> bool:
    """Whether a file in a folder of entities is taken for one of them; a CSV is only if it is a credential report."""
    from gsl.inventory.files import is_entity_file
    from gsl.inventory.foreign import is_csv, looks_like_report

    if not is_entity_file(output.name):
        return False
    return not is_csv(output.name) or (output.exists() and looks_like_report(str(output)))

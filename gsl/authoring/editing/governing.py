"""What there is to say of files of exclusions and of frameworks that are being written."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

from gsl.authoring.checking.table import NOTE
from gsl.authoring.editing.kinds import EXCLUSIONS
from gsl.authoring.editing.looking import Notice
from gsl.authoring.editing.placing import LONGEST, Placing, ordered
from gsl.errors import GslError
from gsl.ruleset.exclusion_files import exclusions_in
from gsl.ruleset.framework_files import framework_of

_BOM = "\N{ZERO WIDTH NO-BREAK SPACE}"


def look_at_governing(text: str, path: Path, kind: str, lists: Collection[str] | None = None) -> tuple[Notice, ...]:
    """Look at a file of exclusions, or else of a framework. `lists` are the named lists there are, if anybody says."""
    placing = Placing(text)
    if len(text) > LONGEST:
        message = f"longer than {LONGEST >> 20} MB: too long to be looked at here"
        return (placing.at_top("file-too-long", message, NOTE),)
    return ordered(placing.of_errors(_errors(text.removeprefix(_BOM), str(path), kind, lists)))


def _errors(text: str, name: str, kind: str, lists: Collection[str] | None) -> list[GslError]:
    try:
        if kind == EXCLUSIONS:
            return exclusions_in(text, name, lists)[1]
        framework_of(text, name)
    except GslError as error:
        return [error]
    return []

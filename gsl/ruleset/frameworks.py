"""The frameworks that gsl has trees of, those of users' own files, and what rules alone tell of others."""

from __future__ import annotations

import functools
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from gsl.errors import UsageError
from gsl.language.vocabulary import nearest
from gsl.results.frameworks import Control, Framework, Section
from gsl.results.summaries import RuleSummary
from gsl.ruleset import bundled

if TYPE_CHECKING:
    from gsl.results.assessing import Assessment
    from gsl.results.model import Report

_SUFFIXES = (".yaml", ".yml")
_KEY = "name:"
_SHOWN = 12


@functools.cache
def known_frameworks() -> dict[str, Path]:
    """The files of the frameworks that gsl has trees of, by the names that rules have for them.

    The name is the first line of each file, so that no file is read whole for it.
    """
    found = {}
    for file in (bundled.folder() / "frameworks").rglob("*.yaml"):
        with file.open(encoding="utf-8") as stream:
            found[stream.readline().removeprefix(_KEY).strip()] = file
    return {name: found[name] for name in sorted(found, key=_natural)}


@functools.cache
def known_framework(name: str) -> Framework | None:
    """The framework that gsl has under exactly this name; `None` when it has none."""
    file = known_frameworks().get(name)
    return read_framework(file) if file is not None else None


def read_framework(path: str | Path) -> Framework:
    """The framework of a YAML file. Raises `InputError`, and `FrameworkError` for what is wrong in it."""
    from gsl.ruleset.framework_files import framework_in

    return framework_in(path)


def assess(report: Report, framework: str | Framework) -> Assessment:
    """How the controls of a framework stand in a report.

    `framework` is the name of one that gsl has or that rules of the report name, a part that only
    one name has, a YAML file, or a framework. Raises `UsageError` when there is none, `InputError`
    and `FrameworkError` for a file that cannot be used.
    """
    from gsl.results import assessing

    found = find_framework(framework, report.rules) if isinstance(framework, str) else framework
    return assessing.assess(report, found)


def find_framework(wanted: str, rules: Sequence[RuleSummary]) -> Framework:
    """The framework of a name, of a part that only one name has, or of a file.

    `rules` are those of a report: a framework that only they name is made of what they say.
    Raises `UsageError` when there is none or more than one, and what `read_framework` raises.
    """
    if wanted.lower().endswith(_SUFFIXES):
        return read_framework(wanted)
    told = {name for rule in rules for name in rule.about.frameworks}
    names = list(dict.fromkeys([*known_frameworks(), *sorted(told, key=_natural)]))
    name = _chosen(wanted, names)
    known = known_framework(name)
    return known if known is not None else told_by(name, rules)


def _chosen(wanted: str, names: list[str]) -> str:
    own = wanted.casefold()
    fitting = [name for name in names if name.casefold() == own] or [name for name in names if own in name.casefold()]
    if own and len(fitting) == 1:
        return fitting[0]
    if wanted in fitting:
        return wanted
    if own and fitting:
        raise UsageError(f"there are several frameworks `{wanted}`: {_listed(fitting)}; name one")
    near = nearest(wanted, names)
    meant = f"; did you mean `{near}`?" if near is not None else "."
    raise UsageError(
        f"there is no framework `{wanted}`{meant} `gsl frameworks` lists those that gsl knows; a file (.yaml) is taken too"
    )


def _listed(names: list[str]) -> str:
    more = len(names) - _SHOWN
    return ", ".join(names[:_SHOWN]) + (f" and {more} more" if more > 0 else "")


def told_by(name: str, rules: Iterable[RuleSummary]) -> Framework:
    """The framework that rules name and gsl has no tree of: the sections that they map to, in their order."""
    ids = {section for rule in rules for section in rule.about.frameworks.get(name, ())}
    controls = tuple([Control(each) for each in sorted(ids, key=_natural)])
    return Framework(name, complete=False, known=False, sections=(Section("", "", (), controls),) if controls else ())


def _natural(name: str) -> list[tuple[int, int, str]]:
    """Sorts names such as 1.10 after 1.9."""
    from gsl.results.reporters.html.counting import natural

    return natural(name)


def mapping_problem(framework: Framework, section: str) -> str | None:
    """What is wrong with a mapping to a section of a framework; `None` when it has such a control."""
    ids = [control.id for control in framework.controls()]
    if section in ids:
        return None
    if section in [block.section.id for block in framework.blocks()]:
        below = [each for each in ids if each.startswith(f"{section}.")]
        which = f": map to one of {_listed(below)}" if below else ""
        return f"`{section}` of {framework.name} is a section, not a control{which}"
    near = _near_id(section, ids)
    meant = f"; did you mean `{near}`?" if near is not None else ""
    return f"{framework.name} has no control `{section}`{meant}"


def _near_id(section: str, ids: list[str]) -> str | None:
    """The control most like a mistyped one: of one parent the last one, else by its letters."""
    parent = section.rpartition(".")[0]
    siblings = [each for each in ids if parent and each.rpartition(".")[0] == parent]
    return siblings[-1] if siblings else nearest(section, ids)

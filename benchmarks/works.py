"""The three works: what is measured, on which kind of entities, with which rules."""

from __future__ import annotations

import re

import attrs

from benchmarks import mixed
from benchmarks.cases import Case
from benchmarks.mixed import groups, users


@attrs.frozen
class Work:
    """Rules and the kind of entities they run on."""

    name: str
    cases: tuple[Case, ...]

    @property
    def kind(self) -> str:
        return self.name.partition("-")[0]


def work_of(name: str) -> Work:
    """A work by its name; `mixed-N` are N rules on the entities of `mixed`, spread over its types.

    Beyond a hundred they are the same rules with other numbers in them, as rulesets have them; for
    those the functions by hand do not hold.
    """
    base, _, number = name.partition("-")
    if not number:
        return WORKS[base]
    cases = WORKS[base].cases
    wanted = int(number)
    if wanted <= len(cases):
        return Work(name, cases[:: len(cases) // wanted][:wanted])
    return Work(name, tuple(_other_numbers(cases[each % len(cases)], each // len(cases)) for each in range(wanted)))


def _other_numbers(case: Case, step: int) -> Case:
    def shifted(found: re.Match[str]) -> str:
        return str(int(found.group()) + step)

    gsl = re.sub(r"(?<=[ (])\d{2,}(?=[ ,)]|$)", shifted, case.gsl)
    return attrs.evolve(case, id=f"{case.id}-{step}", gsl=re.sub(r"(?<=\(-)\d+", shifted, gsl))


WORKS = {
    work.name: work
    for work in (
        Work("iam", (users.CASES[0],)),
        Work("sg", (groups.CASES[0],)),
        Work("mixed", mixed.CASES),
    )
}

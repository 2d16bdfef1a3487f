"""The page docs/checks.md: what `gsl check` looks for, from the table of checks."""

from __future__ import annotations

from collections.abc import Iterator

from marking import NOTICE, code, page, table

from gsl.authoring.checking.table import CHECKS, Check

_GROUPS = {
    "GSL1": ("Names and types", "names"),
    "GSL2": ("Logic", "logic"),
    "GSL3": ("Spelling", "spelling"),
    "GSL4": ("Front matter", "front-matter"),
    "GSL5": ("Ignore comments", "ignore-comments"),
}


def checks_page() -> str:
    """Every check, with an anchor for its code."""
    parts = [
        "# Checks",
        NOTICE,
        "`gsl check` finds mistakes in rules that parse. Each check has a code that never changes its meaning. "
        "[Writing rules](writing-rules.md#check) tells how to use it, the [command line](cli.md#gsl-check) lists its options.",
        "Warnings set the exit code, notes do not. Checks marked *strict* are made with `--strict`, or when `--select` names "
        "them. Those marked *fix* have fixes that leave the meaning of a rule as it is; `--fix` applies them.",
        "What is said of logic holds for every JSON value, missing ones and odd types included, and rests on no schema. "
        "What is said of names and types rests on [schemas](entities.md#schemas), or on the entities that you give.",
        table(["code", "severity", "", "finds"], [_row(name, check) for name, check in CHECKS.items()]),
    ]
    for start, (title, anchor) in _GROUPS.items():
        parts.append(f"## {title} {{#{anchor}}}")
        for name, check in CHECKS.items():
            if name.startswith(start):
                parts += _check(name, check)
    return page(parts)


def _row(name: str, check: Check) -> list[str]:
    marks = [mark for mark, holds in (("strict", check.strict), ("fix", check.fixed)) if holds]
    return [f"[`{name}`](#{name.lower()})", check.severity, ", ".join(marks), check.summary]


def _check(name: str, check: Check) -> Iterator[str]:
    yield f"### {name}: {check.name} {{#{name.lower()}}}"
    yield check.summary + " " + check.why
    yield "Reported:"
    yield code(check.bad.split("\n"), "gsl")
    yield "Instead:"
    yield code(check.good.split("\n"), "gsl")

"""Fuzzes the reading of rule files: front matter and exported rulesets give rules, or errors that can be shown."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from random import Random
from typing import Any

import attrs

import gsl
from gsl.errors import Source
from gsl.language.scanner import MAX_BYTES
from gsl.ruleset.loading import Loaded, load_export, rule_of_text
from tests.fuzz.running import Target, Wrong, fuzz, pieces_left_out
from tests.generation import TEXTS, Generator, text_of

_FRONT = (
    *(
        "id: X.1",
        "title: A title",
        "severity: high",
        "category: c",
        "description: |\n  a\n  b",
        "remediation: >-\n  a",
        "references: [a, 'b']",
    ),
    *(
        "frameworks:\n  CIS: [\"1.11\", '2']",
        "frameworks: {A: [1.1]}",
        "severity: HIGH",
        "title: 7",
        "id: null",
        "titel: x",
        "title: ''",
    ),
    *(
        "<<: {title: x}",
        "<<: [{title: x}, {severity: y}]",
        "&a title: x",
        "title: &a x",
        "*a : b",
        "? a\n: b",
        "? [a]\n: b",
        "~: x",
        "yes: no",
    ),
    *(
        "0x1: a",
        "1.0: a",
        "2024-01-01: b",
        "=: x",
        ".nan: .inf",
        "title: !!str 7",
        "title: !!int x",
        "!!set {a}: b",
        "title: 2024-02-30",
        "- a",
    ),
    *(
        "'a': \"\\u263a\"",
        '"\\e": x',
        '"\\ud800": x',
        "title: [",
        "title: {",
        "title: }",
        "title: 'a",
        "a: b: c",
        "\ttitle: x",
        "title: @a",
        "title: `a",
    ),
    *(
        "--- ",
        "...",
        "---",
        "%YAML 1.1",
        "# comment",
        "",
        " ",
        "title: |",
        "title: >",
        "title: x # c",
        "\ufefftitle: x",
        "title: \x85",
        "id: a/b",
        "id: ../x",
    ),
)
_MARKS = (
    ":",
    "-",
    "?",
    "[",
    "]",
    "{",
    "}",
    ",",
    "#",
    "&",
    "*",
    "!",
    "|",
    ">",
    "'",
    '"',
    "%",
    "@",
    "\n",
    " ",
    "\t",
    "\r",
    "\x00",
    "\ud800",
    "\u2028",
    "---\n",
)


@attrs.frozen
class Case:
    """The text of a file and its name."""

    text: str
    name: str


def draw(random: Random) -> Case:
    """A `.gsl` file with front matter or an exported ruleset, mostly with something done to it."""
    is_export = random.random() < 0.4
    text = _export(random) if is_export else _file(random)
    for _ in range(random.choice((0, 0, 1, 1, 2, 5))):
        place = random.randrange(len(text) + 1)
        text = text[:place] + random.choice((*_MARKS, *TEXTS, "")) + text[place + random.choice((0, 1, 5)) :]
    return Case(text, "x.json" if is_export else "x.gsl")


def _rule(random: Random) -> str:
    return text_of(Generator(random, depth=1).statement())


def _file(random: Random) -> str:
    lines = [random.choice(_FRONT) for _ in range(random.choice((0, 1, 2, 4)))]
    newline = random.choice(("\n", "\n", "\r\n"))
    return f"---\n{chr(10).join(lines)}\n---\n{_rule(random)}\n".replace("\n", newline)


def _export(random: Random) -> str:
    rules: list[Any] = []
    for _ in range(random.choice((0, 1, 2, 4))):
        rule: Any = {
            "name": random.choice(("a", "D9.AWS.IAM.79 x", *TEXTS)),
            "logic": _rule(random),
            "severity": random.choice(("High", 1, None)),
        }
        rule |= {
            random.choice(("ruleId", "id", "logic", "description", "complianceTag")): random.choice(
                (*TEXTS, 7, None, True, [], {})
            )
        }
        rules.append(rule if random.random() < 0.9 else random.choice((None, 1, [], {}, "x")))
    return json.dumps(
        random.choice(({"rules": rules}, rules, {"name": "x", "rules": rules})), indent=random.choice((None, 2))
    )


def check(case: Case) -> None:
    """Raises when a file is not read as it should be."""
    try:
        if case.name.endswith(".json"):
            loaded = load_export(case.text, case.name)
        else:
            loaded = Loaded([rule_of_text(Source(case.text, case.name))])
    except gsl.GslError as error:
        _check_error(error, case)
        return
    for each in loaded.errors:
        _check_error(each, case)
    for rule in loaded.rules:
        _check_rule(rule, case)


def _check_rule(rule: gsl.Rule, case: Case) -> None:
    if (
        not isinstance(rule.id, str)
        or not rule.id
        or rule.severity not in (None, "informational", "low", "medium", "high", "critical")
    ):
        raise Wrong("a rule with wrong metadata", repr(rule))
    json.dumps(rule.metadata.to_dict())
    if case.name.endswith(".gsl") and rule.source.text != case.text:
        raise Wrong("a rule of another text")
    if len(rule.text.encode("utf-8", "replace")) <= MAX_BYTES and gsl.parse(rule.text).statement != rule.statement:
        raise Wrong("a rule whose text is another rule", repr(rule.text))


def _check_error(error: gsl.GslError, case: Case) -> None:
    shown = str(error)
    if not shown or not all([character.isprintable() or character == "\n" for character in shown]):
        raise Wrong("an error that is not printable", repr(shown))
    for problem in getattr(error, "problems", ()):
        line, column = problem.span.line, problem.span.column
        lines = case.text.split("\n")
        in_file = case.name.endswith(".gsl")
        if in_file and not (1 <= line <= len(lines) and 1 <= column <= len(lines[line - 1]) + 1):
            raise Wrong("a place outside the file", f"{line}:{column} {shown}")
        if in_file and problem.span.start > len(case.text):
            raise Wrong("a span outside the file", f"{problem.span} {shown}")


def smaller(case: Case) -> Iterator[Case]:
    """Shorter files."""
    for lines in pieces_left_out(case.text.split("\n")):
        yield attrs.evolve(case, text="\n".join(lines))
    for characters in pieces_left_out(case.text):
        yield attrs.evolve(case, text="".join(characters))


TARGET = Target("rulefiles", draw, check, smaller)

if __name__ == "__main__":
    sys.exit(fuzz(TARGET))

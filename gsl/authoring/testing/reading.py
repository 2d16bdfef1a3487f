"""Reading the file of tests beside a rule, `X.test.yaml` beside `X.gsl`: its cases, and all that is wrong with it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import attrs

from gsl.authoring.testing.cases import Case, TestFile
from gsl.authoring.testing.entities import EntityFiles
from gsl.errors import MOST_PROBLEMS, InputError, InputErrors
from gsl.language.vocabulary import did_you_mean
from gsl.ruleset import loading, yamltext
from gsl.ruleset.yamlplaces import Places, Step
from gsl.ruleset.yamltext import Mark, YamlError

FILE_KEYS = ("now", "lists", "cases")
CASE_KEYS = ("name", "entity", "entities", "expect", "decidedBy", "now", "lists")

LONGEST_FILE = 16 * 1024 * 1024
MOST_CASES = 10_000

_BOM = "\N{ZERO WIDTH NO-BREAK SPACE}"


def read_text(path: Path) -> str:
    """The text of a test file. Raises `InputError`."""
    return loading.read_text(path, LONGEST_FILE)


def read_tests(path: Path) -> TestFile:
    """The cases of a test file. Raises `InputError` or `InputErrors` when it is none."""
    tests, errors = tests_in(read_text(path), path)
    if errors or tests is None:
        raise errors[0] if len(errors) == 1 else InputErrors(tuple(errors))
    return tests


def tests_in(text: str, path: Path) -> tuple[TestFile | None, list[InputError]]:
    """The cases of a text that can be used, and what is wrong with it, in text order."""
    text = text.removeprefix(_BOM)
    try:
        content, node = yamltext.load_nodes(text)
    except YamlError as error:
        message = f"the file is {error.message}" if error.message.startswith("no ") else error.message
        mark = error.mark
        return None, [InputError("invalid-yaml", message, str(path), mark.line, mark.column, mark.length)]
    reading = _Reading(str(path), Places(text, node))
    cases = reading.cases(content)
    errors = sorted(reading.errors, key=lambda each: (each.line, each.column))
    files = EntityFiles(path.parent, LONGEST_FILE)
    return (TestFile(path, content, cases, reading.places, files) if cases else None), errors


@attrs.define
class _Reading:
    """A file being read, and what was wrong so far."""

    file: str
    places: Places
    errors: list[InputError] = attrs.field(factory=list)

    def wrong(self, code: str, message: str, mark: Mark) -> None:
        """Note what is wrong at a place; of very much, the first."""
        if len(self.errors) < MOST_PROBLEMS:
            self.errors.append(InputError(code, message, self.file, mark.line, mark.column, mark.length))

    def cases(self, content: Any) -> tuple[Case, ...]:
        """The cases that can be used."""
        top = self.places.at()
        if not isinstance(content, dict):
            self.wrong("invalid-yaml", "keys were expected: `cases`, and `now` or `lists` if needed", top)
            return ()
        self.refuse_unknown(content, FILE_KEYS, "the file")
        given = content.get("cases")
        if not isinstance(given, list) or not given:
            message = "`cases` must be a list with at least one case"
            self.wrong("no-cases", message, self.places.key("cases") if "cases" in content else top)
            return ()
        if len(given) > MOST_CASES:
            self.wrong("too-many-cases", f"the file has more than {MOST_CASES:,} cases", self.places.key("cases"))
            return ()
        return tuple(self._named(given))

    def _named(self, given: list[Any]) -> Iterator[Case]:
        names: set[str] = set()
        for number, content in enumerate(given):
            name = self._name(content, number, names)
            if name:
                names.add(name)
                self.refuse_unknown(content, CASE_KEYS, f"the case `{name}`", "cases", number)
                yield Case(name, number, content)

    def _name(self, content: Any, number: int, names: set[str]) -> str:
        """The name of a case; empty for one that cannot be used."""
        name = content.get("name") if isinstance(content, dict) else None
        if not isinstance(content, dict):
            message = f"case {number + 1} must have keys such as `name`, `entity` and `expect`"
        elif not isinstance(name, str) or not name:
            message = f"case {number + 1} has no `name`"
        elif name in names:
            message = f"two cases are named `{name}`"
        else:
            return name
        self.wrong("invalid-case", message, self.places.at("cases", number, "name"))
        return ""

    def refuse_unknown(self, content: Mapping[str, Any], known: tuple[str, ...], where: str, *way: Step) -> None:
        """Note the keys that nobody knows."""
        for key in content:
            if len(self.errors) >= MOST_PROBLEMS:
                return
            if key not in known:
                near = did_you_mean(str(key), known) or "."
                message = f"{where} has no key `{key}`{near} Known keys: {', '.join(known)}"
                self.wrong("unknown-test-key", message, self.places.key(*way, key))

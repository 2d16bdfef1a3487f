"""What can be wrong with a case whatever its rule says: its entities, its settings, what it expects."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from gsl.authoring.testing.cases import ENTITIES_WANTED, VERDICTS, Case, TestFile, Trouble
from gsl.errors import GslError, InputError
from gsl.language.vocabulary import did_you_mean
from gsl.ruleset.options import instant_of, options_of


def trouble_of(error: GslError, *way: str | int) -> Trouble:
    """What an error says, at its place in a case instead of its own."""
    if isinstance(error, InputError):
        return Trouble(error.message, way, error.code)
    return Trouble(str(error), way)


def in_the_way(tests: TestFile, case: Case) -> Iterator[Trouble]:
    """What keeps a case from being run."""
    yield from _of_entities(tests, case)
    yield from _of_settings(tests, case)


def in_expectations(case: Case) -> Iterator[Trouble]:
    """What is no expectation."""
    yield from _of_expect(case.expect)
    if case.decided_by is not None:
        yield from _of_decided_by(case.decided_by)


def _of_entities(tests: TestFile, case: Case) -> Iterator[Trouble]:
    content = case.content
    entities = content.get("entities")
    if ("entity" in content) == ("entities" in content):
        yield Trouble("a case needs either `entity` or `entities`", (case.given,))
    elif isinstance(entities, str):
        try:
            tests.files.place(entities)
        except InputError as error:
            yield trouble_of(error, "entities")
    elif "entities" in content and not isinstance(entities, list):
        yield Trouble(ENTITIES_WANTED, ("entities",))


def _of_settings(tests: TestFile, case: Case) -> Iterator[Trouble]:
    try:
        options_of(0, tests.lists(case))
    except GslError as error:
        yield trouble_of(error, "lists")
    try:
        instant_of(tests.now(case))
    except GslError as error:
        yield trouble_of(error, "now")


def _of_expect(expect: Any) -> Iterator[Trouble]:
    if isinstance(expect, str):
        yield from _of_verdict(expect, "expect")
    elif not isinstance(expect, dict) or not expect:
        yield Trouble("`expect` is missing: a verdict, or a verdict for each entity by its id", ("expect",))
    else:
        for name, verdict in expect.items():
            yield from _of_verdict(verdict, "expect", str(name))


def _of_verdict(verdict: Any, *way: str) -> Iterator[Trouble]:
    if verdict not in VERDICTS:
        near = did_you_mean(str(verdict), VERDICTS) or "."
        yield Trouble(f"`{verdict}` is no verdict{near} Verdicts: {', '.join(VERDICTS)}", way)


def _of_decided_by(decided_by: Any) -> Iterator[Trouble]:
    if isinstance(decided_by, list):
        if not are_paths(decided_by):
            yield Trouble("`decidedBy` must be a list of paths", ("decidedBy",))
    elif not isinstance(decided_by, dict) or not decided_by:
        message = "`decidedBy` must be a list of paths, or such a list for each entity by its id"
        yield Trouble(message, ("decidedBy",))
    else:
        for name, paths in decided_by.items():
            if not are_paths(paths):
                yield Trouble(f"{name}: `decidedBy` must be a list of paths", ("decidedBy", str(name)))


def are_paths(value: Any) -> bool:
    """Whether a value is a list of paths."""
    return isinstance(value, list) and all([isinstance(path, str) for path in value])

"""Which tests there are: the test files of paths, each with its rule, and the cases that are asked for."""

from __future__ import annotations

import os
from collections.abc import Iterable
from fnmatch import fnmatchcase
from pathlib import Path

import attrs

from gsl.errors import GslError, InputError, Source
from gsl.ruleset.loading import RULE_SUFFIX, load, rule_of_text
from gsl.ruleset.rule import Rule

TEST_SUFFIX = ".test.yaml"


@attrs.frozen
class Found:
    """A test file with its rule, or with why the rule cannot be used."""

    file: Path
    rule: Rule | None = None
    error: GslError | None = None


@attrs.define
class Tests:
    """All tests of some paths, and the rules that have none."""

    __test__ = False

    files: list[Found] = attrs.field(factory=list)
    untested: list[str] = attrs.field(factory=list)

    def add(self, path: Path) -> None:
        """Take in the tests of a rule, a test file, or everything in a folder; the same file once.

        Raises `InputError` when there is no such path.
        """
        known = {each.file for each in self.files}
        for file in self._test_files(path):
            if file not in known:
                self.files.append(with_rule(file))

    def _test_files(self, path: Path) -> list[Path]:
        if not path.exists():
            raise InputError("no-such-file", "there is no such file or folder", str(path))
        if path.is_dir():
            self._note([rule for rule in sorted(path.rglob(f"*{RULE_SUFFIX}")) if not is_there(test_of(rule))])
            return sorted(path.rglob(f"*{TEST_SUFFIX}"))
        if path.name.endswith(TEST_SUFFIX):
            return [path]
        if not path.name.endswith(RULE_SUFFIX):
            message = f"a rule (X{RULE_SUFFIX}) or a test file (X{TEST_SUFFIX}) was expected"
            raise InputError("no-tests", message, str(path))
        if is_there(test_of(path)):
            return [test_of(path)]
        self._note([path])
        return []

    def _note(self, rules: list[Path]) -> None:
        self.untested += [str(rule) for rule in rules if str(rule) not in self.untested]


def test_of(rule: Path) -> Path:
    """The test file of a rule."""
    return rule.with_name(rule.name.removesuffix(RULE_SUFFIX) + TEST_SUFFIX)


def rule_of(file: Path) -> Path:
    """The rule file of a test file."""
    return file.with_name(file.name.removesuffix(TEST_SUFFIX) + RULE_SUFFIX)


def is_there(file: Path) -> bool:
    """Whether there is such a file; a name that is too long is that of none."""
    return os.path.isfile(file)


def with_rule(file: Path, text: str | None = None) -> Found:
    """A test file with its rule; `text` is that of the rule where it is not as it is on disk."""
    rule_file = rule_of(file)
    if text is None and not is_there(rule_file):
        message = f"the rule that these tests are for is missing: {rule_file}"
        return Found(file, error=InputError("no-rule", message, str(file)))
    try:
        return Found(file, load(rule_file) if text is None else rule_of_text(Source(text, str(rule_file))))
    except GslError as error:
        return Found(file, error=error)


def is_wanted(rule_id: str, name: str, wanted: Iterable[str]) -> bool:
    """Whether a case is asked for: by a part of its name or of its rule's id, or by a pattern; by nothing all are."""
    asked = [each.casefold() for each in wanted]
    texts = (rule_id.casefold(), name.casefold())
    return not asked or any([_fits(each, text) for each in asked for text in texts])


def _fits(wanted: str, text: str) -> bool:
    return fnmatchcase(text, wanted) if any([mark in wanted for mark in "*?["]) else wanted in text

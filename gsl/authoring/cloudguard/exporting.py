"""Rule files as a ruleset that CloudGuard takes; one that was imported comes out as it went in."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import attrs

from gsl.authoring.cloudguard.dialect import doubts, without_comments
from gsl.authoring.cloudguard.fields import given_of
from gsl.authoring.cloudguard.json_values import unlike_json
from gsl.authoring.cloudguard.rule_file import rule_file_of
from gsl.authoring.cloudguard.ruleset_file import RULESET_FILE, Entry, RulesetFile, read_ruleset_file
from gsl.errors import GslError, InputError, RuleError, Source, UsageError
from gsl.inventory import schemas
from gsl.inventory.files import files_below
from gsl.ruleset.loading import RULE_SUFFIX, read_text, rule_of_text
from gsl.ruleset.metadata import CLOUDGUARD
from gsl.ruleset.rule import Rule


@attrs.frozen
class Wishes:
    """What is asked for of the ruleset as a whole; `None` leaves it as it is."""

    name: str | None = None
    description: str | None = None
    vendor: str | None = None


@attrs.define
class Export:
    """A ruleset, and what there is to say of it: rules left out, broken ones, what CloudGuard may not take.

    `left_out` counts the rules that are not in it, as they could not be read; `listed` says that a
    ruleset file was there.
    """

    ruleset: Any = None
    rules: int = 0
    left_out: int = 0
    listed: bool = False
    errors: list[GslError] = attrs.field(factory=list)
    doubts: list[InputError] = attrs.field(factory=list)


@attrs.frozen
class _Text:
    """The text of a rule file, and the file as messages name it."""

    text: str
    file: str


def export_folder(folder: Path, wishes: Wishes) -> Export:
    """The ruleset of a folder's rule files, as its ruleset file has it if there is one. Raises `InputError`."""
    found: dict[str, _Text] = {}
    made = _Making()
    for file in files_below(folder, lambda name: name.lower().endswith(RULE_SUFFIX) and not name.startswith(".")):
        try:
            if isinstance(file, InputError):
                raise file
            found[file.relative_to(folder).as_posix()] = _Text(read_text(file), str(file))
        except InputError as error:
            made.export.errors.append(error)
            made.export.left_out += 1
    listed = folder / RULESET_FILE
    if not listed.is_file():
        return made.whole(found.values(), folder.resolve().name, wishes)
    ruleset = read_ruleset_file(listed)
    made.export.listed = True
    rules = list(made.listed(ruleset, found, str(listed)))
    rules += made.unlisted(found.values())
    fields = None if ruleset.fields is None else {**ruleset.fields, **_wished(wishes)}
    return made.end(RulesetFile(fields, ruleset.entries).value(rules), len(rules))


def export_rules(rules: Iterable[Rule], errors: Iterable[GslError], name: str, wishes: Wishes) -> Export:
    """The ruleset of rules that were loaded; those that could not be are told, and are not in it."""
    made = _Making()
    made.export.errors += errors
    made.export.left_out = len(made.export.errors)
    return made.whole([_Text(rule.source.text, rule.source.name) for rule in rules], name, wishes)


def export_file(file: Path, wishes: Wishes) -> Export:
    """The ruleset of one rule file. Raises `InputError`."""
    return _Making().whole([_Text(read_text(file), str(file))], file.name.removesuffix(RULE_SUFFIX), wishes)


def _wished(wishes: Wishes) -> dict[str, str]:
    told = {"name": wishes.name, "description": wishes.description, "cloudVendor": wishes.vendor}
    return {key: value for key, value in told.items() if value is not None}


class _Making:
    """A ruleset as it is made, rule by rule."""

    def __init__(self) -> None:
        self.export = Export()
        self.types: set[str] = set()

    def end(self, ruleset: Any, rules: int) -> Export:
        """The ruleset with what was found."""
        self.export.ruleset, self.export.rules = ruleset, rules
        return self.export

    def whole(self, texts: Iterable[_Text], name: str, wishes: Wishes) -> Export:
        """A ruleset that never was CloudGuard's."""
        rules = list(self.unlisted(texts))
        fields: dict[str, Any] = {"name": name, "description": ""}
        if self.types and all([schemas.schema_of(each) is not None for each in self.types]):
            fields["cloudVendor"] = "aws"  # the clouds of which gsl knows types
        fields |= {"hideInCompliance": False, "language": "en", **_wished(wishes)}
        if "cloudVendor" not in fields:
            message = "the cloud that the rules are for is not known: say --cloud-vendor, which CloudGuard asks for"
            self.export.doubts.append(InputError("no-cloud-vendor", message))
        return self.end({**fields, "rules": rules}, len(rules))

    def listed(self, ruleset: RulesetFile, found: dict[str, _Text], name: str) -> Iterator[Any]:
        """The rules that a ruleset file lists; they are taken from what was found."""
        for entry in ruleset.entries:
            if entry.file is None:
                yield entry.value
                continue
            text = found.pop(entry.file, None)
            if text is None:
                message = f"`{entry.file}` is listed and not in the folder: the rule is left out"
                self.export.doubts.append(InputError("no-such-rule", message, name))
            else:
                yield from self._rule(text, entry)

    def unlisted(self, texts: Iterable[_Text]) -> Iterator[Any]:
        """Rules as they say of themselves."""
        for text in texts:
            yield from self._rule(text, None)

    def _rule(self, text: _Text, entry: Entry | None) -> Iterator[Any]:
        """The rule of a file, unless that cannot be read; looked at for what CloudGuard may not take."""
        try:
            file = rule_file_of(text.text, text.file)
            if file.problems:
                raise RuleError(file.problems, Source(text.text, text.file, text.file))
            odd = unlike_json(file.front.get(CLOUDGUARD))
            if odd is not None:
                raise InputError("not-json", f"`{CLOUDGUARD}`: {odd}", text.file)
        except GslError as error:
            self.export.errors.append(error)
            self.export.left_out += 1
            return
        rule = self._parsed(text)
        front = {"id": Path(text.file).name.removesuffix(RULE_SUFFIX), **file.front}
        if entry is not None:
            yield given_of(front, file.logic, entry.fields)
            return
        logic = file.logic.strip()
        if rule is not None:
            self.export.doubts += doubts(rule)
            logic = without_comments(logic)
        yield given_of(front, logic)

    def _parsed(self, text: _Text) -> Rule | None:
        try:
            rule = rule_of_text(Source(text.text, text.file, text.file))
        except GslError as error:
            self.export.errors.append(error)
            return None
        self.types |= rule.types
        return rule


def refuse_ruleset(file: Path) -> None:
    """Raise `UsageError` for a file that is a ruleset of CloudGuard already."""
    if file.suffix.lower() == ".json":
        raise UsageError(f"{file}: this is JSON already; `gsl export` takes rule files (`gsl import` makes them of it)")

"""Checking rules: all checks over each rule, what is ignored taken out, in the order of the text."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from msgspec import Struct, field

from gsl.authoring.checking.findings import Finding
from gsl.authoring.checking.ignoring import ignore_findings, ignores_in, without_ignored
from gsl.authoring.checking.logic import logic_findings
from gsl.authoring.checking.shapes import Shapes
from gsl.authoring.checking.style import style_findings
from gsl.authoring.checking.table import CHECKS, NOTE, chosen
from gsl.authoring.checking.types import type_findings
from gsl.language import nodes
from gsl.results.frameworks import Framework
from gsl.ruleset.frontmatter import split
from gsl.ruleset.loading import RULE_SUFFIX
from gsl.ruleset.rule import Rule

MOST_FINDINGS = 200
"""Findings of one rule that are shown; a hostile rule may have very many."""


class Settings(Struct, frozen=True, eq=False):
    """What is looked for, and what is known of entities; `frameworks` are known besides those of gsl, by name."""

    shapes: Shapes
    strict: bool = False
    codes: frozenset[str] = chosen((), (), False)
    frameworks: dict[str, Framework] = field(default_factory=dict)


class Found(Struct, frozen=True, eq=False):
    """A finding in a rule."""

    rule: Rule
    finding: Finding

    @property
    def severity(self) -> str:
        """`error`, `warning` or `note`."""
        return CHECKS[self.finding.code].severity

    @property
    def is_placed(self) -> bool:
        """Whether lines and columns are those of the file; those of an exported rule count in its own text."""
        return is_rule_file(self.rule)


def is_rule_file(rule: Rule) -> bool:
    """Whether a rule has a file of its own."""
    return rule.source.file is not None and rule.source.file == rule.source.name


def check_rule(rule: Rule, settings: Settings) -> list[Found]:
    """What is found in a rule, in the order of the text."""
    statement, text = rule.statement, rule.source.text
    strict = settings.strict or bool(settings.codes & _STRICT)
    found = type_findings(statement, settings.shapes, settings.strict)
    found += logic_findings(statement)
    found += style_findings(statement, text, strict)
    if rule.metadata.frameworks and is_rule_file(rule):
        from gsl.authoring.checking.mapping import mapping_findings

        found += mapping_findings(rule, settings.strict, settings.frameworks)
    if strict and is_rule_file(rule) and (rule.source.file or "").lower().endswith(RULE_SUFFIX):
        found += _metadata_findings(rule)
    looked_for = [each for each in found if each.code in settings.codes]
    ignores = ignores_in(split(rule.source)[1])
    kept = without_ignored(looked_for, ignores)
    kept += [each for each in ignore_findings(ignores, settings.codes) if each.code in settings.codes]
    distinct = {(each.span.start, each.code, each.message): each for each in kept}
    ordered = [distinct[key] for key in sorted(distinct)]
    return [Found(rule, each) for each in ordered[:MOST_FINDINGS]]


_STRICT = frozenset([code for code, check in CHECKS.items() if check.strict])


def _metadata_findings(rule: Rule) -> Iterator[Finding]:
    if isinstance(rule.statement, nodes.Placeholder):
        return
    given = {"GSL401": ("id", rule.metadata.id), "GSL402": ("title", rule.metadata.title)}
    given["GSL403"] = ("severity", rule.metadata.severity)
    for code, (key, value) in given.items():
        if value is None:
            yield Finding(code, f"the rule has no `{key}` in its front matter", rule.statement.target.span)


def is_grave(found: Iterable[Found]) -> bool:
    """Whether there is more than notes."""
    return any([each.severity != NOTE for each in found])

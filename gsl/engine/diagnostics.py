"""From everything that can be said of a run besides its verdicts to diagnostics, each said once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from gsl.errors import GslError, InputError, InputErrors, Problem, RuleError, Source, render
from gsl.inventory.census import UnknownKey
from gsl.language.vocabulary import did_you_mean
from gsl.results.model import NO_ENTITIES, Diagnostic, absent_type
from gsl.ruleset.rule import Rule


def _of_problem(level: str, problem: Problem, source: Source, rule_id: str | None) -> Diagnostic:
    """A problem in a rule's text, with the line and the caret."""
    span = problem.span
    excerpt = "\n".join(render(problem, source).split("\n")[1:])
    return Diagnostic(
        level,
        problem.code,
        problem.message,
        rule_id,
        file=source.file,
        line=span.line,
        column=span.column,
        excerpt=excerpt,
        text_name=source.name,
    )


def of_error(error: GslError) -> Iterator[Diagnostic]:
    """The diagnostics of an error: one for each problem of a rule."""
    rule_id = error.rule_id
    if isinstance(error, RuleError):
        for problem in error.problems:
            yield _of_problem("error", problem, error.source, rule_id)
        if error.more:
            message = f"and {error.more} more problems"
            yield Diagnostic(
                "error", "more-problems", message, rule_id, file=error.source.file, text_name=error.source.name
            )
    elif isinstance(error, InputError):
        yield Diagnostic("error", error.code, error.message, rule_id, None, error.file, error.line, error.column)
    elif isinstance(error, InputErrors):
        for each in error.errors:
            yield from of_error(each)
    else:
        yield Diagnostic("error", "error", str(error), rule_id)


def of_unknown_key(rule: Rule, found: UnknownKey, strict: bool) -> Diagnostic:
    """The diagnostic of a path that no entity has."""
    read = found.read
    path = f"{found.place}.{found.key}" if found.place else found.key
    if found.through_list:
        code = "path-through-list"
        message = f"`{read.text}` leads through the list `{found.place}` and is always missing; use contain: `{found.place} contain [{found.key} ...]`"
    else:
        code = "unknown-key"
        near = f"; did you mean `{found.near}`?" if found.near else ""
        message = f"no {read.type} has `{path}` ({found.count} looked at), so it is always missing{near}"
    span = read.span
    level = "error" if strict and found.certain else "warning"
    return Diagnostic(
        level,
        code,
        message,
        rule.id,
        path,
        rule.source.file,
        span.line,
        span.column,
        found.count,
        found.key,
        found.near,
        text_name=rule.source.name,
    )


def of_absent_list(rule: Rule, name: str, given: Iterable[str]) -> Diagnostic:
    """The diagnostic of a named list that nobody gave."""
    from gsl.semantics.reads import lists_of

    message = f"the named list `${name}` was not given{did_you_mean(name, given)}"
    problem = Problem("unknown-list", message, lists_of(rule.statement)[name])
    return _of_problem("error", problem, rule.source, rule.id)


def of_no_entities(rule: Rule, type_name: str, types: Iterable[str], strict: bool) -> Diagnostic:
    """The diagnostic of a rule for which the input has no entity of a type: its own, or one it looks up."""
    what = "its look-ups find nothing"
    if type_name == rule.entity_type:
        what = "every list was empty" if rule.is_list else "the rule looked at nothing"
    message = f"no {type_name} is in the input: {what}{did_you_mean(type_name, types)}"
    return Diagnostic("error" if strict else "warning", NO_ENTITIES, message, rule.id)


def without_types(diagnostics: Iterable[Diagnostic], types: Iterable[str]) -> list[Diagnostic]:
    """Diagnostics without those that say that there is no entity of some types, or none at all."""
    known = frozenset(types)
    if not known:
        return list(diagnostics)
    return [each for each in diagnostics if each.code != "no-entities" and absent_type(each) not in known]

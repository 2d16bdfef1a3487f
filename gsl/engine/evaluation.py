"""`gsl.evaluate`: rules and entities in any form that a caller has them in, to a report."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from gsl.engine.runner import Runner
from gsl.errors import GslError, UsageError
from gsl.inventory.given import entities_of
from gsl.language.vocabulary import did_you_mean
from gsl.results.model import Report
from gsl.ruleset import bundled
from gsl.ruleset.exclusions import Exclusions
from gsl.ruleset.loading import Loaded, load_path
from gsl.ruleset.options import Now, options_of
from gsl.ruleset.rule import DEFAULT_ID, Rule, parse

Rules = Rule | str | Path | Iterable[Rule | str | Path]
Entities = str | Path | Mapping[str, Any] | Iterable[Any]


def loaded_rules(rules: Rules, functions: Mapping[str, Any] | None = None) -> Loaded:
    """The rules that a caller names: rules, GSL texts, or paths of files and folders.

    A text is a rule when it has blanks (every rule but `true` does), else a path or the id of a
    bundled rule. What cannot be used is among the errors. Raises `UsageError` for what is none.
    """
    if not isinstance(rules, (Rule, str, Path)) and not isinstance(rules, Iterable):
        raise UsageError(f"rules must be rules, GSL texts or paths, not {type(rules).__name__}")
    given = [rules] if isinstance(rules, (Rule, str, Path)) else list(rules)
    loaded = Loaded()
    texts = 0
    for each in given:
        if isinstance(each, Rule):
            loaded.take(each)
        elif not isinstance(each, (str, Path)):
            raise UsageError(f"a rule must be a Rule, a GSL text or a path, not {type(each).__name__}")
        elif isinstance(each, Path) or not _is_rule_text(each):
            loaded.add(rules_named(str(each), functions))
        else:
            texts += 1
            loaded.add(rule_of_expression(each, texts, functions))
    return loaded.distinct()


def _is_rule_text(text: str) -> bool:
    return not text or any([character.isspace() for character in text]) or text.lower() == "true"


def _exists(name: str) -> bool:
    try:
        return Path(name).exists()
    except (OSError, ValueError):
        return False


def rules_named(name: str, functions: Mapping[str, Any] | None = None) -> Loaded:
    """The rules that a name stands for: a file, a folder, the id of a bundled rule, or a pack of them.

    Raises `UsageError` when it is none of them.
    """
    if _exists(name):
        return load_path(name, functions)
    found = bundled.find(name)
    if found is not None:
        return Loaded([found])
    if "/" in name or "\\" in name or name.endswith((".gsl", ".json")):
        raise UsageError(f"{name}: there is no such rule file or folder")
    from gsl.ruleset.packs import packs, rules_in

    pack = rules_in(name)
    if pack is not None:
        return Loaded(pack)
    near = did_you_mean(name, [*packs(), *bundled.bundled_ids()])
    raise UsageError(
        f"`{name}` is neither a file, a folder, a pack nor the id of a bundled rule{near or '.'} `gsl rules` lists them."
    )


def rule_of_expression(text: str, number: int, functions: Mapping[str, Any] | None = None) -> Loaded:
    """The rule in a text that names no id: `expression`, `expression-2` and so on."""
    rule_id = DEFAULT_ID if number == 1 else f"{DEFAULT_ID}-{number}"
    try:
        return Loaded([parse(text, id=rule_id, functions=functions)])
    except GslError as error:
        return Loaded([], [error.about(rule_id)])


def evaluate(
    rules: Rules,
    entities: Entities,
    *,
    now: Now = None,
    lists: Mapping[str, Iterable[Any]] | None = None,
    functions: Mapping[str, Any] | None = None,
    case_sensitive: bool = False,
    strict: bool = False,
    keep_all: bool = False,
    reasons: bool = True,
    jobs: int = 1,
    exclusions: str | Path | None = None,
    include_entities: bool = False,
) -> Report:
    """Check entities with rules.

    `rules` is a `Rule`, a GSL text, the path of a file or folder, the id of a bundled rule, or
    several of these. `entities`
    is an iterable of dicts that carry `type`, a dict of lists by type, or the path of an entity
    file or folder. `now` is the instant of the run (a datetime, a date text or Unix seconds; the
    clock when left out). `lists` are the named lists (`in $Ports`), `functions` callables that
    rules may use besides those of the language. `strict` makes errors of what is surely a mistake;
    `keep_all` keeps passed verdicts too; without `reasons` findings only say which
    rule failed on which entity, which is faster. `jobs` processes read files. `exclusions` is the path of a file of
    exclusions, which take findings out; the first mistake in it is raised. With `include_entities`
    each result has its entity (`Result.entity`), secrets masked.

    A rule or entity that cannot be used is reported among `Report.diagnostics`; the rest is
    evaluated. Raises `UsageError` for an argument that does not fit, such as a rule path that does not
    exist.

    >>> report = evaluate("Bucket should have encrypted = true", [{"type": "Bucket", "id": "b"}])
    >>> report.findings[0].reasons[0].expression
    'encrypted = true'
    """
    loaded = loaded_rules(rules, functions)
    options = options_of(now, lists, functions, case_sensitive, _exclusions(exclusions, lists or {}))
    if isinstance(entities, (str, Path)):
        from gsl.engine.sources import evaluate_sources

        return evaluate_sources(
            loaded,
            [str(entities)],
            options,
            strict=strict,
            keep_all=keep_all,
            reasons=reasons,
            jobs=jobs,
            include_entities=include_entities,
        )
    if not isinstance(entities, Iterable):
        raise UsageError(f"entities must be dicts, or the path of a file, not {type(entities).__name__}")
    runner = Runner(loaded, options, strict, keep_all, reasons, entities=include_entities)
    return runner.run(entities_of(entities, runner.plan.target.only, runner.note))


def _exclusions(file: str | Path | None, lists: Iterable[str]) -> Exclusions:
    """The exclusions of a file. Raises `GslError` for the first that cannot be used."""
    if file is None:
        return Exclusions()
    from gsl.ruleset.exclusion_files import read_exclusions

    given, errors = read_exclusions(file, lists)
    if errors:
        raise errors[0]
    return Exclusions(given)

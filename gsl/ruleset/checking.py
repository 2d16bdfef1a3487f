"""One rule on one entity: the library's smallest call, and the step that whole runs repeat."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

from gsl.errors import UsageError
from gsl.inventory.entity import Entity
from gsl.inventory.plain import plain
from gsl.results.exclusion import BY_RULE
from gsl.results.masking import Secrets
from gsl.results.model import Result
from gsl.results.reasons import reasons_of
from gsl.ruleset.options import Options
from gsl.semantics.functions import function_table
from gsl.semantics.judging import Judgement, Status, entity_root, judge, list_item, list_root
from gsl.semantics.places import uncollected
from gsl.semantics.reads import lists_of
from gsl.semantics.run import NoResources, Resources, Run, Seen, ignore

if TYPE_CHECKING:
    from gsl.ruleset.rule import Rule

LIST_ID = "List<{}>"
"""The entity id of a verdict on the list of all entities of a type."""


def run_for(
    rule: Rule,
    options: Options,
    resources: Resources | None = None,
    account: str = "",
    region: str = "",
    note: Callable[[str, str], None] = ignore,
) -> Run:
    """The surroundings of one rule's evaluation."""
    functions = function_table({**rule.functions, **options.functions}) if options.functions else rule.functions
    found = resources if resources is not None else NoResources()
    return Run(options.now, options.fold, options.lists, functions, found, account, region, note)


def missing_lists(rule: Rule, options: Options) -> list[str]:
    """The named lists that a rule uses and nobody gave."""
    return [name for name in lists_of(rule.statement) if name not in options.lists]


def result_of(rule: Rule, judgement: Judgement, root: Seen, entity: Entity, run: Run, reasons: bool = True) -> Result:
    """The result that a judgement of a rule on an entity is, with its reasons or without."""
    return Result(
        rule.id,
        rule.severity,
        judgement.status,
        entity.type,
        entity.id,
        entity.name,
        entity.account,
        entity.region,
        reasons_of(judgement, _secrets_of(entity, root), run.functions) if reasons else (),
        judgement.on_missing,
        BY_RULE if judgement.status is Status.EXCLUDED else None,
    )


_secrets: WeakKeyDictionary[Entity, Secrets] = WeakKeyDictionary()
"""The secrets of entities in use: often several rules fail on one."""


def _secrets_of(entity: Entity, root: Seen) -> Secrets:
    secrets = _secrets.get(entity)
    if secrets is None or secrets.data is not root.value:
        secrets = _secrets[entity] = Secrets(root.value, entity.secrets)
    return secrets


def listing(type_name: str, account: str) -> Entity:
    """The entity that stands for all entities of a type in an account."""
    return Entity(type_name, {"id": LIST_ID.format(type_name), "accountNumber": account})


def check_entity(rule: Rule, given: Mapping[str, Any], options: Options) -> Result:
    """The result of a rule on one entity; see `Rule.check`."""
    absent = missing_lists(rule, options)
    if absent:
        raise UsageError(
            f"the rule `{rule.id}` uses the named list `${absent[0]}`: give it with lists={{'{absent[0]}': [...]}}"
        )
    if not isinstance(given, Mapping):
        raise UsageError(f"an entity must be a dict, not {type(given).__name__}")
    data = plain(given)
    if rule.is_list:
        items = data.get("items")
        if not isinstance(items, list):
            raise UsageError(f"the rule `{rule.id}` is about a list: give it {{'items': [...]}}")
        seen = tuple([list_item(item, number, uncollected(item)) for number, item in enumerate(items)])
        entity, root = (
            listing(rule.entity_type, next((Entity("", item).account for item in items if isinstance(item, dict)), "")),
            list_root(seen),
        )
    else:
        entity = Entity(data["type"] if isinstance(data.get("type"), str) else rule.entity_type, data)
        root = entity_root(data, entity.errors)
    run = run_for(rule, options, None, entity.account, entity.region)
    if not rule.is_list and rule.entity_type and type_key(entity.type) != type_key(rule.entity_type):
        return result_of(rule, Judgement(Status.NOT_RELEVANT), root, entity, run)
    return result_of(rule, judge(rule.statement, root, run), root, entity, run)


def type_key(name: str) -> str:
    """The form in which entity types are compared: `AWS::IAM::Role` is `AWS_IAM_Role`."""
    return name.replace("::", "_")

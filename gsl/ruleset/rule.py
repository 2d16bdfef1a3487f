"""A rule as users hold it: its tree, its metadata, and how to check an entity with it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Any

from msgspec import Struct, field

from gsl.errors import RuleError, Source, UsageError
from gsl.language import nodes
from gsl.ruleset import shelf
from gsl.ruleset.metadata import Metadata
from gsl.ruleset.shelf import LOGIC
from gsl.semantics.functions import function_table
from gsl.semantics.functions.table import Function
from gsl.semantics.reads import Read, looked_up_by, reads_of

if TYPE_CHECKING:
    from gsl.results.model import Result
    from gsl.ruleset.options import Now

DEFAULT_ID = "expression"
"""The id of a rule that was given as a text and names none."""


class Rule(Struct, frozen=True, eq=False, dict=True, weakref=True):
    """One rule, ready to run.

    `id` names it in reports. `statement` is its tree, `source` the text it came from with the file
    it stands in. `functions` are the functions it may call, by name in lower case.
    """

    id: str
    statement: nodes.Statement
    source: Source
    metadata: Metadata = Metadata()
    file: str | None = None
    functions: Mapping[str, Function] = field(default_factory=dict)

    def __repr__(self) -> str:
        return f"Rule(id={self.id!r}, file={self.file!r})"

    @property
    def title(self) -> str:
        """The title; the id when it has none."""
        return self.metadata.title or self.id

    @property
    def severity(self) -> str | None:
        """The severity, in lower case; `None` when it has none."""
        return self.metadata.severity

    @property
    def entity_type(self) -> str:
        """The entity type it is about; empty for the placeholder `true`."""
        return "" if isinstance(self.statement, nodes.Placeholder) else self.statement.target.name

    @property
    def is_list(self) -> bool:
        """Whether it is about the list of all entities of an account."""
        return not isinstance(self.statement, nodes.Placeholder) and self.statement.target.is_list

    @property
    def text(self) -> str:
        """The rule itself, without front matter and the blanks round it."""
        if isinstance(self.statement, nodes.Placeholder):
            return "true"
        return self.source.text[self.statement.span.start :].strip()

    @cached_property
    def reads(self) -> tuple[Read, ...]:
        """Every path it reads."""
        return reads_of(self.statement, self.functions)

    @cached_property
    def looked_up(self) -> frozenset[str]:
        """The entity types that it looks up."""
        return looked_up_by(self.statement)

    @property
    def types(self) -> frozenset[str]:
        """The entity types it looks at: its own and those it looks up."""
        return self.looked_up | {self.entity_type} if self.entity_type else self.looked_up

    def check(
        self,
        entity: Mapping[str, Any],
        *,
        now: Now = None,
        lists: Mapping[str, Iterable[Any]] | None = None,
        functions: Mapping[str, Any] | None = None,
        case_sensitive: bool = False,
    ) -> Result:
        """The result of the rule on one entity.

        `entity` is a dict as collectors build it; dates and decimals are taken too. The options are
        those of `gsl.evaluate`. For a `List<T>` rule the entity is `{"items": [...]}`. Look-ups
        (`getResource`) find nothing: use `gsl.evaluate` for rules that look across entities. Raises
        `UsageError` for an option that does not fit and `InputError` for an entity that is no JSON.
        """
        from gsl.ruleset.checking import check_entity
        from gsl.ruleset.options import options_of

        return check_entity(self, entity, options_of(now, lists, functions, case_sensitive))


def build_rule(
    source: Source,
    text: str,
    rule_id: str,
    metadata: Metadata | None = None,
    functions: Mapping[str, object] | None = None,
    file: str | None = None,
) -> Rule:
    """The rule in a text. `source` is the file's own text, of which `text` may be a part.

    Raises `RuleError` with the first syntax error, or with everything else that is wrong.
    """
    table = function_table(functions)
    known = shelf.found(LOGIC, text, functions)
    if known is None:
        statement = checked_statement(source, text, table)
        shelf.keep(LOGIC, text, functions, statement, Metadata())
    else:
        statement, _ = known
    return Rule(rule_id, statement, source, metadata or Metadata(), file, table)


def checked_statement(source: Source, text: str, functions: Mapping[str, Function]) -> nodes.Statement:
    """The tree of a rule that has nothing wrong with it. Raises `RuleError`."""
    from gsl.language.parser import parse as parse_text
    from gsl.semantics.validation import validate

    statement = parse_text(text, source)
    problems = validate(statement, functions)
    if problems:
        raise RuleError(problems, source)
    return statement


def parse(text: str, *, id: str = DEFAULT_ID, functions: Mapping[str, object] | None = None) -> Rule:
    """The rule that a GSL text is.

    `id` names it in reports; `functions` maps names to callables that the rule may use besides
    those of the language. Raises `RuleError`, whose text shows every problem with a caret.

    >>> parse("IamUser should have mfaActive = true").entity_type
    'IamUser'
    """
    if not isinstance(text, str):
        raise UsageError(f"a rule must be a text, not {type(text).__name__}")
    return build_rule(Source(text, id), text, id, None, functions)

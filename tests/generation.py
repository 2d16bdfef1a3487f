"""Random well-formed rules, as nodes and as text, and entities that fit them: the same seed, the same things.

Everything is drawn from one `random.Random`, so that Hypothesis, the fuzz targets and a comparison
of two evaluators can share it:

    made = Generator(Random(7))
    statement = made.statement()                # nodes; text_of(statement) is the rule's text
    entity = made.entity(statement)             # what Rule.check takes
    entities = made.entities(statement)         # what gsl.evaluate takes: other types and gaps too

Rules and entities meet: an entity is grown along the paths that the rule reads, mostly with values
of the right shape and often with the rule's own literals, so that every verdict comes up.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from random import Random
from typing import Any, TypeVar

import attrs

from gsl.errors import Span
from gsl.language import nodes
from gsl.language.formatter import format_statement
from gsl.language.vocabulary import ARRAY_OPERATORS
from gsl.semantics.functions import FUNCTIONS, function_table
from gsl.semantics.functions.table import Function, Parameter
from gsl.semantics.operators import OPERATORS
from gsl.semantics.reads import ELEMENTS, reads_of
from gsl.semantics.validation import MAX_ARRAY_DEPTH

Entity = dict[str, Any]
Shape = dict[str, "Shape"]
"""What a rule reads below a place: each key with what it reads below it; `[]` for the elements."""

T = TypeVar("T")

NOW = "2024-06-01T00:00:00Z"
"""The instant that the dates below lie round."""

LISTS: dict[str, list[Any]] = {
    "Ports": [22, "3389", 80.0, None],
    "Names": ["a", "B", ["x"], {"k": 1}, True],
    "Empty": [],
}
"""The named lists that rules use."""

TYPES = ("Thing", "Other", "AWS_IAM_Role", "List", "KubernetesPod")
KEYS = ("a", "b", "c", "xs", "ys", "rules", "o", "name", "id", "value", "accountNumber", "region", "password", "tags")
ODD_KEYS = (
    "aws:SecureTransport",
    "a-b",
    "with",
    "contain",
    "contain-any",
    "groupBy",
    "List",
    "items",
    "fail",
    "A",
    "_x",
)
ODD_PATHS = (
    ("where", "x"),
    ("in:y",),
    ("not-z",),
    ("and", "or"),
    ("true", "false"),
    ("o", "where"),
    ("nulls",),
    ("a", "in"),
)

NUMBERS: tuple[int | float, ...] = (
    *(0, 1, 2, -1, 3, 7, 22, 80, 443, 3389, 65535, 65536, 90, -90, 10, 10.0, 0.1, -0.0, 0.5, 1e300, -1.5e308, 5e-324),
    *(1704103200, 1704103200000, 1717200000, 1717200000.5, -62135596800, -62135596801, 253402300799, 253402300800),
    *(99999999999, 100000000000, 10**30, -(10**30), 2**53 + 1, float(2**53), 1e21, 1e22),
)
DATES = (
    *(
        "2024-01-01",
        "2024-01-01T10:00:00Z",
        "2024-01-01 10:00",
        "2024-05-31T23:59:59.999999+02:00",
        "2024-06-01T00:00:00Z",
    ),
    *("2024-02-29", "2023-02-29", "2024-12-31T24:00:00Z", "2024-06-30T23:59:60Z", "0001-01-01T00:00:00Z", "9999-12-31"),
    *(
        "1970-01-01T00:00:00Z",
        "0001-01-01T00:00:00+00:01",
        "2024-01-01T10:00:00.1234567891Z",
        "2024-01-01Z",
        "2030-01-31",
    ),
    *(
        "N/A",
        "no_information",
        "not_supported",
        "0",
        "-62135596800",
        "1704103200",
        "1704103200000",
        "9999-12-31T23:59:59-01:00",
    ),
)
ADDRESSES = (
    *(
        "0.0.0.0/0",
        "::/0",
        "10.0.0.0/8",
        "10.1.2.3",
        "192.168.1.1/24",
        "172.16.0.0/12",
        "8.8.8.8",
        "8.8.8.8/31",
        "fc00::1",
    ),
    *(
        "::ffff:10.0.0.1",
        "::ffff:0:0/96",
        "::1",
        "2001:db8::/32",
        "100.64.0.1",
        "*",
        "Any",
        "Internet",
        "10.0.0.0/33",
        "1.2.3",
    ),
    *("010.0.0.1", "fe80::1%eth0", "::ffff:8.8.8.8/100", "0.0.0.0/1", "128.0.0.0/1", "AzureLoadBalancer"),
)
FILTER_PATTERNS = (
    *("{ $.a = x }", "{ ($.a = x) && ($.b = y) }", '{ ($.b = "y") && ($.a = x) }', "{ $.a = x || $.b = y && $.c = 1 }"),
    *(
        "{ $.a NOT EXISTS }",
        '{($.errorCode = "*Unauthorized*") || ($.errorCode = "AccessDenied*")}',
        'ERROR "two words"',
    ),
    *("{ $.a[0].b >= 10 }", "[ip, user, ...]", "{ $.a = x", "{}", "{ $.a IS NULL }", "{ $.a = %x.*y% }"),
)
TEXTS = (
    *(
        "",
        "a",
        "A",
        "b",
        "B",
        "x",
        "ab",
        "a,b",
        "a.b",
        "abc",
        "All",
        "ALL",
        "*",
        "a*",
        "%",
        "a%",
        "%b%",
        "a%b%c",
        "_",
        "?",
    ),
    *(
        "true",
        "True",
        "FALSE",
        "false",
        "null",
        "10",
        "10.0",
        "010",
        "-5",
        "1e5",
        "٣",
        "1_000",
        " 10",
        "+1",
        "-0",
        "0.50",
    ),
    *(
        "ß",
        "SS",
        "ss",
        "İ",
        "i",
        "ſ",
        "ﬁ",
        "e\N{COMBINING ACUTE ACCENT}",
        "é",
        "\N{KELVIN SIGN}",
        "k",
        "\N{PILE OF POO}",
    ),
    *(
        "it's",
        'say "x"',
        "back\\slash",
        "\\",
        "\\'",
        "''",
        "line\nbreak",
        "\t",
        "\r\n",
        "\x00",
        "\x1b[31mred",
        "# no comment",
    ),
    *(
        "arn:aws:iam::123456789012:user/a",
        "${aws:username}",
        "’",
        "a'b\"c",
        "(",
        "[",
        "])",
        "/",
        "//",
        "where",
        "$x",
        "\ufeff",
    ),
)
REGEXES = (
    *(
        "a",
        "^a$",
        "a|b",
        "^(a|b)+$",
        "[A-Z]",
        "[/]",
        "a/b",
        "\\.",
        "\\\\",
        "\\\\/",
        "^$",
        ".",
        "(?i)A",
        "\\d+",
        "\\s",
        "\\bx\\b",
    ),
    *(
        "^arn:aws:iam::\\d{12}:",
        "[^\\x00-\\x7F]",
        "\\pL",
        "'",
        '"',
        "a'b",
        "#",
        "\\(",
        "[(]",
        "(?s).\n.",
        "true|false",
        '"a":',
    ),
)
UNITS = ("seconds", "minute", "HOURS", "days", "weeks", "months", "year")
ANYWHERE = Span(0, 0, 1, 1)
"""The place of a node that was not parsed."""


def text_of(statement: nodes.Statement) -> str:
    """The rule's text in canonical spelling."""
    return format_statement(statement)


def _one_of(values: Sequence[T]) -> Callable[[Random], T]:
    return lambda random: random.choice(values)


_POOLS: tuple[tuple[int, Callable[[Random], Any]], ...] = (
    (6, _one_of(TEXTS)),
    (5, _one_of(NUMBERS)),
    (3, _one_of(DATES)),
    (2, _one_of(ADDRESSES)),
    (1, _one_of(FILTER_PATTERNS)),
    (2, _one_of((True, False))),
    (1, lambda random: None),
    (1, lambda random: random.randint(-100, 100)),
    (1, lambda random: round(random.uniform(-100, 100), 3)),
    (1, lambda random: str(random.randint(-30, 30))),
)
_ARGUMENTS: tuple[Any, ...] = (
    *UNITS, *FILTER_PATTERNS, *ADDRESSES, *DATES, *TYPES, *KEYS, "a.b", "o\\.b", "xs.a", "o.a.b", ",", ".", "%", "", " ", "a", "B",
    *(0, 1, -1, 22, 3389, 65535, 90, -90, 0.5, -24, 12, "30", "1.5", 10**17, -(10**18), 1e300, True, None),
)  # fmt: skip


def scalar(random: Random) -> Any:
    """A text, number, boolean or null, odd ones among them."""
    (draw,) = random.choices([pool for _, pool in _POOLS], [weight for weight, _ in _POOLS])
    return draw(random)


@attrs.frozen
class _Spot:
    """Where in a rule something is made: levels left, contexts round it, array operators round it."""

    depth: int
    contexts: int = 0
    arrays: int = 0
    listing: bool = False

    def deeper(self) -> _Spot:
        return attrs.evolve(self, depth=self.depth - 1)

    def bracket(self) -> _Spot:
        return attrs.evolve(self, depth=self.depth - 1, contexts=self.contexts + 1, arrays=self.arrays + 1)


class Generator:
    """Draws rules and entities.

    `depth` bounds the nesting of expressions. `without` names what rules must not hold: node
    classes by name (`Like`, `GroupBy`) and functions (`getResource`). `strange` lets entities hold
    NaN and half surrogate pairs, which JSON files cannot; `tidy` ones have all that is read of them,
    in the shape in which it is read, as real entities mostly do.
    """

    tidy = False

    def __init__(self, random: Random, depth: int = 4, without: Collection[str] = (), strange: bool = False) -> None:
        self.random = random
        self.depth = depth
        self.without = frozenset(without)
        self.strange = strange
        self.functions = [function for name, function in FUNCTIONS.items() if name not in self.without]

    def chance(self, share: float) -> bool:
        """True in this share of the calls."""
        return self.random.random() < share

    def _draw(self, weighted: dict[Callable[[_Spot], Any], float], spot: _Spot, names: Sequence[str]) -> Any:
        choices = [(make, weight) for (make, weight), name in zip(weighted.items(), names) if name not in self.without]
        (make,) = self.random.choices([make for make, _ in choices], [weight for _, weight in choices])
        return make(spot)

    # --- rules

    def statement(self) -> nodes.Statement:
        """Any rule: mostly a check, now and then a query, rarely the placeholder."""
        kind = self.random.random()
        if kind < 0.01:
            return nodes.Placeholder(ANYWHERE)
        return self.query() if kind < 0.08 else self.check()

    def query(self) -> nodes.Query:
        """`T where E`."""
        return nodes.Query(ANYWHERE, self.target(False), self.expression())

    def check(self, listing: float = 0.15) -> nodes.Check:
        """`T where E should [not] have E exclude E`, and `List<T>` in a share of the cases."""
        target = self.target(self.chance(listing))
        where = self.expression(target.is_list, 1 if target.is_list else 0) if self.chance(0.3) else None
        exclude = self.expression(target.is_list) if self.chance(0.2) else None
        if self.chance(0.02):
            return nodes.Check(ANYWHERE, target, where, False, nodes.Fail(ANYWHERE), exclude)
        return nodes.Check(ANYWHERE, target, where, self.chance(0.4), self.expression(target.is_list), exclude)

    def check_of(self, condition: nodes.Expression) -> nodes.Check:
        """`Thing should have` a given condition."""
        return nodes.Check(ANYWHERE, nodes.Target(ANYWHERE, "Thing", False), None, False, condition, None)

    def target(self, is_list: bool) -> nodes.Target:
        """An entity type, or the list of it."""
        return nodes.Target(ANYWHERE, "Thing" if self.chance(0.7) else self.random.choice(TYPES), is_list)

    def expression(self, listing: bool = False, contexts: int = 0) -> nodes.Expression:
        """A condition that reads something, as every part of a rule must."""
        while True:
            found = self.condition(_Spot(self.depth, contexts, 0, listing and contexts == 0))
            if any(isinstance(node, nodes.Path) for node in nodes.walk(found)):
                return found

    def condition(self, spot: _Spot) -> nodes.Expression:
        """What stands between `and`s: a comparison, a bare value, or something built of conditions."""
        weighted: dict[Callable[[_Spot], Any], float] = {
            self._compare: 4,
            self._membership: 2,
            self._like: 1,
            self._regex_match: 1,
            self._call: 3,
            self._path: 1,
            self._array_operation: 3 if spot.depth > 0 and spot.arrays < MAX_ARRAY_DEPTH else 0,
            self._and: 2 if spot.depth > 0 else 0,
            self._or: 2 if spot.depth > 0 else 0,
            self._not: 2 if spot.depth > 0 else 0,
        }
        names = ("Compare", "Membership", "Like", "RegexMatch", "Call", "Path", "ArrayOperation", "And", "Or", "Not")
        found: nodes.Expression = self._draw(weighted, spot, names)
        return found

    def operand(self, spot: _Spot) -> nodes.Expression:
        """A side of a comparison, a subject, an item."""
        nested = spot.depth > 0 and spot.arrays < MAX_ARRAY_DEPTH
        weighted: dict[Callable[[_Spot], Any], float] = {
            self._path: 7,
            self._literal: 2,
            self._call: 3 if spot.depth > 0 else 0.5,
            self._with: 1 if nested else 0,
            self._group_by: 0.7 if nested else 0,
            self.condition: 0.4 if spot.depth > 0 else 0,
        }
        found: nodes.Expression = self._draw(
            weighted, spot, ("Path", "Literal", "Call", "ArrayOperation", "GroupBy", "Nested")
        )
        return found

    def _literal(self, spot: _Spot) -> nodes.Literal:
        return nodes.Literal(ANYWHERE, scalar(self.random))

    def _keys(self, least: int, listing: bool = False) -> tuple[str, ...]:
        if listing and self.chance(0.85):
            return ("items",)
        if self.chance(0.04):
            return self.random.choice(ODD_PATHS)
        count = self.random.choices((0, 1, 2, 3), (2, 10, 4, 1))[0]
        return tuple([self.random.choice(ODD_KEYS if self.chance(0.04) else KEYS) for _ in range(max(least, count))])

    def _path(self, spot: _Spot) -> nodes.Path:
        scope = self.random.choices(("", "$", "~", "^"), (14, 4 if spot.contexts else 1, 1, 2 if spot.contexts else 0))[
            0
        ]
        levels = self.random.randint(1, spot.contexts) if scope == "^" else 0
        outermost = levels == spot.contexts or scope == "~"
        return nodes.Path(ANYWHERE, scope, levels, self._keys(0 if scope else 1, spot.listing and outermost))

    def _subject(self, spot: _Spot) -> nodes.Expression:
        return self.operand(spot) if self.chance(0.5) else self._path(spot)

    def _compare(self, spot: _Spot) -> nodes.Compare:
        operator = self.random.choice(tuple(OPERATORS))
        right = self._literal(spot) if self.chance(0.6) else self.operand(spot.deeper())
        return nodes.Compare(ANYWHERE, operator, self._subject(spot.deeper()), right)

    def _membership(self, spot: _Spot) -> nodes.Membership:
        items = [self._item(spot.deeper()) for _ in range(self.random.randint(1, 4))]
        return nodes.Membership(ANYWHERE, self._subject(spot.deeper()), tuple(items), self.chance(0.4))

    def _item(self, spot: _Spot) -> nodes.Expression:
        if self.chance(0.12):
            return nodes.NamedList(ANYWHERE, self.random.choice(tuple(LISTS)))
        return self._literal(spot) if self.chance(0.7) else self.operand(spot)

    def _like(self, spot: _Spot) -> nodes.Like:
        pattern = "".join([self.random.choice((*TEXTS, "%", "%")) for _ in range(self.random.randint(1, 3))])
        return nodes.Like(ANYWHERE, self._subject(spot.deeper()), pattern, self.chance(0.4))

    def _regex_match(self, spot: _Spot) -> nodes.RegexMatch:
        subject = self._subject(spot.deeper())
        return nodes.RegexMatch(ANYWHERE, subject, self.random.choice(REGEXES), self.chance(0.3), ANYWHERE)

    def _array_operation(self, spot: _Spot) -> nodes.ArrayOperation:
        return self._array(spot, self.random.choice(ARRAY_OPERATORS))

    def _with(self, spot: _Spot) -> nodes.ArrayOperation:
        return self._array(spot, "with")

    def _array(self, spot: _Spot, operator: str) -> nodes.ArrayOperation:
        bracket: nodes.Expression = self.condition(spot.bracket())
        if (self.chance(0.2) and "LiteralBracket" not in self.without) or isinstance(bracket, nodes.Literal):
            literals = [self._literal(spot) for _ in range(self.random.randint(1, 3))]
            bracket = nodes.LiteralBracket(ANYWHERE, tuple(literals))
        return nodes.ArrayOperation(ANYWHERE, operator, self._subject(spot.deeper()), bracket, ANYWHERE)

    def _group_by(self, spot: _Spot) -> nodes.GroupBy:
        return nodes.GroupBy(ANYWHERE, self._subject(spot.deeper()), nodes.Path(ANYWHERE, "", 0, self._keys(1)))

    def _operands(self, spot: _Spot) -> tuple[nodes.Expression, ...]:
        return tuple([self.condition(spot.deeper()) for _ in range(self.random.choice((2, 2, 2, 3, 4)))])

    def _and(self, spot: _Spot) -> nodes.And:
        return nodes.And(ANYWHERE, self._operands(spot))

    def _or(self, spot: _Spot) -> nodes.Or:
        return nodes.Or(ANYWHERE, self._operands(spot))

    def _not(self, spot: _Spot) -> nodes.Not:
        return nodes.Not(ANYWHERE, self.condition(spot.deeper()))

    def _call(self, spot: _Spot) -> nodes.Call:
        return self.call(self.random.choice(self.functions), spot)

    def call(self, function: Function, spot: _Spot | None = None) -> nodes.Call:
        """A call of a function with arguments that it takes."""
        spot = spot or _Spot(self.depth)
        if self.chance(0.15):
            subject: nodes.Expression = nodes.Path(ANYWHERE, "", 0, ())
        else:
            subject = self._subject(spot.deeper())
        name = function.name if self.chance(0.9) else self.random.choice((function.name.lower(), function.name.upper()))
        return nodes.Call(ANYWHERE, subject, name, self._arguments(function, spot), ANYWHERE)

    def _arguments(self, function: Function, spot: _Spot) -> tuple[nodes.Expression, ...]:
        form = self.random.choice(function.forms)
        while True:
            arguments = tuple([self._argument(parameter, spot) for parameter in form])
            # a path could be anything, so faults of several arguments together are asked of literals only
            literals = tuple(
                [argument.value if isinstance(argument, nodes.Literal) else None for argument in arguments]
            )
            if function.fault is None or function.fault(literals) is None:
                return arguments

    def _argument(self, parameter: Parameter, spot: _Spot) -> nodes.Expression:
        if not parameter.literal and self.chance(0.3):
            return self._path(spot)
        fitting = [value for value in _ARGUMENTS if parameter.fault(value) is None]
        return nodes.Literal(ANYWHERE, self.random.choice(fitting))

    # --- entities

    def entity(self, statement: nodes.Statement, errors: float = 0.25) -> Entity:
        """One entity for `Rule.check`: of the rule's type, for `List<T>` the object with its `items`."""
        if isinstance(statement, nodes.Placeholder):
            return {"type": "Thing", "id": "t"}
        name = statement.target.name
        if not statement.target.is_list:
            return self.entity_of(statement, name, errors)
        return {"items": [self.entity_of(statement, name, errors) for _ in range(self.random.randint(0, 4))]}

    def entities(self, statement: nodes.Statement) -> list[Entity]:
        """Entities for `gsl.evaluate`: of every type that the rule looks at and of others, gaps among them."""
        found: list[Entity] = []
        types = sorted(shapes_of(statement)) or ["Thing"]
        for _ in range(self.random.randint(1, 6)):
            name = self.random.choice((*types, *types, self.random.choice(TYPES)))
            found.append(self.gap(name) if self.chance(0.06) else self.entity_of(statement, name))
        return found

    def gap(self, type_name: str) -> Entity:
        """The record that entities of a type could not be listed."""
        error = {"path": "", "operation": "ListThings", "code": "AccessDenied", "message": "no"}
        account = self.random.choice(("1", "2", 1))
        return {"type": type_name, "accountNumber": account, "region": "us_east_1", "_errors": [error]}

    def entity_of(self, statement: nodes.Statement, type_name: str, errors: float = 0.25) -> Entity:
        """An entity of a type, grown along what the rule reads of it."""
        return self.entity_along(shapes_of(statement).get(type_name, {}), literals_of(statement), type_name, errors)

    def entity_along(self, shape: Shape, own: Sequence[Any], type_name: str, errors: float = 0.25) -> Entity:
        """An entity of a type, grown along a shape, with some of its values often met in it."""
        entity: Entity = {"type": type_name, "id": self.random.choice(("t1", "t2", "arn:x", 7))}
        if self.chance(0.3):
            entity |= {
                "accountNumber": self.random.choice(("1", "2")),
                "region": self.random.choice(("us_east_1", "eu-west-1")),
            }
        members = list(shape)
        self.random.shuffle(members)
        for key in members:
            if (self.tidy or self.chance(0.9)) and key not in ("type", ELEMENTS):
                entity[key] = self._grown(shape[key], own)
        if self.chance(0.3):
            entity[self.random.choice(KEYS)] = self.value(own)
        if self.chance(errors):
            entity["_errors"] = [self.error(shape) for _ in range(self.random.randint(1, 2))]
        return entity

    def _grown(self, shape: Shape, own: Sequence[Any]) -> Any:
        """A value with what a rule reads below it, or anything else."""
        if not shape or (not self.tidy and self.chance(0.12)):
            return self.value(own, 0 if self.tidy else 2)
        if ELEMENTS in shape and (self.tidy or self.chance(0.85)):
            below = shape[ELEMENTS]
            elements = [self._grown(below, own) for _ in range(self.random.choice((0, 1, 2, 2, 3)))]
            return elements if self.tidy or self.chance(0.9) or not elements else elements[0]
        keys = [key for key in shape if key != ELEMENTS and (self.tidy or self.chance(0.85))]
        return {key: self._grown(shape[key], own) for key in keys}

    def value(self, own: Sequence[Any] = (), depth: int = 2) -> Any:
        """Any value: often one of the rule's own literals, else a scalar, list, object or list of firewall rules."""
        kind = self.random.random()
        if own and kind < 0.35:
            return self.random.choice(own)
        if depth > 0 and kind < 0.5:
            return [self.value(own, depth - 1) for _ in range(self.random.choice((0, 1, 2, 3)))]
        if depth > 0 and kind < 0.6:
            return {self.random.choice(KEYS): self.value(own, depth - 1) for _ in range(self.random.choice((0, 1, 2)))}
        if depth > 0 and kind < 0.63:
            return [self.firewall_rule() for _ in range(self.random.randint(0, 4))]
        if self.strange and kind < 0.66:
            return self.random.choice((float("nan"), float("inf"), float("-inf"), "\ud800", "a\udfff"))
        return scalar(self.random)

    def firewall_rule(self) -> Entity:
        """An entry of an ordered rule list, as `allowedHostsForPort` reads it."""
        pick = self.random.choice
        rule = {
            "number": pick((100, 100, "200", 1, None, 32767, 0.5)),
            "protocol": pick(("TCP", "ALL", "-1", -1, "*", "UDP", "icmp", None)),
            "source": pick((*ADDRESSES, [pick(ADDRESSES), pick(ADDRESSES)], None)),
            "destinationPort": pick((0, 22, "22", 80, "*", None, "", 1024)),
            "destinationPortTo": pick((0, 22, 443, "65535", None, "")),
            "action": pick(("ALLOW", "allow", "DENY", "deny", "log", None)),
        }
        return {key: value for key, value in rule.items() if self.chance(0.95)}

    def error(self, shape: Shape) -> Entity:
        """An entry of `_errors`, mostly on, above or below a path that the rule reads."""
        path = ".".join(self._error_keys(shape)) or "z"
        error: Entity = {"path": path, "operation": "GetThing", "code": "AccessDenied", "message": "not allowed"}
        return error if self.chance(0.9) else {"path": path}

    def _error_keys(self, shape: Shape) -> list[str]:
        keys: list[str] = []
        while shape and (not keys or self.chance(0.75)):
            key = self.random.choice(list(shape))
            if key != ELEMENTS:
                keys.append(key)
            elif self.chance(0.7):
                keys.append(str(self.random.randint(0, 3)))
            shape = shape[key]
        return keys if keys and self.chance(0.9) else [*keys, self.random.choice(("z", "0", "a"))]


def shapes_of(statement: nodes.Statement) -> dict[str, Shape]:
    """What a rule reads, by entity type."""
    shapes: dict[str, Shape] = {}
    if not isinstance(statement, nodes.Placeholder):
        shapes[statement.target.name] = {}
    for read in reads_of(statement, function_table()):
        shape = shapes.setdefault(read.type, {})
        for step in read.steps:
            shape = shape.setdefault(step, {})
    return {name: shape for name, shape in shapes.items() if not name.startswith("List<")}


def literals_of(statement: nodes.Statement) -> list[Any]:
    """The values that a rule writes out, which an entity holds more often than chance would have it."""
    found: list[Any] = []
    for node in nodes.walk(statement):
        if isinstance(node, nodes.Literal):
            found.append(node.value)
        elif isinstance(node, nodes.Like):
            found.append(node.pattern.replace("%", "x"))
    return found

"""Rules, entities and files made to harm: each ends soon, in a verdict or in gsl's own error, and shows plainly."""

from __future__ import annotations

import datetime
import decimal
import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import Any

import pytest

import gsl
from gsl.errors import Source
from gsl.inventory.entity import Entity
from gsl.inventory.reading import EntityReader, Target
from gsl.language import nodes
from gsl.language.formatter import format_statement
from gsl.language.scanner import MAX_BYTES, MAX_DEPTH
from gsl.ruleset.loading import load_export, rule_of_text
from gsl.semantics.validation import MAX_ARRAY_DEPTH
from tests.bounds import within

DEEP = 10_000
RED = "\x1b[31m"
CONTROLS = (RED, "\x00", "\x07", "\x08", "\x7f", "\x9b31m", "\u202e", "\u200b", "\r", "\ud800")


def everything(rule: str, entity: dict[str, Any], **options: Any) -> gsl.Result:
    """The result of a rule on an entity, after everything that can be done with both was done."""
    parsed = gsl.parse(rule)
    written = format_statement(parsed.statement)
    assert len(written.encode("utf-8", "surrogatepass")) > MAX_BYTES or gsl.parse(written).statement == parsed.statement
    assert parsed.types
    _ = parsed.reads
    result: gsl.Result = parsed.check(entity, **options)
    report = gsl.evaluate(parsed, [{"type": parsed.entity_type, "id": "x", **entity}], keep_all=True, **options)
    json.dumps([result.to_dict(), report.to_dict()], allow_nan=False)
    return result


def refused(rule: str) -> gsl.RuleError:
    with pytest.raises(gsl.RuleError) as caught:
        gsl.parse(rule)
    return caught.value


def problems_of(rule: str) -> list[str]:
    """What is said of a rule: nothing when it is one."""
    try:
        gsl.parse(rule)
    except gsl.RuleError as error:
        return [str(error), *[problem.message for problem in error.problems]]
    return []


def assert_plain(text: str) -> None:
    """No character of a message can drive a terminal, and no line is endless."""
    bad = [character for character in text if not character.isprintable() and character != "\n"]
    assert not bad, ascii(text[:500])
    assert max(map(len, text.split("\n"))) < 2000


# --- deep rules

NESTED: dict[str, Callable[[int], str]] = {
    "(": lambda depth: "(" * depth + "a" + ")" * depth,
    "( open": lambda depth: "(" * depth + "a",
    "[": lambda depth: "xs contain [" * depth + "a" + "]" * depth,
    "[ open": lambda depth: "xs contain [" * depth,
    "not": lambda depth: "not " * depth + "a",
    "not (": lambda depth: "not (" * depth + "a" + ")" * depth,
    "in (": lambda depth: "a in ((" * depth + "a" + "))" * depth,
    "and (": lambda depth: "(a and " * depth + "a" + ")" * depth,
    "functions": lambda depth: "a" + " toLower()" * depth,
    "suffixes": lambda depth: "a" + " with ['x']" * depth,
    "groupBy": lambda depth: "a" + " groupBy [k]" * depth,
    "mixed": lambda depth: "not (xs contain [" * depth + "a" + "])" * depth,
}


@pytest.mark.parametrize("name", NESTED)
def test_ten_thousand_deep_is_refused(name: str) -> None:
    with within(10):
        error = refused(f"Thing should have {NESTED[name](DEEP)}")
    assert error.problems[0].code in ("too-deep", "arrays-too-deep")
    assert_plain(str(error))


AT_THE_LIMIT: dict[str, str] = {
    "(": "(" * MAX_DEPTH + "a" + ")" * MAX_DEPTH,
    "not": "not " * MAX_DEPTH + "a",
    "not (": "not (" * (MAX_DEPTH // 2) + "a" + ")" * (MAX_DEPTH // 2),
    "and (": "(a and " * MAX_DEPTH + "a" + ")" * MAX_DEPTH,
    "in (": "a in ((" * (MAX_DEPTH // 2) + "a" + "))" * (MAX_DEPTH // 2),
    "= (": "(a = " * MAX_DEPTH + "a" + ")" * MAX_DEPTH,
    "functions": "a" + " toLower()" * (2 * MAX_DEPTH - 1),
    "suffixes": "a" + " with ['x']" * (2 * MAX_DEPTH - 2),
    "compared": "(" * (MAX_DEPTH - 1) + "a" + " toLower() = 'x')" * (MAX_DEPTH - 1),
}


@pytest.mark.parametrize("name", AT_THE_LIMIT)
def test_at_the_limit_of_depth_a_rule_evaluates(name: str) -> None:
    with within(10):
        assert str(everything(f"Thing should have {AT_THE_LIMIT[name]}", {"a": "x"}).status) in ("passed", "failed")


@pytest.mark.parametrize("name", ["(", "not"])
def test_one_more_than_two_hundred_is_refused(name: str) -> None:
    assert refused(f"Thing should have {NESTED[name](MAX_DEPTH + 1)}").problems[0].code == "too-deep"


@pytest.mark.parametrize("name", AT_THE_LIMIT)
def test_at_the_limit_of_depth_the_caller_may_be_deep_too(name: str) -> None:
    """A rule within the limits leaves the caller a third of Python's frames, or asks for more itself."""

    def below(frames: int) -> None:
        if frames:
            below(frames - 1)
        else:
            result = gsl.parse(f"Thing should have {AT_THE_LIMIT[name]}").check({"a": "x"})
            assert str(result.status) in ("passed", "failed")

    below(sys.getrecursionlimit() // 3)


def deep_value(depth: int = 126, objects: bool = False) -> Any:
    value: Any = 1
    for _ in range(depth):
        value = {"k": value} if objects else [value]
    return value


@pytest.mark.parametrize("objects", [False, True])
@pytest.mark.parametrize(
    "core", ["(xs = ys)", "(xs in (ys))", "(xs like 'a')", "zs unique()", "zs groupBy [k]", "(xs > ys)"]
)
def test_a_deep_rule_on_a_deep_entity(core: str, objects: bool) -> None:
    entity = {
        "xs": deep_value(objects=objects),
        "ys": deep_value(objects=objects),
        "zs": [{"k": deep_value(120, objects)}],
    }
    everything(f"Thing should have {core}", entity)
    everything(f"Thing should have {core}{' toLower()' * (2 * MAX_DEPTH - 4)}", entity)


@pytest.mark.parametrize("quoted", ["'{}'", '"{}"', "'a' # {}\n", "'x' or a regexMatch /[{}]/"])
def test_brackets_in_texts_do_not_nest(quoted: str) -> None:
    for brackets in ("(" * DEEP, "[" * DEEP, ")" * DEEP, "not " * DEEP):
        rule = "Thing should have a = " + quoted.format(brackets.replace("[", "x[") if "regex" in quoted else brackets)
        with within(10):
            everything(rule, {"a": "x"})


def test_sixteen_array_operators_and_not_seventeen() -> None:
    for operator in ("contain", "with", "contain-all"):
        inner: Any = {"a": 1}
        for _ in range(MAX_ARRAY_DEPTH):
            inner = {"xs": [inner]}
        depth = MAX_ARRAY_DEPTH
        rule = f"Thing should have {f'xs {operator} [' * depth}a = 1{']' * depth}"
        assert everything(rule, inner).passed
        deeper = refused(f"Thing should have {f'xs {operator} [' * (depth + 1)}a = 1{']' * (depth + 1)}")
        assert deeper.problems[0].code == "arrays-too-deep"
    assert (
        refused(f"Thing should have {'xs contain [' * 16}xs groupBy [a]{']' * 16}").problems[0].code
        == "arrays-too-deep"
    )


def test_array_operators_over_the_same_list_sixteen_deep() -> None:
    """A rule and an entity of a few hundred bytes must not take for ever."""
    rule = f"Thing should have {'~.xs contain [' * MAX_ARRAY_DEPTH}a = 2{']' * MAX_ARRAY_DEPTH}"
    with within(20):
        gsl.parse(rule).check({"xs": [{"a": 1}, {"a": 1}, {"a": 1}]})


# --- long rules


def filled(start: str, piece: str, end: str = "", size: int = MAX_BYTES) -> str:
    """A rule of some bytes, made of a piece again and again."""
    return start + piece * ((size - len(start) - len(end)) // len(piece)) + end


@pytest.mark.parametrize("piece", ["a or ", "x", "(", "é", "\x00", "\n", "'"])
def test_ten_megabytes_are_refused_unread(piece: str) -> None:
    rule = filled("Thing should have a or ", piece, "", 10 << 20)
    with within(6):
        error = refused(rule)
        assert [each.code for each in error.problems] == ["rule-too-long"]
        assert_plain(str(error))


LONG: dict[str, str] = {
    "or": filled("Thing should have ", "a or ", "a"),
    "and": filled("Thing should have ", "a = 'x' and ", "a"),
    "or and not": filled("Thing should have ", "not a and b or ", "a"),
    "in": filled("Thing should have a in (", "'y',", "'x')"),
    "in numbers": filled("Thing should have a in (", "1,", "1)"),
    "literals": filled("Thing should have xs contain [", "'%y%',", "1]"),
    "arrays": filled("Thing should have ", "xs contain [a = 1] or ", "a"),
    "calls": filled("Thing should have ", "a before(1, 'days') or ", "a"),
    "text": filled("Thing should have a = '", "x", "'"),
    "like": filled("Thing should have a like '", "%x", "'"),
    "regex": filled("Thing should have a regexMatch /", "x|", "y/"),
    "comment": filled("Thing should have a #", "(["),
    "blanks": filled("Thing should have a", " \n"),
    "one key": filled("Thing should have ", "a"),
    "one path": filled("Thing should have ", "a.", "a"),
    "one type": filled("", "T", " should have a"),
    "paths": "Thing should have " + " or ".join([f"k{number} = {number}" for number in range(14000)]),
}


@pytest.mark.parametrize("name", LONG)
def test_a_rule_of_256_kilobytes_takes_seconds(name: str) -> None:
    entity: dict[str, Any] = {"a": "x", "xs": [1, 2, 3], **{f"kk{number}": number for number in range(1000)}}
    with within(20):
        everything(LONG[name], entity)


WRONG: dict[str, str] = {
    "functions": filled("Thing should have ", "a isEmpt() or ", "a"),
    "units": filled("Thing should have ", "a before(1,'dayz') or ", "a"),
    "regexes": filled("Thing should have ", "a regexMatch /(/ or ", "a"),
    "outermost": filled("Thing should have ", "^.a or ", "a"),
    "words": filled("Thing should have ", "a "),
    "commas": filled("Thing should have a in (", ","),
    "dots": filled("Thing should have a", "."),
    "quotes": filled("Thing should have a = ", "'\""),
    "backslashes": filled("Thing should have a = '", "\\'"),
    "slashes": filled("Thing should have a regexMatch ", "/"),
    "name": filled("Thing should have a ", "f", "()"),
    "wheres": filled("Thing where a ", "where a "),
    "digits": filled("Thing should have a = ", "1"),
    "open last": filled("Thing should have ", "(a) or ", "(a"),
    "typo last": filled("Thing should have ", "a or ", "a ’"),
}


@pytest.mark.parametrize("name", WRONG)
def test_what_is_wrong_with_256_kilobytes_is_said_in_seconds(name: str) -> None:
    with within(10):
        text = str(refused(WRONG[name]))
    assert_plain(text)
    assert len(text) < 1_000_000, f"{len(text)} characters of error text"


@pytest.mark.parametrize("digits", [399, 400, 401, 4300, 4301, 100_000])
@pytest.mark.parametrize("sign", ["", "-"])
def test_long_numbers_in_rules(digits: int, sign: str) -> None:
    number = sign + "1" * (digits - len(sign))
    if digits <= 400:
        assert everything(f"Thing should have a = {number}", {"a": int(number)}).passed
    else:
        assert refused(f"Thing should have a = {number}").problems[0].code == "number-too-long"


def test_a_long_type_and_a_long_text_are_no_file_names() -> None:
    long = "T" * 5000
    gsl.evaluate(f"{long} should have a", [{"type": long, "id": "1"}])
    with pytest.raises(gsl.GslError):
        gsl.evaluate(long, [{"type": "T"}])
    assert gsl.evaluate("T should have a", long).exit_code() == 2
    with pytest.raises(gsl.GslError):
        gsl.load(long)


# --- patterns

SLOW_REGEXES = (
    "(a+)+$",
    "(a|a)*b",
    "(a|aa)+$",
    "^(([a-z])+.)+[A-Z]([a-z])+$",
    "(.*)*x",
    "(x+x+)+y",
    "(.*a){20}b",
    "(?i)" + "a?" * 30 + "a" * 30,
)


@pytest.mark.parametrize("regex", SLOW_REGEXES)
def test_regular_expressions_take_linear_time(regex: str) -> None:
    with within(15):
        everything(f"Thing should have a regexMatch /{regex}/", {"a": "a" * 100_000 + "!"})


@pytest.mark.parametrize(
    "regex", ["(a)\\1", "(?=a)", "(?<!a)b", "a{1001}", "((a{100}){100}){100}", "(", "[", "a**", "\\pX", "*", "\ud800"]
)
def test_what_re2_refuses_is_an_error(regex: str) -> None:
    with within(15):
        assert refused(f"Thing should have a regexMatch /{regex}/").problems[0].code == "regex-invalid"


def test_wildcards_take_linear_time() -> None:
    with within(15):
        everything(f"Thing should have a like '{'%a' * 5000}b'", {"a": "a" * 1_000_000})
        everything(f"Thing should have a like '{'%' * 5000}'", {"a": "a" * 1_000_000})


FILTER_PATTERNS = (
    *(
        '"' * 16000,
        '"\\ ' * 5000,
        "{ " + "&&" * 7000,
        "{ " + "(" * 8000,
        "{ $.a" + "[" * 15000 + " = x }",
        "{ $." + "a[" * 7000,
    ),
    *(
        "{ $.a = " + "%a" * 7000 + " }",
        '{ $.a = "' + "x" * 1_000_000,
        '{ $.a = "' + "\\" * 15999,
        "{" + " " * 16000,
        "a " * 8000,
    ),
    *(
        "{ " + "($.a = x || (" * 90 + "$.b = y" + "))" * 90 + " }",
        "{ $.a = x " + "|| $.a = x && $.b = y " * 700 + "}",
        "\x00",
        RED,
    ),
)


@pytest.mark.parametrize("number", range(len(FILTER_PATTERNS)))
def test_hostile_filter_patterns(number: int) -> None:
    pattern = FILTER_PATTERNS[number]
    with within(15):
        everything("Thing should have a isFilterPatternEqual('{ $.a = x }')", {"a": pattern})
        try:
            everything(f"Thing should have a isFilterPatternEqual({json.dumps(pattern)})", {"a": pattern})
        except gsl.RuleError as error:
            assert_plain(str(error))


@pytest.mark.parametrize("kind", ["random", "nested", "one"])
def test_a_hundred_thousand_firewall_rules(kind: str) -> None:
    random = Random(7)
    common = {"protocol": "TCP", "destinationPort": 0, "destinationPortTo": 65535, "action": "ALLOW"}
    addresses = [
        f"{random.randrange(256)}.{random.randrange(256)}.0.0/{random.randrange(1, 33)}" for _ in range(100_000)
    ]
    if kind == "one":
        rules: list[dict[str, Any]] = [{**common, "source": addresses}]
    elif kind == "nested":
        rules = [{**common, "number": number, "source": f"10.0.0.0/{number % 33}"} for number in range(100_000)]
    else:
        actions = ("ALLOW", "DENY")
        rules = [
            {**common, "number": random.random(), "source": each, "action": random.choice(actions)}
            for each in addresses
        ]
    with within(20):
        gsl.parse("Thing should have rules allowedHostsForPort(22) > 0").check({"rules": rules})


# --- values

HUGE = (
    10**400,
    10**4299,
    -(10**4299),
    10**5000,
    "9" * 4300,
    "9" * 5000,
    "-" + "9" * 4299,
    1e308,
    -1e308,
    5e-324,
    "1" + "0" * 400,
)
CALLS = ("sum()", "min()", "max()", "unique()", "first()", "length()")
OF_ONE = (
    *(
        "= 1",
        "> 1",
        "< '2024-01-01'",
        ">= '10'",
        "in (1, '1')",
        "like '1%'",
        "regexMatch /^1/",
        "before(1, 'days')",
        "after(1, 'years')",
    ),
    *(
        "before('2024-01-01')",
        "dateDifference(0, 'days') > 1",
        "dateDifference(now, 'months') > 1",
        "length() > 1",
        "numberOfHosts() > 1",
    ),
)


@pytest.mark.parametrize("number", range(len(HUGE)))
def test_huge_numbers(number: int) -> None:
    value = HUGE[number]
    for test in OF_ONE:
        everything(f"Thing should have a {test}", {"a": value, "now": 1717200000})
    for amount in (
        "before(a, 'days')",
        "after(a, 'months')",
        "before(a)",
        "allowedHostsForPort(a) = 1",
        "dateDifference(a, 'years') = 1",
    ):
        everything(f"Thing should have b {amount}", {"a": value, "b": "2024-01-01"})
    for call in CALLS:
        everything(f"Thing should have xs {call} = 1 or xs {call} like 'x'", {"xs": [value, value, 0.5]})
        everything(f"Thing should have xs {call} = 1 or xs {call} like 'x'", {"xs": [value] * 12})


@pytest.mark.parametrize("text", ["1e5000", "-1e20000", "1e-5000", "NaN", "sNaN", "Infinity"])
def test_huge_decimals(text: str) -> None:
    with within(15):
        everything("Thing should have a = 1 or a like 'x'", {"a": decimal.Decimal(text), "id": "x"})


@pytest.mark.parametrize("text", ["1e3000000", "-1e999999999999", "1e-999999999999"])
def test_endless_decimals(text: str) -> None:
    """In a process of its own: a number of so many digits fills the memory, and no alarm stops it."""
    program = f"import decimal, gsl; gsl.parse('Thing should have a = 1').check({{'a': decimal.Decimal('{text}'), 'id': 'x'}})"
    subprocess.run([sys.executable, "-c", program], check=True, timeout=60, capture_output=True)


@pytest.mark.parametrize("hours", [-14, 0, 14])
def test_the_ends_of_time(hours: int) -> None:
    zone = datetime.timezone(datetime.timedelta(hours=hours))
    for moment in (datetime.datetime.min, datetime.datetime.max):
        aware = moment.replace(tzinfo=zone)
        everything("Thing should have a before(1, 'days') and a dateDifference(0, 'months') > 1", {"a": aware})
        everything("Thing should have a before(-10000, 'years') or a after(10000, 'years')", {"a": 1}, now=moment)
        try:
            everything("Thing should have a = 1", {"a": 1}, now=aware)
        except gsl.UsageError as error:
            assert_plain(str(error))


@pytest.mark.parametrize("now", [1e308, float("nan"), float("inf"), 10**400, "9" * 5000, True, "", RED])
def test_an_instant_that_is_none_is_refused(now: Any) -> None:
    with pytest.raises(gsl.UsageError) as caught:
        gsl.parse("Thing should have a").check({"a": 1}, now=now)
    assert_plain(str(caught.value))


@pytest.mark.parametrize(
    "rule",
    [
        *("xs first() contain-none [$ = null]", "xs first() = null", "xs first() isEmpty()", "xs last() in (null)"),
        *("xs contain-none ['x', -43]", "not xs contain ['x']", "xs unique() contain-none ['x']"),
    ],
)
def test_not_a_number_in_a_list_is_missing(rule: str) -> None:
    parsed = gsl.parse(f"Thing should have {rule}")
    first, second = parsed.check({"xs": [float("nan")], "id": "t"}), parsed.check({"xs": [None], "id": "t"})
    assert (first.status, first.passed_on_missing) == (second.status, second.passed_on_missing)


def test_an_entity_that_holds_itself() -> None:
    entity: dict[str, Any] = {"type": "Thing", "id": "x"}
    entity["a"] = entity
    endless: list[Any] = []
    endless.append(endless)
    for given in (entity, {"type": "Thing", "a": endless}):
        with pytest.raises(gsl.InputError):
            gsl.parse("Thing should have a").check(given)
        report = gsl.evaluate("Thing should have a", [given, {"type": "Thing", "id": "y", "a": 1}])
        assert report.summary.passed == 1
        assert [each.code for each in report.diagnostics] == ["too-deep"]
    with pytest.raises(gsl.GslError):
        gsl.parse("Thing should have a in $L").check({"a": 1}, lists={"L": endless})


ODD_ERRORS: tuple[Any, ...] = (
    "text",
    7,
    True,
    {"path": "xs"},
    [None],
    ["xs"],
    [[]],
    [{}],
    [{"path": None}],
    [{"path": ["xs"]}],
    [{"path": "xs..a"}],
)
ODD_PATHS = (
    ".",
    "xs.",
    "xs.99999999999999999999999",
    "xs.-1",
    "xs.\N{SUPERSCRIPT TWO}",
    "xs.\N{ARABIC-INDIC DIGIT THREE}",
    "xs.1.",
    "\x00",
)


@pytest.mark.parametrize("errors", [*ODD_ERRORS, *[[{"path": path}] for path in ODD_PATHS]], ids=ascii)
def test_odd_errors_of_collection(errors: Any) -> None:
    for entity in ({"xs": [{"a": 1}]}, {"xs": None}, {}):
        for rule in (
            "xs contain [a = 1]",
            "xs with [a = 1] length() = 1",
            "xs groupBy [a] length() = 1",
            "xs getValue('a') = 1",
        ):
            everything(f"Thing should have {rule}", {**entity, "_errors": errors})
    list_rule = gsl.parse("List<Thing> where xs contain [a = 1] should have items")
    list_rule.check({"items": [{"xs": [], "_errors": errors}]})


def test_many_errors_of_collection() -> None:
    entity = {"xs": [{"v": 2}] * 3000, "_errors": [{"path": f"xs.{number}.z"} for number in range(3000)]}
    with within(10):
        gsl.parse("Thing should have xs contain [v = 1]").check(entity)


# --- JSON


def read(data: bytes, name: str = "x.json") -> tuple[list[Entity], list[gsl.InputError]]:
    found = list(EntityReader(Target(frozenset(("Thing",)))).parse(data, name))
    errors = [each for each in found if isinstance(each, gsl.InputError)]
    for error in errors:
        assert_plain(str(error))
    return [each for each in found if isinstance(each, Entity)], errors


DEEP_JSON = {
    "list": b"[" * DEEP + b"]" * DEEP,
    "open": b"[" * DEEP,
    "objects": b'{"a":' * DEEP + b"1" + b"}" * DEEP,
    "inside": b'[{"type":"Thing","a":' + b"[" * DEEP + b"]" * DEEP + b"}]",
    "grouped": b'{"Thing":[' + b'{"a":' * DEEP + b"1" + b"}" * DEEP + b"]}",
}


@pytest.mark.parametrize("name", DEEP_JSON)
@pytest.mark.parametrize("file", ["x.json", "x.jsonl"])
def test_json_ten_thousand_deep(name: str, file: str) -> None:
    with within(15):
        entities, errors = read(DEEP_JSON[name], file)
    assert not entities
    assert [each.code for each in errors] == ["too-deep"]


def test_a_deep_entity_does_not_hide_the_next_one() -> None:
    deep = b'{"type":"Thing","id":1,"a":' + b"[" * 200 + b"]" * 200 + b"}"
    for data, name in (
        (deep + b'\n{"type":"Thing","id":2}\n', "x.jsonl"),
        (b"[" + deep + b',{"type":"Thing","id":2}]', "x.json"),
    ):
        entities, errors = read(data, name)
        assert [each.code for each in errors] == ["too-deep"]
        assert [each.id for each in entities] == ["2"], name


def test_long_numbers_in_json_are_missing() -> None:
    for number in (b"9" * 5000, b"-" + b"9" * 5000, b"1e999", b"NaN", b"-Infinity", b"1e-99999", b"9" * 4300):
        (entity,), errors = read(b'[{"type":"Thing","id":1,"a":' + number + b"}]")
        assert not errors
        everything("Thing should have a > 1 or a like 'x' or a isEmpty()", entity.data)


@pytest.mark.parametrize("control", CONTROLS, ids=ascii)
def test_keys_of_json_do_not_reach_a_message_raw(control: str) -> None:
    key = json.dumps(f"k{control}")
    for text in (
        f'{{"Thing":[{{}}],{key}:5}}',
        f'{{"Thing":[{{}}],{key}:[5]}}',
        f"[{key}]",
        f'[{{"type":{key}}}, 5]',
        f"{{{key}:1,{key}:",
    ):
        read(text.encode())
        read(text.encode(), "x.jsonl")


# --- front matter


def rule_with(front: str, name: str = "x.gsl") -> gsl.Rule:
    return rule_of_text(Source(f"---\n{front}\n---\nThing should have a\n", name))


BOMBS = {
    "laughs": "a: &a [x, x]\nb: &b [*a, *a]\nc: &c [*b, *b]\ntitle: *c",
    "self": "title: &a [*a]",
    "merged": "x: &a {title: x}\n<<: *a",
    "flow": "title: " + "[" * DEEP + "]" * DEEP,
    "open": "title: " + "[" * DEEP,
    "maps": "title: " + "{a: " * DEEP + "}" * DEEP,
    "sequences": "title:\n " + "- " * DEEP + "x",
    "keys": "title:\n " + "? " * DEEP + "x",
    "python": 'title: !!python/object/apply:os.system ["true"]',
    "tag": "title: !evil x",
    "number": "title: " + "9" * 5000,
    "date": "title: 2024-99-99",
    "twice": "title: a\ntitle: b",
    "list key": "? [a]\n: b",
    "no key": "~: x",
    "true key": "yes: x",
    "hexadecimal key": "0x1: x",
    "merge": "<<: {severity: none}",
    "merge unknown": "<<: {nonsense: none}",
    "NUL": "title: \x00",
    "surrogate": "title: \ud800",
    "long": "title: " + "x" * MAX_BYTES,
}


@pytest.mark.parametrize("name", BOMBS)
def test_hostile_front_matter(name: str) -> None:
    with within(15), pytest.raises(gsl.RuleError) as caught:
        rule_with(BOMBS[name])
    assert_plain(str(caught.value))


def test_front_matter_with_twenty_thousand_keys() -> None:
    with within(15), pytest.raises(gsl.RuleError) as caught:
        rule_with("\n".join([f"k{number}: 1" for number in range(20_000)]))
    assert len(str(caught.value)) < 1_000_000


@pytest.mark.parametrize("escape", ["\\e[31m", "\\0", "\\x7f", "\\x9b", "\\u202e", "\\r"])
def test_front_matter_does_not_reach_a_message_raw(escape: str) -> None:
    fronts = (
        f'"k{escape}": x',
        f'"k{escape}": x\n"k{escape}": y',
        f'severity: "{escape}"',
        f'frameworks: {{"x{escape}": 1}}',
    )
    for front in fronts:
        with pytest.raises(gsl.RuleError) as caught:
            rule_with(front)
        assert_plain(str(caught.value))
        for problem in caught.value.problems:
            assert_plain(problem.message)


# --- control characters and half surrogate pairs


@pytest.mark.parametrize("control", CONTROLS, ids=ascii)
def test_control_characters_of_a_rule_do_not_reach_its_error(control: str) -> None:
    rules = (
        *(
            f"Thing should have a {control}b",
            f"Thing should have {control}",
            f"{control} should have a",
            f"Thing should have a = 'x{control}",
        ),
        *(
            f"Thing should have a regexMatch /[{control}/",
            f"Thing should have a regexMatch /(?P<{control}>x)/",
            f"Thing should have (a # {control}",
        ),
        *(
            f"Thing should have a regexMatch /(?{control})/",
            f"Thing should have a = 1 '{control}'",
            f"Thing should have a before(1, '{control}')",
        ),
        *(
            f"Thing should have a getValue('{control}', 1)",
            f"Thing should have a in ('{control}' '",
            f"Thing should have a isEmpty('{control}')",
        ),
        *(
            f"Thing should have a = 1{control}2",
            f"Thing should have a{control}[0]",
            f"Thing should have a.{control}b",
            f"Thing{control}s have",
        ),
    )
    for rule in rules:
        problems = problems_of(rule)
        for text in problems:
            assert_plain(text)


@pytest.mark.parametrize("control", [each for each in CONTROLS if each != "\r"], ids=ascii)
def test_control_characters_of_names_do_not_reach_an_error(control: str, tmp_path: Path) -> None:
    with pytest.raises(gsl.RuleError) as caught:
        rule_of_text(Source("Thing should", f"x{control}.gsl"))
    assert_plain(str(caught.value))
    for given in ({"name": f"x{control}"}, {"ruleId": f"x{control}"}):
        for error in load_export(json.dumps({"rules": [{**given, "logic": "Thing should"}]}), "x.json").errors:
            assert_plain(str(error))
    with pytest.raises(gsl.GslError) as missing:
        gsl.load(tmp_path / f"none{control}.gsl")
    assert_plain(str(missing.value))
    with pytest.raises(gsl.UsageError) as usage:
        gsl.parse("Thing should have a").check({}, lists={f"x{control}": 5})  # type: ignore[dict-item]
    assert_plain(str(usage.value))


@pytest.mark.parametrize("control", CONTROLS, ids=ascii)
def test_control_characters_of_entities_do_not_reach_a_message(control: str) -> None:
    def fails(value: Any) -> None:
        raise ValueError(value)

    type_name, key = f"Thin{control}g", f"enable{control}d"
    everywhere: list[tuple[str, Any]] = [
        ("Thing should have enabled = 1", [{"type": "Thing", "id": "1", key: 1}]),
        ("Thing should have a = 1", [{"type": type_name, "a": 1}]),
        ("Thing should have a = 1", {type_name: 5, "Thing": []}),
        ("Thing should have a = 1", {type_name: [5]}),
        (f"Thing should have getValue('{control}') = 1", [{"type": "Thing", "a": 1}]),
        (f"Thing should have a getValue('x{control}') = 1", [{"type": "Thing", "a": {f"x{control}": float("nan")}}]),
        ("Thing should have a fails()", [{"type": "Thing", "a": control}]),
        ("Thing should have a = 1", [{"type": "Thing", "a": 2, "_errors": [{"path": control, "message": control}]}]),
    ]
    for rule, entities in everywhere:
        for each in gsl.evaluate(rule, entities, functions={"fails": fails}).diagnostics:
            assert_plain(each.message)


def test_half_surrogate_pairs_in_entities() -> None:
    half = "\ud800"
    entity = {
        "type": "Thing",
        "id": half,
        "a": half,
        half: {half: half},
        "accountNumber": half,
        "region": half,
        "name": half,
        "o": {half: [half]},
    }
    for rule in (
        *(
            "a = 'x'",
            "a like '%'",
            "a regexMatch /./",
            "a toUpper() toLower() = 'x'",
            "o regexMatch /x/",
            "o length() = 2",
            "a < 'x'",
        ),
        *(
            "a split('x') join('y') = a",
            "a startsWith('x')",
            "a in ('x')",
            "a before(1, 'days')",
            "a isPublic()",
            "o contain [a = 1]",
        ),
        *(
            "a isFilterPatternEqual('x')",
            "~ length() = 1",
            "a groupBy [b] length() = 3",
            "xs unique() = a",
            f"getValue('{half}') = 1",
        ),
    ):
        everything(f"Thing should have {rule}", entity)
    report = gsl.evaluate("Thing should have b", [{"type": "Thing", half: half}])
    assert len(report.findings[0].fingerprint) == 32
    entities, errors = read(b'[{"type":"Thing","id":"\\ud800","a":"\\udfff"}]')
    assert not errors
    everything("Thing should have a = 'x'", entities[0].data)


def test_half_surrogate_pairs_in_rules() -> None:
    assert everything("Thing should have a = '\ud800'", {"a": "\ud800"}).passed
    assert everything("Thing should have a # \ud800", {"a": "x"}).passed
    for rule in (
        "Thing should have \ud800",
        "\ud800",
        "Thing should have a = '\ud800",
        "Thing should have a regexMatch /\ud800/",
    ):
        assert_plain(str(refused(rule)))


def test_nul_is_a_character_like_others_in_a_text_and_an_error_outside() -> None:
    assert everything(
        "Thing should have a = 'x\x00y' and a like 'x\x00%' and a regexMatch /^x\x00y$/", {"a": "x\x00y"}
    ).passed
    assert not everything("Thing should have a = 'x'", {"a": "x\x00y"}).passed
    assert not everything("Thing should have a = 'x\x00y'", {"a": "x"}).passed
    for rule in (
        "Thing should have a\x00",
        "\x00Thing should have a",
        "Thing should have a\x00= 1",
        "Thing\x00 should have a",
    ):
        assert refused(rule).problems[0].code == "invalid-character"


@pytest.mark.parametrize(
    "given", [None, 7, b"Thing should have a", ["x"], object()], ids=lambda given: type(given).__name__
)
def test_what_is_no_rule_and_no_entity_is_refused(given: Any) -> None:
    with pytest.raises(gsl.GslError):
        gsl.parse(given)
    with pytest.raises(gsl.GslError):
        gsl.parse("Thing should have a").check(given)
    with pytest.raises(gsl.GslError):
        gsl.evaluate([7], [])  # type: ignore[list-item]
    if not isinstance(given, (bytes, list)):
        with pytest.raises(gsl.GslError):
            gsl.evaluate("Thing should have a", given)
        with pytest.raises(gsl.GslError):
            gsl.evaluate(given, [])


def test_nodes_of_a_wide_rule_are_walked_without_recursion() -> None:
    statement = gsl.parse(LONG["or"]).statement
    assert sum(1 for _ in nodes.walk(statement)) > 50_000

"""The compiler: what its code is made of, rules at the limits, and the object that `gsl.compile` gives."""

from __future__ import annotations

import builtins
import io
import keyword
import pickle
import re
import threading
import tokenize
from collections.abc import Callable, Sequence
from random import Random
from typing import Any

import pytest

import gsl
from gsl.engine.compiler import folding, fusing, loops
from gsl.engine.runner import Runner
from gsl.inventory.given import entities_of
from gsl.language import nodes
from gsl.language.scanner import MAX_DEPTH
from gsl.ruleset.loading import Loaded
from gsl.ruleset.options import options_of
from gsl.semantics.validation import MAX_ARRAY_DEPTH
from tests.bounds import within
from tests.forms import Trial, compare_file, entities_for, load
from tests.generation import LISTS, NOW, TEXTS, Generator, text_of

SECONDS = 20.0
"""What any rule may take to compile and to run once on a small entity; most take milliseconds."""

GENERATED = re.compile(r"[A-Za-z]{1,2}\d*|r\d+_[a-z]\d+")
"""Short names, most of them with a number."""

OURS = frozenset(
    (
        *("check", "entities", "found", "add", "append", "source", "left", "iter", "__length_hint__", "stopped", "odd"),
        *(
            "aside",
            "excluded",
            "lefts",
            "ends",
            "size",
            "Tally",
            "GIVING_UP",
            "e",
            "r",
            "m",
            "under",
            "gone",
            "len",
            "bool",
            "abs",
        ),
        *("str", "int", "float"),
        *("list", "dict", "__class__", "get", "casefold", "lower", "startswith", "endswith"),
    )
)
"""All other names that code consists of."""


@pytest.fixture
def sources(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The text of everything that is compiled to code."""
    found: list[str] = []

    def compile_and_note(text: str, *arguments: Any) -> Any:
        found.append(text)
        return builtins.compile(text, *arguments)

    monkeypatch.setattr(fusing, "compile", compile_and_note, raising=False)
    return found


def foreign_tokens(source: str) -> list[str]:
    """What in a source is no generated name, word of Python, digit or operator."""
    found = []
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type == tokenize.NAME:
            ours = keyword.iskeyword(token.string) or token.string in OURS
            known = ours or GENERATED.fullmatch(token.string) is not None
        elif token.type == tokenize.NUMBER:
            known = token.string.isdigit() and len(token.string) < 7
        else:
            known = token.type not in (tokenize.STRING, tokenize.COMMENT, tokenize.ERRORTOKEN) or token.string == "'24'"
        if not known:
            found.append(token.string)
    return found


def run_everywhere(rules: list[gsl.Rule], entities: list[Any]) -> None:
    """Have code made for dicts and for structs, strict and careful, and that for passes on missing values."""
    gsl.evaluate(rules, entities, now=NOW, lists=LISTS)
    compiled = gsl.compile(rules, now=NOW, lists=LISTS)
    for entity in entities:
        compiled.verdicts(entity)


# --- what code is made of

HOSTILE = (
    "__import__('os').system('x')",
    "'); import os #",
    '"""',
    "\\",
    "\n    raise SystemExit",
    "{0.__class__}",
    "%s%n",
    "K0",
    "\x00",
    "\N{PILE OF POO}",
    "secret_word",
)


def quoted(text: str) -> str:
    return "'" + text.replace("\\", "\\\\").replace("'", "''") + "'"


@pytest.mark.parametrize("text", HOSTILE)
def test_nothing_of_a_hostile_rule_is_in_its_code(text: str, sources: list[str]) -> None:
    literal = quoted(text)
    parts = [
        *(f"a = {literal}", f"a like {quoted('%' + text)}", f"a in ({literal}, b)", f"a in ({literal}, 'y')"),
        *(f"getValue({literal}) = 1", f"xs contain [{literal}, 5]", f"xs contain [b = {literal}]", f"a < {literal}"),
        *(f"xs contain [secret_word = {literal}]", f"secret_word.secret_word split({literal}) contain [$ = {literal}]"),
    ]
    rules = [gsl.parse(f"Thing should not have {part}", id=f"r{number}") for number, part in enumerate(parts)]
    run_everywhere(rules, [{"type": "Thing", "id": "t", "xs": [{"b": 1}]}, {"type": "Thing", "id": "u", "a": text}])
    assert len(sources) > 1
    assert [token for source in sources for token in foreign_tokens(source)] == []
    assert not [source for source in sources if "secret_word" in source or "os" in re.findall(r"\w+", source)]


def test_nothing_of_random_rules_is_in_their_code(sources: list[str]) -> None:
    for seed in range(60):
        generator = Generator(Random(seed), without=("getResource", "getResources"))
        statements: list[Any] = [generator.check(0) for _ in range(4)]
        rules = [gsl.parse(text_of(each), id=f"r{number}") for number, each in enumerate(statements)]
        entities = [
            each for each in entities_for(generator, statements, 4) if isinstance(each, dict) and "type" in each
        ]
        gsl.evaluate(rules, entities, now=NOW, lists=LISTS)
    assert len(sources) > 100
    assert [token for source in sources for token in foreign_tokens(source)] == []


def test_foreign_tokens_are_found() -> None:
    assert foreign_tokens("check = 'x'\n") == ["'x'"]
    assert foreign_tokens("e.password is K1\n") == ["password"]


def test_single_characters_that_fold_to_several_letters_are_all_known() -> None:
    """Code compares lengths first where no text of another length can fold to the same."""
    folded = {chr(number).casefold() for number in range(0x110000) if number > 0x7F}
    several = {each for each in folded if each.isascii() and len(each) > 1}
    assert several == {"ss", "ff", "fi", "fl", "ffi", "ffl", "st"}
    assert all(any(each in text for each in folding._LIGATURES) for text in several)
    assert all(each.isalpha() for each in folded if each.isascii())


# --- rules at the limits

DEEP = MAX_DEPTH - 1
"""Levels that a rule may have beside the `not` of `should not have`."""

LIMITS: dict[str, Callable[[], str]] = {
    "brackets": lambda: "(" * DEEP + "a = 1" + ")" * DEEP,
    "nots": lambda: "not " * DEEP + "a = 1",
    "nots and brackets": lambda: "not (" * (DEEP // 2) + "a = 1" + ")" * (DEEP // 2),
    "and in brackets": lambda: "(a = 1 and " * DEEP + "a" + ")" * DEEP,
    "or in not": lambda: "not (a = 2 or " * (DEEP // 2) + "a" + ")" * (DEEP // 2),
    "comparisons": lambda: "(" * DEEP + "a" + " = 1)" * DEEP,
    "functions": lambda: "a" + " toLower()" * DEEP,
    "filters": lambda: "a" + " with [b = 1]" * (DEEP - 1),
    "contain": lambda: "xs contain [" * MAX_ARRAY_DEPTH + "a = 1" + "]" * MAX_ARRAY_DEPTH,
    "contain-all": lambda: "xs contain-all [" * MAX_ARRAY_DEPTH + "a = 1" + "]" * MAX_ARRAY_DEPTH,
    "contain-none": lambda: "xs contain-none [" * MAX_ARRAY_DEPTH + "a = 1" + "]" * MAX_ARRAY_DEPTH,
    "with": lambda: "xs with [" * MAX_ARRAY_DEPTH + "a = 1" + "]" * MAX_ARRAY_DEPTH,
    "contain in not in brackets": lambda: "not (xs contain [" * 15 + "a = 1 or b = 2" + "])" * 15,
    "contain and or": lambda: "(b = 2 or xs contain [c and " * 15 + "a = 1" + "])" * 15,
    "lists at every level": lambda: "xs contain [ys contain [a] and " * 8 + "a = 1" + "]" * 8,
    "outward": lambda: "xs contain [" * 15 + ".".join("^" * 15) + ".a = a" + "]" * 15,
    "texts": lambda: f"a in ({', '.join([quoted(f'x{number}') for number in range(5000)])})",
    "numbers": lambda: f"a in ({', '.join([str(number) for number in range(5000)])})",
    "mixed": lambda: (
        f"a in ({', '.join([repr(f'x{number}') if number % 2 else str(number) for number in range(5000)])})"
    ),
    "operands": lambda: f"a in ({', '.join([f'k{number}' for number in range(5000)])})",
    "literals in a bracket": lambda: f"xs contain [{', '.join([quoted(f'x{number}%') for number in range(2000)])}]",
    "and": lambda: " and ".join([f"k{number} = {number}" for number in range(2000)]),
    "or": lambda: " or ".join([f"k{number} like 'x{number}%'" for number in range(2000)]),
    "dates": lambda: " or ".join([f"k{number} < '2024-01-01T00:00:00Z'" for number in range(1000)]),
    "a hundred lists": lambda: " and ".join([f"k{number} contain [a = {number}]" for number in range(100)]),
    "more than a hundred": lambda: " or ".join([f"k{number} contain [a = {number}]" for number in range(300)]),
    "a long path": lambda: ".".join(["a"] * 2000) + " = 1",
    "paths of many lengths": lambda: " or ".join([".".join(["a"] * length) + " = 1" for length in range(1, 300)]),
    "a long text": lambda: f"a = {quoted('x' * 100_000)}",
    "a long number": lambda: f"a > {'9' * 399}",
    "a long pattern": lambda: f"a like {quoted('x%' * 5000)}",
}


@pytest.mark.parametrize("name", LIMITS)
def test_rules_at_the_limits(name: str) -> None:
    text = LIMITS[name]()
    deep: Any = {"a": 1, "xs": []}
    for _ in range(MAX_ARRAY_DEPTH):
        deep = {"a": 1, "b": "x", "ys": [{"a": True}], "xs": [deep, {"a": 1, "xs": []}]}
    entities = [
        {"type": "Thing", "id": "t"},
        {"type": "Thing", "id": "u", **deep},
        {"type": "Thing", "id": "v", "a": 1},
    ]
    with within(SECONDS):
        for demand in ("should have", "should not have"):
            rule = gsl.parse(f"Thing {demand} {text}")
            compiled = gsl.compile(rule, now=NOW)
            assert len(compiled) == 1
            for entity in entities:
                assert compiled.verdicts(entity) == {"expression": rule.check(entity, now=NOW).status}
    trial = Trial((f"Thing should not have {text}",), tuple(entities))
    compare_file(trial, *load(trial))


@pytest.mark.parametrize(
    ("operation", "numbers"), [("xs contain", (0,)), ("xs contain-all", (0,)), ("~.xs contain", ())]
)
def test_sixteen_nested_lists_are_compiled_unless_they_multiply(operation: str, numbers: tuple[int, ...]) -> None:
    """Work that could grow out of proportion is left to the reference, which counts it."""
    rule = gsl.parse(f"Thing should have {f'{operation} [' * 16}a = 1{']' * 16}")
    statement = rule.statement
    assert not isinstance(statement, nodes.Placeholder)
    assert fusing.fuse([fusing.Unit(0, statement, rule.functions)]).numbers == numbers


def test_thousands_of_rules_on_one_type() -> None:
    rules = [
        gsl.parse(f"Thing where k{number % 7} should not have a = {number}", id=f"r{number}") for number in range(2000)
    ]
    with within(2 * SECONDS):
        compiled = gsl.compile(rules)
        entity = {"type": "Thing", "id": "t", "a": 7, **{f"k{number}": True for number in range(7)}}
        failing = [rule for rule, _ in compiled.failing([entity] * 3)]
        assert failing == ["r7"] * 3


# --- gsl.compile


def rules_with_everything() -> list[gsl.Rule]:
    return [
        gsl.parse("Thing should have a in $Ports", id="listed"),
        gsl.parse("Thing should not have xs contain [b like '%x%']", id="nested"),
        gsl.parse("Thing should have twice() = 4", id="supplied", functions={"twice": twice}),
        gsl.parse("Other where a should have d after(-1, 'days')", id="dated"),
        gsl.parse("Other where a = 1", id="query"),
    ]


def twice(value: Any) -> Any:
    return 2 * value["a"] if isinstance(value, dict) and isinstance(value.get("a"), int) else None


THINGS: list[dict[str, Any]] = [
    *({"type": "Thing", "id": number, "a": number % 5, "xs": [{"b": f"x{number}"}, {}]} for number in range(300)),
    *({"type": "Other", "id": number, "a": number % 2, "d": "2024-05-31T12:00:00Z"} for number in range(300)),
    {"type": "Thing", "id": "e", "_errors": [{"path": "xs"}]},
    {"type": "Unknown"},
]


def test_pickled_rules_say_the_same() -> None:
    compiled = gsl.compile(rules_with_everything(), now=NOW, lists={"Ports": [1, 2]})
    again = pickle.loads(pickle.dumps(compiled))
    wanted = list(compiled.failing(THINGS))
    assert len(wanted) > 500
    assert list(again.failing(THINGS)) == wanted
    assert [again.verdicts(each) for each in THINGS] == [compiled.verdicts(each) for each in THINGS]
    assert again.evaluate(THINGS).to_dict() == compiled.evaluate(THINGS).to_dict()


def test_threads_share_compiled_rules() -> None:
    compiled = gsl.compile(rules_with_everything(), now=NOW, lists={"Ports": [1, 2]})
    wanted = list(compiled.failing(THINGS))
    found: list[Any] = []

    def work() -> None:
        for _ in range(5):
            found.append(list(compiled.failing(THINGS)) == wanted)

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [True] * 40


def test_without_now_each_call_takes_the_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    from gsl.engine import compiled as module
    from gsl.ruleset.options import options_of

    clock = ["2024-06-01T00:00:00Z"]

    def told(now: Any = None, *arguments: Any) -> Any:
        return options_of(clock[0] if now is None else now, *arguments)

    monkeypatch.setattr(module, "options_of", told)
    entity = {"type": "Thing", "id": "t", "d": "2024-06-02T00:00:00Z"}
    rules = [gsl.parse("Thing should have d after(0, 'days')", id="clock"), gsl.parse("Thing should have d", id="none")]
    compiled = gsl.compile(rules)
    assert [rule for rule, _ in compiled.failing([entity])] == []
    clock[0] = "2024-06-03T00:00:00Z"
    assert [rule for rule, _ in compiled.failing([entity])] == ["clock"]
    assert compiled.verdicts(entity)["clock"] is gsl.Status.FAILED
    fixed = gsl.compile(rules, now="2024-06-01T00:00:00Z")
    assert list(fixed.failing([entity])) == []


def test_a_rule_of_its_own_function_does_not_lend_it_to_others() -> None:
    own = gsl.parse("Thing should have a toUpper() = 'X'", id="own", functions={"toUpper": lambda value: "Y"})
    usual = gsl.parse("Thing should have a toUpper() = 'X'", id="usual")
    for rules in ([own, usual], [usual, own]):
        verdicts = gsl.compile(rules).verdicts({"type": "Thing", "a": "x"})
        assert {rule: str(status) for rule, status in verdicts.items()} == {"own": "failed", "usual": "passed"}


@pytest.mark.parametrize("position", [0, 1, 5])
@pytest.mark.parametrize("odd", [7, None, [], "x", {}, {"type": []}, {"type": {}}, {"type": ""}, {"type": 7}])
def test_what_is_no_entity_is_named_by_its_place(odd: Any, position: int) -> None:
    rules = [gsl.parse("Thing should have a", id="a"), gsl.parse("Other should have b", id="b")]
    entities: list[Any] = [{"type": "Thing", "id": "t"}] * position + [odd]
    with pytest.raises(gsl.InputError, match=rf"entities\[{position}\]"):
        list(gsl.compile(rules).failing(entities))
    with pytest.raises(gsl.InputError, match=r"entities\[0\]"):
        gsl.compile(rules).verdicts(odd)


@pytest.mark.parametrize("odd", [7, None, [], "x", {"type": []}, {"type": {}}, {"type": ""}, {"type": 7}])
def test_with_rules_on_one_type_too(odd: Any) -> None:
    rules = [gsl.parse(f"Thing should have {key}", id=key) for key in "abc"]
    with pytest.raises(gsl.InputError, match=r"entities\[2\]"):
        list(gsl.compile(rules).failing([{"type": "Thing"}, {"type": "Thing"}, odd]))


@pytest.mark.parametrize("sensitive", [False, True])
def test_texts_of_every_kind_equal_as_the_reference_says(sensitive: bool) -> None:
    """Each odd text beside each literal, under the operators on texts."""
    entities = [{"type": "Thing", "id": str(number), "a": text, "xs": [text]} for number, text in enumerate(TEXTS)]
    for literal in [quoted(text) for text in TEXTS if text and "\x00" not in text]:
        conditions = (f"a = {literal}", f"a in ({literal}, 'zz')", f"a like {literal}", f"xs contain [$ = {literal}]")
        rules = [gsl.parse(f"Thing should have {each}", id=each) for each in conditions]
        compiled = gsl.compile(rules, now=NOW, case_sensitive=sensitive)
        for entity in entities:
            wanted = {rule.id: rule.check(entity, now=NOW, case_sensitive=sensitive).status for rule in rules}
            assert compiled.verdicts(entity) == wanted, entity


# --- lists that several rules look at

SHARED = (
    "T should not have l contain [a = 1]",
    "T should not have l contain [a = true and b = null]",
    "T should have l contain-all [c != null]",
    "T should have l contain-none [a like '1%' or b in (1, 'x')]",
    "T should have l contain [a > 0]",
    "T where l contain [b = 'x'] should not have l contain-any [not a = 1 and c = null] or id = 'none'",
    "T where id like '%1%' or l contain [a regexMatch /1/] should have not l contain [a <= 1] exclude l contain [b = 2]",
    "T where l with [a != 1] and x = null",
)
"""Rules with brackets on one list: together they share a loop, alone none has one."""

ELEMENTS = (
    *({"a": value} for value in (1, True, 1.0, "1", "true", None, 0, -0.0, [1], {"a": 1}, float("nan"), 2**70)),
    *({"a": 1, "b": value, "c": "c"} for value in ("x", "X", 2, [2], None)),
    *({}, {"c": float("nan")}, {"c": []}, {"a": {}, "b": {}, "c": {}}),
)
LISTS_OF_THEM = (
    *([one] for one in ELEMENTS),
    *([one, other] for one in ELEMENTS for other in ELEMENTS[::3]),
    *([], None, {"a": 1}, {"b": "x"}, 1, "1", [None], [1], [[{"a": 1}]], [{"a": 1}, None], {"l": 1}),
)


def summaries(rules: Sequence[str], entities: list[dict[str, Any]], compiled: bool) -> list[Any]:
    """The counts of each rule, and the pairs that were found."""
    loaded = Loaded([gsl.parse(rule, id=rule) for rule in rules])
    runner = Runner(loaded, options_of(NOW), reasons=False, compiled=compiled)
    report = runner.run(entities_of(entities, None, runner.note))
    pairs = [(each.rule_id, each.entity_id, str(each.status)) for each in report.findings]
    pairs += [(each.rule_id, each.entity_id, "selected") for each in report.selected]
    return [*map(str, report.rules), *pairs]


@pytest.mark.parametrize("left_out", [{"id"}, {"l"}, set()])
def test_rules_that_share_a_loop_say_what_the_reference_says(left_out: set[str]) -> None:
    entities = [{"type": "T", "id": f"t{number}", "l": each} for number, each in enumerate(LISTS_OF_THEM)]
    given = [{key: value for key, value in each.items() if key not in left_out} for each in entities]
    assert summaries(SHARED, given, True) == summaries(SHARED, given, False)


def test_several_brackets_on_a_list_share_a_loop(sources: list[str]) -> None:
    gsl.compile([gsl.parse(rule, id=rule) for rule in SHARED])
    assert sum([text.count("for x in l0") for text in sources]) == 2  # the second for values that are no keys
    sources.clear()
    gsl.compile([gsl.parse(rule, id=rule) for rule in SHARED[:2]])
    assert not [text for text in sources if "for x in" in text]


def test_long_texts_are_judged_and_not_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    rules = [f"T should not have l contain [a like '%{end}']" for end in "xyz"]
    texts = ["x", "y" * loops.LONGEST_REMEMBERED, "z" * (loops.LONGEST_REMEMBERED + 1)]
    entities = [{"type": "T", "id": str(number), "l": [{"a": text}, {}]} for number, text in enumerate(texts)]
    kept: list[Any] = []
    made = loops._remembering

    def noted(answer: Callable[..., int]) -> Callable[..., int]:
        known = made(answer)
        kept.append(known)
        return known

    monkeypatch.setattr(loops, "_remembering", noted)
    compiled = gsl.compile([gsl.parse(rule, id=rule) for rule in rules])
    assert [(rule[-3], each["id"]) for rule, each in compiled.failing(entities)] == [("x", "0"), ("y", "1"), ("z", "2")]
    assert kept[0].cache_info().currsize == 3  # two texts, and none at all

"""The command's cache of parsed rules: what is taken from it, what is not, and what may happen to it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import zlib
from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import Any

import platformdirs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import gsl as library
from gsl.cli import cache
from gsl.errors import Span
from gsl.language import nodes
from gsl.language.parser import parse
from gsl.language.storing import UnreadableTree, stored, tree_of
from gsl.ruleset import shelf
from gsl.ruleset.loading import load_path
from gsl.ruleset.rule import Rule
from tests.generation import Generator, text_of
from tests.support import Ran, gsl, user, write_json

MFA = "IamUser should have mfaActive = true"
RULE = f"---\nid: mfa\ntitle: MFA\nseverity: high\nframeworks:\n  CIS: ['1.1']\n---\n{MFA}\n"
NEVER_ON_A_HIT = (
    *("gsl.language.parser", "gsl.semantics.validation", "gsl.ruleset.frontmatter", "gsl.engine.parallel"),
    *("gsl.ruleset.exclusion_files", "gsl.ruleset.yamltext", "gsl.results.secret_patterns"),
    *("asyncio", "concurrent", "dataclasses", "importlib.metadata", "logging", "multiprocessing", "subprocess"),
    *("tempfile", "tomllib", "unittest", "xml"),
)
"""What a run on a small file has no use for, and would take long to load."""

ON_A_HIT = {"attr", "attrs", "click", "colorama", "gsl", "msgspec", "typing_extensions"}
"""All that such a run loads besides Python's own library."""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The cache of this test, for this process and those it starts."""
    place = tmp_path / "cache"
    monkeypatch.setenv(cache.VARIABLE, str(place))
    return place


@pytest.fixture
def rule(tmp_path: Path) -> Path:
    file = tmp_path / "rule.gsl"
    file.write_text(RULE, "utf-8")
    return file


@pytest.fixture
def users(tmp_path: Path) -> Path:
    return write_json(tmp_path / "users.json", [user("a", mfaActive=True), user("b", mfaActive=False)])


def files(folder: Path) -> list[Path]:
    return sorted(folder.glob("rules-*.json"))


def evaluated(*arguments: str | Path) -> Ran:
    return gsl("eval", *arguments, "--now", "2024-06-01")


def loaded(path: Path) -> tuple[list[Rule], bool]:
    """The rules of a path with the cache in use, and whether any had to be parsed."""
    parsed = []

    class Watched(shelf.Shelf):
        def keep(self, kind: str, text: str, statement: nodes.Statement, metadata: Any) -> None:
            parsed.append(text)
            super().keep(kind, text, statement, metadata)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(cache, "Shelf", Watched)
        with cache.kept_rules(str(path)):
            found = load_path(path)
    assert not found.errors
    return found.rules, bool(parsed)


def as_known(rules: list[Rule]) -> list[tuple[object, ...]]:
    return [(rule.id, rule.statement, places_of(rule.statement), rule.metadata, rule.text, rule.file) for rule in rules]


def places_of(statement: nodes.Statement) -> list[object]:
    """Every span of a tree."""
    walked = [statement, *nodes.walk(statement)]
    if not isinstance(statement, nodes.Placeholder):
        walked.append(statement.target)
    return [
        value
        for node in walked
        for value in map(node.__getattribute__, nodes.field_types(type(node)))
        if isinstance(value, Span)
    ]


# --- trees as plain data


@settings(deadline=None, derandomize=True)
@given(st.integers(min_value=0, max_value=2**32))
def test_a_stored_tree_reads_back_the_same(seed: int) -> None:
    statement = parse(text_of(Generator(Random(seed)).statement()))
    again = tree_of(json.loads(json.dumps(stored(statement))))
    assert again == statement
    assert places_of(again) == places_of(statement)
    assert repr(again) == repr(statement)


@settings(deadline=None, derandomize=True)
@given(st.integers(min_value=0, max_value=2**32))
def test_damaged_records_are_refused_or_are_a_tree(seed: int) -> None:
    random = Random(seed)
    data = json.loads(json.dumps(stored(Generator(random).statement())))
    records, numbers = data
    record = random.choice(records)
    junk: list[Any] = [None, True, 0, 1, -1, 7, 2**70, 0.5, "", "a b", "__import__('os')", [], [[]], {}, ["a"]]
    match random.randrange(7):
        case 0:
            record[random.randrange(len(record))] = random.choice(junk)
        case 1:
            records.remove(record)
        case 2:
            records.append(record)
        case 3:
            record.append(random.choice(junk))
        case 4:
            random.shuffle(records)
        case 5:
            numbers[random.randrange(len(numbers))] = random.choice(junk)
        case 6:
            data[random.randrange(2)] = random.choice(junk)
    try:
        found = tree_of(data)
    except UnreadableTree:
        return
    assert all(isinstance(node, nodes.Node) for node in nodes.walk(found))


PLACE = [0, 1, 1, 1]


@pytest.mark.parametrize(
    "data",
    [
        None,
        [],
        {},
        "text",
        [[], []],
        [[], PLACE],
        [[["Path", ["a"], 0, ""]], PLACE],
        [[["Path", ["a"], 0, ""], ["Query"]], PLACE * 2],
        [[["__class__"]], PLACE],
        [[["Placeholder"]], []],
        [[["Placeholder"]], [0, 1, 1]],
        [[["Placeholder"]], [0, 1, 1, True]],
        [[["Placeholder"]], [0, 1, 1, 1.0]],
        [[["Placeholder"]], PLACE * 2],
        [[["Placeholder", 1]], PLACE],
        [[["Placeholder"], ["Placeholder"]], PLACE * 2],
    ],
)
def test_what_is_no_tree_is_refused(data: Any) -> None:
    with pytest.raises(UnreadableTree):
        tree_of(data)


@pytest.mark.parametrize("name", ["a'b", "a\nb", "a(b)", "", "a.b", "é", "1a", "a b", ["a"], None])
def test_only_names_stand_where_names_do(name: Any) -> None:
    records, numbers = stored(parse("T should have a = 1"))
    assert records[1] == ["Path", ["a"], 0, ""]
    assert tree_of([records, numbers])
    records[1][1] = [name]
    with pytest.raises(UnreadableTree):
        tree_of([records, numbers])


def test_a_deep_tree_takes_no_recursion() -> None:
    deep = "T should have " + "(not " * 99 + "a = 1" + ")" * 99
    statement = parse(deep)
    assert tree_of(json.loads(json.dumps(stored(statement)))) == statement


# --- hit and miss


def test_a_second_run_says_the_same_and_parses_nothing(folder: Path, rule: Path, users: Path) -> None:
    first = evaluated(rule, users)
    assert first.code == 1
    assert len(files(folder)) == 1
    code = (
        "import sys; before = {*sys.modules}\n"
        f"never = {NEVER_ON_A_HIT!r}\n"
        "class Telling:\n"
        "    def find_spec(self, name, path=None, target=None):\n"
        "        if name in never:\n"
        "            import traceback; traceback.print_stack()\n"
        "sys.meta_path.insert(0, Telling())\n"
        f"sys.argv = ['gsl', 'eval', {str(rule)!r}, {str(users)!r}, '--now', '2024-06-01']\n"
        "from gsl.cli.main import _run as run\n"
        "try:\n    run()\nexcept SystemExit as end:\n    code = end.code\n"
        "loaded = {*sys.modules} - before\n"
        "own = {name.partition('.')[0] for name in loaded} - sys.stdlib_module_names\n"
        f"print('loaded:', *sorted(loaded.intersection(never)), *sorted(own - {ON_A_HIT!r}), file=sys.stderr)\n"
        "sys.exit(code)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False, timeout=60)
    assert (done.returncode, done.stdout) == (1, first.out)
    assert done.stderr.strip() == "loaded:"


def test_rules_from_the_cache_are_the_same_rules(folder: Path, tmp_path: Path) -> None:
    rules = tmp_path / "rules"
    rules.mkdir()
    for seed in range(30):
        text = text_of(Generator(Random(seed)).statement())
        front = f"---\ntitle: Number {seed}\nreferences: ['a{seed}']\n---\n" if seed % 2 else ""
        (rules / f"r{seed}.gsl").write_text(front + text, "utf-8", newline="")
    logic = {"name": "exported", "logic": MFA, "severity": "High"}
    (rules / "export.json").write_text(json.dumps({"rules": [logic]}), "utf-8")
    first, parsed = loaded(rules)
    again, parsed_again = loaded(rules)
    assert (parsed, parsed_again) == (True, False)
    assert as_known(first) == as_known(again)
    assert len(first) == 31
    assert len(files(folder)) == 1


def test_a_changed_rule_is_parsed_anew(folder: Path, rule: Path, users: Path) -> None:
    assert evaluated(rule, users).code == 1
    rule.write_text(RULE.replace("= true", "!= 'x'").replace("high", "low"), "utf-8")
    assert evaluated(rule, users).code == 0
    (found,), parsed = loaded(rule)
    assert (found.severity, parsed) == ("low", False)
    assert len(files(folder)) == 1


def test_a_folder_parses_only_what_is_new(folder: Path, tmp_path: Path) -> None:
    rules = tmp_path / "rules"
    rules.mkdir()
    (rules / "a.gsl").write_text(MFA, "utf-8")
    (rules / "b.gsl").write_text("T should have b", "utf-8")
    loaded(rules)
    (rules / "b.gsl").write_text("T should have c", "utf-8")
    assert loaded(rules)[1]
    assert not loaded(rules)[1]
    content = files(folder)[0].read_text("utf-8")
    assert "T should have c" in content
    assert "T should have b" not in content


def test_expressions_are_kept_too(folder: Path, users: Path) -> None:
    first = evaluated("-e", MFA, "-e", "IamUser should have name", users)
    assert len(files(folder)) == 1
    assert evaluated("-e", MFA, "-e", "IamUser should have name", users) == first


def test_a_rule_with_a_problem_is_never_kept(folder: Path, tmp_path: Path, users: Path) -> None:
    for number, text in enumerate(("T should have", "T should have a foo()", "---\ntitel: x\n---\nT should have a")):
        file = tmp_path / f"{number}.gsl"
        file.write_text(text, "utf-8")
        first = evaluated(file, users)
        assert first.code == 2
        assert evaluated(file, users) == first
    assert files(folder) == []


def test_a_file_and_a_bare_rule_of_the_same_text_are_two(tmp_path: Path) -> None:
    text = "---\ntitle: x\n---\nT should have a"
    with shelf.using(shelf.Shelf({})):
        file = tmp_path / "a.gsl"
        file.write_text(text, "utf-8")
        assert load_path(file).rules[0].title == "x"
        with pytest.raises(library.RuleError):
            library.parse(text)


def test_functions_of_the_caller_keep_a_rule_out(tmp_path: Path) -> None:
    on_shelf = shelf.Shelf({})
    with shelf.using(on_shelf):
        library.parse("T should have a shout()", functions={"shout": lambda value: True})
        assert on_shelf.used == {}
        with pytest.raises(library.RuleError):
            library.parse("T should have a shout()")
        library.parse("T should have a")
        assert len(on_shelf.used) == 1


def test_the_library_keeps_nothing(folder: Path, rule: Path, users: Path) -> None:
    assert library.evaluate(rule, users).exit_code() == 1
    assert not folder.exists()


# --- damage


def damage_of_bytes(change: Callable[[bytes], bytes]) -> Callable[[Path], None]:
    def write(file: Path) -> None:
        file.write_bytes(change(file.read_bytes()))

    return write


def tampered(change: Callable[[dict[str, Any]], None]) -> Callable[[Path], None]:
    """A change of the rules in a file, with a checksum that fits."""

    def write(file: Path) -> None:
        owner, rules = json.loads(file.read_bytes().split(b"\n", 1)[1])
        change(rules)
        content = json.dumps([owner, rules]).encode()
        file.write_bytes(b"%08x\n" % zlib.crc32(content) + content)

    return write


def set_record(number: int, record: Any) -> Callable[[dict[str, Any]], None]:
    def change(rules: dict[str, Any]) -> None:
        for _, (records, _) in rules.values():
            records[number] = record

    return change


def set_metadata(values: Any) -> Callable[[dict[str, Any]], None]:
    def change(rules: dict[str, Any]) -> None:
        for entry in rules.values():
            entry[0] = values

    return change


@pytest.mark.parametrize(
    "damage",
    [
        damage_of_bytes(lambda content: b""),
        damage_of_bytes(lambda content: content[:5]),
        damage_of_bytes(lambda content: content[:9]),
        damage_of_bytes(lambda content: content[: len(content) // 2]),
        damage_of_bytes(lambda content: content[:-1]),
        damage_of_bytes(lambda content: content + b" "),
        damage_of_bytes(lambda content: content.replace(b"mfaActive", b"mfaActivf")),
        damage_of_bytes(lambda content: b"zzzzzzzz" + content[8:]),
        damage_of_bytes(lambda content: b"\xff" * 2000),
        damage_of_bytes(lambda content: b"%08x\n" % zlib.crc32(b"[" * 100_000) + b"[" * 100_000),
        tampered(lambda rules: rules.clear()),
        tampered(set_record(0, ["Popen"])),
        tampered(set_record(1, ["Path", ["x');import os"], 0, ""])),
        tampered(set_record(-1, None)),
        tampered(set_metadata(None)),
        tampered(set_metadata({"severity": "deadly"})),
        tampered(set_metadata({"title": ["x"], "unknown": 1})),
    ],
)
def test_a_damaged_file_is_as_if_it_were_not_there(folder: Path, rule: Path, damage: Callable[[Path], None]) -> None:
    first, _ = loaded(rule)
    (file,) = files(folder)
    whole = file.read_bytes()
    damage(file)
    again, parsed = loaded(rule)
    assert parsed
    assert as_known(again) == as_known(first)
    assert file.read_bytes() == whole
    assert loaded(rule)[1] is False


def test_a_damaged_file_does_not_disturb_the_command(folder: Path, rule: Path, users: Path) -> None:
    first = evaluated(rule, users)
    for file in folder.iterdir():
        file.write_bytes(b"damaged")
    assert evaluated(rule, users) == first


def test_a_file_of_another_argument_is_not_taken(folder: Path, rule: Path) -> None:
    loaded(rule)
    (file,) = files(folder)
    _, rules = json.loads(file.read_bytes().split(b"\n", 1)[1])
    content = json.dumps([["another gsl", "another rule"], rules]).encode()
    file.write_bytes(b"%08x\n" % zlib.crc32(content) + content)
    assert loaded(rule)[1]


@pytest.mark.parametrize("name", ["VERSION", "_LIBRARIES", "_DEPENDS_ON"])
def test_another_version_parses_anew(folder: Path, rule: Path, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    loaded(rule)
    assert not loaded(rule)[1]
    monkeypatch.setattr(cache, name, "9.9" if name == "VERSION" else getattr(cache, name)[1:])
    assert loaded(rule)[1]
    monkeypatch.undo()


# --- places where nothing can be kept


def test_the_cache_can_be_turned_off(rule: Path, users: Path, tmp_path: Path) -> None:
    home = tmp_path / "home"
    assert gsl("eval", rule, users, GSL_CACHE_DIR="", HOME=str(home), XDG_CACHE_HOME=str(home)).code == 1
    assert not home.exists()


def test_a_folder_that_others_can_write_to_is_not_used(rule: Path, users: Path, tmp_path: Path) -> None:
    place = tmp_path / "open"
    place.mkdir()
    place.chmod(0o777)
    assert gsl("eval", rule, users, GSL_CACHE_DIR=str(place)).code == 1
    assert list(place.iterdir()) == []


def test_a_new_folder_is_private(folder: Path, rule: Path, users: Path) -> None:
    assert evaluated(rule, users).code == 1
    assert not folder.stat().st_mode & 0o077


def test_a_folder_that_cannot_be_made_is_done_without(rule: Path, users: Path) -> None:
    for place in (rule, rule / "below", Path("/proc/none")):
        assert gsl("eval", rule, users, GSL_CACHE_DIR=str(place)).code == 1


@pytest.mark.skipif(not hasattr(os, "getuid") or os.getuid() == 0, reason="root writes everywhere")
def test_a_folder_that_cannot_be_written_to_is_done_without(folder: Path, rule: Path, users: Path) -> None:
    folder.mkdir(mode=0o500)
    assert evaluated(rule, users).code == 1
    assert list(folder.iterdir()) == []


def test_a_cache_that_goes_away_while_it_is_used_is_done_without(folder: Path, rule: Path) -> None:
    for file_too in (True, False):
        with cache.kept_rules(str(rule)):
            for file in folder.iterdir():
                file.unlink()
            if file_too:
                folder.rmdir()
            assert len(load_path(rule).rules) == 1
        assert len(files(folder)) == (0 if file_too else 1)


def test_a_run_that_fails_keeps_nothing(folder: Path, rule: Path) -> None:
    def load_two() -> None:
        with cache.kept_rules(str(rule)):
            load_path(rule)
            load_path(rule.with_name("none.gsl"))

    with pytest.raises(library.InputError):
        load_two()
    assert files(folder) == []


def test_several_processes_at_once(folder: Path, rule: Path, users: Path) -> None:
    command = [sys.executable, "-m", "gsl", "eval", str(rule), str(users), "--now", "2024-06-01"]
    started = [subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) for _ in range(5)]
    outputs = {process.communicate(timeout=120) for process in started}
    assert len(outputs) == 1
    assert [process.returncode for process in started] == [1] * 5
    assert len(files(folder)) == 1
    assert not [file for file in folder.iterdir() if file.name.startswith(".")]
    assert not loaded(rule)[1]


# --- size


def test_old_files_are_dropped(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cache, "MOST_FILES", 3)
    for number in range(6):
        file = tmp_path / f"{number}.gsl"
        file.write_text(f"T should have a{number}", "utf-8")
        loaded(file)
        for kept in files(folder):
            os.utime(kept, (kept.stat().st_mtime - 10, kept.stat().st_mtime - 10))
    assert len(files(folder)) == 3
    assert not loaded(tmp_path / "5.gsl")[1]
    assert loaded(tmp_path / "0.gsl")[1]


def test_what_takes_too_much_room_is_not_kept(folder: Path, rule: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cache, "LONGEST_FILE", 1000)
    loaded(rule)
    assert files(folder) == []


def test_unfinished_files_and_strangers(folder: Path, rule: Path) -> None:
    folder.mkdir(mode=0o700)
    for name in (".rules-1.json-1", ".rules-2.json-2", "mine.txt"):
        (folder / name).write_text("x", "utf-8")
    os.utime(folder / ".rules-1.json-1", (0, 0))
    loaded(rule)
    names = {file.name for file in folder.iterdir()}
    assert ".rules-1.json-1" not in names
    assert {".rules-2.json-2", "mine.txt"} <= names


@pytest.mark.parametrize("environment", [{}, {"XDG_CACHE_HOME": "/elsewhere"}, {"HOME": "relative"}, {"HOME": "/h"}])
def test_the_folder_is_the_usual_one(environment: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(cache.VARIABLE, raising=False)
    monkeypatch.delenv("XDG_CACHE_HOME", raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert str(cache._folder()) == platformdirs.user_cache_dir("gsl", appauthor=False)

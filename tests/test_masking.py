"""Secrets that texts give away by their shape are masked wherever a value is shown; what only looks like one stays."""

from __future__ import annotations

import json
import re
from pathlib import Path
from time import process_time
from typing import Any

import pytest
import yaml

import gsl
from gsl.authoring.editing.knowledge import learn
from gsl.authoring.editing.options import EditorOptions
from gsl.authoring.explaining import explain, explanation_text
from gsl.authoring.trying.commands import reply_to
from gsl.authoring.trying.session import Session
from gsl.authoring.what_if import what_if, what_if_text
from gsl.engine.spark.rows import shown as row_shown
from gsl.inventory.entity import Entity
from gsl.inventory.inferring import inferred
from gsl.results.masking import Secrets, entity_copy, shown
from gsl.results.reporters import FORMATS
from gsl.results.saved import read_report
from gsl.results.secret_keys import SECRET_ENDINGS, SECRET_KEYS, is_secret_key
from gsl.results.secret_patterns import TOKENS
from gsl.results.secret_shapes import has_secret, has_secret_name, masked
from gsl.ruleset.checking import run_for
from gsl.ruleset.options import options_of
from gsl.semantics.judging import entity_root
from gsl.semantics.places import Uncollected
from gsl.semantics.values import UNKNOWN
from tests.report_cases import text_of
from tests.support import gsl as command
from tests.support import write_json

CASES = yaml.safe_load(Path(__file__).with_suffix(".yaml").read_text("utf-8").replace("~", ""))
MASKED: list[tuple[str, str]] = [tuple(each) for each in CASES["masked"]]
URL = "postgres://app:hunter2@db/x"
SAFE = "postgres://app:***@db/x"
OPTIONS = options_of("2024-06-01")


@pytest.mark.parametrize(("text", "expected"), MASKED)
def test_secret_parts_are_masked_and_the_rest_stays(text: str, expected: str) -> None:
    assert masked(text) == expected
    assert masked(f"x{' ' * 50}\n{text}").endswith(expected)
    assert masked(expected) == expected
    assert has_secret(text)


@pytest.mark.parametrize("text", CASES["stays"])
def test_what_only_looks_like_a_secret_stays(text: str) -> None:
    assert masked(text) == text
    assert not has_secret(text)


@pytest.mark.parametrize(("text", "expected"), MASKED)
def test_a_text_is_cut_after_it_was_masked(text: str, expected: str) -> None:
    for room in range(0, len(text), 3):
        beginning = masked(" " * (199 - room) + "\n" + text, 200).partition("\n")[2]
        assert expected.startswith(beginning.replace("***", "", 1)) or expected.startswith(beginning), beginning
        assert "hunter2" not in beginning


def test_each_token_and_each_name_has_its_case() -> None:
    texts = [text for text, _ in MASKED]
    for prefix, rest in TOKENS:
        assert any([re.search(prefix + rest, text, re.ASCII) for text in texts]), prefix
    for key in (*SECRET_KEYS, *SECRET_ENDINGS):
        assert has_secret_name(key), key


@pytest.mark.parametrize("key", ["AWS_SECRET_ACCESS_KEY", "GITHUB_TOKEN", "DB_PWD", "userDataBase64", "customData"])
def test_more_keys_of_secrets(key: str) -> None:
    assert is_secret_key(key)


@pytest.mark.parametrize("key", ["nextToken", "ContinuationToken", "creationToken", "clientRequestToken", "tokenUrl"])
def test_tokens_that_open_nothing(key: str) -> None:
    assert not is_secret_key(key)


# --- pairs of a name and its value ----------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("Key", "Value"),
        ("ParameterKey", "ParameterValue"),
        ("ParameterName", "ParameterValue"),
        ("OptionName", "OptionSettingValue"),
        ("OptionName", "Value"),
        ("headerName", "headerValue"),
        ("NAME", "VALUE"),
        ("option_name", "option_value"),
    ],
)
@pytest.mark.parametrize("wrap", [lambda text: text, lambda text: [text], lambda text: {"a": [{"b": text}]}])
def test_a_value_beside_the_name_of_a_secret(name: str, value: str, wrap: Any) -> None:
    pairs = [{name: "DbPassword", value: wrap("hunter2")}, {name: "Size", value: wrap("big")}]
    data = {"deep": [{"pairs": pairs}], "note": "it was hunter2"}
    copy = entity_copy(data, Secrets(data))
    assert copy == {
        "deep": [{"pairs": [{name: "DbPassword", value: wrap("<masked>")}, {name: "Size", value: wrap("big")}]}],
        "note": "<masked>",
    }


def test_words_that_everybody_uses_hide_nothing_elsewhere() -> None:
    data = {"tags": [{"ParameterKey": "UsePassword", "ParameterValue": "true"}], "password": "****", "a": "true ****"}
    copy = entity_copy(data, Secrets(data))
    assert copy["a"] == "true ****"
    assert copy["tags"][0]["ParameterValue"] == copy["password"] == "<masked>"


def test_a_secret_that_is_masked_by_shape_leaves_the_rest() -> None:
    data = {"password": "hunter2", "url": URL, "both": f"{URL} hunter2", "connectionString": "a=b;pwd=x1y2", "c": ""}
    data["c"] = data["connectionString"]
    copy = entity_copy(data, Secrets(data))
    assert (copy["url"], copy["both"], copy["c"]) == (SAFE, "<masked>", "<masked>")


# --- wherever a value is shown --------------------------------------------------------------------


def test_every_format_shows_the_same(tmp_path: Path) -> None:
    texts = {f"text{number}": text for number, (text, _) in enumerate(MASKED)}
    thing = {"type": "Thing", "id": "t", "url": URL, **texts}
    tests = " and ".join([f"{key} = 'x'" for key in ("url", *texts)])
    report = gsl.evaluate(f"Thing should not have not ({tests})", [thing], now="2024-06-01", include_entities=True)
    saved = tmp_path / "saved.json"
    saved.write_text(text_of(report, "json"))
    again = read_report(str(saved))
    for form in FORMATS.keys() - {"diff"}:
        text = text_of(report, form)
        assert "hunter2" not in text, form
        assert text == text_of(again, form), form
    (finding,) = report.findings
    assert finding.reasons[0].values[0].value == SAFE
    assert finding.entity is not None
    assert finding.entity["url"] == SAFE
    assert [finding.entity[key] for key in texts] == [expected for _, expected in MASKED]


def test_the_command_shows_no_more(tmp_path: Path) -> None:
    file = write_json(tmp_path / "things.json", [{"type": "Thing", "id": "t", "url": URL}])
    ran = command("eval", "-e", "Thing should have url like 'mysql%'", file)
    assert f"url: '{SAFE}'" in ran.out
    assert command("explain", "-e", "Thing should have url like 'mysql%'", file).out.count("hunter2") == 0
    assert "hunter2" not in command("schema", "--infer", file).out


@pytest.mark.parametrize(
    "condition",
    [
        "url split('@') contain [ $ like 'postgres%' ]",
        "url split(':') contain [ $ split('@') contain [ $ like 'hunt%' ] ]",
        "url split(':') with [ $ like 'hunt%' ] contain [ $ like 'h%' ]",
        "url toUpper() like 'POST%'",
        "url split('@') join('|') like 'post%'",
        "urls split('@') join('|') like 'post%'",
        "urls contain [ $ split('@') join('') like 'post%' ]",
        "urls with [ $ split(':') contain [ $ like 'hunt%' ] ]",
    ],
)
def test_what_was_made_of_a_secret(condition: str) -> None:
    entity = {"type": "Thing", "id": "t", "url": URL, "urls": [URL]}
    rule = gsl.parse(f"Thing should not have {condition}", id="r")
    result = rule.check(entity)
    assert result.status is gsl.Status.FAILED
    by_run = gsl.evaluate(rule, [entity]).findings[0]
    root, run = entity_root(entity), run_for(rule, OPTIONS)
    answer = what_if(rule, root, run)
    told = [json.dumps(result.to_dict()), repr(by_run.reasons), explanation_text(explain(rule, root, run), "t")]
    told += [repr(answer), what_if_text(answer)] if answer is not None else []
    for text in told:
        assert "hunter2" not in text.lower()


def test_what_was_made_of_the_rest_stays() -> None:
    thing = {"type": "Thing", "id": "t", "url": URL}
    result = gsl.parse("Thing should not have url split('@') contain [ $ like 'db%' ]").check(thing)
    assert result.reasons[0].values[0].value == "db/x"


def test_changes_show_no_secret() -> None:
    for condition in (
        "url length() < 20",
        "url length() > 40",
        "url like 'mysql%'",
        "url isEmpty()",
        "urls contain ['a']",
    ):
        rule = gsl.parse(f"Thing should have {condition}", id="r")
        answer = what_if(rule, entity_root({"type": "Thing", "url": URL, "urls": [URL]}), run_for(rule, OPTIONS))
        assert answer is not None
        assert answer.changes
        text = json.dumps(answer.to_dict()) + what_if_text(answer) + repr(answer)
        assert "hunt" not in text, condition


def test_the_prompt_and_the_editor_show_none(tmp_path: Path) -> None:
    file = str(
        write_json(tmp_path / "things.json", [{"type": "Thing", "id": "t", "url": URL, "urls": [URL], "a": "b"}])
    )
    session = Session(OPTIONS)
    session.load(file)
    lines = ["url", "urls", "urls split('@')", "url split(':')", ".show 1", "Thing should have url = 'x'", ".explain 1"]
    for line in lines:
        assert "hunter2" not in reply_to(session, line).text, line
    assert SAFE in reply_to(session, "url").text
    known = learn(EditorOptions(tmp_path, entities=(file,)))
    assert "hunter2" not in repr(known)
    assert "'b'" in repr(known)


def test_examples_and_messages_hold_none() -> None:
    schema = inferred([Entity("Thing", {"a": URL, "b": "c"})], is_secret_key, has_secret)["Thing"]
    assert "hunter2" not in json.dumps(schema)
    assert schema["properties"]["b"]["examples"] == ["c"]
    assert "hunter2" not in row_shown(b'{"id": "t", "password": "hunter2", "url": "postgres://app:hunter2@db/x", ')
    cause = Uncollected(("a",), "Get", "Denied", f"cannot reach {URL}")
    assert shown(UNKNOWN, cause=cause)["message"] == f"cannot reach {SAFE}"


# --- hostile texts --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "piece",
    [
        "://a:b",
        "Password=a&b",
        "password: a, b",
        'password:"',
        "\\",
        "a_",
        "name=password,",
        "eyJaaaaaaaa.",
        "A" * 40 + "\n",
    ],
)
def test_long_texts_take_little_time(piece: str) -> None:
    text = (piece * (1_000_000 // len(piece))) + "@ PRIVATE KEY AKIA"
    data = {"a": text}
    started = process_time()
    shown(text)
    entity_copy(data, Secrets(data))
    assert Secrets({"a": text[-90_000:]}).pieces.are_in("x" * 90_000) in (True, False)
    assert process_time() - started < 1.5


def test_of_a_giant_text_nothing_made_of_it_is_shown() -> None:
    entity = {"type": "Thing", "id": "t", "text": "a b " * 50_000 + URL}
    result = gsl.parse("Thing should not have text split('@') join('') like 'a%'").check(entity)
    assert result.reasons[0].result == {"kind": "masked"}
    assert result.reasons[0].values[0].value == ("a b " * 50)

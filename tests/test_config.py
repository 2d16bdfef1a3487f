"""Options from files and from the environment: which one wins, what is refused, and what is said of it."""

from __future__ import annotations

import json
import os
import tomllib
from pathlib import Path
from typing import Any

import click
import pytest
from click.testing import CliRunner
from jsonschema import Draft202012Validator

from gsl.cli.configuration.finding import folders
from gsl.cli.configuration.reading import LARGEST, line_of
from gsl.cli.configuration.values import GUARDED
from gsl.cli.configuration.variables import SETTINGS, options_of, variables_of
from gsl.cli.group import _COMMANDS, _loaded, cli
from gsl.errors import GslError
from tests.support import Ran, gsl, user, write_json

DOCS = Path(__file__).parents[1] / "docs"
MFA = "IamUser should have mfaActive = true"


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a failing entity, in a repository, where configuration is looked for."""
    monkeypatch.delenv("GSL_NO_CONFIG")
    monkeypatch.chdir(tmp_path)
    (tmp_path / ".git").mkdir()
    write_json(tmp_path / "users.json", [user("bob", mfaActive=False)])
    (tmp_path / "low.gsl").write_text(f"---\nseverity: low\n---\n{MFA}\n", "utf-8")
    return tmp_path


def called(*arguments: str, **environment: str) -> Ran:
    """What the command says, in this process."""
    ran = CliRunner().invoke(cli, arguments, prog_name="gsl", env=environment, standalone_mode=False)
    error = ran.exception
    if isinstance(error, (GslError, click.ClickException)):
        message = error.format_message() if isinstance(error, click.ClickException) else str(error)
        return Ran(2, ran.stdout, f"{ran.stderr}{message}")
    assert error is None, error
    return Ran(ran.return_value or 0, ran.stdout, ran.stderr)


def told(*arguments: str, **environment: str) -> dict[tuple[str, str], tuple[Any, str]]:
    """What `gsl config` tells: value and origin, by command and option."""
    ran = called(*arguments, "config", "--json", **environment)
    assert ran.code == 0, ran.err
    return {(each["command"], each["option"]): (each["value"], each["from"]) for each in ran.report["options"]}


def configured(folder: Path, text: str, name: str = "gsl.toml") -> Path:
    file = folder / name
    file.write_text(text, "utf-8")
    return file


# --- which one wins

SOURCES = {
    "flag": "critical",
    "GSL_EVAL_FAIL_ON": "high",
    "GSL_FAIL_ON": "medium",
    "[eval]": "low",
    "top": "informational",
}


@pytest.mark.parametrize("first", range(len(SOURCES) + 1))
def test_the_nearer_to_the_call_wins(here: Path, first: int) -> None:
    there = list(SOURCES.items())[first:]
    given = dict(there)
    top = f'fail-on = "{given["top"]}"\n' if "top" in given else ""
    table = f'[eval]\nfail-on = "{given["[eval]"]}"\n' if "[eval]" in given else ""
    configured(here, top + table)
    environment = {name: value for name, value in given.items() if name.startswith("GSL_")}
    if "flag" not in given:
        expected = there[0] if there else ("default", None)
        value, origin = told(**environment)["eval", "fail-on"]
        places = {"[eval]": "gsl.toml:3", "top": "gsl.toml:1"}
        assert (value, origin) == (expected[1], places.get(expected[0], expected[0]))
    flags = ["--fail-on", given["flag"]] if "flag" in given else []
    ran = called("eval", "low.gsl", "users.json", "-q", *flags, **environment)
    wins = there[0][1] if there else None
    assert ran.code == (1 if wins in ("low", "informational", None) else 0)
    assert ran.err == ""


def test_a_flag_that_a_file_sets_is_unset_by_a_variable(here: Path) -> None:
    configured(here, "quiet = true\n")
    assert "1 rule" not in called("eval", "low.gsl", "users.json").out
    assert "1 rule" in called("eval", "low.gsl", "users.json", GSL_QUIET="false").out


def test_other_commands_keep_their_own(here: Path) -> None:
    configured(here, 'format = "json"\n[check]\nformat = "sarif"\n')
    found = told()
    assert found["eval", "format"] == ("json", "gsl.toml:1")
    assert found["check", "format"] == ("sarif", "gsl.toml:3")


def test_several_values_in_files_and_variables(here: Path) -> None:
    configured(here, '[scan]\nregions = ["eu-west-1", "us-east-1"]\nrules = ["cis-aws", "low.gsl"]\nworkers = 3\n')
    found = told(GSL_EXCLUSIONS=os.pathsep.join(["a.yaml", "b.yaml"]), GSL_REPORT="json=a.json csv=b.csv")
    assert found["scan", "regions"] == ("eu-west-1,us-east-1", "gsl.toml:2")
    assert found["scan", "rules"] == (["cis-aws", "low.gsl"], "gsl.toml:3")
    assert found["scan", "workers"] == (3, "gsl.toml:4")
    assert found["eval", "exclusions"] == (["a.yaml", "b.yaml"], "GSL_EXCLUSIONS")
    assert found["eval", "report"] == (["json=a.json", "csv=b.csv"], "GSL_REPORT")


def test_a_run_takes_what_a_file_says(here: Path) -> None:
    configured(here, '[eval]\nreport = ["json=out.json"]\nlist = ["N=names.json"]\n')
    write_json(here / "names.json", ["bob"])
    below = here / "below"
    below.mkdir()
    ran = gsl("eval", "-e", "IamUser should have name in $N", "../users.json", folder=below, GSL_NO_CONFIG="")
    assert (ran.code, ran.err) == (0, "")
    assert json.loads((here / "out.json").read_text("utf-8"))["summary"]["passed"] == 1


# --- where it is looked for


def test_the_nearest_file_holds_alone(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    configured(here, 'fail-on = "high"\n')
    below = here / "a" / "b"
    below.mkdir(parents=True)
    monkeypatch.chdir(below)
    assert told()["eval", "fail-on"][0] == "high"
    configured(below, "[project]\nname = 'gsl'\n", "pyproject.toml")
    assert told()["eval", "fail-on"][0] == "high"
    configured(below, "[tool.gsl.eval]\nstrict = true\n", "pyproject.toml")
    assert told()["eval", "fail-on"] == (None, "default")
    assert told()["eval", "strict"] == (True, "pyproject.toml:2")
    configured(below, '"tool" = {gsl = {eval = {quiet = true}}}', "pyproject.toml")
    assert told()["eval", "quiet"] == (True, "pyproject.toml:1")
    configured(below, "", "gsl.toml")
    assert told()["eval", "strict"] == (False, "default")


def test_it_ends_at_the_repository_home_and_open_folders(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    outer, inner = here / "a", here / "a" / "b"
    inner.mkdir(parents=True)
    assert [*folders(str(inner))] == [str(inner), str(outer), str(here)]
    outer.chmod(0o777)
    assert [*folders(str(inner))] == [str(inner)]
    outer.chmod(0o755)
    monkeypatch.setenv("HOME", str(outer))
    assert [*folders(str(inner))] == [str(inner), str(outer)]


def test_a_named_file_and_none(here: Path) -> None:
    configured(here, "strict = true\n")
    other = configured(here, "quiet = true\n", "other.toml")
    named = told("--config", str(other))
    assert (named["eval", "quiet"][0], named["eval", "strict"][0]) == (True, False)
    assert told(GSL_CONFIG="other.toml")["eval", "quiet"] == (True, "other.toml:1")
    assert told("--no-config", GSL_CONFIG="other.toml")["eval", "quiet"] == (False, "default")
    assert told("--config", "other.toml", GSL_NO_CONFIG="1")["eval", "quiet"][0] is True
    both = called("--config", "other.toml", "--no-config", "config")
    assert both.code == 2
    assert "only one" in both.err
    missing = called("--config", "nowhere.toml", "config")
    assert (missing.code, missing.err) == (
        2,
        "nowhere.toml: error[configuration]: cannot be read: No such file or directory",
    )
    assert called("config", GSL_CONFIG="nowhere.toml").err == f"{missing.err}; GSL_CONFIG names it"


# --- what is refused

WRONG = {
    '\n[eval]\nfail-onn = "high"\n': (
        "gsl.toml:3: error[configuration]: `gsl eval` has no option `fail-onn`; did you mean `fail-on`?"
    ),
    'regoins = "all"\n': (
        "gsl.toml:1: error[configuration]: no command has an option `regoins`; did you mean `regions`?"
    ),
    "[evl]\n": "gsl.toml:1: error[configuration]: there is no command `evl` to set options of; did you mean `eval`?",
    'eval.fail-on = "hihg"\n': (
        "gsl.toml:1: error[configuration]: `fail-on`: `hihg` is not one of `informational`, `low`, `medium`, `high`, "
        "`critical`; did you mean `high`?"
    ),
    "# strict\nstrict = 1\n": "gsl.toml:2: error[configuration]: `strict` takes true or false, not `1`",
    'strict = "true"\n': "gsl.toml:1: error[configuration]: `strict` takes true or false, not the text `true`",
    "now = 2024-06-01\n": "gsl.toml:1: error[configuration]: `now` takes a text, not `2024-06-01`; put it in quotes",
    "jobs = true\n": "gsl.toml:1: error[configuration]: `jobs` takes a whole number, not true",
    "jobs = 0\n": "gsl.toml:1: error[configuration]: `jobs`: 0 is not in the range x>=1",
    "[eval.now]\n": "gsl.toml:1: error[configuration]: `now` takes a text, not a table",
    "report = [1]\n": "gsl.toml:1: error[configuration]: `report` takes texts in a list, not a list",
    'expression = ["x"]\n': "gsl.toml:1: error[configuration]: `expression` is given on the command line only",
    'output = "a\\u0000b"': (
        "gsl.toml:1: error[configuration]: `output` holds a character that no option takes (\\u0000)"
    ),
    'report = ["html=\\u0000"]': (
        "gsl.toml:1: error[configuration]: `report` holds a character that no option takes (\\u0000)"
    ),
    "fail-on = 0x" + "F" * 9000: "gsl.toml:1: error[configuration]: `fail-on` is a number larger than TOML has",
    "jobs = 0x" + "F" * 9000: ("gsl.toml:1: error[configuration]: `jobs` is a number larger than TOML has"),
    "\n[" + ".a" * 9000 + "]": "gsl.toml:2: error[configuration]: more than 2000 dots in a line; break it",
    "a = \n": "gsl.toml:1:5: error[configuration]: this is not TOML: Invalid value",
    "x = " + "[" * 9000: "gsl.toml: error[configuration]: nested too deep",
    "#" * LARGEST + "#": f"gsl.toml: error[configuration]: larger than {LARGEST // 1024} KB",
}


@pytest.mark.parametrize("text", WRONG, ids=lambda text: text.strip()[:20])
def test_mistakes_are_told_with_their_place(here: Path, text: str) -> None:
    configured(here, text)
    ran = called("eval", "low.gsl", "users.json")
    assert (ran.code, ran.out, ran.err) == (2, "", WRONG[text])
    assert called("eval", "--help").code == 0


def test_no_mistake_of_another_command_stops_this_one_but_is_shown(here: Path) -> None:
    configured(here, '[scan]\nregoins = "all"\n')
    assert called("eval", "low.gsl", "users.json", "-q").code == 1
    assert "did you mean `regions`" in called("config").err


def test_bytes_that_are_no_text(here: Path) -> None:
    (here / "gsl.toml").write_bytes(b"strict = true\n# \xff\n")
    assert called("eval", "low.gsl", "users.json").err == "gsl.toml:2: error[configuration]: this is not UTF-8"


def test_what_is_no_file(here: Path) -> None:
    said = "gsl.toml: error[configuration]: this is no file"
    (here / "gsl.toml").symlink_to("nowhere")
    assert called("eval", "low.gsl", "users.json").err == said
    (here / "gsl.toml").unlink()
    os.mkfifo(here / "gsl.toml")
    assert called("eval", "low.gsl", "users.json").err == said
    assert called("--config", "", "config").err == "error[configuration]: --config names no file"


def test_what_options_say_of_one_another_names_the_file(here: Path) -> None:
    configured(here, "\nfail-on-new = true\n")
    ran = called("eval", "low.gsl", "users.json")
    assert ran.code == 2
    assert "--fail-on-new needs --baseline" in ran.err
    assert "--fail-on-new is set by gsl.toml:2." in ran.err


@pytest.mark.parametrize(
    ("variable", "value", "said"),
    [
        ("GSL_FAIL_ON", "hihg", "'critical'; did you mean `high`? --fail-on is set by"),
        ("GSL_EVAL_STRICT", "perhaps", "'perhaps' is not a valid boolean"),
        ("GSL_JOBS", "many", "'many' is not a valid integer"),
        ("GSL_REPORT", "jsn=x", "there is no format `jsn`"),
    ],
)
def test_mistakes_in_variables_name_them(here: Path, variable: str, value: str, said: str) -> None:
    ran = called("eval", "low.gsl", "users.json", **{variable: value})
    assert ran.code == 2
    assert said in ran.err
    assert f" is set by {variable}." in ran.err


def test_the_schema_for_editors_says_the_same(here: Path) -> None:
    schema = Draft202012Validator(json.loads((DOCS / "gsl.schema.json").read_text("utf-8")))
    page = (DOCS / "configuration.md").read_text("utf-8")
    sample = page.partition('title="gsl.toml"\n')[2].partition("```")[0]
    configured(here, sample)
    assert told()["scan", "regions"][0] == "eu-west-1,us-east-1"
    assert schema.is_valid(tomllib.loads(sample))
    for text in list(WRONG)[:11]:
        assert not schema.is_valid(tomllib.loads(text)), text


# --- files that were only found are trusted less


@pytest.mark.parametrize("key", GUARDED)
def test_what_only_a_named_file_may_set(here: Path, key: str) -> None:
    name, command = next((name, each) for name in _COMMANDS if key in options_of(each := _loaded(name)))
    value = "true" if options_of(command)[key].is_flag else '"123456789012"'
    configured(here, f"[{name}]\n{key} = {value}\n")
    assert f"gsl.toml:2: error[configuration]: `{key}` is not taken from a file" in called("config", name).err
    assert called("--config", "gsl.toml", "config", name).code == 0


@pytest.mark.parametrize(
    "line", ['output = "../x"', 'report = ["json=/tmp/x"]', 'baseline = "link/x"', 'list = ["A=../x"]']
)
def test_paths_of_a_found_file_stay_in_its_folder(here: Path, line: str) -> None:
    below = here / "below"
    below.mkdir()
    (below / "link").symlink_to(here)
    configured(below, line)
    os.chdir(below)
    ran = called("eval", "low.gsl", "users.json")
    assert ran.code == 2
    assert "gsl.toml:1: error[configuration]" in ran.err
    assert "leads out of the folder of a file that was only found" in ran.err
    assert called("--config", "gsl.toml", "config", "eval").code == 0


def test_a_found_file_leaves_the_repository_alone(here: Path) -> None:
    configured(here, 'output = ".git/hooks/pre-commit"')
    assert "may not name what is in .git" in called("eval", "low.gsl", "users.json").err


@pytest.mark.skipif(os.name != "posix" or os.getuid() != 0, reason="gives a file to somebody else")
def test_a_file_of_others_where_everyone_may_write_does_not_count(here: Path) -> None:
    file = configured(here, 'fail-on = "critical"')
    here.chmod(0o777)
    assert "critical" in called("config", "eval").out
    os.chown(file, 12345, -1)
    assert "critical" not in called("config", "eval").out


# --- what is shown


def test_a_framework_may_be_a_file(here: Path) -> None:
    configured(here, '[report]\nframework = ["AWS CIS", "own.yaml"]\n')
    below = here / "below"
    below.mkdir()
    os.chdir(below)
    assert told()["report", "framework"][0] == ["AWS CIS", str(Path("..", "own.yaml"))]
    configured(below, '[report]\nframework = "../own.yaml"\n')
    assert "leads out" in called("config", "report").err


def test_config_for_people(here: Path) -> None:
    configured(here, 'fail-on = "high"\n')
    ran = called("config", "eval", GSL_JOBS="2")
    assert ran.out.startswith("file: gsl.toml\n\nCOMMAND  OPTION")
    rows = [line.split() for line in ran.out.splitlines()]
    assert ["eval", "fail-on", "high", "gsl.toml:1"] in rows
    assert ["eval", "jobs", "2", "GSL_JOBS"] in rows
    assert ["eval", "strict", "false", "default"] in rows
    assert "strict" not in called("config").out


def test_config_without_any(here: Path) -> None:
    ran = called("config")
    assert ran.out == f"file: none; looked in {here}\n\nno option is set; --all shows the defaults\n"
    assert called("config", "evl").code == 2


def test_secrets_are_hidden(here: Path) -> None:
    ran = called("config", "scan", GSL_EXTERNAL_ID="a-secret")
    assert "a-secret" not in ran.out
    assert "(hidden)" in ran.out
    file = configured(here, "[scan]\nexternal-id = 123456\n", "own.toml")
    wrong = called("--config", file.name, "config", "scan").err
    assert wrong == "own.toml:2: error[configuration]: `external-id` takes a text, not what is there; put it in quotes"


def test_a_mistyped_variable_is_told_and_foreign_ones_are_not(here: Path) -> None:
    ran = called(
        "eval", "low.gsl", "users.json", "-q", GSL_FAILON="high", GSL_EVAL_QQQQQQ="1", GSL_RNG_TYPE="x", GSL_SHARK="1"
    )
    assert ran.err == (
        "warning[unknown-variable]: no option is set by GSL_EVAL_QQQQQQ\n"
        "warning[unknown-variable]: no option is set by GSL_FAILON; did you mean `GSL_FAIL_ON`?\n"
    )
    assert called("eval", "low.gsl", "users.json", "-q", **dict.fromkeys(SETTINGS, "")).err == ""


def test_no_variable_has_two_meanings() -> None:
    own = {variables_of(name, key)[0] for name in _COMMANDS for key in options_of(_loaded(name))}
    general = {variables_of("", key)[0] for name in _COMMANDS for key in options_of(_loaded(name))}
    assert not own & general
    assert not (own | general) & {"GSL_CONFIG", "GSL_NO_CONFIG", *SETTINGS}


def test_lines_of_keys() -> None:
    text = 'a = 1\n[tool.gsl]\n"b" = 2\neval.c = 3\n[tool.gsl.scan]\nd = [\n  "x",\n]\n'
    keys = [("a",), ("tool", "gsl", "b"), ("tool", "gsl", "eval", "c"), ("tool", "gsl", "scan", "d")]
    assert [line_of(text, each) for each in keys] == [1, 3, 4, 6]
    assert line_of(text, ("tool", "gsl", "scan", "none")) == 5

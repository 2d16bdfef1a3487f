"""Completion as shells ask for it: what is offered, in real shells, and that nothing heavy is loaded for it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import click
import pytest
from click.shell_completion import BashComplete
from click.testing import CliRunner

from gsl.cli.completing import VARIABLE, framework_names
from gsl.cli.group import _COMMANDS, _loaded, cli
from gsl.ruleset.bundled import bundled

BIN = str(Path(sys.executable).parent)


def offered(*words: str) -> list[str]:
    """What comes next behind words, of which the last may be unfinished."""
    complete = BashComplete(cli, {}, "gsl", VARIABLE)
    return [
        f"<{each.type}>" if each.type != "plain" else each.value
        for each in complete.get_completions([*words[:-1]], words[-1])
    ]


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["eva"], ["eval"]),
        (["--con"], ["--config"]),
        (["eval", ""], ["<file>"]),
        (["eval", "d9.aws"], ["<file>", "D9.AWS.IAM.79"]),
        (["eval", "cis"], ["<file>", "cis-aws"]),
        (["eval", "cis-aws", "D9"], ["<file>"]),
        (["eval", "-e", "T should have x", "D9"], ["<file>"]),
        (["explain", "D9"], ["<file>", "D9.AWS.IAM.79"]),
        (["eval", "--fail-on", "h"], ["high"]),
        (["eval", "--format", "js"], ["json", "jsonl"]),
        (["eval", "--group-by", "a"], ["account"]),
        (["eval", "--report", "sar"], ["sarif="]),
        (["eval", "-o", "x"], ["<file>"]),
        (["scan", "--rules", "aws"], ["<file>", "aws-exposure"]),
        (["collect", "--types", "EFS,IamU"], ["EFS,IamUser"]),
        (["rules", "--pack", "al"], ["all"]),
        (["rules", "--framework", "foundations v1.2"], ["AWS CIS Foundations v1.2.0"]),
        (["report", "a.json", "--framework", "foundations v1.2"], ["<file>", "AWS CIS Foundations v1.2.0"]),
        (["frameworks", "foundations v1.2"], ["<file>", "AWS CIS Foundations v1.2.0"]),
        (["new", "X", "--entity", "KM"], ["KMS"]),
        (["schema", "IamU"], ["IamUser"]),
        (["schema", "IamUser", "a"], ["<file>"]),
        (["check", "--select", "GSL102"], ["GSL102"]),
        (["config", "ev"], ["eval"]),
        (["completion", ""], ["bash", "zsh", "fish"]),
    ],
    ids=" ".join,
)
def test_what_is_offered(words: list[str], expected: list[str]) -> None:
    assert offered(*words) == expected


def test_all_frameworks_are_known() -> None:
    assert framework_names() == sorted({name for rule in bundled().values() for name in rule.metadata.frameworks})


def test_every_value_is_completed_where_gsl_knows_the_names() -> None:
    """Rules, packs, types and checks are completed wherever an option or argument takes them."""
    lacking = [
        f"{name} {each.name}"
        for name in _COMMANDS
        for each in _loaded(name).params
        if (each.metavar or "").strip("[].").partition(" ")[0].removesuffix(",...")
        in ("RULE", "RULES", "TYPE", "TYPE,", "CODES")
        and not isinstance(each.type, click.Path)
        and each._custom_shell_complete is None
    ]
    assert not lacking


# --- in real shells


def shell(*command: str) -> list[str]:
    path = BIN + os.pathsep + os.environ["PATH"]
    environment = {**os.environ, "PATH": path, "HOME": "/nonexistent", "LC_ALL": "C.UTF-8"}
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False, env=environment)
    return done.stdout.splitlines()


def test_bash() -> None:
    asks = (
        "source <(gsl completion bash); complete -p gsl;"
        "COMP_WORDS=(gsl eval D9); COMP_CWORD=2; _gsl_completion gsl 2>/dev/null; printf '%s\\n' \"${COMPREPLY[@]}\";"
        "COMPREPLY=(); COMP_WORDS=(gsl rules --framework 'v1.2'); COMP_CWORD=3;"
        "_gsl_completion gsl; printf '%s\\n' \"${COMPREPLY[@]}\""
    )
    assert shell("bash", "--norc", "-c", asks) == [
        "complete -o nosort -F _gsl_completion gsl",
        "D9.AWS.IAM.79",
        "AWS\\ CIS\\ Foundations\\ v1.2.0",
    ]


@pytest.mark.skipif(shutil.which("zsh") is None, reason="there is no zsh here")
def test_zsh() -> None:
    asks = (
        "compdef() { print compdef $*; }; compadd() { print -l $completions; };"
        "_describe() { print -l $completions_with_descriptions; };"
        "source <(gsl completion zsh); words=(gsl schema IamU); CURRENT=3; _gsl_completion;"
        "words=(gsl eva); CURRENT=2; _gsl_completion"
    )
    assert shell("zsh", "-f", "-c", asks) == [
        "compdef _gsl_completion gsl",
        "IamUser",
        "eval:Check entities with rules and report what fails.",
    ]


@pytest.mark.skipif(shutil.which("fish") is None, reason="there is no fish here")
def test_fish() -> None:
    asks = "gsl completion fish | source; complete -C 'gsl schema IamU'; complete -C 'gsl eva'"
    assert shell("fish", "--no-config", "-c", asks) == [
        "IamUser",
        "eval\tCheck entities with rules and report what fails.",
    ]


def test_completion_parses_nothing() -> None:
    code = (
        "import sys; from gsl.cli.main import _run\n"
        "try: _run()\nexcept SystemExit: pass\n"
        "print([each for each in ('lark', 'gsl.language.parser', 'boto3', 'tomllib', 'gsl.engine.evaluation') if each in sys.modules])"
    )
    environment = {**os.environ, VARIABLE: "bash_complete", "COMP_WORDS": "gsl eval D9", "COMP_CWORD": "2"}
    code = "import sys; sys.argv = ['gsl']\n" + code
    done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=False)
    assert done.stdout.splitlines() == ["file,D9", "plain,D9.AWS.IAM.79", "[]"], done.stderr


def test_an_unknown_shell() -> None:
    assert CliRunner().invoke(cli, ["completion", "tcsh"]).exit_code == 2

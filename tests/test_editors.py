"""What editors get is what the language says: the grammar is generated, settings and docs name the same things."""

from __future__ import annotations

import importlib.util
import json
import re
import sys
import tomllib
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from gsl.authoring.pieces import KINDS
from gsl.language import vocabulary
from gsl.semantics import functions
from gsl.semantics.functions import FUNCTIONS
from gsl.version import VERSION
from tests.support import gsl

EDITORS = Path(__file__).resolve().parents[1] / "editors"
CODE = EDITORS / "vscode"


def _generator() -> ModuleType:
    spec = importlib.util.spec_from_file_location("editors_generate", EDITORS / "generate.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def _json(name: str) -> Any:
    return json.loads((CODE / name).read_text("utf-8"))


def test_the_grammar_is_what_the_code_says(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(sys, "argv", ["generate.py", "--check"])
    assert _generator().main() == 0, capsys.readouterr().err


def test_a_new_function_makes_the_grammar_drift(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(functions, "FUNCTIONS", {**FUNCTIONS, "brandNew": FUNCTIONS["length"]})
    assert _generator().drifted() == ["gsl.tmLanguage.json"]


@pytest.mark.parametrize("word", [*vocabulary.ARRAY_OPERATORS, *sorted(vocabulary.RESERVED), *FUNCTIONS])
def test_the_grammar_knows_the_word(word: str) -> None:
    text = (CODE / "syntaxes" / "gsl.tmLanguage.json").read_text("utf-8")
    assert re.search(rf"(?i)[:|]{re.escape(word)}[|)]", text)


def test_every_kind_of_piece_has_a_name_for_themes() -> None:
    names = _generator().NAMES
    assert set(names) == set(KINDS) - {"blank"}
    assert len(set(names.values())) == len(names)


def test_settings_are_all_described() -> None:
    settings = set(_json("package.json")["contributes"]["configuration"]["properties"])
    described = set(re.findall(r"^\| `(gsl\.\w+)` \|", (CODE / "README.md").read_text("utf-8"), re.MULTILINE))
    assert described == settings
    source = (CODE / "src" / "extension.ts").read_text("utf-8")
    assert {f"gsl.{name}" for name in re.findall(r'given\.get\("(\w+)"', source)} == settings


def test_a_gsl_that_is_too_old_is_known_by_what_it_says() -> None:
    told = gsl("lsq").err
    pattern = re.search(r"^const NO_COMMAND = /(.*)/;$", (CODE / "src" / "server.ts").read_text("utf-8"), re.MULTILINE)
    assert pattern is not None
    assert pattern[1].replace("`lsp`", "`lsq`") in told


def test_a_workspace_cannot_name_the_command_before_it_is_trusted() -> None:
    manifest = _json("package.json")
    assert "gsl.path" in manifest["capabilities"]["untrustedWorkspaces"]["restrictedConfigurations"]
    assert manifest["contributes"]["configuration"]["properties"]["gsl.path"]["scope"] == "machine-overridable"


def test_the_lock_file_names_no_registry() -> None:
    lock = _json("package-lock.json")
    assert not [name for name, each in lock["packages"].items() if "resolved" in each]
    assert not [name for name, each in lock["packages"].items() if name and "integrity" not in each]


def test_the_page_describes_the_settings_as_the_extension_does() -> None:
    rows = re.compile(r"^\| `gsl\.\w+` \|.*$", re.MULTILINE)
    page = (EDITORS.parent / "docs" / "editors.md").read_text("utf-8")
    described = rows.findall((CODE / "README.md").read_text("utf-8"))
    assert [row.partition(":")[0].rstrip(" |`{") for row in described] == [
        row.partition(":")[0].rstrip(" |`{") for row in rows.findall(page)
    ]


def test_configurations_on_the_page_can_be_read() -> None:
    page = (EDITORS.parent / "docs" / "editors.md").read_text("utf-8")
    blocks = dict(re.findall(r"```(\w+) title=[^\n]*\n(.*?)```", page, re.DOTALL))
    assert set(json.loads(blocks["json"])) <= set(_json("package.json")["contributes"]["configuration"]["properties"])
    assert tomllib.loads(blocks["toml"])["language-server"]["gsl"]["args"] == ["lsp"]
    assert 'cmd = { "gsl", "lsp" }' in blocks["lua"]
    assert '"gsl" "lsp"' in blocks["elisp"]


def test_the_page_names_the_file_that_is_packed() -> None:
    manifest = _json("package.json")
    page = (EDITORS.parent / "docs" / "editors.md").read_text("utf-8")
    assert f"{manifest['name']}-{manifest['version']}.vsix" in page
    assert manifest["version"] == VERSION.split(".dev")[0]

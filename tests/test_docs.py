"""The documentation holds together: generated pages are fresh, links lead somewhere, rules parse."""

from __future__ import annotations

import functools
import importlib.util
import itertools
import re
import shlex
import sys
import textwrap
import unicodedata
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
import pytest
import yaml

import gsl
from gsl.cli.group import cli
from gsl.errors import Source
from gsl.ruleset.loading import rule_of_text

ROOT = Path(__file__).resolve().parents[1]
DOCS = ROOT / "docs"
PAGES = sorted([*DOCS.rglob("*.md"), *ROOT.glob("*.md")])

_FENCED = re.compile(
    r"^(?P<indent> *)(?P<fence>```+|~~~+) *(?P<kind>[\w-]*)[^\n]*\n(?P<body>.*?)^ *(?P=fence) *$",
    re.MULTILINE | re.DOTALL,
)
_CODE = re.compile(r"(`+)(?!`).+?(?<!`)\1(?!`)", re.DOTALL)
_LINK = re.compile(r"\]\(<?([^)\s>]+)>?(?:\s+[\"'][^)]*)?\)|^ {0,3}\[[^\]]+\]:\s+(\S+)", re.MULTILINE)
_HEADING = re.compile(r"^#{1,6} +(.+?)(?: *\{[^}\n]*#([\w:.-]+)[^}\n]*\})? *#*$", re.MULTILINE)
_OBJECT = re.compile(r"^::: (\S+)$", re.MULTILINE)
_ID = re.compile(r"""\bid=["']([^"']+)["']|\{[^}\n]*#([\w:.-]+)[^}\n]*\}""")


@functools.cache
def _generator() -> Any:
    sys.path.append(str(DOCS))  # where its other files are
    spec = importlib.util.spec_from_file_location("docs_generate", DOCS / "generate.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def _name(page: Path) -> str:
    return page.relative_to(ROOT).as_posix()


def _nav_pages(entries: Any) -> Iterator[str]:
    if isinstance(entries, str):
        yield entries
        return
    for entry in entries:
        for value in entry.values() if isinstance(entry, dict) else [entry]:
            yield from _nav_pages(value)


NAV = list(_nav_pages(yaml.safe_load((ROOT / "mkdocs.yml").read_text("utf-8"))["nav"]))


def _slug(heading: str) -> str:
    """The anchor that a heading without one of its own gets."""
    plain = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", re.sub(r"<[^>]+>", "", heading))
    ascii_only = unicodedata.normalize("NFKD", plain).encode("ascii", "ignore").decode("ascii")
    return re.sub(r"[-\s]+", "-", re.sub(r"[^\w\s-]", "", ascii_only).strip().lower())


def _has_anchor(page: Path, anchor: str) -> bool:
    text = _FENCED.sub("", page.read_text("utf-8"))
    found = {own or _slug(heading) for heading, own in _HEADING.findall(text)}
    found |= {one or other for one, other in _ID.findall(_CODE.sub("", text))}
    objects = _OBJECT.findall(text)
    return anchor in found or any(anchor == name or anchor.startswith(f"{name}.") for name in objects)


def _links(page: Path) -> list[str]:
    text = _CODE.sub("", _FENCED.sub("", page.read_text("utf-8")))
    found = [inline or reference for inline, reference in _LINK.findall(text)]
    return [link for link in found if not re.match(r"[a-z][a-z0-9+.-]*:", link)]


def _fault(page: Path, link: str) -> str | None:
    path, _, anchor = link.partition("#")
    target = (page.parent / path).resolve() if path else page
    if not target.exists():
        return "there is no such file"
    if page.is_relative_to(DOCS) and not target.is_relative_to(DOCS):
        return "it leaves docs/, which the built site does not hold"
    if anchor and target.suffix == ".md" and not _has_anchor(target, anchor):
        return f"{_name(target)} has no heading #{anchor}"
    return None


def _blocks(*kinds: str) -> list[Any]:
    found = []
    for page in PAGES:
        text = page.read_text("utf-8")
        for block in _FENCED.finditer(text):
            if block["kind"] in kinds:
                line = text.count("\n", 0, block.start()) + 1
                found.append(pytest.param(textwrap.dedent(block["body"]), id=f"{_name(page)}:{line}"))
    return found


@pytest.mark.parametrize("name", list(_generator().PAGES))
def test_generated_page_is_what_the_code_says(name: str) -> None:
    file = DOCS / name
    told = f"docs/{name} drifted from the code: run python docs/generate.py"
    assert file.exists(), told
    assert file.read_text("utf-8") == _generator().PAGES[name](), told


def test_no_page_is_left_of_a_type_that_is_gone() -> None:
    assert {f"entities/{page.name}" for page in (DOCS / "entities").glob("*.md")} <= set(_generator().PAGES)


@pytest.mark.parametrize("name", NAV)
def test_page_in_the_navigation_exists(name: str) -> None:
    assert (DOCS / name).is_file()


def test_every_page_is_in_the_navigation() -> None:
    assert {page.relative_to(DOCS).as_posix() for page in DOCS.rglob("*.md")} <= set(NAV)


@pytest.mark.parametrize("page", PAGES, ids=_name)
def test_links_lead_somewhere(page: Path) -> None:
    faults = {link: fault for link in _links(page) if (fault := _fault(page, link)) is not None}
    assert not faults


@pytest.mark.parametrize("text", _blocks("gsl"))
def test_rule_in_the_documentation_parses(text: str) -> None:
    rule_of_text(Source(text, "block.gsl"))


def test_rules_shown_as_wrong_are_refused() -> None:
    for block in _blocks("gsl-error"):
        with pytest.raises(gsl.RuleError):
            rule_of_text(Source(block.values[0], f"{block.id}"))


@pytest.mark.parametrize("text", _blocks("python"))
def test_python_in_the_documentation_compiles(text: str) -> None:
    compile(text, "block.py", "exec")


@pytest.mark.parametrize("name", gsl.__all__)
def test_public_name_is_in_the_library_page(name: str) -> None:
    assert f"gsl.{name}" in _OBJECT.findall((DOCS / "library.md").read_text("utf-8"))


def _commands() -> Iterator[tuple[str, list[str]]]:
    """The calls of gsl in shell blocks and help, each up to its first pipe, redirection or semicolon."""
    for page in PAGES:
        for block in _FENCED.finditer(page.read_text("utf-8")):
            if block["kind"] not in ("sh", "bash", "text"):
                continue
            for line in block["body"].replace("\\\n", " ").splitlines():
                if not re.match(r" *gsl [a-z]", line) or "[OPTIONS]" in line:
                    continue
                lexer = shlex.shlex(re.split(" {3,}", line.strip())[0], posix=True, punctuation_chars=True)
                lexer.whitespace_split = True
                words = list(itertools.takewhile(lambda word: word[0] not in "|&;<>", lexer))
                yield f"{_name(page)}: {line.strip()}", words[1:]


def test_commands_in_the_documentation_are_ones_that_gsl_takes() -> None:
    parent = click.Context(cli)
    calls = list(_commands())
    assert len(calls) > 50
    for where, (name, *words) in calls:
        command = cli.get_command(parent, name)
        assert command is not None, where
        try:
            command.make_context(name, words, parent)
        except click.UsageError as error:
            raise AssertionError(f"{where}: {error.format_message()}") from None

"""The language server as editors meet it: `gsl lsp` in a process of its own, spoken to over its streams."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from lsprotocol import types

from gsl.authoring.formatting import format_text
from tests.editor import Editor, applied, editing, place
from tests.support import gsl, user, write_json

MFA = "IamUser should have mfaActive = true"
TYPO = "IamUser should have mfaActiv = true"
FRONT = "---\nid: My.Rule\ntitle: Mine\nseverity: low\n---\n"


def users(folder: Path, name: str = "users.json") -> Path:
    return write_json(
        folder / name,
        [
            user("alice", mfaActive=True, colour="red", password="hunter2secret", url="db://a:hunter2secret@host"),
            user("bob", mfaActive=False, colour="green"),
            user("carol", mfaActive=False, colour="blue"),
        ],
    )


def spans(found: list[types.Diagnostic]) -> list[tuple[Any, int, int, int, int]]:
    return [
        (each.code, each.range.start.line, each.range.start.character, each.range.end.line, each.range.end.character)
        for each in found
    ]


# --- findings


def test_findings_are_those_of_the_check_command(tmp_path: Path) -> None:
    text = f"{FRONT}IamUsr where name like 'a'\nshould not have not not (mfaActive = 'maybe')\n"
    (tmp_path / "a.gsl").write_text(text, "utf-8")
    checked = json.loads(gsl("check", tmp_path / "a.gsl", "--format", "json").out)["findings"]
    severities = {"error": 1, "warning": 2, "note": 3}

    async def steps(editor: Editor) -> None:
        found = await editor.diagnostics(editor.open("a.gsl"))
        assert len(found) >= 3
        assert [(each.code, each.message, int(each.severity or 0)) for each in found] == [
            (each["code"], each["message"], severities[each["severity"]]) for each in checked
        ]
        assert [(span[1] + 1, span[2] + 1, span[3] + 1, span[4] + 1) for span in spans(found)] == [
            (each["line"], each["column"], each["endLine"], each["endColumn"]) for each in checked
        ]
        assert {each.source for each in found} == {"gsl"}

    editing(tmp_path, steps)


def test_each_finding_links_to_its_explanation(tmp_path: Path) -> None:
    async def steps(editor: Editor) -> None:
        (found,) = await editor.diagnostics(editor.open("a.gsl", TYPO))
        assert found.code_description is not None
        address, _, line = found.code_description.href.partition("#L")
        page = Path(address.removeprefix("file://")).read_text("utf-8").split("\n")
        assert page[int(line) - 1].startswith("### GSL102")

    editing(tmp_path, steps)

    async def elsewhere(editor: Editor) -> None:
        uri = editor.open("a.gsl", TYPO)
        (found,) = await editor.diagnostics(uri)
        assert found.code_description is not None
        assert found.code_description.href == "https://docs.example.com/gsl/checks.html#gsl102"

    editing(tmp_path, _settled(elsewhere), {"documentation": "https://docs.example.com/gsl/"})


def _settled(steps: Any) -> Any:
    """Steps after the server has read what its options name."""

    async def after(editor: Editor) -> None:
        await editor.settle()
        await steps(editor)

    return after


@pytest.mark.parametrize(
    ("text", "code", "place_of"),
    [
        ("IamUser should have", "unexpected-end", None),
        ("IamUser should have name = '\N{GRINNING FACE}\N{GRINNING FACE}' and foo(", None, None),
        ("IamUser should have name = 'a' nad x = 1", None, None),
        ("---\nid: a\n", "unclosed-front-matter", (0, 0)),
        ("---\nseverty: low\n---\nIamUser should have name", "unknown-metadata", (1, 0)),
        ("", None, (0, 0)),
    ],
)
def test_errors_of_the_language_are_findings_too(
    tmp_path: Path, text: str, code: str | None, place_of: tuple[int, int] | None
) -> None:
    async def steps(editor: Editor) -> None:
        found = await editor.diagnostics(editor.open("a.gsl", text))
        assert [int(each.severity or 0) for each in found] == [1]
        assert code is None or found[0].code == code
        assert place_of is None or spans(found)[0][1:3] == place_of

    editing(tmp_path, steps)


def test_characters_count_in_utf_16(tmp_path: Path) -> None:
    faces = "\N{GRINNING FACE}\N{GRINNING FACE}"
    text = f"IamUser should have name = '{faces}' and mfaActiv = true"
    start = text.index("mfaActiv") + 2

    async def steps(editor: Editor) -> None:
        uri = editor.open("a.gsl", text)
        assert spans(await editor.diagnostics(uri)) == [("GSL102", 0, start, 0, start + 8)]
        (mend, *_) = await editor.actions(uri, 0, start, start)
        assert mend.edit is not None
        assert mend.edit.changes is not None
        assert applied(text, mend.edit.changes[uri]) == text.replace("mfaActiv ", "mfaActive ")
        assert "GSL102" in await editor.hover(uri, 0, start + 7)
        (item,) = await editor.completion(uri, 0, start + 8)
        assert isinstance(item.text_edit, types.TextEdit)
        assert (item.text_edit.range.start.character, item.text_edit.range.end.character) == (start, start + 8)

    editing(tmp_path, steps)


@pytest.mark.parametrize(("encoding", "units"), [("utf-8", 4), ("utf-32", 1)])
def test_clients_may_count_otherwise(tmp_path: Path, encoding: str, units: int) -> None:
    text = "IamUser should have name = '\N{GRINNING FACE}' and mfaActiv = true"
    start = text.index("mfaActiv") - 1 + units

    async def steps(editor: Editor) -> None:
        assert editor.result is not None
        assert editor.result.capabilities.position_encoding == encoding
        uri = editor.open("a.gsl", text)
        assert spans(await editor.diagnostics(uri)) == [("GSL102", 0, start, 0, start + 8)]
        assert "GSL102" in await editor.hover(uri, 0, start + 7)

    editing(tmp_path, steps, encodings=(encoding, "utf-16"))


def test_lines_end_as_the_protocol_says(tmp_path: Path) -> None:
    text = "# one \N{LINE SEPARATOR} still one \x0b\x0c\x85\r\nIamUser\rshould\n  have mfaActiv = true\r\n"

    async def steps(editor: Editor) -> None:
        assert spans(await editor.diagnostics(editor.open("a.gsl", text))) == [("GSL102", 3, 7, 3, 15)]

    editing(tmp_path, steps)


def test_only_the_last_of_many_changes_is_looked_at(tmp_path: Path) -> None:
    async def steps(editor: Editor) -> None:
        uri = editor.open("a.gsl", TYPO)
        for count in range(1, 21):
            editor.change(uri, f"{TYPO} and name != '{'a' * count}'")
        assert len(await editor.diagnostics(uri)) == 1
        await asyncio.sleep(0.5)
        assert [each.version for each in editor.published] == [21]
        editor.change(uri, MFA)
        assert await editor.diagnostics(uri) == []

    editing(tmp_path, steps)


def test_a_closed_file_has_no_findings(tmp_path: Path) -> None:
    async def steps(editor: Editor) -> None:
        uri = editor.open("a.gsl", TYPO)
        assert await editor.diagnostics(uri)
        editor.close(uri)
        await editor.until(lambda: not editor.published[-1].diagnostics)
        again = editor.open("a.gsl", TYPO)
        editor.close(again)
        await asyncio.sleep(0.4)
        assert not editor.published[-1].diagnostics

    editing(tmp_path, steps)


def test_only_rules_are_looked_at(tmp_path: Path) -> None:
    async def steps(editor: Editor) -> None:
        other = editor.open("notes.md", TYPO, "markdown")
        unsaved = editor.open("untitled:Untitled-1", TYPO)
        assert len(await editor.diagnostics(unsaved)) == 1
        assert {each.uri for each in editor.published} == {unsaved}
        assert await editor.hover(other, 0, 1) == ""

    editing(tmp_path, steps)


# --- explanations


def test_hovers_tell_of_all_there_is(tmp_path: Path) -> None:
    rule = (
        "---\nid: IamUser\n---\nIamUser where createDate before(-30, 'days')\n"
        "should have firstAccessKey.isActive = true and inlinePolicies contain [name like 'a%'] and name in $Names"
    )

    async def steps(editor: Editor) -> None:
        uri = editor.open("a.gsl", rule)
        first, second = 3, 4
        lines = rule.split("\n")

        async def at(line: int, word: str) -> str:
            return await editor.hover(uri, line, lines[line].index(word) + 1)

        assert await editor.hover(uri, 1, 5) == ""
        assert (await at(first, "IamUser")).startswith("**IamUser**: entity type")
        assert "Narrows the rule down" in await at(first, "where")
        assert "**createDate**: `string" in await at(first, "createDate")
        assert "x before(n, 'unit')" in await at(first, "before")
        assert "**firstAccessKey**: `object" in await at(second, "firstAccessKey")
        assert "**firstAccessKey.isActive**: `boolean`" in await at(second, "isActive")
        assert "Equal" in await at(second, "=")
        assert "contain [E]" in await at(second, "contain")
        assert "name" in await at(second, "name like")
        assert "`$Names` is not given" in await at(second, "$Names")
        editor.change(uri, "IamUser should have firstAccessKey.isActive = and (")
        assert "**firstAccessKey.isActive**: `boolean`" in await editor.hover(uri, 0, 40)
        assert await editor.hover(uri, 7, 700) == ""

    editing(tmp_path, steps)


def test_values_come_from_the_entities_and_secrets_do_not(tmp_path: Path) -> None:
    users(tmp_path)

    async def steps(editor: Editor) -> None:
        uri = editor.open("a.gsl", "IamUser should have colour = 'red' and password = 'x'")
        told = await editor.hover(uri, 0, 22)
        assert "In your entities" in told
        assert '`"green"`' in told
        secret = await editor.hover(uri, 0, 42)
        assert "**password**" in secret
        assert "hunter2" not in secret
        editor.change(uri, "IamUser should have url")
        told = await editor.hover(uri, 0, 22)
        assert "**url**" in told
        assert "hunter2" not in told
        inside = "IamUser should have colour = '"
        editor.change(uri, inside)
        offered = [each.label for each in await editor.completion(uri, 0, len(inside))]
        assert offered[:3] == ["red", "green", "blue"]
        editor.change(uri, "IamUser should have password = '")
        assert await editor.completion(uri, 0, 32) == []
        assert not editor.messages

    editing(tmp_path, _settled(steps), {"entities": "users.json"})


def test_what_entities_say_stays_text(tmp_path: Path) -> None:
    hostile = "`![x](http://evil.example)` [a](command:b) <b> \x1b[31m"
    write_json(tmp_path / "e.json", [{"type": "Odd", "id": "1", "name": hostile}])

    async def steps(editor: Editor) -> None:
        told = await editor.hover(editor.open("a.gsl", "Odd should have name"), 0, 18)
        (line,) = [each for each in told.split("\n") if "In your entities" in each]
        assert "\x1b" not in told
        assert line.startswith("In your entities: ``")
        assert line.endswith("``")

    editing(tmp_path, _settled(steps), {"entities": ["e.json"]})


def test_a_schema_of_your_own_counts(tmp_path: Path) -> None:
    schema = {
        "title": "Robot",
        "type": "object",
        "properties": {"arms": {"type": "integer", "description": "Its arms."}},
    }
    write_json(tmp_path / "robot.json", schema)

    async def steps(editor: Editor) -> None:
        uri = editor.open("a.gsl", "Robot should have arm = 2 and arms = 2")
        assert [each.code for each in await editor.diagnostics(uri)] == ["GSL102"]
        assert "Its arms" in await editor.hover(uri, 0, 31)

    editing(tmp_path, _settled(steps), {"schema": "robot.json"})


def test_completion_by_context(tmp_path: Path) -> None:
    (tmp_path / "ports.txt").write_text("22\n", "utf-8")

    async def steps(editor: Editor) -> None:
        async def offered(text: str) -> list[str]:
            uri = editor.open("a.gsl", f"{FRONT}{text}")
            return [each.label for each in await editor.completion(uri, 5, len(text))]

        assert (await offered("IamU"))[0] == "IamUser"
        assert {"where", "should"} <= set(await offered("IamUser "))
        assert "isActive" in await offered("IamUser should have firstAccessKey.")
        assert "after(n, 'unit') | after(date)" in await offered("IamUser should have createDate aft")
        assert await offered("SecurityGroup should have port in $") == ["$Ports"]
        uri = editor.open("a.gsl", "---\nid: a\nseverity: h\nc\n---\nIamUser should have name")
        assert await editor.completion(uri, 1, 3) == []
        assert [each.label for each in await editor.completion(uri, 2, 11)] == ["high"]
        assert [each.label for each in await editor.completion(uri, 3, 1)] == ["category"]
        editor.change(uri, "---\n")
        assert "title" in [each.label for each in await editor.completion(uri, 1, 0)]

    editing(tmp_path, _settled(steps), {"lists": {"Ports": "ports.txt"}})


# --- doing something about it


def test_every_mend_helps(tmp_path: Path) -> None:
    text = "IamUser should have mfaActiv = true and not not (name like 'a')"

    async def steps(editor: Editor) -> None:
        uri = editor.open("a.gsl", text)
        before = [each.code for each in await editor.diagnostics(uri)]
        mends = await editor.actions(uri, 0, 0, len(text))
        titles = [each.title for each in mends]
        assert "Write `mfaActive` instead of `mfaActiv`" in titles
        assert "Ignore GSL102 on this line" in titles
        assert [each.is_preferred for each in mends].count(True) == 2
        for mend in mends:
            assert mend.kind == "quickfix"
            assert mend.edit is not None
            assert mend.edit.changes is not None
            assert mend.diagnostics is not None
            editor.change(uri, applied(text, mend.edit.changes[uri]))
            after = [each.code for each in await editor.diagnostics(uri)]
            code = mend.diagnostics[0].code
            assert after.count(code) < before.count(code), mend.title

    editing(tmp_path, steps)


def test_an_ignored_finding_joins_the_comment_that_is_there(tmp_path: Path) -> None:
    text = "IamUser should have mfaActiv = true and name like 'a'  # gsl: ignore[GSL102] theirs\n"

    async def steps(editor: Editor) -> None:
        uri = editor.open("a.gsl", text)
        assert [each.code for each in await editor.diagnostics(uri)] == ["GSL108"]
        (mend,) = [each for each in await editor.actions(uri, 0, 45, 45) if each.title.startswith("Ignore")]
        assert mend.edit is not None
        assert mend.edit.changes is not None
        assert applied(text, mend.edit.changes[uri]) == text.replace("[GSL102]", "[GSL102, GSL108]")

    editing(tmp_path, steps)


@pytest.mark.parametrize(
    ("before", "wrong", "right"),
    [
        ("IamUser should have inlinePolicies lenght() = 0", "lenght", "length"),
        ("IamUser shuld have name", "shuld", "should"),
        ("IamUser should have createDate before(-1, 'dayz')", "dayz", "days"),
        ("IamUser should have firstAccessKey.lastRotatd before(-1, 'days')", "lastRotatd", "lastRotated"),
        ("---\nseverty: low\n---\nIamUser should have name", "severty", "severity"),
    ],
)
def test_the_nearest_name_is_a_mend(tmp_path: Path, before: str, wrong: str, right: str) -> None:
    async def steps(editor: Editor) -> None:
        uri = editor.open("a.gsl", before)
        (found,) = await editor.diagnostics(uri)
        line, start = found.range.start.line, found.range.start.character
        (mend, *_) = await editor.actions(uri, line, start, start)
        assert mend.title == f"Write `{right}` instead of `{wrong}`"
        assert mend.edit is not None
        assert mend.edit.changes is not None
        editor.change(uri, applied(before, mend.edit.changes[uri]))
        assert await editor.diagnostics(uri) == []

    editing(tmp_path, steps)


def test_fix_all_does_what_the_command_does(tmp_path: Path) -> None:
    text = "IamUser should have not not (name like 'a') and not not (name != 'b')\n"
    (tmp_path / "a.gsl").write_text(text, "utf-8")
    (tmp_path / "b.gsl").write_text(text, "utf-8")
    gsl("check", "--fix", tmp_path / "b.gsl")

    async def steps(editor: Editor) -> None:
        uri = editor.open("a.gsl")
        (action,) = await editor.actions(uri, 0, 0, 0, only=["source.fixAll"])
        assert action.edit is not None
        assert action.edit.changes is not None
        assert applied(text, action.edit.changes[uri]) == (tmp_path / "b.gsl").read_text("utf-8") != text

    editing(tmp_path, steps)


def test_formatting_is_that_of_the_fmt_command(tmp_path: Path) -> None:
    text = f"{FRONT}IamUser   where name='\N{GRINNING FACE}'  # why\n   should HAVE mfaActive=true\n\n\n"

    async def steps(editor: Editor) -> None:
        uri = editor.open("a.gsl", text)
        options = types.FormattingOptions(4, True)
        params = types.DocumentFormattingParams(types.TextDocumentIdentifier(uri), options)
        edits = await editor.client.text_document_formatting_async(params)
        assert applied(text, edits) == format_text(text) != text
        editor.change(uri, format_text(text))
        assert not await editor.client.text_document_formatting_async(params)
        editor.change(uri, "IamUser should")
        assert not await editor.client.text_document_formatting_async(params)

    editing(tmp_path, steps)


# --- lists and rules across files


def lists_folder(folder: Path) -> Path:
    (folder / "lists.yaml").write_text("# approved\nPorts: [22, 443]\n'Names': [a, b]\n", "utf-8")
    (folder / "deep").mkdir()
    (folder / "a.gsl").write_text("# $Ports is no use\nSecurityGroup should have port in $Ports\n", "utf-8")
    (folder / "deep" / "b.gsl").write_text(
        "SecurityGroup should have name != '$Ports' and name in ('\N{GRINNING FACE}', $Ports) and port in ($Ports, 1)",
        "utf-8",
    )
    (folder / "a.test.yaml").write_text(
        "lists:\n  Ports: [22]\ncases:\n  - name: one\n    lists: {Ports: [1]}\n    entity: {}\n    expect: passed\n",
        "utf-8",
    )
    return folder


def test_a_list_is_found_everywhere(tmp_path: Path) -> None:
    lists_folder(tmp_path)

    async def steps(editor: Editor) -> None:
        uri = editor.open("a.gsl")
        assert await editor.diagnostics(uri) == []
        assert "**$Ports**: 2 values" in await editor.hover(uri, 1, 37)
        defined = await editor.client.text_document_definition_async(types.DefinitionParams(*place(uri, 1, 37)))
        assert isinstance(defined, types.Location)
        assert (defined.uri, defined.range.start.line, defined.range.start.character) == (
            editor.uri("lists.yaml"),
            1,
            0,
        )
        context = types.ReferenceContext(include_declaration=True)
        found = await editor.client.text_document_references_async(types.ReferenceParams(context, *place(uri, 1, 37)))
        assert found is not None
        where = [(each.uri.rpartition("/")[2], each.range.start.line, each.range.start.character) for each in found]
        assert sorted(where) == [
            ("a.gsl", 1, 34),
            ("a.test.yaml", 1, 2),
            ("a.test.yaml", 4, 12),
            ("b.gsl", 0, 62),
            ("b.gsl", 0, 83),
            ("lists.yaml", 1, 0),
        ]

    editing(tmp_path, _settled(steps), {"lists": "lists.yaml"})


def test_renaming_a_list_changes_every_file(tmp_path: Path) -> None:
    lists_folder(tmp_path)

    async def steps(editor: Editor) -> None:
        uri = editor.open("a.gsl", "SecurityGroup should have port in ($Ports) # unsaved")
        params = types.RenameParams(*place(uri, 0, 36), "$Doors")
        change = await editor.client.text_document_rename_async(params)
        assert change is not None
        assert change.changes is not None
        after = {
            address.rpartition("/")[2]: applied(
                Path(address.removeprefix("file://")).read_text("utf-8")
                if address != uri
                else "SecurityGroup should have port in ($Ports) # unsaved",
                edits,
            )
            for address, edits in change.changes.items()
        }
        assert after["a.gsl"] == "SecurityGroup should have port in ($Doors) # unsaved"
        assert after["lists.yaml"].startswith("# approved\nDoors: [22, 443]")
        assert "name != '$Ports'" in after["b.gsl"]
        assert after["b.gsl"].count("$Doors") == 2
        assert after["a.test.yaml"].count("Doors: [") == 2
        for name in ("1a", "a b", "Names", ""):
            with pytest.raises(Exception, match="list") as refused:
                await editor.client.text_document_rename_async(types.RenameParams(*place(uri, 0, 36), name))
            assert "Traceback" not in str(refused.value)
        with pytest.raises(Exception, match="only named lists"):
            await editor.client.text_document_rename_async(types.RenameParams(*place(uri, 0, 3), "x"))

    editing(tmp_path, _settled(steps), {"lists": "lists.yaml"})


def test_a_list_of_the_settings_has_a_file_and_is_told_of_when_it_is_renamed(tmp_path: Path) -> None:
    (tmp_path / "ports.txt").write_text("22\n443\n", "utf-8")

    async def steps(editor: Editor) -> None:
        uri = editor.open("a.gsl", "SecurityGroup should have port in $Ports and name in $Potrs")
        found = await editor.diagnostics(uri)
        assert [each.code for each in found] == ["unknown-list"]
        assert "Write `$Ports` instead of `$Potrs`" in [each.title for each in await editor.actions(uri, 0, 55, 55)]
        defined = await editor.client.text_document_definition_async(types.DefinitionParams(*place(uri, 0, 37)))
        assert isinstance(defined, types.Location)
        assert defined.uri == editor.uri("ports.txt")
        await editor.client.text_document_rename_async(types.RenameParams(*place(uri, 0, 37), "Doors"))
        assert [each for each in editor.messages if "settings of the editor" in each]

    editing(tmp_path, _settled(steps), {"lists": {"Ports": "ports.txt"}})


def test_rules_are_symbols(tmp_path: Path) -> None:
    (tmp_path / "a.gsl").write_text(f"{FRONT}{MFA}", "utf-8")
    (tmp_path / "b.gsl").write_text("IamUser where name should not have mfaActive = false exclude name = 'x'", "utf-8")

    async def steps(editor: Editor) -> None:
        uri = editor.open("b.gsl")
        params = types.DocumentSymbolParams(types.TextDocumentIdentifier(uri))
        found = await editor.client.text_document_document_symbol_async(params)
        assert found is not None
        (symbol,) = found
        assert isinstance(symbol, types.DocumentSymbol)
        assert symbol.name == "b"
        assert [each.name for each in symbol.children or []] == ["IamUser", "where", "should not", "exclude"]
        rules = await editor.client.workspace_symbol_async(types.WorkspaceSymbolParams(""))
        assert [each.name for each in rules or []] == ["My.Rule", "b"]
        (rule,) = await editor.client.workspace_symbol_async(types.WorkspaceSymbolParams("mine")) or []
        assert rule.location.uri == editor.uri("a.gsl")
        assert isinstance(rule.location, types.Location)
        assert rule.location.range.start.line == 1

    editing(tmp_path, steps)


# --- the lens


def test_the_lens_counts_verdicts(tmp_path: Path) -> None:
    users(tmp_path)

    async def steps(editor: Editor) -> None:
        uri = editor.open("a.gsl", MFA)
        await editor.counted(uri, "2 fail, 1 pass of 3")
        assert editor.refreshes >= 1
        editor.change(uri, f"{MFA} exclude name = 'bob'")
        assert (await editor.lenses(uri))[0].startswith("2 fail, 1 pass of 3 (before the change")
        await editor.counted(uri, "1 fail, 1 pass, 1 excluded of 3")
        editor.change(uri, "IamUser where mfaActive = true")
        await editor.counted(uri, "1 selected of 3")
        editor.change(uri, "IamRole should have name")
        await editor.counted(uri, "no entity of the type IamRole")
        editor.change(uri, "IamUser should have name in $Nobody")
        await editor.counted(uri, "not run: the named list `$Nobody` was not given")
        editor.change(uri, "IamUser should have (")
        assert await editor.lenses(uri) == []
        users(tmp_path).write_text("[]", "utf-8")
        event = types.FileEvent(editor.uri("users.json"), types.FileChangeType.Changed)
        editor.client.workspace_did_change_watched_files(types.DidChangeWatchedFilesParams([event]))
        editor.change(uri, MFA)
        await editor.counted(uri, "no entity of the type IamUser")

    editing(tmp_path, steps, {"entities": ["users.json"]})


def test_a_client_that_cannot_refresh_waits_for_the_counts(tmp_path: Path) -> None:
    users(tmp_path)

    async def steps(editor: Editor) -> None:
        assert await editor.lenses(editor.open("b.gsl", MFA)) == ["2 fail, 1 pass of 3"]
        assert editor.refreshes == 0

    editing(tmp_path, _settled(steps), {"entities": ["users.json"]}, refresh=False)


def test_without_entities_there_is_no_lens(tmp_path: Path) -> None:
    async def steps(editor: Editor) -> None:
        uri = editor.open("a.gsl", MFA)
        await editor.diagnostics(uri)
        assert await editor.lenses(uri) == []

    editing(tmp_path, steps)


def test_a_lens_that_stopped_says_so_and_typing_goes_on(tmp_path: Path) -> None:
    line = json.dumps(user("a", mfaActive=False, note="x" * 200)) + "\n"
    with (tmp_path / "many.jsonl").open("w", encoding="utf-8") as file:
        for _ in range(100):
            file.write(line * 1000)

    async def steps(editor: Editor) -> None:
        uri = editor.open("a.gsl", MFA)
        await editor.diagnostics(uri)
        began = time.monotonic()
        while "so far: stopped after 0 s" not in "".join(found := await editor.lenses(uri)):
            assert time.monotonic() - began < 30, found
            await asyncio.sleep(0.02)
        assert found[0].split(" of ")[0].endswith("fail, 0 pass")
        assert 0 < int(found[0].split(" fail")[0].replace(",", "")) < 100_000
        editor.change(uri, "List<IamUser> should have items length() > 1")
        await editor.until(lambda: editor.refreshes >= 2)
        assert await editor.lenses(uri) == ["not counted: the entities take longer than 0 s to read"]

    editing(tmp_path, steps, {"entities": ["many.jsonl"], "countSeconds": 0})


def test_typing_is_not_held_up_by_counting(tmp_path: Path) -> None:
    line = json.dumps(user("a", mfaActive=False, note="x" * 200)) + "\n"
    with (tmp_path / "many.jsonl").open("w", encoding="utf-8") as file:
        for _ in range(100):
            file.write(line * 1000)

    async def steps(editor: Editor) -> None:
        uri = editor.open("a.gsl", MFA)
        await editor.diagnostics(uri)
        slowest = 0.0
        for number in range(5):
            editor.change(uri, f"{TYPO} and name != '{number}'")
            began = time.monotonic()
            assert len(await editor.diagnostics(uri)) == 1
            slowest = max(slowest, time.monotonic() - began)
            await asyncio.sleep(0.1)
        assert slowest < 3
        editor.change(uri, "IamUser should have (")
        await editor.diagnostics(uri)

    editing(tmp_path, steps, {"entities": ["many.jsonl"], "countSeconds": 60})


# --- files beside rules


CASES = """\
cases:
  - name: one
    entity: {type: IamUser, id: a, mfaActive: true}
    expect: passed
"""


def test_tests_are_looked_at_and_run_while_they_and_their_rule_are_written(tmp_path: Path) -> None:
    (tmp_path / "a.gsl").write_text(MFA, "utf-8")
    (tmp_path / "a.test.yaml").write_text(CASES, "utf-8")

    async def steps(editor: Editor) -> None:
        uri = editor.open("a.test.yaml", language="yaml")
        assert await editor.diagnostics(uri) == []
        editor.change(uri, CASES.replace("passed", "failed"))
        assert spans(await editor.diagnostics(uri)) == [("unexpected-verdict", 3, 12, 3, 18)]
        editor.change(uri, CASES.replace("passed", "pasd").replace("expect", "'\N{GRINNING FACE}': 1, expect"))
        assert [each.code for each in await editor.diagnostics(uri)] == ["invalid-yaml"]
        editor.change(uri, CASES)
        assert await editor.diagnostics(uri) == []

        async def after(action: Any) -> list[Any]:
            known = len(editor.published)
            action()
            told = await editor.until(lambda: [each for each in editor.published[known:] if each.uri == uri])
            return [each.code for each in told[-1].diagnostics]

        rule = editor.uri("a.gsl")
        await editor.counted(editor.open("a.gsl"), "tests: 1 of 1 as expected")
        editor.change(rule, f"{MFA} and name")
        await editor.counted(rule, "tests: 0 of 1 as expected")
        editor.change(uri, CASES.replace("passed", "failed"))
        await editor.counted(rule, "tests: 1 of 1 as expected")
        editor.change(uri, CASES)
        editor.close(rule)
        assert await after(lambda: editor.open("a.gsl", MFA.replace("true", "false"))) == ["unexpected-verdict"]
        assert await after(lambda: editor.change(rule, "IamUser should have (")) == ["unusable-rule"]
        assert await after(lambda: editor.close(rule)) == []
        (tmp_path / "a.gsl").unlink()
        event = types.FileEvent(rule, types.FileChangeType.Deleted)
        told = types.DidChangeWatchedFilesParams([event])
        assert await after(lambda: editor.client.workspace_did_change_watched_files(told)) == ["no-rule"]
        assert await editor.hover(uri, 0, 1) == ""
        assert await after(lambda: editor.close(uri)) == []
        assert not editor.faults

    editing(tmp_path, steps)


def test_the_lens_follows_tests_that_are_not_open(tmp_path: Path) -> None:
    (tmp_path / "a.gsl").write_text(MFA, "utf-8")
    file = tmp_path / "a.test.yaml"
    file.write_text(CASES, "utf-8")

    async def steps(editor: Editor) -> None:
        rule, uri = editor.open("a.gsl"), editor.open("a.test.yaml", CASES.replace("passed", "failed"), "yaml")
        await editor.counted(rule, "tests: 0 of 1 as expected")
        editor.close(uri)
        await editor.counted(rule, "tests: 1 of 1 as expected")
        file.write_text(CASES.replace("passed", "failed"), "utf-8")

        def told(kind: types.FileChangeType) -> None:
            event = types.DidChangeWatchedFilesParams([types.FileEvent(uri, kind)])
            editor.client.workspace_did_change_watched_files(event)

        told(types.FileChangeType.Changed)
        await editor.counted(rule, "tests: 0 of 1 as expected")
        file.unlink()
        known = editor.refreshes
        told(types.FileChangeType.Deleted)
        await editor.until(lambda: editor.refreshes > known)
        assert await editor.lenses(rule) == []
        assert await editor.diagnostics(editor.open(f"{'x' * 251}.gsl", MFA)) == []
        assert not editor.faults

    editing(tmp_path, steps)


def test_exclusions_and_frameworks_are_found_by_name_option_and_configuration(tmp_path: Path) -> None:
    (tmp_path / "gsl.toml").write_text('[eval]\nexclusions = ["waivers.yaml"]\n', "utf-8")
    wrong = "exclusions: [{rules: x, reason: r, where: name liek 'a'}]"

    async def steps(editor: Editor) -> None:
        (place,) = [("unexpected", 0, 47, 0, 51)]
        for name in ("exclusions.yaml", "waivers.yaml", "given/a.yaml"):
            assert spans(await editor.diagnostics(editor.open(name, wrong, "yaml"))) == [place]
        framework = editor.open("a.framework.yml", "name: N\ncontrols: []\n", "yaml")
        assert [each.code for each in await editor.diagnostics(framework)] == ["invalid-framework"]
        told = await editor.until(lambda: editor.followed.get("textDocument/didOpen"))
        assert told == editor.followed["textDocument/didChange"]
        assert [str(tmp_path / each) for each in ("given/*.yaml", "waivers.yaml")] == told[-2:]
        assert "**/*.test.yaml" in told
        editor.client.workspace_did_change_configuration(types.DidChangeConfigurationParams({"gsl": {}}))
        gone = editor.uri("given/a.yaml")
        await editor.until(lambda: [each for each in editor.published if each.uri == gone and not each.diagnostics])
        await editor.until(lambda: len(editor.followed.get("textDocument/didOpen", told)) == len(told) - 1)
        (tmp_path / "gsl.toml").write_text('[eval]\nexclusions = ["others.yaml"]\n', "utf-8")
        changes = [types.FileEvent(editor.uri("gsl.toml"), types.FileChangeType.Changed)]
        editor.client.workspace_did_change_watched_files(types.DidChangeWatchedFilesParams(changes))
        gone = editor.uri("waivers.yaml")
        await editor.until(lambda: [each for each in editor.published if each.uri == gone and not each.diagnostics])
        others = str(tmp_path / "others.yaml")
        await editor.until(lambda: others in editor.followed.get("textDocument/didOpen", ()))
        assert not editor.faults

    editing(tmp_path, steps, {"exclusions": "given/*.yaml"}, follows=True)


# --- options


def test_options_come_from_the_configuration_too(tmp_path: Path) -> None:
    users(tmp_path)

    async def steps(editor: Editor) -> None:
        uri = editor.open("a.gsl", MFA)
        await editor.counted(uri, "2 fail, 1 pass of 3")
        editor.settings = {"entities": []}
        params = types.DidChangeConfigurationParams({"gsl": {"strict": True}})
        editor.client.workspace_did_change_configuration(params)
        await editor.until(lambda: "GSL401" in [each.code for each in editor.published[-1].diagnostics])
        assert await editor.lenses(uri) == []
        assert not editor.messages

    editing(tmp_path, steps, settings={"entities": ["users.json"], "path": "gsl"})


def test_options_from_the_start_go_before_the_configuration(tmp_path: Path) -> None:
    users(tmp_path)

    async def steps(editor: Editor) -> None:
        await editor.counted(editor.open("a.gsl", MFA), "2 fail, 1 pass of 3")

    editing(tmp_path, steps, {"entities": ["users.json"]}, settings={"entities": ["nope.json"]})


def test_wrong_options_are_told_once_and_the_others_count(tmp_path: Path) -> None:
    users(tmp_path)

    async def steps(editor: Editor) -> None:
        await editor.counted(editor.open("a.gsl", MFA), "2 fail, 1 pass of 3")
        assert sorted(editor.messages) == [
            "gsl: `strict` must be true or false",
            "gsl: there is no option `entites`; did you mean `entities`?",
        ]

    editing(tmp_path, steps, {"entities": ["users.json"], "entites": 1, "strict": "yes"})


def test_files_that_are_not_there_are_told_of(tmp_path: Path) -> None:
    async def steps(editor: Editor) -> None:
        uri = editor.open("a.gsl", TYPO)
        await editor.until(lambda: len(editor.messages) >= 3)
        assert [each.code for each in await editor.diagnostics(uri)] == ["GSL102"]
        assert all(not any(word in each for word in ("Traceback", "Error:")) for each in editor.messages)

    editing(tmp_path, steps, {"entities": ["nope.json"], "schema": "nope.json", "lists": "nope.yaml"})


# --- robustness


def test_hostile_texts_are_answered_and_the_server_lives(tmp_path: Path) -> None:
    texts = [
        "a" * 5_000_000,
        "IamUser should have " + "(" * 200_000,
        "IamUser should have " + "not " * 60_000 + "a",
        "'" * 262_001,
        "\\'" * 100_000,
        "IamUser should have " + " and ".join(["(a = 1 or b != 2)"] * 14_000),
        "---\n" + "a: [" * 50_000,
        "\ud83d\ude00".encode("utf-16", "surrogatepass").decode("utf-16") * 50_000,
        "\x00\x1b[31m\u202e",
    ]

    async def steps(editor: Editor) -> None:
        for number, text in enumerate(texts):
            uri = editor.open(f"{number}.gsl", text)
            for found in (
                editor.hover(uri, 0, 30),
                editor.completion(uri, 0, 30),
                editor.actions(uri, 0, 0, 40),
                editor.lenses(uri),
            ):
                await asyncio.wait_for(found, 30)
            assert len(await editor.diagnostics(uri)) >= (number != 5), number
        (long,) = [each for each in editor.published if each.uri == editor.uri("0.gsl")]
        assert [each.code for each in long.diagnostics] == ["rule-too-long"]
        uri = editor.open("good.gsl", TYPO)
        assert [each.code for each in await editor.diagnostics(uri)] == ["GSL102"]

    assert not editing(tmp_path, steps).faults


@pytest.mark.parametrize(
    "broken", ["features.hover_at", "features.rule_symbol", "lenses.count_verdicts", "features.mends_at"]
)
def test_a_fault_of_one_feature_is_a_line_in_the_log(tmp_path: Path, broken: str) -> None:
    users(tmp_path)
    code = (
        "import sys\n"
        "from gsl.authoring.language_server import features, lenses\n"
        "def boom(*given):\n    print('not of the protocol')\n    raise RuntimeError('boom')\n"
        f"{broken} = boom\n"
        "sys.argv = ['gsl', 'lsp']\n"
        "from gsl.cli.main import run\nrun()"
    )

    async def steps(editor: Editor) -> None:
        uri = editor.open("a.gsl", TYPO)
        await editor.diagnostics(uri)
        await editor.hover(uri, 0, 22)
        await editor.actions(uri, 0, 22, 22)
        await editor.client.text_document_document_symbol_async(
            types.DocumentSymbolParams(types.TextDocumentIdentifier(uri))
        )
        await editor.until(lambda: editor.faults)
        assert set(editor.faults) == {"gsl: error[internal]: RuntimeError: boom"}
        editor.change(uri, MFA)
        assert await editor.diagnostics(uri) == []
        assert not editor.messages

    editing(tmp_path, steps, {"entities": ["users.json"]}, command=("-c", code))


def message(content: dict[str, Any]) -> bytes:
    body = json.dumps({"jsonrpc": "2.0", **content}).encode()
    return b"Content-Length: %d\r\n\r\n%s" % (len(body), body)


HELLO = message({"id": 1, "method": "initialize", "params": {"capabilities": {}, "processId": None, "rootUri": None}})
GOODBYE = message({"id": 9, "method": "shutdown"}) + message({"method": "exit"})


def spoken(data: bytes) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [sys.executable, "-m", "gsl", "lsp"], input=data, capture_output=True, timeout=60, check=False
    )


def read_back(data: bytes) -> list[dict[str, Any]]:
    """The messages in a stream that has nothing else."""
    found = []
    while data:
        head, mark, rest = data.partition(b"\r\n\r\n")
        assert mark
        fields = dict(line.split(b": ") for line in head.split(b"\r\n"))
        length = int(fields[b"Content-Length"])
        found.append(json.loads(rest[:length]))
        data = rest[length:]
    return found


def test_broken_messages_end_nothing_and_show_no_traceback() -> None:
    hover = {"textDocument": {"uri": "file:///a.gsl"}, "position": {"line": 0, "character": 1}}
    item = {"uri": "file:///a.gsl", "languageId": "gsl", "version": 1, "text": MFA}
    done = spoken(
        HELLO
        + message({"method": "initialized", "params": {}})
        + message({"method": "textDocument/didOpen", "params": {"textDocument": 7}})
        + message({"method": "textDocument/didOpen", "params": {"textDocument": item}})
        + b"Content-Length: 9\r\n\r\nnot json!"
        + message({"id": 2, "method": "no/such", "params": {}})
        + message({"id": 3, "method": "textDocument/hover", "params": {"position": "here"}})
        + message({"id": 4, "method": "textDocument/hover", "params": hover})
        + message({"method": "textDocument/didChange", "params": {"textDocument": {"uri": "x", "version": 1}}})
        + GOODBYE
    )
    answers = read_back(done.stdout)
    assert done.returncode == 0
    assert done.stderr == b""
    assert b"Traceback" not in done.stdout
    assert {each["id"] for each in answers if "id" in each} >= {1, 2, 9}


@pytest.mark.parametrize(
    ("data", "code"), [(b"", 1), (HELLO, 1), (HELLO + GOODBYE, 0), (HELLO + message({"method": "exit"}), 1)]
)
def test_exit_codes(data: bytes, code: int) -> None:
    done = spoken(data)
    assert (done.returncode, done.stderr) == (code, b"")
    read_back(done.stdout)


@pytest.mark.skipif(not hasattr(signal, "SIGHUP"), reason="signals of Unix")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_signals_end_it_at_once(number: signal.Signals) -> None:
    with subprocess.Popen(
        [sys.executable, "-m", "gsl", "lsp"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write(HELLO)
        process.stdin.flush()
        assert process.stdout.readline()
        process.send_signal(number)
        assert process.wait(10) == 128 + number
        assert process.stderr is not None
        assert b"Traceback" not in process.stderr.read()


def test_without_the_library_it_says_how_to_get_it(tmp_path: Path) -> None:
    code = (
        "import importlib.util, sys\n"
        "find = importlib.util.find_spec\n"
        "importlib.util.find_spec = lambda name, *more: None if name == 'pygls' else find(name, *more)\n"
        "sys.argv = ['gsl', 'lsp']\n"
        "from gsl.cli.main import run\nrun()"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == "error: the language server needs pygls: pip install 'gsl-engine[lsp]'\n"


def test_other_commands_do_not_load_it(tmp_path: Path) -> None:
    code = "import sys, gsl.cli.group, gsl.cli.check, gsl.cli.lsp; sys.exit('pygls' in sys.modules or 'lsprotocol' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], env={**os.environ}, timeout=60, check=False).returncode == 0

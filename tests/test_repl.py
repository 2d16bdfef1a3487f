"""`gsl repl` as people use it: through a pipe, and before a terminal."""

from __future__ import annotations

import json
import signal
import stat
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from gsl.authoring.trying.commands import COMMANDS, MOST_LINES, reply_to
from gsl.authoring.trying.lines import is_unfinished
from gsl.authoring.trying.session import Session
from gsl.cli import history
from gsl.cli.prompting import choices, styled
from gsl.errors import UsageError
from gsl.ruleset.options import options_of
from tests.bounds import within
from tests.support import Ran, gsl, user, write_json
from tests.terminal import CTRL_C, CTRL_D, DOWN, ENTER, TAB, UP, Terminal

USERS = [
    user("ann", mfaActive=True, createDate="2024-05-20T00:00:00Z", firstAccessKey={"lastRotated": "2024-05-01"}),
    user("bob", mfaActive=False, createDate="2023-01-01T00:00:00Z", groups=[{"name": "ops"}, {"name": "dev"}]),
    user("eve", createDate="2024-05-31T00:00:00Z", apiKey="hunter2-hunter2", note="it is hunter2-hunter2"),
    {"type": "Room", "id": "r1", "name": "den", "accountNumber": "1"},
]
NO_TOOLKIT = "import sys; sys.modules['prompt_toolkit'] = None; from gsl.cli.main import run; run()"


@pytest.fixture
def users(tmp_path: Path) -> Path:
    return write_json(tmp_path / "users.json", USERS)


@pytest.fixture
def session(users: Path) -> Session:
    made = Session(options_of("2024-06-01"))
    made.load(str(users))
    return made


def said(session: Session, line: str) -> str:
    reply = reply_to(session, line)
    assert not reply.wrong, reply.text
    return reply.text


def refused(session: Session, line: str) -> str:
    reply = reply_to(session, line)
    assert reply.wrong
    return reply.text


def piped(users: Path, *lines: str) -> Ran:
    return gsl("repl", users, "--now", "2024-06-01", stdin="".join(f"{line}\n" for line in lines))


# --- what is answered


def test_a_condition_selects_entities_and_says_why(session: Session) -> None:
    assert said(session, "mfaActive = false") == (
        "1 selected of 3 IamUser entities\n  1   SELECTED  bob\n        mfaActive = false  <- mfaActive: false\n"
    )


def test_a_rule_counts_verdicts_and_lists_what_failed(session: Session) -> None:
    text = said(session, "IamUser where createDate before(-5, 'days') should have mfaActive = true exclude name = 'x'")
    assert text == (
        "3 IamUser entities: 1 failed, 1 passed, 1 not relevant\n"
        "  1   FAILED  bob\n        mfaActive = true  <- mfaActive: false\n"
    )


def test_a_rule_makes_its_type_the_one_at_hand(session: Session) -> None:
    said(session, "Room should have name = 'den'")
    assert said(session, "name = 'den'").startswith("1 selected of 1 Room entity")
    assert said(session, "IamUser") == "IamUser: 3 entities at hand\n"
    assert said(session, "name = 'den'").startswith("0 selected of 3 IamUser entities")


def test_a_value_is_shown_of_each_entity(session: Session) -> None:
    assert said(session, "firstAccessKey.lastRotated") == (
        "  1   ann  '2024-05-01'\n  2   bob  missing\n  3   eve  missing\n"
        "3 IamUser entities: missing 2 times, '2024-05-01' 1 times\n"
    )
    assert """bob  [{"name": "ops"}, {"name": "dev"}]""" in said(session, "groups")
    assert "bob  2" in said(session, "groups length()")
    assert """bob  [{"name": "dev"}]""" in said(session, "groups with [name = 'dev']")
    assert "1 selected" in said(session, "groups contain [name = 'dev']")


def test_a_list_rule_is_asked_of_accounts(session: Session) -> None:
    text = said(session, "List<IamUser> should have items length() > 5")
    assert text.startswith("2 accounts: 2 failed, 0 passed\n  1   FAILED  111122223333\n")
    assert "items" in said(session, ".explain 1")
    assert "items" in said(session, ".explain 111122223333")


def test_look_ups_see_all_entities(session: Session) -> None:
    room = {"type": "Room", "id": "r2", "name": "hall", "accountNumber": USERS[0]["accountNumber"]}
    file = Path(session.entities[0].file or "").with_name("more.json")
    write_json(file, [room])
    assert said(session, f".load {file}") == f"1 entity from {file}\n"
    assert said(session, "getResource('Room', 'hall', 'name') getValue('id') = 'r2'").startswith("3 selected")
    assert "'r2'" in said(session, ".explain ann")


def test_what_could_not_be_collected_is_an_error_of_its_own(session: Session, tmp_path: Path) -> None:
    gap = user("kim", _errors=[{"path": "mfaActive", "operation": "iam:X", "code": "AccessDenied", "message": "no"}])
    said(session, f".load {write_json(tmp_path / 'kim.json', [gap])}")
    assert "1 selected of 4 IamUser entities, 1 unknown" in said(session, "mfaActive = true")
    text = said(session, "IamUser should have mfaActive = true")
    assert text.startswith("4 IamUser entities: 2 failed, 1 error, 1 passed\n")
    assert "not collected (iam:X AccessDenied)" in text
    assert "not collected (iam:X AccessDenied)" in said(session, "mfaActive")


def test_secrets_are_masked_everywhere(session: Session) -> None:
    lines = ["apiKey", "note", "apiKey = 'x'", ".show eve", "IamUser should have apiKey = 'x'", ".explain eve"]
    lines += ["apiKey split('-')", "note split('-')", "IamUser should not have note like '%er2%'", ".explain eve"]
    for line in lines:
        assert "hunter2" not in said(session, line), line
    assert '"apiKey": "<masked>"' in said(session, ".show eve")


def test_nothing_of_an_entity_drives_the_terminal(tmp_path: Path) -> None:
    evil = "a\x1b[2J\x07\u202eb\n"
    made = Session(options_of("2024-06-01"))
    made.load(str(write_json(tmp_path / "evil.json", [{"type": "T", "id": evil, "name": evil, evil: evil}])))
    for line in ["name", "name = 'x'", "T should fail", ".show 1", ".explain 1", ".types", f".load {evil}", f"x{evil}"]:
        text = reply_to(made, line).text
        assert all(character.isprintable() or character == "\n" for character in text), (line, text)


def test_answers_are_bounded(tmp_path: Path) -> None:
    big: dict[str, Any] = {
        "type": "T",
        "id": "t",
        "name": "n" * 5000,
        "list": list(range(30_000)),
        "text": "x" * 100_000,
    }
    big |= {f"key{number}": {"a": [{"b": "c" * 300}] * 20} for number in range(1000)}
    made = Session(options_of("2024-06-01"))
    made.load(str(write_json(tmp_path / "big.json", [big, *[{"type": "T", "id": f"t{n}"} for n in range(3000)]])))
    for line in ["list", "text", ".show 1", "T should fail", "list contain [$ < 5]", ".explain t", ".types"]:
        text = said(made, line)
        assert len(text.splitlines()) <= MOST_LINES + 1
        assert max(map(len, text.splitlines())) <= 300
    assert "and 2,996 more" in said(made, "T should fail")
    assert said(made, ".limit 2") == "answers list up to 2 entities\n"
    assert "and 2,999 more" in said(made, "T should fail")


def test_an_unknown_property_is_told_with_the_nearest(session: Session) -> None:
    assert "did you mean `mfaActive`?" in said(session, "mfaActiv = true")


@pytest.mark.parametrize(
    ("line", "column", "code"),
    [
        ("mfaActive =", 12, "unexpected-end"),
        ("mfaActive = true and (", 22, "unclosed-bracket"),
        ("name foo bar", 6, "unexpected"),
        ("mfaActive = true\n  and name nope()", 12, "unknown-function"),
        ("IamUser should have name lik 'x'", 26, "unexpected"),
        ("1 = 1", 1, "always-true"),
    ],
)
def test_what_is_wrong_stands_under_the_caret(session: Session, line: str, column: int, code: str) -> None:
    text = refused(session, line)
    number = line.count("\n") + 1
    assert text.startswith(f"line:{number}:{column}: error[{code}]: ")
    shown, caret = text.rstrip("\n").split("\n")[-2:]
    assert shown.endswith(line.rsplit("\n", maxsplit=1)[-1].rstrip())
    assert caret.index("^") - caret.index("|") - 2 == column - 1


def test_commands(session: Session, users: Path) -> None:
    assert said(session, ".types") == "* 3  IamUser\n  1  Room\n"
    assert said(session, ".type Room") == "Room: 1 entity at hand\n"
    assert said(session, ".type S3Bucket") == "S3Bucket: 0 entities at hand\n"
    assert "did you mean `Room`" in refused(session, ".type Roomm")
    assert said(session, ".now") == "now is 2024-06-01T00:00:00Z\n"
    said(session, "IamUser where createDate before(-1, 'days')")
    assert len(session.listed) == 2
    assert said(session, ".now 2024-06-05") == "now is 2024-06-05T00:00:00Z\n"
    said(session, "IamUser where createDate before(-1, 'days')")
    assert len(session.listed) == 3
    assert refused(session, ".now never")
    assert json.loads(said(session, ".show 2"))["name"] == "bob"
    assert json.loads(said(session, ".show eve"))["name"] == "eve"
    assert "IamUser ann  SELECTED" in said(session, ".explain 1")
    assert "neither a number" in refused(session, ".show 9")
    assert "did you mean `.types`?" in refused(session, ".typs")
    assert "no such file" in refused(session, ".load nowhere.json")
    assert reply_to(session, ".quit").ends
    assert "did you mean `.quit`" in refused(session, "exit")
    for name, command in COMMANDS.items():
        assert command.doc in said(session, ".help")
        assert command.doc in said(session, f".help {name}")


def test_an_entity_that_was_not_listed_is_explained_by_its_name(session: Session) -> None:
    said(session, "IamUser should have mfaActive = true")
    assert "IamUser ann  PASSED" in said(session, ".explain ann")


def test_without_a_type_a_condition_is_refused() -> None:
    made = Session(options_of("2024-06-01"))
    assert "no entity type is chosen" in refused(made, "name = 'x'")
    assert "nothing is listed yet" in refused(made, ".show")
    with pytest.raises(UsageError, match="standard input"):
        made.load("-")


def test_hostile_lines_take_bounded_time(session: Session) -> None:
    with within(20):
        for line in [
            "(" * 300_000,
            "a" * 300_000,
            "not " * 100_000,
            "'" * 99_999,
            ".help " + "x" * 100_000,
            "[" * 9999,
        ]:
            text = refused(session, line)
            assert len(text) < 2000
            is_unfinished(line)
            styled(line[:50_000])


def test_a_line_goes_on_while_a_bracket_is_open() -> None:
    assert is_unfinished("groups contain [ name = 'x'")
    assert is_unfinished("(a = 1 and\n b = 2")
    assert not is_unfinished("a = ')' and (b = 1)")
    assert not is_unfinished("a = 'it is open")
    assert not is_unfinished("a = 1)")


# --- completion at the prompt


def offered(session: Session, text: str) -> list[str]:
    return [each for each, *_ in choices(session, text, len(text))]


def test_completion_knows_the_entities_and_the_commands(session: Session) -> None:
    assert offered(session, "mfaA") == ["mfaActive"]
    assert offered(session, "firstAccessKey.lastR") == ["lastRotated"]
    assert offered(session, "apiK") == ["apiKey"]
    assert "hunter2" not in repr(list(choices(session, "apiKey = ", 9)))
    assert offered(session, ".ty") == [".types", ".type"]
    assert offered(session, ".type Roo") == ["Room"]
    assert next(iter(choices(session, "mfaA", 4)))[1] == -4
    assert offered(session, ".show 1") == []


def test_colours_keep_the_text() -> None:
    text = "IamUser where name = 'a\nb' # or\nshould have x > 3"
    assert "\n".join("".join(piece for _, piece in line) for line in styled(text)) == text
    assert ("ansiblue", "where") in styled(text)[0]


# --- the page about it

PAGE = Path(__file__).parent.parent / "docs" / "repl.md"


def test_the_session_on_the_page_is_real() -> None:
    shown = PAGE.read_text("utf-8").partition("```text\n")[2].partition("```")[0]
    command, loaded, *rest = shown.splitlines()
    assert command.startswith("$ gsl repl docs/examples/users.json --now ")
    made = Session(options_of(command.split()[-1]))
    made.load(str(PAGE.parent / "examples" / "users.json"))
    assert loaded == f"{len(made.entities)} entities from docs/examples/users.json"
    mark = "IamUser> "
    lines = [line.removeprefix(mark) for line in rest if line.startswith(mark)]
    assert len(lines) > 5
    told = "".join(f"{mark}{line}\n{reply_to(made, line).text}" for line in lines)
    assert told == "\n".join(rest) + "\n"


def test_the_page_tells_of_every_command() -> None:
    page = PAGE.read_text("utf-8")
    assert all(f"| `{command.usage}` |" in page for command in COMMANDS.values())


# --- through a pipe


def test_piped_lines_are_answered_without_a_prompt(users: Path) -> None:
    ran = piped(users, "mfaActive = false", "", "# nothing", "groups contain [", "  name = 'ops'", "]")
    assert (ran.code, ran.err) == (0, "")
    assert ran.out == (
        "1 selected of 3 IamUser entities\n  1   SELECTED  bob\n        mfaActive = false  <- mfaActive: false\n"
        "1 selected of 3 IamUser entities\n  1   SELECTED  bob\n        name = 'ops'  <- groups[0].name: 'ops'\n"
    )


def test_a_piped_error_goes_to_standard_error_and_the_rest_goes_on(users: Path) -> None:
    ran = piped(users, "mfaActive = = 1", ".types", ".quit", "name")
    assert ran.code == 2
    assert ran.out == "* 3  IamUser\n  1  Room\n"
    assert ran.err.startswith("line:1:13: error[")
    assert "Traceback" not in ran.err


def test_entity_files_that_cannot_be_read_are_an_error(users: Path) -> None:
    ran = gsl("repl", users.with_name("nowhere.json"), stdin="")
    assert ran.code == 2
    assert "no-such-file" in ran.err
    assert gsl("repl", "-", stdin="").code == 2
    assert gsl("repl", users, stdin=b"\xff\xfe\n\x00\n").code == 2
    assert gsl("repl", users, stdin="name = '" + "x" * 3_000_000 + "'\nname\n").out.count("'ann'") == 1


def test_named_lists_and_cases(users: Path, tmp_path: Path) -> None:
    names = write_json(tmp_path / "names.json", ["ANN"])
    ran = gsl("repl", users, "--list", f"Names={names}", stdin="name in $Names\n")
    assert ran.out.startswith("1 selected")
    ran = gsl("repl", users, "--list", f"Names={names}", "--case-sensitive", stdin="name in $Names\n")
    assert ran.out.startswith("0 selected")
    ran = gsl("repl", users, stdin="name in $Names\n")
    assert (ran.code, ran.out) == (2, "")
    assert "Names" in ran.err


def test_nothing_heavy_is_loaded_for_the_help() -> None:
    script = "import sys; from gsl.cli.main import run\ntry: run()\nexcept SystemExit: pass\n"
    done = subprocess.run(
        [sys.executable, "-X", "importtime", "-c", script, "repl", "--help"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert "Ask for expressions" in done.stdout
    assert "prompt_toolkit" not in done.stderr


# --- before a terminal


def ended(terminal: Terminal) -> None:
    """Ctrl-D at the prompt ends the session, and nothing went wrong in it."""
    terminal.type(CTRL_D)
    assert terminal.wait_for_end() == 0
    assert "Traceback" not in terminal.everything


def test_a_conversation(users: Path) -> None:
    with Terminal("repl", users, "--now", "2024-06-01") as terminal:
        terminal.wait_for("IamUser>")
        assert "1 selected of 3" in terminal.answers("mfaActive = false", "mfaActive: false")
        terminal.type("groups contain [" + ENTER)
        terminal.wait_for("........")
        terminal.answers("name = 'dev' ]", "groups[1].name: 'dev'")
        terminal.answers(".types", "1  Room")
        terminal.answers("name foo bar", "error[unexpected]")
        terminal.answers("Room", "1 entity at hand", prompt="Room>")
        ended(terminal)


def test_tab_completes_properties_functions_and_units(users: Path) -> None:
    with Terminal("repl", users, "--now", "2024-06-01") as terminal:
        terminal.wait_for("IamUser>")
        terminal.type("createD" + TAB)
        terminal.wait_for("createDate")
        terminal.type(" bef" + TAB)
        terminal.wait_for("before(")
        terminal.type("-1, 'mo" + TAB)
        terminal.wait_for("months'")
        terminal.answers(")", "createDate before(-1, 'months')  <- createDate: '2023-01-01T00:00:00Z'")
        ended(terminal)


def test_tab_lists_several_with_their_meaning_and_enter_takes_the_chosen_one(users: Path) -> None:
    with Terminal("repl", users) as terminal:
        terminal.wait_for("IamUser>")
        terminal.type("mfa" + TAB)
        assert "mfaActive" in terminal.wait_for("MFA device")
        terminal.type(TAB)
        terminal.wait_for("mfaActive")
        terminal.type(ENTER)
        terminal.answers(" = true", "mfaActive: true")
        ended(terminal)


def test_arrows_bring_lines_back_also_in_the_next_session(users: Path, tmp_path: Path) -> None:
    kept = tmp_path / "state" / "history"
    with Terminal("repl", users, GSL_HISTORY=str(kept)) as terminal:
        terminal.wait_for("IamUser>")
        terminal.answers("name = 'ann'", "name: 'ann'")
        terminal.answers("name = 'bob'", "name: 'bob'")
        terminal.answers(UP + UP + DOWN + UP, "name: 'ann'")
        ended(terminal)
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    assert kept.read_text("utf-8").count("name = 'bob'") == 1
    with Terminal("repl", users, GSL_HISTORY=str(kept)) as terminal:
        terminal.wait_for("IamUser>")
        terminal.answers(UP + UP, "name: 'bob'")
        ended(terminal)


def test_history_is_kept_unless_switched_off(users: Path, tmp_path: Path) -> None:
    place = tmp_path / "state" / "gsl" / "history"
    for switched_off in (True, False):
        name = "" if switched_off else str(place)
        with Terminal("repl", users, GSL_HISTORY=name, XDG_STATE_HOME=str(tmp_path / "state")) as terminal:
            terminal.wait_for("IamUser>")
            terminal.answers("name", "3 IamUser entities")
            ended(terminal)
        assert place.exists() != switched_off


def test_ctrl_c_gives_a_line_up(users: Path) -> None:
    with Terminal("repl", users) as terminal:
        terminal.wait_for("IamUser>")
        terminal.type("name = 'an")
        terminal.wait_for("'an")
        terminal.type(CTRL_C)
        terminal.wait_for("\nIamUser>")
        terminal.type("groups contain [" + ENTER)
        terminal.wait_for("........")
        terminal.type(CTRL_C)
        terminal.wait_for("\nIamUser>")
        terminal.answers(".now", "now is 2")
        terminal.type(".quit" + ENTER)
        assert terminal.wait_for_end() == 0


def test_the_history_is_a_private_file_of_bounded_length(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(history.VARIABLE, raising=False)
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    monkeypatch.setenv("HOME", str(tmp_path))
    file = history.history_file()
    assert file is not None
    assert file.is_relative_to(tmp_path)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    entry = "\n# 2024-06-01 00:00:00\n+name = 'ann'\n"
    file.write_text(entry * (history.LONGEST // len(entry) + 1), "utf-8")
    file.chmod(0o644)
    assert history.history_file() == file
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert file.stat().st_size <= history.LONGEST // 4
    assert file.read_text("utf-8").startswith(entry)
    monkeypatch.setenv(history.VARIABLE, "")
    assert history.history_file() is None
    (tmp_path / "link").symlink_to(file)
    for place in (tmp_path, file / "below", tmp_path / "link"):
        monkeypatch.setenv(history.VARIABLE, str(place))
        assert history.history_file() is None


@pytest.fixture
def endless(tmp_path: Path) -> Path:
    rows: list[dict[str, Any]] = [{"type": "T", "id": f"t{n}", "a": list(range(1500))} for n in range(400)]
    return write_json(tmp_path / "endless.json", rows)


ENDLESS = "a contain [ ^.a contain [ $ = -1 or $ = ^.^.x ] ]"


def test_ctrl_c_gives_an_evaluation_up(endless: Path) -> None:
    with Terminal("repl", endless) as terminal:
        terminal.wait_for("T>")
        terminal.type(ENDLESS + ENTER)
        terminal.wait_for("]\n")
        time.sleep(1)
        assert "selected" not in terminal.everything
        terminal.type(CTRL_C)
        terminal.wait_for("interrupted")
        terminal.wait_for("T>")
        terminal.answers("a length() = 1500", "400 selected", prompt="T>")
        ended(terminal)


def test_sigterm_ends_it_in_order(users: Path) -> None:
    with Terminal("repl", users) as terminal:
        terminal.wait_for("IamUser>")
        terminal.process.send_signal(signal.SIGTERM)
        assert terminal.wait_for_end() == 143
        assert "Traceback" not in terminal.everything


def test_bytes_that_are_no_text_do_no_harm(users: Path, tmp_path: Path) -> None:
    with Terminal("repl", users, GSL_HISTORY=str(tmp_path / "history")) as terminal:
        terminal.wait_for("IamUser>")
        terminal.type(b"na\xff\xfeme" + ENTER.encode())
        terminal.wait_for("error[")
        terminal.wait_for("IamUser>")
        terminal.answers("name", "'ann'")
        ended(terminal)


def test_without_prompt_toolkit_it_asks_plainly(users: Path) -> None:
    with Terminal("repl", users, program=[sys.executable, "-c", NO_TOOLKIT]) as terminal:
        assert "pip install 'gsl-engine[repl]'" in terminal.wait_for("IamUser>")
        terminal.type("groups contain [\n")
        terminal.wait_for("........")
        terminal.type("name = 'dev' ]\n")
        terminal.wait_for("groups[1].name: 'dev'")
        terminal.wait_for("IamUser>")
        terminal.type("name = ")
        terminal.wait_for("name = ")
        time.sleep(0.5)  # Python misses a signal that comes while readline still takes keys in
        terminal.type(CTRL_C)
        terminal.wait_for("IamUser>")
        terminal.type(CTRL_D)
        assert terminal.wait_for_end() == 0
        assert "Traceback" not in terminal.everything

"""`gsl fmt` as a user runs it: files, folders, standard input, and what is left alone."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from gsl.authoring.formatting import Outcome, format_files, format_text, write_outcome
from gsl.errors import InputError
from tests.support import gsl

WILD = "T   should have a=1"
TIDY = "T should have a = 1\n"
BROKEN = "T should have (a = 1"


@pytest.fixture
def rules(tmp_path: Path) -> Path:
    """A folder with a rule that changes, one below that does not, and what is none."""
    (tmp_path / "below").mkdir()
    (tmp_path / "wild.gsl").write_text(WILD)
    (tmp_path / "below" / "tidy.gsl").write_text(TIDY)
    (tmp_path / "below" / "other.txt").write_text(WILD)
    (tmp_path / ".hidden.gsl").write_text(WILD)
    return tmp_path


def test_a_folder_is_put_into_the_layout(rules: Path) -> None:
    ran = gsl("fmt", ".", folder=rules)
    assert (ran.code, ran.out, ran.err) == (0, "changed  wild.gsl\n2 files: 1 changed.\n", "")
    assert (rules / "wild.gsl").read_text() == TIDY
    assert (rules / "below" / "other.txt").read_text() == WILD
    assert (rules / ".hidden.gsl").read_text() == WILD
    assert gsl("fmt", ".", folder=rules).out == "2 files: 0 changed.\n"
    assert gsl("fmt", ".", "--quiet", folder=rules).out == ""


def test_check_names_what_would_change_and_changes_nothing(rules: Path) -> None:
    ran = gsl("fmt", "--check", "wild.gsl", "below", folder=rules)
    assert (ran.code, ran.out) == (1, "would change  wild.gsl\n2 files: 1 would change.\n")
    assert (rules / "wild.gsl").read_text() == WILD
    assert gsl("fmt", "--check", "below", folder=rules).code == 0


def test_diff_shows_what_would_change(rules: Path) -> None:
    ran = gsl("fmt", "--diff", ".", folder=rules)
    assert ran.code == 0
    assert ran.out.splitlines() == [
        "--- wild.gsl",
        "+++ wild.gsl",
        "@@ -1 +1 @@",
        f"-{WILD}",
        "\\ No newline at end of file",
        f"+{TIDY.strip()}",
    ]
    assert ran.err == "2 files: 1 would change.\n"
    assert (rules / "wild.gsl").read_text() == WILD
    assert gsl("fmt", "--diff", "--check", ".", folder=rules).code == 1


def test_standard_input_goes_to_standard_output() -> None:
    ran = gsl("fmt", "-", stdin=f"\ufeff# é\r\n{WILD}\r\n")
    assert (ran.code, ran.out, ran.err) == (0, f"# é\n{TIDY}", "")
    assert gsl("fmt", "-", stdin=TIDY).out == TIDY
    assert gsl("fmt", "-", "--check", stdin=TIDY).code == 0
    ran = gsl("fmt", "-", "--check", stdin=WILD)
    assert (ran.code, ran.out) == (1, "would change  <stdin>\n")
    assert gsl("fmt", "-", "--diff", stdin=WILD).out.startswith("--- <stdin>\n+++ <stdin>\n@@")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (BROKEN, "<stdin>:1:15: error[unclosed-bracket]"),
        (b"\xff", "error[invalid-encoding]"),
        ("", "error[empty-rule]"),
        (f"---\nseverty: high\n---\n{WILD}", "did you mean `severity`?"),
        (f"---\nid: x\nid: y\n---\n{WILD}", "<stdin>:3:1: error[front-matter]"),
    ],
)
def test_standard_input_with_an_error(text: str | bytes, message: str) -> None:
    ran = gsl("fmt", "-", stdin=text)
    assert (ran.code, ran.out) == (2, "")
    assert message in ran.err


def test_a_file_with_an_error_is_left_alone_and_the_others_are_formatted(rules: Path) -> None:
    (rules / "broken.gsl").write_text(BROKEN)
    (rules / "front.gsl").write_text(f"---\nseverity: grave\n---\n{WILD}")
    ran = gsl("fmt", ".", folder=rules)
    assert ran.code == 2
    assert ran.out == "changed  wild.gsl\n4 files: 1 changed, 2 left as they are because of errors.\n"
    assert (
        f"broken.gsl:1:15: error[unclosed-bracket]: `(` is never closed; add the matching bracket\n  1 | {BROKEN}\n"
        in (ran.err)
    )
    assert ran.err.count("error[") == 2
    assert "front.gsl:2:1: error[metadata-value]" in ran.err
    assert (rules / "broken.gsl").read_text() == BROKEN
    assert (rules / "wild.gsl").read_text() == TIDY
    assert gsl("fmt", "--check", "broken.gsl", folder=rules).code == 2


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("nowhere.gsl",), "nowhere.gsl: error[no-such-file]"),
        (("below/other.txt",), "below/other.txt: error[no-rule-file]"),
        (("-", "wild.gsl"), "stands alone"),
        ((), "PATH"),
    ],
)
def test_arguments_that_name_no_rules(rules: Path, arguments: tuple[str, ...], message: str) -> None:
    ran = gsl("fmt", *arguments, folder=rules)
    assert ran.code == 2
    assert message in ran.err


def test_a_folder_without_rules_is_an_error(tmp_path: Path) -> None:
    ran = gsl("fmt", tmp_path)
    assert (ran.code, ran.err) == (2, "error[no-rules]: no rule file was found\n")


def test_a_rule_that_makes_no_sense_is_formatted_all_the_same() -> None:
    assert format_text("T should have a  nope( )") == "T should have a nope()\n"
    assert format_text("T should have a ISEMPTY()") == "T should have a isEmpty()\n"


def test_a_file_named_twice_counts_once(rules: Path) -> None:
    (rules / "link.gsl").symlink_to(rules / "wild.gsl")
    found = list(format_files([rules, rules / "wild.gsl", rules / "below"]))
    assert len(found) == 2


def test_writing_keeps_the_mode_and_follows_links(rules: Path) -> None:
    (rules / "wild.gsl").chmod(0o640)
    (rules / "link.gsl").symlink_to("wild.gsl")
    assert gsl("fmt", "link.gsl", folder=rules).code == 0
    assert (rules / "link.gsl").is_symlink()
    assert (rules / "wild.gsl").read_text() == TIDY
    assert (rules / "wild.gsl").stat().st_mode & 0o777 == 0o640


def test_a_file_that_is_in_the_layout_is_not_touched(rules: Path) -> None:
    tidy = rules / "below" / "tidy.gsl"
    before = tidy.stat()
    gsl("fmt", ".", folder=rules)
    assert (tidy.stat().st_ino, tidy.stat().st_mtime_ns) == (before.st_ino, before.st_mtime_ns)


def test_a_file_is_replaced_whole_or_not_at_all(rules: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = rules / "wild.gsl"

    def refuse(*_: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(os, "replace", refuse)
        with pytest.raises(InputError, match="No space left"):
            write_outcome(Outcome(file, WILD, TIDY))
    assert file.read_text() == WILD
    assert sorted(each.name for each in rules.iterdir()) == [".hidden.gsl", "below", "wild.gsl"]


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root can write everywhere")
def test_a_folder_that_cannot_be_written(rules: Path) -> None:
    rules.chmod(0o500)
    try:
        ran = gsl("fmt", "wild.gsl", folder=rules)
    finally:
        rules.chmod(0o700)
    assert ran.code == 2
    assert "error[unwritable-file]" in ran.err


def test_a_bundled_rule_keeps_its_long_front_matter() -> None:
    front = '---\nseverity: low\nid: "X"\ntitle: &t >-\n  a\n\n\n  b\nreferences: [a,\n\n# inside\n b]\n\n---\n'
    ordered = '---\nid: "X"\ntitle: &t >-\n  a\n\n\n  b\nseverity: low\nreferences: [a,\n\n# inside\n b]\n---\n'
    assert format_text(front + WILD) == ordered + TIDY


def test_strange_front_matter_never_changes_its_values() -> None:
    keep = "---\ntitle: |+\n  x\n\n\nid: y\n---\n"
    assert format_text(keep + WILD) == "---\nid: y\ntitle: |+\n  x\n---\n" + TIDY
    merged = "---\n<<: {id: x}\n---\n"
    assert format_text(merged + WILD) == merged + TIDY
    spaces = "---\ntitle: x\nid: y\ndescription: |\n  a\n     \n  b\n---\n"
    assert "\n  a\n     \n  b\n---\n" in format_text(spaces + WILD)
    tagged = "---\n!!map\ntitle: x\nid: y\n---\n"
    assert format_text(tagged + WILD) == tagged + TIDY

"""Reports never take the place of what a run reads, nor lie where the next run would read them."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from gsl.cli.group import cli
from tests.support import user, write_json

RULE = "---\nid: mfa\n---\nIamUser should have mfaActive = true\n"
EXCLUSIONS = "exclusions: [{rules: mfa, reason: known, where: name in $Known}]\n"
FILES = ("rules/mfa.gsl", "entities/users.json", "exclusions.yaml", "known.txt", "old.json", "credential_report.csv")


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    for folder in ("rules", "entities"):
        (tmp_path / folder).mkdir()
    Path("rules/mfa.gsl").write_text(RULE, "utf-8")
    Path("exclusions.yaml").write_text(EXCLUSIONS, "utf-8")
    Path("known.txt").write_text("ann\n", "utf-8")
    write_json(Path("entities/users.json"), [user("bob", mfaActive=False), user("ann", mfaActive=False)])
    Path("link.json").symlink_to("entities/users.json")
    assert evaluated("--write-baseline", "old.json") == (1, "")
    return tmp_path


def evaluated(*options: str, rules: str = "rules", entities: str = "entities") -> tuple[int, str]:
    given = ("--exclusions", "exclusions.yaml", "--list", "Known=known.txt", "-q")
    ran = CliRunner().invoke(cli, ["eval", rules, entities, *given, *options], prog_name="gsl", standalone_mode=False)
    if ran.exception is not None:
        return 2, str(ran.exception)
    return ran.return_value or 0, ""


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["-o", "entities/users.json"], "is a file of the input folder entities"),
        (["-o", "link.json"], "is a file of the input folder entities"),
        (["--report", "json=entities/users.json"], "is a file of the input folder entities"),
        (["--write-baseline", "entities/users.json"], "is a file of the input folder entities"),
        (["-o", "entities/report.json"], "the next run would read it as entities"),
        (["--report", "text=exclusions.yaml"], "exclusions.yaml: this is an input"),
        (["-o", "known.txt"], "known.txt: this is an input"),
        (["--report", "html=rules/mfa.gsl"], "the rules are read from here"),
        (["--baseline", "old.json", "--report", "csv=old.json"], "old.json: this is an input"),
        (["-o", "new.json", "--report", "csv=sub/../new.json"], "two reports would be written to this file"),
        (["-o", "new.json", "--report", "csv=new-link.json"], "two reports would be written to this file"),
    ],
)
def test_what_is_read_is_not_written_to(here: Path, options: list[str], said: str) -> None:
    (here / "sub").mkdir()
    (here / "new-link.json").symlink_to("new.json")
    kept = {name: (here / name).read_bytes() for name in FILES if (here / name).exists()}
    code, message = evaluated(*options)
    assert code == 2
    assert said in message
    assert len(message.splitlines()) == 1
    assert {name: (here / name).read_bytes() for name in kept} == kept
    assert not (here / "new.json").exists()


@pytest.mark.parametrize(
    ("rules", "entities", "output"),
    [
        ("rules/mfa.gsl", "entities", "rules/mfa.gsl"),
        ("rules", "entities/*.json", "entities/users.json"),
        ("rules", "entities/users.json", "link.json"),
        ("rules", ".", "credential_report.csv"),
        ("rules", "entities", "rule-link.csv"),
        ("rules", "entities", "rules/set.json"),
    ],
)
def test_however_it_is_named(here: Path, rules: str, entities: str, output: str) -> None:
    header = "user,arn,user_creation_time\nann,arn:aws:iam::111122223333:user/ann,2024-05-15T08:00:00+00:00\n"
    Path("credential_report.csv").write_text(header, "utf-8")
    Path("rule-link.csv").symlink_to("rules/mfa.gsl")
    Path("rules/set.json").write_text('{"rules": [{"name": "b", "logic": "IamUser should have name"}]}', "utf-8")
    before = Path(output).read_bytes()
    code, message = evaluated("--report", f"csv={output}", rules=rules, entities=entities)
    assert code == 2
    assert "overwrite" in message
    assert Path(output).read_bytes() == before


@pytest.mark.parametrize(
    "options",
    [
        ["--baseline", "old.json", "--write-baseline", "old.json"],
        ["--baseline", "old.json", "-o", "old.json"],
        ["-o", "entities/report.html"],
        ["-o", "entities/findings.csv"],
        ["-o", "rules/report.json"],
        ["-o", "entities.json"],
        ["-o", "entities/../new.json"],
        ["-o", "/dev/null", "--report", "json=/dev/null"],
    ],
)
def test_what_no_run_reads_is_written(here: Path, options: list[str]) -> None:
    for _ in range(2):  # the same call works again
        assert evaluated(*options) == (1, "")


@pytest.mark.parametrize(
    ("entities", "output"),
    [
        ("entities/*.json", "entities/report.json"),
        ("entities/**", "entities/report.json"),
        ("*/*.json", "new-link"),
        ("entities", "new-link"),
        ("entities", "entities/link-out.json"),
    ],
)
def test_what_the_next_run_would_read_is_refused_by_the_first(here: Path, entities: str, output: str) -> None:
    Path("new-link").symlink_to("entities/report.json")
    Path("entities/link-out.json").symlink_to("../elsewhere.html")
    code, message = evaluated("--report", f"json={output}", entities=entities)
    assert code == 2
    assert "the next run would read it as entities: write it elsewhere" in message
    assert not Path(output).exists()


def test_other_commands_spare_rules_too(here: Path) -> None:
    Path("rules/mfa.test.yaml").write_text("cases: [{name: a, entity: {mfaActive: true}, expect: passed}]", "utf-8")
    for file in ("rules/mfa.gsl", "rules/mfa.test.yaml"):
        before = Path(file).read_bytes()
        for command in (["coverage", "rules", "entities"], ["test", "rules"]):
            if command[0] == "test" or file.endswith(".gsl"):
                ran = CliRunner().invoke(cli, [*command, "-o", file], standalone_mode=False)
                assert "the report would overwrite it" in str(ran.exception)
        assert Path(file).read_bytes() == before

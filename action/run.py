"""What the GitHub Action does: install gsl, run it on the inputs, hand on reports, numbers and the exit code.

It needs Python's own library alone. Inputs come as `INPUT_...`, results go to the files that GitHub names.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import secrets
import shlex
import shutil
import subprocess
import sys
import tempfile
import venv
from collections.abc import Sequence
from pathlib import Path
from typing import Any

SOURCE = Path(__file__).resolve().parents[1]
NUMBERS = {
    "failed": "failed",
    "errors": "errors",
    "passed": "passed",
    "excluded": "excluded",
    "notRelevant": "not-relevant",
}
"""Numbers of the report's summary, with the outputs that they become."""

_SUMMARY_ROOM = 1024 * 1024
_HEAD = 64 * 1024


class WrongInput(Exception):
    """An input that cannot be meant, or a place where gsl cannot be installed; the message says what to do."""


def text(name: str) -> str:
    """An input, empty when it was left out."""
    return os.environ.get(f"INPUT_{name.upper().replace('-', '_')}", "").strip()


def lines(name: str) -> list[str]:
    """An input of several lines: each is one value, as it stands."""
    return [line.strip() for line in text(name).split("\n") if line.strip()]


def flag(name: str) -> bool:
    """An input that is true or false."""
    given = text(name) or "false"
    if given not in ("true", "false"):
        raise WrongInput(f"`{name}` is true or false, not `{given}`")
    return given == "true"


def main() -> int:
    """The exit code of gsl; 2 where it could not be run."""
    try:
        code = act()
    except WrongInput as wrong:
        annotate(str(wrong))
        code = 2
    hand_on("GITHUB_OUTPUT", f"exit-code={code}\n")
    return code


def act() -> int:
    """Install gsl, and run it where that is wanted."""
    command = text("command")
    if command not in ("eval", "scan", "install"):
        raise WrongInput(f"`command` is eval, scan or install, not `{command}`")
    arguments = [] if command == "install" else arguments_of(command)
    gsl = installed()
    return 0 if command == "install" else checked(gsl, command, arguments)


def arguments_of(command: str) -> list[str]:
    """What gsl is called with, but for the reports of this action."""
    flags = [f"--{name}" for name in ("strict",) if flag(name)]
    made = [*flags, *compared(), *(f"--exclusions={each}" for each in lines("exclusions"))]
    if text("fail-on"):
        made.append(f"--fail-on={text('fail-on')}")
    made += [f"--report={each}" for each in lines("reports")]
    made += lines("args")
    rules, entities = lines("rules"), lines("entities")
    if command == "scan":
        if entities:
            raise WrongInput(
                "`entities` is for `command: eval`; scan asks AWS, and `args: --entities=FOLDER` keeps them"
            )
        return [*made, *(f"--rules={each}" for each in rules)]
    if len(rules) > 1:
        raise WrongInput(
            "`rules` takes one file, folder, id or pack with `command: eval`; put the rules into one folder"
        )
    if not rules and not any(each.startswith(("-e", "--expression")) for each in made):
        raise WrongInput("`rules` names no rules: a file, a folder, an id or a pack such as cis-aws")
    if not entities:
        raise WrongInput("`entities` names no file; for an AWS account use `command: scan`")
    return [*made, "--", *rules, *entities]


def compared() -> list[str]:
    """The options for a baseline, if there is one yet."""
    baseline, only_new = text("baseline"), flag("fail-on-new")
    if not baseline:
        if only_new:
            raise WrongInput("`fail-on-new` needs `baseline`: the report that tells what is not new")
        return []
    if not Path(baseline).exists():
        annotate(f"{baseline}: there is no such file, so every finding counts as new", "notice")
        return []
    return [f"--baseline={baseline}", *(["--fail-on-new"] if only_new else [])]


def installed() -> str:
    """The command, from a virtual environment that is made once in a job; later steps find it on the path."""
    extras = text("extras")
    if not re.fullmatch(r"(?:[a-z]+(?: *, *[a-z]+)*)?", extras):
        raise WrongInput(f"`extras` are names with commas between them, such as `parquet`, not `{extras}`")
    folder = environment(extras)
    scripts = folder / ("Scripts" if os.name == "nt" else "bin")
    if not (folder / "complete").exists():
        print("::group::Install gsl", flush=True)
        install(folder, scripts, f"{SOURCE}[{extras}]" if extras else str(SOURCE))
        print("::endgroup::", flush=True)
    gsl = shutil.which("gsl", path=str(scripts))
    if gsl is None:
        raise WrongInput(f"{scripts} holds no gsl")
    on_path = folder / "command"  # and nothing else of the environment
    if not on_path.exists():
        on_path.mkdir()
        (shutil.copy if os.name == "nt" else os.symlink)(gsl, on_path / Path(gsl).name)
        hand_on("GITHUB_PATH", f"{on_path}\n")
    return gsl


def environment(extras: str) -> Path:
    """The folder of the virtual environment for this source, these extras and this Python."""
    named = hashlib.sha256(f"{SOURCE}\n{extras}\n{sys.version}".encode()).hexdigest()[:12]
    return temporary() / f"gsl-{named}"


def install(folder: Path, scripts: Path, requirement: str) -> None:
    """Make the virtual environment."""
    try:
        venv.create(folder, with_pip=True, clear=True, symlinks=os.name != "nt")
    except (OSError, subprocess.CalledProcessError) as error:
        told = "put a step with actions/setup-python before this one, or install python3-venv on the runner"
        raise WrongInput(f"Python cannot make virtual environments here: {told} ({error})") from None
    pip = [str(scripts / "python"), "-m", "pip", "--disable-pip-version-check", "--no-input", "install", "--quiet"]
    if subprocess.run([*pip, requirement], stdin=subprocess.DEVNULL, check=False).returncode:
        raise WrongInput("gsl could not be installed: the log says why")
    (folder / "complete").touch()


def checked(gsl: str, command: str, arguments: list[str]) -> int:
    """Run gsl, and hand on what came out."""
    folder = Path(tempfile.mkdtemp(prefix="gsl-report-", dir=temporary()))
    files = {"json": folder / "report.json", "sarif": folder / "gsl.sarif", "markdown": folder / "summary.md"}
    reports = [f"--report={form}={file}" for form, file in files.items()]
    code = shown([gsl, command, *reports, *arguments])
    if not files["json"].exists():
        annotate("there is no report: the log says why")
        return code
    told = "".join(f"{name}={value}\n" for name, value in numbers_of(files["json"]).items())
    hand_on("GITHUB_OUTPUT", f"{told}report={files['json']}\nsarif={files['sarif']}\n")
    if flag("annotations"):
        sys.stdout.flush()
        call = [gsl, "--no-config", "report", str(files["json"]), "--format", "github"]
        subprocess.run(call, stdin=subprocess.DEVNULL, env=unconfigured(), check=False)
    if flag("summary") and files["markdown"].exists():
        summarize(files["markdown"].read_text("utf-8", "replace"))
    return code


def unconfigured() -> dict[str, str]:
    """The environment without options of gsl, which are for the run and not for its annotations."""
    return {name: value for name, value in os.environ.items() if not name.startswith("GSL_")}


def summarize(summary: str) -> None:
    """Put the report on the page of the run, where there is room for it."""
    if len(summary.encode()) <= _SUMMARY_ROOM:
        hand_on("GITHUB_STEP_SUMMARY", summary)
    else:
        annotate("the job summary is left out, as GitHub takes 1 MiB: see the report", "notice")


def shown(call: Sequence[str]) -> int:
    """The exit code of a command, whose output is shown and taken for no commands to the runner."""
    token = secrets.token_hex(16)
    print(f"::stop-commands::{token}\n$ {shlex.join(['gsl', *call[1:]])}", flush=True)
    try:
        # one stream, as the runner reads two of them in no certain order
        return subprocess.run(call, stdin=subprocess.DEVNULL, stderr=subprocess.STDOUT, check=False).returncode
    finally:
        print(f"\n::{token}::", flush=True)


def numbers_of(report: Path) -> dict[str, int]:
    """The numbers of a report, which stand at its beginning however long it is."""
    with report.open(encoding="utf-8") as file:
        head = file.read(_HEAD)
    summary = member(head, "summary")
    found = {output: int(summary[name]) for name, output in NUMBERS.items()}
    comparison = member(head, "comparison")
    return {**found, "new": int(comparison["counts"]["new"])} if comparison else found


def member(head: str, name: str) -> dict[str, Any]:
    """A member of the outermost object of indented JSON, which may be cut off after it."""
    found = re.search(rf'^  "{name}": (?=\{{)', head, re.MULTILINE)
    if found is None:
        return {}
    value: dict[str, Any] = json.JSONDecoder().raw_decode(head, found.end())[0]
    return value


def temporary() -> Path:
    """The folder that the runner empties after each job."""
    return Path(os.environ.get("RUNNER_TEMP") or tempfile.gettempdir())


def hand_on(variable: str, content: str) -> None:
    """Add to one of the files that GitHub reads after the step."""
    if os.environ.get(variable):
        with Path(os.environ[variable]).open("a", encoding="utf-8", newline="\n") as file:
            file.write(content)


def annotate(message: str, level: str = "error") -> None:
    """A message on the page of the run."""
    for mark in "%\r\n":
        message = message.replace(mark, f"%{ord(mark):02X}")
    print(f"::{level} title=gsl::{message}", flush=True)


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(130)

"""The action, the hooks, the image and the recipes: held to the schemas of those who run them, and run as they do."""

from __future__ import annotations

import fnmatch
import importlib.util
import os
import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterable
from pathlib import Path
from types import ModuleType
from typing import Any

import attrs
import pytest
import yaml

ROOT = Path(__file__).resolve().parents[1]
RECIPES = ROOT / "docs" / "examples" / "pipelines"
WORKFLOWS = sorted(RECIPES.glob("github-*.yml"))
BIN = str(Path(sys.executable).parent)
ACTION: dict[str, Any] = yaml.safe_load((ROOT / "action.yml").read_text("utf-8"))
EXCLUSIONS = "exclusions: [{rules: young-access-keys, where: name = 'build-server', reason: By hand}]\n"
pytestmark = pytest.mark.skipif(shutil.which("bash") is None, reason="needs bash")


@attrs.frozen
class Step:
    """What came of a script."""

    code: int
    out: str
    outputs: dict[str, str] = attrs.field(factory=dict)
    summary: str = ""
    path: str = ""


@pytest.fixture
def site(tmp_path: Path) -> Path:
    """A repository with rules, entities and exclusions, as the recipes take it."""
    folder = tmp_path / "site"
    shutil.copytree(ROOT / "docs" / "examples" / "rules", folder / "rules")
    (folder / "entities").mkdir()
    for name in ("users.json", "security-groups.json"):
        shutil.copy(ROOT / "docs" / "examples" / name, folder / "entities")
    (folder / "exclusions.yaml").write_text(EXCLUSIONS, "utf-8")
    return folder


def bash(script: str, folder: Path, **environment: str) -> Step:
    """Run a script as the shells of pipelines do."""
    ours = {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "GITHUB_", "GIT_"))}
    done = subprocess.run(
        ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", script],
        cwd=folder,
        env={**ours, "PATH": BIN + os.pathsep + os.environ["PATH"], "NO_COLOR": "1", **environment},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        timeout=120,
        check=False,
    )
    return Step(done.returncode, done.stdout.decode())


def act(site: Path, inputs: dict[str, Any], **environment: str) -> Step:
    """Run the step of the action as GitHub does: inputs in the environment, results in files."""
    assert set(inputs) <= set(ACTION["inputs"])
    given = {name: each["default"] for name, each in ACTION["inputs"].items()} | inputs
    temporary = site.parent / "runner"
    _installed(temporary)
    files = {name: temporary / name for name in ("OUTPUT", "STEP_SUMMARY", "PATH")}
    for file in files.values():
        file.write_text("")
    (step,) = ACTION["runs"]["steps"]
    handed = {name: _filled(text, given) for name, text in step["env"].items()}
    handed |= {f"GITHUB_{name}": str(file) for name, file in files.items()}
    handed |= {"GITHUB_ACTION_PATH": str(ROOT), "RUNNER_TEMP": str(temporary)}
    done = bash(step["run"], site, **handed, **environment)
    lines = files["OUTPUT"].read_text("utf-8").splitlines()
    outputs = dict(line.split("=", 1) for line in lines)
    return attrs.evolve(
        done, outputs=outputs, summary=files["STEP_SUMMARY"].read_text("utf-8"), path=files["PATH"].read_text()
    )


def _filled(text: str, inputs: dict[str, Any]) -> str:
    def value(match: re.Match[str]) -> str:
        found = inputs[match[1]]
        return str(found).lower() if isinstance(found, bool) else str(found)

    return re.sub(r"\$\{\{ inputs\.([\w-]+) \}\}", value, text)


def _script() -> ModuleType:
    spec = importlib.util.spec_from_file_location("action_run", ROOT / "action" / "run.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def _installed(temporary: Path) -> None:
    """Make the environment that an earlier step of the job would have left, with the gsl under test."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("RUNNER_TEMP", str(temporary))
        folder: Path = _script().environment("")
    if not folder.exists():
        (folder / "bin").mkdir(parents=True)
        (folder / "bin" / "gsl").symlink_to(Path(BIN) / "gsl")
        (folder / "complete").touch()


def outside(out: str) -> list[str]:
    """The lines that the runner looks at for commands."""
    kept: list[str] = []
    token = ""
    for line in out.splitlines():
        if token:
            token = "" if line == f"::{token}::" else token
        elif line.startswith("::stop-commands::"):
            token = line.rpartition(":")[2]
        else:
            kept.append(line)
    return kept


# The action


def test_action_reports_and_hands_on(site: Path) -> None:
    done = act(
        site, {"rules": "rules", "entities": "entities", "fail-on": "high", "reports": "html=a.html\njunit=b c.xml"}
    )
    assert done.code == 1
    numbers = {"failed": "4", "errors": "0", "passed": "1", "excluded": "1", "not-relevant": "1", "exit-code": "1"}
    files = {name: Path(done.outputs.pop(name)) for name in ("report", "sarif")}
    assert done.outputs == numbers
    assert '"schemaVersion"' in files["report"].read_text("utf-8")
    assert '"2.1.0"' in files["sarif"].read_text("utf-8")
    assert done.summary.startswith("## gsl\n\n2 rules, 7 entities")
    assert (site / "a.html").exists()
    assert (site / "b c.xml").exists()
    commands = outside(done.out)
    assert commands[0].startswith("::error file=rules/no-public-ssh.gsl,line=11,title=no-public-ssh")
    assert len(commands) == 4
    assert "FAILED  high  no-public-ssh" in done.out
    assert Path(done.path.strip(), "gsl").exists()


def test_texts_of_entities_are_no_commands_to_the_runner(site: Path) -> None:
    (site / "entities" / "users.json").write_text(
        '{"IamUser": [{"id": "u", "name": "x\\n::add-path::/evil\\n##[add-path]/evil", "mfaActive": false}]}'
    )
    done = act(
        site, {"args": "-e\nIamUser should have mfaActive = true", "entities": "entities/users.json", "summary": False}
    )
    assert done.code == 1
    assert "add-path" in done.out
    (annotation,) = outside(done.out)
    assert annotation.startswith("::error title=")
    assert done.summary == ""


def test_options_from_elsewhere_are_for_the_run_alone(site: Path) -> None:
    (site / "gsl.toml").write_text('[report]\nframework = "cis"\n', "utf-8")
    inputs = {"args": "-e\nIamUser should have mfaActive = true", "entities": "entities/users.json"}
    done = act(site, inputs, GSL_OUTPUT="kept.txt", GSL_NO_CONFIG="")
    assert (site / "kept.txt").read_text("utf-8").startswith("SEVERITY")
    assert any([line.startswith("::error title=") for line in outside(done.out)])


HOSTILE = "$(touch pwned)`touch pwned`\"; touch pwned; '${IFS}&& touch pwned"


@pytest.mark.parametrize(
    "names", [["command"], ["extras"], ["rules", "entities", "fail-on", "args", "reports", "exclusions", "baseline"]]
)
def test_hostile_inputs_run_nothing(site: Path, names: list[str]) -> None:
    done = act(site, {"rules": "rules", "entities": "entities", **dict.fromkeys(names, HOSTILE)})
    assert done.code == 2
    assert done.outputs == {"exit-code": "2"}
    assert not list(site.rglob("pwned"))


def test_without_a_baseline_everything_is_new(site: Path) -> None:
    done = act(
        site,
        {"rules": "rules", "entities": "entities", "baseline": "none.json", "fail-on-new": True, "annotations": False},
    )
    assert done.code == 1
    assert outside(done.out) == ["::notice title=gsl::none.json: there is no such file, so every finding counts as new"]


def test_values_that_look_like_options_are_values(site: Path) -> None:
    done = act(site, {"rules": "--quiet", "entities": "-o\nx"})
    assert done.code == 2
    assert "--quiet" in done.out.splitlines()[2]
    assert outside(done.out) == ["::error title=gsl::there is no report: the log says why"]


@pytest.mark.parametrize(
    ("inputs", "told"),
    [
        ({"command": "evaluate"}, "`command` is eval, scan or install, not `evaluate`"),
        ({"entities": "entities"}, "`rules` names no rules"),
        ({"rules": "rules"}, "`entities` names no file; for an AWS account use `command: scan`"),
        ({"rules": "a\nb", "entities": "entities"}, "`rules` takes one file, folder, id or pack"),
        ({"rules": "rules", "entities": "entities", "strict": "yes"}, "`strict` is true or false, not `yes`"),
        ({"rules": "rules", "entities": "entities", "fail-on-new": True}, "`fail-on-new` needs `baseline`"),
        ({"command": "scan", "entities": "entities"}, "`entities` is for `command: eval`"),
    ],
)
def test_inputs_that_cannot_be_meant(site: Path, inputs: dict[str, Any], told: str) -> None:
    done = act(site, inputs)
    assert done.code == 2
    assert done.outputs == {"exit-code": "2"}
    assert done.out.startswith("::error title=gsl::" + told)


def test_action_needs_a_python(site: Path, tmp_path: Path) -> None:
    for name in ("python3", "python"):
        file = tmp_path / "old" / name
        file.parent.mkdir(exist_ok=True)
        file.write_text("#!/bin/sh\nexit 1\n")
        file.chmod(0o755)
    done = act(site, {}, PATH=f"{tmp_path / 'old'}:/usr/bin:/bin")
    assert done.code == 2
    assert done.outputs == {"exit-code": "2"}
    assert "actions/setup-python" in done.out


def test_action_uses_inputs_as_values_alone() -> None:
    (step,) = ACTION["runs"]["steps"]
    assert "${{" not in step["run"]
    assert sorted(step["env"].values()) == sorted(f"${{{{ inputs.{name} }}}}" for name in ACTION["inputs"])
    text = (ROOT / "action" / "run.py").read_text("utf-8")
    read = set(re.findall(r'\b(?:text|lines|flag)\("([\w-]+)"\)', text)) | {"strict"}
    assert read == set(ACTION["inputs"])
    assert all(each["value"] == f"${{{{ steps.gsl.outputs.{name} }}}}" for name, each in ACTION["outputs"].items())
    assert set(ACTION["outputs"]) == {*_script().NUMBERS.values(), "new", "report", "sarif", "exit-code"}


# Workflows


def _held_to(schema: str, files: Iterable[Path]) -> None:
    from check_jsonschema import main

    with pytest.raises(SystemExit) as ended:
        main(["--builtin-schema", schema, *map(str, files)], prog_name="check-jsonschema")
    assert ended.value.code == 0


def test_recipes_are_what_their_readers_take(capsys: pytest.CaptureFixture[str]) -> None:
    _held_to("vendor.github-actions", [ROOT / "action.yml"])
    _held_to("vendor.github-workflows", WORKFLOWS)
    _held_to("vendor.gitlab-ci", [RECIPES / "gitlab-ci.yml"])


def _steps(workflow: Path) -> list[dict[str, Any]]:
    (job,) = yaml.safe_load(workflow.read_text("utf-8"))["jobs"].values()
    steps: list[dict[str, Any]] = job["steps"]
    return steps


@pytest.mark.parametrize("workflow", WORKFLOWS, ids=lambda file: file.name)
def test_workflow_names_its_actions_by_commit(workflow: Path) -> None:
    used = [step["uses"] for step in _steps(workflow) if "uses" in step]
    assert len(used) > 1
    assert [each for each in used if not re.fullmatch(r"[\w./-]+@[0-9a-f]{40}|OWNER/gsl@COMMIT", each)] == []
    assert not [step for step in _steps(workflow) if "${{" in step.get("run", "")]


def _with(workflow: str, **values: Any) -> dict[str, Any]:
    """The inputs that a workflow gives the action, expressions replaced."""
    (step,) = [step for step in _steps(RECIPES / workflow) if step.get("uses", "").startswith("OWNER/gsl@")]
    given: dict[str, Any] = step["with"] | values
    assert not [name for name, value in given.items() if "${{" in str(value)]
    return given


def test_workflow_of_rules(site: Path) -> None:
    done = act(site, _with("github-rules.yml"))
    assert done.outputs == {"exit-code": "0"}
    assert os.listdir(done.path.strip()) == ["gsl"]
    runs = [step["run"] for step in _steps(RECIPES / "github-rules.yml") if "run" in step]
    ran = bash("\n".join(runs), site, PATH=done.path.strip() + os.pathsep + os.environ["PATH"])
    assert ran.code == 0, ran.out
    assert "11 cases: 11 passed" in ran.out


def test_workflow_of_entities(site: Path) -> None:
    def push(**values: Any) -> Step:
        return act(site, _with("github-check.yml", **{"baseline": "", "fail-on-new": False} | values))

    main = push()
    assert (main.code, main.outputs["failed"], main.outputs["excluded"]) == (1, "3", "2")
    assert "new" not in main.outputs
    (keep,) = [step["run"] for step in _steps(RECIPES / "github-check.yml") if "run" in step]
    assert bash(keep, site, REPORT=main.outputs["report"]).code == 0
    again = push(**{"baseline": "baseline.json", "fail-on-new": True})
    assert (again.code, again.outputs["failed"], again.outputs["new"]) == (0, "3", "0")


def test_workflow_of_an_account(site: Path) -> None:
    done = act(
        site,
        _with("github-scan.yml"),
        AWS_EC2_METADATA_DISABLED="true",
        AWS_CONFIG_FILE=os.devnull,
        AWS_SHARED_CREDENTIALS_FILE=os.devnull,
    )
    assert (done.code, done.outputs) == (2, {"exit-code": "2"})
    assert "gsl scan --report=json=" in done.out
    assert "--fail-on=high --regions=eu-west-1,us-east-1 --rules=cis-aws --rules=rules" in done.out
    assert "AWS does not know who asks" in done.out


# GitLab and Jenkins


def _gitlab_lines(job: str) -> list[str]:
    lines: list[str] = yaml.safe_load((RECIPES / "gitlab-ci.yml").read_text("utf-8"))[job]["script"]
    return lines


def _gitlab(job: str, site: Path, **variables: str) -> Step:
    """Run a job's lines as the runner does: one script in one shell."""
    return bash(
        "\n".join(_gitlab_lines(job)),
        site,
        **{"CI_DEFAULT_BRANCH": "main", "CI_COMMIT_BRANCH": "", "CI_PIPELINE_SOURCE": "push", **variables},
    )


def test_gitlab_jobs(site: Path) -> None:
    recipe = yaml.safe_load((RECIPES / "gitlab-ci.yml").read_text("utf-8"))
    assert recipe["entities"]["allow_failure"]["exit_codes"] == [1]
    assert _gitlab("rules", site).code == 0
    request = {"CI_PIPELINE_SOURCE": "merge_request_event"}
    assert _gitlab("entities", site, **request).code == 1
    assert not (site / "baseline").exists()
    assert _gitlab("entities", site, CI_COMMIT_BRANCH="main").code == 1
    compared = _gitlab("entities", site, **request)
    assert compared.code == 0, compared.out
    for job in ("rules", "entities"):
        held = recipe[job]["artifacts"]
        wanted = [*held.get("paths", []), *held["reports"].values()]
        assert [name for name in wanted if not (site / name).exists()] == []
    (site / "entities" / "more.json").write_text("{")
    assert _gitlab("entities", site, CI_COMMIT_BRANCH="main").code == 2


def test_jenkinsfile(site: Path) -> None:
    text = (RECIPES / "Jenkinsfile").read_text("utf-8")
    assert all(text.count(opening) == text.count(closing) for opening, closing in ("()", "{}", "[]"))
    commands = re.findall(r"\bsh '([^'\n]+)'", text)
    ((evaluate,),) = [re.findall(r'script: """(.+?)"""', text, re.DOTALL)]
    compared = re.findall(r"def compared = fileExists\('([\w.]+)'\) \? '([^']+)' : ''", text)
    assert compared == [("baseline.json", "--baseline baseline.json --fail-on-new")]
    assert len(commands) + 1 == len(re.findall(r"\bsh\b", text))
    assert commands == _gitlab_lines("rules")  # which ran above
    (site / "gsl-tests.xml").touch()
    script = evaluate.replace("\\\\", "\\")
    assert bash(script.replace("${compared}", ""), site).code == 1
    shutil.copy(site / "gsl.json", site / "baseline.json")
    assert bash(script.replace("${compared}", compared[0][1]), site).code == 0
    published = re.findall(r"(?:testResults|pattern|artifacts): '([^']+)'", text)
    names = [name for each in published for name in each.split(", ")]
    assert [name for name in names if not (site / name).exists()] == []


def test_script_for_any_pipeline(site: Path) -> None:
    script = (RECIPES / "check.sh").read_text("utf-8")
    found = bash(script, site)
    assert (found.code, found.out.splitlines()[-1]) == (1, "there are findings: see gsl.html")
    (site / "exclusions.yaml").unlink()
    broken = bash(script, site)
    assert (broken.code, broken.out.splitlines()[-1]) == (2, "something could not be checked: see the messages above")


# pre-commit


def test_manifest_and_configuration_of_pre_commit() -> None:
    from pre_commit.clientlib import load_config, load_manifest

    hooks = {hook["id"] for hook in load_manifest(str(ROOT / ".pre-commit-hooks.yaml"))}
    (repository,) = load_config(str(RECIPES / "pre-commit-config.yaml"))["repos"]
    assert [hook["id"] for hook in repository["hooks"]] == sorted(hooks)


@pytest.mark.skipif(shutil.which("git") is None, reason="pre-commit needs git")
def test_hooks_in_pre_commit(site: Path, tmp_path: Path) -> None:
    hooks = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text("utf-8"))
    here = [{**hook, "language": "system"} for hook in hooks]  # the gsl under test, not an environment of its own
    (site / ".pre-commit-config.yaml").write_text(yaml.safe_dump({"repos": [{"repo": "local", "hooks": here}]}))
    git = "git -c init.defaultBranch=main init -q . && git add -A"
    run = f"{git} && {sys.executable} -m pre_commit run --all-files --color never"
    settings = {"PRE_COMMIT_HOME": str(tmp_path / "cache"), "HOME": str(tmp_path)}
    good = bash(run, site, **settings)
    assert good.code == 0, good.out
    assert good.out.count("Passed") == 3
    (site / "rules" / "bad.gsl").write_text("IamUser   should have mfaActve = true\n")
    (site / "rules" / "bad.test.yaml").write_text(
        "cases: [{name: a, entity: {type: IamUser, id: u, mfaActve: true}, expect: failed}]\n"
    )
    bad = bash(run, site, **settings)
    assert bad.code == 1
    assert "did you mean `mfaActive`?" in bad.out
    assert "files were modified by this hook" in bad.out
    assert "12 cases: 11 passed, 1 failed." in bad.out
    assert bad.out.count("Failed") == 3


# The image


def test_image_is_built_from_all_that_the_wheel_needs() -> None:
    copied = re.findall(r"^COPY (?!--from)(.+) \S+$", (ROOT / "Dockerfile").read_text("utf-8"), re.MULTILINE)
    sources = [name for line in copied for name in line.split()]
    kept = (ROOT / ".dockerignore").read_text("utf-8").split("\n")
    assert {name.removeprefix("!") for name in kept if name.startswith("!")} == set(sources)
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    wheel = settings["tool"]["hatch"]["build"]["targets"]["wheel"]
    project = settings["project"]
    elsewhere = wheel["packages"]  # where the tests are of an installed wheel
    assert [name for name in sources if name not in elsewhere and not (ROOT / name).exists()] == []
    needed = [
        *wheel["packages"],
        *wheel["force-include"],
        project["readme"],
        *project["license-files"],
        "pyproject.toml",
    ]
    assert [name for name in needed if name not in sources] == []
    assert not [name for name in sources if fnmatch.fnmatch(name, "*test*")]


def test_image_runs_without_rights() -> None:
    text = (ROOT / "Dockerfile").read_text("utf-8")
    last = text.rpartition("\nFROM ")[2]
    assert re.findall(r"^(USER|WORKDIR|ENTRYPOINT) (.+)$", last, re.MULTILINE) == [
        ("WORKDIR", "/work"),
        ("USER", "10001:10001"),
        ("ENTRYPOINT", '["gsl"]'),
    ]


# The page


def test_page_quotes_every_recipe() -> None:
    page = (ROOT / "docs" / "pipelines.md").read_text("utf-8")
    quoted = dict(
        re.findall(r'^```\w+ title="docs/examples/pipelines/([^"]+)"\n(.*?)^```$', page, re.MULTILINE | re.DOTALL)
    )
    assert quoted == {file.name: file.read_text("utf-8") for file in RECIPES.iterdir()}


def test_page_says_of_inputs_and_outputs_what_the_action_says() -> None:
    page = (ROOT / "docs" / "pipelines.md").read_text("utf-8")
    told = {**ACTION["inputs"], **ACTION["outputs"]}
    assert [name for name, each in told.items() if f"| `{name}` | {each['description'].rstrip('.')}" not in page] == []

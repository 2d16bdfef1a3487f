"""How long the command takes to start: whole processes, side by side in one run.

    python benchmarks/startup.py [--rounds 15] [--only NAME,...]

Each round runs every command once, so that all of them meet the same machine. The medians are in
milliseconds; the ratio is to `python -c "import lark"`, below which no command that parses a rule
could go. Python's bytecode is kept in a folder of the benchmark's own, as it is where gsl is
installed. Warm runs find the rules in the cache, cold ones have none.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import attrs

YARDSTICK = "import lark"

RULE = """---
id: iam.keys.{number}
title: Access keys of users with a console password are rotated ({number})
severity: high
category: IAM
description: Keys that are never rotated stay valid for those who found them.
remediation: |
  Rotate the keys.
frameworks:
  CIS: ["1.{number}"]
---
IamUser where passwordEnabled = 'true' and name != 'break-glass-{number}'
should have mfaActive = true and tags contain [key = 'owner' and value like 'value-%']
  and createDate before(-1, 'days')
"""


@attrs.frozen
class Case:
    """A command, and whether it runs without a cache."""

    name: str
    command: list[str]
    cold: bool = False


def user(number: int) -> dict[str, Any]:
    """An IamUser of about 1.7 KB; every twentieth one fails."""
    key = {"isActive": True, "lastRotated": "2024-05-05T08:00:00Z", "lastUsedRegion": "us-east-1"}
    statement = {"Effect": "Allow", "Action": ["s3:GetObject", "s3:List*"], "Resource": "*"}
    policies = [
        {
            "name": f"Policy{each}",
            "arn": f"arn:aws:iam::aws:policy/Policy{each}",
            "document": {"Statement": [statement]},
        }
        for each in range(4)
    ]
    return {
        "type": "IamUser",
        "id": f"u{number}",
        "name": f"user-{number}",
        "arn": f"arn:aws:iam::123456789012:user/user-{number}",
        "accountNumber": "123456789012",
        "region": "us_east_1",
        "createDate": "2024-03-05T08:00:00Z",
        "passwordEnabled": "true",
        "mfaActive": number % 20 != 0,
        "firstAccessKey": key,
        "secondAccessKey": key,
        "tags": [{"key": "owner" if each == 5 else f"key{each}", "value": f"value-{each}"} for each in range(12)],
        "managedPolicies": policies,
    }


def written(folder: Path) -> dict[str, Path]:
    """The rules and entities of the cases."""
    made = {}
    for count in (10, 1000):
        made[f"entities {count}"] = folder / f"users{count}.json"
        made[f"entities {count}"].write_text(json.dumps([user(number) for number in range(count)]))
    for count in (1, 100, 1000):
        made[f"rules {count}"] = folder / f"rules{count}"
        made[f"rules {count}"].mkdir()
        for number in range(count):
            (made[f"rules {count}"] / f"{number}.gsl").write_text(RULE.format(number=number))
    made["rule"] = made["rules 1"] / "0.gsl"
    return made


def cases(files: dict[str, Path]) -> list[Case]:
    """What is measured."""
    python = sys.executable
    gsl = [python, "-m", "gsl"]
    found = [
        Case("pass", [python, "-c", "pass"]),
        Case(YARDSTICK, [python, "-c", "import lark"]),
        Case("--help", [*gsl, "--help"]),
    ]
    for rules, entities in ((1, 10), (1, 1000), (100, 10), (1000, 10)):
        rule = files["rule"] if rules == 1 else files[f"rules {rules}"]
        command = [*gsl, "eval", str(rule), str(files[f"entities {entities}"]), "--format", "json"]
        name = f"eval {rules} x {entities}"
        found += [Case(name, command), Case(f"{name} cold", command, cold=True)]
    return found


def measured(chosen: list[Case], folder: Path, rounds: int) -> dict[str, float]:
    """The median milliseconds of each case; the first round only warms up."""
    cache = folder / "cache"
    environment = {**os.environ, "PYTHONPYCACHEPREFIX": str(folder / "bytecode")}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    times: dict[str, list[float]] = {case.name: [] for case in chosen}
    for turn in range(rounds + 1):
        for case in chosen:
            own = folder / "cold" if case.cold else cache
            shutil.rmtree(folder / "cold", ignore_errors=True)
            start = time.perf_counter()
            done = subprocess.run(
                case.command, capture_output=True, check=False, env={**environment, "GSL_CACHE_DIR": str(own)}
            )
            taken = time.perf_counter() - start
            if done.returncode not in (0, 1):
                raise SystemExit(f"{case.name}: {done.stderr.decode()}")
            if turn:
                times[case.name].append(taken * 1000)
    return {name: statistics.median(taken) for name, taken in times.items()}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--only", help="the names of some cases, separated by commas")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        chosen = cases(written(Path(folder)))
        if arguments.only:
            chosen = [case for case in chosen if case.name in (YARDSTICK, *arguments.only.split(","))]
        medians = measured(chosen, Path(folder), arguments.rounds)
    for name, median in medians.items():
        print(f"{name:22} {median:8.1f} ms   {median / medians[YARDSTICK]:6.2f} x {YARDSTICK}")


if __name__ == "__main__":
    main()

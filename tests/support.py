"""What several tests share: running the command as users do, and small files."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import attrs

ACCOUNT = "111122223333"


@attrs.frozen
class Ran:
    """What a run of the command gave."""

    code: int
    out: str
    err: str

    @property
    def report(self) -> dict[str, Any]:
        """The JSON on standard output."""
        content: dict[str, Any] = json.loads(self.out)
        return content


def gsl(
    *arguments: str | Path, stdin: str | bytes | None = None, folder: Path | None = None, **environment: str
) -> Ran:
    """Run `gsl` in a process of its own, which knows no more of AWS than it is told."""
    surroundings = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    given = stdin.encode() if isinstance(stdin, str) else stdin
    done = subprocess.run(
        [sys.executable, "-m", "gsl", *map(str, arguments)],
        input=given if given is not None else b"",
        capture_output=True,
        cwd=folder,
        env={**surroundings, "NO_COLOR": "1", **environment},
        timeout=120,
        check=False,
    )
    return Ran(done.returncode, done.stdout.decode(), done.stderr.decode())


def user(name: str, **properties: Any) -> dict[str, Any]:
    """An IamUser."""
    return {"type": "IamUser", "id": f"id-{name}", "name": name, "accountNumber": ACCOUNT, **properties}


def write_json(file: Path, content: Any) -> Path:
    """Write JSON, and give the file."""
    file.write_text(json.dumps(content), "utf-8")
    return file

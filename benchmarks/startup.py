"""How long the command takes to start: whole processes, side by side in one run.

    python benchmarks/startup.py [--rounds 15]

Each round runs every command once, so that all of them meet the same machine. The medians are in
milliseconds; the ratio is to `python -c "import lark"`, which no command that parses a rule can
go below without a cache.
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

RULE = "D9.AWS.IAM.79"
USERS = [
    {
        "type": "IamUser",
        "id": f"u{number}",
        "passwordEnabled": True,
        "createDate": "2024-03-05T08:00:00Z",
        "firstAccessKey": {"lastRotated": "2024-05-05T08:00:00Z"},
    }
    for number in range(10)
]


def commands(entities: Path) -> dict[str, list[str]]:
    python = sys.executable
    return {
        "python -c pass": [python, "-c", "pass"],
        'python -c "import lark"': [python, "-c", "import lark"],
        "gsl --help": [python, "-m", "gsl", "--help"],
        f"gsl eval {RULE}": [python, "-m", "gsl", "eval", RULE, str(entities)],
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=15)
    rounds = parser.parse_args().rounds
    with tempfile.TemporaryDirectory() as folder:
        entities = Path(folder) / "users.json"
        entities.write_text(json.dumps(USERS))
        named = commands(entities)
        times: dict[str, list[float]] = {name: [] for name in named}
        for turn in range(rounds + 1):
            for name, command in named.items():
                start = time.perf_counter()
                subprocess.run(command, capture_output=True, check=True)
                if turn:
                    times[name].append(time.perf_counter() - start)
    yardstick = statistics.median(times['python -c "import lark"'])
    for name, taken in times.items():
        median = statistics.median(taken)
        print(f"{name:26} {median * 1000:7.1f} ms   {median / yardstick:5.2f} x import lark")


if __name__ == "__main__":
    main()

"""What the measurements were made on: processor, memory, Python, versions; nothing that names the machine."""

from __future__ import annotations

import os
import platform
import re
from pathlib import Path

from benchmarks.contestants import versions


def _from(file: str, pattern: str) -> str:
    """A fact from one of Linux's files of facts, or nothing."""
    try:
        found = re.search(pattern, Path(file).read_text("utf-8"))
    except OSError:
        return ""
    return found.group(1) if found else ""


def facts() -> dict[str, str]:
    """A table of what and with what."""
    memory = int(_from("/proc/meminfo", r"MemTotal:\s+(\d+)") or 0)
    processor = _from("/proc/cpuinfo", r"model name\s*:\s*(.*)") or platform.machine()
    return {
        "processor": f"{processor}, {os.cpu_count()} cores",
        "memory": f"{memory / 1024 / 1024:.0f} GiB",
        "system": f"{platform.system()} {platform.machine()}",
        "Python": platform.python_version(),
        **versions(),
    }

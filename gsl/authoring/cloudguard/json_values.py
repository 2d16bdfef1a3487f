"""What YAML can say and JSON cannot: dates, bytes, sets, infinite numbers, keys that are no texts."""

from __future__ import annotations

from datetime import date
from math import isfinite
from typing import Any


def unlike_json(value: Any) -> str | None:
    """What is wrong with a value of YAML that is to be JSON; `None` when nothing is."""
    pending = [value]
    while pending:
        each = pending.pop()
        if isinstance(each, dict):
            for key in each:
                if not isinstance(key, str):
                    return f"JSON has no keys but texts: set `{str(key)[:60]}` in quotes"
            pending += each.values()
        elif isinstance(each, list):
            pending += each
        elif not _is_like_json(each):
            return f"JSON has no such value ({_kind(each)}): write it as a text, in quotes"
    return None


def _is_like_json(value: Any) -> bool:
    return value is None or isinstance(value, (str, int)) or (isinstance(value, float) and isfinite(value))


def _kind(value: Any) -> str:
    if isinstance(value, float):
        return "too large a number, or none"
    return f"a date, {value.isoformat()}" if isinstance(value, date) else "binary or a set"

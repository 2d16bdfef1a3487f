"""Changes as people and tools see them: secrets masked, what is long cut short."""

from __future__ import annotations

import json
from typing import Any

from gsl.authoring.changing.edits import GONE, Edit
from gsl.results.masking import LONGEST_VALUE, Secrets, is_maskable, shown, shown_text
from gsl.results.reasons import is_secret
from gsl.results.secret_shapes import tells_of
from gsl.semantics.values import Value

MASKED = {"kind": "masked"}
"""What stands for a secret."""

_MOST_VALUES = 20


def change_shown(edit: Edit, data: Value) -> tuple[str, str, Any, Any]:
    """The path, the kind, and the values before and after of a change of an entity."""
    secrets = Secrets([data, edit.after] if edit.after is not GONE else data)
    before = _masked(edit.path, edit.before, secrets)
    if edit.after is GONE:
        return edit.path, "removed", before, None
    if is_maskable(edit.after) and (before == MASKED or _tells_of(edit.after, edit.before)):
        after: Any = MASKED
    elif isinstance(edit.after, (list, dict)) and _count(edit.after) <= _MOST_VALUES:
        after = _whole(edit.path, edit.after, secrets)
    else:
        after = _masked(edit.path, edit.after, secrets)
    added = edit.before is None and bool(edit.keys) and isinstance(edit.keys[-1], int)
    return edit.path, "added" if added else "set", before, after


def _tells_of(after: Value, before: Value) -> bool:
    """Whether a text still has a piece of the secret in the text whose place it would take."""
    return isinstance(after, str) and isinstance(before, str) and tells_of(after, [before])


def _masked(path: str, value: Value, secrets: Secrets) -> Any:
    return shown(value, is_maskable(value) and is_secret(path, value, secrets))


def _whole(path: str, value: Value, secrets: Secrets) -> Any:
    """A list or object with everything in it."""
    if isinstance(value, list):
        return [_whole(path, each, secrets) for each in value]
    if isinstance(value, dict):
        return {key: _whole(f"{path}.{key}", each, secrets) for key, each in value.items()}
    return _masked(path, value, secrets)


def _count(value: Value) -> int:
    pending = [value]
    for each in pending:
        if isinstance(each, (list, dict)) and len(pending) <= _MOST_VALUES:
            pending += each.values() if isinstance(each, dict) else each
    return len(pending) - 1


def value_text(value: Any) -> str:
    """A value that `change_shown` gave, on one line."""
    sized = isinstance(value, dict) and isinstance(value.get("kind"), str) and value.keys() <= {"kind", "length"}
    if isinstance(value, list) or (isinstance(value, dict) and not sized):
        text = json.dumps(value, ensure_ascii=False).replace('{"kind": "masked"}', '"masked"')
        return text if len(text) <= LONGEST_VALUE else f"{text[:LONGEST_VALUE]}..."
    return shown_text(value)

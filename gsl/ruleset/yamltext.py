"""YAML from files that may be hostile: bounded, without aliases, each key once, with the places of keys."""

from __future__ import annotations

from functools import cache
from typing import Any

from msgspec import Struct

from gsl.errors import GslError

MAX_DEPTH = 100
_TEXT = "tag:yaml.org,2002:str"
_READ_OTHERWISE = frozenset([f"tag:yaml.org,2002:{kind}" for kind in ("bool", "int", "float", "null", "timestamp")])
"""What YAML takes a plain scalar for that is no text."""


class Mark(Struct, frozen=True, eq=False):
    """A place in a text, line and column from 1, and the length of what stands there."""

    line: int
    column: int
    length: int = 1


class YamlError(GslError):
    """A text that is no YAML that gsl takes: what is wrong, and where."""

    def __init__(self, message: str, mark: Mark) -> None:
        super().__init__(message, mark)
        self.message = message
        self.mark = mark


def load(text: str, lenient_dates: bool = False) -> tuple[Any, dict[str, Mark]]:
    """The value of a YAML text, and the places of its topmost keys. Raises `YamlError`.

    With `lenient_dates` a date that there is not, such as 2025-02-30, stays the text that it is, for
    those who tell at its place what is wrong; else there is no value.

    Aliases are refused, because they can make a small text huge, and so is a key that stands twice.
    Keys are texts, as in JSON: `on` and `007` are what they are spelled as, not true and 7.
    """
    import yaml

    try:
        _check_events(yaml, text)
        loader = (_lenient() if lenient_dates else yaml.CSafeLoader)(text)
        node = loader.get_single_node()
        places = _key_places(yaml, node, text)
        _spell_keys(yaml, node)
        value = loader.construct_document(node) if node is not None else None
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        what = getattr(error, "problem", None) or str(error)
        raise YamlError(f"no valid YAML: {what}", mark_of(text, mark)) from None
    except (ValueError, OverflowError) as error:
        raise YamlError(f"no valid YAML: {error}", Mark(1, 1)) from None
    except (LookupError, AttributeError):  # how the library takes `!!int` without a number, `!!bool x`, `!!timestamp x`
        raise YamlError("no valid YAML: a value is not of the kind that its tag (`!!`) names", Mark(1, 1)) from None
    if node is not None:
        _check_keys(yaml, node, text)
    return value, places


@cache
def _lenient() -> Any:
    """What makes values, and leaves a date that there is not as text."""
    import yaml

    class Loader(yaml.CSafeLoader):
        """The safe loader of the library."""

        def date(self, node: Any) -> Any:
            """The value of what looks like a date."""
            try:
                return self.construct_yaml_timestamp(node)
            except (ValueError, OverflowError):
                return self.construct_scalar(node)

    Loader.add_constructor("tag:yaml.org,2002:timestamp", Loader.date)
    return Loader


def _key_places(yaml: Any, node: Any, text: str) -> dict[str, Mark]:
    keys = [key for key, _ in node.value] if isinstance(node, yaml.MappingNode) else []
    return {str(key.value): mark_of(text, key.start_mark, key.end_mark.index - key.start_mark.index) for key in keys}


def _spell_keys(yaml: Any, node: Any) -> None:
    """Make texts of the keys that YAML would read as something else."""
    pending = [node]
    while pending:
        current = pending.pop()
        if isinstance(current, yaml.SequenceNode):
            pending += current.value
        elif isinstance(current, yaml.MappingNode):
            for key, value in current.value:
                pending.append(value)
                if isinstance(key, yaml.ScalarNode) and key.tag in _READ_OTHERWISE:
                    key.tag = _TEXT


def marks_of(text: str, key: str) -> list[Mark]:
    """The places of the items of the list under a topmost key of a text that `load` took."""
    import yaml

    node: Any = yaml.compose(text, yaml.CSafeLoader)
    values = [value for name, value in node.value if name.value == key]
    return [mark_of(text, item.start_mark) for value in values for item in value.value]


def mark_of(text: str, mark: Any, length: int = 1) -> Mark:
    """The place of a YAML mark; YAML's own lines also end at characters that end none elsewhere."""
    if mark is None:
        return Mark(1, 1)
    index = min(mark.index, len(text))
    return Mark(text.count("\n", 0, index) + 1, index - text.rfind("\n", 0, index), max(1, length))


def _check_events(yaml: Any, text: str) -> None:
    """Look at the bare events first: they take no recursion, whatever the depth."""
    depth = 0
    for event in yaml.parse(text, yaml.CSafeLoader):
        if isinstance(event, yaml.AliasEvent):
            raise YamlError(
                "a YAML alias (`*name`) is not taken here; write the value out", mark_of(text, event.start_mark)
            )
        if isinstance(event, (yaml.MappingStartEvent, yaml.SequenceStartEvent)):
            depth += 1
            if depth > MAX_DEPTH:
                raise YamlError(f"the YAML is nested more than {MAX_DEPTH} deep", mark_of(text, event.start_mark))
        elif isinstance(event, (yaml.MappingEndEvent, yaml.SequenceEndEvent)):
            depth -= 1


def _check_keys(yaml: Any, node: Any, text: str) -> None:
    pending = [node]
    while pending:
        current = pending.pop()
        if isinstance(current, yaml.SequenceNode):
            pending += current.value
        if not isinstance(current, yaml.MappingNode):
            continue
        seen: set[str] = set()
        for key, value in current.value:
            pending.append(value)
            name = str(key.value)
            if name in seen:
                raise YamlError(f"the key `{name}` stands twice", mark_of(text, key.start_mark, len(name)))
            seen.add(name)

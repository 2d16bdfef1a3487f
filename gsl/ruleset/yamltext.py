"""YAML from files that may be hostile: bounded, without aliases, each key once, with the places of keys."""

from __future__ import annotations

from typing import Any

from msgspec import Struct

from gsl.errors import GslError

MAX_DEPTH = 100


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


def load(text: str) -> tuple[Any, dict[str, Mark]]:
    """The value of a YAML text, and the places of its topmost keys. Raises `YamlError`.

    Aliases are refused, because they can make a small text huge, and so is a key that stands twice.
    """
    import yaml

    value, node = load_nodes(text)
    places: dict[str, Mark] = {}
    for key, _ in node.value if isinstance(node, yaml.MappingNode) else ():
        places[str(key.value)] = mark_of(text, key.start_mark, key.end_mark.index - key.start_mark.index)
    return value, places


def load_nodes(text: str) -> tuple[Any, Any]:
    """The value of a YAML text as `load` takes it, and the node that it was made of. Raises `YamlError`."""
    import yaml

    try:
        _check_events(yaml, text)
        node = yaml.compose(text, yaml.CSafeLoader)
        value = yaml.load(text, yaml.CSafeLoader)
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
    return value, node


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

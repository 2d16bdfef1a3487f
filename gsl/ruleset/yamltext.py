"""YAML from files that may be hostile: bounded, without aliases, each key once, with the places of keys."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

from msgspec import Struct

from gsl.errors import GslError, InputError

MAX_DEPTH = 100
MAX_NUMBER = 3500
"""Characters of a whole number: so many hexadecimal digits make fewer decimal ones than Python refuses to write."""

_TEXT = "tag:yaml.org,2002:str"
_WHOLE = "tag:yaml.org,2002:int"
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


def read(file: Path, what: str, longest: int) -> str:
    """The text of a file of at most so many bytes; `what` is in it. Raises `InputError`."""
    try:
        with file.open("rb") as stream:  # what is no regular file does not know its length
            content = stream.read(longest + 1)
        if len(content) > longest:
            raise InputError("file-too-long", f"more than {longest >> 20} MB", str(file))
        return content.decode("utf-8-sig")
    except OSError as error:
        message = f"{what} cannot be read: {error.strerror or error}"
        raise InputError("unreadable-file", message, str(file)) from None
    except UnicodeDecodeError as error:
        raise InputError("invalid-encoding", f"the byte at offset {error.start} is no UTF-8", str(file)) from None


def load(text: str) -> tuple[Any, dict[str, Mark]]:
    """The value of a YAML text, and the places of its topmost keys. Raises `YamlError`.

    Aliases are refused, because they can make a small text huge, and so is a key that stands twice.
    Keys are texts, as in JSON: `on` and `007` are what they are spelled as, not true and 7.
    """
    import yaml

    value, node = load_nodes(text)
    places: dict[str, Mark] = {}
    for key, _ in node.value if isinstance(node, yaml.MappingNode) else ():
        places[str(key.value)] = mark_of(text, key.start_mark, key.end_mark.index - key.start_mark.index)
    return value, places


def load_nodes(text: str, lenient_dates: bool = False) -> tuple[Any, Any]:
    """The value of a YAML text as `load` takes it, and the node that it was made of. Raises `YamlError`.

    With `lenient_dates` a date that there is not, such as 2025-02-30, stays the text that it is, for
    those who tell at its place what is wrong; else there is no value.
    """
    import yaml

    try:
        _check_events(yaml, text)
        loader = (_lenient() if lenient_dates else yaml.CSafeLoader)(text)
        node = loader.get_single_node()
        _spell_keys(yaml, node)
        _check_numbers(yaml, node, text)
        value = loader.construct_document(node) if node is not None else None
    except yaml.reader.ReaderError as error:
        before = text.encode()[: error.position].decode(errors="ignore")
        place = Mark(before.count("\n") + 1, len(before) - before.rfind("\n"))
        raise YamlError(f"no valid YAML: the character U+{error.character:04X}: {error.reason}", place) from None
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


def _nodes(yaml: Any, node: Any) -> Iterator[Any]:
    """A node and the values below it."""
    pending = [node]
    while pending:
        current = pending.pop()
        yield current
        if isinstance(current, yaml.SequenceNode):
            pending += current.value
        elif isinstance(current, yaml.MappingNode):
            pending += [value for _, value in current.value]


def _spell_keys(yaml: Any, node: Any) -> None:
    """Make texts of the keys that YAML would read as something else."""
    for current in _nodes(yaml, node):
        for key, _ in current.value if isinstance(current, yaml.MappingNode) else ():
            if isinstance(key, yaml.ScalarNode) and key.tag in _READ_OTHERWISE:
                key.tag = _TEXT


def _check_numbers(yaml: Any, node: Any, text: str) -> None:
    """Refuse numbers that would be too long to be written out again."""
    for current in _nodes(yaml, node):
        if isinstance(current, yaml.ScalarNode) and current.tag == _WHOLE and len(current.value) > MAX_NUMBER:
            message = f"a number of more than {MAX_NUMBER:,} digits is not taken; a text goes in quotes"
            raise YamlError(message, mark_of(text, current.start_mark, len(current.value)))


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
    for current in _nodes(yaml, node):
        seen: set[str] = set()
        for key, _ in current.value if isinstance(current, yaml.MappingNode) else ():
            name = str(key.value)
            if name in seen:
                raise YamlError(f"the key `{name}` stands twice", mark_of(text, key.start_mark, len(name)))
            seen.add(name)

"""Rule files in the one layout: `gsl fmt` over files and folders, front matter included."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Union

from msgspec import Struct

from gsl.authoring.replacing import replace_text
from gsl.errors import GslError, InputError, Problem, RuleError, Source, Span
from gsl.inventory.files import files_below
from gsl.language.layout import formatted
from gsl.ruleset import frontmatter
from gsl.ruleset.loading import RULE_SUFFIX, read_text, refuse_long
from gsl.ruleset.metadata import ALL_KEYS, CLOUDGUARD, metadata_of
from gsl.semantics.functions import function_table

_BOM = "\N{ZERO WIDTH NO-BREAK SPACE}"


class Outcome(Struct, frozen=True, eq=False):
    """A file that was looked at: its text, and the text in the one layout."""

    file: Path
    before: str
    after: str

    @property
    def changes(self) -> bool:
        """Whether the file is not in the layout."""
        return self.before != self.after


def format_text(text: str, name: str = "<rule>") -> str:
    """The text of a rule file in the one layout.

    `name` names it in messages. Raises `RuleError` for a syntax error and for front matter that is
    not valid; whether the rule makes sense is not asked.
    """
    source = Source(text.removeprefix(_BOM), name, name)
    refuse_long(source)
    names = {lower: function.name for lower, function in function_table().items()}
    front, rule = frontmatter.split(source)
    problems, spans = _problems_of_front(front, source)
    try:
        result = formatted(rule, names, source)
    except RuleError as error:
        problems += error.problems
    if problems:
        raise RuleError(tuple(problems), source)
    return _front_text(front, spans, source) + result


def _problems_of_front(front: str, source: Source) -> tuple[list[Problem], dict[str, Span]]:
    values, spans = frontmatter.parse(front, source) if front else ({}, {})
    return metadata_of(values, spans)[1], spans


def _front_text(front: str, spans: dict[str, Span], source: Source) -> str:
    """The front matter between its fences, the keys in their order; nothing when it is empty."""
    front = front.replace("\r\n", "\n")
    lines = front.rstrip().split("\n")[1:] if front.strip() else []
    starts = {key: span.line - 2 for key, span in spans.items()}
    result = _ordered(lines, starts) if _is_block(spans) else lines
    if not result:
        return ""
    text = "\n".join(["---", *result, "---", ""])
    return text if _says_the_same(text, front) else "\n".join(["---", *lines, "---", ""])


def _is_block(spans: dict[str, Span]) -> bool:
    """Whether each key is a known one and begins a line of its own."""
    if not set(spans) <= set(ALL_KEYS):
        return False
    lines = {span.line for span in spans.values() if span.column == 1}
    return len(lines) == len(spans)


def _ordered(lines: list[str], starts: dict[str, int]) -> list[str]:
    """The lines of front matter with the blocks of its keys in order, each below its comments."""
    above: list[str] = []
    blocks: dict[str, list[str]] = {}
    keys = sorted(starts, key=lambda key: starts[key])
    for key, end in zip(keys, [*[starts[each] for each in keys[1:]], len(lines)]):
        start = starts[key]
        above = above if blocks else _comments(lines[:start])
        last = end
        while last > start + 1 and (not lines[last - 1].strip() or lines[last - 1].startswith("#")):
            last -= 1
        blocks[key] = above + lines[start:last]
        above = _comments(lines[last:end])
    ordered = [line for key in sorted(blocks, key=ALL_KEYS.index) for line in blocks[key]]
    return ordered + (above if blocks else _comments(lines))


def _comments(lines: list[str]) -> list[str]:
    return [line for line in lines if line.strip()]


def _says_the_same(text: str, front: str) -> bool:
    """Whether front matter says what it said before."""
    after, _ = frontmatter.split(Source(text))
    try:
        parsed = [frontmatter.parse(each, Source(each)) for each in (front, after)]
    except RuleError:
        return False
    before, now = [(metadata_of(*each)[0], each[0].get(CLOUDGUARD)) for each in parsed]
    return before == now


def format_files(paths: Sequence[Path]) -> Iterator[Union[Outcome, GslError]]:
    """Each rule file of some files and folders, once, in the one layout; what cannot be formatted as its error."""
    seen: set[Path] = set()
    for path in paths:
        for file in _files(path):
            if isinstance(file, GslError):
                yield file
            elif file.resolve() not in seen:
                seen.add(file.resolve())
                yield _outcome(file)


def _files(path: Path) -> Iterator[Union[Path, GslError]]:
    try:
        is_folder, exists = path.is_dir(), path.exists()
    except (OSError, ValueError) as error:
        yield InputError("unreadable-file", f"this cannot be read: {error}", str(path))
        return
    if is_folder:
        yield from files_below(path, _is_rule_file)
    elif not exists:
        yield InputError("no-such-file", "there is no such file or folder", str(path))
    elif not path.name.lower().endswith(RULE_SUFFIX):
        yield InputError("no-rule-file", f"a rule file (X{RULE_SUFFIX}) or a folder was expected", str(path))
    else:
        yield path


def _is_rule_file(name: str) -> bool:
    return name.lower().endswith(RULE_SUFFIX) and not name.startswith(".")


def _outcome(file: Path) -> Union[Outcome, GslError]:
    try:
        text = read_text(file)
        return Outcome(file, text, format_text(text, str(file)))
    except GslError as error:
        return error.about(file.name.removesuffix(RULE_SUFFIX))


def write_outcome(outcome: Outcome) -> None:
    """Put the text in the place of the file, whole or not at all. Raises `InputError`."""
    replace_text(outcome.file, outcome.after)

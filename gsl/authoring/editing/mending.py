"""What can be done about a notice: the safe fix, the nearest name, or a comment that keeps it quiet."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterable, Iterator

from msgspec import Struct

from gsl.authoring.checking.findings import Edit
from gsl.authoring.checking.fixing import edited, fixed
from gsl.authoring.checking.ignoring import ignores_in
from gsl.authoring.checking.running import Settings
from gsl.authoring.editing.looking import Look, Notice
from gsl.language.depth import with_room
from gsl.ruleset import frontmatter

REASON = "TODO say why"
_MOST = 20
"""Notices of one place that are worked on: each try looks at the rule anew."""

_NEAREST = re.compile(r"did you mean `([^`]{1,100})`\?")
_WORD = re.compile(r"[$A-Za-z_][A-Za-z0-9_-]*", re.ASCII)
_CODES = re.compile(r"ignore\s*\[([^\]]*)\]", re.IGNORECASE)

_MOST_SECONDS = 1.5
"""Time after which no more is tried: looking at a very long rule takes a second."""

Again = Callable[[str], Look]
"""Looks at another text in the place of the first."""


class Mend(Struct, frozen=True):
    """One thing to do about a notice. `is_safe` ones do not change what the rule means."""

    title: str
    notice: Notice
    edits: tuple[Edit, ...]
    is_safe: bool = False


def mends_at(look: Look, start: int, end: int, again: Again) -> list[Mend]:
    """What can be done about the notices that a stretch of the text touches. Each was tried, and does help."""
    near = [each for each in look.notices if each.start <= end and start <= each.end][:_MOST]
    deadline = time.monotonic() + _MOST_SECONDS
    found: dict[tuple[str, tuple[Edit, ...]], Mend] = {}
    for make in (_safe, _nearest, _ignored):
        for notice in near:
            if time.monotonic() < deadline:
                for each in make(look, notice, again):
                    found.setdefault((each.title, each.edits), each)
    return list(found.values())


def mended(look: Look, settings: Settings) -> str:
    """The text after all safe fixes."""
    return look.text if look.rule is None else fixed(look.rule, settings)[0].source.text


def _is_gone(notice: Notice, before: Look, after: Look) -> bool:
    """Whether there is one less of a kind of notice, and no new error."""

    def count(look: Look, code: str) -> int:
        return len([each for each in look.notices if each.code == code])

    usable = after.rule is not None or before.rule is None
    return usable and count(after, notice.code) < count(before, notice.code)


def _safe(look: Look, notice: Notice, again: Again) -> Iterator[Mend]:
    if notice.edits and _is_gone(notice, look, again(edited(look.text, list(notice.edits)))):
        yield Mend(_title(look, notice.edits), notice, notice.edits, True)


def _title(look: Look, edits: Iterable[Edit]) -> str:
    edits = list(edits)
    if len(edits) == 1:
        before, after = look.text[edits[0].start : edits[0].end], edits[0].text
        if 0 < len(before) <= 60 and len(after) <= 60 and "\n" not in before + after:
            return f"Write `{after}` instead of `{before}`" if after else f"Remove `{before}`"
    return "Mend this without changing what the rule means"


def _nearest(look: Look, notice: Notice, again: Again) -> Iterator[Mend]:
    """The name that a message takes to be meant, in the place of one word of the stretch."""
    match = _NEAREST.search(notice.message)
    if match is None:
        return
    name = match.group(1)
    words = list(_WORD.finditer(look.text[notice.start : notice.end]))[:_MOST]
    named = re.findall(r"`\$?([^`]*)`", notice.message)
    for word in reversed(words):
        if len(words) > 1 and word.group().removeprefix("$") not in named:
            continue
        start = notice.start + word.start()
        written = f"${name}" if word.group().startswith("$") and not name.startswith("$") else name
        edit = Edit(start, notice.start + word.end(), written)
        if word.group() != written and _is_gone(notice, look, again(edited(look.text, [edit]))):
            yield Mend(f"Write `{written}` instead of `{word.group()}`", notice, (edit,))
            return


def _ignored(look: Look, notice: Notice, again: Again) -> Iterator[Mend]:
    """A comment behind the line, one more code in the comment there, or a comment above."""
    if not notice.is_check:
        return
    for edit in _comments(look, notice):
        after = again(edited(look.text, [edit]))
        if _is_gone(notice, look, after) and _is_same(look, after):
            yield Mend(f"Ignore {notice.code} on this line", notice, (edit,))
            return


def _comments(look: Look, notice: Notice) -> Iterator[Edit]:
    text = look.text
    line = text.count("\n", 0, notice.start) + 1
    for each in ignores_in(frontmatter.split(look.rule.source)[1] if look.rule is not None else ""):
        codes = _CODES.search(text, each.span.start, each.span.end)
        if each.line == line and each.counts and codes is not None:
            yield Edit(codes.end(1), codes.end(1), f", {notice.code}")
    line_end = text.find("\n", notice.start)
    line_end = len(text) if line_end < 0 else line_end
    line_end -= text[:line_end].endswith("\r")
    comment = f"# gsl: ignore[{notice.code}] {REASON}"
    yield Edit(line_end, line_end, f"  {comment}")
    line_start = text.rfind("\n", 0, notice.start) + 1
    indent = text[line_start:][: len(text[line_start:]) - len(text[line_start:].lstrip(" \t"))]
    yield Edit(line_start, line_start, f"{indent}{comment}\n")


def _is_same(before: Look, after: Look) -> bool:
    one, other = before.rule, after.rule
    return one is not None and other is not None and with_room(lambda: one.statement == other.statement)

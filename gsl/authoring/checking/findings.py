"""What a check finds in a rule: a code, a message, a place, and the edits that would mend it."""

from __future__ import annotations

from msgspec import Struct
from msgspec.structs import force_setattr

from gsl.errors import Span, bounded, printable
from gsl.language import nodes
from gsl.language.formatter import format_expression

_LONGEST = 70


class Edit(Struct, frozen=True):
    """A new text for a stretch of the rule's text."""

    start: int
    end: int
    text: str


class Finding(Struct, frozen=True):
    """One thing found. `edits` mend it without changing what the rule means."""

    code: str
    message: str
    span: Span
    edits: tuple[Edit, ...] = ()

    def __post_init__(self) -> None:
        force_setattr(self, "message", bounded(self.message))


def quoted(node: nodes.Expression) -> str:
    """An expression as messages show it: canonical, in backticks, cut in the middle when long."""
    text = printable(format_expression(node))
    if len(text) > _LONGEST:
        text = f"{text[: _LONGEST // 2]} ... {text[-_LONGEST // 2 :]}"
    return f"`{text}`"

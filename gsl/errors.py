"""What can go wrong, and how it is shown: a place in a text, a problem there, and the error tree."""

from __future__ import annotations

from msgspec import Struct
from msgspec.structs import force_setattr

LINE_WIDTH = 120
"""Characters of a source line that a diagnostic shows; longer lines are cut round the caret."""


MOST_PROBLEMS = 100

LONGEST_MESSAGE = 400
"""Characters of a message; longer ones lose their middle."""


class Span(Struct, frozen=True):
    """A stretch of a text: offsets from 0 (`end` is exclusive), line and column from 1."""

    start: int
    end: int
    line: int
    column: int

    def to(self, other: Span) -> Span:
        """The stretch from the start of this span to the end of `other`."""
        return Span(self.start, other.end, self.line, self.column)

    @classmethod
    def at(cls, text: str, start: int, end: int | None = None) -> Span:
        """The span of `text[start:end]` (one character when `end` is left out)."""
        line_start = text.rfind("\n", 0, start) + 1
        line = text.count("\n", 0, start) + 1
        return cls(start, start + 1 if end is None else end, line, start - line_start + 1)


class Source(Struct, frozen=True):
    """A text and the name that messages give it; `file` is the path of the file it stands in, if any."""

    text: str
    name: str = "<rule>"
    file: str | None = None


def printable(text: str) -> str:
    """`text` with every control character replaced, so that no input can drive a terminal."""
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() else " " if c in "\t\r\n" else "\N{REPLACEMENT CHARACTER}" for c in text)


def bounded(text: str) -> str:
    """A message that is safe to print and of bounded length: names in it come from inputs."""
    text = printable(text[: 4 * LONGEST_MESSAGE])
    if len(text) <= LONGEST_MESSAGE:
        return text
    half = LONGEST_MESSAGE // 2
    return f"{text[:half]}...{text[-half:]}"


class Problem(Struct, frozen=True):
    """One thing wrong at one place of a rule.

    `code` is stable and never changes its meaning; `message` says what was found, what was
    expected and, where there is one, the nearest known name.
    """

    code: str
    message: str
    span: Span

    def __post_init__(self) -> None:
        force_setattr(self, "message", bounded(self.message))


def render(problem: Problem, source: Source) -> str:
    """The problem as people read it: `file:line:col: error[code]: message`, the line, a caret."""
    span = problem.span
    head = f"{printable(source.name)}:{span.line}:{span.column}: error[{problem.code}]: {problem.message}"
    line_start = source.text.rfind("\n", 0, span.start) + 1
    line_end = source.text.find("\n", span.start)
    line_end = len(source.text) if line_end < 0 else line_end
    first = max(line_start, span.start - LINE_WIDTH // 2) if line_end - line_start > LINE_WIDTH else line_start
    shown = printable(source.text[first : min(line_end, first + LINE_WIDTH)])
    if not shown.strip():
        return head
    indent = span.start - first
    carets = "^" * max(1, min(span.end, line_end) - span.start)
    gutter = str(span.line)
    blank = " " * len(gutter)
    return f"{head}\n  {gutter} | {shown}\n  {blank} | {' ' * indent}{carets[: max(1, LINE_WIDTH - indent)]}"


class GslError(Exception):
    """The root of every error that gsl raises on purpose.

    `rule_id`, `rule_title` and `rule_severity` are of the rule that it is about, where known.
    """

    rule_id: str | None = None
    rule_title: str | None = None
    rule_severity: str | None = None

    def about(self, rule_id: str, title: str | None = None, severity: str | None = None) -> GslError:
        """The same error, said of a rule; what an inner place said already stands."""
        if self.rule_id is None:
            self.rule_id, self.rule_title, self.rule_severity = rule_id, title, severity
        return self


class RuleError(GslError):
    """A rule that cannot be used; `problems` holds what was found wrong with it, in text order.

    Of very many problems the first hundred are kept; `more` counts the others.
    """

    def __init__(self, problems: tuple[Problem, ...], source: Source) -> None:
        super().__init__(problems, source)
        self.problems = problems[:MOST_PROBLEMS]
        self.more = len(problems) - len(self.problems)
        self.source = source

    def __str__(self) -> str:
        shown = [render(problem, self.source) for problem in self.problems]
        if self.more:
            shown.append(f"{printable(self.source.name)}: and {self.more} more problems")
        return "\n".join(shown)


class InputError(GslError):
    """A file or value that cannot be read: what was expected, and where it stands.

    `line` and `column` count from 1 and are `None` where there is no position; from there on it is
    about `length` characters.
    """

    def __init__(
        self,
        code: str,
        message: str,
        file: str | None = None,
        line: int | None = None,
        column: int | None = None,
        length: int = 1,
    ) -> None:
        super().__init__(code, message, file, line, column, length)
        self.code = code
        self.message = bounded(message)
        self.file = file
        self.line = line
        self.column = column
        self.length = length

    @property
    def location(self) -> str:
        """`file:line:column`, as far as they are known; empty when nothing is."""
        parts = [printable(str(part)) for part in (self.file, self.line, self.column) if part is not None]
        return ":".join(parts)

    def __str__(self) -> str:
        where = f"{self.location}: " if self.location else ""
        return f"{where}error[{self.code}]: {self.message}"


class InputErrors(GslError):
    """Several things that are wrong in one file; `errors` holds each with its place, in text order."""

    def __init__(self, errors: tuple[InputError, ...]) -> None:
        super().__init__(errors)
        self.errors = errors

    def __str__(self) -> str:
        return "\n".join([str(each) for each in self.errors])


class UsageError(GslError):
    """A call that asks for something that is not there: a file, a rule id, an option's value."""

    def __init__(self, message: str) -> None:
        super().__init__(bounded(message))

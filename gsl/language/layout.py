"""A rule in the one layout that `gsl fmt` gives it: same tree, same comments, lines of 100 columns."""

from __future__ import annotations

from collections.abc import Mapping

from gsl.errors import Problem, RuleError, Source, Span
from gsl.language import nodes
from gsl.language.depth import with_room
from gsl.language.outline import Chain, Group, Node, Test, outline_of, without_needless
from gsl.language.parser import parse
from gsl.language.scanner import check_limits
from gsl.language.words import Word, tidied, words_of

WIDTH = 100
"""Columns that a line has at most, where its words allow it."""

_SHORT = 80
"""Columns of a rule with several clauses that stays on one line."""

_STEP = 4
_TIGHT = ("close", "comma")


class _Writer:
    """Writes words: knows where the line is, breaks it round comments, and what fits on it."""

    def __init__(self, words: list[Word]) -> None:
        self.words = words
        self.pieces: list[str] = []
        self.column = 0
        self.fresh = True
        self.must_break = False
        self._ends = [0]
        self._breaks = [0]
        for place, word in enumerate(words):
            gap = self._gap(place)
            self._ends.append(self._ends[-1] + len(gap) + len(word.text))
            broken = bool(word.lead) or (place > 0 and words[place - 1].trail is not None)
            self._breaks.append(self._breaks[-1] + 2 * broken + 2 * ("\n" in word.text))

    def _gap(self, place: int) -> str:
        if place == 0:
            return ""
        before, word = self.words[place - 1], self.words[place]
        if before.kind == "open" or word.kind in _TIGHT or (word.kind == "open" and before.kind == "name"):
            return ""
        return " " if word.text else ""

    def is_flat(self, start: int, end: int) -> bool:
        """Whether the words can be on one line: no comment between them, no line break inside them."""
        inner = self._breaks[end] - self._breaks[start + 1]
        return inner == 0 and "\n" not in self.words[start].text

    def fits(self, start: int, end: int, more: int = 0) -> bool:
        """Whether the words fit on the line as it is, with room for some characters more."""
        if not self.is_flat(start, end):
            return False
        gap = 0 if self.fresh or self.must_break else len(self._gap(start))
        return self.column + gap + self.width(start, end) + more <= WIDTH

    def width(self, start: int, end: int) -> int:
        """The columns that words take on one line."""
        return self._ends[end] - self._ends[start] - len(self._gap(start))

    def new_line(self, indent: int) -> None:
        """Go to a new line, if this one holds anything."""
        if not self.fresh:
            self.pieces.append("\n")
        self.column, self.fresh, self.must_break = indent, True, False

    def put(self, start: int, end: int, indent: int) -> None:
        """Write words with one blank between them; where a comment ends the line, the next has the indent."""
        for place in range(start, end):
            self._put(place, indent)

    def _put(self, place: int, indent: int) -> None:
        word = self.words[place]
        if self.must_break or (word.lead and not self.fresh):
            self.new_line(indent)
        self.put_comments(place)
        if not self.fresh and word.text:
            gap = self._gap(place)
            self.pieces.append(gap)
            self.column += len(gap)
        self._text(word.text)
        if word.trail is not None:
            self.pieces.append(f"  {word.trail}")
            self.must_break = True

    def put_comments(self, place: int) -> None:
        """Write the comments before a word on lines of their own, at the indent of the line; only once."""
        indent, word = self.column, self.words[place]
        for comment in word.lead:
            if comment:
                self._text(comment)
                self.new_line(indent)
            else:
                self.pieces.append("\n")
        word.lead = []

    def _text(self, text: str) -> None:
        if not text:
            return
        if self.fresh:
            self.pieces.append(" " * self.column)
            self.fresh = False
        self.pieces.append(text)
        line = text.rfind("\n")
        self.column = self.column + len(text) if line < 0 else len(text) - line - 1


class _Layout:
    def __init__(self, words: list[Word]) -> None:
        self.words = words
        self.writer = _Writer(words)

    def text(self) -> str:
        """The rule, with a newline at its end."""
        clauses = outline_of(self.words)
        writer, last = self.writer, len(self.words) - 1
        if writer.fits(0, last, WIDTH - _SHORT if len(clauses) > 1 else 0):
            writer.put(0, last, 0)
        else:
            writer.put(0, 1, 0)
            for number, clause in enumerate(clauses):
                if number:
                    writer.new_line(0)
                writer.put(clause.header, clause.header + 1, 0)
                self._clause(clause.body)
        writer.new_line(0)
        writer.put(last, last + 1, 0)
        return "".join(writer.pieces).rstrip("\n") + "\n"

    def _clause(self, body: Node) -> None:
        writer = self.writer
        if writer.must_break or self.words[body.start].lead:
            writer.new_line(_STEP)
            self._node(body, _STEP, _STEP)
        elif writer.fits(body.start, body.end):
            writer.put(body.start, body.end, _STEP)
        elif isinstance(body, Test):
            if not any([self._can_break(group) for group in body.groups]) and writer.is_flat(body.start, body.end):
                writer.new_line(_STEP)
            self._test(body, 0)
        elif not self._hug(body, 0):
            first = body.operands[0]
            if not writer.fits(first.start, first.end):
                writer.new_line(_STEP)
            self._operands(body, _STEP, _STEP)

    def _node(self, node: Node, indent: int, inner: int) -> None:
        """Write an expression on a line of that indent; operands that need lines of their own get the inner one."""
        if self.writer.fits(node.start, node.end):
            self.writer.put(node.start, node.end, indent)
        elif isinstance(node, Test):
            self._test(node, indent)
        elif not self._hug(node, indent):
            self._operands(node, indent, inner)

    def _operands(self, chain: Chain, indent: int, inner: int) -> None:
        """The operands of a chain, one a line."""
        for number, operand in enumerate(chain.operands):
            if number:
                self.writer.new_line(inner)
                self.writer.put(chain.operators[number - 1], chain.operators[number - 1] + 1, inner)
            own = inner if number else indent
            self._node(operand, own, own + _STEP)

    def _hug(self, chain: Chain, indent: int) -> bool:
        """Write `a and list contain [` on one line, if the chain is of that form and fits."""
        last = chain.operands[-1]
        if len(chain.operands) > 2 or self.words[chain.operators[0]].kind != "and" or not isinstance(last, Test):
            return False
        first = chain.operands[0]
        simple = isinstance(first, Test) and not any([group.form in "[(" for group in first.groups])
        group = last.groups[-1] if last.groups else None
        if not simple or group is None or not self._can_break(group) or group.close + 1 != last.end:
            return False
        if not self.writer.fits(chain.start, group.open + 1) or self._fits_on_a_line(last, indent):
            return False
        self.writer.put(chain.start, last.start, indent)
        self._broken(last, [group], indent)
        return True

    def _fits_on_a_line(self, operand: Node, indent: int) -> bool:
        """Whether an operand fits on a line of its own behind `and`, so that nothing has to be broken."""
        length = indent + _STEP + len("and ") + self.writer.width(operand.start, operand.end)
        return self.writer.is_flat(operand.start, operand.end) and length <= WIDTH

    def _test(self, test: Test, indent: int) -> None:
        """Write a test that does not fit: the brackets that have to be broken, and no others."""
        able = [group for group in test.groups if self._can_break(group)]
        must = [group for group in able if not self.writer.is_flat(group.open, group.close + 1)]
        if not must and able:
            widest = max(able, key=lambda group: group.close - group.open)
            choices = [[able[-1]], [widest], able]
            must = next((each for each in choices if self._suffices(test, each)), able)
        self._broken(test, must, indent)

    def _suffices(self, test: Test, broken: list[Group]) -> bool:
        """Whether a test fits when these brackets are broken."""
        after = broken[-1].close
        rest = self.writer.is_flat(after, test.end) and self.writer.width(after, test.end) <= WIDTH // 2
        return rest and self.writer.fits(test.start, broken[0].open + 1)

    def _can_break(self, group: Group) -> bool:
        """Whether it helps to break brackets: not round arguments, which are few and short."""
        return group.form != "call" and len(group.items) > (1 if group.form == "in" else 0)

    def _broken(self, test: Test, broken: list[Group], indent: int) -> None:
        place = test.start
        for group in broken:
            self.writer.put(place, group.open + 1, indent + _STEP)
            self.writer.new_line(indent + _STEP)
            self._body(group, indent + _STEP)
            self._end_of_body(group, indent)
            place = group.close + 1
        self.writer.put(place, test.end, indent + _STEP)

    def _body(self, group: Group, indent: int) -> None:
        if len(group.items) == 1:
            self._node(group.items[0], indent, indent)
        else:
            self._filled(group, indent)

    def _filled(self, group: Group, indent: int) -> None:
        """The items of a list, as many on a line as fit."""
        for item in group.items:
            end = item.end + (item is not group.items[-1])
            if not self.writer.fits(item.start, end):
                self.writer.new_line(indent)
            self._node(item, indent, indent)
            self.writer.put(item.end, end, indent)

    def _end_of_body(self, group: Group, indent: int) -> None:
        """The closing bracket, on a line of its own; comments before it are part of the body."""
        self.writer.new_line(indent + _STEP)
        self.writer.put_comments(group.close)
        self.writer.new_line(indent)
        self.writer.put(group.close, group.close + 1, indent)


def formatted(text: str, names: Mapping[str, str], source: Source | None = None) -> str:
    """A rule in the one layout. Raises `RuleError` for a text that is no rule.

    `names` gives the spelling of functions by their names in lower case; `source` is as in `parse`.
    """
    source = source or Source(text)
    text = _with_names(text, parse(text, source), names)
    result = with_room(lambda: _Layout(tidied(without_needless(words_of(text)))).text())
    if check_limits(result) is not None:
        message = "the rule is too long to be formatted: with its line breaks it would be over the limit"
        raise RuleError((Problem("rule-too-long", message, Span(0, 1, 1, 1)),), source)
    if parse(result) != parse(text):
        raise AssertionError("formatting would have changed the rule")
    return result


def _with_names(text: str, statement: nodes.Statement, names: Mapping[str, str]) -> str:
    """The text with functions spelled as in the table."""
    pieces, end = [], 0
    calls = [node for node in nodes.walk(statement) if isinstance(node, nodes.Call)]
    for call in sorted(calls, key=lambda call: call.name_span.end):
        start = call.name_span.end - len(call.name)
        pieces += [text[end:start], names.get(call.name.lower(), call.name)]
        end = call.name_span.end
    return "".join([*pieces, text[end:]])

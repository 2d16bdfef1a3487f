"""Text to tree: lark reads the grammar, the builder makes the nodes, errors become problems."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from lark import Lark, Token, Transformer, v_args
from lark.exceptions import UnexpectedInput

from gsl.errors import Problem, RuleError, Source, Span
from gsl.language import nodes
from gsl.language.diagnosis import diagnose
from gsl.language.scanner import check_limits, scan
from gsl.language.tables import tables_file

_TEXT_ESCAPES = {quote: re.compile(rf"\\(['\"\\])|{quote}({quote})") for quote in "'\""}
_COMPARATORS = {"==": "=", "<>": "!="}


def _span(token: Token) -> Span:
    start, end = token.start_pos, token.end_pos
    line, column = token.line, token.column
    assert start is not None
    assert end is not None
    assert line is not None
    assert column is not None
    return Span(start, end, line, column)


def text_of_string(literal: str) -> str:
    """The text that a string literal, quotes included, stands for."""
    quote = literal[0]
    return _TEXT_ESCAPES[quote].sub(lambda match: match.group(1) or match.group(2), literal[1:-1])


def number_of(literal: str) -> int | float:
    """The number that a number literal stands for; whole numbers are exact."""
    return float(literal) if "." in literal else int(literal)


def _keys(name: str) -> tuple[str, ...]:
    return tuple(name.removeprefix(".").split("."))


@v_args(inline=True)
class _Builder(Transformer[Token, nodes.Statement]):
    """One method a grammar rule; each returns a node, or a piece of one."""

    def check(
        self,
        target: nodes.Target,
        where: nodes.Expression | None,
        should: tuple[bool, nodes.Expression],
        exclude: nodes.Expression | None,
    ) -> nodes.Check:
        negated, condition = should
        span = target.span.to((exclude or condition).span)
        return nodes.Check(span, target, where, negated, condition, exclude)

    def query(self, target: nodes.Target, where: nodes.Expression) -> nodes.Query:
        return nodes.Query(target.span.to(where.span), target, where)

    def placeholder(self, word: Token) -> nodes.Placeholder:
        return nodes.Placeholder(_span(word))

    def target(self, name: Token) -> nodes.Target:
        return nodes.Target(_span(name), str(name), False)

    def list_target(self, word: Token, name: Token) -> nodes.Target:
        return nodes.Target(_span(word).to(_span(name)), str(name), True)

    def should(self, condition: nodes.Expression) -> tuple[bool, nodes.Expression]:
        return False, _fail_or(condition)

    def should_not(self, _not: Token, condition: nodes.Expression) -> tuple[bool, nodes.Expression]:
        return True, _fail_or(condition)

    def should_have(self, condition: nodes.Expression) -> tuple[bool, nodes.Expression]:
        return False, condition

    def should_not_have(self, _not: Token, condition: nodes.Expression) -> tuple[bool, nodes.Expression]:
        return True, condition

    def any_of(self, *operands: nodes.Expression) -> nodes.Or:
        return nodes.Or(operands[0].span.to(operands[-1].span), operands)

    def all_of(self, *operands: nodes.Expression) -> nodes.And:
        return nodes.And(operands[0].span.to(operands[-1].span), operands)

    def negated(self, word: Token, operand: nodes.Expression) -> nodes.Not:
        return nodes.Not(_span(word).to(operand.span), operand)

    def compare(self, left: nodes.Expression, operator: Token, right: nodes.Expression) -> nodes.Compare:
        spelling = _COMPARATORS.get(operator, str(operator))
        return nodes.Compare(left.span.to(right.span), spelling, left, right)

    def membership(self, subject: nodes.Expression, items: list[Any]) -> nodes.Membership:
        return nodes.Membership(subject.span.to(items[-1]), subject, tuple(items[:-1]), False)

    def no_membership(self, subject: nodes.Expression, _not: Token, items: list[Any]) -> nodes.Membership:
        return nodes.Membership(subject.span.to(items[-1]), subject, tuple(items[:-1]), True)

    def items(self, *items: Any) -> list[Any]:
        return [*items[:-1], _span(items[-1])]

    def list(self, name: nodes.NamedList) -> list[Any]:
        return [name, name.span]

    def named_list(self, name: Token) -> nodes.NamedList:
        return nodes.NamedList(_span(name), name[1:])

    def like(self, subject: nodes.Expression, word: Token, pattern: Token) -> nodes.Like:
        span = subject.span.to(_span(pattern))
        return nodes.Like(span, subject, text_of_string(pattern), word.lower() == "unlike")

    def regex_match(self, subject: nodes.Expression, regex: Token) -> nodes.RegexMatch:
        pattern, flags = regex[1:].rsplit("/", 1)
        _refuse_flags(regex, flags)
        place = _span(regex)
        pattern = re.sub(r"\\([\s\S])", lambda match: "/" if match.group(1) == "/" else match.group(), pattern)
        return nodes.RegexMatch(subject.span.to(place), subject, pattern, bool(flags), place)

    def array_operation(
        self, subject: nodes.Expression, word: Token, bracket: nodes.Expression, end: Token
    ) -> nodes.ArrayOperation:
        span = subject.span.to(_span(end))
        return nodes.ArrayOperation(span, word.lower(), subject, bracket, _span(word))

    def bracket(self, expression: nodes.Expression) -> nodes.Expression:
        if isinstance(expression, nodes.Literal):
            return nodes.LiteralBracket(expression.span, (expression,))
        return expression

    def literal_bracket(self, *literals: nodes.Literal) -> nodes.LiteralBracket:
        return nodes.LiteralBracket(literals[0].span.to(literals[-1].span), literals)

    def group_by(self, subject: nodes.Expression, key: nodes.Path, end: Token) -> nodes.GroupBy:
        return nodes.GroupBy(subject.span.to(_span(end)), subject, key)

    def arguments(self, *arguments: nodes.Expression) -> tuple[nodes.Expression, ...]:
        return arguments

    def call(
        self, subject: nodes.Expression, name: Token, arguments: tuple[nodes.Expression, ...], end: Token
    ) -> nodes.Call:
        return nodes.Call(subject.span.to(_span(end)), subject, str(name), arguments, _span(name))

    def context_call(self, name: Token, arguments: tuple[nodes.Expression, ...], end: Token) -> nodes.Call:
        place = _span(name)
        context = nodes.Path(Span(place.start, place.start, place.line, place.column), "", 0, ())
        return nodes.Call(place.to(_span(end)), context, str(name), arguments, place)

    def scoped_call(
        self, scope: nodes.Path, name: Token, arguments: tuple[nodes.Expression, ...], end: Token
    ) -> nodes.Call:
        place = _span(name)
        return nodes.Call(scope.span.to(_span(end)), scope, name.removeprefix("."), arguments, place)

    def parentheses(self, expression: nodes.Expression, _end: Token) -> nodes.Expression:
        return expression

    def path(self, name: Token) -> nodes.Path:
        return nodes.Path(_span(name), "", 0, _keys(name))

    def scope(self, word: Token) -> nodes.Path:
        return nodes.Path(_span(word), word[0], word.count("^"), ())

    def bare_scope(self, scope: nodes.Path) -> nodes.Path:
        return scope

    def scoped_path(self, scope: nodes.Path, name: Token) -> nodes.Path:
        return nodes.Path(scope.span.to(_span(name)), scope.scope, scope.levels, _keys(name))

    def element(self, word: Token, name: Token | None = None) -> nodes.Path:
        if name is None:
            return nodes.Path(_span(word), "$", 0, ())
        return nodes.Path(_span(word).to(_span(name)), "$", 0, _keys(name))

    def string(self, token: Token) -> nodes.Literal:
        return nodes.Literal(_span(token), text_of_string(token))

    def number(self, token: Token) -> nodes.Literal:
        return nodes.Literal(_span(token), number_of(token))

    def true(self, token: Token) -> nodes.Literal:
        return nodes.Literal(_span(token), True)

    def false(self, token: Token) -> nodes.Literal:
        return nodes.Literal(_span(token), False)

    def null(self, token: Token) -> nodes.Literal:
        return nodes.Literal(_span(token), None)


def _fail_or(condition: nodes.Expression) -> nodes.Expression:
    """`fail` is a keyword only as the whole of what directly follows `should [not]`."""
    alone = isinstance(condition, nodes.Path) and condition.scope == "" and len(condition.keys) == 1
    if alone and condition.keys[0].lower() == "fail":  # type: ignore[union-attr]
        return nodes.Fail(condition.span)
    return condition


class _BadToken(Exception):
    """A token that the grammar takes and the language does not."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem)
        self.problem = problem


def _refuse_flags(regex: Token, flags: str) -> None:
    if flags not in ("", "i"):
        message = f"`{flags}` is no flag of a regular expression here: only `i` (ignore case) is"
        raise _BadToken(Problem("regex-flag", message, _span(regex)))


@functools.cache
def _lark() -> Lark:
    grammar = Path(__file__).with_name("grammar.lark").read_text("utf-8")
    tables = tables_file()
    return Lark(
        grammar,
        parser="lalr",
        lexer="contextual",
        transformer=_Builder(),
        maybe_placeholders=True,
        g_regex_flags=re.ASCII,
        cache=str(tables) if tables is not None else False,
    )


def tokens_of(text: str) -> Iterator[Token]:
    """The tokens of a rule that parses; blanks and comments are what lies between them."""
    return _lark().parse_interactive(text).iter_parse()


def parse(text: str, source: Source | None = None) -> nodes.Statement:
    """The tree of one rule.

    `source` names the text in messages; give it when `text` is only a part of what the user wrote
    (the rest blanked out, so that lines and columns stay true). Raises `RuleError` with the first
    syntax error. Takes time linear in the text: over-long and over-deep texts are refused unread.
    """
    source = source or Source(text)
    problem = check_limits(text)
    if problem is not None:
        raise RuleError((problem,), source)
    flaw = scan(text)
    if flaw is not None and flaw.code in ("too-deep", "number-too-long"):
        raise RuleError((flaw,), source)
    try:
        statement: nodes.Statement = _lark().parse(text)  # type: ignore[assignment]
    except UnexpectedInput as error:
        raise RuleError((diagnose(text, error, flaw),), source) from None
    except _BadToken as error:
        raise RuleError((error.problem,), source) from None
    if flaw is not None:
        raise RuleError((flaw,), source)
    return statement

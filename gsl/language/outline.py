"""The words of a rule as the layout sees them: clauses, chains of `and` and `or`, tests, brackets.

Unlike the tree of a rule this has the parentheses, and says which of them a rule can do without.
"""

from __future__ import annotations

from typing import Union

from msgspec import Struct, field

from gsl.language.words import Word

_CLAUSES = ("where", "demand", "exclude")
_OR, _AND, _NOT, _TEST, _OPERAND = range(5)
"""What an expression is at its top, from the loosest to the tightest."""

_WHOLE = _OR
"""Where parentheses round anything are needless: nothing stands beside them."""


class Group(Struct, eq=False):
    """What stands in brackets: `form` is `[`, `(` round an expression, `in` or `call`."""

    form: str
    open: int
    close: int
    items: list[Node]


class Test(Struct, eq=False):
    """Words without `and` and `or` between them, and the brackets among them."""

    __test__ = False

    start: int
    end: int
    groups: list[Group] = field(default_factory=list)


class Chain(Struct, eq=False):
    """Operands joined by the same operator, whose places are `operators`."""

    operands: list[Node]
    operators: list[int]

    @property
    def start(self) -> int:
        """The place of its first word."""
        return self.operands[0].start

    @property
    def end(self) -> int:
        """The place behind its last word."""
        return self.operands[-1].end


Node = Union[Test, Chain]


class Clause(Struct, eq=False):
    """`where`, `should ...` or `exclude`, whose place is `header`, with its condition."""

    header: int
    body: Node


class _Reader:
    def __init__(self, words: list[Word]) -> None:
        self.words = words
        self.place = 0

    @property
    def kind(self) -> str:
        return self.words[self.place].kind

    def clauses(self) -> list[Clause]:
        found: list[Clause] = []
        self.place = 1
        while self.kind != "end":
            self.place += 1
            found.append(Clause(self.place - 1, self._chain("or")))
        return found

    def _chain(self, operator: str) -> Node:
        operands, operators = [self._operand(operator)], []
        while self.kind == operator:
            operators.append(self.place)
            self.place += 1
            operands.append(self._operand(operator))
        return Chain(operands, operators) if operators else operands[0]

    def _operand(self, operator: str) -> Node:
        return self._chain("and") if operator == "or" else self._test()

    def _test(self) -> Test:
        test = Test(self.place, self.place)
        while self.kind not in ("and", "or", "close", "comma", "end", *_CLAUSES):
            if self.kind == "open":
                test.groups.append(self._group())
            self.place += 1
        test.end = self.place
        return test

    def _group(self) -> Group:
        """The brackets that open here; afterwards the place is that of the closing one."""
        group = Group(self._form(), self.place, self.place, [])
        self.place += 1
        while self.kind != "close":
            group.items.append(self._chain("or"))
            if self.kind == "comma":
                self.place += 1
        group.close = self.place
        return group

    def _form(self) -> str:
        before = self.words[self.place - 1].kind
        if self.words[self.place].text == "[":
            return "["
        return {"name": "call", "in": "in"}.get(before, "(")


def outline_of(words: list[Word]) -> list[Clause]:
    """The clauses of a rule; there are none in a placeholder."""
    return _Reader(words).clauses()


class _Parentheses:
    """Finds the needless parentheses: without them the tree is the same, and as easy to read."""

    def __init__(self, words: list[Word]) -> None:
        self.words = words
        self.needless: list[Group] = []

    def look(self, node: Node, place: int) -> None:
        """Look through an expression; `place` is the loosest kind that may stand there bare."""
        if isinstance(node, Chain):
            for operand in node.operands:
                self.look(operand, _NOT)
            return
        for group in node.groups:
            self._look_into(node, group, place)

    def _look_into(self, test: Test, group: Group, place: int) -> None:
        if group.form != "(":
            single = group.form == "[" and len(group.items) == 1
            for item in group.items:
                self.look(item, _WHOLE if single else _OPERAND)
            return
        alone = (group.open, group.close + 1) == (test.start, test.end)
        bare = place if alone else _OPERAND
        body = group.items[0]
        if self._kind(body) >= bare and self._can_go(group):
            self.needless.append(group)
            self.look(body, bare)
        else:
            self.look(body, _WHOLE)

    def _kind(self, node: Node) -> int:
        """The kind of an expression, seen through parentheses round the whole of it."""
        while isinstance(node, Test):
            group = node.groups[0] if node.groups else None
            if group is None or group.form != "(" or (group.open, group.close + 1) != (node.start, node.end):
                return self._kind_of_test(node)
            node = group.items[0]
        return _OR if self.words[node.operators[0]].kind == "or" else _AND

    def _kind_of_test(self, test: Test) -> int:
        if self.words[test.start].kind == "not":
            return _NOT
        place = test.start
        for group in test.groups:
            if self._has_operator(place, group.open):
                return _TEST
            place = group.close
        return _TEST if self._has_operator(place, test.end) else _OPERAND

    def _has_operator(self, start: int, end: int) -> bool:
        return any([self.words[place].kind in ("test", "in") for place in range(start, end)])

    def _can_go(self, group: Group) -> bool:
        """Whether the comments at the parentheses have another word to go to."""
        if self.words[group.open].trail is not None or self.words[group.close].lead:
            return False
        return self.words[group.close].trail is None or not self._has_trail_before(group.close)

    def _has_trail_before(self, place: int) -> bool:
        """Whether a comment is behind the word before a place, or behind brackets that close there."""
        while True:
            place -= 1
            if self.words[place].trail is not None or self.words[place].kind != "close":
                return self.words[place].trail is not None


def without_needless(words: list[Word]) -> list[Word]:
    """The words without the parentheses that a rule can do without, whose comments go to their neighbours."""
    search = _Parentheses(words)
    for clause in outline_of(words):
        search.look(clause.body, _WHOLE)
    gone: set[int] = set()
    for group in search.needless:
        gone |= {group.open, group.close}
    _hand_over(words, gone)
    return [word for place, word in enumerate(words) if place not in gone]


def _hand_over(words: list[Word], gone: set[int]) -> None:
    for place in sorted(gone):
        word = words[place]
        if word.kind == "open":
            words[place + 1].lead = word.lead + words[place + 1].lead
        elif word.trail is not None:
            last = place - 1
            while last in gone:
                last -= 1
            words[last].trail = word.trail

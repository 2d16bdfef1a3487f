"""Conditions that are always or never true, parts of them that cannot matter, and `where` against condition.

What is said holds for every JSON value, missing ones and odd types included, and whether or not
case counts in texts. Nothing of it rests on a schema.
"""

from __future__ import annotations

from collections.abc import Iterator

from gsl.authoring.checking.building import Context
from gsl.authoring.checking.findings import Finding, quoted
from gsl.authoring.checking.formulas import AllOf, Budget, Exhausted, Formula, Leaf, Neg, Solver
from gsl.language import nodes
from gsl.language.depth import with_room
from gsl.semantics.values import same_text

_ORDERS = ("<", "<=", ">", ">=")
_MOST_OPERANDS = 60
"""Operands of one `and` or `or` that are compared with one another."""


class Logic:
    """The analysis of one rule.

    `never` are expressions that were found to be never true, each with whether that rests on case
    not counting in texts: all that is said comes down to these.
    """

    def __init__(self, statement: nodes.Check | nodes.Query) -> None:
        self.statement = statement
        self.findings: list[Finding] = []
        self.never: list[tuple[nodes.Expression, bool]] = []
        self._by_case = False
        self._budget = Budget()
        self._brackets: dict[int, bool | None] = {}
        self._said: set[int] = set()

    # --- whether something can be

    def _can_be(self, formula: Formula) -> bool:
        """Whether a formula can be true. Notes when it could, if case counted."""
        if Solver(str.casefold, self._budget).can_be(formula):
            return True
        self._by_case = Solver(same_text, self._budget).can_be(formula)
        return False

    def _settled(self, formula: Formula) -> bool | None:
        """`False` for never, `True` for always."""
        if not self._can_be(formula):
            return False
        return None if self._can_be(Neg(formula)) else True

    # --- walking

    def run(self) -> list[Finding]:
        """All that is found, until the work a rule may cost is done."""
        for phase in (self._contradictions, self._against_where):
            self._budget = Budget()
            try:
                with_room(phase)
            except Exhausted:
                return self.findings
        return self.findings

    def _contradictions(self) -> None:
        statement = self.statement
        condition = statement.condition if isinstance(statement, nodes.Check) else None
        exclude = statement.exclude if isinstance(statement, nodes.Check) else None
        self._root = self._context()
        own = [statement.where, condition, exclude]
        if statement.target.is_list:
            self._look([statement.where], self._context())
            own = own[1:]
        self._look(own, self._root)

    def _context(self) -> Context:
        return Context(self._budget, self._bracket_truth)

    def _look(self, roots: list[nodes.Expression | None], context: Context) -> None:
        known = [root for root in roots if root is not None and not isinstance(root, nodes.Fail)]
        for root in known:
            for node in _in_context(root):
                context.formula(node)
        for root in known:
            self._visit(root, context)

    def _bracket_truth(self, node: nodes.ArrayOperation) -> bool | None:
        """What is known of a bracket: always true, never, or neither."""
        if id(node) not in self._brackets:
            context = self._context()
            self._brackets[id(node)] = None
            self._look([node.bracket], context)
            truth = self._settled(context.formula(node.bracket))
            self._brackets[id(node)] = None if self._by_case else truth
        return self._brackets[id(node)]

    def _visit(self, node: nodes.Expression, context: Context) -> bool:
        """Whether something was said of a condition or a part of it; says it."""
        said = any([self._visit(child, context) for child in _operands(node)])
        if isinstance(node, nodes.ArrayOperation):
            said = said or id(node.bracket) in self._said
        if not said:
            said = self._say(node, context)
        if said:
            self._said.add(id(node))
        return said

    def _say(self, node: nodes.Expression, context: Context) -> bool:
        if isinstance(node, nodes.Not) or not _is_condition(node):
            return False
        if isinstance(node, nodes.Compare) and node.left == node.right and not isinstance(node.left, nodes.Literal):
            self._to_itself(node)
            return True
        truth = self._settled(context.formula(node))
        if truth is not None:
            self._note(nodes.Not(node.span, node) if truth else node)
            if not _has_no_order(node):
                self.findings.append(self._settled_finding(node, truth, context))
            return True
        return isinstance(node, (nodes.And, nodes.Or)) and self._say_idle(node, context)

    def _settled_finding(self, node: nodes.Expression, truth: bool, context: Context) -> Finding:
        code, word = ("GSL201", "always") if truth else ("GSL202", "never")
        pair = self._pair(node, truth, context)
        if pair is None:
            return self._found(code, f"{quoted(node)} is {word} true, whatever the data", node)
        first, second = quoted(pair[0]), quoted(pair[1])
        message = f"{first} and {second} are never both true"
        if truth:
            message = f"{first} or {second} is true of everything, so this condition is always true"
        return self._found(code, message, pair[1])

    def _note(self, never: nodes.Expression) -> None:
        self.never.append((never, self._by_case))

    def _found(self, code: str, message: str, node: nodes.Expression) -> Finding:
        """A finding; it says so when it rests on case."""
        return Finding(code, message + (" (as long as case does not count)" if self._by_case else ""), node.span)

    def _pair(
        self, node: nodes.Expression, truth: bool, context: Context
    ) -> tuple[nodes.Expression, nodes.Expression] | None:
        """The two operands that settle a condition, if two do."""
        if not isinstance(node, nodes.Or if truth else nodes.And):
            return None
        for number, second in enumerate(node.operands[:_MOST_OPERANDS]):
            for first in node.operands[:number]:
                parts = [context.formula(each) for each in (first, second)]
                if not self._can_be(AllOf(tuple([Neg(part) if truth else part for part in parts]))):
                    return first, second
        return None

    def _to_itself(self, node: nodes.Compare) -> None:
        what = {"=": "always true", "!=": "never true", "<": "never true", ">": "never true"}.get(node.operator)
        meaning = what or "true of everything that has an order"
        self.findings.append(
            Finding("GSL208", f"{quoted(node)} compares a value with itself: it is {meaning}", node.span)
        )

    def _say_idle(self, node: nodes.And | nodes.Or, context: Context) -> bool:
        """Operands that change nothing, given the others."""
        kept = list(node.operands)
        if len(kept) > _MOST_OPERANDS:
            return False
        for operand in reversed(node.operands):
            others = [each for each in kept if each is not operand]
            if others and self._is_idle(operand, others, isinstance(node, nodes.Or), context):
                kept = others
                self._note(_never_if_idle(operand, others, isinstance(node, nodes.Or)))
                self.findings.append(self._idle_finding(operand, others, isinstance(node, nodes.Or), context))
        return len(kept) < len(node.operands)

    def _is_idle(
        self, operand: nodes.Expression, others: list[nodes.Expression], is_or: bool, context: Context
    ) -> bool:
        own = context.formula(operand)
        parts = [context.formula(each) for each in others]
        if is_or:
            return not self._can_be(AllOf((own, *[Neg(part) for part in parts])))
        return not self._can_be(AllOf((Neg(own), *parts)))

    def _idle_finding(
        self, operand: nodes.Expression, others: list[nodes.Expression], is_or: bool, context: Context
    ) -> Finding:
        cause = next((each for each in others if self._is_idle(operand, [each], is_or, context)), None)
        if cause == operand:
            message = f"{quoted(operand)} stands here twice"
        elif cause is None:
            message = f"{quoted(operand)} cannot matter beside the other parts"
        elif is_or:
            message = f"{quoted(operand)} cannot matter: wherever it is true, {quoted(cause)} is"
        else:
            message = f"{quoted(operand)} cannot matter: it is true wherever {quoted(cause)} is"
        return self._found("GSL203", message, operand)

    # --- `where` against the condition

    def _against_where(self) -> None:
        statement = self.statement
        if not isinstance(statement, nodes.Check) or statement.where is None or statement.target.is_list:
            return
        if isinstance(statement.condition, nodes.Fail) or id(statement.where) in self._said:
            return
        where = self._root.formula(statement.where)
        if id(statement.condition) not in self._said:
            self._condition_given(where, statement)
        exclude = statement.exclude
        if exclude is None or id(exclude) in self._said or self._can_be(AllOf((where, self._root.formula(exclude)))):
            return
        self._note_given(exclude, False)
        message = f"{quoted(exclude)} is never true where the `where` is: nothing is excluded"
        self.findings.append(self._found("GSL204", message, exclude))

    def _condition_given(self, where: Formula, statement: nodes.Check) -> None:
        condition = statement.condition
        truth = self._given(where, condition)
        if truth is not None:
            fate = "fails" if truth is statement.negated else "passes"
            self._note_given(condition, truth)
            message = f"where the `where` is true this is {_word(truth)}: every entity that is looked at {fate}"
            self.findings.append(self._found("GSL204", message, condition))
            return
        for operand in condition.operands if isinstance(condition, (nodes.And, nodes.Or)) else ():
            truth = self._given(where, operand)
            if truth is not None:
                self._note_given(operand, truth)
                message = f"{quoted(operand)} is {_word(truth)} where the `where` is true"
                self.findings.append(self._found("GSL204", message, operand))

    def _note_given(self, node: nodes.Expression, truth: bool) -> None:
        where = self.statement.where
        assert where is not None
        self._note(nodes.And(node.span, (where, nodes.Not(node.span, node) if truth else node)))

    def _given(self, where: Formula, node: nodes.Expression) -> bool | None:
        own = self._root.formula(node)
        if isinstance(own, Leaf) and len(own.variable.tests) == 1:
            return None
        if not self._can_be(AllOf((where, own))):
            return False
        return None if self._can_be(AllOf((where, Neg(own)))) else True


def _never_if_idle(operand: nodes.Expression, others: list[nodes.Expression], is_or: bool) -> nodes.Expression:
    """What is never true where an operand changes nothing beside others."""
    if is_or:
        return nodes.And(operand.span, (operand, *[nodes.Not(each.span, each) for each in others]))
    return nodes.And(operand.span, (nodes.Not(operand.span, operand), *others))


def _word(truth: bool) -> str:
    return "always true" if truth else "never true"


def _has_no_order(node: nodes.Expression) -> bool:
    """Whether a comparison is never true because a literal of it has no order, which GSL107 says."""
    sides = (node.left, node.right) if isinstance(node, nodes.Compare) and node.operator in _ORDERS else ()
    return any([isinstance(side, nodes.Literal) and isinstance(side.value, (bool, type(None))) for side in sides])


def _is_condition(node: nodes.Expression) -> bool:
    return not isinstance(node, (nodes.Path, nodes.NamedList, nodes.GroupBy, nodes.Literal))


def _operands(node: nodes.Expression) -> list[nodes.Expression]:
    """What is inside an expression in the same context."""
    if isinstance(node, (nodes.ArrayOperation, nodes.GroupBy)):
        return [node.subject]
    return [] if isinstance(node, nodes.LiteralBracket) else nodes.children(node)


def _in_context(root: nodes.Expression) -> Iterator[nodes.Expression]:
    pending = [root]
    while pending:
        node = pending.pop()
        if _is_condition(node):
            yield node
        pending.extend(_operands(node))


def logic_findings(statement: nodes.Statement) -> list[Finding]:
    """What is odd about the logic of a rule."""
    return [] if isinstance(statement, nodes.Placeholder) else Logic(statement).run()

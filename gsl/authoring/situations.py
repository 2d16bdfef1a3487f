"""Where in an unfinished rule the cursor stands: its words read one by one, and what may follow them.

Nothing is parsed: a rule that is being written is hardly ever one that parses. Each word moves a
small machine, which knows the brackets that are open and the shape of what was read last. Words
that do not fit are passed over. All of it takes time linear in the text.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from msgspec import Struct, field

from gsl.authoring.checking.shapes import Shapes, element_of, listing_of, under
from gsl.authoring.unfinished import Word, is_open_regex, is_partial, words_of
from gsl.inventory.schemas import Schema
from gsl.language.scanner import MAX_DEPTH, check_limits
from gsl.language.vocabulary import ARRAY_OPERATORS, RESERVED
from gsl.semantics.functions import function_table
from gsl.semantics.functions.properties import keys_of
from gsl.semantics.functions.table import Function

_LITERALS = ("true", "false", "null")
_SECTIONS = ("where", "should", "exclude")
_KINDS = {"boolean": "boolean", "number": "number", "list": "array", "text": "string", "object": "object"}
"""The types of JSON Schema for what functions are said to give."""

START, TYPE, TARGETED, OPERAND, OPERATOR = "start", "type", "targeted", "operand", "operator"
LIST, IN, BRACKET, CALL, TEXT, REGEX, NOTHING = "list", "in", "bracket", "call", "text", "regex", "nothing"
"""What may stand at a place; `start` is the place for a type or, where a type is understood, a condition."""


class Frame(Struct, eq=False):
    """An open bracket: what it is for, and what was so before it."""

    kind: str
    contexts: tuple[Schema | None, ...] = ()
    place: Schema | None = None
    compared: Schema | None = None
    comparing: bool = False
    function: Function | None = None
    operator: str = ""
    arguments: list[str] = field(default_factory=list)
    index: int = 0


class Situation(Struct, eq=False):
    """What is known of the place of the cursor.

    `wants` is what may stand there; `prefix` the part of it that is written, from `start` on, and
    `quote` the one that is open. `place` is the shape of the object whose property is being
    written, or of the value that an operator would follow, `compared` that of the value with which
    it is compared. `inner` says that a path is meant for sure, `fresh` that
    nothing of a condition is there yet.
    """

    wants: str
    prefix: str = ""
    start: int = 0
    quote: str = ""
    section: str = ""
    negated: bool = False
    have: bool = False
    contexts: tuple[Schema | None, ...] = ()
    place: Schema | None = None
    compared: Schema | None = None
    comparing: bool = False
    settled: bool = False
    inner: bool = False
    fresh: bool = False
    frame: Frame | None = None


def situation(
    text: str, cursor: int, shapes: Shapes, functions: Mapping[str, Function] | None = None, current: str | None = None
) -> Situation:
    """Where the cursor stands. With a `current` type, the text may also be a condition on that type alone."""
    if check_limits(text) is not None:
        return Situation(NOTHING, start=cursor)
    words = words_of(text[:cursor])
    last = words[-1] if words else None
    if last is not None and last.end == cursor and (last.kind in ("comment", "number") or is_open_regex(last)):
        return Situation(NOTHING, start=cursor)
    words = [word for word in words if word.kind != "comment"]
    partial = words.pop() if last is not None and is_partial(last, cursor) else None
    machine = _Machine(shapes, function_table() if functions is None else functions)
    machine.begin(words, current)
    for word in words:
        machine.take(word)
        if len(machine.frames) > MAX_DEPTH:
            return Situation(NOTHING, start=cursor)
    return machine.at(partial, cursor)


class _Machine:
    """Takes words, and remembers what matters for the next one."""

    def __init__(self, shapes: Shapes, functions: Mapping[str, Function]) -> None:
        self.shapes = shapes
        self.functions = functions
        self.wants = TYPE
        self.section = ""
        self.negated = self.have = False
        self.type_name: str | None = None
        self.is_list = False
        self.frames: list[Frame] = []
        self.contexts: tuple[Schema | None, ...] = ()
        self.place: Schema | None = None
        self.compared: Schema | None = None
        self.comparing = self.settled = self.fresh = False
        self.scoped = self.end = 0
        self.called: Function | None = None
        self.operator = ""

    # --- words ------------------------------------------------------------------------------------

    def begin(self, words: list[Word], current: str | None) -> None:
        """Choose between a rule and a condition on the current type."""
        if current is None:
            return
        if not words:
            self.wants = START
        elif not self._begins_rule(words):
            self.section, self.wants = "condition", OPERAND
        if self.wants != TYPE:
            self.contexts = (self.shapes.of(current),)

    def _begins_rule(self, words: list[Word]) -> bool:
        first, second = words[0], words[1].text.lower() if len(words) > 1 else ""
        if first.kind != "word":
            return False
        return second in _SECTIONS or (first.text.lower() == "list" and second == "<") or self._is_type(first.text)

    def _is_type(self, name: str) -> bool:
        return self.shapes.of(name) is not None

    def take(self, word: Word) -> None:
        """Go on by one word."""
        scoped, self.scoped, self.end = self.scoped, 0, word.end
        handler = _HANDLERS.get(word.kind)
        if handler is not None:
            handler(self, word.text, scoped)

    def word(self, text: str, scoped: int) -> None:
        """A keyword, a path, a type or the name of a function."""
        lower = text.lower()
        if lower in _SECTIONS:
            self._begin_section(lower)
        elif self.wants in (TYPE, START):
            self.wants, self.type_name = TARGETED, text
        elif lower == "have":
            self.wants, self.have = OPERAND, True
        elif self.wants == OPERAND:
            self._operand_word(text, lower)
        elif scoped and lower not in RESERVED and lower not in ARRAY_OPERATORS:
            self._value(under(self.place, text.split(".")))
            self.called = self.functions.get(lower)
        elif self.wants != TARGETED:
            self._operator_word(lower)

    def _begin_section(self, lower: str) -> None:
        self.frames.clear()
        entity = self.shapes.of(self.type_name) if self.type_name else None
        root = listing_of(entity) if self.is_list else entity
        self.contexts = (root, entity) if self.is_list and lower == "where" else (root,)
        self.section, self.negated, self.have = lower, False, False
        self._ask()
        self.fresh = True

    def _ask(self) -> None:
        """An operand comes next, the first of a new test."""
        self.wants, self.place, self.compared = OPERAND, None, None
        self.comparing = self.settled = self.fresh = False

    def _operand_word(self, text: str, lower: str) -> None:
        if lower == "not":
            self.negated = True
        elif lower in _LITERALS:
            self._literal()
        elif lower not in RESERVED:
            self._value(under(self.contexts[-1] if self.contexts else None, text.split(".")))
            self.called = self.functions.get(lower)

    def _value(self, place: Schema | None) -> None:
        self.place, self.wants, self.settled, self.called = place, OPERATOR, False, None
        self.fresh = False

    def _literal(self) -> None:
        self._value(None)
        self.settled = self.comparing

    def _operator_word(self, lower: str) -> None:
        self.called = None
        if lower in ("and", "or"):
            self._ask()
        elif lower == "not":
            self.wants = LIST
        elif lower == "in":
            self.wants, self.compared, self.comparing = IN, self.place, True
        elif lower in ("like", "unlike"):
            self.wants, self.compared, self.comparing = TEXT, self.place, True
        elif lower == "regexmatch":
            self.wants, self.comparing = REGEX, True
        elif lower in ARRAY_OPERATORS or lower == "groupby":
            self.wants, self.operator = BRACKET, lower
        else:
            self.called, self.wants = self.functions.get(lower), CALL

    def literal(self, text: str, scoped: int) -> None:
        """A text, a number or a regular expression."""
        if self.frames and self.frames[-1].function is not None:
            self.frames[-1].arguments.append(text)
        if self.wants in (OPERAND, TEXT, REGEX):
            self._literal()

    def dotted(self, text: str, scoped: int) -> None:
        """A path behind a scope sign."""
        if scoped:
            self.place = under(self.place, text[1:].split(".")) if text != "." else self.place
            self.scoped = scoped

    def named(self, text: str, scoped: int) -> None:
        """A named list."""
        if self.wants in (IN, OPERAND):
            self._literal()

    def sign(self, text: str, scoped: int) -> None:
        """A scope sign."""
        levels = scoped + 1 if text == "^" else 1
        if not self.contexts or (self.wants != OPERAND and not scoped):
            return
        outward = self.contexts[-1 - levels] if levels < len(self.contexts) else None
        self._value({"^": outward, "~": self.contexts[0], "$": self.contexts[-1]}[text])
        self.scoped = 0 if text == "$" else levels

    def compare(self, text: str, scoped: int) -> None:
        """A comparison, or the angle brackets of `List<T>`."""
        if self.wants == TARGETED and text == "<":
            self.wants, self.is_list = TYPE, True
        elif self.wants in (OPERATOR, CALL):
            self.wants, self.compared, self.comparing = OPERAND, self.place, True

    # --- brackets ---------------------------------------------------------------------------------

    def open(self, text: str, scoped: int) -> None:
        """A bracket that opens: for arguments, items, elements, or a part of a condition."""
        frame = Frame("group", self.contexts, self.place, self.compared, self.comparing)
        if text == "(" and self.called is not None:
            frame.kind, frame.function = "arguments", self.called
        elif text == "(" and self.wants == IN:
            frame.kind = "items"
        elif text == "[":
            frame.kind, frame.operator = "elements", self.operator
            self.contexts = (*self.contexts, element_of(self.place))
        self.frames.append(frame)
        self.called = None
        if frame.kind == "items":
            self.wants, self.comparing, self.settled = OPERAND, True, False
        else:
            self._ask()

    def close(self, text: str, scoped: int) -> None:
        """A bracket that closes; what was asked before it goes on."""
        if not self.frames:
            return
        frame = self.frames.pop()
        self._value(self._result(frame))
        self.contexts, self.compared, self.comparing = frame.contexts, frame.compared, frame.comparing
        self.settled = frame.kind == "items"
        self.comparing = self.comparing or self.settled

    def _result(self, frame: Frame) -> Schema | None:
        """The shape of what a bracket, with what stands before it, amounts to."""
        if frame.function is None:
            return frame.place if frame.operator == "with" else self.place if frame.kind == "group" else None
        name, first = frame.function.name.lower(), frame.arguments[0][1:-1] if frame.arguments else ""
        if name in ("getvalue", "getvalues"):
            return under(element_of(frame.place or (frame.contexts or (None,))[-1]), keys_of(first))
        if name in ("getresource", "getresources"):
            found = self.shapes.of(first)
            return {"type": "array", "items": found} if name == "getresources" and found is not None else found
        if name in ("first", "last"):
            return element_of(frame.place)
        kind = _KINDS.get(frame.function.gives)
        return frame.place if name == "unique" else None if kind is None else {"type": kind}

    def comma(self, text: str, scoped: int) -> None:
        """The next argument or item."""
        if self.frames:
            frame = self.frames[-1]
            frame.index += 1
            self.wants, self.settled, self.place, self.called = OPERAND, False, None, None

    # --- the cursor -------------------------------------------------------------------------------

    def at(self, partial: Word | None, cursor: int) -> Situation:
        """The situation behind all words, with the part of one that is written."""
        found = Situation(self.wants, start=cursor, section=self.section, negated=self.negated, have=self.have)
        found.contexts, found.place, found.compared = self.contexts, self.place, self.compared
        found.comparing, found.settled = self.comparing, self.settled
        found.frame = self.frames[-1] if self.frames else None
        found.fresh = self.fresh
        if partial is None:
            found.inner = self.scoped > 0 and cursor == self.end
            found.wants = OPERAND if found.inner else found.wants
            return self._asked(found)
        found.start, found.prefix = partial.start, partial.text
        if partial.kind == "string":
            found.start, found.prefix, found.quote = partial.start + 1, partial.text[1:], partial.text[0]
        elif partial.kind == "dotted" or (partial.kind == "word" and self.scoped):
            self._below(found, partial, self.place)
        elif partial.kind == "word" and self.wants in (START, OPERAND) and "." in partial.text:
            self._below(found, partial, self.contexts[-1] if self.contexts else None)
        return self._asked(found)

    def _asked(self, found: Situation) -> Situation:
        if found.wants in (START, OPERAND) and not found.inner:
            found.place = self.contexts[-1] if self.contexts else None
        return found

    def _below(self, found: Situation, partial: Word, place: Schema | None) -> None:
        """The last key of a path is being written."""
        *above, found.prefix = partial.text.removeprefix(".").split(".")
        found.start = partial.end - len(found.prefix)
        found.wants, found.inner, found.place = OPERAND, True, under(place, above)


_HANDLERS: dict[str, Callable[[_Machine, str, int], None]] = {
    "word": _Machine.word,
    "string": _Machine.literal,
    "regex": _Machine.literal,
    "number": _Machine.literal,
    "dotted": _Machine.dotted,
    "list": _Machine.named,
    "sign": _Machine.sign,
    "comparator": _Machine.compare,
    "open": _Machine.open,
    "close": _Machine.close,
    "comma": _Machine.comma,
}

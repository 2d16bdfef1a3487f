"""Why a text does not parse: from where the parser stopped to one problem a person can act on."""

from __future__ import annotations

import re

from lark.exceptions import UnexpectedInput, UnexpectedToken

from gsl.errors import Problem, Span, printable
from gsl.language.vocabulary import ARRAY_OPERATORS, RESERVED, nearest

_PATH_BEFORE = re.compile(r"[A-Za-z_][A-Za-z0-9_:.-]*$", re.ASCII)
_WORD = re.compile(r"[A-Za-z_][A-Za-z0-9_:-]*", re.ASCII)
_WORDS_BEFORE = re.compile(r"(?:([A-Za-z_][A-Za-z0-9_.:-]*)\s+)?([A-Za-z_][A-Za-z0-9_.:-]*)\s*$", re.ASCII)
_NAMED_LIST_BEFORE = re.compile(r"\$[A-Za-z_][A-Za-z0-9_]*\s*$", re.ASCII)
_NAMED_LIST = re.compile(r"\$[A-Za-z_][A-Za-z0-9_]*", re.ASCII)
_INDEX = re.compile(r"\[\s*(?:[0-9]+|\*|'[^']*'|\"[^\"]*\")\s*\]", re.ASCII)
_KEY_CHARACTER = re.compile(r"[A-Za-z0-9_]", re.ASCII)
_SHOWN = re.compile(r"'[^'\n]{0,20}'?|\"[^\"\n]{0,20}\"?|[0-9.]{1,20}|\S[=>]?")
_LOOK_BACK = 1000
"""Characters before the error that are looked at."""

_KEYWORDS = {
    "_WHERE": ("where",),
    "_SHOULD": ("should",),
    "_HAVE": ("have",),
    "_EXCLUDE": ("exclude",),
    "_AND": ("and",),
    "_OR": ("or",),
    "NOT": ("not",),
    "_IN": ("in",),
    "LIKE": ("like", "unlike"),
    "_REGEX_MATCH": ("regexMatch",),
    "ARRAY_OPERATOR": ARRAY_OPERATORS,
    "_GROUP_BY": ("groupBy",),
}
_THINGS = {
    "TYPE": "an entity type",
    "STRING": "a text in quotes",
    "REGEX": "a regular expression such as /^a/",
    "COMPARATOR": "a comparison such as `=`",
    "PATH": "a property",
    "LESSTHAN": "`<`",
    "MORETHAN": "`>`",
    "RPAR": "`)`",
    "RSQB": "`]`",
    "_LPAR": "`(`",
    "_LSQB": "`[`",
    "_COMMA": "`,`",
    "$END": "the end of the rule",
}
_REPLACEMENTS = {
    "&": "write `and`",
    "|": "write `or`",
    "!": "write `not` or `!=`",
    "+": "GSL has no arithmetic",
    "-": "GSL has no arithmetic",
    "*": "GSL has no arithmetic; text goes in quotes",
    "/": "a regular expression stands only after `regexMatch`",
    "%": "text goes in quotes",
    "{": "GSL has no braces",
    "}": "GSL has no braces",
    "@": "text goes in quotes",
    ";": "a rule ends with its text",
}


def diagnose(text: str, error: UnexpectedInput, flaw: Problem | None) -> Problem:
    """The one problem to report: the scanner's `flaw` where it explains the error, else our own."""
    ended = isinstance(error, UnexpectedToken) and error.token.type == "$END"
    start = (error.token.end_pos if ended else error.pos_in_stream) or 0  # type: ignore[attr-defined]
    expected = frozenset(getattr(error, "accepts", None) or getattr(error, "expected", None) or error.allowed or ())  # type: ignore[attr-defined]
    if flaw is not None and _explains(flaw, start, ended, expected):
        return flaw
    return _Diagnosis(text, start, expected, ended).problem()


def _explains(flaw: Problem, start: int, ended: bool, expected: frozenset[str]) -> bool:
    """Whether the scanner's flaw is why parsing stopped: a bracket left open only shows further on."""
    if flaw.code == "unclosed-bracket":
        return ended or (flaw.span.start < start and not expected.isdisjoint(("RPAR", "RSQB")))
    return ended or flaw.span.start <= start


class _Diagnosis:
    """The place where parsing stopped, and the questions asked of it in turn."""

    def __init__(self, text: str, start: int, expected: frozenset[str], ended: bool) -> None:
        self.text = text
        self.start = start
        self.expected = expected
        self.ended = ended
        self.character = text[start : start + 1]
        self.before = text[max(0, start - _LOOK_BACK) : start]
        word = _WORD.match(text, start)
        self.word = word.group() if word else ""
        self.operand_wanted = "STRING" in expected and "NUMBER" in expected

    def problem(self) -> Problem:
        for question in (
            self._nothing_there,
            self._named_list,
            self._broken_path,
            self._index,
            self._second_where,
            self._reserved,
            self._unfinished_call,
            self._end,
            self._invalid_character,
        ):
            answer = question()
            if answer is not None:
                return answer
        return self._unexpected()

    def _at(self, code: str, message: str, start: int, end: int | None = None) -> Problem:
        return Problem(code, message, Span.at(self.text, start, end))

    def _path_before(self, before: str) -> tuple[int, str] | None:
        match = _PATH_BEFORE.search(before)
        return (self.start - len(self.before) + match.start(), match.group()) if match else None

    def _nothing_there(self) -> Problem | None:
        if self.ended and "TYPE" in self.expected and "LIST" in self.expected:
            return self._at("empty-rule", "there is no rule here: only blanks and comments", 0)
        return None

    def _named_list(self) -> Problem | None:
        place = self.start - (self.text[max(0, self.start - 1) : self.start] == "$" and self.word != "")
        match = _NAMED_LIST.match(self.text, place)
        if match is None and self.expected == {"_LPAR"}:
            match = _NAMED_LIST_BEFORE.search(self.before)
            place = self.start - len(self.before) + match.start() if match else 0
        if match is None:
            return None
        name = match.group().rstrip()
        message = f"the named list `{name}` can stand only after `in`, alone or among its items"
        return self._at("list-outside-in", message, place, place + len(name))

    def _broken_path(self) -> Problem | None:
        path = self._path_before(self.before)
        if self.character in ("-", ":") and path is not None:
            message = f"a key cannot end with `{self.character}`"
            return self._at("key-ending", message, path[0], self.start + 1)
        if self.character != ".":
            return None
        spaced = self._path_before(self.before.rstrip()) if path is None else path
        following = self.text[self.start + 1 : self.start + 2]
        if spaced is None:
            return None
        if following == ".":
            return self._at("double-dot", "two dots in a row: a key is missing between them", spaced[0], self.start + 2)
        after = _WORD.match(self.text, len(self.text) - len(self.text[self.start + 1 :].lstrip()))
        joins = after is not None and after.group().lower() not in RESERVED
        blank = path is None or following.isspace()
        if blank and joins and after is not None:
            message = "a path has no blanks: write its keys and dots together"
            return self._at("blank-in-path", message, spaced[0], after.end())
        message = "the path ends with a dot: a key, which begins with a letter or `_`, is missing after it"
        return self._at("path-ends-with-dot", message, spaced[0], self.start + 1)

    def _index(self) -> Problem | None:
        path = self._path_before(self.before)
        index = _INDEX.match(self.text, self.start)
        if path is None or index is None:
            return None
        message = "GSL has no index: use an array operator such as `contain [...]`, `first()` or `getValue('key')`"
        return self._at("index-in-path", message, path[0], index.end())

    def _second_where(self) -> Problem | None:
        if self.word.lower() != "where" or "_AND" not in self.expected:
            return None
        earlier = re.findall(r"\bwhere\b", self.before, re.IGNORECASE)
        message = "a second `where`: it stands once, before `should`; join conditions with `and`"
        if not earlier:
            message = "`where` belongs before `should`: `T where ... should ...`"
        return self._at("second-where", message, self.start, self.start + len(self.word))

    def _reserved(self) -> Problem | None:
        if not self.operand_wanted or self.word.lower() not in RESERVED:
            return None
        message = f"`{self.word}` is a reserved word; {self._wanted()} was expected"
        return self._at("reserved-word", message, self.start, self.start + len(self.word))

    def _unfinished_call(self) -> Problem | None:
        """Two words in a row: the second was taken for a function's name, and no `(` follows."""
        words = _WORDS_BEFORE.search(self.before)
        if self.expected != {"_LPAR"} or words is None:
            return None
        offset = self.start - len(self.before)
        keywords = [word for spellings in _KEYWORDS.values() for word in spellings]
        if self.word.lower() in ("should", "where"):
            message = f"one text is one rule, and a second one seems to begin with `{words.group(2)}`"
            return self._at("unexpected", message, offset + words.start(2), offset + words.end(2))
        for group in (2, 1):
            word = words.group(group)
            near = nearest(word, keywords) if word else None
            if near is not None and word.lower() != near.lower():
                message = f"`{word}` does not fit here; did you mean `{near}`?"
                return self._at("unexpected", message, offset + words.start(group), offset + words.end(group))
        message = f"`{words.group(2)}` does not fit here: `and`, `or` or a comparison was expected before it"
        message += f", or `(` after it if it is a function: `{words.group(2)}()`"
        return self._at("unexpected", message, offset + words.start(2), offset + words.end(2))

    def _end(self) -> Problem | None:
        if not self.ended:
            return None
        return self._at("unexpected-end", f"the rule ends too early: {self._wanted()} was expected", self.start)

    def _invalid_character(self) -> Problem | None:
        known = self.word or self.character in "'\"()[],.=<>$~^#" or self.character.isdigit() or self._negative()
        if known and self.character.isascii():
            return None
        shown = printable(self.character) if self.character.isprintable() else f"U+{ord(self.character):04X}"
        hint = _REPLACEMENTS.get(self.character, "")
        if self.character == "-" and self.before[-4:].isdigit():
            hint = "dates go in quotes, such as '2024-05-01'"
        if self.text.startswith("---", self.start) and not self.before.strip():
            hint = "front matter must begin in the first line"
        if not self.character.isascii() and self.character.isalpha():
            hint = "keys are ASCII letters; read others with getValue('...')"
        message = f"GSL has no use for the character `{shown}` here" + (f": {hint}" if hint else "")
        return self._at("invalid-character", message, self.start)

    def _negative(self) -> bool:
        return self.character == "-" and self.text[self.start + 1 : self.start + 2].isdigit()

    def _unexpected(self) -> Problem:
        found = self.word or _SHOWN.match(self.text, self.start).group()  # type: ignore[union-attr]
        keywords = [word for name in self.expected for word in _KEYWORDS.get(name, ())]
        near = nearest(found, keywords) if self.word else None
        message = f"`{printable(found)}` does not fit here: {self._wanted()} was expected"
        if near is not None:
            message += f"; did you mean `{near}`?"
        elif self._negative():
            dated = self.before[-4:].isdigit()
            message += "; dates go in quotes" if dated else f"; {_REPLACEMENTS['-']}"
        elif self.expected == {"REGEX"}:
            message += "; it stands between slashes"
        return self._at("unexpected", message, self.start, self.start + len(found))

    def _wanted(self) -> str:
        """What could stand here, in words, most telling first."""
        if self.operand_wanted:
            return "a property, a value or `(`" if "_LPAR" in self.expected else "a property or a value"
        words = [f"`{word}`" for name in _KEYWORDS if name in self.expected for word in _KEYWORDS[name][:1]]
        things = [thing for name, thing in _THINGS.items() if name in self.expected and (name != "PATH" or not words)]
        wanted = words[:6] + things
        if not wanted:
            return "something else"
        return wanted[0] if len(wanted) == 1 else ", ".join(wanted[:-1]) + " or " + wanted[-1]

"""Words that fit patterns: the shortest one that comes to mind. Whether it fits is for the caller to try."""

from __future__ import annotations

_LONGEST = 200
_DEEPEST = 50
_ESCAPES = {"d": "0", "w": "x", "s": " ", "D": "x", "W": "-", "S": "x", "n": "\n", "t": "\t", "r": "\r", "C": "x"}
_NOTHING = frozenset("bBAzG")
_OTHERS = "x0-A ~.:/_"


def like_words(pattern: str) -> list[str]:
    """Words that fit a pattern of `like`."""
    return [pattern.replace("%", "")[:_LONGEST], pattern.replace("%", "x")[:_LONGEST]]


def regex_word(pattern: str) -> str | None:
    """A word in which a regular expression may be found; `None` where none comes to mind."""
    try:
        return _Reader(pattern).alternatives(0)
    except (_NoIdea, IndexError, ValueError, OverflowError):
        return None


class _NoIdea(Exception):
    """A pattern that is too long, too deep or has parts that are not known here."""


class _Reader:
    """Reads a pattern once, and makes the word as it goes."""

    def __init__(self, pattern: str) -> None:
        self.pattern = pattern
        self.place = 0

    def _next(self) -> str:
        self.place += 1
        return self.pattern[self.place - 1]

    def _at(self, start: str) -> bool:
        return self.pattern.startswith(start, self.place)

    def alternatives(self, depth: int) -> str:
        """The word of the first of several alternatives; reads to the end of them."""
        if depth > _DEEPEST:
            raise _NoIdea
        word = self._sequence(depth)
        while self._at("|"):
            self.place += 1
            self._sequence(depth)
        return word

    def _sequence(self, depth: int) -> str:
        word = ""
        while self.place < len(self.pattern) and self.pattern[self.place] not in "|)":
            word += self._part(depth)
            if len(word) > _LONGEST:
                raise _NoIdea
        return word

    def _part(self, depth: int) -> str:
        """One character, class or group, as often as it must be there."""
        first = self._next()
        if first == "(":
            piece = self._group(depth)
        elif first == "[":
            piece = self._class()
        elif first == "\\":
            piece = self._escape()
        else:
            piece = {".": "x", "^": "", "$": ""}.get(first, first)
        return piece * self._least(len(piece))

    def _group(self, depth: int) -> str:
        if self._at("?"):
            end = min([at for at in (self.pattern.find(each, self.place) for each in ":>)") if at >= 0])
            last = self.pattern[end]
            self.place = end + 1
            if last == ")":  # flags for what follows
                return ""
        word = self.alternatives(depth + 1)
        if self._next() != ")":
            raise _NoIdea
        return word

    def _least(self, length: int) -> int:
        """How often the part before must be there at least."""
        count = 1
        if self._at("*") or self._at("?"):
            self.place += 1
            count = 0
        elif self._at("+"):
            self.place += 1
        elif self._at("{") and "}" in self.pattern[self.place : self.place + 12]:
            least = self.pattern[self.place + 1 : self.pattern.index("}", self.place)].partition(",")[0]
            if not least.isdigit():
                return 1
            count = int(least)
            self.place = self.pattern.index("}", self.place) + 1
        else:
            return 1
        if self._at("?"):
            self.place += 1
        if count * length > _LONGEST:
            raise _NoIdea
        return count

    def _escape(self) -> str:
        letter = self._next()
        if letter in _NOTHING:
            return ""
        if letter in "pP":
            self.place = self.pattern.index("}", self.place) + 1 if self._at("{") else self.place + 1
            return "x" if letter == "p" else "-"
        if letter == "x":
            return self._code()
        if letter.isalnum() and letter not in _ESCAPES:
            raise _NoIdea
        return _ESCAPES.get(letter, letter)

    def _code(self) -> str:
        """A character by its number: `\\x41`, `\\x{1F4A9}`."""
        end = self.pattern.index("}", self.place) if self._at("{") else self.place + 2
        digits = self.pattern[self.place : end].strip("{")
        self.place = end + self._at_end(end)
        return chr(int(digits, 16))

    def _at_end(self, end: int) -> int:
        return int(self.pattern[end : end + 1] == "}" and self.pattern[self.place] == "{")

    def _class(self) -> str:
        """One member of a class; of a negated one something that is none."""
        negated = self._at("^")
        self.place += negated
        ranges: list[tuple[str, str]] = []
        while not self._at("]") or not ranges:
            low = self._member()
            high = low
            if self._at("-") and self.pattern[self.place + 1] != "]":
                self.place += 1
                high = self._member()
            ranges.append((low, high))
        self.place += 1
        if not negated:
            return ranges[0][0]
        others: tuple[str, ...] = (*_OTHERS, "\N{LATIN SMALL LETTER E WITH ACUTE}")
        for each in others:
            if _is_outside(each, ranges):
                return each
        raise _NoIdea

    def _member(self) -> str:
        letter: str = self._next()
        if letter == "[" and self._at(":"):
            self.place = self.pattern.index(":]", self.place) + 2
            return "x"
        return self._escape() or letter if letter == "\\" else letter


def _is_outside(character: str, ranges: list[tuple[str, str]]) -> bool:
    return all([not low <= character <= high for low, high in ranges])

"""A rule's text as words for the layout: each spelled canonically, with the comments that belong to it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lark import Token
from msgspec import Struct, field

from gsl.language.parser import text_of_string, tokens_of
from gsl.language.vocabulary import ARRAY_OPERATORS, RESERVED

_COMMENT = re.compile(r"#[^\n]*")
_INNER_QUOTE = {"'": "''", '"': '""'}
_BACKSLASHES = re.compile(r"\\+(?=(['\"]|\Z)?)")
_COMPARATORS = {"==": "=", "<>": "!="}
_KINDS = {
    "_WHERE": "where",
    "_SHOULD": "should",
    "_HAVE": "have",
    "_EXCLUDE": "exclude",
    "_AND": "and",
    "_OR": "or",
    "NOT": "not",
    "_IN": "in",
    "LIKE": "test",
    "COMPARATOR": "test",
    "_REGEX_MATCH": "test",
    "_LPAR": "open",
    "_LSQB": "open",
    "RPAR": "close",
    "RSQB": "close",
    "_COMMA": "comma",
    "LIST": "list",
    "OUTER": "scope",
    "ENTITY": "scope",
    "ELEMENT": "element",
    "PATH": "path",
    "DOT_PATH": "dotted",
}
"""What a token is for the layout; those not listed are plain words."""

_SPELLINGS = {"_REGEX_MATCH": "regexMatch", "_GROUP_BY": "groupBy", "LIST": "List"}
_LOWER = ("TRUE", "FALSE", "NULL", "ARRAY_OPERATOR")
_DOT_KEPT = RESERVED.union(ARRAY_OPERATORS, ["groupby"])
"""Keys, in lower case, that directly behind `~` would be keywords."""


class Word(Struct, eq=False):
    """A piece of text that stays together. `lead` are the comments on lines of their own before it,
    with empty ones for blank lines between them; `trail` is the comment behind it.
    """

    kind: str
    text: str
    lead: list[str] = field(default_factory=list)
    trail: str | None = None


def string_text(text: str) -> str:
    """The literal for a text: in single quotes, unless it has one and no double quote."""
    quote = '"' if "'" in text and '"' not in text else "'"
    escaped = _BACKSLASHES.sub(_backslashes, text)
    return quote + escaped.replace(quote, _INNER_QUOTE[quote]) + quote


def _backslashes(match: re.Match[str]) -> str:
    """A single backslash stands for itself, unless what follows would make it an escape."""
    run = match.group()
    return run if len(run) == 1 and match.group(1) is None else run * 2


def words_of(text: str) -> list[Word]:
    """The words of a rule that parses; the last one has no text, and the comments at the end."""
    words: list[Word] = []
    carried: list[str] = []
    end = 0
    for token in tokens_of(text):
        assert token.start_pos is not None
        assert token.end_pos is not None
        word = Word(_KINDS.get(token.type, "word"), _spelled(token))
        _attach(text[end : token.start_pos], words, word, carried)
        carried = [each.rstrip() for each in _COMMENT.findall(token)] if token.type == "OUTER" else []
        words.append(word)
        end = token.end_pos
    last = Word("end", "")
    _attach(text[end:], words, last, carried)
    return tidied([*words, last])


def _attach(gap: str, before: list[Word], word: Word, carried: list[str]) -> None:
    """Give the comments of a gap to the word that they are behind, or to the word below them."""
    word.lead += carried
    end = 0
    for match in _COMMENT.finditer(gap):
        lines = gap.count("\n", end, match.start())
        comment = match.group().rstrip()
        if end == 0 and lines == 0 and before and not carried:
            before[-1].trail = comment
        else:
            word.lead += ["", comment] if lines > 1 and word.lead else [comment]
        end = match.end()


def _spelled(token: Token) -> str:
    if token.type == "STRING":
        return string_text(text_of_string(token))
    if token.type == "OUTER":
        return ".".join("^" * _COMMENT.sub("", token).count("^"))
    if token.type == "COMPARATOR":
        return _COMPARATORS.get(token, str(token))
    if token.type in _SPELLINGS:
        return _SPELLINGS[token.type]
    keyword = token.type in _LOWER or _KINDS.get(token.type, "dotted") not in ("path", "dotted")
    return token.lower() if keyword else str(token)


def _settled(words: list[Word]) -> list[Word]:
    """The same words; no comment is behind `and` and `or`, or between a word and its comma."""
    for number, word in enumerate(words):
        if word.kind in ("and", "or"):
            _settle_operator(words[number - 1], word, words[number + 1])
        elif word.kind == "comma":
            _settle_comma(words[number - 1], word, words[number + 1])
    return words


def _settle_operator(before: Word, operator: Word, after: Word) -> None:
    if operator.trail is not None:
        if before.trail is None and not operator.lead:
            before.trail = operator.trail
        else:
            operator.lead.append(operator.trail)
    operator.lead += after.lead
    operator.trail, after.lead = None, []


def _settle_comma(before: Word, comma: Word, after: Word) -> None:
    comma.trail, spilled = _after([before, comma], before.trail)
    before.trail, comma.lead = None, []
    after.lead = spilled + after.lead


def _after(words: list[Word], trail: str | None) -> tuple[str | None, list[str]]:
    """Of the comments inside and behind some words: the one that stays behind them, and the others."""
    others: list[str] = []
    for word in words[1:]:
        others += word.lead
        if word.trail is not None and trail is None and not others:
            trail = word.trail
        elif word.trail is not None:
            others.append(word.trail)
    return trail, others


def tidied(words: list[Word]) -> list[Word]:
    """The words with those made one that are written together, and comments at the places for them."""
    return _settled(_joined(words))


def _joined(words: list[Word]) -> list[Word]:
    """The words with those made one that are written together: `should not have`, `not in`, `~name`."""
    result: list[Word] = []
    number = 0
    while number < len(words):
        count, kind, text = _unit(words, number)
        unit, following = words[number], number + count
        if count > 1:
            trail, spilled = _after(words[number:following], unit.trail)
            words[following].lead = spilled + words[following].lead
            unit = Word(kind, text, unit.lead, trail)
        result.append(Word(kind, text, unit.lead, unit.trail))
        number = following
    return result


def _unit(words: list[Word], number: int) -> tuple[int, str, str]:
    """How many words from here on are one, of which kind, and its text."""
    word = words[number]
    following = words[number + 1] if number + 1 < len(words) else word
    if word.kind == "list":
        return 4, "word", f"List<{words[number + 2].text}>"
    if word.kind == "should":
        return _demand(words, number)
    if word.kind == "not" and following.kind == "in":
        return 2, "in", "not in"
    if word.kind == "scope" and following.kind in ("path", "dotted", "name"):
        return _scoped(word, following, words[number + 2])
    if word.kind == "element" and following.kind == "dotted":
        return 2, "word", "$" + following.text
    called = word.kind == "path" and (following.kind, following.text) == ("open", "(")
    return 1, "name" if called else word.kind, word.text


def _scoped(scope: Word, path: Word, following: Word) -> tuple[int, str, str]:
    name = path.text.removeprefix(".")
    call = path.kind == "name" or (following.kind, following.text) == ("open", "(")
    dot = "." if name.lower() in _DOT_KEPT or (scope.text != "~" and not call) else ""
    return 2, "name" if call else "word", scope.text + dot + name


def _demand(words: list[Word], number: int) -> tuple[int, str, str]:
    following = list(_kinds(words, number + 1, 2))
    negated = following[0] == "not"
    have = "have" in following[:1] or following == ["not", "have"]
    count = 1 + negated + have
    text = "should not" if negated else "should"
    if not have and _is_fail(words, number + count):
        return count, "demand", text
    return count, "demand", text + " have"


def _kinds(words: list[Word], start: int, count: int) -> Iterator[str]:
    for word in words[start : start + count]:
        yield word.kind


def _is_fail(words: list[Word], number: int) -> bool:
    """Whether the keyword `fail` is all that follows, parentheses aside; it is then spelled as such."""
    while words[number].kind == "open":
        number += 1
    word = words[number]
    if word.kind != "path" or word.text.lower() != "fail":
        return False
    number += 1
    while words[number].kind == "close":
        number += 1
    if words[number].kind in ("exclude", "end"):
        word.text = "fail"
        return True
    return False

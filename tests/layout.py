"""The same rule in another spelling: blanks, lines, comments, case of keywords, quotes, optional words."""

from __future__ import annotations

import re
from random import Random

from gsl.language.parser import text_of_string
from gsl.language.vocabulary import ARRAY_OPERATORS, RESERVED

_TOKEN = re.compile(
    r"""
      '(?:[^'\\]|\\[\s\S]|'')*'
    | /(?:[^/\\]|\\[\s\S])*/i?
    | [\^~$.A-Za-z0-9_:-]+
    | !=|<=|>=|[=<>()\[\],]
    """,
    re.VERBOSE | re.ASCII,
)
_WORD = re.compile(r"[\^~$.A-Za-z0-9_:/-]", re.ASCII)
_BLANKS = (
    *(
        " ",
        "  ",
        "\n",
        "\t",
        "\r\n",
        "\n\n   ",
        "\f",
        "\N{NO-BREAK SPACE}",
        "\N{IDEOGRAPHIC SPACE}",
        "\u200b",
        "\ufeff",
    ),
    *(
        " # a comment\n",
        "# it's ( [ \" / not closed\n",
        " # where should have\r\n",
        "#\n",
        "\n# é \N{PILE OF POO}\n# again\n",
    ),
)
_SPELLINGS = {"=": ("=", "=="), "!=": ("!=", "<>")}


def tokens_of(text: str) -> list[str]:
    """The tokens of a rule in canonical spelling; paths with their scope are one."""
    return _TOKEN.findall(text)


def respelled(text: str, random: Random) -> str:
    """A rule in canonical spelling as someone else might have written it: the same tree, another text."""
    tokens = tokens_of(text)
    result, last = _blank(random, True), ""
    for number in range(len(tokens)):
        token = _token(number, tokens, random)
        if token:
            result += _blank(random, not _touches(last[-1:], token)) + token
            last = token
    return result + _blank(random, True)


def _touches(before: str, token: str) -> bool:
    """Whether two tokens would run into each other without a blank between them."""
    return bool(_WORD.match(before) and _WORD.match(token)) and not (token.startswith("/") and before.isalpha())


def _blank(random: Random, optional: bool) -> str:
    if optional and random.random() < 0.5:
        return ""
    return random.choice(_BLANKS) if random.random() < 0.3 else " "


def _token(number: int, tokens: list[str], random: Random) -> str:
    token = tokens[number]
    before = tokens[number - 1].lower() if number else ""
    following = tokens[number + 1].lower() if number + 1 < len(tokens) else ""
    if token.startswith("'"):
        return _quoted(token, random)
    if token in _SPELLINGS:
        return random.choice(_SPELLINGS[token])
    if token == "have" and before in ("should", "not") and following not in ("not", "fail") and random.random() < 0.4:
        return ""
    return _cased(token, random) if _is_keyword(token, before, following) else token


def _is_keyword(token: str, before: str, following: str) -> bool:
    if token.lower() in RESERVED:
        return True
    if token in (*ARRAY_OPERATORS, "groupBy"):
        return following == "["
    return (token == "List" and following == "<") or (token == "fail" and before == "should")


def _cased(token: str, random: Random) -> str:
    return random.choice((token, token, token.lower(), token.upper(), token.swapcase(), token.title()))


def _quoted(token: str, random: Random) -> str:
    text = text_of_string(token)
    doubled = text.replace("\\", "\\\\").replace('"', random.choice(('""', '\\"')))
    return random.choice((token, f'"{doubled}"'))

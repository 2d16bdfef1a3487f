"""Pairs of a secret's name and its value in a text: `Password=...;`, `"token": "..."`, `--password ...`, XML, headers.

The names are those that are masked as keys of entities. A value that only refers to a secret, as `${PASSWORD}` and
`{{resolve:...}}` do, is none.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from gsl.results.secret_keys import is_secret_key
from gsl.results.secret_shapes import Span, has_secret_name

_INDENT = 80
"""Characters before a name that are looked at to see whether it begins its line."""

REFERENCE = re.compile(
    r"\$\{[^{}]*+\}|\$\([^()]*+\)|\{\{[^{}]*+\}\}|<[^<>]*+>|%\w++%|\*++"
    r"|!(?:Ref|Sub|GetAtt|ImportValue|Join|If|FindInMap|Select)\b.*+"
    r"|(?:AKIA|ASIA)[A-Z0-9]{16}(?:/.*+)?|fileb?://.*+"
    r"|(?i:null|none|nil|true|false|yes|no|on|off|enabled|disabled|required|optional|undefined)"
)
"""Values under the name of a secret that are none: references, placeholders, ids of access keys, no value at all."""


def assigned(text: str) -> Iterator[Span]:
    """Where values stand that a text itself gives the name of a secret."""
    low = text.lower()
    if not has_secret_name(low):
        return
    patterns = _patterns()
    if "=" in text or ":" in text:
        yield from _of_pairs(text, patterns)
    if "value" in low:
        for found in patterns.named.finditer(text):
            if is_secret_key(found.group("key")):
                yield from _told(text, *_value_at(text, found))
    if "--" in text:
        yield from _under(patterns.option, text)
    if "</" in text:
        yield from _under(patterns.element, text)
    if "sig" in low:
        for found in patterns.signature.finditer(text):
            yield found.span(1)


def _of_pairs(text: str, patterns: _Patterns) -> Iterator[Span]:
    at = 0
    while found := patterns.pair.search(text, at):
        at = found.end()
        if is_secret_key(found.group("key")):
            start, end = _value_at(text, found)
            at = max(at, end)
            yield from _told(text, start, end)


def _under(pattern: re.Pattern[str], text: str) -> Iterator[Span]:
    """The second group of what a pattern finds, where the first is the name of a secret."""
    for found in pattern.finditer(text):
        if is_secret_key(found.group(1)):
            yield from _told(text, *found.span(2))


def _told(text: str, start: int, end: int) -> Iterator[Span]:
    if start < end and not REFERENCE.fullmatch(text, start, end):
        yield start, end


class _Patterns:
    """The patterns, made when they are first needed. A quote may have up to three backslashes, as in JSON in JSON."""

    def __init__(self) -> None:
        quote = r"\\{0,3}[\"']"
        between = r"[ \t]{0,8}(?P<sign>::?=|:?=(?![=~])>?|:(?=[ \t\"'\\])|(?<=[\"']):)[ \t]{0,8}"
        self.pair = re.compile(
            rf"(?<![A-Za-z0-9_/])(?P<key>[A-Za-z_][\w-]{{1,100}}+)(?:{quote})?{between}",
            re.ASCII,
        )
        self.named = re.compile(
            rf"(?<![a-z0-9])[a-z_]{{0,20}}?(?:key|name)(?:{quote})?[ \t]{{0,8}}[=:][ \t]{{0,8}}(?:{quote})?"
            rf"(?P<key>[a-z_/][\w./-]{{1,100}}+)(?:{quote})?"
            rf"(?:(?!\n[ \t]{{0,20}}-|(?:key|name)(?:{quote})?[ \t]{{0,4}}[=:])[^{{}}\[\]<>]){{0,120}}?"
            rf"(?<![a-z0-9])[a-z_]{{0,20}}?value(?:{quote})?{between}",
            re.ASCII | re.IGNORECASE,
        )
        self.option = re.compile(r"--([A-Za-z][\w-]{1,100}+)[ \t]++((?!-)[^\s\"']++)", re.ASCII)
        self.element = re.compile(
            r"<(?:[\w.]{1,50}+:)?([A-Za-z_][\w.-]{1,100}+)(?:\s[^<>]{0,200}+)?>([^<]++)", re.ASCII
        )
        # Signed addresses of Azure's and AWS's storage: whoever has the signature may read what they name.
        self.signature = re.compile(r"[?&](?:sig|signature|x-amz-signature)=([^\s&\"'<>]++)", re.IGNORECASE)
        self.quote = re.compile(quote)
        self.scheme = re.compile(
            r"(?:bearer|basic|token|digest|apikey|negotiate|aws4-hmac-sha256)[ \t]++", re.IGNORECASE
        )
        stop = r"[\"'](?![\s,;:)\]}/>]|\Z)|\\(?![nrt][\w .-]{0,60}[=:]|[\"'\\])"
        self.word = re.compile(rf"(?:[^\s;&,\"'<>\\]|[,&](?![\w .%-]{{1,60}}=)|{stop})*+")
        self.inline = re.compile(rf"(?:[^\s;,}}\]\"'<>\\]|{stop})*+")
        self.part = re.compile(rf"(?:[^;\r\n\"'<>\\]|{stop})*+")
        self.line = re.compile(rf"(?:[^\r\n,;\"'\\]|[,;](?![ \t]{{0,4}}[\"']?[\w.-]{{1,60}}[\"']?[:=])|{stop})*+")


@cache
def _patterns() -> _Patterns:
    return _Patterns()


def _value_at(text: str, found: re.Match[str]) -> Span:
    """Where the value stands that begins behind a match; the scheme of an authorization is no part of it."""
    patterns = _patterns()
    quote = patterns.quote.match(text, found.end())
    start = found.end() if quote is None else quote.end()
    scheme = patterns.scheme.match(text, start)
    start = start if scheme is None else scheme.end()
    if quote is not None:
        return start, _closing(text, start, quote.group())
    before = text[max(0, found.start() - _INDENT) : found.start()].rstrip(" \t-#'\"")
    if ":" not in found.group("sign"):
        form = patterns.part if before.endswith(";") else patterns.word
    elif text.startswith(("{", "["), start):
        return start, start  # what is in it has names of its own
    else:
        form = patterns.line if before.endswith("\n") or (found.start() < _INDENT and not before) else patterns.inline
    value = form.match(text, start)
    assert value is not None
    return start, start + len(value.group().rstrip())


def _closing(text: str, start: int, quote: str) -> int:
    """Where a quoted text ends: before the same quote; a text that is cut short has none.

    A quote behind `n` backslashes is escaped inside by `n + 1` more, and a backslash by as many.
    """
    backslashes = len(quote) - 1
    at = start
    while (at := text.find(quote[-1], at)) >= 0:
        before = at
        while before > start and text[before - 1] == "\\":
            before -= 1
        if (at - before) % (2 * len(quote)) == backslashes:
            return at - backslashes
        at += 1
    return len(text)

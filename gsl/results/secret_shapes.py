"""Secrets that a text gives away by their shape: found, and masked with the rest of the text left as it is.

Most texts hold none, and a run shows millions of them; so a few cheap tests come first, and what looks closer is
loaded when one of them was met.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

MASK = "***"
"""What stands for the secret part of a text."""

MOST_SEARCHED = 100_000
"""Characters of a text that are searched; of a longer one that looks suspicious, nothing made of it is shown."""

REACH = 1000
"""Characters behind the end of what is shown that are looked at: a secret may be known by what follows it."""

_SHORTEST = 8
_SHORTEST_TOKEN = 24
_SHORTEST_ENCODED = 40
_SHORTEST_PAIR = 60
"""Characters of an access key's id and its secret."""

_PIECE = 4
"""So many characters of a secret in a row are as good as the secret; a shorter secret is a piece."""

_MOST_PIECES = 10_000

_SIGNS = re.compile(r"[=@;\s\"'<]")
"""One of these is in every text that holds more than a bare token."""

RUN = re.compile(r"[A-Za-z0-9+/]{40}")

_SECRET_WORDS = (
    *("pass", "pwd", "secret", "token", "credential", "authorization", "cookie", "sig=", "signature=", "private key"),
    *("userdata", "user_data", "user-data", "customdata", "custom_data", "custom-data"),
    *("connectionstring", "connection_string", "connection-string"),
)
_KEYS = (
    *("api", "private", "account", "shared", "sharedaccess", "shared_access", "shared-access", "storage"),
    *("master", "primary", "secondary", "signing", "encryption"),
)
_LONGEST_KEY = 14

SCHEMES = ("bearer", "basic")
"""What stands before credentials that need no name."""

Span = tuple[int, int]


def masked(text: str, longest: int = MOST_SEARCHED) -> str:
    """The first `longest` characters of a text, with `***` for the secret parts of them."""
    head = text[: longest + REACH]
    if not is_suspect(head):
        return text[:longest]
    pieces = []
    shown = 0
    for start, end in secret_spans(head):
        if start >= longest:
            break
        pieces += [text[shown:start], MASK]
        shown = end
    return "".join([*pieces, text[shown:longest]])


def has_secret(text: str) -> bool:
    """Whether a secret is seen in a text."""
    return is_suspect(text) and bool(len(text) > MOST_SEARCHED or secret_spans(text))


def tells_of(text: str, sources: Iterable[str]) -> bool:
    """Whether what is shown of a text that was made of others has a piece of a secret of theirs."""
    return Pieces([each for each in sources if each != text]).are_in(text)


class Pieces:
    """The secrets in some texts, by which to know texts that were made of them."""

    def __init__(self, sources: Iterable[str]) -> None:
        self._are_many = False
        self._pieces: set[str] = set()
        left = _MOST_PIECES
        for source in sources:
            if not is_suspect(source):
                continue
            secrets = [source[start:end].casefold() for start, end in secret_spans(source)]
            left -= sum(map(len, secrets))
            if left < 0 or len(source) > MOST_SEARCHED:
                self._are_many = True
                return
            for each in secrets:
                self._pieces.update([each[at : at + _PIECE] for at in range(max(1, len(each) - _PIECE + 1))])

    def __bool__(self) -> bool:
        return self._are_many or bool(self._pieces)

    def are_in(self, text: str) -> bool:
        """Whether what is shown of a text has a piece of them; with more than can be looked for, any text may."""
        if not self:
            return False
        if self._are_many or len(text) > MOST_SEARCHED:
            return True
        kept = masked(text).casefold()
        sizes = {len(each) for each in self._pieces}
        return any([kept[at : at + size] in self._pieces for size in sizes for at in range(len(kept))])


def is_suspect(text: str) -> bool:
    """Whether a closer look at a text is worth its while: no secret is in the others."""
    length = len(text)
    if length < _SHORTEST:
        return False
    if _SIGNS.search(text) is None:
        if length < _SHORTEST_TOKEN or text.startswith("arn:"):
            return False
        return has_token_sign(text) or (length >= _SHORTEST_ENCODED and _may_be_encoded(text))
    low = text.lower()
    if has_secret_name(low) or "bearer" in low or "basic" in low or ("@" in text and ":" in text):
        return True
    if length >= _SHORTEST_TOKEN and has_token_sign(text):
        return True
    return length >= _SHORTEST_ENCODED and RUN.search(text) is not None


def _may_be_encoded(text: str) -> bool:
    """Whether a text may be base64 as a whole: it is no hash in hexadecimal digits, no ARN, no name of a host."""
    return ":" not in text and "-" not in text and "." not in text and not text.islower() and not text.isupper()


def has_secret_name(low: str) -> bool:
    """Whether a text in lower case may have the name of a secret in it; of keys there are many that are none."""
    for word in _SECRET_WORDS:
        if word in low:
            return True
    at = -1
    while (at := low.find("key", at + 1)) >= 0:
        if low[max(0, at - _LONGEST_KEY) : at].rstrip("_-").endswith(_KEYS):
            return True
    return False


def has_token_sign(text: str) -> bool:
    """Whether a text may hold a token: a part of each of their prefixes is asked for."""
    return (
        ("_" in text and _has_underlined(text))
        or ("-" in text and _has_hyphenated(text))
        or ("." in text and _has_dotted(text))
        or "AIza" in text
        or (len(text) > _SHORTEST_PAIR and ("AKIA" in text or "ASIA" in text))
    )


def _has_dotted(text: str) -> bool:
    return "eyJ" in text or "ya29." in text or "SG." in text or "hvs." in text or "hooks.slack" in text


def _has_underlined(text: str) -> bool:
    return (
        "gh" in text
        or "_live_" in text
        or "_test_" in text
        or "_v1_" in text
        or "npm_" in text
        or "github_pat_" in text
        or "whsec_" in text
    )


def _has_hyphenated(text: str) -> bool:
    return (
        "xox" in text
        or "sk-" in text
        or ("gl" in text and ("t-" in text or "oas-" in text or "rtr-" in text))
        or "xapp-" in text
        or "pypi-" in text
        or "GOCSPX-" in text
    )


def secret_spans(text: str) -> list[Span]:
    """Where the secret parts of a text stand, in order and apart from each other."""
    from gsl.results.secret_patterns import spans_in

    found: list[Span] = []
    for start, end in sorted(spans_in(text[: MOST_SEARCHED + REACH])):
        if found and start <= found[-1][1]:
            found[-1] = found[-1][0], max(end, found[-1][1])
        else:
            found.append((start, end))
    return found

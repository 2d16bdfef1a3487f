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

_REACH = 4096
"""Characters behind the end of what is shown that are looked at: a secret may be known by what follows it."""

_SHORTEST = 8
_SHORTEST_TOKEN = 20
_SHORTEST_ENCODED = 40
_PIECE = 4
"""So many characters of a secret in a row are as good as the secret; a shorter secret is a piece."""

_MOST_PIECES = 10_000

_SIGNS = re.compile(r"[=@;\s\"'<]")
"""One of these is in every text that holds more than a bare token."""

Span = tuple[int, int]


def masked(text: str, longest: int = MOST_SEARCHED) -> str:
    """The first `longest` characters of a text, with `***` for the secret parts of them."""
    if not is_suspect(text):
        return text[:longest]
    pieces = []
    shown = 0
    for start, end in secret_spans(text[: longest + _REACH]):
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
    if _SIGNS.search(text) is not None:
        return True
    if length < _SHORTEST_TOKEN:
        return False
    if has_token_sign(text):
        return True
    return length >= _SHORTEST_ENCODED and ":" not in text and "-" not in text and "." not in text


def has_token_sign(text: str) -> bool:
    """Whether a text may hold a token: a part of each of their prefixes is asked for."""
    return (
        (
            "_" in text
            and (
                "gh" in text
                or "github_pat_" in text
                or "_live_" in text
                or "_test_" in text
                or "_v1_" in text
                or "npm_" in text
            )
        )
        or "eyJ" in text
        or "AIza" in text
        or "xox" in text
        or "xapp-" in text
        or ("-" in text and ("gl" in text or "sk-" in text or "pypi-" in text or "GOCSPX-" in text or "-----" in text))
        or "ya29." in text
        or "SG." in text
        or "hv" in text
        or "slack" in text
        or "whsec_" in text
        or "AKIA" in text
        or "ASIA" in text
    )


def secret_spans(text: str) -> list[Span]:
    """Where the secret parts of a text stand, in order and apart from each other."""
    from gsl.results.secret_patterns import spans_in

    found: list[Span] = []
    for start, end in sorted(spans_in(text[: MOST_SEARCHED + _REACH])):
        if found and start <= found[-1][1]:
            found[-1] = found[-1][0], max(end, found[-1][1])
        else:
            found.append((start, end))
    return found

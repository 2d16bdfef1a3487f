"""The parts that the page is made of: texts that can never be markup, paragraphs, links, bars, charts."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Iterator, Sequence
from urllib.parse import quote, urlsplit

from msgspec import Struct

from gsl.errors import printable

LONGEST_NAME = 500
"""Characters of a name, an id or a message that the page shows."""

_MARKED = re.compile(r"`([^`\n]+)`")
_LABELLED = re.compile(r"([A-Z][A-Za-z]{1,11}): ")
_LISTED = ("- ", "* ")


LONGEST_EXPRESSION = 4_000


def short(text: str, most: int = LONGEST_NAME) -> str:
    """A text from outside, on one line, without control characters, and of bounded length."""
    return printable(text if len(text) <= most else text[: most - 1] + "…")


def text(value: object) -> str:
    """A value as text of the page, safe in attributes too."""
    return html.escape(short(str(value)))


def number(count: int) -> str:
    """A count as people read it."""
    return f"{count:,}"


def counted(count: int, one: str, many: str) -> str:
    """A count with what is counted."""
    return f"{number(count)} {one if count == 1 else many}"


def prose(words: str) -> str:
    """A description or remediation as paragraphs; `code` in backticks and labels such as `CLI:` stand out."""
    paragraphs = [part for part in re.split(r"\n[ \t]*\n", words.strip().replace("\r\n", "\n")) if part.strip()]
    return "".join([_paragraph(part.splitlines()) for part in paragraphs])


def _paragraph(lines: list[str]) -> str:
    joined = ""
    for line in [printable(each.strip()) for each in lines]:
        stands_alone = line.startswith(_LISTED) or joined.startswith("CLI: ")
        joined += ("\n" if stands_alone else " ") * bool(joined) + line
    label = _LABELLED.match(joined)
    if label is None:
        return f"<p>{_inline(joined)}</p>"
    rest = joined[label.end() :]
    shown = f"<code>{html.escape(rest)}</code>" if label[1] == "CLI" else _inline(rest)
    return f"<p><b>{label[1]}</b> {shown}</p>"


def _inline(words: str) -> str:
    return _MARKED.sub(r"<code>\1</code>", html.escape(words))


def reference(address: str) -> str:
    """A reference: a link when it leads to the web, else its text."""
    shown = text(address)
    return f'<a href="{shown}" rel="noopener noreferrer" target="_blank">{shown}</a>' if _on_the_web(address) else shown


def _on_the_web(address: str) -> bool:
    if len(address) > LONGEST_NAME or not address.isprintable() or " " in address:
        return False
    try:
        parts = urlsplit(address)
        return parts.scheme in ("http", "https") and bool(parts.hostname)
    except ValueError:
        return False


def leading(shown: str, **choice: str) -> str:
    """Words that lead to the findings of a choice, where there is JavaScript."""
    query = "&".join([f"{facet}={quote(short(value), safe='')}" for facet, value in choice.items()])
    return f'<span data-go="{html.escape(query)}">{text(shown)}</span>'


class Row(Struct, frozen=True):
    """A row of a chart: its label as markup, the lengths of its bar by the names of their colours, the words for it."""

    label: str
    parts: Sequence[tuple[str, int]]
    told: str
    value: str

    @property
    def total(self) -> int:
        """The whole length of the bar."""
        return sum([length for _, length in self.parts])


def bar(parts: Iterable[tuple[str, int]], whole: int) -> str:
    """A bar of coloured parts; `whole` is the number that fills it. Its words stand beside it."""
    pieces = []
    start = 0.0
    for color, length in parts:
        if length:
            width = 100 * length / (whole or 1)
            pieces.append(f'<rect class="c-{color}" x="{start:.2f}" width="{width:.2f}" height="8"/>')
            start += width
    drawn = "".join(pieces)
    return f'<svg class="bar" viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true">{drawn}</svg>'


def chart(
    name: str, heads: tuple[str, str], rows: Sequence[Row], first: int = 8, most: int = 500, kind: str = "card chart"
) -> Iterator[str]:
    """A chart of bars, which is a table to those who cannot see it; rows beyond the first ones are folded away."""
    yield f'<section class="{kind}"><h3>{text(name)}</h3>'
    if not rows:
        yield '<p class="quiet">Nothing to show.</p></section>'
        return
    whole = max([row.total for row in rows])
    yield from _bars(name, heads, rows[:first], whole)
    if rows[first:]:
        rest = rows[first:most]
        yield f"<details><summary>{number(len(rows) - first)} more</summary>"
        yield from _bars(f"{name}, more", heads, rest, whole)
        if rows[most:]:
            yield f'<p class="quiet">and {counted(len(rows) - most, "other", "others")} with fewer</p>'
        yield "</details>"
    yield "</section>"


def _bars(name: str, heads: tuple[str, str], rows: Sequence[Row], whole: int) -> Iterator[str]:
    yield f'<table class="bars"><caption class="unseen">{text(name)}</caption><colgroup><col class="w-label"><col><col class="w-count"></colgroup><thead><tr>'
    yield f"<th scope=col>{heads[0]}</th><th scope=col>Share</th><th scope=col>{heads[1]}</th></tr></thead><tbody>"
    for row in rows:
        drawn = f'{bar(row.parts, whole)}<span class="unseen">{text(row.told)}</span>'
        yield f'<tr title="{text(row.told)}"><th scope=row>{row.label}</th><td>{drawn}</td><td>{row.value}</td></tr>'
    yield "</tbody></table>"

"""`before` and `after` that look the wrong way: a positive amount beside a date that lies in the past."""

from __future__ import annotations

import re
from collections.abc import Iterator

from gsl.authoring.checking.findings import Finding, quoted
from gsl.language import nodes
from gsl.language.formatter import literal_text
from gsl.semantics import values

_PAST = re.compile(
    r"last[A-Z_]?\w*(?:used|rotated|changed|accessed|login|seen|modified|updated)\w*"
    r"|\w*(?:created?(?:d?at|date|time|on)?|creation(?:date|time)|launch(?:time|date)|(?:last)?used(?:at|date)?)",
    re.IGNORECASE,
)
"""Names of moments that have passed."""


def date_findings(node: nodes.Call, text: str) -> Iterator[Finding]:
    """`lastUsed before(90, 'days')`: true of every moment that has passed."""
    name = node.name.lower()
    if name not in ("before", "after") or len(node.arguments) != 2 or not isinstance(node.subject, nodes.Path):
        return
    amount = values.number(getattr(node.arguments[0], "value", None))
    key = node.subject.keys[-1] if node.subject.keys else ""
    if amount is None or amount <= 0 or not _PAST.fullmatch(key):
        return
    outcome = "always true" if name == "before" else "never true"
    unit = getattr(node.arguments[1], "value", "days")
    meant = f"{node.name}(-{literal_text(amount)}, '{unit}')"
    message = f"{quoted(node)} counts into the future, so for a moment that has passed it is {outcome}; did you mean `{meant}`?"
    yield Finding("GSL110", message, node.span)

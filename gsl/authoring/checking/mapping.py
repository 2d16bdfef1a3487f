"""What is wrong with the frameworks and sections that a rule names in its front matter."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import islice

from gsl.authoring.checking.findings import Finding
from gsl.errors import Span
from gsl.language.vocabulary import nearest
from gsl.results.frameworks import Framework
from gsl.ruleset.frameworks import known_framework, known_frameworks, mapping_problem
from gsl.ruleset.frontmatter import fences
from gsl.ruleset.rule import Rule

_MOST = 200
"""Names of frameworks that are looked at, and findings that are made, of one rule."""

_VERSION = str.maketrans("", "", "0123456789.")


def mapping_findings(rule: Rule, strict: bool, own: Mapping[str, Framework]) -> Iterator[Finding]:
    """Frameworks that are nearly called like known ones, and sections that known ones do not have; the first ones.

    `own` are frameworks by name that are known besides those of gsl.
    """
    return islice(_findings(rule, strict, own), _MOST)


def _findings(rule: Rule, strict: bool, own: Mapping[str, Framework]) -> Iterator[Finding]:
    for name, sections in islice(rule.metadata.frameworks.items(), _MOST):
        framework = own.get(name) or known_framework(name)
        if framework is None:
            near = _meant(name, strict, [*own, *known_frameworks()])
            if near is not None:
                message = f"there is no framework `{name}` among those that are known; did you mean `{near}`?"
                yield Finding("GSL404", message, _place(rule, name))
            continue
        for section in sections:
            problem = mapping_problem(framework, section)
            if problem is not None:
                yield Finding("GSL405", problem, _place(rule, name, section))


def _meant(name: str, strict: bool, known: list[str]) -> str | None:
    """The known framework that a name is surely meant to be; other versions are so for the strict only."""
    near = nearest(name, known)
    if near is None or strict:
        return near
    other_version = name.translate(_VERSION).casefold() == near.translate(_VERSION).casefold()
    return None if other_version and name.casefold() != near.casefold() else near


def _place(rule: Rule, name: str, section: str = "") -> Span:
    """Where a framework, or a section of it, stands in the front matter."""
    text = rule.source.text
    fence = fences(text)
    start, end = (fence[0][1], fence[1][0]) if len(fence) == 2 else (0, 0)
    at = _word(text, name, max(start, text.find("frameworks", start, end)), end)
    if at < 0:
        return Span.at(text, 0, min(3, len(text)))
    inside = _word(text, section, at + len(name), end) if section else -1
    place, length = (at, len(name)) if inside < 0 else (inside, len(section))
    return Span.at(text, place, place + length)


def _word(text: str, word: str, start: int, end: int) -> int:
    """Where a word stands that is not a part of a longer one; -1 when it does not."""
    at = text.find(word, start, end)
    while at >= 0 and not (_ends(text, at - 1) and _ends(text, at + len(word))):
        at = text.find(word, at + 1, end)
    return at


def _ends(text: str, place: int) -> bool:
    return not 0 <= place < len(text) or not (text[place].isalnum() or text[place] in "._-")

"""A report by framework as one page for auditors: numbers, the tree of controls, what failed, what is left to do by hand."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence

from gsl.results.assessing import Assessment
from gsl.results.model import Report
from gsl.results.reporters import Settings
from gsl.results.reporters.frameworks.tree import framework_section
from gsl.results.reporters.html.markup import text
from gsl.results.reporters.html.parts import asset, policy
from gsl.results.reporters.html.tables import exclusions
from gsl.results.reporters.wording import moment
from gsl.version import VERSION

_PLACE = re.compile(r"\{\{(\w+)\}\}")


def document(report: Report, assessments: Sequence[Assessment], settings: Settings) -> Iterator[str]:
    """The page, piece by piece. There is no script in it."""
    places = _places(report, assessments)
    for number, part in enumerate(_PLACE.split(asset("frameworks.html"))):
        if number % 2:
            yield from places[part]()
        else:
            yield part


def _places(report: Report, assessments: Sequence[Assessment]) -> dict[str, Callable[[], Iterable[str]]]:
    """What comes to each place of the template."""
    style = asset("style.css") + asset("frameworks.css")
    names = [each.framework.name for each in assessments]
    return {
        "policy": lambda: [policy(style)],
        "style": lambda: [style],
        "now": lambda: [text(moment(report.now))],
        "day": lambda: [text(report.now[:10])],
        "clock": lambda: [text(moment(report.now)[10:])],
        "version": lambda: [text(VERSION)],
        "title": lambda: [text(", ".join(names))],
        "nav": lambda: [f'<a href="#framework-{number}">{text(name)}</a>' for number, name in enumerate(names)],
        "frameworks": lambda: _frameworks(report, assessments),
        "exclusions": lambda: _exclusions(report),
    }


def _frameworks(report: Report, assessments: Sequence[Assessment]) -> Iterator[str]:
    for number, assessment in enumerate(assessments):
        yield from framework_section(report, assessment, number)


def _exclusions(report: Report) -> Iterator[str]:
    """Who accepted what, and until when: all exclusions of the run, whatever framework their rules map to."""
    if not report.exclusions:
        return
    yield '<section id="exclusions" aria-labelledby="exclusions-title"><h2 id="exclusions-title">Exclusions of the run</h2>'
    yield from exclusions(report)
    yield "</section>"

"""The report as one page: its parts put into their places, with hashes of all that may run or style it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator

from gsl.results.model import Report
from gsl.results.reporters import Settings
from gsl.results.reporters.html import overview, tables
from gsl.results.reporters.html.embedding import Embedding, rule_data
from gsl.results.reporters.html.markup import counted, text
from gsl.results.reporters.html.parts import asset, policy
from gsl.results.reporters.wording import moment
from gsl.version import VERSION

_SCRIPTS = ("data.js", "filters.js", "rows.js", "main.js")
_PLACE = re.compile(r"\{\{(\w+)\}\}")


def document(report: Report, settings: Settings) -> Iterator[str]:
    """The page, piece by piece."""
    places = _places(report)
    for number, part in enumerate(_PLACE.split(asset("page.html"))):
        if number % 2:
            yield from places[part]()
        else:
            yield part


def _places(report: Report) -> dict[str, Callable[[], Iterable[str]]]:
    """What comes to each place of the template."""
    style = asset("style.css")
    script = f'(() => {{\n"use strict";\n{"".join([asset(each) for each in _SCRIPTS])}}})();\n'
    embedding = Embedding(report)
    summary = report.summary
    return {
        "policy": lambda: [policy(style, script)],
        "style": lambda: [style],
        "script": lambda: [script],
        "now": lambda: [text(moment(report.now))],
        "day": lambda: [text(report.now[:10])],
        "clock": lambda: [text(moment(report.now)[10:])],
        "version": lambda: [text(VERSION)],
        "verdicts": lambda: overview.verdicts(report),
        "coverage": lambda: overview.coverage(report),
        "trend": lambda: overview.trend(report),
        "charts": lambda: overview.charts(report),
        "frameworks": lambda: overview.frameworks(report),
        "rules": lambda: tables.rules(report),
        "exclusions": lambda: tables.exclusions(report),
        "notes": lambda: tables.notes(report),
        "count": lambda: [counted(summary.failed + summary.errors, "finding", "findings")],
        "data": lambda: _data(report, embedding),
        "left_out": embedding.left_out,
    }


def _data(report: Report, embedding: Embedding) -> Iterator[str]:
    yield rule_data(report)
    yield from embedding.pieces()

"""A run of tests as JUnit's XML: a test suite for each rule, a test case for each of its cases."""

from __future__ import annotations

from xml.etree import ElementTree
from xml.etree.ElementTree import Element, SubElement

from gsl.authoring.coverage import coverage_text
from gsl.authoring.testing.mutation import mutation_text
from gsl.authoring.testing.running import FileRun, TestRun
from gsl.errors import printable

_HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'


def junit_text(run: TestRun) -> str:
    """The XML. It holds no times, so that the same tests give the same bytes."""
    root = Element("testsuites", {"name": "gsl test", **_counts(run.files)})
    for each in run.files:
        _suite(root, each)
    ElementTree.indent(root)
    return _HEAD + ElementTree.tostring(root, encoding="unicode") + "\n"


def _counts(files: list[FileRun]) -> dict[str, str]:
    errors = sum([each.error is not None for each in files])
    return {
        "tests": str(sum([len(each.outcomes) for each in files]) + errors),
        "failures": str(sum([len(each.failed) for each in files])),
        "errors": str(errors),
    }


def _suite(root: Element, run: FileRun) -> None:
    name = printable(run.rule_id or run.file)
    suite = SubElement(root, "testsuite", {"name": name, **_counts([run]), "skipped": "0"})
    if run.error is not None:
        case = SubElement(suite, "testcase", name="tests of the rule", classname=name, file=printable(run.file))
        _said(case, "error", str(run.error).split("\n"))
    for outcome in run.outcomes:
        place = {"file": printable(run.file), "line": str(outcome.mark.line)}
        case = SubElement(suite, "testcase", {"name": printable(outcome.name), "classname": name, **place})
        if not outcome.passed:
            _said(case, "failure", list(outcome.problems))
    closer = coverage_text([run.coverage]) if run.coverage is not None else ""
    closer += mutation_text([run.mutation]) if run.mutation is not None else ""
    if closer:
        SubElement(suite, "system-out").text = "\n".join([printable(line) for line in closer.split("\n")])


def _said(case: Element, kind: str, lines: list[str]) -> None:
    """Why a case did not pass: the first line as the message, all of them as the text."""
    told = [printable(line) for line in lines]
    SubElement(case, kind, message=told[0], type=kind).text = "\n".join(told)

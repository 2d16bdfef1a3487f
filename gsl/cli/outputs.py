"""Where reports go and in which forms: the options for it, checked before the run, and the writing after it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click
from click.core import ParameterSource
from msgspec import Struct
from msgspec.structs import replace

from gsl.cli import completing
from gsl.cli.options import Choice, Command, with_options
from gsl.cli.output import check_output, is_stream, wants_color, write
from gsl.cli.sparing import real
from gsl.errors import UsageError, printable
from gsl.language.vocabulary import did_you_mean
from gsl.results.reporters import FORMATS, OCSF_CLASSES, OCSF_VERSIONS, Settings, format_of

if TYPE_CHECKING:
    from gsl.results.frameworks import Framework
    from gsl.results.model import Report

GROUPED = ("rule", "severity", "type", "entity", "account", "region")
"""The names of `gsl.results.grouping.GROUPS`, which is loaded when it is needed."""

_NO_FORMS = {
    ".pdf": "write HTML (-o report.html) and print it from a browser",
    **dict.fromkeys((".xls", ".xlsx", ".ods"), "write CSV (-o report.csv)"),
    **dict.fromkeys((".doc", ".docx", ".odt"), "write HTML (-o report.html)"),
    **dict.fromkeys((".yaml", ".yml"), "write JSON (-o report.json)"),
    **dict.fromkeys((".gz", ".zst", ".zip"), "write it plain (-o report.json) and compress it then"),
}
"""Endings that no format has and that promise what plain text is not, with what to do instead."""

_SAVED = ("json", "jsonl")
"""The formats that can be read again."""

_SUMMED = ("text", "markdown")
"""The formats that can be a summary only."""

OPTIONS = (
    click.option(
        "--format",
        "format_name",
        type=Choice(tuple(FORMATS)),
        metavar="FORMAT",
        help=f"The form of the report: {', '.join(FORMATS)}. As the name of -o ends when left out, else text.",
    ),
    click.option(
        "-o",
        "--output",
        type=click.Path(path_type=Path),
        metavar="FILE",
        help="Write the report to a file, all or nothing.",
    ),
    click.option(
        "--report",
        "reports",
        multiple=True,
        metavar="FORMAT=FILE",
        shell_complete=completing.report_formats,
        help="Write the report to a file in this form too; may be repeated.",
    ),
    click.option(
        "--ocsf-version",
        type=Choice(OCSF_VERSIONS),
        default=OCSF_VERSIONS[1],
        show_default=True,
        help="The version of OCSF that its events name.",
    ),
    click.option(
        "--ocsf-class",
        type=Choice(OCSF_CLASSES),
        default=OCSF_CLASSES[0],
        show_default=True,
        help="Write OCSF events as Compliance Findings (2003) or as Detection Findings (2004).",
    ),
    click.option(
        "--color",
        type=Choice(("auto", "always", "never")),
        default="auto",
        show_default=True,
        help="Colour the text report.",
    ),
)

VIEW_OPTIONS = (
    click.option(
        "--summary-only",
        is_flag=True,
        help="Only numbers, no findings, in the formats text and markdown. The exit code is the same; files of --report stay whole.",
    ),
    click.option(
        "--group-by",
        type=Choice(GROUPED),
        help="Group the findings of the text report, each group with its numbers.",
    ),
)


def output_options(command: Command) -> Command:
    """The options that say where reports go."""
    return with_options(command, OPTIONS)


def view_options(command: Command) -> Command:
    """The options that say how much of a report is shown, and in which order."""
    return with_options(command, VIEW_OPTIONS)


class Outputs(Struct, frozen=True):
    """What those options say: the report itself, and files that it is written to besides."""

    format_name: str | None
    output: Path | None
    reports: tuple[str, ...]
    ocsf_version: str
    ocsf_class: str
    color: str
    summary_only: bool = False
    group_by: str | None = None
    quiet: bool = False

    @property
    def form(self) -> str:
        """The form of the report: as asked for, else as the name of the output says, else text."""
        return self.format_name or (format_of(self.output.name) if self.output is not None else None) or "text"

    def files(self) -> list[tuple[str, Path]]:
        """The form and the file of each report besides the first one. Raises `UsageError`."""
        return [_named(each) for each in self.reports]

    @property
    def forms(self) -> list[str]:
        """The forms of all reports. Raises `UsageError`."""
        return [self.form, *[form for form, _ in self.files()]]

    def check(self, inputs: Iterable[str], rules: Iterable[str] = (), baseline: Path | None = None) -> None:
        """Say now, not after a long run, that some report could not be written. Raises `UsageError`.

        None may take the place of what is read; only a JSON report may take that of the baseline.
        """
        self._check_view()
        self._check_ending()
        inputs, rules = list(inputs), list(rules)
        files = self.files()
        if self.output is not None:
            files.insert(0, (self.form, self.output))
        seen: set[Path] = set()
        for form, file in files:
            if real(file) in seen and not is_stream(file):
                raise UsageError(f"{file}: two reports would be written to this file")
            seen.add(real(file))
            kept = [str(baseline)] if baseline is not None and form not in _SAVED else []
            check_output(file, [*inputs, *kept], rules)

    @property
    def needs_reasons(self) -> bool:
        """Whether some report says why."""
        return bool(self.reports) or not (self.summary_only and self.form in _SUMMED)

    def _check_view(self) -> None:
        """Refuse what cannot be shown together. Raises `click.UsageError`."""
        if self.summary_only and self.quiet:
            raise click.UsageError("--quiet leaves the summary out, --summary-only all else: give only one of them")
        for name, wanted, forms in (
            ("summary_only", self.summary_only, _SUMMED),
            ("group_by", self.group_by, ("text",)),
        ):
            if wanted and self.form not in forms and _typed(name):
                word = "format" if len(forms) == 1 else "formats"
                raise click.UsageError(
                    f"--{name.replace('_', '-')} is for the {word} {' and '.join(forms)}; {self.form} holds all findings"
                )

    def _check_ending(self) -> None:
        """Refuse to write text into a file whose name promises a form that there is not. Raises `UsageError`."""
        ending = self.output.suffix.lower() if self.output is not None and self.format_name is None else ""
        if ending in _NO_FORMS:
            way = f"{_NO_FORMS[ending]}, or say --format text"
            raise UsageError(f"{self.output}: there is no report as {ending}: {way}")

    def check_frameworks(self) -> None:
        """Say which of the forms cannot tell of frameworks. Raises `UsageError`."""
        from gsl.results.reporters.frameworks import FRAMEWORK_FORMATS

        for name in ("summary_only", "group_by"):
            if getattr(self, name) and _typed(name):
                told = f"--{name.replace('_', '-')}"
                raise click.UsageError(f"--framework tells of controls, {told} of findings: give only one of them")

        for form in self.forms:
            if form not in FRAMEWORK_FORMATS:
                forms = ", ".join(FRAMEWORK_FORMATS)
                raise UsageError(f"--framework: there is no report by framework as `{form}`; there are {forms}")

    def write(self, report: Report, frameworks: Sequence[Framework] = ()) -> None:
        """Write all of them, by frameworks where some are given.

        Raises `UsageError` for those that could not be written, once the others are.
        """
        lost = []
        for form, file in self.files():
            try:
                write(_pieces(form, report, frameworks, self._settings(form)), file)
            except UsageError as error:
                lost.append(str(error))
        settings = replace(
            self._settings(self.form),
            color=wants_color(self.color, self.output),
            quiet=self.quiet,
            summary_only=self.summary_only,
            group_by=self.group_by,
        )
        write(_pieces(self.form, report, frameworks, settings), self.output)
        if lost:
            raise UsageError("\n".join(lost))

    def _settings(self, form: str) -> Settings:
        return Settings(note=_noting(form), ocsf_version=self.ocsf_version, ocsf_class=self.ocsf_class)


def _typed(name: str) -> bool:
    """Whether an option was given on the command line: files and variables speak of any format."""
    context = click.get_current_context(silent=True)
    return context is None or context.get_parameter_source(name) is ParameterSource.COMMANDLINE


def _pieces(form: str, report: Report, frameworks: Sequence[Framework], settings: Settings) -> Iterator[str]:
    if not frameworks:
        return FORMATS[form].write(report, settings)
    from gsl.results.reporters.frameworks import framework_pieces

    return framework_pieces(form, report, frameworks, settings)


def _noting(form: str) -> Callable[[str], None]:
    """What says on standard error what a format had to leave out."""
    return lambda message: click.echo(f"warning[left-out]: {form}: {printable(message)}", err=True)


def _named(text: str) -> tuple[str, Path]:
    """The form and the file of a `--report`."""
    form, mark, file = text.partition("=")
    if not mark:
        found = format_of(text)
        if found is None:
            raise click.UsageError(f"--report takes FORMAT=FILE, not `{text}`; formats: {', '.join(FORMATS)}")
        return found, Path(text)
    if form not in FORMATS:
        near = did_you_mean(form, FORMATS) or "."
        raise click.UsageError(f"--report: there is no format `{form}`{near} Formats: {', '.join(FORMATS)}")
    if not file:
        raise click.UsageError(f"--report takes FORMAT=FILE; `{text}` names no file")
    return form, Path(file)

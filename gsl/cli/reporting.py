"""What commands that report share: the options of the report, evaluating files, writing, the exit code."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from msgspec import Struct
from msgspec.structs import replace

from gsl.cli.ending import ended
from gsl.cli.options import Choice, Command, with_options
from gsl.cli.outputs import OPTIONS, VIEW_OPTIONS, Outputs
from gsl.cli.progress import ProgressLine
from gsl.cli.sources import lists_of, say, usable_cores
from gsl.errors import GslError
from gsl.inventory.files import STDIN
from gsl.results.model import Diagnostic, Report
from gsl.results.reporters import format_of
from gsl.ruleset.loading import Loaded

if TYPE_CHECKING:
    from gsl.ruleset.exclusions import Exclusions, Waiver
    from gsl.ruleset.options import Options

_SEVERITIES = ("informational", "low", "medium", "high", "critical")


def report_options(command: Command) -> Command:
    """The options of every command that evaluates rules and reports."""
    options = [
        *OPTIONS,
        *VIEW_OPTIONS,
        click.option(
            "--severity",
            type=Choice(_SEVERITIES),
            help="Run only rules at or above this severity; rules without one always run.",
        ),
        click.option(
            "--fail-on",
            type=Choice(_SEVERITIES),
            help="Exit with 1 only for findings at or above this severity; any finding when left out.",
        ),
        click.option(
            "--baseline",
            type=click.Path(path_type=Path),
            metavar="REPORT",
            help="An earlier report (JSON) to compare with: findings are new, changed or unchanged, or gone.",
        ),
        click.option(
            "--fail-on-new",
            is_flag=True,
            help="Exit with 1 only for findings that the baseline does not have.",
        ),
        click.option(
            "--write-baseline",
            "new_baseline",
            type=click.Path(path_type=Path),
            metavar="FILE",
            help="Write the report as JSON to compare later runs with; FILE may be the baseline of this run.",
        ),
        click.option(
            "--exclusions",
            "exclusion_files",
            type=click.Path(path_type=Path),
            multiple=True,
            metavar="FILE",
            help="Exclusions that take findings out, with a reason (YAML); may be repeated.",
        ),
        click.option(
            "--strict-exclusions",
            is_flag=True,
            help="Make errors of exclusions that expired or took nothing out.",
        ),
        click.option(
            "--no-inline-exclusions",
            is_flag=True,
            help="Do not apply the `exclude` that rules make themselves.",
        ),
        click.option(
            "--strict",
            is_flag=True,
            help="Make errors of what is surely a mistake: no rules, no entities, rules without entities of their type, misspelt properties.",
        ),
        click.option(
            "--all", "keep_all", is_flag=True, help="Report passed entities too, and excluded ones in the text."
        ),
        click.option(
            "--include-entities",
            is_flag=True,
            help="Put the whole entity of each finding into the reports that can carry it (JSON, JSONL, HTML, SARIF, OCSF, CloudGuard, text); values that look like secrets are masked.",
        ),
        click.option("--no-reasons", is_flag=True, help="Say what fails and not why: faster where much fails."),
        click.option(
            "--jobs",
            type=click.IntRange(min=1),
            metavar="N",
            help="How many processes to use; all usable cores when left out, 1 for this process alone.",
        ),
        click.option("--no-progress", is_flag=True, help="Never show the progress of a long run on the terminal."),
        click.option(
            "-q",
            "--quiet",
            is_flag=True,
            help="Only findings and errors: no table, no summary, no warnings, no progress.",
        ),
    ]
    return with_options(command, options)


class Reporting(Struct, frozen=True):
    """What the options say of a report and of the run that it is made by."""

    now: str | None
    lists: tuple[str, ...]
    case_sensitive: bool
    outputs: Outputs
    severity: str | None
    fail_on: str | None
    baseline: Path | None
    fail_on_new: bool
    exclusion_files: tuple[Path, ...]
    strict_exclusions: bool
    no_inline_exclusions: bool
    strict: bool
    keep_all: bool
    include_entities: bool
    no_reasons: bool
    jobs: int | None
    no_progress: bool
    quiet: bool

    @classmethod
    def of(cls, options: dict[str, Any]) -> Reporting:
        """What the options of `report_options` and `run_options` say."""
        if options["fail_on_new"] and options["baseline"] is None:
            raise click.UsageError("--fail-on-new needs --baseline: the report that tells what is not new")
        baseline = options.pop("new_baseline")
        if baseline is not None:
            form = "jsonl" if format_of(baseline.name) == "jsonl" else "json"
            options["reports"] = (*options["reports"], f"{form}={baseline}")
        names = [name for name in Outputs.__struct_fields__ if name != "quiet"]
        outputs = Outputs(**{name: options.pop(name) for name in names}, quiet=options["quiet"])
        if "diff" in outputs.forms and options["baseline"] is None:
            raise click.UsageError("a report as diff needs --baseline: the report to compare with")
        return cls(outputs=outputs, **options)

    def check(self, inputs: Iterable[str], rules: Iterable[str]) -> None:
        """Say now that some report could not be written, or would take the place of what is read. Raises `UsageError`."""
        lists = [each.partition("=")[2] for each in self.lists]
        inputs = list(inputs)
        if STDIN in inputs and str(self.baseline) == STDIN:
            raise click.UsageError("standard input (-) can be read only once: as entities or as the baseline")
        self.outputs.check([*inputs, *map(str, self.exclusion_files), *lists], rules, self.baseline)

    def chosen(self, loaded: Loaded) -> Loaded:
        """The rules at or above the severity."""
        if self.severity is None:
            return loaded
        from gsl.results.severity import severity_rank

        least = severity_rank(self.severity)
        return replace(loaded, rules=[rule for rule in loaded.rules if severity_rank(rule.severity) >= least])

    def report(
        self, loaded: Loaded, inputs: list[str], also: Sequence[Diagnostic] = (), empty: Sequence[str] = ()
    ) -> int:
        """Evaluate rules on files, write the report, say what there is to say; the exit code.

        `also` goes into the report's diagnostics, before its own. Of the types in `empty` it is known
        that there are no entities, so that nothing is wrong when there are none.
        """
        from gsl.engine.sources import evaluate_sources
        from gsl.ruleset.options import options_of

        lists = lists_of(self.lists)
        exclusions, wrong = self._exclusions(lists)
        also = [*also, *wrong]
        settings = options_of(self.now, lists, None, self.case_sensitive, exclusions)
        before = self._before()
        line = ProgressLine(wanted=not (self.quiet or self.no_progress))
        left = "no report was written"
        try:
            with line:
                report = evaluate_sources(
                    loaded,
                    inputs,
                    settings,
                    strict=self.strict,
                    keep_all=self.keep_all,
                    reasons=not self.no_reasons and (self.outputs.needs_reasons or before is not None),
                    include_entities=self.include_entities,
                    jobs=self.jobs or usable_cores(),
                    progress=line,
                )
                report = _told_of(report, also, empty)
                if before is not None:
                    report = _compared(report, before, loaded, inputs, settings)
            if self.outputs.output is None:
                left = "the report is incomplete"
            self.outputs.write(report)
        except KeyboardInterrupt as stop:
            raise ended(stop, f"{line.told()}; {left}") from None
        say(report.diagnostics, self.quiet)
        return report.exit_code(self.fail_on, self.fail_on_new)

    def _before(self) -> Report | None:
        """The baseline. Raises `InputError`."""
        if self.baseline is None:
            return None
        from gsl.results.saved import read_report

        return read_report(str(self.baseline))

    def _exclusions(self, lists: Iterable[str]) -> tuple[Exclusions, list[Diagnostic]]:
        """The exclusions of the run, and what is wrong with others. Raises `InputError`."""
        from gsl.engine.diagnostics import of_error
        from gsl.ruleset.exclusions import Exclusions

        given: list[Waiver] = []
        errors: list[GslError] = []
        for file in self.exclusion_files:
            from gsl.ruleset.exclusion_files import read_exclusions

            some, wrong = read_exclusions(file, lists)
            given += some
            errors += wrong
        exclusions = Exclusions(tuple(given), self.strict_exclusions, not self.no_inline_exclusions)
        return exclusions, [each for error in errors for each in of_error(error)]


def _compared(report: Report, before: Report, loaded: Loaded, inputs: list[str], options: Options) -> Report:
    """The report compared with a baseline; entities whose findings are gone are looked at again where that can be."""
    from gsl.engine.revisiting import revisited
    from gsl.engine.sources import can_be_read_twice
    from gsl.results.comparison import Comparing

    comparing = Comparing(report, before)
    vanished = comparing.vanished()
    if not vanished:
        return comparing.finished(())
    if report.verdicts is not None or not all(map(can_be_read_twice, inputs)):
        return comparing.finished()
    return comparing.finished(revisited(loaded, inputs, options, vanished))


def _told_of(report: Report, also: Sequence[Diagnostic], empty: Sequence[str]) -> Report:
    """A report that says in one line what there is none of, instead of once for each rule."""
    from gsl.engine.diagnostics import without_types

    said = without_types(report.diagnostics, empty)
    if len(said) < len(report.diagnostics):
        note = Diagnostic("note", "none-there", f"AWS was asked and has none of these: {', '.join(empty)}")
        also = [*also, note]
    return replace(report, diagnostics=(*also, *said)) if also else report

"""Runs on Spark: rules over the entities of a DataFrame, to tables of findings and counts."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Any

import attrs
from msgspec.structs import replace

from gsl.engine.evaluation import Rules, loaded_rules
from gsl.engine.plan import Plan
from gsl.engine.spark import adding, tables
from gsl.engine.spark.layouts import Layout, layout_of, spellings
from gsl.engine.spark.working import Setup
from gsl.errors import UsageError
from gsl.inventory.reading import Target
from gsl.results.model import Report
from gsl.ruleset.loading import Loaded
from gsl.ruleset.options import Now, Options, options_of
from gsl.semantics.run import NoResources

if TYPE_CHECKING:
    from pyspark.sql import DataFrame


@attrs.frozen(eq=False, repr=False, slots=False)
class Checked:
    """What rules say of the entities of a DataFrame. Nothing is computed before it is asked for.

    `records` is the one table that everything else is taken from. Each of the others goes through
    the entities again unless `records` was persisted, or written and read again: see `of`.
    """

    records: DataFrame
    _plans: tuple[Plan, ...]

    @property
    def findings(self) -> DataFrame:
        """The findings, one a row."""
        return self.records.where(self.records["record"] == tables.FINDING).select(*tables.FINDINGS)

    @property
    def rules(self) -> DataFrame:
        """The counts of each rule, one a row, in the order of the rules; also of rules that looked at nothing."""
        return adding.counts_of(self.records, self._plans[0])

    @cached_property
    def _report(self) -> Report:
        return adding.report_of(self.records, self._plans)

    def report(self) -> Report:
        """The counts and the diagnostics as a report of `gsl.evaluate`; the findings are left in their table.

        Its exit code is that of the run.
        """
        return self._report

    def of(self, records: DataFrame) -> Checked:
        """The same of other records, such as those of this run that were written and read again."""
        return Checked(records, self._plans)


def check(
    df: DataFrame,
    rules: Rules,
    *,
    now: Now = None,
    lists: Mapping[str, Iterable[Any]] | None = None,
    functions: Mapping[str, Any] | None = None,
    case_sensitive: bool = False,
    keep_all: bool = False,
    reasons: bool = True,
) -> Checked:
    """Check the entities of a Spark DataFrame with rules, to findings and counts from one pass.

    `df` has a text column `entity` with JSON (and `type` beside it), or a text column `value`, or a
    column for each field. The other arguments are those of `gsl.evaluate`; without `now` it is the
    instant of this call. Raises `GslError` for the first rule that cannot be used, and `UsageError`
    for a DataFrame that holds no entities or an argument that does not fit.
    """
    setup = _setup(rules, now, lists, functions, case_sensitive)
    return _checked(df, attrs.evolve(setup, keep_all=keep_all, reasons=reasons))


def _setup(
    rules: Rules,
    now: Now,
    lists: Mapping[str, Iterable[Any]] | None,
    functions: Mapping[str, Any] | None,
    case_sensitive: bool,
) -> Setup:
    """The rules and settings of a run. Raises `GslError` for the first rule that cannot be used."""
    _require()
    loaded = loaded_rules(rules, functions)
    if loaded.errors:
        raise loaded.errors[0]
    return Setup(Target(frozenset()), loaded, options_of(now, lists, functions, case_sensitive), False, False)


def _checked(df: DataFrame, setup: Setup) -> Checked:
    """The records on a DataFrame: of rules that look at one entity, and of those that look across them."""
    loaded = setup.loaded
    whole = _plan(loaded, setup.options)
    layout = layout_of(df, whole.target.only)
    setup = attrs.evolve(setup, target=whole.target)
    across = [rule for rule in loaded.rules if rule.is_list or rule.looked_up]
    alone = [rule for rule in loaded.rules if rule not in across]
    records = []
    plans = [whole]
    types = None
    if alone:
        part = attrs.evolve(setup, loaded=replace(loaded, rules=alone))
        plans.append(_plan(part.loaded, part.options))
        types = plans[-1].types
        records.append(_by_row(layout, part, types))
    if across:
        part = attrs.evolve(setup, loaded=replace(loaded, rules=across))
        plans.append(_plan(part.loaded, part.options))
        records.append(_by_account(layout, part, plans[-1], types))
    return Checked(records[0].unionByName(records[1]) if len(records) > 1 else records[0], tuple(plans))


def evaluate(
    df: DataFrame,
    rules: Rules,
    *,
    now: Now = None,
    lists: Mapping[str, Iterable[Any]] | None = None,
    functions: Mapping[str, Any] | None = None,
    case_sensitive: bool = False,
    keep_all: bool = False,
    reasons: bool = True,
) -> DataFrame:
    """The findings of rules on the entities of a Spark DataFrame, one a row.

    The arguments are those of `check`. A rule without findings may have looked at nothing:
    `summarize` and `check` tell.
    """
    setup = _setup(rules, now, lists, functions, case_sensitive)
    return _checked(df, attrs.evolve(setup, keep_all=keep_all, reasons=reasons)).findings


def summarize(
    df: DataFrame,
    rules: Rules,
    *,
    now: Now = None,
    lists: Mapping[str, Iterable[Any]] | None = None,
    functions: Mapping[str, Any] | None = None,
    case_sensitive: bool = False,
) -> DataFrame:
    """The counts of each rule on the entities of a Spark DataFrame, one a row; no findings are made for it.

    The arguments are those of `check`.
    """
    setup = _setup(rules, now, lists, functions, case_sensitive)
    return _checked(df, attrs.evolve(setup, only_counts=True)).rules


def _require() -> None:
    try:
        import pandas  # noqa: F401 - Spark itself asks for it
        import pyarrow
        import pyspark  # noqa: F401
    except ImportError as error:
        message = f"running on Spark takes pyspark, pyarrow and pandas ({error}): pip install 'gsl-engine[spark]'"
        raise UsageError(message) from None
    del pyarrow


def _plan(loaded: Loaded, options: Options) -> Plan:
    """The rules of a run. Raises `UsageError` when one of them cannot run."""
    if not loaded.rules:
        raise UsageError("there are no rules: nothing would be checked")
    plan = Plan(loaded, options, False, NoResources())
    for problem in plan.diagnostics:
        if problem.level == "error":
            raise UsageError(problem.message)
    return plan


def _packed(setup: Setup) -> tuple[str, bytes]:
    """A setup as it goes to other processes, and the key that they know it by."""
    from pyspark import cloudpickle

    packed: bytes = cloudpickle.dumps(setup)
    return hashlib.sha256(packed).hexdigest(), packed


def _by_row(layout: Layout, setup: Setup, types: frozenset[str]) -> DataFrame:
    """The records of rules that look at one entity at a time."""
    key, packed = _packed(setup)
    typed, blanks = layout.typed, layout.blanks

    def judge(batches: Any) -> Any:
        from gsl.engine.spark.working import worker_of

        return worker_of(key, packed).partition(batches, typed, blanks)

    return _mapped(layout.rows(types), judge, tables.RECORDS)


def _by_account(layout: Layout, setup: Setup, plan: Plan, told: frozenset[str] | None) -> DataFrame:
    """The records of rules that look across the entities of an account; `told` are the types of the other rules."""
    from pyspark.sql import functions

    key, packed = _packed(setup)
    typed, blanks = layout.typed, layout.blanks
    ours = _untold(layout, told)

    def place(batches: Any) -> Any:
        from gsl.engine.spark.accounts import Placing
        from gsl.engine.spark.working import worker_of

        return Placing(worker_of(key, packed), ours).place(batches, typed, blanks)

    def judge(batches: Any) -> Any:
        from gsl.engine.spark.accounts import Accounts
        from gsl.engine.spark.working import worker_of

        return Accounts(worker_of(key, packed)).partition(batches)

    needed = None if plan.on_lists else plan.types | plan.kept
    placed = _mapped(layout.rows(needed), place, tables.PLACED)
    placed = placed.withColumn("place", functions.monotonically_increasing_id())
    together = placed.repartition("account").sortWithinPartitions("account", "late", "place")
    return _mapped(together.drop("place"), judge, tables.RECORDS)


def _untold(layout: Layout, told: frozenset[str] | None) -> frozenset[str | None] | None:
    """The types whose unreadable rows the other rules meet; `None` for all."""
    if told is None:
        return frozenset()
    return frozenset({None, *spellings(told)}) if layout.named else None


def _mapped(frame: DataFrame, judge: Callable[[Any], Any], schema: str) -> DataFrame:
    return frame.mapInArrow(judge, schema)

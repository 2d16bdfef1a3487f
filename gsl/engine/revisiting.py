"""A second look at entities that failed once and are no findings now: whether they pass, or are not there."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from msgspec.structs import replace

from gsl.engine.runner import Given, Runner
from gsl.inventory.entity import Entity
from gsl.inventory.files import once
from gsl.inventory.reading import Batch, EntityReader
from gsl.results.model import Result
from gsl.ruleset.checking import LIST_ID, type_key
from gsl.ruleset.loading import Loaded
from gsl.ruleset.options import Options


def revisited(
    loaded: Loaded, sources: Iterable[str], options: Options, wanted: Mapping[str, Iterable[str]]
) -> Iterable[Result]:
    """The passed verdicts on some entities of files, whose ids are given by rule.

    Of the other entities only those are judged that rules on lists and look-ups need. The files are
    read once more.
    """
    sources, _ = once(sources)
    rules = [rule for rule in loaded.rules if rule.id in wanted]
    runner = Runner(Loaded(rules), options, keep_all=True, reasons=False)
    ids = {
        (type_key(rule.entity_type), entity_id)
        for rule in rules
        for entity_id in wanted[rule.id]
        if entity_id != LIST_ID.format(type_key(rule.entity_type))
    }
    for source in sources:
        if runner.plan.looks_up:
            runner.remember(EntityReader(runner.plan.target).read(source))
    for source in sources:
        runner.take(_chosen(EntityReader(runner.plan.target).read(source), runner, ids))
    return runner.report().verdicts or ()


def _chosen(given: Iterable[Given], runner: Runner, ids: set[tuple[str, str]]) -> Iterator[Given]:
    """The entities with some ids, those that rules need together, and the gaps."""
    for each in given:
        if isinstance(each, Entity):
            own = replace(each, type=type_key(each.type)) if "::" in each.type else each
            if own.is_gap or own.type in runner.plan.kept or (own.type, own.id) in ids:
                yield each
        elif not isinstance(each, Batch):
            yield each

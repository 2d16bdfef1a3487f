"""Collecting into a folder, as `gsl collect` and `gsl scan` do it: with a line of progress, ended in order."""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from msgspec.structs import replace

from gsl.cli.ending import ended
from gsl.cli.progress import AFTER, can_show
from gsl.version import VERSION

if TYPE_CHECKING:
    from gsl.collectors.collecting import Run
    from gsl.collectors.shards import Shards

_EVERY = 0.2


def collected_into(folder: Path, run: Run, max_age: float | None, mark: bool, shows: bool) -> tuple[Run, Shards]:
    """Collect a run's entities into a folder; with `max_age` what is complete there and younger stays.

    `mark` says in every entity what was left out of it, for folders that outlive the run. Raises
    `UsageError` when the folder cannot be written or the organisation cannot be listed, `Ended` when
    it is cut short.
    """
    from gsl.collectors.parts import CallFailed
    from gsl.collectors.problems import DENIED
    from gsl.collectors.shards import Shards
    from gsl.errors import UsageError

    shards = Shards(folder, dict(run.wanted.types), VERSION, max_age)
    run = replace(run, mark=mark, skip=shards.is_fresh)
    started = time.monotonic()
    try:
        with _watched(run, shows):
            run.to(shards.take)
    except CallFailed as failure:
        add = f": add the permission {failure.call.action}" if failure.code in DENIED else ""
        raise UsageError(f"the accounts to go to could not be listed: {failure}{add}") from None
    except KeyboardInterrupt as stop:
        shards.abandon()
        kept = "; `--resume` goes on from there" if mark else ""
        raise ended(stop, f" after {run.progress.entities:,} entities{kept}") from None
    except UsageError:  # the disk: threads that still write are left to themselves
        shards.abandon()
        raise
    if not run.progress.units:
        raise UsageError(f"nothing was collected: {_why_nothing(run)}")
    shards.settle()
    shards.finish(told(run, shards, time.monotonic() - started))
    return run, shards


def _why_nothing(run: Run) -> str:
    """Why a run had nowhere to go."""
    if not run.progress.accounts:
        return "no account is left; see --accounts and --exclude-accounts"
    regions = ", ".join(sorted({each.region for each in run.skipped if each.region}))
    return f"no region is left: the account has not enabled {regions}"


def told(run: Run, shards: Shards, seconds: float) -> dict[str, Any]:
    """What a run did, for the folder's manifest."""
    from msgspec import to_builtins

    problems = run.problems.sorted()
    return {
        "status": "complete" if not problems else "partial",
        "collectedAt": run.caller.account.now,
        "seconds": round(seconds, 1),
        "accounts": run.progress.accounts,
        "entities": sum(shards.counts.values()),
        "shards": run.progress.done,
        "reused": len(shards.reused),
        "calls": run.traffic.calls,
        "types": sorted(run.wanted.types),
        "empty": shards.empty(),
        "problems": to_builtins(problems),
        "skipped": to_builtins(sorted(run.skipped, key=lambda each: (each.account, each.region))),
    }


@contextmanager
def _watched(run: Run, shows: bool) -> Iterator[None]:
    """Show how far a run is, on a terminal, when it takes long."""
    if not shows or not can_show():
        yield
        return
    over = threading.Event()
    thread = threading.Thread(target=_show, args=(run, over), daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


def _show(run: Run, over: threading.Event) -> None:
    if over.wait(AFTER):
        return
    import tqdm

    tqdm.tqdm.monitor_interval = 0
    form = "{n_fmt}/{total_fmt} |{bar}| {postfix}, {elapsed}"
    with tqdm.tqdm(total=0, file=sys.stderr, leave=False, dynamic_ncols=True, bar_format=form) as bar:
        while not over.wait(_EVERY):
            bar.total, bar.n = run.progress.units, run.progress.done
            words = f"{run.progress.entities:,} entities, {run.traffic.calls:,} calls, {len(run.problems)} problems"
            bar.set_postfix_str(words, refresh=True)

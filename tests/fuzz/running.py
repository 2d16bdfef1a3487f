"""What the fuzz targets share: the loop, the clock, the smallest input that still fails, the report.

A target gives `draw(random)`, which makes an input, and `check(input)`, which raises when something
is wrong. Each case has a seed of its own, so that `--seed N --case K` runs exactly one again.
"""

from __future__ import annotations

import argparse
import sys
import time
import traceback
from collections.abc import Callable, Iterator, Sequence
from random import Random
from typing import Any, Generic, TypeVar

import attrs

from tests.bounds import within

Input = TypeVar("Input")
LONGEST = 2.0
"""Seconds of the processor that one case may take."""

_STUCK = 60
"""Seconds of the processor after which a case is broken off."""

_SHRINKING = 20.0
"""Seconds spent on making a failing input smaller."""


class Wrong(AssertionError):
    """Something that must hold does not. `kind` names it, so that the same thing is told once."""

    def __init__(self, kind: str, detail: str = "") -> None:
        super().__init__(f"{kind}: {detail}" if detail else kind)
        self.kind = kind


@attrs.frozen
class Target(Generic[Input]):
    """One thing to fuzz: how an input is made, checked, made smaller and shown."""

    name: str
    draw: Callable[[Random], Input]
    check: Callable[[Input], None]
    smaller: Callable[[Input], Iterator[Input]]
    show: Callable[[Input], str] = repr
    longest: float = LONGEST


def signature(error: BaseException) -> str:
    """What a failure is told apart by: its kind, or the place in the code that raised it."""
    if isinstance(error, Wrong):
        return error.kind
    frame = traceback.extract_tb(error.__traceback__)[-1]
    where = "" if isinstance(error, RecursionError) else f" at {frame.filename.rsplit('/', 1)[-1]}:{frame.lineno}"
    return f"{type(error).__name__}{where}"


def failure_of(target: Target[Input], given: Input) -> Exception | None:
    """What goes wrong with an input; `None` when all is well."""
    start = time.process_time()
    try:
        with within(_STUCK):
            target.check(given)
    except TimeoutError as error:
        return Wrong("stuck", str(error))
    except Exception as error:
        return error
    took = time.process_time() - start
    return Wrong("too slow", f"{took:.1f} s") if took > target.longest else None


def shrunk(target: Target[Input], given: Input, error: Exception) -> Input:
    """The smallest input found, in the time there is, that still fails in the same way."""
    wanted = signature(error)
    end = time.monotonic() + _SHRINKING
    found = True
    while found and time.monotonic() < end:
        found = False
        for candidate in target.smaller(given):
            if time.monotonic() > end:
                break
            failure = failure_of(target, candidate)
            if failure is not None and signature(failure) == wanted:
                given, found = candidate, True
                break
    return given


def pieces_left_out(pieces: Sequence[Any]) -> Iterator[list[Any]]:
    """A sequence without one stretch of it: halves first, single pieces last."""
    size = max(1, len(pieces) // 2)
    while pieces and size:
        for start in range(0, len(pieces), size):
            yield [*pieces[:start], *pieces[start + size :]]
        size //= 2


def json_left_out(value: Any) -> Iterator[Any]:
    """A JSON value without one of its parts, at any depth, or with a smaller one there."""
    if isinstance(value, dict):
        for key in value:
            yield {other: each for other, each in value.items() if other != key}
        for key, each in value.items():
            yield from ({**value, key: less} for less in json_left_out(each))
    elif isinstance(value, list):
        yield from pieces_left_out(value)
        for number, each in enumerate(value):
            yield from ([*value[:number], less, *value[number + 1 :]] for less in json_left_out(each))
    elif isinstance(value, str) and len(value) > 1:
        yield from (value[: len(value) // 2], value[len(value) // 2 :], value[1:], value[:-1])


def _told(target: Target[Input], seed: int, case: int, given: Input, error: Exception) -> str:
    smallest = shrunk(target, given, error)
    again = failure_of(target, smallest) or error
    lines = [
        f"{target.name}: {signature(error)}",
        f"again: python -m tests.fuzz.{target.name} --seed {seed} --case {case}",
        f"minimal input:\n{target.show(smallest)}",
        "".join(traceback.format_exception(again)[-6:]) if not isinstance(again, Wrong) else str(again),
    ]
    return "\n".join(lines)


def _cases(arguments: argparse.Namespace) -> Iterator[int]:
    if arguments.case is not None:
        yield arguments.case
        return
    end = time.monotonic() + arguments.seconds
    case = 0
    while time.monotonic() < end:
        yield case
        case += 1


def fuzz(target: Target[Input], given: Sequence[str] | None = None) -> int:
    """Run a target from the command line; 1 when something failed."""
    parser = argparse.ArgumentParser(prog=f"python -m tests.fuzz.{target.name}")
    parser.add_argument("--seconds", type=float, default=30, help="how long to go on")
    parser.add_argument("--seed", type=int, default=None, help="the seed of the run; random when left out")
    parser.add_argument("--case", type=int, default=None, help="run this case only")
    parser.add_argument("--all", action="store_true", help="go on after a failure and tell each kind once")
    arguments = parser.parse_args(given)
    seed = arguments.seed if arguments.seed is not None else Random().randrange(2**32)
    failures: dict[str, int] = {}
    count = 0
    for case in _cases(arguments):
        count += 1
        made = target.draw(Random(f"{seed}/{case}"))
        error = failure_of(target, made)
        if error is None:
            continue
        kind = signature(error)
        failures[kind] = failures.get(kind, 0) + 1
        if failures[kind] == 1:
            sys.stdout.write(_told(target, seed, case, made, error) + "\n\n")
            sys.stdout.flush()
        if not arguments.all:
            break
    sys.stdout.write(f"{target.name}: seed {seed}, {count} cases, {sum(failures.values())} failures {failures or ''}\n")
    return 1 if failures else 0

"""What is raced: tables a to e, who takes part in each, and the goals."""

from __future__ import annotations

import attrs

from benchmarks.tables import Goal

HAND_FILES = (
    "hand:load-all-orjson-nogc",
    "hand:load-all-orjson",
    "hand:load-all-json",
    "hand:lines-orjson",
    "hand:lines-json",
    "hand:lines-msgspec",
    "hand:structs-msgspec",
    "hand:scan-msgspec-raw",
)
GSL_FILES = ("gsl:file", "gsl:file-array", "gsl:file-reasons")


@attrs.frozen
class Race:
    """One table of standings."""

    table: str
    title: str
    work: str
    mode: str
    count: int
    ours: tuple[str, ...]
    goals: tuple[Goal, ...]
    peers: tuple[str, ...] = ()
    """The beginnings of their names; an empty one is everybody's."""

    @property
    def subject(self) -> str:
        return next(name for name in self.ours if name.startswith("gsl:"))

    @property
    def yardstick(self) -> str:
        return self.ours[0]


def _dicts(work: str, rules: str, at_most: float) -> Race:
    title = f"Decoded entities, {rules}"
    return Race("a", title, work, "dicts", 10_000, ("hand:loop", "gsl:failing"), (Goal("hand:loop", at_most),), ("",))


def _file(work: str, rules: str, goals: tuple[Goal, ...]) -> Race:
    ours = (*HAND_FILES, *GSL_FILES)
    return Race("b", f"File to findings, {rules}", work, "files", 100_000, ours, goals, ("duckdb", "polars", "spark"))


ONE_RULE = (
    Goal("hand:load-all-orjson-nogc", 0.20),
    Goal("hand:lines", 0.5),
    Goal("hand:scan-msgspec-raw", 1.2),
    Goal("duckdb:1", 1.2),
)
ENGINES = (Goal("regorus", 1 / 8), Goal("opa", 1 / 40), Goal("cel_rust", 1 / 50))
ENGINE_NAMES = tuple(goal.rival for goal in ENGINES)
TEXT = ("hand:load-all-orjson", "gsl:file")

RACES = (
    _dicts("iam", "one rule on users", 1.05),
    _dicts("sg", "one rule on security groups", 1.15),
    _dicts("mixed", "100 rules on four types", 0.25),
    _file("iam", "one rule on users", ONE_RULE),
    _file("sg", "one rule on security groups", ONE_RULE),
    _file("mixed", "100 rules on four types", (Goal("hand:load-all-orjson-nogc", 0.22),)),
    Race("c", "From text, one rule on users", "iam", "files", 10_000, TEXT, ENGINES, ("",)),
    Race("c", "From text, one rule on security groups", "sg", "files", 10_000, TEXT, ENGINES, ("",)),
    Race("c", "From text, 100 rules on four types", "mixed", "files", 10_000, TEXT, (), ENGINE_NAMES),
    Race("c", "The slowest, one rule on users", "iam", "files", 1_000, TEXT, (), ("cel_python",)),
    Race("c", "The slowest, one rule on security groups", "sg", "files", 1_000, TEXT, (), ("cel_python",)),
)

"""Contestants by name: `hand:loop`, `gsl:file`, `jmespath`, `duckdb:2` and so on."""

from __future__ import annotations

import importlib
import importlib.metadata
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import attrs

from benchmarks.works import Work

OURS = {"hand": "benchmarks.hand", "gsl": "benchmarks.gsl_itself"}


@attrs.frozen
class Contestant:
    """One way to do a work: a module's `build` with a variant."""

    name: str
    module: str
    variant: str
    distributions: tuple[str, ...] = ()
    limit: int = 1_000_000_000
    excluded: dict[str, str] = attrs.field(factory=dict)

    @property
    def fed(self) -> str:
        fed = self._loaded().FED
        return str(fed if isinstance(fed, str) else fed[self.variant])

    def build(self, work: Work) -> Callable[..., Any]:
        return self._loaded().build(work, self.variant)  # type: ignore[no-any-return]

    def missing(self) -> list[str]:
        """The distributions that are not installed."""
        return [name for name in self.distributions if not _version(name)]

    def _loaded(self) -> ModuleType:
        return importlib.import_module(self.module)


def _version(distribution: str) -> str:
    try:
        return importlib.metadata.version(distribution)
    except importlib.metadata.PackageNotFoundError:
        return ""


def ours(name: str) -> Contestant:
    """A loop by hand, or gsl."""
    kind, _, variant = name.partition(":")
    excluded = getattr(importlib.import_module(OURS[kind]), "EXCLUDED", {}).get(variant, {})
    return Contestant(name, OURS[kind], variant, excluded=excluded)


def peers() -> list[Contestant]:
    """All peers in all their variants, installed or not."""
    found = []
    for file in sorted((Path(__file__).parent / "peers").glob("*.py")):
        module = importlib.import_module(f"benchmarks.peers.{file.stem}")
        for number, variant in enumerate(getattr(module, "VARIANTS", ())):
            needs = module.DISTRIBUTIONS
            needs = needs[number : number + 1] if len(needs) > 1 else needs
            name = f"{file.stem}:{variant}" if variant else file.stem
            found.append(Contestant(name, module.__name__, variant, needs, module.LIMIT, module.EXCLUDED))
    return found


def contestant(name: str) -> Contestant:
    """The contestant of a name."""
    if name.partition(":")[0] in OURS:
        return ours(name)
    return next(peer for peer in peers() if peer.name == name)


def versions() -> dict[str, str]:
    """The versions of everything that takes part and is installed."""
    names = {"orjson", "msgspec", *(need for peer in peers() for need in peer.distributions)}
    return {name: version for name in sorted(names) if (version := _version(name))}

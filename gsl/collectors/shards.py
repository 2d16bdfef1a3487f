"""Entities on disk: `<account>/<region>/<Type>.jsonl.gz`, whole or not at all, with a manifest beside them."""

from __future__ import annotations

import contextlib
import datetime
import gzip
import json
import os
import secrets
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

import msgspec

from gsl.collectors.collecting import GLOBAL, Unit
from gsl.collectors.parts import Entity
from gsl.collectors.views import Paths
from gsl.errors import UsageError

MANIFEST = "manifest.json"
KIND = "gsl-collection"
"""What the `kind` of a manifest is, by which readers tell it from entities."""

COMPLETE, PARTIAL, FAILED = "complete", "partial", "failed"
_MODE = 0o640
"""Who may read what was written: it tells how an account is built."""

_LONGEST_LIST = 20
"""Errors that a manifest names for a shard; their number is always there."""


class Shards:
    """A folder that entities are collected to. `paths` are what is wanted of each type, `None` all."""

    def __init__(self, folder: Path, paths: dict[str, Paths], version: str, max_age: float | None = None) -> None:
        self.folder = folder
        self._paths = paths
        self._version = version
        self._max_age = max_age
        self._lock = threading.Lock()
        self._beginning = threading.Lock()
        self._unfinished: set[Path] = set()
        self._abandoned = False
        self._units: set[Unit] = set()
        self.reused: list[Unit] = []
        self.counts: dict[str, int] = {}
        self.found: set[str] = set()
        """The types of which there are entities, or gaps."""
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise UsageError(f"{folder}: the folder cannot be made: {error.strerror or error}") from None

    def file(self, unit: Unit) -> Path:
        """Where the entities of a unit go."""
        return self.folder / unit.account / unit.region / f"{unit.type}.jsonl.gz"

    def is_fresh(self, unit: Unit) -> bool:
        """Whether a complete shard of the unit is there that is young enough and has all that is wanted."""
        if self._max_age is None:
            return False
        known = self._manifest(unit).get("shards", {}).get(unit.type)
        fresh = (
            isinstance(known, dict)
            and known.get("status") == COMPLETE
            and isinstance(known.get("count"), int)
            and _age(known.get("finishedAt")) <= self._max_age
            and _covers(known.get("paths"), self._paths[unit.type])
            and self.file(unit).is_file()
        )
        if fresh and isinstance(known, dict):
            self.reused.append(unit)
            self._count(unit, known)
        return fresh

    def take(self, unit: Unit, entities: Iterator[Entity]) -> None:
        """Write the entities of a unit, then say so in the manifest. Raises `UsageError` when the disk fails."""
        started = _clock()
        file = self.file(unit)
        try:
            file.parent.mkdir(parents=True, exist_ok=True)
            with self._whole(file) as out:
                told = _written(out, entities)
            self._count(unit, told)
            self._note(unit, {**told, "startedAt": started, "finishedAt": _clock()})
        except OSError as error:
            raise UsageError(f"{file}: the entities cannot be written: {error.strerror or error}") from None

    def _count(self, unit: Unit, told: dict[str, Any]) -> None:
        with self._lock:
            self._units.add(unit)
            self.counts[unit.type] = self.counts.get(unit.type, 0) + told["count"]
            if told["count"] or told["status"] != COMPLETE:
                self.found.add(unit.type)

    def _note(self, unit: Unit, told: dict[str, Any]) -> None:
        paths = self._paths[unit.type]
        with self._lock:
            manifest = self._manifest(unit)
            shards = manifest.get("shards", {})
            shards[unit.type] = {**told, "paths": None if paths is None else sorted(paths)}
            whole = {
                "kind": KIND,
                "schemaVersion": 1,
                "version": self._version,
                "account": unit.account,
                "region": unit.region,
                "shards": dict(sorted(shards.items())),
            }
            self.write(self.file(unit).parent / MANIFEST, whole)

    def _manifest(self, unit: Unit) -> dict[str, Any]:
        try:
            found = json.loads((self.file(unit).parent / MANIFEST).read_text("utf-8"))
        except (OSError, ValueError):
            return {}
        return found if isinstance(found, dict) and found.get("kind") == KIND else {}

    def others(self) -> list[Path]:
        """The shards of earlier runs that this one neither wrote nor kept: readers of the folder see them too."""
        own = {self.file(unit) for unit in self._units}
        found = []
        for manifest in sorted(self.folder.glob(f"*/*/{MANIFEST}")):
            unit = Unit(manifest.parent.parent.name, manifest.parent.name, "")
            for name in self._manifest(unit).get("shards", {}):
                file = manifest.parent / f"{name}.jsonl.gz"
                if file not in own and file.is_file():
                    found.append(file)
        return found

    def settle(self) -> None:
        """Remove what earlier runs left of places that they could not reach and that this one reached.

        Such gaps of types that belong to regions stand with the global ones; nothing would write
        over them.
        """
        reached = {(unit.account, unit.type) for unit in self._units if unit.region != GLOBAL}
        for file in self.others():
            kind = file.name.removesuffix(".jsonl.gz")
            if file.parent.name == GLOBAL and (file.parent.parent.name, kind) in reached:
                self._drop(file)

    def prune(self) -> int:
        """Remove the shards of earlier runs; how many there were."""
        found = self.others()
        for file in found:
            self._drop(file)
        return len(found)

    def _drop(self, file: Path) -> None:
        """Remove a shard, and its name from the manifest beside it."""
        file.unlink(missing_ok=True)
        folder, name = file.parent, file.name.removesuffix(".jsonl.gz")
        manifest = self._manifest(Unit(folder.parent.name, folder.name, name))
        manifest["shards"].pop(name, None)
        self.write(folder / MANIFEST, manifest)

    def finish(self, told: dict[str, Any]) -> None:
        """Write what the whole run did into the folder's own manifest."""
        self.write(self.folder / MANIFEST, {"kind": KIND, "schemaVersion": 1, "version": self._version, **told})

    def write(self, file: Path, value: Any) -> None:
        """Put JSON in place, whole."""
        text = json.dumps(value, indent=2, ensure_ascii=False) + "\n"
        with self._replacing(file) as out:
            out.write(text.encode())

    def empty(self) -> list[str]:
        """The types that were listed and of which there are none."""
        return sorted(set(self._paths) - self.found)

    @contextlib.contextmanager
    def _whole(self, file: Path) -> Iterator[IO[bytes]]:
        """A gzip file that is put in place when all of it was written. The same content gives the same bytes."""
        with self._replacing(file) as raw, gzip.GzipFile("", "wb", 6, raw, mtime=0) as out:
            yield out  # type: ignore[misc]

    @contextlib.contextmanager
    def _replacing(self, file: Path) -> Iterator[IO[bytes]]:
        """A file that takes a name only when all of it was written; nothing stays of it otherwise."""
        name = file.with_name(f".{file.name}.{secrets.token_hex(8)}")
        try:
            with self._begun(name) as out:
                yield out
            os.chmod(name, _MODE)
            os.replace(name, file)
        finally:
            self._remove(name)

    def _begun(self, name: Path) -> IO[bytes]:
        """A new file, noted before it is there: none begins after the run was abandoned."""
        with self._beginning:
            if self._abandoned:
                raise InterruptedError("the run was cut short")
            self._unfinished.add(name)
            return open(name, "xb", opener=_for_the_owner)

    def _remove(self, name: Path) -> None:
        self._unfinished.discard(name)
        with contextlib.suppress(OSError):
            os.unlink(name)

    def abandon(self) -> None:
        """Remove what was not finished, when threads are left to themselves."""
        with self._beginning:
            self._abandoned = True
        for name in list(self._unfinished):
            self._remove(name)


def _for_the_owner(name: str, flags: int) -> int:
    return os.open(name, flags, 0o600)


def _written(out: IO[bytes], entities: Iterator[Entity]) -> dict[str, Any]:
    count = failed = 0
    errors: list[dict[str, Any]] = []
    gap = False
    encode = msgspec.json.Encoder().encode
    for entity in entities:
        out.write(encode(entity) + b"\n")
        found = [each for each in entity.get("_errors", ()) if each["code"] != "NotCollected"]
        is_gap = bool(found) and found[0]["path"] == ""
        gap = gap or is_gap
        count += not is_gap
        failed += len(found)
        errors += found[: _LONGEST_LIST - len(errors)] if len(errors) < _LONGEST_LIST else []
    status = FAILED if gap and not count else PARTIAL if gap or failed else COMPLETE
    return {"status": status, "count": count, "errorCount": failed, "errors": errors}


def _clock() -> str:
    return datetime.datetime.now(datetime.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _age(finished: Any) -> float:
    """The seconds since an instant of a manifest; endless for what is none."""
    try:
        then = datetime.datetime.fromisoformat(finished)
        return (datetime.datetime.now(datetime.UTC) - then).total_seconds()
    except (TypeError, ValueError):
        return float("inf")


def _covers(had: Any, paths: Paths) -> bool:
    """Whether a shard that was collected for some paths has those that are wanted now."""
    if had is None:
        return True
    return paths is not None and isinstance(had, list) and all([_within(path, had) for path in paths])


def _within(path: str, had: list[Any]) -> bool:
    return any([path == each or path.startswith(f"{each}.") for each in had])


def empty_in(folder: Path) -> list[str]:
    """The types that the last run of collecting to a folder found none of; none for any other folder."""
    try:
        found = json.loads((folder / MANIFEST).read_text("utf-8"))
    except (OSError, ValueError):
        return []
    names = found.get("empty") if isinstance(found, dict) and found.get("kind") == KIND else None
    return [name for name in names if isinstance(name, str)] if isinstance(names, list) else []

"""The documents that an editor has open: each version of a text is a record of its own."""

from __future__ import annotations

import asyncio
from functools import cached_property
from pathlib import Path

from gsl.authoring.editing.counting import Counted
from gsl.authoring.editing.looking import Look
from gsl.authoring.editing.positions import Positions
from gsl.authoring.editing.testing import Tested
from gsl.authoring.editing.workspace import is_rule_name
from gsl.ruleset.loading import RULE_SUFFIX

_LANGUAGE = "gsl"


class Document:
    """One version of an open text, and what is worked out about it.

    `is_superseded` when there is a newer one; `is_told_of` when findings of it were published.
    """

    def __init__(self, uri: str, version: int, text: str, language: str, encoding: str) -> None:
        self.uri = uri
        self.version = version
        self.text = text
        self.language = language
        self.encoding = encoding
        self.is_superseded = False
        self.looking: asyncio.Future[Look] | None = None
        self.work: asyncio.Task[None] | None = None
        self.counted: Counted | None = None
        self.is_counted = False
        self.tested: Tested | None = None
        self.is_told_of = False

    @cached_property
    def path(self) -> Path | None:
        """The file that it is; `None` for one that was never saved."""
        from pygls.uris import to_fs_path

        path = to_fs_path(self.uri) if self.uri.startswith("file:") else None
        return None if path is None else Path(path)

    @cached_property
    def name(self) -> str:
        """What messages call it: a name as rule files have."""
        name = str(self.path) if self.path is not None else self.uri.rpartition("/")[2].rpartition(":")[2] or "rule"
        return name if is_rule_name(name) else f"{name}{RULE_SUFFIX}"

    @cached_property
    def positions(self) -> Positions:
        """Its lines."""
        return Positions(self.text, self.encoding)

    @cached_property
    def is_rule(self) -> bool:
        """Whether it is a rule file: by its name, or as the editor says so."""
        return self.language == _LANGUAGE or (self.path is not None and is_rule_name(self.path.name))

    def with_text(self, text: str, version: int) -> Document:
        """The next version; this one is no longer worked on."""
        newer = Document(self.uri, version, text, self.language, self.encoding)
        newer.counted, newer.tested, newer.is_told_of = self.counted, self.tested, self.is_told_of
        self.drop()
        return newer

    def drop(self) -> None:
        """Give up all work on this version."""
        self.is_superseded = True
        if self.work is not None:
            self.work.cancel()

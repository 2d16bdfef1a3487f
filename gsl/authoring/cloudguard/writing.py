"""Values as YAML that people can edit: texts of several lines in blocks, everything else so that it reads back as it was."""

from __future__ import annotations

import functools
import re
from typing import Any

_ODD = re.compile(r"[^\n\x20-\x7e\xa0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]")


def yaml_text(value: dict[str, Any]) -> str:
    """A mapping in YAML, its keys in their order."""
    import yaml

    text: str = yaml.dump(value, Dumper=_dumper(), sort_keys=False, allow_unicode=True, width=2**20)
    return text


@functools.cache
def _dumper() -> Any:
    import yaml

    class Dumper(yaml.SafeDumper):
        """A dumper without anchors, with lists set in below their key."""

        def ignore_aliases(self, data: Any) -> bool:
            return True

        def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
            super().increase_indent(flow, False)

    def represent_text(dumper: Any, text: str) -> Any:
        return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=_style(text))

    Dumper.add_representer(str, represent_text)
    return Dumper


def _style(text: str) -> str | None:
    if _ODD.search(text):
        return '"'
    if "\n" not in text:
        return None
    return "|" if text.strip() == text.removesuffix("\n") and " \n" not in text else '"'

"""Pairs of a name and its value as members of one object, in the spellings that AWS, Azure and people have for them.

`Key` and `Value`, `ParameterKey` and `ParameterValue`, `OptionName` and `OptionSettingValue`: what the keys end in
tells them, so that nobody has to keep a list.
"""

from __future__ import annotations

from functools import lru_cache

_LONGEST_KEY = 200
_MOST_CACHED = 4096


def is_naming(key: str) -> bool:
    """Whether a key may say what the value beside it is called: `key`, `name`, `ParameterKey`, `option_name`."""
    return len(key) <= _LONGEST_KEY and _kind(key)[0]


def is_named(key: str) -> bool:
    """Whether what stands under a key may have its name beside it: `value`, `values`, `ParameterValue`."""
    return len(key) <= _LONGEST_KEY and _kind(key)[1]


@lru_cache(_MOST_CACHED)
def _kind(key: str) -> tuple[bool, bool]:
    plain = key.lower()
    return plain.endswith(("key", "name")), plain.endswith(("value", "values"))

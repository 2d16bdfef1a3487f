"""All collectors, by the type of their entities."""

from __future__ import annotations

from gsl.collectors import iam, users
from gsl.collectors.parts import Collector

_MODULES = (users, iam)

COLLECTORS: dict[str, Collector] = {each.type: each for module in _MODULES for each in module.COLLECTORS}

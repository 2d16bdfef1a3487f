"""gsl: a policy engine for GSL, the rule language of Check Point CloudGuard.

    import gsl

    rule = gsl.parse("IamUser should have mfaActive = true")
    rule.check({"type": "IamUser", "name": "alice", "mfaActive": False}).status

Names are loaded when they are first used, so that importing gsl costs next to nothing.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

from gsl.version import VERSION as __version__

if TYPE_CHECKING:
    from gsl.collectors.collection import Collection as Collection
    from gsl.collectors.collection import collect as collect
    from gsl.engine.compiled import CompiledRules as CompiledRules
    from gsl.engine.compiled import compile as compile
    from gsl.engine.evaluation import evaluate as evaluate
    from gsl.errors import GslError as GslError
    from gsl.errors import InputError as InputError
    from gsl.errors import RuleError as RuleError
    from gsl.errors import UsageError as UsageError
    from gsl.results.model import Report as Report
    from gsl.results.model import Result as Result
    from gsl.ruleset.bundled import bundled as bundled
    from gsl.ruleset.frameworks import assess as assess
    from gsl.ruleset.loading import RuleSetError as RuleSetError
    from gsl.ruleset.loading import load as load
    from gsl.ruleset.loading import load_all as load_all
    from gsl.ruleset.rule import Rule as Rule
    from gsl.ruleset.rule import parse as parse
    from gsl.semantics.judging import Status as Status

_HOMES = {
    "Collection": "gsl.collectors.collection",
    "CompiledRules": "gsl.engine.compiled",
    "GslError": "gsl.errors",
    "InputError": "gsl.errors",
    "Report": "gsl.results.model",
    "Result": "gsl.results.model",
    "Rule": "gsl.ruleset.rule",
    "RuleError": "gsl.errors",
    "RuleSetError": "gsl.ruleset.loading",
    "Status": "gsl.semantics.judging",
    "UsageError": "gsl.errors",
    "assess": "gsl.ruleset.frameworks",
    "bundled": "gsl.ruleset.bundled",
    "collect": "gsl.collectors.collection",
    "compile": "gsl.engine.compiled",
    "evaluate": "gsl.engine.evaluation",
    "load": "gsl.ruleset.loading",
    "load_all": "gsl.ruleset.loading",
    "parse": "gsl.ruleset.rule",
}

__all__ = [*sorted(_HOMES), "__version__"]  # noqa: PLE0604 - the names of the table


def __getattr__(name: str) -> Any:
    home = _HOMES.get(name)
    if home is None:
        raise AttributeError(f"module 'gsl' has no attribute {name!r}")
    value = getattr(importlib.import_module(home), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted([*globals(), *_HOMES])

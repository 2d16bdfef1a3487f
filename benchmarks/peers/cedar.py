"""Cedar: one authorization request for each user, with dates handed over as its datetime values."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from benchmarks.works import Work

DISTRIBUTIONS = ("cedarpy",)
VARIANTS = ("",)
FED = "dicts"
EXCLUDED = {
    "sg": "Cedar has no quantifier over a set of records",
    "mixed": "Cedar has no quantifier over a set of records",
}
LIMIT = 10_000
POLICY = """
permit (principal, action, resource) when {
    context.passwordEnabled == "true" && context has rotated &&
    context.created.durationSince(context.rotated) < duration("60s") &&
    context.rotated.durationSince(context.created) < duration("60s")
};
"""


def _date(text: str) -> dict[str, Any]:
    return {"__extn": {"fn": "datetime", "arg": text}}


def _request(user: dict[str, Any]) -> dict[str, Any]:
    """What a user of Cedar has to do first: choose the fields, give them one type, leave N/A out."""
    context = {"passwordEnabled": str(user.get("passwordEnabled")).lower(), "created": _date(user["createDate"])}
    rotated = (user.get("firstAccessKey") or {}).get("lastRotated")
    if rotated and rotated != "N/A":
        context["rotated"] = _date(rotated)
    return {"principal": 'User::"u"', "action": 'Action::"a"', "resource": 'Resource::"r"', "context": context}


def build(work: Work, variant: str) -> Callable[..., Any]:
    import cedarpy

    rule_id = work.cases[0].id

    def run(entities: list[dict[str, Any]]) -> list[tuple[str, str]]:
        answers = cedarpy.is_authorized_batch([_request(user) for user in entities], POLICY, [])
        return [(rule_id, user["id"]) for user, answer in zip(entities, answers) if answer.allowed]

    return run

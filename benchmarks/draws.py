"""Draws of single fields for made-up entities, as untidy as collected ones: nulls, N/A, booleans as text.

Every maker draws from the given `Random` only, so that a seed settles all that follows.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

Entity = dict[str, Any]
Maker = Callable[[Random, int], Entity]

NOW = datetime(2024, 6, 1, tzinfo=UTC)
REGIONS = ("us_east_1", "us_west_2", "eu_west_1", "eu_central_1", "ap_south_1", "ap_southeast_2")
TEAMS = ("platform", "payments", "search", "data", "mobile", "identity", "operations")
STAGES = ("prod", "prod", "prod", "staging", "dev", "test", "sandbox")
WORDS = ("api", "worker", "batch", "report", "ingest", "audit", "mail", "cache", "gateway", "index", "backup", "admin")


def date(rng: Random, days: int, start: int = 0) -> str:
    """A moment between `start` and `days` days before NOW; negative days lie after it."""
    return text(NOW - timedelta(seconds=rng.randrange(start * 86400, days * 86400)))


def text(moment: datetime) -> str:
    return moment.isoformat()[:19] + "Z"


def flag(rng: Random, share: float) -> bool | str | None:
    """A boolean, sometimes as text, now and then null."""
    truth = rng.random() < share
    form = rng.random()
    if form < 0.80:
        return truth
    if form < 0.98:
        return "true" if truth else "false"
    return None


def digits(rng: Random, length: int) -> str:
    return f"{rng.getrandbits(length * 4):0{length}x}"


def _tags(rng: Random) -> list[Entity]:
    tags = [{"key": "team", "value": rng.choice(TEAMS)}]
    if rng.random() < 0.85:
        tags.append({"key": "environment", "value": rng.choice(STAGES)})
    if rng.random() < 0.55:
        tags.append({"key": "cost-center", "value": str(rng.randrange(1000, 9999))})
    if rng.random() < 0.1:
        tags.append({"key": "owner", "value": None})
    return tags


def common(rng: Random, kind: str, number: int, entity_id: str, name: str) -> Entity:
    account = f"{100000000000 + number % 7:012d}"
    return {
        "id": entity_id,
        "type": kind,
        "name": name,
        "dome9Id": f"{number % 7}|{kind.lower()}|{entity_id}",
        "accountNumber": account,
        "cloudAccountId": f"{digits(rng, 8)}-{digits(rng, 4)}-4{digits(rng, 3)}-a{digits(rng, 3)}-{digits(rng, 12)}",
        "externalId": entity_id if rng.random() < 0.9 else None,
        "region": "" if kind == "IamUser" else rng.choice(REGIONS),
        "source": "aws",
        "collectedAt": "2024-05-31T23:10:00Z",
        "tags": _tags(rng),
    }

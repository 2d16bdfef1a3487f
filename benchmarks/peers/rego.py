"""The works in Rego: over one document of all entities, and over one entity at a time."""

from __future__ import annotations

HEAD = "package bench\nimport rego.v1\n"
BODIES = {
    "iam": """
    entity.passwordEnabled in {true, "true"}
    entity.firstAccessKey.lastRotated != "N/A"
    created := time.parse_rfc3339_ns(entity.createDate)
    rotated := time.parse_rfc3339_ns(entity.firstAccessKey.lastRotated)
    abs(created - rotated) < 60000000000
""",
    "sg": """
    some rule in entity.inboundRules
    rule.scope == "0.0.0.0/0"
    is_number(rule.port)
    rule.port <= 22
    rule.portTo >= 22
""",
}


def over_all(work: str) -> str:
    """A policy whose `failing` are the ids of all entities that fail."""
    return f"{HEAD}failing contains entity.id if {{\n    some entity in input\n{BODIES[work]}}}\n"


def over_one(work: str) -> str:
    """A policy whose `failing` says whether the one entity fails."""
    body = BODIES[work].replace("entity.", "input.")
    return f"{HEAD}default failing := false\nfailing if {{{body}}}\n"

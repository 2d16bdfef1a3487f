"""Entities that are kept for others, without what no rule needs of them."""

from __future__ import annotations

from typing import Any

from gsl.engine.compiler.shapes import Shape

NAMES = frozenset(
    (
        *("type", "id", "arn", "dome9Id", "externalId", "name", "region", "_errors"),
        *("accountNumber", "account", "accountId", "cloudAccountId"),
    )
)
"""What is kept of every entity: its names, where it is, and what of it could not be collected."""


def pruned(data: dict[str, Any], shape: Shape) -> dict[str, Any]:
    """An entity's data with its names and what a shape has."""
    children = shape.children
    return {
        key: _pruned(value, children[key]) if key in children else value
        for key, value in data.items()
        if key in children or key in NAMES
    }


def _pruned(value: Any, shape: Shape) -> Any:
    if shape.is_plain:
        return value
    if isinstance(value, list):
        return [_pruned(element, shape) for element in value]
    if isinstance(value, dict):
        return {key: _pruned(value[key], child) for key, child in shape.children.items() if key in value}
    return value

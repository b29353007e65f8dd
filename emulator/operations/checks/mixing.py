"""Expressions beside legacy parameters, and placeholders without an expression to use them.

Rule: the members are listed in the service's order, not the request's (recorded 2026).
"""

from __future__ import annotations

from dynarig.emulator.operations.checks.stages import Check, Faults, looks_at
from dynarig.emulator.operations.requests.request import Request

_LEGACY = (
    "AttributesToGet",
    "AttributeUpdates",
    "ScanFilter",
    "QueryFilter",
    "Expected",
    "ConditionalOperator",
    "KeyConditions",
)
_EXPRESSIONS = (
    "ProjectionExpression",
    "UpdateExpression",
    "FilterExpression",
    "ConditionExpression",
    "KeyConditionExpression",
)
_WITH_VALUES = _EXPRESSIONS[1:]  # a projection takes names, never values


def mixing_text(legacy: list[str], expressions: list[str]) -> str:
    """The refusal of both kinds in one request; members in the service's order."""
    return (
        "Can not use both expression and non-expression parameters in the same request: "
        f"Non-expression parameters: {{{', '.join(legacy)}}} Expression parameters: {{{', '.join(expressions)}}}"
    )


@looks_at(*_LEGACY)
def _mixing(request: Request) -> Faults:
    members = request.members
    legacy = [name for name in _LEGACY if name in members]
    expressions = [name for name in _EXPRESSIONS if name in members]
    if "KeyConditionExpression" not in members:
        # KeyConditions goes with any expression but its own successor (seen on the service, 2022 to 2026).
        legacy = [name for name in legacy if name != "KeyConditions"]
    return mixing_text(legacy, expressions) if legacy and expressions else None


MIXING: Check = _mixing


@looks_at("ExpressionAttributeNames")
def _names_without_expression(request: Request) -> Faults:
    if not request.members.keys().isdisjoint(_EXPRESSIONS):
        return None
    return "ExpressionAttributeNames can only be specified when using expressions"


NAMES_WITHOUT_EXPRESSION: Check = _names_without_expression


def values_without_expression(suffix: str = "") -> Check:
    """Values without an expression that takes some; reads add which expression is missing."""

    def look(request: Request) -> Faults:
        if not request.members.keys().isdisjoint(_WITH_VALUES):
            return None
        return "ExpressionAttributeValues can only be specified when using expressions" + suffix

    return looks_at("ExpressionAttributeValues")(look)

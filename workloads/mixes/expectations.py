"""What must hold of a pattern's answers: `expect` of a mix, as a check of one answer.

Rule: a check gets the request and the answer and tells in one line what is wrong, or nothing. Codes that are expected
are told apart: they concern answers that are errors.
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from dynarig.workloads.mixes.errors import MixError, mapping, members, one_of, text, whole

Request = dict[str, Any]
Response = dict[str, Any]
Expectation = Callable[[Request, Response], str | None]
MEMBERS = ("found", "count", "attributes", "equal", "order", "errors")


def errors_of(given: Any) -> frozenset[str]:
    """The error codes that belong to the pattern. MixError."""
    codes = members(given or {}, "expect", MEMBERS).get("errors") or []
    codes = [codes] if isinstance(codes, str) else codes
    if not isinstance(codes, list):
        raise MixError("errors is a list of codes, such as [ConditionalCheckFailedException]", given)
    return frozenset(text(code, "each of errors") for code in codes)


def expectation_of(given: Any) -> Expectation | None:
    """The check that `expect` asks for; None where it asks for nothing. MixError."""
    asked = members(given or {}, "expect", MEMBERS)
    checks: list[Expectation] = []
    if "found" in asked:
        checks.append(_found(asked["found"], asked))
    if "count" in asked:
        checks.append(_count(asked["count"]))
    if "attributes" in asked:
        checks.append(_attributes(asked["attributes"], asked))
    if "equal" in asked:
        checks.append(_equal(asked["equal"]))
    if "order" in asked:
        checks.append(_order(asked["order"], asked))
    if not checks:
        return None

    def check(request: Request, response: Response) -> str | None:
        return next((fault for each in checks if (fault := each(request, response)) is not None), None)

    return check


def items_of(response: Response) -> list[dict[str, Any]]:
    """The items of an answer, of whichever operation."""
    if "Items" in response:
        return list(response["Items"])
    if "Responses" in response:
        told = response["Responses"]
        if isinstance(told, dict):  # BatchGetItem: by table
            return [item for items in told.values() for item in items]
        return [each["Item"] for each in told if each.get("Item")]
    return [item for item in (response.get("Item"), response.get("Attributes")) if item]


def _found(given: Any, at: Any) -> Expectation:
    if not isinstance(given, bool):
        raise MixError("found is true or false", at)

    def check(request: Request, response: Response) -> str | None:
        there = bool(items_of(response))
        return None if there == given else "nothing found" if given else "found, though nothing should be there"

    return check


def _count(given: Any) -> Expectation:
    if isinstance(given, dict):
        asked = members(given, "count", ("min", "max"))
        low = whole(asked.get("min", 0), "min")
        high = whole(asked["max"], "max", low) if "max" in asked else None
    else:
        low = high = whole(given, "count")

    def check(request: Request, response: Response) -> str | None:
        count = response["Count"] if "Count" in response else len(items_of(response))
        if low <= count and (high is None or count <= high):
            return None
        wanted = str(low) if low == high else f"at least {low}" if high is None else f"from {low} to {high}"
        return f"{count} items, not {wanted}"

    return check


def _attributes(given: Any, at: Any) -> Expectation:
    if not isinstance(given, list) or not all(isinstance(name, str) for name in given):
        raise MixError("attributes is a list of names that every item has", at)

    def check(request: Request, response: Response) -> str | None:
        missing = next((name for item in items_of(response) for name in given if name not in item), None)
        return None if missing is None else f"an item without {missing}"

    return check


def _equal(given: Any) -> Expectation:
    wanted = {str(name): value for name, value in mapping(given, "equal").items()}

    def check(request: Request, response: Response) -> str | None:
        values = {name: _asked(value, request) for name, value in wanted.items()}
        for item in items_of(response):
            for name, value in values.items():
                if item.get(name) != value:
                    return f"{name} is {item.get(name)}, not {value}"
        return None

    return check


def _asked(value: Any, request: Request) -> Any:
    """A value as written; `:name` is that of the request's ExpressionAttributeValues, `?1` its first parameter."""
    if not isinstance(value, str):
        return value
    if value.startswith("?"):
        parameters = request.get("Parameters") or []
        place = int(value[1:] or 1) - 1 if value[1:].isdecimal() or not value[1:] else -1
        return parameters[place] if 0 <= place < len(parameters) else value
    values = request.get("ExpressionAttributeValues") or request.get("Key") or {}
    return values.get(value, value)


def _order(given: Any, at: Any) -> Expectation:
    asked = members(given, "order", ("by", "direction"))
    name = text(asked.get("by"), "order: by, an attribute,")
    direction = one_of(asked.get("direction", "ascending"), "direction", ("ascending", "descending"))

    def check(request: Request, response: Response) -> str | None:
        values = [_comparable(item[name]) for item in items_of(response) if name in item]
        if values == sorted(values, reverse=direction == "descending"):
            return None
        return f"{name} is not {direction}"

    return check


def _comparable(value: dict[str, Any]) -> Any:
    kind, content = next(iter(value.items()))
    return Decimal(content) if kind == "N" else content.encode() if isinstance(content, str) else content

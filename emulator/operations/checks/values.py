"""What the walks found: values refused for what they are, names that are empty, nesting that is too deep.

Rule: the walk noted the faults while reading; here an operation's stages ask for them, each in its turn and in the
wording of the layer in force (recorded 2026). Nothing is walked here. A clean request never enters.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from dynarig.emulator.model import limits
from dynarig.emulator.model.findings import (
    EMPTY_NAME,
    EMPTY_VALUE,
    LONG_NAME,
    NESTING,
    NULL_FALSE,
    ValueFault,
    ValueFindings,
)
from dynarig.emulator.model.walk import is_long_name
from dynarig.emulator.operations.checks.stages import Bare, Check, Faults, looks_at, looks_at_values
from dynarig.emulator.operations.requests.request import Attributes, Conditions, Request, Values

Holder = Attributes | Conditions | Values
STARTING_KEY = "The provided starting key is invalid: "
_EXPRESSION_VALUES = "ExpressionAttributeValues"


def for_key(text: str, key: str) -> str:
    """How an expression value's fault is wrapped to name its key."""
    return f"{_EXPRESSION_VALUES} contains invalid value: {text} for key {key}"


def holders(member: Any, name: str = "") -> Iterator[tuple[str, Holder]]:
    """Every walked map or list under a member, in the order of the body, with the name of the member it stands in."""
    if isinstance(member, (Attributes, Conditions, Values)):
        yield name, member
    elif isinstance(member, dict):
        for inner_name, inner in member.items():
            yield from holders(inner, inner_name)
    elif isinstance(member, list):
        for inner in member:
            yield from holders(inner, name)


def key_of_fault(holder: Holder, found: Callable[[ValueFindings], bool]) -> str | None:
    """The first key of expression values at which a walk found something."""
    by_key = holder.findings_by_key if isinstance(holder, Attributes) else None
    return None if by_key is None else next((key for key, findings in by_key.items() if found(findings)), None)


def _is_deep(findings: ValueFindings) -> bool:
    return findings.depth >= limits.NESTING_LEVELS_DEEP


@looks_at_values
def _deep_nesting(request: Request) -> Faults:
    for name, holder in holders(request.members):
        if _is_deep(holder.findings):
            key = key_of_fault(holder, _is_deep)
            if key is not None:
                return Bare(for_key(NESTING, key))
            return Bare(STARTING_KEY + NESTING if name == "ExclusiveStartKey" else NESTING)
    return None


DEEP_NESTING: Check = _deep_nesting  # from 63 levels, before all but member constraints


@looks_at_values
def _empty_names(request: Request) -> Faults:
    return EMPTY_NAME if any(holder.findings.empty_name for _, holder in holders(request.members)) else None


EMPTY_NAMES: Check = _empty_names


@looks_at("AttributesToGet")
def _empty_names_to_get(request: Request) -> Faults:
    names = request.members["AttributesToGet"]
    if "" in names:
        return EMPTY_NAME
    return LONG_NAME if any(map(is_long_name, names)) else None


EMPTY_NAMES_TO_GET: Check = _empty_names_to_get


def fault_text(findings: ValueFindings, older: bool) -> Faults:
    """What is wrong with a walk's values; bare where the service never wraps it, as the older validation layer does."""
    fault = findings.fault
    if fault is None:
        return None
    return Bare(fault.text(older)) if fault.bare or older else fault.newer


def value_faults(*names: str) -> Check:
    """The faults of the values in these members, the first named first."""

    def look(request: Request) -> Faults:
        for name in names:
            holder = request.members.get(name)
            fault = None if holder is None else fault_text(holder.findings, request.older)
            if fault is not None:
                return fault
        return None

    return Check(look, members=frozenset(names), values=True)


def false_null(*names: str) -> Check:
    """Only a false NULL in these members, for the operation that looks at it ahead of other values."""

    def look(request: Request) -> Faults:
        for name in names:
            holder = request.members.get(name)
            fault = None if holder is None else holder.findings.fault
            if fault is not None and fault.newer == NULL_FALSE and not fault.bare and not request.older:
                return NULL_FALSE
        return None

    return Check(look, members=frozenset(names), values=True)


def _nesting_text(request: Request) -> str:
    return Bare(NESTING) if request.older else NESTING


def nesting(*names: str, levels_max: int = limits.NESTING_LEVELS_MAX) -> Check:
    """Over 31 levels around a leaf, in any of these members; a filter of a Scan takes one more."""

    def look(request: Request) -> Faults:
        for name in names:
            holder = request.members.get(name)
            if holder is not None and holder.findings.depth > levels_max:
                return _nesting_text(request)
        return None

    return Check(look, members=frozenset(names), values=True)


# Which faults of an expression value are told with its key; the operations differ.
Wraps = Callable[[Request, ValueFault], bool]


def never_wraps(request: Request, fault: ValueFault) -> bool:
    """PutItem, Scan."""
    return False


def wraps_unreadable(request: Request, fault: ValueFault) -> bool:
    """Query: an empty value, and a false NULL that was refused while it was read."""
    return fault.newer == EMPTY_VALUE or (request.older and fault.newer == NULL_FALSE)


def wraps_older(request: Request, fault: ValueFault) -> bool:
    """UpdateItem and the operations of the older validation layer."""
    return request.older


def wraps_empty(request: Request, fault: ValueFault) -> bool:
    """DeleteItem: an empty value too."""
    return request.older or fault.newer == EMPTY_VALUE


def expression_values(wraps: Wraps) -> Check:
    """The faults of ExpressionAttributeValues: values, then nesting."""

    def look(request: Request) -> Faults:
        holder = request.members[_EXPRESSION_VALUES]
        fault = holder.findings.fault
        if fault is None:
            return _nesting_text(request) if holder.findings.depth > limits.NESTING_LEVELS_MAX else None
        if wraps(request, fault):
            key = key_of_fault(holder, lambda findings: findings.fault is not None)
            return Bare(for_key(fault.text(request.older), key or ""))
        return fault_text(holder.findings, request.older)

    return Check(look, members=frozenset({_EXPRESSION_VALUES}), values=True)

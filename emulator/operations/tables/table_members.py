"""Member constraints of table definitions: key schemas, attribute definitions, indexes, projections, throughput.

Rule: each function yields the faults of one member in the order in which the service lists them (recorded 2026);
callers join them, and at most ten are told. Wire spellings and paths only; what a definition means is not looked at
here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice
from typing import Any

from dynarig.emulator.model import errors
from dynarig.emulator.operations.checks.constraints import (
    NAME_PATTERN,
    length_at_least,
    length_at_most,
    matching,
    null,
    older_form,
    one_of,
    value_at_least,
)

Structure = dict[str, Any]
Faults = Iterator[str]

_TOLD_MAX = 10
_NAME_MIN, _NAME_MAX = 3, 255
_ATTRIBUTE_NAME_MAX = 255
_NAME = re.compile(NAME_PATTERN)

# The order in which the service lists an enumeration's values; it is not the model's.
BILLING_MODES = ("PROVISIONED", "PAY_PER_REQUEST")
KEY_TYPES = ("HASH", "RANGE")
ATTRIBUTE_TYPES = ("B", "N", "S")
PROJECTION_TYPES = ("ALL", "INCLUDE", "KEYS_ONLY")
TABLE_CLASSES = ("STANDARD", "STANDARD_INFREQUENT_ACCESS")
VIEW_TYPES = ("OLD_IMAGE", "KEYS_ONLY", "NEW_AND_OLD_IMAGES", "NEW_IMAGE")
ENCRYPTION_TYPES = ("AES256", "KMS")


def refuse_gathered(faults: Faults) -> None:
    """Raise ValidationException that lists the first ten faults, if there are any."""
    told = list(islice(faults, _TOLD_MAX))
    if told:
        raise errors.detected(*told)


def enumeration(value: str | None, path: str, values: tuple[str, ...]) -> Faults:
    """An optional member that takes one of these values."""
    if value is not None and value not in values:
        yield older_form(value, path, one_of(values))


def name(value: str | None, path: str) -> Faults:
    """A table's or an index's name: its pattern, then its length."""
    if value is None:
        yield null(path)
        return
    if _NAME.fullmatch(value) is None:
        yield older_form(value, path, matching(NAME_PATTERN))
    if len(value) < _NAME_MIN:
        yield older_form(value, path, length_at_least(_NAME_MIN))
    elif len(value) > _NAME_MAX:
        yield older_form(value, path, length_at_most(_NAME_MAX))


def throughput(value: Structure | None, path: str) -> Faults:
    """ProvisionedThroughput where it is given: the write units, then the read units."""
    if value is None:
        return
    for member in ("writeCapacityUnits", "readCapacityUnits"):
        units = value.get(member[0].upper() + member[1:])
        if units is None:
            yield null(f"{path}.{member}")
        elif units < 1:
            yield older_form(units, f"{path}.{member}", value_at_least(1))


def key_schema(value: list[Structure] | None, path: str, length_max: int, length_path: str | None = None) -> Faults:
    """A key schema; `length_path`: what a refusal of too many elements names instead of the path."""
    if value is None:
        yield null(path)
        return
    if not value:
        yield older_form("[]", path, length_at_least(1))
    if len(value) > length_max:
        elements = ", ".join(
            f"KeySchemaElement(attributeName={each.get('AttributeName', '')}, keyType={each.get('KeyType', '')})"
            for each in value
        )
        yield older_form(f"[{elements}]", length_path or path, length_at_most(length_max))
    for position, element in enumerate(value, 1):
        yield from _attribute_name(element.get("AttributeName"), f"{path}.{position}.member.attributeName")
        yield from _required(element.get("KeyType"), f"{path}.{position}.member.keyType", KEY_TYPES)


def attribute_definitions(value: list[Structure] | None, path: str = "attributeDefinitions") -> Faults:
    """Attribute definitions, which must be there."""
    if value is None:
        yield null(path)
        return
    for position, element in enumerate(value, 1):
        yield from _attribute_name(element.get("AttributeName"), f"{path}.{position}.member.attributeName")
        yield from _required(element.get("AttributeType"), f"{path}.{position}.member.attributeType", ATTRIBUTE_TYPES)


def projection(value: Structure | None, path: str) -> Faults:
    """A projection, which must be there; its type may be missing, which is told later and otherwise."""
    if value is None:
        yield null(path)
        return
    yield from enumeration(value.get("ProjectionType"), f"{path}.projectionType", PROJECTION_TYPES)
    names = value.get("NonKeyAttributes")
    if names is not None and not names:
        yield older_form("[]", f"{path}.nonKeyAttributes", length_at_least(1))
    if names is not None and len(names) > 20:
        yield older_form(f"[{', '.join(names)}]", f"{path}.nonKeyAttributes", length_at_most(20))


def global_index(value: Structure, path: str) -> Faults:
    """A global secondary index to be created."""
    yield from key_schema(value.get("KeySchema"), f"{path}.keySchema", 8, "keySchema")
    yield from projection(value.get("Projection"), f"{path}.projection")
    yield from name(value.get("IndexName"), f"{path}.indexName")
    yield from throughput(value.get("ProvisionedThroughput"), f"{path}.provisionedThroughput")


def local_index(value: Structure, path: str) -> Faults:
    """A local secondary index to be created."""
    yield from name(value.get("IndexName"), f"{path}.indexName")
    yield from key_schema(value.get("KeySchema"), f"{path}.keySchema", 2, "keySchema")
    yield from projection(value.get("Projection"), f"{path}.projection")


def stream_specification(value: Structure | None) -> Faults:
    """StreamSpecification where it is given."""
    if value is None:
        return
    if value.get("StreamEnabled") is None:
        yield null("streamSpecification.streamEnabled")
    yield from enumeration(value.get("StreamViewType"), "streamSpecification.streamViewType", VIEW_TYPES)


def encryption(value: Structure | None) -> Faults:
    """SSESpecification where it is given."""
    if value is None:
        return
    yield from enumeration(value.get("SSEType"), "sSESpecification.sSEType", ENCRYPTION_TYPES)
    if value.get("KMSMasterKeyId") == "":
        yield older_form("", "sSESpecification.kMSMasterKeyId", length_at_least(1))


def _required(value: str | None, path: str, values: tuple[str, ...]) -> Faults:
    if value is None:
        yield null(path)
    else:
        yield from enumeration(value, path, values)


def _attribute_name(value: str | None, path: str) -> Faults:
    if value is None:
        yield null(path)
    elif not value:
        yield older_form(value, path, length_at_least(1))
    elif len(value) > _ATTRIBUTE_NAME_MAX:
        yield older_form(value, path, length_at_most(_ATTRIBUTE_NAME_MAX))

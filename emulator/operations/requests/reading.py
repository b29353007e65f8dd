"""From a JSON body to a `Request`: each member is read as the service model says, every attribute value is walked once.

Rule: what has the wrong JSON type is refused here, before anything else is looked at (SerializationException); what
is wrong in any other way passes and is told by the checks in their order. Nulls and unknown members are dropped.
Readers are compiled from the shapes once an operation. They read members as sent; only when one refuses are they read
again in the order of the service, so that of several refusals the recorded one is told (recorded 2026). Likewise one
walk serves the whole request, and only when it found something is each map walked by itself, to know whose finding it
is.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any, NamedTuple

from dynarig.emulator.model import errors, limits
from dynarig.emulator.model.findings import LONG_NAME, ValueFindings
from dynarig.emulator.model.values import Value
from dynarig.emulator.model.walk import is_long_name, walk_attributes, walk_value
from dynarig.emulator.operations.requests.request import Attributes, Conditions, Request, Values
from dynarig.emulator.operations.requests.scalars import SCALAR_READERS, read_exists, read_text
from dynarig.emulator.operations.requests.service_model import Shape, input_shape

_CLASSES = "com.amazonaws.dynamodb.v20120810."
_CAST = (
    "class sun.reflect.generics.reflectiveObjects.ParameterizedTypeImpl cannot be cast to class java.lang.Class "
    "(sun.reflect.generics.reflectiveObjects.ParameterizedTypeImpl and java.lang.Class are in module java.base of "
    "loader 'bootstrap')"
)
_STRUCTURE_FOUND = "Start of structure or map found where not expected"

# Operations whose every request is checked by the older validation layer (recorded 2026).
OLDER_OPERATIONS = frozenset(
    {
        "BatchWriteItem",
        "TransactWriteItems",
        "TransactGetItems",
        "ExecuteStatement",
        "BatchExecuteStatement",
        "ExecuteTransaction",
    }
)
# Operations that fall back to it where this member is missing.
_OLDER_WITHOUT = {"UpdateItem": "Key", "Query": "TableName", "Scan": "TableName"}
_CONDITIONS_OF_PAGES = ("QueryFilter", "ScanFilter", "KeyConditions")
_LEGACY_MAPS = frozenset({"ExpectedAttributeMap", "AttributeUpdates", "KeyConditions", "FilterConditionMap"})
_LEGACY_VALUES = "AttributeValueList"  # lies within those
_NAMED_MAPS = frozenset(
    {"ExpectedAttributeMap", "AttributeUpdates"}
)  # whose names are attribute names that must not be empty

# The order in which the service refuses: containers in the model's order, then these maps, then scalars, then
# lists of names.
_MAPS_IN_ORDER = ("Key", "Item", "ExpressionAttributeNames", "ExpressionAttributeValues", "Expected")
_SCALARS_IN_ORDER = ("TableName", "IndexName", "ReturnConsumedCapacity")
_LAST_SCALARS_IN_ORDER = ("Limit", "Segment", "TotalSegments", "ScanIndexForward", "ConsistentRead")


class _Reading(ValueFindings):
    """What one pass over a body found; apart: each map has findings of its own."""

    apart: bool = False


Reader = Callable[[Any, _Reading], Any]


class _Form(NamedTuple):
    """How an operation is read: its readers in the order in which the service refuses; whether the older layer always
    checks it; the member without which that layer does, or None."""

    readers: dict[str, Reader]
    older: bool
    needed: str | None


def read_request(operation: str, body: Any) -> Request:
    """The request in a JSON body; raises SerializationException. `operation` must be in the service model."""
    if type(body) is not dict:
        raise errors.serialization()
    readers, older, needed = _form(operation)
    reading = _Reading()
    try:
        members = _read_members(body, readers, reading)
    except errors.DynamoDBError:
        for name, reader in readers.items():  # these stand in the service's order
            if body.get(name) is not None:
                reader(body[name], reading)
        raise
    clean = reading.is_clean
    if not clean:
        members = _read_members(body, readers, _Reading(apart=True))
    if reading.older or reading.depth >= limits.NESTING_LEVELS_DEEP:
        older = True
    elif needed is not None:
        older = needed not in members or _lacks_operator(members)
    return Request(operation, members, body, older, clean)


def _lacks_operator(members: dict[str, Any]) -> bool:
    if members.keys().isdisjoint(_CONDITIONS_OF_PAGES):
        return False
    return any(
        "ComparisonOperator" not in condition
        for name in _CONDITIONS_OF_PAGES
        if name in members
        for condition in members[name].entries.values()
    )


def _read_members(body: dict[str, Any], readers: dict[str, Reader], reading: _Reading) -> dict[str, Any]:
    members = {}
    for name, content in body.items():
        reader = readers.get(name)
        if reader is read_text and type(content) is str:
            members[name] = content  # the commonest member, straight
        elif reader is not None and content is not None:
            members[name] = reader(content, reading)
    return members


@cache
def _form(operation: str) -> _Form:
    shapes = dict(input_shape(operation).members())
    names = sorted(shapes, key=lambda name: _rank(name, shapes[name]))
    readers = {name: _reader(shapes[name], name) for name in names}
    return _Form(readers, operation in OLDER_OPERATIONS, _OLDER_WITHOUT.get(operation))


def _rank(name: str, shape: Shape) -> tuple[int, int]:
    if name in _MAPS_IN_ORDER:
        return 1, _MAPS_IN_ORDER.index(name)
    if shape.type == "list" and shape.element.type == "string":
        return 6, 0
    if shape.type in ("structure", "list", "map"):
        return 0, 0
    if name in _SCALARS_IN_ORDER:
        return 2, _SCALARS_IN_ORDER.index(name)
    if name in _LAST_SCALARS_IN_ORDER:
        return 5, _LAST_SCALARS_IN_ORDER.index(name)
    return (4 if name.endswith("Expression") else 3), 0


def _reader(shape: Shape, member: str = "") -> Reader:
    """A reader of what stands where a member, an element or a map's value of this shape is expected."""
    if shape.type == "structure":
        return _structure_reader(shape)
    if shape.type == "map":
        return _map_reader(shape, member)
    if shape.type == "list":
        return _list_reader(shape)
    return SCALAR_READERS[shape.type]


def _read_value(content: Any, reading: _Reading) -> Value:
    return walk_value(content, ValueFindings() if reading.apart else reading)[0]


# ---- containers


def _structure_reader(shape: Shape) -> Reader:
    if shape.name == "AttributeValue":
        return _read_value
    readers = {name: _reader(member, name) for name, member in shape.members()}
    if shape.name == "ExpectedAttributeValue":
        readers["Exists"] = read_exists

    def read(content: Any, reading: _Reading) -> Any:
        if type(content) is not dict:
            raise errors.serialization(_not_a_structure(content, shape))
        return _read_members(content, readers, reading)

    return read


def _not_a_structure(content: Any, shape: Shape) -> str:
    if type(content) is list:
        return f"Unrecognized collection type class {_CLASSES}{shape.name}"
    return "Unexpected field type"


def _map_reader(shape: Shape, member: str) -> Reader:
    element = shape.element
    if element.name == "AttributeValue":
        return _expression_values_reader(shape) if member == "ExpressionAttributeValues" else _attributes_reader(shape)
    if shape.name == "ExpressionAttributeNameMap":
        return _names_reader(shape)
    read_element = _element_reader(element)

    def read(content: Any, reading: _Reading) -> Any:
        if type(content) is not dict:
            raise _not_a_map(content, shape)
        return {name: read_element(value, reading) for name, value in content.items() if value is not None}

    return _legacy_reader(shape, read) if shape.name in _LEGACY_MAPS else read


def _names_reader(shape: Shape) -> Reader:
    read_element = _element_reader(shape.element)

    def read(content: Any, reading: _Reading) -> Any:
        if type(content) is not dict:
            raise _not_a_map(content, shape)
        try:
            "".join(content.values())  # all texts, the usual case
        except TypeError:
            return {name: read_element(value, reading) for name, value in content.items() if value is not None}
        return content

    return read


def _not_a_map(content: Any, shape: Shape) -> errors.DynamoDBError:
    if type(content) is not list:
        return errors.serialization("Unexpected field type")
    return errors.serialization(
        f"Unrecognized collection type java.util.Map<java.lang.String, {_class(shape.element)}>"
    )


def _class(shape: Shape) -> str:
    if shape.type == "list":
        return f"java.util.List<{_class(shape.element)}>"
    return _CLASSES + shape.name if shape.type == "structure" else "java.lang.String"


def _attributes_reader(shape: Shape) -> Reader:
    def read(content: Any, reading: _Reading) -> Attributes:
        if type(content) is not dict:
            raise _not_a_map(content, shape)
        findings = ValueFindings() if reading.apart else reading
        attributes, size = walk_attributes(content, findings)
        return Attributes(attributes, size, findings)

    return read


def _expression_values_reader(shape: Shape) -> Reader:
    read_together = _attributes_reader(shape)

    def read(content: Any, reading: _Reading) -> Attributes:
        if not reading.apart or type(content) is not dict:
            return read_together(content, reading)  # type: ignore[no-any-return]
        by_key = {key: ValueFindings() for key in content}
        values = {key: walk_value(value, by_key[key])[0] for key, value in content.items()}
        return Attributes(values, 0, _merged(by_key), by_key)

    return read


def _merged(all_findings: dict[str, ValueFindings]) -> ValueFindings:
    merged = ValueFindings()
    for findings in all_findings.values():
        merged.fault = merged.fault or findings.fault
        merged.empty_name = merged.empty_name or findings.empty_name
        merged.depth = max(merged.depth, findings.depth)
        merged.older = merged.older or findings.older
    return merged


def _legacy_reader(shape: Shape, read_entries: Reader) -> Reader:
    """A legacy map: one walk over the values of all its structures."""

    def read(content: Any, reading: _Reading) -> Conditions:
        inner = _Reading() if reading.apart else reading
        entries = read_entries(content, inner)
        if shape.name in _NAMED_MAPS and "" in entries:
            inner.empty_name = True
        if any(map(is_long_name, entries)):
            inner.note(LONG_NAME)
        return Conditions(entries, inner)

    return read


def _list_reader(shape: Shape) -> Reader:
    element = shape.element
    read_element = _element_reader(element)

    def read(content: Any, reading: _Reading) -> Any:
        if type(content) is not list:
            raise errors.serialization(_STRUCTURE_FOUND if type(content) is dict else "Unexpected field type")
        if None in content:
            raise errors.serialization()
        return [read_element(value, reading) for value in content]

    if element.name != "AttributeValue" or shape.name == _LEGACY_VALUES:
        return read

    def read_values(content: Any, reading: _Reading) -> Values:
        inner = _Reading() if reading.apart else reading
        return Values(read(content, inner), inner)

    return read_values


def _element_reader(shape: Shape) -> Reader:
    """A list's element or a map's value: a scalar in place of a container has a text of its own there."""
    read = _reader(shape)
    if shape.type == "structure" and shape.name != "AttributeValue":

        def read_structure(content: Any, reading: _Reading) -> Any:
            if type(content) is not dict and type(content) is not list:
                raise errors.serialization("Unexpected value type in payload")
            return read(content, reading)

        return read_structure
    if shape.type not in ("list", "map"):
        return read
    wanted = list if shape.type == "list" else dict

    def read_container(content: Any, reading: _Reading) -> Any:
        if type(content) is not wanted:
            raise errors.serialization(_CAST)
        return read(content, reading)

    return read_container

"""The walk over attribute values: it checks, normalises and sizes them, once.

Rule: what leaves the walk is normalised, so that two equal values are equal Python objects: numbers are canonical text
(see numbers), binary is canonical base64, sets are sorted and free of duplicates. Nothing is changed in place.

The walk refuses at once what is not shaped as the service model says (SerializationException). Everything else that is
wrong with a value is noted, the first of it in document order, because the service looks at values only after checks of
its own; the operation's stages ask for it when its turn has come. Texts as recorded on the service in 2026, where two
validation layers word some of them differently.
"""

from __future__ import annotations

import binascii
from base64 import b64decode, b64encode
from decimal import Decimal
from typing import Any, NamedTuple

from dynarig.emulator.model import errors, limits, numbers
from dynarig.emulator.model.values import Item, Value, text_size

_CLASS = "com.amazonaws.dynamodb.v20120810.AttributeValue"
_MEMBERS = ("S", "N", "B", "SS", "NS", "BS", "M", "L", "NULL", "BOOL")
_TRUE = frozenset({"true", "t", "yes", "y", "1"})
_FALSE = frozenset({"false", "f", "no", "n", "0"})

EMPTY_VALUE = "Supplied AttributeValue is empty, must contain exactly one of the supported datatypes"
SEVERAL_TYPES = (
    "Supplied AttributeValue has more than one datatypes set, must contain exactly one of the supported datatypes"
)
NESTING = (
    "Nesting Levels have exceeded supported limits: Attributes in the item have nested levels beyond supported limit"
)
EMPTY_NAME = "Empty attribute name"
# The limit is AWS's (Developer Guide, Naming rules); the text is DynamoDB Local's, as the service's was not recorded.
LONG_NAME = "Attribute name is too large, must be less than 65536 bytes"
NULL_FALSE = errors.ONE_OR_MORE + "Null attribute value types must have the value of true"


class ValueFault(NamedTuple):
    """What is wrong with a value: its text in the newer and in the older layer, and whether it never gets an
    envelope."""

    newer: str
    older: str
    bare: bool = False

    def text(self, older: bool) -> str:
        """The text as the layer in force words it."""
        return self.older if older else self.newer


class ValueFindings:
    """What one walk over a request's values found.

    fault: the first wrong value. empty_name: an attribute without a name was seen. depth: the most maps and lists
    around a leaf. older: something was seen that drops the whole request to the older validation layer.
    """

    __slots__ = ("depth", "empty_name", "fault", "older")

    def __init__(self) -> None:
        self.fault: ValueFault | None = None
        self.empty_name = False
        self.depth = 0
        self.older = False

    def note(self, newer: str, older: str | None = None, *, bare: bool = False) -> None:
        """Keep the first fault."""
        if self.fault is None:
            self.fault = ValueFault(newer, newer if older is None else older, bare)


def walk_attributes(attributes: Item, findings: ValueFindings, depth: int = 0) -> tuple[Item, int]:
    """Walk an item, a key or a map's content: (normalised attributes, size in bytes of names and values).

    Raises SerializationException. `depth` counts the maps and lists around these attributes. Names and strings are
    gathered and measured at once, which takes a third less than one by one.
    """
    if "" in attributes:
        findings.empty_name = True
    texts = list(attributes)
    size = 0
    changed: Item | None = None
    for name, value in attributes.items():
        if type(value) is dict and len(value) == 1:
            content = value.get("S")
            if type(content) is str:  # the commonest value, straight
                texts.append(content)
                continue
            ((tag, content),) = value.items()
            reader = _READERS.get(tag)
            if reader is not None and content is not None:
                inner, inner_bytes = reader(content, findings, depth)
                size += inner_bytes
                if inner is not content:
                    if changed is None:
                        changed = dict(attributes)
                    changed[name] = {tag: inner}
                continue
        normal, value_bytes = walk_value(value, findings, depth)
        size += value_bytes
        if normal is not value:
            if changed is None:
                changed = dict(attributes)
            changed[name] = normal
    text_bytes = text_size("".join(texts))
    if text_bytes > limits.NAME_SIZE_BYTES_MAX and any(
        text_size(name) > limits.NAME_SIZE_BYTES_MAX for name in attributes
    ):
        findings.note(LONG_NAME, bare=True)
    return (attributes if changed is None else changed), size + text_bytes


def walk_value(value: Any, findings: ValueFindings, depth: int = 0) -> tuple[Value, int]:
    """Walk one value: (normalised value, size in bytes). Raises SerializationException."""
    if type(value) is not dict:
        return _not_a_structure(value, findings), 0
    if len(value) != 1:
        return _walk_odd(value, findings, depth)
    ((tag, content),) = value.items()
    reader = _READERS.get(tag)
    if reader is None or content is None:
        findings.note(EMPTY_VALUE, bare=True)
        return value, 0
    normal, size = reader(content, findings, depth)
    return (value if normal is content else {tag: normal}), size


def _not_a_structure(value: Any, findings: ValueFindings) -> Value:
    if value is None:
        findings.note(EMPTY_VALUE, bare=True)
        return {}
    if type(value) is list:
        raise errors.serialization(f"Unrecognized collection type class {_CLASS}")
    raise errors.serialization("Unexpected value type in payload")


def _walk_odd(value: Value, findings: ValueFindings, depth: int) -> tuple[Value, int]:
    """A value with no member, members set to null, unknown members, or several members."""
    members = [tag for tag in value if tag in _READERS and value[tag] is not None]
    if len(members) == 1:
        tag = members[0]
        normal, size = _READERS[tag](value[tag], findings, depth)
        return {tag: normal}, size
    if not members:
        findings.note(EMPTY_VALUE, bare=True)
        return value, 0
    findings.older = True
    inner = ValueFindings()
    for tag in _MEMBERS:
        if tag in members:
            _READERS[tag](value[tag], inner, depth)
    findings.depth = max(findings.depth, inner.depth)
    findings.empty_name = findings.empty_name or inner.empty_name
    first = _first_of_several(value, members)
    if first is not None:
        findings.note(first.newer, first.older, bare=True)
    findings.note(SEVERAL_TYPES, bare=True)
    return value, 0


def _first_of_several(value: Value, members: list[str]) -> ValueFault | None:
    """With several members set: an empty set, then an unreadable number, then a false NULL come before the count."""
    for wanted in (("SS", "NS", "BS"), ("N",), ("NULL",)):
        for tag in members:
            if tag in wanted:
                probe = ValueFindings()
                if len(wanted) == 3 and value[tag]:
                    continue
                _READERS[tag](value[tag], probe, 0)
                if probe.fault is not None:
                    return probe.fault
    return None


# ---- one reader a type: content -> (normalised content, size in bytes)


def not_text(content: Any) -> errors.DynamoDBError:
    """The refusal of JSON that is no string where a string must stand."""
    if type(content) is bool:
        return errors.serialization(f"{str(content).upper()}_VALUE cannot be converted to String")
    if type(content) is int:
        return errors.serialization("NUMBER_VALUE cannot be converted to String")
    if type(content) is float:
        return errors.serialization("DECIMAL_VALUE cannot be converted to String")
    if type(content) is list:
        return errors.serialization("Unrecognized collection type class java.lang.String")
    return errors.serialization("Start of structure or map found where not expected")


def _read_string(content: Any, findings: ValueFindings, depth: int) -> tuple[Any, int]:
    if type(content) is not str:
        raise not_text(content)
    return content, text_size(content)


def _read_number(content: Any, findings: ValueFindings, depth: int) -> tuple[Any, int]:
    if type(content) is not str:
        raise not_text(content)
    if content.isdigit() and content.isascii() and len(content) < 16 and (content[0] != "0" or content == "0"):
        return content, 1 + (len(content.rstrip("0")) + 1) // 2  # the commonest number, straight
    try:
        normal = numbers.normalise(content)
    except numbers.NumberFault as fault:
        findings.note(fault.newer, fault.older)
        return content, 0
    return (content if normal == content else normal), numbers.size(normal)


def _read_binary(content: Any, findings: ValueFindings, depth: int) -> tuple[Any, int]:
    if type(content) is not str:
        raise not_text(content)
    data = _decode(content)
    canonical = b64encode(data).decode("ascii")
    return (content if canonical == content else canonical), len(data)


def _decode(text: str) -> bytes:
    try:
        return b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        if len(text) % 4:
            raise errors.serialization(
                f"Base64 encoded length is expected a multiple of 4 bytes but found: {len(text)}"
            ) from None
        raise errors.serialization("Invalid Base64 text") from None


def lenient_boolean(content: Any) -> bool:
    """A boolean member as the service reads it: JSON, or one of ten words in any case, else refused."""
    if type(content) is bool:
        return content
    if type(content) is str:
        word = content.lower()
        if word in _TRUE or word in _FALSE:
            return word in _TRUE
        raise errors.serialization("Unexpected token received from parser")
    if type(content) is int:
        raise errors.serialization("NUMBER_VALUE cannot be converted to Boolean")
    if type(content) is float:
        raise errors.serialization("DECIMAL_VALUE cannot be converted to Boolean")
    if type(content) is list:
        raise errors.serialization("Unrecognized collection type class java.lang.Boolean")
    raise errors.serialization("Start of structure or map found where not expected")


def _read_flag(content: Any, findings: ValueFindings) -> bool:
    if type(content) is list:
        raise errors.serialization()  # recorded: a value member gives no text here
    if type(content) is str:
        findings.older = True
    return lenient_boolean(content)


def _read_bool(content: Any, findings: ValueFindings, depth: int) -> tuple[Any, int]:
    return (content if type(content) is bool else _read_flag(content, findings)), 1


def _read_null(content: Any, findings: ValueFindings, depth: int) -> tuple[Any, int]:
    if content is True:
        return content, 1
    flag = _read_flag(content, findings)
    if not flag:
        findings.note(NULL_FALSE, bare=type(content) is str)
    return flag, 1


def _members(content: Any) -> list[Any]:
    """A set's members as sent; raises SerializationException unless they are a list of strings."""
    if type(content) is not list:
        if type(content) is dict:
            raise errors.serialization("Start of structure or map found where not expected")
        raise errors.serialization("Unexpected field type")
    for member in content:
        if type(member) is not str:
            if member is None:
                raise errors.serialization()
            raise not_text(member)
    return content


def _quoted(text: str) -> str:
    return '"' + text.replace('"', '\\"') + '"'


def _up_to_repeat(members: list[str], normal: list[Any]) -> list[str]:
    """The order in which the newer layer lists a set with a repeat: sorted up to it, the repeat, the rest as sent."""
    seen: set[Any] = set()
    for position, member in enumerate(normal):
        if member in seen:
            before = sorted(zip(normal[:position], members[:position], strict=True))
            return [text for _, text in before] + members[position:]
        seen.add(member)
    return members


def _read_string_set(content: Any, findings: ValueFindings, depth: int) -> tuple[Any, int]:
    members = _members(content)
    if not members:
        findings.note(errors.ONE_OR_MORE + "An string set  may not be empty")
    elif len(set(members)) != len(members):
        newer = ", ".join(map(_quoted, _up_to_repeat(members, members)))
        findings.note(
            f"{errors.ONE_OR_MORE}Input collection [{newer}] contains duplicates.",
            f"{errors.ONE_OR_MORE}Input collection [{', '.join(members)}] contains duplicates.",
        )
    ordered = sorted(members)
    size = sum(len(m) if m.isascii() else len(m.encode()) for m in members)
    return (content if ordered == members else ordered), size


def _read_number_set(content: Any, findings: ValueFindings, depth: int) -> tuple[Any, int]:
    members = _members(content)
    if not members:
        findings.note(errors.ONE_OR_MORE + "An number set  may not be empty")
    normal: list[str] = []
    for member in members:
        try:
            normal.append(numbers.normalise(member))
        except numbers.NumberFault as fault:
            findings.note(fault.newer, fault.older)
            return content, 0
    if len(set(normal)) != len(normal):
        findings.note(
            errors.ONE_OR_MORE + "Input collection contains duplicates.",
            "Input collection contains duplicates",
        )
    ordered = sorted(normal, key=Decimal)
    return (content if ordered == members else ordered), sum(map(numbers.size, ordered))


def _read_binary_set(content: Any, findings: ValueFindings, depth: int) -> tuple[Any, int]:
    members = _members(content)
    if not members:
        findings.note(errors.ONE_OR_MORE + "Binary sets should not be empty")
    decoded = [_decode(member) for member in members]
    if len(set(decoded)) != len(decoded):
        repeat = _up_to_repeat([b64encode(data).decode("ascii") for data in decoded], decoded)
        newer = ",".join(map(_quoted, repeat))
        findings.note(
            f"{errors.ONE_OR_MORE}Input collection [{newer}]of type BS contains duplicates.",
            f"{errors.ONE_OR_MORE}Input collection [{', '.join(members)}]of type BS contains duplicates.",
        )
    ordered = [b64encode(data).decode("ascii") for data in sorted(decoded)]
    return (content if ordered == members else ordered), sum(map(len, decoded))


def _read_map(content: Any, findings: ValueFindings, depth: int) -> tuple[Any, int]:
    if type(content) is not dict:
        if type(content) is list:
            raise errors.serialization(f"Unrecognized collection type java.util.Map<java.lang.String, {_CLASS}>")
        raise errors.serialization("Unexpected field type")
    depth += 1
    if depth > findings.depth:
        findings.depth = depth
    if depth > limits.NESTING_LEVELS_DEEP:
        return content, 3  # refused already; what lies deeper is not read
    normal, size = walk_attributes(content, findings, depth)
    return normal, 3 + len(content) + size


def _read_list(content: Any, findings: ValueFindings, depth: int) -> tuple[Any, int]:
    if type(content) is not list:
        if type(content) is dict:
            raise errors.serialization("Start of structure or map found where not expected")
        raise errors.serialization("Unexpected field type")
    depth += 1
    if depth > findings.depth:
        findings.depth = depth
    if depth > limits.NESTING_LEVELS_DEEP:
        return content, 3
    size = 3 + len(content)
    normal: list[Value] = []
    same = True
    for value in content:
        element, element_size = walk_value(value, findings, depth)
        normal.append(element)
        size += element_size
        same = same and element is value
    return (content if same else normal), size


_READERS = {
    "S": _read_string,
    "N": _read_number,
    "B": _read_binary,
    "SS": _read_string_set,
    "NS": _read_number_set,
    "BS": _read_binary_set,
    "M": _read_map,
    "L": _read_list,
    "NULL": _read_null,
    "BOOL": _read_bool,
}

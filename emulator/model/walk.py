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
from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from dynarig.emulator.model import errors, limits, numbers
from dynarig.emulator.model.findings import (
    EMPTY_VALUE,
    LONG_NAME,
    NULL_FALSE,
    SEVERAL_TYPES,
    ValueFault,
    ValueFindings,
)
from dynarig.emulator.model.json_scalars import lenient_boolean, not_text
from dynarig.emulator.model.values import CONTAINER_BYTES, ENTRY_BYTES, FLAG_BYTES, Item, Value, text_size

_CLASS = "com.amazonaws.dynamodb.v20120810.AttributeValue"
_SMALL_SIZES = numbers.SMALL_SIZES
_NAME_SIZE_BYTES_MAX, _LEVELS_DEEP = limits.NAME_SIZE_BYTES_MAX, limits.NESTING_LEVELS_DEEP  # looked at in every walk
_MEMBERS = ("S", "N", "B", "SS", "NS", "BS", "M", "L", "NULL", "BOOL")
Changes = dict[int, Value]  # what is not normalised, by identity: normalised


def walk_attributes(attributes: Item, findings: ValueFindings, depth: int = 0) -> tuple[Item, int]:
    """Walk an item, a key or a map's content: (normalised attributes, size in bytes of names and values).

    Raises SerializationException. `depth` counts the maps and lists around these attributes. What is normalised already
    comes back as the same object.
    """
    if "" in attributes:
        findings.empty_name = True
    texts = [*attributes]
    size, changes = _walk_values(attributes.values(), findings, depth, texts)
    text = "".join(texts)
    text_bytes = len(text) if text.isascii() else len(text.encode())
    if text_bytes > _NAME_SIZE_BYTES_MAX and _has_long_name(attributes):
        findings.note(LONG_NAME)
    return (attributes if changes is None else _changed(attributes, changes)), size + text_bytes


def _walk_values(
    values: Iterable[Any], findings: ValueFindings, depth: int, texts: list[str]
) -> tuple[int, Changes | None]:
    """Walk what lies in `depth` maps and lists: (its size but for names and strings, what is not normalised).

    Names and strings go to `texts`: measuring those of a whole item at once takes a third less than one by one. The
    commonest types stand here, straight; all else is `walk_value`'s.
    """
    if depth > findings.depth:
        findings.depth = depth
    size = 0
    changes: Changes | None = None
    for value in values:
        try:
            (tag,) = value
            content = value[tag]
        except (TypeError, ValueError, LookupError):
            tag = content = None
        kind = type(content)
        if kind is str:
            if tag == "S":
                texts.append(content)
                continue
            if tag == "N" and (number_bytes := _SMALL_SIZES.get(content) or numbers.stored_size(content)):
                size += number_bytes
                continue
        elif kind is bool and (tag == "BOOL" or (tag == "NULL" and content)):
            size += FLAG_BYTES
            continue
        if depth < _LEVELS_DEEP and ((kind is dict and tag == "M") or (kind is list and tag == "L")):
            inner = content
            if tag == "M":
                if "" in content:
                    findings.empty_name = True
                texts += content
                inner = content.values()
            more, inner_changes = _walk_values(inner, findings, depth + 1, texts)
            size += CONTAINER_BYTES + len(content) * ENTRY_BYTES + more
            if inner_changes is None:
                continue
            normal = {tag: _changed(content, inner_changes)}
        else:
            normal, more = walk_value(value, findings, depth)
            size += more
            if normal is value:
                continue
        if changes is None:
            changes = {}
        changes[id(value)] = normal
    return size, changes


def _changed(content: Any, changes: Changes) -> Any:
    """A copy of attributes or elements with the changes in it."""
    if type(content) is list:
        return [changes.get(id(element), element) for element in content]
    return {name: changes.get(id(value), value) for name, value in content.items()}


def _has_long_name(attributes: Item, depth: int = 0) -> bool:
    """Whether any name in it, at any depth, is longer than a name may be; `attributes` need not be well made."""
    for name, value in attributes.items():
        if is_long_name(name):
            return True
        pending = [value]
        while pending:
            inner = pending.pop()
            content = inner.get("M") or inner.get("L") if type(inner) is dict else None
            if type(content) is list and depth < limits.NESTING_LEVELS_DEEP:
                pending += content
            elif type(content) is dict and depth < limits.NESTING_LEVELS_DEEP and _has_long_name(content, depth + 1):
                return True
    return False


def is_long_name(name: str) -> bool:
    """Whether no attribute can have this name."""
    return 4 * len(name) > limits.NAME_SIZE_BYTES_MAX and text_size(name) > limits.NAME_SIZE_BYTES_MAX


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


def _read_string(content: Any, findings: ValueFindings, depth: int) -> tuple[Any, int]:
    if type(content) is not str:
        raise not_text(content)
    return content, text_size(content)


def _read_number(content: Any, findings: ValueFindings, depth: int) -> tuple[Any, int]:
    if type(content) is not str:
        raise not_text(content)
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
    canonical = _encode(data)
    return (content if canonical == content else canonical), len(data)


def _decode(text: str) -> bytes:
    try:
        return binascii.a2b_base64(text, strict_mode=True)
    except (binascii.Error, ValueError):
        if len(text) % 4:
            raise errors.serialization(
                f"Base64 encoded length is expected a multiple of 4 bytes but found: {len(text)}"
            ) from None
        raise errors.serialization("Invalid Base64 text") from None


def _encode(data: bytes) -> str:
    return binascii.b2a_base64(data, newline=False).decode("ascii")


def _read_flag(content: Any, findings: ValueFindings) -> bool:
    if type(content) is list:
        raise errors.serialization()  # recorded: a value member gives no text here
    if type(content) is str:
        findings.older = True
    return lenient_boolean(content)


def _read_bool(content: Any, findings: ValueFindings, depth: int) -> tuple[Any, int]:
    return (content if type(content) is bool else _read_flag(content, findings)), FLAG_BYTES


def _read_null(content: Any, findings: ValueFindings, depth: int) -> tuple[Any, int]:
    if content is True:
        return content, FLAG_BYTES
    flag = _read_flag(content, findings)
    if not flag:
        findings.note(NULL_FALSE, bare=type(content) is str)
    return flag, FLAG_BYTES


def _members(content: Any) -> list[Any]:
    """A set's members as sent; raises SerializationException unless they are a list of strings."""
    if type(content) is not list:
        if type(content) is dict:
            raise errors.serialization("Start of structure or map found where not expected")
        raise errors.serialization("Unexpected field type")
    try:
        "".join(content)
    except TypeError:
        odd = next(member for member in content if type(member) is not str)
        raise errors.serialization() if odd is None else not_text(odd) from None
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
    return (content if ordered == members else ordered), text_size("".join(members))


def _read_number_set(content: Any, findings: ValueFindings, depth: int) -> tuple[Any, int]:
    members = _members(content)
    if not members:
        findings.note(errors.ONE_OR_MORE + "An number set  may not be empty")
    try:
        normal = [member if numbers.stored_size(member) else numbers.normalise(member) for member in members]
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
        repeat = _up_to_repeat([_encode(data) for data in decoded], decoded)
        newer = ",".join(map(_quoted, repeat))
        findings.note(
            f"{errors.ONE_OR_MORE}Input collection [{newer}]of type BS contains duplicates.",
            f"{errors.ONE_OR_MORE}Input collection [{', '.join(members)}]of type BS contains duplicates.",
        )
    ordered = [_encode(data) for data in sorted(decoded)]
    return (content if ordered == members else ordered), sum(map(len, decoded))


def _read_map(content: Any, findings: ValueFindings, depth: int) -> tuple[Any, int]:
    if type(content) is not dict:
        if type(content) is list:
            raise errors.serialization(f"Unrecognized collection type java.util.Map<java.lang.String, {_CLASS}>")
        raise errors.serialization("Unexpected field type")
    if depth >= limits.NESTING_LEVELS_DEEP:
        findings.depth = max(findings.depth, depth + 1)
        return content, CONTAINER_BYTES  # refused already; what lies deeper is not read
    normal, size = walk_attributes(content, findings, depth + 1)
    return normal, CONTAINER_BYTES + len(content) * ENTRY_BYTES + size


def _read_list(content: Any, findings: ValueFindings, depth: int) -> tuple[Any, int]:
    if type(content) is not list:
        if type(content) is dict:
            raise errors.serialization("Start of structure or map found where not expected")
        raise errors.serialization("Unexpected field type")
    if depth >= limits.NESTING_LEVELS_DEEP:
        findings.depth = max(findings.depth, depth + 1)
        return content, CONTAINER_BYTES
    texts: list[str] = []
    size, changes = _walk_values(content, findings, depth + 1, texts)
    size += CONTAINER_BYTES + len(content) * ENTRY_BYTES + text_size("".join(texts))
    return (content if changes is None else _changed(content, changes)), size


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

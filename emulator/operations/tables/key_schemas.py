"""Key schemas of requests: whether their attributes are defined, whether their shape is allowed, and what they mean.

Rule: refusals come in the order in which the service looks (recorded 2026), and list names in the order of its hash
sets. Multi-attribute keys, up to four of each kind, are for global secondary indexes alone. Knows no operation.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from dynarig.emulator.model import errors
from dynarig.emulator.model.java_order import order_strings
from dynarig.emulator.model.schema import KeyAttribute, KeySchema

Elements = Sequence[dict[str, Any]]

_OF_A_KIND_MAX = 4
NO_DEFINITION = "Invalid KeySchema: Some index key attribute have no definition"
_NOT_HASH = "Invalid KeySchema: The first KeySchemaElement is not a HASH key type"
_NOT_RANGE = "Invalid KeySchema: The second KeySchemaElement is not a RANGE key type"
_SAME_NAME = "Both the Hash Key and the Range Key element in the KeySchema have the same name"
_REPEATED = "The KeySchema contains multiple key attributes with the same name"


def names_of(elements: Elements) -> list[str]:
    """The attribute names of a key schema, in order."""
    return [element["AttributeName"] for element in elements]


def check_table_defined(elements: Elements, defined: Collection[str]) -> None:
    """Refuse a table's key whose attributes are not all defined."""
    names = names_of(elements)
    undefined = any(name not in defined for name in names)
    if len(defined) < len(names) or (undefined and len(names) > 1):
        raise errors.validation(NO_DEFINITION)
    if undefined:
        raise _undefined(names, defined)


def check_index_defined(elements: Elements, defined: Collection[str]) -> None:
    """Refuse an index's key whose attributes are not all defined."""
    names = names_of(elements)
    if len(defined) < len(names):
        raise errors.validation(NO_DEFINITION)
    if any(name not in defined for name in names):
        raise _undefined(names, defined)


def _undefined(names: list[str], defined: Collection[str]) -> errors.DynamoDBError:
    return errors.invalid_parameter(
        "Some index key attributes are not defined in AttributeDefinitions. "
        f"Keys: [{listed(names)}], AttributeDefinitions: [{listed(defined)}]"
    )


def listed(names: Collection[str], *, sized: bool = True) -> str:
    """Names as refusals list them: once each, in the order of a hash set that is made for their number, or grows."""
    return ", ".join(order_strings(dict.fromkeys(names), sized=sized))


def check_shape(elements: Elements) -> None:
    """Refuse a key that is not one HASH element, or a HASH and a RANGE element of different names."""
    if elements[0]["KeyType"] != "HASH":
        raise errors.validation(_NOT_HASH)
    if len(elements) > 1:
        if elements[0]["AttributeName"] == elements[1]["AttributeName"]:
            raise errors.validation(_SAME_NAME)
        if elements[1]["KeyType"] != "RANGE":
            raise errors.validation(_NOT_RANGE)


def check_global_shape(elements: Elements) -> None:
    """Refuse a key that is not one to four HASH elements followed by up to four RANGE elements, each name once."""
    types = [element["KeyType"] for element in elements]
    names = names_of(elements)
    if types[0] != "HASH":
        raise errors.validation(_NOT_HASH)
    if types == ["HASH", "RANGE"] and names[0] == names[1]:
        raise errors.validation(_SAME_NAME)
    if len(set(names)) < len(names):
        raise errors.validation(_REPEATED)
    if types != sorted(types):
        raise errors.invalid_parameter("All HASH key attributes must precede RANGE key attributes in the KeySchema")
    for kind in ("HASH", "RANGE"):
        if types.count(kind) > _OF_A_KIND_MAX:
            raise errors.invalid_parameter(f"The KeySchema exceeds the maximum allowed number of {kind} key attributes")


def read_key_schema(elements: Elements, types: Mapping[str, str]) -> KeySchema:
    """The key schema of checked elements; `types`: the type letter of each attribute."""
    attributes = {kind: [] for kind in ("HASH", "RANGE")}  # type: dict[str, list[KeyAttribute]]
    for element in elements:
        name = element["AttributeName"]
        attributes[element["KeyType"]].append(KeyAttribute(name, types[name]))
    return KeySchema(tuple(attributes["HASH"]), tuple(attributes["RANGE"]))


def describe_key_schema(keys: KeySchema) -> list[dict[str, str]]:
    """A key schema as requests and descriptions spell it."""
    return [
        {"AttributeName": attribute.name, "KeyType": kind}
        for kind, attributes in (("HASH", keys.partition), ("RANGE", keys.sort))
        for attribute in attributes
    ]

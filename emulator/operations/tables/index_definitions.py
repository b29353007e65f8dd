"""Secondary indexes of requests: the rules of their lists and of each, and what they mean.

Rule: of one list every key is looked at before any projection, and every projection before the list's length, so that
the first fault told is the service's (recorded 2026). Billing decides whether an index may have throughput of its
own.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from dynarig.emulator.model import errors, limits
from dynarig.emulator.model.schema import GLOBAL, INCLUDE, LOCAL, IndexSchema, Projection
from dynarig.emulator.operations.tables.key_schemas import (
    Elements,
    check_global_shape,
    check_index_defined,
    check_shape,
    names_of,
    read_key_schema,
)

Structure = dict[str, Any]
_PROJECTED_NAME = (
    "Names of key attributes and attributes projected into an index must be between 1 and 255 characters, inclusive"
)
_NO_TABLE_RANGE = "Table KeySchema does not have a range key, which is required when specifying a LocalSecondaryIndex"


def check_local_indexes(indexes: Sequence[Structure], table_key: Elements, types: Mapping[str, str]) -> None:
    """Refuse local secondary indexes that the table cannot have."""
    if len(table_key) < 2:
        raise errors.invalid_parameter(_NO_TABLE_RANGE)
    for index in indexes:
        check_index_defined(index["KeySchema"], types)
    for index in indexes:
        _check_local_key(index, table_key[0]["AttributeName"])
    for index in indexes:
        check_projection(index["Projection"])
    check_names(indexes)
    if len(indexes) > limits.LSI_MAX:
        raise errors.invalid_parameter(f"Number of LocalSecondaryIndexes exceeds per-table limit of {limits.LSI_MAX}")


def _check_local_key(index: Structure, table_partition: str) -> None:
    elements = index["KeySchema"]
    check_shape(elements)
    if len(elements) < 2:
        raise errors.invalid_parameter(f"Index KeySchema does not have a range key for index: {index['IndexName']}")
    if elements[0]["AttributeName"] != table_partition:
        raise errors.invalid_parameter(
            "Index KeySchema does not have the same leading hash key as table KeySchema for index: "
            f"{index['IndexName']}. index hash key: {elements[0]['AttributeName']}, table hash key: {table_partition}"
        )


def check_global_indexes(indexes: Sequence[Structure], types: Mapping[str, str]) -> None:
    """Refuse global secondary indexes whose keys, projections, names or number are wrong."""
    for index in indexes:
        check_index_defined(index["KeySchema"], types)
    for index in indexes:
        check_global_shape(index["KeySchema"])
    for index in indexes:
        check_projection(index["Projection"])
    check_names(indexes)
    if len(indexes) > limits.GSI_MAX:
        raise errors.invalid_parameter(f"GlobalSecondaryIndex count exceeds the per-table limit of {limits.GSI_MAX}")


def check_projection(projection: Structure) -> None:
    """Refuse a projection whose type is missing or does not go with its list of attributes."""
    kind, names = projection.get("ProjectionType"), projection.get("NonKeyAttributes")
    if kind is None:
        raise errors.invalid_parameter("Unknown ProjectionType: null")
    if kind == INCLUDE:
        if names is None:
            raise errors.invalid_parameter("ProjectionType is INCLUDE, but NonKeyAttributes is not specified")
        for position, name in enumerate(names):
            if not 1 <= len(name) <= limits.PROJECTED_NAME_LENGTH_MAX:
                raise errors.validation(_PROJECTED_NAME)
            if name in names[:position]:
                raise errors.invalid_parameter(f"Duplicate element in NonKeyAttributes: {name}")
    elif names is not None:
        raise errors.invalid_parameter(f"ProjectionType is {kind}, but NonKeyAttributes is specified")


def check_names(indexes: Sequence[Structure]) -> None:
    """Refuse two indexes of one name."""
    seen = set()
    for index in indexes:
        if index["IndexName"] in seen:
            raise errors.invalid_parameter(f"Duplicate index name: {index['IndexName']}")
        seen.add(index["IndexName"])


def read_index(index: Structure, kind: str, types: Mapping[str, str]) -> IndexSchema:
    """The schema of a checked index. kind: GLOBAL or LOCAL; types: the type letter of each attribute."""
    projection = index["Projection"]
    return IndexSchema(
        index["IndexName"],
        kind,
        read_key_schema(index["KeySchema"], types),
        Projection(projection["ProjectionType"], tuple(projection.get("NonKeyAttributes", ()))),
    )


def read_indexes(members: Structure, types: Mapping[str, str]) -> dict[str, IndexSchema]:
    """The schemas of a checked CreateTable request's indexes, by name."""
    lists = ((LOCAL, members.get("LocalSecondaryIndexes", ())), (GLOBAL, members.get("GlobalSecondaryIndexes", ())))
    return {index["IndexName"]: read_index(index, kind, types) for kind, indexes in lists for index in indexes}


def requested_names(members: Structure) -> list[str]:
    """The names of all key attributes of a CreateTable request, table first, as they come."""
    names = names_of(members["KeySchema"])
    for member in ("LocalSecondaryIndexes", "GlobalSecondaryIndexes"):
        for index in members.get(member, ()):
            names += names_of(index["KeySchema"])
    return names

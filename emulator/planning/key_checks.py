"""Items and keys against a table's schema and its indexes: which key values are refused, and how.

Rule: values have been walked; here names, types and sizes of key attributes are judged, the table's before the
indexes', of several indexes the first by name (recorded 2026). None of it gets an envelope. A plain key passes
without a look at the index names. Must not know: requests, what is stored.
"""

from __future__ import annotations

from dynarig.emulator.expressions import BoundUpdate
from dynarig.emulator.model import errors, limits
from dynarig.emulator.model.schema import IndexSchema, KeyAttribute, KeySchema
from dynarig.emulator.model.values import Item, Value, type_of, value_size
from dynarig.emulator.storage.table import Table

_EMPTY = {"S": "string", "B": "binary"}
_EMPTY_TEXT = "The AttributeValue for a key attribute cannot contain an empty {} value."
_PLAIN_LENGTH = limits.SORT_KEY_SIZE_BYTES_MAX // 4  # characters that are surely within every limit of keys


def check_key(table: Table, key: Item) -> None:
    """A Key parameter: exactly the table's key attributes, of their types; raises ValidationException."""
    if table.has_plain_keys(key) and len(key) == len(table.key_names):
        return
    keys = table.schema.keys
    if len(key) != len(keys.attributes):
        raise errors.validation(errors.KEY_MISMATCH)
    _check_each(keys, key, collapse=True)


def check_item_keys(table: Table, item: Item, *, collapse: bool = False) -> None:
    """An item to put: the table's key attributes, then the indexes'; raises ValidationException.

    collapse: BatchWriteItem's one text for a key attribute that is missing or of the wrong type.
    """
    if not table.has_plain_keys(item):
        _check_each(table.schema.keys, item, collapse=collapse)
    if table.indexes:
        _check_index_keys(table, item)


def check_key_value(attribute: KeyAttribute, value: Value, is_partition: bool) -> None:
    """One value of the attribute's type that a key condition names: neither empty nor too long."""
    if 0 < len(value[attribute.type]) <= _PLAIN_LENGTH:
        return
    _check_not_empty(attribute, value)
    size = value_size(value)
    if is_partition and size > limits.PARTITION_KEY_SIZE_BYTES_MAX:
        raise errors.validation(_TOO_LONG_PARTITION)
    if not is_partition and size > limits.SORT_KEY_SIZE_BYTES_MAX:
        raise errors.validation(_TOO_LONG_SORT)


def check_update_targets(table: Table, update: BoundUpdate) -> None:
    """No key attribute may be among what an update writes; raises ValidationException."""
    own = table.schema.keys.names
    if table.key_names.isdisjoint(update.actions.touched):
        return
    for target in update.actions.targets:
        name = target.path[0]
        if name in own:
            raise errors.invalid_parameter(f"Cannot update attribute {name}. This attribute is part of the key")


def check_empty_keys(table: Table, item: Item) -> None:
    """Only empty key values, the table's and then the indexes': a transaction refuses those before its actions run."""
    for attribute in table.schema.keys.attributes:
        _check_not_empty(attribute, item.get(attribute.name))
    for index, attribute in table.index_keys:
        value = item.get(attribute.name)
        if value is not None and attribute.type in value:
            fault = _empty_index_key(index, attribute, value)
            if fault is not None:
                raise errors.validation(fault)


def check_updated_index_keys(table: Table, before: Item, after: Item) -> None:
    """The index keys whose value an update has changed; values stored before the index was made stay as they are."""
    for index, attribute in table.index_keys:
        value = after.get(attribute.name)
        if value is None or before.get(attribute.name) == value:
            continue
        if attribute.type not in value:
            raise errors.validation(_index_type_mismatch(index, attribute, value))
        if value[attribute.type] == "":
            raise errors.validation(
                errors.ONE_OR_MORE_NOT_VALID
                + "The update expression attempted to update a secondary index key to a value that is not supported. "
                + _EMPTY_TEXT.format(_EMPTY[attribute.type])
            )
        _check_index_value_size(index, attribute, value)


def _fault_of_type(item: Item, attribute: KeyAttribute) -> str | None:
    value = item.get(attribute.name)
    if value is None:
        return f"{errors.ONE_OR_MORE}Missing the key {attribute.name} in the item"
    if attribute.type in value:
        return None
    return (
        f"{errors.ONE_OR_MORE}Type mismatch for key {attribute.name} "
        f"expected: {attribute.type} actual: {type_of(value)}"
    )


def _check_each(keys: KeySchema, item: Item, *, collapse: bool) -> None:
    """The table's key attributes one after another: there, of its type, not empty, not too long."""
    for attribute in keys.attributes:
        fault = _fault_of_type(item, attribute)
        if fault is not None:
            raise errors.validation(errors.KEY_MISMATCH if collapse else fault)
        check_key_value(attribute, item[attribute.name], attribute in keys.partition)


# The service writes no blank before the figure.
_TOO_LONG_PARTITION = errors.ONE_OR_MORE + "Size of hashkey has exceeded the maximum size limit of2048 bytes"
_TOO_LONG_SORT = errors.ONE_OR_MORE + "Aggregated size of all range keys has exceeded the size limit of 1024 bytes"


def _check_not_empty(attribute: KeyAttribute, value: Value | None) -> None:
    if value is not None and value.get(attribute.type) == "":
        text = _EMPTY_TEXT.format(_EMPTY[attribute.type])
        raise errors.validation(f"{errors.ONE_OR_MORE_NOT_VALID}{text} Key: {attribute.name}")


def _check_index_keys(table: Table, item: Item) -> None:
    for name, kind in table.index_key_types:
        value = item.get(name)
        if value is not None:
            content = value.get(kind)
            if content is None or not 0 < len(content) <= _PLAIN_LENGTH:
                _check_each_index_key(table, item)
                return


def _check_each_index_key(table: Table, item: Item) -> None:
    """Types of all, then values (DynamoDB Local 3.1)."""
    found = [(index, key, item[key.name]) for index, key in table.index_keys if key.name in item]
    for index, attribute, value in found:
        if attribute.type not in value:
            raise errors.validation(_index_type_mismatch(index, attribute, value))
    for index, attribute, value in found:
        fault = _empty_index_key(index, attribute, value)
        if fault is not None:
            raise errors.validation(fault)
        _check_index_value_size(index, attribute, value)


def _index_type_mismatch(index: IndexSchema, attribute: KeyAttribute, value: Value) -> str:
    return (
        f"{errors.ONE_OR_MORE}Type mismatch for Index Key {attribute.name} Expected: {attribute.type} "
        f"Actual: {type_of(value)} IndexName: {index.name}"
    )


def _empty_index_key(index: IndexSchema, attribute: KeyAttribute, value: Value) -> str | None:
    if value[attribute.type] != "":
        return None
    return (
        f"{errors.ONE_OR_MORE_NOT_VALID}A value specified for a secondary index key is not supported. "
        f"{_EMPTY_TEXT.format(_EMPTY[attribute.type])} IndexName: {index.name}, IndexKey: {attribute.name}"
    )


def _check_index_value_size(index: IndexSchema, attribute: KeyAttribute, value: Value) -> None:
    size = value_size(value)
    if attribute in index.keys.sort:
        if size > limits.SORT_KEY_SIZE_BYTES_MAX:
            raise errors.validation(_TOO_LONG_SORT)
    elif size > limits.PARTITION_KEY_SIZE_BYTES_MAX:
        raise errors.validation(_TOO_LONG_PARTITION)

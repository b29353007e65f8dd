"""Layer 4: the operations. This list is what the engine, the inventory and the tests know of them."""

from __future__ import annotations

from emulator.operations.batch_get_item import BATCH_GET_ITEM
from emulator.operations.batch_write_item import BATCH_WRITE_ITEM
from emulator.operations.create_table import CREATE_TABLE
from emulator.operations.delete_item import DELETE_ITEM
from emulator.operations.delete_table import DELETE_TABLE
from emulator.operations.describe_stream import DESCRIBE_STREAM
from emulator.operations.describe_table import DESCRIBE_TABLE
from emulator.operations.get_item import GET_ITEM
from emulator.operations.get_records import GET_RECORDS
from emulator.operations.get_shard_iterator import GET_SHARD_ITERATOR
from emulator.operations.list_streams import LIST_STREAMS
from emulator.operations.list_tables import LIST_TABLES
from emulator.operations.operation import Operation
from emulator.operations.put_item import PUT_ITEM
from emulator.operations.query import QUERY
from emulator.operations.scan import SCAN
from emulator.operations.transact_get_items import TRANSACT_GET_ITEMS
from emulator.operations.transact_write_items import TRANSACT_WRITE_ITEMS
from emulator.operations.update_item import UPDATE_ITEM

_ALL = (
    BATCH_GET_ITEM,
    BATCH_WRITE_ITEM,
    CREATE_TABLE,
    DELETE_ITEM,
    DELETE_TABLE,
    DESCRIBE_STREAM,
    DESCRIBE_TABLE,
    GET_ITEM,
    GET_RECORDS,
    GET_SHARD_ITERATOR,
    LIST_STREAMS,
    LIST_TABLES,
    PUT_ITEM,
    QUERY,
    SCAN,
    TRANSACT_GET_ITEMS,
    TRANSACT_WRITE_ITEMS,
    UPDATE_ITEM,
)

OPERATIONS: dict[str, Operation] = {operation.name: operation for operation in _ALL if not operation.streams}
STREAMS_OPERATIONS: dict[str, Operation] = {operation.name: operation for operation in _ALL if operation.streams}

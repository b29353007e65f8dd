"""Layer 4: the operations. This list is what the engine, the inventory and the tests know of them."""

from __future__ import annotations

from dynarig.emulator.operations.account.describe_endpoints import DESCRIBE_ENDPOINTS
from dynarig.emulator.operations.account.describe_limits import DESCRIBE_LIMITS
from dynarig.emulator.operations.backups.create_backup import CREATE_BACKUP
from dynarig.emulator.operations.backups.delete_backup import DELETE_BACKUP
from dynarig.emulator.operations.backups.describe_backup import DESCRIBE_BACKUP
from dynarig.emulator.operations.backups.describe_continuous_backups import DESCRIBE_CONTINUOUS_BACKUPS
from dynarig.emulator.operations.backups.list_backups import LIST_BACKUPS
from dynarig.emulator.operations.backups.restore_table_from_backup import RESTORE_TABLE_FROM_BACKUP
from dynarig.emulator.operations.backups.restore_table_to_point_in_time import RESTORE_TABLE_TO_POINT_IN_TIME
from dynarig.emulator.operations.backups.update_continuous_backups import UPDATE_CONTINUOUS_BACKUPS
from dynarig.emulator.operations.batches.batch_get_item import BATCH_GET_ITEM
from dynarig.emulator.operations.batches.batch_write_item import BATCH_WRITE_ITEM
from dynarig.emulator.operations.global_tables.legacy_global_tables import (
    CREATE_GLOBAL_TABLE,
    DESCRIBE_GLOBAL_TABLE,
    DESCRIBE_GLOBAL_TABLE_SETTINGS,
    DESCRIBE_TABLE_REPLICA_AUTO_SCALING,
    LIST_GLOBAL_TABLES,
    UPDATE_GLOBAL_TABLE,
    UPDATE_GLOBAL_TABLE_SETTINGS,
    UPDATE_TABLE_REPLICA_AUTO_SCALING,
)
from dynarig.emulator.operations.insights.describe_contributor_insights import DESCRIBE_CONTRIBUTOR_INSIGHTS
from dynarig.emulator.operations.insights.list_contributor_insights import LIST_CONTRIBUTOR_INSIGHTS
from dynarig.emulator.operations.insights.update_contributor_insights import UPDATE_CONTRIBUTOR_INSIGHTS
from dynarig.emulator.operations.items.delete_item import DELETE_ITEM
from dynarig.emulator.operations.items.get_item import GET_ITEM
from dynarig.emulator.operations.items.put_item import PUT_ITEM
from dynarig.emulator.operations.items.update_item import UPDATE_ITEM
from dynarig.emulator.operations.kinesis.describe_kinesis_streaming_destination import (
    DESCRIBE_KINESIS_STREAMING_DESTINATION,
)
from dynarig.emulator.operations.kinesis.disable_kinesis_streaming_destination import (
    DISABLE_KINESIS_STREAMING_DESTINATION,
)
from dynarig.emulator.operations.kinesis.enable_kinesis_streaming_destination import (
    ENABLE_KINESIS_STREAMING_DESTINATION,
)
from dynarig.emulator.operations.kinesis.update_kinesis_streaming_destination import (
    UPDATE_KINESIS_STREAMING_DESTINATION,
)
from dynarig.emulator.operations.operation import Operation
from dynarig.emulator.operations.pages.query import QUERY
from dynarig.emulator.operations.pages.scan import SCAN
from dynarig.emulator.operations.policies.delete_resource_policy import DELETE_RESOURCE_POLICY
from dynarig.emulator.operations.policies.get_resource_policy import GET_RESOURCE_POLICY
from dynarig.emulator.operations.policies.put_resource_policy import PUT_RESOURCE_POLICY
from dynarig.emulator.operations.statements.batch_execute_statement import BATCH_EXECUTE_STATEMENT
from dynarig.emulator.operations.statements.execute_statement import EXECUTE_STATEMENT
from dynarig.emulator.operations.statements.execute_transaction import EXECUTE_TRANSACTION
from dynarig.emulator.operations.streams.describe_stream import DESCRIBE_STREAM
from dynarig.emulator.operations.streams.get_records import GET_RECORDS
from dynarig.emulator.operations.streams.get_shard_iterator import GET_SHARD_ITERATOR
from dynarig.emulator.operations.streams.list_streams import LIST_STREAMS
from dynarig.emulator.operations.tables.create_table import CREATE_TABLE
from dynarig.emulator.operations.tables.delete_table import DELETE_TABLE
from dynarig.emulator.operations.tables.describe_table import DESCRIBE_TABLE
from dynarig.emulator.operations.tables.describe_time_to_live import DESCRIBE_TIME_TO_LIVE
from dynarig.emulator.operations.tables.list_tables import LIST_TABLES
from dynarig.emulator.operations.tables.update_table import UPDATE_TABLE
from dynarig.emulator.operations.tables.update_time_to_live import UPDATE_TIME_TO_LIVE
from dynarig.emulator.operations.tags.list_tags_of_resource import LIST_TAGS_OF_RESOURCE
from dynarig.emulator.operations.tags.tag_resource import TAG_RESOURCE
from dynarig.emulator.operations.tags.untag_resource import UNTAG_RESOURCE
from dynarig.emulator.operations.transactions.transact_get_items import TRANSACT_GET_ITEMS
from dynarig.emulator.operations.transactions.transact_write_items import TRANSACT_WRITE_ITEMS
from dynarig.emulator.operations.transfers.describe_export import DESCRIBE_EXPORT
from dynarig.emulator.operations.transfers.describe_import import DESCRIBE_IMPORT
from dynarig.emulator.operations.transfers.export_table_to_point_in_time import EXPORT_TABLE_TO_POINT_IN_TIME
from dynarig.emulator.operations.transfers.import_table import IMPORT_TABLE
from dynarig.emulator.operations.transfers.list_exports import LIST_EXPORTS
from dynarig.emulator.operations.transfers.list_imports import LIST_IMPORTS

_ALL = (
    BATCH_EXECUTE_STATEMENT,
    BATCH_GET_ITEM,
    BATCH_WRITE_ITEM,
    CREATE_BACKUP,
    CREATE_GLOBAL_TABLE,
    CREATE_TABLE,
    DELETE_BACKUP,
    DELETE_ITEM,
    DELETE_RESOURCE_POLICY,
    DELETE_TABLE,
    DESCRIBE_BACKUP,
    DESCRIBE_CONTINUOUS_BACKUPS,
    DESCRIBE_CONTRIBUTOR_INSIGHTS,
    DESCRIBE_ENDPOINTS,
    DESCRIBE_EXPORT,
    DESCRIBE_GLOBAL_TABLE,
    DESCRIBE_GLOBAL_TABLE_SETTINGS,
    DESCRIBE_IMPORT,
    DESCRIBE_KINESIS_STREAMING_DESTINATION,
    DESCRIBE_LIMITS,
    DESCRIBE_STREAM,
    DESCRIBE_TABLE,
    DESCRIBE_TABLE_REPLICA_AUTO_SCALING,
    DESCRIBE_TIME_TO_LIVE,
    DISABLE_KINESIS_STREAMING_DESTINATION,
    ENABLE_KINESIS_STREAMING_DESTINATION,
    EXECUTE_STATEMENT,
    EXECUTE_TRANSACTION,
    EXPORT_TABLE_TO_POINT_IN_TIME,
    GET_ITEM,
    GET_RECORDS,
    GET_RESOURCE_POLICY,
    GET_SHARD_ITERATOR,
    IMPORT_TABLE,
    LIST_BACKUPS,
    LIST_CONTRIBUTOR_INSIGHTS,
    LIST_EXPORTS,
    LIST_GLOBAL_TABLES,
    LIST_IMPORTS,
    LIST_STREAMS,
    LIST_TABLES,
    LIST_TAGS_OF_RESOURCE,
    PUT_ITEM,
    PUT_RESOURCE_POLICY,
    QUERY,
    RESTORE_TABLE_FROM_BACKUP,
    RESTORE_TABLE_TO_POINT_IN_TIME,
    SCAN,
    TAG_RESOURCE,
    TRANSACT_GET_ITEMS,
    TRANSACT_WRITE_ITEMS,
    UNTAG_RESOURCE,
    UPDATE_CONTINUOUS_BACKUPS,
    UPDATE_CONTRIBUTOR_INSIGHTS,
    UPDATE_GLOBAL_TABLE,
    UPDATE_GLOBAL_TABLE_SETTINGS,
    UPDATE_ITEM,
    UPDATE_KINESIS_STREAMING_DESTINATION,
    UPDATE_TABLE,
    UPDATE_TABLE_REPLICA_AUTO_SCALING,
    UPDATE_TIME_TO_LIVE,
)

OPERATIONS: dict[str, Operation] = {operation.name: operation for operation in _ALL if not operation.streams}
STREAMS_OPERATIONS: dict[str, Operation] = {operation.name: operation for operation in _ALL if operation.streams}

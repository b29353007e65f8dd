"""A table's stream as its specification asks for it: what is refused, and starting and stopping it.

Rule: the one place from which table operations start and stop a change log. A stream that is stopped keeps its label
and its name in the table's description; only its specification goes (recorded 2026).
"""

from __future__ import annotations

from typing import Any

from dynarig.emulator.model import errors
from dynarig.emulator.operations.operation import Context
from dynarig.emulator.storage import table_streams
from dynarig.emulator.storage.stream import StreamShape
from dynarig.emulator.storage.table import Table

Structure = dict[str, Any]


def check_new_stream(specification: Structure | None) -> None:
    """Refuse CreateTable's StreamSpecification where it is half of one."""
    if specification is None:
        return
    view_type = specification.get("StreamViewType")
    if not specification["StreamEnabled"] and view_type is not None:
        raise errors.invalid_parameter(
            "Table is being created with a stream disabled, UpdateViewType should not be specified"
        )
    if specification["StreamEnabled"] and view_type is None:
        raise errors.invalid_parameter("Table is being created with a stream enabled, UpdateViewType is required")


def check_stream_change(specification: Structure) -> None:
    """Refuse UpdateTable's StreamSpecification where it is half of one."""
    view_type = specification.get("StreamViewType")
    if specification["StreamEnabled"] and view_type is None:
        raise errors.invalid_parameter("If stream is being enabled then UpdateViewType is required")
    if not specification["StreamEnabled"] and view_type is not None:
        raise errors.invalid_parameter("If stream is being disabled, then UpdateViewType must not be specified")


def check_stream_state(specification: Structure, table: Table) -> None:
    """Refuse to enable a stream where one is, and to disable one where none is."""
    enabled = table.settings.stream_view_type is not None
    if specification["StreamEnabled"] and enabled:
        raise errors.validation(f"Table already has an enabled stream: TableName: {table.name}")
    if not specification["StreamEnabled"] and not enabled:
        raise errors.validation(f"Table has no stream to disable: TableName: {table.name}")


def start_stream(table: Table, view_type: str, context: Context) -> None:
    """Start the table's change log."""
    shape = StreamShape(
        context.settings.stream_shards, context.settings.stream_shard_seconds, context.catalog.retention
    )
    table_streams.start_stream(table, view_type, context.now, shape, context.catalog.past_streams)


def stop_stream(table: Table, context: Context) -> None:
    """Stop the table's change log, if there is one; it stays readable and its label shown."""
    label = table.settings.stream_label
    table_streams.stop_stream(table, context.now, context.settings.past_streams_max)
    table.settings.stream_label = label

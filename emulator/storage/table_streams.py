"""The streams of a table: how one is named, started and stopped, and which there are.

Rule: the only place that starts and stops a table's change log; the table's settings follow it.
"""

from __future__ import annotations

from collections.abc import Container
from datetime import UTC, datetime

from dynarig.emulator.storage.stream import Stream, StreamName, StreamShape
from dynarig.emulator.storage.stream_record import View
from dynarig.emulator.storage.table import Table


def name_of(table: Table, now: float, taken: Container[str] = ()) -> StreamName:
    """The name that a stream of this table gets when it is started at `now`.

    taken: Amazon resource names of deleted tables' streams, such as `Catalog.past_streams`; the table's own are known.
    """
    own = {stream.arn for stream in table.streams}
    millisecond = int(now * 1000)
    while True:
        seconds, rest = divmod(millisecond, 1000)
        label = f"{datetime.fromtimestamp(seconds, UTC):%Y-%m-%dT%H:%M:%S}.{rest:03d}"
        arn = f"{table.settings.arn}/stream/{label}"
        if arn not in own and arn not in taken:
            return StreamName(table.name, label, arn)
        millisecond += 1  # a held clock: names stay apart


def start_stream(
    table: Table, view_type: str, now: float, shape: StreamShape | None = None, taken: Container[str] = ()
) -> Stream:
    """Begin to record a table's changes, and note so in its settings. taken: as for `name_of`, which tells the name."""
    assert table.stream is None, "a table has one stream at a time"
    name = name_of(table, now, taken)
    identity = f"{name.arn}/{table.settings.table_id}/".encode()
    region = name.arn.split(":")[3]
    stream = Stream(name, View(view_type, region, table.schema.keys, identity), now, shape or StreamShape())
    table.stream = stream
    table.settings.stream_view_type = view_type
    table.settings.stream_label = name.label
    table.note_due()
    return stream


def stop_stream(table: Table, now: float, past_max: int = 100) -> None:
    """Stop recording; the stream stays among the table's past streams for the retention time. Without one, nothing.

    past_max: how many of those are kept; the oldest go before their time.
    """
    if table.stream is not None:
        table.stream.close(now)
        table.past_streams.append(table.stream)
        table.stream = None
        table.forget_streams(table.past_streams[:-past_max])
        table.note_due()
    table.settings.stream_view_type = None
    table.settings.stream_label = None

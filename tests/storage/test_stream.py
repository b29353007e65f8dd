"""A table's stream: what becomes a record, how shards are cut, what time does to them."""

from __future__ import annotations

from random import Random
from typing import Any

import pytest

from dynarig.emulator.model.limits import STREAM_RETENTION_SECONDS
from dynarig.emulator.model.schema import KeyAttribute, KeySchema, TableSchema
from dynarig.emulator.model.tokens import TOKEN_BITS, token_of
from dynarig.emulator.model.values import Item, item_size
from dynarig.emulator.storage.catalog import Catalog
from dynarig.emulator.storage.change import Change
from dynarig.emulator.storage.item import store
from dynarig.emulator.storage.stream import (
    DISABLED,
    ENABLED,
    SHARD_SECONDS,
    Stream,
    StreamShape,
)
from dynarig.emulator.storage.stream_record import render
from dynarig.emulator.storage.table import Table
from dynarig.emulator.storage.table_settings import TableSettings
from dynarig.emulator.storage.table_streams import name_of, start_stream, stop_stream
from dynarig.emulator.storage.work import Work
from tests.storage.due import run_due

NOW = 1_795_252_200.123  # 2026-11-21T09:10:00.123
DAY = STREAM_RETENTION_SECONDS
KEYS = KeySchema((KeyAttribute("pk", "S"),))


def make_table(name: str = "Music", table_id: str = "id-1") -> Table:
    arn = f"arn:aws:dynamodb:eu-west-2:123456789012:table/{name}"
    return Table(TableSchema(name, KEYS), TableSettings(arn=arn, table_id=table_id, created_at=NOW))


def put(table: Table, item: Item | None, now: float, *, key: str | None = None) -> None:
    """Write an item, or delete the one under `key`."""
    place = (item["pk"]["S"] if item is not None else key, ())
    after = None if item is None else store(item, item_size(item))
    table.apply(Change(place[0], place[1], table.get(place), after), now)


def numbers(stream: Stream, shard_id: str) -> list[int]:
    return [record.number for record in stream.shards[shard_id].records_from(0)]


def rendered(stream: Stream) -> list[dict[str, Any]]:
    records = [record for shard in stream.shards.values() for record in shard.records_from(0)]
    return [render(record, stream.view) for record in sorted(records, key=lambda record: record.number)]


def only_shard(stream: Stream) -> str:
    (shard_id,) = stream.shards
    return shard_id


def test_events_and_what_makes_no_record() -> None:
    table = make_table()
    stream = start_stream(table, "KEYS_ONLY", NOW)
    put(table, None, NOW, key="a")
    put(table, {"pk": {"S": "a"}, "x": {"N": "1"}, "y": {"S": "z"}}, NOW)
    put(table, {"pk": {"S": "a"}, "y": {"S": "z"}, "x": {"N": "1"}}, NOW)
    put(table, {"pk": {"S": "a"}, "x": {"N": "2"}, "y": {"S": "z"}}, NOW)
    put(table, None, NOW, key="a")
    assert [record["eventName"] for record in rendered(stream)] == ["INSERT", "MODIFY", "REMOVE"]
    stream.check()


def test_numbers_have_21_digits_and_rise() -> None:
    table = make_table()
    stream = start_stream(table, "KEYS_ONLY", NOW)
    for count in range(20):
        put(table, {"pk": {"S": f"k{count}"}}, NOW)
    texts = [record["dynamodb"]["SequenceNumber"] for record in rendered(stream)]
    assert {len(text) for text in texts} == {21}
    assert texts == sorted(set(texts))
    assert len({record["eventID"] for record in rendered(stream)}) == 20
    assert rendered(stream) == rendered(stream)


def test_names() -> None:
    table = make_table()
    foreseen = name_of(table, NOW)
    stream = start_stream(table, "NEW_IMAGE", NOW)
    assert stream.name == foreseen
    assert stream.name.label == "2026-11-21T09:10:00.123"
    assert stream.arn == "arn:aws:dynamodb:eu-west-2:123456789012:table/Music/stream/2026-11-21T09:10:00.123"
    assert table.settings.stream_view_type == "NEW_IMAGE"
    stop_stream(table, NOW)
    assert table.settings.stream_view_type is None
    again = start_stream(table, "NEW_IMAGE", NOW)
    assert again.name.label == "2026-11-21T09:10:00.124"


def test_streams_of_successive_tables_keep_apart_while_the_clock_is_held() -> None:
    catalog = Catalog("123456789012", "eu-west-2")
    identifiers = set()
    for count in range(3):
        table = make_table(table_id=f"id-{count}")
        catalog.add(table)
        stream = start_stream(table, "KEYS_ONLY", NOW, taken=catalog.past_streams)
        put(table, {"pk": {"S": "a"}}, NOW)
        identifiers.add(rendered(stream)[0]["eventID"])
        stop_stream(table, NOW)
        catalog.remove(table.name)
    assert len(catalog.past_streams) == len(identifiers) == 3
    assert all(catalog.stream(arn) is stream for arn, stream in catalog.past_streams.items())


def test_shard_ids_have_the_service_s_form() -> None:
    table = make_table()
    stream = start_stream(table, "KEYS_ONLY", NOW)
    prefix, millisecond, mark = only_shard(stream).split("-")
    assert (prefix, millisecond) == ("shardId", "00000001795252200123")
    assert len(mark) == 8
    assert int(mark, 16) >= 0


@pytest.mark.parametrize("count", [1, 3, 7])
def test_shards_follow_the_key_space(count: int) -> None:
    table = make_table()
    stream = start_stream(table, "KEYS_ONLY", NOW, StreamShape(shards=count))
    assert len(stream.shards) == count
    for number in range(50):
        put(table, {"pk": {"S": f"k{number}"}}, NOW)
    for shard in stream.shards.values():
        tokens = [token_of(record.partition) for record in shard.records_from(0)]
        assert all(shard.first_token <= token < shard.end_token for token in tokens)
    assert sum(len(shard) for shard in stream.shards.values()) == 50
    stream.check()


def test_split_makes_two_children_of_the_parent_s_range() -> None:
    table = make_table()
    stream = start_stream(table, "KEYS_ONLY", NOW)
    parent = stream.shards[only_shard(stream)]
    put(table, {"pk": {"S": "a"}}, NOW)
    low, high = stream.split(parent.shard_id, NOW + 1)
    assert not parent.is_open
    assert parent.ending_number == numbers(stream, parent.shard_id)[-1]
    assert low.parent_id == high.parent_id == parent.shard_id
    assert (low.first_token, low.end_token, high.end_token) == (0, high.first_token, 1 << TOKEN_BITS)
    assert min(low.starting_number, high.starting_number) > parent.ending_number
    put(table, {"pk": {"S": "b"}}, NOW + 2)
    assert numbers(stream, stream.shard_of(token_of("b")).shard_id) == [stream.last_number]
    stream.check()


def test_an_empty_shard_ends_where_it_starts() -> None:
    table = make_table()
    stream = start_stream(table, "KEYS_ONLY", NOW)
    shard = stream.shards[only_shard(stream)]
    stop_stream(table, NOW + 5)
    assert shard.ending_number == shard.starting_number


def test_shards_roll_over_after_four_hours() -> None:
    table = make_table()
    stream = start_stream(table, "KEYS_ONLY", NOW)
    first = only_shard(stream)
    assert stream.next_due == NOW + SHARD_SECONDS
    stream.run_due(NOW + SHARD_SECONDS - 1, Work(9_999))
    assert len(stream.shards) == 1
    stream.run_due(NOW + SHARD_SECONDS, Work(9_999))
    parent, child = stream.shards_in_order()
    assert (parent.shard_id, child.parent_id) == (first, first)
    assert not parent.is_open
    assert child.is_open
    assert (child.first_token, child.end_token) == (parent.first_token, parent.end_token)


def test_a_leap_of_a_year_leaves_what_would_still_be_there() -> None:
    table = make_table()
    stream = start_stream(table, "KEYS_ONLY", NOW, StreamShape(shards=2))
    put(table, {"pk": {"S": "a"}}, NOW)
    stream.run_due(NOW + 365 * DAY + 17, Work(9_999))
    assert sum(shard.is_open for shard in stream.shards.values()) == 2
    assert 2 * 5 <= len(stream.shards) <= 2 * 8
    assert rendered(stream) == []
    assert stream.next_due > NOW + 365 * DAY + 17
    stream.check()


def test_records_are_trimmed_after_a_day_and_closed_shards_go_with_their_last() -> None:
    table = make_table()
    stream = start_stream(table, "KEYS_ONLY", NOW)
    first = only_shard(stream)
    put(table, {"pk": {"S": "a"}}, NOW + 10)
    put(table, {"pk": {"S": "b"}}, NOW + 20)
    stream.run_due(NOW + 10 + DAY - 1, Work(9_999))
    assert len(numbers(stream, first)) == 2
    stream.run_due(NOW + 10 + DAY, Work(9_999))
    assert numbers(stream, first) == [stream.shards[first].horizon]
    stream.run_due(NOW + 20 + DAY, Work(9_999))
    assert first not in stream.shards


def test_next_due_is_kept_by_every_step() -> None:
    """Run only when due says so, the stream is what it would be if it were run at each second."""
    random = Random(5)
    lazy, eager = make_table(), make_table()
    streams = [start_stream(table, "KEYS_ONLY", NOW, StreamShape(2, 700.0)) for table in (lazy, eager)]
    now = NOW
    for _ in range(300):
        now += random.randrange(1, 2000)
        if streams[0].next_due <= now:
            streams[0].run_due(now, Work(9_999))
        streams[1].trim(now, Work(9_999))
        streams[1].run_due(now, Work(9_999))
        key = f"k{random.randrange(9)}"
        for table in (lazy, eager):
            put(table, {"pk": {"S": key}, "at": {"N": str(int(now))}}, now)
        for stream in streams:
            stream.check()
    assert [shard.shard_id for shard in streams[0].shards_in_order()] == [
        shard.shard_id for shard in streams[1].shards_in_order()
    ]


def test_many_trimmed_records_leave_no_place_behind() -> None:
    table = make_table()
    stream = start_stream(table, "KEYS_ONLY", NOW, StreamShape(shard_seconds=DAY))
    shard = stream.shards[only_shard(stream)]
    for count in range(1000):
        put(table, {"pk": {"S": "a"}, "n": {"N": str(count)}}, NOW + count)
    for count in range(0, 990, 3):
        shard.trim(NOW + DAY + count, 9_999)
        shard.check()
    assert len(shard) == 1000 - 988
    assert shard.first_since(NOW + 995) == shard.last_number - 4
    assert shard.first_since(NOW + 1000) is None


def test_a_disabled_stream_is_readable_for_a_day() -> None:
    catalog = Catalog("123456789012", "eu-west-2")
    table = make_table()
    catalog.add(table)
    stream = start_stream(table, "KEYS_ONLY", NOW)
    put(table, {"pk": {"S": "a"}}, NOW)
    assert stream.status == ENABLED
    stop_stream(table, NOW + 100)
    put(table, {"pk": {"S": "b"}}, NOW + 101)
    assert stream.status == DISABLED
    assert len(rendered(stream)) == 1
    catalog.remove(table.name)
    run_due(catalog, NOW + 100 + DAY - 1)
    assert catalog.stream(stream.arn) is stream
    assert catalog.agenda.next_due == NOW + 100 + DAY
    run_due(catalog, NOW + 100 + DAY)
    assert catalog.stream(stream.arn) is None
    assert catalog.next_due is None


def test_a_past_stream_of_a_living_table_goes_after_a_day() -> None:
    catalog = Catalog("123456789012", "eu-west-2")
    table = make_table()
    catalog.add(table)
    first = start_stream(table, "KEYS_ONLY", NOW)
    stop_stream(table, NOW + 1)
    second = start_stream(table, "NEW_IMAGE", NOW + 2)
    assert list(catalog.streams()) == [first, second]
    assert catalog.stream(first.arn) is first
    run_due(catalog, NOW + 1 + DAY)
    assert list(catalog.streams()) == [second]
    catalog.check()

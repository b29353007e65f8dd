"""Streams together keep a bounded number of bytes; the oldest records of all go first, and readers are told."""

from __future__ import annotations

from random import Random

import pytest

from dynarig.emulator.model.limits import STREAM_RETENTION_SECONDS
from dynarig.emulator.storage.stream import StreamShape
from dynarig.emulator.storage.stream_record import kept_size_of
from dynarig.emulator.storage.stream_retention import Retention
from dynarig.emulator.storage.table_streams import start_stream
from dynarig.emulator.storage.work import Work
from tests.storage.test_stream import NOW, make_table, put

MOST = 135_000


@pytest.mark.parametrize("seed", range(4))
def test_the_oldest_of_all_streams_go_first(seed: int) -> None:
    """Age and bytes both press: about as many records fit as are written in a day."""
    random = Random(seed)
    retention = Retention(MOST)
    tables = [make_table(f"table{number}", f"id-{number}") for number in range(3)]
    streams = [start_stream(table, "NEW_IMAGE", NOW, StreamShape(2, retention=retention)) for table in tables]
    now = NOW
    written = []
    for _ in range(2_000):
        now += random.random() * 400
        put(random.choice(tables), {"pk": {"S": random.choice("abcdefgh")}, "v": {"N": str(random.random())}}, now)
        written.append(now)
        for stream in streams:
            if random.random() < 0.1:
                stream.run_due(now, Work(random.choice((0, 1, 50))))
        retention.check()
        assert retention.size_bytes <= MOST
    shards = [shard for stream in streams for shard in stream.shards.values()]
    kept = [record for shard in shards for record in shard.records_from(shard.horizon)]
    assert sum(map(kept_size_of, kept)) == retention.size_bytes
    young = sorted(record.created_at for record in kept if record.created_at > now - STREAM_RETENTION_SECONDS)
    assert len(young) > 100
    assert young == written[-len(young) :]


def test_a_bound_smaller_than_a_record_keeps_that_one() -> None:
    table = make_table()
    stream = start_stream(table, "NEW_IMAGE", NOW, StreamShape(retention=Retention(1)))
    for number in range(5):
        put(table, {"pk": {"S": "a"}, "v": {"N": str(number)}}, NOW)
    (shard,) = stream.shards.values()
    assert len(shard) == 1
    assert shard.horizon == shard.last_number


def test_a_stream_is_discarded_bit_by_bit() -> None:
    retention = Retention()
    table = make_table()
    stream = start_stream(table, "NEW_IMAGE", NOW, StreamShape(3, retention=retention))
    for number in range(1_000):
        put(table, {"pk": {"S": f"a{number}"}}, NOW)
    gone = [stream.discard(300) for _ in range(5)]
    assert gone == [300, 300, 300, 100, 0]
    assert (retention.size_bytes, len(retention)) == (0, 0)

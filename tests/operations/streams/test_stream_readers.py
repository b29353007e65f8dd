"""Readers in the manner of the Kinesis Client Library: parents before children, a checkpoint a shard.

A seeded run writes, splits, moves the clock over roll-overs and retention, and lets a reader work in pieces; what it
took must be what was written, each item's changes in order, nothing lost and nothing twice.
"""

from __future__ import annotations

from random import Random
from typing import Any

import pytest

from dynarig.emulator.model.errors import DynamoDBError
from dynarig.emulator.storage.stream import Stream
from tests.operations.streams.stream_world import World

HOUR = 3600.0
READ_EVERY_SECONDS = 9 * HOUR


class Lease:
    """What a reader knows of a shard: from where to go on, and whether it is done."""

    def __init__(self, parent_id: str | None) -> None:
        self.parent_id = parent_id
        self.iterator: str | None = None
        self.checkpoint: str | None = None
        self.done = False


class Reader:
    """Finds shards, starts one when its parent is done or gone, and keeps what it reads."""

    def __init__(self, world: World, arn: str, random: Random, *, by_filter: bool = False) -> None:
        self.world = world
        self.arn = arn
        self.random = random
        self.by_filter = by_filter
        self.leases: dict[str, Lease] = {}
        self.taken: list[dict[str, Any]] = []

    def discover(self) -> None:
        """List all shards, or, once some are known, only the children of those that are done."""
        request: dict[str, Any] = {"Limit": self.random.choice((1, 2, 100))}
        if not self.by_filter or not self.leases:
            self._note(self.world.shards(self.arn, **request))
            return
        parents = {lease.parent_id for lease in self.leases.values()}
        for shard_id in [each for each, lease in self.leases.items() if lease.done and each not in parents]:
            wanted = {"Type": "CHILD_SHARDS", "ShardId": shard_id}
            self._note(self.world.shards(self.arn, ShardFilter=wanted, **request))

    def _note(self, shards: list[dict[str, Any]]) -> None:
        for shard in shards:
            self.leases.setdefault(shard["ShardId"], Lease(shard.get("ParentShardId")))

    def step(self) -> bool:
        """Read a page of every shard that may be read; whether anything was done."""
        self.discover()
        ready = [shard_id for shard_id, lease in self.leases.items() if self._is_ready(lease)]
        self.random.shuffle(ready)
        return sum(self._read(shard_id, self.leases[shard_id]) for shard_id in ready) > 0

    def drain(self) -> None:
        """Read until nothing is left."""
        while self.step():
            pass

    def _is_ready(self, lease: Lease) -> bool:
        parent = self.leases.get(lease.parent_id or "")
        return not lease.done and (parent is None or parent.done)

    def _read(self, shard_id: str, lease: Lease) -> bool:
        if lease.iterator is None:
            if lease.checkpoint is None:
                lease.iterator = self.world.iterator(self.arn, shard_id)
            else:
                after = {"SequenceNumber": lease.checkpoint}
                lease.iterator = self.world.iterator(self.arn, shard_id, "AFTER_SEQUENCE_NUMBER", **after)
        limit = self.random.choice((1, 3, 1000))
        try:
            answer = self.world.call("GetRecords", ShardIterator=lease.iterator, Limit=limit)
        except DynamoDBError as error:
            if error.code != "ExpiredIteratorException":
                raise
            lease.iterator = None
            return True
        lease.iterator = answer.get("NextShardIterator")
        lease.done = lease.iterator is None
        for record in answer["Records"]:
            self.taken.append(record)
            lease.checkpoint = record["dynamodb"]["SequenceNumber"]
        return bool(answer["Records"]) or lease.done


class Writer:
    """Changes items at random and notes which events each must show."""

    def __init__(self, world: World, stream: Stream, random: Random) -> None:
        self.world = world
        self.random = random
        self.stream = stream
        self.table = next(iter(world.catalog))
        self.written: dict[tuple[str, str], list[tuple[str, str | None]]] = {}
        self.stands: dict[tuple[str, str], str] = {}

    def write(self) -> None:
        """Put an item, put the same again, or delete one."""
        pk, sk = f"k{self.random.randrange(12)}", self.random.randrange(3)
        key = (pk, str(sk))
        standing = self.stands.get(key)
        if self.random.random() < 0.2:
            self.world.delete(self.table, pk, sk)
            self.stands.pop(key, None)
            if standing is not None:
                self.written.setdefault(key, []).append(("REMOVE", None))
            return
        value = str(self.random.randrange(4))
        self.world.put(self.table, pk, sk, value={"N": value})
        self.stands[key] = value
        if standing != value:
            self.written.setdefault(key, []).append(("INSERT" if standing is None else "MODIFY", value))

    def split(self) -> None:
        """Part a random open shard at a random token."""
        shard = self.random.choice([each for each in self.stream.shards.values() if each.is_open])
        at = self.random.randrange(shard.first_token + 1, shard.end_token)
        self.stream.split(shard.shard_id, self.world.now, at)


def by_item(records: list[dict[str, Any]]) -> dict[tuple[str, str], list[tuple[str, str | None]]]:
    """Each item's events with the new value, in the order taken."""
    found: dict[tuple[str, str], list[tuple[str, str | None]]] = {}
    for record in records:
        keys, image = record["dynamodb"]["Keys"], record["dynamodb"].get("NewImage")
        event = (record["eventName"], None if image is None else image["value"]["N"])
        found.setdefault((keys["pk"]["S"], keys["sk"]["N"]), []).append(event)
    return found


@pytest.mark.parametrize("by_filter", [False, True], ids=["all shards", "child shards"])
@pytest.mark.parametrize("seed", range(6))
def test_nothing_is_lost_and_nothing_comes_twice(seed: int, by_filter: bool) -> None:
    random = Random(seed)
    world = World(stream_shards=random.choice((1, 2, 5)))
    table = world.table("Music", "NEW_IMAGE")
    assert table.stream is not None
    writer = Writer(world, table.stream, random)
    reader = Reader(world, table.stream.arn, random, by_filter=by_filter)
    read_at = world.now
    for _ in range(250):
        action = random.random()
        if action < 0.75:
            for _ in range(random.randrange(8)):
                writer.write()
        elif action < 0.78:
            writer.split()
        world.advance(random.choice((0.0, 0.001, 30.0, 600.0, HOUR, 3 * HOUR)))
        if random.random() < 0.3:
            reader.step()
        if world.now - read_at > READ_EVERY_SECONDS:
            reader.drain()
            read_at = world.now
    world.delete_table(table)
    reader.drain()
    assert by_item(reader.taken) == writer.written
    identifiers = [record["eventID"] for record in reader.taken]
    assert len(set(identifiers)) == len(identifiers) > 200
    assert world.now - table.settings.created_at > 2 * 24 * HOUR
    assert all(lease.done for lease in reader.leases.values())


def test_a_reader_that_sleeps_for_more_than_a_day_is_told() -> None:
    world = World()
    table = world.table("Music")
    assert table.stream is not None
    reader = Reader(world, table.stream.arn, Random(1))
    world.put(table, "a")
    reader.drain()
    world.put(table, "a", 1)
    world.advance(600)
    world.put(table, "a", 2)
    world.advance(24 * HOUR - 600)
    assert reader.step()  # the iterator has expired; a new one is asked for behind the checkpoint
    with pytest.raises(DynamoDBError) as refused:
        reader.step()
    assert refused.value.code == "TrimmedDataAccessException"

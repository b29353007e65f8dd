"""Golden scripts: calls in; reply, charges, changes and stream records out.

A script is text: a line `> Operation {json}` is a call, `@ seconds` moves the clock, what follows was recorded. After a
change of behaviour run with DYNARIG_RECORD=1 and read the diff.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import orjson
import pytest

from dynarig.emulator.engine import Engine
from dynarig.emulator.model.call import Call
from dynarig.emulator.operations import OPERATIONS, STREAMS_OPERATIONS
from dynarig.emulator.operations.operation import Context
from dynarig.emulator.planning.plan import BatchPlan, Plan

FOLDER = Path(__file__).resolve().parent
STARTED_AT = 1_700_000_000.0


class Player:
    """Plays a script on a fresh engine and tells what each call did."""

    def __init__(self) -> None:
        self.engine = Engine()
        self.now = STARTED_AT

    def play(self, script: str) -> str:
        """The script with its output as it is now."""
        lines = []
        for line in script.splitlines():
            if line.startswith("@ "):
                self.now += float(line[2:])
                self.engine.run_due(self.now)
                lines.append(line)
            elif line.startswith("> "):
                lines += [line, *self._call(line[2:])]
            elif line.startswith("#") or not line:
                lines.append(line)
        return "\n".join(lines) + "\n"

    def _call(self, text: str) -> Iterator[str]:
        operation, _, body = text.partition(" ")
        request = orjson.loads(body or "{}")
        if operation.startswith("stream:"):
            yield from self._stream(operation.partition(":")[2])
            return
        yield from self._planned(operation, request)
        service = "DynamoDBStreams_20120810" if operation in STREAMS_OPERATIONS else "DynamoDB_20120810"
        reply = self.engine.execute(Call(operation, orjson.loads(body or "{}"), service), self.now)
        yield f"reply {reply.status} {orjson.dumps(reply.payload).decode()}"

    def _planned(self, operation: str, request: dict[str, Any]) -> Iterator[str]:
        """What the plan charges and changes, read before it is carried out."""
        context = Context(
            self.engine.catalog("000000000000", "us-east-1"), self.now, self.engine.settings, self.engine._random
        )
        try:
            planned = OPERATIONS[operation].plan(request, context)
        except Exception as error:
            yield f"refused {type(error).__name__}"
            return
        for part in planned.parts if isinstance(planned, BatchPlan) else [planned]:
            yield from _told(part)

    def _stream(self, table: str) -> Iterator[str]:
        """Every record of a table's stream."""
        stream = self.engine.catalog("000000000000", "us-east-1").tables[table].stream
        assert stream is not None
        for shard in self._call_streams("DescribeStream", {"StreamArn": stream.arn})["StreamDescription"]["Shards"]:
            wanted = {"StreamArn": stream.arn, "ShardId": shard["ShardId"], "ShardIteratorType": "TRIM_HORIZON"}
            iterator = self._call_streams("GetShardIterator", wanted)["ShardIterator"]
            for record in self._call_streams("GetRecords", {"ShardIterator": iterator})["Records"]:
                images = record["dynamodb"]
                by = " by the service" if "userIdentity" in record else ""
                old, new = (orjson.dumps(images.get(name)).decode() for name in ("OldImage", "NewImage"))
                yield f"stream {record['eventName']}{by} {old} -> {new}"

    def _call_streams(self, operation: str, request: dict[str, Any]) -> dict[str, Any]:
        reply = self.engine.execute(Call(operation, request, "DynamoDBStreams_20120810"), self.now)
        assert reply.status == 200, reply
        return orjson.loads(orjson.dumps(reply.payload))


def _told(part: Plan) -> Iterator[str]:
    for charge in part.charges:
        target = charge.target
        where = target.kind if target.index_name is None else f"{target.kind} {target.index_name}"
        yield f"charge {where} read {charge.read_half_units / 2:g} write {charge.write_half_units / 2:g}"
    for _, change in part.changes:
        sizes = ["absent" if item is None else f"{item.size} B" for item in (change.before, change.after)]
        yield f"change {change.partition}/{change.sort}: {' -> '.join(sizes)}"
        for seen in change.index_changes:
            old, new = seen.before_place, seen.after_place
            shown = " -> ".join("absent" if place is None else str(place) for place in (old, new))
            yield f"  index {seen.schema.name}: {shown}"


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.script")), ids=lambda path: path.stem)
def test_script(path: Path) -> None:
    recorded = path.read_text()
    now = Player().play(recorded)
    if os.environ.get("DYNARIG_RECORD"):
        path.write_text(now)
    assert now == recorded

"""An engine under capacity, with tables that are made in one line."""

from __future__ import annotations

from typing import Any

from dynarig.emulator.capacity.supply import Supply
from dynarig.emulator.engine import Engine
from dynarig.emulator.model.call import Call, Reply
from dynarig.emulator.settings import Settings

START = 1_700_000_000.0


class World:
    """Mutable. now: the time of the next call."""

    def __init__(self, mode: str = "enforce", **settings: Any) -> None:
        self.engine = Engine(Settings(capacity=mode, **settings))
        self.now = START

    def call(self, operation: str, **request: Any) -> Reply:
        return self.engine.execute(Call(operation, request), self.now)

    def do(self, operation: str, **request: Any) -> dict[str, Any]:
        """The answer of a call that must succeed."""
        reply = self.call(operation, **request)
        assert reply.status == 200, reply.payload
        return reply.payload

    def create(self, name: str = "items", *, units: tuple[int, int] | None = None, **members: Any) -> None:
        """A table of `p` and `s`; on demand without units. index: units of a global index `by-g`, () for on demand."""
        index, local = members.pop("index", None), members.pop("local", False)
        request: dict[str, Any] = {
            "TableName": name,
            "KeySchema": [{"AttributeName": "p", "KeyType": "HASH"}, {"AttributeName": "s", "KeyType": "RANGE"}],
            "AttributeDefinitions": [{"AttributeName": each, "AttributeType": "S"} for each in ("p", "s")],
            **_billing(units),
            **members,
        }
        if index is not None:
            request["AttributeDefinitions"].append({"AttributeName": "g", "AttributeType": "S"})
            request["GlobalSecondaryIndexes"] = [
                {
                    "IndexName": "by-g",
                    "KeySchema": [{"AttributeName": "g", "KeyType": "HASH"}],
                    "Projection": {"ProjectionType": "KEYS_ONLY"},
                    **({"ProvisionedThroughput": _throughput(index)} if index else {}),
                }
            ]
        if local:
            request["AttributeDefinitions"].append({"AttributeName": "l", "AttributeType": "S"})
            request["LocalSecondaryIndexes"] = [
                {
                    "IndexName": "by-l",
                    "KeySchema": [
                        {"AttributeName": "p", "KeyType": "HASH"},
                        {"AttributeName": "l", "KeyType": "RANGE"},
                    ],
                    "Projection": {"ProjectionType": "KEYS_ONLY"},
                }
            ]
        self.do("CreateTable", **request)

    def put(self, p: str = "a", s: str = "0", size: int = 0, table: str = "items", **more: str) -> Reply:
        """Put an item of a little over `size` bytes."""
        item = {"p": {"S": p}, "s": {"S": s}, **{name: {"S": value} for name, value in more.items()}}
        if size:
            item["x"] = {"S": "x" * size}
        return self.call("PutItem", TableName=table, Item=item)

    def get(self, p: str = "a", s: str = "0", table: str = "items", consistent: bool = False) -> Reply:
        return self.call("GetItem", TableName=table, Key={"p": {"S": p}, "s": {"S": s}}, ConsistentRead=consistent)

    def supply(self, table: str = "items", index: str | None = None) -> Supply:
        found = self.engine.catalog("000000000000", "us-east-1").tables[table]
        target = found.target if index is None else found.indexes[index].target
        assert target.supply is not None
        return target.supply

    def reasons(self, reply: Reply) -> list[str]:
        """The reasons of a throttle, under whichever name it lists them."""
        listed = reply.payload.get("ThrottlingReasons") or reply.payload["throttlingReasons"]
        return [each["reason"] for each in listed]


def _billing(units: tuple[int, int] | None) -> dict[str, Any]:
    if units is None:
        return {"BillingMode": "PAY_PER_REQUEST"}
    return {"ProvisionedThroughput": _throughput(units)}


def _throughput(units: tuple[int, int]) -> dict[str, int]:
    return {"ReadCapacityUnits": units[0], "WriteCapacityUnits": units[1]}

"""How operations of several items tell a throttle."""

from __future__ import annotations

from typing import Any

from tests.capacity.world import World


def item(s: str, p: str = "a") -> dict[str, Any]:
    return {"p": {"S": p}, "s": {"S": s}}


def writing(count: int) -> dict[str, Any]:
    return {"items": [{"PutRequest": {"Item": item(str(number))}} for number in range(count)]}


def test_a_batch_tells_what_it_did_not_write() -> None:
    world = World()
    world.create(units=(5, 5))
    answer = world.do("BatchWriteItem", RequestItems=writing(8), ReturnConsumedCapacity="TOTAL")
    assert answer["UnprocessedItems"] == {"items": writing(8)["items"][5:]}
    assert answer["ConsumedCapacity"] == [{"TableName": "items", "CapacityUnits": 5.0}]


def test_a_batch_of_which_nothing_was_written_is_an_error() -> None:
    world = World()
    world.create(units=(5, 5))
    world.do("BatchWriteItem", RequestItems=writing(8))
    reply = world.call("BatchWriteItem", RequestItems=writing(8))
    assert reply.error_code == "ProvisionedThroughputExceededException"
    assert world.reasons(reply) == ["TableWriteProvisionedThroughputExceeded"]


def test_a_batch_tells_what_it_did_not_read() -> None:
    world = World()
    world.create(units=(5, 25))
    world.do("BatchWriteItem", RequestItems=writing(8))
    keys = [item(str(number)) for number in range(8)]
    asked = {"items": {"Keys": keys, "ConsistentRead": True}}
    answer = world.do("BatchGetItem", RequestItems=asked)
    assert answer["UnprocessedKeys"] == {"items": {"ConsistentRead": True, "Keys": keys[5:]}}
    assert len(answer["Responses"]["items"]) == 5
    reply = world.call("BatchGetItem", RequestItems=asked)
    assert world.reasons(reply) == ["TableReadProvisionedThroughputExceeded"]


def test_a_transaction_is_cancelled_with_a_reason_for_each_action() -> None:
    world = World()
    world.create("items", units=(5, 5))
    world.create("tight", units=(1, 1))
    actions = [{"Put": {"TableName": name, "Item": item("1")}} for name in ("items", "tight")]
    reply = world.call("TransactWriteItems", TransactItems=actions)
    assert reply.error_code == "TransactionCanceledException"
    codes = [reason["Code"] for reason in reply.payload["CancellationReasons"]]
    assert codes == ["None", "ProvisionedThroughputExceeded"]
    assert reply.payload["CancellationReasons"][1]["Message"].startswith("The level of configured provisioned")
    assert reply.payload["Message"].endswith("[None, ProvisionedThroughputExceeded]")
    assert world.get("a", "1").payload == {}
    assert world.supply("items").writes.used == 0


def test_a_transaction_on_demand_names_a_throttling_error() -> None:
    world = World(capacity_scale=0.001)
    world.create()
    world.put(s="0")
    reply = world.call("TransactWriteItems", TransactItems=[{"Put": {"TableName": "items", "Item": item("1")}}])
    assert [reason["Code"] for reason in reply.payload["CancellationReasons"]] == ["ThrottlingError"]


def test_each_action_of_a_transaction_is_told_its_own_cause() -> None:
    world = World()
    world.create("tight", units=(1, 1))
    world.create("limited", OnDemandThroughput={"MaxWriteRequestUnits": 1})
    actions = [{"Put": {"TableName": name, "Item": item("1")}} for name in ("limited", "tight")]
    reasons = world.call("TransactWriteItems", TransactItems=actions).payload["CancellationReasons"]
    assert [reason["Code"] for reason in reasons] == ["ThrottlingError", "ProvisionedThroughputExceeded"]
    assert [reason["Message"][:32] for reason in reasons] == [
        "Throughput exceeds the maximum O",
        "The level of configured provisio",
    ]


def test_a_transaction_that_only_reads() -> None:
    world = World()
    world.create(units=(1, 5))
    world.put(s="1")
    assert world.get(s="1", consistent=True).status == 200
    reply = world.call("TransactGetItems", TransactItems=[{"Get": {"TableName": "items", "Key": item("1")}}])
    assert [reason["Code"] for reason in reply.payload["CancellationReasons"]] == ["ProvisionedThroughputExceeded"]


def test_a_batch_of_statements_tells_each_of_its_throttles() -> None:
    world = World()
    world.create(units=(5, 2))
    statements = [{"Statement": f"INSERT INTO items VALUE {{'p': 'a', 's': '{number}'}}"} for number in range(4)]
    responses = world.do("BatchExecuteStatement", Statements=statements)["Responses"]
    assert [response.get("Error", {}).get("Code") for response in responses] == [
        None,
        None,
        "ProvisionedThroughputExceeded",
        "ProvisionedThroughputExceeded",
    ]


def test_a_failed_condition_takes_its_units() -> None:
    world = World()
    world.create(units=(5, 1))
    asked = {"TableName": "items", "Item": item("1"), "ConditionExpression": "attribute_exists(p)"}
    assert world.call("PutItem", **asked).error_code == "ConditionalCheckFailedException"
    assert world.call("PutItem", **asked).error_code == "ProvisionedThroughputExceededException"

"""What requests count, as the Developer Guide says that CloudWatch shows it."""

from __future__ import annotations

from dynarig.emulator.capacity.admission import Admission
from dynarig.emulator.metrics.names import MetricKey, of_operation, of_table
from dynarig.emulator.metrics.refusals import Counted, refusal_counts
from dynarig.emulator.model.call import Call
from dynarig.emulator.model.errors import DynamoDBError
from dynarig.emulator.settings import Settings
from tests.metrics.rig import NAMESPACE, START, Rig

READ, WRITTEN = "ConsumedReadCapacityUnits", "ConsumedWriteCapacityUnits"
INDEX = of_table("orders", "by-status")


class Throttle:
    def __init__(self, reason: str, index: str = "") -> None:
        self.reason = reason
        self.resource = "arn:aws:dynamodb:us-east-1:000000000000:table/orders" + (f"/index/{index}" if index else "")


class Refusing(Admission):
    """Refuses every charge, or every charge of one table key."""

    def __init__(self, *throttles: Throttle, key: str | None = None) -> None:
        super().__init__(Settings())
        self.is_on = True
        self.throttles = throttles
        self.key = key

    def admit(self, charges, now):
        if self.key is not None and all(charge.partition != self.key for charge in charges):
            return None
        error = DynamoDBError("ThrottlingException", "slow down")
        error.throttles = self.throttles
        return error


def test_reads_are_shown_by_request() -> None:
    rig = Rig()
    rig.put(size=9000)
    rig.get()
    rig.get(ConsistentRead=True)
    rig.get("missing")
    values = rig.values(READ)
    assert sorted(half_units / 2 for half_units in values.counts) == [0.5, 1.5, 3.0]
    assert rig.stat(READ) == (5.0, 3)


def test_a_table_excludes_its_global_indexes_and_includes_its_local_ones() -> None:
    rig = Rig()
    rig.put(status="NEW", size=3000)
    assert rig.stat(WRITTEN) == (3.0 + 1.0, 1)  # the table's and the local index's, one request
    assert rig.stat(WRITTEN, INDEX) == (3.0, 1)
    assert rig.engine.meter.totals()[("orders", "local")] == (0, 2)


def test_a_failed_condition_is_charged_and_is_no_user_error() -> None:
    rig = Rig()
    assert rig.put(ConditionExpression="attribute_exists(pk)").status == 400
    assert rig.stat("ConditionalCheckFailedRequests") == (1, 1)
    assert rig.stat("UserErrors", ()) == (0, 0)
    assert rig.stat(WRITTEN) == (1.0, 1)


def test_user_errors_have_no_dimensions() -> None:
    rig = Rig()
    assert rig.call("GetItem", {"TableName": "nowhere", "Key": {}}).status == 400
    assert rig.call("GetItem", {"TableName": ["orders"]}).status == 400
    assert rig.stat("UserErrors", ()) == (2, 2)
    assert rig.stat("UserErrors") == (0, 0)


def test_throttles_are_events_by_cause_and_requests_once() -> None:
    rig = Rig()
    rig.engine.admission = Refusing(
        Throttle("TableWriteProvisionedThroughputExceeded"),
        Throttle("IndexWriteKeyRangeThroughputExceeded", "by-status"),
    )
    assert rig.put(status="NEW").status == 400
    assert rig.stat("WriteThrottleEvents") == (1, 1)
    assert rig.stat("WriteProvisionedThroughputThrottleEvents") == (1, 1)
    assert rig.stat("WriteThrottleEvents", INDEX) == (1, 1)
    assert rig.stat("WriteKeyRangeThroughputThrottleEvents", INDEX) == (1, 1)
    assert rig.stat("ThrottledRequests", of_operation("orders", "PutItem")) == (1, 1)
    assert rig.stat("UserErrors", ()) == (0, 0)
    assert rig.stat(WRITTEN) == (0, 0)


def test_a_batch_is_a_throttled_request_only_when_all_of_it_was_held_back() -> None:
    rig = Rig()
    keys = [{"pk": {"S": pk}, "sk": {"S": "1"}} for pk in ("a", "b", "c")]
    batch = {"RequestItems": {"orders": {"Keys": keys}}}
    throttled = of_operation("orders", "BatchGetItem")
    rig.engine.admission = Refusing(Throttle("TableReadKeyRangeThroughputExceeded"), key="b")
    assert rig.call("BatchGetItem", batch).status == 200
    assert rig.stat("ReadThrottleEvents") == (1, 1)
    assert rig.stat("ThrottledRequests", throttled) == (0, 0)
    assert rig.stat(READ) == (1.0, 1)  # two reads of one request
    rig.engine.admission = Refusing(Throttle("TableReadKeyRangeThroughputExceeded"))
    assert rig.call("BatchGetItem", batch).status == 400
    assert rig.stat("ReadThrottleEvents") == (1 + 3, 4)
    assert rig.stat("ThrottledRequests", throttled) == (1, 1)


def test_conflicts_count_by_item() -> None:
    rig = Rig()
    actions = [{"Put": {"TableName": "orders", "Item": {"pk": {"S": pk}, "sk": {"S": "1"}}}} for pk in ("a", "b", "c")]
    table = rig.engine.catalogs[NAMESPACE].tables["orders"]
    for pk in ("a", "c"):
        table.hold(table.place_of({"pk": {"S": pk}, "sk": {"S": "1"}}), START + 1, START)
    assert rig.call("TransactWriteItems", {"TransactItems": actions}).status == 400
    assert rig.put("a").status == 400
    assert rig.stat("TransactionConflict") == (3, 2)
    assert rig.stat("UserErrors", ()) == (2, 2)


def test_failed_conditions_of_a_transaction_count_for_their_tables() -> None:
    rig = Rig()
    put = {
        "TableName": "orders",
        "Item": {"pk": {"S": "a"}, "sk": {"S": "1"}},
        "ConditionExpression": "attribute_exists(pk)",
    }
    assert rig.call("TransactWriteItems", {"TransactItems": [{"Put": put}]}).status == 400
    assert rig.stat("ConditionalCheckFailedRequests") == (1, 1)


def test_pages_count_what_they_return() -> None:
    rig = Rig()
    for pk in "abc":
        rig.put(pk)
    rig.call("Scan", {"TableName": "orders"})
    rig.call("ExecuteStatement", {"Statement": "SELECT * FROM \"orders\" WHERE pk = 'a'"})
    assert rig.stat("ReturnedItemCount", of_operation("orders", "Scan")) == (3, 1)
    assert rig.stat("ReturnedItemCount", of_operation("orders", "ExecuteStatement")) == (1, 1)
    assert rig.stat("ReturnedItemCount", of_operation("orders", "PutItem")) == (0, 0)


def test_the_shell_adds_what_an_answer_took() -> None:
    rig = Rig()
    for microseconds, reply in ((900, rig.put()), (2100, rig.put()), (400, rig.put(ConditionExpression="pk = sk"))):
        for timing in reply.timings:
            timing.add(microseconds)
    assert rig.stat("SuccessfulRequestLatency", of_operation("orders", "PutItem")) == (3.0, 2)


def test_streams_have_metrics_of_their_own() -> None:
    rig = Rig()
    stream = {"StreamEnabled": True, "StreamViewType": "NEW_IMAGE"}
    arn = rig.call("UpdateTable", {"TableName": "orders", "StreamSpecification": stream}).payload["TableDescription"][
        "LatestStreamArn"
    ]
    rig.put()
    shards = rig.call("DescribeStream", {"StreamArn": arn}, streams=True).payload["StreamDescription"]["Shards"]
    start = {"StreamArn": arn, "ShardId": shards[0]["ShardId"], "ShardIteratorType": "TRIM_HORIZON"}
    iterator = rig.call("GetShardIterator", start, streams=True).payload["ShardIterator"]
    reply = rig.call("GetRecords", {"ShardIterator": iterator}, streams=True)
    dimensions = of_operation("orders", "GetRecords", arn.partition("/stream/")[2])
    assert rig.stat("ReturnedRecordsCount", dimensions) == (1, 1)
    assert rig.stat("ReturnedBytes", dimensions)[0] == reply.payload["Records"][0]["dynamodb"]["SizeBytes"]
    reply.timings[0].add(1500)
    assert rig.stat("SuccessfulRequestLatency", dimensions) == (1.5, 1)


def test_expired_items_are_counted() -> None:
    rig = Rig()
    ttl = {"AttributeName": "until", "Enabled": True}
    rig.call("UpdateTimeToLive", {"TableName": "orders", "TimeToLiveSpecification": ttl})
    for pk in "ab":
        item = {"pk": {"S": pk}, "sk": {"S": "1"}, "until": {"N": str(int(START) + 5)}}
        rig.call("PutItem", {"TableName": "orders", "Item": item})
    rig.now += 30
    rig.engine.run_due(rig.now)
    assert rig.stat("TimeToLiveDeletedItemCount") == (2, 1)


def test_faults_of_ours_are_system_errors() -> None:
    rig = Rig()
    error = DynamoDBError("InternalServerError", "", status=500)
    call = Call("BatchGetItem", {"RequestItems": {"orders": {}}})
    assert list(refusal_counts(call, error)) == [Counted("SystemErrors", of_operation("orders", "BatchGetItem"))]
    assert rig.stat("SystemErrors") == (0, 0)


def test_minutes_stay_apart() -> None:
    rig = Rig()
    rig.put()
    rig.now += 59
    rig.put()
    rig.now += 1
    rig.put()
    rig.engine.activity.flush(rig.now)
    read = rig.engine.activity.store.read(MetricKey(NAMESPACE, WRITTEN, of_table("orders")), (START, START + 120), 60)
    assert {start - START: values.samples for start, values in read.items()} == {0: 2, 60: 1}


def test_statements_count_failed_conditions_for_their_tables() -> None:
    rig = Rig()
    rig.put()
    failing = {"Statement": "UPDATE \"orders\" SET data = 'x' WHERE pk = 'a' AND sk = '1' AND data = 'other'"}
    assert rig.call("ExecuteStatement", failing).error_code == "ConditionalCheckFailedException"
    assert rig.stat("ConditionalCheckFailedRequests") == (1, 1)
    other = {"Statement": failing["Statement"].replace("pk = 'a'", "pk = 'b'")}
    rig.put("b")
    assert rig.call("BatchExecuteStatement", {"Statements": [failing, other]}).status == 200
    assert rig.call("BatchExecuteStatement", {"Statements": [failing]}).status == 200
    assert rig.stat("ConditionalCheckFailedRequests") == (4, 4)

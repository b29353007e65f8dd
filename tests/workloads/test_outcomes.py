"""What answers mean, as tables."""

import pytest

from dynarig.emulator.model.errors import DynamoDBError
from dynarig.workloads.backends.base import NoAnswer
from dynarig.workloads.outcomes import consumed_units, error_code, throttle_code, unprocessed


def cancelled(*codes):
    return DynamoDBError(
        "TransactionCanceledException", "", members={"CancellationReasons": [{"Code": code} for code in codes]}
    )


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (DynamoDBError("ProvisionedThroughputExceededException", ""), "ProvisionedThroughputExceededException"),
        (DynamoDBError("ThrottlingException", ""), "ThrottlingException"),
        (DynamoDBError("RequestLimitExceeded", ""), "RequestLimitExceeded"),
        (cancelled("None", "ThrottlingError"), "TransactionCanceledException[ThrottlingError]"),
        (cancelled("ConditionalCheckFailed", "ThrottlingError"), None),
        (cancelled("None"), None),
        (DynamoDBError("TransactionCanceledException", ""), None),
        (DynamoDBError("ValidationException", ""), None),
        (NoAnswer("Timeout", ""), None),
    ],
)
def test_throttles(error, code):
    assert throttle_code(error) == code


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (DynamoDBError("ValidationException", "x"), "ValidationException"),
        (NoAnswer("Timeout", "x"), "Timeout"),
        (ValueError("x"), "ValueError"),
    ],
)
def test_error_codes(error, code):
    assert error_code(error) == code


@pytest.mark.parametrize(
    ("operation", "response", "units"),
    [
        ("GetItem", {"ConsumedCapacity": {"CapacityUnits": 0.5}}, (0.5, 0.0)),
        ("PutItem", {"ConsumedCapacity": {"CapacityUnits": 3.0}}, (0.0, 3.0)),
        ("BatchWriteItem", {"ConsumedCapacity": [{"CapacityUnits": 3.0}, {"CapacityUnits": 1.0}]}, (0.0, 4.0)),
        ("TransactGetItems", {"ConsumedCapacity": [{"CapacityUnits": 2.0}]}, (2.0, 0.0)),
        ("Query", {}, (0.0, 0.0)),
    ],
)
def test_units(operation, response, units):
    assert consumed_units(operation, response) == units


@pytest.mark.parametrize(
    ("response", "part"),
    [
        ({}, False),
        ({"UnprocessedItems": {}}, False),
        ({"UnprocessedItems": {"T": [1]}}, True),
        ({"UnprocessedKeys": {"T": {}}}, True),
    ],
)
def test_batches_that_came_back_in_part(response, part):
    assert unprocessed(response) is part

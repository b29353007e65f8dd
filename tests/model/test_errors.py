"""Throttles: the exception, the text and the spelling of the reasons, by cause."""

from __future__ import annotations

import pytest

from dynarig.emulator.model import errors
from dynarig.emulator.model.errors import Throttle

TABLE = "arn:aws:dynamodb:us-east-1:000000000000:table/t"
INDEX = TABLE + "/index/g"
OF_TABLE = Throttle("TableWriteProvisionedThroughputExceeded", TABLE)
OF_INDEX = Throttle("IndexWriteProvisionedThroughputExceeded", INDEX, 1)


@pytest.mark.parametrize(
    ("throttles", "beginning"),
    [
        ([OF_TABLE], "The level of configured provisioned throughput for the table was exceeded. Consider"),
        ([OF_INDEX], "The level of configured provisioned throughput for one or more global secondary indexes of the "),
    ],
)
def test_provisioned_throughput(throttles: list[Throttle], beginning: str) -> None:
    error = errors.provisioned_throughput_exceeded(throttles)
    body = error.body()
    assert error.status == 400
    assert body["__type"] == "com.amazonaws.dynamodb.v20120810#ProvisionedThroughputExceededException"
    assert body["message"].startswith(beginning)
    assert body["ThrottlingReasons"] == [{"reason": each.reason, "resource": each.resource} for each in throttles]


def test_throttling_exception_spells_its_reasons_in_lower_case() -> None:
    body = errors.current_throughput_exceeded([Throttle("TableWriteKeyRangeThroughputExceeded", TABLE)]).body()
    assert body["__type"] == "com.amazon.coral.availability#ThrottlingException"
    assert body["throttlingReasons"] == [{"reason": "TableWriteKeyRangeThroughputExceeded", "resource": TABLE}]
    assert body["message"].startswith("Throughput exceeds the current capacity of your table or index. ")


def test_an_index_that_grows_has_a_text_of_its_own() -> None:
    error = errors.current_throughput_exceeded([Throttle("IndexWriteKeyRangeThroughputExceeded", INDEX)])
    assert error.message is not None
    assert error.message.startswith("Throughput exceeds the current capacity for one or more global secondary indexes.")


def test_maximum_and_account() -> None:
    most = errors.max_on_demand_exceeded([Throttle("TableReadMaxOnDemandThroughputExceeded", TABLE)])
    account = errors.account_limit_exceeded([Throttle("TableReadAccountLimitExceeded", TABLE)])
    assert (most.code, account.code) == ("ThrottlingException", "RequestLimitExceeded")
    assert "throttlingReasons" in most.body()
    assert "ThrottlingReasons" in account.body()


def test_a_reason_is_told_once_and_every_throttle_is_kept() -> None:
    error = errors.provisioned_throughput_exceeded([OF_TABLE, OF_TABLE._replace(charge=3), OF_INDEX])
    assert len(error.body()["ThrottlingReasons"]) == 2
    assert [each.charge for each in error.throttles] == [0, 3, 1]


def test_short_codes_as_statements_and_cancellations_tell_them() -> None:
    codes = [
        errors.current_throughput_exceeded([OF_TABLE]).short_code,
        errors.provisioned_throughput_exceeded([OF_TABLE]).short_code,
        errors.account_limit_exceeded([OF_TABLE]).short_code,
    ]
    assert codes == ["ThrottlingError", "ProvisionedThroughputExceeded", "RequestLimitExceeded"]

"""Backups and restores over the wire, with boto3's own types, waiters and pages."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError

from dynarig.emulator.http.server import assemble, running
from dynarig.emulator.settings import Settings


@pytest.fixture(scope="module")
def client() -> Iterator[Any]:
    with running(assemble(Settings(port=0, pitr_latest_seconds=0))) as server:
        made = boto3.client(
            "dynamodb",
            endpoint_url=server.url,
            region_name="eu-west-2",
            aws_access_key_id="CLIENT",
            aws_secret_access_key="secret",
        )
        made.create_table(
            TableName="orders",
            KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}],
            AttributeDefinitions=[{"AttributeName": "pk", "AttributeType": "S"}],
            BillingMode="PAY_PER_REQUEST",
        )
        made.put_item(TableName="orders", Item={"pk": {"S": "a"}, "v": {"N": "1"}})
        yield made
        made.close()


def _restored(client: Any, table: str) -> dict[str, str]:
    client.get_waiter("table_exists").wait(TableName=table)
    return {item["pk"]["S"]: item["v"]["N"] for item in client.scan(TableName=table)["Items"]}


def test_a_backup_comes_and_goes(client: Any) -> None:
    made = client.create_backup(TableName="orders", BackupName="nightly")["BackupDetails"]
    assert abs((datetime.now(UTC) - made["BackupCreationDateTime"]).total_seconds()) < 3_600
    client.put_item(TableName="orders", Item={"pk": {"S": "late"}, "v": {"N": "2"}})
    client.restore_table_from_backup(TargetTableName="from-backup", BackupArn=made["BackupArn"])
    assert _restored(client, "from-backup") == {"a": "1"}
    pages = client.get_paginator("list_backups").paginate(TableName="orders", PaginationConfig={"PageSize": 1})
    assert [each["BackupName"] for page in pages for each in page["BackupSummaries"]] == ["nightly"]
    before = made["BackupCreationDateTime"].replace(microsecond=0)
    assert client.list_backups(TimeRangeUpperBound=before)["BackupSummaries"] == []
    client.delete_backup(BackupArn=made["BackupArn"])
    with pytest.raises(client.exceptions.BackupNotFoundException, match=made["BackupArn"]):
        client.describe_backup(BackupArn=made["BackupArn"])


def test_a_table_as_it_was(client: Any) -> None:
    latest: dict[str, Any] = {"SourceTableName": "orders", "UseLatestRestorableTime": True}
    with pytest.raises(client.exceptions.PointInTimeRecoveryUnavailableException):
        client.restore_table_to_point_in_time(TargetTableName="too-early", **latest)
    on = {"PointInTimeRecoveryEnabled": True}
    told = client.update_continuous_backups(TableName="orders", PointInTimeRecoverySpecification=on)
    window = told["ContinuousBackupsDescription"]["PointInTimeRecoveryDescription"]
    held = _restored(client, "orders")
    client.put_item(TableName="orders", Item={"pk": {"S": "a"}, "v": {"N": "9"}})
    when = {"SourceTableName": "orders", "RestoreDateTime": window["EarliestRestorableDateTime"]}
    client.restore_table_to_point_in_time(TargetTableName="as-it-was", **when)
    client.restore_table_to_point_in_time(TargetTableName="as-it-is", **latest)
    assert _restored(client, "as-it-was") == held
    assert _restored(client, "as-it-is") == {**held, "a": "9"}
    assert "RestoreSummary" not in client.describe_table(TableName="as-it-was")["Table"]
    with pytest.raises(ClientError, match="InvalidRestoreTimeException"):
        client.restore_table_to_point_in_time(
            SourceTableName="orders", TargetTableName="never", RestoreDateTime=datetime(2020, 1, 1, tzinfo=UTC)
        )

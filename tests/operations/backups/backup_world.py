"""An emulator of its own under a clock that tests move, with a table and short ways to write, restore and compare."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from dynarig.emulator.clock import ManualClock
from dynarig.emulator.embedded import EmbeddedClient
from dynarig.emulator.model.errors import DynamoDBError
from dynarig.emulator.settings import Settings
from tests.operations.tables.table_world import defined, key

START = 1_790_000_000.25
DAY = 86_400


class BackupWorld:
    """Mutable. clock: moved by tests."""

    def __init__(self, **settings: Any) -> None:
        self.clock = ManualClock(START)
        self.client = EmbeddedClient(settings=Settings(**settings), clock=self.clock)

    @property
    def now(self) -> float:
        """The clock's time."""
        return self.clock.now()

    def call(self, operation: str, **request: Any) -> dict[str, Any]:
        """The answer of an operation; raises DynamoDBError."""
        return self.client.call(operation, request)

    def refusal(self, operation: str, **request: Any) -> tuple[str, str | None]:
        """The code and message that an operation is refused with."""
        try:
            answer = self.call(operation, **request)
        except DynamoDBError as error:
            return error.code, error.message
        raise AssertionError(f"{operation} was not refused: {answer}")

    def create(self, name: str = "tab", *, recovery: bool = False, **members: Any) -> None:
        """A table with a partition key `pk`, on demand unless told otherwise."""
        request = {"KeySchema": key("pk"), "AttributeDefinitions": defined("pk"), "BillingMode": "PAY_PER_REQUEST"}
        self.call("CreateTable", **{"TableName": name, **request, **members})
        if recovery:
            self.recover(name, PointInTimeRecoveryEnabled=True)

    def recover(self, name: str = "tab", **specification: Any) -> dict[str, Any]:
        """UpdateContinuousBackups; PointInTimeRecoveryDescription."""
        answer = self.call("UpdateContinuousBackups", TableName=name, PointInTimeRecoverySpecification=specification)
        return answer["ContinuousBackupsDescription"]["PointInTimeRecoveryDescription"]  # type: ignore[no-any-return]

    def window(self, name: str = "tab") -> tuple[float, float]:
        """The earliest and the latest restorable time."""
        answer = self.call("DescribeContinuousBackups", TableName=name)["ContinuousBackupsDescription"]
        told = answer["PointInTimeRecoveryDescription"]
        return told["EarliestRestorableDateTime"], told["LatestRestorableDateTime"]

    def put(self, pk: str, version: int, name: str = "tab", **others: str) -> None:
        """Store a version of an item."""
        item = {"pk": {"S": pk}, "v": {"N": str(version)}, **{each: {"S": text} for each, text in others.items()}}
        self.call("PutItem", TableName=name, Item=item)

    def delete(self, pk: str, name: str = "tab") -> None:
        """Delete an item."""
        self.call("DeleteItem", TableName=name, Key={"pk": {"S": pk}})

    def back_up(self, name: str = "tab", backup: str = "first") -> str:
        """CreateBackup; its Amazon resource name."""
        answer = self.call("CreateBackup", TableName=name, BackupName=backup)
        return answer["BackupDetails"]["BackupArn"]  # type: ignore[no-any-return]

    def restore(self, target: str, at: float | None = None, source: str = "tab", **members: Any) -> dict[str, Any]:
        """RestoreTableToPointInTime; its TableDescription. at: None for the latest time. source: by its name or its
        Amazon resource name."""
        when: dict[str, Any] = {"UseLatestRestorableTime": True} if at is None else {"RestoreDateTime": at}
        named = "SourceTableArn" if source.startswith("arn:") else "SourceTableName"
        request = {named: source, "TargetTableName": target, **when, **members}
        answer = self.call("RestoreTableToPointInTime", **request)
        self.settle()
        return answer["TableDescription"]  # type: ignore[no-any-return]

    def restore_backup(self, target: str, arn: str, **members: Any) -> dict[str, Any]:
        """RestoreTableFromBackup; its TableDescription."""
        answer = self.call("RestoreTableFromBackup", TargetTableName=target, BackupArn=arn, **members)
        self.settle()
        return answer["TableDescription"]  # type: ignore[no-any-return]

    def settle(self) -> None:
        """Do all that is due."""
        self.client.engine.finish_due(self.now)

    def describe(self, name: str) -> dict[str, Any]:
        """DescribeTable's Table."""
        return self.call("DescribeTable", TableName=name)["Table"]  # type: ignore[no-any-return]

    def versions(self, name: str, index: str | None = None) -> dict[str, int]:
        """The version of each item, as a Scan shows them."""
        request = {"TableName": name, "ConsistentRead": index is None, **({"IndexName": index} if index else {})}
        found: dict[str, int] = {}
        while True:
            answer = self.call("Scan", **request)
            found.update((item["pk"]["S"], int(item["v"]["N"])) for item in answer["Items"])
            if "LastEvaluatedKey" not in answer:
                return found
            request["ExclusiveStartKey"] = answer["LastEvaluatedKey"]


def not_then(world: BackupWorld, at: float) -> tuple[str, str]:
    """The refusal of a time outside of the table's window."""
    told = [datetime.fromtimestamp(int(each), UTC).strftime("%Y-%m-%dT%H:%M:%SZ") for each in (at, *world.window())]
    return (
        "InvalidRestoreTimeException",
        f"RestoreDateTime '{told[0]}' must be within EarliestRestorableDateTime '{told[1]}' and "
        f"LatestRestorableDateTime '{told[2]}'",
    )


def invalid(world: BackupWorld, target: str, **members: Any) -> str:
    """The text of a ValidationException."""
    request = {"SourceTableName": "tab", "TargetTableName": target, "UseLatestRestorableTime": True, **members}
    code, text = world.refusal("RestoreTableToPointInTime", **request)
    assert code == "ValidationException"
    return str(text)

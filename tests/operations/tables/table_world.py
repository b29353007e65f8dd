"""A catalog with settings and a clock, on which table operations run as the engine runs them: due steps first."""

from __future__ import annotations

from random import Random
from typing import Any

from dynarig.emulator.model.errors import DynamoDBError
from dynarig.emulator.model.values import item_size
from dynarig.emulator.operations.account.describe_endpoints import DESCRIBE_ENDPOINTS
from dynarig.emulator.operations.account.describe_limits import DESCRIBE_LIMITS
from dynarig.emulator.operations.backups.describe_continuous_backups import DESCRIBE_CONTINUOUS_BACKUPS
from dynarig.emulator.operations.backups.update_continuous_backups import UPDATE_CONTINUOUS_BACKUPS
from dynarig.emulator.operations.operation import Context, Operation
from dynarig.emulator.operations.tables import create_table, delete_table, describe_table, list_tables
from dynarig.emulator.operations.tables.describe_time_to_live import DESCRIBE_TIME_TO_LIVE
from dynarig.emulator.operations.tables.update_table import UPDATE_TABLE
from dynarig.emulator.operations.tables.update_time_to_live import UPDATE_TIME_TO_LIVE
from dynarig.emulator.operations.tags.list_tags_of_resource import LIST_TAGS_OF_RESOURCE
from dynarig.emulator.operations.tags.tag_resource import TAG_RESOURCE
from dynarig.emulator.operations.tags.untag_resource import UNTAG_RESOURCE
from dynarig.emulator.planning.plan import Plan
from dynarig.emulator.planning.writes import plan_put
from dynarig.emulator.settings import Settings
from dynarig.emulator.storage.catalog import Catalog
from tests.storage.due import run_due

ON_DEMAND = "PAY_PER_REQUEST"
_OPERATIONS: dict[str, Operation] = {
    operation.name: operation
    for operation in (
        create_table.CREATE_TABLE,
        delete_table.DELETE_TABLE,
        describe_table.DESCRIBE_TABLE,
        list_tables.LIST_TABLES,
        DESCRIBE_CONTINUOUS_BACKUPS,
        DESCRIBE_ENDPOINTS,
        DESCRIBE_LIMITS,
        DESCRIBE_TIME_TO_LIVE,
        LIST_TAGS_OF_RESOURCE,
        TAG_RESOURCE,
        UNTAG_RESOURCE,
        UPDATE_CONTINUOUS_BACKUPS,
        UPDATE_TABLE,
        UPDATE_TIME_TO_LIVE,
    )
}


class TableWorld:
    """Mutable. now: epoch seconds, moved by tests."""

    def __init__(self, **settings: Any) -> None:
        self.catalog = Catalog("000000000000", "us-east-1")
        self.settings = Settings(**settings)
        self.now = 1_790_000_000.25
        self._random = Random(1)

    def call(self, operation: str, **request: Any) -> dict[str, Any]:
        """The answer of an operation; raises DynamoDBError, and then nothing has changed."""
        run_due(self.catalog, self.now)
        plan = _OPERATIONS[operation].plan(request, Context(self.catalog, self.now, self.settings, self._random))
        assert isinstance(plan, Plan)
        if plan.effect is not None:
            plan.effect()
        return plan.response

    def refusal(self, operation: str, **request: Any) -> tuple[str, str | None]:
        """The code and message that an operation is refused with."""
        try:
            answer = self.call(operation, **request)
        except DynamoDBError as error:
            return error.code, error.message
        raise AssertionError(f"{operation} was not refused: {answer}")

    def describe(self, name: str) -> dict[str, Any]:
        """DescribeTable's Table."""
        return self.call("DescribeTable", TableName=name)["Table"]  # type: ignore[no-any-return]

    def create(self, name: str, **members: Any) -> dict[str, Any]:
        """CreateTable with a partition key `pk`, on demand, unless told otherwise."""
        request = {
            "KeySchema": key("pk"),
            "AttributeDefinitions": defined("pk"),
            **({} if "ProvisionedThroughput" in members else {"BillingMode": ON_DEMAND}),
            **members,
        }
        return self.call("CreateTable", TableName=name, **request)["TableDescription"]  # type: ignore[no-any-return]

    def update(self, name: str, **members: Any) -> dict[str, Any]:
        """UpdateTable's TableDescription."""
        return self.call("UpdateTable", TableName=name, **members)["TableDescription"]  # type: ignore[no-any-return]

    def put(self, name: str, item: dict[str, Any]) -> None:
        """Store an item."""
        run_due(self.catalog, self.now)
        table = self.catalog.tables[name]
        write = plan_put(table, item, item_size(item))
        assert write.change is not None
        table.apply(write.change, self.now)


def key(partition: str, sort: str | None = None) -> list[dict[str, str]]:
    """A key schema."""
    elements = [{"AttributeName": partition, "KeyType": "HASH"}]
    return elements if sort is None else [*elements, {"AttributeName": sort, "KeyType": "RANGE"}]


def defined(*names: str) -> list[dict[str, str]]:
    """Definitions of text attributes."""
    return [{"AttributeName": name, "AttributeType": "S"} for name in names]


def index(name: str, partition: str, sort: str | None = None, **members: Any) -> dict[str, Any]:
    """A secondary index that projects everything."""
    return {"IndexName": name, "KeySchema": key(partition, sort), "Projection": {"ProjectionType": "ALL"}, **members}


def units(read: int, write: int) -> dict[str, int]:
    """ProvisionedThroughput."""
    return {"ReadCapacityUnits": read, "WriteCapacityUnits": write}

"""aiobotocore inside `embedded`: answers, refusals, pages, waits that hold nobody up; clients made before and in it."""

from __future__ import annotations

import asyncio

from aiobotocore.session import get_session
from botocore.exceptions import NoCredentialsError

from dynarig.emulator.embedded import embedded

TABLE = {
    "TableName": "orders",
    "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}],
    "AttributeDefinitions": [{"AttributeName": "pk", "AttributeType": "S"}],
    "BillingMode": "PAY_PER_REQUEST",
}


@embedded
async def inside() -> None:
    async with get_session().create_client("dynamodb", region_name="us-east-1") as client:
        assert (await client.create_table(**TABLE))["TableDescription"]["TableName"] == "orders"
        await client.get_waiter("table_exists").wait(TableName="orders")
        await asyncio.gather(
            *(client.put_item(TableName="orders", Item={"pk": {"S": str(n)}, "b": {"B": b"\x00"}}) for n in range(30))
        )
        pages = client.get_paginator("scan").paginate(TableName="orders", PaginationConfig={"PageSize": 10})
        assert [page["Count"] async for page in pages if page["Count"]] == [10, 10, 10]
        assert (await client.get_item(TableName="orders", Key={"pk": {"S": "1"}}))["Item"]["b"] == {"B": b"\x00"}
        try:
            await client.get_item(TableName="nothing", Key={"pk": {"S": "a"}})
        except client.exceptions.ResourceNotFoundException as refusal:
            attempts = refusal.response["ResponseMetadata"]["RetryAttempts"]
        assert attempts == 0


async def around() -> None:
    async with get_session().create_client("dynamodb", region_name="us-east-1") as client:
        for _ in range(2):
            with embedded() as rig:
                await client.create_table(**TABLE)
                assert rig.call("ListTables", {})["TableNames"] == ["orders"]
        try:
            await client.list_tables()
        except NoCredentialsError:
            return
        raise AssertionError("a call outside of any use was answered")


async def together() -> None:
    """Two tasks, each in a use of its own."""

    async def own(name: str) -> list[str]:
        with embedded():
            async with get_session().create_client("dynamodb", region_name="us-east-1") as client:
                await client.create_table(**{**TABLE, "TableName": name})
                await asyncio.sleep(0)
                return list((await client.list_tables())["TableNames"])

    assert await asyncio.gather(own("one"), own("two")) == [["one"], ["two"]]


asyncio.run(inside())
asyncio.run(around())
asyncio.run(together())
print("answered")

"""aioboto3's resource inside `embedded`."""

from __future__ import annotations

import asyncio

import aioboto3

from dynarig.emulator.embedded import embedded


@embedded(consistency="eventual")
async def main() -> None:
    async with aioboto3.Session().resource("dynamodb", region_name="us-east-1") as dynamodb:
        table = await dynamodb.create_table(
            TableName="orders",
            KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}],
            AttributeDefinitions=[{"AttributeName": "pk", "AttributeType": "S"}],
            BillingMode="PAY_PER_REQUEST",
        )
        await table.wait_until_exists()
        async with table.batch_writer() as batch:
            for n in range(30):
                await batch.put_item(Item={"pk": str(n), "n": n})
        found = await table.get_item(Key={"pk": "7"}, ConsistentRead=True)
        assert found["Item"]["n"] == 7


asyncio.run(main())
print("answered")

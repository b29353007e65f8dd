"""Run by aioboto3's own interpreter: a table, items, pages, a transaction, a stream. Prints one JSON line."""

import asyncio
import json
import os
from decimal import Decimal

import aioboto3
from boto3.dynamodb.conditions import Attr, Key


async def main() -> None:
    session = aioboto3.Session()
    endpoint = {"endpoint_url": os.environ["AWS_ENDPOINT_URL"]}
    async with session.resource("dynamodb", **endpoint) as dynamodb, session.client("dynamodb", **endpoint) as client:
        table = await dynamodb.create_table(
            TableName="aio",
            KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "sk", "KeyType": "RANGE"}],
            AttributeDefinitions=[
                {"AttributeName": "pk", "AttributeType": "S"},
                {"AttributeName": "sk", "AttributeType": "N"},
            ],
            BillingMode="PAY_PER_REQUEST",
        )
        await table.wait_until_exists()
        async with table.batch_writer() as batch:
            for n in range(30):
                await batch.put_item(Item={"pk": "a", "sk": n, "price": Decimal("1.50"), "tags": {"x", "y"}})
        await asyncio.gather(
            *(
                table.update_item(
                    Key={"pk": "a", "sk": 0},
                    UpdateExpression="ADD hits :one",
                    ExpressionAttributeValues={":one": 1},
                )
                for _ in range(20)
            )
        )
        found = await table.query(
            KeyConditionExpression=Key("pk").eq("a") & Key("sk").between(5, 20),
            FilterExpression=Attr("tags").contains("x"),
        )
        pages = [page["Count"] async for page in client.get_paginator("scan").paginate(TableName="aio", Limit=7)]
        first = (await table.get_item(Key={"pk": "a", "sk": 0}))["Item"]
        try:
            await client.transact_write_items(
                TransactItems=[
                    {
                        "ConditionCheck": {
                            "TableName": "aio",
                            "Key": {"pk": {"S": "a"}, "sk": {"N": "99"}},
                            "ConditionExpression": "attribute_exists(pk)",
                        }
                    }
                ]
            )
            reasons = []
        except client.exceptions.TransactionCanceledException as error:
            reasons = [reason["Code"] for reason in error.response["CancellationReasons"]]
    told = {"count": found["Count"], "pages": sum(pages), "hits": int(first["hits"]), "price": str(first["price"])}
    print(json.dumps({**told, "reasons": reasons}))


asyncio.run(main())

"""TransactWriteItems and TransactGetItems on an engine, case by case (tests/cases/transactions)."""

from __future__ import annotations

import pytest

from tests.cases_support import Case, World, read_cases


@pytest.mark.parametrize("case", read_cases("transactions"))
def test_case(case: Case) -> None:
    World().run(case)


VALUE = (
    "AttributeValue(s={}, n=null, b=null, iNT=null, dECIMAL=null, dOUBLE=null, sS=null, nS=null, bS=null, "
    "iNTSET=null, dECIMALSET=null, dOUBLESET=null, m=null, l=null, nULL=null, bOOL=null)"
)
NO_PLACEHOLDERS = "expressionAttributeNames=null, expressionAttributeValues=null"
TOO_MANY = "1 validation error detected: Value '[{}]' at 'transactItems' failed to satisfy constraint: "
TOO_MANY += "Member must have length less than or equal to 100"


def _pk(text: object) -> str:
    return "{pk=" + VALUE.format(text) + "}"


def test_more_than_100_writes_are_echoed() -> None:
    key = {"pk": {"S": "a"}}
    actions: list[Case] = [{"Put": {"TableName": "plain", "Item": {"pk": {"S": str(n)}}}} for n in range(98)]
    actions += [
        {"Update": {"TableName": "plain", "Key": key, "UpdateExpression": "REMOVE a"}},
        {"Delete": {"TableName": "plain", "Key": key, "ExpressionAttributeNames": {"#a": "b"}}},
        {"ConditionCheck": {"TableName": "plain", "Key": key, "ConditionExpression": "a = b"}},
    ]
    puts = [
        f"TransactWriteItem(conditionCheck=null, put=Put(item={_pk(n)}, tableName=plain, conditionExpression=null, "
        f"{NO_PLACEHOLDERS}, returnValuesOnConditionCheckFailure=null, workloadProfileName=null), "
        "delete=null, update=null)"
        for n in range(98)
    ]
    update = (
        f"TransactWriteItem(conditionCheck=null, put=null, delete=null, update=Update(key={_pk('a')}, "
        "updateExpression=REMOVE a, tableName=plain, conditionExpression=null, "
        f"{NO_PLACEHOLDERS}, returnValuesOnConditionCheckFailure=null, workloadProfileName=null))"
    )
    delete = (
        f"TransactWriteItem(conditionCheck=null, put=null, delete=Delete(key={_pk('a')}, tableName=plain, "
        "conditionExpression=null, expressionAttributeNames={#a=b}, expressionAttributeValues=null, "
        "returnValuesOnConditionCheckFailure=null, workloadProfileName=null), update=null)"
    )
    check = (
        f"TransactWriteItem(conditionCheck=ConditionCheck(key={_pk('a')}, tableName=plain, conditionExpression=a = b, "
        f"{NO_PLACEHOLDERS}, returnValuesOnConditionCheckFailure=null, workloadProfileName=null), "
        "put=null, delete=null, update=null)"
    )
    status, body = World().attempt("TransactWriteItems", {"TransactItems": actions, "ReturnConsumedCapacity": "x"})
    assert (status, body["message"]) == (400, TOO_MANY.format(", ".join([*puts, update, delete, check])))


def test_more_than_100_reads_are_echoed() -> None:
    gets = [{"Get": {"TableName": "plain", "Key": {"pk": {"S": str(n)}}}} for n in range(101)]
    echo = ", ".join(
        f"TransactGetItem(get=Get(key={_pk(n)}, tableName=plain, projectionExpression=null, "
        "expressionAttributeNames=null, workloadProfileName=null))"
        for n in range(101)
    )
    status, body = World().attempt("TransactGetItems", {"TransactItems": gets})
    assert (status, body["message"]) == (400, TOO_MANY.format(echo))


def test_100_actions_are_carried_out() -> None:
    world = World()
    puts = [{"Put": {"TableName": "plain", "Item": {"pk": {"S": str(n)}}}} for n in range(100)]
    world.call("TransactWriteItems", {"TransactItems": puts})
    gets = [{"Get": {"TableName": "plain", "Key": put["Put"]["Item"]}} for put in puts]
    answer = world.call("TransactGetItems", {"TransactItems": gets})
    assert answer["Responses"] == [{"Item": put["Put"]["Item"]} for put in puts]


def test_a_token_is_known_for_ten_minutes() -> None:
    world = World()
    key = {"pk": {"S": "a"}}
    add = {
        "TableName": "plain",
        "Key": key,
        "UpdateExpression": "ADD n :n",
        "ExpressionAttributeValues": {":n": {"N": "1"}},
    }
    request = {"TransactItems": [{"Update": add}], "ClientRequestToken": "t"}

    def count() -> str:
        text: str = world.call("GetItem", {"TableName": "plain", "Key": key})["Item"]["n"]["N"]
        return text

    world.call("TransactWriteItems", request)
    world.now += 599
    world.call("TransactWriteItems", request)
    assert count() == "1"
    world.now += 1
    world.call("TransactWriteItems", request)
    assert count() == "2"

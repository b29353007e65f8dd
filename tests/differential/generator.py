"""Seeded requests over the tables of `tables.py`, most of them valid, some wrong in one place.

Rule: pure; a request is a function of the draw. Keys and values come from small sets, so that requests meet.
"""

from __future__ import annotations

from random import Random
from typing import Any

from tests.differential import expressions
from tests.differential.tables import TABLES

Request = tuple[str, dict[str, Any]]
NAMES = ("s", "n", "gk", "l", "m", "ss", "ns", "b", "t", "gone")
_CAPACITY = ("INDEXES", "TOTAL", "NONE")


def value(draw: Random, depth: int = 0) -> dict[str, Any]:
    """Any value, nested up to three levels."""
    kind = draw.choice(("S", "S", "N", "N", "B", "BOOL", "NULL", "SS", "NS", "BS", "L", "M"))
    if kind == "S":
        return {"S": draw.choice(("", "a", "ab", "abc", "é", "zz", "some longer text"))}
    if kind == "N":
        return {"N": number(draw)}
    if kind == "B":
        return {"B": draw.choice(("", "AA==", "AAEC", "/w==", "/wA="))}
    if kind == "BOOL":
        return {"BOOL": draw.random() < 0.5}
    if kind == "NULL":
        return {"NULL": True}
    if kind == "SS":
        return {"SS": draw.sample(["a", "b", "c", "é", "ab"], draw.randint(1, 3))}
    if kind == "NS":
        return {"NS": draw.sample(["1", "2", "3.5", "-7", "100", "20"], draw.randint(1, 4))}
    if kind == "BS":
        return {"BS": draw.sample(["AA==", "AQ==", "/w=="], draw.randint(1, 3))}
    if depth >= 3:
        return {"S": "deep"}
    if kind == "L":
        return {"L": [value(draw, depth + 1) for _ in range(draw.randint(0, 3))]}
    return {"M": {name: value(draw, depth + 1) for name in draw.sample(["a", "b", "c"], draw.randint(0, 3))}}


def number(draw: Random) -> str:
    """A number's text, in one of many spellings."""
    return draw.choice(
        (
            "0",
            "1",
            "-1",
            "2",
            "10",
            "3.50",
            "1e3",
            "-0",
            "0.001",
            "12345678901234567890123456789012345678",
            "1E-10",
            "+5",
        )
    )


def key(draw: Random, table: str) -> dict[str, Any]:
    """A key of the table, out of few."""
    if table == "ranged":
        return {"pk": {"S": draw.choice(("a", "b", "c"))}, "sk": {"N": str(draw.randint(-2, 6))}}
    if table == "plain":
        return {"id": {"S": draw.choice("uvwxyz")}}
    return {"id": {"B": draw.choice(("AA==", "/w=="))}, "at": {"B": draw.choice(("AA==", "AQ==", "/w==", "AAA="))}}


def item(draw: Random, table: str) -> dict[str, Any]:
    """An item of the table, with index keys of the right type more often than not."""
    made = key(draw, table)
    for name in draw.sample(NAMES, draw.randint(0, 7)):
        if name == "gk":
            made[name] = {"S": draw.choice("gh")}
        elif name == "n":
            made[name] = {"N": str(draw.randint(0, 5))}
        else:
            made[name] = {
                "s": lambda: {"S": draw.choice(("a", "ab", "b"))},
                "l": lambda: {"L": [value(draw, 1) for _ in range(draw.randint(0, 4))]},
                "m": lambda: {"M": {each: value(draw, 1) for each in ("a", "b")}},
                "ss": lambda: {"SS": draw.sample(["a", "b", "c"], 2)},
                "ns": lambda: {"NS": draw.sample(["1", "2", "3"], 2)},
            }.get(name, lambda: value(draw))()
    return made


def _table(draw: Random) -> str:
    return draw.choice(("ranged", "ranged", "ranged", "plain", "bytes"))


def _maybe(draw: Random, request: dict[str, Any], name: str, options: tuple[Any, ...], share: float = 0.3) -> None:
    if draw.random() < share:
        request[name] = draw.choice(options)


def put_item(draw: Random) -> Request:
    """PutItem, with a condition or without."""
    table = _table(draw)
    request: dict[str, Any] = {"TableName": table, "Item": item(draw, table)}
    if draw.random() < 0.4:
        expressions.add(request, {"ConditionExpression": expressions.condition(draw, value)})
    elif draw.random() < 0.2:
        request["Expected"] = expressions.expected(draw, value)
    _maybe(draw, request, "ReturnValues", ("ALL_OLD", "NONE"))
    return "PutItem", _with_returns(draw, request)


def _with_returns(draw: Random, request: dict[str, Any]) -> dict[str, Any]:
    _maybe(draw, request, "ReturnConsumedCapacity", _CAPACITY)
    _maybe(draw, request, "ReturnItemCollectionMetrics", ("SIZE", "NONE"), 0.1)
    if "ConditionExpression" in request:
        _maybe(draw, request, "ReturnValuesOnConditionCheckFailure", ("ALL_OLD", "NONE"))
    return request


def update_item(draw: Random) -> Request:
    """UpdateItem by expression or by AttributeUpdates."""
    table = _table(draw)
    request: dict[str, Any] = {"TableName": table, "Key": key(draw, table)}
    if draw.random() < 0.8:
        parts = {"UpdateExpression": expressions.update(draw, value)}
        if draw.random() < 0.3:
            parts["ConditionExpression"] = expressions.condition(draw, value)
        expressions.add(request, parts)
    else:
        request["AttributeUpdates"] = {
            name: {"Action": draw.choice(("PUT", "ADD", "DELETE")), "Value": value(draw)}
            for name in draw.sample(("s", "l", "ss", "ns", "t", "zero"), draw.randint(1, 3))
        }
        if draw.random() < 0.3:
            request["Expected"] = expressions.expected(draw, value)
    _maybe(draw, request, "ReturnValues", ("ALL_OLD", "ALL_NEW", "UPDATED_OLD", "UPDATED_NEW", "NONE"), 0.6)
    return "UpdateItem", _with_returns(draw, request)


def delete_item(draw: Random) -> Request:
    """DeleteItem."""
    table = _table(draw)
    request: dict[str, Any] = {"TableName": table, "Key": key(draw, table)}
    if draw.random() < 0.5:
        expressions.add(request, {"ConditionExpression": expressions.condition(draw, value)})
    _maybe(draw, request, "ReturnValues", ("ALL_OLD", "NONE"))
    return "DeleteItem", _with_returns(draw, request)


def get_item(draw: Random) -> Request:
    """GetItem."""
    table = _table(draw)
    request: dict[str, Any] = {"TableName": table, "Key": key(draw, table)}
    _project(draw, request)
    _maybe(draw, request, "ConsistentRead", (True, False))
    _maybe(draw, request, "ReturnConsumedCapacity", _CAPACITY)
    return "GetItem", request


def _project(draw: Random, request: dict[str, Any]) -> None:
    if draw.random() < 0.3:
        expressions.add(request, {"ProjectionExpression": expressions.projection(draw)})
    elif draw.random() < 0.1:
        request["AttributesToGet"] = draw.sample(NAMES, draw.randint(1, 3))


def query(draw: Random) -> Request:
    """Query of a table or an index."""
    index = draw.choice((None, None, "local", "global", "keys"))
    request: dict[str, Any] = {"TableName": "ranged"}
    if index:
        request["IndexName"] = index
    condition = expressions.key_condition(draw, index)
    if draw.random() < 0.15:
        request["KeyConditions"] = expressions.key_conditions(draw, index)
        if draw.random() < 0.4:
            request["QueryFilter"] = {"s": expressions.legacy(draw, value)}
    else:
        parts = {"KeyConditionExpression": condition}
        if draw.random() < 0.35:
            parts["FilterExpression"] = expressions.condition(draw, value)
        if draw.random() < 0.25:
            parts["ProjectionExpression"] = expressions.projection(draw)
        expressions.add(request, parts)
    _maybe(draw, request, "ScanIndexForward", (False, True))
    _page(draw, request)
    return "Query", request


def _page(draw: Random, request: dict[str, Any]) -> None:
    _maybe(draw, request, "Limit", (1, 2, 3, 100))
    _maybe(draw, request, "Select", ("ALL_ATTRIBUTES", "COUNT", "ALL_PROJECTED_ATTRIBUTES", "SPECIFIC_ATTRIBUTES"), 0.2)
    _maybe(draw, request, "ConsistentRead", (True, False), 0.2)
    _maybe(draw, request, "ReturnConsumedCapacity", _CAPACITY)
    if draw.random() < 0.15:
        start = key(draw, request["TableName"])
        if request.get("IndexName") in ("global", "keys"):
            start["gk"] = {"S": draw.choice("gh")}
        if request.get("IndexName") in ("global", "local"):
            start["n"] = {"N": str(draw.randint(0, 5))}
        request["ExclusiveStartKey"] = start


def scan(draw: Random) -> Request:
    """Scan without a Limit, as the order of partitions is each server's own."""
    table = _table(draw)
    request: dict[str, Any] = {"TableName": table}
    if table == "ranged":
        _maybe(draw, request, "IndexName", ("local", "global", "keys"))
    if draw.random() < 0.4:
        expressions.add(request, {"FilterExpression": expressions.condition(draw, value)})
    elif draw.random() < 0.2:
        request["ScanFilter"] = {
            name: expressions.legacy(draw, value) for name in draw.sample(NAMES, draw.randint(1, 2))
        }
        _maybe(draw, request, "ConditionalOperator", ("AND", "OR"))
    _maybe(draw, request, "Select", ("ALL_ATTRIBUTES", "COUNT", "ALL_PROJECTED_ATTRIBUTES", "SPECIFIC_ATTRIBUTES"), 0.2)
    _maybe(draw, request, "ReturnConsumedCapacity", _CAPACITY)
    return "Scan", request


def batch_get(draw: Random) -> Request:
    """BatchGetItem over one or two tables."""
    blocks: dict[str, Any] = {}
    for table in draw.sample(("ranged", "plain", "bytes"), draw.randint(1, 2)):
        blocks[table] = {"Keys": [key(draw, table) for _ in range(draw.randint(1, 3))]}
        _project(draw, blocks[table])
    request = {"RequestItems": blocks}
    _maybe(draw, request, "ReturnConsumedCapacity", _CAPACITY)
    return "BatchGetItem", request


def batch_write(draw: Random) -> Request:
    """BatchWriteItem."""
    blocks: dict[str, Any] = {}
    for table in draw.sample(("ranged", "plain", "bytes"), draw.randint(1, 2)):
        blocks[table] = [
            {"PutRequest": {"Item": item(draw, table)}}
            if draw.random() < 0.7
            else {"DeleteRequest": {"Key": key(draw, table)}}
            for _ in range(draw.randint(1, 3))
        ]
    request: dict[str, Any] = {"RequestItems": blocks}
    return "BatchWriteItem", _with_returns(draw, request)


def transact_write(draw: Random) -> Request:
    """TransactWriteItems of up to four actions."""
    actions = []
    for _ in range(draw.randint(1, 4)):
        table = _table(draw)
        kind = draw.choice(("Put", "Update", "Delete", "ConditionCheck"))
        action: dict[str, Any] = {"TableName": table}
        parts = {}
        if kind == "Put":
            action["Item"] = item(draw, table)
        else:
            action["Key"] = key(draw, table)
        if kind == "Update":
            parts["UpdateExpression"] = expressions.update(draw, value)
        if kind == "ConditionCheck" or draw.random() < 0.3:
            parts["ConditionExpression"] = expressions.condition(draw, value)
            _maybe(draw, action, "ReturnValuesOnConditionCheckFailure", ("ALL_OLD", "NONE"))
        expressions.add(action, parts)
        actions.append({kind: action})
    request: dict[str, Any] = {"TransactItems": actions}
    _maybe(draw, request, "ReturnConsumedCapacity", _CAPACITY)
    return "TransactWriteItems", request


def transact_get(draw: Random) -> Request:
    """TransactGetItems."""
    actions = []
    for _ in range(draw.randint(1, 3)):
        table = _table(draw)
        action: dict[str, Any] = {"TableName": table, "Key": key(draw, table)}
        if draw.random() < 0.3:
            expressions.add(action, {"ProjectionExpression": expressions.projection(draw)})
        actions.append({"Get": action})
    request: dict[str, Any] = {"TransactItems": actions}
    _maybe(draw, request, "ReturnConsumedCapacity", _CAPACITY)
    return "TransactGetItems", request


def statement(draw: Random) -> Request:
    """ExecuteStatement on one key or collection."""
    found = key(draw, "ranged")
    parameters = [found["pk"], found["sk"]]
    where = "WHERE pk = ? AND sk = ?"
    text, more = draw.choice((
        ("SELECT * FROM ranged " + where, []),
        ("SELECT pk, sk, m.a, l[0] FROM ranged " + where, []),
        ("SELECT * FROM ranged " + where + " AND begins_with(s, ?)", [{"S": "a"}]),
        ("SELECT * FROM ranged " + where + " AND (n > ? OR contains(ss, 'a')) AND NOT gone IS MISSING", [{"N": "1"}]),
        ("INSERT INTO ranged VALUE {'pk': ?, 'sk': ?, 's': 'ab', 'n': 3, 'l': [1, 'two', true, NULL]}", []),
        ("INSERT INTO ranged VALUE {'pk': ?, 'sk': ?, 'm': {'a': <<'x', 'y'>>, 'b': <<1, 2>>}, 'gk': 'g'}", []),
        ("UPDATE ranged SET s = 'z' SET m.a = 5 " + where, []),
        ("UPDATE ranged SET n = n + 1 REMOVE s " + where + " RETURNING ALL NEW *", []),
        ("UPDATE ranged SET l = list_append(l, [9]) " + where + " RETURNING MODIFIED OLD *", []),
        ("DELETE FROM ranged " + where, []),
        ("DELETE FROM ranged " + where + " AND s = 'a' RETURNING ALL OLD *", []),
        ("SELECT * FROM nowhere " + where, []),
        ("SELEC * FROM ranged " + where, []),
    ))  # fmt: skip
    one: dict[str, Any] = {"Statement": text, "Parameters": parameters + more}
    kind = draw.random()
    if kind < 0.15:
        return "BatchExecuteStatement", {"Statements": [one]}
    if kind < 0.3:
        return "ExecuteTransaction", {"TransactStatements": [one]}
    return "ExecuteStatement", one


def table_request(draw: Random) -> Request:
    """Operations on tables: what exists, what does not, and what must be refused."""
    name = draw.choice(("ranged", "plain", "bytes", "nope", "a!"))
    made = {**draw.choice(TABLES), "TableName": draw.choice((name, "fresh"))}
    if draw.random() < 0.5:
        made.pop(draw.choice(sorted(made)))
    return draw.choice((
        ("DescribeTable", {"TableName": name}),
        ("DescribeTimeToLive", {"TableName": name}),
        ("ListTables", {"Limit": draw.choice((1, 2, 100, 0, 101))}),
        ("CreateTable", made),
        ("DeleteTable", {"TableName": draw.choice(("nope", "fresh", "a!"))}),
        ("UpdateTable", {"TableName": name, "BillingMode": draw.choice(("PROVISIONED", "PAY_PER_REQUEST"))}),
        ("UpdateTable", {"TableName": name, "ProvisionedThroughput": {"ReadCapacityUnits": draw.choice((0, 100, 7)),
                                                                      "WriteCapacityUnits": 9}}),
        ("UpdateTable", {"TableName": name}),
        ("UpdateTimeToLive", {"TableName": name, "TimeToLiveSpecification": {"AttributeName": "t", "Enabled": True}}),
        ("DescribeLimits", {}),
    ))  # fmt: skip


_MAKERS = (
    *(put_item,) * 6, *(update_item,) * 7, *(delete_item,) * 2, *(get_item,) * 3, *(query,) * 5, *(scan,) * 3,
    *(statement,) * 4, batch_get, batch_write, *(transact_write,) * 3, transact_get, table_request,
)  # fmt: skip


def request(draw: Random) -> Request:
    """One request."""
    return draw.choice(_MAKERS)(draw)

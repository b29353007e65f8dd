"""Tables that the tests of PartiQL speak to, and items in them."""

from __future__ import annotations

from typing import Any

from dynarig.emulator.engine import Engine
from dynarig.emulator.model.call import Call


def _schema(partition: str, sort: str | None = None) -> list[dict[str, str]]:
    keys = [{"AttributeName": partition, "KeyType": "HASH"}]
    return keys if sort is None else [*keys, {"AttributeName": sort, "KeyType": "RANGE"}]


def _index(name: str, schema: list[dict[str, str]], *projected: str) -> dict[str, Any]:
    projection: dict[str, Any] = {"ProjectionType": "KEYS_ONLY"}
    if projected:
        projection = {"ProjectionType": "INCLUDE", "NonKeyAttributes": list(projected)}
    return {"IndexName": name, "KeySchema": schema, "Projection": projection}


def _table(name: str, keys: list[dict[str, str]], types: dict[str, str], **members: Any) -> dict[str, Any]:
    attributes = [{"AttributeName": attribute, "AttributeType": kind} for attribute, kind in types.items()]
    return {
        "TableName": name,
        "KeySchema": keys,
        "AttributeDefinitions": attributes,
        "BillingMode": "PAY_PER_REQUEST",
        **members,
    }


_SEVERAL = [
    {"AttributeName": "h1", "KeyType": "HASH"},
    {"AttributeName": "h2", "KeyType": "HASH"},
]
TABLES = (
    _table("plain", _schema("pk"), {"pk": "S"}),
    _table("numbers", _schema("pk"), {"pk": "N"}),
    _table("ranged", _schema("pk", "sk"), {"pk": "S", "sk": "N"}),
    _table("texts", _schema("pk", "sk"), {"pk": "S", "sk": "S"}),
    _table(
        "indexed",
        _schema("pk", "sk"),
        {"pk": "S", "sk": "N", "gk": "S", "ls": "S", "h1": "S", "h2": "S"},
        GlobalSecondaryIndexes=[_index("gsi", _schema("gk"), "p"), _index("several", _SEVERAL, "p")],
        LocalSecondaryIndexes=[_index("lsi", _schema("pk", "ls"), "p")],
    ),
)
ITEMS: tuple[tuple[str, dict[str, Any]], ...] = (
    *(
        ("ranged", {"pk": {"S": pk}, "sk": {"N": str(sk)}, "x": {"N": str(sk % 2)}})
        for pk in "ab"
        for sk in range(1, 5)
    ),
    *(
        (
            "indexed",
            {
                "pk": {"S": "a"},
                "sk": {"N": str(sk)},
                "gk": {"S": "g"},
                "ls": {"S": f"x{sk}"},
                "p": {"N": "1"},
                "q": {"N": "2"},
            },
        )
        for sk in range(1, 4)
    ),
    (
        "plain",
        {
            "pk": {"S": "k"},
            "n": {"N": "5"},
            "s": {"SS": ["a"]},
            "ns": {"NS": ["1", "2", "3"]},
            "l": {"L": [{"N": "1"}, {"N": "2"}, {"N": "3"}]},
            "m": {"M": {"a": {"M": {"b": {"N": "1"}}}, "l": {"L": [{"N": "7"}]}}},
            "b": {"BOOL": True},
            "z": {"NULL": True},
            "bin": {"B": "AQI="},
        },
    ),
)


def make_engine() -> Engine:
    """An engine with the tables, filled."""
    engine = Engine()
    for table in TABLES:
        assert engine.execute(Call("CreateTable", table), 0.0).status == 200
    for name, item in ITEMS:
        assert engine.execute(Call("PutItem", {"TableName": name, "Item": item}), 0.0).status == 200
    return engine

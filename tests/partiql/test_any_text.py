"""Any text is answered with 200 or 400, never with an exception; seeded, so that a failure repeats."""

from __future__ import annotations

from random import Random
from typing import Any

import orjson
import pytest

from dynarig.emulator.engine import Engine
from dynarig.emulator.model.call import Call
from tests.partiql.world import make_engine

WORDS = """
SELECT FROM WHERE INSERT INTO VALUE UPDATE SET REMOVE DELETE RETURNING ALL MODIFIED OLD NEW AND OR NOT IN
BETWEEN IS NULL MISSING EXISTS ORDER BY ASC DESC ranged indexed pk sk n l m "pk" 'a' 'b' 1 2 1.5 -1 1e200 ( )
[ ] { } << >> , . : = <> < > <= >= + - * ? ; size attribute_exists attribute_type begins_with contains
list_append set_add set_delete STRING LIST true IF LIKE CASE END `x` /* -- " ' \N{SNOWMAN} || @ $a LIMIT GROUP
HAVING AS DISTINCT count
""".split()  # noqa: SIM905
STATEMENTS = (
    "SELECT * FROM indexed WHERE pk = 'a' AND sk > 1 AND (n = 1 OR contains(l, 2)) ORDER BY sk DESC",
    "SELECT m.a, l[0] FROM indexed.gsi WHERE gk IN ('g', ?) OR NOT size(l) BETWEEN 1 AND 3",
    "INSERT INTO ranged VALUE {'pk': 'x', 'sk': 1, 's': <<1, 2>>, 'm': {'a': [1, 'b', ?]}} IF NOT EXISTS",
    "UPDATE ranged SET n = n + 1, l[0] = list_append(l, [1]) REMOVE m.a WHERE pk = 'a' AND sk = 1 RETURNING ALL NEW *",
    "FROM ranged WHERE pk = 'a' AND sk = 1 SET s = set_add(s, <<'x'>>) SET m.b = ?",
    "DELETE FROM ranged WHERE pk = ? AND sk = 1 AND attribute_type(n, 'N') = true RETURNING ALL OLD *",
    "EXISTS(SELECT * FROM ranged WHERE pk = 'a' AND sk = 1 AND m IS NOT MISSING)",
)
PARAMETERS: tuple[list[Any], ...] = ([], [{"S": "a"}], [{"N": "1"}, {"M": {}}], [{"SS": ["a"]}], [{"NULL": True}])
DEEP = (
    "SELECT * FROM ranged WHERE " + "(" * 2000 + "pk = 'a'" + ")" * 2000,
    "SELECT * FROM ranged WHERE pk = " + "[" * 2000 + "]" * 2000,
    "SELECT * FROM ranged WHERE pk = " + "<<" * 2000 + ">>" * 2000,
    "INSERT INTO ranged VALUE " + "{'a':" * 1500 + "1" + "}" * 1500,
    "SELECT * FROM ranged WHERE " + "NOT " * 2000 + "pk = 'a'",
    "SELECT * FROM ranged WHERE pk = 1" + " + 1" * 2000,
    "SELECT * FROM ranged WHERE " + "a=1 AND " * 1000 + "a=1",
    "SELECT * FROM ranged WHERE " + "a=1 OR (b=1 AND (" * 300 + "a=1" + "))" * 300,
    "SELECT * FROM ranged WHERE " + "(pk='a' OR pk='b') AND " * 140 + "sk=1",
    "SELECT a" + ".a" * 4000 + " FROM ranged",
    "UPDATE ranged SET " + "a=1," * 2000 + "b=1 WHERE pk='a' AND sk=1",
    "SELECT " + "size(" * 1600 + "a" + ")" * 1600 + " FROM ranged",
    "SELECT * FROM ranged WHERE " + "a[" * 2000 + "0" + "]" * 2000 + " = 1",
    "SELECT * FROM ranged WHERE pk = " + "- " * 4000 + "1",
    "EXISTS(" * 1000 + "SELECT * FROM ranged" + ")" * 1000,
    "/*" * 4000,
    "SELECT * FROM ranged WHERE pk = 1e" + "9" * 8000,
    "SELECT * FROM ranged WHERE pk = " + "9" * 8000,
    "SELECT * FROM ranged WHERE a[" + "9" * 8000 + "] = 1",
)


def _answer(engine: Engine, operation: str, request: dict[str, Any]) -> None:
    reply = engine.execute(Call(operation, request), 1.0)
    assert reply.status in (200, 400), (request, reply.payload)
    orjson.dumps(reply.payload)


def _ask(engine: Engine, text: str, random: Random) -> None:
    statement: dict[str, Any] = {"Statement": text}
    parameters = random.choice(PARAMETERS)
    if parameters:
        statement["Parameters"] = parameters
    _answer(
        engine, "ExecuteStatement", {**statement, "Limit": random.randint(1, 3), "ReturnConsumedCapacity": "INDEXES"}
    )
    several = [statement, {"Statement": random.choice(STATEMENTS)}]
    _answer(engine, "BatchExecuteStatement", {"Statements": several, "ReturnConsumedCapacity": "INDEXES"})
    _answer(engine, "ExecuteTransaction", {"TransactStatements": several, "ReturnConsumedCapacity": "INDEXES"})


def _damaged(text: str, random: Random) -> str:
    """A statement with some of its words dropped, doubled or replaced."""
    words = text.replace("(", " ( ").replace(")", " ) ").replace(",", " , ").replace("'", " ' ").split(" ")
    for _ in range(random.randint(1, 4)):
        at = random.randrange(len(words))
        words[at : at + random.randint(0, 1)] = random.choice(([], [random.choice(WORDS)], [random.choice(WORDS)] * 2))
        if not words:
            return ";"
    return random.choice((" ", " ", "")).join(words)


@pytest.mark.parametrize("seed", range(4))
def test_words_in_any_order(seed: int) -> None:
    random, engine = Random(seed), make_engine()
    for _ in range(150):
        _ask(engine, " ".join(random.choices(WORDS, k=random.randint(1, 25))), random)
    engine.check()


@pytest.mark.parametrize("seed", range(4))
def test_damaged_statements(seed: int) -> None:
    random, engine = Random(seed), make_engine()
    for _ in range(250):
        _ask(engine, _damaged(random.choice(STATEMENTS), random), random)
    engine.check()


def test_any_characters() -> None:
    random, engine = Random(0), make_engine()
    for _ in range(300):
        text = "".join(chr(random.choice((random.randrange(32, 127), random.randrange(1, 0xD7FF)))) for _ in range(20))
        _ask(engine, text, random)


@pytest.mark.parametrize("text", DEEP, ids=lambda text: text[:40])
def test_deep_and_long_texts(text: str) -> None:
    engine = make_engine()
    _answer(engine, "ExecuteStatement", {"Statement": text[:8192]})
    _answer(engine, "ExecuteTransaction", {"TransactStatements": [{"Statement": text[:8192]}]})


def test_any_token_is_answered() -> None:
    engine, random = make_engine(), Random(1)
    text = "SELECT * FROM ranged"
    good = engine.execute(Call("ExecuteStatement", {"Statement": text, "Limit": 1}), 1.0).payload["NextToken"]
    for _ in range(200):
        at = random.randrange(len(good))
        token = good[:at] + random.choice(("", "A", "=", "\N{SNOWMAN}", "!")) + good[at + 1 :]
        _answer(engine, "ExecuteStatement", {"Statement": text, "NextToken": token})

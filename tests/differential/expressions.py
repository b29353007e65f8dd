"""Expressions and legacy conditions, drawn: right ones, and ones with an operand or a name that does not fit.

Rule: an expression comes with its values as (text, values); `add` joins those of several expressions in one request.
"""

from __future__ import annotations

from collections.abc import Callable
from random import Random
from typing import Any

Value = Callable[[Random], dict[str, Any]]
Drawn = tuple[str, list[dict[str, Any]]]
_PATHS = (
    "s",
    "n",
    "l",
    "m",
    "ss",
    "ns",
    "b",
    "t",
    "#r",
    "l[0]",
    "m.a",
    "m.b",
    "l[1].a",
    "gone.x",
    "gone",
    "pk",
    "id",
    "m.#r",
)
_TYPES = ("S", "N", "B", "BOOL", "NULL", "SS", "NS", "BS", "L", "M")


def add(request: dict[str, Any], parts: dict[str, Drawn]) -> None:
    """The expressions in the request, values numbered through, and the names that they use."""
    values: dict[str, Any] = {}
    texts = ""
    for name, (text, given) in parts.items():
        for each in given:
            placeholder = f":v{len(values)}"
            values[placeholder] = each
            text = text.replace(":?", placeholder, 1)
        request[name] = text
        texts += text
    if values:
        request["ExpressionAttributeValues"] = values
    if "#r" in texts:
        request["ExpressionAttributeNames"] = {"#r": "size"}


def _path(draw: Random) -> str:
    return draw.choice(_PATHS)


def condition(draw: Random, value: Value, depth: int = 0) -> Drawn:
    """A condition of up to three levels."""
    if depth < 2 and draw.random() < 0.3:
        left, right = condition(draw, value, depth + 1), condition(draw, value, depth + 1)
        if draw.random() < 0.3:
            return f"NOT ({left[0]})", left[1]
        return f"({left[0]}) {draw.choice(('AND', 'OR'))} ({right[0]})", left[1] + right[1]
    path = _path(draw)
    kind = draw.randrange(12)
    if kind < 4:
        return f"{path} {draw.choice(('=', '<>', '<', '<=', '>', '>='))} :?", [value(draw)]
    if kind == 4:
        return f"{path} BETWEEN :? AND :?", [{"N": "0"}, {"N": "3"}] if draw.random() < 0.7 else [
            value(draw),
            value(draw),
        ]
    if kind == 5:
        values = [value(draw) for _ in range(draw.randint(1, 3))]
        return f"{path} IN ({', '.join(':?' for _ in values)})", values
    if kind == 6:
        return f"attribute_exists({path})", []
    if kind == 7:
        return f"attribute_not_exists({path})", []
    if kind == 8:
        return f"attribute_type({path}, :?)", [{"S": draw.choice((*_TYPES, "nope"))}]
    if kind == 9:
        return f"begins_with({path}, :?)", [draw.choice(({"S": "a"}, {"B": "AA=="}, value(draw)))]
    if kind == 10:
        return f"contains({path}, {draw.choice((':?', ':?', 's'))})".replace("s)", "s)"), [value(draw)]
    return f"size({path}) {draw.choice(('=', '>', '<'))} :?", [{"N": str(draw.randint(0, 3))}]


def update(draw: Random, value: Value) -> Drawn:
    """One to three clauses on distinct paths, now and then on overlapping ones."""
    paths = draw.sample(
        ["s", "n", "l[0]", "m.a", "t", "ss", "ns", "#r", "gk", "l[5]", "gone.x", "l", "pk"], draw.randint(1, 3)
    )
    clauses: dict[str, list[str]] = {}
    values: dict[str, list[dict[str, Any]]] = {}
    for path in paths:
        clause, text, given = _action(draw, path, value)
        clauses.setdefault(clause, []).append(text)
        values.setdefault(clause, []).extend(given)
    text = " ".join(f"{clause} {', '.join(actions)}" for clause, actions in clauses.items())
    return text, [each for clause in clauses for each in values[clause]]


def _action(draw: Random, path: str, value: Value) -> tuple[str, str, list[dict[str, Any]]]:
    kind = draw.randrange(9)
    one = {"N": draw.choice(("1", "-2.5", "1e2"))}
    if kind == 0:
        return "REMOVE", path, []
    if kind == 1:
        return "SET", f"{path} = {path} {draw.choice('+-')} :?", [one]
    if kind == 2:
        return "SET", f"{path} = if_not_exists({path}, :?) + :?", [one, one]
    if kind == 3:
        return "SET", f"{path} = list_append(if_not_exists({path}, :?), :?)", [{"L": []}, {"L": [value(draw)]}]
    if kind == 4:
        return "SET", f"{path} = {_path(draw)}", []
    if kind == 5:
        return "ADD", f"{path} :?", [draw.choice((one, {"SS": ["x", "a"]}, {"NS": ["1", "9"]}, value(draw)))]
    if kind == 6:
        return "DELETE", f"{path} :?", [draw.choice(({"SS": ["a", "b"]}, {"NS": ["1", "2"]}, value(draw)))]
    given = {"gk": {"S": draw.choice("gh")}, "n": {"N": "4"}}.get(path, value(draw))
    return "SET", f"{path} = :?", [given]


def projection(draw: Random) -> Drawn:
    """One to four paths."""
    return ", ".join(draw.sample(_PATHS, draw.randint(1, 4))), []


def key_condition(draw: Random, index: str | None) -> Drawn:
    """A condition on the key of the table or index; `keys` has no sort key."""
    partition, sort = {None: ("pk", "sk"), "local": ("pk", "n"), "global": ("gk", "n"), "keys": ("gk", "")}[index]
    text, values = f"{partition} = :?", [{"S": draw.choice("abcgh")}]
    kind = draw.randrange(4)
    if kind == 0 or not sort:
        return text, values
    low = draw.randint(-2, 3)
    if kind == 1:
        return f"{text} AND {sort} BETWEEN :? AND :?", [*values, {"N": str(low)}, {"N": str(low + draw.randint(-1, 3))}]
    return f"{text} AND {sort} {draw.choice(('=', '<', '<=', '>', '>='))} :?", [*values, {"N": str(low)}]


def key_conditions(draw: Random, index: str | None) -> dict[str, Any]:
    """The legacy form."""
    partition, sort = {None: ("pk", "sk"), "local": ("pk", "n"), "global": ("gk", "n"), "keys": ("gk", "")}[index]
    made = {partition: {"ComparisonOperator": "EQ", "AttributeValueList": [{"S": draw.choice("abcgh")}]}}
    if sort and draw.random() < 0.6:
        operator = draw.choice(("EQ", "LE", "LT", "GE", "GT", "BETWEEN"))
        count = 2 if operator == "BETWEEN" else 1
        values = [{"N": str(draw.randint(0, 1) + 3 * place)} for place in range(count)]
        made[sort] = {"ComparisonOperator": operator, "AttributeValueList": values}
    return made


def legacy(draw: Random, value: Value) -> dict[str, Any]:
    """One legacy condition; the count of its arguments is sometimes wrong."""
    operator = draw.choice(
        (
            "EQ",
            "NE",
            "LE",
            "LT",
            "GE",
            "GT",
            "NOT_NULL",
            "NULL",
            "CONTAINS",
            "NOT_CONTAINS",
            "BEGINS_WITH",
            "IN",
            "BETWEEN",
        )
    )
    count = {"NOT_NULL": 0, "NULL": 0, "BETWEEN": 2, "IN": 2}.get(operator, 1)
    if draw.random() < 0.1:
        count += 1
    made: dict[str, Any] = {"ComparisonOperator": operator}
    if count:
        made["AttributeValueList"] = [value(draw) for _ in range(count)]
    return made


def expected(draw: Random, value: Value) -> dict[str, Any]:
    """Expected, in its three forms."""
    forms = (legacy(draw, value), {"Exists": False}, {"Value": value(draw)})
    return {name: draw.choice(forms) for name in draw.sample(("s", "n", "gone", "t"), draw.randint(1, 2))}

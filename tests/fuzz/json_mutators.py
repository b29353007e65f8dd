"""Mutations of a request's JSON: its tree, its expressions, and its bytes.

Rule: a mutation is a function of (tree or bytes, draw); the same draw gives the same bytes. What Python cannot nest is
put in as text afterwards, in place of a marker.
"""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from random import Random
from typing import Any

from tests.fuzz.corpus import CORPUS

_DEPTHS = (20, 33, 64, 400, 1025, 5_000, 100_000)
_WRONG: tuple[Any, ...] = (
    None, True, False, 0, -1, 1, 2.5, -0.0, 1e308, 2**31, 2**53 + 1, 2**64, -(2**70), 10**40, "", " ", "a" * 300,
    "x" * 70_000, "\x00", "a\x00b", "\ud800", "\uffff", "😀" * 90, [], {}, [[]], [None], {"": ""}, [{}], {"S": "a"},
    {"N": "1"}, {"N": "NaN"}, {"N": "9" * 400}, {"N": "1e400"}, {"N": "1e99999999999999999999"}, {"N": "٣"},
    {"N": ""}, {"N": 5}, {"B": "not base64!"}, {"B": "AAA"}, {"B": ""}, {"SS": []}, {"SS": ["a", "a"]}, {"NS": ["1",
    "1.0"]},
    {"BS": ["AA==", "AA=="]}, {"SS": [1]}, {"L": {}}, {"M": []}, {"L": [{}]}, {"M": {"": {"S": ""}}}, {"NULL": False},
    {"NULL": "true"}, {"BOOL": "maybe"}, {"S": "a", "N": "1"}, {"S": None}, {"X": "a"}, "ALL_NEW", "INDEXES", "NONE",
    "things", "nope", "arn:aws:dynamodb:us-east-1:000000000000:table/things", "arn:", "arn:aws:dynamodb:::table/",
)  # fmt: skip
_FRAGMENTS = (
    "(", ")", "((((", "))))", " AND ", " OR ", " NOT ", "NOT NOT NOT ", " BETWEEN ", " IN (", "IN ()", ",", ",,",
    ".", "..", "[0]",
    "[-1]", "[99999999999999999999]", "[", "]", "#", ":", "#p", ":a", ":zz", "#zz", "=", "<>", "<=", "size(",
    "size(size(a))",
    "contains(a)", "attribute_exists(:a)", "begins_with(a,b,c)", "if_not_exists(a, :n)", "list_append(a, b)", "SET ",
    "REMOVE ",
    "ADD ", "DELETE ", "SET SET", "a", "ALL", "NULL", "é", "\x00", "\n", "'", "''", '"', "\\", "--", ";", "+", "-",
    "- -1", "1e999",
    "<<", ">>", "<<>>", "{", "}", "{'a':", "?", "??", "*", "SELECT ", "FROM ", "WHERE ", "VALUE ", "RETURNING ",
    "ORDER BY ", "IS ",
    "MISSING", "EXISTS(", "0x1F", "`1`", "@", "$", "%", "𝕏", "\u202e",
)  # fmt: skip
_DEEP_TEXTS: tuple[tuple[str, str, str], ...] = (
    ("(", "a = :a", ")"),
    ("NOT ", "a = :a", ""),
    ("a = :a AND ", "a = :a", ""),
    ("a = :a OR (", "a = :a", ")"),
    ("a.", "a", ""),
    ("", "a", "[0]"),
    ("size(", "a", ")"),
    ("SET a = if_not_exists(a, ", ":n", ")"),
    ("SET a = :n + ", ":n", ""),
    ("list_append(", "a", ", :l)"),
    ("SELECT * FROM things WHERE (", "pk = 'a'", ")"),
    ("-", "1", ""),
    ("[", "1", "]"),
    ("{'a': ", "1", "}"),
    ("<<", "1", ">>"),
    ("EXISTS(", "a", ")"),
    ("a IN (:a, ", ":a", ")"),
    (" ", "a", " "),
)
_MARK = "\u0001deep\u0001"
_EXPRESSIONS = ("Expression", "Statement")


def _places(node: Any, found: list[tuple[Any, Any]]) -> list[tuple[Any, Any]]:
    """Every (container, key) of a tree."""
    pairs = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
    for key, child in list(pairs):
        found.append((node, key))
        _places(child, found)
    return found


def _swap(holder: Any, key: Any, draw: Random) -> None:
    """Another value, more often than not of the same JSON type, which gets further into the server."""
    alike = [each for each in _WRONG if type(each) is type(holder[key])]
    holder[key] = copy.deepcopy(draw.choice(alike if alike and draw.random() < 0.7 else _WRONG))


def _drop(holder: Any, key: Any, draw: Random) -> None:
    del holder[key]


def _wrap(holder: Any, key: Any, draw: Random) -> None:
    for _ in range(draw.choice((1, 1, 2, 31, 32, 33, 63))):
        holder[key] = draw.choice(({"L": [holder[key]]}, {"M": {"a": holder[key]}}, [holder[key]], {"S": holder[key]}))


def _rename(holder: Any, key: Any, draw: Random) -> None:
    if isinstance(holder, dict):
        name = draw.choice(
            ("", "x", key.lower(), key + "s", "a" * 300, "\x00", ":a", "#p", "pk", "Item", "é", "x" * 70_000)
        )
        holder[name] = holder.pop(key)


def _repeat(holder: Any, key: Any, draw: Random) -> None:
    if isinstance(holder, list):
        holder.extend(copy.deepcopy(holder[key]) for _ in range(draw.choice((1, 2, 26, 101))))
    else:
        holder[f"{key}{draw.randrange(9)}"] = copy.deepcopy(holder[key])


def _splice(holder: Any, key: Any, draw: Random) -> None:
    """A part of another request in this place."""
    other = copy.deepcopy(draw.choice(CORPUS)[1])
    places = _places(other, [])
    if places:
        source, name = draw.choice(places)
        holder[key] = source[name]


def _merge(holder: Any, key: Any, draw: Random) -> None:
    """Members of another request beside these."""
    if isinstance(holder, dict):
        other = copy.deepcopy(draw.choice(CORPUS)[1])
        for name in other:
            if draw.random() < 0.5:
                holder.setdefault(name, other[name])


def _edit_text(holder: Any, key: Any, draw: Random) -> None:
    text = holder[key]
    if not isinstance(text, str):
        _swap(holder, key, draw)
        return
    place = draw.randrange(len(text) + 1)
    cut = draw.choice((0, 0, 1, 3, 10))
    holder[key] = text[:place] + draw.choice(_FRAGMENTS) + text[place + cut :]


def _deepen_text(holder: Any, key: Any, draw: Random) -> None:
    head, heart, tail = draw.choice(_DEEP_TEXTS)
    depth = draw.choice(_DEPTHS if draw.random() < 0.1 else _DEPTHS[:4])
    holder[key] = head * depth + heart + tail * depth


def _mark(holder: Any, key: Any, draw: Random) -> None:
    holder[key] = _MARK


TREE_MUTATORS: tuple[Callable[[Any, Any, Random], None], ...] = (
    _swap, _swap, _swap, _drop, _drop, _wrap, _rename, _repeat, _splice, _merge, _edit_text, _edit_text, _deepen_text,
    _mark,
)  # fmt: skip


def mutated(request: dict[str, Any], draw: Random) -> bytes:
    """A body: the request with one to four changes of its tree, and now and then of its bytes."""
    root = [copy.deepcopy(request)]
    for _ in range(draw.choice((1, 1, 1, 2, 2, 4))):
        places = _places(root, [])
        texts = [each for each in places if isinstance(each[1], str) and each[1].endswith(_EXPRESSIONS)]
        if texts and draw.random() < 0.35:
            draw.choice((_edit_text, _edit_text, _edit_text, _deepen_text))(*draw.choice(texts), draw)
        elif places:
            draw.choice(TREE_MUTATORS)(*draw.choice(places), draw)
    tree = root[0] if root else draw.choice(_WRONG)
    text = json.dumps(tree).replace(json.dumps(_MARK), _deep_json(draw))
    body = text.encode()
    return _with_wrong_bytes(body, draw) if draw.random() < 0.12 else body


def _deep_json(draw: Random) -> str:
    depth = draw.choice(_DEPTHS if draw.random() < 0.2 else _DEPTHS[:5])
    head, heart, tail = draw.choice(
        (
            ('{"L":[', '{"S":"a"}', "]}"),
            ('{"M":{"a":', '{"N":"1"}', "}}"),
            ("[", "", "]"),
            ('{"a":', "1", "}"),
            ("[", "1", ""),
        )
    )
    return head * depth + heart + tail * depth


def _with_wrong_bytes(body: bytes, draw: Random) -> bytes:
    place = draw.randrange(len(body) + 1)
    kind = draw.randrange(7)
    if kind == 0:
        return body[:place]
    if kind == 1:
        return (
            body[:place]
            + draw.choice((b"\xff", b"\xc3(", b"\xed\xa0\x80", b"\x00", b"\xf8\x88\x80\x80\x80"))
            + body[place:]
        )
    if kind == 2:
        return b"\xef\xbb\xbf" + body
    if kind == 3:
        return body + draw.choice((b"}", b"{}", b"\x00", b",", b" " * 1000, body))
    if kind == 4:
        return body.replace(b"{", b'{"TableName":"things",', 2)
    if kind == 5:
        return body.decode("utf-8", "replace").encode(draw.choice(("utf-16", "utf-32")))
    return body[:place] + bytes([draw.randrange(256)]) + body[place + 1 :]

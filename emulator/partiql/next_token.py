"""NextToken: where a SELECT goes on, sealed against other statements and parameters.

Rule: the statement's text must be the same to the character; parameters are compared by value, numbers with their
scale, sets without order; a list or a map among them equals nothing, so its token is always refused (recorded 2026).
What cannot be unsealed is unreadable.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Sequence
from decimal import Decimal
from hashlib import blake2b
from typing import Any, NamedTuple

import orjson

from dynarig.emulator.model import errors
from dynarig.emulator.model.errors import DynamoDBError
from dynarig.emulator.model.findings import ValueFindings
from dynarig.emulator.model.values import Item, Value, binary
from dynarig.emulator.model.walk import walk_value

UNREADABLE = "Invalid NextToken"
MISMATCH = "NextToken does not match request"
_SEAL_BYTES = 12
_KEY = b"partiql"


class Position(NamedTuple):
    """Which range is read, and the key behind which to go on in it; None for its beginning."""

    range: int
    key: Item | None


def _digest(content: bytes) -> bytes:
    return blake2b(content, digest_size=_SEAL_BYTES, key=_KEY).digest()


def _identity(statement: str, parameters: Sequence[Any]) -> str | None:
    """What tells a request from others; None for one that equals not even itself. parameters: as sent."""
    parts = [_parameter(value) for value in parameters]
    if None in parts:
        return None
    return _digest(orjson.dumps([statement, parts])).hex()


def _parameter(value: Any) -> list[Any] | None:
    ((tag, content),) = ((tag, content) for tag, content in value.items() if content is not None)
    if tag in ("L", "M"):
        return None
    if tag == "N":
        sign, digits, exponent = Decimal(content).as_tuple()
        unscaled = int("".join(map(str, digits)))
        return [tag, str(-unscaled if sign else unscaled), exponent]
    normal: Value = walk_value({tag: content}, ValueFindings())[0]
    return [tag, normal[tag]]


def seal(position: Position, statement: str, parameters: Sequence[Any]) -> str:
    """The token of a position. parameters: as sent."""
    content = orjson.dumps([_identity(statement, parameters), position.range, position.key])
    return b64encode(_digest(content) + content).decode("ascii")


def unseal(token: str, statement: str, parameters: Sequence[Any]) -> Position:
    """The position of a token. Raises ValidationException."""
    try:
        sealed = binary(token)
    except ValueError:
        raise _unreadable() from None
    content = sealed[_SEAL_BYTES:]
    if not content or _digest(content) != sealed[:_SEAL_BYTES]:
        raise _unreadable()
    identity, at, key = orjson.loads(content)
    if identity is None or identity != _identity(statement, parameters):
        raise errors.validation(MISMATCH)
    return Position(at, key)


def _unreadable() -> DynamoDBError:
    return errors.validation(UNREADABLE)

"""Requests to JSON bytes, and answers back to a dict or the error they stand for.

Rule: pure; the one place of the backends that knows how DynamoDB spells an error. It must not know how bytes travel.
"""

from __future__ import annotations

from typing import Any

import orjson

from dynarig.emulator.model.errors import DynamoDBError
from dynarig.workloads.backends.base import BackendError

_MESSAGE_CUT = 200


def encode(request: dict[str, Any]) -> bytes:
    """The body of a request. Raises BackendError where it holds what JSON cannot carry."""
    try:
        return orjson.dumps(request)
    except TypeError as error:
        raise BackendError(f"the request is not JSON: {error}") from None


def decode(status: int, body: bytes) -> dict[str, Any]:
    """The answer in `body`. Raises DynamoDBError for an error of the service, BackendError for what is not one."""
    try:
        answer = orjson.loads(body) if body else {}
    except orjson.JSONDecodeError:
        answer = None
    if status == 200 and isinstance(answer, dict):
        return answer
    raise error_of(status, answer, body)


def error_of(status: int, answer: Any, body: bytes = b"") -> Exception:
    """The DynamoDBError that an error body stands for, or a BackendError where the body is not DynamoDB's.

    A failing server's page of status 500 and above counts as InternalServerError: a run records it and goes on.
    """
    kind = answer.get("__type") if isinstance(answer, dict) else None
    if not isinstance(kind, str):
        if status >= 500:
            return DynamoDBError("InternalServerError", _glimpse(body), status=status)
        return BackendError(f"answer {status} is not DynamoDB's: {_glimpse(body)}")
    members = {name: value for name, value in answer.items() if name not in ("__type", "message", "Message")}
    message = answer.get("message", answer.get("Message"))
    return DynamoDBError(kind.rpartition("#")[2], message, status=status, members=members or None)


def _glimpse(body: bytes) -> str:
    text = " ".join(body.decode("utf-8", "replace").split())
    return text[:_MESSAGE_CUT] or "an empty body"

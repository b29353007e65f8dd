"""botocore's side of the embedded emulator: which use a call goes to, and the hooks that bring it there.

While at least one use is entered, two of botocore's methods are wrapped. `Endpoint.make_request` puts a handler for
`before-send`, botocore's own event for answering without a network, first on the client's emitter: so clients made
long before are answered too, and ahead of other mocks. `RequestSigner.sign` writes the namespace in place of a
signature that nobody would check. Both do nothing for other services. And the pure function that cleans each word of
the user agent, a sixth of a call's cost, is cached. botocore is imported when the first use is entered.

Must not know: DynamoDB's rules.
"""

from __future__ import annotations

import os
import re
import sys
import threading
import zlib
from contextvars import ContextVar
from functools import lru_cache
from typing import Any, Protocol
from uuid import uuid4

import orjson

from dynarig.emulator.http.credentials import Credentials
from dynarig.emulator.model import errors
from dynarig.emulator.model.call import Call, Reply
from dynarig.emulator.settings import Settings

_ENDPOINT_PREFIXES = frozenset({"dynamodb", "streams.dynamodb"})
_EVENTS = ("before-send.dynamodb", "before-send.dynamodb-streams")
_SIGNING_NAME = "dynamodb"
_STAND_INS = {"AWS_ACCESS_KEY_ID": "dynarig", "AWS_SECRET_ACCESS_KEY": "dynarig", "AWS_DEFAULT_REGION": "us-east-1"}
_SANITIZE = "sanitize_user_agent_string_component"
_SANITIZED_MAX = 1024
_MARK = "_dynarig_hooked"
_CREDENTIAL = re.compile(r"Credential=([^, ]*)")


class Use(Protocol):
    """What answers calls."""

    settings: Settings

    def execute(self, call: Call) -> Reply:
        """Answers one call."""
        ...


_lock = threading.Lock()
_entered: list[Use] = []  # in the order of entering, whole process
_own: ContextVar[tuple[Use, ...]] = ContextVar("dynarig_uses", default=())
_undo: list[Any] = []  # what the last leave runs, last first


def enter(use: Use) -> None:
    """Makes `use` answer, until it leaves."""
    with _lock:
        if not _entered:
            _install()
        _entered.append(use)
    _own.set((*_own.get(), use))


def leave(use: Use) -> None:
    """Ends `use`; the last one to leave takes the hooks and the environment's stand-ins with it."""
    _own.set(tuple(each for each in _own.get() if each is not use))
    with _lock:
        _entered[:] = [each for each in _entered if each is not use]
        if not _entered:
            while _undo:
                _undo.pop()()


def current() -> Use | None:
    """The use that a call made here and now goes to."""
    entered = _entered
    for use in reversed(_own.get()):
        if any(each is use for each in entered):
            return use
    return entered[-1] if entered else None


def _install() -> None:
    from botocore import useragent
    from botocore.endpoint import Endpoint
    from botocore.signers import RequestSigner

    _set_stand_ins()
    make_request, sign = Endpoint.make_request, RequestSigner.sign

    def make_request_hooked(self: Any, operation_model: Any, request_dict: Any) -> Any:
        if self._endpoint_prefix in _ENDPOINT_PREFIXES and not hasattr(self, _MARK):
            setattr(self, _MARK, True)
            for event in _EVENTS:
                self._event_emitter.register_first(event, _answer)
        return make_request(self, operation_model, request_dict)

    def sign_hooked(self: Any, operation_name: Any, request: Any, *rest: Any, **named: Any) -> Any:
        if rest or named or self._signing_name != _SIGNING_NAME or current() is None:
            return sign(self, operation_name, request, *rest, **named)
        # A refreshable credential's key is read as it was last seen: asking for it could go to the network.
        held = vars(self._credentials) if self._credentials is not None else {}
        key = held.get("access_key") or held.get("_access_key") or "dynarig"
        region = request.context.get("signing", {}).get("region") or self._region_name
        request.headers["Authorization"] = f"AWS4-HMAC-SHA256 Credential={key}/-/{region}/dynamodb/aws4_request"
        return None

    sanitize = getattr(useragent, _SANITIZE, None)
    if sanitize is not None:
        _replace(useragent, _SANITIZE, lru_cache(_SANITIZED_MAX)(sanitize))
    _replace(Endpoint, "make_request", make_request_hooked)
    _replace(RequestSigner, "sign", sign_hooked)


def _replace(owner: Any, name: str, value: Any) -> None:
    before = getattr(owner, name)
    setattr(owner, name, value)
    _undo.append(lambda: setattr(owner, name, before))


def _set_stand_ins() -> None:
    """Credentials and region, where the environment names none; boto3's default session is kept out of it."""
    named = "AWS_ACCESS_KEY_ID" in os.environ or "AWS_PROFILE" in os.environ
    for name, value in _STAND_INS.items():
        if name in os.environ or (named and name != "AWS_DEFAULT_REGION"):
            continue
        os.environ[name] = value
        _undo.append(lambda name=name: os.environ.pop(name, None))
    if not named:
        _swap_default_session()


_kept_session: Any = None


def _swap_default_session() -> None:
    """A default session that has read the stand-ins must not outlive them; it is kept for the next use, being slow to
    make."""
    boto3 = sys.modules.get("boto3")
    before = getattr(boto3, "DEFAULT_SESSION", None)
    if boto3 is not None:
        boto3.DEFAULT_SESSION = _kept_session  # type: ignore[attr-defined]

    def restore() -> None:
        global _kept_session
        imported = sys.modules.get("boto3")
        if imported is not None:
            _kept_session = imported.DEFAULT_SESSION
            imported.DEFAULT_SESSION = before  # type: ignore[attr-defined]

    _undo.append(restore)


def _answer(request: Any, **_: Any) -> Any:
    """The handler: botocore's response, or None where no use is entered, so that the request goes its way."""
    use = current()
    return None if use is None else _respond(use, request)


def _respond(use: Use, request: Any) -> Any:
    from botocore.awsrequest import AWSResponse

    target = request.headers["X-Amz-Target"]
    service, _, operation = (target.decode() if isinstance(target, bytes) else target).partition(".")
    try:
        decoded = orjson.loads(request.body or b"")
    except orjson.JSONDecodeError:
        error = errors.serialization()
        reply = Reply(error.status, error.body(), error.code)
    else:
        account, region = _namespace(use, request)
        reply = use.execute(Call(operation, decoded, service, account, region))
    body = orjson.dumps(reply.payload)
    headers = {
        "Content-Type": "application/x-amz-json-1.0",
        "Content-Length": str(len(body)),
        "x-amzn-RequestId": uuid4().hex.upper().ljust(52, "0"),
        "x-amz-crc32": str(zlib.crc32(body)),
    }
    return AWSResponse(request.url, reply.status, headers, _Body(body))


def _namespace(use: Use, request: Any) -> tuple[str, str]:
    text = request.headers.get("Authorization", "")
    found = _CREDENTIAL.search(text.decode("latin-1") if isinstance(text, bytes) else text)
    return Credentials(use.settings.default_region, shared=use.settings.shared_db).named(found[1] if found else "")


class _Body:
    """The little of urllib3's response that botocore reads."""

    __slots__ = ("_data",)

    def __init__(self, data: bytes) -> None:
        self._data = data

    def stream(self, *_: Any, **__: Any) -> list[bytes]:
        return [self._data]

    def read(self, *_: Any, **__: Any) -> bytes:
        data, self._data = self._data, b""
        return data

"""botocore's side of the embedded emulator: which use a call goes to, and the hooks that bring it there.

While at least one use is entered, two of botocore's methods are wrapped. `Endpoint.make_request` gives the endpoint an
emitter of ours (see emitters), so clients made long before are answered too; aiobotocore's endpoints inherit it.
`RequestSigner.sign` writes the namespace in place of a signature that nobody would check. Both do nothing for other
services. And the pure function that cleans each word of the user agent, a sixth of a call's cost, is cached. botocore
is imported when the first use is entered, aiobotocore never, unless its user has done so.

Must not know: DynamoDB's rules.
"""

from __future__ import annotations

import inspect
import os
import sys
import threading
from collections.abc import Callable
from contextvars import ContextVar
from functools import lru_cache
from typing import Any

from dynarig.emulator.emitters import AsyncEmitter, Emitter, Use

_ENDPOINT_PREFIXES = frozenset({"dynamodb", "streams.dynamodb"})
_SIGNING_NAME = "dynamodb"
_STAND_INS = {"AWS_ACCESS_KEY_ID": "dynarig", "AWS_SECRET_ACCESS_KEY": "dynarig", "AWS_DEFAULT_REGION": "us-east-1"}
_SANITIZE = "sanitize_user_agent_string_component"
_SANITIZED_MAX = 1024
_MARK = "_dynarig_hooked"

_lock = threading.RLock()
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
    make_request = Endpoint.make_request

    def make_request_hooked(self: Any, operation_model: Any, request_dict: Any) -> Any:
        if self._endpoint_prefix in _ENDPOINT_PREFIXES and not isinstance(self._event_emitter, Emitter):
            self._event_emitter = _emitter_of(self)
        return make_request(self, operation_model, request_dict)

    sanitize = getattr(useragent, _SANITIZE, None)
    if sanitize is not None:
        _replace(useragent, _SANITIZE, lru_cache(_SANITIZED_MAX)(sanitize))
    _replace(Endpoint, "make_request", make_request_hooked)
    _replace(RequestSigner, "sign", _signing_of(RequestSigner.sign))
    if "aiobotocore.signers" in sys.modules:
        _hook_async_signer()


def _emitter_of(endpoint: Any) -> Emitter:
    if not inspect.iscoroutinefunction(type(endpoint)._send_request):
        return Emitter(endpoint._event_emitter, current)
    _hook_async_signer()
    return AsyncEmitter(endpoint._event_emitter, current)


def _signing_of(sign: Callable[..., Any]) -> Callable[..., Any]:
    """botocore's method, but for calls that a use answers."""

    def sign_hooked(self: Any, operation_name: Any, request: Any, *rest: Any, **named: Any) -> Any:
        if rest or named or self._signing_name != _SIGNING_NAME or current() is None:
            return sign(self, operation_name, request, *rest, **named)
        return _write_namespace(self, request)

    return sign_hooked


def _hook_async_signer() -> None:
    """Once, as soon as aiobotocore is there: its signer has a method of its own."""
    from aiobotocore.signers import AioRequestSigner

    sign = AioRequestSigner.sign
    if hasattr(sign, _MARK):
        return

    async def sign_hooked(self: Any, operation_name: Any, request: Any, *rest: Any, **named: Any) -> Any:
        if rest or named or self._signing_name != _SIGNING_NAME or current() is None:
            return await sign(self, operation_name, request, *rest, **named)
        return _write_namespace(self, request)

    setattr(sign_hooked, _MARK, True)
    with _lock:
        if _undo and AioRequestSigner.sign is sign:
            _replace(AioRequestSigner, "sign", sign_hooked)


def _write_namespace(signer: Any, request: Any) -> None:
    # A refreshable credential's key is read as it was last seen: asking for it could go to the network.
    held = vars(signer._credentials) if signer._credentials is not None else {}
    key = held.get("access_key") or held.get("_access_key") or "dynarig"
    region = request.context.get("signing", {}).get("region") or signer._region_name
    request.headers["Authorization"] = f"AWS4-HMAC-SHA256 Credential={key}/-/{region}/dynamodb/aws4_request"


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


_kept: tuple[int, Any] = (0, None)  # the last use's default session, and of how many of botocore's handlers it was made


def _swap_default_session() -> None:
    """A default session that has read the stand-ins must not outlive them; it is kept for the next use, being slow to
    make, unless another library has since added to the handlers that botocore gives a new one."""
    from botocore.handlers import BUILTIN_HANDLERS

    boto3 = sys.modules.get("boto3")
    before = getattr(boto3, "DEFAULT_SESSION", None)
    count = len(BUILTIN_HANDLERS)
    if boto3 is not None:
        boto3.DEFAULT_SESSION = _kept[1] if _kept[0] == count else None  # type: ignore[attr-defined]

    def restore() -> None:
        global _kept
        imported = sys.modules.get("boto3")
        if imported is not None:
            _kept = (count, imported.DEFAULT_SESSION) if len(BUILTIN_HANDLERS) == count else (0, None)
            imported.DEFAULT_SESSION = before  # type: ignore[attr-defined]

    _undo.append(restore)

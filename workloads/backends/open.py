"""From a name or URL to an open backend.

Rule: the one list of backends by name. Modules are imported when asked for: moto alone costs half a second.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from dynarig.workloads.backends.base import DEFAULT_REGION, Backend, BackendError
from dynarig.workloads.backends.endpoint import EndpointBackend

_MIRROR = "mirror:"


def _embedded(region: str, options: dict[str, Any]) -> Backend:
    from dynarig.workloads.backends.embedded import EmbeddedBackend

    return EmbeddedBackend(region, **options)


def _moto(region: str, options: dict[str, Any]) -> Backend:
    from dynarig.workloads.backends.moto import MotoBackend

    return MotoBackend(region, **options)


def _moto_server(region: str, options: dict[str, Any]) -> Backend:
    from dynarig.workloads.backends.moto import MotoServerBackend

    return MotoServerBackend(region, **options)


def _dynamodb_local(region: str, options: dict[str, Any]) -> Backend:
    from dynarig.workloads.backends.dynamodb_local import DynamoDBLocalBackend

    return DynamoDBLocalBackend(region, **options)


def _endpoint(url: str, region: str, options: dict[str, Any]) -> Backend:
    from dynarig.workloads.backends.endpoint import EndpointBackend

    return EndpointBackend(url, region, **options)


def _aws(region: str, options: dict[str, Any]) -> Backend:
    return _endpoint(f"https://dynamodb.{region}.amazonaws.com", region, options)


# Those that are a server of their own, started and stopped with the backend.
SERVER_NAMES = ("dynamodb-local", "moto-server")

_MAKERS: dict[str, Callable[[str, dict[str, Any]], Backend]] = {
    "aws": _aws,
    "dynamodb-local": _dynamodb_local,
    "embedded": _embedded,
    "moto": _moto,
    "moto-server": _moto_server,
}
BACKEND_NAMES = tuple(_MAKERS)


def open_backend(name_or_url: str, region: str = DEFAULT_REGION, **options: Any) -> Backend:
    """An open backend; use it in a ``with`` statement, or close it.

    name_or_url: one of BACKEND_NAMES, an ``http(s)://host:port``, or ``mirror:LEFT,RIGHT`` of two such. options: what
    that backend's class takes further. Raises BackendError in one line.
    """
    return _made(name_or_url, region, options).open()


def open_server(name: str) -> EndpointBackend:
    """One of SERVER_NAMES, started. Raises BackendError in one line."""
    server = open_backend(name)
    if not isinstance(server, EndpointBackend):
        raise BackendError(f"{name} is no server: expected {', '.join(SERVER_NAMES)}")
    return server


def _made(name_or_url: str, region: str, options: dict[str, Any]) -> Backend:
    if name_or_url.startswith(_MIRROR):
        return _mirror(name_or_url.removeprefix(_MIRROR), region, options)
    try:
        if "://" in name_or_url:
            return _endpoint(name_or_url, region, options)
        maker = _MAKERS.get(name_or_url)
        if maker is not None:
            return maker(region, options)
    except TypeError as error:
        raise BackendError(f"backend {name_or_url!r} does not take these options: {error}") from None
    known = ", ".join(BACKEND_NAMES)
    raise BackendError(f"unknown backend {name_or_url!r}: expected {known}, {_MIRROR}LEFT,RIGHT or http://host:port")


def _mirror(pair: str, region: str, options: dict[str, Any]) -> Backend:
    from dynarig.workloads.backends.mirror import MirrorBackend

    names = [name.strip() for name in pair.split(",")]
    if len(names) != 2 or any(not name or name.startswith(_MIRROR) for name in names):
        raise BackendError(f"a mirror needs two backends, {_MIRROR}LEFT,RIGHT; got {pair!r}")
    left, right = (_made(name, region, {}) for name in names)
    return MirrorBackend(left, right, **options)

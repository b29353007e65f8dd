"""Questions to a server beside DynamoDB's API: is somebody there, and what it tells under `/_dynarig/`.

Rule: None means that this server has no such route (another emulator, AWS); a server that is not there at all is a
BackendError that names the URL. Plain HTTP, seldom used: nothing here is fast.
"""

from __future__ import annotations

import http.client
import json
import socket
from typing import Any
from urllib.parse import urlsplit

from dynarig.workloads.backends.base import BackendError

_TIMEOUT_SECONDS = 5.0
_PORTS = {"http": 80, "https": 443}


def reach(url: str) -> None:
    """Raise BackendError, with the URL and a way out, unless something listens there."""
    host, port = _address(url)
    try:
        socket.create_connection((host, port), timeout=_TIMEOUT_SECONDS).close()
    except OSError as fault:
        reason = fault.strerror or str(fault) or type(fault).__name__
        raise BackendError(f"nothing answers at {url} ({reason}). Start a server with `dynarig serve`") from None


def ask(url: str, path: str, method: str = "GET", body: dict[str, Any] | None = None) -> dict[str, Any] | None:
    """The JSON of a route; None where the server does not know it or what it is told, or is not there."""
    host, port = _address(url)
    kind = http.client.HTTPSConnection if url.startswith("https:") else http.client.HTTPConnection
    link = kind(host, port, timeout=_TIMEOUT_SECONDS)
    try:
        link.request(method, path, None if body is None else json.dumps(body))
        answer = link.getresponse()
        read = answer.read()
        if answer.status != http.client.OK:
            return None
        told = json.loads(read)
    except (OSError, http.client.HTTPException, ValueError):
        return None
    finally:
        link.close()
    return told if isinstance(told, dict) else None


def _address(url: str) -> tuple[str, int]:
    try:
        parts = urlsplit(url)
        port = parts.port or _PORTS.get(parts.scheme, 0)
    except ValueError:
        port = 0
    if not port or not parts.hostname:
        raise BackendError(f"an endpoint is a URL such as http://127.0.0.1:8000, not {url!r}")
    return parts.hostname, port

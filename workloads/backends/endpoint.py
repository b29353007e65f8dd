"""A backend at a URL: ours, DynamoDB Local, ScyllaDB Alternator, ExtendDB, or AWS itself.

Rule: one signed POST per call over kept-alive connections, from any number of plain threads; nothing is retried, so
that throttles and failures are seen as they are. Must not know how a server is started.

boto3 costs about 1.5 ms of processor time a call; urllib3 with a cached signing key a fifth of that, which is what
lets one process seed 100,000 items in seconds.
"""

from __future__ import annotations

import time
from typing import Any, Self
from urllib.parse import urlsplit

import orjson
import urllib3

from dynarig.workloads.backends import wire
from dynarig.workloads.backends.base import (
    DEFAULT_REGION,
    FEATURES,
    STREAMS_OPERATIONS,
    Backend,
    BackendError,
    BackendUnreachable,
    local_credentials,
    target_of,
    without,
)
from dynarig.workloads.signing import Credentials, Signer

_CONNECTIONS = 64
_TIMEOUT = urllib3.Timeout(connect=5.0, read=65.0)
_AWS_DOMAINS = (".amazonaws.com", ".amazonaws.com.cn", ".api.aws")

# What can be relied on behind a URL that does not tell what it is.
_UNKNOWN = frozenset({"partiql", "transactions"})


class EndpointBackend(Backend):
    """Calls a DynamoDB endpoint.

    url: ``http://127.0.0.1:8000``. credentials: a key pair; without it the environment's, or for AWS what botocore
    finds. supports: what is known of the server; without it the server is asked when opened.
    """

    name = "endpoint"

    def __init__(
        self,
        url: str,
        region: str = DEFAULT_REGION,
        *,
        credentials: Credentials | None = None,
        supports: frozenset[str] | None = None,
    ) -> None:
        super().__init__(region)
        self.url = checked_url(url)
        self.name = self.url
        self._given_supports = supports
        self.supports = _UNKNOWN if supports is None else supports
        self._given_credentials = credentials
        self._items: _Door | None = None
        self._streams: _Door | None = None

    def open(self) -> Self:
        """Connect once, so that a wrong address is told at once. Raises BackendUnreachable."""
        if self._items is None:
            credentials = self._credentials()
            self._items = self._streams = _Door(self.url, credentials, self.region)
            if self._is_aws:
                # The service keeps streams on a host of their own; nothing else does.
                self._streams = _Door(self.url.replace("://", "://streams."), credentials, self.region)
            try:
                self._learn(self._items)
            except BaseException:
                self.close()
                raise
        return self

    def close(self) -> None:
        """Close every connection."""
        if self._items is not None and self._streams is not None:
            self._items.pool.close()
            self._streams.pool.close()
            self._items = self._streams = None

    def in_region(self, region: str) -> Backend:
        """A backend of the same URL that signs for another region."""
        url = self.url.replace(f".{self.region}.", f".{region}.") if self._is_aws else self.url
        return EndpointBackend(url, region, credentials=self._given_credentials, supports=self._given_supports).open()

    def call(self, operation: str, request: dict[str, Any]) -> dict[str, Any]:
        """One signed POST. Raises DynamoDBError, BackendUnreachable or BackendError."""
        door = self._streams if operation in STREAMS_OPERATIONS else self._items
        if door is None:
            raise BackendError(f"{self.name} is not open")
        body = wire.encode(request)
        headers = door.signer.headers(target_of(operation), body, time.time())
        try:
            answer = door.pool.urlopen("POST", "/", body=body, headers=headers)
        except urllib3.exceptions.HTTPError as error:
            raise BackendUnreachable(f"{self.url} does not answer {operation}: {_cause(error)}") from None
        return wire.decode(answer.status, answer.data)

    @property
    def process_id(self) -> int | None:
        """Of the server's process, where this backend has started one here."""
        return None

    @property
    def _is_aws(self) -> bool:
        return is_aws(urlsplit(self.url).netloc)

    def _credentials(self) -> Credentials:
        if self._given_credentials is not None:
            return self._given_credentials
        return _aws_credentials() if self._is_aws else local_credentials()

    def _learn(self, door: _Door) -> None:
        """Ask for our own health page; any answer proves the address, ours tells what is behind it."""
        if self._is_aws:
            if self._given_supports is None:
                self.supports = without("admin", "clock")
            return
        try:
            answer = door.pool.urlopen("GET", "/_dynarig/health")
        except urllib3.exceptions.HTTPError as error:
            raise BackendUnreachable(f"nothing answers at {self.url}: {_cause(error)}") from None
        if self._given_supports is None and answer.status == 200:
            self.supports = _told_supports(answer.data)


class _Door:
    """Connections to one host, and the signer of what goes through them."""

    __slots__ = ("pool", "signer")

    def __init__(self, url: str, credentials: Credentials, region: str) -> None:
        self.pool = urllib3.connection_from_url(url, maxsize=_CONNECTIONS, block=False, retries=False, timeout=_TIMEOUT)
        self.signer = Signer(credentials, region, urlsplit(url).netloc)


def checked_url(url: str) -> str:
    """`url` without a trailing slash. Raises BackendError where it is not an http or https address."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise BackendError(f"not an endpoint URL: {url!r} ({error})") from None
    if parts.scheme not in ("http", "https") or not parts.hostname or port == 0:
        raise BackendError(f"not an endpoint URL: {url!r} (expected http://host:port)")
    if parts.path not in ("", "/") or parts.query:
        raise BackendError(f"not an endpoint URL: {url!r} (DynamoDB has no path or query)")
    return f"{parts.scheme}://{parts.netloc}"


def is_aws(host: str) -> bool:
    """Whether a host is the service's own."""
    return host.partition(":")[0].endswith(_AWS_DOMAINS)


def _told_supports(body: bytes) -> frozenset[str]:
    """The features that a health page lists, or without a list those of the emulator as it is here."""
    try:
        page = orjson.loads(body)
    except orjson.JSONDecodeError:
        return _UNKNOWN
    listed = page.get("supports") if isinstance(page, dict) else None
    if isinstance(listed, list):
        return frozenset(FEATURES) & frozenset(listed)
    from dynarig.workloads.backends.embedded import EMULATOR_SUPPORTS

    return EMULATOR_SUPPORTS


def _aws_credentials() -> Credentials:
    import botocore.session

    found = botocore.session.get_session().get_credentials()
    if found is None:
        raise BackendError("no AWS credentials found: set a profile, a role or AWS_ACCESS_KEY_ID")
    frozen = found.get_frozen_credentials()
    return Credentials(frozen.access_key, frozen.secret_key, frozen.token)


def _cause(error: Exception) -> str:
    """The last words of urllib3's nested texts: ``Connection refused`` out of five layers."""
    inner: object = error
    while isinstance(inner, Exception):
        error = inner
        inner = getattr(error, "reason", None) or next((one for one in error.args if isinstance(one, Exception)), None)
    text = str(error)
    return text.rpartition("] ")[2].rpartition(": ")[2].strip("'\")(") or type(error).__name__

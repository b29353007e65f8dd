"""Clients for load: one method, `call(operation, request) -> dict`.

Rule: an answer of the service that is not a success is raised as `DynamoDBError` with the service's code; no answer at
all is `NoAnswer`. Nothing is retried: a retry would hide the very thing that a load test wants to see, and a write
that was sent may have been done; where boto3 is told to retry, its retries are counted. Knows nothing of tables,
schedules or Locust.

`LeanClient` costs about a tenth of boto3's CPU a call. It writes its own request bytes and leaves sockets and HTTP
parsing (in C) to geventhttpclient.
"""

from __future__ import annotations

import os
import time
from typing import Any, Protocol
from urllib.parse import urlsplit

from geventhttpclient.connectionpool import ConnectionPool, SSLConnectionPool
from geventhttpclient.response import HTTPParseError, HTTPSocketPoolResponse

from dynarig.emulator.model.errors import DynamoDBError
from dynarig.workloads.backends import wire
from dynarig.workloads.backends.base import DEFAULT_REGION, NoAnswer, local_credentials, target_of
from dynarig.workloads.signing import Signer

CLIENTS = ("lean", "boto3")
_BLOCK_BYTES = 65_536
_CONNECT_SECONDS = 5.0


class Client(Protocol):
    """What scenarios and loaders need of an endpoint."""

    def call(self, operation: str, request: dict[str, Any]) -> dict[str, Any]: ...

    def close(self) -> None: ...


def connect(
    kind: str,
    endpoint: str,
    connections: int,
    timeout_seconds: float = 30.0,
    region: str | None = None,
    attempts: int = 1,
) -> Client:
    """The client named `kind` for the URL `endpoint`, with at most `connections` sockets. ValueError for a bad URL.

    region: of the signature; without it the environment's. attempts: of boto3 for one call, its retries included.
    """
    if kind == "boto3":
        return Boto3Client(endpoint, connections, timeout_seconds, region, attempts)
    return LeanClient(endpoint, connections, timeout_seconds, region)


class LeanClient:
    """SigV4 over kept connections; safe to share among the greenlets of a process."""

    def __init__(
        self, endpoint: str, connections: int = 1, timeout_seconds: float = 30.0, region: str | None = None
    ) -> None:
        address = urlsplit(endpoint)
        if address.scheme not in ("http", "https") or not address.hostname:
            raise ValueError(f"an endpoint is a URL such as http://127.0.0.1:8000, not {endpoint!r}")
        secure = address.scheme == "https"
        port = address.port or (443 if secure else 80)
        pool = SSLConnectionPool if secure else ConnectionPool
        self._pool = pool(
            address.hostname,
            port,
            address.hostname,
            port,
            size=connections,
            connection_timeout=_CONNECT_SECONDS,
            network_timeout=timeout_seconds,
        )
        self._signer = signer_of(endpoint, region)

    def call(self, operation: str, request: dict[str, Any]) -> dict[str, Any]:
        """Send one request; its answer as a dict. DynamoDBError, NoAnswer, BackendError for what is not DynamoDB's."""
        body = wire.encode(request)
        try:
            status, answer = self._exchange(self._signer.message(target_of(operation), body, time.time()))
        except TimeoutError as fault:
            raise NoAnswer("Timeout", str(fault) or "no answer in time") from fault
        except (OSError, HTTPParseError, RuntimeError) as fault:
            raise NoAnswer("ConnectionError", str(fault) or type(fault).__name__) from fault
        return wire.decode(status, answer)

    def close(self) -> None:
        """Close idle connections."""
        self._pool.close()

    def _exchange(self, message: bytes) -> tuple[int, bytes]:
        socket = self._pool.get_socket()
        try:
            socket.sendall(message)
        except BaseException:
            self._pool.release_socket(socket)
            raise
        # From here the response owns the socket and gives it back to the pool, or closes it.
        response = HTTPSocketPoolResponse(socket, self._pool, block_size=_BLOCK_BYTES, method="POST")
        return response.get_code(), response.read()


class Boto3Client:
    """The same calls through boto3, for what an application would feel. botocore's own retries are off, or counted.

    last_retries: of the call that has just returned or raised, for whoever looks before another greenlet runs.
    """

    def __init__(
        self,
        endpoint: str,
        connections: int = 1,
        timeout_seconds: float = 30.0,
        region: str | None = None,
        attempts: int = 1,
    ) -> None:
        # boto3 takes 0.3 s to import; only those who ask for it pay.
        import boto3
        from botocore.config import Config

        self.last_retries = 0
        credentials = local_credentials()
        self._client = boto3.client(
            "dynamodb",
            endpoint_url=endpoint,
            region_name=region or region_of_environment(),
            aws_access_key_id=credentials.access_key,
            aws_secret_access_key=credentials.secret_key,
            aws_session_token=credentials.session_token,
            config=Config(
                retries={"total_max_attempts": attempts, "mode": "standard"},
                max_pool_connections=connections,
                connect_timeout=_CONNECT_SECONDS,
                read_timeout=timeout_seconds,
            ),
        )

    def call(self, operation: str, request: dict[str, Any]) -> dict[str, Any]:
        """Send one request; its answer as a dict without ResponseMetadata. DynamoDBError, NoAnswer."""
        from botocore import xform_name
        from botocore.exceptions import BotoCoreError, ClientError

        try:
            answer: dict[str, Any] = getattr(self._client, xform_name(operation))(**request)
        except ClientError as fault:
            status = fault.response["ResponseMetadata"]["HTTPStatusCode"]
            members = {
                name: value for name, value in fault.response.items() if name not in ("Error", "ResponseMetadata")
            }
            error = fault.response["Error"]
            self.last_retries = fault.response["ResponseMetadata"].get("RetryAttempts", 0)
            raise DynamoDBError(error["Code"], error.get("Message"), status=status, members=members) from fault
        except BotoCoreError as fault:
            self.last_retries = 0  # botocore does not tell
            raise NoAnswer(type(fault).__name__, str(fault)) from fault
        self.last_retries = answer.pop("ResponseMetadata", {}).get("RetryAttempts", 0)
        return answer

    def close(self) -> None:
        """Close idle connections."""
        self._client.close()


def signer_of(endpoint: str, region: str | None = None) -> Signer:
    """Who signs requests to `endpoint`, in `region` or that of the environment."""
    host = urlsplit(endpoint).netloc.rpartition("@")[2]
    return Signer(local_credentials(), region or region_of_environment(), host)


def region_of_environment() -> str:
    """The region that the AWS_… variables name, or the default."""
    return os.environ.get("AWS_REGION") or os.environ.get("AWS_DEFAULT_REGION") or DEFAULT_REGION

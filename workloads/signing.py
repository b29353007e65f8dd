"""AWS Signature Version 4 for DynamoDB requests, made for many requests with one key.

Rule: pure. The instant comes in as an argument; no sockets, no clock, no look-up of credentials. What depends on the
day or the second alone is kept between calls, so that a request costs two hashes and one HMAC. It must not know who
sends the bytes: the threaded backend and the load client share it.

Evidence: "Create a signed AWS API request" (IAM User Guide): the canonical request must sign ``host`` and every
``x-amz-*`` header; other headers may stay outside.
"""

from __future__ import annotations

import hashlib
import hmac
import time
from dataclasses import dataclass

SERVICE = "dynamodb"
CONTENT_TYPE = "application/x-amz-json-1.0"


@dataclass(frozen=True, slots=True)
class Credentials:
    """An access key pair; `session_token` only where the pair is temporary."""

    access_key: str
    secret_key: str
    session_token: str | None = None


LOCAL_CREDENTIALS = Credentials("dynarig", "dynarig")


class Signer:
    """Signs POST requests to one host in one region."""

    __slots__ = ("_credentials", "_head", "_moment", "_region", "_request", "_signed", "_token")

    def __init__(self, credentials: Credentials, region: str, host: str) -> None:
        """`host` is the Host header's value, with the port where it is not the scheme's own."""
        self._credentials = credentials
        self._region = region
        token = credentials.session_token
        self._signed = f"host;x-amz-date;{'x-amz-security-token;' if token else ''}x-amz-target"
        self._request = f"POST / HTTP/1.1\r\nHost: {host}\r\n"
        self._head = f"POST\n/\n\nhost:{host}\nx-amz-date:"
        self._token = f"\nx-amz-security-token:{token}" if token else ""
        # (second, stamp, scope, key) in one value, replaced whole: threads share a signer without a lock.
        self._moment = (-1, "", "", b"")

    def headers(self, target: str, body: bytes, now: float) -> dict[str, str]:
        """Headers of a request for `target` (such as ``DynamoDB_20120810.GetItem``) at `now` epoch seconds."""
        moment = self._moment
        if moment[0] != int(now):
            moment = self._moment = self._at(int(now))
        _, stamp, scope, key = moment
        signed = self._signed
        canonical = (
            f"{self._head}{stamp}{self._token}\nx-amz-target:{target}\n\n{signed}\n{hashlib.sha256(body).hexdigest()}"
        )
        text = f"AWS4-HMAC-SHA256\n{stamp}\n{scope}\n{hashlib.sha256(canonical.encode()).hexdigest()}"
        signature = hmac.digest(key, text.encode(), "sha256").hex()
        headers = {
            "Content-Type": CONTENT_TYPE,
            "X-Amz-Date": stamp,
            "X-Amz-Target": target,
            "Authorization": f"AWS4-HMAC-SHA256 Credential={self._credentials.access_key}/{scope}, "
            f"SignedHeaders={signed}, Signature={signature}",
        }
        if self._credentials.session_token:
            headers["X-Amz-Security-Token"] = self._credentials.session_token
        return headers

    def message(self, target: str, body: bytes, now: float) -> bytes:
        """A whole request, head and body, ready for the socket."""
        lines = "".join([f"{name}: {value}\r\n" for name, value in self.headers(target, body, now).items()])
        return f"{self._request}{lines}Content-Length: {len(body)}\r\n\r\n".encode() + body

    def _at(self, second: int) -> tuple[int, str, str, bytes]:
        moment = time.gmtime(second)
        day = time.strftime("%Y%m%d", moment)
        scope = f"{day}/{self._region}/{SERVICE}/aws4_request"
        stamp = time.strftime("%Y%m%dT%H%M%SZ", moment)
        key = (
            self._moment[3]
            if scope == self._moment[2]
            else _signing_key(self._credentials.secret_key, day, self._region)
        )
        return second, stamp, scope, key


def _signing_key(secret_key: str, day: str, region: str) -> bytes:
    key = b"AWS4" + secret_key.encode()
    for part in (day, region, SERVICE, "aws4_request"):
        key = hmac.digest(key, part.encode(), "sha256")
    return key

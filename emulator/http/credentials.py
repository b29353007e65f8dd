"""Authentication material: is it there and of the right shape, and which account and region does it name?

Rule: nothing is verified, as every secret is welcome; texts and order of the complaints are those of the service
(observed behaviour of the service, 2026). Must not know: operations, bodies, sockets.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import NoReturn
from urllib.parse import parse_qsl

from dynarig.emulator.model.errors import DynamoDBError

DEFAULT_ACCOUNT = "000000000000"
_CACHE_LIMIT = 1024
_SIGNATURE_LENGTH = 64  # hexadecimal digits of SHA-256, at the header's end
_ACCOUNT = re.compile(r"[0-9]{12}", re.ASCII)
_REGION = re.compile(r"[A-Za-z0-9-]{1,63}", re.ASCII)
_HEADER_PARTS = ("Credential", "Signature", "SignedHeaders")
_QUERY_PARTS = ("X-Amz-Algorithm", "X-Amz-Credential", "X-Amz-Signature", "X-Amz-SignedHeaders", "X-Amz-Date")

Namespace = tuple[str, str]  # account, region


class Credentials:
    """Reads the namespace (account, region) off a request. Remembers what precedes a signature: one client's calls of a
    day differ in the signature alone."""

    __slots__ = ("_default", "_known")

    def __init__(self, default_region: str, *, shared: bool = False) -> None:
        """`shared`: one namespace for every account and region."""
        self._default = (DEFAULT_ACCOUNT, default_region)
        self._known: dict[bytes, Namespace] | None = None if shared else {}

    def read(self, headers: Mapping[bytes, bytes], query: bytes) -> Namespace:
        """The namespace that the request's material names; DynamoDBError where the material is missing or broken.

        headers: lower-case name → value. query: what follows `?` in the target, without it.
        """
        header = headers.get(b"authorization")
        if header is not None and not query and self._known is not None:
            known = self._known.get(header[:-_SIGNATURE_LENGTH])
            if known is not None and (b"x-amz-date" in headers or b"date" in headers):
                return known
        return self._read_whole(headers, header, query)

    def named(self, credential: str) -> Namespace:
        """The namespace of one credential, `<access key>/<date>/<region>/dynamodb/aws4_request`.

        A key id of 12 digits is the account. What cannot be read is the default.
        """
        if self._known is None:
            return self._default
        parts = credential.split("/")
        account, region = self._default
        if _ACCOUNT.fullmatch(parts[0]):
            account = parts[0]
        if len(parts) > 2 and _REGION.fullmatch(parts[2]):
            region = parts[2]
        return account, region

    def _read_whole(self, headers: Mapping[bytes, bytes], header: bytes | None, query: bytes) -> Namespace:
        parameters = dict(parse_qsl(query.decode("latin-1"), keep_blank_values=True)) if query else {}
        by_query = "X-Amz-Algorithm" in parameters
        if header is not None and by_query:
            _refuse(
                "InvalidSignatureException",
                "Found both 'X-Amz-Algorithm' as a query-string param and 'Authorization' as HTTP header.",
            )
        if header is None and by_query:
            _check_query(parameters)
            return self.named(parameters["X-Amz-Credential"])
        if header is None or not header.startswith(b"AWS4-"):
            _refuse("MissingAuthenticationTokenException", "Request is missing Authentication Token")
        namespace = self.named(_credential(header.decode("latin-1"), headers))
        if self._known is not None:
            if len(self._known) >= _CACHE_LIMIT:
                self._known.clear()
            scope, signature = header[:-_SIGNATURE_LENGTH], header[-_SIGNATURE_LENGTH:]
            if scope.endswith(b"Signature=") and signature.isalnum():
                self._known[scope] = namespace
        return namespace


def _credential(header: str, headers: Mapping[bytes, bytes]) -> str:
    parts = {}
    for part in header.partition(" ")[2].split(","):
        name, _, value = part.strip().partition("=")
        parts[name] = value
    faults = [f"Authorization header requires '{name}' parameter." for name in _HEADER_PARTS if not parts.get(name)]
    if b"x-amz-date" not in headers and b"date" not in headers:
        faults.append("Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header.")
    if faults:
        _refuse("IncompleteSignatureException", f"{' '.join(faults)} Authorization={header}")
    return parts["Credential"]


def _check_query(parameters: Mapping[str, str]) -> None:
    faults = [
        f"AWS query-string parameters must include '{name}'. " for name in _QUERY_PARTS if not parameters.get(name)
    ]
    if faults:
        _refuse("IncompleteSignatureException", f"{''.join(faults)}Re-examine the query-string parameters.")


def _refuse(code: str, text: str) -> NoReturn:
    raise DynamoDBError(code, text)

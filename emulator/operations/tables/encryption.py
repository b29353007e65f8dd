"""Encryption at rest as SSESpecification asks for it: what is refused and how it is described.

Rule: nothing is encrypted here; keys are named, not looked up, so that any key is taken for a good one. A table under
the service's own key has no description (recorded 2026).
"""

from __future__ import annotations

from hashlib import blake2b
from typing import Any
from uuid import UUID

from dynarig.emulator.model import errors
from dynarig.emulator.storage.catalog import Catalog

Structure = dict[str, Any]


def check_encryption(specification: Structure | None) -> None:
    """Refuse an SSESpecification whose members contradict each other."""
    specification = specification or {}
    enabled, kind, key = (specification.get(name) for name in ("Enabled", "SSEType", "KMSMasterKeyId"))
    if enabled is False:
        for name in ("SSEType", "KMSMasterKeyId"):
            if name in specification:
                raise errors.invalid_parameter(f"{name} can not be specified if Enabled is false")
    if kind == "AES256":
        raise errors.invalid_parameter("SSEType AES256 is not supported")
    if key is not None and kind is None:
        raise errors.invalid_parameter("SSEType KMS is required if KMSMasterKeyId is specified")


def asks_for_key(specification: Structure | None) -> bool:
    """Whether the table gets a key of the account: enabled, or a type without a word on it."""
    specification = specification or {}
    return bool(specification.get("Enabled", "SSEType" in specification))


def describe_encryption(specification: Structure | None, catalog: Catalog) -> Structure | None:
    """SSEDescription of a table so encrypted, or None under the service's own key."""
    if specification is None or not asks_for_key(specification):
        return None
    return {
        "Status": "ENABLED",
        "SSEType": "KMS",
        "KMSMasterKeyArn": key_arn(specification.get("KMSMasterKeyId", "alias/aws/dynamodb"), catalog),
    }


def key_arn(key: str, catalog: Catalog) -> str:
    """The Amazon resource name of a key that is named by its id, its name or an alias."""
    if key.startswith("arn:") and ":key/" in key:
        return key
    alias = key.rpartition("alias/")[2]
    if alias == key:
        identifier = key.rpartition("/")[2]
    else:  # an alias stands for a key of this account; which one is ours to say, and always the same
        place = f"{catalog.account} {catalog.region} {alias}".encode()
        identifier = str(UUID(bytes=blake2b(place, digest_size=16).digest(), version=4))
    return f"arn:aws:kms:{catalog.region}:{catalog.account}:key/{identifier}"

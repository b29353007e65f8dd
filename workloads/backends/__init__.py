"""Backends: the same ``call(operation, request)`` over our emulator, its peers, any endpoint and AWS.

    with open_backend("embedded", region="eu-west-1") as backend:
        backend.call("ListTables", {})

A backend says what it supports (`FEATURES` lists the names) and, for the rest, why not (`Backend.report`).
"""

from dynarig.workloads.backends.base import (
    DEFAULT_REGION,
    FEATURES,
    Backend,
    BackendError,
    BackendUnreachable,
)
from dynarig.workloads.backends.open import BACKEND_NAMES, open_backend

__all__ = [
    "BACKEND_NAMES",
    "DEFAULT_REGION",
    "FEATURES",
    "Backend",
    "BackendError",
    "BackendUnreachable",
    "open_backend",
]

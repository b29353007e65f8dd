"""Settings of all tables, on backends that keep them and on those that drop them."""

from types import SimpleNamespace

import pytest

from dynarig.workloads.claims.finding import FAILS, HOLDS
from dynarig.workloads.claims.table_settings import encrypted_by_kms

KMS = {"Enabled": True, "SSEType": "KMS"}


def bench(asked, described):
    """A bench of one table: what its template asks, what the backend tells of it."""
    backend = SimpleNamespace(call=lambda operation, request: {"Table": {"TableName": "t", **described}})
    definition = SimpleNamespace(create={"SSESpecification": asked} if asked else {})
    return SimpleNamespace(estate=lambda *_: backend, definitions=lambda *_: {"t": definition})


@pytest.mark.parametrize(
    ("asked", "described", "verdict"),
    [(KMS, {"SSEDescription": {"Status": "ENABLED", "SSEType": "KMS"}}, HOLDS), (None, {}, FAILS)],
)
def test_encryption_as_described(asked, described, verdict):
    assert encrypted_by_kms(bench(asked, described), "acs").verdict == verdict


def test_encryption_that_a_backend_drops_is_nothing_that_the_document_is_wrong_in():
    with pytest.raises(LookupError, match="SSEDescription"):
        encrypted_by_kms(bench(KMS, {}), "acs")

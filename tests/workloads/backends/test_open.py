"""Names and URLs to backends, and what is said of a wrong one."""

import pytest

from dynarig.workloads.backends import BACKEND_NAMES, BackendError, open_backend


def test_names():
    assert BACKEND_NAMES == ("aws", "dynamodb-local", "embedded", "moto", "moto-server")


@pytest.mark.parametrize("name", ["", "dynamo", "Moto"])
def test_unknown(name):
    with pytest.raises(BackendError, match=f"^unknown backend '{name}': expected aws, dynamodb-local, embedded"):
        open_backend(name)


def test_options_that_a_backend_does_not_take():
    with pytest.raises(BackendError, match="backend 'moto' does not take these options"):
        open_backend("moto", port=1)

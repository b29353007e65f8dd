"""moto in this process: counted in and out, with a namespace per region."""

import pytest

from dynarig.emulator.model.errors import DynamoDBError
from dynarig.workloads.backends import BackendError, open_backend
from dynarig.workloads.backends.moto import MotoBackend
from tests.workloads.backends.features import make


def test_state_lives_as_long_as_one_is_open():
    with open_backend("moto", region="eu-west-1") as backend:
        make(backend, "orders")
        with open_backend("moto", region="eu-west-1") as again:
            assert again.call("ListTables", {}) == {"TableNames": ["orders"]}
        assert backend.call("ListTables", {}) == {"TableNames": ["orders"]}
    with open_backend("moto", region="eu-west-1") as later:
        assert later.call("ListTables", {}) == {"TableNames": []}


def test_binary_goes_and_comes_as_base64():
    with open_backend("moto") as backend:
        make(backend, "orders")
        item = {"pk": {"S": "a"}, "blob": {"B": "AAEC"}, "blobs": {"BS": ["AAEC"]}}
        backend.call("PutItem", {"TableName": "orders", "Item": item})
        assert backend.call("GetItem", {"TableName": "orders", "Key": {"pk": {"S": "a"}}})["Item"] == item


def test_errors_and_failures():
    with open_backend("moto") as backend:
        with pytest.raises(DynamoDBError) as caught:
            backend.call("DescribeTable", {"TableName": "none"})
        assert caught.value.code == "ResourceNotFoundException"
        with pytest.raises(DynamoDBError) as caught:
            backend.call("NoSuchOperation", {})
        assert (caught.value.code, caught.value.status) == ("InternalServerError", 500)


def test_not_open():
    with pytest.raises(BackendError, match="moto is not open"):
        MotoBackend().call("ListTables", {})

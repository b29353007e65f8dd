"""The signer against botocore's own, and its memory of the day and the second."""

import datetime
from unittest import mock

import pytest
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials as BotocoreCredentials

from dynarig.workloads.signing import Credentials, Signer

MOMENTS = (1_700_000_000.4, 1_700_000_000.9, 1_700_000_001.0, 1_700_092_800.0)


def botocore_authorization(credentials: Credentials, headers: dict[str, str], body: bytes, now: float) -> str:
    request = AWSRequest("POST", "http://127.0.0.1:8000/", data=body)
    for name in ("X-Amz-Target", "X-Amz-Date"):
        request.headers[name] = headers[name]
    signer = SigV4Auth(BotocoreCredentials(*vars_of(credentials)), "dynamodb", "eu-west-1")
    moment = datetime.datetime.fromtimestamp(int(now), datetime.UTC)
    with mock.patch("botocore.auth.get_current_datetime", return_value=moment):
        signer.add_auth(request)
    return request.headers["Authorization"]


def vars_of(credentials: Credentials) -> tuple[str, str, str | None]:
    return credentials.access_key, credentials.secret_key, credentials.session_token


@pytest.mark.parametrize("token", [None, "a-session"])
def test_signs_as_botocore_does(token):
    credentials = Credentials("AKIDEXAMPLE", "secret/key+1", token)
    signer = Signer(credentials, "eu-west-1", "127.0.0.1:8000")
    for now in MOMENTS:
        for body in (b"{}", b'{"TableName":"orders"}'):
            headers = signer.headers("DynamoDB_20120810.GetItem", body, now)
            assert headers["Authorization"] == botocore_authorization(credentials, headers, body, now)
            assert headers.get("X-Amz-Security-Token") == token

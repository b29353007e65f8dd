"""A server for each module of clients, and the environment that points a child's SDK at it."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest

from dynarig.emulator.http.server import Server, assemble, running
from dynarig.emulator.settings import Settings

REGION = "eu-west-2"


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with running(assemble(Settings(port=0))) as started:
        yield started


@pytest.fixture
def environment(server: Server, tmp_path: object) -> dict[str, str]:
    """The environment of a child that speaks to the server and to nothing else."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "DYNAMO", "PYTHON"))}
    return {
        **kept,
        "AWS_ACCESS_KEY_ID": "CLIENT",
        "AWS_SECRET_ACCESS_KEY": "secret",
        "AWS_REGION": REGION,
        "AWS_DEFAULT_REGION": REGION,
        "AWS_ENDPOINT_URL": server.url,
        "AWS_CONFIG_FILE": f"{tmp_path}/none",
        "AWS_SHARED_CREDENTIALS_FILE": f"{tmp_path}/none",
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_PAGER": "",
    }

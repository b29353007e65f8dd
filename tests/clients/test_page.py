"""The page at /_dynarig/ in a real Chromium, while a hot key is throttled."""

from __future__ import annotations

import itertools
import json
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError

from dynarig.emulator.http.server import Server, assemble, running
from dynarig.emulator.settings import Settings
from dynarig.workloads.backends.process import HOST, ServerProcess, answers_http
from tests.clients.conftest import REGION
from tests.clients.installs import chromium, node, node_modules

pytestmark = pytest.mark.peers
SCRIPT = Path(__file__).with_name("scripts") / "see_page.mjs"
ORCHARD = SCRIPT.with_name("orchard_locustfile.py")
ITEMS = 40


def client(url: str) -> Any:
    return boto3.client(
        "dynamodb",
        endpoint_url=url,
        region_name=REGION,
        aws_access_key_id="CLIENT",
        aws_secret_access_key="s",
        config=Config(retries={"total_max_attempts": 1}),
    )


def create(dynamodb: Any, name: str) -> None:
    dynamodb.create_table(
        TableName=name,
        KeySchema=[
            {"AttributeName": "tree", "KeyType": "HASH"},
            {"AttributeName": "pick", "KeyType": "RANGE"},
        ],
        AttributeDefinitions=[
            {"AttributeName": "tree", "AttributeType": "S"},
            {"AttributeName": "pick", "AttributeType": "N"},
        ],
        BillingMode="PAY_PER_REQUEST",
    )


@pytest.fixture(scope="module")
def throttling() -> Iterator[Server]:
    """A server on which one key is asked for ten times what its partition gives; another table holds items."""
    # A hundredth of the service's ceilings: a partition takes ten write units a second.
    with running(assemble(Settings(port=0, capacity="enforce", capacity_scale=0.01))) as server:
        dynamodb = client(server.url)
        create(dynamodb, "orchard")
        server.rig.engine.admission.set_mode("off", "orchard")
        for pick in range(ITEMS):
            item = {"tree": {"S": "elstar"}, "pick": {"N": str(pick)}, "apples": {"N": str(100 + pick)}}
            dynamodb.put_item(TableName="orchard", Item=item)
        create(dynamodb, "followers")
        over = threading.Event()

        def load() -> None:
            for turn in itertools.count():
                if over.wait(0.004):
                    return
                tree = "celebrity" if turn % 40 else "nobody"  # at most six times a second: never throttled
                with suppress(ClientError):
                    dynamodb.put_item(TableName="followers", Item={"tree": {"S": tree}, "pick": {"N": "1"}})

        thread = threading.Thread(target=load)
        thread.start()
        try:
            yield server
        finally:
            over.set()
            thread.join()
            dynamodb.close()


def hot_partition(server: Server) -> str:
    """The partition that has throttled most, by the emulator's own count."""
    [target] = [
        each.target for catalog in server.rig.engine.catalogs.values() for each in catalog if each.name == "followers"
    ]
    return f"p{max(target.supply.ring, key=lambda each: sum(each.throttled.values())).number}"


def seen(url: str) -> dict[str, Any]:
    """What a person sees there."""
    folder = node_modules("playwright", "playwright-core")
    environment = {"MODULES_FOLDER": str(folder), "CHROMIUM": chromium(), "HOME": str(folder)}
    done = subprocess.run(
        [node(), str(SCRIPT), url], env=environment, capture_output=True, text=True, timeout=110, check=False
    )
    assert done.returncode == 0, done.stderr[-3000:]
    told: dict[str, Any] = json.loads(done.stdout)
    return told


def test_the_page_while_a_hot_key_throttles(throttling: Server) -> None:
    check(seen(f"{throttling.url}/_dynarig/"), hot_partition(throttling))


def test_locusts_web_ui_shows_the_same_page(throttling: Server) -> None:
    command = [sys.executable, "-m", "locust", "-f", str(ORCHARD), "--host", throttling.url, "--web-host", HOST]
    process = ServerProcess(
        "Locust's web UI", lambda port: [*command, "--web-port", str(port)], answers_http, timeout_seconds=60.0
    )
    process.start()
    try:
        check(seen(f"http://{HOST}:{process.port}/dynamodb/"), hot_partition(throttling))
    finally:
        process.stop()


def check(page: dict[str, Any], hot: str) -> None:
    """What has to be seen."""
    assert page["complaints"] == []
    assert page["hottest"].startswith(f"Hottest partition: followers {hot} at ")
    assert f"Hottest keys of followers {hot}: celebrity (" in page["keys"]
    assert page["partitions"][:2] == ["followers", hot]
    assert f"followers {hot}" in page["heat"].partition("Throttled: ")[2]
    assert "TableWriteKeyRangeThroughputExceeded" in page["reasons"]
    assert page["cost"].startswith("So far $")
    assert "a month like all of it " in page["cost"]  # a dash while the bill's first second is not over
    assert "followers" in page["consumed"]
    assert page["first_stop"] == "Skip to content"
    assert "tree (S, HASH), pick (N, RANGE)" in page["description"]
    assert (page["items"], page["next_items"]) == (25, ITEMS - 25)
    assert page["query"]["outcome"] == ["Query: 2 items", "consumed 0.5 units"]
    assert [row.split("\t")[:3] for row in page["query"]["rows"]] == [["elstar", "2", "102"], ["elstar", "3", "103"]]
    assert page["statement"]["outcome"] == ["ExecuteStatement: 1 item", "consumed 0.5 units"]
    assert page["statement"]["rows"][0].split("\t")[0] == "101"
    assert page["refused"][0].startswith("ValidationException: Query condition missed key schema element")

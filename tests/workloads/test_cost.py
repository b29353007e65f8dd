"""`dynarig cost` against a running server: the table, an explanation, other prices, and what goes wrong."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

from dynarig.emulator.clock import ManualClock
from dynarig.emulator.engine import Engine
from dynarig.emulator.http.server import assemble, running
from dynarig.emulator.model.call import Call
from dynarig.emulator.settings import Settings
from dynarig.workloads import cost
from tests.metrics.rig import START, TABLE


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    """An hour after one write of Tokyo."""
    settings = Settings(port=0)
    engine, clock = Engine(settings), ManualClock(START)
    item = {"pk": {"S": "a"}, "sk": {"S": "1"}, "status": {"S": "NEW"}}
    for operation, request in (("CreateTable", TABLE), ("PutItem", {"TableName": "orders", "Item": item})):
        assert engine.execute(Call(operation, request, region="ap-northeast-1"), clock.now()).status == 200
    clock.advance(3600)
    with running(assemble(settings, engine, clock)) as server:
        yield server.url


@pytest.mark.parametrize("flag", ["--endpoint", "--endpoint-url", "--url"])
def test_the_table(url: str, capsys: pytest.CaptureFixture[str], flag: str) -> None:
    assert cost.main([flag, url]) == 0
    shown = capsys.readouterr().out
    assert "APN1-WriteRequestUnits" in shown
    assert "by-status" in shown
    assert "0.715 per 1,000,000" in shown
    assert "3,600.0 s" in shown


def test_an_explanation(url: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert cost.main(["--url", url, "--explain", "WriteRequestUnits"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 3  # the table and its two indexes
    assert all("1 write request units × 0.715 USD per 1,000,000 = 0.000000715 USD" in line for line in lines)
    assert all("quoted" in line for line in lines)
    assert cost.main(["--url", url, "--explain", "by-status"]) == 0
    assert cost.main(["--url", url, "--explain", "nothing-of-it"]) == 1
    assert "APN1-WriteRequestUnits" in capsys.readouterr().err


def test_other_prices(url: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert cost.main(["--url", url, "--region", "us-east-1", "--date", "2024-10-31", "--json"]) == 0
    bill = json.loads(capsys.readouterr().out)
    [price] = {line["price_usd"] for line in bill["lines"] if line["operation"] == "PutItem"}
    assert price == 1.25
    assert cost.main(["--url", url, "--region", "mars-north-1"]) == 0
    assert " ?" in capsys.readouterr().out


def test_what_goes_wrong(capsys: pytest.CaptureFixture[str]) -> None:
    assert cost.main(["--url", "http://127.0.0.1:9"]) == 1
    assert "nothing answers" in capsys.readouterr().err
    for day in ("soon", "2024-13-01", "20241031"):
        with pytest.raises(SystemExit):
            cost.main(["--date", day])

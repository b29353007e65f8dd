"""Pages from the server's start to the table, few of them; and that they are whole pages."""

from __future__ import annotations

import json

import orjson
import pytest

from dynarig.emulator.engine import Engine
from dynarig.emulator.model.call import Call
from dynarig.emulator.model.values import item_size
from dynarig.workloads.bench import cli, pages


@pytest.mark.parametrize("stored", pages.TABLES, ids=lambda stored: stored.name)
def test_items_have_the_size_that_they_are_called_by(stored):
    assert {item_size(stored.item(number)) for number in (0, 7, stored.count)} == {stored.item_bytes}


@pytest.mark.slow
def test_every_page_is_measured_and_shown(tmp_path, capsys):
    file = tmp_path / "pages.json"
    assert cli.main(["pages", "--rounds", "2", "--pages", "2", "--output", str(file)]) == 0
    raw = json.loads(file.read_text())
    for page, told in zip(pages.PAGES, raw["pages"], strict=True):
        assert told["scanned_count"] * page.stored.item_bytes > 1_048_576 - page.stored.item_bytes
        assert [len(samples) for samples in told["server_ms"].values()] == [2]
        assert told["count"] == told["scanned_count"] or "FilterExpression" in page.asked
    assert "the same, a count" in capsys.readouterr().out


def test_a_second_server_is_shown_in_times_of_the_first(tmp_path, capsys):
    page = {"title": "Query", "count": 1, "scanned_count": 2, "bytes": {"a": 9, "b": 9}}
    raw = {
        "kind": "pages",
        "settings": {"servers": ["a", "b"], "rounds": 3},
        "pages": [page | {"server_ms": {"a": [1.0, 2.0, 0.0], "b": [3.0, 6.0, 5.0]}}],
    }
    file = tmp_path / "pages.json"
    file.write_text(json.dumps(raw))
    assert cli.main(["show", str(file)]) == 0
    assert "5.00 (3.00 ×)" in capsys.readouterr().out


def test_a_server_that_nobody_runs_is_told(tmp_path, capsys):
    flags = ["pages", "--servers", "gone=http://127.0.0.1:1", "--output", str(tmp_path / "pages.json")]
    assert cli.main(flags) == 1
    assert "nobody listens at http://127.0.0.1:1" in capsys.readouterr().err


def test_a_filled_table_has_more_than_a_page():
    engine = Engine()

    def ask(operation, request):
        reply = engine.execute(Call(operation, request), 1_764_417_600.0)
        assert reply.error_code is None
        return orjson.dumps(reply.payload)

    pages.fill(ask, pages.LARGE)
    assert b"LastEvaluatedKey" in ask("Query", pages.PAGES[2].request)

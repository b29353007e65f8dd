"""The hot partition and the month's bill, from what a server tells before and after a run."""

import pytest

from dynarig.workloads.mixes.evidence import hottest, month, noted

TABLES = ["orders"]


def heat(*partitions, table="orders", index=None):
    return {"tables": [{"table": table, "index": index, "region": "us-east-1", "partitions": list(partitions)}]}


def partition(name, read=0.0, write=0.0, throttled=0, key=None):
    hot = [{"key": key, "share": 0.75}] if key else []
    units = {"read_units_total": read, "write_units_total": write}
    return {"id": name, **units, "throttled": {"PartitionWrite": throttled} if throttled else {}, "hottest": hot}


def bill(run_usd, storage_usd=0.0):
    line = {"region": "us-east-1", "table": "orders", "index": None}
    request = {**line, "usage_type": "WriteRequestUnits", "operation": "PutItem", "run_usd": run_usd, "month_usd": 1e9}
    held = {**line, "usage_type": "TimedStorage", "operation": None, "run_usd": 0.0, "month_usd": storage_usd}
    other = {**request, "table": "others"}
    return {"lines": [request, held, other], "prices_read_on": "2025-11-01"}


def test_the_hottest_is_the_nearest_to_its_limit_and_seeding_does_not_count():
    before = noted(heat(partition("p0", write=9_000), partition("p1")), None, TABLES)
    after = heat(partition("p0", write=9_010), partition("p1", read=600, write=200, key="c-1"))
    (found,) = hottest(after, before, TABLES, 10.0)
    assert found.figures["partition"] == "p1"
    assert found.figures["share"] == pytest.approx(800 / 810)
    assert found.figures["write_units_per_second"] == 20.0
    assert "p1 of orders: 99% of its units, of which key c-1 75%" in found.text
    assert "nothing throttled" in found.text


def test_throttles_come_first_and_new_partitions_count_from_nothing():
    before = noted(heat(partition("p0")), None, TABLES)
    after = heat(partition("p0", write=900), partition("p9", write=10, throttled=3), index="by-status")
    (found,) = hottest(after, before, TABLES, 1.0)
    assert found.figures["partition"] == "p9"
    assert found.figures["of"] == "orders/by-status"
    assert found.figures["throttled"] == 3


def test_a_month_goes_on_at_the_runs_rate_and_keeps_what_is_billed_by_time():
    before = noted(None, bill(1.0), TABLES)
    (found,) = month(bill(3.0, storage_usd=5.0), before, TABLES, sent=1_000, rate=10.0)
    assert found.figures["month_usd"] == pytest.approx(2.0 / 1_000 * 10 * 730 * 3_600 + 5.0)
    assert "orders WriteRequestUnits" in found.text


def test_a_server_that_tells_nothing_gives_no_finding():
    before = noted(None, None, TABLES)
    assert hottest(None, before, TABLES, 1.0) == []
    assert month(None, before, TABLES, 100, 10.0) == []
    assert hottest(heat(partition("p0", write=5), table="others"), before, TABLES, 1.0) == []

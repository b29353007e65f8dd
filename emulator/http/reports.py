"""What the emulator reports of itself beside CloudWatch: counters for Prometheus, latencies, and the bill.

Rule: handlers of `admin.ROUTES`; they read and change nothing. Must not know: sockets.
"""

from __future__ import annotations

from dynarig.emulator.cost.prices import is_day
from dynarig.emulator.http.admin_request import AdminRequest, BadRequest, Steps
from dynarig.emulator.http.wire import Answer
from dynarig.emulator.metrics.distribution import Distribution
from dynarig.emulator.metrics.prometheus import CONTENT_TYPE, exposition


def show_metrics(request: AdminRequest) -> Answer:
    """All counts since the start, in Prometheus' text format."""
    engine = request.rig.engine
    return Answer(200, CONTENT_TYPE, exposition(engine.activity, engine.catalogs.values()).encode())


def show_latency(request: AdminRequest) -> Steps:
    """SuccessfulRequestLatency since the start by operation: [microseconds, how often]; service time, or modelled."""
    found: dict[str, Distribution] = {}
    for successes in list(request.rig.engine.activity.successes.values()):
        yield
        values = found.setdefault(successes.operation, Distribution())
        values.merge(successes.totals)
        values.merge(successes.minute)
    operations = {name: sorted(values.counts.items()) for name, values in sorted(found.items()) if values.counts}
    return {"time": "service" if request.rig.settings.latency == "off" else "modelled", "operations": operations}


def show_cost(request: AdminRequest) -> Steps:
    """The bill so far, and of a month like it. Takes `region` and `date` of the prices, as ?region=eu-west-2."""
    query = request.asked("region", "date")
    day = query.get("date")
    if day is not None and not is_day(day):
        raise BadRequest("date is a day such as 2024-10-31")
    return request.rig.engine.services.bill_in_steps(request.rig.clock.now(), query.get("region"), day)

"""What the emulator reports of itself beside CloudWatch: counters for Prometheus.

Rule: handlers of `admin.ROUTES`; they read and change nothing. Must not know: sockets.
"""

from __future__ import annotations

from dynarig.emulator.http.admin_request import AdminRequest
from dynarig.emulator.http.wire import Answer
from dynarig.emulator.metrics.prometheus import CONTENT_TYPE, exposition


def show_metrics(request: AdminRequest) -> Answer:
    """All counts since the start, in Prometheus' text format."""
    engine = request.rig.engine
    return Answer(200, CONTENT_TYPE, exposition(engine.activity, engine.catalogs.values()).encode())

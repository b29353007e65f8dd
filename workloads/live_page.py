"""The DynamoDB page in Locust's web UI, at `/dynamodb/`: the emulator's own page, over the run's target.

Rule: where the target is our emulator its JSON is handed on; else the page shows what the generator itself knows. The
web UI may be open to a network that the target is not open to, so only questions are handed on: nothing that writes.
Linked as Locust allows: a tab of figures, an entry among the downloads, and a link on its page.
"""

from __future__ import annotations

import http.client
import json
import re
import time
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from flask import Blueprint, Response, request

from dynarig.emulator.http import static_page
from dynarig.workloads.histogram import highest_of
from dynarig.workloads.measure import Measurements
from dynarig.workloads.target import Target

READING = frozenset({"ListTables", "DescribeTable", "Scan", "Query", "GetItem", "ExecuteStatement"})
_TAB = "dynamodb"
_SELECT = re.compile(r"\s*SELECT\b", re.IGNORECASE)
_HANDED_ON = ("content-type", "x-amz-target", "x-amz-date", "authorization")
_TIMEOUT_SECONDS = 10.0
_BODY_BYTES_MAX = 1 << 16
_LATENCY_BITS = 5
_ROWS = 8
_LINK = (
    b'<a href="./dynamodb/" style="position:fixed;right:16px;bottom:16px;z-index:2000;padding:8px 14px;'
    b'border-radius:8px;background:#1f4fd8;color:#fff;font:600 14px system-ui,sans-serif;text-decoration:none">'
    b"DynamoDB</a></body>"
)


class LivePage:
    """The page over one target. so_far: what the generator has measured in the present run."""

    def __init__(self, target: Target, so_far: Callable[[], Measurements]) -> None:
        self._target = target
        self._so_far = so_far

    def live(self) -> dict[str, Any]:
        """The target's own figures; else the generator's, in the same form."""
        return self._target.admin("/_dynarig/live") or generator_figures(self._so_far(), time.time())

    def rows(self) -> list[dict[str, str]]:
        """The figures of Locust's tab."""
        told = self.live()
        rows = [
            ("The page with heat, curves and tables", "./dynamodb/"),
            ("Answered", f"{told['answered']:,}"),
            *((f"Throttled, {reason}", f"{times:,}") for reason, times in sorted(told["throttled"].items())),
        ]
        partitions = [
            (each["throttled"], each["share"], f"{_named(target)} {each['id']}")
            for target in told["heat"]
            for each in target["partitions"]
        ]
        for throttled, share, name in sorted(partitions, reverse=True)[:_ROWS]:
            rows.append((f"Partition {name}", f"{share:.0%} of its ceiling, {throttled:,} throttled"))
        for row in told["consumed"][:_ROWS]:
            rows.append((f"Consumed, {_named(row)}", f"{row['read_units']:,.1f} read, {row['write_units']:,.1f} write"))
        return [{"figure": f"{at:02d} {name}", "value": value} for at, (name, value) in enumerate(rows)]

    def hand_on(self, operation: str, headers: dict[str, str], body: bytes) -> tuple[int, bytes]:
        """Status and body of a call that reads; a refusal of any other."""
        if len(body) > _BODY_BYTES_MAX:
            return 413, _refusal("the question is too long")
        try:
            asked = json.loads(body)
        except ValueError:
            asked = None
        if not _reads(operation, asked):
            return 403, _refusal("the load's page only reads: write at the server's own page, or with a client")
        address = urlsplit(self._target.url)
        link = http.client.HTTPConnection(address.hostname or "", address.port or 80, timeout=_TIMEOUT_SECONDS)
        try:
            link.request("POST", "/", json.dumps(asked), headers)  # as it was understood here
            answer = link.getresponse()
            return answer.status, answer.read()
        except (OSError, http.client.HTTPException):
            return 502, _refusal(f"nothing answers at {self._target.url}")
        finally:
            link.close()

    def told(self, path: str) -> dict[str, Any] | None:
        """What the target tells at a route; None where it is not our emulator."""
        return self._target.admin(path)


def generator_figures(measured: Measurements, now: float) -> dict[str, Any]:
    """What a generator knows by itself, in the form of the emulator's `/_dynarig/live`."""
    total = measured.total()
    latency: dict[str, list[tuple[int, int]]] = {}
    for name, tally in measured.patterns.items():
        buckets: dict[int, int] = {}
        for bucket, count in tally.from_intended.counts.items():
            value = highest_of(bucket)
            shift = max(value.bit_length() - _LATENCY_BITS, 0)
            value = value >> shift << shift
            buckets[value] = buckets.get(value, 0) + count
        latency[name] = sorted(buckets.items())
    return {
        "source": "generator",
        "now": now,
        "mode": "",
        "scale": 1.0,
        "namespaces": [],
        "answered": total.succeeded + total.refused,
        "throttled": total.throttles,
        "errors": {"user": total.failed, "system": 0, "condition": total.refused},
        "consumed": [
            {
                "account": "",
                "region": "",
                "table": name,
                "index": None,
                "read_units": tally.read_units,
                "write_units": tally.write_units,
            }
            for name, tally in sorted(measured.patterns.items())
        ],
        "consumed_left_out": 0,
        "minute": 0,
        "latency": latency,
        "heat": [],
        "heat_left_out": 0,
    }


def add_page(web_ui: Any, page: LivePage, base: str = "") -> None:
    """Bind the page to Locust's web UI. base: below which that lies (--web-base-path)."""
    views = Blueprint("dynarig", __name__, url_prefix=f"{base.rstrip('/')}/dynamodb")

    def view(path: str, **options: Any) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
        return lambda made: views.route(path, **options)(web_ui.auth_required_if_enabled(made))

    @view("/")
    def dynamodb_index() -> Response:
        answer = static_page.file_answer(static_page.INDEX)
        assert answer is not None
        text = answer.body.replace(b'name="dynarig-calls" content="../"', b'name="dynarig-calls" content="call"')
        return _file(text.replace(b"</nav>", b'<a href="../">Locust</a></nav>'), answer.content_type)

    @view("/page/<name>")
    def dynamodb_file(name: str) -> Response:
        answer = static_page.file_answer(name)
        return Response(status=404) if answer is None else _file(answer.body, answer.content_type)

    @view("/live")
    def dynamodb_live() -> dict[str, Any]:
        return page.live()

    @view("/<any(cost, heat):route>")
    def dynamodb_route(route: str) -> Any:
        query = f"?{request.query_string.decode('latin-1')}" if request.query_string else ""
        told = page.told(f"/_dynarig/{route}{query}")
        return Response(json.dumps(told), content_type="application/json")

    @view("/call", methods=["POST"])
    def dynamodb_call() -> Response:
        if page.told("/_dynarig/health") is None:
            return Response(_refusal("this target is not the emulator"), 403, content_type="application/json")
        operation = request.headers.get("x-amz-target", "").rpartition(".")[2]
        headers = {name: request.headers[name] for name in _HANDED_ON if name in request.headers}
        status, body = page.hand_on(operation, headers, request.get_data())
        return Response(body, status, content_type="application/json")

    web_ui.app.register_blueprint(views)
    web_ui.app.after_request(lambda response: _linked(response, page, base))
    web_ui.template_args = {
        **(web_ui.template_args or {}),
        "extended_tabs": [{"title": "DynamoDB", "key": _TAB}],
        "extended_tables": [
            {"key": _TAB, "structure": [{"key": "figure", "title": "Figure"}, {"key": "value", "title": "Value"}]}
        ],
        "extended_csv_files": [{"href": "./dynamodb/", "title": "The DynamoDB page"}],
    }


def _reads(operation: str, asked: Any) -> bool:
    if not isinstance(asked, dict) or operation not in READING:
        return False
    return operation != "ExecuteStatement" or _SELECT.match(str(asked.get("Statement"))) is not None


def _linked(response: Response, page: LivePage, base: str) -> Response:
    """Locust's own page and figures with what is ours in them."""
    path = request.path.removeprefix(base.rstrip("/"))
    if response.status_code != 200:
        return response
    if path == "/" and response.mimetype == "text/html":
        response.set_data(response.get_data().replace(b"</body>", _LINK))
    elif path == "/stats/requests" and response.is_json:
        told = json.loads(response.get_data())
        told["extended_stats"] = [{"key": _TAB, "data": page.rows()}]
        response.set_data(json.dumps(told))
    return response


def _file(body: bytes, content_type: bytes) -> Response:
    headers = {"content-security-policy": static_page.POLICY, "cache-control": "no-cache"}
    return Response(body, content_type=content_type.decode(), headers=headers)


def _refusal(text: str) -> bytes:
    return json.dumps({"__type": "dynarig#NotAllowed", "message": text}).encode()


def _named(row: dict[str, Any]) -> str:
    return f"{row['table']} / {row['index']}" if row["index"] else str(row["table"])

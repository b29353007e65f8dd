"""What the emulator answers beside DynamoDB's API, under `/_dynarig/`.

Rule: a route is one handler in `ROUTES`, by method and path; it takes an `AdminRequest`, returns what JSON shows, or
`Steps` that do where they take long, or an `Answer` where it shows something else, and raises BadRequest with one clear
line. The first line of its docstring is what `GET /_dynarig/` says of it; who asks for HTML is shown the page there.
Unsigned, so a page of another origin that reaches this port by a browser is refused.
Must not know: sockets.
"""

from __future__ import annotations

from collections.abc import Generator
from typing import Any

import orjson

from dynarig.emulator.http import reports, static_page
from dynarig.emulator.http.admin_request import AdminRequest, BadRequest, Handler, Rig, Steps
from dynarig.emulator.http.capacity_routes import set_capacity, show_capacity, show_heat
from dynarig.emulator.http.live import show_live
from dynarig.emulator.http.wire import JSON, Answer, Headers

PREFIX = b"/_dynarig/"
_BARE = PREFIX.rstrip(b"/")
_FILES = PREFIX + b"page/"


def health(request: AdminRequest) -> dict[str, Any]:
    """That the emulator answers, its time, and the mode and scale of capacity."""
    admission = request.rig.engine.admission
    capacity = {"mode": admission.mode, "scale": admission.scale}
    return {"status": "ok", "now": request.rig.clock.now(), "capacity": capacity}


def reset(request: AdminRequest) -> dict[str, Any]:
    """Forgets all tables and sets the clock running at the machine's time."""
    request.rig.engine.reset()
    request.rig.clock.restart()
    return {"status": "reset"}


def show_clock(request: AdminRequest) -> dict[str, Any]:
    """The time and whether it is held."""
    return {"now": request.rig.clock.now(), "frozen": request.rig.clock.frozen}


def set_clock(request: AdminRequest) -> dict[str, Any]:
    """Takes `{"freeze": true | epoch seconds}`, `{"advance": seconds}` or `{"resume": true}`; does what came due."""
    clock = request.rig.clock
    if len(request.body) != 1:
        raise BadRequest('the clock takes one of {"freeze": seconds or true}, {"advance": seconds}, {"resume": true}')
    [(order, value)] = request.body.items()
    if order == "freeze":
        clock.freeze(None if value is True else _number(order, value))
    elif order == "advance":
        clock.advance(_number(order, value))
    elif order == "resume" and value is True:
        clock.resume()
    else:
        raise BadRequest(f"the clock does not take {orjson.dumps(request.body).decode()[:200]}")
    request.rig.engine.finish_due(clock.now())
    return show_clock(request)


def list_routes(request: AdminRequest) -> dict[str, Any]:
    """This list."""
    return {
        "routes": [
            {"method": method.decode(), "path": path.decode(), "does": (handler.__doc__ or "").partition("\n")[0]}
            for path, methods in ROUTES.items()
            for method, handler in methods.items()
        ]
    }


ROUTES: dict[bytes, dict[bytes, Handler]] = {
    PREFIX: {b"GET": list_routes},
    PREFIX + b"health": {b"GET": health},
    PREFIX + b"reset": {b"POST": reset},
    PREFIX + b"clock": {b"GET": show_clock, b"POST": set_clock},
    PREFIX + b"cost": {b"GET": reports.show_cost},
    PREFIX + b"latency": {b"GET": reports.show_latency},
    b"/metrics": {b"GET": reports.show_metrics},
    PREFIX + b"capacity": {b"GET": show_capacity, b"POST": set_capacity},
    PREFIX + b"heat": {b"GET": show_heat},
    PREFIX + b"live": {b"GET": show_live},
}


# DynamoDB Local's page of old; who looks for it is told where to look.
_SHELL = frozenset({b"/shell", b"/shell/"})


def is_admin(path: bytes) -> bool:
    """Whether the path is answered here."""
    return path.startswith(PREFIX) or path in ROUTES or path == _BARE or path in _SHELL


def serve(
    rig: Rig, method: bytes, target: tuple[bytes, bytes], headers: Headers, body: bytes
) -> Answer | Generator[None, None, Answer]:
    """The answer of one route, at once or in steps. target: path and query."""
    path, query = target
    if method in (b"GET", b"HEAD"):
        page = _page(path, headers)
        if page is not None:
            return page
    methods = ROUTES.get(PREFIX if path == _BARE else path)
    if methods is None:
        return _refusal(404, f"no such path: {path.decode('latin-1')}; GET {PREFIX.decode()} lists what there is")
    handler = methods.get(b"GET" if method == b"HEAD" else method)
    if handler is None:
        known = ", ".join(sorted(name.decode() for name in methods))
        return _refusal(405, f"{path.decode()} takes {known}", b"allow: %b\r\n" % known.encode())
    if not _same_origin(headers):
        return _refusal(403, "a page of another origin may not use this path")
    try:
        shown = handler(AdminRequest(rig, query, _body(body)))
    except ValueError as fault:
        return _refusal(400, str(fault))
    if isinstance(shown, Generator):
        return _told(shown)
    return shown if isinstance(shown, Answer) else Answer(200, JSON, orjson.dumps(shown))


def _told(steps: Steps) -> Generator[None, None, Answer]:
    shown = yield from steps
    yield  # to write it down is a step of its own
    return Answer(200, JSON, orjson.dumps(shown))


def _page(path: bytes, headers: Headers) -> Answer | None:
    """A file of the page, the page itself for who asks for HTML; None for all else."""
    if path.startswith(_FILES):
        return static_page.file_answer(path.removeprefix(_FILES).decode("latin-1"))
    if path not in (PREFIX, _BARE) or not static_page.wants_html(headers):
        return None
    return static_page.redirect(PREFIX) if path == _BARE else static_page.file_answer(static_page.INDEX)


def _same_origin(headers: Headers) -> bool:
    origin = headers.get(b"origin")
    return origin is None or origin.partition(b"://")[2] == headers.get(b"host")


def _body(body: bytes) -> dict[str, Any]:
    if not body:
        return {}
    try:
        read = orjson.loads(body)
    except orjson.JSONDecodeError:
        raise BadRequest("the body is not JSON") from None
    if not isinstance(read, dict):
        raise BadRequest("the body is not a JSON object")
    return read


def _number(name: str, value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise BadRequest(f"{name} takes a number of seconds")
    return float(value)


def _refusal(status: int, text: str, lines: bytes = b"") -> Answer:
    return Answer(status, JSON, orjson.dumps({"error": text}), lines)

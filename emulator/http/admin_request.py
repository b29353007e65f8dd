"""What a route under `/_dynarig/` is handed, and how it refuses. Holds no route."""

from __future__ import annotations

from collections.abc import Callable, Generator
from dataclasses import dataclass
from typing import Any, Protocol
from urllib.parse import parse_qs

from dynarig.emulator.capacity.admission import Admission
from dynarig.emulator.clock import ManualClock
from dynarig.emulator.http.wire import Answer
from dynarig.emulator.metrics.activity import Activity
from dynarig.emulator.model.call import Call, Reply
from dynarig.emulator.services import Services
from dynarig.emulator.settings import Settings
from dynarig.emulator.storage.catalog import Catalog


class EngineShape(Protocol):
    """What the shells ask of an engine."""

    services: Services
    activity: Activity
    admission: Admission
    catalogs: dict[tuple[str, str], Catalog]

    def execute(self, call: Call, now: float) -> Reply:
        """Answers one call at `now` (epoch seconds)."""
        ...

    def run_due(self, now: float) -> float | None:
        """Does what is due at `now`, a bounded part of it, and tells when to come back, if ever."""
        ...

    def finish_due(self, now: float) -> None:
        """Does all that is due at `now`, however long it takes."""
        ...

    def reset(self) -> None:
        """Forgets all state."""
        ...


@dataclass(frozen=True, slots=True)
class Rig:
    """What one running emulator is made of."""

    engine: EngineShape
    clock: ManualClock
    settings: Settings


@dataclass(frozen=True, slots=True)
class AdminRequest:
    """One request to a route. body: the JSON sent, {} where none was."""

    rig: Rig
    query: bytes
    body: dict[str, Any]

    def asked(self, *names: str) -> dict[str, str]:
        """The parameters of the query, each given once at most; BadRequest for one that is none of `names`."""
        try:
            given = parse_qs(self.query.decode(), keep_blank_values=True, strict_parsing=bool(self.query))
        except ValueError:
            raise BadRequest("the query is not a list of name=value") from None
        for name, values in given.items():
            if name not in names or len(values) > 1:
                raise BadRequest(f"the query takes {', '.join(names)}, each once, not {name}")
        return {name: values[0] for name, values in given.items()}


class BadRequest(ValueError):
    """Input that a route cannot take; its text is one line."""


# What is shown, made in steps of a millisecond at most, between which others are served: it ends by returning it. What
# it tells of one table may so be a little older than what it tells of another.
Steps = Generator[None, None, dict[str, Any]]
Handler = Callable[[AdminRequest], "dict[str, Any] | Steps | Answer"]

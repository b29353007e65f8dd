"""Reads what `dynarig serve --record FILE` has written.

Rule: one request a line; the first line says that it is a recording. Must not know what is made of it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import orjson

from dynarig.workloads.mixes.errors import MixError

MARK = "dynarig_recording"
Request = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Asked:
    """One request. at: epoch seconds by the server's clock. error: its code, or None."""

    at: float
    operation: str
    request: Request
    error: str | None = None


@dataclass
class Recording:
    """source: the file. tables: CreateTable requests by name, as the recording has seen them."""

    source: str
    asked: list[Asked] = field(default_factory=list)
    tables: dict[str, Request] = field(default_factory=dict)


def is_recording(text: str) -> bool:
    """Whether a file is a recording, by its first line."""
    return MARK in text[:200].partition("\n")[0]


def read_recording(text: str, source: str) -> Recording:
    """The recording in a text. MixError with the line that is none."""
    if not is_recording(text):
        raise MixError(f"{source}: line 1: not a recording; `dynarig serve --record FILE` writes one")
    recording = Recording(source)
    lines = text.splitlines()
    for number, line in enumerate(lines[1:], 2):
        try:
            told = orjson.loads(line)
            if "operation" in told:
                _take(recording, told)
        except (KeyError, TypeError, ValueError) as fault:
            if number == len(lines):
                break  # the server ended in the middle of it
            raise MixError(f"{source}: line {number}: not a recorded request ({fault})") from None
    return recording


def _take(recording: Recording, told: dict[str, Any]) -> None:
    operation, request = told["operation"], told["request"]
    if operation == "CreateTable":
        if told.get("error") is None:
            recording.tables[request["TableName"]] = request
    elif operation == "UpdateTable":
        _update(recording.tables.get(request["TableName"]), request, told.get("error"))
    elif operation != "DeleteTable":
        recording.asked.append(Asked(float(told["at"]), operation, request, told.get("error")))


def _update(create: Request | None, request: Request, error: str | None) -> None:
    """Indexes that were added later belong to the table as well."""
    if create is None or error is not None:
        return
    for change in request.get("GlobalSecondaryIndexUpdates") or ():
        if "Create" in change:
            create.setdefault("GlobalSecondaryIndexes", []).append(change["Create"])
    known = {entry["AttributeName"] for entry in create["AttributeDefinitions"]}
    for entry in request.get("AttributeDefinitions") or ():
        if entry["AttributeName"] not in known:
            create["AttributeDefinitions"].append(entry)

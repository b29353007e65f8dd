"""What is asked of a server, written to a file: one JSON line a request, for a load to be drawn from.

Rule: only data operations and what makes their tables, refused requests included. Values are kept, or hashed by a key
that is drawn for this file and written nowhere: equal values stay equal, texts and bytes keep their length (or eight
bytes), and nobody reads them. The file is bounded; when it is full, that is its last line. Written at each tick of the
server's clock and at its end, so a server that is killed loses a second. Must not know: sockets, the engine.
"""

from __future__ import annotations

import base64
import logging
import os
import re
from collections.abc import Callable
from hashlib import blake2b
from typing import Any

import orjson

from dynarig.emulator.model.call import Call, Reply

LOG = logging.getLogger("dynarig")
HASH = "hash"
Execute = Callable[[Call, float], Reply]
_SERVICE = "DynamoDB_20120810"
# What touches items, in the order in which a reader would look for it.
DATA_OPERATIONS = (
    "GetItem",
    "PutItem",
    "UpdateItem",
    "DeleteItem",
    "Query",
    "Scan",
    "BatchGetItem",
    "BatchWriteItem",
    "TransactGetItems",
    "TransactWriteItems",
    "ExecuteStatement",
    "BatchExecuteStatement",
    "ExecuteTransaction",
)
_DATA = frozenset(DATA_OPERATIONS)
_TABLES = frozenset({"CreateTable", "UpdateTable", "DeleteTable"})
# What says nothing of a table's shape and may be private.
_PRIVATE = frozenset({"Tags", "ResourcePolicy", "SSESpecification", "NextToken", "ClientRequestToken"})
_SHORTEST_BYTES, _SHORTEST_DIGITS, _LONGEST_DIGITS = 8, 6, 30
_LITERAL = re.compile(r"\"[^\"]*\"|'((?:[^']|'')*)'|(?<![\w\[\"#:.])(\d+(?:\.\d+)?)")
_FULL = b'{"stopped":"the file is as large as --record-max-bytes allows"}\n'


class RecordingError(Exception):
    """A file that cannot be written. Its text is one line."""


class Recorder:
    """One file. `watching` gives the engine's `execute` with a look at every call."""

    def __init__(self, path: str, max_bytes: int, values: str) -> None:
        """Begins a new file; RecordingError where it is there already or cannot be."""
        try:
            self._file = open(path, "xb")  # noqa: SIM115 - it stays open as long as the server
        except FileExistsError:
            raise RecordingError(f"--record: {path} is there already; name another file, or move it away") from None
        except OSError as fault:
            raise RecordingError(f"--record: cannot write {path}: {fault.strerror}") from None
        self._left_bytes = max_bytes
        self._path = path
        self._hashing = Hashing(os.urandom(16)) if values == HASH else None
        self.requests = 0
        self._write(orjson.dumps({"dynarig_recording": 1, "values": values}) + b"\n")

    def watching(self, execute: Execute) -> Execute:
        """The same function; what it is asked is written."""

        def watched(call: Call, now: float) -> Reply:
            reply = execute(call, now)
            self.note(call, reply, now)
            return reply

        return watched

    def note(self, call: Call, reply: Reply, now: float) -> None:
        """One call and how it ended, if it is of those that are recorded."""
        if self._left_bytes <= 0 or call.service != _SERVICE or call.operation not in _DATA | _TABLES:
            return
        request = call.request if self._hashing is None else self._hashing.request(call.request)
        line = {"at": round(now, 6), "operation": call.operation, "region": call.region, "request": request}
        if reply.error_code is not None:
            line["error"] = reply.error_code
        self._write(orjson.dumps(line) + b"\n")
        self.requests += 1

    def flush(self) -> None:
        """Hand over to the system what is waiting."""
        if not self._file.closed:
            self._file.flush()

    def close(self) -> None:
        """End the file; a second call changes nothing."""
        self._file.close()

    def _write(self, line: bytes) -> None:
        self._left_bytes -= len(line)
        if self._left_bytes > 0:
            self._file.write(line)
            return
        self._file.write(_FULL)
        self._file.flush()
        LOG.warning(
            "%s is full (--record-max-bytes) after %d requests; what follows is not recorded", self._path, self.requests
        )


class Hashing:
    """Requests with their values hashed; names, expressions and numbers of the API stay."""

    def __init__(self, key: bytes) -> None:
        self._key = key

    def request(self, given: dict[str, Any]) -> dict[str, Any]:
        """The request without what its values say."""
        return {
            name: self._statement(member) if name == "Statement" and isinstance(member, str) else self._any(member)
            for name, member in given.items()
            if name not in _PRIVATE
        }

    def _any(self, given: Any) -> Any:
        if isinstance(given, list):
            return [self._any(each) for each in given]
        if not isinstance(given, dict):
            return given
        if len(given) == 1:
            tag, content = next(iter(given.items()))
            if tag in ("S", "N", "B") and isinstance(content, str):
                return {tag: self._scalar(tag, content)}
            if tag in ("SS", "NS", "BS") and isinstance(content, list):
                return {tag: [self._scalar(tag[0], each) if isinstance(each, str) else each for each in content]}
        return self.request(given)

    def _scalar(self, tag: str, content: str) -> str:
        if tag == "N":
            digits = min(max(sum(map(str.isdigit, content)), _SHORTEST_DIGITS), _LONGEST_DIGITS)
            return str(int(self._hex(content, digits), 16) % 10**digits)
        if tag == "B":
            try:
                length = max(_SHORTEST_BYTES, len(base64.b64decode(content)))
            except ValueError:
                length = _SHORTEST_BYTES
            return base64.b64encode(self._hex(content, length).encode()).decode()
        return self._hex(content, max(_SHORTEST_BYTES, len(content.encode())))

    def _hex(self, content: str, length: int) -> str:
        """So many hexadecimal digits that stand for the content."""
        digest = blake2b(content.encode("utf-8", "surrogatepass"), key=self._key, digest_size=32).hexdigest()
        return (digest * (length // len(digest) + 1))[:length]

    def _statement(self, text: str) -> str:
        """A PartiQL statement without its literals."""

        def hidden(found: re.Match[str]) -> str:
            if found[1] is not None:
                return f"'{self._scalar('S', found[1])}'"
            return self._scalar("N", found[2]) if found[2] is not None else found[0]

        return _LITERAL.sub(hidden, text)

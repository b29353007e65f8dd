"""Two servers, one request: what they disagree on, and which disagreements are explained.

Rule: pure but for the two backends handed in. An explanation is one entry of known_differences.json: patterns of the
operation, the kind, the path, our side and the peer's, and the source that says we are right.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dynarig.emulator.model.errors import DynamoDBError
from dynarig.workloads.backends.base import Backend, BackendError
from dynarig.workloads.backends.likeness import Difference, differences

KNOWN = Path(__file__).resolve().parent.parent / "cases" / "differential" / "known_differences.json"
_ENVELOPE = re.compile(r"^\d+ validation errors? detected: ")
_PATTERNS = ("operation", "kind", "path", "ours", "peers", "request")


@dataclass(slots=True)
class Explanation:
    """One known difference. Mutable: counts its uses."""

    patterns: dict[str, re.Pattern[str]]
    source: str
    uses: int = 0

    def fits(self, told: dict[str, str]) -> bool:
        """Whether every pattern is found in what it speaks of."""
        return all(pattern.search(told[name]) for name, pattern in self.patterns.items())


def explanations(peer: str) -> list[Explanation]:
    """Those of known_differences.json for a peer."""
    return [
        Explanation({name: re.compile(each[name]) for name in _PATTERNS if name in each}, each["source"])
        for each in json.loads(KNOWN.read_text())
        if each["peer"] == peer
    ]


def outcome(backend: Backend, operation: str, request: dict[str, Any]) -> dict[str, Any] | DynamoDBError:
    """The answer or the refusal; what is no answer of DynamoDB's at all counts as a refusal of its own."""
    try:
        return backend.call(operation, request)
    except DynamoDBError as error:
        return error
    except BackendError as error:
        return DynamoDBError("NoAnswer", str(error), status=0)


def unexplained(found: Iterable[Difference], known: list[Explanation], request: dict[str, Any]) -> list[Difference]:
    """The differences that no entry explains."""
    text = json.dumps(request, ensure_ascii=False)
    left = []
    for each in found:
        told = {
            "operation": each.operation,
            "kind": each.kind,
            "path": each.path,
            "ours": json.dumps(each.left, ensure_ascii=False),
            "peers": json.dumps(each.right, ensure_ascii=False),
            "request": text,
        }
        explanation = next((one for one in known if one.fits(told)), None)
        if explanation is None:
            left.append(each)
        else:
            explanation.uses += 1
    return left


def disagreements(
    operation: str, ours: dict[str, Any] | DynamoDBError, peers: dict[str, Any] | DynamoDBError
) -> list[Difference]:
    """Every difference of two outcomes, status included."""
    found = [each for each in differences(operation, ours, peers) if not _says_the_same(each)]
    if isinstance(ours, DynamoDBError) and isinstance(peers, DynamoDBError) and ours.status != peers.status:
        found.append(Difference(operation, "status", "", ours.status, peers.status))
    return found


def _says_the_same(difference: Difference) -> bool:
    """Whether texts differ in their envelope or last stop alone; both are held by cases of recorded answers."""
    if not isinstance(difference.left, str) or not isinstance(difference.right, str):
        return False
    if difference.kind != "message" and not difference.path.endswith("Message"):
        return False
    return _bare(difference.left) == _bare(difference.right)


def _bare(text: str) -> str:
    return _ENVELOPE.sub("", text).removesuffix(".")

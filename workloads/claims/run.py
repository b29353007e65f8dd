"""Checks claims one after the other: each gives an outcome, and a check that breaks is our defect, told as one.

On a backend that is not our engine, a refusal or a member that its answers lack is that backend's: the claim cannot be
tested there; nor one that needs a load, where none can be had.

Rule: order and verdicts do not depend on which claims were chosen. Writes nothing.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from dynarig.emulator.model.errors import DynamoDBError
from dynarig.emulator.settings import did_you_mean
from dynarig.workloads.claims.bench import EMBEDDED, Bench
from dynarig.workloads.claims.claim import UNTESTABLE, Claim, read_claims
from dynarig.workloads.claims.finding import NOT_TESTABLE, Finding, agrees
from dynarig.workloads.claims.loads import LoadFailed
from dynarig.workloads.claims.register import Check, all_checks

_NEEDS_ANOTHER_SYSTEM = "what is expected is of the service itself or of another system, which no local bench has."


class UnknownClaim(ValueError):
    """No claim has this id, or none of the chosen systems has it; the text is one line."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """A claim and what checking it gave. elapsed_seconds: what it took, dear things shared with others included."""

    claim: Claim
    finding: Finding
    elapsed_seconds: float

    @property
    def agrees(self) -> bool:
        """Whether the verdict is the one that was expected."""
        return agrees(self.finding.verdict, self.claim.expected)

    def to_json(self) -> dict[str, Any]:
        """The line that tools read; `evidence` is the raw figures."""
        return {
            "id": self.claim.id,
            "system": self.claim.system,
            "statement": self.claim.statement,
            "source": self.claim.source,
            "claimed": self.claim.claimed,
            "measured": self.finding.measured if self.finding.value is None else self.finding.value,
            "measured_text": self.finding.measured,
            "unit": self.finding.unit,
            "tolerance": self.finding.tolerance,
            "verdict": self.finding.verdict,
            "why": self.finding.why,
            "expected": self.claim.expected,
            "expected_because": self.claim.because,
            "agrees": self.agrees,
            "disagreement": self.finding.disagreement,
            "kind": self.claim.kind,
            "method": self.claim.method,
            "elapsed_seconds": round(self.elapsed_seconds, 3),
            "evidence": dict(self.finding.evidence),
        }


def choose(systems: Sequence[str] = (), ids: Sequence[str] = ()) -> list[Claim]:
    """The claims of these systems and ids, all where none are named. Raises UnknownClaim."""
    claims = {claim.id: claim for claim in read_claims()}
    for id in ids:
        if id not in claims:
            meant = did_you_mean(id.upper(), claims)
            raise UnknownClaim(f"no claim {id!r}{meant or f'; they are {_ranges(claims.values())}'}")
        if systems and claims[id].system not in systems:
            raise UnknownClaim(f"claim {id} is one of {claims[id].system}, not of {', '.join(systems)}")
    return [each for each in claims.values() if (not systems or each.system in systems) and (not ids or each.id in ids)]


def _ranges(claims: Iterable[Claim]) -> str:
    """The ids in words: the first and last of each system."""
    ids: dict[str, list[str]] = {}
    for claim in claims:
        ids.setdefault(claim.system, []).append(claim.id)
    return ", ".join(f"{each[0]} to {each[-1]}" for each in ids.values())


def run(claims: Sequence[Claim], bench: Bench) -> Iterator[Outcome]:
    """Check each claim on the bench."""
    registered = all_checks()
    for claim in claims:
        start = time.perf_counter()
        finding = _check(claim, registered.get(claim.id), bench)
        yield Outcome(claim, finding, time.perf_counter() - start)


def _check(claim: Claim, check: Check | None, bench: Bench) -> Finding:
    if check is not None:
        try:
            return check(claim, bench)
        except LoadFailed as error:
            return Finding(NOT_TESTABLE, "", str(error), disagreement=str(error))
        except (DynamoDBError, LookupError) as error:
            if bench.options.backend == EMBEDDED:
                raise
            return _not_on(bench.options.backend, error)
    assert claim.kind == UNTESTABLE, f"{claim.id} has no check"
    return Finding(NOT_TESTABLE, "", claim.reason, disagreement=_NEEDS_ANOTHER_SYSTEM)


def _not_on(backend: str, error: Exception) -> Finding:
    """A claim whose check asks for more than a backend can do."""
    if isinstance(error, DynamoDBError):
        lacks = f"refuses what the check asks: {error.code}: {error.message}"
    else:
        lacks = f"answers without what the check reads: {error}"
    return Finding(NOT_TESTABLE, "", f"{backend} {lacks}", disagreement=f"{backend} {lacks}")

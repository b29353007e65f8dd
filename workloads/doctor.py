"""`dynarig doctor`: one page that says what works here, and what mends the rest.

Rule: a line for each finding, the line that mends it below; exit status 0 unless the core cannot run.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict

from dynarig.emulator.command_line import Parser
from dynarig.workloads import doctor_checks as checks
from dynarig.workloads.doctor_checks import FAULT, MISSING, OK, Finding

CHECKS: tuple[Callable[[], Iterator[Finding]], ...] = (
    checks.python,
    checks.core,
    checks.sdk,
    checks.extras,
    checks.settings,
    checks.ports,
    checks.docker,
    checks.java,
    checks.browser,
    checks.machine,
    checks.clock,
)
_ESSENTIAL = ("python", "core")
_MARKS = {OK: "ok", MISSING: "--", FAULT: "!!"}


def main(argv: Sequence[str] | None = None) -> int:
    """0 if the core runs, 1 if not, 2 for bad flags."""
    parser = Parser(prog="dynarig doctor", description="Say what works here, and what mends the rest.")
    parser.add_argument("--json", action="store_true", help="the findings as JSON")
    arguments = parser.parse_args(sys.argv[1:] if argv is None else argv)
    findings = [finding for check in CHECKS for finding in examined(check)]
    print(json.dumps([asdict(finding) for finding in findings], indent=1) if arguments.json else page(findings))
    return int(any(finding.state == FAULT and finding.subject in _ESSENTIAL for finding in findings))


def examined(check: Callable[[], Iterator[Finding]]) -> list[Finding]:
    """A check's findings; one that fails by itself is a finding as well, so that the others are told."""
    try:
        return list(check())
    except Exception as fault:
        return [Finding(check.__name__, FAULT, f"could not look: {type(fault).__name__}: {fault}")]


def page(findings: Sequence[Finding]) -> str:
    """The findings for a person."""
    width = max(len(finding.subject) for finding in findings)
    lines = []
    for finding in findings:
        lines.append(f"{_MARKS[finding.state]}  {finding.subject:{width}}  {finding.detail}")
        if finding.mend:
            lines.append(f"    {'':{width}}  → {finding.mend}")
    counts = {state: sum(finding.state == state for finding in findings) for state in _MARKS}
    lines.append(f"\n{counts[OK]} work, {counts[MISSING]} optional things are missing, {counts[FAULT]} are at fault")
    return "\n".join(lines)

"""`dynarig gate`: this tree against the baseline. 0 no regression, 1 could not compare, 2 usage, 3 regression."""

from __future__ import annotations

import argparse
import json
import math
import sys
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from dynarig.emulator.command_line import Parser
from dynarig.workloads.gate import baseline as baselines
from dynarig.workloads.gate import comparison, counting, interleaving, load, output, trees
from dynarig.workloads.gate.baseline import Baseline, BaselineError
from dynarig.workloads.gate.comparison import Metric
from dynarig.workloads.gate.probes import PROBES
from dynarig.workloads.gate.trees import Tree, TreeError

OK, NOT_COMPARED, USAGE, REGRESSION = 0, 1, 2, 3
_VERSIONS = {name: probe.version for name, probe in PROBES.items()}


class NotComparable(Exception):
    """The two cannot be compared; the text is one line."""


@dataclass
class Result:
    """metrics: the verdicts. how: what was compared, in one line. remarks: what a reader must know besides."""

    metrics: list[Metric]
    how: str
    remarks: list[str] = field(default_factory=list)


def main(argv: Sequence[str] | None = None) -> int:
    """Compare, or take a new baseline."""
    arguments = _parser().parse_args(sys.argv[1:] if argv is None else argv)
    fault = _usage_fault(arguments)
    if fault:
        print(f"dynarig gate: {fault}", file=sys.stderr)
        return USAGE
    try:
        if arguments.update:
            return _update(arguments)
        result = _compare(arguments)
    except (TreeError, BaselineError, NotComparable, OSError) as error:
        print(f"dynarig gate: {error}", file=sys.stderr)
        return NOT_COMPARED
    except KeyboardInterrupt:
        print("dynarig gate: interrupted", file=sys.stderr)
        return 130
    _tell(result, arguments)
    is_told = _write_files(result, arguments)
    if comparison.named(result.metrics, comparison.REGRESSION):
        return REGRESSION
    return OK if is_told and not comparison.named(result.metrics, comparison.UNSURE) else NOT_COMPARED


def _parser() -> argparse.ArgumentParser:
    parser = Parser(prog="dynarig gate", description="Does this tree its work as fast as the baseline?")
    add = parser.add_argument
    add("--baseline", default=str(baselines.DEFAULT), metavar="REF|FILE", help=f"default {baselines.DEFAULT}")
    add("--only", action="append", choices=list(PROBES), help="only this probe; repeatable")
    add("--threshold", action="append", default=[], metavar="NAME=SHARE", type=_threshold, help="such as put-item=0.05")
    add(
        "--method",
        choices=("auto", "instructions", "interleaved"),
        default="auto",
        help="instructions by valgrind; interleaved: CPU times in turn; auto (default): the first where it can be",
    )
    add("--rounds", type=_count, default=12, help="of the interleaved method (default 12)")
    add("--load", action="store_true", help="also a short load of both trees; its seconds only warn")
    add("--json", action="store_true", help="print the verdicts as JSON")
    add("--github-benchmark", type=Path, metavar="FILE", help="write github-action-benchmark's customSmallerIsBetter")
    add("--junit", type=Path, metavar="FILE", help="write JUnit's XML")
    add("--update", action="store_true", help="make the current commit the baseline")
    add("--reason", help="with --update: why performance may be what it is")
    return parser


def _threshold(text: str) -> tuple[str, float]:
    name, _, share = text.partition("=")
    if name not in PROBES:
        raise argparse.ArgumentTypeError(f"no probe {name!r}: {', '.join(PROBES)}")
    try:
        value = float(share)
    except ValueError:
        value = math.nan
    if not 0 <= value < math.inf:
        raise argparse.ArgumentTypeError(f"{text!r} gives no share by which {name} may grow, such as 0.05")
    return name, value


def _count(text: str) -> int:
    value = int(text) if text.isdecimal() else 0
    if value < 6:
        raise argparse.ArgumentTypeError(f"{text}: six at least, as fewer can all be wrong by chance")
    return value


def _usage_fault(arguments: argparse.Namespace) -> str:
    """What is wrong with flags that are right each by itself, before any work; empty where nothing is."""
    if arguments.update:
        if not (arguments.reason or "").strip():
            return "--update needs --reason, one sentence that the next reader will understand"
        if arguments.only:
            return "--update takes all probes; leave --only out"
        if not arguments.baseline.endswith(".json"):
            return f"--update writes a .json file, which --baseline {arguments.baseline} is not"
    for flag, path in (("--github-benchmark", arguments.github_benchmark), ("--junit", arguments.junit)):
        if path and not path.parent.is_dir():
            return f"there is no folder {path.parent} for {flag}"
    return ""


def _say(text: str) -> None:
    print(f"\r\x1b[K{text}" if sys.stderr.isatty() else text, end="" if sys.stderr.isatty() else "\n", file=sys.stderr)


def _compare(arguments: argparse.Namespace) -> Result:
    names = arguments.only or list(PROBES)
    stored = None
    ref = arguments.baseline
    if Path(ref).is_file() or ref.endswith(".json"):
        stored = baselines.read(Path(ref))
        ref = stored.commit
    reason = counting.unavailable()
    if arguments.method == "instructions" and reason:
        raise NotComparable(f"instructions cannot be counted: {reason}")
    with ExitStack() as stack:
        current = stack.enter_context(trees.current())
        try:
            before = stack.enter_context(trees.of_commit(trees.commit_of(ref)))
        except TreeError:
            if stored is None or reason:
                raise
            return _against_stored(stored, current, names, arguments)
        if reason or arguments.method == "interleaved":
            result = _interleaved(before, current, names, arguments)
            result.remarks += [f"instructions were not counted: {reason}"] if reason else []
        else:
            result = _counted(before, current, names, arguments)
        if arguments.load:
            _say("a short load of each tree …")
            result.metrics += comparison.of_wall_clock(load.measure(before), load.measure(current))
        return result


def _counted(before: Tree, current: Tree, names: Sequence[str], arguments: argparse.Namespace) -> Result:
    shared = _comparable(before, names)
    _say(f"counting instructions of {before.name} and of this tree …")
    with ThreadPoolExecutor() as both:  # each in a process of its own: what is counted does not mind the other
        old, new = both.map(lambda tree: counting.count(tree, shared), (before, current))
    metrics = comparison.of_instructions(old, new, dict(arguments.threshold))
    return Result(metrics, f"instructions, {before.name} against this tree", _left_out(names, shared))


def _against_stored(stored: Baseline, current: Tree, names: Sequence[str], arguments: argparse.Namespace) -> Result:
    """Where git does not have the commit: its stored counts, if they were taken on the like of this."""
    here = counting.fingerprint()
    there = stored.fingerprint
    differing = [f"{key} {there.get(key)}, here {value}" for key, value in here.items() if value != there.get(key)]
    if differing:
        raise NotComparable(
            f"commit {stored.commit[:12]} is not in this clone, and its counts were taken with {'; '.join(differing)}: "
            "fetch the whole history"
        )
    shared = [name for name in names if stored.versions.get(name) == _VERSIONS[name]]
    if not shared:
        raise NotComparable(f"the stored counts of {stored.commit[:12]} are of none of this work: {', '.join(names)}")
    _say("counting instructions of this tree …")
    metrics = comparison.of_instructions(
        stored.instructions, counting.count(current, shared), dict(arguments.threshold)
    )
    return Result(
        metrics, f"instructions, stored counts of {stored.commit[:12]} against this tree", _left_out(names, shared)
    )


def _interleaved(before: Tree, current: Tree, names: Sequence[str], arguments: argparse.Namespace) -> Result:
    """What seems slower is measured anew: with noise in sixteen probes, one set of rounds would cry wolf too often."""
    shared = _comparable(before, names)
    thresholds = dict(arguments.threshold)
    with trees.current() as again:

        def measured(probes: Sequence[str]) -> list[Metric]:
            rounds = interleaving.measure((before, current, again), probes, arguments.rounds, _say)
            return comparison.of_intervals(
                {name: interleaving.found(each) for name, each in rounds.items()}, thresholds
            )

        metrics = measured(shared)
        suspects = comparison.named(metrics, comparison.REGRESSION)
        if suspects:
            _say(f"once more: {', '.join(suspects)}")
            metrics = comparison.corrected(metrics, measured(suspects))
    how = f"CPU time, {arguments.rounds} rounds in turn, {before.name} against this tree"
    return Result(metrics, how, _left_out(names, shared))


def _comparable(before: Tree, names: Sequence[str]) -> list[str]:
    """The probes whose work is the same in both trees. Raises NotComparable where there is none."""
    there: dict[str, int] = json.loads(before.run(before.command("dynarig.workloads.gate.probes", "--list")))
    shared = [name for name in names if there.get(name) == _VERSIONS[name]]
    if not shared:
        raise NotComparable(f"{before.name} does none of this work: {', '.join(names)}")
    return shared


def _left_out(names: Sequence[str], shared: Sequence[str]) -> list[str]:
    missing = [name for name in names if name not in shared]
    return [f"not compared, as the baseline does another work: {', '.join(missing)}"] if missing else []


def _update(arguments: argparse.Namespace) -> int:
    reason = counting.unavailable()
    counts: dict[str, int] = {}
    with trees.of_commit(commit := trees.commit_of("HEAD")) as tree:
        if reason is None:
            _say("counting instructions …")
            counts = counting.count(tree, list(PROBES))
    path = Path(arguments.baseline)
    Baseline(commit, arguments.reason, counting.fingerprint() if counts else {}, counts, _VERSIONS).save(path)
    print(f"baseline {commit[:12]} in {path}: {arguments.reason}")
    return OK


def _tell(result: Result, arguments: argparse.Namespace) -> None:
    metrics = result.metrics
    if arguments.json:
        body: dict[str, Any] = {"how": result.how, "remarks": result.remarks, "metrics": output.as_json(metrics)}
        print(json.dumps(body, indent=1, ensure_ascii=False))
        return
    print(output.table(metrics))
    for remark in result.remarks:
        print(remark)
    print(f"{result.how}: {_in_words(metrics)}")


def _write_files(result: Result, arguments: argparse.Namespace) -> bool:
    """The verdicts for other tools; whether all could be written. A regression is one all the same."""
    try:
        if arguments.github_benchmark:
            benchmark = json.dumps(output.as_github_benchmark(result.metrics), indent=1) + "\n"
            arguments.github_benchmark.write_text(benchmark, encoding="utf-8")
        if arguments.junit:
            arguments.junit.write_text(output.as_junit(result.metrics), encoding="utf-8")
    except OSError as error:
        print(f"dynarig gate: {error}", file=sys.stderr)
        return False
    return True


def _in_words(metrics: Sequence[Metric]) -> str:
    slower = comparison.named(metrics, comparison.REGRESSION)
    unsure = comparison.named(metrics, comparison.UNSURE)
    told = f"REGRESSION in {', '.join(slower)}" if slower else "no regression seen" if unsure else "no regression"
    if not unsure:
        return told
    return f"{told}; could not compare {', '.join(unsure)}: too noisy here; more --rounds, or install valgrind"

"""Scenarios: what a load consists of, the question that it answers, and whether its answers are right.

How to write one. A scenario is a class; one file of this folder each, and one line in `SCENARIOS` below. (A user's own
needs neither: a class in the locustfile is known as soon as it is defined.)

    class HotKey(Scenario):
        '''One key takes most of the reads.'''

        name = "hot-key"                                        # of --scenario, and a tag of --tags
        question = "What does one busy key get, however large the table?"
        parameters = (Parameter("share", 0.9, "of the reads that fall on the key", minimum=0),)
        capacity = "enforce"                                    # of the emulator that the load starts by itself

        def prepare(self, target):                              # once a run, before the first request
            target.make_table(create_table("dynarig-hot-key", "id"))
            target.load("dynarig-hot-key", (item(number) for number in range(1_000)))
            return {}                                           # plain data: every process's `begin` gets it

        def begin(self, prepared):                              # once in each process
            self.keys = hot(1_000, self.setting.seed, self.param["share"])

        def next(self, now):                                    # for each request; quick: it runs in the schedule
            request = {"TableName": "dynarig-hot-key", "Key": {"id": {"S": str(next(self.keys))}}}
            return Step("read", "GetItem", request, now)

        def verify(self, run):                                  # once a run, after the last request
            total = run.total()
            found = Finding(f"{total.throttled:,} reads were throttled", {"throttled": total.throttled})
            return ScenarioVerdict((found,), self.faults(run))  # no faults: passed

What to know:

- `next` never waits, sends nothing and reads no clock; `now` is monotonic. It notes what it will change. After it comes
  exactly one of `answered(step, response, ended)` and `failed(step, error, ended)`; the next requests follow from there
  (a page's successor, the shards of one read): keep them in a list that `next` takes from first.
- Whether an answer is right says `Step.check`: (response, began, ended) → one line that says what is wrong, or None.
- Throttles are counted, by code, and fail nothing. An error code that belongs to the scenario, such as a condition that
  is to fail, goes into `Step.expected`. Any other error, and every wrong answer, fails the run, unless `verify` decides
  otherwise.
- A process sees only its own requests. What `verify` needs of them goes into `self.notes` (`count(name)`, `record(name,
  seconds)`), which add up over the processes: `run.notes.counts`, `run.notes.duration(name)`. Never keep `self.notes`
  itself. What processes write must not collide: `setting.process` of `setting.processes` tells them apart.
- `verify` may ask the target: `run.target.call(operation, request)`, `run.target.admin("/_dynarig/…")` (None where
  the server has no such route: then say less, never fail). `run.patterns` are the tallies by pattern, `run.series` the
  seconds, `run.total()` their sum. A finding is one sentence with its figure, and the figures as data.
- What another emulator does unlike DynamoDB (`target.is_like_the_service` tells) is said in `cannot` of the verdict, as
  "this target cannot …", and is no failure: it speaks against no design.
- A short run shows less: the frame adds its doubt ("p99 rests on the slowest 16") by itself, a scenario its own.
- `profile()` sets the rate's course: pieces of (seconds, rate at their beginning, at their end).
- Three classes to begin from: `CountedScenario` (counted.py) counts what was acknowledged, for `verify` to hold against
  the tables; `CeilingScenario` (ceilings.py) brings a partition's ceiling within reach of a low rate and tells
  throttles by reason; `EstateScenario` (estate.py) runs a documented system's access patterns beside its writes.
- Tables are named `dynarig-…`, made with `tables.create_table`, and used as they are where a --host has them already.
- Randomness comes from `self.draw` or `keys.py`, seeded by the run; equal seeds give equal requests.
- The test is `tests/workloads/scenarios/test_<name>.py` and runs the scenario against the engine itself, by
  `driven.py` there: no Locust, no sockets, no waiting.
"""

from __future__ import annotations

from dynarig.workloads.scenarios.acs import Acs
from dynarig.workloads.scenarios.base import Scenario
from dynarig.workloads.scenarios.batch_load import BatchLoad
from dynarig.workloads.scenarios.callytics import Callytics
from dynarig.workloads.scenarios.contention import Contention
from dynarig.workloads.scenarios.hot_index import HotIndex
from dynarig.workloads.scenarios.hot_key import HotKey
from dynarig.workloads.scenarios.index_fan_out import IndexFanOut
from dynarig.workloads.scenarios.large_items import LargeItems
from dynarig.workloads.scenarios.listbackup import ListBackup
from dynarig.workloads.scenarios.migration import Migration
from dynarig.workloads.scenarios.mix import MixScenario
from dynarig.workloads.scenarios.miyabi import MiyabiScenario
from dynarig.workloads.scenarios.natterbox import Natterbox
from dynarig.workloads.scenarios.saturation import Saturation
from dynarig.workloads.scenarios.scan_beside_traffic import ScanBesideTraffic
from dynarig.workloads.scenarios.session_churn import SessionChurn
from dynarig.workloads.scenarios.soak import Soak
from dynarig.workloads.scenarios.spike import Spike
from dynarig.workloads.scenarios.stream_consumer import StreamConsumer
from dynarig.workloads.scenarios.target_rate import TargetRate
from dynarig.workloads.scenarios.time_series import TimeSeries
from dynarig.workloads.scenarios.write_sharding import WriteSharding

SCENARIOS: tuple[type[Scenario], ...] = (
    Acs,
    BatchLoad,
    Callytics,
    Contention,
    HotIndex,
    HotKey,
    IndexFanOut,
    LargeItems,
    ListBackup,
    Migration,
    MixScenario,
    MiyabiScenario,
    Natterbox,
    Saturation,
    ScanBesideTraffic,
    SessionChurn,
    Soak,
    Spike,
    StreamConsumer,
    TargetRate,
    TimeSeries,
    WriteSharding,
)


def known_scenarios() -> dict[str, type[Scenario]]:
    """Every scenario by name: those of this folder, and those that a locustfile has defined."""
    return {**{scenario.name: scenario for scenario in SCENARIOS}, **Scenario.own}

"""The knobs of the capacity model: what AWS publishes as it is, what it does not publish as a choice with its reason.

Rule: `Settings` inherits these, so that each has its flag and its environment variable like any other. A comment says
where a figure comes from; "ours" marks what AWS is silent on.
"""

from __future__ import annotations

from dataclasses import dataclass

from dynarig.emulator.setting import setting

OFF = "off"
OBSERVE = "observe"
ENFORCE = "enforce"
MODES = (OFF, OBSERVE, ENFORCE)

OWED = "owed"

_EITHER = ("ProvisionedThroughputExceededException", "ThrottlingException")


@dataclass(frozen=True, slots=True, kw_only=True)
class CapacitySettings:
    """What admission is told."""

    capacity: str = setting(
        OFF,
        "whether capacity is only counted (off), throttles are counted too but nothing is refused (observe), or "
        "requests are throttled as the service would (enforce)",
        choices=MODES,
    )
    capacity_scale: float = setting(
        1.0, "multiplies every ceiling of throughput, so that a slow machine can reach one", minimum=1e-6, maximum=1e6
    )

    # Developer Guide, burst-adaptive-capacity: the ceilings of one partition.
    partition_max_read_units: int = setting(3000, "read units per second of one partition", minimum=1)
    partition_max_write_units: int = setting(1000, "write units per second of one partition", minimum=1)
    # "About 10 GB" (USENIX ATC 2022; Developer Guide, Partitions).
    partition_max_bytes: int = setting(10 * 1024**3, "size at which a partition is split", minimum=1)
    # Measured by AWS (Database Blog, "Scaling DynamoDB", part 2): 9,000 half-unit queries a second of one partition.
    partition_replicas: int = setting(
        3, "copies of a partition that serve eventually consistent reads, each as many as the leader", minimum=1
    )
    # Developer Guide, bp-query-scan: a scan takes what its partition has left, and others are throttled. What a read
    # takes is known only once it was made; that one unit lets it begin, and that all of the rest is owed, is ours.
    large_reads: str = setting(
        OWED,
        "a read of more units than are left: taken while one is there and the rest owed (owed), or refused until all "
        "are there (refused)",
        choices=(OWED, "refused"),
    )
    # Ours: AWS does not disclose its hash; a talk of 2025 tells of uneven ranges that throttled on random keys.
    partition_unevenness: float = setting(
        0.0, "how unequal the key ranges of new partitions are: 0 equal, 1 from nothing to twice", minimum=0, maximum=1
    )

    # Developer Guide, burst-adaptive-capacity. That it starts empty is what the advanced lab's timings show.
    burst_seconds: float = setting(
        300.0, "how many seconds of unused throughput are kept for bursts; a new table has none", minimum=0
    )
    # Developer Guide, on-demand: more than twice the peak within 30 minutes may throttle. The bound itself is taken;
    # the service often grows sooner, which is not promised.
    on_demand_growth_seconds: float = setting(
        1800.0, "how long after a new peak an on-demand table takes twice as much", minimum=0
    )
    # Ours: CloudWatch's period, in which AWS shows peaks.
    on_demand_peak_seconds: int = setting(60, "over how many seconds a peak is averaged", minimum=1, maximum=3600)
    # Quotas page: switches to on-demand.
    on_demand_switches_max: int = setting(4, "switches of a table to on-demand within 24 hours", minimum=1)

    # Not published. Part 2 of the blog: the first 10 minutes of a hot key ran at one partition's ceiling.
    split_heat_seconds: int = setting(600, "how long a partition is hot before it is split", minimum=1)
    # Ours: "near a partition's limit" must begin somewhere.
    split_heat_share: float = setting(0.8, "share of its ceiling above which a partition is hot", minimum=0, maximum=1)
    # Ours: a split that takes next to nothing off the hot half helps nobody.
    split_min_share: float = setting(
        0.05, "share of a hot partition's traffic that the smaller half must take", minimum=0, maximum=0.5
    )
    # Not published: minutes of imbalance in the advanced lab, seconds to minutes in reports.
    index_buffer_seconds: float = setting(
        30.0, "seconds of its table's write throughput that a global index may fall behind", minimum=0
    )

    # Two pages of AWS contradict each other; the throttling guide's example is taken.
    provisioned_key_range_error: str = setting(
        _EITHER[0], "the error of a hot partition of a provisioned table", choices=_EITHER
    )
    # The errors page names the first, the page on indexes the second.
    account_limit_error: str = setting(
        "RequestLimitExceeded",
        "the error of an on-demand table over the account's quota",
        choices=("RequestLimitExceeded", "ThrottlingException"),
    )

    # Ours: what a bounded memory of heat costs.
    heat_keys_max: int = setting(
        32_768, "keys of a table or index whose heat is kept, and that Contributor Insights counts", minimum=16
    )
    heat_seconds: int = setting(600, "seconds of consumption that are kept, one by one", minimum=1, maximum=86_400)

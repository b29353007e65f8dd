"""Versioned writes at random times; restored at random seconds, a table is what the log of the writes says."""

from __future__ import annotations

from math import floor
from random import Random

import pytest

from tests.operations.backups.backup_world import BackupWorld
from tests.operations.tables.table_world import defined, index

Log = list[tuple[float, str, int | None]]  # when, which item, its version or None for deleted


def _state(log: Log, at: float) -> dict[str, int]:
    """What stands at an instant, by the log of the writes."""
    state: dict[str, int] = {}
    for written_at, pk, version in log:
        if written_at <= at:
            if version is None:
                state.pop(pk, None)
            else:
                state[pk] = version
    return state


def _write(world: BackupWorld, random: Random, log: Log, version: int) -> None:
    pk = f"item-{random.randrange(40)}"
    if random.random() < 0.25:
        world.delete(pk)
        log.append((world.now, pk, None))
    else:
        world.put(pk, version, g=random.choice("xyz"))
        log.append((world.now, pk, version))


@pytest.mark.parametrize("seed", range(6))
def test_any_second_of_the_window(seed: int) -> None:
    random = Random(seed)
    world = BackupWorld(work_items=random.choice((5, 250)), pitr_latest_seconds=random.choice((0, 30)))
    world.create(AttributeDefinitions=defined("pk", "g"), GlobalSecondaryIndexes=[index("by-g", "g")])
    log: Log = []
    for version in range(60):
        _write(world, random, log, version)
    world.clock.advance(10)
    world.recover(PointInTimeRecoveryEnabled=True)
    enabled_at = world.now
    backups = {}
    for version in range(60, 900):
        world.clock.advance(random.random() * 2)
        _write(world, random, log, version)
        if random.random() < 0.005:
            backups[world.back_up(backup=f"at-{version}")] = _state(log, world.now)
    earliest, latest = world.window()
    assert earliest == enabled_at
    seconds = [random.randrange(floor(earliest), floor(latest)) for _ in range(12)]
    for number, second in enumerate([floor(earliest), *seconds, floor(latest)]):
        world.restore(f"at-{number}", second)
        _write(world, random, log, 1_000 + number)
        wanted = _state(log, max(second, enabled_at))
        assert world.versions(f"at-{number}") == wanted
        assert world.versions(f"at-{number}", "by-g") == wanted
    assert backups
    for number, (arn, state) in enumerate(backups.items()):
        world.restore_backup(f"of-backup-{number}", arn)
        assert world.versions(f"of-backup-{number}") == state
    world.client.engine.check()

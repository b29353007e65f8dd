"""Admission: whether a plan's charges are taken. Takes all of them or none, and says why not.

Rule: `off` knows nothing and costs nothing; `observe` counts what would be refused and refuses nothing; `enforce`
refuses. What is refused has taken nothing. A table may have a mode of its own, and all may change at run time.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from dynarig.emulator.capacity.bucket import MILLISECONDS, instant
from dynarig.emulator.capacity.capacity_settings import ENFORCE, OFF, CapacitySettings
from dynarig.emulator.capacity.lane import ACCOUNT_LIMIT, MAX_ON_DEMAND, PROVISIONED
from dynarig.emulator.capacity.supply import Fault, Supply
from dynarig.emulator.capacity.target import CapacityTarget, drawn_on
from dynarig.emulator.model import errors
from dynarig.emulator.model.errors import DynamoDBError, Throttle


class Admission:
    """Mutable; one an engine. mode: of tables that have none of their own. scale: multiplies every ceiling.

    is_on: whether any table is watched; where none is, nobody need ask. tell: is handed every throttle, also those that
    are only counted.
    """

    def __init__(self, settings: CapacitySettings, tell: Callable[[Throttle], None] | None = None) -> None:
        self._settings = settings
        self.tell = tell
        self.mode = settings.capacity
        self.table_modes: dict[str, str] = {}
        self.scale = settings.capacity_scale
        self._generation = 0
        self._at, self._at_begins, self._at_ends = 0, 0.0, 0.0
        self.is_on = self.mode != OFF

    def set_mode(self, mode: str, table: str | None = None) -> None:
        """Another mode from now on, of all tables or of those of one name."""
        if table is None:
            self.mode = mode
            self.table_modes.clear()
        else:
            self.table_modes[table] = mode
        self.is_on = any(each != OFF for each in (self.mode, *self.table_modes.values()))
        self.look_again()

    def set_scale(self, scale: float) -> None:
        """Other ceilings from now on."""
        self.scale = scale
        self.look_again()

    def look_again(self) -> None:
        """What is set for tables may have changed: each is looked at before it is next drawn from."""
        self._generation += 1

    def admit(self, charges: Sequence[Any], now: float) -> DynamoDBError | None:
        """None where the charges are taken, else the throttle to answer. charges: of one plan; now: epoch seconds."""
        if not self._at_begins <= now < self._at_ends:
            # All calls of a millisecond share one object: by its identity buckets know that they have seen it.
            self._at = at = int(now * MILLISECONDS + 0.5)  # an `instant`
            self._at_begins, self._at_ends = now, (at + 0.5) / MILLISECONDS
        at = self._at
        generation = self._generation
        for charge in charges:
            supply = charge.target.supply
            if supply is None or supply.generation != generation:
                supply = self._settled(charge.target, at)
            if supply.is_on:
                fault = supply.take(charge, at)
                if fault is not None:
                    return self._go_on(charges, charge, fault, at)
        return None

    def check(self, targets: Iterable[CapacityTarget]) -> None:
        """Assert the invariants of what these targets draw on."""
        for target in targets:
            if target.supply is not None:
                target.supply.check()

    def _go_on(self, charges: Sequence[Any], refused: Any, fault: Fault, at: int) -> DynamoDBError | None:
        """One charge was refused: ask for those behind it, too, as each refused one is told."""
        faults = [(refused, fault)]
        behind = False
        for charge in charges:
            if behind:
                supply = self._settled(charge.target, at)
                found = supply.take(charge, at) if supply.is_on else None
                if found is not None:
                    faults.append((charge, found))
            behind = behind or charge is refused
        return self._give_back(charges, faults, at)

    def _give_back(self, charges: Sequence[Any], faults: list[tuple[Any, Fault]], at: int) -> DynamoDBError | None:
        """Undo what was taken of a plan that is not taken whole."""
        refused = {id(charge): fault for charge, fault in faults}
        for charge in charges:
            if charge.target.supply.is_on and id(charge) not in refused:
                charge.target.supply.give_back(charge)
        told = [(position, refused[id(charge)]) for position, charge in enumerate(charges) if id(charge) in refused]
        return self._refuse(charges, told, at)

    def _refuse(self, charges: Sequence[Any], faults: list[tuple[int, Fault]], at: int) -> DynamoDBError | None:
        """Count the throttles; the error, or None where all is let through."""
        throttles = []
        for position, fault in faults:
            throttle = Throttle(_reason(fault), _arn(fault.supply.target), position)
            charge = charges[position]
            fault.supply.note_throttle(charge if charge.target.supply is fault.supply else None, throttle.reason)
            throttles.append(throttle)
            if self.tell is not None:
                self.tell(throttle)
        if faults[0][1].supply.mode == ENFORCE:
            error = self._error(faults[0][1], throttles)
            if len(faults) > 1:
                alone = zip(faults, throttles, strict=True)
                error.parts = tuple(self._error(fault, (throttle,)) for (_, fault), throttle in alone)
            return error
        for charge in charges:
            supply = self._settled(charge.target, at)
            if supply.is_on:
                supply.let_pass(charge)
        return None

    def _error(self, fault: Fault, throttles: Sequence[Throttle]) -> DynamoDBError:
        """The error of the first cause. Developer Guide: error handling, and throttling of global indexes."""
        of_index = fault.supply.target.index_name is not None
        if fault.cause == PROVISIONED:
            return errors.provisioned_throughput_exceeded(throttles)
        if fault.cause == MAX_ON_DEMAND:
            return errors.max_on_demand_exceeded(throttles)
        if fault.cause == ACCOUNT_LIMIT:
            code = "ThrottlingException" if of_index else self._settings.account_limit_error
            return errors.account_limit_exceeded(throttles, code)
        provisioned = fault.supply.promise.provisioned is not None
        if provisioned and not of_index and self._settings.provisioned_key_range_error != "ThrottlingException":
            return errors.provisioned_throughput_exceeded(throttles)
        return errors.current_throughput_exceeded(throttles)

    def _settled(self, target: CapacityTarget, at: int) -> Supply:
        """The supply of a target, made where there is none, as the settings are now."""
        source = drawn_on(target)
        if source is not target:
            target.supply = supply = self._settled(source, at)
            return supply
        supply = target.supply
        if supply is None:
            owner = None if target.owner is None else self._settled(target.owner, at)
            supply = target.supply = Supply(target, owner, self._settings, _since(target, at), self.scale)
        if supply.generation != self._generation:
            supply.mode = self.table_modes.get(target.table, self.mode)
            supply.is_on = supply.mode != OFF
            supply.provision(at, self.scale)
            supply.generation = self._generation
        return supply


def _reason(fault: Fault) -> str:
    return ("Table" if fault.supply.target.index_name is None else "Index") + fault.axis + fault.cause


def _since(target: CapacityTarget, at: int) -> int:
    """Since when throughput has come in unused: the creation of the table."""
    return at if target.declared is None else min(at, instant(target.declared.created_at))


def _arn(target: CapacityTarget) -> str:
    arn = "" if target.declared is None else target.declared.arn
    return arn if target.index_name is None else f"{arn}/index/{target.index_name}"

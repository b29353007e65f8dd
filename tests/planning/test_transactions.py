"""Outcomes to one plan: all or none, with a reason an action."""

from __future__ import annotations

import pytest

from dynarig.emulator.model import errors
from dynarig.emulator.model.errors import DynamoDBError
from dynarig.emulator.model.values import item_size
from dynarig.emulator.planning.conflicts import hold_all, outcome_of_held, refuse_held
from dynarig.emulator.planning.transactions import NO_REASON, Outcome, conclude, outcome_of_write, refuse_repeats
from dynarig.emulator.planning.writes import ItemWrite, plan_delete, plan_put
from tests.planning.tables import Always, item, new_table


def _put(*, passes: bool) -> ItemWrite:
    return plan_put(new_table(), item(1), item_size(item(1)), condition=Always(passes), transactional=True)


def _nothing(write: ItemWrite) -> None:
    return None


def test_all_actions_make_one_plan() -> None:
    outcomes = [outcome_of_write(lambda: _put(passes=True), _nothing) for _ in range(3)]
    plan = conclude(outcomes, {"Responses": []}, "TOTAL")
    assert (plan.refusal, len(plan.changes), len(plan.charges)) == (None, 3, 3)
    assert (plan.response, plan.capacity) == ({"Responses": []}, "TOTAL")


def test_one_failure_cancels_all_and_is_charged_for_what_could_be_planned() -> None:
    def unfit() -> ItemWrite:
        raise errors.validation("unfit")

    outcomes = [
        outcome_of_write(lambda: _put(passes=True), _nothing),
        outcome_of_write(unfit, _nothing),
        outcome_of_write(lambda: _put(passes=False), lambda write: {"shown": True}),
        outcome_of_write(lambda: _put(passes=False), _nothing),
    ]
    plan = conclude(outcomes, {}, None)
    assert plan.changes == ()
    assert len(plan.charges) == 3
    assert plan.refusal is not None
    failed = {"Code": "ConditionalCheckFailed", "Message": "The conditional request failed"}
    assert plan.refusal.members == {
        "CancellationReasons": [
            NO_REASON,
            {"Code": "ValidationError", "Message": "unfit"},
            {**failed, "Item": {"shown": True}},
            failed,
        ]
    }
    assert (plan.refusal.message or "").endswith(
        "[None, ValidationError, ConditionalCheckFailed, ConditionalCheckFailed]"
    )


def test_a_write_that_changes_nothing_has_no_change() -> None:
    outcome = outcome_of_write(lambda: plan_delete(new_table(), item(1), transactional=True), _nothing)
    assert (outcome.fails, outcome.changes, len(outcome.charges)) == (False, (), 1)


def test_one_item_twice_is_refused_by_table_and_place() -> None:
    one, other = new_table("one"), new_table("other")
    refuse_repeats([(one, ("p", 1)), (one, ("p", 2)), (other, ("p", 1))])
    with pytest.raises(DynamoDBError):
        refuse_repeats([(one, ("p", 1)), (other, ("p", 1)), (one, ("p", 1))])


def test_held_items_conflict_until_they_are_let_go() -> None:
    table = new_table()
    place = table.place_of(item(1))
    hold_all([(table, place)], until=5.0, now=0.0)
    with pytest.raises(DynamoDBError) as caught:
        refuse_held(table, item(1), 4.9)
    assert caught.value.code == "TransactionConflictException"
    refuse_held(table, item(2), 4.9)
    outcome = outcome_of_held(table, place, 4.9)
    assert outcome is not None
    assert outcome.fails
    assert outcome.reason["Code"] == "TransactionConflict"
    assert outcome_of_held(table, None, 4.9) is None
    assert outcome_of_held(table, place, 5.0) is None
    refuse_held(table, item(1), 5.0)


def test_an_outcome_without_reason_does_not_fail() -> None:
    assert not Outcome().fails

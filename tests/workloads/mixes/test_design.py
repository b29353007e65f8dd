"""A mix from file to verdict, against the engine itself: the example, and what is wrong in others."""

import pytest

from dynarig.fixtures.templates.template import TemplateError
from dynarig.workloads.mixes.design import read_design
from dynarig.workloads.mixes.errors import MixError
from dynarig.workloads.scenarios.mix import MixScenario
from dynarig.workloads.selection import select
from tests.workloads.mixes.driving import MIX, TEMPLATE, design_of, driven
from tests.workloads.scenarios.driven import Driven, EngineClient


def test_the_example_runs_and_every_pattern_answers_as_it_must():
    run = driven(read_design(MIX), 1_500)
    verdict = run.verify()
    assert verdict.passed, (verdict.failures, [tally.samples for tally in run.measured.patterns.values()])
    patterns = run.measured.patterns
    assert len(patterns) == 8
    assert all(tally.succeeded for tally in patterns.values())
    assert patterns["pay once"].refusals["ConditionalCheckFailedException"] > 0
    assert patterns["open booking"].requests > 3 * patterns["several"].requests
    assert run.measured.total().read_units > 0


def test_without_a_mix_the_schemas_first_mix_is_run():
    assert driven(read_design(None, [TEMPLATE]), 600).verify().passed


def test_the_scenario_alone_loads_the_example():
    assert Driven(MixScenario).run(300).verify().passed


def test_equal_seeds_give_equal_requests_and_processes_others():
    def requests(process):
        changes = {"scale": 1.0, "process": process, "processes": 2}
        run = driven(read_design(MIX), changes=changes)
        return [run.loading.next(float(number)).request for number in range(50)]

    assert requests(0) == requests(0)
    assert requests(0) != requests(1)


def test_new_items_of_two_processes_do_not_meet():
    client = EngineClient()
    for process in (0, 1):
        changes = {"scale": 1.0, "process": process, "processes": 2}
        run = driven(read_design(MIX), 400, client=client, changes=changes)
        assert run.verify().passed  # `book` has a condition, and expects no failure of it


def test_parameters_of_the_mix_are_parameters_of_the_scenario():
    design = read_design(MIX)
    run = driven(design, 200, hot=1.0, page=3)
    guests = [
        step.request["ExpressionAttributeValues"][":g"]["S"]
        for step in (run.loading.next(float(number)) for number in range(300))
        if step.pattern == "guest's bookings"
    ]
    assert len(set(guests)) == 1
    scenario = type(run.loading)
    (part,) = select({"mix": scenario}, "mix", [], [], ["page=3"])
    assert part.parameters["page"] == 3
    with pytest.raises(ValueError, match="page is at least 1"):
        select({"mix": scenario}, "mix", [], [], ["page=0"])


def test_tables_as_they_are_give_their_own_keys():
    client = EngineClient()
    driven(read_design(MIX), client=client)
    run = driven(read_design(MIX), 500, client=client, changes={"no_seed": True})
    assert run.prepared["pools"]
    assert run.verify().passed


def test_tables_of_a_target_are_described_where_nothing_else_says_them(tmp_path):
    client = EngineClient()
    driven(read_design(MIX), client=client)
    text = "patterns: [{name: all, operation: GetItem, request: {TableName: bookings, Key: {$key: bookings}}}]"
    run = driven(design_of(text, tmp_path, ()), 50, client=client, changes={"no_seed": True})
    assert run.verify().passed
    with pytest.raises(MixError, match="which tables"):
        driven(design_of(text, tmp_path, ()))


def test_the_rates_course_is_scaled_and_stretched(tmp_path):
    text = f"rates: [[10, 0, 100], [30, 100, 100]]\nrate: 100\n{GET}"
    run = driven(design_of(text, tmp_path), changes={"rate": 200.0, "run_seconds": 80.0})
    assert run.loading.profile() == ((20.0, 0.0, 200.0), (60.0, 200.0, 200.0))


def test_a_wrong_answer_fails_the_run(tmp_path):
    run = driven(design_of(f"{GET}\n  expect: {{found: false}}", tmp_path), 20)
    assert not run.verify().passed
    assert "found, though nothing should be there" in next(iter(run.measured.patterns.values())).samples[0]


GET = """\
patterns:
- name: get it
  operation: GetItem
  request:
    TableName: bookings
    Key: {$key: bookings}"""
FAULTS = [
    ("patterns: []", "mix.yaml: line 1: patterns is a list of at least one"),
    (GET.replace("patterns", "pattern"), "no member 'pattern' (did you mean patterns?)"),
    (GET.replace("GetItem", "GetItems"), "line 2: pattern 'get it': no operation 'GetItems' (did you mean GetItem?)"),
    (GET.replace("$key", "$keys"), "line 6: pattern 'get it': no generator '$keys' (did you mean $key?); one of $key"),
    (GET.replace("$key: bookings", "$key: booking"), "$key: no table 'booking' (did you mean bookings?)"),
    (GET.replace("$key: bookings", "$key: {table: bookings, by: zip}"), "no way to draw 'zip' (did you mean zipf?)"),
    (GET.replace("$key: bookings", "$key: {table: bookings, share: 1}"), "by: uniform takes nothing further"),
    (GET.replace("$key: bookings", "$param: page"), "$param: this mix has no parameters"),
    (GET.replace("$key: bookings", "$value: {table: bookings, attribute: guest}"), "did you mean guestId?"),
    (GET.replace("$key: bookings", "$drawn: it"), "$drawn: no name under this pattern's draw, 'it'"),
    (GET.replace("{$key: bookings}", "{guestId: {N: x}}"), "line 6: pattern 'get it': N takes no 'x'"),
    (GET.replace("{$key: bookings}", "{guestId: {S: x}}"), "GetItem refuses its request: The provided key element"),
    (GET + "\n    Limt: 1", 'Unknown parameter in input: "Limt"'),
    (GET + "\n  weight: 0", "no pattern has a weight above 0"),
    (GET + "\n  weight: many", "line 2: pattern 'get it': weight is a number, not 'many'"),
    (GET + "\n  expect: {fund: true}", "expect has no member 'fund' (did you mean found?)"),
    (GET + "\n  parameters: [1]", "parameters belong to a statement"),
    (GET + "\nthresholds: ['p(99)>>1']", "a threshold is such as p(99)<50"),
    (GET + "\nseed: {items: -1}", "seed: items is a whole number from 0 up"),
    (GET + "\ncapacity: on", "no capacity"),
    (GET + GET.removeprefix("patterns:"), "two patterns have the name 'get it'"),
    ("patterns: {", "mix.yaml: line 1: not YAML"),
]


@pytest.mark.parametrize(("text", "words"), FAULTS, ids=[words[-30:] for _, words in FAULTS])
def test_what_is_wrong_is_told_in_one_line_with_its_place(tmp_path, text, words):
    with pytest.raises((MixError, TemplateError)) as told:
        driven(design_of(text, tmp_path))
    assert words in str(told.value)
    assert "mix.yaml" in str(told.value)
    assert "\n" not in str(told.value)

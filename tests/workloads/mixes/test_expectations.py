"""What must hold of an answer: each member of `expect`, kept and broken."""

import pytest

from dynarig.workloads.mixes.errors import MixError
from dynarig.workloads.mixes.expectations import errors_of, expectation_of, items_of

ONE = {"id": {"S": "a"}, "n": {"N": "9"}}
TWO = {"id": {"S": "a"}, "n": {"N": "10"}}
PAGE = {"Items": [ONE, TWO], "Count": 2}
REQUEST = {"ExpressionAttributeValues": {":i": {"S": "a"}}, "Parameters": [{"N": "1"}, {"S": "a"}]}


@pytest.mark.parametrize(
    ("given", "response", "fault"),
    [
        ({"found": True}, {"Item": ONE}, None),
        ({"found": True}, {}, "nothing found"),
        ({"found": False}, {"Attributes": ONE}, "found, though nothing should be there"),
        ({"count": 2}, PAGE, None),
        ({"count": 3}, PAGE, "2 items, not 3"),
        ({"count": {"min": 3}}, PAGE, "2 items, not at least 3"),
        ({"count": {"min": 0, "max": 1}}, PAGE, "2 items, not from 0 to 1"),
        ({"count": 7}, {"Count": 7}, None),  # Select: COUNT
        ({"attributes": ["id", "n"]}, PAGE, None),
        ({"attributes": ["id", "m"]}, PAGE, "an item without m"),
        ({"equal": {"id": ":i"}}, PAGE, None),
        ({"equal": {"id": "?2"}}, PAGE, None),
        ({"equal": {"id": "?1"}}, PAGE, "id is {'S': 'a'}, not {'N': '1'}"),
        ({"equal": {"n": {"N": "9"}}}, PAGE, "n is {'N': '10'}, not {'N': '9'}"),
        ({"order": {"by": "n"}}, PAGE, None),
        ({"order": {"by": "n", "direction": "descending"}}, PAGE, "n is not descending"),
        ({"found": True, "count": 1}, PAGE, "2 items, not 1"),
    ],
)
def test_an_answer_is_judged(given, response, fault):
    check = expectation_of(given)
    assert check is not None
    assert check(REQUEST, response) == fault


def test_a_key_attribute_is_that_of_the_requests_key():
    check = expectation_of({"equal": {"id": "id"}})
    assert check is not None
    assert check({"Key": {"id": {"S": "a"}}}, {"Item": ONE}) is None
    assert check({"Key": {"id": {"S": "b"}}}, {"Item": ONE}) == "id is {'S': 'a'}, not {'S': 'b'}"


@pytest.mark.parametrize(
    ("response", "count"),
    [
        ({"Responses": {"t": [ONE], "u": [TWO]}}, 2),
        ({"Responses": [{"Item": ONE}, {}, {"Error": {"Code": "x"}}]}, 1),
        ({"Items": []}, 0),
        ({}, 0),
    ],
)
def test_items_of_every_operations_answer(response, count):
    assert len(items_of(response)) == count


def test_codes_that_belong_to_the_pattern():
    assert errors_of({"errors": "ConditionalCheckFailedException"}) == {"ConditionalCheckFailedException"}
    assert errors_of({"errors": ["A", "B"]}) == {"A", "B"}
    assert expectation_of({"errors": ["A"]}) is None
    assert errors_of(None) == frozenset()


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"found": 1}, "found is true or false"),
        ({"count": {"least": 1}}, "no member 'least'"),
        ({"count": -1}, "from 0 up"),
        ({"attributes": "id"}, "a list of names"),
        ({"order": {"by": "n", "direction": "down"}}, "no direction 'down'"),
        ({"equal": ["id"]}, "equal is a mapping"),
    ],
)
def test_what_cannot_be_expected(given, words):
    with pytest.raises(MixError, match=words):
        expectation_of(given)


def test_errors_are_a_list():
    with pytest.raises(MixError, match="a list of codes"):
        errors_of({"errors": 7})

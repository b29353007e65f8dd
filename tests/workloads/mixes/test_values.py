"""Generators: each makes what it says, within its bounds, seeded; keys by every way to draw."""

import base64
import re
from collections import Counter

import pytest

from dynarig.emulator.model.values import item_size
from dynarig.fixtures.schema_readers import read_schema
from dynarig.workloads.mixes.errors import MixError
from dynarig.workloads.mixes.values import Compiler
from tests.workloads.mixes.driving import TEMPLATE, maker_of

NOW = 1_700_000_000.25  # 2023-11-14T22:13:20.250Z
TABLES = read_schema(TEMPLATE).tables


def made(specification, count=300, **more):
    make, _ = maker_of(f"{{V: {specification}}}", **more)
    return [make(NOW)["V"] for _ in range(count)]


@pytest.mark.parametrize(
    ("specification", "pattern"),
    [
        ("{S: {$uuid: }}", r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}"),
        ("{N: {$number: {from: 5, to: 9}}}", r"[5-9]"),
        ("{N: {$number: {from: 1, to: 2, decimals: 2}}}", r"1\.\d\d|2\.00"),
        ("{N: {$number: {to: 50, by: zipf}}}", r"[1-9]|[1-4]\d|50"),
        ("{S: {$text: 12}}", r"[a-z0-9]{12}"),
        ("{S: {$text: [3, 5]}}", r"[a-z0-9]{3,5}"),
        ("{S: {$text: {bytes: 3}}}", r"[a-z0-9]{3}"),
        ("{S: {$timestamp: iso}}", r"2023-11-14T22:13:20Z"),
        ("{S: {$timestamp: iso-ms}}", r"2023-11-14T22:13:20\.250Z"),
        ("{S: {$timestamp: date}}", r"2023-11-14"),
        ("{N: {$timestamp: epoch}}", r"1700000000"),
        ("{N: {$timestamp: epoch-ms}}", r"1700000000250"),
        ("{S: {$timestamp: '%Y#%H'}}", r"2023#22"),
        ("{N: {$timestamp: {form: epoch, ago_seconds: 100}}}", r"1699999900"),
        ("{N: {$timestamp: {form: epoch, ahead_seconds: [0, 9]}}}", r"170000000\d"),
        ("{S: {$choice: [a, b]}}", r"a|b"),
        ("{S: {$concat: [ORDER#, {$number: {to: 9}}, '#', x]}}", r"ORDER#[1-9]#x"),
        ("{N: 7}", r"7"),
        ("{N: 2.5}", r"2.5"),
        ("{S: 7}", r"7"),
        ("{S: {$literal: $uuid}}", r"\$uuid"),
    ],
)
def test_plain_values_take_the_form_of_their_type(specification, pattern):
    for value in made(specification):
        (content,) = value.values()
        assert isinstance(content, str)
        assert re.fullmatch(pattern, content), value


def test_binaries_are_base64_of_the_wanted_length():
    assert {len(base64.b64decode(value["B"])) for value in made("{B: {$binary: [4, 6]}}")} == {4, 5, 6}


def test_choices_keep_their_weights_and_their_own_generators():
    counts = Counter(value["S"] for value in made("{S: {$choice: {a: 9, b: 1}}}", 2_000))
    assert 0.85 < counts["a"] / 2_000 < 0.95
    listed = made("{$choice: [{value: {S: a}, weight: 0}, {value: {N: {$number: {to: 3}}}, weight: 1}]}")
    assert {next(iter(value)) for value in listed} == {"N"}


def test_a_sequence_has_no_number_twice_over_all_processes():
    one = made("{N: {$sequence: {start: 10, step: 5}}}", 4, process=0, processes=2)
    other = made("{N: {$sequence: {start: 10, step: 5}}}", 4, process=1, processes=2)
    assert sorted(int(each["N"]) for each in (*one, *other)) == list(range(10, 50, 5))


def test_repetitions_take_their_places_in_the_list_around_them():
    lists = made("{L: [{S: first}, {$repeat: {count: [2, 4], of: {N: {$number: {to: 9}}}}}]}")
    assert {len(value["L"]) for value in lists} == {3, 4, 5}
    assert all(value["L"][0] == {"S": "first"} for value in lists)


def drawn(specification, count=2_000, operation=None):
    make, bench = filled(specification)
    return [make(NOW)["V"] for _ in range(count)], bench


def filled(specification):
    from dynarig.fixtures.estate import Settings
    from dynarig.fixtures.making.plausible import contents

    make, bench = maker_of(f"{{V: {specification}}}", TABLES)
    bench.fill(contents(TABLES[0], Settings(now=1_700_000_000), 200))
    return make, bench


def test_keys_are_those_that_were_seeded():
    keys, _ = drawn("{$key: bookings}")
    assert len({str(key) for key in keys}) == 200
    assert all(set(key) == {"guestId", "bookingId"} for key in keys)
    index, _ = drawn("{$key: {table: bookings, index: by-arrival}}")
    assert all(set(key) == {"arrivalDate"} for key in index)


@pytest.mark.parametrize(
    ("way", "low", "high"),
    [
        ("by: uniform", 0.0, 0.02),
        ("by: zipf, exponent: 1.5", 0.3, 0.5),
        ("by: hot, share: 0.7", 0.65, 0.75),
        ("by: hot, share: 0.8, count: 4", 0.17, 0.23),
        ("by: sequential", 0.005, 0.005),
        ("by: shares, shares: [0.25, 0.5]", 0.22, 0.28),
    ],
)
def test_ways_to_draw(way, low, high):
    keys, bench = drawn(f"{{$key: {{table: bookings, {way}}}}}")
    first = bench.pools["bookings", ("guestId", "bookingId")].entries[0]
    assert low <= keys.count(first) / len(keys) <= high


def test_values_come_with_their_type_and_may_stand_in_it():
    values, _ = drawn("{$value: {table: bookings, attribute: status}}")
    assert {value["S"] for value in values} == {"ACTIVE", "PENDING", "CLOSED", "FAILED", "CANCELLED"}
    assert all(set(value) == {"S"} for value in drawn("{S: {$value: {table: bookings, attribute: status}}}")[0])


def test_items_get_keys_of_their_own_and_the_wanted_size():
    items, bench = drawn("{$item: {table: bookings, size_bytes: 1500, with: {extra: {N: 1}}}}", 100)
    assert {item_size(item) for item in items} == {1_500}
    assert len({item["bookingId"]["S"] for item in items}) == 100
    assert all(item["extra"] == {"N": "1"} for item in items)
    seeded, _ = drawn("{$item: {table: bookings, key: seeded}}", 100)
    assert all(item in bench.pools["bookings", ()].entries for item in seeded)


def test_keys_of_one_transaction_differ():
    from dynarig.workloads.mixes.requests import GENERATORS

    _, bench = filled("{$key: bookings}")
    compiler = Compiler(bench, GENERATORS, apart=True)
    hot = {"$key": {"table": "bookings", "by": "hot", "share": 1.0}}
    make = compiler.value([hot, {"$repeat": {"count": 3, "of": hot}}, hot])
    from dynarig.workloads.mixes.bench import Moment

    for _ in range(20):
        keys = make(Moment(NOW))
        assert len({str(key) for key in keys}) == 5


def test_an_empty_pool_says_so():
    make, _ = maker_of("{V: {$key: bookings}}", TABLES)
    with pytest.raises(MixError, match="no item of table bookings has guestId, bookingId"):
        make(NOW)


@pytest.mark.parametrize(
    ("specification", "words"),
    [
        ("{$uuid: 7}", "takes nothing"),
        ("{$number: {from: 5, to: 4}}", "to is at least 5"),
        ("{$number: 5}", "is a mapping"),
        ("{$text: [5, 4]}", "bytes of \\$text is at least 5"),
        ("{$text: 500000}", "at most 409600"),
        ("{$timestamp: isoo}", "no form 'isoo'; one of iso"),
        ("{$timestamp: {ago_seconds: 1, ahead_seconds: 1}}", "not both"),
        ("{$choice: []}", "takes a list"),
        ("{$choice: {a: 0}}", "not all 0"),
        ("{$concat: x}", "takes a list"),
        ("{$repeat: {count: 0, of: 1}}", "count is a whole number from 1"),
        ("{$repeat: {count: 2}}", "of says what"),
        ("{$sequence: {stop: 1}}", "no member 'stop'"),
        ("{$item: {table: bookings, size_bytes: 500000}}", "at most 409600"),
        ("{$key: {table: bookings, index: by-stat}}", "did you mean by-status"),
        ("{$uuid: , x: 1}", "stands alone"),
        ("{B: 'not base64!'}", "B takes no"),
    ],
)
def test_what_a_generator_does_not_take(specification, words):
    with pytest.raises(MixError, match=words):
        maker_of(f"{{V: {specification}}}", TABLES)

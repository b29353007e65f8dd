"""Numbers: what is read, how it is stored, what it takes (tests/cases/numbers.json, recorded 2026)."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dynarig.emulator.model import numbers

CASES: dict[str, Any] = orjson.loads((Path(__file__).parent.parent / "cases" / "numbers.json").read_bytes())


@pytest.mark.parametrize(("text", "size"), CASES["sizes"])
def test_size(text: str, size: int) -> None:
    assert numbers.size(numbers.normalise(text)) == size


@pytest.mark.parametrize(("text", "stored"), CASES["stored"])
def test_stored_text(text: str, stored: str) -> None:
    assert numbers.normalise(text) == stored


@pytest.mark.parametrize("text", CASES["unreadable"])
def test_unreadable(text: str) -> None:
    with pytest.raises(numbers.NumberFault) as caught:
        numbers.normalise(text)
    start = "The parameter cannot be converted to a numeric value"
    assert caught.value.newer == f"{start}: {text}"
    assert caught.value.older == (f"{start}: {text}" if text else start)


@pytest.mark.parametrize(("text", "newer", "older"), CASES["refused"])
def test_refused(text: str, newer: str, older: str) -> None:
    with pytest.raises(numbers.NumberFault) as caught:
        numbers.normalise(text)
    texts = CASES["texts"]
    wanted = [texts[name].replace("<text>", text) for name in (newer, older)]
    assert [caught.value.newer, caught.value.older] == wanted


@given(st.decimals(allow_nan=False, allow_infinity=False, places=6, min_value=-(10**30), max_value=10**30))
def test_equal_numbers_have_one_text(value: Decimal) -> None:
    stored = numbers.normalise(str(value))
    assert Decimal(stored) == value
    assert numbers.normalise(f"{value:e}") == numbers.normalise(f"{value:f}") == stored
    assert numbers.normalise(stored) == stored


@given(st.integers(-(10**37), 10**37), st.integers(-(10**37), 10**37), st.integers(0, 20))
def test_sums_are_exact(left: int, right: int, places: int) -> None:
    texts = [numbers.normalise(f"{each}e-{places}") for each in (left, right)]
    assert numbers.add(*texts) == numbers.normalise(f"{left + right}e-{places}")
    assert numbers.subtract(*texts) == numbers.normalise(f"{left - right}e-{places}")


def test_a_sum_beyond_38_digits_is_refused() -> None:
    with pytest.raises(numbers.NumberFault) as caught:
        numbers.add("1", "0." + "0" * 37 + "1")
    assert caught.value.newer == CASES["texts"]["precise"]
    with pytest.raises(numbers.NumberFault) as caught:
        numbers.add(numbers.normalise("9e125"), numbers.normalise("9e125"))
    assert caught.value.newer == CASES["texts"]["overflow"]


@settings(max_examples=300, deadline=None)
@given(
    st.from_regex(r"-?[0-9]{1,40}(\.[0-9]{0,40})?", fullmatch=True) | st.integers().map(str) | st.decimals().map(str)
)
def test_a_number_that_is_as_stored_is_sized_at_once(text: str) -> None:
    try:
        normal = numbers.normalise(text)
    except numbers.NumberFault:
        normal = None
    size = numbers.stored_size(text)
    if size:
        assert (normal, numbers.size(text)) == (text, size)
    elif normal == text:
        assert len(text) > 38

"""CBOR both ways: what is written is read, RFC 8949's own examples, and no input breaks it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dynarig.emulator.http import cbor

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**63), 2**63) | st.floats(allow_nan=False) | st.text() | st.binary(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=20,
)


@given(VALUES)
def test_what_is_written_is_read(value: object) -> None:
    assert cbor.decode(cbor.encode(value)) == value


@pytest.mark.parametrize(
    ("data", "value"),
    [
        ("1903e8", 1000),
        ("3903e7", -1000),
        ("f93e00", 1.5),
        ("fa47c35000", 100000.0),
        ("c1fb41d452d9ec200000", 1363896240.5),
        ("5f42010243030405ff", b"\x01\x02\x03\x04\x05"),
        ("7f657374726561646d696e67ff", "streaming"),
        ("9f018202039f0405ffff", [1, [2, 3], [4, 5]]),
        ("bf61610161629f0203ffff", {"a": 1, "b": [2, 3]}),
        ("f6", None),
    ],
)
def test_examples_of_the_standard(data: str, value: object) -> None:
    assert cbor.decode(bytes.fromhex(data)) == value


def test_times_are_tagged() -> None:
    assert cbor.encode(cbor.Time(1363896240.5)).hex() == "c1fb41d452d9ec200000"


@given(st.binary(max_size=40))
def test_no_bytes_break_it(data: bytes) -> None:
    try:
        cbor.decode(data)
    except ValueError:
        pass


@pytest.mark.parametrize("data", [b"", b"\x81" * 10_000, b"\xff", b"\x9b" + b"\xff" * 8, b"\x01\x01", b"\xa1\x80\x01"])
def test_what_is_no_value(data: bytes) -> None:
    with pytest.raises(ValueError):
        cbor.decode(data)

"""The order of names in refusals."""

from __future__ import annotations

import pytest

from emulator.operations.java_order import grown_set, sized_set


@pytest.mark.parametrize(
    ("names", "ordered"),
    [
        (["PK", "h", "a", "unused"], ["h", "a", "unused", "PK"]),  # recorded on the service in 2026
        (["pk", "sk"], ["sk", "pk"]),  # recorded on the service in 2026
        (["pk", "pk", "sk"], ["sk", "pk"]),
        (["only"], ["only"]),
        ([], []),
    ],
)
def test_sized_set(names: list[str], ordered: list[str]) -> None:
    assert sized_set(names) == ordered


def test_grown_set_starts_at_sixteen_buckets() -> None:
    assert grown_set(["sk", "pk", "a"]) == ["a", "sk", "pk"]  # recorded on the service in 2026
    names = [f"name{number}" for number in range(40)]
    assert sorted(grown_set(names)) == sorted(names)
    assert grown_set(names) != grown_set(names[:12]) + names[12:]


def test_names_beyond_the_first_plane_hash_by_their_halves() -> None:
    assert sorted(sized_set(["\U0001f600", "a", "é"])) == ["a", "é", "\U0001f600"]

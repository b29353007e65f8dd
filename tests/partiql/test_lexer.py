"""Tokens and their places."""

from __future__ import annotations

import pytest

from dynarig.emulator.model.errors import DynamoDBError
from dynarig.emulator.partiql.lexer import END, ION, KEYWORD, NAME, NUMBER, PARAMETER, STRING, SYMBOL, tokenise


@pytest.mark.parametrize(
    ("text", "kind", "value"),
    [
        ("Select", KEYWORD, "select"),
        ("_a$1", NAME, "_a$1"),
        ('"a ""b"" select"', NAME, 'a "b" select'),
        ("'it''s'", STRING, "it's"),
        (".5e-3", NUMBER, ".5e-3"),
        ("1.", NUMBER, "1."),
        ("`{{aa}}`", ION, "{{aa}}"),
        ("?", PARAMETER, "?"),
        ("<<", SYMBOL, "<<"),
        ("!=", SYMBOL, "!="),
        ("'\N{SNOWMAN}'", STRING, "\N{SNOWMAN}"),
    ],
)
def test_one_token(text: str, kind: str, value: str) -> None:
    token, end = tokenise(text)
    assert token == (kind, value, f"1:1:{len(text)}")
    assert end.kind == END


def test_places_count_lines_and_characters_as_written() -> None:
    tokens = tokenise("a -- x\n  'b\nc' /* d\n\n */ ==")
    assert [token.at for token in tokens] == ["1:1:1", "2:3:5", "5:5:1", "5:6:1", "5:7:0"]


@pytest.mark.parametrize(
    "text", ["#", "'a", '"a', "`a", "/* a", "1e", "1a", "1.2.3", "\N{SNOWMAN}", "a \N{NO-BREAK SPACE}b", "!"]
)
def test_what_starts_no_token(text: str) -> None:
    with pytest.raises(DynamoDBError) as caught:
        tokenise(text)
    assert caught.value.message == "Statement wasn't well formed, can't be processed: "

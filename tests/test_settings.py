"""Flags and environment derive from the fields; a wrong value is one line that names its setting."""

from __future__ import annotations

import argparse
from dataclasses import FrozenInstanceError, fields

import pytest

from dynarig.emulator.settings import Settings, SettingsError, add_flags, setting


def read(*argv: str, **environment: str) -> Settings:
    parser = argparse.ArgumentParser()
    add_flags(parser)
    return Settings.from_arguments(parser.parse_args(argv), environment)


def test_defaults() -> None:
    assert read() == Settings()
    assert (Settings().host, Settings().port, Settings().max_body_bytes) == ("127.0.0.1", 8000, 16_777_216)


def test_a_flag_wins_over_the_environment_and_that_over_the_default() -> None:
    assert read("--port", "1", DYNARIG_PORT="2").port == 1
    assert read(DYNARIG_PORT="2").port == 2
    assert Settings.from_environment({"DYNARIG_PORT": "2", "PORT": "3"}).port == 2


def test_every_field_has_its_flag_and_its_variable() -> None:
    parser = argparse.ArgumentParser()
    add_flags(parser)
    flags = {word for action in parser._actions for word in action.option_strings}
    for each in fields(Settings):
        assert "--" + each.name.replace("_", "-") in flags
        assert each.metadata["help"]
        text = "yes" if isinstance(each.default, bool) else str(each.default)
        given = each.metadata["choices"][0] if each.metadata["choices"] else text
        assert Settings.from_environment({f"DYNARIG_{each.name.upper()}": given})


def test_switches() -> None:
    assert read("--shared-db").shared_db is True
    assert read("--no-shared-db", DYNARIG_SHARED_DB="1").shared_db is False
    assert read(DYNARIG_SHARED_DB="On").shared_db is True


def test_numbers() -> None:
    assert read("--max-body-bytes", "1_000").max_body_bytes == 1000
    assert read("--idle-timeout-seconds", "0.5").idle_timeout_seconds == 0.5
    assert Settings(idle_timeout_seconds=3).idle_timeout_seconds == 3


@pytest.mark.parametrize(
    ("environment", "text"),
    [
        ({"DYNARIG_PORT": "x"}, "DYNARIG_PORT: 'x' is not a whole number"),
        ({"DYNARIG_PORT": "1.5"}, "DYNARIG_PORT: '1.5' is not a whole number"),
        ({"DYNARIG_PORT": "-1"}, "port: -1 is below 0"),
        ({"DYNARIG_PORT": "65536"}, "port: 65536 is above 65535"),
        ({"DYNARIG_SHARED_DB": "maybe"}, "DYNARIG_SHARED_DB: 'maybe' is neither true nor false"),
        ({"DYNARIG_IDLE_TIMEOUT_SECONDS": "soon"}, "DYNARIG_IDLE_TIMEOUT_SECONDS: 'soon' is not a number"),
        ({"DYNARIG_IDLE_TIMEOUT_SECONDS": "nan"}, "idle_timeout_seconds: nan is not a finite number"),
        ({"DYNARIG_IDLE_TIMEOUT_SECONDS": "inf"}, "idle_timeout_seconds: inf is not a finite number"),
    ],
)
def test_wrong_texts(environment: dict[str, str], text: str) -> None:
    with pytest.raises(SettingsError) as caught:
        Settings.from_environment(environment)
    assert str(caught.value) == text


@pytest.mark.parametrize("values", [{"port": "1"}, {"port": True}, {"shared_db": 1}, {"host": 1}])
def test_wrong_types(values: dict[str, object]) -> None:
    with pytest.raises(SettingsError, match="is not of type"):
        Settings(**values)


def test_settings_do_not_change() -> None:
    with pytest.raises(FrozenInstanceError):
        Settings().port = 1  # type: ignore[misc]


def test_a_choice_is_metadata_of_its_field() -> None:
    assert setting("a", "what", choices=["a", "b"]).metadata["choices"] == ("a", "b")


def test_a_variable_that_is_nearly_a_setting_is_refused() -> None:
    with pytest.raises(SettingsError, match="no variable DYNARIG_CONSISTANCY; did you mean DYNARIG_CONSISTENCY"):
        read(DYNARIG_CONSISTANCY="eventual")
    assert read(CONSISTANCY="eventual") == Settings()


@pytest.mark.parametrize(
    "name", ["FUZZ_SEED", "DIFFERENTIAL_SEED", "DYNAMODB_LOCAL_URL", "DYNAMODB_LOCAL_JARS", "RECORD", "VERSION"]
)
def test_variables_of_others_are_left_alone(name: str) -> None:
    assert read(**{f"DYNARIG_{name}": "7"}) == Settings()


def test_settings_by_name() -> None:
    assert Settings().with_values({"consistency": "eventual", "seed": 7}) == Settings(consistency="eventual", seed=7)
    with pytest.raises(SettingsError, match="no setting 'consistancy'; did you mean consistency"):
        Settings().with_values({"consistancy": "eventual"})
    with pytest.raises(SettingsError, match="no setting 'fly'; the flags of `dynarig serve --help` are"):
        Settings().with_values({"fly": True})

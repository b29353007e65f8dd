"""`dynarig verify --patterns` as a user meets it."""

import pytest

from dynarig.emulator.model.errors import DynamoDBError
from dynarig.workloads.backends.embedded import EmbeddedBackend
from dynarig.workloads.verify import patterns as verify


@pytest.fixture
def backend(monkeypatch):
    made = EmbeddedBackend()
    monkeypatch.setattr(verify, "open_backend", lambda name, **options: made)
    return made


def test_one_line_a_pattern_and_a_summary(capsys):
    assert verify.main(["--system", "natterbox"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line[:11] for line in lines[:-2]] == [f"ok  NBX-AP{number}"[:11] for number in range(1, 7)]
    assert lines[-2].startswith("6 patterns: 6 documented to work, 0 not; 6 as DynamoDB answers, 0 in other words")
    assert lines[-1] == "4 of 4 tables and 0 of 0 indexes read"


def test_a_disagreement_is_told_and_fails(backend, monkeypatch, capsys):
    call = EmbeddedBackend.call

    def lossy(self, operation, request):
        answer = call(self, operation, request)
        return {**answer, "Items": answer["Items"][:-1]} if operation == "Query" else answer

    monkeypatch.setattr(EmbeddedBackend, "call", lossy)
    assert verify.main(["--id", "NBX-AP5", "--id", "NBX-AP6"]) == 1
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith("BAD NBX-AP5")
    assert lines[1].startswith("ok  NBX-AP6")
    assert "1 (NBX-AP5) not" in lines[2]


def test_another_text_is_counted_apart_and_fails_where_texts_are_strict(backend, monkeypatch, capsys):
    call = EmbeddedBackend.call

    def mumbling(self, operation, request):
        try:
            return call(self, operation, request)
        except DynamoDBError as error:
            raise DynamoDBError(error.code, "no") from None

    monkeypatch.setattr(EmbeddedBackend, "call", mumbling)
    assert verify.main(["--id", "CAL-AP25"]) == 0
    assert "0 as DynamoDB answers, 1 (CAL-AP25) in other words (ok*), 0 not" in capsys.readouterr().out
    assert verify.main(["--id", "CAL-AP25", "--strict-texts"]) == 1


def test_tables_are_removed_unless_kept(backend):
    target = backend.in_region("eu-west-2")
    assert verify.main(["--system", "natterbox"]) == 0
    assert target.call("ListTables", {})["TableNames"] == []
    assert verify.main(["--system", "natterbox", "--keep"]) == 0
    assert len(target.call("ListTables", {})["TableNames"]) == 4


def test_a_filled_backend_is_not_touched(backend, capsys):
    assert verify.main(["--system", "natterbox", "--keep"]) == 0
    capsys.readouterr()
    assert verify.main(["--system", "natterbox"]) == 2
    assert "and 3 more tables exist already" in capsys.readouterr().err
    assert len(backend.in_region("eu-west-2").call("ListTables", {})["TableNames"]) == 4


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        (["--skew", "nan"], "--skew is between 0 and 3"),
        (["--id", "nobody"], "no pattern nobody"),
        (["--id", "AP1", "--system", "acs"], "no pattern fits both"),
        (["--scale", "0"], "--scale is above 0"),
        (["--backend", "nowhere"], "unknown backend"),
        (["--backend", "http://127.0.0.1:9"], "nothing answers at"),
    ],
)
def test_mistakes_are_told_in_one_line(words, reason, capsys):
    assert verify.main(words) == 2
    told = capsys.readouterr().err.strip()
    assert reason in told
    assert "\n" not in told


def test_what_seed_has_loaded_is_taken_over(backend, capsys, tmp_path, monkeypatch):
    from dynarig.fixtures import cli

    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(cli, "open_backend", lambda name: backend)
    assert verify.main(["--system", "natterbox", "--seeded"]) == 2
    assert "holds no single complete load" in capsys.readouterr().err
    assert cli.main(["seed", "natterbox", "--scale", "0.05", "--backend", "embedded", "--quiet"]) == 0
    assert verify.main(["--system", "natterbox", "--seeded"]) == 0
    assert len(backend.in_region("eu-west-2").call("ListTables", {})["TableNames"]) == 4

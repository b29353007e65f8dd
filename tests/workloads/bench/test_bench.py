"""The benchmarks from driver to table: answers cut anywhere, bars as data, and small runs of the real thing."""

import json

import pytest

from dynarig.workloads.bench import cli, servers
from dynarig.workloads.bench.bars import Bar
from dynarig.workloads.bench.driver import message_length

ANSWER = b"HTTP/1.1 200 OK\r\nContent-Type: x\r\nContent-Length: 5\r\n\r\nhello"


@pytest.mark.parametrize(
    ("data", "length", "last"),
    [
        (ANSWER, len(ANSWER), False),
        (ANSWER[:-3], len(ANSWER), False),
        (ANSWER[:40], None, False),
        (b"HTTP/1.1 200 OK\r\n\r\n", 19, False),
        (b"HTTP/1.1 200 OK\r\nCONTENT-LENGTH:12\r\nConnection: close\r\n\r\n", 69, True),
    ],
)
def test_the_driver_knows_how_long_an_answer_is(data, length, last):
    assert message_length(data) == (length, last)


def test_bars():
    assert Bar("", 2).holds(2.0)
    assert not Bar("", 2).holds(1.9)
    assert Bar("", 2, most=True).holds(2.0)
    assert not Bar("", 2, most=True).holds(2.1)


@pytest.mark.parametrize(
    "flags",
    [[], ["http", "--rounds", "0"], ["engine", "--sizes", "x"], ["no"]]
    + [
        [kind, "--servers", name]
        for kind in ("http", "pages")
        for name in ("dynarig,moto", "a=ftp://b", "a=http://127.0.0.1:x")
    ],
)
def test_bad_flags_are_told(flags, capsys):
    with pytest.raises(SystemExit) as stopped:
        cli.main(flags)
    assert stopped.value.code == 2
    told = capsys.readouterr().err
    assert told.startswith("dynarig bench")
    assert told.count("\n") == 1


@pytest.mark.parametrize("text", ["", "no JSON", "[]", "{}", '{"kind": "http"}', '{"kind": "engine", "settings": 1}'])
def test_a_file_that_is_no_result_is_told(text, tmp_path, capsys):
    file = tmp_path / "some.json"
    file.write_text(text)
    assert cli.main(["show", str(file)]) == 1
    told = "is no result of a bench; `dynarig bench http` and its sisters write them"
    assert capsys.readouterr().err == f"dynarig bench: {file} {told}\n"


@pytest.mark.parametrize("content", [None, "{}", "no json"])
def test_results_that_are_none_are_told(tmp_path, capsys, content):
    file = tmp_path / "raw.json"
    if content is not None:
        file.write_text(content)
    assert cli.main(["show", str(file)]) == 1
    assert capsys.readouterr().err.count("\n") == 1


@pytest.mark.slow
def test_http_from_servers_to_verdicts(tmp_path, capsys, monkeypatch):
    monkeypatch.setattr(servers, "dynoxide_path", lambda given: None)
    output = tmp_path / "http.json"
    flags = ["--servers", "constant", "emulator", "dynoxide", "--rounds", "1", "--seconds", "0.2", "--items", "40"]
    assert cli.main(["http", *flags, "--output", str(output)]) in (0, 1)
    raw = json.loads(output.read_text())
    assert raw["settings"]["servers"] == ["constant", "emulator"]
    assert raw["remarks"][0].startswith("dynoxide left out: dynoxide is not here")
    assert raw["measurements"]["varied Query"]["emulator"]["answers"][0] > 10
    assert output.stat().st_size < 100_000
    shown = capsys.readouterr().out
    assert "GetItem of the constant-answer server" in shown
    assert cli.main(["show", str(output)]) in (0, 1)
    assert capsys.readouterr().out == shown


@pytest.mark.slow
def test_engine_from_probe_to_verdicts(tmp_path, capsys):
    output = tmp_path / "engine.json"
    assert cli.main(["engine", "--sizes", "200", "400", "--samples", "3", "--output", str(output)]) in (0, 1)
    raw = json.loads(output.read_text())
    assert [probe["items"] for probe in raw["probes"]] == [200, 400]
    assert raw["probes"][0]["operations"]["GetItem"]["round_trips"] > 0
    assert "bytes per item at 400 items" in capsys.readouterr().out

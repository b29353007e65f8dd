"""A stranger's design end to end, as processes: schema, first mix, load, report; traffic recorded and replayed."""

import subprocess

import pytest

from dynarig.workloads.cli import main
from dynarig.workloads.target import emulator_process
from tests.workloads.mixes.driving import MIX, TEMPLATE
from tests.workloads.test_locustfile import PATIENT, ROOT, locust, passed, summary


def run(tmp_path, *flags):
    command = locust(tmp_path / "results", *PATIENT, *flags)
    ended = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=90, check=False)
    return ended, summary(tmp_path / "results") if passed(ended.returncode, ended.stdout) else {}


def findings(data, name="mix"):
    return [each["text"] for each in data["verdict"]["scenarios"][name]["findings"]]


@pytest.mark.slow
def test_three_commands_from_a_schema_to_the_hot_partition_and_the_months_bill(tmp_path):
    mix = tmp_path / "mix.yaml"
    assert main(["mix", "--schema", TEMPLATE, "--out", str(mix)]) == 0
    mix.write_text(mix.read_text().replace("p(99)<100", "p(99)<5000"))  # other tests may have the machine
    ended, data = run(tmp_path, "--mix", str(mix), "--rate", "300", "-t", "5s")
    assert passed(ended.returncode, ended.stdout), ended.stdout + ended.stderr
    assert data["server"]["capacity"]["mode"] == "enforce"
    assert len(data["measurements"]["patterns"]) == 6
    told = findings(data)
    assert any("the hot partition is p" in text and "of bookings" in text for text in told)
    assert any("a month like this run" in text and "USD" in text for text in told)
    assert [each["passed"] for each in data["verdict"]["thresholds"]] == [True, True]
    assert "hot partition" in ended.stdout


@pytest.mark.slow
def test_a_mix_is_shared_by_workers_and_combined_with_others(tmp_path):
    flags = ["--mix", MIX, "--scenario", "mix:3,miyabi:1", "--scale", "0.1", "--rate", "100", "-t", "5s"]
    ended, data = run(tmp_path, *flags, "--processes", "2", "--param", "page=4", "--param", "mix.hot=0.5")
    assert passed(ended.returncode, ended.stdout), ended.stdout + ended.stderr
    assert data["measurements"]["finished"] == 2
    assert set(data["verdict"]["scenarios"]) == {"mix", "miyabi"}
    assert {each["text"] for each in data["verdict"]["thresholds"]} == {"mix: errors==0", "mix: arrivals: rate>1"}
    assert "mix: open booking" in data["measurements"]["patterns"]


@pytest.mark.slow
def test_recorded_traffic_is_replayed(tmp_path):
    recording = tmp_path / "traffic.jsonl"
    server = emulator_process(flags=("--record", str(recording), "--record-values", "hash"))
    server.start()
    try:
        ended, _ = run(tmp_path, "--mix", MIX, "--host", f"http://127.0.0.1:{server.port}", "-t", "4s")
        assert passed(ended.returncode, ended.stdout), ended.stdout + ended.stderr
    finally:
        server.stop()
    assert main(["mix", "--from-recording", str(recording), "--out", str(tmp_path / "drawn.yaml")]) == 0
    ended, data = run(tmp_path / "again", "--mix", str(recording), "-t", "4s")
    assert passed(ended.returncode, ended.stdout), ended.stdout + ended.stderr
    asked = {name.split()[0] for name in data["measurements"]["patterns"]}
    assert {"GetItem", "Query", "PutItem", "UpdateItem", "BatchGetItem", "TransactWriteItems"} <= asked


@pytest.mark.slow
@pytest.mark.parametrize(
    ("flags", "words"),
    [
        (["--mix", "nowhere.yaml"], "nowhere.yaml: No such file"),
        (["--schema", __file__], "not YAML"),
        (["--mix", MIX, "--param", "pgae=4"], "did you mean page?"),
    ],
)
def test_what_cannot_be_is_one_line(tmp_path, flags, words):
    ended, _ = run(tmp_path, *flags, "-t", "2s")
    assert ended.returncode == 1
    assert words in ended.stderr
    assert "Traceback" not in ended.stderr
    assert not (tmp_path / "results").exists()


def test_the_command_writes_no_file_over_another_and_tells_faults_in_a_line(tmp_path, capsys):
    taken = tmp_path / "mix.yaml"
    taken.write_text("mine")
    assert main(["mix", "--schema", TEMPLATE, "--out", str(taken)]) == 2
    assert "is there already" in capsys.readouterr().err
    assert taken.read_text() == "mine"
    assert main(["mix", "--schema", str(taken)]) == 2
    assert main(["mix", "--schema", TEMPLATE, "--parameter", "x"]) == 2
    assert "NAME=VALUE" in capsys.readouterr().err
    assert main(["mix", "--from-recording", TEMPLATE]) == 2
    assert "not a recording" in capsys.readouterr().err
    assert main(["mix", "--example"]) == 0
    assert "AWS::DynamoDB::Table" in capsys.readouterr().out
    assert main(["mix", "--schema", TEMPLATE]) == 0
    assert "patterns:" in capsys.readouterr().out
    with pytest.raises(SystemExit):
        main(["mix", "--help"])
    assert "reference of a mix file" in capsys.readouterr().out


def test_a_recording_becomes_a_mix_file(tmp_path, capsys):
    from tests.workloads.mixes.test_replay import recording_of

    file = tmp_path / "r.jsonl"
    file.write_text(recording_of())
    assert main(["mix", "--from-recording", str(file)]) == 0
    assert capsys.readouterr().out.startswith("# Drawn from recorded traffic")

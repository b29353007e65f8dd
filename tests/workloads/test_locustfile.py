"""Locust from end to end, as processes of their own: alone, distributed, interrupted, and on a bad target."""

import json
import os
import re
import signal
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import psutil
import pytest

from dynarig.fixtures.systems import SYSTEMS
from dynarig.workloads.client import LeanClient
from dynarig.workloads.target import emulator_process

ROOT = Path(__file__).resolve().parents[2]
OWN = Path(__file__).with_name("own_scenario.py")
pytestmark = pytest.mark.slow
REFUSED = ("errors", "throttles", "refusals")
PATIENT = ["--lateness-limit-ms", "20000"]  # other tests may have the machine
SMALL = ["--rate", "100", "--scale", "0.05", *PATIENT]


def locust(tmp_path, *flags, file=ROOT / "locustfile.py"):
    command = [sys.executable, "-m", "locust", "-f", str(file), "--headless"]
    return [*command, "--results", str(tmp_path), *flags]


def run(tmp_path, *flags, **more):
    command = locust(tmp_path, *flags, **more)
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=90, check=False)


def passed(code, output):
    """Whether a run passed, or only failed to send its last requests in time: other tests may have the machine."""
    return code == 0 or (
        code == 1 and re.search(r"^FAILED: only [\d,]+ of [\d,]+ intended requests were sent\s*$", output, re.M)
    )


def summary(tmp_path):
    (file,) = tmp_path.glob("run-*/summary.json")
    return json.loads(file.read_text())


def succeeded(data):
    return sum(tally["succeeded"] for tally in data["measurements"]["patterns"].values())


@pytest.mark.parametrize("flags", [[], ["--arrivals", "poisson", "--client", "boto3"], ["--ramp-seconds", "2"]])
def test_alone_it_starts_seeds_loads_judges_and_stops(tmp_path, flags):
    ended = run(tmp_path, *SMALL, "-t", "4s", *flags)
    assert passed(ended.returncode, ended.stdout), ended.stdout + ended.stderr
    assert ("PASSED" in ended.stdout) == (ended.returncode == 0)
    assert "AP10 workflows of repository" in ended.stdout
    data = summary(tmp_path)
    assert data["settings"]["seed"] == 1
    assert data["settings"]["emulator_started_here"]
    assert succeeded(data) > 150
    port = data["settings"]["endpoint"].rsplit(":", 1)[1]
    assert not any(port in (process.info["cmdline"] or []) for process in psutil.process_iter(["cmdline"]))


def test_another_server_is_started_loaded_and_stopped(tmp_path):
    ended = run(tmp_path, "--rate", "20", "--scale", "0.01", "-t", "4s", "--backend", "moto-server")
    assert "moto never throttles" in summary(tmp_path)["settings"]["target_cannot"]
    assert summary(tmp_path)["server"]["usage"]["cpu_seconds"] > 0
    assert "server: " in ended.stdout
    assert not any("moto.server" in (process.info["cmdline"] or []) for process in psutil.process_iter(["cmdline"]))


def test_master_and_workers_share_the_rate_and_merge_their_figures(tmp_path):
    port = str(20_000 + os.getpid() % 10_000)
    workers = [
        subprocess.Popen(
            [sys.executable, "-m", "locust", "-f", str(ROOT / "locustfile.py"), "--worker", "--master-port", port],
            cwd=ROOT,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        for _ in range(2)
    ]
    try:
        master = ["--master", "--master-bind-port", port, "--expect-workers", "2", "-t", "4s"]
        ended = run(tmp_path, *SMALL, *master)
        assert passed(ended.returncode, ended.stdout), ended.stdout + ended.stderr
        data = summary(tmp_path)
        assert data["settings"]["processes"] == data["measurements"]["finished"] == 2
        assert 150 < succeeded(data) < 550
        measured = data["measurements"]
        sent = [costs["requests"] for costs in measured["costs"].values()]
        assert len(sent) == 2
        assert all(sent)
        outcomes = [sum(tally[kind].values()) for tally in measured["patterns"].values() for kind in REFUSED]
        wrong = sum(tally["wrong"] for tally in measured["patterns"].values())
        assert sum(sent) == measured["started"] == succeeded(data) + wrong + sum(outcomes)
        served = data["server"]["latency"]["operations"].values()
        assert sum(each["total"] for each in served) == succeeded(data)  # the server has counted as many
    finally:
        for worker in workers:
            worker.terminate()
            worker.wait(20)


def test_workers_that_take_long_to_make_ready_tell_all_of_a_short_run(tmp_path):
    ended = run(tmp_path, "--rate", "100", *PATIENT, "-t", "4s", "--processes", "2")
    assert passed(ended.returncode, ended.stdout), ended.stdout + ended.stderr
    measured = summary(tmp_path)["measurements"]  # the models of 24,000 items were made before its time began
    assert measured["finished"] == 2
    assert measured["started"] > 50


def test_a_scenario_of_the_users_own_locustfile_is_run_without_being_named(tmp_path):
    ended = run(tmp_path, "--rate", "100", "-t", "3s", *PATIENT, file=OWN)
    assert passed(ended.returncode, ended.stdout), ended.stdout + ended.stderr
    assert summary(tmp_path)["settings"]["scenario"] == "newest-orders"
    assert set(summary(tmp_path)["measurements"]["patterns"]) == {"newest orders"}


def test_scenarios_run_together_by_weight(tmp_path):
    ended = run(tmp_path, *SMALL, "-t", "4s", "--scenario", "newest-orders:3,miyabi:1", file=OWN)
    assert passed(ended.returncode, ended.stdout), ended.stdout + ended.stderr
    data = summary(tmp_path)
    assert set(data["verdict"]["scenarios"]) == {"newest-orders", "miyabi"}
    counts = dict.fromkeys(data["verdict"]["scenarios"], 0)
    for label, tally in data["measurements"]["patterns"].items():
        counts[label.split(":")[0]] += tally["succeeded"]
    assert 1.5 < counts["newest-orders"] / counts["miyabi"] < 6


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_whatever_ends_it_no_emulator_is_left(tmp_path, number):
    process = subprocess.Popen(
        locust(tmp_path, *SMALL),
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
        # Whoever was started in a shell's background has been told to ignore it, and so would its children be.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )
    with process:
        for line in process.stdout:
            if "5 s " in line:
                break
        children = psutil.Process(process.pid).children(recursive=True)
        assert any("dynarig.emulator" in child.cmdline() for child in children)
        # A terminal's Ctrl-C reaches the whole group of processes.
        os.killpg(process.pid, number) if number == signal.SIGINT else process.send_signal(number)
        output = process.stdout.read()
    if number != signal.SIGKILL:
        assert passed(process.returncode, output), output
        assert succeeded(summary(tmp_path)) > 300
    _, alive = psutil.wait_procs(children, timeout=10)
    assert alive == []


def test_a_generator_that_cannot_keep_up_fails_the_run(tmp_path):
    ended = run(tmp_path, "--scale", "0.05", "--rate", "50000", "-u", "4", "-t", "3s")
    assert ended.returncode == 1
    assert "intended requests were sent" in ended.stdout
    assert "FAILED" in ended.stdout


def served(*flags):
    """An emulator of one's own, whose clock and end are ours."""
    server = emulator_process(flags=flags)
    server.start()
    return server, f"http://127.0.0.1:{server.port}"


def test_the_servers_clock_is_the_loads(tmp_path):
    server, url = served()
    try:
        body = json.dumps({"advance": 49 * 3_600}).encode()
        urllib.request.urlopen(urllib.request.Request(f"{url}/_dynarig/clock", body, method="POST")).close()
        ended = run(tmp_path, *SMALL, "-t", "3s", "--host", url)
        assert passed(ended.returncode, ended.stdout), ended.stdout + ended.stderr
        assert summary(tmp_path)["settings"]["server_ahead_seconds"] > 48 * 3_600
    finally:
        server.stop()


@pytest.mark.parametrize(("scale", "words"), [("0.05", "was gone after"), ("6", "was lost while it was filled")])
def test_a_server_that_dies_ends_the_run_in_few_lines(tmp_path, scale, words):
    server, url = served()
    command = locust(tmp_path, "--rate", "100", "-t", "40s", "--host", url, "--scale", scale)
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    with process:
        for line in process.stdout:
            if "Starting Locust" in line and scale == "6":
                client = LeanClient(url, region=SYSTEMS["miyabi"].stage("load").region)
                while not client.call("ListTables", {})["TableNames"]:
                    pass
                client.close()
                break
            if "5 s " in line:
                break
        server.stop()
        output = process.stdout.read()
    assert process.returncode == 1
    assert words in output
    assert "Traceback" not in output
    assert output.count("\n") < 60


def test_a_lost_worker_is_told(tmp_path):
    log = tmp_path / "log"
    with log.open("w") as output:
        command = locust(tmp_path, *SMALL, "-t", "8s", "--processes", "2")
        with subprocess.Popen(command, cwd=ROOT, stdout=output, stderr=subprocess.STDOUT) as process:
            # A file, not a pipe: whoever survives the run must not hold it open.
            while "  5 s" not in log.read_text() and process.poll() is None:
                time.sleep(0.1)
            forked = [each for each in psutil.Process(process.pid).children() if "locust" in each.cmdline()]
            forked[0].kill()
            process.wait(40)
    assert process.returncode == 1
    assert "1 of 2 generator processes did not finish" in log.read_text()


def test_a_closed_loop_with_a_warm_up_and_thresholds(tmp_path):
    flags = ["--closed", "-u", "2", "-t", "4s", "--warm-up-seconds", "1", "--scale", "0.05", "--client", "boto3"]
    ended = run(tmp_path, *flags, "--threshold", "errors==0", "--threshold", "rate>1000000")
    assert ended.returncode == 1
    data = summary(tmp_path)
    assert [each["passed"] for each in data["verdict"]["thresholds"]] == [True, False]
    assert 1 < data["measurements"]["elapsed_seconds"] < 3.5
    assert len(data["measurements"]["series"]["seconds"]) >= 4
    assert next(tmp_path.glob("run-*/latency.hlog")).read_text().count("HIST") > 5

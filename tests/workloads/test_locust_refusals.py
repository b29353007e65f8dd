"""Locust with flags that cannot be: one line, and nothing is left."""

import pytest

from tests.workloads.test_locustfile import SMALL, run

pytestmark = pytest.mark.slow


@pytest.mark.parametrize(
    ("flags", "words"),
    [
        (["--host", "http://127.0.0.1:9"], "nothing answers at http://127.0.0.1:9"),
        (["--host", "nowhere"], "an endpoint is a URL"),
        (["--no-seed"], "--no-seed needs a --host"),
        (["--ramp-seconds", "5", "--arrivals", "poisson"], "a ramp has constant arrivals"),
        (["--backend", "moto-server", "--host", "http://127.0.0.1:9"], "leave out --host http://127.0.0.1:9"),
        (["--backend", "moto"], "invalid choice: 'moto' (choose from 'dynamodb-local', 'moto-server')"),
        (["--rate", "0"], "a rate is a number of requests per second above 0"),
        (["--results", "README.md/below"], "README.md is not a folder"),
        (["-u", "0"], "-u says how many requests may be under way at once, from 1 up, not 0"),
        (["--tags", "anything"], "no scenario has the tag 'anything'"),
        (["--scenario", "hot-kye"], "no scenario 'hot-kye'"),
        (["--scenario", "spike,saturation"], "load the same tables"),
    ],
)
def test_what_cannot_be_is_told_in_one_line(tmp_path, flags, words):
    ended = run(tmp_path, *SMALL, "-t", "2s", *flags)
    assert ended.returncode != 0
    assert words in ended.stderr
    assert "Traceback" not in ended.stderr
    assert list(tmp_path.iterdir()) == []


def test_results_that_cannot_be_kept_fail_the_run_in_one_line(tmp_path):
    ended = run(tmp_path, *SMALL, "-t", "2s", "--results", str(tmp_path / ("x" * 300)))
    assert ended.returncode == 1
    assert "the results were not kept, --results takes another folder: [Errno" in ended.stderr
    assert "Traceback" not in ended.stderr
    assert "AP10 workflows of repository" in ended.stdout

"""`dynarig gate` as a user meets it; what takes long is slow, the rest runs on figures handed in."""

import json
import shutil
from contextlib import contextmanager

import pytest

from dynarig.workloads.gate import baseline, cli, counting, interleaving, trees
from dynarig.workloads.gate.interleaving import Round
from dynarig.workloads.gate.probes import PROBES

VERSIONS = json.dumps({name: probe.version for name, probe in PROBES.items()})


class FakeTree:
    def __init__(self, name):
        self.name = self.links = name

    def command(self, *words):
        return words

    def run(self, command):
        return VERSIONS


@pytest.fixture
def counts(monkeypatch):
    """Counts of the two trees; a tree not named cannot be had."""
    held = {"this tree": dict.fromkeys(PROBES, 1000), "before": dict.fromkeys(PROBES, 1000)}

    @contextmanager
    def current():
        yield FakeTree("this tree")

    @contextmanager
    def of_commit(ref):
        if "before" not in held:
            raise trees.TreeError("the baseline before cannot be unpacked (gone); fetch it, or name another")
        yield FakeTree("before")

    monkeypatch.setattr(trees, "current", current)
    monkeypatch.setattr(trees, "of_commit", of_commit)
    monkeypatch.setattr(trees, "commit_of", lambda ref: ref)
    monkeypatch.setattr(counting, "unavailable", lambda: None)
    monkeypatch.setattr(counting, "count", lambda tree, names: {name: held[tree.name][name] for name in names})
    monkeypatch.setattr(counting, "fingerprint", lambda: {"python": "3"})
    return held


def test_no_regression(counts, capsys):
    assert cli.main(["--baseline", "v1"]) == 0
    assert capsys.readouterr().out.splitlines()[-1] == "instructions, before against this tree: no regression"


def test_a_regression_names_its_metric(counts, capsys, tmp_path):
    counts["this tree"]["put-item"] = 1100
    files = ["--junit", str(tmp_path / "junit.xml"), "--github-benchmark", str(tmp_path / "github.json")]
    assert cli.main(["--baseline", "v1", *files]) == 3
    assert "REGRESSION in put-item" in capsys.readouterr().out
    assert 'failures="1"' in (tmp_path / "junit.xml").read_text()
    assert len(json.loads((tmp_path / "github.json").read_text())) == len(PROBES)


def test_only_what_is_asked_for(counts, capsys):
    counts["this tree"]["put-item"] = 1100
    assert cli.main(["--baseline", "v1", "--only", "wire", "--json"]) == 0
    assert [metric["name"] for metric in json.loads(capsys.readouterr().out)["metrics"]] == ["wire"]


def test_a_threshold_can_be_widened(counts):
    counts["this tree"]["put-item"] = 1100
    assert cli.main(["--baseline", "v1", "--threshold", "put-item=0.2"]) == 0


def test_a_commit_that_is_gone_is_one_line(counts, capsys):
    del counts["before"]
    assert cli.main(["--baseline", "v1"]) == 1
    assert capsys.readouterr().err.count("\n") == 1


def stored(tmp_path, **changes):
    values = {
        "commit": "0" * 40,
        "reason": "first",
        "fingerprint": {"python": "3"},
        "instructions": dict.fromkeys(PROBES, 1000),
        "versions": {name: probe.version for name, probe in PROBES.items()},
    }
    path = tmp_path / "baseline.json"
    baseline.Baseline(**{**values, **changes}).save(path)
    return str(path)


def test_without_the_commit_its_stored_counts_serve(counts, capsys, tmp_path):
    del counts["before"]
    assert cli.main(["--baseline", stored(tmp_path)]) == 0
    counts["this tree"]["wire"] = 1100
    assert cli.main(["--baseline", stored(tmp_path)]) == 3


def test_stored_counts_of_another_python_are_not_compared(counts, capsys, tmp_path):
    del counts["before"]
    assert cli.main(["--baseline", stored(tmp_path, fingerprint={"python": "2"})]) == 1
    assert "python 2, here 3" in capsys.readouterr().err


def test_stored_counts_of_another_work_are_not_compared(counts, capsys, tmp_path):
    del counts["before"]
    assert cli.main(["--baseline", stored(tmp_path, versions={"wire": 0}), "--only", "wire"]) == 1
    assert "are of none of this work: wire" in capsys.readouterr().err


def test_another_work_is_left_out_and_said(counts, capsys, tmp_path):
    del counts["before"]
    versions = {**{name: probe.version for name, probe in PROBES.items()}, "wire": 0}
    assert cli.main(["--baseline", stored(tmp_path, versions=versions)]) == 0
    assert "not compared, as the baseline does another work: wire" in capsys.readouterr().out


@pytest.fixture
def measured(counts, monkeypatch):
    """Rounds of "wire" by the time they are taken: (baseline, current, again); what was asked for, in order."""
    held, asked = [], []

    def measure(three, names, count, progress):
        asked.append(list(names))
        return {name: [Round(*held[len(asked) - 1])] * count if name == "wire" else [QUIET] * count for name in names}

    monkeypatch.setattr(interleaving, "measure", measure)
    return held, asked


QUIET = Round(1.0, 1.0, 1.0)
INTERLEAVED = ["--baseline", "v1", "--method", "interleaved"]


def test_a_machine_too_noisy_is_no_verdict(measured, capsys):
    measured[0].append((1.0, 1.0, 1.5))
    assert cli.main(INTERLEAVED) == 1
    assert "no regression seen; could not compare wire: too noisy here" in capsys.readouterr().out


def test_what_is_slower_twice_is_a_regression(measured, capsys):
    held, asked = measured
    held += [(1.0, 1.1, 1.1), (1.0, 1.08, 1.08)]
    assert cli.main(INTERLEAVED) == 3
    assert asked == [list(PROBES), ["wire"]]
    assert "REGRESSION in wire" in capsys.readouterr().out


def test_what_was_slower_only_once_is_none(measured, capsys):
    measured[0].extend([(1.0, 1.1, 1.1), QUIET])
    assert cli.main(INTERLEAVED) == 0


def test_what_is_even_is_measured_once(measured):
    measured[0].append(QUIET)
    assert cli.main(INTERLEAVED) == 0
    assert len(measured[1]) == 1


@pytest.mark.parametrize(
    ("flags", "said"),
    [
        (["--update"], "--update needs --reason"),
        (["--update", "--reason", " "], "--update needs --reason"),
        (["--update", "--reason", "Faster.", "--only", "wire"], "leave --only out"),
        (["--update", "--reason", "Faster.", "--baseline", "v1"], "--update writes a .json file"),
        (["--junit", "no/such/gate.xml"], "there is no folder no/such for --junit"),
        (["--github-benchmark", "no/such/gate.json"], "there is no folder no/such for --github-benchmark"),
    ],
)
def test_flags_that_cannot_go_together_are_one_line_before_any_work(flags, said, capsys):
    assert cli.main(flags) == 2
    told = capsys.readouterr().err
    assert said in told
    assert told.count("\n") == 1


@pytest.mark.parametrize("flags", ["--threshold=wire=nan", "--threshold=wire=-1", "--threshold=wire=x", "--rounds=x"])
def test_a_figure_that_would_judge_nothing_is_refused(flags, capsys):
    with pytest.raises(SystemExit) as exit:
        cli.main([flags])
    assert exit.value.code == 2
    assert "_" not in capsys.readouterr().err


def test_a_regression_is_one_although_its_file_cannot_be_written(counts, tmp_path, capsys):
    (tmp_path / "gate.xml").mkdir()
    flags = ["--baseline", "v1", "--junit", str(tmp_path / "gate.xml")]
    assert cli.main(flags) == 1
    counts["this tree"]["put-item"] = 1100
    assert cli.main(flags) == 3
    assert capsys.readouterr().err.count("Is a directory") == 2


def test_an_update_is_a_baseline(counts, tmp_path, capsys):
    path = tmp_path / "baseline.json"
    assert cli.main(["--update", "--reason", "Faster puts.", "--baseline", str(path)]) == 0
    assert baseline.read(path).instructions == counts["before"]


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"format": 2}'])
def test_what_is_no_baseline_is_one_line(tmp_path, capsys, text):
    path = tmp_path / "baseline.json"
    path.write_text(text)
    assert cli.main(["--baseline", str(path)]) == 1
    assert capsys.readouterr().err.count("\n") == 1


def test_a_missing_baseline_says_what_to_do(tmp_path, capsys):
    assert cli.main(["--baseline", str(tmp_path / "none.json")]) == 1
    assert "take one: dynarig gate --update --reason" in capsys.readouterr().err


@pytest.fixture
def slowed(tmp_path):
    """A copy of this tree, and a way to put a line into one of its functions."""
    for name in ("emulator", "fixtures", "workloads"):
        shutil.copytree(trees.ROOT / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__"))

    def put(file, before, line):
        path = tmp_path / file
        text = path.read_text()
        assert before in text
        path.write_text(text.replace(before, line + before, 1))
        return trees._linked("slowed", tmp_path)

    return put


@pytest.mark.slow
@pytest.mark.skipif(counting.unavailable() is not None, reason=str(counting.unavailable()))
def test_a_slower_put_is_caught_by_its_instructions(slowed):
    file, before, line = (
        "emulator/planning/writes.py",
        "    place = table.place_of(attributes)\n",
        "    sum(range(150))\n",
    )
    with trees.current() as tree, slowed(file, before, line) as slow:
        names = ["put-item", "get-item"]
        fast, late = counting.count(tree, names), counting.count(slow, names)
    assert late["put-item"] > fast["put-item"] * 1.02
    assert abs(late["get-item"] / fast["get-item"] - 1) < 0.02

"""Checking: what the runner makes of claims, and what the reports make of its lines."""

import json
import subprocess
import sys
from dataclasses import replace

import pytest

from dynarig.emulator.model.errors import DynamoDBError
from dynarig.workloads.claims import register, report
from dynarig.workloads.claims import run as running
from dynarig.workloads.claims.bench import Bench, Options
from dynarig.workloads.claims.finding import FAILS, HOLDS, NOT_TESTABLE, Finding, agrees, within


def outcome_of(claim, finding):
    return running.Outcome(claim, finding, 0.5).to_json()


@pytest.fixture
def claim():
    return running.choose(ids=["CAL-01"])[0]


def test_chosen_by_system_and_id():
    assert {claim.system for claim in running.choose(["acs"])} == {"acs"}
    with pytest.raises(running.UnknownClaim, match="claim CAL-01 is one of callytics, not of acs, miyabi"):
        running.choose(["acs", "miyabi"], ["CAL-01"])
    with pytest.raises(running.UnknownClaim, match="no claim 'x'; they are CAL-01 to CAL-50, ACS-01 to ACS-34, "):
        running.choose(ids=["x"])


def test_what_cannot_be_tested_says_why(claim):
    lines = list(running.run([replace(claim, id="none", kind="untestable", reason="It needs a moon.")], Bench()))
    assert (lines[0].finding.verdict, lines[0].finding.why) == (NOT_TESTABLE, "It needs a moon.")


def test_a_claim_without_a_check_is_our_defect(claim):
    with pytest.raises(AssertionError, match="has no check"):
        list(running.run([replace(claim, id="none")], Bench()))


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (DynamoDBError("UnknownOperationException", "none"), "moto refuses what the check asks: UnknownOperation"),
        (KeyError("IndexSizeBytes"), "moto answers without what the check reads: 'IndexSizeBytes'"),
    ],
)
def test_what_a_foreign_backend_cannot_do_is_not_testable_there(claim, monkeypatch, error, said):
    def check(claim, bench):
        raise error

    monkeypatch.setattr(running, "all_checks", lambda: {claim.id: check})
    (there,) = running.run([claim], Bench(Options(backend="moto")))
    assert (there.finding.verdict, there.finding.why[: len(said)]) == (NOT_TESTABLE, said)
    with pytest.raises(type(error)):
        list(running.run([claim], Bench()))


def test_a_claim_has_one_check():
    register.all_checks()
    with pytest.raises(AssertionError, match="CAL-01 has two checks"):
        register.checks("CAL-01")(lambda claim, bench: Finding(HOLDS, "1", "…"))


def test_a_verdict_has_a_figure_and_a_reason():
    with pytest.raises(AssertionError):
        Finding(HOLDS, "", "why")
    with pytest.raises(AssertionError):
        Finding(HOLDS, "1", "")


def test_tolerance_is_a_share_of_what_is_claimed():
    assert within(110, 100, 0.1)
    assert not within(111, 100, 0.1)


@pytest.mark.parametrize(
    ("verdict", "expected", "same"),
    [(HOLDS, "holds", True), (FAILS, "holds", False), (FAILS, "uncertain", True), (NOT_TESTABLE, "not DynamoDB", True)],
)
def test_agreement(verdict, expected, same):
    assert agrees(verdict, expected) is same


def test_reports_show_what_is_not_as_expected(claim):
    line = outcome_of(claim, Finding(FAILS, "25 <tables>", "Counted.", disagreement="One | is gone."))
    assert "expected “holds”: One | is gone." in report.line_text(line)
    assert "One \\| is gone." in report.markdown([line])
    page = report.html([line])
    assert "25 &lt;tables&gt;" in page
    assert "evidence/CAL-01.json" in page
    assert report.summary([line]) == "1 statement: 1 fails; 1 other than expected, each explained"
    json.dumps(line)


def test_reports_show_the_tolerance_that_a_figure_was_judged_by(claim):
    line = outcome_of(claim, Finding(HOLDS, "25 tables", "Counted.", tolerance=0.1))
    for text in (report.line_text(line), report.markdown([line]), report.html([line])):
        assert "4 tables (legacy), ± 10%" in text


def test_reports_own_up_to_what_is_not_explained(claim):
    line = outcome_of(claim, Finding(FAILS, "25 tables", "Counted."))
    assert "expected “holds”: unexplained" in report.line_text(line)
    assert report.summary([line]).endswith("1 other than expected, 1 of them unexplained")


WITHOUT_LOAD = """
import sys
sys.modules.update(dict.fromkeys(("gevent", "geventhttpclient", "hdrh", "locust", "psutil"), None))
from dynarig.workloads.cli import main
sys.exit(main(["verify", "--claim", "CAL-03", "--claim", "MYB-35", "--scale", "0.01", "--out", sys.argv[1]]))
"""


def test_what_needs_no_load_is_verified_without_the_extra_load(tmp_path):
    done = subprocess.run(
        [sys.executable, "-c", WITHOUT_LOAD, str(tmp_path)], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert "1 holds, 1 not testable here" in done.stdout
    assert "Locust is not installed: pip install 'dynarig[load]'" in done.stdout

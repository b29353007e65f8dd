"""Every statement of the documents gets its verdict, and every disagreement with what was expected its reason."""

import pytest

from dynarig.workloads.claims.bench import Bench, Options
from dynarig.workloads.claims.claim import UNTESTABLE, read_claims
from dynarig.workloads.claims.register import all_checks
from dynarig.workloads.claims.run import run

# Their verdicts are of this machine at this moment, by a clock on the wall; where other work has it, they may differ.
BY_THE_CLOCK = {"MYB-35", "NBX-01", "NBX-03", "NBX-05"}


def test_every_claim_has_a_check_or_says_why_not():
    ids = {claim.id for claim in read_claims()}
    testable = {claim.id for claim in read_claims() if claim.kind != UNTESTABLE}
    assert testable <= all_checks().keys() <= ids


@pytest.mark.slow
def test_every_verdict_has_its_reason():
    with Bench(Options(scale=0.02, load_seconds=2.0)) as bench:
        outcomes = list(run(read_claims(), bench))
    assert len(outcomes) == 181
    unexplained = {each.claim.id for each in outcomes if not each.agrees and not each.finding.disagreement}
    assert unexplained - BY_THE_CLOCK == set()

"""The statements as they ship."""

import re
from collections import Counter

from dynarig.workloads.claims.claim import KINDS, Number, read_claims
from dynarig.workloads.claims.finding import VERDICTS, agrees
from dynarig.workloads.claims.register import all_checks


def test_every_statement_of_the_documents_is_there():
    assert Counter(claim.system for claim in read_claims()) == {
        "callytics": 50,
        "acs": 34,
        "natterbox": 26,
        "miyabi": 44,
        "listbackup": 27,
    }
    assert len({claim.id for claim in read_claims()}) == 181


def test_every_statement_says_how_it_is_checked_and_what_is_expected():
    for claim in read_claims():
        assert claim.kind in KINDS
        assert claim.statement, claim.id
        assert claim.method, claim.id
        assert any(agrees(verdict, claim.expected) for verdict in VERDICTS)
    assert Counter(claim.kind for claim in read_claims()) == {"measured": 135, "computed": 29, "untestable": 17}


def test_what_cannot_be_tested_says_why_in_one_sentence():
    for claim in read_claims():
        assert bool(claim.reason) == (claim.id not in all_checks()), claim.id
        assert re.fullmatch(r"([A-Z][^.]*\.)?", claim.reason), claim.id


def test_numbers_as_a_reader_would_write_them():
    assert str(Number(50_000, "items", "")) == "50,000 items"
    assert str(Number(2.5e-06, "USD/request", "read")) == "2.5e-06 USD/request (read)"
    assert str(Number(1767006000, "epoch s", "TTL")) == "1767006000 epoch s (TTL)"

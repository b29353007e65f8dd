"""Sessions against the engine: expired ones are seen and filtered, none is gone before its time."""

import pytest

from dynarig.workloads.scenarios.session_churn import READ, REFRESH, TTL, SessionChurn
from tests.workloads.scenarios.driven import Driven, EngineClient


def test_expired_sessions_are_there_for_a_while_and_late_refreshes_are_refused():
    driven = Driven(SessionChurn).run(2_000)
    verdict = driven.verify()
    assert verdict.passed, (verdict.failures, driven.measured.total().samples)
    figures = verdict.findings[0].figures
    assert 0 < figures["late"] < figures["expired_reads"]
    assert figures["live_reads"] > 50
    assert figures["refused"] == driven.measured.patterns[REFRESH].refused > 20
    assert figures["overdue"] > 0


def test_sessions_deleted_at_once_are_never_read_expired():
    verdict = Driven(SessionChurn, EngineClient()).run(1_000).verify()
    assert verdict.passed
    assert verdict.findings[0].figures["late"] == 0
    assert verdict.findings[0].figures["expired_reads"] > 50


def test_a_run_in_which_nothing_expires_says_so():
    verdict = Driven(SessionChurn, lifetime_seconds=600).run(300).verify()
    assert verdict.passed
    assert "no session expired" in verdict.doubts[0]


class Faulty(EngineClient):
    """Forgets items before their time, or lets a filter pass everything."""

    faulty = ""

    def call(self, operation, request):
        if operation == "Query" and self.faulty == "filter":
            request = {**request, "ExpressionAttributeNames": {"#ttl": TTL}}
            request["ExpressionAttributeValues"] = {**request["ExpressionAttributeValues"], ":now": {"N": "0"}}
        response = super().call(operation, request)
        if operation == "GetItem" and self.faulty == "gone":
            response.pop("Item", None)
        return response


@pytest.mark.parametrize(("faulty", "pattern"), [("gone", READ), ("filter", "sessions of a user")])
def test_what_must_never_happen_is_noticed(faulty, pattern):
    client = Faulty(ttl_delete_seconds=3.0)
    driven = Driven(SessionChurn, client).run(500)
    client.faulty = faulty
    assert not driven.run(300).verify().passed
    assert driven.measured.patterns[pattern].wrong > 5

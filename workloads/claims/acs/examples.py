"""Figures of the document's example items: values of an application's data, looked at for whether they add up."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from dynarig.workloads.claims.acs.keys import fresh
from dynarig.workloads.claims.acs.settings import PREFIX, SYSTEM
from dynarig.workloads.claims.bench import Bench
from dynarig.workloads.claims.calls import write_units
from dynarig.workloads.claims.claim import Claim
from dynarig.workloads.claims.finding import FAILS, NOT_TESTABLE, Finding
from dynarig.workloads.claims.register import checks

Item = dict[str, Any]
# The parts of the examples that the statements give no numbers of.
_PROMPT, _RESPONSE = 150, 200  # tokens
_FUNCTIONS = {"generate_email": 800, "llm_response": 700}  # requests
_MODEL_REQUESTS, _MODEL_COST = 1_200, 10.0  # of the one model that the report shows


@checks("ACS-16")
def example_call(claim: Claim, bench: Bench) -> Finding:
    """The tokens of the example and of the seeded calls, added up."""
    total, shown = _PROMPT + _RESPONSE, claim.number("total")
    adding, count = _adding_up(bench, "LLMDataCollection", _call_adds_up)
    units = _units(bench, "LLMDataCollection")
    return Finding(
        NOT_TESTABLE if total == shown and adding == count else FAILS,
        f"{_PROMPT} + {_RESPONSE} = {total} of {shown:g} tokens; {adding} of {count} seeded calls add up; such an item "
        f"takes {units:g} write units",
        "How long a call takes and what it costs is the language model's to measure; of the example only its sum can "
        "be checked.",
        value=total,
        unit="tokens",
        evidence={"tokens": [_PROMPT, _RESPONSE], "adding_up": adding, "seeded": count, "write_units": units},
    )


def _call_adds_up(item: Item) -> bool:
    return _number(item["prompt_tokens"]) + _number(item["response_tokens"]) == _number(item["total_tokens"])


@checks("ACS-17")
def example_report(claim: Claim, bench: Bench) -> Finding:
    """The example's requests by function and by model, and those of the seeded reports, added up."""
    total, cost = sum(_FUNCTIONS.values()), claim.number("total cost")
    adding, count = _adding_up(bench, "LLMReportData", _report_adds_up)
    units = _units(bench, "LLMReportData")
    within = total >= _MODEL_REQUESTS and cost >= _MODEL_COST
    return Finding(
        NOT_TESTABLE if total == claim.number("total") and within and adding == count else FAILS,
        f"{' + '.join(map(str, _FUNCTIONS.values()))} = {total:,} of {claim.number('total'):,.0f} requests; the model "
        f"shown has {_MODEL_REQUESTS:,} of them and {_MODEL_COST:.2f} of {cost:.2f} USD; {adding} of {count} seeded "
        f"reports add up; such an item takes {units:g} write units",
        "What an application asked of its language models and paid for it is not the database's to know; of the "
        "example only its sums can be checked.",
        value=total,
        unit="requests",
        evidence={"functions": _FUNCTIONS, "adding_up": adding, "seeded": count, "write_units": units},
    )


def _report_adds_up(item: Item) -> bool:
    requests = _number(item["total_requests"])
    functions = sum(map(_number, item["function_breakdown"]["M"].values()))
    models = sum(_number(model["M"]["requests"]) for model in item["model_usage"]["M"].values())
    return functions == requests >= models


@checks("ACS-18")
def example_invocation(claim: Claim, bench: Bench) -> Finding:
    """What writing an invocation down takes."""
    units = _units(bench, "Invocations")
    return Finding(
        NOT_TESTABLE,
        f"a seeded invocation takes {units:g} write units, with its two indexes",
        "How long a function runs and what memory it takes is Lambda's to measure; only what it costs to write an "
        "invocation down can be measured here.",
        value=units,
        unit="write units",
        evidence={"write_units": units},
    )


def _adding_up(bench: Bench, table: str, adds_up: Callable[[Item], bool]) -> tuple[int, int]:
    """How many of a table's seeded items add up, and how many there are."""
    verdicts = [adds_up(item) for item in bench.items(SYSTEM, PREFIX + table)]
    return sum(verdicts), len(verdicts)


def _units(bench: Bench, table: str) -> float:
    """Write units of the table's first seeded item."""
    item = next(iter(bench.items(SYSTEM, PREFIX + table)))
    return sum(write_units(fresh(bench, table), "PutItem", {"TableName": PREFIX + table, "Item": item}).values())


def _number(value: dict[str, Any]) -> float:
    return float(value["N"])

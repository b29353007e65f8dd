"""The page of one run: everything that the summary knows, and nothing from elsewhere."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest

from dynarig.workloads.reporting.bill import bill_of
from dynarig.workloads.reporting.figures import RunFigures
from dynarig.workloads.reporting.page import run_page
from dynarig.workloads.reporting.seconds import Watched
from tests.workloads.reporting.summaries import server, summary

_VOID = {"meta", "link", "br", "img", "input"}


class Outline(HTMLParser):
    """What a page consists of; a tag that is not closed in its turn is a fault."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.headings: list[str] = []
        self.labels: list[str] = []
        self.words: list[str] = []
        self.links: list[str] = []
        self.feed(page)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = dict(attrs)
        self.labels += [told["aria-label"] or ""] if "aria-label" in told else []
        self.links += [told[name] or "" for name in ("href", "src", "action") if name in told]
        if tag not in _VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self.open and self.open[-1] == "h2":
            self.headings.append(data)
        self.words.append(data)

    @property
    def text(self) -> str:
        return " ".join(" ".join(self.words).split())


def test_a_run_on_our_emulator() -> None:
    page = run_page(RunFigures("run-1", summary()))
    outline = Outline(page)
    assert outline.headings == [
        "Rate",
        "Latency over time",
        "Latency by percentile",
        "Throttles by reason",
        "Heat per partition",
        "Consumed write units by table and index",
        "Cost",
        "Thresholds",
        "Access patterns",
        "Three times, by operation",
        "The generator",
        "What this run cannot tell",
        "Settings",
    ]
    for words in (
        "FAILED",
        "one key took 90 % of the heat",
        "Hottest partition: orders p1 of 2, 75% of the units of its table or index, 240 throttles; "
        "its hottest key <celebrity> takes 90% of the table's units.",
        "A month of this load would cost $2,635 at AWS's prices",
        "Against it: threshold throttles<1%: 20",
        "Less certain, hot-key: 8 s are few",
        "80/s 100/s sent, 1,200 in all",
        "TableWriteKeyRangeThroughputExceeded",
        "orders / by-day",
        "throttles<1% 20 broken",
        "1,200 of 1,200 intended requests were sent",
        "shape <zipf> (weight 1)",
        "second 1: 100% of its ceiling, 20 throttled",
    ):
        assert words in outline.text, words
    assert "Heat of 2 partitions. Throttled: orders p1" in outline.labels
    assert outline.links == []
    assert not re.search(r"https?://(?!127\.0\.0\.1)|url\(|@import|<script", page)


def test_another_target_says_what_it_cannot_tell() -> None:
    outline = Outline(run_page(RunFigures("run-1", summary(ours=False))))
    assert "Heat per partition" not in outline.headings
    assert "Consumed write units" in outline.headings
    assert "ThrottlingException" in outline.text  # by the codes of the answers, where reasons are not told
    for words in ("This target does not tell its partitions", "This target does not tell its bill"):
        assert words in outline.text, words


def test_capacity_that_was_off_is_said() -> None:
    data = summary()
    data["server"]["heat"]["mode"] = "off"
    assert "Capacity was off" in Outline(run_page(RunFigures("run-1", data))).text


@pytest.mark.parametrize(
    "settings",
    [{"closed": True}, {"profile": [[5.0, 10.0, 10.0], [7.0, 10.0, 200.0]]}, {"ramp_seconds": 4.0, "scenarios": []}],
)
def test_every_shape_of_a_load_is_drawn(settings: dict[str, object]) -> None:
    page = run_page(RunFigures("run-1", summary(**settings)))
    assert ("dashed" in page.partition("</style>")[2]) is ("closed" not in settings)
    assert Outline(page).headings[0] == "Rate"


def test_a_run_without_a_request_has_a_page() -> None:
    data = summary(ours=False)
    data["measurements"]["series"]["seconds"] = []
    data["measurements"]["patterns"] = {}
    data["measurements"]["elapsed_seconds"] = 0.0
    assert "Nothing to draw." in Outline(run_page(RunFigures("run-1", data))).text


def test_a_month_is_the_runs_requests_carried_on_and_storage_as_it_is() -> None:
    bill = bill_of(server(), 14.0)
    assert bill is not None
    requests, storage = bill.lines
    assert requests.run == pytest.approx(0.014)  # without the 0.5 of preparing
    assert requests.month == pytest.approx(0.014 / 14.0 * 730 * 3600)
    assert storage.month == 7.0
    assert bill.month == pytest.approx(2628.0 + 7.0)
    assert bill_of({}, 14.0) is None
    assert bill_of(server(), 0.5) is None


def test_looks_become_rates() -> None:
    watched = Watched(server())
    [throttles] = watched.rates("throttled")
    assert throttles.points[:2] == [(1, 20.0), (2, 20.0)]
    assert {curve.name: curve.points[0] for curve in watched.rates("consumed", 1)} == {
        "orders": (1, 80.0),
        "orders / by-day": (1, 40.0),
    }
    assert watched.rates("consumed", 0) == []
    assert [name for name, _ in watched.heat()] == ["orders p1", "orders / by-day p0"]
    assert watched.heat()[0][1][0] == (1.0, 20)


def test_what_a_scenario_tells_by_itself_is_told_once() -> None:
    made = summary()
    findings = made["verdict"]["scenarios"]["hot-key"]["findings"]
    findings[0]["figures"] |= {"partition": "p1", "month_usd": 2635.0}
    text = Outline(run_page(RunFigures("run-1", made))).text
    assert "Hottest partition:" not in text.partition("Rate")[0]
    assert "A month of this load" not in text

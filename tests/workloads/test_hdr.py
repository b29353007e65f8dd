"""The HdrHistogram log, read again by HdrHistogram's own reader."""

import pytest
from hdrh.histogram import HdrHistogram
from hdrh.log import HistogramLogReader

from dynarig.workloads import hdr
from dynarig.workloads.measure import Measurements


def test_percentiles_are_the_same_there_and_here(tmp_path):
    measured = Measurements(elapsed_seconds=10.0)
    for name, step in (("AP1 user", 37), ("W1 put, twice", 911)):
        for number in range(1, 1_000):
            measured.tally(name).from_intended.record(number * step / 1e6)
    path = tmp_path / "latency.hlog"
    hdr.write(path, measured, 1_764_417_600.0)
    reader = HistogramLogReader(str(path), HdrHistogram(1, 3_600_000_000, 3))
    found = {}
    while (histogram := reader.get_next_interval_histogram()) is not None:
        found[histogram.get_tag()] = histogram
    assert set(found) == {None, "AP1_user", "W1_put_twice"}
    reader.input_file.close()
    ours = {None: measured.total(), "AP1_user": measured.patterns["AP1 user"]}
    for tag, tally in ours.items():
        assert found[tag].get_total_count() == tally.from_intended.total
        for percent in (50.0, 99.0, 99.9):
            theirs = found[tag].get_value_at_percentile(percent) / 1e6
            assert theirs == pytest.approx(tally.from_intended.percentile(percent), rel=1.5e-3)

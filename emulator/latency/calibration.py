"""What the latency model is calibrated to, each figure with its source or the assumption that it is.

Source M: measured by A. DeBrie from Lambda in the same region, about 2020 (published, dynamodb-performance-testing);
milliseconds as a client saw them. Source D: "Distributed Transactions at Scale in Amazon DynamoDB", USENIX ATC 2023.
AWS publishes no percentiles of its own, so what is neither M nor D is an assumption and says so.
"""

from __future__ import annotations

from typing import NamedTuple


class Quantiles(NamedTuple):
    """Milliseconds: least, median, 90th, 95th and 99th percentile, most."""

    least: float
    p50: float
    p90: float
    p95: float
    p99: float
    most: float


FRACTIONS = (0.0, 0.5, 0.9, 0.95, 0.99, 1.0)  # at which a Quantiles is known

# M, by the number of items.
WRITES: dict[int, Quantiles] = {
    1: Quantiles(5.47, 7.55, 11.3, 13.2, 16.2, 29.0),  # PutItem
    5: Quantiles(6.59, 8.14, 13.3, 15.4, 25.5, 56.8),  # BatchWriteItem
    25: Quantiles(7.96, 10.2, 16.0, 18.0, 27.6, 76.4),  # BatchWriteItem
}
TRANSACTIONS: dict[int, Quantiles] = {
    5: Quantiles(19.4, 25.3, 30.7, 36.4, 92.5, 218.0),
    25: Quantiles(23.5, 32.1, 40.5, 47.2, 97.5, 258.0),
}
CANCELLED: dict[int, Quantiles] = {5: Quantiles(19.8, 25.3, 30.6, 34.2, 84.9, 254.0)}

# Assumption: of what a client in the same region saw, the network and the SDK took this. SuccessfulRequestLatency is
# measured inside the service and leaves it out; so does the model, as the local client and network take their own.
CLIENT_SHARE_MS = 2.5

# Assumption: a consistent read, which the leader answers alone, takes this part of a write, which waits for two of
# three replicas; an eventually consistent one, which any replica answers, somewhat less. Both are single-digit
# milliseconds, which is all that AWS promises.
CONSISTENT_READ_SHARE = 0.65
EVENTUAL_READ_SHARE = 0.5

# D: a transactional read takes slightly under twice a consistent read.
TRANSACTIONAL_READ_FACTOR = 1.9

# Assumption: what is moved between storage and router, per kilobyte read or written: about 100 MB a second.
PER_KILOBYTE_MS = 0.01

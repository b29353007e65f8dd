"""Load, measurements and benchmarks on any DynamoDB endpoint.

The life of one request under load, and the module that owns each step:

1. `pacing`     says when it is due: (elapsed, sent) → (wait, stop).
2. `schedule`   hands its intended start to the pool of Locust users of this process.
3. `scenarios`  build the call, and remember what it will have changed.
4. `client`     signs it (`signing`), sends it, gives a dict or raises.
5. `scenarios`  judge the answer against what the run knows (`ledger`).
6. `measure`    counts outcome, both latencies and consumed units; `session` merges and saves; `report` renders.
"""

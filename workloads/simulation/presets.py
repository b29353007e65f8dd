"""Loads that have a name: flags that are given before a user's own, which win.

Rule: each is the documents' or the service's figures, and says which.
"""

from __future__ import annotations

# The Miyabi document's estimate: 1,000,000 reads and 500,000 writes a month in Tokyo, 5 GB; users by Zipf, a day that
# is quiet at night.
_MIYABI_MONTH = (
    "--rate=0.5787 --read-share=0.6667 --duration=30d --distribution=zipf --keys=10000 --day-swing=0.8 "
    "--item-bytes=1024 --stored-gigabytes=5 --region=ap-northeast-1"
)
# A table that is warm for 2,000 partitions of 1,000 writes, under a million requests a second.
_MILLION = (
    "--rate=1000000 --read-share=0.5 --duration=1h --keys=100000 --warm=6000000,2000000 --quota=6000000 --new-share=0"
)
PRESETS = {"miyabi-month": _MIYABI_MONTH, "million": _MILLION}

"""`dynarig gate`: fails when this tree does its work in more instructions than the baseline, and stays quiet when not.

probes.py        the fixed set of work: name → a function that does it once; every tree runs its own
marks.py         the two marks between which valgrind counts, as requests to it from Python
trees.py         the trees that are compared: this one, and the baseline's commit unpacked beside it
counting.py      instructions a probe, by valgrind's callgrind: exact, whatever else the machine does
interleaving.py  where valgrind is not: both trees' CPU times in turn, the ratio with its confidence interval
load.py          a short load at a fixed rate: wall-clock figures, which only warn
comparison.py    baseline and current figures → a verdict a metric, by its threshold
output.py        verdicts as a table, JSON, github-action-benchmark's JSON and JUnit
baseline.py      the stored baseline: commit, reason, figures
cli.py           the command

Rule: what fails a build must not depend on a neighbour. Instructions, or an interval that excludes the threshold, do
that; seconds on a clock warn.
"""

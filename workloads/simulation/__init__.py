"""A table under load as arithmetic: what a design takes, what it throttles and what it costs, without a request made.

Rule: whole seconds and whole partitions, with numpy; every decision (growth, cuts, units, prices) is the emulator's
own code, and a test holds both together where both run. Of one table, without its indexes: those throttle by what the
items hold, which `dynarig verify --enforce` has the real engine do. Knows no clock, no socket and no items.
"""

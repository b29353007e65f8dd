"""The documents' checkable statements, each measured, computed, or with a sentence why it cannot be.

Read in this order:

statements/     what each document says: words, section, numbers, how it is checked, what an expert expects
claim.py        a statement as a value
finding.py      what checking one gave: measured, verdict, evidence; when it disagrees with the expectation, why
bench.py        what a check runs on: seeded estates, fresh engines in virtual time, figures that several checks share
register.py     `@checks("MYB-23")` on a function of the bench: the one list of checks
callytics/ …    the checks, a room a document, a module a topic
run.py          all chosen claims, one after the other; report.py: their table as text, JSON, Markdown and HTML

Rule: a verdict comes of what was measured. The expectation is only compared, and a finding that disagrees says why.
"""

"""Layer 3: the long work of exports and imports, in turns.

output.py        what an export writes: lines of JSON in gzip, and the manifests that tell them
export_job.py    an export of a table as it was, or of what changed in a period
changes.py       what changed in a period, out of an undo log
import_source.py the items of an import's objects, checked one by one
formats.py       objects as lines, lines as items: DynamoDB JSON and CSV
"""

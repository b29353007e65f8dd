"""The report of a run, as a page of its own: `results/<run>/report.html`; and of several runs, side by side.

Rule: a summary goes in, text comes out; nothing is measured, asked or remembered here, so that a report can be made
again from any summary, on any machine. `svg` draws, `html` writes, `seconds` and `bill` derive figures, `page` and
`comparison` put them together; only `cli` reads and writes files. A page asks for nothing from elsewhere.
"""

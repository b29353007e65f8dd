"""The table of outcomes as text, Markdown and HTML, made of the lines that `Outcome.to_json` gives.

Rule: pure: lines in, text out, so that a table can be made again of results/claims/claims.json. The evidence of each
claim is a file of its own beside it, which the tables link to.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from html import escape
from typing import Any

from dynarig.workloads.claims.finding import VERDICTS

Line = dict[str, Any]


def line_text(line: Line) -> str:
    """One claim for a terminal: two rows, and a third where the verdict is not the one expected."""
    rows = [
        f"{line['verdict']:<17} {line['id']:<7} {line['statement']}",
        f"{'':17} claimed {_claimed(line) or '—'} · measured {line['measured_text'] or '—'}",
    ]
    if not line["agrees"]:
        rows.append(f"{'':17} expected “{line['expected']}”: {_reason(line)}")
    return "\n".join(rows)


def summary(lines: Sequence[Line]) -> str:
    """How many claims got which verdict, and how many were not as expected."""
    counted = Counter(line["verdict"] for line in lines)
    words = ", ".join(f"{counted[verdict]} {verdict}" for verdict in VERDICTS if counted[verdict])
    other = sum(not line["agrees"] for line in lines)
    unexplained = sum(not line["agrees"] and not line["disagreement"] for line in lines)
    told = f", {unexplained} of them unexplained" if unexplained else ", each explained" if other else ""
    statements = "1 statement" if len(lines) == 1 else f"{len(lines)} statements"
    return f"{statements}: {words}; {other} other than expected{told}"


def _claimed(line: Line) -> str:
    """The statement's figures, and how far off a measured one may be where that is judged."""
    tolerance = f", ± {line['tolerance']:.0%}" if line["tolerance"] else ""
    return f"{line['claimed']}{tolerance}"


def _reason(line: Line) -> str:
    return str(line["disagreement"]) or "unexplained; run it again by itself, then ask why"


def markdown(lines: Sequence[Line]) -> str:
    """The table as Markdown, a section a system."""
    parts = ["# The documents' statements, checked\n", summary(lines) + ".\n"]
    for system in dict.fromkeys(line["system"] for line in lines):
        parts.append(f"\n## {system}\n")
        parts.append("| Claim | Statement | Claimed | Measured | Verdict | Why |\n|---|---|---|---|---|---|")
        parts += [_markdown_row(line) for line in lines if line["system"] == system]
    return "\n".join(parts) + "\n"


def _markdown_row(line: Line) -> str:
    why = line["why"] + ("" if line["agrees"] else f" Expected “{line['expected']}”: {_reason(line)}")
    cells = (line["statement"], _claimed(line), line["measured_text"], f"**{line['verdict']}**", why)
    link = f"[{line['id']}]({evidence_path(line['id'])})"
    return "| " + " | ".join([link, *(cell.replace("|", "\\|").replace("\n", " ") for cell in cells)]) + " |"


def evidence_path(id: str) -> str:
    """Where a claim's raw figures lie, from the table's folder."""
    return f"evidence/{id}.json"


def html(lines: Sequence[Line]) -> str:
    """The table as one self-contained page."""
    rows = "\n".join(_html_row(line) for line in lines)
    return _PAGE.format(summary=escape(summary(lines)), rows=rows)


def _html_row(line: Line) -> str:
    why = escape(line["why"])
    if not line["agrees"]:
        why += f"<p class=other>Expected “{escape(line['expected'])}”: {escape(_reason(line))}</p>"
    mark = line["verdict"].split()[0]
    return (
        f"<tr class={mark}><th scope=row><a href='{evidence_path(line['id'])}'>{line['id']}</a></th>"
        f"<td title='{escape(line['source'], quote=True)}'>{escape(line['statement'])}</td>"
        f"<td>{escape(_claimed(line))}</td>"
        f"<td>{escape(line['measured_text'])}</td><td class=verdict>{line['verdict']}</td><td>{why}</td></tr>"
    )


_PAGE = """<!doctype html>
<html lang=en><meta charset=utf-8><meta name=viewport content="width=device-width"><title>Statements, checked</title>
<style>
:root {{ color-scheme: light dark; font: 15px/1.45 system-ui, sans-serif; }}
body {{ margin: 2rem auto; max-width: 80rem; padding: 0 1rem; }}
table {{ border-collapse: collapse; width: 100%; }}
th, td {{ border-bottom: 1px solid #8884; padding: .45rem .6rem; text-align: left; vertical-align: top; }}
thead th {{ position: sticky; top: 0; background: Canvas; }}
.verdict {{ font-weight: 600; white-space: nowrap; }}
.holds .verdict {{ color: light-dark(#17693a, #6fd39a); }}
.partly .verdict {{ color: light-dark(#8a5a00, #f0b849); }}
.fails .verdict, .contradicted .verdict {{ color: light-dark(#a3261f, #ff938a); }}
.other {{ margin: .4rem 0 0; font-style: italic; }}
</style>
<h1>The documents’ statements, checked</h1>
<p>{summary}.</p>
<table><thead><tr><th scope=col>Claim<th scope=col>Statement<th scope=col>Claimed<th scope=col>Measured
<th scope=col>Verdict<th scope=col>Why</thead>
<tbody>
{rows}
</tbody></table>
</html>
"""

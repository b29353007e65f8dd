"""What a mode of verify leaves behind: its data with what made them, and a plot or a table beside it.

Rule: a run of a part replaces nothing of a whole one unless its folder is named. Must not know any mode.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from dynarig.workloads.results import check_folder, versions, write

FOLDER = Path("results/capacity")


def add_out(parser: argparse.ArgumentParser) -> None:
    """The flag --out."""
    parser.add_argument("--out", type=Path, help=f"folder of data and plot (default {FOLDER}, of a whole run alone)")


def folder_of(out: Path | None, *, whole: bool) -> Path | None:
    """Where to write, None for nowhere. Asked before the work: OSError where nothing could be written."""
    folder = FOLDER if out is None and whole else out
    if folder is not None:
        check_folder(folder)
    return folder


def keep(
    folder: Path, name: str, results: Sequence[Mapping[str, Any]], settings: Mapping[str, Any], **beside: str
) -> str:
    """Write <name>.json, and text beside it by its suffix; the files in words. Raises OSError."""
    data = {
        "finished_at": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
        "settings": dict(settings),
        "versions": versions(),
        "results": list(results),
    }
    write(folder / f"{name}.json", data)
    for suffix, text in beside.items():
        (folder / f"{name}.{suffix}").write_text(text, encoding="utf-8")
    return f"data and plot: {', '.join(f'{folder}/{name}.{suffix}' for suffix in ('json', *beside))}"

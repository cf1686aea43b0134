"""How long the app takes from process start to its first painted frame and to its first painted row.

Method: each run starts a real process in a new pseudo-terminal of 140×45 cells and reads what it paints. The first
frame is there when a whole screen has been written (cursor home, then at least as many bytes as the screen has
cells); the first row when the title of the job that stands first has been written. The yardstick is an empty Textual
app, started the same way, its runs taken in turn with ours, so that both meet the same machine. Medians are printed.

    uv run python -m tests.benchmarks.startup [--runs 10] [--home DIR]
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from statistics import median
from typing import Any

import pexpect

from jobcopilot.jobs.query import Query
from jobcopilot.jobs.views import JobDraft
from jobcopilot.paths import find_home
from jobcopilot.runtime import Runtime

COLUMNS, LINES = 140, 45
EMPTY_APP = "from textual.app import App\nclass Empty(App):\n    pass\nEmpty().run()"
_HOME = b"\x1b[1;1H"


def measure(runs: int = 10, home: Path | None = None) -> dict[str, float]:
    """Return medians in seconds, and ratios to the empty app; a home that is given must hold jobs."""
    with tempfile.TemporaryDirectory() as folder:
        if home is None:
            home = Path(folder)
            _fill(home)
        # Cut, since the column may be.
        first_title = _first_title(home)[:20]
        ours = [sys.executable, "-m", "jobcopilot", "--home", str(home)]
        empty = [sys.executable, "-c", EMPTY_APP]
        # One unmeasured run each: compiled modules and file caches are a person's usual state, too, and stay with
        # this run.
        compiled = Path(folder) / "compiled"
        painted(ours, first_title, compiled)
        painted(empty, None, compiled)
        frames, rows, yardstick = [], [], []
        for _ in range(runs):
            yardstick.append(painted(empty, None, compiled)[0])
            frame, row = painted(ours, first_title, compiled)
            frames.append(frame)
            rows.append(row)
    empty_s, frame_s, row_s = median(yardstick), median(frames), median(rows)
    return {
        "empty_app_s": round(empty_s, 4),
        "first_frame_s": round(frame_s, 4),
        "first_row_s": round(row_s, 4),
        "ratio_frame": round(frame_s / empty_s, 3),
        "ratio_row": round(row_s / empty_s, 3),
    }


def painted(command: Sequence[str], title: str | None, compiled: Path) -> tuple[float, float]:
    """Return the seconds from the start of a process to its first frame, and to a title (or the frame again).

    `compiled` is the folder in which Python keeps what it compiled.
    """
    environment = os.environ | {
        "TERM": "xterm-256color", "COLORTERM": "truecolor", "PYTHONPYCACHEPREFIX": str(compiled),
    }  # fmt: skip
    for name in ("JOBCOPILOT_HOME", "PYTHONDONTWRITEBYTECODE"):
        environment.pop(name, None)
    begun = time.perf_counter()
    child = pexpect.spawn(
        command[0], list(command[1:]), env=environment, dimensions=(LINES, COLUMNS), timeout=30
    )
    seen = b""
    frame = None
    try:
        while True:
            chunk: Any = child.read_nonblocking(65_536, timeout=30)
            seen += chunk
            now = time.perf_counter() - begun
            start = seen.find(_HOME)
            if frame is None and start >= 0 and len(seen) - start >= COLUMNS * LINES:
                frame = now
            if frame is not None and (title is None or title.encode() in seen):
                return frame, now
    finally:
        child.close(force=True)


def _fill(home: Path) -> None:
    """Give a home a thousand jobs."""
    runtime = Runtime(find_home(home))
    runtime.open()
    drafts = (
        JobDraft(title=f"Engineer {number}", company=f"Company {number}", description="Python and SQL. " * 40)
        for number in range(1000)
    )
    runtime.intake.take_in(drafts, label="benchmark")
    runtime.close()


def _first_title(home: Path) -> str:
    """Return the title that stands first when the board opens."""
    runtime = Runtime(find_home(home))
    runtime.open()
    rows = runtime.pages.page(Query(), "-match", 0, 1)
    runtime.close()
    return rows[0].title


def main() -> None:
    """Print the figures as JSON."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--runs", type=int, default=10)
    parser.add_argument("--home", type=Path, help="an existing home that holds jobs")
    given = parser.parse_args()
    print(json.dumps(measure(given.runs, given.home)))


if __name__ == "__main__":
    main()

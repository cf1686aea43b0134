"""How long a key press takes to become a painted frame on the board at 100,000 jobs, and what memory the board takes.

Method: the real command runs in a pseudo-terminal of 140×45 cells (the posting is shown beside the list). A key is
written to it, and the clock stops when the first burst of output has been read whole: bytes that follow each other
within 4 ms. Keys are pressed one after another, each after 150 ms in which the terminal stayed silent, so that a
frame is never that of the key before; `settled` is the time to the last byte, which includes the posting beside the
list and rows fetched from disk. Memory is that of the process with all of its threads when the measuring is done.

    uv run python -m tests.benchmarks.frames [--jobs 100000] [--presses 100] [--home DIR]
"""

from __future__ import annotations

import argparse
import json
import os
import select
import sys
import time
from pathlib import Path
from statistics import median, quantiles
from typing import Any

import pexpect

from tests.benchmarks.startup import COLUMNS, LINES

BURST_S = 0.004
SILENCE_S = 0.15
KEYS = {
    "moving": b"j",
    "paging": b"\x1b[6~",
    "paging_back": b"\x1b[5~",
    "to_the_end": b"G",
    "to_the_top": b"g",
}


def measure(home: Path, jobs: int, presses: int = 100) -> dict[str, Any]:
    """Return p50 and p95 in milliseconds for each kind of key, and the memory in megabytes.

    `jobs` is how many the home holds: keys that would run into an end of the list begin anew from the other one.
    """
    pages = jobs // LINES - 1
    board = _Board(home)
    try:
        measured: dict[str, Any] = {}
        for name, start, most in (
            ("moving", KEYS["to_the_top"], jobs - 1),
            ("paging", KEYS["to_the_top"], pages),
            ("paging_back", KEYS["to_the_end"], pages),
        ):
            measured[name] = board.press(KEYS[name], presses, start, max(1, most))
        board.go(KEYS["to_the_top"])
        # Both ends in turn: every press changes the whole screen and fetches rows from disk.
        ends = [board.once(KEYS["to_the_end" if turn % 2 == 0 else "to_the_top"]) for turn in range(20)]
        measured["ends"] = _summary(ends)
        measured["pss_mb"], measured["rss_mb"] = board.memory()
        return measured
    finally:
        board.close()


class _Board:
    """The running app and its terminal."""

    def __init__(self, home: Path) -> None:
        environment = os.environ | {"TERM": "xterm-256color", "COLORTERM": "truecolor"}
        environment.pop("JOBCOPILOT_HOME", None)
        self._child = pexpect.spawn(
            sys.executable,
            ["-m", "jobcopilot", "--home", str(home)],
            env=environment,
            dimensions=(LINES, COLUMNS),
            timeout=60,
        )
        self._descriptor = self._child.child_fd
        # What is imported after the first frame has its time, too: a person looks before pressing a key.
        while self._drain(3.0):
            pass
        for key in (b"j", b"k", KEYS["paging"], KEYS["paging_back"]):
            self.once(key)

    def _drain(self, silence: float) -> int:
        """Read until nothing has come for so long; return how many bytes came."""
        taken = 0
        while select.select([self._descriptor], [], [], silence)[0]:
            taken += len(os.read(self._descriptor, 65_536))
        return taken

    def once(self, key: bytes) -> tuple[float, float]:
        """Press a key; return the milliseconds to the end of its frame, and to the last byte that followed."""
        self._drain(SILENCE_S)
        begun = time.perf_counter()
        os.write(self._descriptor, key)
        if not select.select([self._descriptor], [], [], 5)[0]:
            raise TimeoutError(f"no frame followed {key!r}")
        frame = last = None
        wait = BURST_S
        while True:
            os.read(self._descriptor, 65_536)
            last = time.perf_counter()
            if not select.select([self._descriptor], [], [], wait)[0]:
                frame = frame or last
                wait = SILENCE_S
                if not select.select([self._descriptor], [], [], wait)[0]:
                    return (frame - begun) * 1000, (last - begun) * 1000

    def go(self, key: bytes) -> None:
        """Press a key that may change nothing, and wait until the terminal is silent."""
        os.write(self._descriptor, key)
        self._drain(2 * SILENCE_S)

    def press(self, key: bytes, presses: int, start: bytes, most: int) -> dict[str, float]:
        """Press a key many times, but go back to the start before every `most` of them: at the end nothing moves."""
        times: list[tuple[float, float]] = []
        for turn in range(presses):
            if turn % most == 0:
                self.go(start)
            times.append(self.once(key))
        return _summary(times)

    def memory(self) -> tuple[float, float]:
        """Return proportional and resident memory in megabytes."""
        lines = Path(f"/proc/{self._child.pid}/smaps_rollup").read_text("utf-8").splitlines()
        sizes = {
            name: int(rest.split()[0]) / 1024 for name, _, rest in (line.partition(":") for line in lines[1:])
        }
        return round(sizes["Pss"], 1), round(sizes["Rss"], 1)

    def close(self) -> None:
        """Leave the app."""
        self._child.close(force=True)


def _summary(times: list[tuple[float, float]]) -> dict[str, float]:
    frames, settled = [frame for frame, _ in times], [last for _, last in times]
    return {
        "p50_ms": round(median(frames), 1),
        "p95_ms": round(quantiles(frames, n=20)[-1], 1),
        "settled_p50_ms": round(median(settled), 1),
        "settled_p95_ms": round(quantiles(settled, n=20)[-1], 1),
    }


def main() -> None:
    """Print the figures as JSON."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--jobs", type=int, default=100_000)
    parser.add_argument("--presses", type=int, default=100)
    parser.add_argument("--home", type=Path, help="an existing home of so many jobs; without it one is built")
    given = parser.parse_args()
    home = given.home
    if home is None:
        from tests.benchmarks.database import board_home

        home = board_home(given.jobs).data.parent
    print(json.dumps(measure(home, given.jobs, given.presses)))


if __name__ == "__main__":
    main()

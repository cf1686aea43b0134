"""An engine process seen from outside: what is gone is told as gone at once."""

from __future__ import annotations

import sys
import time

import psutil

from jobcopilot.engines.process import DEAD, ChildProcess

SILENT = "import os, sys, time\nos.close(1)\nsys.stdin.read()\ntime.sleep(60)\n"


def test_a_process_that_can_say_nothing_more_is_not_alive() -> None:
    # Its end of the pipe is closed, itself it still runs: nobody may send it a request in between.
    child = ChildProcess([sys.executable, "-c", SILENT], "silent")
    try:
        until = time.monotonic() + 30
        while child.alive and time.monotonic() < until:
            time.sleep(0.001)
        assert not child.alive
        assert psutil.Process(child.pid).is_running()
        assert child.inbox.empty()
        assert child.inbox.get(timeout=30) is DEAD
    finally:
        child.kill()

"""A child that has imported what its work needs and waits for it: `python -P -m jobcopilot.reminders.spare MODULE...`.

Importing takes longer than the work. Nothing else is done ahead - no settings, no database, no password is read - so
that what it finds is as new as in any other child; it does one piece of work, or ends with whoever started it.
"""

from __future__ import annotations

import contextlib
import importlib
import io
import json
import runpy
import sys


def wait() -> None:
    """Import, wait for one line with a command line as JSON, and run Jobcopilot with it."""
    for name in sys.argv[1:]:
        # What is an extra that is not installed is told by the work itself.
        with contextlib.suppress(ImportError):
            importlib.import_module(name)
    # What it says of itself goes nowhere; with it, all commands are known.
    sys.argv[1:] = ["--help"]
    with contextlib.redirect_stdout(io.StringIO()), contextlib.suppress(SystemExit):
        runpy.run_module("jobcopilot", run_name="__main__")
    if line := sys.stdin.readline():
        sys.argv[1:] = json.loads(line)
        runpy.run_module("jobcopilot", run_name="__main__")


if __name__ == "__main__":
    wait()

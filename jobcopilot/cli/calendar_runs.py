"""Speaking with a calendar while the person watches: progress on the terminal, and Ctrl+C keeps what was sent."""

from __future__ import annotations

import sys

from jobcopilot.calendars.views import AccountView, SyncProgress, SyncReport
from jobcopilot.cli.interrupting import stopping
from jobcopilot.runtime import Runtime


def run_shown(runtime: Runtime, account: AccountView, *, look: bool, as_json: bool) -> SyncReport:
    """Send what waits for a calendar, and say how far that is where somebody is looking."""
    shown = 0

    def progress(now: SyncProgress) -> None:
        nonlocal shown
        if now.total >= 20 and now.done * 20 // now.total != shown:
            shown = now.done * 20 // now.total
            sys.stderr.write(f"\r{account.name}: {now.done} of {now.total}")
            if now.done == now.total:
                sys.stderr.write("\n")
            sys.stderr.flush()

    wants = not as_json and sys.stderr.isatty()
    with stopping() as stop:
        return runtime.calendar_worker.run(
            account.id, look=look, progress=progress if wants else None, stop=stop
        )

"""What of the calendars is due, and who carries it out: the app on a thread, the daemon in a child for each."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Final

from jobcopilot.calendars.accounts import due, following
from jobcopilot.calendars.views import SyncReport
from jobcopilot.reminders.children import Children, HeadStart
from jobcopilot.reminders.outboxes import AGAIN, BROKEN, Glance, glancing

BEAT: Final = 0.3
"""Seconds between two glances, each some microseconds; a round that was booked is on its way within this."""
DAEMON_BEAT: Final = 0.5
"""The same in the daemon, which is awake day and night."""
RESTING: Final = 5.0
"""The same in the daemon where no calendar is connected: nothing can wait for one."""
WORKS_WITH: Final = (
    "jobcopilot.settings", "jobcopilot.database.engine", "jobcopilot.database.migrate", "jobcopilot.database.backup",
    "jobcopilot.profiles.store", "jobcopilot.calendars.worker", "jobcopilot.calendars.feed",
    "jobcopilot.calendars.ics_writing", "jobcopilot.calendars.connecting", "jobcopilot.calendars.caldav_calendar",
    "jobcopilot.vault.choosing", "caldav.davclient", "cryptography.fernet", "sqlalchemy.dialects.sqlite", "tzlocal",
    "cryptography.hazmat.primitives.kdf.scrypt",
)  # fmt: skip
"""What a child of the daemon has imported when its work comes: it would take longer than the promised two seconds."""
Due = tuple[int, str]
"""An account, and the name of its profile."""


def glance(database: Path, now: int) -> Glance[Due]:
    """Return the accounts that have something to do at `now` (UTC milliseconds)."""
    with glancing(database) as connection:
        (accounts,) = connection.execute("SELECT count(*) FROM calendar_account").fetchone()
        if not accounts:
            return Glance(set_up=False)
        return Glance(tuple(due(connection, now)), following(connection, now))


def on_a_thread(run: Callable[[int], SyncReport]) -> Callable[[Due], Awaitable[float]]:
    """Return what carries out an account in this process, off its event loop."""

    async def carry(one: Due) -> float:
        report = await asyncio.to_thread(run, one[0])
        return AGAIN if report.state == "busy" else 0.0

    return carry


def in_children(children: Children, head_start: HeadStart) -> Callable[[Due], Awaitable[float]]:
    """Return what carries out an account in a child of the daemon, where the app does not."""

    async def carry(one: Due) -> float:
        account, profile = one
        if head_start.to_app(one):
            return AGAIN
        status, said = await children.run(
            "--profile", profile, "calendar", "sync", str(account), "--due", "--json"
        )
        if status != 0:
            return BROKEN
        (report,) = json.loads(said)["calendars"]
        return AGAIN if report["state"] == "busy" else 0.0

    return carry

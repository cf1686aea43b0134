"""The daemon: reminders with the app closed. One light process without a face, a model or SQLAlchemy."""

from __future__ import annotations

import asyncio
import logging
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import Final

from jobcopilot.clock import Clock
from jobcopilot.database.migrate import HEAD, ensure_current
from jobcopilot.paths import Home
from jobcopilot.reminders.channels import Actions, Channel, open_in_browser
from jobcopilot.reminders.scheduler import Chore, ReminderScheduler
from jobcopilot.reminders.services import home_option
from jobcopilot.reminders.views import Counts, Describe, Subject

log = logging.getLogger(__name__)

_MIGRATE: Final = (
    "import sys\n"
    "from jobcopilot.database.migrate import ensure_current\n"
    "from jobcopilot.paths import find_home\n"
    "ensure_current(find_home(*sys.argv[1:2]))"
)
_ENDINGS: Final = ("SIGINT", "SIGTERM", "SIGHUP", "SIGBREAK")


def desktop_channels(
    file: Path, clock: Clock, *, done: Callable[[Subject], object] | None = None
) -> list[Channel]:
    """Return the channels that need no terminal, with buttons that open links, put off and (given `done`) finish."""
    from jobcopilot.reminders.desktop import Desktop
    from jobcopilot.reminders.inbox import snooze
    from jobcopilot.reminders.script import AppleScript, needed

    def put_off(reminder_id: int, wait: timedelta) -> None:
        now = clock.now()
        snooze(file, reminder_id, now + wait, now=now)

    channels: list[Channel] = [Desktop(Actions(open_link=open_in_browser, snooze=put_off, done=done))]
    if needed():
        channels.append(AppleScript())
    return channels


def prepare_database(home: Home) -> None:
    """Make sure that the database is current. Raises `StorageError` as `ensure_current` does.

    A migration runs in a child: its libraries would stay in the daemon's memory for months.
    """
    connection = None
    try:
        connection = sqlite3.connect(f"{home.database.absolute().as_uri()}?mode=ro", uri=True)
        current = connection.execute("SELECT version_num FROM alembic_version").fetchone() == (HEAD,)
    except sqlite3.Error:
        current = False
    finally:
        if connection is not None:
            connection.close()
    if not current:
        subprocess.run(  # noqa: S603  # this interpreter, on this package
            [sys.executable, "-P", "-c", _MIGRATE, *home_option(home)[1:]], capture_output=True, check=False
        )
    ensure_current(home)  # tells what stands in the way, where something does


def run(
    home: Home,
    describe: Describe,
    channels: Sequence[Channel],
    clock: Clock,
    *,
    once: bool = False,
    started: Callable[[], object] | None = None,
    chores: Sequence[Chore] = (),
) -> Counts:
    """Tell reminders until a signal ends it, or (`once`) what is due now; return what it came to.

    Raises `StorageError` where the home cannot be written, and with `once` `sqlite3.Error` where the database refuses.
    """
    return asyncio.run(_run(home, describe, channels, clock, once=once, started=started, chores=chores))


async def _run(
    home: Home,
    describe: Describe,
    channels: Sequence[Channel],
    clock: Clock,
    *,
    once: bool,
    started: Callable[[], object] | None,
    chores: Sequence[Chore],
) -> Counts:
    total = Counts()

    def add(counts: Counts) -> None:
        nonlocal total
        total = total + counts

    scheduler = ReminderScheduler(
        home, describe, channels, clock, role="once" if once else "daemon", told=add, chores=chores
    )
    if once:
        return await scheduler.once()
    ended = asyncio.Event()
    _end_on_signals(ended)
    await scheduler.start()
    log.info("the daemon watches %s", home.database)
    if started is not None:
        started()
    await ended.wait()
    await scheduler.stop()
    log.info("the daemon ended cleanly")
    return total


def _end_on_signals(ended: asyncio.Event) -> None:
    loop = asyncio.get_running_loop()
    for name in _ENDINGS:
        number = getattr(signal, name, None)
        if number is None:
            continue
        try:
            loop.add_signal_handler(number, ended.set)
        except NotImplementedError:  # Windows
            with suppress(ValueError, OSError):
                signal.signal(number, lambda *_: loop.call_soon_threadsafe(ended.set))

"""What of the mail is due, and who sends it: the app on a thread, the daemon in a child.

The app may be the only one that knows the vault's passphrase, so the daemon leaves it to the app while one runs.
"""

from __future__ import annotations

import asyncio
import json
import logging
import os
import tomllib
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Final

from jobcopilot.database.moments import from_milliseconds
from jobcopilot.mail.due import due_now, following, since_of
from jobcopilot.mail.views import MailReport
from jobcopilot.paths import Home
from jobcopilot.reminders.children import Children, HeadStart
from jobcopilot.reminders.outboxes import AGAIN, BROKEN, Glance, glancing

log = logging.getLogger(__name__)

BEAT: Final = 1.0
"""Seconds between two glances, each some microseconds."""
RESTING: Final = 5.0
"""The same in the daemon where no mail is set up."""
POST: Final = "post"
"""There is one server, and one process at a time that speaks with it."""


def glance(home: Home, now: int) -> Glance[str]:
    """Return whether anything is due at `now` (UTC milliseconds), without importing what sending needs."""
    reminders, since = mail_of(home.settings_file)
    if reminders is None:
        return Glance(set_up=False)
    with glancing(home.database) as connection:
        (letter,) = connection.execute("SELECT min(leaves_at) FROM letter WHERE state = 'waiting'").fetchone()
        mails, following_mail = False, None
        if reminders:
            mails = bool(due_now(connection, from_milliseconds(now), since_of(since)))
            following_mail = following(connection, now)
    waits = mails or (letter is not None and letter <= now)
    known = [at for at in (letter, following_mail) if at is not None and at > now]
    return Glance((POST,) if waits else (), min(known, default=None))


def mail_of(settings_file: Path) -> tuple[bool | None, str]:
    """Return whether reminders go by e-mail and since when; None where no mail is set up. Reads one table of TOML."""
    try:
        mail = tomllib.loads(settings_file.read_text("utf-8")).get("mail", {})
    except (OSError, ValueError):
        mail = {}
    if not isinstance(mail, dict) or not (os.environ.get("JOBCOPILOT_MAIL__HOST") or mail.get("host")):
        return None, ""
    return mail.get("reminders") is True, str(mail.get("reminders_since", ""))


def on_a_thread(
    run: Callable[[], MailReport], told: Callable[[MailReport], object] = lambda _report: None
) -> Callable[[str], Awaitable[float]]:
    """Return what sends in this process, off its event loop; `told` hears on it what each run came to."""

    async def carry(_post: str) -> float:
        report = await asyncio.to_thread(run)
        told(report)
        return AGAIN if report.busy else BROKEN if report.reason else 0.0

    return carry


def in_children(children: Children, head_start: HeadStart) -> Callable[[str], Awaitable[float]]:
    """Return what sends in a child of the daemon, where the app does not."""

    async def carry(_post: str) -> float:
        if head_start.to_app(POST):
            return AGAIN
        status, said = await children.run("letters", "deliver", "--json")
        if status != 0:
            log.warning("mail waits: see jobcopilot mail status")
            return BROKEN
        return AGAIN if json.loads(said)["busy"] else 0.0

    return carry

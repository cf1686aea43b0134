"""`jobcopilot doctor`: what works on this machine, what does not, and what to do about it."""

from __future__ import annotations

import os
import platform
import shutil
import sqlite3
import sys
from collections.abc import Callable, Iterator
from importlib.metadata import version
from typing import Annotated

import typer

from jobcopilot.cli.checks import Check
from jobcopilot.cli.correspondence_checks import correspondence_checks
from jobcopilot.cli.output import AsJson, print_json, say
from jobcopilot.cli.reminder_checks import reminder_checks
from jobcopilot.cli.voice_checks import voice_checks
from jobcopilot.database.reader import BUSY_MS
from jobcopilot.errors import JobcopilotError
from jobcopilot.extras import EXTRAS
from jobcopilot.paths import Home
from jobcopilot.runtime import Runtime

LEAST_FREE_BYTES = 500_000_000
"""Below this much free disk the daily backup of a large database may not fit."""


def doctor(
    context: typer.Context,
    send_test: Annotated[
        bool, typer.Option("--send-test", help="Send a test through every way of telling reminders.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Look whether everything works on this machine; exit 1 where something does not."""
    runtime: Runtime = context.find_root().obj
    checks = list(_checks(runtime, send_test=send_test))
    healthy = all(check.ok is not False for check in checks)
    if as_json:
        print_json({"ok": healthy, "total": len(checks), "checks": checks})
    else:
        for check in checks:
            sign = {True: "✓ fine ", False: "✗ wrong", None: "○ none "}[check.ok]
            say(f"{sign}  {check.name:<10} {check.detail}")
            if check.hint:
                say(f"{'':<20}{check.hint}")
    if not healthy:
        raise typer.Exit(1)


def _checks(runtime: Runtime, *, send_test: bool) -> Iterator[Check]:
    home = runtime.home
    system = f"{platform.system()} {platform.machine()}, Python {platform.python_version()}"
    yield Check(
        "version", True, f"Jobcopilot {version('jobcopilot')}, Textual {version('textual')}, {system}"
    )
    yield _told("settings", lambda: f"{home.settings_file}, theme {runtime.settings.theme}")
    yield _told("database", lambda: _database(runtime))
    yield _folders(home)
    yield _disk(home)
    yield _backups(home)
    yield from reminder_checks(runtime, send_test=send_test)
    yield from correspondence_checks(runtime)
    yield from voice_checks(runtime)
    yield Check("log", True, str(home.log_file))
    yield _terminal()
    for extra in EXTRAS:
        if extra.installed:
            yield Check(f"[{extra.name}]", True, f"installed: {extra.gives}")
        else:
            yield Check(f"[{extra.name}]", None, f"would add {extra.gives}", extra.command)


def _told(name: str, look: Callable[[], str]) -> Check:
    """Return what `look` says, or the error in words."""
    try:
        return Check(name, True, look())
    except JobcopilotError as wrong:
        return Check(name, False, f"{wrong.title}: {wrong.message}", wrong.hint)


def _database(runtime: Runtime) -> str:
    from jobcopilot.database.migrate import HEAD

    runtime.open()
    connection = sqlite3.connect(
        f"{runtime.home.database.as_uri()}?mode=ro", uri=True, timeout=BUSY_MS / 1000
    )
    try:
        verdict = connection.execute("PRAGMA quick_check(1)").fetchone()[0]
        jobs = connection.execute("SELECT count(*) FROM job WHERE deleted_at IS NULL").fetchone()[0]
    finally:
        connection.close()
    if verdict != "ok":
        raise JobcopilotError(
            "The database is damaged",
            f"{runtime.home.database}: {verdict}",
            "Restore the newest backup: jobcopilot restore FILE",
        )
    size = runtime.home.database.stat().st_size / 1e6
    return (
        f"{runtime.home.database}, {size:.1f} MB, {jobs} jobs, revision {HEAD}, SQLite {sqlite3.sqlite_version}, "
        f"profile {runtime.profile.name}"
    )


def _folders(home: Home) -> Check:
    folders = (home.data, home.config, home.logs)
    closed = [str(folder) for folder in folders if folder.exists() and not os.access(folder, os.W_OK)]
    if closed:
        return Check(
            "folders", False, f"cannot be written: {', '.join(closed)}", "Allow writing, or use --home DIR."
        )
    return Check("folders", True, f"data {home.data}, settings {home.config}, models {home.models}")


def _disk(home: Home) -> Check:
    place = next(path for path in (home.data, *home.data.parents) if path.exists())
    free = shutil.disk_usage(place).free
    enough = free >= LEAST_FREE_BYTES
    return Check(
        "disk",
        enough,
        f"{free / 1e9:.1f} GB free",
        "" if enough else "Free some space before you import more.",
    )


def _backups(home: Home) -> Check:
    from jobcopilot.database.backup import newest_backup

    newest = newest_backup(home)
    if newest is None:
        return Check("backups", None, "none yet; the app makes one a day")
    return Check("backups", True, f"newest {newest:%Y-%m-%d %H:%M} in {home.backups}")


def _terminal() -> Check:
    encoding = (sys.stdout.encoding or "").lower()
    if "utf" not in encoding:
        return Check(
            "terminal", False, f"writes {encoding or 'unknown'}", "Set a UTF-8 locale, e.g. LANG=C.UTF-8."
        )
    colours = (
        "24-bit colour" if os.environ.get("COLORTERM") in ("truecolor", "24bit") else "256 colours or fewer"
    )
    return Check("terminal", True, f"{os.environ.get('TERM', 'no TERM')}, UTF-8, {colours}")

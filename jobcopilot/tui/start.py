"""The fast start: settings at a glance, the first frame at once, everything else while the person is looking."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jobcopilot.paths import find_home
from jobcopilot.runtime import Runtime

if TYPE_CHECKING:
    from jobcopilot.tui.app import JobcopilotApp

THREADS = 3
"""Threads for disk work: one may be busy with an import while lists and details are read."""


@dataclass(frozen=True)
class Glance:
    """What of the settings the first frame needs, read without Pydantic (a tenth of a second)."""

    theme: str = "jobcopilot-dark"
    view: str = "table"
    sort: str = "-match"
    query: str = ""
    onboarded: bool = True
    keys: dict[str, str] = field(default_factory=dict)


def glance_at(settings_file: Path) -> Glance:
    """Read the settings that the first frame needs, the environment first.

    What is wrong in them is left at its default here; `jobcopilot.settings` tells of it once it is loaded.
    """
    import tomllib

    try:
        stored: dict[str, Any] = tomllib.loads(settings_file.read_text("utf-8"))
    except (OSError, ValueError):
        stored = {}
    board = stored.get("board")
    board = board if isinstance(board, dict) else {}
    keys = stored.get("keys")
    chosen = {str(name): str(key) for name, key in keys.items()} if isinstance(keys, dict) else {}

    def word(variable: str, place: dict[str, Any], name: str, default: str) -> str:
        value = os.environ.get(f"JOBCOPILOT_{variable}", place.get(name, default))
        return value if isinstance(value, str) else default

    return Glance(
        word("THEME", stored, "theme", Glance.theme),
        word("BOARD__VIEW", board, "view", Glance.view),
        word("BOARD__SORT", board, "sort", Glance.sort),
        word("BOARD__QUERY", board, "query", Glance.query),
        stored.get("onboarded") is True,
        chosen,
    )


def start(home: str | Path | None = None, profile: str | None = None) -> int:
    """Open the app on the given home (`--home`) and profile, and return the exit code."""
    import asyncio
    from concurrent.futures import ThreadPoolExecutor

    # Textual reads it when it is imported: a frame follows a key after at most 8 ms instead of 17.
    os.environ.setdefault("TEXTUAL_FPS", "120")

    app = make_app(home, profile)

    async def run() -> int | None:
        # Every thread keeps a connection with its page cache: few threads, little memory.
        asyncio.get_running_loop().set_default_executor(ThreadPoolExecutor(THREADS, "disk"))
        try:
            return await app.run_async()
        finally:
            # The screen is the person's again while the reminder that is being shown finishes.
            if app.reminding is not None:
                await app.reminding.stop()

    try:
        asyncio.run(run())
    finally:
        app.data.runtime.close()
    return app.return_code or 0


def make_app(home: str | Path | None = None, profile: str | None = None) -> JobcopilotApp:
    """Put the app together; nothing of the database is touched before its first frame."""
    folders = find_home(home)
    runtime = Runtime(folders, profile=profile)
    from jobcopilot.tui.app import JobcopilotApp
    from jobcopilot.tui.board_data import BoardData
    from jobcopilot.tui.reminding import Reminding

    app = JobcopilotApp(BoardData(runtime), glance_at(folders.settings_file))
    app.reminding = Reminding(app)
    return app

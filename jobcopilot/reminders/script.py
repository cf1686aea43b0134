"""Notifications on macOS from a Python that is no signed app bundle, which desktop-notifier cannot serve there.

Source: AppleScript's Standard Additions, `display notification`. It has no buttons.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Sequence
from typing import Final

from jobcopilot.reminders.channels import NotDelivered
from jobcopilot.reminders.views import Message

COMMAND: Final = (
    "osascript",
    "-e",
    "on run {theTitle, theText}",
    "-e",
    "display notification theText with title theTitle",
    "-e",
    "end run",
    "--",
)
"""Title and text follow as arguments: they are data there and never part of the script."""
_LIMIT: Final = 10.0


class AppleScript:
    """Shows messages through the system's script runner."""

    name = "script"

    def __init__(self, command: Sequence[str] = COMMAND) -> None:
        self._command = tuple(command)

    async def send(self, message: Message) -> None:
        """Show a message. Raises `NotDelivered` where the script fails."""
        try:
            running = await asyncio.create_subprocess_exec(
                *self._command,
                message.title,
                message.body,
                stdin=asyncio.subprocess.DEVNULL,
                stdout=asyncio.subprocess.DEVNULL,
                stderr=asyncio.subprocess.PIPE,
            )
        except OSError as missing:
            raise NotDelivered(
                "There is no script runner", f"{self._command[0]}: {missing.strerror}"
            ) from None
        try:
            async with asyncio.timeout(_LIMIT):
                _, complaint = await running.communicate()
        except TimeoutError:
            running.kill()
            await running.wait()
            raise NotDelivered("The script runner does not answer", f"not within {_LIMIT:.0f} s") from None
        if running.returncode != 0:
            raise NotDelivered("The script runner failed", complaint.decode(errors="replace").strip()[:200])


def needed() -> bool:
    """Return whether this platform has it."""
    return sys.platform == "darwin"

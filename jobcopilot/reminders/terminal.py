"""The terminal's own notification, as data: which sequence the terminal understands, and its bytes.

Sources: iTerm2's OSC 9, rxvt-unicode's OSC 777 (also foot, Ghostty and WezTerm), kitty's desktop notification
protocol OSC 99, tmux's passthrough; the bell of ECMA-48 where nothing else is known.
"""

from __future__ import annotations

import base64
from collections.abc import Callable, Mapping
from typing import Final, Literal

from jobcopilot.reminders.channels import NotDelivered
from jobcopilot.reminders.views import Message
from jobcopilot.text import clean_line

Understood = Literal["osc9", "osc777", "osc99", "bell"]

_ESCAPE: Final = "\x1b"
_END: Final = "\x1b\\"
_TITLE, _BODY = 100, 240
"""As much as terminals show, in characters."""
_BY_PROGRAM: Final[Mapping[str, Understood]] = {
    "iterm.app": "osc9",
    "wezterm": "osc777",
    "ghostty": "osc777",
    "windowsterminal": "osc9",
    "vscode": "bell",
    "apple_terminal": "bell",
}
_BY_TERM: Final[Mapping[str, Understood]] = {
    "xterm-kitty": "osc99",
    "xterm-ghostty": "osc777",
    "foot": "osc777",
    "foot-extra": "osc777",
    "wezterm": "osc777",
    "rxvt-unicode": "osc777",
    "rxvt-unicode-256color": "osc777",
}


def understood_by(environment: Mapping[str, str]) -> Understood:
    """Return the notification that the terminal of this environment is known to understand, else the bell."""
    if environment.get("KITTY_WINDOW_ID"):
        return "osc99"
    if environment.get("WT_SESSION") or environment.get("ConEmuANSI") == "ON":
        return "osc9"
    # Inside tmux these two still name the terminal that it was started in.
    program = environment.get("TERM_PROGRAM", "").lower()
    if program == "tmux":
        program = environment.get("LC_TERMINAL", "").lower().replace("iterm2", "iterm.app")
    return _BY_PROGRAM.get(program) or _BY_TERM.get(environment.get("TERM", ""), "bell")


def sequence(message: Message, environment: Mapping[str, str], *, number: int = 0) -> str:
    """Return what to write to the terminal for a message, with the bell; no text of it can end the sequence."""
    title = clean_line(message.title, _TITLE)
    body = clean_line(message.body.replace("\n", " · "), _BODY)
    match understood_by(environment):
        case "osc99":
            known = f"i=jobcopilot-{number or message.reminder_id}"
            told = (
                f"{_ESCAPE}]99;{known}:d=0:e=1;{_base64(title)}{_END}"
                f"{_ESCAPE}]99;{known}:d=1:e=1:p=body;{_base64(body)}{_END}"
            )
        case "osc777":
            # Semicolons separate its fields.
            told = f"{_ESCAPE}]777;notify;{title.replace(';', ',')};{body.replace(';', ',')}{_END}"
        case "osc9":
            # A digit and a semicolon at its start are a command of ConEmu's.
            told = f"{_ESCAPE}]9;{f'{title} · {body}'.replace(';', ',')}{_END}"
        case "bell":
            return "\a"
    if environment.get("TMUX"):
        told = f"{_ESCAPE}Ptmux;{told.replace(_ESCAPE, _ESCAPE * 2)}{_END}"
    return told + "\a"


class TerminalChannel:
    """Shows messages through the terminal that the app runs in."""

    name = "terminal"

    def __init__(self, write: Callable[[str], object], environment: Mapping[str, str]) -> None:
        """`write` sends text to the terminal as it is; the face that owns the terminal gives it."""
        self._write = write
        self._environment = environment

    async def send(self, message: Message) -> None:
        """Write the notification. Raises `NotDelivered` where the terminal is gone."""
        try:
            self._write(sequence(message, self._environment))
        except (OSError, ValueError) as gone:
            raise NotDelivered("The terminal is gone", str(gone)) from gone


def _base64(text: str) -> str:
    return base64.b64encode(text.encode()).decode()

"""The terminal's own notification: the right sequence for each terminal, and no text that could end it."""

from __future__ import annotations

import base64

import pytest

from jobcopilot.reminders.channels import NotDelivered
from jobcopilot.reminders.terminal import TerminalChannel, sequence, understood_by
from jobcopilot.reminders.views import Message
from tests.hostile import HOSTILE

MESSAGE = Message("Call at Acme: in 2 h", "Today 15:00 CET\nhttps://meet.example/a;b", reminder_id=3)
TERMINALS = {
    "kitty": {"TERM": "xterm-kitty", "KITTY_WINDOW_ID": "1"},
    "foot": {"TERM": "foot"},
    "ghostty": {"TERM": "xterm-ghostty", "TERM_PROGRAM": "ghostty"},
    "wezterm": {"TERM_PROGRAM": "WezTerm", "TERM": "xterm-256color"},
    "iterm": {"TERM_PROGRAM": "iTerm.app"},
    "windows terminal": {"WT_SESSION": "1"},
    "apple terminal": {"TERM_PROGRAM": "Apple_Terminal", "TERM": "xterm-256color"},
    "unknown": {"TERM": "xterm-256color"},
    "console": {},
    "tmux in foot": {"TERM": "foot", "TMUX": "/tmp/tmux,1,0"},
    "tmux in iterm": {"TERM_PROGRAM": "tmux", "LC_TERMINAL": "iTerm2", "TMUX": "1"},
}


@pytest.mark.parametrize(
    ("terminal", "expected"),
    [
        ("kitty", "osc99"),
        ("foot", "osc777"),
        ("ghostty", "osc777"),
        ("wezterm", "osc777"),
        ("iterm", "osc9"),
        ("windows terminal", "osc9"),
        ("apple terminal", "bell"),
        ("unknown", "bell"),
        ("console", "bell"),
        ("tmux in iterm", "osc9"),
    ],
)
def test_each_terminal_gets_what_it_understands(terminal: str, expected: str) -> None:
    assert understood_by(TERMINALS[terminal]) == expected


def test_the_sequences() -> None:
    assert sequence(MESSAGE, TERMINALS["foot"]) == (
        "\x1b]777;notify;Call at Acme: in 2 h;Today 15:00 CET · https://meet.example/a,b\x1b\\\a"
    )
    assert sequence(MESSAGE, TERMINALS["iterm"]) == (
        "\x1b]9;Call at Acme: in 2 h · Today 15:00 CET · https://meet.example/a,b\x1b\\\a"
    )
    assert sequence(MESSAGE, TERMINALS["unknown"]) == "\a"
    title, body = (
        base64.b64encode(part.encode()).decode()
        for part in (MESSAGE.title, MESSAGE.body.replace("\n", " · "))
    )
    assert sequence(MESSAGE, TERMINALS["kitty"]) == (
        f"\x1b]99;i=jobcopilot-3:d=0:e=1;{title}\x1b\\\x1b]99;i=jobcopilot-3:d=1:e=1:p=body;{body}\x1b\\\a"
    )


def test_through_tmux_every_escape_is_doubled() -> None:
    wrapped = sequence(MESSAGE, TERMINALS["tmux in foot"])
    assert wrapped.startswith("\x1bPtmux;\x1b\x1b]777;")
    assert wrapped.endswith("\x1b\x1b\\\x1b\\\a")


@pytest.mark.parametrize("terminal", TERMINALS)
@pytest.mark.parametrize("name", HOSTILE)
def test_no_text_ends_or_adds_a_sequence(terminal: str, name: str) -> None:
    plain = sequence(Message("a", "b"), TERMINALS[terminal])
    hostile = sequence(Message(HOSTILE[name], HOSTILE[name]), TERMINALS[terminal])
    controls = [c for c in hostile if ord(c) < 32 or 127 <= ord(c) < 160]
    assert controls == [c for c in plain if ord(c) < 32 or 127 <= ord(c) < 160]
    assert len(hostile) < 1_200


async def test_the_channel_writes_or_says_that_the_terminal_is_gone() -> None:
    written: list[str] = []
    await TerminalChannel(written.append, TERMINALS["foot"]).send(MESSAGE)
    assert written == [sequence(MESSAGE, TERMINALS["foot"])]

    def closed(text: str) -> None:
        raise ValueError("I/O operation on closed file")

    with pytest.raises(NotDelivered, match="terminal is gone"):
        await TerminalChannel(closed, TERMINALS["foot"]).send(MESSAGE)

"""A real terminal for the real command: a pseudo-terminal with a screen that can be read."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pexpect
import pyte

PATIENCE = 30.0
"""Seconds to wait for something to appear; machines in CI are slow, people's are not."""


class Terminal:
    """The command `jobcopilot` in a pseudo-terminal of a given size, with its screen as lines of text."""

    def __init__(
        self, *arguments: str, home: Path, columns: int = 140, rows: int = 45, wait: float = PATIENCE
    ) -> None:
        self._screen = pyte.Screen(columns, rows)
        self._stream = pyte.ByteStream(self._screen)
        self._wait = wait
        environment: dict[str, str] = {
            # What a test runner says of its own terminal must not hide the size of this one.
            **{name: value for name, value in os.environ.items() if name not in ("COLUMNS", "LINES")},
            "TERM": "xterm-256color",
            "COLORTERM": "truecolor",
            "LANG": "C.UTF-8",
            "JOBCOPILOT_HOME": str(home),
        }
        self._child: Any = pexpect.spawn(
            sys.executable,
            ["-m", "jobcopilot", *arguments],
            dimensions=(rows, columns),
            env=environment,
            timeout=wait,
        )

    @property
    def lines(self) -> list[str]:
        """What the screen shows now."""
        return [line.rstrip() for line in self._screen.display]

    @property
    def text(self) -> str:
        """The whole screen as one text."""
        return "\n".join(self.lines)

    def press(self, *keys: str) -> None:
        """Type keys as they are; names such as `escape` and `enter` stand for theirs."""
        named = {
            "escape": "\x1b",
            "enter": "\r",
            "tab": "\t",
            "down": "\x1b[B",
            "up": "\x1b[A",
            "ctrl+s": "\x13",
        }
        for key in keys:
            self._child.send(named.get(key, key))
            # A lone escape and the key after it would be read as one alt key.
            if key == "escape":
                self._read(0.15)

    def wait_for(self, *words: str) -> str:
        """Read the screen until it shows all of these words, and return it."""
        return self.wait_until(lambda text: all(word in text for word in words), f"all of {words}")

    def wait_gone(self, word: str) -> str:
        """Read the screen until it does not show this word any more."""
        return self.wait_until(lambda text: word not in text, f"no {word!r}")

    def wait_until(self, holds: Callable[[str], bool], wanted: str) -> str:
        """Read the screen until a condition on its text holds."""
        end = time.monotonic() + self._wait
        while time.monotonic() < end:
            if holds(self.text):
                return self.text
            if not self._read(0.1) and not self._child.isalive():
                break
        assert holds(self.text), f"the screen never showed {wanted}:\n{self.text}"
        return self.text

    def _read(self, seconds: float) -> bool:
        """Take in what the command writes within some seconds; return whether anything came."""
        try:
            self._stream.feed(self._child.read_nonblocking(65_536, seconds))
        except pexpect.TIMEOUT:
            return False
        except pexpect.EOF:
            return False
        return True

    def exit_code(self) -> int:
        """Wait until the command has ended and return its exit code."""
        end = time.monotonic() + self._wait
        while self._child.isalive() and time.monotonic() < end:
            self._read(0.1)
        while self._read(0.05):
            pass
        self._child.close(force=True)
        code = self._child.exitstatus
        return -1 if code is None else int(code)

    def close(self) -> None:
        """End the command, however it is."""
        self._child.close(force=True)

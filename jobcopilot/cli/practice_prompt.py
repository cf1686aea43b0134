"""The line at which answers are typed: edited by readline, and kept while it is being typed.

What is typed is kept every half second and when Ctrl+C comes, so that neither a key nor a kill loses it. Readline is
asked for it in a signal handler on the main thread: there it stands still, while on another thread it may be in the
middle of changing its buffer.
"""

from __future__ import annotations

import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Final

PROMPT: Final = "\n> "
MORE: Final = ". "
"""Before the further lines of an answer."""
KEEP_SECONDS: Final = 0.5


class Prompt:
    """Reads answers line by line; `keep` is given what is typed and not sent, "" where that is nothing."""

    def __init__(self, keep: Callable[[str], None]) -> None:
        self._keep = keep
        self._kept = ""
        self._above = ""
        """The lines of this answer that were ended with a backslash."""

    def read(self, typed: str = "") -> str | None:
        r"""Return an answer or a command, None at the end of input (Ctrl+D).

        `typed` stands in the line already. A line that ends in a backslash goes on in the next one. Raises
        `KeyboardInterrupt`, with what was typed kept.
        """
        import readline

        self._above, self._kept = "", typed
        # Called by readline before it shows the line; without a draft nothing is put in.
        readline.set_startup_hook(lambda: readline.insert_text(typed))
        try:
            while True:
                line = self._line(readline)
                readline.set_startup_hook(None)
                if line is None:
                    # What was typed before Ctrl+D is kept: the person leaves with it.
                    self._look(self._above)
                    return None
                if not line.endswith("\\"):
                    break
                self._above += f"{line[:-1]}\n"
        finally:
            readline.set_startup_hook(None)
        answer = f"{self._above}{line}".strip()
        self._look("" if is_command(answer) else answer)
        return answer

    def _line(self, readline: Any) -> str | None:
        with self._keeping(readline):
            try:
                return input(MORE if self._above else PROMPT)
            except EOFError:
                return None

    @contextmanager
    def _keeping(self, readline: Any) -> Iterator[None]:
        """Keep what is in the line every so often and when it is broken off."""

        def look(*_: object) -> None:
            self._look(f"{self._above}{readline.get_line_buffer()}")

        def broken_off(*_: object) -> None:
            look()
            raise KeyboardInterrupt

        before = signal.signal(signal.SIGINT, broken_off), signal.signal(signal.SIGALRM, look)
        signal.setitimer(signal.ITIMER_REAL, KEEP_SECONDS, KEEP_SECONDS)
        try:
            yield
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)
            signal.signal(signal.SIGINT, before[0])
            signal.signal(signal.SIGALRM, before[1])

    def _look(self, typed: str) -> None:
        """Keep what is typed where it is something else than before; a command on its way is no answer."""
        words = "" if is_command(typed) else typed
        if words != self._kept:
            self._keep(words)
            self._kept = words


def is_command(typed: str) -> bool:
    """Return whether a line is a command, whole or begun: `/hint`."""
    return typed.startswith("/") and " " not in typed and "\n" not in typed


def edits_lines() -> bool:
    """Return whether lines can be edited and kept here: at a terminal, with readline.

    A terminal that edits for us cuts a line after 4,095 bytes and says nothing; what is pasted with line breaks in it
    would come as an answer a line.
    """
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        return False
    try:
        import readline
    except ImportError:  # Windows, whose terminal does not cut
        return False
    readline.set_auto_history(False)
    return True

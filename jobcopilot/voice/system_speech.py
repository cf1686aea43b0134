"""The speech that the system brings: espeak-ng or Speech Dispatcher, `say`, System.Speech.

The text goes in through stdin, never through a shell and never as an argument: a sentence may begin with a dash.
"""

from __future__ import annotations

import contextlib
import shutil
import subprocess
import sys
import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from jobcopilot.text import clean_line
from jobcopilot.voice.port import SpeechFailed

_SECONDS: Final = 20.0
_SECONDS_A_LETTER: Final = 0.2
"""Nobody speaks that slowly: a program that takes longer hangs."""
_POWERSHELL: Final = (
    "$ErrorActionPreference = 'Stop'; "
    "[Console]::InputEncoding = New-Object System.Text.UTF8Encoding $false; "
    "Add-Type -AssemblyName System.Speech; "
    "$voice = New-Object System.Speech.Synthesis.SpeechSynthesizer; "
    "$voice.SetOutputToDefaultAudioDevice(); "
    "$voice.Speak([Console]::In.ReadToEnd())"
)


@dataclass(frozen=True, slots=True)
class SpeechCommand:
    """A program that speaks what it reads from stdin."""

    name: str
    words: tuple[str, ...]
    silence: tuple[str, ...] = ()
    """What else has to be run to make it silent: a program whose sound is another's."""


def system_command(
    system: str = sys.platform, which: Callable[[str], str | None] = shutil.which
) -> SpeechCommand | None:
    """Return how this system speaks; None where nothing that could is installed."""
    if system == "darwin":
        found = which("say")
        return SpeechCommand("say", (found, "-f", "-")) if found else None
    if system == "win32":
        # Windows looks into the working directory first: what lies there is nobody's speech.
        programs = (which("powershell"), which("pwsh"))
        found = next((one for one in programs if one and Path(one).resolve().parent != Path.cwd()), None)
        if not found:
            return None
        options = ("-NoLogo", "-NoProfile", "-NonInteractive", "-Command", _POWERSHELL)
        return SpeechCommand("System.Speech", (found, *options))
    # espeak-ng first: it plays by itself, so that ending it ends the sound at once.
    if found := which("espeak-ng"):
        return SpeechCommand("espeak-ng", (found, "-v", "en", "-s", "165", "--stdin"))
    if found := which("spd-say"):
        return SpeechCommand("spd-say", (found, "--wait", "--pipe-mode"), (found, "--cancel"))
    return None


class SystemVoice:
    """A `Voice` that runs the system's program once a sentence."""

    def __init__(self, command: SpeechCommand) -> None:
        self._command = command
        self._lock = threading.Lock()
        self._running: subprocess.Popen[bytes] | None = None

    @property
    def name(self) -> str:
        """See `Voice`."""
        return f"the system's speech, {self._command.name}"

    def speak(self, sentence: str, cut: threading.Event, began: Callable[[], None]) -> bool:
        """See `Voice`."""
        with self._lock:
            if cut.is_set():
                return False
            process = self._running = self._start()
        began()
        try:
            _, printed = process.communicate(
                f"{sentence}\n".encode(), timeout=_SECONDS + _SECONDS_A_LETTER * len(sentence)
            )
        except subprocess.TimeoutExpired:
            self.cut()
            process.wait()
            raise _failed(self._command, "it did not end") from None
        finally:
            with self._lock:
                self._running = None
        if cut.is_set():
            return False
        lines = printed.decode("utf-8", "replace").strip().splitlines()
        # espeak-ng ends well where there is no sound device, and only says so.
        errors = [line for line in lines if line.startswith("error:")]
        if process.returncode != 0 or errors:
            why = next(iter(errors or lines[-1:]), f"it ended with code {process.returncode}")
            raise _failed(self._command, clean_line(why, 200))
        return True

    def cut(self) -> None:
        """See `Voice`."""
        with self._lock:
            process = self._running
            if process is not None:
                with contextlib.suppress(OSError):
                    process.kill()
        if process is not None and self._command.silence:
            with contextlib.suppress(OSError, subprocess.TimeoutExpired):
                subprocess.run(self._command.silence, check=False, timeout=5, capture_output=True)  # noqa: S603

    def close(self) -> None:
        """See `Voice`."""
        self.cut()

    def _start(self) -> subprocess.Popen[bytes]:
        flags = 0
        if sys.platform == "win32":
            flags = subprocess.CREATE_NO_WINDOW
        try:
            return subprocess.Popen(  # noqa: S603  # a program of the system, the text goes through stdin
                self._command.words,
                stdin=subprocess.PIPE,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.PIPE,
                # A group of its own: Ctrl-C in the terminal is for the app.
                start_new_session=True,
                creationflags=flags,
            )
        except OSError as refused:
            raise _failed(self._command, str(refused)) from refused


def _failed(command: SpeechCommand, why: str) -> SpeechFailed:
    return SpeechFailed(
        "The system's speech failed",
        f"{command.name}: {why}",
        "See whether other programs can be heard. The words are on the screen all the same.",
    )

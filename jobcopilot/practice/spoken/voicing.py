"""The interviewer's voice: what it says goes to a speaker sentence by sentence, while the rest is being made."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from jobcopilot.text import sentences
from jobcopilot.voice.speaking import Speaker, SpeechEvent

_WHOLE: Final = re.compile(r"[.!?…][\"')\]”’»]*$")

OpenVoice = Callable[[Callable[[SpeechEvent], object]], Speaker | None]
"""Makes a speaker that tells its events; None where nobody can speak. Raises `JobcopilotError`."""


@dataclass(frozen=True, slots=True)
class FromVoice:
    """What the speaker told."""

    told: SpeechEvent


class Voicing:
    """Cuts a text that comes in pieces into sentences and has them spoken; without a speaker it does nothing."""

    def __init__(self, speaker: Speaker | None) -> None:
        self._speaker = speaker
        self._waiting = ""
        self._revision = 0

    @property
    def there(self) -> bool:
        """Return whether anybody speaks."""
        return self._speaker is not None

    @property
    def sounding(self) -> bool:
        """Return whether something sounds or is about to."""
        return self._speaker is not None and self._speaker.busy

    def feed(self, piece: str) -> None:
        """Take some more words; whole sentences are spoken at once."""
        if self._speaker is None:
            return
        self._waiting += piece
        parts = sentences(self._waiting)
        if parts and not _WHOLE.search(parts[-1]):
            # As it came, spaces included: the next piece may begin with a word.
            self._waiting = self._waiting[self._waiting.rindex(parts.pop()) :]
        else:
            self._waiting = ""
        for part in parts:
            self._speaker.say(part, self._revision)

    def end(self) -> None:
        """Have the rest spoken: the message is whole."""
        if self._speaker is not None and self._waiting.strip():
            self._speaker.say(self._waiting, self._revision)
        self._waiting = ""

    def say(self, text: str) -> None:
        """Have a text spoken once more."""
        if self._speaker is not None:
            self._speaker.say(text, self._revision)

    def is_stale(self, revision: int) -> bool:
        """Return whether a sentence was begun for something that is void by now."""
        return revision != self._revision

    def interrupt(self) -> None:
        """Be silent, and say nothing more of what was begun."""
        self._waiting = ""
        self._revision += 1
        if self._speaker is not None:
            self._speaker.interrupt()

    def close(self) -> None:
        """Be silent for good."""
        if self._speaker is not None:
            self._speaker.close()
        self._speaker = None

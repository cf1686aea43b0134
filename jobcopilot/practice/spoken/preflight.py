"""Trying the microphone before an interview: level, noise and a sentence read back; and learning a person's pauses.

Both listen once with everything that a session listens with, so that what works here works there. Nothing is kept but
the learned pauses.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Final

from jobcopilot.practice.spoken.hearing import Ear
from jobcopilot.practice.spoken.pauses import LearnedPauses
from jobcopilot.practice.spoken.port import LevelHeard, SpokenEvent, StateChanged, Told, WordsHeard
from jobcopilot.voice import events
from jobcopilot.voice.edges import floor_of
from jobcopilot.voice.events import Event
from jobcopilot.voice.transcribing import joined, normal

SENTENCE: Final = "My task was to help the customer, and the result was that costs went down."
"""To be read aloud: plain words that every recogniser knows."""
QUESTION: Final = (
    "Tell about something that you built or changed, as you would in an interview. Take your time to think."
)
"""To be answered, for the pauses."""
CHECK_SECONDS: Final = 20.0
CALIBRATION_SECONDS: Final = 60.0
QUIET_VOICE: Final = -45.0
"""Decibels below full scale at which words begin to be lost."""
NOISY: Final = 10.0
"""Decibels between noise and voice below which words begin to be lost."""
_NO_PAUSES: Final = LearnedPauses()
_RIGHT_SHARE: Final = 0.75
"""Of the words of the sentence that have to be understood; a small model misses some of a clear voice, too."""


@dataclass(frozen=True, slots=True)
class Checked:
    """What was found of a microphone."""

    source: str = ""
    """The device's name."""
    rate: int = 0
    seconds: float = 0.0
    """Listened to."""
    noise_decibels: float | None = None
    voice_decibels: float | None = None
    """None where nobody spoke."""
    peak: float = 0.0
    sentence: str = ""
    heard: str = ""
    right: int = 0
    """Words of the sentence that were understood."""
    words: int = 0
    pauses: LearnedPauses = _NO_PAUSES
    """With what was learned before."""
    new_pauses: int = 0
    """Heard this time."""
    troubles: tuple[Told, ...] = ()

    @property
    def good(self) -> bool:
        """Return whether nothing stands against beginning."""
        return not self.troubles


class Rehearsal:
    """Listens once. `events` blocks; `done` and `close` may be called from any thread."""

    def __init__(
        self,
        ear: Ear,
        *,
        sentence: str = SENTENCE,
        seconds: float = CHECK_SECONDS,
        before: LearnedPauses = _NO_PAUSES,
        learned: Callable[[LearnedPauses], None] | None = None,
        over: Callable[[], None] = lambda: None,
    ) -> None:
        """Listen until the sentence was read or `seconds` are over; without a sentence, until `done` or then.

        `learned` keeps the pauses that were learned; `over` is called when nothing is listened to any more.
        """
        self.sentence = sentence
        self.checked = Checked(sentence=sentence, words=len(_words_of(sentence)), pauses=before)
        """What was found, once `events` has ended."""
        self._ear = ear
        self._seconds = seconds
        self._learned = learned
        self._over = over
        self._stopping = False
        self._voiced: list[float] = []
        self._quiet: list[float] = []
        self._peak = 0.0
        self._texts: list[str] = []
        self._confirmed = ""
        self._revision = 0
        self._troubles: list[Told] = []

    def events(self) -> Iterator[SpokenEvent]:
        """Begin, and yield what is heard. Raises `JobcopilotError` where nothing can be."""
        source, rate, at, heard = "", 0, 0.0, self.checked.pauses
        before = heard
        try:
            for event in self._ear.events():
                at = max(at, event.at)
                match event:
                    case events.Listening():
                        source, rate = event.source, event.rate
                        self._ear.go()
                        yield StateChanged("listening", time.monotonic())
                    case events.Level(decibels=decibels, peak=peak, voiced=voiced):
                        (self._voiced if voiced else self._quiet).append(decibels)
                        self._peak = max(self._peak, peak)
                        yield LevelHeard(decibels, peak, voiced)
                        if at >= self._seconds:
                            self._stop()
                    case events.Stopped():
                        heard = LearnedPauses(event.pauses_finished, event.pauses_open)
                    case events.Warned(code=code, title=title, message=message, hint=hint):
                        self._troubles.append(Told(code, title, message, hint))
                        yield self._troubles[-1]
                    case _:
                        yield from self._words(event)
            self.checked = self._found(source, rate, at, before, heard)
            if self._learned is not None and heard != before:
                self._learned(heard)
        finally:
            self._ear.close()
            self._over()

    def done(self) -> None:
        """Everything was said."""
        self._stop()

    def close(self) -> None:
        """Leave it."""
        self._ear.close()

    def _words(self, event: Event) -> Iterator[SpokenEvent]:
        match event:
            case events.Transcribed(confirmed=confirmed, tentative=tentative):
                self._confirmed = " ".join(part for part in (self._confirmed, joined(confirmed)) if part)
                yield self._shown(joined(tentative))
            case events.TurnEnded(text=text):
                self._confirmed = ""
                if text:
                    self._texts.append(text)
                yield self._shown()
                enough = len(_words_of(" ".join(self._texts))) >= self.checked.words // 2
                if self.sentence and text and enough:
                    self._stop()
                else:
                    self._ear.go()

    def _shown(self, tentative: str = "") -> WordsHeard:
        self._revision += 1
        return WordsHeard(" ".join((*self._texts, self._confirmed)).strip(), tentative, self._revision)

    def _stop(self) -> None:
        if not self._stopping:
            self._stopping = True
            self._ear.stop()

    def _found(
        self, source: str, rate: int, at: float, before: LearnedPauses, heard: LearnedPauses
    ) -> Checked:
        text = " ".join(self._texts)
        right = words_right(self.sentence, text)
        noise = floor_of(self._quiet) if self._quiet else None
        voice = statistics.median(self._voiced) if self._voiced else None
        words = self.checked.words
        new = _added(before.finished, heard.finished) + _added(before.open, heard.open)
        troubles = [*self._troubles, *_troubles(noise, voice, right, words, text)]
        return Checked(
            source, rate, at, noise, voice, self._peak, self.sentence, text, right, words, heard,
            new, tuple(troubles),
        )  # fmt: skip


def _added(before: Sequence[float], after: Sequence[float]) -> int:
    """Return how many are new at the end of a list from whose begin as many may have been dropped."""
    for dropped in range(len(before)):
        if tuple(before[dropped:]) == tuple(after[: len(before) - dropped]):
            return len(after) - (len(before) - dropped)
    return len(after)


def words_right(sentence: str, heard: str) -> int:
    """Return how many words of a sentence were understood, in their order."""
    said, got = _words_of(sentence), _words_of(heard)
    return sum(block.size for block in SequenceMatcher(None, said, got, autojunk=False).get_matching_blocks())


def _troubles(noise: float | None, voice: float | None, right: int, words: int, heard: str) -> Iterator[Told]:
    if voice is None:
        yield Told(
            "no-voice", "Nobody was heard", "no voice was in the sound",
            "Unmute the microphone, choose another device, or speak closer to it.",
        )  # fmt: skip
        return
    if voice < QUIET_VOICE:
        yield Told(
            "quiet", "You are hard to hear", f"your voice is {-voice:.0f} dB below full scale",
            "Speak closer to the microphone, or raise its level in the system's settings.",
        )  # fmt: skip
    if noise is not None and voice - noise < NOISY:
        yield Told(
            "noise", "It is noisy", f"your voice is only {voice - noise:.0f} dB above the noise",
            "Close the window, move away from the fan, or use a headset.",
        )  # fmt: skip
    if words and right < _RIGHT_SHARE * words:
        yield Told(
            "words", "Many words were not understood", f"{right} of {words}",
            "Read it once more; a larger Whisper model hears better: jobcopilot voice models list",
        )  # fmt: skip


def _words_of(text: str) -> list[str]:
    return [word for word in map(normal, text.split()) if word]

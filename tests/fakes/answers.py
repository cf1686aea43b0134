"""Spoken answers of any length from sentences that the tiny Whisper knows, and what it hears of each sentence alone."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

import numpy as np

from jobcopilot.voice import events
from jobcopilot.voice.engine.audio import Resampler, Samples, as_floats
from jobcopilot.voice.engine.hearing import Hearing
from jobcopilot.voice.engine.passes import PassesHere
from jobcopilot.voice.engine.silero import Silero
from jobcopilot.voice.engine.whisper import Whisper
from jobcopilot.voice.port import BLOCK, RATE, Span, Word
from jobcopilot.voice.sentences import WrittenSentences
from jobcopilot.voice.transcribing import normal
from jobcopilot.voice.turns import PauseMemory, TurnDetector
from tests.fakes.speech import ESPEAK_RATE, mixed, say, silence

SPEAKERS = ("en-us", "en-us+f3", "en-gb", "en-us+m3", "en-us+f4", "en-gb+m7")
_PEOPLE = ("the team", "my manager", "the customer", "five engineers", "a senior engineer", "two designers")
_SKILLS = (
    "python",
    "java",
    "sql",
    "docker",
    "kubernetes",
    "react",
    "postgres",
    "machine learning",
    "typescript",
)
_THINGS = ("a database", "the backend", "an api", "the pipeline", "a large project", "the search service",
           "the data model", "a mobile app", "the payment system", "a web page")  # fmt: skip
_DID = (
    "built",
    "designed",
    "led",
    "tested",
    "shipped",
    "migrated",
    "improved",
    "fixed",
    "deployed",
    "reviewed",
)
_RESULTS = ("latency fell by half", "costs went down", "revenue grew by ten percent", "the launch was on time",
            "users were happy", "we saved three weeks")  # fmt: skip
_WHEN = ("last year", "in the first month", "two years ago", "after the outage", "before the deadline",
         "during the project", "every week")  # fmt: skip
_FRAMES = (
    "i {did} {thing} with {skill}", "we {did} {thing} {when}", "{when} i {did} {thing}",
    "i worked with {people} on {thing}", "the result was that {result}",
    "{result} because {people} {did} {thing}", "my task was to help {people}",
    "{people} {did} {thing} and {result}", "the situation was hard because {result}", "i learned {skill} {when}",
)  # fmt: skip
_POOLS = {
    "people": _PEOPLE, "skill": _SKILLS, "thing": _THINGS, "did": _DID, "result": _RESULTS, "when": _WHEN,
}  # fmt: skip


@dataclass(frozen=True)
class SpokenAnswer:
    """An answer whose every sentence is known: its words, its sound, and where it lies."""

    sound: Samples
    """At espeak's own rate."""
    sentences: tuple[str, ...]
    alone: tuple[Samples, ...]
    """Each sentence's sound by itself, at espeak's own rate."""
    spoken: tuple[Span, ...]
    pauses: tuple[float, ...]

    @property
    def words(self) -> list[str]:
        """All words in their order."""
        return " ".join(self.sentences).split()


def sentence(rng: random.Random) -> str:
    """Return a sentence of the tiny model's grammar."""
    text = rng.choice(_FRAMES)
    for name, pool in _POOLS.items():
        while (place := f"{{{name}}}") in text:
            text = text.replace(place, rng.choice(pool), 1)
    return text


def spoken_answer(
    seconds: float,
    seed: int,
    *,
    understood: Callable[[str, Samples], bool] = lambda text, sound: True,
    pauses: tuple[float, float] = (0.3, 1.0),
    after: float = 3.0,
    noise: float = 20.0,
) -> SpokenAnswer:
    """Return an answer of about so many seconds by one speaker, with pauses between its sentences.

    Only utterances that are `understood` by themselves (text, sound at espeak's rate) are taken.
    """
    rng = random.Random(seed)
    voice, speed = rng.choice(SPEAKERS), rng.randint(130, 175)
    texts: list[str] = []
    alone: list[Samples] = []
    spoken: list[Span] = []
    gaps: list[Samples] = []
    pieces = [silence(0.5)]
    at = 0.5
    while not spoken or spoken[-1].end - spoken[0].start < seconds - 1.5:
        text = sentence(rng)
        said = say(text, voice, speed + rng.randint(-5, 5))
        if not understood(text, said):
            continue
        texts.append(text)
        alone.append(said)
        spoken.append(Span(at, at + alone[-1].size / ESPEAK_RATE))
        gaps.append(silence(rng.uniform(*pauses)))
        pieces += [alone[-1], gaps[-1]]
        at = spoken[-1].end + gaps[-1].size / ESPEAK_RATE
    pieces[-1] = silence(after)
    return SpokenAnswer(
        mixed(np.concatenate(pieces), noise, np.random.default_rng(seed)),
        tuple(texts), tuple(alone), tuple(spoken), tuple(gap.size / ESPEAK_RATE for gap in gaps[:-1]),
    )  # fmt: skip


def at_16_khz(sound: Samples) -> Samples:
    """Return espeak's sound as the listening process records it."""
    resampler = Resampler(ESPEAK_RATE)
    return np.concatenate([resampler.feed(sound), resampler.flush()])


Recognise = Callable[[Samples, float], Sequence[Word]]
"""From samples at 16 kHz that begin at a second of the stream to words."""


def recogniser(whisper: Whisper) -> Recognise:
    """Return a loaded model as what hears samples."""
    return lambda samples, at: whisper.recognise(as_floats(samples), at)


def hear(sound: Samples, recognise: Recognise, *, hands_free: bool = True) -> list[events.Event]:
    """Hear samples of 16 kHz as the listening process hears a file, but here: the model is loaded once for all."""

    def window(span: Span) -> Sequence[Word]:
        first = round(span.start * RATE)
        return recognise(sound[first : round(span.end * RATE)], first / RATE)

    told: list[events.Event] = []
    turns = TurnDetector(WrittenSentences(), PauseMemory(), hands_free=hands_free)
    hearing = Hearing(Silero(), PassesHere(window), turns, told.append)
    for at in range(0, sound.size, BLOCK):
        hearing.hear(sound[at : at + BLOCK])
    hearing.finish()
    return told


class Alone:
    """What a model hears of each utterance by itself, with a little silence and noise around it."""

    def __init__(self, recognise: Recognise) -> None:
        self._recognise = recognise
        self._heard: dict[bytes, list[str]] = {}

    def heard(self, sound: Samples) -> list[str]:
        """Return the words that are heard in an utterance at espeak's rate."""
        key = sound.tobytes()
        if key not in self._heard:
            quiet = mixed(np.concatenate([silence(0.3), sound, silence(0.2)]), 20.0, np.random.default_rng(0))
            self._heard[key] = plain_words(self._recognise(at_16_khz(quiet), 0.0))
        return self._heard[key]

    def understood(self, text: str, sound: Samples) -> bool:
        """Say whether at least four words of five are right."""
        return word_errors(self.heard(sound), text.split()) * 5 <= len(text.split())


def plain_words(words: Sequence[Word]) -> list[str]:
    """Return words as they are compared; a recogniser may put two into one."""
    return " ".join(normal(word.text) for word in words).split()


def word_errors(heard: Sequence[str], said: Sequence[str]) -> int:
    """Return changes, additions and omissions (Levenshtein)."""
    row = list(range(len(heard) + 1))
    for place, word in enumerate(said, 1):
        before, row[0] = row[0], place
        for at, other in enumerate(heard, 1):
            before, row[at] = row[at], min(row[at] + 1, row[at - 1] + 1, before + (word != other))
    return row[-1]


def missing_sentences(heard: Sequence[str], sentences: Sequence[str]) -> list[str]:
    """Return the sentences of which less than half of the words are heard in their place, in their order."""
    said = " ".join(sentences).split()
    matched = [False] * len(said)
    for block in SequenceMatcher(None, heard, said, autojunk=False).get_matching_blocks():
        matched[block.b : block.b + block.size] = [True] * block.size
    missing, at = [], 0
    for text in sentences:
        size = len(text.split())
        if sum(matched[at : at + size]) * 2 < size:
            missing.append(text)
        at += size
    return missing


def heard_twice(heard: Sequence[str], sentences: Sequence[str]) -> list[str]:
    """Return the sentences that stand in what was heard more often than they were said, word for word."""
    line = f" {' '.join(heard)} "
    return [text for text in set(sentences) if line.count(f" {text} ") > sentences.count(text)]

"""Whole answers of 5 to 180 seconds: each sentence once and in order, hardly worse than heard one by one."""

from __future__ import annotations

import functools

import pytest

from jobcopilot.voice import events
from jobcopilot.voice.engine.whisper import Whisper
from tests.fakes.answers import (
    Alone,
    Recognise,
    at_16_khz,
    hear,
    heard_twice,
    missing_sentences,
    plain_words,
    recogniser,
    spoken_answer,
    word_errors,
)
from tests.fakes.speech import MODEL

pytestmark = pytest.mark.system

ANSWERS = 45
"""Through the file's way; five more are played into a microphone."""
_SHORTEST, _LONGEST = 5.0, 180.0
_POINTS = 0.08


@functools.cache
def model() -> Recognise:
    return recogniser(Whisper(MODEL))


def length(number: int) -> float:
    """More short answers than long ones: 5 s to 180 s."""
    return _SHORTEST * float((_LONGEST / _SHORTEST) ** ((number / (ANSWERS - 1)) ** 2))


@pytest.mark.parametrize("group", range(5))
def test_every_sentence_once_and_in_order(group: int) -> None:
    alone = Alone(model())
    wrong = wrong_alone = said = 0
    for number in range(group, ANSWERS, 5):
        spoken = spoken_answer(length(number), 1000 + number, understood=alone.understood)
        told = hear(at_16_khz(spoken.sound), model())
        heard = [
            word for event in told if isinstance(event, events.TurnEnded) for word in plain_words(event.words)
        ]
        missing = missing_sentences(heard, spoken.sentences)
        by_itself = [word for sound in spoken.alone for word in alone.heard(sound)]
        mistakes, alone_mistakes = word_errors(heard, spoken.words), word_errors(by_itself, spoken.words)
        print(
            f"answer {number}: {length(number):.0f} s, {len(spoken.sentences)} sentences, {len(missing)} missing, "
            f"{mistakes} of {len(spoken.words)} words wrong, {alone_mistakes} where each is heard alone"
        )
        assert missing == [], f"answer {number} of {length(number):.0f} s"
        assert heard_twice(heard, spoken.sentences) == [], f"answer {number}"
        # In an answer of fifteen words one word is seven points: two may differ.
        assert mistakes - alone_mistakes <= max(2, _POINTS * len(spoken.words)), f"answer {number}"
        wrong, wrong_alone, said = wrong + mistakes, wrong_alone + alone_mistakes, said + len(spoken.words)
    print(f"word errors {wrong / said:.1%}, each sentence alone {wrong_alone / said:.1%}")
    assert wrong / said <= wrong_alone / said + _POINTS

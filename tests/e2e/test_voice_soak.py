"""Five minutes on the virtual microphone in real time: five answers heard whole, no sample lost, memory flat.

The hour of it is `python -m tests.benchmarks.voice --soak 3600`.
"""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from jobcopilot.voice.engine.whisper import Whisper
from jobcopilot.voice.port import RATE
from tests.benchmarks.voice_soak import hold_session, memory_growth
from tests.fakes.answers import Alone, missing_sentences, recogniser, spoken_answer, word_errors
from tests.fakes.speech import MODEL
from tests.fakes.virtual_microphone import VirtualMicrophone, microphone  # noqa: F401  # a fixture

pytestmark = [
    pytest.mark.system,
    pytest.mark.skipif(sys.platform != "linux", reason="the virtual microphone is PulseAudio's"),
    pytest.mark.timeout(500),
]

SECONDS = 300.0
LENGTHS = (6.0, 12.0, 20.0, 35.0, 60.0)


def test_five_answers_and_five_minutes(microphone: VirtualMicrophone, tmp_path: Path) -> None:  # noqa: F811
    alone = Alone(recogniser(Whisper(MODEL)))
    said = [
        spoken_answer(length, 4000 + n, understood=alone.understood, noise=0.0, after=4.0)
        for n, length in enumerate(LENGTHS)
    ]
    session = hold_session(microphone, tmp_path, SECONDS, said)
    assert session.lost == []
    assert session.stopped is not None
    assert session.stopped.samples / RATE > SECONDS - 1
    print(f"behind the clock by {session.fell_behind():.3f} s more than at the begin")
    # Each lost block would be 0.032 s for good; the clocks of two programs differ by less than a tenth.
    assert session.fell_behind() <= 0.1
    answers = session.answers()[: len(LENGTHS)]
    assert len(answers) == len(LENGTHS)
    wrong = wrong_alone = words = 0
    for spoken, heard in answers:
        assert missing_sentences(heard, spoken.sentences) == []
        wrong += word_errors(heard, spoken.words)
        wrong_alone += sum(
            word_errors(alone.heard(sound), text.split())
            for sound, text in zip(spoken.alone, spoken.sentences, strict=True)
        )
        words += len(spoken.words)
    print(f"word errors {wrong / words:.1%}, each sentence alone {wrong_alone / words:.1%}")
    assert wrong / words <= wrong_alone / words + 0.08
    growth = memory_growth(session.memory)
    print(growth)
    assert abs(growth["growth_percent"]) <= 5
    assert growth["highest_percent"] <= 5

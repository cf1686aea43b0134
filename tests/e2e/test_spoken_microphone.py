"""A whole interview on a virtual microphone: the microphone tried, the pauses learned, three questions, the report."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from jobcopilot.practice.export import session_markdown
from jobcopilot.practice.spoken.pauses import load_pauses, pauses_file
from jobcopilot.practice.spoken.port import (
    AnswerHeard,
    SpokenEvent,
    SpokenHow,
    StateChanged,
    Told,
    Voiced,
    WordsHeard,
)
from jobcopilot.voice.engine.audio import read_audio
from jobcopilot.voice.port import RATE
from tests.e2e.test_spoken_session import runtime_of
from tests.e2e.test_voice_listening import errors, words_of
from tests.fakes.ear import Following
from tests.fakes.practice import make_practice
from tests.fakes.speech import ESPEAK_RATE, MODEL, SENTENCES, answer, mixed, silence, write_wav
from tests.fakes.virtual_microphone import VirtualMicrophone, microphone  # noqa: F401  # a fixture

pytestmark = [
    pytest.mark.system,
    pytest.mark.skipif(sys.platform != "linux", reason="the virtual microphone is PulseAudio's"),
]
HOW = SpokenHow(model=str(MODEL), hotwords=(), device="default")
READ = "My task was to help the customer, um the result was that costs went down."
ANSWERS = (
    (SENTENCES[0], SENTENCES[1], SENTENCES[4]),
    (SENTENCES[3], SENTENCES[2], SENTENCES[0]),
    (SENTENCES[4], SENTENCES[3], SENTENCES[1]),
)


@pytest.fixture
def room(microphone: VirtualMicrophone, tmp_path: Path) -> Iterator[VirtualMicrophone]:  # noqa: F811
    """The microphone in a room with a little noise; exact silence is what a muted one gives."""
    noise = mixed(silence(600.0), 12.0, np.random.default_rng(4))
    playing: subprocess.Popen[bytes] = microphone.play(write_wav(tmp_path / "room.wav", noise))
    yield microphone
    playing.kill()
    playing.wait()


def said(folder: Path, name: str, sentences: tuple[str, ...]) -> tuple[Path, str]:
    made = answer(sentences, [0.7] * len(sentences), before=0.4, after=0.3, noise=0.0, voices=("en-us",))
    return write_wav(folder / f"{name}.wav", made.sound), made.text


def test_an_interview_from_the_first_try_of_the_microphone_to_the_report(
    room: VirtualMicrophone, tmp_path: Path
) -> None:
    practice = make_practice(tmp_path / "home")
    runtime = runtime_of(practice)
    number = practice.create(questions=3)

    # The microphone is tried: the sentence is read back.
    rehearsal = runtime.rehearsal(HOW, sentence=READ)
    for event in rehearsal.events():
        if isinstance(event, StateChanged):
            room.play(said(tmp_path, "read", (SENTENCES[1], SENTENCES[2]))[0])
    checked = rehearsal.checked
    # On a busy machine the room's noise begins late.
    assert [one for one in checked.troubles if one.code != "zeros"] == []
    assert checked.right >= 13
    assert checked.source == "default"
    assert checked.voice_decibels is not None
    assert checked.noise_decibels is not None
    assert checked.voice_decibels - checked.noise_decibels > 20

    # The pauses are learned.
    calibration = runtime.rehearsal(HOW, calibrate=True)
    for event in calibration.events():
        if isinstance(event, StateChanged):
            room.play(said(tmp_path, "calibration", (*ANSWERS[0], *ANSWERS[1]))[0])
        if isinstance(event, WordsHeard) and event.confirmed.count("postgres") == 2:
            calibration.done()
    assert calibration.checked.new_pauses >= 4
    file = pauses_file(practice.books.folder, practice.books.profile.id)
    assert load_pauses(file) == calibration.checked.pauses

    # The interview: each answer is spoken when it is listened to.
    answers = [said(tmp_path, f"answer-{place}", one) for place, one in enumerate(ANSWERS)]
    left = list(answers)

    def speak(event: SpokenEvent) -> None:
        if isinstance(event, StateChanged) and event.state == "listening" and left:
            room.play(left.pop(0)[0])

    follow = Following(runtime.spoken_session(number, HOW), speak)
    for _path, text in answers:
        heard = follow.wait(AnswerHeard).message
        assert errors(words_of(heard.text), words_of(text)) <= 0.1
        follow.wait(StateChanged, lambda event: event.state in ("listening", "over"))
    follow.end()
    assert not [one for one in follow.of(Told) if one.severe]
    pauses = load_pauses(file)
    assert len(pauses.finished) + len(pauses.open) > calibration.checked.new_pauses

    # The report, and how it was spoken.
    view = runtime.practice_sessions.report(number)
    assert view.row.status == "completed"
    assert view.row.score is not None
    report = session_markdown(view, practice.clock.zone())
    assert all(text.split()[0] in report for _path, text in answers)
    deliveries = runtime.deliveries.of(number)
    assert len(deliveries) == 3
    for one, sentences in zip(deliveries, ANSWERS, strict=True):
        spoken_words = len(" ".join(sentences).split())
        assert abs(one.words - spoken_words) <= 3
        assert one.longest_pause == pytest.approx(0.7, abs=0.15)
        assert one.seconds_to_first_word is not None
    (recording,) = (practice.books.folder / f"session-{number}").rglob("*.flac")
    heard_seconds = sum(block.size for block in read_audio(recording)) / RATE
    spoken_seconds = sum(len(path.read_bytes()) / 2 / ESPEAK_RATE for path, _text in answers)
    assert heard_seconds > spoken_seconds


def test_the_interviewer_is_not_heard_by_its_own_microphone(room: VirtualMicrophone, tmp_path: Path) -> None:
    """What plays through the loudspeakers of this room is in the microphone, louder than any real one."""
    practice = make_practice(tmp_path / "home")
    practice.interviewer.say = [("question", "answer", "My task was to help the customer. What was yours?")]
    runtime = runtime_of(practice)
    number = practice.create(questions=1)
    path, text = said(tmp_path, "answer", ANSWERS[1])

    def speak(event: SpokenEvent) -> None:
        if isinstance(event, StateChanged) and event.state == "listening" and not played:
            played.append(room.play(path))

    played: list[subprocess.Popen[bytes]] = []
    follow = Following(runtime.spoken_session(number, replace(HOW, voice="system")), speak)
    spoken = [follow.wait(Voiced, lambda one: one.sentence).sentence for _ in range(2)]
    assert spoken == ["My task was to help the customer.", "What was yours?"]
    assert not follow.of(WordsHeard)
    answered = follow.wait(AnswerHeard).message
    assert errors(words_of(answered.text), words_of(text)) <= 0.1
    follow.end()
    (delivery,) = runtime.deliveries.of(number)
    assert delivery.interviewer_seconds is not None
    assert delivery.interviewer_seconds > 1.5

"""A whole session by voice, through the real listening process: Silero, a small Whisper, espeak-ng's voices."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import psutil
import pytest

from jobcopilot.practice.spoken.port import AnswerHeard, SpokenEvent, SpokenHow, Told, WordsHeard
from jobcopilot.runtime import Runtime
from tests.e2e.test_voice_listening import errors, words_of
from tests.fakes.ear import Following
from tests.fakes.practice import Practice, make_practice
from tests.fakes.speech import MODEL, SENTENCES, Answer, answer, write_wav

pytestmark = pytest.mark.system

ANSWERS = (
    (SENTENCES[0], SENTENCES[1], SENTENCES[4]),
    (SENTENCES[3], SENTENCES[2], SENTENCES[0]),
    (SENTENCES[4], SENTENCES[3], SENTENCES[1]),
)


def spoken_answers() -> list[Answer]:
    return [
        answer(said, [0.6, 0.7], before=0.8, after=3.5, seed=number, voices=("en-us",))
        for number, said in enumerate(ANSWERS)
    ]


def runtime_of(practice: Practice) -> Runtime:
    """The runtime, with the test's bank, interviewer and assessor in it."""
    runtime: Any = practice.runtime
    runtime.__dict__["practice_books"] = practice.books
    runtime.__dict__["practice_sessions"] = practice.sessions
    found: Runtime = runtime
    return found


def test_a_session_of_three_questions_from_setup_to_report(tmp_path: Path) -> None:
    practice = make_practice(tmp_path)
    runtime = runtime_of(practice)
    said = spoken_answers()
    path = write_wav(tmp_path / "said.wav", np.concatenate([one.sound for one in said]))
    number = practice.create(questions=3)
    spoken = runtime.spoken_session(
        number, SpokenHow(model=str(MODEL), hotwords=(), file=str(path), real_time=False)
    )
    follow = Following(spoken)
    follow.end()
    view = runtime.practice_sessions.report(number)
    assert view.row.status == "completed"
    answers = [one for one in view.messages if one.role == "person"]
    assert [one.kind for one in answers] == ["answer"] * 3
    for got, known in zip(answers, said, strict=True):
        assert errors(words_of(got.text), words_of(known.text)) <= 0.1
    assert view.row.score is not None
    assert all(one.assessment is not None for one in view.asked)
    # The recording is whole, and each answer tells where in it it is.
    folder = practice.books.folder / f"session-{number}"
    assert [one.name for one in folder.iterdir()] == ["stream-1"]
    assert [one.name for one in (folder / "stream-1").iterdir()] == ["recording.flac"]
    at = 0.0
    for got, known in zip(answers, said, strict=True):
        begin, end = (float(one) for one in got.audio.partition("#t=")[2].split(","))
        assert begin == pytest.approx(at + known.spoken[0].start, abs=0.25)
        assert end == pytest.approx(at + known.spoken[-1].end, abs=0.25)
        at += known.sound.size / 22_050
    # Confirmed words never changed while they were shown.
    shown = ""
    for event in follow.told:
        match event:
            case WordsHeard(confirmed=confirmed, tentative=tentative) if tentative:
                assert confirmed.startswith(shown)
                shown = confirmed
            case AnswerHeard():
                shown = ""
    assert not follow.of(Told)


def listening_process() -> psutil.Process:
    """The listening process of this test."""
    return next(
        child
        for child in psutil.Process().children(recursive=True)
        if "jobcopilot.voice.engine.child" in child.cmdline()
    )


def test_a_listener_that_is_killed_in_mid_answer_costs_no_word_that_was_heard(tmp_path: Path) -> None:
    practice = make_practice(tmp_path)
    runtime = runtime_of(practice)
    # Starting again takes seconds on a busy machine, and a microphone does not wait.
    sentences = [SENTENCES[0], *(SENTENCES[place % 5] for place in range(2, 9)), SENTENCES[1]]
    said = answer(sentences, [0.6] * 8, before=0.5, after=6.0, voices=("en-us",))
    path = write_wav(tmp_path / "said.wav", said.sound)
    number = practice.create(questions=1)
    killed: list[str] = []

    def kill(event: SpokenEvent) -> None:
        if isinstance(event, WordsHeard) and "last year" in event.confirmed and not killed:
            killed.append(event.confirmed)
            listening_process().kill()

    spoken = runtime.spoken_session(number, SpokenHow(model=str(MODEL), hotwords=(), file=str(path)))
    follow = Following(spoken, kill)
    got = follow.wait(AnswerHeard).message
    follow.state("over")
    follow.end()
    assert killed
    assert got.text.startswith(killed[0])
    assert "lost" in [one.code for one in follow.of(Told)], "the gap is told"
    assert errors(words_of(got.text)[-7:], words_of(SENTENCES[1])) <= 0.2, "it goes on after the death"
    assert practice.sessions.view(number).row.status == "completed"


def test_without_a_microphone_the_session_is_typed(tmp_path: Path) -> None:
    practice = make_practice(tmp_path)
    runtime = runtime_of(practice)
    number = practice.create(questions=1)
    spoken = runtime.spoken_session(number, SpokenHow(model=str(MODEL), device="Headset of yesterday"))
    follow = Following(spoken)
    told = follow.wait(Told)
    assert (told.code, told.severe) == ("device-missing", True)
    follow.state("typing")
    spoken.answer("I looked at the plan because the data had grown.")
    follow.end()
    assert practice.sessions.view(number).row.status == "completed"


def test_without_a_whisper_model_the_session_is_typed(tmp_path: Path) -> None:
    practice = make_practice(tmp_path)
    spoken = runtime_of(practice).spoken_session(practice.create(questions=1), SpokenHow())
    follow = Following(spoken)
    assert follow.wait(Told).code == "speech-model-missing"
    follow.state("typing")
    spoken.close()
    follow.end()
    assert spoken.session.view().paused


def test_a_voice_that_is_not_here_is_replaced_and_said_so(tmp_path: Path) -> None:
    practice = make_practice(tmp_path)
    how = SpokenHow(model=str(MODEL), device="Headset of yesterday", voice="voice-of-yesterday")
    spoken = runtime_of(practice).spoken_session(practice.create(questions=1), how)
    follow = Following(spoken)
    told = follow.wait(Told, lambda one: one.code in ("voice", "speech-failed"))
    assert "there is no voice voice-of-yesterday" in told.message
    spoken.close()
    follow.end()

"""The parts of a spoken session: recordings, microphone, voice, and what is known of the person's pauses."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jobcopilot.errors import JobcopilotError
from jobcopilot.practice.spoken.port import SpokenHow

if TYPE_CHECKING:
    from jobcopilot.practice.books import Books
    from jobcopilot.practice.spoken.hearing import Ear
    from jobcopilot.practice.spoken.preflight import Rehearsal
    from jobcopilot.practice.spoken.session import SpokenSession
    from jobcopilot.runtime.practice import Practising
    from jobcopilot.settings import VoiceSettings
    from jobcopilot.voice.events import Stopped
    from jobcopilot.voice.speaking import Speaker, SpeechEvent
    from jobcopilot.voice.turns import TurnTaking


def spoken_how(settings: VoiceSettings) -> SpokenHow:
    """Return how sessions are spoken, as it is set."""
    return SpokenHow(
        device=settings.device,
        api=settings.api,
        model=settings.whisper,
        turn_taking=settings.turn_taking,
        voice=settings.voice,
        headphones=settings.headphones,
    )


def spoken_session(runtime: Practising, session_id: int, how: SpokenHow) -> SpokenSession:
    """Take a session up to speak in it. Raises `JobcopilotError` where that is refused."""
    from jobcopilot.practice.session_rows import folder_name
    from jobcopilot.practice.spoken.session import Parts, SpokenSession
    from jobcopilot.voice.listening import keep_recording

    # Whose session it is, whoever searches before it is over.
    books, sessions, deliveries = runtime.practice_books, runtime.practice_sessions, runtime.deliveries
    parts = Parts(
        open_session=lambda: sessions.open(session_id, spoken=how.turn_taking),
        folder=books.folder / folder_name(session_id),
        open_ear=lambda folder: _ear(runtime, folder, how, _names(runtime, session_id, how)),
        open_voice=_voice_of(runtime, how) if how.voice else None,
        heard=lambda answer: deliveries.keep(
            answer.message.id,
            answer.turns,
            asked_at=answer.asked_at,
            interviewer_seconds=answer.interviewer_seconds,
        ),
        learned=lambda stopped: learn_pauses(books, stopped),
        keep=keep_recording,
    )
    return SpokenSession(parts, how)


def rehearsal(runtime: Practising, how: SpokenHow, *, calibrate: bool = False, **wanted: Any) -> Rehearsal:
    """Return what tries the microphone, or learns the person's pauses. Raises `SpeechModelMissing`."""
    from jobcopilot.practice.spoken.pauses import load_pauses, pauses_file, save_pauses
    from jobcopilot.practice.spoken.preflight import CALIBRATION_SECONDS, CHECK_SECONDS, SENTENCE, Rehearsal

    books = runtime.practice_books
    file = pauses_file(books.folder, books.profile.id)
    folder = tempfile.TemporaryDirectory(prefix="jobcopilot-trying-", ignore_cleanup_errors=True)
    try:
        ends: TurnTaking = "done" if calibrate else "hands-free"
        ear = _ear(runtime, Path(folder.name), replace(how, turn_taking=ends), how.hotwords or ())
    except JobcopilotError:
        folder.cleanup()
        raise
    given: dict[str, Any] = {
        "sentence": "" if calibrate else SENTENCE,
        "seconds": CALIBRATION_SECONDS if calibrate else CHECK_SECONDS,
    }
    return Rehearsal(
        ear,
        before=load_pauses(file),
        learned=(lambda learned: save_pauses(file, learned)) if calibrate else None,
        over=folder.cleanup,
        **(given | wanted),
    )


def learn_pauses(books: Books, stopped: Stopped) -> None:
    """Keep what a stream taught of the person's pauses."""
    from jobcopilot.practice.spoken.pauses import LearnedPauses, pauses_file, save_pauses

    learned = LearnedPauses(stopped.pauses_finished, stopped.pauses_open)
    save_pauses(pauses_file(books.folder, books.profile.id), learned)


def _names(runtime: Practising, session_id: int, how: SpokenHow) -> tuple[str, ...]:
    from jobcopilot.practice.session_turns import stored_brief
    from jobcopilot.practice.spoken.hotwords import hotwords

    if how.hotwords is not None:
        return how.hotwords
    with runtime.practice_books.reading() as connection:
        return hotwords(stored_brief(connection, session_id))


def _ear(runtime: Practising, folder: Path, how: SpokenHow, names: tuple[str, ...]) -> Ear:
    """Open the microphone, or the recording in its place. Raises `SpeechModelMissing`."""
    from jobcopilot.inference.machine import this_machine
    from jobcopilot.practice.spoken.pauses import load_pauses, pauses_file
    from jobcopilot.voice.listening import Listener, ListenTo
    from jobcopilot.voice.models import find_model, threads_for

    books = runtime.practice_books
    cores = this_machine().cores
    model = find_model(runtime.home.models, how.model, cores=cores)
    learned = load_pauses(pauses_file(books.folder, books.profile.id))
    return Listener(
        ListenTo(
            folder,
            model,
            file=Path(how.file).absolute() if how.file else None,
            real_time=how.real_time,
            turn_by_turn=bool(how.file) and not how.real_time,
            device=how.device,
            api=how.api,
            threads=threads_for(cores),
            hotwords=names,
            hands_free=how.hands_free,
            push_to_talk=how.pushes,
            pauses_finished=learned.finished,
            pauses_open=learned.open,
        )
    )


def _voice_of(
    runtime: Practising, how: SpokenHow
) -> Callable[[Callable[[SpeechEvent], object]], Speaker | None]:
    def open_voice(tell: Callable[[SpeechEvent], object]) -> Speaker | None:
        from jobcopilot.voice.port import SpeechFailed
        from jobcopilot.voice.speaking import choose_speech, make_speaker

        choice = choose_speech(runtime.home.models, how.voice)
        speaker = make_speaker(choice, tell)
        if choice.note and speaker is None:
            raise SpeechFailed("Nobody speaks for the interviewer", choice.note, choice.hint)
        return speaker

    return open_voice

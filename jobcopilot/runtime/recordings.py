"""What is done with the recordings of a spoken session once it is over."""

from __future__ import annotations

import logging
import threading
from typing import TYPE_CHECKING

from jobcopilot.errors import Cancelled, JobcopilotError

if TYPE_CHECKING:
    from jobcopilot.practice.recordings import Removed
    from jobcopilot.practice.spoken_delivery import AnswerDelivery
    from jobcopilot.runtime.practice import Practising

log = logging.getLogger(__name__)


def hear_again(
    runtime: Practising, session_id: int, stop: threading.Event | None = None, *, whisper: str = ""
) -> tuple[AnswerDelivery, ...]:
    """Look for fillers that the transcripts lack; return the answers that were heard again.

    `whisper` is the model's name or folder, by default the one that is set. Blocks for about a tenth of the answers'
    time. Raises `VoiceError`.
    """
    from jobcopilot.inference.machine import this_machine
    from jobcopilot.voice.heard_again import find_fillers
    from jobcopilot.voice.models import find_model

    whisper = whisper or runtime.settings.voice.whisper
    model = find_model(runtime.home.models, whisper, cores=this_machine().cores)
    return runtime.recordings.hear_again(
        session_id, lambda path, stretch, words: find_fillers(path, stretch, words, model, stop=stop), stop
    )


def keep_recordings_as_set(runtime: Practising, *, measured: int = 0) -> Removed:
    """Delete the recordings that are kept no longer; see `Recordings.keep`. Raises `StorageError`."""
    voice = runtime.settings.voice
    return runtime.recordings.keep(voice.recordings, voice.recording_days, measured=measured)


def after_session(
    runtime: Practising, session_id: int, stop: threading.Event | None = None, *, whisper: str = ""
) -> None:
    """Do what has to follow a spoken session: hear it again, then keep its recordings as it is set. Never raises."""
    try:
        hear_again(runtime, session_id, stop, whisper=whisper)
    except Cancelled:
        # It is done the next time, and needs the recordings for it.
        return
    except JobcopilotError as told:
        # The count of the first hearing stands, and is "at least" in any case.
        log.warning("an answer could not be heard again: %s", told)
    if stop is not None and stop.is_set():
        return
    try:
        keep_recordings_as_set(runtime, measured=session_id)
    except JobcopilotError as told:
        log.warning("recordings could not be looked through: %s", told)

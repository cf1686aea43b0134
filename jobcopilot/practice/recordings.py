"""The recordings of sessions: where an answer can be heard, fillers looked for in them, and how long they stay."""

from __future__ import annotations

import contextlib
import shutil
import sqlite3
import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final, Literal, TypeAlias

from jobcopilot.database.moments import to_milliseconds
from jobcopilot.errors import NotFound
from jobcopilot.practice.books import Books
from jobcopilot.practice.session_rows import folder_name
from jobcopilot.practice.spoken_delivery import AnswerDelivery, Deliveries, DeliveryMoment, SpokenTurn
from jobcopilot.voice.heard_again import FoundFiller
from jobcopilot.voice.playing import AFTER, BEFORE
from jobcopilot.voice.port import Span, Word

RECORDING: Final = "recording.flac"
WAITS_TO_BE_MEASURED: Final = timedelta(days=1)
WAITS_TO_BE_GONE_ON_WITH: Final = timedelta(days=30)
Retention: TypeAlias = Literal["until deleted", "days", "none"]
FindFillers: TypeAlias = Callable[[Path, Span, Sequence[Word]], list[FoundFiller]]


@dataclass(frozen=True, slots=True)
class Stretch:
    """A part of a recording that can be played."""

    recording: Path
    start: float
    end: float


@dataclass(frozen=True, slots=True)
class Removed:
    """What was deleted of recordings."""

    sessions: int
    size_bytes: int


class Recordings:
    """The recordings of one profile's sessions."""

    def __init__(self, books: Books) -> None:
        self._books = books
        self._deliveries = Deliveries(books)

    def of_moment(self, session_id: int, moment: DeliveryMoment) -> Stretch:
        """Return where a moment can be heard, with what is around it. Raises `NotFound` where it no longer can."""
        seconds = 0.0
        if moment.kind == "pause":
            with contextlib.suppress(ValueError):
                seconds = float(moment.text.split()[0])
        path = self._heard_in(session_id, moment.stream)
        return Stretch(path, max(0.0, moment.at - BEFORE), moment.at + seconds + AFTER)

    def of_answer(self, answer: AnswerDelivery) -> tuple[Stretch, ...]:
        """Return where an answer can be heard, turn by turn. Raises `NotFound` where it no longer can."""
        return tuple(
            Stretch(self._heard_in(answer.session_id, turn.stream), turn.started, turn.ended)
            for turn in answer.turns
        )

    def hear_again(
        self, session_id: int, find: FindFillers, stop: threading.Event | None = None
    ) -> tuple[AnswerDelivery, ...]:
        """Look once for fillers in each answer of a session whose recording is there; return those answers.

        Takes time, in a process of low priority; nobody has to wait for it. Raises `VoiceError`.
        """
        done = []
        for answer in self._deliveries.of(session_id):
            if answer.heard_again or (stop is not None and stop.is_set()):
                continue
            try:
                found = [one for turn in answer.turns for one in self._fillers(session_id, turn, find)]
            except NotFound:
                continue
            if (kept := self._deliveries.add_fillers(answer.message_id, found)) is not None:
                done.append(kept)
        return tuple(done)

    def keep(self, retention: Retention, days: int = 0, *, measured: int = 0) -> Removed:
        """Delete the recordings that are kept no longer.

        What was measured stays, and so does every word. What cannot be deleted is tried again the next time. With
        "none" an answer that was not heard again yet stays for a day; `measured` is a session of which nothing more is
        to be learned. A session that is not over counts from when it was last gone on with, and with "none" it is
        waited for `WAITS_TO_BE_GONE_ON_WITH`: what it needs, to be heard again and to be gone on with, stays so long.
        """
        if retention == "until deleted":
            return Removed(0, 0)
        now = self._books.moment()
        before = now - timedelta(days=days if retention == "days" else 0)
        with self._books.reading() as connection:
            over = [
                row[0]
                for row in connection.execute(
                    "SELECT id FROM practice_session WHERE profile_id = ? AND status IN ('completed', 'cancelled')"
                    " AND coalesce(completed_at, updated_at) <= ?"
                    # Another process may be hearing it again, or the person left before it was.
                    " AND (id = ? OR coalesce(completed_at, updated_at) <= ? OR NOT EXISTS (SELECT 1 FROM"
                    " practice_delivery WHERE session_id = practice_session.id AND NOT heard_again))",
                    (
                        self._books.profile.id,
                        to_milliseconds(before),
                        measured,
                        to_milliseconds(now - WAITS_TO_BE_MEASURED),
                    ),
                )
            ]
            left = self._left(connection, before if retention == "days" else now - WAITS_TO_BE_GONE_ON_WITH)
        freed = [size for one in over if (size := self._delete(one))]
        freed += [size for one in left if (size := self._delete(one, goes_on=True))]
        return Removed(len(freed), sum(freed))

    def _left(self, connection: sqlite3.Connection, before: datetime) -> list[int]:
        """Return the sessions that are not over and were not gone on with since."""
        held = connection.execute(
            "SELECT id, held_by, held_until FROM practice_session WHERE profile_id = ?"
            " AND status IN ('pending', 'in_progress', 'error') AND updated_at <= ?",
            (self._books.profile.id, to_milliseconds(before)),
        )
        return [row[0] for row in held if not self._books.holders.elsewhere(row[1], row[2])]

    def _fillers(self, session_id: int, turn: SpokenTurn, find: FindFillers) -> Iterator[DeliveryMoment]:
        path = self._heard_in(session_id, turn.stream)
        for one in find(path, Span(turn.started, turn.ended), turn.words):
            yield DeliveryMoment(turn.stream, one.at, "filler", one.kind)

    def _heard_in(self, session_id: int, stream: str) -> Path:
        """Return the file of a stream, or its folder while it is recorded. Raises `NotFound`."""
        folder = self._books.folder / folder_name(session_id) / Path(stream).name
        if (folder / RECORDING).is_file():
            return folder / RECORDING
        if any(folder.glob("*.pcm")):
            return folder
        raise NotFound(
            "The recording is not there any more",
            f"{folder}",
            "How long recordings stay is set under voice.recordings.",
        )

    def _delete(self, session_id: int, *, goes_on: bool = False) -> int:
        """Delete the streams of a session and return how many bytes they took.

        Where it `goes_on`, their empty folders stay: a later stream with the number of an earlier one would be played
        for it.
        """
        size = 0
        for folder in (self._books.folder / folder_name(session_id)).glob("stream-*"):
            held = sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())
            shutil.rmtree(folder, ignore_errors=True)
            if not folder.exists():
                size += held
                if goes_on:
                    folder.mkdir()
        if size:
            with self._books.writing() as connection:
                connection.execute(
                    "UPDATE practice_message SET audio = '' WHERE session_id = ? AND audio <> ''",
                    (session_id,),
                )
        return size

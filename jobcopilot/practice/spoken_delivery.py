"""How the answers of a session were spoken: measured once, kept with the answer, compared over sessions.

Figures, never marks: nothing here changes a score. What Whisper leaves out is counted as "at least".
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Protocol

from jobcopilot.database.moments import from_milliseconds
from jobcopilot.practice.books import Books
from jobcopilot.voice.delivery import Delivery, measure
from jobcopilot.voice.port import Span, Word

_COLUMNS: Final = (
    "d.message_id, d.session_id, d.at, d.seconds, d.voiced_seconds, d.paused_seconds, d.words,"
    " d.seconds_to_first_word, d.pauses, d.longest_pause, d.pauses_mid_clause, d.fillers, d.restarts, d.said_i,"
    " d.said_we, d.interviewer_seconds, d.heard_again, d.details"
)


class HeardTurn(Protocol):
    """A turn of an answer as it was heard."""

    @property
    def stream(self) -> str:
        """Name of the stream's folder in the session's."""
        ...

    @property
    def started(self) -> float:
        """Second of the stream."""
        ...

    @property
    def ended(self) -> float:
        """Second of the stream."""
        ...

    @property
    def words(self) -> Sequence[Word]:
        """What was said, in seconds of the stream."""
        ...

    @property
    def voiced(self) -> Sequence[Span]:
        """Stretches with voice, in seconds of the stream."""
        ...

    @property
    def missing(self) -> Sequence[Span]:
        """Stretches that nobody recorded, in seconds of the stream."""
        ...


@dataclass(frozen=True, slots=True)
class DeliveryMoment:
    """Something that can be played: where in which stream, and what it is."""

    stream: str
    at: float
    kind: str
    """ "pause", "filler", "hedge", "restart"."""
    text: str


@dataclass(frozen=True, slots=True)
class SpokenTurn:
    """A stretch of a stream that an answer is made of."""

    stream: str
    started: float
    ended: float
    words: tuple[Word, ...] = ()
    """As they were heard the first time, in seconds of the stream."""


@dataclass(frozen=True, slots=True)
class AnswerDelivery:
    """How one answer was spoken. Rates are words a minute, all else seconds and counts."""

    message_id: int
    session_id: int
    at: datetime
    order: int | None
    """Of its question in the session, from 1; None where the question is not known."""
    seconds: float
    """From the first voiced moment to the last."""
    target_seconds: float | None
    """Usual length of an answer of this type of interview."""
    voiced_seconds: float
    paused_seconds: float
    words: int
    speaking_rate: float | None
    articulation_rate: float | None
    """Pauses of 250 ms and more left out."""
    seconds_to_first_word: float | None
    pauses: int
    longest_pause: float
    pauses_mid_clause: int
    fillers: Mapping[str, int]
    fillers_at_least: int
    fillers_a_minute: float | None
    heard_again: bool
    """Whether fillers were looked for in a second pass."""
    restarts: int
    hedges: Mapping[str, int]
    said_i: int
    said_we: int
    interviewer_seconds: float | None
    """For how long the interviewer's voice sounded before; None where nothing was spoken aloud."""
    turns: tuple[SpokenTurn, ...]
    moments: tuple[DeliveryMoment, ...]


@dataclass(frozen=True, slots=True)
class SessionDelivery:
    """All answers of a session together, for trends; rates None where there is too little to tell."""

    session_id: int
    title: str
    at: datetime
    answers: int
    seconds: float
    words: int
    speaking_rate: float | None
    articulation_rate: float | None
    seconds_to_first_word: float | None
    """Mean over the answers where it is known."""
    pauses_a_minute: float | None
    longest_pause: float
    fillers_at_least: int
    fillers_a_minute: float | None
    talk_share: float | None
    """Of all that sounded, the person's part, 0 to 1; None where the interviewer was not spoken aloud."""


class Deliveries:
    """How the answers of one profile's sessions were spoken."""

    def __init__(self, books: Books) -> None:
        self._books = books

    def keep(
        self,
        message_id: int,
        turns: Sequence[HeardTurn],
        *,
        asked_at: float | None = None,
        interviewer_seconds: float | None = None,
    ) -> AnswerDelivery | None:
        """Measure an answer and keep it in place of what was kept before; None where no voice or no message is.

        `asked_at` is the second of the first turn's stream at which the interviewer had finished.
        """
        if not any(turn.voiced for turn in turns):
            return None
        line = _Line(turns)
        made = measure(line.words, line.voiced, asked_at=asked_at, missing=line.missing)
        with self._books.writing() as connection:
            done = connection.execute(
                "INSERT INTO practice_delivery (message_id, session_id, seconds, voiced_seconds, paused_seconds, words,"
                " seconds_to_first_word, pauses, longest_pause, pauses_mid_clause, fillers, restarts, said_i, said_we,"
                " interviewer_seconds, heard_again, details, at)"
                " SELECT m.id, m.session_id, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0, ?, ? FROM practice_message AS m"
                " JOIN practice_session AS s ON s.id = m.session_id WHERE m.id = ? AND s.profile_id = ?"
                " ON CONFLICT (message_id) DO UPDATE SET (seconds, voiced_seconds, paused_seconds, words,"
                " seconds_to_first_word, pauses, longest_pause, pauses_mid_clause, fillers, restarts, said_i, said_we,"
                " interviewer_seconds, heard_again, details) = (excluded.seconds, excluded.voiced_seconds,"
                " excluded.paused_seconds, excluded.words, excluded.seconds_to_first_word, excluded.pauses,"
                " excluded.longest_pause, excluded.pauses_mid_clause, excluded.fillers, excluded.restarts,"
                " excluded.said_i, excluded.said_we, excluded.interviewer_seconds, 0, excluded.details)",
                (
                    made.seconds, made.voiced_seconds, sum(one.seconds for one in made.pauses), made.words,
                    made.seconds_to_first_word, len(made.pauses), made.longest_pause, made.pauses_mid_clause,
                    made.fillers_at_least, made.restarts, made.said_i, made.said_we, interviewer_seconds,
                    json.dumps(_details(made, line)), self._books.now, message_id, self._books.profile.id,
                ),
            )  # fmt: skip
            if not done.rowcount:
                return None
            return next(_read(connection, self._books.profile.id, "d.message_id = ?", message_id))

    def add_fillers(self, message_id: int, found: Sequence[DeliveryMoment]) -> AnswerDelivery | None:
        """Count fillers that a second pass found and the first did not, once; None where the answer is not kept."""
        with self._books.writing() as connection:
            kept = next(_read(connection, self._books.profile.id, "d.message_id = ?", message_id), None)
            if kept is None or kept.heard_again:
                # Two processes may have listened: the second one's finds are the same sounds.
                return kept
            fillers = dict(kept.fillers)
            for one in found:
                fillers[one.text] = fillers.get(one.text, 0) + 1
            order = {turn.stream: place for place, turn in reversed(list(enumerate(kept.turns)))}
            moments = sorted((*kept.moments, *found), key=lambda one: (order.get(one.stream, 0), one.at))
            (stored,) = connection.execute(
                "SELECT details FROM practice_delivery WHERE message_id = ?", (message_id,)
            ).fetchone()
            details = json.loads(stored)
            details["fillers"] = fillers
            details["moments"] = [[one.stream, one.at, one.kind, one.text] for one in moments]
            connection.execute(
                "UPDATE practice_delivery SET fillers = ?, heard_again = 1, details = ? WHERE message_id = ?",
                (sum(fillers.values()), json.dumps(details), message_id),
            )
            return next(_read(connection, self._books.profile.id, "d.message_id = ?", message_id))

    def of(self, session_id: int) -> tuple[AnswerDelivery, ...]:
        """Return how the answers of a session were spoken, in their order; nothing for one that was typed."""
        with self._books.reading() as connection:
            return tuple(_read(connection, self._books.profile.id, "d.session_id = ?", session_id))

    def trends(self) -> tuple[SessionDelivery, ...]:
        """Return the spoken sessions, each with its answers together, the oldest first."""
        with self._books.reading() as connection:
            return tuple(
                _together(row)
                for row in connection.execute(
                    "SELECT s.id, s.title, coalesce(s.started_at, s.created_at), count(*), sum(d.seconds),"
                    " sum(d.words), sum(d.paused_seconds), avg(d.seconds_to_first_word), sum(d.pauses),"
                    " max(d.longest_pause), sum(d.fillers), sum(d.voiced_seconds), sum(d.interviewer_seconds)"
                    " FROM practice_delivery AS d JOIN practice_session AS s ON s.id = d.session_id"
                    " WHERE s.profile_id = ? GROUP BY s.id ORDER BY 3, 1",
                    (self._books.profile.id,),
                )
            )


def talk_share(deliveries: Sequence[AnswerDelivery]) -> float | None:
    """Return the person's part of all that sounded in a session, 0 to 1; None where nobody else spoke aloud."""
    heard = [one.interviewer_seconds for one in deliveries if one.interviewer_seconds is not None]
    return _share(sum(one.voiced_seconds for one in deliveries), sum(heard) if heard else None)


class _Line:
    """Turns on one line of time: within a stream as they were, streams without the time between them."""

    def __init__(self, turns: Sequence[HeardTurn]) -> None:
        self.turns = turns
        self.words: list[Word] = []
        self.voiced: list[Span] = []
        self.missing: list[Span] = []
        self._shifts: list[tuple[float, str, float]] = []
        """From when on, of which stream, and by how much its seconds are moved."""
        shift, end, stream = 0.0, None, None
        for turn in turns:
            if not turn.voiced:
                continue
            first = min(span.start for span in turn.voiced)
            if turn.stream != stream:
                shift = 0.0 if end is None else end - first
                stream = turn.stream
                self._shifts.append((first + shift, stream, shift))
            self.words += [
                Word(word.text, word.start + shift, word.end + shift, word.probability) for word in turn.words
            ]
            self.voiced += [Span(span.start + shift, span.end + shift) for span in turn.voiced]
            # What is missing before a stream's first voice lies in no time of the line.
            self.missing += [
                Span(span.start + shift, span.end + shift)
                for span in turn.missing
                if end is None or span.start + shift >= end
            ]
            end = max(span.end for span in self.voiced)

    def place(self, at: float) -> tuple[str, float]:
        """Return the stream of a moment of the line, and its second there."""
        stream, shift = self._shifts[0][1:]
        for begin, name, moved in self._shifts:
            # Whisper's words may begin a little before the voice that they belong to.
            if at >= begin - 0.3:
                stream, shift = name, moved
        return stream, max(0.0, at - shift)


def _details(made: Delivery, line: _Line) -> dict[str, Any]:
    return {
        "turns": [
            [turn.stream, turn.started, turn.ended, [[one.text, one.start, one.end] for one in turn.words]]
            for turn in line.turns
        ],
        "fillers": dict(made.fillers),
        "hedges": dict(made.hedges),
        "moments": [
            [stream, round(at, 3), one.kind, one.text]
            for one in made.moments
            for stream, at in (line.place(one.at),)
        ],
    }


def _read(
    connection: sqlite3.Connection, profile_id: int, condition: str, value: int
) -> Iterator[AnswerDelivery]:
    rows = connection.execute(
        f"SELECT {_COLUMNS}, a.position, kind.minutes FROM practice_delivery AS d"  # noqa: S608  # our own words
        " JOIN practice_message AS m ON m.id = d.message_id JOIN practice_session AS s ON s.id = d.session_id"
        " LEFT JOIN practice_asked AS a ON a.id = m.asked_id"
        " LEFT JOIN practice_type AS kind ON kind.slug = a.type AND kind.profile_id = s.profile_id"
        f" WHERE s.profile_id = ? AND {condition} ORDER BY d.message_id",
        (profile_id, value),
    )
    return (_answer(row) for row in rows.fetchall())


def _answer(row: Sequence[Any]) -> AnswerDelivery:
    seconds, paused, words, details = row[3], row[5], row[6], json.loads(row[17])
    return AnswerDelivery(
        message_id=row[0],
        session_id=row[1],
        at=from_milliseconds(row[2]),
        order=row[18],
        seconds=seconds,
        target_seconds=None if row[19] is None else row[19] * 60.0,
        voiced_seconds=row[4],
        paused_seconds=paused,
        words=words,
        speaking_rate=_a_minute(words, seconds),
        articulation_rate=_a_minute(words, seconds - paused),
        seconds_to_first_word=row[7],
        pauses=row[8],
        longest_pause=row[9],
        pauses_mid_clause=row[10],
        fillers=details["fillers"],
        fillers_at_least=row[11],
        fillers_a_minute=_a_minute(row[11], seconds),
        heard_again=bool(row[16]),
        restarts=row[12],
        hedges=details["hedges"],
        said_i=row[13],
        said_we=row[14],
        interviewer_seconds=row[15],
        turns=tuple(
            SpokenTurn(stream, started, ended, tuple(Word(*word) for word in words))
            for stream, started, ended, words in details["turns"]
        ),
        moments=tuple(DeliveryMoment(*one) for one in details["moments"]),
    )


def _together(row: Sequence[Any]) -> SessionDelivery:
    number, title, at, answers, seconds, words, paused, first, pauses, longest, fillers, voiced, heard = row
    return SessionDelivery(
        session_id=number,
        title=title,
        at=from_milliseconds(at),
        answers=answers,
        seconds=seconds,
        words=words,
        speaking_rate=_a_minute(words, seconds),
        articulation_rate=_a_minute(words, seconds - paused),
        seconds_to_first_word=first,
        pauses_a_minute=_a_minute(pauses, seconds),
        longest_pause=longest,
        fillers_at_least=fillers,
        fillers_a_minute=_a_minute(fillers, seconds),
        talk_share=_share(voiced, heard),
    )


def _a_minute(count: int, seconds: float) -> float | None:
    return count / seconds * 60 if seconds >= 1.0 else None


def _share(own: float, others: float | None) -> float | None:
    return None if others is None or own + others <= 0 else own / (own + others)

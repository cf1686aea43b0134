"""A deeper look at postings by somebody who reads them whole, beside the rule-based score and never instead of it.

Who reads is passed in as a function (the runtime's: a language model); this module keeps what comes back. Every claim
brings the posting's own words, and one whose words are not there is dropped and counted. Each posting is stored as
soon as it is read: stopped or killed, the next run goes on where this one was.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Final, Literal, Protocol, get_args

from jobcopilot.clock import Clock
from jobcopilot.database.moments import from_milliseconds, to_milliseconds
from jobcopilot.database.reader import Reader
from jobcopilot.errors import Cancelled, JobcopilotError
from jobcopilot.jobs.records import raw
from jobcopilot.profiles.views import ProfileView
from jobcopilot.reading.quotes import find_quote
from jobcopilot.text import clean_line

if TYPE_CHECKING:
    from jobcopilot.database.engine import Database

MOST: Final = 50
"""Postings of one run."""
_IN_A_ROW: Final = 3
"""Failures after which a run ends: the next posting would fail as well."""
_REMEMBERED: Final = 20
ClaimKind = Literal["fits", "lacks", "ask"]
CLAIM_KINDS: Final[tuple[ClaimKind, ...]] = get_args(ClaimKind)
"""What speaks for the job, what the person lacks, what is worth asking about."""


@dataclass(frozen=True, slots=True)
class DeepPosting:
    """A posting as it is read. All of it is text from outside: data, never an instruction."""

    job_id: int
    title: str
    company: str
    place: str
    description: str

    @property
    def text(self) -> str:
        """Everything that can be quoted."""
        return "\n".join((self.title, self.company, self.place, self.description))


@dataclass(frozen=True, slots=True)
class Claim:
    """One thing that is said of a posting, and its words that show it."""

    kind: ClaimKind
    text: str
    quote: str


@dataclass(frozen=True, slots=True)
class DeepReading:
    """What a reader makes of a posting, before anything of it was checked."""

    percent: int
    claims: tuple[Claim, ...]


Read = Callable[[DeepPosting], DeepReading]
"""Reads a posting. Raises `JobcopilotError` where it cannot, `Cancelled` where it was stopped."""
Progress = Callable[[int, int, DeepPosting], None]
"""Hears how many are done, of how many, and which one is read next."""


class Stop(Protocol):
    """What says that the person wants no more: an event, or a request's off switch."""

    def is_set(self) -> bool:
        """Whether they do."""
        ...


@dataclass(frozen=True, slots=True)
class DeepScore:
    """What was made of a posting. `percent` None: no claim could be held to the posting, so there is no number."""

    job_id: int
    percent: int | None
    claims: tuple[Claim, ...]
    dropped: int
    """Claims whose words are not in the posting."""
    by: str
    seconds: float
    at: datetime
    stale: bool
    """The posting or the profile has changed since."""


@dataclass(frozen=True, slots=True)
class DeepRun:
    """What one run came to."""

    scored: tuple[int, ...]
    failed: tuple[tuple[int, str], ...]
    """Jobs that could not be read, and why."""
    left: int
    stopped: bool
    seconds: float


class DeepScores:
    """The deeper scores of one profile's jobs. `database` is asked for when something is written."""

    def __init__(
        self, database: Callable[[], Database], reader: Reader, profile: ProfileView, clock: Clock
    ) -> None:
        self._database = database
        self._reader = reader
        self._profile = profile
        self._clock = clock

    def of(self, job_id: int) -> DeepScore | None:
        """Return what was made of a job; None where it was not read."""
        with self._reader.connection() as connection:
            return self._stored(connection, [job_id]).get(job_id)

    def of_many(self, ids: Sequence[int]) -> dict[int, DeepScore]:
        """Return what was made of some jobs, by their ids."""
        with self._reader.connection() as connection:
            return self._stored(connection, ids)

    def waiting(self, ids: Sequence[int], by: str, *, again: bool = False, limit: int = MOST) -> list[int]:
        """Return which of some jobs this reader has not read as they are now, in their order; `MOST` at most."""
        known = {} if again else self.of_many(ids)
        left = [one for one in ids if one not in known or known[one].stale or known[one].by != by]
        return left[: max(0, min(limit, MOST))]

    def postings(self, ids: Sequence[int]) -> list[DeepPosting]:
        """Return postings as they are read, in the order given; those that are gone are left out."""
        with self._reader.connection() as connection:
            found = self._postings(connection, ids)
        return [found[one] for one in ids if one in found]

    def seconds_each(self, by: str) -> float | None:
        """Return how long this reader took for one posting lately; None where it has read none."""
        with self._reader.connection() as connection:
            (mean,) = connection.execute(
                "SELECT avg(seconds) FROM (SELECT seconds FROM job_deep_score WHERE by = ? ORDER BY at DESC LIMIT ?)",
                (by, _REMEMBERED),
            ).fetchone()
        return None if mean is None else float(mean)

    def run(
        self,
        ids: Sequence[int],
        read: Read,
        by: str,
        progress: Progress | None = None,
        stop: Stop | None = None,
    ) -> DeepRun:
        """Read jobs one after the other and keep what is made of each; `stop` ends it, what is done stays.

        A posting that cannot be read is told in the result and passed over; three in a row end the run.
        """
        postings = self.postings(ids)
        scored: list[int] = []
        failed: list[tuple[int, str]] = []
        begun = time.monotonic()
        stopped = False
        in_a_row = 0
        for place, posting in enumerate(postings):
            stopped = stop is not None and stop.is_set()
            if stopped or in_a_row == _IN_A_ROW:
                break
            if progress is not None:
                progress(place, len(postings), posting)
            before = time.monotonic()
            try:
                made = read(posting)
            except Cancelled:
                stopped = True
                break
            except JobcopilotError as fault:
                failed.append((posting.job_id, fault.title))
                in_a_row += 1
                continue
            in_a_row = 0
            self._keep(posting, made, by, time.monotonic() - before)
            scored.append(posting.job_id)
        left = len(postings) - len(scored) - len(failed)
        return DeepRun(tuple(scored), tuple(failed), left, stopped, time.monotonic() - begun)

    def _keep(self, posting: DeepPosting, made: DeepReading, by: str, seconds: float) -> None:
        claims, dropped = held_to(posting, made.claims)
        percent = max(0, min(100, made.percent)) if claims else None
        words = json.dumps([asdict(one) for one in claims], ensure_ascii=False)
        with self._database().writing() as session:
            # A job that was deleted for good meanwhile has no row to hang it on: then nothing is kept.
            raw(session).execute(
                "INSERT INTO job_deep_score (job_id, percent, claims, dropped, by, basis, seconds, at)"
                " SELECT id, ?, ?, ?, ?, ?, ?, ? FROM job WHERE id = ? AND profile_id = ?"
                " ON CONFLICT (job_id) DO UPDATE SET percent = excluded.percent, claims = excluded.claims,"
                " dropped = excluded.dropped, by = excluded.by, basis = excluded.basis,"
                " seconds = excluded.seconds, at = excluded.at",
                (
                    percent,
                    words,
                    dropped,
                    by,
                    self._basis(posting),
                    seconds,
                    to_milliseconds(self._clock.now()),
                    posting.job_id,
                    self._profile.id,
                ),
            )

    def _stored(self, connection: sqlite3.Connection, ids: Sequence[int]) -> dict[int, DeepScore]:
        rows = connection.execute(
            "SELECT d.job_id, d.percent, d.claims, d.dropped, d.by, d.basis, d.seconds, d.at"
            " FROM json_each(?) AS wanted CROSS JOIN job_deep_score AS d ON d.job_id = wanted.value"
            " JOIN job ON job.id = d.job_id WHERE job.profile_id = ?",
            (json.dumps([*ids]), self._profile.id),
        ).fetchall()
        if not rows:
            return {}
        postings = self._postings(connection, [row[0] for row in rows])
        return {
            row[0]: DeepScore(
                job_id=row[0],
                percent=row[1],
                claims=tuple(Claim(**one) for one in json.loads(row[2])),
                dropped=row[3],
                by=row[4],
                seconds=row[6],
                at=from_milliseconds(row[7]),
                stale=row[0] not in postings or self._basis(postings[row[0]]) != row[5],
            )
            for row in rows
        }

    def _postings(self, connection: sqlite3.Connection, ids: Sequence[int]) -> dict[int, DeepPosting]:
        return {
            row[0]: DeepPosting(*row)
            for row in connection.execute(
                "SELECT job.id, job.title, job.company, job.place, job_text.description"
                " FROM json_each(?) AS wanted CROSS JOIN job ON job.id = wanted.value"
                " JOIN job_text ON job_text.job_id = job.id"
                " WHERE job.profile_id = ? AND job.deleted_at IS NULL",
                (json.dumps([*ids]), self._profile.id),
            )
        }

    def _basis(self, posting: DeepPosting) -> str:
        """Return what a score rests on, as a fingerprint: the posting's words and what is wanted."""
        words = "\x00".join((posting.text, *wanted_lines(self._profile)))
        return hashlib.sha256(words.encode("utf-8", "replace")).hexdigest()[:32]


def held_to(posting: DeepPosting, claims: Sequence[Claim]) -> tuple[tuple[Claim, ...], int]:
    """Return the claims whose words stand in the posting, in its own wording, and how many were dropped."""
    kept: dict[tuple[ClaimKind, str], Claim] = {}
    for one in claims:
        span = find_quote(posting.text, one.quote)
        text = clean_line(one.text, 240)
        if span is not None and text and one.kind in CLAIM_KINDS:
            quote = clean_line(posting.text[slice(*span)], 400)
            kept.setdefault((one.kind, quote), Claim(one.kind, text, quote))
    return tuple(kept.values()), len(claims) - len(kept)


def wanted_lines(profile: ProfileView) -> tuple[str, ...]:
    """Return what a reader is told of the one who is searching: what they can and want, not who they are."""
    skills = ", ".join(
        one.name if one.years is None else f"{one.name} ({one.years:g} years)" for one in profile.skills
    )
    pay = "" if profile.minimum_pay is None else f"{profile.minimum_pay:,.0f} {profile.pay_currency or ''}"
    lines = (
        ("wanted roles", ", ".join(profile.roles)),
        ("headline", profile.headline),
        ("experience", "" if profile.years is None else f"{profile.years:g} years"),
        ("level", profile.seniority or ""),
        ("skills", skills),
        ("places", ", ".join(profile.places)),
        ("way of working", "" if profile.remote == "any" else profile.remote),
        ("least pay a year", pay.strip()),
    )
    return tuple(f"{name}: {words}" for name, words in lines if words)

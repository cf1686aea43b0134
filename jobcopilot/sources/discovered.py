"""What feeds found and the person has not tracked: listed, read, tracked with one key, hidden, scored again."""

# ruff: noqa: S608  # made of this file's own words only
from __future__ import annotations

import json
import threading
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any, Final, cast

from jobcopilot.clock import Clock
from jobcopilot.database.moments import from_milliseconds, to_milliseconds
from jobcopilot.database.reader import Reader
from jobcopilot.errors import NotFound
from jobcopilot.jobs.derived import match_columns, score_columns
from jobcopilot.jobs.facts import from_json, read_facts, to_json
from jobcopilot.jobs.page_rows import is_blocked
from jobcopilot.jobs.records import PAY_COLUMNS, listed, pay_of, raw
from jobcopilot.jobs.score import score
from jobcopilot.jobs.views import JobDraft, WorkMode
from jobcopilot.jobs.wanted import prepare
from jobcopilot.profiles.views import ProfileView
from jobcopilot.sources.catalogue import feeds, name_of
from jobcopilot.sources.feed import Feed, source_id_of
from jobcopilot.sources.views import PostingChange, PostingDetail, PostingRow

if TYPE_CHECKING:
    from jobcopilot.database.engine import Database
    from jobcopilot.jobs.intake import AddedJob, Intake

CHUNK: Final = 500
_FOLDED: Final = "lower(posting.title || ' ' || posting.company || ' ' || posting.place)"
_ROW: Final = f"""
    posting.id, posting.title, posting.company, posting.place, posting.work_mode, posting."match", posting.level,
    posting.coverage, posting.match_rank, source.feed, source.board, posting.address, posting.posted_on,
    posting.first_seen_at, posting.closed_at, posting.reposts, tracked.id,
    {", ".join(f"posting.{name}" for name in PAY_COLUMNS)}
"""
_FROM: Final = """
    FROM posting JOIN source ON source.id = posting.source_id
        LEFT JOIN job AS tracked ON tracked.id = posting.job_id AND tracked.deleted_at IS NULL
"""
_WAITING: Final = "posting.closed_at IS NULL AND posting.hidden_at IS NULL AND tracked.id IS NULL"


class Discovered:
    """The postings that one profile's sources found."""

    def __init__(
        self,
        database: Database,
        reader: Reader,
        profile: ProfileView,
        clock: Clock,
        known: Mapping[str, Feed] | None = None,
    ) -> None:
        self._database = database
        self._reader = reader
        self._profile = profile
        self._clock = clock
        self._known = known

    def page(
        self, offset: int, limit: int, *, search: str = "", everything: bool = False
    ) -> tuple[PostingRow, ...]:
        """Return postings, the best match first; `search` keeps those with all its words in title, company, place.

        `everything` adds what is closed, hidden or tracked.
        """
        where, values = self._where(search, everything)
        with self._reader.connection() as connection:
            rows = connection.execute(
                f"SELECT {_ROW} {_FROM} {where} ORDER BY posting.match_rank DESC, posting.id DESC LIMIT ? OFFSET ?",
                (*values, limit, offset),
            ).fetchall()
        return tuple(self._row(row) for row in rows)

    def total(self, *, search: str = "", everything: bool = False) -> int:
        """Return how many postings there are."""
        where, values = self._where(search, everything)
        with self._reader.connection() as connection:
            (count,) = connection.execute(f"SELECT count(*) {_FROM} {where}", values).fetchone()
        return int(count)

    def ids(self, *, search: str = "", everything: bool = False) -> Sequence[int]:
        """Return the ids of all of them, in the order of `page`."""
        where, values = self._where(search, everything)
        with self._reader.connection() as connection:
            rows = connection.execute(
                f"SELECT posting.id {_FROM} {where} ORDER BY posting.match_rank DESC, posting.id DESC", values
            ).fetchall()
        return [number for (number,) in rows]

    def detail(self, posting_id: int) -> PostingDetail:
        """Return everything that is shown of a posting. Raises `NotFound`."""
        with self._reader.connection() as connection:
            row = connection.execute(
                f"SELECT {_ROW}, description, reasons, posting.skills, posting.tags {_FROM}"
                " JOIN posting_text ON posting_text.posting_id = posting.id"
                " WHERE posting.profile_id = ? AND posting.id = ?",
                (self._profile.id, posting_id),
            ).fetchone()
            if row is None:
                raise _unknown(posting_id)
            changes = connection.execute(
                'SELECT at, action, "before", "after" FROM posting_event WHERE posting_id = ? ORDER BY id',
                (posting_id,),
            ).fetchall()
        description, reasons, skills, tags = row[-4:]
        matched, missing, summary = json.loads(reasons) or ([], [], "")
        return PostingDetail(
            row=self._row(row),
            description=description,
            skills=tuple(json.loads(skills)),
            tags=tuple(json.loads(tags)),
            matched=tuple(matched),
            missing=tuple(missing),
            summary=summary,
            changes=tuple(
                PostingChange(from_milliseconds(at), action, json.loads(before), json.loads(after))
                for at, action, before, after in changes
            ),
        )

    def track(self, posting_id: int, intake: Intake) -> AddedJob:
        """Track a posting as a job of the board. Raises `NotFound`."""
        added = intake.add(self.draft(posting_id))
        with self._database.writing() as session:
            raw(session).execute(
                "UPDATE posting SET job_id = ?, updated_at = ? WHERE id = ?",
                (added.job_id, to_milliseconds(self._clock.now()), posting_id),
            )
        return added

    def update_jobs(self, source: str, source_id: int, since: int, intake: Intake) -> int:
        """Bring the jobs up to date whose postings changed since a moment (milliseconds); return how many did.

        As with an import, what the person changed stays theirs, and undo takes all of it back.
        """
        with self._reader.connection() as connection:
            changed = [
                number
                for (number,) in connection.execute(
                    "SELECT posting.id FROM posting JOIN job ON job.id = job_id AND job.deleted_at IS NULL"
                    " WHERE posting.source_id = ? AND posting.updated_at >= ?",
                    (source_id, since),
                )
            ]
        if not changed:
            return 0
        return intake.take_in([self.draft(number) for number in changed], label=f"from {source}").updated

    def hide(self, posting_ids: Sequence[int], *, hidden: bool = True) -> int:
        """Take postings off the list of discovered ones, or put them back; return how many that changed."""
        now = to_milliseconds(self._clock.now())
        with self._database.writing() as session:
            done = raw(session).execute(
                "UPDATE posting SET hidden_at = ? WHERE profile_id = ? AND (hidden_at IS NULL) = ?"
                " AND id IN (SELECT value FROM json_each(?))",
                (now if hidden else None, self._profile.id, hidden, listed(posting_ids)),
            )
            return done.rowcount

    def draft(self, posting_id: int) -> JobDraft:
        """Return a posting as what comes into the board. Raises `NotFound`."""
        names = (*PAY_COLUMNS, "posted_on", "deadline", "closed_at", "key", "feed", "board", "description")
        with self._reader.connection() as connection:
            found = connection.execute(
                f"SELECT title, company, place, work_mode, posting.address, {', '.join(names)} FROM posting"
                " JOIN source ON source.id = source_id JOIN posting_text ON posting_id = posting.id"
                " WHERE posting.profile_id = ? AND posting.id = ?",
                (self._profile.id, posting_id),
            ).fetchone()
        if found is None:
            raise _unknown(posting_id)
        title, company, place, work_mode, address, *rest = found
        said = dict(zip(names, rest, strict=True))
        closed = said["closed_at"]
        return JobDraft(
            title,
            company,
            place=place,
            work_mode=cast("WorkMode | None", work_mode),
            description=self._credited(said["description"], said["feed"]),
            address=address,
            source=f"feed:{said['feed']}",
            source_id=source_id_of(said["feed"], said["board"], said["key"]),
            pay=pay_of(said),
            posted_on=_day(said["posted_on"]),
            deadline=_day(said["deadline"]),
            closed_on=from_milliseconds(closed).astimezone(self._clock.zone()).date() if closed else None,
        )

    def _credited(self, description: str, feed: str) -> str:
        """Return a description with what its feed wants to stand beside it, wherever the job goes."""
        known = (feeds() if self._known is None else self._known).get(feed)
        credit = known.terms.credit if known else ""
        return "\n\n".join(part for part in (description, credit) if part)

    def score_all(
        self, progress: Callable[[int, int], None] | None = None, stop: threading.Event | None = None
    ) -> int:
        """Score every posting anew for the profile as it is now, in chunks; return how many."""
        wanted = prepare(self._profile)
        with self._reader.connection() as connection:
            every = [
                number
                for (number,) in connection.execute(
                    "SELECT id FROM posting WHERE profile_id = ? AND closed_at IS NULL ORDER BY id",
                    (self._profile.id,),
                )
            ]
        for start in range(0, len(every), CHUNK):
            if stop is not None and stop.is_set():
                return start
            some = every[start : start + CHUNK]
            with self._database.writing() as session:
                connection = raw(session)
                for posting_id, stored, *said in connection.execute(
                    f"SELECT posting.id, facts, title, place, description, work_mode, {', '.join(PAY_COLUMNS)}"
                    " FROM posting JOIN posting_text ON posting_id = posting.id"
                    " WHERE posting.id IN (SELECT value FROM json_each(?))",
                    (listed(some),),
                ).fetchall():
                    facts = from_json(stored)
                    if facts is None:
                        pay = pay_of(dict(zip(PAY_COLUMNS, said[4:], strict=True)))
                        facts = read_facts(said[0], said[1], said[2], said[3], pay)
                    match = score(wanted, facts, shown=False)
                    matched, missing, summary = score_columns(match)
                    connection.execute(
                        'UPDATE posting SET "match" = ?, level = ?, coverage = ?, match_rank = ? WHERE id = ?',
                        (*match_columns(match), posting_id),
                    )
                    connection.execute(
                        "UPDATE posting_text SET facts = ?, reasons = ? WHERE posting_id = ?",
                        (
                            to_json(facts),
                            json.dumps(
                                [json.loads(matched), json.loads(missing), summary], ensure_ascii=False
                            ),
                            posting_id,
                        ),
                    )
            if progress is not None:
                progress(start + len(some), len(every))
        return len(every)

    def _where(self, search: str, everything: bool) -> tuple[str, tuple[Any, ...]]:
        conditions, values = ["posting.profile_id = ?"], [self._profile.id]
        if not everything:
            conditions.append(_WAITING)
        for word in search.casefold().split()[:20]:
            conditions.append(f"instr({_FOLDED}, ?)")
            values.append(cast("Any", word))
        return f"WHERE {' AND '.join(conditions)}", tuple(values)

    def _row(self, row: Sequence[Any]) -> PostingRow:
        (
            posting_id, title, company, place, work_mode, match, level, coverage, rank, feed, board, address, posted,
            first_seen, closed, reposts, job_id,
        ) = row[:17]  # fmt: skip
        pay = dict(zip(PAY_COLUMNS, row[17 : 17 + len(PAY_COLUMNS)], strict=True))
        known = (feeds() if self._known is None else self._known).get(feed)
        return PostingRow(
            id=posting_id,
            title=title,
            company=company,
            place=place,
            work_mode=work_mode,
            match=match,
            level=level,
            coverage=coverage,
            blocked=is_blocked(rank),
            pay=pay_of(pay),
            source=name_of(feed, board),
            credit=known.terms.credit if known else "",
            address=address,
            posted_on=_day(posted),
            first_seen_at=from_milliseconds(first_seen),
            closed_at=None if closed is None else from_milliseconds(closed),
            reposts=reposts,
            job_id=job_id,
        )


def _day(stored: str | None) -> date | None:
    return date.fromisoformat(stored) if stored else None


def _unknown(posting_id: int) -> NotFound:
    return NotFound("There is no such posting", f"number {posting_id}", "See: jobcopilot jobs discovered")

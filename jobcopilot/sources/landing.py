"""What a poll found, written page by page: new postings, edits, pay changes, and what came back."""

# ruff: noqa: S608  # made of this file's own words only
from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any, Final, NamedTuple

from jobcopilot.database.engine import Database
from jobcopilot.database.moments import from_milliseconds, to_milliseconds
from jobcopilot.database.reader import Reader
from jobcopilot.jobs.addresses import address_key
from jobcopilot.jobs.bulk_reading import BulkReader, Read, Unread
from jobcopilot.jobs.dedupe import company_key, title_key
from jobcopilot.jobs.new_jobs import safe
from jobcopilot.jobs.records import PAY_COLUMNS, listed, pay_columns, raw
from jobcopilot.jobs.views import JobDraft, Rejected
from jobcopilot.sources.feed import Found, Unreadable

LACKING: Final = "?"
"""Begins the digest of a posting whose description is still to be asked for."""
REPOST_DAYS: Final = 90
"""A posting with the title and place of one that was closed no longer ago is that one, posted again."""
_SAID: Final = ("title", "company", "place", "work_mode", "address", "posted_on", "deadline")
_EVENT: Final = 'INSERT INTO posting_event (posting_id, at, action, "before", "after") VALUES (?, ?, ?, ?, ?)'
_MATCH: Final = ("match", "level", "coverage", "match_rank")
_WRITTEN: Final = (
    "title", "title_key", "company", "company_key", "place", "places", "work_mode", "address", "address_key", "tags",
    "skills", *PAY_COLUMNS, "posted_on", "deadline", "digest", *_MATCH, "updated_at",
)  # fmt: skip


class _Known(NamedTuple):
    id: int
    key: str
    digest: str
    closed_at: int | None


@dataclass(slots=True)
class Counts:
    """What became of the postings of a poll."""

    found: int = 0
    new: int = 0
    changed: int = 0
    reposted: int = 0
    rejected: list[Rejected] = field(default_factory=list)
    touched: list[int] = field(default_factory=list)
    """Postings that are tracked as jobs and say something else now."""


class Landing:
    """Writes the pages of one poll of one source; a page is there whole or not at all."""

    def __init__(
        self,
        database: Database,
        reader: Reader,
        profile_id: int,
        source_id: int,
        reading: BulkReader,
        started: int,
    ) -> None:
        self._database = database
        self._reader = reader
        self._profile_id = profile_id
        self._source_id = source_id
        self._reading = reading
        self._started = started
        """When the poll began, in milliseconds."""
        self._unchanged = False
        self._nameless = False
        """Whether rows came that may have been any posting."""
        self.counts = Counts()
        self.keys: set[str] = set()
        """Every key that the poll has shown so far."""
        self._unreadable: set[str] = set()

    def unread(self, found: Sequence[Found]) -> list[Found]:
        """Return those that are not known, or whose description is not: what more has to be asked for."""
        with self._reader.connection() as connection:
            known = self._known(connection, [one.key for one in found])
        return [one for one in found if one.key not in known or known[one.key].digest != digest_of(one)]

    def refuse(self, rejected: Sequence[Rejected]) -> None:
        """Count rows that are no postings; those that are named are there all the same."""
        self.counts.rejected += rejected
        for one in rejected:
            if isinstance(one, Unreadable) and one.key:
                self._unreadable.add(one.key)
            else:
                self._nameless = True

    def take(self, found: Sequence[Found], digests: dict[str, str], now: int) -> None:
        """Write one page. `digests` are those of the list's own rows, before descriptions were asked for apart.

        One that begins with `LACKING` tells that the description did not come: the one that is there stays.
        """
        # A clock that was set back in the middle must not make it look as if this had been seen before.
        now = max(now, self._started)
        fresh: dict[str, tuple[Found, JobDraft]] = {}
        for one in found:
            draft = safe(one.draft)
            if isinstance(draft, Rejected):
                self.refuse([Unreadable(draft.row, draft.reason, one.key)])
            elif one.key not in self.keys:
                self.keys.add(one.key)
                fresh[one.key] = one, draft
        self.counts.found += len(fresh)
        with self._reader.connection() as connection:
            known = self._known(connection, list(fresh))
        new = [pair for key, pair in fresh.items() if key not in known]
        edited = [
            pair for key, pair in fresh.items() if key in known and known[key].digest != digests.get(key, "")
        ]
        edited = self._with_kept_texts(edited, known, digests)
        # Facts are read before the write lock is taken: that takes a hundred times as long as writing.
        read = self._reading.submit([_unread(draft) for _, draft in (*new, *edited)]).results()
        with self._database.writing() as session:
            connection = raw(session)
            for (one, draft), facts in zip(new, read[: len(new)], strict=True):
                self._add(connection, one, draft, facts, digests[one.key], now)
            for (one, draft), facts in zip(edited, read[len(new) :], strict=True):
                self._edit(connection, known[one.key], one, draft, facts, digests[one.key], now)
            self._seen(connection, [known[key] for key in fresh if key in known], now)

    def _with_kept_texts(
        self, edited: list[tuple[Found, JobDraft]], known: dict[str, _Known], digests: dict[str, str]
    ) -> list[tuple[Found, JobDraft]]:
        kept = {known[one.key].id for one, _ in edited if digests[one.key].startswith(LACKING)}
        if not kept:
            return edited
        with self._reader.connection() as connection:
            texts: dict[int, str] = dict(
                connection.execute(
                    "SELECT posting_id, description FROM posting_text"
                    " WHERE posting_id IN (SELECT value FROM json_each(?))",
                    (listed(kept),),
                ).fetchall()
            )
        return [
            (one, replace(draft, description=texts.get(known[one.key].id, draft.description)))
            for one, draft in edited
        ]

    def _known(self, connection: sqlite3.Connection, keys: Sequence[str]) -> dict[str, _Known]:
        rows = connection.execute(
            "SELECT id, key, digest, closed_at FROM posting"
            " WHERE source_id = ? AND key IN (SELECT value FROM json_each(?))",
            (self._source_id, json.dumps([*keys])),
        )
        return {row[1]: _Known(*row) for row in rows}

    def _add(
        self, connection: sqlite3.Connection, one: Found, draft: JobDraft, read: Read, digest: str, now: int
    ) -> None:
        columns = _columns(one, draft, read, digest, now)
        earlier = connection.execute(
            "SELECT id, reposts FROM posting WHERE source_id = ? AND title_key = ? AND place = ?"
            " AND closed_at >= ? AND NOT EXISTS (SELECT 1 FROM posting AS again WHERE"
            " again.source_id = posting.source_id AND again.title_key = posting.title_key"
            " AND again.repost_of = posting.id) ORDER BY closed_at DESC LIMIT 1",
            (
                self._source_id,
                columns["title_key"],
                columns["place"],
                to_milliseconds(from_milliseconds(now) - timedelta(days=REPOST_DAYS)),
            ),
        ).fetchone()
        columns |= {
            "profile_id": self._profile_id,
            "source_id": self._source_id,
            "key": one.key,
            "first_seen_at": now,
            "last_seen_at": now,
            "missed": 0,
            "reposts": earlier[1] + 1 if earlier else 0,
            "repost_of": earlier[0] if earlier else None,
        }
        added = connection.execute(
            f"INSERT INTO posting ({', '.join(columns)}) VALUES ({', '.join('?' * len(columns))})",
            tuple(columns.values()),
        )
        connection.execute(
            "INSERT INTO posting_text (posting_id, description, facts, reasons) VALUES (?, ?, ?, ?)",
            (added.lastrowid, draft.description, read.facts, _reasons(read)),
        )
        connection.execute(_EVENT, (added.lastrowid, now, "found", "{}", _json(_said(columns))))
        self.counts.new += 1
        self.counts.reposted += earlier is not None

    def _edit(
        self,
        connection: sqlite3.Connection,
        known: _Known,
        one: Found,
        draft: JobDraft,
        read: Read,
        digest: str,
        now: int,
    ) -> None:
        columns = _columns(one, draft, read, digest, now)
        names = (*_SAID, *PAY_COLUMNS)
        row = connection.execute(
            f"SELECT {', '.join(names)}, description, job_id FROM posting"
            " JOIN posting_text ON posting_id = posting.id WHERE posting.id = ?",
            (known.id,),
        ).fetchone()
        before = dict(zip(names, row, strict=False))
        text, job_id = row[-2:]
        edits = {name: before[name] for name in _SAID if before[name] != columns[name]}
        pay = {name: before[name] for name in PAY_COLUMNS if before[name] != columns[name]}
        if text != draft.description:
            edits["description"] = text
        after: dict[str, Any] = columns | {"description": draft.description}
        for action, changes in (("changed", edits), ("pay", pay)):
            if changes:
                told = {name: after[name] for name in changes}
                connection.execute(_EVENT, (known.id, now, action, _json(changes), _json(told)))
        connection.execute(
            f"UPDATE posting SET {', '.join(f'{name} = ?' for name in columns)} WHERE id = ?",
            (*columns.values(), known.id),
        )
        connection.execute(
            "UPDATE posting_text SET description = ?, facts = ?, reasons = ? WHERE posting_id = ?",
            (draft.description, read.facts, _reasons(read), known.id),
        )
        if edits or pay:
            self.counts.changed += 1
            if job_id is not None:
                self.counts.touched.append(known.id)

    def _seen(self, connection: sqlite3.Connection, known: Sequence[_Known], now: int) -> None:
        """Note that known postings are there; those that were closed have come back."""
        connection.execute(
            "UPDATE posting SET last_seen_at = ?, missed = 0 WHERE id IN (SELECT value FROM json_each(?))",
            (now, listed(one.id for one in known)),
        )
        for one in known:
            if one.closed_at is not None:
                connection.execute(
                    "UPDATE posting SET closed_at = NULL, reposts = reposts + 1, updated_at = ? WHERE id = ?",
                    (now, one.id),
                )
                connection.execute(
                    _EVENT, (one.id, now, "reposted", _json({"closed_at": one.closed_at}), "{}")
                )
                self.counts.reposted += 1

    def close_missing(self, now: int) -> list[int]:
        """Count what the whole poll of a healthy feed did not show, and close what was missed twice; return those.

        Where rows came without a name, any posting may be among them: then nothing is missing.
        """
        if self._nameless:
            return []
        with self._database.writing() as session:
            connection = raw(session)
            # By name and not by time: clocks are set back. An answer that did not change misses what it missed.
            gone = "missed > 0" if self._unchanged else "key NOT IN (SELECT value FROM json_each(?))"
            shown = () if self._unchanged else (json.dumps([*self.keys, *self._unreadable]),)
            connection.execute(
                f"UPDATE posting SET missed = missed + 1 WHERE source_id = ? AND closed_at IS NULL AND {gone}",
                (self._source_id, *shown),
            )
            connection.execute(
                "UPDATE posting SET missed = 0, last_seen_at = ? WHERE source_id = ? AND closed_at IS NULL"
                " AND key IN (SELECT value FROM json_each(?))",
                (now, self._source_id, json.dumps([*self._unreadable])),
            )
            # It was missed in the healthy poll before this one, too: since then it is gone.
            (first_missed,) = connection.execute(
                "SELECT at FROM poll WHERE source_id = ? AND whole AND outcome IN ('fine', 'empty')"
                " ORDER BY id DESC LIMIT 1",
                (self._source_id,),
            ).fetchone() or (now,)
            return _close(
                connection,
                self._source_id,
                "missed >= 2",
                (),
                min(first_missed, now),
                now,
                "not shown any more",
            )

    def close_unseen(self, days: int, now: int) -> list[int]:
        """Close what a feed that shows only its newest has not shown for so many days; return those."""
        limit = to_milliseconds(from_milliseconds(now) - timedelta(days=days))
        with self._database.writing() as session:
            return _close(
                raw(session),
                self._source_id,
                "last_seen_at < ?",
                (limit,),
                now,
                now,
                f"not shown for {days} days",
            )

    def all_seen(self, now: int, since: int) -> int:
        """Note that the feed shows what it showed before, and nothing else; return how many postings those are.

        Those are what was not missed and, where a feed shows only its newest, was seen since the last whole poll.
        """
        self._unchanged = True
        with self._database.writing() as session:
            done = raw(session).execute(
                "UPDATE posting SET last_seen_at = ? WHERE source_id = ? AND closed_at IS NULL AND missed = 0"
                " AND last_seen_at >= ?",
                (now, self._source_id, since),
            )
            self.counts.found += done.rowcount
            return done.rowcount


def _close(
    connection: sqlite3.Connection,
    source_id: int,
    where: str,
    values: tuple[object, ...],
    closed_at: int,
    now: int,
    why: str,
) -> list[int]:
    gone = connection.execute(
        f"SELECT id, job_id FROM posting WHERE source_id = ? AND closed_at IS NULL AND {where}",
        (source_id, *values),
    ).fetchall()
    connection.executemany(
        "UPDATE posting SET closed_at = ?, updated_at = ? WHERE id = ?",
        [(closed_at, now, one) for one, _ in gone],
    )
    after = _json({"closed_at": closed_at, "why": why})
    connection.executemany(_EVENT, [(one, now, "closed", "{}", after) for one, _ in gone])
    return [one for one, _ in gone]


def digest_of(found: Found) -> str:
    """Return what tells one state of a posting from another, as its feed's list shows it."""
    draft = found.draft
    said = (
        draft.title, draft.company, draft.place, draft.work_mode, draft.description, draft.address, draft.pay,
        draft.posted_on, draft.deadline, found.places, found.tags,
    )  # fmt: skip
    return hashlib.blake2b(repr(said).encode("utf-8", "surrogatepass"), digest_size=12).hexdigest()


def _unread(draft: JobDraft) -> Unread:
    return Unread(draft.title, draft.place, draft.description, draft.work_mode, draft.pay)


def _columns(one: Found, draft: JobDraft, read: Read, digest: str, now: int) -> dict[str, Any]:
    draft = replace(draft, pay=read.pay, work_mode=read.work_mode)
    return {
        "title": draft.title,
        "title_key": title_key(draft.title),
        "company": draft.company,
        "company_key": company_key(draft.company),
        "place": draft.place,
        "places": json.dumps([*one.places], ensure_ascii=False),
        "work_mode": draft.work_mode,
        "address": draft.address,
        "address_key": address_key(draft.address),
        "tags": json.dumps([*one.tags], ensure_ascii=False),
        "skills": json.dumps([*read.skills], ensure_ascii=False),
        **pay_columns(draft.pay),
        "posted_on": draft.posted_on.isoformat() if draft.posted_on else None,
        "deadline": draft.deadline.isoformat() if draft.deadline else None,
        "digest": digest,
        **dict(zip(_MATCH, read.match, strict=True)),
        "updated_at": now,
    }


def _said(columns: dict[str, Any]) -> dict[str, Any]:
    return {name: columns[name] for name in (*_SAID, *PAY_COLUMNS) if columns[name] not in (None, "")}


def _reasons(read: Read) -> str:
    matched, missing, summary = read.reasons
    return _json([json.loads(matched), json.loads(missing), summary])


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)

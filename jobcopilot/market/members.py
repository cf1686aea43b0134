"""Which postings and jobs are the same posting, so that each counts once.

Postings of a profile with one address are one unit, whichever feeds showed them. A tracked job belongs to the posting
it was tracked from (`posting.job_id`), else to one with its address, else to the one that its source's id names; other
jobs are units of their own. Deleted jobs are in none.
"""

# ruff: noqa: S608  # made of this file's own words only
from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

from jobcopilot.jobs.records import listed
from jobcopilot.sources.feed import source_id_of

MARGIN_MS: Final = 15 * 60_000
"""A long import is there at once, with the moment of its beginning: so far back is looked again."""
_IN: Final = "IN (SELECT value FROM json_each(?))"


def of_posting(posting_id: int) -> int:
    """Return the member number of a posting."""
    return posting_id * 2


def of_job(job_id: int) -> int:
    """Return the member number of a job."""
    return job_id * 2 + 1


@dataclass(slots=True)
class Units:
    """Whole units: the members of each, and every unit that one of them was in before."""

    members: dict[int, list[int]] = field(default_factory=dict)
    before: set[int] = field(default_factory=set)

    @property
    def all_members(self) -> list[int]:
        """Every member."""
        return [member for members in self.members.values() for member in members]


class Members:
    """Finds what changed since the market was last brought up to date, and what belongs together."""

    def __init__(self, connection: sqlite3.Connection, profile_id: int) -> None:
        self._connection = connection
        self._profile_id = profile_id
        self._sources: dict[str, list[tuple[str, int]]] = {}
        self._named: dict[int, tuple[str, str]] = {}
        for number, feed, board in connection.execute(
            "SELECT id, feed, board FROM source WHERE profile_id = ?", (profile_id,)
        ):
            self._sources.setdefault(feed, []).append((board.casefold(), number))
            self._named[number] = feed, board

    def changed(self, read_until: int) -> tuple[list[int], int]:
        """Return the members that are not as they were read, and the newest change there is (milliseconds)."""
        since = read_until - MARGIN_MS if read_until else 0
        found: list[int] = []
        newest = read_until
        for table, odd in (("posting", 0), ("job", 1)):
            for member, stamp in self._connection.execute(
                f"SELECT {table}.id * 2 + {odd}, updated_at FROM {table}"
                f" LEFT JOIN market_member ON member = {table}.id * 2 + {odd}"
                f" WHERE {table}.profile_id = ? AND updated_at >= ? AND stamp IS NOT updated_at ORDER BY 1",
                (self._profile_id, since),
            ):
                found.append(member)
                newest = max(newest, stamp)
        return found + self._gone(), newest

    def _gone(self) -> list[int]:
        rows = self._connection.execute(
            "SELECT member FROM market_member WHERE profile_id = ? AND CASE member % 2"
            " WHEN 0 THEN NOT EXISTS (SELECT 1 FROM posting WHERE id = member / 2)"
            " ELSE NOT EXISTS (SELECT 1 FROM job WHERE id = member / 2) END",
            (self._profile_id,),
        )
        return [member for (member,) in rows]

    def units_of(self, members: Sequence[int]) -> Units:
        """Return the whole units of these members, of those they were in, and of what they repeat."""
        found = Units()
        connection = self._connection
        found.before = {
            number
            for (number,) in connection.execute(
                f"SELECT DISTINCT unit FROM market_member WHERE member {_IN}", (listed(members),)
            )
        }
        together = {
            member
            for (member,) in connection.execute(
                f"SELECT member FROM market_member WHERE unit {_IN}", (listed(found.before),)
            )
        } | set(members)
        jobs = {member // 2 for member in together if member % 2}
        postings = {member // 2 for member in together if not member % 2}
        postings |= {posting for _, posting in self._links(jobs)}
        postings |= {
            other
            for (other,) in connection.execute(
                f"SELECT repost_of FROM posting WHERE id {_IN} AND repost_of IS NOT NULL", (listed(postings),)
            )
        }
        addresses = self._with_address(postings)
        jobs |= set(self._jobs_of(addresses))
        firsts: dict[str, int] = {}
        for posting, address in sorted(addresses.items()):
            unit: int = firsts.setdefault(address, posting) if address else posting
            found.members.setdefault(of_posting(unit), []).append(of_posting(posting))
        unit_of = {member: unit for unit, members in found.members.items() for member in members}
        linked: dict[int, int] = {}
        for job, posting in self._links(jobs):
            linked[job] = min(posting, linked.get(job, posting))
        for job in self._live(jobs):
            unit_of_job = unit_of.get(of_posting(linked[job])) if job in linked else of_job(job)
            if unit_of_job is not None:
                found.members.setdefault(unit_of_job, []).append(of_job(job))
        found.before |= {
            number
            for (number,) in connection.execute(
                f"SELECT DISTINCT unit FROM market_member WHERE member {_IN}", (listed(found.all_members),)
            )
        }
        return found

    def _with_address(self, postings: Iterable[int]) -> dict[int, str | None]:
        """Return the addresses of postings and of all that share one with them, by their ids."""
        return dict(
            self._connection.execute(
                f"SELECT id, address_key FROM posting WHERE id {_IN} AND profile_id = ?"
                " UNION SELECT other.id, other.address_key FROM posting JOIN posting AS other"
                " ON other.profile_id = posting.profile_id AND other.address_key = posting.address_key"
                f" WHERE posting.id {_IN} AND posting.address_key IS NOT NULL AND posting.profile_id = ?",
                (listed(postings), self._profile_id) * 2,
            )
        )

    def _live(self, jobs: Iterable[int]) -> list[int]:
        rows = self._connection.execute(
            f"SELECT id FROM job WHERE id {_IN} AND profile_id = ? AND deleted_at IS NULL ORDER BY id",
            (listed(jobs), self._profile_id),
        )
        return [job for (job,) in rows]

    def _links(self, jobs: Iterable[int]) -> Iterator[tuple[int, int]]:
        """Yield pairs of a live job and a posting that it is."""
        ids = listed(jobs)
        for condition in (
            "posting.job_id = job.id",
            "posting.profile_id = job.profile_id AND posting.address_key = job.address_key",
        ):
            yield from self._connection.execute(
                f"SELECT job.id, posting.id FROM job JOIN posting ON {condition}"
                f" WHERE job.id {_IN} AND job.profile_id = ? AND job.deleted_at IS NULL",
                (ids, self._profile_id),
            )
        for job, source_id in self._connection.execute(
            f"SELECT id, source_id FROM job WHERE id {_IN} AND profile_id = ? AND deleted_at IS NULL"
            " AND source_id IS NOT NULL AND source LIKE 'feed:%'",
            (ids, self._profile_id),
        ).fetchall():
            for number, key in self._named_by(source_id):
                for (posting,) in self._connection.execute(
                    "SELECT id FROM posting WHERE source_id = ? AND key = ?", (number, key)
                ):
                    yield job, posting

    def _named_by(self, source_id: str) -> Iterator[tuple[int, str]]:
        """Yield the sources and keys that an id across all feeds may name."""
        feed, _, rest = source_id.partition(":")
        for board, number in self._sources.get(feed, ()):
            if not board:
                yield number, rest
            elif rest.startswith(f"{board}:"):
                yield number, rest[len(board) + 1 :]

    def _jobs_of(self, postings: Iterable[int]) -> Iterator[int]:
        """Yield the jobs that postings are, deleted ones among them."""
        ids = listed(postings)
        for query in (
            f"SELECT job_id FROM posting WHERE id {_IN} AND job_id IS NOT NULL",
            (
                "SELECT job.id FROM posting JOIN job ON job.profile_id = posting.profile_id"
                f" AND job.address_key = posting.address_key WHERE posting.id {_IN}"
            ),
        ):
            yield from (job for (job,) in self._connection.execute(query, (ids,)))
        rows = self._connection.execute(f"SELECT source_id, key FROM posting WHERE id {_IN}", (ids,))
        names = [source_id_of(*self._named[number], key) for number, key in rows if number in self._named]
        yield from (
            job
            for (job,) in self._connection.execute(
                f"SELECT id FROM job WHERE profile_id = ? AND source_id {_IN} AND source LIKE 'feed:%'",
                (self._profile_id, json.dumps(names)),
            )
        )

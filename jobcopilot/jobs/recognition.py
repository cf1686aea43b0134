"""Which tracked job a posting that comes in is, if any; the rules stand in `intake`.

An address that a company used again for quite another posting, by its title and by months, names both: the second
is a job of its own, marked as perhaps the same, so that no application changes its title under the person's hands.
"""

from __future__ import annotations

import sqlite3
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any, Final, NamedTuple

from rapidfuzz.fuzz import ratio, token_set_ratio

from jobcopilot.jobs.dedupe import address_key, company_key, place_key, title_key
from jobcopilot.jobs.journal import last_gone
from jobcopilot.jobs.likeness import Bare, Likeness, Updated
from jobcopilot.jobs.new_jobs import New
from jobcopilot.jobs.records import Record, day, moment
from jobcopilot.jobs.views import JobDraft

NEARLY_THE_SAME: Final = 80.0
"""From how many percent on two texts count as one posting that was edited."""
ANOTHER_TITLE: Final = 70.0
"""Below how many percent two titles share no role ("AI Support Engineer", "Site Reliability Engineer": 64)."""
ANOTHER_TIME_DAYS: Final = 90
"""Above how many days between them two postings are not one that was put up again."""
_COMPARED: Final = 4_000
_SAME_DAY_MS: Final = 24 * 3600 * 1000
_BY_ADDRESS: Final = (
    "SELECT id, deleted_at, duplicate_of, title_key, posted_on FROM job"
    " WHERE profile_id = ? AND address_key = ? ORDER BY id"
)
_BY_ID: Final = (
    "SELECT id, deleted_at, duplicate_of, title_key, posted_on FROM job"
    " WHERE profile_id = ? AND source_id = ? AND source = ?"
)
_BY_ID_IN_FILE: Final = (
    "SELECT id, deleted_at, duplicate_of, title_key, posted_on FROM job"
    " WHERE profile_id = ? AND source_id = ? AND company_key = ?"
)


class Known(NamedTuple):
    """The job that a posting is; `gone` tells how it left the board, None where it is there."""

    job_id: int
    gone: str | None = None


class _Named(NamedTuple):
    """A job by what a posting of this import said of it."""

    job_id: int
    title_key: str
    posted_on: str | None


class Recognition:
    """Knows the jobs of a profile, and those of the import that are not written yet."""

    def __init__(
        self,
        connection: sqlite3.Connection,
        profile_id: int,
        *,
        by_hand: bool = False,
        never_written: bool = False,
    ) -> None:
        self._connection = connection
        self._profile_id = profile_id
        self._by_hand = by_hand
        self._likeness = Likeness(connection, profile_id, remembers=never_written)
        self._unwritten: dict[tuple[str, ...], tuple[_Named, ...]] = {}
        self._aliases: dict[tuple[str, ...], tuple[_Named, ...]] = {}
        self._same_address: int | None = None
        """The job whose address the posting just looked for has, although it is another."""
        self._updated_by: defaultdict[tuple[str, ...], list[Updated]] = defaultdict(list)
        """Jobs with updates that are not written, by the address and by the id that they have now."""
        self._gone_bare: defaultdict[tuple[str, str, str], list[tuple[Bare, str]]] | None = None
        self.met: set[int] = set()
        """Jobs that a posting of this import is."""

    def expect(self, new: New) -> New:
        """Take a posting as a new job, so that later ones can be the same or alike; return it with its mark."""
        draft = new.draft
        bare = None
        if new.is_bare:
            bare = Bare(new.job_id, day(draft.posted_on), moment(draft.applied_at), hash(draft.description))
        mark = self._likeness.expect(
            new.job_id, new.company_key, draft.title, new.title_key, draft.place, bare
        )
        named = _Named(new.job_id, new.title_key, day(draft.posted_on))
        for identity in new.identities:
            self._unwritten[identity] = (*self._unwritten.get(identity, ()), named)
        self.met.add(new.job_id)
        return new._replace(duplicate_of=mark or self._same_address)

    def updated(self, record: Record, after: Mapping[str, Any]) -> None:
        """Take note of what an update would make of a job, where it is not written."""
        now = {**record, **after}
        job = Updated(
            now["id"],
            now["title"],
            title_key(now["title"]),
            company_key(now["company"]),
            now["place"],
            now["description"],
            address_key(now["address"]),
            now["source"],
            now["source_id"],
            now["posted_on"],
            now["applied_at"],
        )
        self._likeness.update(job)
        for kind, name in (("address", job.address_key), ("id", job.source_id)):
            if name is not None:
                self._updated_by[kind, name].append(job)

    def forget(self, written: Sequence[New]) -> None:
        """Let go of what the database knows by now."""
        for new in written:
            for identity in new.identities:
                left = tuple(named for named in self._unwritten[identity] if named.job_id != new.job_id)
                if left:
                    self._unwritten[identity] = left
                else:
                    del self._unwritten[identity]

    def find(self, new: New) -> Known | None:
        """Return the job that a posting is, by its id, its address or its words."""
        self._same_address = None
        known: Known | None = None
        untold: list[tuple[str, ...]] = []
        for identity in new.identities:
            found = self._named(identity, new)
            known = known or found
            if found is None:
                untold.append(identity)
        if known is None:
            return self._by_words(new) if new.is_bare and not self._by_hand else None
        if known.gone is None:
            # What else names it: a later row may have only that.
            named = _Named(known.job_id, new.title_key, day(new.draft.posted_on))
            for identity in untold:
                self._aliases[identity] = (*self._aliases.get(identity, ()), named)
        return known

    def _named(self, identity: tuple[str, ...], new: New) -> Known | None:
        """Return the job that an id or address names: the oldest, whichever of them is written by now."""
        by_address = len(identity) == 1
        rows = self._stored(identity, new)
        if by_address:
            others = [row for row in rows if _is_another(new, _Named(row[0], *row[3:]))]
            live = next((row[0] for row in others if row[1] is None), None)
            self._same_address = self._same_address or live
            rows = [row for row in rows if row not in others]
        stored = self._standing(rows)
        if stored is not None and stored.gone is None:
            return stored
        for named in (*self._unwritten.get(identity, ()), *self._aliases.get(identity, ())):
            if not (by_address and _is_another(new, named)):
                return Known(named.job_id)
            self._same_address = self._same_address or named.job_id
        return stored

    def _stored(self, identity: tuple[str, ...], new: New) -> list[tuple[Any, ...]]:
        """Return the stored jobs that have an id or address, deleted ones too, the oldest first."""
        if len(identity) == 1:
            rows = self._connection.execute(_BY_ADDRESS, (self._profile_id, *identity)).fetchall()
            return self._now(rows, ("address", *identity), lambda job: True)
        in_file = new.draft.source == "import"
        owner = new.company_key if in_file else new.draft.source
        query = _BY_ID_IN_FILE if in_file else _BY_ID
        rows = self._connection.execute(query, (self._profile_id, new.draft.source_id, owner)).fetchall()
        return self._now(
            rows,
            ("id", str(new.draft.source_id)),
            lambda job: (job.company_key if in_file else job.source) == owner,
        )

    def _now(
        self, rows: list[tuple[Any, ...]], name: tuple[str, ...], fits: Callable[[Updated], bool]
    ) -> list[tuple[Any, ...]]:
        """Return the stored jobs of an address or id as they are after the updates that are not written.

        `name` is that address or id, `fits` tells of an updated job that has it whether it is asked for.
        """
        updated = self._likeness.updated
        if not updated:
            return rows
        now = {row[0]: row for row in rows if row[0] not in updated}
        for job in self._updated_by.get(name, ()):
            if fits(job):
                now[job.job_id] = job.job_id, None, None, job.title_key, job.posted_on
        return [now[job_id] for job_id in sorted(now)]

    def _standing(self, rows: Sequence[tuple[Any, ...]]) -> Known | None:
        """Return which of the jobs found stands for a posting: a live one, else one that the person sent away."""
        gone: Known | None = None
        for job_id, deleted_at, duplicate_of, *_ in rows:
            if deleted_at is None:
                return Known(job_id)
            how = last_gone(self._connection, job_id)
            if how == "merged" and duplicate_of is not None:
                gone = Known(self._kept(duplicate_of), "merged")
            elif how == "deleted" and not self._by_hand:
                gone = gone or Known(job_id, "deleted")
        return gone

    def _kept(self, job_id: int) -> int:
        """Return the job that is left after merges."""
        while True:
            row = self._connection.execute(
                "SELECT deleted_at, duplicate_of FROM job WHERE id = ?", (job_id,)
            ).fetchone()
            if row[0] is None or row[1] is None or last_gone(self._connection, job_id) != "merged":
                return job_id
            job_id = row[1]

    def _by_words(self, new: New) -> Known | None:
        draft = new.draft
        live = self._likeness.bare(new.company_key, new.title_key, draft.place)
        away = self._away().get((new.company_key, new.title_key, place_key(draft.place)), [])
        if not live and not away:
            return None
        posted = day(draft.posted_on)
        candidates = [
            (bare, gone)
            for bare, gone in (*((bare, None) for bare in live), *away)
            if posted is None or bare.posted_on in (None, posted)
        ]
        text, applied = hash(draft.description), moment(draft.applied_at)
        same = [
            (bare, gone)
            for bare, gone in candidates
            if bare.description == text and _same_day(bare.applied_at, applied)
        ]
        # The one that no row took yet first: the second of two rows must find the second of two jobs.
        same.sort(key=lambda found: found[0].job_id in self.met)
        free = (found for found in candidates if found[0].job_id not in self.met)
        chosen = same[0] if same else next((found for found in free if self._nearly(found[0], draft)), None)
        if chosen is None:
            return None
        bare, gone = chosen
        if gone is not None:
            self.met.add(bare.job_id)
        return Known(bare.job_id, gone)

    def _nearly(self, bare: Bare, draft: JobDraft) -> bool:
        updated = self._likeness.updated.get(bare.job_id)
        if updated is not None:
            stored = updated.description
        else:
            (stored,) = self._connection.execute(
                "SELECT description FROM job_text WHERE job_id = ?", (bare.job_id,)
            ).fetchone()
        if not stored or not draft.description:
            return True
        return ratio(stored[:_COMPARED], draft.description[:_COMPARED]) >= NEARLY_THE_SAME

    def _away(self) -> defaultdict[tuple[str, str, str], list[tuple[Bare, str]]]:
        """Return the postings known only by their words that the person deleted or merged away."""
        if self._gone_bare is None:
            self._gone_bare = defaultdict(list)
            rows = self._connection.execute(
                "SELECT job.id, company_key, title_key, place, posted_on, applied_at, description"
                " FROM job JOIN job_text ON job_text.job_id = job.id"
                " WHERE profile_id = ? AND deleted_at IS NOT NULL AND address_key IS NULL AND source_id IS NULL",
                (self._profile_id,),
            ).fetchall()
            for job_id, company, title, place, posted, applied, description in rows:
                how = last_gone(self._connection, job_id)
                if how in ("deleted", "merged"):
                    bare = Bare(job_id, posted, applied, hash(description))
                    self._gone_bare[company, title, place_key(place)].append((bare, how))
        return self._gone_bare


def _is_another(new: New, named: _Named) -> bool:
    """Return whether a posting is surely not the job that has its address: titles and days of posting far apart."""
    if new.draft.posted_on is None or named.posted_on is None or new.title_key == named.title_key:
        return False
    apart = abs((new.draft.posted_on - date.fromisoformat(named.posted_on)).days)
    return apart > ANOTHER_TIME_DAYS and token_set_ratio(new.title_key, named.title_key) < ANOTHER_TITLE


def _same_day(one: int | None, other: int | None) -> bool:
    """Return whether two moments may be one application's."""
    return one is None or other is None or abs(one - other) < _SAME_DAY_MS

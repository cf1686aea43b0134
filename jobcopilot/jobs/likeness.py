"""Finding among many jobs the one that a posting may be the same as, at a cost that does not grow with them."""

from __future__ import annotations

import math
import sqlite3
from collections import OrderedDict, defaultdict
from collections.abc import Iterable, Iterator
from typing import Any, Final, NamedTuple

from jobcopilot.jobs.dedupe import (
    close_company,
    company_stem,
    may_slip,
    one_slip,
    place_key,
    role_words,
)
from jobcopilot.reading.places import compatible_places

MOST_PLACES: Final = 8
"""With how many places of one title a further place is compared; a chain has one title in hundreds of places."""
MOST_NEAR: Final = 64
"""With how many titles that differ by one word a title is compared."""
MOST_JOBS: Final = 120_000
"""How many jobs are held in memory, at about a kilobyte each; far more than an import holds unwritten."""


class Updated(NamedTuple):
    """A job as it would be after an update that is not written; `address_key` and `source_id` as they are stored."""

    job_id: int
    title: str
    title_key: str
    company_key: str
    place: str
    description: str
    address_key: str | None
    source: str
    source_id: str | None
    posted_on: str | None
    applied_at: int | None


class Bare(NamedTuple):
    """A stored posting that nothing but its words tells apart: it has neither address nor a source's own id."""

    job_id: int
    posted_on: str | None
    applied_at: int | None
    description: int
    """The description's `hash`, to tell which of several is meant."""


_Group = list[tuple[str, str, int]]
"""The jobs of one company whose titles name one role, the first at each place: the place's key, the place, the job."""


class _Block:
    """The jobs of one company, by what their titles say.

    Sets of words are kept as the sum of the words' hashes: small, without order, and a set without one word is a
    subtraction. Two sets of one sum are as likely as two equal checksums of 64 bits.
    """

    __slots__ = ("bare", "groups", "holes", "joined", "size")

    def __init__(self) -> None:
        self.size = 0
        self.groups: dict[int, _Group] = {}
        self.joined: dict[int, _Group] = {}
        self.holes: dict[int, list[tuple[str, _Group]]] = {}
        """A title's words without one: titles that differ by one word meet here."""
        self.bare: dict[tuple[str, str, str], list[Bare]] = {}

    def find(self, words: tuple[str, ...], place: str) -> int | None:
        for group in self._near(words):
            found = _at(group, place)
            if found is not None:
                return found
        return None

    def add(self, job_id: int, words: tuple[str, ...], place: str) -> None:
        self.size += 1
        total = sum(map(hash, words))
        group = self.groups.get(total)
        if group is None:
            group = self.groups[total] = []
            for word in filter(may_slip, words):
                near = self.holes.setdefault(total - hash(word), [])
                if len(near) < MOST_NEAR:
                    near.append((word, group))
        self.joined.setdefault(hash("".join(words)), group)
        key = place_key(place)
        if not any(key == known for known, _, _ in group):
            group.append((key, place, job_id))

    def _near(self, words: tuple[str, ...]) -> Iterator[_Group]:
        total = sum(map(hash, words))
        if total in self.groups:
            yield self.groups[total]
        joined = self.joined.get(hash("".join(words)))
        if joined is not None:
            yield joined
        for word in filter(may_slip, words):
            for other, group in self.holes.get(total - hash(word), ()):
                if one_slip(word, other):
                    yield group


def _at(group: _Group, place: str) -> int | None:
    """Return the first job of a group whose place may be the same."""
    key = place_key(place)
    for known, _, job_id in group:
        if known == key:
            return job_id
    for _, other, job_id in group[:MOST_PLACES]:
        if compatible_places(place, other) is not False:
            return job_id
    return None


class Likeness:
    """The live jobs of a profile by company and title; a company's jobs are read when it is first asked for.

    Postings that are not written yet are told with `expect`. Where they never will be (`remembers`), no company is let
    go of: the database could not tell of them again.
    """

    def __init__(self, connection: sqlite3.Connection, profile_id: int, *, remembers: bool = False) -> None:
        self._most = math.inf if remembers else MOST_JOBS
        self.updated: dict[int, Updated] = {}
        """Jobs that are no longer as the database tells."""
        self._updated_of: defaultdict[str, list[Updated]] = defaultdict(list)
        self._connection = connection
        self._profile_id = profile_id
        self._blocks: OrderedDict[str, _Block] = OrderedDict()
        self._held = 0
        self._stems: dict[str, list[str]] = {}
        """Stem to the company keys that have it."""
        self._spelled: defaultdict[tuple[str, int, str], list[str]] = defaultdict(list)
        """Beginning, length and digits to the stems that have them: only such can be one name."""
        self._canonical: dict[str, str] = {}
        for (key,) in connection.execute(
            "SELECT key FROM company WHERE profile_id = ? ORDER BY id", (profile_id,)
        ):
            self._know(key)

    def update(self, job: Updated) -> None:
        """Take note of an update that is not written; companies that were read before stay as they were, as ever."""
        self.updated[job.job_id] = job
        self._updated_of[job.company_key].append(job)

    def expect(
        self, job_id: int, company_key: str, title: str, title_key: str, place: str, bare: Bare | None
    ) -> int | None:
        """Take a posting as a job, and return the first job that it may be the same as; see `dedupe.are_alike`.

        `bare` where only its words tell it apart.
        """
        block, words = self._block(company_key), role_words(title, place)
        alike = block.find(words, place)
        block.add(job_id, words, place)
        self._held += 1
        if bare is not None:
            block.bare.setdefault((company_key, title_key, place_key(place)), []).append(bare)
        return alike

    def bare(self, company_key: str, title_key: str, place: str) -> list[Bare]:
        """Return the postings of these words that only their words tell apart."""
        return self._block(company_key).bare.get((company_key, title_key, place_key(place)), [])

    def _know(self, company_key: str) -> str:
        """Return the stem of a company, under which its jobs lie."""
        stem = company_stem(company_key)
        keys = self._stems.get(stem)
        if keys is None:
            keys = self._stems[stem] = []
            self._spelled[stem[:2], len(stem), _digits(stem)].append(stem)
        if company_key not in keys:
            keys.append(company_key)
        return stem

    def _block(self, company_key: str) -> _Block:
        stem = self._know(company_key)
        canonical = self._canonical.get(stem)
        if canonical is None:
            near = list(self._close(stem))
            canonical = next((other for other in near if other in self._blocks), near[0])
            self._canonical[stem] = canonical
        block = self._blocks.get(canonical)
        if block is None:
            block = self._blocks[canonical] = _Block()
            for key in {key for close in self._close(canonical) for key in self._stems[close]}:
                self._read(block, key)
            self._held += block.size
            while self._held > self._most and len(self._blocks) > 1:
                self._held -= self._blocks.popitem(last=False)[1].size
        else:
            self._blocks.move_to_end(canonical)
        return block

    def _close(self, stem: str) -> Iterator[str]:
        """Return the stems that may be the same name, itself among them."""
        if len(stem) < 7:
            yield stem
            return
        for length in (len(stem) - 1, len(stem), len(stem) + 1):
            for other in self._spelled.get((stem[:2], length, _digits(stem)), ()):
                if close_company(stem, other):
                    yield other

    def _read(self, block: _Block, company_key: str) -> None:
        rows = self._connection.execute(
            # The board has the index by company, and holds the live ones only.
            "SELECT job.id, title, job.title_key, place, posted_on, job.applied_at,"
            " CASE WHEN address_key IS NULL AND source_id IS NULL"
            " THEN (SELECT description FROM job_text WHERE job_id = job.id) END"
            " FROM company JOIN job_board ON job_board.company_id = company.id JOIN job ON job.id = job_board.id"
            " WHERE company.profile_id = ? AND company.key = ? ORDER BY job.id",
            (self._profile_id, company_key),
        )
        for job_id, title, title_key, place, posted_on, applied_at, description in self._now(
            rows, company_key
        ):
            block.add(job_id, role_words(title, place), place)
            if description is not None:
                bare = Bare(job_id, posted_on, applied_at, hash(description))
                block.bare.setdefault((company_key, title_key, place_key(place)), []).append(bare)

    def _now(self, rows: Iterable[tuple[Any, ...]], company_key: str) -> Iterable[tuple[Any, ...]]:
        """Return stored jobs of a company as they are after the updates that are not written."""
        if not self.updated:
            return rows
        now = {row[0]: row for row in rows if row[0] not in self.updated}
        for job in self._updated_of.get(company_key, ()):
            bare = job.description if job.address_key is None and job.source_id is None else None
            now[job.job_id] = (
                job.job_id, job.title, job.title_key, job.place, job.posted_on, job.applied_at, bare
            )  # fmt: skip
        return (now[job_id] for job_id in sorted(now))


def _digits(stem: str) -> str:
    return "" if stem.isalpha() else "".join(char for char in stem if char.isdigit())

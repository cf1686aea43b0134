"""What is read once of a posting or a job for the market: its groups, its skills, its days and its pay."""

# ruff: noqa: S608  # made of this file's own words only
from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final, Literal

from jobcopilot.jobs.dedupe import company_key
from jobcopilot.jobs.facts import from_json
from jobcopilot.jobs.records import listed
from jobcopilot.market.groups import Reader, Role
from jobcopilot.market.history import OPEN, PAY_READ, Event, Stretch, day_of, stretches, without, yearly_pay
from jobcopilot.market.members import of_job, of_posting
from jobcopilot.market.views import OriginKind

_EPOCH: Final = date(1970, 1, 1)
_PAY: Final = ", ".join(PAY_READ)
_IN: Final = "IN (SELECT value FROM json_each(?))"


@dataclass(frozen=True, slots=True)
class Record:
    """One posting or job as the market counts it."""

    member: int
    stamp: int
    first_seen: int
    """In milliseconds; tells which of several sources of one posting was first."""
    source_id: int
    origin: OriginKind
    role: Role
    places: tuple[str, ...]
    company: tuple[str, str]
    """The company's name folded, and as it is written."""
    skills: tuple[str, ...]
    must: tuple[str, ...]
    days: tuple[Stretch, ...]
    reposts: int = 0
    superseded: bool = False
    """Whether it was posted again under a new name."""


@dataclass(frozen=True, slots=True)
class UnitSpan:
    """A stretch of a unit, with what the member says that stands for it then."""

    stretch: Stretch
    record: Record
    last: bool
    closed: bool


def read_records(connection: sqlite3.Connection, reader: Reader, members: Sequence[int]) -> dict[int, Record]:
    """Return the records of members; those that are not there (any more) or were deleted are left out."""
    found = _postings(connection, reader, [member // 2 for member in members if not member % 2])
    return found | _jobs(connection, reader, [member // 2 for member in members if member % 2])


def _postings(connection: sqlite3.Connection, reader: Reader, ids: Sequence[int]) -> dict[int, Record]:
    wanted = listed(ids)
    events: dict[int, list[Event]] = {}
    for posting, at, action, before in connection.execute(
        f'SELECT posting_id, at, action, "before" FROM posting_event WHERE posting_id {_IN}'
        " AND action IN ('pay', 'reposted') ORDER BY at, id",
        (wanted,),
    ):
        events.setdefault(posting, []).append(Event(at, action, json.loads(before)))
    superseded = {
        number
        for (number,) in connection.execute(
            "SELECT later.repost_of FROM posting JOIN posting AS later ON later.source_id = posting.source_id"
            f" AND later.title_key = posting.title_key AND later.repost_of = posting.id WHERE posting.id {_IN}",
            (wanted,),
        )
    }
    found: dict[int, Record] = {}
    for number, stamp, source, title, company, place, places, mode, skills, facts, seen, closed, times, *pay in (
        connection.execute(
            "SELECT posting.id, updated_at, source_id, title, company, place, places, work_mode, skills, facts,"
            f" first_seen_at, closed_at, reposts, {_PAY} FROM posting"
            f" LEFT JOIN posting_text ON posting_id = posting.id WHERE posting.id {_IN}",
            (wanted,),
        )
    ):  # fmt: skip
        named, must = _skills(facts, skills)
        texts = [text for text in json.loads(places) if isinstance(text, str)] or [place]
        stated = dict(zip(PAY_READ, pay, strict=True))
        found[of_posting(number)] = Record(
            of_posting(number),
            stamp,
            seen,
            source,
            "feed",
            reader.role(title),
            reader.places(tuple(texts), _work_mode(mode)),
            (company_key(company), company),
            named,
            must,
            tuple(stretches(seen, closed, stated, events.get(number, ()))),
            times,
            number in superseded,
        )
    return found


def _jobs(connection: sqlite3.Connection, reader: Reader, ids: Sequence[int]) -> dict[int, Record]:
    found: dict[int, Record] = {}
    for number, stamp, source, title, company, place, mode, facts, created, closed, deadline, *pay in (
        connection.execute(
            "SELECT job.id, updated_at, source, title, company, place, work_mode, facts, created_at, closed_on,"
            f" deadline, {_PAY} FROM job LEFT JOIN job_text ON job_id = job.id"
            f" WHERE job.id {_IN} AND deleted_at IS NULL",
            (listed(ids),),
        )
    ):  # fmt: skip
        named, must = _skills(facts, "[]")
        since = day_of(created)
        until = _ends(since, closed, deadline)
        stretch = Stretch(since, until, since, yearly_pay(dict(zip(PAY_READ, pay, strict=True))))
        found[of_job(number)] = Record(
            of_job(number),
            stamp,
            created,
            0,
            "own" if source == "manual" else "import",
            reader.role(title),
            reader.places((place,), _work_mode(mode)),
            (company_key(company), company),
            named,
            must,
            (stretch,),
        )
    return found


def _ends(since: int, closed: str | None, deadline: str | None) -> int:
    """Return the day from which a job is gone: when it was closed, else the day after its deadline."""
    if closed:
        return max(since, (date.fromisoformat(closed) - _EPOCH).days)
    if deadline:
        return max(since, (date.fromisoformat(deadline) - _EPOCH).days + 1)
    return OPEN


def _work_mode(stored: str | None) -> Literal["remote", "hybrid", "onsite"] | None:
    match stored:
        case "remote" | "hybrid" | "onsite":
            return stored
        case _:
            return None


def _skills(facts: str | None, listed_skills: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the skills that a posting names and those it must have, each once and sorted."""
    read = from_json(facts) if facts else None
    if read is None:
        named = (name for name in json.loads(listed_skills) if isinstance(name, str))
        return tuple(sorted(set(named))), ()
    must = {skill.name for skill in read.skills if skill.need == "must"}
    return tuple(sorted(set(read.skill_names))), tuple(sorted(must))


def spans_of(records: Sequence[Record]) -> list[UnitSpan]:
    """Return the stretches of one unit, each day in one of them at most, in order.

    Of several sources that show a posting on a day, the one that saw it first stands for it. A job stands for it only
    until a feed shows it: whether it is still there, the feed knows better.
    """
    feeds = sorted(
        (record for record in records if record.origin == "feed"),
        key=lambda one: (one.first_seen, one.member),
    )
    jobs = sorted(
        (record for record in records if record.origin != "feed"),
        key=lambda one: (one.first_seen, one.member),
    )
    shown_from = day_of(feeds[0].first_seen) if feeds else OPEN
    covered: list[tuple[int, int]] = [(shown_from, OPEN)] if feeds else []
    found: dict[int, tuple[Stretch, Record]] = {}
    for record in jobs:
        _cover(record, covered, found)
    covered = [(stretch.since, stretch.until) for stretch, _ in found.values()]
    for record in feeds:
        _cover(record, covered, found)
    ordered = [found[since] for since in sorted(found)]
    gone = any(record.superseded for record in feeds)
    spans: list[UnitSpan] = []
    for position, (stretch, record) in enumerate(ordered):
        following = ordered[position + 1][0].since if position + 1 < len(ordered) else None
        spans.append(
            UnitSpan(
                stretch,
                record,
                last=following is None and not gone,
                closed=stretch.until not in (OPEN, following),
            )
        )
    return spans


def _cover(record: Record, covered: list[tuple[int, int]], found: dict[int, tuple[Stretch, Record]]) -> None:
    taken: list[tuple[int, int]] = []
    for stretch in record.days:
        for part in without(stretch, covered):
            known = found.get(part.since)
            if known is None or known[0].until < part.until:
                found[part.since] = part, record
                taken.append((part.since, part.until))
    covered += taken

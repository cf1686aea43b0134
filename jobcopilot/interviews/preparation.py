"""What to prepare before a round, and the same list made again when the round changes. No database, no clock."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta, tzinfo
from itertools import groupby
from typing import Final
from zoneinfo import ZoneInfo

from jobcopilot.interviews.preparation_advice import advice, role_family, stage_kind
from jobcopilot.interviews.views import Met, RoundFormat
from jobcopilot.text import clean_line

MOST_TASKS: Final = 16
MOST_TOPICS: Final = 8
MOST_NAMED: Final = 5
"""So many interviewers are looked up by a task each; of more, the rest shares one."""
NAMED_AT_LEAST: Final = 2
KEPT_FOR_TOPICS: Final = 2
"""Places that the interviewers leave to what the posting asks for."""
_NAME_CELLS: Final = 32
_TOPICS_AT: Final = {"recruiter": 3, "offer": 0}
_NO_PRACTICE_AT: Final = ("recruiter", "offer")
_TOPIC_BEFORE: Final = timedelta(days=2)
_CONTACT_BEFORE: Final = timedelta(days=2)
_LAST_MOMENT: Final = timedelta(minutes=30)
_AT_ONCE: Final = timedelta(hours=12)
"""What should have been done by now is spread over this time at most."""
_NIGHT_COUNTS_UNTIL: Final = timedelta(hours=3)
_NIGHT, _MORNING, _EVENING = time(22), time(7), time(20)


@dataclass(frozen=True, slots=True)
class Requirement:
    """Something that the posting asks for: whether it must be there, and whether the person has it."""

    name: str
    must: bool
    mine: bool


@dataclass(frozen=True, slots=True)
class Asked:
    """What the list is made from: the round, its job and who sits in it. `travel_minutes` is the way to an on-site."""

    stage: str
    format: RoundFormat
    starts_at: datetime | None
    minutes: int
    zone: str
    job_title: str
    company: str
    place: str
    link: str
    contacts: tuple[Met, ...]
    requirements: tuple[Requirement, ...]
    travel_minutes: int = 45

    @property
    def ends_preparation(self) -> datetime | None:
        """The moment before which all is to be done: the start, or the end of a task to take home."""
        if self.starts_at is None or self.format != "take_home":
            return self.starts_at
        return self.starts_at + timedelta(minutes=self.minutes)


@dataclass(frozen=True, slots=True)
class Planned:
    """One task of the list. `belated`: its time had passed, so its due time was set from now on."""

    key: str
    title: str
    detail: str
    due_at: datetime | None
    belated: bool = False


@dataclass(frozen=True, slots=True)
class Kept:
    """A task as it is stored; `deleted` by the person."""

    id: int
    key: str
    title: str
    detail: str
    due_at: datetime | None
    position: int
    own_due: bool
    own_words: bool
    done: bool
    deleted: bool


@dataclass(frozen=True, slots=True)
class Remade:
    """What has to be written: new tasks with their position, changed fields by id, and ids that go."""

    add: tuple[tuple[int, Planned], ...]
    change: tuple[tuple[int, dict[str, object]], ...]
    remove: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class _Draft:
    key: str
    title: str
    detail: str
    before: timedelta
    optional: bool = False


# --- the list -----------------------------------------------------------------------------------------------


def plan(asked: Asked, now: datetime) -> tuple[Planned, ...]:
    """Return what to prepare, in the order in which it is due; `now` is aware. The same round has the same keys."""
    stage, family = stage_kind(asked.stage), role_family(asked.job_title)
    drafts = _fitting(asked, stage, family)
    topics = _topics(asked.requirements, _TOPICS_AT.get(stage, MOST_TOPICS))
    needed = min(len(asked.contacts), NAMED_AT_LEAST) + min(len(topics), KEPT_FOR_TOPICS)
    optional = [draft for draft in drafts if draft.optional]
    surplus = max(len(drafts) + needed - MOST_TASKS, 0)
    spared = optional[max(len(optional) - surplus, 0) :]
    drafts = [draft for draft in drafts if draft not in spared]
    room = MOST_TASKS - len(drafts)
    people = _people(asked.contacts, room - min(KEPT_FOR_TOPICS, len(topics)))
    drafts += people
    drafts += topics[: max(room - len(people), 0)]
    drafts.sort(key=lambda draft: -draft.before)
    timed = _timed(drafts, asked, now)
    return tuple(sorted(timed, key=lambda task: task.due_at or now))


def _fitting(asked: Asked, stage: str, family: str) -> list[_Draft]:
    known = advice()
    role = known.families[family]
    at_home = asked.format == "take_home"
    words = {
        "company": _short(asked.company, 24) or "the company",
        "job": _short(asked.job_title) or "this job",
        "place": _short(asked.place, 100) or "the place",
        "link": clean_line(asked.link, 300),
        "who": next((name for met in asked.contacts if (name := _short(met.name))), "whoever invited you"),
        "ask": "Such as: " + role["ask"],
    }
    there = {"place": bool(_short(asked.place)), "link": bool(words["link"])}
    drafts = [
        _Draft(
            key=task["key"],
            title=task["title"].format(**words),
            detail=task["detail"].format(**words),
            before=_before(task["before"], asked.travel_minutes),
            optional=task.get("optional", False),
        )
        for task in known.tasks
        if asked.format in task.get("formats", (asked.format,))
        and stage in task.get("stages", (stage,))
        and stage not in task.get("unless", ())
        and family in task.get("families", (family,))
        and family not in task.get("except_families", ())
        and there.get(task.get("needs", ""), True)
        and not there.get(task.get("lacks", ""), False)
    ]
    if stage not in _NO_PRACTICE_AT and not at_home:
        title, detail = role["title"].format(**words), role["detail"].format(**words)
        drafts.append(_Draft(f"practice:{family}", title, detail, timedelta(days=2)))
    return drafts


_UNITS: Final = {"d": timedelta(days=1), "h": timedelta(hours=1), "m": timedelta(minutes=1)}


def _before(written: str, travel_minutes: int) -> timedelta:
    if written == "travel":
        return timedelta(minutes=travel_minutes + 15)
    return int(written[:-1]) * _UNITS[written[-1]]


def _topics(requirements: Sequence[Requirement], most: int) -> list[_Draft]:
    """Return what to revise: musts first, and of each what the person lacks before what they have."""
    drafts: dict[str, _Draft] = {}
    for asked in sorted(requirements, key=lambda one: (not one.must, one.mine)):
        name = _short(asked.name)
        if not name:
            continue
        match asked.must, asked.mine:
            case True, False:
                title = f"Learn the basics of {name}: it is a must"
                detail = "An hour is enough to speak of it: what it is for, its main ideas, what you know near to it."
            case True, True:
                title = f"Revise {name}, with one example of yours"
                detail = "It is a must here: where you used it, what was hard, what you would do differently."
            case False, False:
                title = f"Read up on {name}: it would be a plus"
                detail = "Know in two sentences what it does and why they may use it, and say that you are new to it."
            case _:
                title = f"Recall where you used {name}"
                detail = "It is welcome here, not required: one short example shows that you bring more than the list."
        drafts.setdefault(f"topic:{name.casefold()}", _Draft(f"topic:{name}", title, detail, _TOPIC_BEFORE))
    return list(drafts.values())[:most]


def _people(contacts: Sequence[Met], room: int) -> list[_Draft]:
    met = list({contact.id: contact for contact in contacts}.values())
    named = met if len(met) <= min(MOST_NAMED, room) else met[: max(min(MOST_NAMED, room) - 1, 0)]
    drafts: list[_Draft] = []
    titles: set[str] = set()
    for contact in named:
        name, role = _short(contact.name) or "your interviewer", _short(contact.title, 24)
        start = f"Look up {name}, {role}" if role else f"Look up {name}"
        title = next(
            words
            for words in (start, *(f"{start} ({again})" for again in range(2, len(named) + 2)))
            if words not in titles
        )
        titles.add(title)
        detail = (
            "What they work on, for how long, and one thing you share or want to ask. Look at a photo, too."
        )
        drafts.append(_Draft(f"contact:{contact.id}", title, detail, _CONTACT_BEFORE))
    if rest := met[len(named) :]:
        names = ", ".join(_short(contact.name) or "?" for contact in rest[:10])
        detail = f"{names}. A minute for each: what they do, and who of them would be your closest colleague."
        drafts.append(
            _Draft("contacts", f"Look up the other people you meet ({len(rest)})", detail, _CONTACT_BEFORE)
        )
    return drafts


def _short(raw: str, cells: int = _NAME_CELLS) -> str:
    """Return a name from outside as safe words that are at most `cells` wide, cut with an ellipsis."""
    from wcwidth import wcwidth

    # A sign may draw nothing (an accent): their number is bounded as well.
    name = clean_line(raw, cells * 2 + 1)
    if len(name) <= cells * 2 and sum(max(wcwidth(sign), 0) for sign in name) <= cells:
        return name
    taken, end = 0, 0
    for sign in name[: cells * 2]:
        taken += max(wcwidth(sign), 0)
        if taken > cells - 1:
            break
        end += 1
    return name[:end].rstrip(" ,.-\u200d") + "…"


# --- when ---------------------------------------------------------------------------------------------------


def _timed(drafts: Sequence[_Draft], asked: Asked, now: datetime) -> list[Planned]:
    """Return the drafts, the earliest first, with their due times: before the end, not before now, not at night."""
    end = asked.ends_preparation
    if end is None or asked.starts_at is None:
        return [Planned(draft.key, draft.title, draft.detail, None) for draft in drafts]
    zone = _zone(asked.zone)
    first = max(now, asked.starts_at) if asked.format == "take_home" else now
    passed = sum(end - draft.before < first for draft in drafts)
    last = end - _LAST_MOMENT
    span = min(last - first, _AT_ONCE)
    timed: list[Planned] = []
    # What is late keeps its order: the evening before is not for a task that follows one due later that evening.
    reached = first
    for number, draft in enumerate(drafts, 1):
        due, belated = end - draft.before, number <= passed
        if belated and last <= first:
            due = end
        else:
            if belated:
                due = min(_whole_minutes(first + span * (number / passed)), last)
            due = _by_day(due, reached if belated else first, end, zone)
            reached = due
        timed.append(Planned(draft.key, draft.title, draft.detail, due.astimezone(UTC), belated))
    return timed


def _whole_minutes(moment: datetime) -> datetime:
    """Return the next full five minutes."""
    over = timedelta(minutes=moment.minute % 5, seconds=moment.second, microseconds=moment.microsecond)
    return moment + (timedelta(minutes=5) - over if over else over)


def _by_day(due: datetime, first: datetime, end: datetime, zone: tzinfo) -> datetime:
    """Move what is due at night to the evening before; where that has passed, to the morning, if there is one."""
    local = due.astimezone(zone)
    if end - due <= _NIGHT_COUNTS_UNTIL or _MORNING <= local.time() < _NIGHT:
        return due
    day = local.date() if local.time() >= _NIGHT else local.date() - timedelta(days=1)
    evening = datetime.combine(day, _EVENING, zone).astimezone(UTC)
    if evening >= first:
        return evening
    morning = datetime.combine(day + timedelta(days=1), _MORNING, zone).astimezone(UTC)
    return morning if morning <= end - _LAST_MOMENT else due


def _zone(name: str) -> tzinfo:
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        return UTC  # a zone that this machine's tables do not have; the round itself is kept in UTC


# --- the list made again ------------------------------------------------------------------------------------


def remake(
    stored: Sequence[Kept],
    planned: Sequence[Planned],
    *,
    shift: timedelta | None,
    now: datetime,
    start: datetime | None,
) -> Remade:
    """Return what makes the stored list fit the plan again, without losing a tick, an edit or an own task.

    `stored` holds deleted tasks too, so that they do not come back. `shift` is how far the start moved, None where
    it did not or had no time; `start` is the moment before which all is to be done.
    """
    wanted = {task.key: task for task in planned}
    limit = start if start is not None and start > now else None
    alive = sorted((task for task in stored if not task.deleted), key=lambda task: (task.position, task.id))
    remove = tuple(task.id for task in alive if task.key and task.key not in wanted and not _touched(task))
    standing = [task for task in alive if task.id not in remove]
    dues = {task.id: _kept_due(task, wanted.get(task.key), shift, now, limit) for task in standing}
    known = {task.key for task in stored}
    fresh = [task for task in planned if task.key not in known]
    places = [(_place(task, [dues[one.id] for one in standing]), task) for task in fresh]
    following = {
        place: [task for _, task in group]
        for place, group in groupby(sorted(places, key=lambda pair: pair[0]), key=lambda pair: pair[0])
    }
    add: list[tuple[int, Planned]] = []
    change: list[tuple[int, dict[str, object]]] = []
    position = -1
    for place, task in enumerate(standing, 1):
        position = max(task.position, position + 1)
        fields = _fields(task, wanted.get(task.key), dues[task.id], position)
        if fields:
            change.append((task.id, fields))
        for new in following.get(place, ()):
            position += 1
            add.append((position, new))
    if not standing:
        add = list(enumerate(fresh))
    return Remade(tuple(add), tuple(change), remove)


def _touched(task: Kept) -> bool:
    return task.done or task.own_words or task.own_due


def _place(new: Planned, dues: Sequence[datetime | None]) -> int:
    """Return after how many of the standing tasks a new one comes: the last that is due earlier, else the end."""
    if new.due_at is not None:
        for place in range(len(dues), 0, -1):
            due = dues[place - 1]
            if due is not None and due < new.due_at:
                return place
    return len(dues)


def _kept_due(
    task: Kept, wanted: Planned | None, shift: timedelta | None, now: datetime, limit: datetime | None
) -> datetime | None:
    """Return when a standing task is due now; `limit` is the start if it is still ahead."""
    due = task.due_at
    late = due is not None and limit is not None and due > limit
    if task.key and wanted is not None:
        if task.own_due:
            return wanted.due_at if late else due
        # Without a move, what is late stays late: each edit of the round would otherwise put it off.
        if (
            due is not None
            and wanted.due_at is not None
            and wanted.belated
            and not shift
            and due <= wanted.due_at
        ):
            return due
        return wanted.due_at
    if due is None:
        return None
    if shift and (late or not task.own_due):
        moved = due + shift
        # What was still ahead does not become overdue because the round came nearer.
        due = max(moved, now) if due >= now else moved
    return due if limit is None else min(due, limit)


def _fields(task: Kept, wanted: Planned | None, due: datetime | None, position: int) -> dict[str, object]:
    values: dict[str, object] = {"due_at": due, "position": position}
    if task.key and wanted is not None and not task.own_words:
        values |= {"title": wanted.title, "detail": wanted.detail}
    return {name: value for name, value in values.items() if value != getattr(task, name)}

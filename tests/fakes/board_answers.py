"""What queries and statistics are, answered by loops over the jobs of `board_model`."""

from __future__ import annotations

import re
import unicodedata
from datetime import UTC, datetime, time, timedelta
from typing import Any

from jobcopilot.jobs.names import fold
from jobcopilot.jobs.query import Bounds, Choice, Filter, Flag, Named, Query, Term
from jobcopilot.jobs.views import FUNNEL, STATUSES, Statistics
from tests.fakes.board_model import ALIASES, NOW, ModelJob, company_key


def passing(jobs: list[ModelJob], query: Query) -> list[ModelJob]:
    """Return the jobs of the first profile that a query has."""
    return [
        job
        for job in jobs
        if job.profile == 1
        and not job.deleted
        and all(_passes(job, item) for item in query.filters)
        and all(_holds(job, term) != term.negated for term in query.terms)
    ]


def ordered(jobs: list[ModelJob], sort: str) -> list[ModelJob]:
    """Sort jobs: unknown values last either way, ties by id."""
    keys: dict[str, Any] = {
        "created": lambda job: job.created,
        "updated": lambda job: job.updated,
        "posted": lambda job: job.posted,
        "match": lambda job: job.match_rank or None,
        "title": lambda job: job.title.casefold(),
        "company": lambda job: company_key(job.company),
        "pay": lambda job: job.pay_year,
        "deadline": lambda job: job.deadline,
    }
    key, downwards = keys[sort.removeprefix("-")], sort.startswith("-")
    known = sorted((job for job in jobs if key(job) is not None), key=lambda job: (key(job), job.id))
    unknown = sorted((job for job in jobs if key(job) is None), key=lambda job: job.id)
    return (known[::-1] + unknown[::-1]) if downwards else known + unknown


def tokens(text: str) -> list[str]:
    """Part text into words as the index does."""
    plain = "".join(c for c in unicodedata.normalize("NFD", text.lower()) if not unicodedata.combining(c))
    return re.findall(r"(?:[^\W_]|[+#])+", plain)


def _holds(job: ModelJob, term: Term) -> bool:
    head = [job.title, job.company, job.place, "; ".join(job.skills), "; ".join(job.tags)]
    everything = [*head, job.notes, job.description]
    if term.prefix and len(term.text) <= 3:
        return _in_any(everything, term.text, prefix=False) or _in_any(head, term.text, prefix=True)
    return _in_any(everything, term.text, prefix=term.prefix)


def _in_any(texts: list[str], wanted: str, *, prefix: bool) -> bool:
    return any(_in(text, wanted, prefix=prefix) for text in texts)


def _in(text: str, wanted: str, *, prefix: bool) -> bool:
    words, needle = tokens(text), tokens(wanted)
    for start in range(len(words) - len(needle) + 1):
        part = words[start : start + len(needle)]
        same = part[:-1] == needle[:-1]
        if same and (part[-1].startswith(needle[-1]) if prefix else part[-1] == needle[-1]):
            return True
    return False


def _passes(job: ModelJob, item: Filter) -> bool:
    match item:
        case Choice(field="status"):
            return (job.status in item.values) != item.negated
        case Choice(field="level"):
            return ((job.level or "unknown") in item.values) != item.negated
        case Choice():
            return ((job.work_mode or "unknown") in item.values) != item.negated
        case Named():
            return _is_named(job, item) != item.negated
        case Bounds():
            return _is_within(job, item) != item.negated
        case Flag():
            return _has(job, item.name) == item.wanted


def _is_named(job: ModelJob, item: Named) -> bool:
    match item.field:
        case "title" | "place":
            text = job.title if item.field == "title" else job.place
            last = len(item.names) - 1
            return any(
                _in(text, name, prefix=item.unfinished and place == last and name[-1].isalnum())
                for place, name in enumerate(item.names)
            )
        case "company":
            key = company_key(job.company)
            return any(fold(name) in key or name.lower() in job.company.lower() for name in item.names)
        case "source":
            return any(name.casefold() in job.source for name in item.names)
        case "skill" | "tag":
            held = [name.casefold() for name in (job.skills if item.field == "skill" else job.tags)]
            wanted = [ALIASES.get(name.casefold(), name.casefold()) for name in item.names]
            return any(
                one == other or (item.unfinished and one.startswith(other))
                for one in held
                for other in wanted
            )


def _is_within(job: ModelJob, item: Bounds) -> bool:
    value: Any = {
        "match": job.match,
        "pay": job.pay_year,
        "posted": job.posted,
        "deadline": job.deadline,
        "created": job.created.date(),
        "updated": job.updated.date(),
        "applied": job.applied and job.applied.date(),
    }[item.field]
    if value is None or (item.currency and (job.pay is None or job.pay[2] != item.currency)):
        return False
    return bool((item.low is None or value >= item.low) and (item.high is None or value <= item.high))


def _has(job: ModelJob, name: str) -> bool:
    return {
        "favourite": job.favourite,
        "duplicate": job.duplicate_of is not None,
        "closed": job.closed is not None and job.closed <= NOW.date(),
        "notes": bool(job.notes),
        "pay": job.pay_year is not None,
        "match": job.match is not None,
        "deadline": job.deadline is not None,
        "posted": job.posted is not None,
        "applied": job.applied is not None,
        "tags": bool(job.tags),
    }[name]


def counted(jobs: list[ModelJob]) -> Statistics:
    """Count the jobs of the first profile anew."""
    live = [job for job in jobs if job.profile == 1 and not job.deleted]
    scored = [job.match for job in live if job.match is not None]
    applied = [job for job in live if job.reached >= 2 or job.applied]
    monday = datetime.combine(NOW.date() - timedelta(NOW.weekday()), time(), UTC)
    weeks = [f"{day.year}-W{day.week:02d}" for day in (job.created.isocalendar() for job in live)]
    sources = sorted({job.source for job in live})
    return Statistics(
        total=len(live),
        average_match=sum(scored) / len(scored) if scored else None,
        by_status={status: sum(job.status == status for job in live) for status in STATUSES},
        by_level={level: sum(job.level == level for job in live) for level in ("high", "medium", "low")},
        by_source={source: sum(job.source == source for job in live) for source in sources},
        by_week={week: weeks.count(week) for week in sorted(set(weeks))},
        funnel={stage: sum(job.reached >= place for job in live) for place, stage in enumerate(FUNNEL)},
        applied_this_week=sum(1 for job in live if job.applied and monday <= job.applied <= NOW),
        answered=sum(1 for job in applied if job.reached >= 3 or job.status == "rejected" or job.rejected),
    )

"""Postings that become jobs: made safe, and written many at a time with everything that was read from them."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any, Final, NamedTuple

from jobcopilot.jobs import search_index
from jobcopilot.jobs.bulk_reading import Read, Unread
from jobcopilot.jobs.changes import ADDRESS_LIMIT, EARLIEST, LATEST, unique_tags
from jobcopilot.jobs.dedupe import address_key, company_key, title_key
from jobcopilot.jobs.derived import MATCH_COLUMNS, Companies, SkillIds
from jobcopilot.jobs.journal import Edit
from jobcopilot.jobs.records import APPLIED, PAY_COLUMNS, day, moment, pay_columns, stage
from jobcopilot.jobs.views import STATUSES, JobDraft, Rejected
from jobcopilot.reading.pay import Pay
from jobcopilot.text import LINE_LIMIT, TEXT_LIMIT, clean_line, clean_text

# Cleaning costs ten times what looking costs, and nearly every text was cleaned by its importer: all controls but
# tab and newline, what hides or turns text, halves of characters.
_SUSPECT: Final = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb"
    "\U000e0000-\U000e007f\ud800-\udfff]"
)


class New(NamedTuple):
    """A posting that becomes a job, with the keys it is known by."""

    job_id: int
    draft: JobDraft
    company_key: str
    title_key: str
    address_key: str | None
    duplicate_of: int | None = None

    @property
    def is_bare(self) -> bool:
        """Whether nothing but its words tells it apart."""
        return self.address_key is None and self.draft.source_id is None

    @property
    def identities(self) -> list[tuple[str, ...]]:
        """What names it: its source's id (in files together with the company), and its address."""
        named: list[tuple[str, ...]] = []
        draft = self.draft
        if draft.source_id is not None:
            named.append(
                (draft.source, draft.source_id, self.company_key if draft.source == "import" else "")
            )
        if self.address_key is not None:
            named.append((self.address_key,))
        return named


def new_job(job_id: int, draft: JobDraft) -> New:
    """Return a posting with its keys."""
    return New(job_id, draft, company_key(draft.company), title_key(draft.title), address_key(draft.address))


def safe(draft: JobDraft) -> JobDraft | Rejected:
    """Return a draft with every text safe and every date sane, or why it can be no job."""
    title, company = _line(draft.title), _line(draft.company)
    if not title or not company:
        return Rejected(draft.row, f"no {'company' if title else 'title'}; a job needs a title and a company")
    if draft.status not in STATUSES:
        return Rejected(draft.row, f"there is no status {clean_line(str(draft.status), 40)!r}")
    cleaned: dict[str, Any] = {
        "title": title,
        "company": company,
        "place": _line(draft.place),
        "description": _text(draft.description),
        "address": _address(draft.address),
        "source": _line(draft.source) or "import",
        "source_id": (_line(draft.source_id) or None) if draft.source_id else None,
        "posted_on": _day(draft.posted_on),
        "closed_on": _day(draft.closed_on),
        "deadline": _day(draft.deadline),
        "notes": _text(draft.notes),
        "tags": unique_tags(draft.tags) if draft.tags else (),
        "applied_at": _moment(draft.applied_at),
        "rejected_at": _moment(draft.rejected_at),
        "rejection_reason": _line(draft.rejection_reason),
        "pay": _pay(draft.pay),
    }
    if all(getattr(draft, name) == value for name, value in cleaned.items()):
        return draft
    return replace(draft, **cleaned)


def unread(draft: JobDraft) -> Unread:
    """Return what is read from a draft."""
    return Unread(draft.title, draft.place, draft.description, draft.work_mode, draft.pay)


def added(new: New) -> Edit:
    """Return the first entry of a job's history; what it says changes only by later entries."""
    draft = new.draft
    said = {
        "title": draft.title,
        "company": draft.company,
        "place": draft.place,
        "status": draft.status,
        "source": draft.source,
        "address": draft.address,
    }
    return Edit(new.job_id, "added", {}, {name: value for name, value in said.items() if value})


class NewJobs:
    """Writes new jobs of a profile, in the transaction of a connection."""

    def __init__(self, connection: sqlite3.Connection, profile_id: int) -> None:
        self._connection = connection
        self._profile_id = profile_id
        self._companies = Companies(connection, profile_id)
        self._skills = SkillIds(connection)

    def write(self, new: Sequence[New], read: Sequence[Read], now: int) -> None:
        """Write jobs, their texts, scores, skills, tags and search index; `now` in UTC milliseconds."""
        rows = list(zip(new, read, strict=True))
        connection = self._connection
        connection.executemany(_INSERT_JOB, [self._job(job, facts, now) for job, facts in rows])
        connection.executemany(_INSERT_TEXT, [_texts(job, facts) for job, facts in rows])
        connection.executemany(
            "INSERT INTO job_score (job_id, matched, missing, summary) VALUES (?, ?, ?, ?)",
            [(job.job_id, *facts.reasons) for job, facts in rows],
        )
        named = [sorted(zip(self._skills.of(facts.skills), facts.skills, strict=True)) for facts in read]
        connection.executemany(
            "INSERT INTO job_skill (skill_id, job_id) VALUES (?, ?)",
            [(number, job.job_id) for job, skills in zip(new, named, strict=True) for number, _ in skills],
        )
        connection.executemany(
            "INSERT INTO job_tag (tag, job_id) VALUES (?, ?)",
            [(tag, job.job_id) for job in new for tag in job.draft.tags],
        )
        search_index.put_new(
            connection,
            self._profile_id,
            [_words(job, skills) for job, skills in zip(new, named, strict=True)],
        )

    def _job(self, new: New, read: Read, now: int) -> tuple[Any, ...]:
        draft = new.draft
        pay = pay_columns(read.pay)
        return (
            new.job_id,
            self._profile_id,
            self._companies.id_of(draft.company),
            draft.title,
            new.title_key,
            draft.company,
            new.company_key,
            draft.place,
            read.work_mode,
            draft.address,
            new.address_key,
            draft.source,
            draft.source_id,
            *(pay[name] for name in PAY_COLUMNS),
            day(draft.posted_on),
            day(draft.closed_on),
            day(draft.deadline),
            draft.status,
            _reached(draft),
            *read.match,
            int(draft.favourite),
            draft.rejection_reason,
            new.duplicate_of,
            now,
            now,
            moment(draft.applied_at),
            moment(draft.rejected_at),
        )


_COLUMNS: Final = (
    "id",
    "profile_id",
    "company_id",
    "title",
    "title_key",
    "company",
    "company_key",
    "place",
    "work_mode",
    "address",
    "address_key",
    "source",
    "source_id",
    *PAY_COLUMNS,
    "posted_on",
    "closed_on",
    "deadline",
    "status",
    "reached",
    *MATCH_COLUMNS,
    "favourite",
    "rejection_reason",
    "duplicate_of",
    "created_at",
    "updated_at",
    "applied_at",
    "rejected_at",
)
_INSERT_JOB: Final = (
    "INSERT INTO job (" + ", ".join(f'"{name}"' for name in _COLUMNS) + ")"  # noqa: S608  # names of columns
    " VALUES (" + ", ".join("?" * len(_COLUMNS)) + ")"
)
_INSERT_TEXT: Final = (
    "INSERT INTO job_text (job_id, description, notes, applied_description, facts) VALUES (?, ?, ?, ?, ?)"
)


def _words(new: New, skills: Sequence[tuple[int, str]]) -> search_index.Words:
    draft = new.draft
    return search_index.Words(
        new.job_id,
        draft.title,
        draft.company,
        draft.place,
        "; ".join([name for _, name in skills]),
        # SQLite sorts by bytes, which for UTF-8 is the order of the characters.
        "; ".join(sorted(draft.tags)),
        draft.notes,
        draft.description,
    )


def _texts(new: New, read: Read) -> tuple[Any, ...]:
    draft = new.draft
    stood = draft.description if _reached(draft) >= APPLIED else ""
    return new.job_id, draft.description, draft.notes, stood or None, read.facts


def _reached(draft: JobDraft) -> int:
    return stage(draft.status, APPLIED if draft.applied_at is not None else 0)


def _line(text: str, limit: int = LINE_LIMIT) -> str:
    if text.isascii() and text.isprintable() and len(text) <= limit and "  " not in text:
        return text.strip()  # as `clean_line` would, for the many that an importer cleaned
    return clean_line(text, limit)


def _address(text: str) -> str:
    """Return a web address, or nothing: what is opened with one key must not be a file or a script."""
    address = _line(text, ADDRESS_LIMIT)
    if address and "://" not in address and address_key(address) is not None:
        return f"https://{address}"
    return address if address.lower().startswith(("https://", "http://")) else ""


def _text(text: str) -> str:
    return clean_text(text) if len(text) > TEXT_LIMIT or _SUSPECT.search(text) else text


def _pay(pay: Pay | None) -> Pay | None:
    text = _line(pay.text) if pay else ""
    return replace(pay, text=text) if pay and text != pay.text else pay


def _day(value: date | None) -> date | None:
    return value if value is not None and EARLIEST <= value.year <= LATEST else None


def _moment(value: datetime | None) -> datetime | None:
    if value is None or not EARLIEST <= value.year <= LATEST:
        return None
    return value if value.tzinfo else value.replace(tzinfo=UTC)

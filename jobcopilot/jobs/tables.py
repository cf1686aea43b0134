"""The tables of tracked postings.

`job` is narrow on purpose: a list of 100,000 postings reads only it and its indexes; long texts lie in
`job_text`. Full-text index, sort indexes and the tally that statistics read are made in the migration.
"""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import JSON, CheckConstraint, Column, Index, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from jobcopilot.database.columns import UtcMoment


class Company(SQLModel, table=True):
    """A company, so that its notes are shared by all of its jobs."""

    __tablename__ = "company"
    __table_args__ = (UniqueConstraint("profile_id", "key"),)

    id: int | None = Field(default=None, primary_key=True)
    profile_id: int = Field(foreign_key="profile.id", ondelete="CASCADE")
    name: str
    key: str
    """The name without case, punctuation and legal form; see `dedupe.company_key`."""
    notes: str = ""


class Job(SQLModel, table=True):
    """One tracked posting, without its long texts."""

    __tablename__ = "job"
    # By what an arriving posting is recognised; few jobs have all of it, so the empty ones cost nothing.
    __table_args__ = (
        Index("job_by_address", "profile_id", "address_key", sqlite_where=text("address_key IS NOT NULL")),
        Index("job_by_source_id", "profile_id", "source_id", sqlite_where=text("source_id IS NOT NULL")),
        Index("job_by_duplicate_of", "duplicate_of", sqlite_where=text("duplicate_of IS NOT NULL")),
    )

    id: int | None = Field(default=None, primary_key=True)
    profile_id: int = Field(foreign_key="profile.id", ondelete="CASCADE")
    company_id: int = Field(foreign_key="company.id", ondelete="CASCADE")
    title: str
    title_key: str
    """Title folded for sorting."""
    company: str
    """The company's name as this posting writes it."""
    company_key: str
    """That name folded for sorting and comparing."""
    place: str = ""
    work_mode: str | None = None
    """`remote`, `hybrid`, `onsite`, or unknown."""
    address: str = ""
    address_key: str | None = None
    """The address after normalising; see `dedupe.address_key`."""
    source: str
    """`manual`, `import` or `feed:NAME`."""
    source_id: str | None = None

    pay_text: str = ""
    pay_minimum: float | None = None
    pay_maximum: float | None = None
    pay_currency: str | None = None
    pay_period: str | None = None
    pay_known: str | None = None
    pay_yearly_minimum: float | None = None
    pay_yearly_maximum: float | None = None

    posted_on: date | None = None
    closed_on: date | None = None
    deadline: date | None = None

    status: str = "new"
    reached: int = 0
    """The furthest stage it ever had, as an index into `views.FUNNEL`; never falls but by undo."""
    match: int | None = None
    """0 to 100, or not scored yet."""
    level: str | None = None
    coverage: float | None = None
    """The share of the criteria that the posting speaks of, 0 to 1."""
    match_rank: int = 0
    """Sort key of the match; see `jobs.match.match_rank`."""
    favourite: bool = False
    rejection_reason: str = ""
    duplicate_of: int | None = Field(default=None, foreign_key="job.id", ondelete="SET NULL")
    """A job that this one may be the same as; marked, never merged unasked."""

    created_at: datetime = Field(sa_type=UtcMoment)
    updated_at: datetime = Field(sa_type=UtcMoment)
    viewed_at: datetime | None = Field(default=None, sa_type=UtcMoment)
    applied_at: datetime | None = Field(default=None, sa_type=UtcMoment)
    rejected_at: datetime | None = Field(default=None, sa_type=UtcMoment)
    deleted_at: datetime | None = Field(default=None, sa_type=UtcMoment)
    """Deleted jobs stay, so that undo brings back all that hangs on them."""


class JobText(SQLModel, table=True):
    """The long texts of a job."""

    __tablename__ = "job_text"

    job_id: int = Field(primary_key=True, foreign_key="job.id", ondelete="CASCADE")
    description: str = ""
    notes: str = ""
    applied_description: str | None = None
    """The posting as it stood when the person applied; kept when the posting changes."""
    facts: str = "{}"
    """What `jobs.facts` read from title, place and description, as JSON, so that scoring reads no text again."""


class JobScore(SQLModel, table=True):
    """Why a job has its match: stored beside it so that lists and exports need no scoring."""

    __tablename__ = "job_score"

    job_id: int = Field(primary_key=True, foreign_key="job.id", ondelete="CASCADE")
    matched: str = "[]"
    missing: str = "[]"
    summary: str = ""


class ScoringDue(SQLModel, table=True):
    """A profile whose stored matches are of older rules; a migration that comes with new rules writes it."""

    __tablename__ = "scoring_due"

    profile_id: int = Field(primary_key=True, foreign_key="profile.id", ondelete="CASCADE")


class JobDeepScore(SQLModel, table=True):
    """What somebody who read a whole posting makes of it; beside the match, never in its place."""

    __tablename__ = "job_deep_score"
    __table_args__ = (
        CheckConstraint("percent BETWEEN 0 AND 100", name="percent"),
        # A number without words of the posting that show it is none.
        CheckConstraint("percent IS NULL OR claims <> '[]'", name="claims"),
        Index("job_deep_score_by", "by", "at", "seconds"),
    )

    job_id: int = Field(primary_key=True, foreign_key="job.id", ondelete="CASCADE")
    percent: int | None = None
    claims: str = "[]"
    dropped: int = 0
    by: str
    basis: str
    """Fingerprint of the posting and of what was wanted then."""
    seconds: float
    at: datetime = Field(sa_type=UtcMoment)


class SkillName(SQLModel, table=True):
    """Skill names met in postings, numbered so that `job_skill` stays small."""

    __tablename__ = "skill_name"

    id: int | None = Field(default=None, primary_key=True)
    name: str = Field(unique=True)
    key: str = Field(index=True)
    """The name without case."""


class JobSkill(SQLModel, table=True):
    """Which postings name which skill."""

    __tablename__ = "job_skill"
    __table_args__ = {"sqlite_with_rowid": False}

    skill_id: int = Field(primary_key=True, foreign_key="skill_name.id", ondelete="CASCADE")
    job_id: int = Field(primary_key=True, foreign_key="job.id", ondelete="CASCADE", index=True)


class JobTag(SQLModel, table=True):
    """The person's own words for a job."""

    __tablename__ = "job_tag"
    __table_args__ = {"sqlite_with_rowid": False}

    tag: str = Field(primary_key=True)
    job_id: int = Field(primary_key=True, foreign_key="job.id", ondelete="CASCADE", index=True)


class JobDocument(SQLModel, table=True):
    """A copy of the résumé or letter that went out for a job."""

    __tablename__ = "job_document"

    id: int | None = Field(default=None, primary_key=True)
    job_id: int = Field(foreign_key="job.id", ondelete="CASCADE", index=True)
    kind: str
    """`resume` or `letter`."""
    name: str
    sha256: str
    content: bytes
    created_at: datetime = Field(sa_type=UtcMoment)


class ChangeBatch(SQLModel, table=True):
    """One act of the person (an edit, a deletion, an import) that undo takes back whole."""

    __tablename__ = "change_batch"

    id: int | None = Field(default=None, primary_key=True)
    profile_id: int = Field(foreign_key="profile.id", ondelete="CASCADE", index=True)
    kind: str
    """`add`, `change`, `delete`, `merge`, `import` or `undo`."""
    label: str
    at: datetime = Field(sa_type=UtcMoment)
    jobs: int = 0
    undone_at: datetime | None = Field(default=None, sa_type=UtcMoment)
    undoes: int | None = Field(default=None, foreign_key="change_batch.id", ondelete="SET NULL")


class JobEvent(SQLModel, table=True):
    """One change of one job: append-only."""

    __tablename__ = "job_event"

    id: int | None = Field(default=None, primary_key=True)
    job_id: int = Field(foreign_key="job.id", ondelete="CASCADE", index=True)
    batch_id: int = Field(foreign_key="change_batch.id", ondelete="CASCADE", index=True)
    at: datetime = Field(sa_type=UtcMoment)
    action: str
    """`added`, `changed`, `deleted`, `restored`, `merged` or `removed` (an undone addition)."""
    before: dict[str, object] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))
    after: dict[str, object] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))
    """The changed fields only, with their stored values."""


class SavedSearch(SQLModel, table=True):
    """A query kept under a name."""

    __tablename__ = "saved_search"
    __table_args__ = (UniqueConstraint("profile_id", "name"),)

    id: int | None = Field(default=None, primary_key=True)
    profile_id: int = Field(foreign_key="profile.id", ondelete="CASCADE")
    name: str
    query: str
    sort: str = "-match"

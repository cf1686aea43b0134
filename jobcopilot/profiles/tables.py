"""The tables of the people who search on this machine."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import JSON, Column, UniqueConstraint
from sqlmodel import Field, SQLModel

from jobcopilot.database.columns import UtcMoment


class Profile(SQLModel, table=True):
    """One search: a name and what is wanted."""

    __tablename__ = "profile"

    id: int | None = Field(default=None, primary_key=True)
    name: str = Field(unique=True)
    full_name: str = ""
    email: str = ""
    headline: str = ""
    summary: str = ""
    roles: list[str] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))
    places: list[str] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))
    licences: list[str] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))
    """Licences, clearances and work permits held, in the person's words."""
    remote: str = "any"
    """`any`, `remote` (only), `hybrid` (at most) or `onsite` (only)."""
    seniority: str | None = None
    years: float | None = None
    minimum_pay: float | None = None
    """A year, in `pay_currency`."""
    pay_currency: str | None = None
    created_at: datetime = Field(sa_type=UtcMoment)
    updated_at: datetime = Field(sa_type=UtcMoment)


class ProfileSkill(SQLModel, table=True):
    """One skill of a profile, with the years where known."""

    __tablename__ = "profile_skill"
    __table_args__ = (UniqueConstraint("profile_id", "name"),)

    id: int | None = Field(default=None, primary_key=True)
    profile_id: int = Field(foreign_key="profile.id", ondelete="CASCADE", index=True)
    name: str
    years: float | None = None
    position: int = 0

"""What leaves the room: a frozen picture of a profile."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

RemoteWish = Literal["any", "remote", "hybrid", "onsite"]


@dataclass(frozen=True, slots=True)
class SkillView:
    """One skill with the years where known."""

    name: str
    years: float | None = None


@dataclass(frozen=True, slots=True)
class ProfileView:
    """Who is searching and what is wanted; empty and None mean not said."""

    id: int
    name: str
    full_name: str = ""
    email: str = ""
    headline: str = ""
    summary: str = ""
    roles: tuple[str, ...] = ()
    places: tuple[str, ...] = ()
    licences: tuple[str, ...] = ()
    remote: RemoteWish = "any"
    seniority: str | None = None
    years: float | None = None
    minimum_pay: float | None = None
    """A year, in `pay_currency`."""
    pay_currency: str | None = None
    skills: tuple[SkillView, ...] = ()
    created_at: datetime | None = None
    updated_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class ProfileDraft:
    """What a résumé says of a person; None and empty mean that it does not say."""

    full_name: str = ""
    email: str = ""
    headline: str = ""
    summary: str = ""
    roles: tuple[str, ...] = ()
    places: tuple[str, ...] = ()
    licences: tuple[str, ...] = ()
    seniority: str | None = None
    years: float | None = None
    skills: tuple[SkillView, ...] = ()

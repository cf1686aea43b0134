"""Who is searching: kept, changed, and filled from a résumé."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import fields
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from jobcopilot.clock import Clock
from jobcopilot.database.reader import Reader
from jobcopilot.errors import NotFound, UsageError
from jobcopilot.profiles.views import ProfileDraft, ProfileView, SkillView
from jobcopilot.text import clean_line

if TYPE_CHECKING:
    from sqlmodel import Session

    from jobcopilot.database.engine import Database
    from jobcopilot.profiles.tables import Profile

NAME_LIMIT: Final = 40
DEFAULT_NAME: Final = "default"
_NAME: Final = re.compile(r"\w[\w -]*")
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_SELECT: Final = """
    SELECT id, name, full_name, email, headline, summary, roles, places, licences, remote, seniority, years,
           minimum_pay, pay_currency, created_at, updated_at
    FROM profile ORDER BY id
"""
FIELDS: Final = frozenset({
    "full_name", "email", "headline", "summary", "roles", "places", "licences", "remote", "seniority", "years",
    "minimum_pay", "pay_currency", "skills", "add_skills", "remove_skills",
})  # fmt: skip
"""What `change` takes."""


class ProfileStore:
    """The profiles of one home; reading needs no SQLAlchemy, so that the app can read its profile at once.

    `database` is asked for when something is first written.
    """

    def __init__(self, database: Callable[[], Database], reader: Reader, clock: Clock) -> None:
        self._database = database
        self._reader = reader
        self._clock = clock

    def list(self) -> Sequence[ProfileView]:
        """Return all profiles, the oldest first."""
        with self._reader.connection() as connection:
            rows = connection.execute(_SELECT).fetchall()
            skills: dict[int, list[SkillView]] = {}
            for owner, name, years in connection.execute(
                "SELECT profile_id, name, years FROM profile_skill ORDER BY profile_id, position, id"
            ):
                skills.setdefault(owner, []).append(SkillView(name, years))
        return [_view(row, skills.get(row[0], ())) for row in rows]

    def get(self, name: str) -> ProfileView:
        """Return the profile of that name, in whatever letter case; raises `NotFound` that lists those there are."""
        with self._reader.connection() as connection:
            rows = {row[1]: row for row in connection.execute(_SELECT)}
            row = rows[_meant(name, rows)]
            skills = connection.execute(
                "SELECT name, years FROM profile_skill WHERE profile_id = ? ORDER BY position, id", (row[0],)
            ).fetchall()
        return _view(row, [SkillView(*skill) for skill in skills])

    def create(self, name: str) -> ProfileView:
        """Make an empty profile; raises `UsageError` for a name that is taken or cannot be one."""
        from sqlmodel import select

        from jobcopilot.profiles.tables import Profile

        wanted = checked_name(name)
        now = self._clock.now()
        with self._database().writing() as session:
            taken = next(
                (
                    other
                    for other in session.exec(select(Profile.name))
                    if other.casefold() == wanted.casefold()
                ),
                None,
            )
            if taken is not None:
                raise UsageError("There is such a profile already", taken, "Choose another name.")
            session.add(Profile(name=wanted, created_at=now, updated_at=now))
        return self.get(wanted)

    def ensure_default(self) -> None:
        """Make the first profile on a fresh home; costs one short read where there is one."""
        with self._reader.connection() as connection:
            if connection.execute("SELECT 1 FROM profile LIMIT 1").fetchone():
                return
        from sqlmodel import select

        from jobcopilot.profiles.tables import Profile

        now = self._clock.now()
        with self._database().writing() as session:
            # Asked again under the write lock: two windows may start at the same moment.
            if session.exec(select(Profile.id).limit(1)).first() is None:
                session.add(Profile(name=DEFAULT_NAME, created_at=now, updated_at=now))

    def change(self, name: str, changes: Mapping[str, object]) -> ProfileView:
        """Change fields (`FIELDS`) of a profile, all or none; scoring the jobs again is the caller's part.

        Skills are `SkillView`s or names; `add_skills` and `remove_skills` change single ones. Raises `UsageError`
        for a field or a value that there is not, `NotFound` for the profile.
        """
        from jobcopilot.profiles.fields import checked

        given = {field: checked(field, value) for field, value in changes.items()}
        with self._database().writing() as session:
            profile = _row(session, name)
            for field, value in given.items():
                if field not in {"skills", "add_skills", "remove_skills"}:
                    setattr(profile, field, list(value) if isinstance(value, tuple) else value)
            if given.keys() & {"skills", "add_skills", "remove_skills"}:
                kept = given["skills"] if "skills" in given else _skills_of(session, profile)
                _write_skills(
                    session,
                    profile,
                    _combined(kept, given.get("add_skills", ()), given.get("remove_skills", ())),
                )
            profile.updated_at = self._clock.now()
            session.add(profile)
            stored = profile.name
        return self.get(stored)

    def set_skills(self, name: str, skills: Iterable[SkillView]) -> ProfileView:
        """Replace all skills of a profile."""
        return self.change(name, {"skills": tuple(skills)})

    def take_over(self, name: str, draft: ProfileDraft, *, overwrite: bool = False) -> ProfileView:
        """Fill a profile from a résumé: empty fields are filled, skills and licences added, years of skills completed.

        What the person typed stays; `overwrite` replaces it where the résumé says something.
        """
        present = self.get(name)
        changes: dict[str, object] = {}
        for field in fields(draft):
            read = getattr(draft, field.name)
            if field.name == "skills":
                changes["skills"] = _merged_skills(present.skills, read, overwrite=overwrite)
            elif field.name == "licences":
                changes["licences"] = (*present.licences, *read)
            elif read and (overwrite or not getattr(present, field.name)):
                changes[field.name] = read
        return self.change(name, changes)

    def delete(self, name: str, *, active: str | None = None) -> None:
        """Delete a profile with all of its jobs; the caller makes the backup first.

        Raises `UsageError` for the only profile and for the one that is `active`, `NotFound` for none.
        """
        from sqlmodel import func, select

        from jobcopilot.profiles.tables import Profile

        with self._database().writing() as session:
            profile = _row(session, name)
            if active is not None and profile.name.casefold() == active.casefold():
                raise UsageError(
                    "The active profile cannot be deleted", profile.name, "Switch to another one first."
                )
            if session.exec(select(func.count()).select_from(Profile)).one() == 1:
                raise UsageError(
                    "The only profile cannot be deleted",
                    profile.name,
                    "Add another one first: profile add NAME.",
                )
            session.delete(profile)


def checked_name(name: str) -> str:
    """Return a profile's name as it is kept; raises `UsageError` in words for what cannot be one."""
    wanted = clean_line(name)
    if not wanted or len(wanted) > NAME_LIMIT or not _NAME.fullmatch(wanted):
        raise UsageError(
            "This cannot be a profile's name",
            repr(wanted[: NAME_LIMIT * 2]),
            f"Use 1 to {NAME_LIMIT} letters, digits, spaces, - or _, beginning with a letter or digit.",
        )
    return wanted


def _meant(name: str, names: Iterable[str]) -> str:
    """Return the stored name that a person means; raises `NotFound` that lists those there are."""
    stored = [*names]
    if name in stored:
        return name
    folded = clean_line(name).casefold()
    for other in stored:
        if other.casefold() == folded:
            return other
    raise NotFound(
        "There is no such profile",
        repr(clean_line(name, 80)),
        f"There are: {', '.join(stored)}. Add one with: jobcopilot profile add NAME."
        if stored
        else "Add one with: jobcopilot profile add NAME.",
    )


def _view(row: Sequence[Any], skills: Sequence[SkillView]) -> ProfileView:
    return ProfileView(
        id=row[0],
        name=row[1],
        full_name=row[2],
        email=row[3],
        headline=row[4],
        summary=row[5],
        roles=tuple(json.loads(row[6])),
        places=tuple(json.loads(row[7])),
        licences=tuple(json.loads(row[8])),
        remote=row[9],
        seniority=row[10],
        years=row[11],
        minimum_pay=row[12],
        pay_currency=row[13],
        skills=tuple(skills),
        created_at=_moment(row[14]),
        updated_at=_moment(row[15]),
    )


def _moment(milliseconds: int) -> datetime:
    # As database.columns does, which cannot be imported here: it brings in SQLAlchemy.
    return _EPOCH + timedelta(milliseconds=milliseconds)


def _row(session: Session, name: str) -> Profile:
    from sqlmodel import select

    from jobcopilot.profiles.tables import Profile

    profiles = {profile.name: profile for profile in session.exec(select(Profile).order_by("id"))}
    return profiles[_meant(name, profiles)]


def _skills_of(session: Session, profile: Profile) -> tuple[SkillView, ...]:
    from sqlmodel import col, select

    from jobcopilot.profiles.tables import ProfileSkill

    rows = session.exec(
        select(ProfileSkill)
        .where(ProfileSkill.profile_id == profile.id)
        .order_by(col(ProfileSkill.position), col(ProfileSkill.id))
    )
    return tuple(SkillView(row.name, row.years) for row in rows)


def _write_skills(session: Session, profile: Profile, skills: Iterable[SkillView]) -> None:
    from sqlmodel import col, delete

    from jobcopilot.profiles.tables import ProfileSkill

    assert profile.id is not None
    session.exec(delete(ProfileSkill).where(col(ProfileSkill.profile_id) == profile.id))
    session.add_all(
        ProfileSkill(profile_id=profile.id, name=skill.name, years=skill.years, position=position)
        for position, skill in enumerate(skills)
    )


def _combined(
    kept: Iterable[SkillView], added: Iterable[SkillView], removed: Iterable[SkillView]
) -> tuple[SkillView, ...]:
    gone = {skill.name.casefold() for skill in removed}
    skills = {skill.name.casefold(): skill for skill in kept}
    for skill in added:
        before = skills.get(skill.name.casefold())
        if before is None or skill.years is not None:
            skills[skill.name.casefold()] = skill
    return tuple(skill for key, skill in skills.items() if key not in gone)


def _merged_skills(
    present: Iterable[SkillView], read: Iterable[SkillView], *, overwrite: bool
) -> tuple[SkillView, ...]:
    from jobcopilot.profiles.fields import skill_key

    skills = {skill_key(skill.name): skill for skill in present}
    for skill in read:
        key = skill_key(skill.name)
        before = skills.get(key)
        if before is None or (skill.years is not None and (overwrite or before.years is None)):
            skills[key] = SkillView(before.name if before else skill.name, skill.years)
    return tuple(skills.values())

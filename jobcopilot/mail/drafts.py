"""First drafts of letters, from templates that vary by kind, stage, format, what the notes say, and the tone."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, tzinfo
from typing import Final

from jobcopilot.interviews.asked import zone_of
from jobcopilot.interviews.views import ContactView, RoundView
from jobcopilot.mail.facts import Sources, known_of
from jobcopilot.mail.notes_said import said_in
from jobcopilot.mail.templating import drafted
from jobcopilot.mail.views import Draft, LetterKind, Tone
from jobcopilot.profiles.views import ProfileView
from jobcopilot.text import clean_line

SIGN_OFFS: Final[dict[Tone, str]] = {
    "warm": "Best wishes",
    "plain": "Best regards",
    "formal": "Yours sincerely",
}
_STAGES: Final = (
    ("take_home", ("take-home", "take home", "takehome", "homework", "assignment", "challenge")),
    ("recruiter", ("recruiter", "phone screen", "hr ", "screening", "screen", "intro")),
    ("system_design", ("system design", "architecture", "design")),
    ("technical", ("technical", "coding", "pair", "live code", "whiteboard", "programming")),
    ("hiring_manager", ("hiring manager", "manager")),
    ("behavioral", ("behavio", "culture", "values", "bar raiser")),
    ("case", ("case",)),
    ("panel", ("panel",)),
    ("onsite", ("on-site", "onsite", "on site", "loop", "superday")),
    ("final", ("final",)),
    ("offer", ("offer",)),
)
_HONORIFICS: Final = re.compile(
    r"(?:dr|prof|mr|mrs|ms|mx|miss|sir|dame|rev|fr|sr|hon|herr|frau|mme|mlle|m|dipl|ing)\.?", re.IGNORECASE
)
_MET_WITHIN: Final = timedelta(days=6)
"""So long a weekday alone says which day was meant."""


@dataclass(frozen=True, slots=True)
class Voice:
    """How the person writes, and who it is."""

    name: str
    tone: Tone = "warm"
    sign_off: str = ""
    signature: str = ""

    @property
    def closing(self) -> str:
        """The last lines of every letter."""
        lines = [f"{self.sign_off or SIGN_OFFS[self.tone]},".replace(",,", ","), self.name, self.signature]
        return "\n".join(line for line in lines if line)


@dataclass(frozen=True, slots=True)
class Occasion:
    """What a letter is about: everything that it may say."""

    kind: LetterKind
    company: str
    job_title: str
    posting: str = ""
    round: RoundView | None = None
    contact: ContactView | None = None
    applied_at: datetime | None = None
    profile: ProfileView | None = None
    strangers: tuple[str, ...] = ()
    """Other companies and people that the person knows."""


def draft(occasion: Occasion, voice: Voice, now: datetime, zone: tzinfo) -> Draft:
    """Return a first draft; days are those of the zone that the round was agreed in, `zone` is the person's."""
    view = occasion.round
    said = said_in("" if view is None else view.notes)
    held = _held_on(view)
    return drafted(
        f"{occasion.kind}.txt.j2",
        tone=voice.tone,
        greeting_name=_addressed(occasion.contact, voice.tone),
        company=_phrase(occasion.company),
        job_title=_phrase(occasion.job_title),
        occasion=_said_stage(view),
        format="video" if view is None else view.format,
        stage="" if view is None else stage_of(view),
        when=_when(held, now, zone if view is None else zone_of(view.zone)),
        topics=said.topics,
        promised=said.promised,
        answer_due=said.answer_due,
        applied_on="" if occasion.applied_at is None else _day(occasion.applied_at.astimezone(zone).date()),
        closing=voice.closing,
    )


def sources_of(occasion: Occasion, voice: Voice, zone: tzinfo) -> Sources:
    """Return what a letter about this may draw on."""
    view, contact, profile = occasion.round, occasion.contact, occasion.profile
    texts = [
        occasion.company,
        occasion.job_title,
        occasion.posting,
        voice.name,
        voice.sign_off,
        voice.signature,
    ]
    days: set[date] = set()
    times = set()
    if view is not None:
        texts += [view.stage, view.place, view.link, view.notes, _said_stage(view)]
        texts += [word for met in view.contacts for word in (met.name, met.title)]
        for at in (view.starts_at, view.ends_at):
            if at is None:
                continue
            for where in (zone_of(view.zone), zone, UTC):
                local = at.astimezone(where)
                days.add(local.date())
                if where is not UTC:
                    times.add(local.time().replace(second=0, microsecond=0, tzinfo=None))
    if contact is not None:
        texts += [contact.name, contact.title, contact.company, contact.email, contact.notes]
    if profile is not None:
        texts += [profile.full_name, profile.email, profile.headline, profile.summary, *profile.roles]
        texts += [skill.name for skill in profile.skills]
    if occasion.applied_at is not None:
        days.add(occasion.applied_at.astimezone(zone).date())
    return Sources(known_of(texts), frozenset(days), frozenset(times), frozenset(occasion.strangers))


def stage_of(view: RoundView) -> str:
    """Return what sort of interview a stage names, empty for one that only the person understands."""
    if view.format == "take_home":
        return "take_home"
    words = f"{view.stage.casefold()} "
    return next((stage for stage, marks in _STAGES if any(mark in words for mark in marks)), "")


def first_name(name: str) -> str:
    """Return what a person is called: without "Dr.", and the part after the comma of "Hopper, Grace"."""
    family, comma, given = name.partition(",")
    words = (given if comma and given.strip() else family).split()
    while len(words) > 1 and _HONORIFICS.fullmatch(words[0]):
        words.pop(0)
    # An initial is no name to be called by.
    return " ".join(words) if words and len(words[0].rstrip(".")) == 1 else (words[0] if words else "")


def _addressed(contact: ContactView | None, tone: Tone) -> str:
    if contact is None:
        return ""
    name = clean_line(contact.name, 80)
    if tone == "formal":
        family, comma, given = name.partition(",")
        return f"{given.strip()} {family.strip()}" if comma and given.strip() else name
    return first_name(name)


def _said_stage(view: RoundView | None) -> str:
    """Return a stage within a sentence: `technical interview`, `HR screen`; a name of its own keeps its capitals."""
    if view is None:
        return "interview"
    words = [
        word.lower() if word.capitalize() == word else word for word in clean_line(view.stage, 80).split()
    ]
    stage = " ".join(words)
    if view.format == "take_home":
        return stage if re.search(r"task|assignment|challenge|homework", stage) else f"{stage} task"
    said = re.search(r"interview|call|screen|round|chat|conversation|meeting|loop", stage)
    return stage if said else f"{stage} interview".strip()


def _held_on(view: RoundView | None) -> datetime | None:
    return None if view is None or view.format == "take_home" else view.starts_at


def _when(at: datetime | None, now: datetime, zone: tzinfo) -> str:
    """Return the day in words that stay true when the letter is sent a day later; empty for what is still to come."""
    if at is None or at > now:
        return ""
    day = at.astimezone(zone).date()
    if now.astimezone(zone).date() - day <= _MET_WITHIN:
        return f"{day:%A}"
    return _day(day)


def _day(day: date) -> str:
    return f"{day.day} {day:%B}"


def _phrase(words: str) -> str:
    return clean_line(words, 120)

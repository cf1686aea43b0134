"""What to send or ask after a round and after an application, when, and for how long that makes sense."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Final

from jobcopilot.interviews.views import EARLIEST_YEAR, LATEST_YEAR, FollowUpKind, Met
from jobcopilot.text import clean_line

TOO_LATE: Final = timedelta(days=14)
"""What was due longer ago is not planned: importing last year's applications asks for nothing."""
TITLE_LIMIT: Final = 200


@dataclass(frozen=True, slots=True)
class FollowUpRules:
    """When follow-ups are due: hours after a round's end, calendar days after it and after an application."""

    thank_you_hours: int = 24
    follow_up_days: int = 7
    inquiry_days: int = 14
    application_days: tuple[int, ...] = (7, 14)


@dataclass(frozen=True, slots=True)
class Planned:
    """A follow-up that the rules ask for; `due_at` is in UTC, and `key` is the same each time they ask for it."""

    key: str
    kind: FollowUpKind
    title: str
    due_at: datetime
    contact_id: int | None = None


def after_round(
    round_id: int,
    stage: str,
    company: str,
    ends_at: datetime,
    contacts: Sequence[Met],
    rules: FollowUpRules,
    zone: tzinfo,
) -> tuple[Planned, ...]:
    """Return what follows from a round, counted from its end: thanks to each person met, a follow-up, an inquiry.

    Thanks are due so many hours later, the others so many calendar days later at the same time by the wall clock
    of `zone`, also where the clocks change in between. Keys tell follow-ups of one round apart; which round that is
    is kept beside them.
    """
    thanks_at = ends_at.astimezone(UTC) + timedelta(hours=rules.thank_you_hours)
    named = f" ({company})" if company else ""
    met = {contact.id: contact for contact in contacts}
    planned = [
        Planned(
            f"thank_you:{contact.id}",
            "thank_you",
            _title(f"Thank {contact.name or 'your interviewer'}{named}"),
            thanks_at,
            contact.id,
        )
        for contact in met.values()
    ]
    if not met:
        title = f"Send thanks for the {stage}{named}"
        planned.append(Planned("thank_you", "thank_you", _title(title), thanks_at))
    planned.append(
        Planned(
            "follow_up",
            "follow_up",
            _title(f"Follow up on the {stage}{named}"),
            _days_after(ends_at, rules.follow_up_days, zone),
        )
    )
    planned.append(
        Planned(
            "status_inquiry",
            "status_inquiry",
            _title(f"Ask {company or 'the company'} where things stand after the {stage}"),
            _days_after(ends_at, rules.inquiry_days, zone),
        )
    )
    return tuple(planned)


def after_application(
    title: str,
    company: str,
    applied_at: datetime,
    rules: FollowUpRules,
    zone: tzinfo,
    now: datetime,
) -> tuple[Planned, ...]:
    """Return when to ask after an application that nobody answered; not what was due more than `TOO_LATE` ago.

    Days are calendar days by the wall clock of `zone`. A day's key (`application:7`) does not change with the others.
    A date that was not meant (the year 9999 in a file) asks for nothing.
    """
    planned: list[Planned] = []
    if not EARLIEST_YEAR <= applied_at.year <= LATEST_YEAR:
        return ()
    for count, days in enumerate(sorted(set(rules.application_days))):
        due = _days_after(applied_at, days, zone)
        if due < now - TOO_LATE:
            continue
        again = " again" if count else ""
        planned.append(
            Planned(
                f"application:{days}",
                "application",
                _title(f"Ask {company or 'the company'}{again} for news about the {title} role"),
                due,
            )
        )
    return tuple(planned)


def waits(job_status: str, kind: str) -> bool:
    """Return whether an open follow-up of this kind still has something to wait for at this status of its job.

    - Asking after an application ends with any answer: it waits only while the job is `applied`.
    - What follows from a round (thanks, follow-up, inquiry) ends with the search for this job: `rejected`,
      `withdrawn`, `accepted`. Until then each step of the pipeline may still hang on an earlier round's people.
    - What was agreed on or is the person's own (references, portfolio, other) is often asked for just when an offer
      was accepted, so only `rejected` and `withdrawn` end it.
    """
    if kind == "application":
        return job_status == "applied"
    if kind in ("thank_you", "follow_up", "status_inquiry"):
        return job_status not in ("rejected", "withdrawn", "accepted")
    return job_status not in ("rejected", "withdrawn")


def _days_after(at: datetime, days: int, zone: tzinfo) -> datetime:
    """Return the same time by the wall clock some days later, in UTC; a time that is skipped moves past the gap."""
    # Arithmetic within one zone is by its wall clock.
    return (at.astimezone(zone) + timedelta(days=days)).astimezone(UTC)


def _title(words: str) -> str:
    return clean_line(words, TITLE_LIMIT)

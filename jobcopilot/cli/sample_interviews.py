"""Invented interviews of the sample postings, for looking around."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from jobcopilot.interviews.views import OfferPart

if TYPE_CHECKING:
    from jobcopilot.runtime import Runtime


def book_samples(runtime: Runtime) -> None:
    """Book interviews, follow-ups and offers of the sample jobs, as if planned around the present day."""
    jobs = {(company, status): job_id for job_id, company, status in _jobs(runtime)}
    rounds, here = runtime.rounds, runtime.clock.now().astimezone(runtime.clock.zone())

    def at(days: int, hour: int, minute: int = 0) -> datetime:
        return here.replace(hour=hour, minute=minute, second=0, microsecond=0) + timedelta(days=days)

    def book(company: str, status: str, stage: str, starts_at: datetime | None, **fields: Any) -> int | None:
        job_id = jobs.get((company, status))
        if job_id is None:
            return None
        return rounds.book(job_id, {"stage": stage, "starts_at": starts_at, **fields}).round.id

    screen = book(
        "Halcyon Rail",
        "interviewed",
        "Recruiter Screen",
        at(-6, 15),
        format="phone",
        contacts=["Mary Jackson"],
    )
    if screen is not None:
        rounds.complete(
            screen, "passed", notes="Liked the migration story. Team of six, on call every fifth week."
        )
    technical = book(
        "Halcyon Rail",
        "interviewed",
        "Technical Interview",
        at(1, 10),
        contacts=["Grace Hopper", "Katherine Johnson"],
        link="https://meet.example.com/halcyon",
    )
    if technical is not None:
        for task in runtime.interviews.tasks(technical)[:2]:
            runtime.tasks.done(task.id)
    book("Fjordline", "interviewed", "Recruiter Screen", at(1, 10, 45), minutes=45, format="phone")
    book(
        "Copperfield",
        "interviewed",
        "On-site",
        at(3, 14),
        minutes=240,
        format="onsite",
        place="Kantstraße 148, Berlin",
        contacts=["Dorothy Vaughan"],
    )
    book("Parallax", "applied", "Take-home", at(2, 9), format="take_home")
    book("Initech", "applied", "Recruiter Screen", at(-1, 11), format="phone", contacts=["Annie Easley"])
    book("Quillon", "applied", "Hiring Manager", None)
    _offers(runtime, jobs, at(5, 18))


def _offers(runtime: Runtime, jobs: dict[tuple[str, str], int], deadline: datetime) -> None:
    offers = runtime.offers
    if (job_id := jobs.get(("Obsidian", "offer"))) is not None:
        offers.add(
            job_id,
            {
                "amount": 84_000.0,
                "currency": "EUR",
                "parts": [
                    OfferPart("Bonus", 6_000.0), OfferPart("Signing", 4_000.0, "once"),
                    OfferPart("Leave", text="30 days"),
                ],
                "deadline_at": deadline,
                "notes": "Two days a week in the office.",
            },
        )  # fmt: skip
    if (job_id := jobs.get(("Fjordline", "interviewed"))) is not None:
        offers.add(
            job_id,
            {
                "amount": 7_400.0,
                "currency": "EUR",
                "period": "month",
                "parts": [OfferPart("Leave", text="28 days"), OfferPart("Shares", text="0.1 %, four years")],
                "notes": "By word of mouth so far.",
            },
        )


def _jobs(runtime: Runtime) -> list[tuple[int, str, str]]:
    with runtime.reader.connection() as connection:
        return connection.execute(
            "SELECT id, company, status FROM job WHERE profile_id = ? AND deleted_at IS NULL ORDER BY id DESC",
            (runtime.profile.id,),
        ).fetchall()

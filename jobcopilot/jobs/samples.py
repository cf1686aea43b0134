"""Invented postings to look around with; each says in its tags that it is a sample."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from importlib.resources import files
from typing import TYPE_CHECKING

from jobcopilot.jobs.views import ImportReport, JobDraft, Status
from jobcopilot.profiles.views import ProfileDraft, SkillView
from jobcopilot.reading.pay import read_pay

if TYPE_CHECKING:
    from jobcopilot.clock import Clock
    from jobcopilot.jobs.intake import Intake

SAMPLE_TAG = "sample"

SAMPLE_PERSON = ProfileDraft(
    full_name="Ada",
    headline="Data engineer",
    roles=("Senior Data Engineer", "Data Platform Engineer"),
    places=("Berlin, Germany", "Hamburg, Germany", "Remote (Europe)"),
    seniority="senior",
    years=7,
    skills=(
        SkillView("Python", 7),
        SkillView("SQL", 7),
        SkillView("Apache Airflow", 4),
        SkillView("PostgreSQL", 6),
        SkillView("Docker", 4),
        SkillView("dbt", 2),
        SkillView("Git", 7),
    ),
)
SAMPLE_LIMITS: dict[str, object] = {"remote": "any", "minimum_pay": 75_000.0, "pay_currency": "EUR"}


def sample_drafts(now: datetime) -> Iterator[JobDraft]:
    """Yield the shipped samples as if posted in the weeks before `now` (aware)."""
    today: date = now.date()
    lines = files("jobcopilot.jobs").joinpath("data", "samples.jsonl").read_text("utf-8").splitlines()
    for row, line in enumerate(lines, start=1):
        known = json.loads(line)
        posted = today - timedelta(days=known["days_ago"])
        status: Status = known["status"]
        applied = status in ("applied", "interviewed", "offer", "rejected")
        yield JobDraft(
            title=known["title"],
            company=known["company"],
            place=known["place"],
            work_mode=known["work_mode"],
            description=known["description"],
            address=known["address"],
            source="import",
            source_id=known["source_id"],
            pay=read_pay(known["pay"]) if known["pay"] else None,
            posted_on=posted,
            status=status,
            tags=(SAMPLE_TAG,),
            applied_at=now - timedelta(days=max(known["days_ago"] - 2, 0)) if applied else None,
            row=row,
        )


def take_in_samples(intake: Intake, clock: Clock) -> ImportReport:
    """Import the samples as one batch that undo takes back whole."""
    return intake.take_in(sample_drafts(clock.now()), label="sample postings (invented)")

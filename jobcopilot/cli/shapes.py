"""The JSON objects of the command line: the names that scripts rely on."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from jobcopilot.jobs.views import BatchView, EventView, JobDetail, JobRow
from jobcopilot.profiles.views import ProfileView
from jobcopilot.reading.pay import Pay

if TYPE_CHECKING:
    from jobcopilot.jobs.importers.preview import UnreadValue
    from jobcopilot.jobs.intake import IntakeReport


def pay_object(pay: Pay | None) -> dict[str, Any] | None:
    """Return pay as found and as yearly figures; what was not said is null, never 0."""
    if pay is None:
        return None
    return {
        "text": pay.text,
        "min": pay.minimum,
        "max": pay.maximum,
        "currency": pay.currency,
        "period": pay.period,
        "yearly_min": pay.yearly_minimum,
        "yearly_max": pay.yearly_maximum,
        "known": pay.known,
    }


def job_line(row: JobRow) -> dict[str, Any]:
    """Return what a list says of a job."""
    return {
        "id": row.id,
        "title": row.title,
        "company": row.company,
        "location": row.place,
        "work_mode": row.work_mode,
        "status": row.status,
        "match": row.match,
        "level": row.level,
        "coverage": row.coverage,
        "blocked": row.blocked,
        "pay": pay_object(row.pay),
        "source": row.source,
        "posted": row.posted_on,
        "deadline": row.deadline,
        "favourite": row.favourite,
        "possible_duplicate": row.possible_duplicate,
        "created": row.created_at,
        "updated": row.updated_at,
    }


def job_whole(detail: JobDetail) -> dict[str, Any]:
    """Return everything known of a job."""
    return job_line(detail.row) | {
        "url": detail.address,
        "source_id": detail.source_id,
        "closed": detail.closed_on,
        "description": detail.description,
        "notes": detail.notes,
        "company_notes": detail.company_notes,
        "tags": detail.tags,
        "matched": detail.matched,
        "missing": detail.missing,
        "summary": detail.summary,
        "applied": detail.applied_at,
        "rejected": detail.rejected_at,
        "rejection_reason": detail.rejection_reason,
        "viewed": detail.viewed_at,
        "applied_description": detail.applied_description,
        "possible_duplicate_of": detail.duplicate_of,
        "documents": detail.documents,
    }


def event_object(event: EventView) -> dict[str, Any]:
    """Return one change of one job."""
    return {
        "id": event.id,
        "job": event.job_id,
        "batch": event.batch_id,
        "at": event.at,
        "action": event.action,
        "before": event.before,
        "after": event.after,
    }


def batch_object(batch: BatchView) -> dict[str, Any]:
    """Return one act that undo takes back whole."""
    return {
        "id": batch.id,
        "kind": batch.kind,
        "label": batch.label,
        "at": batch.at,
        "jobs": batch.jobs,
        "undone": batch.undone,
    }


def report_object(report: IntakeReport, remarks: Sequence[UnreadValue] = ()) -> dict[str, Any]:
    """Return what an import did; `remarks` are the single values that it could not use."""
    return {
        "read": report.read,
        "added": report.added,
        "updated": report.updated,
        "duplicates": report.duplicates,
        "deleted": report.deleted,
        "rejected": [{"row": refused.row, "reason": refused.reason} for refused in report.rejected],
        "remarks": [{"row": value.row, "reason": remark_words(value)} for value in remarks],
        "batch": report.batch,
        "possible_duplicates": report.possible_duplicates,
    }


def remark_words(value: UnreadValue) -> str:
    """Return what became of a value that an import could not use."""
    return f'"{value.text}" in column "{value.column}" was not understood and left out of that field'


def profile_object(profile: ProfileView, *, active: bool) -> dict[str, Any]:
    """Return who is searching and what is wanted."""
    return {
        "id": profile.id,
        "name": profile.name,
        "active": active,
        "full_name": profile.full_name,
        "email": profile.email,
        "headline": profile.headline,
        "summary": profile.summary,
        "roles": profile.roles,
        "skills": [{"name": skill.name, "years": skill.years} for skill in profile.skills],
        "years": profile.years,
        "places": profile.places,
        "remote": profile.remote,
        "minimum_pay": profile.minimum_pay,
        "pay_currency": profile.pay_currency,
        "seniority": profile.seniority,
        "licences": profile.licences,
        "created": profile.created_at,
        "updated": profile.updated_at,
    }

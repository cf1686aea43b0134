"""The JSON objects and lines of interviews, contacts, tasks, follow-ups and offers."""

from __future__ import annotations

from datetime import datetime, tzinfo
from typing import Any

from jobcopilot.interviews.clashes import Clash
from jobcopilot.interviews.views import ContactView, FollowUpView, OfferView, RoundView, TaskView
from jobcopilot.reminders.compose import moment, time_left
from jobcopilot.runtime import Runtime


def round_object(view: RoundView) -> dict[str, Any]:
    """Return everything known of a round; moments in UTC."""
    return {
        "id": view.id,
        "job": view.job_id,
        "company": view.company,
        "title": view.job_title,
        "job_status": view.job_status,
        "stage": view.stage,
        "start": view.starts_at,
        "end": view.ends_at,
        "minutes": view.minutes,
        "zone": view.zone,
        "format": view.format,
        "place": view.place or None,
        "link": view.link or None,
        "status": view.status,
        "outcome": view.outcome,
        "notes": view.notes,
        "contacts": [{"id": met.id, "name": met.name, "title": met.title} for met in view.contacts],
        "prepared": {"done": view.tasks_done, "total": view.tasks_total},
        "reminders_before": view.reminders,
    }


def clash_object(clash: Clash) -> dict[str, Any]:
    """Return two rounds that are in each other's way, and by how many minutes."""
    return {
        "interviews": [clash.first_id, clash.second_id],
        "kind": clash.kind,
        "minutes": clash.minutes,
    }


def contact_object(view: ContactView) -> dict[str, Any]:
    """Return everything known of a contact."""
    return {
        "id": view.id,
        "name": view.name,
        "title": view.title,
        "company": view.company or None,
        "email": view.email or None,
        "phone": view.phone or None,
        "linkedin": view.linkedin or None,
        "notes": view.notes,
        "jobs": view.job_ids,
        "interviews": view.round_ids,
    }


def task_object(view: TaskView) -> dict[str, Any]:
    """Return one task."""
    return {
        "id": view.id,
        "interview": view.round_id,
        "title": view.title,
        "detail": view.detail,
        "due": view.due_at,
        "done": view.done,
        "done_at": view.done_at,
        "position": view.position,
        "own": not view.key,
    }


def follow_up_object(view: FollowUpView) -> dict[str, Any]:
    """Return one follow-up."""
    return {
        "id": view.id,
        "job": view.job_id,
        "interview": view.round_id,
        "company": view.company,
        "kind": view.kind,
        "title": view.title,
        "due": view.due_at,
        "status": "stopped" if view.stopped else view.status,
        "contact": None if view.contact is None else {"id": view.contact.id, "name": view.contact.name},
        "notes": view.notes,
        "done_at": view.done_at,
    }


def offer_object(view: OfferView) -> dict[str, Any]:
    """Return one offer; missing amounts are null, never 0."""
    return {
        "id": view.id,
        "job": view.job_id,
        "company": view.company,
        "title": view.job_title,
        "amount": view.amount,
        "currency": view.currency or None,
        "period": view.period,
        "parts": view.parts,
        "deadline": view.deadline_at,
        "notes": view.notes,
    }


class Times:
    """Says moments as the person reads them now."""

    def __init__(self, runtime: Runtime) -> None:
        self.now: datetime = runtime.clock.now()
        self.zone: tzinfo = runtime.clock.zone()

    def said(self, at: datetime | None) -> str:
        """Return a moment in the person's zone, or a dash."""
        return "—" if at is None else moment(at, self.now, self.zone)

    def left(self, at: datetime | None) -> str:
        """Return what is left until a moment, empty where it has passed."""
        return "" if at is None or at <= self.now else time_left(at - self.now)

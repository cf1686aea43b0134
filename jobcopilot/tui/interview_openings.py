"""Opens the dialogues of interviews from anywhere in the app; each is imported when it is first opened.

What a dialogue changes in the database, the screens see by themselves when they are in front again.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

if TYPE_CHECKING:
    from textual.app import App

    from jobcopilot.interviews.views import FollowUpView, RoundView, TaskView
    from jobcopilot.tui.app import JobcopilotApp


def open_booking(app: App[Any], job_id: int) -> None:
    """Book a round of a job."""
    from jobcopilot.tui.modals.booking import BookRound

    app.push_screen(BookRound(job_id))


def open_round(app: App[Any], view: RoundView) -> None:
    """Edit a round."""
    from jobcopilot.tui.modals.booking import EditRound

    app.push_screen(EditRound(view))


def open_moving(app: App[Any], view: RoundView) -> None:
    """Give a round another time."""
    from jobcopilot.tui.modals.booking import MoveRound

    app.push_screen(MoveRound(view))


def open_completing(app: App[Any], view: RoundView) -> None:
    """Say how a round went."""
    from jobcopilot.tui.modals.completing import CompleteRound

    app.push_screen(CompleteRound(view))


def open_task(app: App[Any], round_id: int, task: TaskView | None = None) -> None:
    """Add a task to a round, or edit one."""
    from jobcopilot.tui.modals.task import TaskForm

    app.push_screen(TaskForm(round_id, task))


def open_put_off(app: App[Any], thing: FollowUpView | TaskView) -> None:
    """Put a follow-up or a task off."""
    from jobcopilot.tui.failures import start_work
    from jobcopilot.tui.modals.put_off import put_off

    start_work(app, put_off(cast("JobcopilotApp", app), thing), name="put-off")


def open_follow_up(app: App[Any], job_id: int, round_id: int | None = None) -> None:
    """Plan a follow-up of one's own."""
    from jobcopilot.tui.modals.follow_up import FollowUpForm

    app.push_screen(FollowUpForm(job_id, round_id))


def open_letter(
    app: App[Any],
    *,
    round_id: int | None = None,
    job_id: int | None = None,
    kind: str = "thank_you",
    contact_id: int | None = None,
) -> None:
    """Write a letter about a round, or about an application."""
    from jobcopilot.tui.modals.letter import LetterPanel

    app.push_screen(LetterPanel(round_id=round_id, job_id=job_id, kind=kind, contact_id=contact_id))


def open_mail_setup(app: App[Any]) -> None:
    """Set the outgoing mail up."""
    from jobcopilot.tui.modals.mail_setup import MailSetupPanel

    app.push_screen(MailSetupPanel())


def open_contacts(app: App[Any]) -> None:
    """Show, add and edit contacts."""
    from jobcopilot.tui.modals.contacts import ContactsDialogue

    app.push_screen(ContactsDialogue())


def open_offers(app: App[Any], job_id: int | None = None) -> None:
    """Compare offers; with a job, one more of it can be written down."""
    from jobcopilot.tui.modals.offers import OffersDialogue

    app.push_screen(OffersDialogue(job_id))


def open_calendars(app: App[Any]) -> None:
    """Show how the calendars stand, connect and settle."""
    from jobcopilot.tui.modals.calendars import CalendarsDialogue

    app.push_screen(CalendarsDialogue())

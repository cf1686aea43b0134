"""Reminders by e-mail: each once, with the checklist, at the right moment on every night of the year."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from jobcopilot.database.moments import to_milliseconds
from jobcopilot.jobs.records import raw
from jobcopilot.mail import reminding
from jobcopilot.mail.chore import POST, glance
from jobcopilot.mail.views import MailReport
from jobcopilot.reminders.outboxes import Glance
from jobcopilot.settings import save_setting
from tests.fakes.interviews import BERLIN, NOON, make_pipeline
from tests.fakes.mail_desk import MailDesk
from tests.fakes.mail_server import MailServer


@pytest.fixture
def server() -> Iterator[MailServer]:
    with MailServer() as server:
        yield server


@pytest.fixture
def desk(tmp_path: Path, server: MailServer) -> MailDesk:
    desk = MailDesk(make_pipeline(tmp_path), server)
    desk.runtime.mail_setup.change({"reminders": True})
    return desk


def book(desk: MailDesk, at: datetime = NOON + timedelta(days=2), **fields: object) -> int:
    given = {"stage": "Technical", "starts_at": at, "contacts": ["Grace Hopper"], **fields}
    return desk.runtime.rounds.book(desk.pipeline.job(), given).round.id


def at(desk: MailDesk, moment: datetime) -> MailReport:
    desk.pipeline.clock.moment = moment
    return desk.run()


def subjects(desk: MailDesk) -> list[str]:
    return [one["Subject"] for one in desk.server.mails]


def text_of(desk: MailDesk, number: int = -1) -> str:
    part = desk.server.mails[number].get_body(("plain",))
    assert part is not None
    return str(part.get_content()).replace("\r\n", "\n")


def states(desk: MailDesk) -> list[str]:
    return [state for (state,) in desk.pipeline.rows("SELECT state FROM reminder_mail ORDER BY reminder_id")]


def test_a_day_and_two_hours_before_with_the_checklist(desk: MailDesk) -> None:
    begins = NOON + timedelta(days=2)
    number = book(desk, begins, link="https://meet.example/abc?a=1&b=2")
    first = desk.runtime.interviews.tasks(number)[0]
    desk.runtime.tasks.done(first.id)
    assert at(desk, begins - timedelta(hours=24, minutes=1)) == MailReport()
    assert at(desk, begins - timedelta(hours=24)).sent == 1
    mail = desk.server.mails[0]
    assert mail["Subject"] == "Technical with Acme: in 24 h"
    assert (mail["To"], mail["Auto-Submitted"]) == ("Ada Lovelace <ada@example.com>", "auto-generated")
    text = text_of(desk)
    assert "Tomorrow 13:00–14:00 CET" in text
    assert "With: Grace Hopper" in text
    assert f"[x] {first.title}" in text
    assert text.count("[ ]") == len(desk.runtime.interviews.tasks(number)) - 1
    assert "Still to prepare" not in text
    html = mail.get_body(("html",))
    assert html is not None
    assert '<a href="https://meet.example/abc?a=1&amp;b=2">' in html.get_content()
    at(desk, begins - timedelta(hours=18))  # the evening before: what is still to be prepared
    at(desk, begins - timedelta(hours=2))
    assert subjects(desk)[-1] == "Technical with Acme: in 2 h"
    assert len(desk.server.mails) == 3
    for hours in (1, 0, -5, -50):
        at(desk, begins - timedelta(hours=hours))
    assert len(desk.server.mails) == 3


def test_nothing_is_sent_before_it_is_turned_on_nor_what_was_due_before(desk: MailDesk) -> None:
    begins = NOON + timedelta(days=2)
    book(desk, begins)
    desk.runtime.mail_setup.change({"reminders": False})
    assert at(desk, begins - timedelta(hours=23)) == MailReport()
    desk.runtime.mail_setup.change({"reminders": True})
    assert at(desk, begins - timedelta(hours=22)) == MailReport()
    desk.runtime.mail_setup.change({"reminders_to": "phone@example.org"})
    assert at(desk, begins - timedelta(hours=2)).sent == 1
    assert desk.server.mails[-1]["To"].addresses[0].addr_spec == "phone@example.org"


def test_a_moved_round_is_told_at_its_new_time_and_a_cancelled_one_not(desk: MailDesk) -> None:
    begins = NOON + timedelta(days=2)
    number = book(desk, begins)
    desk.runtime.rounds.move(number, begins + timedelta(hours=5))
    assert at(desk, begins - timedelta(hours=24)) == MailReport()
    assert at(desk, begins - timedelta(hours=19)).sent == 1
    desk.runtime.rounds.cancel(number)
    for hours in (10, 3, 0):
        assert at(desk, begins + timedelta(hours=5 - hours)) == MailReport()
    assert len(desk.server.mails) == 1


def told(desk: MailDesk) -> None:
    """Let the desktop have told what is due."""
    with desk.runtime.database.writing() as session:
        raw(session).execute(
            "UPDATE reminder SET status = 'sent', next_attempt = NULL WHERE due_at <= ?",
            (to_milliseconds(desk.pipeline.clock.moment),),
        )


def test_the_desktop_having_told_it_or_not_makes_no_difference(desk: MailDesk) -> None:
    begins = NOON + timedelta(days=2)
    book(desk, begins)
    desk.pipeline.clock.moment = begins - timedelta(hours=24)
    told(desk)
    assert at(desk, begins - timedelta(hours=24)).sent == 1


@pytest.mark.parametrize("hours", [24 * 9, 3, -1])
def test_moved_after_the_desktop_told_it_the_old_time_brings_no_mail(desk: MailDesk, hours: int) -> None:
    """Telling settles a reminder, so that moving the round does not cancel it any more."""
    begins = NOON + timedelta(days=2)
    number = book(desk, begins)
    desk.pipeline.clock.moment = begins - timedelta(hours=24)
    told(desk)
    desk.runtime.rounds.move(number, begins + timedelta(hours=hours))
    assert at(desk, begins - timedelta(hours=24)).sent == 0
    assert "moved" in desk.pipeline.rows("SELECT error FROM reminder_mail")[0][0]


def test_cancelled_after_the_desktop_told_it_brings_no_mail(desk: MailDesk) -> None:
    begins = NOON + timedelta(days=2)
    number = book(desk, begins)
    desk.pipeline.clock.moment = begins - timedelta(hours=24)
    told(desk)
    desk.runtime.rounds.cancel(number)
    assert at(desk, begins - timedelta(hours=24)).sent == 0
    assert desk.server.mails == []


def quiet(desk: MailDesk, start: str, end: str, **more: object) -> None:
    for name, value in {"quiet_from": start, "quiet_to": end, **more}.items():
        save_setting(desk.runtime.home.settings_file, f"reminders.{name}", value)


def test_quiet_hours_hold_a_mail_back_until_they_end(desk: MailDesk) -> None:
    """13:00 in Berlin: 24 hours before falls into the quiet hours from 12:00 to 15:30."""
    quiet(desk, "12:00", "15:30")
    begins = NOON + timedelta(days=2)
    book(desk, begins)
    due = begins - timedelta(hours=24)
    assert at(desk, due) == MailReport(waiting=1)
    assert states(desk) == ["waiting"]
    assert at(desk, due + timedelta(hours=2, minutes=29)).sent == 0
    assert desk.server.mails == []
    assert at(desk, due + timedelta(hours=2, minutes=30)).sent == 1
    assert len(subjects(desk)) == 1
    assert at(desk, due + timedelta(hours=3)).sent == 0


def test_two_hours_before_breaks_the_quiet_unless_it_is_not_to(desk: MailDesk) -> None:
    begins = NOON + timedelta(days=2)
    book(desk, begins)
    at(desk, begins - timedelta(hours=3))
    before = len(desk.server.mails)
    quiet(desk, "10:00", "12:30")
    assert at(desk, begins - timedelta(hours=2)).sent == 1
    assert len(desk.server.mails) == before + 1
    book(desk, begins + timedelta(days=1), contacts=[])
    quiet(desk, "10:00", "12:30", two_hours_break_quiet=False)
    tomorrow = begins + timedelta(days=1)
    at(desk, tomorrow - timedelta(hours=3))
    assert at(desk, tomorrow - timedelta(hours=2)) == MailReport(waiting=1)
    assert at(desk, tomorrow - timedelta(minutes=30)).sent == 1


def test_a_mail_that_the_quiet_would_hold_too_long_leaves_at_once(desk: MailDesk) -> None:
    quiet(desk, "10:00", "14:00", two_hours_break_quiet=False)
    begins = NOON + timedelta(days=2)
    book(desk, begins)
    assert at(desk, begins - timedelta(hours=2)).sent == 1


def test_quiet_hours_that_cannot_be_read_cost_no_mail(desk: MailDesk) -> None:
    quiet(desk, "noon", "later")
    begins = NOON + timedelta(days=2)
    book(desk, begins)
    assert at(desk, begins - timedelta(hours=24)).sent == 1


def test_what_comes_late_says_so_and_what_has_begun_is_not_sent(desk: MailDesk) -> None:
    begins = NOON + timedelta(days=2)
    book(desk, begins)
    assert at(desk, begins - timedelta(hours=1)).sent >= 1
    assert "This comes late" in text_of(desk, 0)
    desk.server.taken.clear()
    book(desk, begins + timedelta(days=3))
    at(desk, begins + timedelta(days=3))
    assert desk.server.taken == []
    assert "missed" in states(desk)


def test_no_more_than_so_many_an_hour(desk: MailDesk, monkeypatch: pytest.MonkeyPatch) -> None:
    assert reminding.MOST_AN_HOUR == 20
    monkeypatch.setattr(reminding, "MOST_AN_HOUR", 4)
    begins = NOON + timedelta(days=2)
    for number in range(4 + 3):
        book(desk, begins + timedelta(minutes=number % 3), contacts=[], minutes=30)
    due = begins - timedelta(hours=23, minutes=50)
    assert at(desk, due) == MailReport(sent=4, waiting=3)
    assert at(desk, due + timedelta(minutes=59)) == MailReport()
    assert at(desk, due + timedelta(minutes=60, seconds=1)).sent == 3
    assert len(desk.server.mails) == 4 + 3


def test_after_a_night_asleep_one_mail_tells_it(desk: MailDesk) -> None:
    begins = NOON + timedelta(days=2)
    book(desk, begins)
    assert at(desk, begins - timedelta(minutes=90)) == MailReport(sent=1)
    assert states(desk).count("missed") == 2
    assert "This comes late" in text_of(desk)


def test_a_dropped_connection_brings_no_second_mail(desk: MailDesk) -> None:
    begins = NOON + timedelta(days=2)
    book(desk, begins)
    desk.server.drop = lambda: True
    assert at(desk, begins - timedelta(hours=24)).uncertain == 1
    desk.server.drop = lambda: False
    assert at(desk, begins - timedelta(hours=23)) == MailReport()
    assert len(desk.server.mails) == 1


def test_greylisting_is_waited_out_and_a_refusal_told(desk: MailDesk) -> None:
    begins = NOON + timedelta(days=2)
    book(desk, begins)
    answers = iter(["450 later"])
    desk.server.rcpt = lambda _address: next(answers, None)
    due = begins - timedelta(hours=24)
    assert at(desk, due).waiting == 1
    assert at(desk, due + timedelta(seconds=59)) == MailReport()
    assert at(desk, due + timedelta(minutes=1)).sent == 1
    desk.server.rcpt = lambda _address: "550 no"
    assert at(desk, begins - timedelta(hours=2)).failed >= 1
    assert "550 no" in desk.runtime.mail_setup.state().trouble


def test_hostile_words_reach_no_header_and_no_markup(desk: MailDesk) -> None:
    from tests.hostile import HOSTILE

    begins = NOON + timedelta(days=2)
    stage = HOSTILE["header injection"]
    number = desk.runtime.rounds.book(
        desk.pipeline.job(company=HOSTILE["html"][:80]), {"stage": stage, "starts_at": begins}
    ).round.id
    desk.runtime.tasks.add(number, HOSTILE["html"])
    at(desk, begins - timedelta(hours=24))
    (mail,) = desk.server.mails
    assert mail["Bcc"] is None
    html = mail.get_body(("html",))
    assert html is not None
    assert "<script>" not in html.get_content()


@pytest.mark.parametrize(
    ("begins", "due", "said"),
    [
        # The clocks go forward in the night of 28 March 2027, back in that of 31 October 2027.
        (
            datetime(2027, 3, 28, 10, tzinfo=BERLIN),
            datetime(2027, 3, 27, 8, tzinfo=UTC),
            "Tomorrow 10:00–11:00 CEST",
        ),
        (
            datetime(2027, 3, 28, 1, 30, tzinfo=BERLIN),
            datetime(2027, 3, 27, 0, 30, tzinfo=UTC),
            "Tomorrow 01:30–03:30",
        ),
        (
            datetime(2027, 10, 31, 10, tzinfo=BERLIN),
            datetime(2027, 10, 30, 9, tzinfo=UTC),
            "Tomorrow 10:00–11:00 CET",
        ),
        (
            datetime(2027, 10, 31, 2, 30, tzinfo=BERLIN, fold=1),
            datetime(2027, 10, 30, 1, 30, tzinfo=UTC),
            "Tomorrow 02:30–03:30 CET",
        ),
    ],
)
def test_clock_changes_move_neither_the_hour_nor_the_words(
    desk: MailDesk, begins: datetime, due: datetime, said: str
) -> None:
    desk.pipeline.clock.moment = begins.astimezone(UTC) - timedelta(days=5)
    book(desk, begins)
    assert at(desk, due - timedelta(minutes=1)).sent == 0
    at(desk, due)
    told = [number for number, subject in enumerate(subjects(desk)) if "in 24 h" in subject]
    assert len(told) == 1
    assert any(line.startswith(said) for line in text_of(desk, told[0]).split("\n"))


def test_a_glance_knows_when_the_next_one_is_due(desk: MailDesk) -> None:
    begins = NOON + timedelta(days=2)
    book(desk, begins)
    home = desk.runtime.home
    due = to_milliseconds(begins - timedelta(hours=24))
    assert glance(home, to_milliseconds(NOON)) == Glance((), due)
    assert glance(home, due).due == (POST,)
    desk.runtime.mail_setup.change({"reminders": False})
    assert glance(home, due) == Glance()
    desk.runtime.mail_setup.forget()
    assert glance(home, due) == Glance(set_up=False)

"""Tasks, follow-ups, putting off, contacts and offers through their dialogues, on a real home."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from jobcopilot.interviews.values import FieldError
from jobcopilot.interviews.views import OfferPart
from jobcopilot.jobs.views import JobDraft
from jobcopilot.runtime import Runtime
from jobcopilot.tui import interview_openings as openings
from jobcopilot.tui.modals.contacts import ContactForm, ContactsDialogue
from jobcopilot.tui.modals.offers import OfferForm, OffersDialogue, read_amount, read_part
from jobcopilot.tui.modals.pick_job import PickJob
from tests.tui.driving import NARROW, WIDE
from tests.tui.real_home import NOW, AtHome, at_home, home_of

BOTH = pytest.mark.parametrize("size", [NARROW, WIDE], ids=["narrow", "wide"])


def home(folder: Path) -> Runtime:
    runtime = home_of(folder, JobDraft("Data Engineer", "Acme", source="manual", status="interviewed"))
    runtime.rounds.book(1, {"stage": "Call", "starts_at": NOW + timedelta(days=3), "contacts": ["Grace"]})
    return runtime


async def filled(driven: AtHome, **texts: str) -> None:
    for name, text in texts.items():
        driven.field(name).text = text
    await driven.settled()


@BOTH
async def test_a_task_is_added_and_edited(tmp_path: Path, size: tuple[int, int]) -> None:
    runtime = home(tmp_path)
    async with at_home(runtime, size) as driven:
        openings.open_task(driven.app, 1)
        await driven.settled()
        await filled(driven, title="Ask Bob about the team", due="tomorrow")
        assert "= Sat 21 Nov 2026 18:00" in driven.text()
        await driven.press("ctrl+s")
        task = next(task for task in runtime.interviews.tasks(1) if task.title == "Ask Bob about the team")
        assert task.due_at == datetime(2026, 11, 21, 18, tzinfo=UTC)
        openings.open_task(driven.app, 1, task)
        await driven.settled()
        await filled(driven, title="")
        await driven.press("ctrl+s")
        assert "cannot be empty" in driven.text()
        await filled(driven, title="Ask Bob and Ann", detail="at lunch")
        await driven.press("ctrl+s")
        changed = runtime.interviews.task(task.id)
        assert (changed.title, changed.detail, changed.due_at) == ("Ask Bob and Ann", "at lunch", task.due_at)


async def test_a_date_that_is_none_stands_at_its_field(tmp_path: Path) -> None:
    runtime = home(tmp_path)
    async with at_home(runtime, NARROW) as driven:
        openings.open_task(driven.app, 1)
        await driven.settled()
        before = len(runtime.interviews.tasks(1))
        await filled(driven, title="Rest", due="30 Feb")
        await driven.press("ctrl+s")
        assert "✗" in driven.text()
        assert len(runtime.interviews.tasks(1)) == before


@pytest.mark.parametrize(
    ("key", "until"),
    [
        ("h", NOW + timedelta(hours=1)),
        ("e", datetime(2026, 11, 20, 18, tzinfo=UTC)),
        ("t", datetime(2026, 11, 21, 9, tzinfo=UTC)),
        ("3", datetime(2026, 11, 23, 9, tzinfo=UTC)),
        ("w", datetime(2026, 11, 27, 9, tzinfo=UTC)),
    ],
)
async def test_putting_off_with_one_key(tmp_path: Path, key: str, until: datetime) -> None:
    runtime = home(tmp_path)
    follow_up = runtime.follow_ups.add(1, "portfolio_sent", NOW + timedelta(minutes=5))
    async with at_home(runtime, NARROW) as driven:
        openings.open_put_off(driven.app, follow_up)
        await driven.settled()
        await driven.press(key)
        await driven.until(lambda: "is put off to" in driven.said(), "the toast")
        assert runtime.interviews.follow_up(follow_up.id).due_at == until


async def test_putting_off_to_a_typed_time(tmp_path: Path) -> None:
    runtime = home(tmp_path)
    task = runtime.interviews.tasks(1)[0]
    async with at_home(runtime, NARROW) as driven:
        openings.open_put_off(driven.app, task)
        await driven.settled()
        await driven.pilot.press("o")
        await driven.until(lambda: "Put off until" in driven.text(), "the question")
        for letter in "tomorrow 20:30":
            await driven.pilot.press("space" if letter == " " else "colon" if letter == ":" else letter)
        await driven.press("enter")
        await driven.until(lambda: "is put off to" in driven.said(), "the toast")
        assert runtime.interviews.task(task.id).due_at == datetime(2026, 11, 21, 20, 30, tzinfo=UTC)


async def test_a_follow_up_is_planned(tmp_path: Path) -> None:
    runtime = home(tmp_path)
    async with at_home(runtime, NARROW) as driven:
        openings.open_follow_up(driven.app, 1, 1)
        await driven.settled()
        await filled(driven, kind="references_sent", due="Mon", contact="1")
        await driven.press("ctrl+s")
        (one,) = runtime.interviews.follow_ups(round_id=1)
        assert (one.kind, one.due_at, one.contact and one.contact.name) == (
            "references_sent", datetime(2026, 11, 23, 9, tzinfo=UTC), "Grace",
        )  # fmt: skip


@BOTH
async def test_contacts_are_listed_added_edited_and_deleted(tmp_path: Path, size: tuple[int, int]) -> None:
    runtime = home(tmp_path)
    async with at_home(runtime, size) as driven:
        openings.open_contacts(driven.app)
        await driven.settled()
        assert "Grace" in driven.text()
        await driven.pilot.press("a")
        await driven.until(lambda: isinstance(driven.app.screen, ContactForm), "the form")
        await driven.pilot.pause()
        for name, text in {"name": "Ada", "company": "Globex", "email": "ada at globex"}.items():
            driven.field(name).text = text
        await driven.pilot.press("ctrl+s")
        await driven.until(lambda: "not an e-mail address" in driven.text(), "the complaint")
        driven.field("email").text = "ada@globex.com"
        await driven.pilot.press("ctrl+s")
        await driven.until(lambda: isinstance(driven.app.screen, ContactsDialogue), "the list")
        await driven.settled()
        assert [one.name for one in runtime.interviews.contacts()] == ["Ada", "Grace"]
        await driven.press("d")
        assert [one.name for one in runtime.interviews.contacts()] == ["Grace"]
        runtime.history.undo()
        assert runtime.interviews.contact(2).email == "ada@globex.com"


async def test_an_offer_of_any_job_is_written_down_by_its_name(tmp_path: Path) -> None:
    runtime = home(tmp_path)
    runtime.jobs.add(JobDraft("Analyst", "Globex", source="manual"))
    async with at_home(runtime, NARROW) as driven:
        openings.open_offers(driven.app)
        await driven.settled()
        assert "No offer yet: a writes one down." in driven.text()
        await driven.press("a")
        await driven.until(lambda: isinstance(driven.app.screen, PickJob), "which job")
        await driven.type("globex")
        await driven.settled()
        await driven.pilot.press("enter")
        await driven.until(lambda: isinstance(driven.app.screen, OfferForm), "the form")
        await driven.pilot.pause()
        driven.field("amount").text = "90.000"
        await driven.pilot.press("ctrl+s")
        await driven.until(lambda: isinstance(driven.app.screen, OffersDialogue), "the table")
        await driven.settled()
        assert [(one.company, one.amount) for one in runtime.interviews.offers()] == [("Globex", 90_000.0)]


@BOTH
async def test_offers_stand_side_by_side(tmp_path: Path, size: tuple[int, int]) -> None:
    runtime = home(tmp_path)
    runtime.jobs.add(JobDraft("Analyst", "Globex", source="manual"))
    runtime.offers.add(1, {"amount": 80_000.0, "currency": "EUR", "parts": [OfferPart("Bonus", 5_000.0)]})
    runtime.offers.add(2, {"amount": 7_000.0, "currency": "EUR", "period": "month", "deadline_at": NOW})
    async with at_home(runtime, size) as driven:
        openings.open_offers(driven.app, 1)
        await driven.settled()
        text = driven.text()
        for words in (
            "Acme",
            "Globex",
            "85,000 EUR a year ▲ best",
            "84,000 EUR a year",
            "Bonus",
            "Answer by",
        ):
            assert words in text, words
        await driven.press("l", "d")
        assert len(runtime.interviews.offers()) == 1
        await driven.pilot.press("a")
        await driven.until(lambda: isinstance(driven.app.screen, OfferForm), "the form")
        await driven.pilot.pause()
        for name, text in {
            "amount": "90.000",
            "currency": "$",
            "parts": "Signing: 5000 once\nLeave: 30 days",
        }.items():
            driven.field(name).text = text
        await driven.pilot.press("ctrl+s")
        await driven.until(lambda: isinstance(driven.app.screen, OffersDialogue), "the table")
        await driven.settled()
        made = runtime.interviews.offers()[0]
        assert (made.amount, made.currency, made.parts) == (
            90_000.0, "USD", (OfferPart("Signing", 5_000.0, "once"), OfferPart("Leave", text="30 days")),
        )  # fmt: skip
        assert "different currencies" in driven.text()
        assert "best" not in driven.text().replace("the best", "")


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("84000", 84_000),
        ("84,000", 84_000),
        ("84.000", 84_000),
        ("84 000", 84_000),
        ("85.5", 85.5),
        ("€90k", 90_000),
        ("", None),
    ],
)
def test_amounts_as_typed(text: str, amount: float | None) -> None:
    assert read_amount(text) == amount


def test_parts_as_typed() -> None:
    assert read_part("Bonus: 8,000 year") == OfferPart("Bonus", 8_000.0, "year")
    assert read_part("Leave: 30 days") == OfferPart("Leave", text="30 days")
    assert read_part("Shares: 0.1 %, four years") == OfferPart("Shares", text="0.1 %, four years")
    for wrong in ("nothing", ":", "Bonus:"):
        with pytest.raises(FieldError):
            read_part(wrong)

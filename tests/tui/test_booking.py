"""Booking, editing, moving and completing interviews through their forms, on a real home."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from jobcopilot.jobs.views import JobDraft
from jobcopilot.runtime import Runtime
from jobcopilot.tui import interview_openings as openings
from jobcopilot.tui.modals.booking import BookRound, EditRound, MoveRound
from jobcopilot.tui.modals.completing import CompleteRound, FollowUpTicks
from tests.hostile import HOSTILE
from tests.tui.driving import NARROW, WIDE
from tests.tui.real_home import NOW, AtHome, at_home, home_of

BOTH = pytest.mark.parametrize("size", [NARROW, WIDE], ids=["narrow", "wide"])


def home_with_job(folder: Path) -> Runtime:
    return home_of(folder, JobDraft("Data Engineer", "Acme", source="manual", status="applied"))


async def filled(home: AtHome, **texts: str) -> None:
    for name, text in texts.items():
        home.field(name).text = text
    await home.settled()


@pytest.mark.slow
@BOTH
async def test_a_round_is_booked_as_one_types_it(tmp_path: Path, size: tuple[int, int]) -> None:
    runtime = home_with_job(tmp_path)
    runtime.contacts.add({"name": "Grace Hopper", "company": "Acme", "jobs": [1]})
    async with at_home(runtime, size) as home:
        openings.open_booking(home.app, 1)
        await home.settled()
        assert home.field("stage").text == "Recruiter Screen"
        assert home.field("people").text == "Grace Hopper", "the contacts of the job are filled in"
        await filled(home, when="tomorrow 3pm", minutes="45")
        assert "= Sat 21 Nov 2026 15:00" in home.text()
        await home.press("ctrl+s")
        (view,) = runtime.interviews.rounds()
        assert view.starts_at == datetime(2026, 11, 21, 15, tzinfo=UTC)
        assert (view.minutes, view.status, [met.name for met in view.contacts]) == (
            45,
            "scheduled",
            ["Grace Hopper"],
        )
        assert "Booked: Recruiter Screen, Acme." in home.said()
        assert len(home.app.screen_stack) == 1


@pytest.mark.slow
async def test_another_zone_is_understood_and_kept(tmp_path: Path) -> None:
    runtime = home_with_job(tmp_path)
    async with at_home(runtime, WIDE) as home:
        openings.open_booking(home.app, 1)
        await home.settled()
        await filled(home, when="2026-12-01 10:00", zone="new york")
        assert "America/New_York" in home.text()
        await home.press("ctrl+s")
        (view,) = runtime.interviews.rounds()
        assert (view.starts_at, view.zone) == (datetime(2026, 12, 1, 15, tzinfo=UTC), "America/New_York")
        openings.open_booking(home.app, 1)
        await home.settled()
        await filled(home, stage="Call", when="2026-12-02 10:00 Europe/Berlin")
        await home.press("ctrl+s")
        assert runtime.interviews.round(2).zone == "Europe/Berlin"


@pytest.mark.slow
async def test_clashes_are_told_before_saving(tmp_path: Path) -> None:
    runtime = home_with_job(tmp_path)
    runtime.rounds.book(1, {"stage": "Call", "starts_at": NOW + timedelta(days=1)})
    async with at_home(runtime, WIDE) as home:
        openings.open_booking(home.app, 1)
        await home.settled()
        await filled(home, when="tomorrow 10:00")
        assert "⚠ overlaps Acme by 30 min" in home.text()
        assert len(runtime.interviews.rounds()) == 1
        await filled(home, when="tomorrow 12:00")
        assert "⚠" not in home.text()


@pytest.mark.slow
async def test_what_means_two_moments_is_asked(tmp_path: Path) -> None:
    runtime = home_with_job(tmp_path)
    async with at_home(runtime, WIDE) as home:
        openings.open_booking(home.app, 1)
        await home.settled()
        await filled(home, when="2027-10-31 02:30 Europe/Berlin")
        assert "ctrl+s asks which" in home.text()
        await home.pilot.press("ctrl+s")
        await home.until(lambda: "1  " in home.text() and "2  " in home.text(), "the question")
        await home.pilot.press("2")
        await home.settled()
        (view,) = runtime.interviews.rounds()
        assert view.starts_at == datetime(2027, 10, 31, 1, 30, tzinfo=UTC)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("field", "text", "says"),
    [
        ("when", "30 Feb 10:00", "Feb"),
        ("when", "2027-03-28 02:30 Europe/Berlin", "does not exist"),
        ("minutes", "0", ""),
        ("minutes", "30 days", ""),
        ("zone", "Atlantis", ""),
        ("link", "javascript:alert(1)", "not a web address"),
        ("stage", "", "cannot be empty"),
        ("people", "Grace <grace at acme>", "not an e-mail address"),
    ],
)
async def test_mistakes_stand_at_their_field_and_nothing_is_lost(
    tmp_path: Path, field: str, text: str, says: str
) -> None:
    runtime = home_with_job(tmp_path)
    async with at_home(runtime, WIDE) as home:
        openings.open_booking(home.app, 1)
        await home.settled()
        await filled(home, when="tomorrow 15:00", notes="bring the diagrams")
        await filled(home, **{field: text})
        await home.press("ctrl+s")
        assert runtime.interviews.rounds() == ()
        shown = home.text() + home.failure()
        assert says in shown
        assert home.field("notes").text == "bring the diagrams"
        assert isinstance(home.app.screen, BookRound)


async def test_editing_changes_only_what_was_touched(tmp_path: Path) -> None:
    runtime = home_with_job(tmp_path)
    view = runtime.rounds.book(
        1,
        {
            "stage": "Call",
            "starts_at": NOW + timedelta(days=2),
            "contacts": ["Grace"],
            "link": "https://a.example/",
        },
    ).round
    async with at_home(runtime, WIDE) as home:
        openings.open_round(home.app, view)
        await home.until(lambda: isinstance(home.app.screen, EditRound), "the form")
        await home.settled()
        await filled(home, notes="ask about on-call")
        await home.press("ctrl+s")
        after = runtime.interviews.round(view.id)
        assert after.notes == "ask about on-call"
        assert (after.starts_at, after.link, after.contacts) == (view.starts_at, view.link, view.contacts)
        await home.press("u")
        assert runtime.interviews.round(view.id).notes == ""


async def test_moving_gives_another_time(tmp_path: Path) -> None:
    runtime = home_with_job(tmp_path)
    view = runtime.rounds.book(1, {"stage": "Call", "starts_at": NOW + timedelta(days=2)}).round
    async with at_home(runtime, WIDE) as home:
        openings.open_moving(home.app, view)
        await home.until(lambda: isinstance(home.app.screen, MoveRound), "the form")
        await home.settled()
        await filled(home, when="in 3 days 16:00")
        await home.press("ctrl+s")
        assert runtime.interviews.round(view.id).starts_at == datetime(2026, 11, 23, 16, tzinfo=UTC)
        assert "Moved: Call, Acme." in home.said()


async def test_completing_says_what_follows_and_plans_what_is_ticked(tmp_path: Path) -> None:
    runtime = home_with_job(tmp_path)
    view = runtime.rounds.book(
        1, {"stage": "Call", "starts_at": NOW - timedelta(hours=2), "contacts": ["Grace"]}
    ).round
    async with at_home(runtime, WIDE) as home:
        openings.open_completing(home.app, view)
        await home.until(lambda: isinstance(home.app.screen, CompleteRound), "the form")
        await home.settled()
        assert "The job becomes interviewed." in home.text()
        assert "Sat 21 Nov 08:30  Thank Grace (Acme)" in home.text(), (
            "a long line loses its end, not its time"
        )
        home.field("outcome").text = "failed"
        await home.settled()
        assert "The job becomes rejected." in home.text()
        assert "Nothing follows" in home.text()
        home.field("outcome").text = "waiting"
        await home.settled()
        home.app.screen.query_one(FollowUpTicks).deselect("status_inquiry")
        await home.press("ctrl+s")
        after = runtime.interviews.round(view.id)
        assert (after.status, after.outcome, after.job_status) == ("completed", "waiting", "interviewed")
        assert [one.kind for one in runtime.interviews.follow_ups(round_id=view.id)] == [
            "thank_you",
            "follow_up",
        ]


async def test_leaving_warns_before_something_is_lost(tmp_path: Path) -> None:
    async with at_home(home_with_job(tmp_path), NARROW) as home:
        openings.open_booking(home.app, 1)
        await home.settled()
        await filled(home, when="tomorrow 3pm")
        await home.press("escape")
        assert "not saved" in home.text()
        await home.press("escape")
        assert len(home.app.screen_stack) == 1


@pytest.mark.slow
async def test_hostile_words_in_every_field(tmp_path: Path) -> None:
    runtime = home_with_job(tmp_path)
    async with at_home(runtime, WIDE) as home:
        for words in HOSTILE.values():
            openings.open_booking(home.app, 1)
            await home.settled()
            await filled(
                home, stage=words[:100] or "x", when=words[:300], place=words[:300], people=words[:200]
            )
            await home.press("ctrl+s")
            for line in home.text().split("\n"):
                assert "\x1b" not in line
                assert "\u202e" not in line
            if isinstance(home.app.screen, BookRound):
                home.app.pop_screen()
                await home.settled()


@pytest.mark.slow
async def test_what_is_not_understood_is_said_at_its_field(tmp_path: Path) -> None:
    runtime = home_with_job(tmp_path)
    view = runtime.rounds.book(1, {"stage": "Call", "starts_at": NOW + timedelta(days=1)}).round
    async with at_home(runtime, WIDE) as home:
        openings.open_moving(home.app, view)
        await home.settled()
        agreed = home.field("when").text
        await filled(home, when="")
        assert "Give a date and a time" in home.text()
        assert "not agreed yet" not in home.text()
        await filled(home, when=agreed)
        for name, typed, said in (
            ("minutes", "soon", '✗ "soon"'),
            ("zone", "Mars/Phobos", '✗ "Mars/Phobos"'),
            ("when", "yesterdayish", '✗ "yesterdayish" says no time'),
        ):
            before = home.field(name).text
            await filled(home, **{name: typed})
            await home.press("ctrl+s")
            assert home.field(name).has_class("-wrong"), name
            assert said in home.text()
            assert home.failure() == ""
            await filled(home, **{name: before})
    assert runtime.interviews.round(view.id).starts_at == view.starts_at

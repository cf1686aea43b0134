"""Adding and editing jobs, profiles and exports through their forms, on a real home."""

from __future__ import annotations

import csv
import json
from datetime import date
from pathlib import Path

import pytest
from rich.cells import cell_len
from textual import events

from jobcopilot.jobs.views import JobDraft
from jobcopilot.tui import openings
from jobcopilot.tui.modals.fields import Choice, Field
from jobcopilot.tui.modals.job_fields import ADDED
from tests.hostile import HOSTILE
from tests.tui.driving import WIDE
from tests.tui.real_home import at_home, home_of

DRAFT = JobDraft(
    "Data Engineer", "Globex", place="Berlin", description="Python and SQL.", tags=("old",), source="manual"
)
OTHER = JobDraft("Backend Engineer", "Initech", place="Paris", source="manual")


async def test_a_job_is_added_by_hand(tmp_path: Path) -> None:
    async with at_home(home_of(tmp_path)) as home:
        openings.open_add(home.app)
        await home.settled()
        await home.type("Data Engineer")
        await home.press("enter")
        await home.type("Globex")
        home.field("pay").text = "€80–100k a year"
        home.field("tags").text = "dream, berlin"
        home.field("deadline").text = "1 Dec 2026"
        home.field("notes").text = "Ask Grace\nabout the team"
        await home.press("ctrl+s")
        (job,) = home.jobs()
        assert (job.row.title, job.row.company, job.row.source) == ("Data Engineer", "Globex", "manual")
        assert job.row.pay is not None
        assert job.row.pay.maximum == 100_000
        assert job.tags == ("berlin", "dream")
        assert job.row.deadline == date(2026, 12, 1)
        assert job.notes == "Ask Grace\nabout the team"
        assert "Tracked: Data Engineer." in home.said()
        assert len(home.app.screen_stack) == 1


@pytest.mark.slow
async def test_mistakes_stand_under_their_fields_and_nothing_is_lost(tmp_path: Path) -> None:
    async with at_home(home_of(tmp_path)) as home:
        openings.open_add(home.app)
        await home.settled()
        await home.type("Data Engineer")
        home.field("deadline").text = "soon"
        home.field("address").text = "not an address"
        await home.press("ctrl+s")
        shown = home.text()
        assert "✗ This is needed." in shown
        assert "✗ Takes a date such as 2026-12-01, or nothing." in shown
        assert "✗ Takes a web address (https://…), or nothing." in shown
        assert home.app.screen.focused is home.field("company").control
        assert home.field("title").text == "Data Engineer"
        assert home.jobs() == []
        await home.type("Globex")
        home.field("deadline").text = "2026-12-01"
        await home.settled()
        assert not home.field("deadline").has_class("-wrong")
        home.field("address").text = "example.org/jobs/1"
        await home.press("ctrl+s")
        (job,) = home.jobs()
        assert job.address == "https://example.org/jobs/1"


async def test_a_key_pressed_twice_adds_once(tmp_path: Path) -> None:
    async with at_home(home_of(tmp_path)) as home:
        openings.open_add(home.app)
        await home.settled()
        home.field("title").text = "Data Engineer"
        home.field("company").text = "Globex"
        await home.press("ctrl+s", "ctrl+s", "ctrl+s")
        assert len(home.jobs()) == 1


@pytest.mark.slow
async def test_enter_goes_through_the_form_and_saves_at_its_end(tmp_path: Path) -> None:
    async with at_home(home_of(tmp_path)) as home:
        openings.open_add(home.app)
        await home.settled()
        await home.type("Data Engineer")
        await home.press("enter")
        await home.type("Globex")
        for _field in ADDED[1:]:
            assert home.jobs() == []
            await home.press("enter")
        assert [job.row.company for job in home.jobs()] == ["Globex"]


async def test_a_job_that_is_there_already_is_not_added_again(tmp_path: Path) -> None:
    runtime = home_of(
        tmp_path, JobDraft("Data Engineer", "Globex", address="https://example.org/1", source="manual")
    )
    async with at_home(runtime) as home:
        openings.open_add(home.app)
        await home.settled()
        home.field("title").text = "Data Engineer"
        home.field("company").text = "Globex"
        home.field("address").text = "https://example.org/1?utm_source=x"
        await home.press("ctrl+s")
        assert "You track this job already" in home.failure()
        assert len(home.jobs()) == 1
        assert home.field("title").text == "Data Engineer"


async def test_editing_changes_what_was_touched_and_undo_takes_it_back(tmp_path: Path) -> None:
    async with at_home(home_of(tmp_path, DRAFT), WIDE) as home:
        before = home.jobs()[0]
        openings.open_edit(home.app, [before.row.id])
        await home.settled()
        assert home.field("title").text == "Data Engineer"
        assert home.field("description").text == "Python and SQL."
        home.field("status").text = "applied"
        home.field("notes").text = "Sent on Friday"
        await home.press("ctrl+s")
        after = home.jobs()[0]
        assert (after.row.status, after.notes) == ("applied", "Sent on Friday")
        (event, *_) = home.runtime.history.events(before.row.id)
        assert {"status", "notes"} <= set(event.after)
        assert not {"title", "company", "tags", "deadline"} & set(event.after)
        await home.press("u")
        undone = home.jobs()[0]
        assert (undone.row.status, undone.notes) == ("new", "")


async def test_escape_warns_once_before_changes_are_dropped(tmp_path: Path) -> None:
    async with at_home(home_of(tmp_path, DRAFT)) as home:
        openings.open_edit(home.app, [home.jobs()[0].row.id])
        await home.settled()
        await home.type(" II")
        await home.press("escape")
        assert "What you changed is not saved" in home.text()
        await home.type("I")
        await home.press("escape")
        assert "What you changed is not saved" in home.text()
        await home.press("escape")
        assert len(home.app.screen_stack) == 1
        assert home.jobs()[0].row.title == "Data Engineer"


async def test_escape_leaves_an_untouched_form_at_once(tmp_path: Path) -> None:
    async with at_home(home_of(tmp_path, DRAFT)) as home:
        openings.open_edit(home.app, [home.jobs()[0].row.id])
        await home.settled()
        await home.press("escape")
        assert len(home.app.screen_stack) == 1


async def test_several_jobs_share_what_is_filled_in(tmp_path: Path) -> None:
    async with at_home(home_of(tmp_path, DRAFT, OTHER)) as home:
        openings.open_edit(home.app, [job.row.id for job in home.jobs()])
        await home.settled()
        assert "Edit 2 jobs" in home.text()
        home.field("status").text = "interested"
        home.field("tags").text = "+hot, -old"
        home.field("place").text = "-"
        await home.press("ctrl+s")
        first, second = home.jobs()
        assert {job.row.status for job in (first, second)} == {"interested"}
        assert (first.tags, second.tags) == (("hot",), ("hot",))
        assert (first.row.place, second.row.place) == ("", "")
        assert (first.row.title, second.row.title) == ("Data Engineer", "Backend Engineer")
        await home.press("u")
        assert [job.row.place for job in home.jobs()] == ["Berlin", "Paris"]


async def test_several_jobs_stay_as_they_are_where_nothing_is_filled_in(tmp_path: Path) -> None:
    async with at_home(home_of(tmp_path, DRAFT, OTHER)) as home:
        before = home.jobs()
        openings.open_edit(home.app, [job.row.id for job in before])
        await home.settled()
        await home.press("ctrl+s")
        assert home.jobs() == before


async def test_letters_and_arrows_move_in_choices_and_letters_stay_letters_in_lines(tmp_path: Path) -> None:
    async with at_home(home_of(tmp_path, DRAFT)) as home:
        openings.open_edit(home.app, [home.jobs()[0].row.id])
        await home.settled()
        await home.type("qux?;:1")
        assert home.field("title").text == "Data Engineerqux?;:1"
        choice = home.field("status").control
        assert isinstance(choice, Choice)
        choice.focus()
        await home.press("i")
        assert choice.value == "interested"
        await home.press("i")
        assert choice.value == "interviewed"
        await home.press("left")
        assert choice.value == "applied"
        await home.press("down")
        assert home.app.screen.focused is home.field("tags").control


@pytest.mark.slow
async def test_hostile_text_in_every_field_breaks_no_line(tmp_path: Path) -> None:
    async with at_home(home_of(tmp_path, DRAFT)) as home:
        openings.open_edit(home.app, [home.jobs()[0].row.id])
        await home.settled()
        fields = [field for field in home.app.screen.query(Field) if not isinstance(field.control, Choice)]
        width = home.app.size.width
        for at, (name, text) in enumerate(HOSTILE.items()):
            for field in fields:
                field.text = ""
                field.control.post_message(events.Paste(text))
                if name not in ("long word", "many lines"):
                    # Not only what terminals paste: a value may come from anywhere.
                    field.control.post_message(events.Paste(text[::-1]))
            await home.pilot.pause()
            for line in home.text().splitlines():
                assert not [char for char in line if ord(char) < 32 or 0x7F <= ord(char) < 0xA0], name
                assert "\u202e" not in line, name
                assert cell_len(line) == width, name
            if at % 5:
                continue
            home.app.screen.action_save()  # type: ignore[attr-defined]  # a form
            await home.settled()
            if len(home.app.screen_stack) == 1:
                openings.open_edit(home.app, [home.jobs()[0].row.id])
                await home.settled()
                fields = [f for f in home.app.screen.query(Field) if not isinstance(f.control, Choice)]
        assert len(home.jobs()) == 1


@pytest.mark.slow
async def test_every_field_is_reached_at_80_by_24(tmp_path: Path) -> None:
    async with at_home(home_of(tmp_path, DRAFT)) as home:
        openings.open_edit(home.app, [home.jobs()[0].row.id])
        await home.settled()
        for field in home.app.screen.query(Field):
            assert home.app.screen.focused is field.control
            assert field.control.region.bottom <= 23
            await home.press("tab")


async def test_export_writes_what_was_asked_for(tmp_path: Path) -> None:
    async with at_home(home_of(tmp_path / "home", DRAFT, OTHER)) as home:
        query = home.app.data.query("backend")
        openings.open_export(home.app, query, "-match", [home.jobs()[0].row.id])
        await home.settled()
        target = tmp_path / "jobs.csv"
        home.field("path").text = str(target)
        await home.press("ctrl+s")
        with target.open(newline="", encoding="utf-8-sig") as written:
            assert [row["title"] for row in csv.DictReader(written)] == ["Data Engineer"]
        assert f"1 job written to {target}" in home.said()

        openings.open_export(home.app, query, "-match")
        await home.settled()
        home.field("form").text = "jsonl"
        await home.settled()
        home.field("path").text = str(tmp_path / "jobs.jsonl")
        await home.press("ctrl+s")
        lines = (tmp_path / "jobs.jsonl").read_text("utf-8").splitlines()
        assert [json.loads(line)["title"] for line in lines] == ["Backend Engineer"]


async def test_export_asks_before_it_replaces_a_file(tmp_path: Path) -> None:
    async with at_home(home_of(tmp_path / "home", DRAFT)) as home:
        target = tmp_path / "jobs.json"
        target.write_text("mine")
        openings.open_export(home.app, home.app.data.query(""), "-match")
        await home.settled()
        home.field("form").text = "json"
        home.field("path").text = str(target)
        await home.press("ctrl+s")
        assert "is there already" in home.text()
        assert target.read_text() == "mine"
        await home.press("ctrl+s")
        assert "Data Engineer" in target.read_text()


async def test_export_to_a_folder_or_a_closed_place_is_told(tmp_path: Path) -> None:
    async with at_home(home_of(tmp_path / "home", DRAFT)) as home:
        openings.open_export(home.app, home.app.data.query(""), "-match")
        await home.settled()
        home.field("path").text = str(tmp_path)
        await home.press("ctrl+s")
        assert "name a file in it" in home.text()
        home.field("path").text = "/proc/nowhere/jobs.csv"
        await home.press("ctrl+s")
        assert "The export could not be written" in home.failure()
        await home.press("escape")
        assert home.failure() == ""
        assert len(home.app.screen_stack) == 2


async def test_the_profile_is_changed_and_every_job_compared_again(tmp_path: Path) -> None:
    async with at_home(home_of(tmp_path, DRAFT)) as home:
        assert not home.jobs()[0].matched
        openings.open_profile(home.app)
        await home.settled()
        home.field("full_name").text = "Ada"
        home.field("roles").text = "Data Engineer; Analytics Engineer"
        home.field("skills").text = "Python: 7, SQL\nGo: 2"
        home.field("min_pay").text = "75k EUR"
        home.field("years").text = "seven"
        await home.press("ctrl+s")
        assert "✗ Not a number. Write it like 7." in home.text()
        home.field("years").text = "7"
        await home.press("ctrl+s")
        profile = home.runtime.profile
        assert profile.roles == ("Data Engineer", "Analytics Engineer")
        assert [(skill.name, skill.years) for skill in profile.skills] == [
            ("Python", 7),
            ("SQL", None),
            ("Go", 2),
        ]
        assert (profile.minimum_pay, profile.pay_currency, profile.years) == (75_000, "EUR", 7)
        await home.until(lambda: bool(home.jobs()[0].matched), "the scoring")
        assert set(home.jobs()[0].matched) == {"Python", "SQL"}


async def test_a_profile_keeps_what_its_form_shows(tmp_path: Path) -> None:
    runtime = home_of(tmp_path)
    from jobcopilot.jobs.samples import SAMPLE_LIMITS, SAMPLE_PERSON
    from jobcopilot.tui.modals.profile_fields import changes_of, texts_of

    runtime.profiles.take_over("default", SAMPLE_PERSON)
    before = runtime.profiles.change("default", SAMPLE_LIMITS)
    after = runtime.profiles.change("default", changes_of(texts_of(before)))
    assert texts_of(after) == texts_of(before)
    assert after.skills == before.skills
    assert after.minimum_pay == before.minimum_pay
    runtime.close()


async def test_a_resume_is_shown_before_it_is_taken_over(tmp_path: Path) -> None:
    resume = tmp_path / "resume.json"
    resume.write_text(
        json.dumps(
            {
                "basics": {"name": "Ada Lovelace", "label": "Data Engineer"},
                "skills": [{"name": "Python"}, {"name": "SQL"}],
            }
        )
    )
    async with at_home(home_of(tmp_path / "home")) as home:
        openings.open_profile(home.app)
        await home.settled()
        home.field("headline").text = "My own words"
        await home.press("ctrl+r")
        await home.paste(f"'{resume}'")
        await home.press("enter")
        assert "Ada Lovelace" in home.text()
        assert home.runtime.profiles.get("default").full_name == ""
        await home.press("ctrl+s")
        assert home.runtime.profiles.get("default").full_name == "Ada Lovelace"
        assert home.field("full_name").text == "Ada Lovelace"
        assert home.field("headline").text == "My own words"
        assert "Python" in home.field("skills").text


@pytest.mark.slow
async def test_a_resume_that_is_not_there_is_told_once(tmp_path: Path) -> None:
    async with at_home(home_of(tmp_path)) as home:
        openings.open_profile(home.app)
        await home.settled()
        await home.press("ctrl+r")
        await home.type("/nowhere/resume.pdf")
        await home.press("enter")
        assert home.failure().count("✗") == 1
        assert "/nowhere/resume.pdf" in home.failure()
        await home.press("escape", "escape", "escape")
        assert len(home.app.screen_stack) == 1


@pytest.mark.slow
async def test_profiles_are_added_switched_and_deleted_with_a_backup(tmp_path: Path) -> None:
    async with at_home(home_of(tmp_path, DRAFT)) as home:
        openings.open_profiles(home.app)
        await home.settled()
        await home.press("d")
        assert "cannot be deleted" in home.text()
        await home.press("a")
        await home.type("freelance")
        await home.press("enter")
        assert [profile.name for profile in home.runtime.profiles.list()] == ["default", "freelance"]
        await home.press("enter")
        assert home.runtime.profile.name == "freelance"
        assert 'profile = "freelance"' in home.runtime.home.settings_file.read_text()
        assert home.jobs() == []
        await home.until(lambda: "No jobs yet" in home.text(), "the board of the other profile")

        openings.open_profiles(home.app)
        await home.settled()
        await home.press("k", "d")
        assert "backed up first" in home.text()
        await home.press("y")
        assert [profile.name for profile in home.runtime.profiles.list()] == ["freelance"]
        assert "before-deleting-default" in home.text()
        assert list(home.runtime.home.backups.iterdir())

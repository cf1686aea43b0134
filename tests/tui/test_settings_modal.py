"""Settings and keys: changed at once, kept in the file, told where they clash."""

from __future__ import annotations

from datetime import time, timedelta
from pathlib import Path

import pytest
from rich.cells import cell_len
from textual.widgets import OptionList

from jobcopilot.interviews.subjects import ROUND
from jobcopilot.jobs.views import JobDraft
from jobcopilot.reminders.inbox import ReminderLists
from jobcopilot.reminders.quiet import QuietHours, read_preferences
from jobcopilot.reminders.views import Subject
from jobcopilot.settings import load_settings
from jobcopilot.tui import openings
from jobcopilot.tui.commands import BY_ID, keys_of, problems
from jobcopilot.tui.modals.fields import LABEL_WIDTH, Field
from jobcopilot.tui.modals.keymap import exchanged, refusal, rivals, with_key, without_change
from jobcopilot.tui.modals.keys import KeysDialogue
from tests.tui.real_home import NOW, AtHome, at_home, home_of


async def test_theme_is_seen_at_once_and_kept_when_the_field_is_left(tmp_path: Path) -> None:
    async with at_home(home_of(tmp_path)) as home:
        openings.open_settings(home.app)
        await home.settled()
        file = home.runtime.home.settings_file
        await home.press("right")
        assert home.app.theme == "jobcopilot-light"
        assert load_settings(file).theme == "jobcopilot-dark"
        await home.press("down")
        assert load_settings(file).theme == "jobcopilot-light"
        await home.press("escape")
        assert home.app.theme == "jobcopilot-light"
        assert len(home.app.screen_stack) == 1


async def test_every_label_is_seen_whole(tmp_path: Path) -> None:
    async with at_home(home_of(tmp_path)) as home:
        openings.open_settings(home.app)
        await home.settled()
        labels = [one.label for one in home.app.screen.query(Field) if not one.has_class("-long")]
        assert len(labels) > 15
        assert [one for one in labels if cell_len(one) > LABEL_WIDTH] == []


async def test_comments_in_the_file_stay(tmp_path: Path) -> None:
    runtime = home_of(tmp_path)
    file = runtime.home.settings_file
    file.write_text("# mine\nonboarded = true\n\n[backup]\nkeep = 9 # enough\n", "utf-8")
    async with at_home(runtime) as home:
        openings.open_settings(home.app)
        await home.settled()
        assert home.field("backup.keep").text == "9"
        home.field("backup.daily").text = "no"
        home.field("board.sort").text = "-pay"
        home.field("board.query").text = "status:new"
        await home.press("escape")
        kept = load_settings(file)
        assert (kept.backup.daily, kept.backup.keep) == (False, 9)
        assert (kept.board.sort, kept.board.query) == ("-pay", "status:new")
        assert "# mine" in file.read_text()
        assert "# enough" in file.read_text()
        assert home.runtime.settings.board.sort == "-pay"


async def test_the_board_follows_at_once(tmp_path: Path) -> None:
    async with at_home(home_of(tmp_path)) as home:
        board = openings.board_of(home.app)
        assert board is not None
        openings.open_settings(home.app)
        await home.settled()
        home.field("board.view").text = "kanban"
        home.field("board.sort").text = "title"
        await home.settled()
        await home.press("escape")
        assert board.as_kanban
        assert board.search.sort == "title"


async def test_mistakes_are_told_at_the_field_and_not_kept(tmp_path: Path) -> None:
    async with at_home(home_of(tmp_path)) as home:
        openings.open_settings(home.app)
        await home.settled()
        home.field("backup.keep").text = "many"
        home.field("board.query").text = "match:>abc"
        await home.press("escape")
        assert len(home.app.screen_stack) == 2
        assert "Takes a whole number from 1 to 365." in home.text()
        assert "abc" in home.text()
        kept = load_settings(home.runtime.home.settings_file)
        assert (kept.backup.keep, kept.board.query) == (7, "")
        await home.press("escape")
        assert len(home.app.screen_stack) == 1


async def test_what_the_environment_sets_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JOBCOPILOT_BACKUP__KEEP", "3")
    async with at_home(home_of(tmp_path)) as home:
        openings.open_settings(home.app)
        await home.settled()
        assert home.field("backup.keep").text == "3"
        home.field("backup.keep").control.focus()
        await home.settled()
        assert "JOBCOPILOT_BACKUP__KEEP is set in the environment" in " ".join(home.text().split())


async def test_paths_and_extras_are_shown(tmp_path: Path) -> None:
    async with at_home(home_of(tmp_path), (140, 45)) as home:
        openings.open_settings(home.app)
        await home.settled()
        # They stand below everything that can be set.
        home.app.screen.query_one("#place").scroll_end(animate=False)
        await home.settled()
        shown = home.text()
        folders = home.runtime.home
        for path in (folders.settings_file, folders.database, folders.log_file, folders.backups):
            assert str(path)[:60] in shown
        for extra in ("voice", "engine", "llm"):
            assert extra in shown


async def test_a_settings_file_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    async with at_home(home_of(tmp_path)) as home:
        home.runtime.home.settings_file.write_text("theme = [", "utf-8")
        openings.forget_settings(home.app)
        openings.open_settings(home.app)
        await home.settled()
        assert "settings file cannot be read" in home.failure()
        await home.press("escape", "escape")
        assert len(home.app.screen_stack) == 1


# Keys


async def to_command(home: AtHome, name: str) -> None:
    openings.open_keys(home.app)
    await home.settled()
    await home.press("slash")
    await home.type(name)
    await home.press("enter")
    menu = home.app.screen.query_one(OptionList)
    menu.highlighted = menu.get_option_index(name)
    await home.settled()


@pytest.mark.slow
async def test_a_key_is_changed_and_holds_at_once(tmp_path: Path) -> None:
    async with at_home(home_of(tmp_path)) as home:
        await to_command(home, "board.view")
        await home.press("enter")
        await home.press("V")
        assert home.app._keymap["board.view"] == "V"
        assert load_settings(home.runtime.home.settings_file).keys == {"board.view": "V"}
        assert "changed" in home.text()
        await home.press("escape", "escape")
        board = openings.board_of(home.app)
        assert board is not None
        await home.press("v")
        assert not board.as_kanban
        await home.press("V")
        assert board.as_kanban


@pytest.mark.slow
async def test_a_key_that_is_taken_is_exchanged_when_pressed_again(tmp_path: Path) -> None:
    async with at_home(home_of(tmp_path)) as home:
        await to_command(home, "board.view")
        await home.press("enter")
        await home.press("s")
        assert "s belongs to Change the status" in home.text()
        await home.press("s")
        keymap = home.app._keymap
        assert keys_of(BY_ID["board.view"], keymap)[0] == "s"
        assert keys_of(BY_ID["board.status"], keymap)[0] == "v"
        assert not problems(load_settings(home.runtime.home.settings_file).keys)


async def test_escape_leaves_the_key_as_it_is(tmp_path: Path) -> None:
    async with at_home(home_of(tmp_path)) as home:
        await to_command(home, "board.view")
        await home.press("enter", "escape")
        assert home.app._keymap == {}
        assert isinstance(home.app.screen, KeysDialogue)


@pytest.mark.slow
async def test_fixed_keys_and_typed_letters_are_refused(tmp_path: Path) -> None:
    async with at_home(home_of(tmp_path)) as home:
        await to_command(home, "search.keep")
        await home.press("enter", "k")
        assert "it is typed in text fields there" in " ".join(home.text().split())
        await home.press("tab")
        assert "tab always goes to the next field" in " ".join(home.text().split())
        await home.press("f9")
        assert keys_of(BY_ID["search.keep"], home.app._keymap)[0] == "f9"


@pytest.mark.slow
async def test_a_command_gets_its_shipped_keys_again(tmp_path: Path) -> None:
    async with at_home(home_of(tmp_path)) as home:
        await to_command(home, "board.view")
        await home.press("plus", "W")
        assert keys_of(BY_ID["board.view"], home.app._keymap) == ["v", "W"]
        await home.press("backspace")
        assert home.app._keymap == {}
        assert load_settings(home.runtime.home.settings_file).keys == {}


@pytest.mark.slow
async def test_a_changed_letter_is_still_typed_in_text_fields(tmp_path: Path) -> None:
    async with at_home(home_of(tmp_path)) as home:
        await to_command(home, "app.help")
        await home.press("enter", "W")
        await home.press("escape", "escape")
        await home.press("slash")
        await home.type("W")
        board = openings.board_of(home.app)
        assert board is not None
        assert board.search.field.value == "W"
        assert len(home.app.screen_stack) == 1


def test_shipped_keys_meet_only_where_it_is_meant() -> None:
    meant = {"choose.take", "searches.run"}
    for command in BY_ID.values():
        for key in keys_of(command, {}):
            # Escape goes one step back, whatever that is where the focus is.
            assert key == "escape" or command.id in meant or not rivals(command, key, {}), (command.id, key)


def test_keymaps_are_written_as_the_settings_keep_them() -> None:
    view, status = BY_ID["board.view"], BY_ID["board.status"]
    assert with_key({}, view, "w", add=True) == {"board.view": "v,w"}
    assert with_key({"board.view": "v,w"}, view, "x", add=False) == {"board.view": "x,w"}
    assert exchanged({}, view, status, "s") == {"board.view": "s", "board.status": "v"}
    assert without_change({"board.view": "x", "list.down": "n"}, view) == {"list.down": "n"}
    assert refusal(view, "escape")
    assert not refusal(view, "w")


async def test_reminders_of_coming_rounds_follow_what_is_set(tmp_path: Path) -> None:
    runtime = home_of(tmp_path, JobDraft("Data Engineer", "Acme", source="manual", status="interviewed"))
    ahead = runtime.rounds.book(1, {"stage": "Call", "starts_at": NOW + timedelta(days=3)}).round

    def minutes_before() -> set[int]:
        subject = Subject(ROUND, ahead.id)
        waiting = [one for one in ReminderLists(runtime.reader, 1).of(subject) if one.status == "pending"]
        assert ahead.starts_at is not None
        return {
            int((ahead.starts_at - one.due).total_seconds()) // 60
            for one in waiting
            if one.kind != "preparation"
        }

    assert minutes_before() == {24 * 60, 2 * 60}
    before = runtime.history.batches()[0].label
    async with at_home(runtime) as home:
        openings.open_settings(home.app)
        await home.settled()
        assert home.field("interviews.remind_minutes").text == "24 h, 2 h"
        home.field("interviews.remind_minutes").text = "3 h, 30 min"
        home.field("interviews.buffer_minutes").text = "1 h"
        home.field("interviews.application_days").text = "10"
        home.field("reminders.quiet").text = "22:00–7:30"
        home.field("reminders.two_hours_break_quiet").text = "no"
        await home.press("escape")
        await home.settled()
        assert minutes_before() == {180, 30}
        kept = load_settings(runtime.home.settings_file)
        assert kept.interviews.remind_minutes == [180, 30]
        assert kept.interviews.buffer_minutes == 60
        assert kept.interviews.application_days == [10]
        told = read_preferences(runtime.home.settings_file)
        assert told.quiet == QuietHours(time(22), time(7, 30))
        assert not told.two_hours_break_quiet
        assert runtime.books.rules.clashes.buffer_minutes == 60
        assert runtime.history.batches()[0].label == before


@pytest.mark.parametrize(
    ("name", "text", "told"),
    [
        ("interviews.remind_minutes", "soon", "Write it like"),
        ("interviews.remind_minutes", "40 days", "one minute to three weeks"),
        ("interviews.preparation_at", "25:00", "Takes a time such as 18:00"),
        ("reminders.quiet", "22:00", "Takes two times"),
        ("interviews.thank_you_hours", "0", "from 1 to 336"),
        ("interviews.application_days", "7, x", "whole numbers of days"),
        ("interviews.buffer_minutes", "13 h", "of up to 12 h"),
    ],
)
async def test_what_reminders_cannot_keep_is_told_at_its_field(
    tmp_path: Path, name: str, text: str, told: str
) -> None:
    async with at_home(home_of(tmp_path)) as home:
        openings.open_settings(home.app)
        await home.settled()
        before = home.runtime.home.settings_file.read_text()
        home.field(name).text = text
        home.field(name).control.focus()
        await home.settled()
        await home.press("escape")
        assert told in " ".join(home.text().split())
        assert home.runtime.home.settings_file.read_text() == before

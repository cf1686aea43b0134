"""The board on made-up jobs: what a person presses, sees, and can take back."""

from __future__ import annotations

import time
import webbrowser
from pathlib import Path

import pytest
from textual.widgets import Input, TextArea

from jobcopilot.errors import StorageError
from jobcopilot.tui.screens import board
from jobcopilot.tui.start import Glance, glance_at
from tests.fakes.board_data import FakeBoardData, make_jobs
from tests.tui.driving import NARROW, WIDE, opened


async def test_the_first_frame_stands_before_any_job_is_read() -> None:
    async with opened(wait=False) as driven:
        assert "jobcopilot" in driven.lines()[0]
        assert "enter detail" in driven.lines()[-1]


async def test_wide_shows_the_list_with_the_posting_beside_it() -> None:
    async with opened(WIDE) as driven:
        text = driven.text()
        for words in (
            "Ada",
            "○ 6 new",
            "◑ 1 applied (1 this week)",
            "60 % answered",
            "12   by match ↓",
            "▸   92 ━━━━╸ Senior Data Engineer",
            "€80–100k",
            "Why 92  high",
            "“5+ years of Python and SQL”",
            "About the role",
        ):
            assert words in text, words


async def test_narrow_opens_the_posting_over_the_list_and_goes_back() -> None:
    async with opened(NARROW) as driven:
        assert "Why 92" not in driven.text()
        await driven.press("j", "enter")
        assert "Why 83" in driven.text()
        assert "▸" not in driven.text()
        assert driven.board.detail.has_focus
        await driven.press("escape")
        assert "Why 83" not in driven.text()
        assert "▸≈  83" in driven.text()
        assert driven.board.table.has_focus


async def test_the_posting_follows_the_cursor() -> None:
    async with opened(WIDE) as driven:
        await driven.press("j", "j")
        assert driven.board.row is not None
        assert driven.board.detail.reading is not None
        assert driven.board.detail.reading.detail.row.id == driven.board.row.id
        assert "Why 74" in driven.text()


async def test_resizing_changes_between_the_two() -> None:
    async with opened(NARROW) as driven:
        await driven.pilot.resize_terminal(*WIDE)
        await driven.settled()
        assert "Why 92" in driven.text()
        await driven.pilot.resize_terminal(*NARROW)
        await driven.settled()
        assert "Why 92" not in driven.text()


async def test_nothing_from_outside_is_read_as_markup_or_moves_a_column() -> None:
    async with opened(WIDE) as driven:
        line = next(line for line in driven.lines() if "Emoji" in line)
        assert "[red]…" in line
        await driven.press("/", *"emoji", "enter")
        assert "[bold]Python[/bold] <script>alert(1)</script> SQL" in driven.text()
        # Every line of the list ends in the same cell, whatever wide characters stand in it.
        strips = driven.app.screen._compositor.render_strips()
        assert {strip.cell_length for strip in strips} == {WIDE[0]}


# Changing


async def test_a_status_is_one_letter_away_and_undo_says_what_it_took_back() -> None:
    async with opened() as driven:
        await driven.press("s", "a")
        assert driven.data.store.stored(1).status == "applied"
        assert "“Senior Data Engineer”: ◑ applied. u takes it back." in driven.text()
        assert "◑ 2 applied" in driven.text()
        assert driven.board.view.row_id == 1
        await driven.press("u")
        assert driven.data.store.stored(1).status == "new"
        assert "Took back: changed status. U does it again." in driven.text()
        await driven.press("U")
        assert driven.data.store.stored(1).status == "applied"
        assert "Did again: changed status. u takes it back." in driven.text()
        await driven.press("U")
        assert "There is nothing to do again" in driven.text()


async def test_a_status_is_given_to_all_that_are_selected() -> None:
    async with opened() as driven:
        await driven.press("space", "space", "j", "space")
        assert "● 3 selected" in driven.text()
        await driven.press("s")
        assert "Status of 3 jobs" in driven.text()
        await driven.press("r")
        assert [job.id for job in driven.data.store.jobs if job.status == "rejected"] == [1, 5, 6, 11]
        assert "selected" not in driven.lines()[2]
        await driven.press("u")
        assert [job.id for job in driven.data.store.jobs if job.status == "rejected"] == [6]


async def test_leaving_the_status_menu_changes_nothing() -> None:
    async with opened() as driven:
        await driven.press("s", "escape")
        assert not driven.data.store.acts
        await driven.press("s", "j", "enter")
        assert driven.data.store.stored(1).status == "interested"


async def test_deleting_asks_nothing_and_can_be_taken_back() -> None:
    async with opened() as driven:
        await driven.press("d")
        assert "Deleted “Senior Data Engineer”. u takes it back." in driven.text()
        assert driven.board.view.row_id == 5, "the cursor is on what took its place"
        assert "11   by match" in driven.text()
        await driven.press("u")
        assert "12   by match" in driven.text()


async def test_nothing_left_to_undo_is_told() -> None:
    async with opened() as driven:
        await driven.press("u")
        assert "There is nothing to take back" in driven.text()
        await driven.press("escape")
        assert "There is nothing to take back" not in driven.text()


async def test_a_double_is_told_with_what_to_do_and_merged_into_the_older() -> None:
    async with opened() as driven:
        await driven.press("j")
        assert "Perhaps the same as “Senior Data Engineer” at Globex (new)." in driven.posting()
        await driven.press("m")
        assert driven.data.store.stored(1).id == 1
        assert [job.id for job in driven.data.store.jobs if job.deleted] == [5]
        assert "notes and histories are kept" in driven.said()


async def test_two_selected_jobs_are_merged_into_the_older_after_a_look_at_both() -> None:
    async with opened() as driven:
        await driven.press("j", "j", "space", "space")
        two = set(driven.board.view.selected)
        assert len(two) == 2
        assert "m merge" in driven.lines()[-1]
        older, newer = sorted(map(driven.data.store.stored, two), key=lambda job: (job.created_at, job.id))
        await driven.press_only("m")
        await driven.until(lambda: len(driven.app.screen_stack) == 2, "the question is asked")
        shown = driven.text()
        stays, goes = shown.split("goes into it:")
        assert "stays (the older)" in stays
        assert f"number {older.id}" in stays
        assert f"number {newer.id}" in goes
        await driven.press("y")
        assert [job.id for job in driven.data.store.jobs if job.deleted] == [newer.id]
        assert not driven.board.view.selected
        assert "notes and histories are kept" in driven.said()
        await driven.press("u")
        assert not [job for job in driven.data.store.jobs if job.deleted]


async def test_of_two_selected_jobs_the_one_under_the_cursor_stays() -> None:
    async with opened() as driven:
        await driven.press("space", "space", "k")
        stays = driven.board.view.row_id
        assert stays in driven.board.view.selected
        await driven.press_only("m")
        await driven.until(lambda: len(driven.app.screen_stack) == 2, "the question is asked")
        assert "stays (under the cursor)" in driven.text()
        await driven.press("n")
        assert not driven.data.store.acts
        await driven.press_only("m")
        await driven.until(lambda: len(driven.app.screen_stack) == 2, "the question is asked again")
        await driven.press("y")
        (gone,) = [job.id for job in driven.data.store.jobs if job.deleted]
        assert gone != stays


@pytest.mark.parametrize("keys", [("m",), ("space", "m"), ("space", "space", "space", "m")])
async def test_merging_says_how_where_there_is_nothing_to_merge(keys: tuple[str, ...]) -> None:
    async with opened() as driven:
        await driven.press(*keys)
        assert not driven.data.store.acts
        assert "Select the two jobs that are the same" in driven.said()


async def test_a_double_can_be_kept_apart() -> None:
    async with opened() as driven:
        await driven.press("m", "M")
        assert not driven.data.store.acts, "the job under the cursor has no double"
        await driven.press("j", "M")
        assert driven.data.store.stored(5).duplicate_of is None
        assert "Perhaps the same" not in driven.posting()


async def test_favourites_are_marked_and_unmarked() -> None:
    async with opened() as driven:
        await driven.press("f")
        assert driven.data.store.stored(1).favourite
        assert "▸♥  92" in driven.text()
        await driven.press("f")
        assert not driven.data.store.stored(1).favourite


async def test_notes_written_elsewhere_meanwhile_stay_below_ones_own() -> None:
    async with opened(jobs=make_jobs(1)) as driven:
        await driven.press("N")
        driven.data.change((1,), {"notes": "from the command line"})
        await driven.type("mine")
        await driven.press("escape")
        assert driven.data.store.stored(1).notes == "mine\n\n---\n\nfrom the command line"
        assert "elsewhere" in driven.said()


async def test_notes_are_written_kept_on_escape_and_shown_as_markdown() -> None:
    async with opened() as driven:
        await driven.press("N")
        area = driven.app.screen.query_one(TextArea)
        area.text = "# Call\n\nAsk for **Kim**\x1b[31m"
        await driven.press("escape")
        assert driven.data.store.stored(1).notes == "# Call\n\nAsk for **Kim**"
        await driven.press("right_square_bracket")
        assert "Ask for Kim" in driven.text()
        await driven.press("N", "escape")
        assert len(driven.data.store.acts) == 1, "unchanged notes are no change"
        await driven.press("u")
        assert driven.data.store.stored(1).notes == ""


# Looking at it


async def test_history_shows_what_changed() -> None:
    async with opened() as driven:
        await driven.press("s", "o", "left_square_bracket")
        assert "Mon 23 Nov 09:30  changed" in driven.text()
        assert "status: new → offer" in driven.text()


async def test_opening_a_job_remembers_that_it_was_looked_at() -> None:
    async with opened(NARROW) as driven:
        await driven.press("j", "enter")
        assert driven.data.store.viewed_ids == [5]


async def test_staying_on_a_job_remembers_it_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(board, "VIEWED_SECONDS", 0.01)
    async with opened(WIDE) as driven:
        await driven.until(lambda: driven.data.store.viewed_ids == [1])
        # Noting it changes the database; reading that again must not note it again.
        for _ in range(3):
            driven.data.store.version += 1
            driven.board.look()
            await driven.settled()
        assert driven.data.store.viewed_ids == [1]
        await driven.press("j")
        await driven.until(lambda: driven.data.store.viewed_ids == [1, 5])


async def test_a_job_deleted_elsewhere_while_it_is_opened_is_no_error() -> None:
    async with opened(NARROW) as driven:
        driven.data.store.stored(1).deleted = True
        await driven.press("enter")
        assert "Something went wrong" not in driven.text()
        assert "No job is chosen" in driven.text()


async def test_reading_keys_work_in_the_posting_and_from_the_list() -> None:
    jobs = make_jobs(2)
    jobs[0].description = "\n\n".join(f"Paragraph {number}" for number in range(400))
    async with opened(jobs=jobs) as driven:
        await driven.press("J")
        assert driven.board.table.has_focus
        assert driven.board.detail.scroll_offset.y > 10
        await driven.press("K", "enter", "G")
        assert "Paragraph 399" in driven.text()
        await driven.press("g", "j", "j", "k")
        assert driven.board.detail.scroll_offset.y == 1
        await driven.press("h")
        assert driven.board.table.has_focus


# Reaching out


async def test_copying_says_only_what_is_known() -> None:
    async with opened() as driven:
        await driven.press("y")
        assert "t  title    Senior Data Engineer" in driven.text()
        await driven.press("a")
        assert driven.app.clipboard == "https://jobs.example.org/1"
        assert "sent to the terminal's clipboard" in driven.text()


async def test_only_web_addresses_are_opened(monkeypatch: pytest.MonkeyPatch) -> None:
    visited: list[str] = []

    def visit(address: str) -> bool:
        visited.append(address)
        return True

    monkeypatch.setattr(webbrowser, "open", visit)
    async with opened() as driven:
        await driven.press("o")
        assert visited == ["https://jobs.example.org/1"]
        assert "Opened in your browser" in driven.text()
        driven.data.store.stored(1).address = "javascript:alert(1)"
        await driven.press("o")
        driven.data.store.stored(1).address = "file:///etc/passwd"
        await driven.press("o")
        assert "no web address" in driven.text()
        driven.data.store.stored(1).address = ""
        await driven.press("o")
        assert "No address came" in driven.text()
        assert len(visited) == 1


async def test_a_machine_without_browser_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(webbrowser, "open", lambda address: False)
    async with opened() as driven:
        await driven.press("o")
        assert "No web browser was found" in driven.text()


# Scoring


async def test_scoring_shows_how_far_it_is_and_escape_stops_it() -> None:
    async with opened() as driven:
        await driven.press("S")
        await driven.until(lambda: "scoring 1 of 12, esc stops" in driven.text())
        await driven.press("j")
        assert driven.board.table.cursor == 1, "the board stays usable"
        await driven.press("escape")
        await driven.until(lambda: "Stopped: 1 job scored" in driven.text())
        assert "scoring 1 of" not in driven.lines()[0]


async def test_leaving_does_not_wait_for_scoring() -> None:
    begun = time.perf_counter()
    async with opened() as driven:
        await driven.press("S", "q")
    assert time.perf_counter() - begun < 10


async def test_scoring_to_the_end_tells_how_many() -> None:
    async with opened() as driven:
        driven.data.step.set()
        await driven.press("S")
        await driven.until(lambda: "12 jobs scored" in driven.text())


# Changes made by others


async def test_changes_by_another_process_appear() -> None:
    async with opened() as driven:
        driven.data.store.change([1], {"title": "Renamed elsewhere"})
        await driven.until(lambda: "Renamed elsewhere" in driven.lines()[3])


async def test_the_board_is_not_read_again_while_nothing_changes() -> None:
    async with opened() as driven:
        before = len(driven.data.store.pages_read)
        driven.board.look()
        driven.board.look()
        await driven.settled()
        assert len(driven.data.store.pages_read) == before


# Sorting


async def test_sorting_keeps_the_cursor_on_its_job_and_turns_around() -> None:
    async with opened() as driven:
        await driven.press("z")
        assert "t  title" in driven.text()
        await driven.press("t")
        assert "by title ↑" in driven.text()
        assert driven.board.view.row_id == 1
        await driven.press("Z")
        assert "by title ↓" in driven.text()
        await driven.press("g")
        assert "データエンジニア" in driven.lines()[3]


# Empty, and in trouble


@pytest.mark.parametrize("size", [NARROW, WIDE])
async def test_an_empty_board_says_what_to_do_next(size: tuple[int, int]) -> None:
    async with opened(size, jobs=[]) as driven:
        assert "No jobs yet." in driven.text()
        assert ":  Every command by name" in driven.text()
        for key in ("s", "d", "m", "o", "y", "N", "f", "space", "enter", "S", "v", "v"):
            await driven.press(key)
        await driven.press("escape")
        assert "Something went wrong" not in driven.text()


async def test_a_search_without_hits_says_so() -> None:
    async with opened() as driven:
        await driven.press("/", *"zzzz", "enter")
        assert "No job fits this search." in driven.text()
        await driven.press("escape")
        assert "12   by match" in driven.text()


async def test_a_database_that_does_not_open_is_told_in_words() -> None:
    data = FakeBoardData()
    data.opening_failure = StorageError(
        "The disk is full", "/home/ada/jobs.sqlite3 could not grow", "Free some space."
    )
    async with opened(data=data, wait=False) as driven:
        await driven.until(lambda: "The disk is full" in driven.text())
        assert "could not grow" in driven.text()
        assert "Free some space." in driven.text()
        assert "1  try again" in driven.text()
        data.opening_failure = None
        await driven.press("escape", "1")
        assert "▸   92" in driven.text()
        assert "could not be opened" not in driven.text()


@pytest.mark.slow
async def test_a_theme_is_seen_at_once_and_kept(tmp_path: Path) -> None:
    data = FakeBoardData(home=tmp_path)
    async with opened(data=data) as driven:
        await driven.press("T", "j")
        assert driven.app.theme == "jobcopilot-light"
        await driven.press("escape")
        assert driven.app.theme == "jobcopilot-dark"
        await driven.press("T", "j", "enter")
        assert driven.app.theme == "jobcopilot-light"
        assert glance_at(data.runtime.home.settings_file).theme == "jobcopilot-light"


async def test_a_double_of_a_deleted_job_is_no_trouble() -> None:
    async with opened() as driven:
        driven.data.store.stored(1).deleted = True
        driven.data.store.version += 1
        driven.board.look()
        await driven.settled()
        assert driven.board.view.row_id == 5
        assert "Senior Data Engineer (m/w/d)" in driven.posting()
        assert "Perhaps the same" not in driven.posting()


async def test_what_fails_is_told_once_and_closed_with_escape() -> None:
    async with opened() as driven:
        driven.data.store.failing = StorageError(
            "The database is busy", "another program holds it", "Try again."
        )
        await driven.press("s", "a")
        assert "✗ The database is busy" in driven.text()
        assert driven.data.store.stored(1).status == "new"
        await driven.press("escape")
        assert "The database is busy" not in driven.text()
        await driven.press("s", "a")
        assert driven.data.store.stored(1).status == "applied"


async def test_an_unexpected_failure_is_no_traceback() -> None:
    async with opened() as driven:
        driven.data.store.failing = RuntimeError("secret words")
        await driven.press("d")
        assert "Something went wrong" in driven.text()
        assert "secret words" not in driven.text()
        assert "RuntimeError" in driven.text()


# Rooms and keys


async def test_letters_are_letters_in_a_text_field() -> None:
    async with opened() as driven:
        await driven.press("/")
        await driven.type("qsdvu?:;")
        assert driven.board.search.field.value == "qsdvu?:;"
        assert len(driven.app.screen_stack) == 1
        assert not driven.data.store.acts
        await driven.press("f1")
        assert "Help: search line" in driven.text()


async def test_quitting_leaves_at_once() -> None:
    async with opened() as driven:
        await driven.pilot.press("q")
        await driven.until(lambda: driven.app._exit)


async def test_the_view_and_order_of_the_settings_are_what_opens() -> None:
    async with opened(glance=Glance(view="kanban", sort="title", query="data")) as driven:
        assert driven.board.as_kanban
        assert "by title ↑" in driven.text()
        assert driven.app.screen.query_one(Input).value == "data"
        assert "8 of 12" in driven.text() or "of 12" in driven.text()


async def test_number_one_leads_home_from_anywhere() -> None:
    async with opened(NARROW) as driven:
        await driven.press("enter", "1")
        assert driven.board.table.has_focus
        assert "▸" in driven.text()

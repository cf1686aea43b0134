"""The kanban: one column a status, cards moved with one key and taken back with one."""

from __future__ import annotations

from jobcopilot.tui.start import Glance
from tests.fakes.board_data import make_jobs
from tests.tui.driving import NARROW, WIDE, opened

KANBAN = Glance(view="kanban")


async def test_columns_carry_sign_word_and_count() -> None:
    async with opened(WIDE, glance=KANBAN) as driven:
        head = driven.lines()[3]
        for words in ("○ new 6", "◔ interested 1", "◑ applied 1", "◕ interviewed 1", "★ offer 1"):
            assert words in head


async def test_only_the_columns_that_fit_are_drawn_and_the_others_are_hinted_at() -> None:
    async with opened(NARROW, glance=KANBAN) as driven:
        assert "○ new 6" in driven.lines()[3]
        assert "rejected" not in driven.lines()[3]
        assert driven.lines()[3].rstrip().endswith("›")
        await driven.press(*["l"] * 6)
        assert "✗ rejected 1" in driven.lines()[3]
        assert driven.lines()[3].startswith("‹")
        assert driven.board.row is not None
        assert driven.board.row.status == "rejected"


async def test_moving_a_card_changes_its_status_and_can_be_taken_back() -> None:
    async with opened(WIDE, glance=KANBAN) as driven:
        assert driven.board.view.row_id == 1
        await driven.press("L")
        assert driven.data.store.stored(1).status == "interested"
        assert driven.board.view.row_id == 1, "the cursor goes with the card"
        assert "◔ interested 2" in driven.text()
        assert "u takes it back" in driven.text()
        await driven.press("u")
        assert driven.data.store.stored(1).status == "new"
        await driven.press("H")
        assert driven.data.store.stored(1).status == "new", "there is nothing further left"


async def test_selected_cards_move_together() -> None:
    async with opened(WIDE, glance=KANBAN) as driven:
        await driven.press("space", "j", "space", "L")
        assert {job.id for job in driven.data.store.jobs if job.status == "interested"} == {1, 2, 5}


async def test_switching_views_stays_on_the_job() -> None:
    async with opened(WIDE) as driven:
        await driven.press("j", "j", "j")
        job = driven.board.view.row_id
        await driven.press("v")
        assert driven.board.as_kanban
        assert driven.board.focused is driven.board.kanban
        assert driven.board.view.row_id == job
        assert "s status" in driven.lines()[-1]
        await driven.press("v")
        assert driven.board.view.row_id == job


async def test_enter_opens_the_posting_beside_or_over_it() -> None:
    async with opened(WIDE, glance=KANBAN) as driven:
        assert "Why 92" not in driven.text()
        await driven.press("enter")
        assert "Why 92" in driven.text()
        assert "○ new 6" in driven.text()
        await driven.press("escape")
        assert "Why 92" not in driven.text()
    async with opened(NARROW, glance=KANBAN) as driven:
        await driven.press("enter")
        assert "Why 92" in driven.text()
        assert "○ new 6" not in driven.text()


async def test_a_long_column_is_fetched_as_far_as_it_is_seen() -> None:
    async with opened(NARROW, jobs=make_jobs(600), glance=KANBAN) as driven:
        assert "○ new 300" in driven.text()
        assert max(limit for _offset, limit in driven.data.store.pages_read) <= 100
        for _ in range(6):
            await driven.press("G")
        assert len(driven.board.kanban.columns[0].rows) == 300
        assert driven.board.kanban.row == driven.board.kanban.columns[0].rows[-1]
        await driven.press("g")
        assert driven.board.view.row_id == 1


async def test_a_search_deals_only_what_fits() -> None:
    async with opened(WIDE, glance=KANBAN) as driven:
        await driven.press("/", *"globex", "enter")
        assert "○ new 2" in driven.text()
        assert driven.board.focused is driven.board.kanban


async def test_a_click_goes_to_the_card() -> None:
    async with opened(WIDE, glance=KANBAN) as driven:
        await driven.pilot.click("#kanban", offset=(50, 2))
        await driven.settled()
        assert driven.board.row is not None
        assert driven.board.row.status == "applied"

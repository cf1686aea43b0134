"""The board on a real database: what it shows, changes and takes back is what the rooms below know."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from jobcopilot.errors import StorageError
from jobcopilot.jobs.query import Query
from jobcopilot.jobs.samples import take_in_samples
from jobcopilot.paths import find_home
from jobcopilot.runtime import Runtime
from jobcopilot.tui.board_data import BoardData
from jobcopilot.tui.failures import FailureStrip
from jobcopilot.tui.start import Glance
from tests.tui.driving import NARROW, WIDE, Driven, opened


def sampled(folder: Path) -> Runtime:
    """Return the runtime of a home with the sample postings."""
    runtime = Runtime(find_home(folder))
    runtime.open()
    take_in_samples(runtime.intake, runtime.clock)
    return runtime


def everything(runtime: Runtime) -> int:
    return runtime.pages.total(Query())


async def finished(driven: Driven) -> None:
    """Wait until the first reading, with its late imports, is over."""
    await driven.until(lambda: driven.board.search.total is not None)
    await driven.settled()


async def test_samples_are_listed_explained_changed_and_taken_back(tmp_path: Path) -> None:
    runtime = sampled(tmp_path)
    total = everything(runtime)
    async with opened(WIDE, data=BoardData(runtime)) as driven:
        await finished(driven)
        row = driven.board.row
        assert row is not None
        assert row.title in driven.posting()
        assert f"{total}   by match" in driven.text()
        await driven.press("s", "a")
        assert runtime.pages.get(row.id).row.status == "applied"
        assert runtime.pages.get(row.id).applied_at is not None
        await driven.press("left_square_bracket")
        assert "status: " in driven.posting()
        assert "→ applied" in driven.posting()
        await driven.press("u")
        assert runtime.pages.get(row.id).row.status == row.status
        await driven.press("d")
        assert everything(runtime) == total - 1
        await driven.press("u")
        assert everything(runtime) == total
        assert not driven.app.screen.query(FailureStrip)
    runtime.close()


async def test_a_change_by_another_process_appears_by_itself(tmp_path: Path) -> None:
    runtime = sampled(tmp_path)
    async with opened(WIDE, data=BoardData(runtime)) as driven:
        await finished(driven)
        row = driven.board.row
        assert row is not None
        other = Runtime(find_home(tmp_path))
        other.open()
        thread = threading.Thread(target=lambda: other.jobs.change([row.id], {"title": "Told elsewhere"}))
        thread.start()
        thread.join()
        other.close()
        await driven.until(lambda: "Told elsewhere" in driven.text(), "the change is seen")
        assert driven.board.view.row_id == row.id
    runtime.close()


@pytest.mark.slow
async def test_kanban_search_and_kept_searches_on_real_data(tmp_path: Path) -> None:
    runtime = sampled(tmp_path)
    async with opened(NARROW, data=BoardData(runtime), glance=Glance(view="kanban")) as driven:
        await finished(driven)
        row = driven.board.row
        assert row is not None
        await driven.press("L")
        assert runtime.pages.get(row.id).row.status != row.status
        await driven.press("v", "/")
        await driven.type("sample status:new")
        await driven.press("ctrl+s")
        await driven.type("new ones")
        await driven.press("enter")
        assert [search.name for search in runtime.searches.list()] == ["new ones"]
        assert not driven.app.screen.query(FailureStrip)
    runtime.close()


async def test_scoring_everything_again_tells_how_many(tmp_path: Path) -> None:
    runtime = sampled(tmp_path)
    total = everything(runtime)
    async with opened(WIDE, data=BoardData(runtime)) as driven:
        await finished(driven)
        await driven.press("S")
        await driven.until(lambda: f"{total} jobs scored" in driven.said())
    runtime.close()


async def test_looking_for_changes_costs_next_to_nothing(tmp_path: Path) -> None:
    import time

    runtime = sampled(tmp_path)
    data = BoardData(runtime)
    data.version()
    begun = time.perf_counter()
    for _ in range(200):
        data.version()
    assert (time.perf_counter() - begun) / 200 < 0.001
    runtime.close()


async def test_a_home_that_cannot_be_written_is_told_and_not_touched(tmp_path: Path) -> None:
    file = tmp_path / "home"
    file.write_text("a file stands where the folder should be", "utf-8")
    runtime = Runtime(find_home(file))
    async with opened(NARROW, data=BoardData(runtime), wait=False) as driven:
        await driven.until(lambda: "The data folder cannot be made" in driven.text(), "it is told")
        for key in ("j", "s", "d", "v", "slash", "x", "escape", "S", "u"):
            await driven.pilot.press(key)
    assert file.read_text("utf-8").startswith("a file stands")


async def test_the_day_is_backed_up_beside_the_screen(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    runtime = sampled(tmp_path)
    threads: list[threading.Thread] = []
    keep = Runtime.keep_backup

    def noted(self: Runtime) -> None:
        threads.append(threading.current_thread())
        keep(self)

    monkeypatch.setattr(Runtime, "keep_backup", noted)
    async with opened(WIDE, data=BoardData(runtime)) as driven:
        await finished(driven)
        await driven.until(
            lambda: bool(list(runtime.home.backups.glob("*-daily.sqlite3"))), "the backup is made"
        )
        assert threads
        assert threading.main_thread() not in threads
        assert not driven.app.screen.query(FailureStrip)
    runtime.close()


async def test_a_backup_that_fails_is_told_and_the_board_stays(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    runtime = sampled(tmp_path)

    def full(_runtime: Runtime) -> None:
        raise StorageError(
            "The backup could not be written", "backups: No space left on device", "Make room."
        )

    monkeypatch.setattr(Runtime, "keep_backup", full)
    async with opened(WIDE, data=BoardData(runtime)) as driven:
        await driven.until(lambda: bool(driven.app.screen.query(FailureStrip)), "the failure is told")
        await finished(driven)
        assert "The backup could not be written" in driven.text()
        assert driven.board.row is not None
        await driven.press("j")
        assert driven.board.table.cursor == 1
    runtime.close()


async def test_the_very_first_start_says_that_it_sets_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    go_on = threading.Event()
    open_data = BoardData.open

    def held(self: BoardData) -> None:
        assert go_on.wait(20)
        open_data(self)

    monkeypatch.setattr(BoardData, "open", held)
    runtime = Runtime(find_home(tmp_path))
    async with opened(WIDE, data=BoardData(runtime), glance=Glance(onboarded=False), wait=False) as driven:
        try:
            await driven.until(lambda: "setting up your board" in driven.text(), "it is said")
        finally:
            go_on.set()
        await driven.until(lambda: len(driven.app.screen_stack) == 2, "the first steps are shown")
        await driven.settled()
        assert driven.board.chrome.busy == ""
    runtime.close()

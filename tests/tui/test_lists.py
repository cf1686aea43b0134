"""The virtual list: 100,000 rows of which only those in view are fetched, a cursor and a selection by id."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rich.segment import Segment
from textual import events
from textual.app import App, ComposeResult
from textual.strip import Strip

from jobcopilot.tui.messages import RowOpened, SelectionChanged, TotalChanged
from jobcopilot.tui.widgets.lists import PAGE, PAGES_KEPT, VirtualList

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from textual.pilot import Pilot


@dataclass(frozen=True)
class Line:
    id: int


class Numbers:
    """Rows whose ids are numbers, as a source that counts what is asked of it."""

    def __init__(self, ids: Sequence[int]) -> None:
        self.order = ids
        self.asked: list[int] = []
        self.totals = 0
        self.gate = threading.Event()
        self.gate.set()

    def page(self, offset: int, limit: int) -> Sequence[Line]:
        self.asked.append(offset)
        self.gate.wait(10)
        return tuple(Line(number) for number in self.order[offset : offset + limit])

    def total(self) -> int:
        self.totals += 1
        return len(self.order)

    def ids(self) -> Sequence[int]:
        return list(self.order)


class NumberList(VirtualList[Line]):
    def draw_row(self, row: Line, width: int, *, at_cursor: bool, selected: bool) -> Strip:
        sign = ">" if at_cursor else "*" if selected else " "
        return Strip([Segment(f"{sign}{row.id}".ljust(width))], width)


class ListApp(App[None]):
    def __init__(self) -> None:
        super().__init__()
        self.rows = NumberList(id="rows")
        self.heard: list[object] = []

    def compose(self) -> ComposeResult:
        yield self.rows

    def on_row_opened(self, event: RowOpened) -> None:
        self.heard.append(event)

    def on_selection_changed(self, event: SelectionChanged) -> None:
        self.heard.append(event)

    def on_total_changed(self, event: TotalChanged) -> None:
        self.heard.append(event)

    def shown(self) -> list[str]:
        return [
            "".join(segment.text for segment in strip).strip(" ┃")
            for strip in self.screen._compositor.render_strips()
        ]


async def idle(pilot: Pilot[None]) -> None:
    for _ in range(200):
        await pilot.pause()
        if not list(pilot.app.workers):
            break
    await pilot.pause()


@asynccontextmanager
async def listed(source: Numbers) -> AsyncIterator[tuple[ListApp, Pilot[None]]]:
    app = ListApp()
    async with app.run_test(size=(40, 20)) as pilot:
        app.rows.open(source)
        await idle(pilot)
        yield app, pilot


async def test_only_what_is_near_is_fetched() -> None:
    source = Numbers(range(100_000))
    async with listed(source) as (app, pilot):
        assert app.shown()[:2] == [">0", "1"]
        assert app.rows.total == 100_000
        assert set(source.asked) <= {0, PAGE}
        await pilot.press("G")
        await idle(pilot)
        assert app.shown()[-1] == ">99999"
        assert set(source.asked) <= {0, PAGE, 99_900, 99_800}
        await pilot.press("g", "g")
        await idle(pilot)
        assert app.shown()[0] == ">0"


async def test_the_total_is_asked_after_the_rows_are_painted() -> None:
    source = Numbers(range(5000))
    async with listed(source) as (app, pilot):
        assert source.totals == 1
        assert app.rows.virtual_size.height == 5000
        # A second source is painted before its total is known.
        other = Numbers(range(7000, 12_000))
        seen: list[str] = []
        blocked = threading.Event()

        def total() -> int:
            seen.append(app.shown()[0])
            blocked.wait(5)
            return 5000

        other.total = total  # type: ignore[method-assign]
        app.rows.open(other)
        for _ in range(100):
            await pilot.pause()
            if app.shown()[0] == ">7000":
                break
        assert app.shown()[0] == ">7000"
        blocked.set()
        await idle(pilot)
        assert app.rows.total == 5000


async def test_a_row_not_yet_fetched_shows_a_gap_and_then_itself() -> None:
    source = Numbers(range(100_000))
    async with listed(source) as (app, pilot):
        source.gate.clear()
        await pilot.press("G")
        await pilot.pause()
        assert app.shown()[-1] == "·"
        source.gate.set()
        await idle(pilot)
        assert app.shown()[-1] == ">99999"


async def test_the_cursor_stays_on_its_row_when_others_come_before_it() -> None:
    source = Numbers(range(1000, 3000))
    async with listed(source) as (app, pilot):
        for _ in range(5):
            await pilot.press("j")
        assert app.rows.row_id == 1005
        source.order = [*range(10), *range(1000, 3000)]
        app.rows.reload()
        await idle(pilot)
        assert app.rows.row_id == 1005
        assert app.rows.cursor == 15
        assert app.shown()[5] == ">1005"


async def test_the_cursor_follows_its_row_out_of_view() -> None:
    source = Numbers(range(20_000))
    async with listed(source) as (app, pilot):
        await pilot.press("j", "j")
        app.rows.open(Numbers(range(19_999, -1, -1)), stay_on=app.rows.row_id)
        await idle(pilot)
        assert app.rows.row_id == 2
        assert app.rows.cursor == 19_997
        assert ">2" in app.shown()


async def test_moving_on_during_a_reload_is_not_undone_by_it() -> None:
    source = Numbers(range(20_000))
    async with listed(source) as (app, pilot):
        source.gate.clear()
        app.rows.reload()
        await pilot.press("j", "j", "j")
        source.order = [-1, *range(20_000)]
        source.gate.set()
        await idle(pilot)
        assert app.rows.row_id == 3
        assert app.rows.cursor == 4


async def test_a_reload_that_brings_nothing_new_paints_nothing() -> None:
    source = Numbers(range(20_000))
    async with listed(source) as (app, pilot):
        painted: list[object] = []
        app.rows.refresh = lambda *regions, **how: painted.append(regions)  # type: ignore[method-assign,assignment]
        app.rows._tell_row = lambda: painted.append("row")  # type: ignore[method-assign]
        app.rows.reload()
        for _ in range(20):
            await pilot.pause()
        assert not [what for what in painted if what == "row"]


async def test_a_row_that_is_gone_leaves_the_cursor_where_it_was() -> None:
    source = Numbers(range(50))
    async with listed(source) as (app, pilot):
        await pilot.press("j", "j", "j")
        source.order = [number for number in range(50) if number != 3]
        app.rows.reload()
        await idle(pilot)
        assert app.rows.row_id == 4
        source.order = []
        app.rows.reload()
        await idle(pilot)
        assert app.rows.row is None
        assert app.rows.total == 0


async def test_a_shrunken_list_puts_the_cursor_on_its_last_row() -> None:
    source = Numbers(range(5000))
    async with listed(source) as (app, pilot):
        await pilot.press("G")
        await idle(pilot)
        source.order = range(3)
        app.rows.reload()
        await idle(pilot)
        assert app.rows.row_id == 2
        assert app.shown()[:4] == ["0", "1", ">2", ""]


async def test_selection_is_by_id_and_survives_a_reload() -> None:
    source = Numbers(range(300))
    async with listed(source) as (app, pilot):
        await pilot.press("space", "space")
        assert app.rows.selected == {0, 1}
        assert app.rows.targets == (0, 1)
        source.order = range(299, -1, -1)
        app.rows.open(source, stay_on=app.rows.row_id)
        await idle(pilot)
        assert app.rows.selected == {0, 1}
        assert app.rows.row_id == 2
        await pilot.press("k")
        await pilot.press("asterisk")
        assert app.rows.selected == set()
        await pilot.press("asterisk")
        await idle(pilot)
        assert app.rows.selected == set(range(300))
        assert app.rows.targets == tuple(range(300))


async def test_moving_by_keys() -> None:
    source = Numbers(range(1000))
    async with listed(source) as (app, pilot):
        for keys, cursor in (
            (["j", "down"], 2),
            (["k"], 1),
            (["pagedown"], 20),
            (["pageup"], 1),
            (["end"], 999),
            (["j"], 999),
            (["home"], 0),
            (["up"], 0),
            (["ctrl+d", "ctrl+u"], 0),
        ):
            await pilot.press(*keys)
            assert app.rows.cursor == cursor, keys
        await pilot.press("enter")
        await pilot.pause()
        assert [event.row.id for event in app.heard if isinstance(event, RowOpened)] == [0]


async def test_a_click_moves_and_a_second_one_opens() -> None:
    source = Numbers(range(100))
    async with listed(source) as (app, pilot):
        await pilot.click(NumberList, offset=(3, 4))
        assert app.rows.row_id == 4
        await pilot.click(NumberList, offset=(3, 4), times=2)
        await pilot.pause()
        assert any(isinstance(event, RowOpened) for event in app.heard)


async def test_the_bar_shows_where_one_is_and_can_be_dragged() -> None:
    source = Numbers(range(1000))
    async with listed(source) as (app, pilot):
        ends = [
            "".join(segment.text for segment in strip)[-1] for strip in app.screen._compositor.render_strips()
        ]
        assert ends == ["┃", *[" "] * 19]
        await pilot.mouse_down(NumberList, offset=(39, 0))
        await pilot.hover(NumberList, offset=(39, 19))
        await pilot.mouse_up(NumberList, offset=(39, 19))
        await idle(pilot)
        assert app.shown()[-1] == "999"
        assert app.rows.cursor == 0, "dragging looks, it does not move"
        ends = [
            "".join(segment.text for segment in strip)[-1] for strip in app.screen._compositor.render_strips()
        ]
        assert ends == [*[" "] * 19, "┃"]


async def test_the_wheel_scrolls() -> None:
    source = Numbers(range(1000))
    async with listed(source) as (app, pilot):
        app.rows.post_message(events.MouseScrollDown(app.rows, 1, 1, 0, 1, 0, False, False, False))
        await idle(pilot)
        assert app.shown()[0] == "3"
        app.rows.post_message(events.MouseScrollUp(app.rows, 1, 1, 0, -1, 0, False, False, False))
        await idle(pilot)
        assert app.shown()[0] == ">0"


async def test_memory_stays_bounded_however_far_one_scrolls() -> None:
    source = Numbers(range(100_000))
    async with listed(source) as (app, pilot):
        for start in range(0, 90_000, 3000):
            app.rows.cursor = start
            await idle(pilot)
        assert len(app.rows._pages) <= PAGES_KEPT
        assert app.rows.row_id == 87_000


async def test_a_held_key_fetches_no_page_that_is_passed_by() -> None:
    source = Numbers(range(100_000))
    async with listed(source) as (app, pilot):
        source.asked.clear()
        source.gate.clear()
        for _ in range(30):
            app.rows.cursor += 1000
            app.rows.refresh()
            await pilot.pause()
        source.gate.set()
        await idle(pilot)
        assert app.rows.row_id == 30_000
        # One that was under way when the key was held, and those around where it ended.
        assert len(source.asked) <= 5


async def test_a_smaller_window_keeps_the_cursor_in_view() -> None:
    source = Numbers(range(100))
    async with listed(source) as (app, pilot):
        for _ in range(15):
            await pilot.press("j")
        await pilot.resize_terminal(40, 8)
        await idle(pilot)
        assert ">15" in app.shown()


async def test_an_empty_list_is_no_trouble() -> None:
    source = Numbers([])
    async with listed(source) as (app, pilot):
        await pilot.press("j", "G", "pageup", "space", "enter", "asterisk", "asterisk")
        await idle(pilot)
        assert app.rows.row is None
        assert app.rows.targets == ()
        assert not [event for event in app.heard if isinstance(event, RowOpened)]


async def test_the_cursor_stays_on_its_row_when_a_short_list_grows_into_a_long_one() -> None:
    async with listed(Numbers([4321, 4444, *range(30)])) as (app, pilot):
        app.rows.open(Numbers(range(5000)), stay_on=4321)
        await idle(pilot)
        assert (app.rows.row_id, app.rows.cursor, app.rows.total) == (4321, 4321, 5000)
        assert app.shown()[0] == ">4321"

"""Searching as one types: results, mistakes underlined with their reason, and searches kept under a name."""

from __future__ import annotations

import threading

from textual.widgets import Input

from jobcopilot.tui.modals.searches import SearchesDialogue
from jobcopilot.tui.widgets.search import EXAMPLES
from tests.fakes.board_data import FakeBoardData
from tests.tui.driving import NARROW, WIDE, Driven, opened


async def search(driven: Driven, words: str) -> None:
    await driven.press("/")
    await driven.type(words)


async def test_results_follow_the_typing() -> None:
    async with opened() as driven:
        await search(driven, "data")
        assert " of 12 " in driven.lines()[2]
        assert driven.board.search.total == len(driven.data.store._found(driven.data.query("data"), "-match"))
        await driven.type(" engineer -initech")
        titles = [row.title for row in driven.board.table._pages[0]]
        assert "Data Platform Engineer" not in titles
        assert "Senior Data Engineer" in titles


async def test_enter_leads_to_the_list_and_escape_clears_then_leaves() -> None:
    async with opened() as driven:
        await search(driven, "data")
        await driven.press("enter")
        assert driven.board.table.has_focus
        assert driven.board.search.field.value == "data"
        await driven.press("/", "escape")
        assert driven.board.search.field.value == ""
        assert driven.board.search.field.has_focus
        assert "12   by match" in driven.text()
        await driven.press("escape")
        assert driven.board.table.has_focus


async def test_clearing_the_search_keeps_the_cursor_on_its_job() -> None:
    async with opened() as driven:
        await search(driven, "tyrell")
        await driven.press("enter")
        job = driven.board.view.row_id
        assert job == 7
        await driven.press("escape")
        assert driven.board.view.row_id == job
        assert driven.board.table.cursor > 0


async def test_a_mistake_is_underlined_and_its_reason_stands_below() -> None:
    for size in (NARROW, WIDE):
        async with opened(size) as driven:
            await search(driven, "python status:nonsense")
            reason = " ".join(driven.text().split())
            assert "✗ “nonsense”: status" in reason
            field = driven.board.search.field
            underlined = [span for span in field._value.spans if getattr(span.style, "underline", False)]
            assert [field.value[span.start : span.end] for span in underlined] == ["nonsense"]
            assert driven.board.search.total, "what could be read of it is searched for"
            await driven.press("escape")
            assert "✗" not in driven.lines()[3]


async def test_hostile_searches_are_searches() -> None:
    async with opened() as driven:
        await driven.press("/")
        for words in (
            "'; DROP TABLE job; --",
            '"NEAR(a b)" *',
            "[red]x[/]",
            "{}()^$",
            "🚀",
            "a" * 3000,
            "match:>",
        ):
            driven.board.search.field.value = words
            await driven.settled()
            assert "Something went wrong" not in driven.text(), words
        assert driven.board.search.field.has_focus


async def test_fast_typing_searches_for_the_last_word_and_skips_those_between() -> None:
    data = FakeBoardData()
    async with opened(data=data) as driven:
        gate = threading.Event()
        asked: list[str] = []
        source = data.source

        def slow(text: str, sort: str):  # type: ignore[no-untyped-def]
            asked.append(text)
            gate.wait(10)
            return source(text, sort)

        data.source = slow  # type: ignore[method-assign]
        await driven.press_only("/", *"globex")
        gate.set()
        await driven.settled()
        assert asked[0] == "g"
        assert asked[-1] == "globex"
        assert len(asked) <= 3
        assert driven.board.search.total == 2


async def test_a_search_is_kept_run_and_forgotten() -> None:
    async with opened() as driven:
        await search(driven, "data status:new")
        await driven.press("ctrl+s")
        assert "enter go on  esc close" in driven.lines()[-1]
        await driven.type("mine")
        await driven.press("enter")
        assert driven.data.store.kept["mine"].query == "data status:new"
        assert "Kept as “mine”" in driven.said()
        await driven.press("escape", "escape", "b")
        assert "data status:new" in driven.text()
        await driven.press("enter")
        assert driven.board.search.field.value == "data status:new"
        assert driven.board.table.has_focus
        await driven.press("b", "d")
        assert "Forget “mine”?" in driven.text()
        await driven.press("n")
        assert driven.data.store.kept
        await driven.press("d", "y")
        assert not driven.data.store.kept
        assert not isinstance(driven.app.screen, SearchesDialogue)
        await driven.press("b")
        assert "No searches are kept yet" in driven.said()


async def test_kept_searches_take_one_line_each_on_a_narrow_screen() -> None:
    async with opened((80, 24)) as driven:
        driven.data.store.save(
            "what I look for on Sunday evenings", "data engineer remote:yes pay:>80k", "-relevance"
        )
        driven.data.store.save("berlin", "berlin", "-match")
        await driven.press("b")
        for words in ("data engineer", "berlin"):
            line = next(
                line for line in driven.lines() if f" {words}" in line and "│" in line and "by" in line
            )
            assert "by relevance" in line or "by match" in line


async def test_the_empty_field_shows_whole_examples() -> None:
    for width in (60, 80, 140):
        async with opened((width, 24)) as driven:
            shown = driven.lines()[2].removeprefix(" / ").split("   ")[0]
            assert shown.startswith("python")
            assert shown.strip() == " ".join(EXAMPLES)[: len(shown.strip())]
            assert any(shown.strip().endswith(example) for example in EXAMPLES), shown


async def test_keeping_needs_a_search_and_a_name() -> None:
    async with opened() as driven:
        await driven.press("B")
        assert "no search to keep" in driven.said()
        await search(driven, "x")
        await driven.press("enter", "B")
        driven.app.screen.query_one(Input).value = "  \x1b[31m "
        await driven.press("enter")
        assert not driven.data.store.kept


async def test_the_sort_menu_offers_relevance_only_with_words() -> None:
    async with opened() as driven:
        await driven.press("z")
        assert "relevance" not in driven.text()
        await driven.press("escape")
        await search(driven, "python")
        await driven.press("enter", "z")
        assert "r  relevance" in driven.text()
        await driven.press("r")
        assert "by relevance ↓" in driven.text()
        await driven.press("escape")
        assert "by match ↓" in driven.text(), "without words there is nothing to be relevant to"

"""Long texts on the screen: Markdown of strangers is text, wrapped by cells, laid out as it is reached."""

from __future__ import annotations

import time
from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st
from rich.cells import cell_len

from jobcopilot.jobs.match import Criterion, Evidence, Obstacle
from jobcopilot.tui.theme import Palette
from jobcopilot.tui.widgets.detail import WINDOW, windows
from jobcopilot.tui.widgets.markdown_lines import write_markdown
from jobcopilot.tui.widgets.paper import Paper, wrap
from tests.effort import examples
from tests.fakes.board_data import make_jobs
from tests.tui.driving import Driven, opened

PALETTE = Palette(**dict.fromkeys(Palette.__dataclass_fields__, "#808080"))


def lines(markdown: str, width: int = 60) -> list[str]:
    paper = Paper(width, PALETTE)
    write_markdown(markdown, paper)
    return ["".join(part.text for part in line) for line in paper.lines]


def test_markdown_becomes_readable_lines() -> None:
    shown = lines(
        "# Role\n\nYou *own* **it**.\n\n- one\n  - two\n- three\n\n3. third\n4. fourth\n\n> quoted\n\n"
        "`code` and [a link](https://example.org)\n\n---\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n```\nx = 1\n```"
    )
    assert shown[0] == "Role"
    for line in (
        "You own it.",
        "• one",
        "  • two",
        "• three",
        "3. third",
        "4. fourth",
        "│ quoted",
        "code and a link (https://example.org)",
        "a  ·  b",
        "1  ·  2",
        "  x = 1",
    ):
        assert line in shown, line


def test_html_images_and_indented_text_stay_text() -> None:
    shown = "\n".join(
        lines("<script>alert(1)</script>\n\n    indented\n\n![x](file:///etc/passwd) [red]no[/]")
    )
    assert "<script>alert(1)</script>" in shown
    assert "indented" in shown
    assert "[red]no[/]" in shown


def test_line_breaks_of_plain_text_stay() -> None:
    assert lines("first\nsecond\n* third")[:4] == ["first", "second", "", "• third"]


def test_deep_nesting_does_not_break_it() -> None:
    assert lines("> " * 500 + "deep")
    assert lines("- " * 300 + "deep", 20)
    assert lines("[" * 2000 + "](" * 2000)


@given(st.text(max_size=400), st.integers(8, 60))
@settings(max_examples=examples(200), deadline=None)
def test_no_line_is_wider_than_the_paper(text: str, width: int) -> None:
    paper = Paper(width, PALETTE)
    write_markdown(text, paper)
    paper.text(text, indent="  ")
    for line in paper.lines:
        assert sum(cell_len(part.text) for part in line) <= width


@given(st.text(st.sampled_from("ab 漢é "), max_size=200), st.integers(4, 30))
@settings(max_examples=examples(200), deadline=None)
def test_wrapping_loses_nothing_but_spaces(text: str, width: int) -> None:
    wrapped = wrap([(text, PALETTE_STYLE)], width, "", "", PALETTE_STYLE)
    shown = "".join("".join(part.text for part in line) for line in wrapped)
    assert shown.replace(" ", "") == text.replace(" ", "")


PALETTE_STYLE = Paper(10, PALETTE).plain


@given(st.text(st.sampled_from("ab \n"), max_size=WINDOW * 4))
@settings(max_examples=examples(50), deadline=None)
def test_windows_join_to_the_text(text: str) -> None:
    parts = windows(text)
    assert "".join(parts) == text
    assert all(len(part) <= WINDOW for part in parts)


async def test_a_long_posting_opens_at_once_and_its_end_can_be_reached() -> None:
    jobs = make_jobs(1)
    jobs[0].description = "\n\n".join(f"Paragraph {number} of a very long posting." for number in range(5000))
    async with opened(jobs=jobs) as driven:
        detail = driven.board.detail
        assert len(detail._lines) < 300, "only what is near is laid out"
        await driven.press("enter")
        begun = time.perf_counter()
        await driven.press("G")
        assert time.perf_counter() - begun < 5
        assert "Paragraph 4999" in driven.text()


def shown_tab(driven: Driven) -> str:
    return driven.board.detail.tab


async def test_the_parts_are_reached_by_keys_and_by_mouse() -> None:
    async with opened() as driven:
        await driven.press("right_square_bracket")
        assert shown_tab(driven) == "notes"
        assert "Nothing noted yet. N writes notes." in driven.posting()
        await driven.press("right_square_bracket")
        assert shown_tab(driven) == "rounds"
        assert "No interview yet. r books one." in driven.posting()
        await driven.press("right_square_bracket")
        assert shown_tab(driven) == "history"
        assert "Nothing has happened yet" in driven.posting()
        await driven.press("right_square_bracket")
        assert shown_tab(driven) == "posting"
        place = next(y for y, line in enumerate(driven.lines()) if "── posting" in line)
        column = driven.lines()[place].index("notes")
        await driven.pilot.click(offset=(column + 1, place))
        await driven.settled()
        assert shown_tab(driven) == "notes"


async def test_the_head_tells_dates_and_what_is_unknown() -> None:
    jobs = make_jobs(12)
    async with opened(jobs=jobs) as driven:
        await driven.press("j", "j")
        words = driven.posting()
        assert "◑ applied · applied 2 days ago · apply by Tue 1 Dec, in 8 days" in words
        assert "greenhouse · posted 12 days ago" in words
        await driven.press("G")
        words = driven.posting()
        assert "Acme · — · —" in words
        assert "imported 2 days ago" in words
        assert "Not scored" in words
        assert "No text came with this posting." in words


async def test_a_blocker_comes_first() -> None:
    async with opened() as driven:
        await driven.press("/", *"initech", "enter")
        words = driven.posting()
        assert words.index("✗ in Paris, France") < words.index("skills")


async def test_the_text_that_was_applied_to_is_kept_in_mind() -> None:
    async with opened() as driven:
        from dataclasses import replace

        get = driven.data.store.get
        driven.data.store.get = lambda job_id: replace(get(job_id), applied_description="Other words")  # type: ignore[method-assign]
        driven.data.store.version += 1
        driven.board.look()
        await driven.settled()
        assert "changed since you applied" in driven.posting()


async def test_only_what_surely_stands_in_the_way_is_crossed_out() -> None:
    jobs = make_jobs(1)
    firm, unsure = Obstacle("place", "in Paris, France", True), Obstacle("visa", "Work permit", False)
    jobs[0].match = replace(jobs[0].match, blockers=(firm, unsure))
    async with opened(jobs=jobs) as driven:
        assert "✗ in Paris, France" in driven.posting()
        assert "? Work permit (not sure: ask)" in driven.posting()


async def test_a_part_that_is_chosen_comes_into_view_below_a_long_explanation() -> None:
    async with opened((80, 21)) as driven:
        await driven.press("enter")
        assert "── posting" not in driven.text(), "the explanation fills the screen"
        for words in ("Nothing noted yet", "No interview yet", "Nothing has happened yet"):
            await driven.press("l")
            assert words in driven.text()
            assert "── posting ─ notes" in driven.text()
        await driven.press("h", "h", "h")
        assert shown_tab(driven) == "posting"
        top = next(y for y, line in enumerate(driven.lines()) if "── posting" in line)
        assert "About the role" in "".join(driven.lines()[top + 1 : top + 4]), (
            "the posting begins right below"
        )


async def test_quotations_stand_in_one_column_beside_names_of_any_length() -> None:
    jobs = make_jobs(1)
    text = "We ask for Python every day.\nWe ask for Natural Language Processing now and then.\nAlso Go."
    skills = ("Python", "Natural Language Processing", "Go")
    evidence = tuple(
        Evidence(
            name, "description", text.index(name), text.index(name) + len(name), "must", met=name == "Python"
        )
        for name in skills
    )
    jobs[0].description = text
    jobs[0].match = replace(jobs[0].match, criteria=(Criterion("skills", 20, 50, True, evidence),))
    async with opened((80, 24), jobs=jobs) as driven:
        await driven.press("enter")
        quoted = [line for line in driven.lines() if ("“" in line and "ask" in line) or "“Also" in line]
        assert len(quoted) == 3
        assert len({line.index("“") for line in quoted}) == 1, quoted

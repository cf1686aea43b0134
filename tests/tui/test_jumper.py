"""Jump mode: a letter on everything, and it goes there."""

from __future__ import annotations

from jobcopilot.tui.jumper import LETTERS, Jumper, labels
from tests.fakes.board_data import make_jobs
from tests.tui.driving import NARROW, WIDE, opened


def test_labels_are_unique_and_none_begins_another() -> None:
    for number in (1, 26, 27, 80, 600):
        made = labels(number)
        assert len(set(made)) == len(made) == number
        assert len({len(label) for label in made}) == 1
    assert labels(3) == list(LETTERS[:3])


async def test_rows_and_panes_can_be_jumped_to() -> None:
    async with opened(WIDE) as driven:
        await driven.press("semicolon")
        assert isinstance(driven.app.screen, Jumper)
        by_place = {(target.x, target.y): label for label, target in driven.app.screen.targets.items()}
        table = driven.board.table.region
        await driven.press(*by_place[table.x, table.y + 4])
        assert driven.board.table.cursor == 4
        assert driven.board.table.has_focus
        await driven.press("semicolon")
        detail = driven.board.detail.region
        await driven.press(*by_place[detail.x, detail.y])
        assert driven.board.detail.has_focus


async def test_more_targets_than_letters_take_two() -> None:
    async with opened(WIDE, jobs=make_jobs(100)) as driven:
        await driven.press("semicolon")
        assert isinstance(driven.app.screen, Jumper)
        wanted = next(
            label
            for label, target in driven.app.screen.targets.items()
            if target.y == driven.board.table.region.y + 30 and target.x == 0
        )
        assert len(wanted) == 2
        await driven.press(wanted[0])
        assert isinstance(driven.app.screen, Jumper)
        await driven.press(wanted[1])
        assert driven.board.table.cursor == 30


async def test_a_wrong_letter_or_escape_goes_nowhere() -> None:
    async with opened(NARROW) as driven:
        for key in ("escape", "1"):
            await driven.press("semicolon", key)
            assert len(driven.app.screen_stack) == 1
            assert driven.board.table.cursor == 0

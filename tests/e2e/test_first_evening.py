"""The real command in a real terminal, driven by keys only, from a fresh home to a kept change."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.terminal import Terminal

pytestmark = [
    pytest.mark.timeout(240),
    pytest.mark.skipif(sys.platform == "win32", reason="pseudo-terminals need POSIX"),
]

POSTINGS = "Title,Company,Location,Status\nData Engineer,Globex,Berlin,applied\nNurse,Tidewater,Paris,\nCook,,Rome,\n"


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "home"


def _json(home: Path, *arguments: str) -> Any:
    done = subprocess.run(
        [sys.executable, "-m", "jobcopilot", "--home", str(home), *arguments, "--json"],
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    return json.loads(done.stdout)


@pytest.fixture
def closing() -> Iterator[list[Terminal]]:
    opened: list[Terminal] = []
    yield opened
    for terminal in opened:
        terminal.close()


@pytest.mark.parametrize(
    "size", [(80, 24), pytest.param((140, 45), marks=pytest.mark.slow)], ids=["80x24", "140x45"]
)
def test_from_first_run_to_a_kept_change(
    home: Path, tmp_path: Path, size: tuple[int, int], closing: list[Terminal]
) -> None:
    table = tmp_path / "jobs.csv"
    table.write_text(POSTINGS, "utf-8")
    app = Terminal(home=home, columns=size[0], rows=size[1])
    closing.append(app)

    for step in ("1 of 3", "2 of 3", "3 of 3"):
        app.wait_for(step)
        app.press("escape")
    app.wait_gone("3 of 3")
    app.wait_for("No jobs yet")

    app.press("i")
    app.wait_for("nothing is written before you have seen it")
    app.press(str(table), "enter")
    app.wait_for("Import these 2 postings", "1 refused")
    assert (
        not home.joinpath("data", "jobcopilot.sqlite3").exists() or _json(home, "jobs", "list")["total"] == 0
    )
    app.press("enter")
    app.wait_for("Imported", "added")
    app.press("escape")
    app.wait_gone("Imported")
    app.wait_for("Data Engineer", "Nurse", "Globex")

    app.press("/", "nurse")
    app.wait_gone("Globex")
    app.press("enter", "s")
    app.wait_for("Status of")
    app.press("i")
    app.wait_gone("Status of")
    app.wait_for("1 interested")
    app.press("u")
    app.wait_for("0 interested")
    app.press("s")
    app.wait_for("Status of")
    app.press("o")
    app.wait_gone("Status of")
    app.wait_for("★ 1")
    app.press("q")
    assert app.exit_code() == 0

    jobs = {job["title"]: job["status"] for job in _json(home, "jobs", "list")["jobs"]}
    assert jobs == {"Data Engineer": "applied", "Nurse": "offer"}

    # Started again, there are no first steps any more, and everything is where it was.
    again = Terminal(home=home, columns=size[0], rows=size[1])
    closing.append(again)
    again.wait_for("Data Engineer", "★ 1")
    again.press("q")
    assert again.exit_code() == 0


def test_the_demo_keeps_nothing(home: Path, closing: list[Terminal]) -> None:
    app = Terminal("demo", home=home)
    closing.append(app)
    app.wait_for("interested", "Data Engineer", "Why")
    app.press("?")
    app.wait_for("Help: lists", "Moves to the next row.")
    app.press("escape")
    app.wait_gone("Help: lists")
    app.press("q")
    assert app.exit_code() == 0
    assert not home.exists() or not list(home.rglob("*.sqlite3"))


@pytest.mark.slow
def test_a_refusal_is_told_before_anything_is_touched(home: Path, closing: list[Terminal]) -> None:
    database = home / "data" / "jobcopilot.sqlite3"
    database.parent.mkdir(parents=True)
    database.write_bytes(b"these are my recipes, not a database" * 200)
    app = Terminal(home=home)
    closing.append(app)
    app.wait_for("damaged")
    assert "Traceback" not in app.text
    app.press("escape", "q")
    app.exit_code()
    assert database.read_bytes().startswith(b"these are my recipes")

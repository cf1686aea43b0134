"""The command line of interviews: what people and scripts get, and what is refused."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from jobcopilot.cli.app import run


class Shell:
    """Runs commands on one home."""

    def __init__(self, home: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self._home, self._capsys = home, capsys

    def __call__(self, *words: str, code: int = 0) -> str:
        got = run(["--home", str(self._home), *words], lambda home, profile: 0)
        printed = self._capsys.readouterr()
        assert got == code, printed
        return printed.err if code else printed.out

    def json(self, *words: str) -> Any:
        return json.loads(self(*words, "--json"))


@pytest.fixture
def shell(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Shell:
    made = Shell(tmp_path, capsys)
    made("jobs", "add", "--title", "Data Engineer", "--company", "Acme")
    return made


def test_booked_listed_reminded_moved_cancelled(shell: Shell) -> None:
    booked = shell.json("interviews", "add", "1", "--stage", "Technical Interview", "--at", "in 9 days 10:00")
    assert (booked["company"], booked["status"]) == ("Acme", "scheduled")
    number = str(booked["id"])
    assert shell.json("interviews", "list")["total"] == 1
    assert "Technical Interview with Acme" in shell("reminders", "list")
    assert shell.json("agenda")["next"]["id"] == booked["id"]
    moved = shell.json("interviews", "move", number, "--at", "in 10 days 11:00")
    assert moved["start"] != booked["start"]
    assert shell.json("interviews", "cancel", number)["status"] == "canceled"
    assert shell.json("reminders", "list")["reminders"] == []


def test_what_means_no_moment_or_no_job_is_refused(shell: Shell) -> None:
    add = ("interviews", "add", "1", "--stage", "X", "--at")
    assert "does not exist" in shell(*add, "2027-03-28 02:30 Europe/Berlin", code=2)
    assert "comes twice" in shell(*add, "2027-10-31 02:30 Europe/Berlin", code=2)
    assert "no such job" in shell(
        "interviews", "add", "99", "--stage", "X", "--at", "in 9 days 10:00", code=1
    )
    shell("jobs", "delete", "1")
    assert "That job was deleted" in shell(*add, "in 9 days 10:00", code=1)
    assert shell.json("interviews", "list", "--all")["total"] == 0


@pytest.mark.parametrize(
    ("words", "list_of"),
    [
        (("interviews", "cancel"), "interviews"),
        (("contacts", "delete"), "contacts"),
        (("prep", "done"), "prep"),
        (("followups", "done"), "followups"),
        (("offers", "delete"), "offers"),
    ],
)
def test_a_number_that_is_none_leads_to_the_list(shell: Shell, words: tuple[str, str], list_of: str) -> None:
    said = shell(*words, "999", code=1)
    assert "number 999" in said
    assert f"See: jobcopilot {list_of} list" in said

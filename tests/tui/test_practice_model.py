"""What a model says of a session, asked for from its report: by keys, with progress, stopped by escape."""

from __future__ import annotations

import json
import threading
from pathlib import Path

import pytest

from jobcopilot.inference.port import LanguageModel, ModelCrashed, Request
from jobcopilot.practice.views import Setup
from jobcopilot.tui.screens.practice_report import ReportScreen
from jobcopilot.vault.choosing import HomeVault
from jobcopilot.vault.port import VaultLocked
from tests.fakes.practice import Practice, run_through
from tests.fakes.scripted_model import Script, ScriptedModel
from tests.tui.driving import NARROW, WIDE
from tests.tui.practice_home import InPractice, in_practice, practice_in

SAID = (
    "I looked at the plan because 40 queries were slow",
    "I asked the team what had changed before I began",
)
MARKS = json.dumps(
    {
        "marks": [{"quote": "I", "name": "own part", "score": 7, "reason": "It is said who did it."}],
        "covered": [],
        "landed": "The plan is read first.",
        "sharpen": "",
    }
)
FEEDBACK = json.dumps(
    {
        "remarks": [
            {
                "question": 1,
                "kind": "landed",
                "quote": "because 40 queries were slow",
                "text": "You give a figure.",
            },
            {"question": 2, "kind": "sharpen", "quote": "what had changed", "text": "Say what it was."},
        ]
    }
)


def held(folder: Path, script: list[Script]) -> tuple[Practice, ScriptedModel]:
    """One session that is over, and a model that answers by its script."""
    practice = practice_in(folder)
    number = practice.sessions.create(Setup("technical", ("Python",), questions=2, seed=7))[0].row.id
    run_through(practice, number, SAID)
    model = ScriptedModel(script)

    def chosen(use: str | None = None) -> LanguageModel:
        assert use == "llama", "none is set: one of this machine is asked"
        return model

    practice.runtime.chosen_model = chosen  # type: ignore[method-assign]
    return practice, model


def told(driven: InPractice) -> str:
    """What is told in passing, as it is before a narrow screen breaks its lines."""
    return " ".join(note.message for note in driven.home.app._notifications)


async def report(driven: InPractice) -> None:
    await driven.press("H", "enter")
    await driven.home.until(lambda: driven.report.view is not None, "the report")


@pytest.mark.parametrize("size", [NARROW, pytest.param(WIDE, marks=pytest.mark.slow)], ids=["narrow", "wide"])
async def test_marks_and_feedback_stand_beside_the_rules(tmp_path: Path, size: tuple[int, int]) -> None:
    practice, model = held(tmp_path, [MARKS, MARKS, FEEDBACK])
    async with in_practice(tmp_path, size, practice) as driven:
        await report(driven)
        await driven.press("l", "m")
        await driven.home.until(lambda: "The model marked 2 of 2" in told(driven), "the marks")
        assert driven.report.tabs.front == 1, "the page in front stays in front"
        view = driven.report.view
        assert view is not None
        assert [one.by for one in view.asked[0].further] == ["scripted (model)"]
        assert view.asked[0].assessment is not None
        assert view.asked[0].assessment.by == "rules"
        assert driven.report.tabs.names[1] == f"1 {view.asked[0].assessment.score}", "the rules' score leads"
        driven.home.app.clear_notifications()
        assert "by scripted" in driven.text()
        await driven.press("escape", "m")
        assert "marked these answers already" in told(driven)
        await driven.press("f")
        await driven.home.until(lambda: driven.report.feedback is not None, "the feedback")
        driven.home.app.clear_notifications()
        await driven.home.settled()
        assert "What scripted (model) says," in driven.text()
        assert len(model.requests) == 3
        assert "Report: Technical" in driven.text()


async def test_escape_stops_the_model_and_what_is_marked_stays(tmp_path: Path) -> None:
    reading = threading.Event()
    stopped = threading.Event()

    def long(_: Request) -> str:
        reading.set()
        assert stopped.wait(20)
        return MARKS

    practice, _ = held(tmp_path, [MARKS, long, MARKS])
    async with in_practice(tmp_path, NARROW, practice) as driven:
        await report(driven)
        await driven.press_only("m")
        await driven.home.until(reading.is_set, "the second answer")
        await driven.home.until(lambda: "answer 2 of 2, esc stops" in driven.text(), "progress")
        await driven.press_only("m")
        await driven.press_only("escape")
        assert driven.report.asking is not None
        await driven.home.until(driven.report.asking.is_set, "the wish to stop")
        stopped.set()
        await driven.home.until(lambda: driven.report.asking is None, "the end")
        await driven.home.settled()
        view = driven.report.view
        assert view is not None
        assert [len(one.further) for one in view.asked] == [1, 0]
        assert "the same key goes on" in told(driven)
        await driven.press("m")
        await driven.home.until(lambda: len(driven.report.view.asked[1].further) == 1, "the rest")  # type: ignore[union-attr]


async def test_without_a_model_it_is_said_what_to_do(tmp_path: Path) -> None:
    practice = practice_in(tmp_path)
    number = practice.sessions.create(Setup("technical", ("Python",), questions=2, seed=7))[0].row.id
    run_through(practice, number, SAID)
    async with in_practice(tmp_path, NARROW, practice) as driven:
        await report(driven)
        for key in ("m", "f"):
            await driven.press(key)
            assert "language model is not here" in driven.home.failure()
            assert "jobcopilot models pull" in driven.home.failure()
            await driven.press("escape")
            assert not driven.home.failure()


@pytest.mark.slow
async def test_what_goes_wrong_leaves_the_rules_alone_and_is_told(tmp_path: Path) -> None:
    practice, _ = held(tmp_path, [ModelCrashed("The model's process ended"), MARKS])
    async with in_practice(tmp_path, WIDE, practice) as driven:
        await report(driven)
        await driven.press("m")
        await driven.home.until(lambda: "marked 1 of 2" in told(driven), "the end")
        assert "1 have the rules' marks alone" in told(driven)


def behind_a_passphrase(folder: Path) -> tuple[Practice, HomeVault]:
    """Return a session whose model has feedback to give, once its password can be read."""
    practice, model = held(folder, [FEEDBACK])
    # A file on every machine, also where another test has left a keyring.
    vault = practice.runtime.__dict__["vault"] = HomeVault(practice.runtime.home.data, find=lambda: None)

    def locked(use: str | None = None) -> LanguageModel:
        if vault.state().locked:
            raise VaultLocked("The passwords are locked")
        return model

    practice.runtime.chosen_model = locked  # type: ignore[method-assign]
    return practice, vault


async def unlocked(driven: InPractice) -> None:
    """Wait until the passphrase was taken and the model has spoken: until then the question is in front."""
    await driven.home.until(lambda: isinstance(driven.home.app.screen, ReportScreen), "the unlocking")
    await driven.home.until(lambda: driven.report.feedback is not None, "the feedback")


@pytest.mark.slow
async def test_a_locked_password_is_asked_for_and_the_model_goes_on(tmp_path: Path) -> None:
    practice, vault = behind_a_passphrase(tmp_path)
    vault.file.unlock("passphrase")
    vault.file.lock()
    async with in_practice(tmp_path, NARROW, practice) as driven:
        await report(driven)
        await driven.press_only("f")
        await driven.home.until(lambda: "Unlock your passwords" in driven.text(), "the question")
        await driven.press_only(*"passphrase", "enter")
        await unlocked(driven)


@pytest.mark.slow
async def test_a_new_passphrase_is_typed_twice(tmp_path: Path) -> None:
    practice, vault = behind_a_passphrase(tmp_path)
    async with in_practice(tmp_path, NARROW, practice) as driven:
        await report(driven)
        await driven.press_only("f")
        await driven.home.until(lambda: "Choose a passphrase" in driven.text(), "the question")
        await driven.press_only(*"passphrase", "enter")
        await driven.home.until(lambda: "the same once more" in driven.text(), "the second time")
        await driven.press_only(*"passphrasf", "enter")
        await driven.home.until(lambda: "The two differ" in driven.text(), "the complaint")
        assert not vault.file.file.exists()
        await driven.press_only(*"passphrase", "enter")
        await driven.home.until(lambda: "the same once more" in driven.text(), "the second time")
        await driven.press_only(*"passphrase", "enter")
        await unlocked(driven)
    vault.file.lock()
    vault.file.unlock("passphrase")


async def test_nothing_judged_is_told(tmp_path: Path) -> None:
    practice, model = held(tmp_path, [MARKS])
    number = practice.sessions.create(Setup("technical", ("SQL",), questions=1, seed=7))[0].row.id
    practice.later(days=1)
    run_through(practice, number, ["skip", "skip"])
    async with in_practice(tmp_path, NARROW, practice) as driven:
        await report(driven)
        await driven.press("m")
        assert "nothing for a model to mark" in driven.home.failure()
        assert not model.requests

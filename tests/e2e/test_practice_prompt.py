"""Answers typed at the prompt of a real terminal: long ones come whole, pasted ones as one, none is lost."""

from __future__ import annotations

import json
import os
import signal
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from jobcopilot.cli.app import run
from jobcopilot.paths import find_home
from jobcopilot.practice.views import SessionView
from jobcopilot.runtime import Runtime
from tests.fakes.practice import migrated_database

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform == "win32", reason="there is no pseudo-terminal"),
]


@pytest.fixture
def home(tmp_path: Path) -> Path:
    data = tmp_path / "data"
    data.mkdir()
    (data / "jobcopilot.sqlite3").write_bytes(migrated_database())
    return tmp_path


def _prompt(home: Path, *arguments: str) -> Any:
    import pexpect

    return pexpect.spawn(
        sys.executable,
        ["-m", "jobcopilot", "practice", *arguments],
        env={**os.environ, "JOBCOPILOT_HOME": str(home), "TERM": "xterm", "LANG": "C.UTF-8"},
        timeout=60,
    )


def _view(home: Path) -> SessionView:
    runtime = Runtime(find_home(home))
    try:
        return runtime.practice_sessions.view(1)
    finally:
        runtime.close()


def _kept_draft(home: Path, wanted: str) -> None:
    """Wait until another process has kept what is typed there."""
    give_up_at = time.monotonic() + 60
    while (draft := _view(home).draft) != wanted:
        assert time.monotonic() < give_up_at, draft
        time.sleep(0.05)


def test_what_was_typed_and_not_given_is_found_again(home: Path) -> None:
    child = _prompt(home, "run", "--questions", "2")
    child.expect("> ")
    child.send("First I look at the plan,\\\r")
    child.expect("\\. ")
    child.send("then at the")
    child.expect("then at the")  # a terminal forgets what nobody has read when Ctrl+C comes
    child.sendintr()
    child.expect("practice resume 1")
    child.wait()
    _kept_draft(home, "First I look at the plan,\nthen at the")
    child = _prompt(home, "resume")
    child.expect("> ")
    child.expect("then at the")
    child.send(" index")
    _kept_draft(home, "First I look at the plan,\nthen at the index")
    child.kill(signal.SIGKILL)
    child.wait()
    child = _prompt(home, "resume")
    child.expect("then at the index")
    child.send("\r")
    child.expect("Built in: ")
    child.expect("> ")
    child.send("/quit\r")
    child.expect("practice resume 1")
    child.wait()
    view = _view(home)
    assert view.draft == ""
    assert [one.final for one in view.messages if one.role == "person"] == [
        "First I look at the plan,\nthen at the index"
    ]


def test_a_long_answer_is_not_cut_and_a_pasted_one_not_parted(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    import readline

    import pexpect

    child = _prompt(home, "run", "--questions", "2")
    answers = [" ".join(f"word{number}" for number in range(1_000))]
    child.expect("> ")
    child.send(answers[0] + "\r")
    child.expect("Built in: ")
    child.expect("> ")
    if "libedit" not in (readline.__doc__ or ""):
        # GNU readline asks the terminal to mark what is pasted.
        answers.append("first line\nsecond line")
        child.send("\x1b[200~first line\nsecond line\x1b[201~\r")
        child.expect("Built in: ")
        child.expect("> ")
    child.sendintr()
    child.expect("practice resume 1")
    child.expect(pexpect.EOF)
    child.close()
    assert child.exitstatus == 130
    assert run(["--home", str(home), "practice", "show", "1", "--json"], lambda home, profile: 0) == 0
    shown = json.loads(capsys.readouterr().out)
    assert [one["text"] for one in shown["messages"] if one["role"] == "person"] == answers

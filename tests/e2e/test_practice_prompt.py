"""Answers typed at the prompt of a real terminal: long ones come whole, pasted ones as one."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import Any

import pytest

from jobcopilot.cli.app import run
from tests.fakes.practice import migrated_database

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform == "win32", reason="there is no pseudo-terminal"),
]


def test_a_long_answer_is_not_cut_and_a_pasted_one_not_parted(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    import readline

    import pexpect

    data = tmp_path / "data"
    data.mkdir()
    (data / "jobcopilot.sqlite3").write_bytes(migrated_database())
    child: Any = pexpect.spawn(
        sys.executable,
        ["-m", "jobcopilot", "practice", "run", "--questions", "2"],
        env={**os.environ, "JOBCOPILOT_HOME": str(tmp_path), "TERM": "xterm", "LANG": "C.UTF-8"},
        timeout=60,
    )
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
    assert run(["--home", str(tmp_path), "practice", "show", "1", "--json"], lambda home, profile: 0) == 0
    shown = json.loads(capsys.readouterr().out)
    assert [one["text"] for one in shown["messages"] if one["role"] == "person"] == answers

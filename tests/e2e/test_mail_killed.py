"""The real command with its real vault against a real server; killed with signal 9, no letter leaves twice."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.fakes.mail_server import PASSWORD, USER, MailServer

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="signals are POSIX's")


@pytest.fixture
def server() -> Iterator[MailServer]:
    with MailServer() as server:
        yield server


class Shell:
    """Runs the command on a home of its own."""

    def __init__(self, home: Path, server: MailServer) -> None:
        self.base = [sys.executable, "-m", "jobcopilot", "--home", str(home)]
        authority = home / "authority.pem"
        home.mkdir()
        server.authority.cert_pem.write_to_path(str(authority))
        self.environment = os.environ | {
            "SSL_CERT_FILE": str(authority),
            "JOBCOPILOT_VAULT": "file",
            "JOBCOPILOT_VAULT_PASSPHRASE": "correct horse battery",
            "JOBCOPILOT_MAIL_PASSWORD": PASSWORD,
        }
        self.server = server

    def start(self, *arguments: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [*self.base, *arguments],
            env=self.environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def run(self, *arguments: str, code: int = 0) -> Any:
        running = self.start(*arguments, "--json")
        said, complaint = running.communicate(timeout=100)
        assert running.returncode == code, complaint
        return json.loads(said) if said else complaint

    def prepare(self, letters: int) -> list[int]:
        """Set mail up and draft letters; return their numbers."""
        self.run("jobs", "add", "--title", "Data Engineer", "--company", "Acme")
        self.run(
            "mail", "setup", "--host", "localhost", "--port", str(self.server.port), "--user", USER,
            "--address", "ada@example.com", "--name", "Ada",
        )  # fmt: skip
        numbers = []
        for number in range(letters):
            self.run(
                "interviews",
                "add",
                "1",
                "--stage",
                f"Round {number}",
                "--at",
                f"2026-01-{number + 1:02d} 10:00",
                "--contact",
                f"P{number} <p{number}@acme.example>",
            )
            numbers.append(int(self.run("letters", "draft", str(number + 1))["id"]))
        return numbers


@pytest.mark.slow
def test_a_letter_goes_out_from_the_command_line(tmp_path: Path, server: MailServer) -> None:
    shell = Shell(tmp_path / "home", server)
    (number,) = shell.prepare(1)
    assert shell.run("mail", "test")["sent_to"] == "ada@example.com"
    assert shell.run("letters", "send", str(number), "--now")["state"] == "sent"
    assert [one["To"] for one in server.mails] == ["Ada <ada@example.com>", "P0 <p0@acme.example>"]
    assert "sent already" in shell.run("letters", "send", str(number), code=2)
    assert shell.run("letters", "list", "--state", "sent")["total"] == 1
    assert shell.run("mail", "status")["vault"] == {"kind": "file", "locked": False}
    for file in (tmp_path / "home").rglob("*"):
        assert not file.is_file() or PASSWORD.encode() not in file.read_bytes(), file


@pytest.mark.slow
def test_killed_between_data_and_its_record_a_letter_is_uncertain_and_stays_so(
    tmp_path: Path, server: MailServer
) -> None:
    shell = Shell(tmp_path / "home", server)
    (number,) = shell.prepare(1)
    server.hold.clear()
    running = shell.start("letters", "send", str(number), "--now")
    assert server.reached.wait(60)
    running.kill()
    assert running.wait(20) == -signal.SIGKILL
    server.hold.set()
    assert shell.run("letters", "show", str(number))["state"] == "uncertain"
    for _ in range(2):
        shell.run("letters", "deliver")
    assert shell.run("letters", "show", str(number))["state"] == "uncertain"
    assert "may have left already" in shell.run("letters", "send", str(number), code=2)
    assert len(server.taken) == 1
    assert shell.run("letters", "send", str(number), "--sent")["state"] == "sent"


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_killed_at_any_moment_no_letter_leaves_twice_and_none_is_lost(
    tmp_path: Path, server: MailServer
) -> None:
    from jobcopilot.paths import find_home
    from jobcopilot.runtime import Runtime

    shell = Shell(tmp_path / "home", server)
    numbers = shell.prepare(12)
    runtime = Runtime(find_home(tmp_path / "home"))
    for number in numbers:
        runtime.letters.send(number, wait=0)
    draw = random.Random(20261120)
    whole = shell.start("mail", "status")
    begun = os.times().elapsed
    whole.wait(60)
    start_takes = os.times().elapsed - begun
    for _ in range(30):
        running = shell.start("letters", "deliver")
        try:
            # From the program's start into the middle of what it sends.
            running.wait(draw.uniform(0.5, 2.5) * start_takes)
        except subprocess.TimeoutExpired:
            running.kill()
            running.wait(20)
        if all(runtime.letters.get(number).state != "waiting" for number in numbers):
            break
    shell.run("letters", "deliver")
    times = Counter(str(one["Message-ID"]) for one in server.mails)
    assert max(times.values()) == 1
    for number in numbers:
        view = runtime.letters.get(number)
        assert view.state in ("sent", "uncertain")
        if view.state == "sent":
            assert times[view.message_id] == 1
    runtime.close()

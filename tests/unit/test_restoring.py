"""Putting a backup back, where something in it was to leave the machine."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from jobcopilot.__main__ import main
from jobcopilot.database.backup import back_up
from jobcopilot.runtime.restoring import put_back
from tests.fakes.interviews import make_pipeline
from tests.fakes.mail_desk import MailDesk
from tests.fakes.mail_server import MailServer


def test_what_waited_when_a_backup_was_made_leaves_no_second_time_by_itself(tmp_path: Path) -> None:
    with MailServer() as server:
        desk = MailDesk(make_pipeline(tmp_path), server)
        runtime, letter = desk.runtime, desk.letter()
        draft = desk.letter(contact="Alan Kay <alan@acme.example>")
        desk.ask(letter)
        backup = back_up(runtime.home, reason="test", clock=desk.pipeline.clock)
        assert desk.again(letter).state == "sent"
        desk.pipeline.later(minutes=5)
        runtime.reader.close()
        saved, held_back = put_back(runtime.home, backup, desk.pipeline.clock)
        assert saved is not None
        assert held_back == 1
        view = desk.again(letter)
        assert (view.state, view.leaves_at, len(desk.server.taken)) == ("uncertain", None, 1)
        assert "backup" in view.error
        assert "--sent" in view.hint
        assert runtime.letters.get(draft.id).state == "draft"
        desk.pipeline.later(seconds=timedelta(days=2).total_seconds())
        assert desk.again(letter).state == "uncertain"
        assert runtime.letters.sent_by_hand(letter.id).state == "sent"
        assert len(desk.server.taken) == 1


def test_the_command_says_what_no_longer_leaves(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with MailServer() as server:
        desk = MailDesk(make_pipeline(tmp_path), server)
        home, letter = desk.runtime.home, desk.letter()
        none = back_up(home, reason="none", clock=desk.pipeline.clock)
        desk.ask(letter)
        one = back_up(home, reason="one", clock=desk.pipeline.clock)
    for backup, told in ((one, True), (none, False)):
        assert main(["--home", str(home.data.parent), "restore", str(backup)]) == 0
        assert ("A letter was about to leave" in capsys.readouterr().out) is told

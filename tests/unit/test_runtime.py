"""What a runtime keeps, and what it lets go where somebody else searches."""

from __future__ import annotations

from functools import cached_property
from pathlib import Path

import pytest

from jobcopilot.errors import UsageError
from jobcopilot.paths import find_home
from jobcopilot.practice.spoken.growing import Heard, SpokenAnswer
from jobcopilot.practice.spoken.pauses import pauses_file
from jobcopilot.practice.spoken.port import SpokenHow
from jobcopilot.practice.spoken.session import Parts
from jobcopilot.runtime import Runtime
from jobcopilot.runtime.leaving import delete_profile
from jobcopilot.runtime.spoken import spoken_session
from jobcopilot.voice.events import Stopped
from jobcopilot.voice.port import Span, Word
from tests.fakes.practice import Practice, heard, make_practice

_OF_ONE = ("profile", "_books", "_profile", "_profile_id")
"""What parts of one profile hold."""


def test_no_part_of_whoever_searched_before_is_kept(tmp_path: Path) -> None:
    runtime = Runtime(find_home(tmp_path / "home"))
    runtime.open()
    runtime.profiles.create("grace")
    parts = {
        name
        for one in Runtime.__mro__
        for name, part in vars(one).items()
        if isinstance(part, cached_property)
    }
    made = {name: getattr(runtime, name) for name in sorted(parts - {"language_model", "settings"})}
    theirs = {name for name, part in made.items() if any(hasattr(part, held) for held in _OF_ONE)}
    assert theirs >= {"books", "bank", "recordings"}
    runtime.forget_profile("grace")
    assert theirs & runtime.__dict__.keys() == set()
    runtime.close()


def test_a_spoken_session_stays_with_whose_it_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    practice = make_practice(tmp_path)
    runtime = practice.runtime
    runtime.__dict__["practice_sessions"] = practice.sessions
    runtime.profiles.create("grace")
    begun: list[Parts] = []
    monkeypatch.setattr(
        "jobcopilot.practice.spoken.session.SpokenSession", lambda parts, _: begun.append(parts)
    )
    spoken_session(runtime, practice.create(), SpokenHow())
    (parts,) = begun
    runtime.forget_profile("grace")
    session = parts.open_session()
    session.begin()
    heard(session)
    said = session.answer("It was because of the lock")
    turn = Heard("stream", 0.0, 2.0, (Word("because", 0.5, 1.5),), (Span(0.5, 1.5),))
    parts.heard(SpokenAnswer(said, (turn,)))
    assert practice.rows("SELECT message_id FROM practice_delivery") == [(said.id,)]
    parts.learned(Stopped(at=2.0, samples=32_000, passes=1, passes_dropped=0, pauses_open=(0.8,)))
    assert pauses_file(practice.books.folder, practice.books.profile.id).exists()


def test_a_profile_that_is_deleted_leaves_nothing_of_its_voice(tmp_path: Path) -> None:
    practice = make_practice(tmp_path)
    kept, runtime = practice.create(), practice.runtime
    runtime.profiles.create("grace")
    runtime.forget_profile("grace")
    theirs = Practice(runtime, practice.clock, practice.shipped)
    gone = theirs.create()
    folder = practice.books.folder
    for number in (kept, gone):
        (folder / f"session-{number}" / "stream-1").mkdir(parents=True)
        (folder / f"session-{number}" / "draft.json").write_text("{}", "utf-8")
    pauses = [pauses_file(folder, one.books.profile.id) for one in (practice, theirs)]
    for file in pauses:
        file.write_text("{}", "utf-8")
    with pytest.raises(UsageError, match="active"):
        delete_profile(runtime, "grace")
    assert (folder / f"session-{gone}").is_dir()
    runtime.forget_profile("default")
    assert delete_profile(runtime, "grace").is_file()
    assert [one.name for one in runtime.profiles.list()] == ["default"]
    assert not (folder / f"session-{gone}").exists()
    assert (folder / f"session-{kept}" / "stream-1").is_dir()
    assert [file.exists() for file in pauses] == [True, False]
    assert practice.create() == gone, "its number is given again"

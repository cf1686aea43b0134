"""Fetching a model: from a server that speaks the hub's protocol, whole, broken off, lying, and with no room."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from collections import namedtuple
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from jobcopilot.engines.alone import alone
from jobcopilot.engines.downloads import FetchStep, fetch, look_up
from jobcopilot.errors import BadInput, Cancelled, NetworkError, StorageError, UsageError
from jobcopilot.inference.models import Models
from jobcopilot.inference.port import Cancel, ModelMissing, ModelRefused
from jobcopilot.paths import find_home
from jobcopilot.settings import ModelSettings
from tests.fakes.hub_server import FILE, REPO, HubServer
from tests.fakes.tiny_model import tiny  # noqa: F401  # a fixture

SOURCE = f"{REPO}/{FILE}"


@pytest.fixture(autouse=True)
def no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    """The hub's library waits a second before it tries again."""
    monkeypatch.setattr(time, "sleep", lambda _seconds: None)


def models_at(folder: Path) -> Models:
    return Models(ModelSettings(), find_home(folder))


def test_a_model_is_fetched_with_progress_and_its_checksum_held(tiny: Path, tmp_path: Path) -> None:  # noqa: F811
    with HubServer(tiny.read_bytes()) as hub:
        steps: list[FetchStep] = []
        path = models_at(tmp_path).pull(SOURCE, mirror=hub.url, tell=steps.append)
        assert path.read_bytes() == tiny.read_bytes()
        assert path == tmp_path / "models" / "language" / FILE
        assert {step.doing for step in steps} == {"fetching", "checking"}
        assert (steps[-1].done, steps[-1].total) == (len(hub.content), len(hub.content))
        asked = len(hub.asked)
        # Once here, nothing is asked for again.
        assert models_at(tmp_path).pull(SOURCE, mirror=hub.url) == path
        assert len(hub.asked) == asked
        assert [file.name for file in path.parent.iterdir()] == [FILE]


def test_a_dropped_connection_is_gone_on_from(tiny: Path, tmp_path: Path) -> None:  # noqa: F811
    with HubServer(tiny.read_bytes()) as hub:
        hub.drop_after, hub.drops_left = 300_000, 2
        path = models_at(tmp_path).pull(SOURCE, mirror=hub.url)
        assert path.read_bytes() == hub.content
        ranges = [asked[2] for asked in hub.asked if asked[0] == "GET"]
        assert len(ranges) == 3
        assert ranges[0] == ""
        assert all(one.startswith("bytes=") for one in ranges[1:])


def test_what_was_fetched_is_kept_when_it_fails_and_gone_on_from_the_next_time(
    tiny: Path,  # noqa: F811
    tmp_path: Path,
) -> None:
    with HubServer(tiny.read_bytes()) as hub:
        remote = look_up(REPO, FILE, hub.url)
        cancel = Cancel()

        def stop_soon(step: FetchStep) -> None:
            if step.done >= 200_000:
                cancel.set()

        target = tmp_path / FILE
        with pytest.raises(Cancelled, match="gone on from"):
            fetch(remote, target, tell=stop_soon, cancel=cancel)
        assert not target.exists()
        (part,) = tmp_path.iterdir()
        held = part.stat().st_size
        assert held > 0
        fetch(remote, target)
        assert target.read_bytes() == hub.content
        assert hub.asked[-1][2] == f"bytes={held}-"


def test_a_server_that_knows_no_ranges_is_read_from_the_beginning(tiny: Path, tmp_path: Path) -> None:  # noqa: F811
    with HubServer(tiny.read_bytes(), "no range") as hub:
        hub.drop_after, hub.drops_left = 300_000, 1
        assert models_at(tmp_path).pull(SOURCE, mirror=hub.url).read_bytes() == hub.content


def test_a_wrong_checksum_is_thrown_away_and_told(tiny: Path, tmp_path: Path) -> None:  # noqa: F811
    with HubServer(tiny.read_bytes(), "wrong") as hub:
        with pytest.raises(BadInput, match="not the one that was asked for"):
            models_at(tmp_path).pull(SOURCE, mirror=hub.url)
        assert list((tmp_path / "models" / "language").iterdir()) == []


def test_a_checksum_of_our_own_beats_what_the_hub_says(tiny: Path, tmp_path: Path) -> None:  # noqa: F811
    with HubServer(tiny.read_bytes()) as hub:
        with pytest.raises(BadInput, match="expected 000000000000…"):
            fetch(look_up(REPO, FILE, hub.url), tmp_path / FILE, sha256="0" * 64)
        fetch(look_up(REPO, FILE, hub.url), tmp_path / FILE, sha256=hub.sha256.upper())


@pytest.mark.parametrize(
    ("way", "against"),
    [("well", "the SHA-256 that"), ("git", "Git's SHA-1"), ("no checksum", "its size alone")],
)
def test_what_a_file_is_held_against_is_told(way: str, against: str, tiny: Path, tmp_path: Path) -> None:  # noqa: F811
    with HubServer(tiny.read_bytes(), way) as hub:
        steps: list[FetchStep] = []
        models_at(tmp_path).pull(SOURCE, mirror=hub.url, tell=steps.append)
        assert {step.against for step in steps if step.doing == "fetching"} == {""}
        (told,) = {step.against for step in steps if step.doing == "checking"}
        assert against in told
        assert hub.url.removeprefix("http://") in told
        assert look_up(REPO, FILE, hub.url).against("0" * 64) == "the SHA-256 that the app knows"


def test_a_wrong_checksum_of_git_is_thrown_away_too(tiny: Path, tmp_path: Path) -> None:  # noqa: F811
    with HubServer(tiny.read_bytes(), "wrong git") as hub:
        with pytest.raises(BadInput, match="its SHA-1 is"):
            models_at(tmp_path).pull(SOURCE, mirror=hub.url)
        assert list((tmp_path / "models" / "language").iterdir()) == []


def test_a_file_of_another_size_than_the_hub_says_is_not_taken(tiny: Path, tmp_path: Path) -> None:  # noqa: F811
    with HubServer(tiny.read_bytes(), "short") as hub:
        with pytest.raises(NetworkError, match="did not come whole"):
            models_at(tmp_path).pull(SOURCE, mirror=hub.url)
        assert not (tmp_path / "models" / "language" / FILE).exists()


@pytest.mark.parametrize(("way", "kind"), [("gone", ModelMissing), ("broken", NetworkError)])
def test_a_hub_that_refuses_is_told(way: str, kind: type[Exception], tmp_path: Path) -> None:
    with HubServer(b"x", way) as hub, pytest.raises(kind):
        models_at(tmp_path).pull(SOURCE, mirror=hub.url)


def test_a_hub_that_is_not_there_is_told(tmp_path: Path) -> None:
    with HubServer(b"x") as hub:
        address = hub.url
    with pytest.raises(NetworkError, match="--mirror"):
        models_at(tmp_path).pull(SOURCE, mirror=address)


def test_no_room_is_told_before_anything_is_fetched(
    tiny: Path,  # noqa: F811
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    usage: Any = namedtuple("usage", "total used free")
    monkeypatch.setattr(shutil, "disk_usage", lambda _path: usage(10**9, 10**9, 500_100_000))
    with HubServer(tiny.read_bytes()) as hub:
        with pytest.raises(StorageError, match=r"0\.5 GB are free"):
            models_at(tmp_path).pull(SOURCE, mirror=hub.url)
        assert [asked[0] for asked in hub.asked] == ["HEAD"]


def test_what_is_no_model_is_refused_after_it_came(tmp_path: Path) -> None:
    with HubServer(b"<html>not found</html>") as hub, pytest.raises(ModelRefused, match="no whole GGUF"):
        models_at(tmp_path).pull(SOURCE, mirror=hub.url)


def test_a_file_of_this_machine_is_brought_in(tiny: Path, tmp_path: Path) -> None:  # noqa: F811
    models = models_at(tmp_path)
    path = models.pull(str(tiny))
    assert path.read_bytes() == tiny.read_bytes()
    assert models.pull(str(path)) == path
    assert models.path("tiny") == path
    broken = tmp_path / "broken.gguf"
    broken.write_bytes(tiny.read_bytes()[:100_000])
    with pytest.raises(ModelRefused, match="cut off"):
        models.pull(str(broken))


def test_a_file_that_is_a_link_is_brought_in_itself(tiny: Path, tmp_path: Path) -> None:  # noqa: F811
    # As the hub's own cache has them: snapshots/…/model.gguf -> ../../blobs/….
    cache = tmp_path / "cache"
    (cache / "blobs").mkdir(parents=True)
    (cache / "snapshots").mkdir()
    shutil.copy(tiny, cache / "blobs" / "0a1b2c")
    (cache / "snapshots" / "model.gguf").symlink_to(Path("..") / "blobs" / "0a1b2c")
    path = models_at(tmp_path).pull(str(cache / "snapshots" / "model.gguf"))
    assert path.name == "model.gguf"
    assert path.read_bytes() == tiny.read_bytes()
    assert not path.is_symlink()


def test_what_lies_there_broken_is_fetched_again(tiny: Path, tmp_path: Path) -> None:  # noqa: F811
    with HubServer(tiny.read_bytes()) as hub:
        models = models_at(tmp_path)
        lying = models.pull(SOURCE, mirror=hub.url)
        lying.write_bytes(hub.content[:100_000])
        # The words of the refusal say to pull it again.
        assert models.pull(SOURCE, mirror=hub.url).read_bytes() == hub.content


def test_a_mirror_may_tag_its_files_as_it_likes(tiny: Path, tmp_path: Path) -> None:  # noqa: F811
    with HubServer(tiny.read_bytes(), "base64") as hub:
        hub.drop_after, hub.drops_left = 300_000, 1
        path = models_at(tmp_path).pull(SOURCE, mirror=hub.url)
        assert path.read_bytes() == hub.content
        assert [file.name for file in path.parent.iterdir()] == [FILE]


def test_a_file_that_cannot_take_its_place_is_told(tiny: Path, tmp_path: Path) -> None:  # noqa: F811
    with HubServer(tiny.read_bytes()) as hub:
        (tmp_path / FILE).mkdir()
        with pytest.raises(StorageError, match="cannot be written"):
            fetch(look_up(REPO, FILE, hub.url), tmp_path / FILE)


def test_a_file_of_another_disk_is_copied(
    tiny: Path,  # noqa: F811
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def other_disk(*_paths: object) -> None:
        raise OSError(18, "Invalid cross-device link")

    monkeypatch.setattr(os, "link", other_disk)
    steps: list[FetchStep] = []
    path = models_at(tmp_path).pull(str(tiny), tell=steps.append)
    assert path.read_bytes() == tiny.read_bytes()
    assert steps[-1].doing == "copying"


@pytest.mark.parametrize("source", ["nonsense", "../x.gguf", "/no/such/file.gguf", "owner/repo", "a/b/c.bin"])
def test_a_name_that_means_nothing_is_told(source: str, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"qwen3-1\.7b"):
        models_at(tmp_path).pull(source)


def test_a_model_is_removed_and_nothing_else(tiny: Path, tmp_path: Path) -> None:  # noqa: F811
    models = models_at(tmp_path)
    path = models.pull(str(tiny))
    models.remove("tiny")
    assert not path.exists()
    with pytest.raises(UsageError, match="not the app's"):
        models.remove(str(tiny))
    assert tiny.exists()


def pulling(folder: Path, hub: HubServer) -> subprocess.Popen[str]:
    """Start a process of its own that pulls the file into a home."""
    command = ["--home", str(folder), "models", "pull", SOURCE, "--mirror", hub.url]
    return subprocess.Popen(
        [sys.executable, "-m", "jobcopilot", *command],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def test_the_second_of_two_processes_is_refused_and_the_first_gets_it_whole(
    tiny: Path,  # noqa: F811
    tmp_path: Path,
) -> None:
    with HubServer(tiny.read_bytes()) as hub:
        hub.held_after = 300_000
        first = pulling(tmp_path, hub)
        try:
            assert hub.waits.wait(60)
            second = pulling(tmp_path, hub)
            _, told = second.communicate(timeout=60)
            assert (second.returncode, "just being fetched" in told) == (2, True), told
            assert [asked[0] for asked in hub.asked].count("GET") == 1
            hub.go_on.set()
            out, told = first.communicate(timeout=60)
            assert first.returncode == 0, out + told
        finally:
            hub.go_on.set()
            first.kill()
            first.wait()
    folder = tmp_path / "models" / "language"
    assert (folder / FILE).read_bytes() == hub.content
    assert [file.name for file in folder.iterdir()] == [FILE]


def test_a_killed_process_holds_up_nobody_and_what_it_got_is_gone_on_from(
    tiny: Path,  # noqa: F811
    tmp_path: Path,
) -> None:
    with HubServer(tiny.read_bytes()) as hub:
        hub.held_after = 300_000
        first = pulling(tmp_path, hub)
        assert hub.waits.wait(60)
        (part,) = (tmp_path / "models" / "language").glob(".*.part")
        first.kill()
        first.communicate(timeout=60)
        held = part.stat().st_size
        hub.go_on.set()
        path = models_at(tmp_path).pull(SOURCE, mirror=hub.url)
        assert path.read_bytes() == hub.content
        assert hub.asked[-1][2] == (f"bytes={held}-" if held else "")


def test_a_lock_whose_file_was_taken_away_meanwhile_is_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file, before, opened = tmp_path / ".model.lock", ExitStack(), os.open
    assert before.enter_context(alone(file))

    def open_late(*given: Any) -> int:
        handle = opened(*given)
        # The one before ends between the opening and the locking of the next.
        before.close()
        return handle

    monkeypatch.setattr("jobcopilot.engines.alone.os.open", open_late)
    with alone(file) as got:
        assert got
        with alone(file) as another:
            assert not another
    assert not file.exists()

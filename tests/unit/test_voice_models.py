"""Whisper models: fetched whole, broken off, lying; brought in, listed for the machine, removed."""

from __future__ import annotations

import json
import shutil
import time
from collections import namedtuple
from pathlib import Path
from typing import Any

import pytest

from jobcopilot.engines.downloads import FetchStep
from jobcopilot.errors import BadInput, NetworkError, NotFound, StorageError, UsageError
from jobcopilot.inference.port import Cancel
from jobcopilot.voice.catalogue import CATALOGUE, named, suiting, suits
from jobcopilot.voice.models import WhisperModels, find_model, models_folder, threads_for
from jobcopilot.voice.port import SpeechModelMissing
from tests.fakes.hub_server import HubServer
from tests.fakes.speech import MODEL
from tests.unit.test_models_cli import ModelShell

BASE = "Systran/faster-whisper-base.en"
DISTIL = "Systran/faster-distil-whisper-small.en"
WEIGHTS = bytes(range(256)) * 4_000
BIG = 64_000_000_000


@pytest.fixture(autouse=True)
def no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    """The hub's library waits a second before it tries again."""
    monkeypatch.setattr(time, "sleep", lambda _seconds: None)


def files(repo: str = BASE, vocabulary: str = "vocabulary.txt") -> dict[str, bytes]:
    content = {
        "config.json": b"{}",
        "tokenizer.json": b'{"a": 1}',
        vocabulary: b"a\nb\n",
        "model.bin": WEIGHTS,
    }
    return {f"{repo}/{name}": held for name, held in content.items()}


def models_at(folder: Path, cores: int = 2, **more: str) -> WhisperModels:
    return WhisperModels(folder, cores=cores, memory_bytes=BIG, **more)


def put(folder: Path, name: str) -> Path:
    place = models_folder(folder) / name
    place.mkdir(parents=True)
    for file in ("config.json", "tokenizer.json", "vocabulary.json", "model.bin"):
        (place / file).write_bytes(b"x")
    return place


def test_a_model_is_fetched_whole_with_its_checksums_held(tmp_path: Path) -> None:
    steps: list[FetchStep] = []
    with HubServer(files=files()) as hub:
        folder = models_at(tmp_path).pull("base.en", mirror=hub.url, tell=steps.append)
        assert folder == models_folder(tmp_path) / "base.en"
        assert {one.name for one in folder.iterdir()} == {
            "config.json",
            "tokenizer.json",
            "vocabulary.txt",
            "model.bin",
        }
        assert (folder / "model.bin").read_bytes() == WEIGHTS
        whole = sum(map(len, hub.files.values()))
        assert (steps[-1].done, steps[-1].total) == (whole, whole), "over all files"
        assert [step.done for step in steps if step.doing == "fetching"] == sorted(
            step.done for step in steps if step.doing == "fetching"
        )
        asked = len(hub.asked)
        assert models_at(tmp_path, mirror=hub.url).pull("faster-whisper-base.en") == folder
        assert len(hub.asked) == asked, "once here, nothing is asked for again"
    assert find_model(tmp_path) == folder


def test_either_form_of_the_vocabulary_is_taken(tmp_path: Path) -> None:
    with HubServer(files=files(DISTIL, "vocabulary.json")) as hub:
        folder = models_at(tmp_path, mirror=hub.url).pull("distil-small.en")
        assert (folder / "vocabulary.json").exists()


def test_what_was_fetched_is_gone_on_from(tmp_path: Path) -> None:
    with HubServer(files=files()) as hub:
        cancel = Cancel()

        def stop_soon(step: FetchStep) -> None:
            if step.done >= 300_000:
                cancel.set()

        models = models_at(tmp_path, mirror=hub.url)
        with pytest.raises(Exception, match="gone on from"):
            models.pull("base.en", tell=stop_soon, cancel=cancel)
        assert not models.all()[1].installed
        with pytest.raises(SpeechModelMissing):
            find_model(tmp_path)
        folder = models.pull("base.en")
        assert (folder / "model.bin").read_bytes() == WEIGHTS
        assert hub.asked[-1][2].startswith("bytes="), "the weights were not begun anew"
        fetched = [path.rpartition("/")[2] for method, path, _ in hub.asked if method == "GET"]
        assert fetched.count("config.json") == 1


def test_a_dropped_connection_is_gone_on_from(tmp_path: Path) -> None:
    with HubServer(files=files()) as hub:
        hub.drop_after, hub.drops_left = 200_000, 2
        folder = models_at(tmp_path, mirror=hub.url).pull("base.en")
        assert (folder / "model.bin").read_bytes() == WEIGHTS


@pytest.mark.parametrize(
    ("way", "kind"), [("wrong", BadInput), ("gone", SpeechModelMissing), ("broken", NetworkError)]
)
def test_a_hub_that_lies_or_refuses_is_told(way: str, kind: type[Exception], tmp_path: Path) -> None:
    with HubServer(files=files(), way=way) as hub, pytest.raises(kind):
        models_at(tmp_path, mirror=hub.url).pull("base.en")
    assert not (models_folder(tmp_path) / "base.en" / "model.bin").exists()


def test_no_room_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    usage: Any = namedtuple("usage", "total used free")
    monkeypatch.setattr(shutil, "disk_usage", lambda _path: usage(10**9, 10**9, 500_100_000))
    with HubServer(files=files()) as hub:
        with pytest.raises(StorageError, match="no room"):
            models_at(tmp_path, mirror=hub.url).pull("base.en")
        assert not any(method == "GET" and "model.bin" in path for method, path, _ in hub.asked)


def test_a_folder_of_this_machine_is_brought_in(tmp_path: Path) -> None:
    models = models_at(tmp_path)
    folder = models.pull(str(MODEL))
    assert folder == models_folder(tmp_path) / MODEL.name
    assert (folder / "model.bin").read_bytes() == (MODEL / "model.bin").read_bytes()
    assert models.pull(str(folder)) == folder
    assert find_model(tmp_path) == folder
    other = models.all()[-1]
    assert (other.name, other.chosen, other.installed) == (MODEL.name, True, True)
    own = tmp_path / "faster-whisper-tiny.en"
    shutil.copytree(MODEL, own)
    (tmp_path / "linked").symlink_to(own)
    assert models.pull(str(own)) == models_folder(tmp_path) / "tiny.en"
    (own / "tokenizer.json").unlink()
    with pytest.raises(UsageError, match=r"without tokenizer\.json"):
        models.pull(str(own))


@pytest.mark.parametrize("source", ["nonsense", "large-v3", "../x", "Systran/x"])
def test_a_name_that_means_nothing_is_told(source: str, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"base\.en, distil-small\.en"):
        models_at(tmp_path).pull(source)
    with pytest.raises(UsageError, match="web address"):
        models_at(tmp_path).pull("base.en", mirror="ftp://hub.example")


def test_a_model_is_removed_and_nothing_else(tmp_path: Path) -> None:
    models = models_at(tmp_path)
    base, own = put(tmp_path, "faster-whisper-base.en"), put(tmp_path, "my-own")
    for name in ("..", ".", "/", "../language", "tiny.en", str(own)):
        with pytest.raises(NotFound):
            models.remove(name)
    assert models.remove("base.en") == base
    assert models.remove("my-own") == own
    assert models_folder(tmp_path).is_dir()
    assert not list(models_folder(tmp_path).iterdir())


def test_the_machine_decides_what_suits() -> None:
    assert [suiting(cores, BIG).name for cores in (1, 2, 4, 8)] == [
        "tiny.en",
        "base.en",
        "distil-small.en",
        "small.en",
    ]
    assert suiting(8, 1_000_000_000).name == "base.en", "memory counts too"
    assert suiting(1, 100_000_000).name == "tiny.en", "the smallest rather than none"
    assert not suits(CATALOGUE[-1], 2, BIG)
    assert named("Faster-Distil-Whisper-small.en") == named("distil-small.en")
    assert named("large") is None


def test_the_list_says_what_hears_and_what_is_broken(tmp_path: Path) -> None:
    tiny, base = put(tmp_path, "tiny.en"), put(tmp_path, "faster-whisper-base.en")
    listed = {one.name: one for one in models_at(tmp_path).all()}
    assert listed["base.en"].chosen
    assert listed["base.en"].path == str(base)
    assert listed["base.en"].best
    assert not listed["small.en"].suits
    assert not listed["small.en"].installed
    assert {one.name: one.chosen for one in models_at(tmp_path, chosen="tiny.en").all()}["tiny.en"]
    (tiny / "tokenizer.json").unlink()
    (put(tmp_path, "my-own") / "config.json").unlink()
    listed = {one.name: one for one in models_at(tmp_path).all()}
    assert not listed["tiny.en"].installed
    assert listed["my-own"].problem == "without config.json"


def test_the_command_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    shell = ModelShell(tmp_path, capsys)
    listed = json.loads(shell("voice", "models", "list", "--json"))
    assert listed["total"] == 4
    assert {"tiny.en", "base.en", "small.en", "distil-small.en"} == {one["name"] for one in listed["models"]}
    assert all(
        one["licence"] == "MIT" and one["size_bytes"] and one["memory_bytes"] for one in listed["models"]
    )
    assert f"voice models pull {listed['best']}" in shell("voice", "models", "list")
    with HubServer(files=files()) as hub:
        got = json.loads(shell("voice", "models", "pull", "base.en", "--mirror", hub.url, "--json"))
    assert got["size_bytes"] == sum(map(len, files().values()))
    assert shell("voice", "models", "path").strip() == got["path"]
    assert "The one marked * hears." in shell("voice", "models", "list")
    assert json.loads(shell("voice", "models", "remove", "base.en", "--json"))["removed"] == got["path"]
    assert "voice models pull" in shell.refused("voice", "models", "path", "base.en")
    assert "Names: tiny.en" in shell.refused("voice", "models", "pull", "nonsense")


@pytest.mark.parametrize(("cores", "threads"), [(1, 1), (2, 2), (4, 3), (8, 7)])
def test_whisper_has_two_threads_where_there_are_two_cores(cores: int, threads: int) -> None:
    assert threads_for(cores) == threads

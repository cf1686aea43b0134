"""The command line of voice: which model hears, and what is refused in words."""

from __future__ import annotations

from pathlib import Path

import pytest

from jobcopilot.voice.models import find_model, models_folder
from jobcopilot.voice.port import SpeechModelMissing
from tests.unit.test_models_cli import ModelShell


@pytest.fixture
def shell(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> ModelShell:
    return ModelShell(tmp_path, capsys)


def put(models: Path, name: str) -> Path:
    folder = models_folder(models) / name
    folder.mkdir(parents=True)
    (folder / "model.bin").touch()
    return folder


def test_the_best_model_that_keeps_up_hears(tmp_path: Path) -> None:
    tiny = put(tmp_path, "faster-whisper-tiny.en")
    assert find_model(tmp_path) == tiny
    base, small = put(tmp_path, "base.en"), put(tmp_path, "small.en")
    assert find_model(tmp_path, cores=2) == base
    assert find_model(tmp_path, cores=8) == small
    assert find_model(tmp_path, "tiny.en", cores=8) == tiny
    assert find_model(tmp_path, str(small), cores=2) == small
    own = put(tmp_path / "elsewhere", "my-own")
    assert find_model(tmp_path / "elsewhere") == own, "one that nobody knows is better than none"


def test_a_missing_model_says_where_it_belongs(tmp_path: Path, shell: ModelShell) -> None:
    with pytest.raises(SpeechModelMissing, match="not there"):
        find_model(tmp_path, "base.en")
    told = shell.refused("voice", "transcribe", str(tmp_path / "none.wav"))
    assert "There is no Whisper model" in told
    assert "faster-whisper-base.en" in told
    assert "That Whisper model is not there" in shell.refused(
        "voice", "delivery", "x.wav", "--model", "nonsense"
    )

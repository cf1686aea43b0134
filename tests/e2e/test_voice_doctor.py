"""`doctor` on speaking: a microphone that is silent, one that is not, models that are there, missing or broken."""

from __future__ import annotations

import json
import shutil
import sys
from pathlib import Path
from typing import Any

import pytest

from jobcopilot.cli.app import run
from jobcopilot.voice.models import models_folder
from tests.fakes.speech import MODEL, SENTENCES, answer, write_wav
from tests.fakes.virtual_microphone import VirtualMicrophone, microphone  # noqa: F401  # a fixture

pytestmark = [
    pytest.mark.system,
    pytest.mark.skipif(sys.platform != "linux", reason="the virtual microphone is PulseAudio's"),
]


class Doctor:
    """What `doctor` says of each thing."""

    def __init__(self, home: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.home = home
        self._capsys = capsys

    def __call__(self) -> dict[str, dict[str, Any]]:
        self._capsys.readouterr()
        run(["--home", str(self.home), "doctor", "--json"], lambda home, profile: 0)
        return {one["name"]: one for one in json.loads(self._capsys.readouterr().out)["checks"]}


@pytest.fixture
def doctor(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Doctor:
    return Doctor(tmp_path / "home", capsys)


def test_a_silent_microphone_and_no_model(microphone: VirtualMicrophone, doctor: Doctor) -> None:  # noqa: F811
    told = doctor()
    assert told["PortAudio"]["ok"] is True
    assert "default" in told["PortAudio"]["detail"]
    assert told["microphone"]["ok"] is False
    assert "exact silence" in told["microphone"]["detail"]
    assert "44,100 Hz" in told["microphone"]["detail"] or "Hz" in told["microphone"]["detail"]
    assert told["Silero"]["ok"] is True
    assert told["Whisper"]["ok"] is None
    assert "voice models pull" in told["Whisper"]["hint"]
    assert told["speech"]["ok"] is True


def test_a_microphone_that_hears_and_a_model_that_loads(
    microphone: VirtualMicrophone,  # noqa: F811
    doctor: Doctor,
    tmp_path: Path,
) -> None:
    shutil.copytree(MODEL, models_folder(doctor.home / "models") / "tiny.en")
    playing = microphone.play(write_wav(tmp_path / "said.wav", answer(SENTENCES * 8, [0.3] * 39).sound))
    told = doctor()
    playing.kill()
    playing.wait()
    assert told["microphone"]["ok"] is True, told["microphone"]
    assert told["Whisper"]["ok"] is True
    assert "tiny.en, loaded in" in told["Whisper"]["detail"]


def test_a_broken_model_is_told(doctor: Doctor) -> None:
    folder = models_folder(doctor.home / "models") / "tiny.en"
    shutil.copytree(MODEL, folder)
    (folder / "model.bin").write_bytes((MODEL / "model.bin").read_bytes()[:1_000])
    told = doctor()
    assert told["hearing"]["ok"] is False
    assert "cannot be loaded" in told["hearing"]["detail"]
    assert "Whisper" not in told


def test_a_process_that_crashes_costs_a_line(doctor: Doctor, monkeypatch: pytest.MonkeyPatch) -> None:
    crashing = (sys.executable, "-c", "import os, signal; os.kill(os.getpid(), signal.SIGILL)")
    monkeypatch.setattr("jobcopilot.voice.listening.ask_once.__defaults__", (crashing,))
    told = doctor()
    assert told["hearing"]["ok"] is False
    assert "SIGILL" in told["hearing"]["detail"]
    assert told["log"]["ok"] is True


def test_without_the_extra_nothing_is_tried(doctor: Doctor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        "jobcopilot.extras.find_spec", lambda name: None if name == "sounddevice" else object()
    )
    told = doctor()
    assert not {"microphone", "PortAudio", "Silero", "hearing", "speech"} & set(told)
    assert told["[voice]"]["ok"] is None

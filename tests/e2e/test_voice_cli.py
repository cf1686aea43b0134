"""The command line of voice on real recordings and a real small Whisper."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.fakes.speech import MODEL, SENTENCES, answer, silence, write_wav
from tests.unit.test_models_cli import ModelShell

pytestmark = pytest.mark.system


@pytest.fixture
def shell(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> ModelShell:
    return ModelShell(tmp_path, capsys)


def test_two_answers_in_one_recording(shell: ModelShell, tmp_path: Path) -> None:
    said = answer([SENTENCES[1], SENTENCES[4]], [4.5])
    file = write_wav(tmp_path / "said.wav", said.sound)
    got = json.loads(shell("voice", "transcribe", str(file), "--model", str(MODEL), "--json"))
    assert got["text"].splitlines() == [f"{SENTENCES[1]}.", f"{SENTENCES[4]}."]
    assert got["total"] == 2
    assert got["seconds"] == pytest.approx(said.sound.size / 22_050, abs=0.01)
    kinds = [event["event"] for event in got["events"]]
    assert kinds[0] == "listening"
    assert kinds[-1] == "stopped"
    assert kinds.count("turn-ended") == 2
    times = [event["elapsed"] for event in got["events"][1:-1]]
    assert times == sorted(times)
    told = shell("voice", "transcribe", str(file), "--model", str(MODEL)).splitlines()
    assert [line.split("  ")[1] for line in told] == got["text"].splitlines()


def test_delivery_of_a_recording(shell: ModelShell, tmp_path: Path) -> None:
    said = answer([SENTENCES[2], SENTENCES[0]], [1.5], before=2.0)
    file = write_wav(tmp_path / "said.wav", said.sound)
    got = json.loads(shell("voice", "delivery", str(file), "--model", str(MODEL), "--json"))
    assert got["delivery"]["longest_pause"] == pytest.approx(1.5, abs=0.05)
    assert got["delivery"]["seconds_to_first_word"] == pytest.approx(2.0, abs=0.05)
    assert got["delivery"]["fillers"] == {"um": 1}
    assert all(one["source"] for one in got["usual"].values())
    told = shell("voice", "delivery", str(file), "--model", str(MODEL))
    assert "at least 1: um 1" in told
    assert "usual 120 to 160" in told


def test_a_recording_where_nobody_speaks(shell: ModelShell, tmp_path: Path) -> None:
    file = write_wav(tmp_path / "quiet.wav", silence(3.0))
    assert "Nobody speaks" in shell("voice", "transcribe", str(file), "--model", str(MODEL))
    got = json.loads(shell("voice", "delivery", str(file), "--model", str(MODEL), "--json"))
    assert got["delivery"]["speaking_rate"] is None
    letter = tmp_path / "letter.wav"
    letter.write_text("Dear Sir")
    assert "cannot be read" in shell.refused("voice", "transcribe", str(letter), "--model", str(MODEL))

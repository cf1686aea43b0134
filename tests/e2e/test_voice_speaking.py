"""Speech and recordings that sound: through real programs and PortAudio into a sound server, and heard there."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from jobcopilot.voice.neural_speech import NeuralVoice
from jobcopilot.voice.port import SpeechFailed, VoiceError
from jobcopilot.voice.speaking import Began, Ended, Failed, QueuedSpeaker, SpeechChoice, make_speaker
from tests.fakes.virtual_microphone import VirtualMicrophone, microphone  # noqa: F401  # a fixture
from tests.unit.test_voice_speaking import Heard

pytestmark = [
    pytest.mark.system,
    pytest.mark.skipif(sys.platform != "linux", reason="the sound server is PulseAudio"),
]
VOICE = Path(__file__).parents[1] / "data" / "voice" / "tone-voice" / "tone.onnx"
"""Hums 220 Hz, 100 ms a letter."""
RATE = 22_050
LONG = "and then we went on to the next one " * 6


class Ear:
    """Hears what the sound server plays."""

    def __init__(self) -> None:
        self._record = subprocess.Popen(
            ["parec", "--device=mic.monitor", f"--rate={RATE}", "--channels=1", "--format=s16le", "--latency-msec=20"],
            stdout=subprocess.PIPE,
        )  # fmt: skip
        self._parts: list[bytes] = []
        self._begun = threading.Event()
        self._loud = threading.Event()
        self._thread = threading.Thread(target=self._read, daemon=True)
        self._thread.start()
        assert self._begun.wait(60), "the sound server gives nothing"

    def wait_for_sound(self) -> None:
        assert self._loud.wait(60), "nothing sounded"

    def close(self) -> np.ndarray[tuple[int], np.dtype[np.int16]]:
        """Return all that was heard."""
        self._record.terminate()
        self._record.wait(30)
        self._thread.join(30)
        return np.frombuffer(b"".join(self._parts)[: sum(map(len, self._parts)) // 2 * 2], np.int16)

    def _read(self) -> None:
        assert self._record.stdout is not None
        while part := os.read(self._record.stdout.fileno(), 4096):
            self._parts.append(part)
            self._begun.set()
            if np.abs(np.frombuffer(part[: len(part) // 2 * 2], np.int16).astype(int)).max(initial=0) > 500:
                self._loud.set()


@pytest.fixture
def ear(microphone: VirtualMicrophone) -> Iterator[Ear]:  # noqa: F811
    heard = Ear()
    yield heard
    heard.close()


def sounding(samples: np.ndarray[tuple[int], np.dtype[np.int16]]) -> float:
    """Return the seconds between the first loud sample and the last."""
    loud = np.flatnonzero(np.abs(samples.astype(int)) > 500)
    return float(loud[-1] - loud[0]) / RATE if loud.size else 0.0


@pytest.mark.parametrize(
    "choice", [SpeechChoice("system", "espeak-ng"), SpeechChoice("neural", "tone", VOICE)]
)
def test_a_sentence_sounds_and_another_is_cut_short(choice: SpeechChoice, ear: Ear) -> None:
    heard = Heard()
    speaker = make_speaker(choice, heard)
    assert speaker is not None
    speaker.say("Hello there.", 1)
    assert heard.next() == Began("Hello there.", 1)
    ended = heard.next()
    assert isinstance(ended, Ended)
    assert ended.whole
    speaker.say(LONG, 2)
    assert isinstance(heard.next(), Began)
    ear.wait_for_sound()
    speaker.interrupt()
    cut = heard.next()
    assert isinstance(cut, Ended)
    assert not cut.whole
    speaker.say("Bye.", 3)
    assert heard.next() == Began("Bye.", 3)
    assert isinstance(heard.next(), Ended)
    speaker.close()
    # Two hundred letters would have been ten seconds and more of espeak, twenty of the tone.
    assert 0.5 < sounding(ear.close()) < 9.0


def test_the_tone_is_heard_at_its_own_pitch(ear: Ear) -> None:
    heard = Heard()
    speaker = QueuedSpeaker(NeuralVoice(VOICE), heard)
    speaker.say("tell me more")
    while not isinstance(heard.next(), Ended):
        pass
    speaker.close()
    samples = ear.close()
    loud = np.flatnonzero(np.abs(samples.astype(int)) > 500)
    whole = samples[loud[0] : loud[-1] + 1]
    # Twelve letters, the pauses between them, and both ends: 27 times 50 ms. None is missing; a machine that is busy
    # may put gaps between them.
    assert whole.size / RATE > 27 * 0.05 - 0.06
    pitch = np.fft.rfftfreq(whole.size, 1 / RATE)[int(np.abs(np.fft.rfft(whole)).argmax())]
    assert pitch == pytest.approx(220, abs=2)


def test_a_speaking_process_that_is_killed_is_started_again(microphone: VirtualMicrophone) -> None:  # noqa: F811
    heard = Heard()
    voice = NeuralVoice(VOICE)
    speaker = QueuedSpeaker(voice, heard)
    speaker.say(LONG, 1)
    assert isinstance(heard.next(), Began)
    first = voice.pid
    assert first is not None
    os.kill(first, signal.SIGKILL)
    failed = heard.next()
    assert isinstance(failed, Failed)
    assert failed.title == "The speaking process died"
    speaker.say("Again.", 2)
    assert heard.next() == Began("Again.", 2)
    assert voice.pid != first
    speaker.close()


def test_a_process_that_does_not_fall_silent_is_ended(microphone: VirtualMicrophone) -> None:  # noqa: F811
    heard = Heard()
    voice = NeuralVoice(VOICE)
    speaker = QueuedSpeaker(voice, heard)
    speaker.say(LONG, 1)
    assert isinstance(heard.next(), Began)
    first = voice.pid
    assert first is not None
    os.kill(first, signal.SIGSTOP)
    speaker.interrupt()
    cut = heard.next()
    assert isinstance(cut, Ended)
    assert not cut.whole
    speaker.say("Again.", 2)
    assert heard.next() == Began("Again.", 2)
    speaker.close()


def test_without_a_sound_server_it_is_told_in_words(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("XDG_RUNTIME_DIR", "XDG_CONFIG_HOME", "PULSE_RUNTIME_PATH"):
        monkeypatch.setenv(name, str(tmp_path))
    monkeypatch.setenv("PULSE_SERVER", str(tmp_path / "none"))
    for choice in (SpeechChoice("system", "espeak-ng"), SpeechChoice("neural", "tone", VOICE)):
        heard = Heard()
        speaker = make_speaker(choice, heard)
        assert speaker is not None
        speaker.say("Hello.")
        failed = heard.next()
        if isinstance(failed, Began):
            failed = heard.next()
        assert isinstance(failed, Failed), choice
        assert failed.hint
        speaker.close()


def test_a_voice_that_is_none_is_told(tmp_path: Path) -> None:
    (tmp_path / "broken.onnx").write_bytes(b"<html>")
    (tmp_path / "broken.onnx.json").write_text("{}")
    voice = NeuralVoice(tmp_path / "broken.onnx")
    with pytest.raises(SpeechFailed, match="cannot be loaded"):
        voice.speak("Hello.", threading.Event(), lambda: None)
    voice.close()
    assert issubclass(SpeechFailed, VoiceError)

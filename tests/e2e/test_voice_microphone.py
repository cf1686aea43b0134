"""Speech played into a virtual microphone and heard as a real one would be: PortAudio, ALSA, PulseAudio."""

from __future__ import annotations

import sys
import threading
from pathlib import Path

import numpy as np
import pytest

from jobcopilot.voice.engine.audio import read_audio
from jobcopilot.voice.events import Event, Listening, Lost, Stopped, TurnEnded, Warned
from jobcopilot.voice.listening import Listener, ListenTo, check_microphone, keep_recording, microphones
from jobcopilot.voice.port import RATE, DeviceLost, DeviceMissing
from tests.e2e.test_voice_listening import errors, words_of
from tests.fakes.speech import MODEL, SENTENCES, answer, write_wav
from tests.fakes.virtual_microphone import VirtualMicrophone, microphone  # noqa: F401  # a fixture

pytestmark = [
    pytest.mark.system,
    pytest.mark.skipif(sys.platform != "linux", reason="the virtual microphone is PulseAudio's"),
]


def test_an_answer_is_heard_and_kept(microphone: VirtualMicrophone, tmp_path: Path) -> None:  # noqa: F811
    said = answer([SENTENCES[0], SENTENCES[1], SENTENCES[4]], [0.7, 0.6], after=1.0, noise=0.0)
    path = write_wav(tmp_path / "said.wav", said.sound)
    what = ListenTo(tmp_path / "kept", MODEL, device="default")
    listener = Listener(what)
    told: list[Event] = []
    for event in listener.events():
        told.append(event)
        if isinstance(event, Listening):
            microphone.play(path)
        if isinstance(event, TurnEnded):
            listener.stop()
    (turn,) = [event for event in told if isinstance(event, TurnEnded)]
    assert errors(words_of(turn.text), words_of(said.text)) <= 0.1
    assert turn.wait >= 1.2
    (opened,) = [event for event in told if isinstance(event, Listening)]
    assert opened.source == "default"
    assert not [event for event in told if isinstance(event, Lost)]
    heard = np.concatenate(list(read_audio(keep_recording(what.folder))))
    stopped = told[-1]
    assert isinstance(stopped, Stopped)
    assert heard.size == stopped.samples
    # No block is missing: the recording is the played one, moved by the time that it took to begin.
    played = np.concatenate(list(read_audio(path))).astype(np.float64)
    size = 1 << (heard.size + played.size).bit_length()
    match = np.fft.irfft(np.fft.rfft(heard, size) * np.conj(np.fft.rfft(played, size)), size)
    shift = int(match.argmax())
    same = np.corrcoef(heard[shift : shift + played.size - RATE], played[:-RATE])[0, 1]
    # A block of 32 ms that was left out would move all that follows: then hardly anything is alike.
    assert same > 0.9


def test_the_device_is_listed_checked_and_missed(microphone: VirtualMicrophone) -> None:  # noqa: F811
    names = [one["name"] for one in microphones()]
    assert "default" in names
    found = check_microphone("default", seconds=2.5)
    assert [one["code"] for one in found["troubles"]] == ["zeros"], "an empty sink gives exact silence"
    assert found["seconds"] >= 2.5
    with pytest.raises(DeviceMissing, match="is not there"):
        check_microphone("Headset of yesterday")


def test_exact_silence_is_told_while_listening(microphone: VirtualMicrophone, tmp_path: Path) -> None:  # noqa: F811
    listener = Listener(ListenTo(tmp_path / "kept", MODEL, device="default"))
    told: list[Event] = []
    for event in listener.events():
        told.append(event)
        if isinstance(event, Warned):
            listener.stop()
    assert [event.code for event in told if isinstance(event, Warned)] == ["zeros"]
    assert isinstance(told[-1], Stopped)


def test_a_microphone_that_is_pulled_out_keeps_what_was_said(
    microphone: VirtualMicrophone,  # noqa: F811
    tmp_path: Path,
) -> None:
    what = ListenTo(tmp_path / "kept", MODEL, device="default")
    listener = Listener(what)
    said = write_wav(tmp_path / "said.wav", answer(SENTENCES[:3], [0.3, 0.3], noise=0.0, after=0.1).sound)
    told: list[Event] = []
    pulling = threading.Timer(5.0, microphone.pull_out)

    def follow() -> None:
        for event in listener.events():
            told.append(event)
            if isinstance(event, Listening):
                microphone.play(said)
                pulling.start()

    with pytest.raises(DeviceLost, match="no more sound"):
        follow()
    (turn,) = [event for event in told if isinstance(event, TurnEnded)]
    assert turn.reason == "stream"
    assert turn.text.startswith("we migrated a database")
    heard = np.concatenate(list(read_audio(keep_recording(what.folder))))
    assert heard.size > 3 * RATE

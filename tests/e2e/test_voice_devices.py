"""Microphones that fail: told in words, what was said so far kept, and listening can begin again."""

from __future__ import annotations

import sys
import threading
from pathlib import Path

import numpy as np
import pytest

from jobcopilot.voice import events
from jobcopilot.voice.engine.audio import read_audio
from jobcopilot.voice.listening import Listener, ListenTo, check_microphone, keep_recording, microphones
from jobcopilot.voice.port import RATE, DeviceLost, DeviceMissing, VoiceError
from tests.fakes.answers import missing_sentences, plain_words
from tests.fakes.speech import MODEL, SENTENCES, answer, write_wav
from tests.fakes.virtual_microphone import VirtualMicrophone, microphone  # noqa: F401  # a fixture

pytestmark = [
    pytest.mark.system,
    pytest.mark.skipif(sys.platform != "linux", reason="the virtual microphone is PulseAudio's"),
]

REFUSING = '''
"""sounddevice, as it is where a device refuses."""

import numpy as np


class PortAudioError(Exception):
    pass


class default:
    device = (0, 0)


def query_hostapis():
    return [{"name": "ALSA"}]


def query_devices(number=None):
    one = {"name": "USB Microphone", "hostapi": 0, "default_samplerate": 44100.0, "max_input_channels": 1}
    return one if number is not None else [one]


class InputStream:
    def __init__(self, **how):
        raise PortAudioError("Error opening InputStream: WORDS")
'''


def stand_in(folder: Path, monkeypatch: pytest.MonkeyPatch, source: str) -> None:
    """Give the listening process a sounddevice of the test's own."""
    folder.mkdir()
    (folder / "sounddevice.py").write_text(source, "utf-8")
    monkeypatch.setenv("PYTHONPATH", str(folder))


@pytest.mark.parametrize(
    "words", ["Invalid sample rate [PaErrorCode -9997]", "Device unavailable [PaErrorCode -9985]"]
)
def test_a_device_that_refuses_says_why(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words: str) -> None:
    stand_in(tmp_path / "stub", monkeypatch, REFUSING.replace("WORDS", words))
    with pytest.raises(DeviceMissing) as told:
        list(Listener(ListenTo(tmp_path / "kept", MODEL)).events())
    assert told.value.title == "The microphone cannot be opened"
    assert "USB Microphone" in told.value.message
    assert words.partition(" [")[0] in told.value.message
    assert told.value.hint


def test_without_portaudio_typing_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    stand_in(tmp_path / "stub", monkeypatch, 'raise OSError("PortAudio library not found")')
    with pytest.raises(DeviceMissing) as told:
        microphones()
    assert "PortAudio" in told.value.title
    assert "libportaudio2" in told.value.hint
    assert "Typing works" in told.value.hint


def test_no_device_at_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    stand_in(
        tmp_path / "stub", monkeypatch, REFUSING.replace('"max_input_channels": 1', '"max_input_channels": 0')
    )
    with pytest.raises(DeviceMissing, match="There is no microphone") as told:
        check_microphone()
    assert "typing" in told.value.hint


def test_a_source_that_goes_in_mid_answer_keeps_what_was_said(
    microphone: VirtualMicrophone,  # noqa: F811
    tmp_path: Path,
) -> None:
    said = answer(SENTENCES[:3], [0.5, 0.5], noise=0.0, after=0.1, voices=("en-us",))
    path = write_wav(tmp_path / "said.wav", said.sound)
    what = ListenTo(tmp_path / "kept", MODEL, device="default")
    listener = Listener(what)
    told: list[events.Event] = []
    gone = threading.Event()

    def follow() -> None:
        for event in listener.events():
            told.append(event)
            if isinstance(event, events.Listening):
                microphone.play(path)
            confirmed = [w for one in told if isinstance(one, events.Transcribed) for w in one.confirmed]
            # In the middle of the answer: its first sentence is heard, its last one is not over.
            if len(confirmed) >= 8 and not gone.is_set():
                gone.set()
                microphone.unplug()
            if isinstance(event, events.Warned) and gone.is_set():
                listener.stop()

    lost: VoiceError | None = None
    try:
        follow()
    except DeviceLost as fault:
        lost = fault
    assert gone.is_set()
    # PulseAudio ends the stream, or moves it to a source of exact zeros: both are told.
    warned = [event.code for event in told if isinstance(event, events.Warned)]
    assert lost is not None or warned == ["zeros"], told[-5:]
    if lost is not None:
        assert "typ" in lost.hint
        assert "kept" in lost.hint
    heard = [
        word for event in told if isinstance(event, events.TurnEnded) for word in plain_words(event.words)
    ]
    assert missing_sentences(heard, SENTENCES[:1]) == []
    kept = np.concatenate(list(read_audio(keep_recording(what.folder))))
    assert kept.size > 3 * RATE
    assert kept.any()
    # Plugged in again, listening begins again.
    microphone.module = microphone.control("load-module", "module-null-sink", "sink_name=mic").strip()
    microphone.control("set-default-source", "mic.monitor")
    again = Listener(ListenTo(tmp_path / "again", MODEL, device="default"))
    for event in again.events():
        if isinstance(event, events.Listening):
            microphone.play(path)
        if isinstance(event, events.TurnEnded):
            assert missing_sentences(plain_words(event.words), SENTENCES[:3]) == []
            again.stop()
            break
    again.close()

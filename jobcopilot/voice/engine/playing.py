"""Sound out of the speaker through PortAudio, ended within a block when somebody asks for silence."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from typing import Any, Final

import numpy as np

from jobcopilot.text import clean_line
from jobcopilot.voice.engine.audio import Samples
from jobcopilot.voice.engine.microphone import portaudio
from jobcopilot.voice.port import SpeechFailed

_BLOCK_SECONDS: Final = 0.02
"""Between two looks at whether it shall be silent."""
_LATENCY: Final = 0.06
"""Seconds of sound given ahead: more would be heard after the silence was asked for where a device cannot drop it."""
_TAIL: Final = 0.15
"""Seconds of silence after everything."""


class Output:
    """The system's own choice of output, for sound of one rate."""

    def __init__(self, rate: int) -> None:
        self._sounddevice = portaudio()
        self._rate = rate
        try:
            self._told = self._sounddevice.query_devices(kind="output")
        except (self._sounddevice.PortAudioError, ValueError) as missing:
            raise SpeechFailed(
                "There is nothing to hear it with",
                clean_line(str(missing), 200) or "the system offers no output",
                "Plug in headphones or a loudspeaker.",
            ) from missing
        self.name = clean_line(self._told["name"], 120)

    def play(
        self,
        pieces: Iterable[Samples],
        stop: threading.Event,
        began: Callable[[], object] = lambda: None,
    ) -> bool:
        """Play mono samples to their end and return True, or False where `stop` was set. Raises `SpeechFailed`."""
        try:
            stream, convert = self._open()
            with stream:
                for piece in pieces:
                    began()
                    began = _nothing
                    if not self._write(stream, convert(piece), stop):
                        return False
                # Sound servers drop the last piece of a buffer that is not full: silence takes its place.
                rest = np.concatenate((convert(None), np.zeros(round(stream.samplerate * _TAIL), np.int16)))
                if not self._write(stream, rest, stop):
                    return False
                # Plays what it was given to its end.
                stream.stop()
        except self._sounddevice.PortAudioError as refused:
            raise SpeechFailed(
                "The sound cannot be played",
                f"{self.name}: {clean_line(str(refused), 200)}",
                "See whether other programs can be heard.",
            ) from refused
        return not stop.is_set()

    def _open(self) -> tuple[Any, Callable[[Samples | None], Samples]]:
        """Open the device at the sound's own rate, else at the device's."""
        own = int(self._told["default_samplerate"])
        try:
            return self._stream(self._rate), _as_it_is
        except self._sounddevice.PortAudioError:
            if own == self._rate:
                raise
        return self._stream(own), _Converter(self._rate, own)

    def _stream(self, rate: int) -> Any:
        stream = self._sounddevice.OutputStream(
            samplerate=rate, channels=1, dtype="int16", latency=_LATENCY, blocksize=0
        )
        stream.start()
        return stream

    def _write(self, stream: Any, samples: Samples, stop: threading.Event) -> bool:
        step = max(1, round(stream.samplerate * _BLOCK_SECONDS))
        for first in range(0, samples.size, step):
            if stop.is_set():
                # What was given and has not sounded is dropped.
                stream.abort()
                return False
            stream.write(np.ascontiguousarray(samples[first : first + step].reshape(-1, 1)))
        return True


class _Converter:
    """From one rate to another, piece by piece; None brings what was held back."""

    def __init__(self, rate: int, own: int) -> None:
        import av

        self._rate = rate
        self._inner = av.AudioResampler(format="s16", layout="mono", rate=own)

    def __call__(self, samples: Samples | None) -> Samples:
        import av

        frame = None
        if samples is not None:
            if not samples.size:
                return samples
            frame = av.AudioFrame.from_ndarray(
                np.ascontiguousarray(samples.reshape(1, -1)), format="s16", layout="mono"
            )
            frame.sample_rate = self._rate
        parts = [made.to_ndarray().reshape(-1) for made in self._inner.resample(frame)]
        return np.concatenate(parts).astype(np.int16) if parts else np.zeros(0, np.int16)


def _as_it_is(samples: Samples | None) -> Samples:
    return np.zeros(0, np.int16) if samples is None else samples


def _nothing() -> None:
    return None

"""Whisper through faster-whisper, with the settings that invent least."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, Final

from jobcopilot.text import clean_line
from jobcopilot.voice.engine.audio import Floats
from jobcopilot.voice.port import RATE, SpeechModelMissing, Word

_NO_SPEECH: Final = 0.6
_UNSURE: Final = -1.0
_REPEATS: Final = 2.4
"""Compression above this is a loop (Whisper's own thresholds, all three)."""
_REST: Final = 0.4
"""Seconds at the end that are not heard by themselves: no word that a pass left out fits beside its closing silence."""
_HOTWORD_LETTERS: Final = 220
"""Of hotwords: they are read again with every pass."""


class Whisper:
    """A loaded model."""

    def __init__(
        self, folder: Path, *, threads: int = 1, hotwords: Sequence[str] = (), language: str = "en"
    ) -> None:
        # Without its tokenizer faster-whisper would ask the network for one.
        missing = [name for name in ("model.bin", "tokenizer.json") if not (folder / name).is_file()]
        if missing:
            raise SpeechModelMissing(
                "The Whisper model is not there",
                f"{folder} holds no {' and no '.join(missing)}",
                "Fetch one: jobcopilot voice models pull base.en",
            )
        from faster_whisper import WhisperModel

        begun = time.perf_counter()
        try:
            self._model: Any = WhisperModel(
                str(folder), device="cpu", compute_type="int8", cpu_threads=threads, local_files_only=True
            )
        except (RuntimeError, ValueError, OSError) as refused:
            raise SpeechModelMissing(
                "The Whisper model cannot be loaded",
                f"{folder}: {clean_line(str(refused), 200)}",
                "Fetch it again.",
            ) from refused
        self.load_seconds = time.perf_counter() - begun
        self._windows = Windows(self._model)
        self._language = language
        self._hotwords = clean_line(", ".join(hotwords), _HOTWORD_LETTERS) or None

    def recognise(
        self, audio: Floats, offset: float, *, most_tokens: int | None = None, prompt: str | None = None
    ) -> list[Word]:
        """Return the words in some seconds of audio that begin at a second of the stream.

        `prompt` is taken for what was said before; a short one leans what is heard towards its words.
        """
        segments, _ = self._model.transcribe(
            audio,
            language=self._language,
            beam_size=1,
            # One temperature: the others would try again and again on noise.
            temperature=0.0,
            # What was heard before leads into loops and into words that nobody said.
            condition_on_previous_text=False,
            word_timestamps=True,
            vad_filter=False,
            hotwords=self._hotwords,
            initial_prompt=prompt,
            max_new_tokens=most_tokens,
        )
        words: list[Word] = []
        for segment in self._windows.segments(segments, audio.size / RATE):
            if segment.no_speech_prob > _NO_SPEECH and segment.avg_logprob < _UNSURE:
                continue
            if segment.compression_ratio > _REPEATS:
                continue
            words += [
                Word(text, offset + float(word.start), offset + float(word.end), float(word.probability))
                for word in segment.words or ()
                if (text := clean_line(word.word, 100))
            ]
        return words


class Windows:
    """Keeps faster-whisper from hearing a closing silence by itself.

    After the last word it begins anew with what is left, be it a tenth of a second: that costs as much as the whole
    pass (30 s are encoded each time), and there is nothing to hear but what it would invent. It encodes again only when
    all segments of the window before were taken: then it is known how far they reach.
    """

    def __init__(self, model: Any) -> None:
        self._encode = model.encode
        model.encode = self.encode
        self._seconds = 0.0
        self._heard_to: float | None = None

    def segments(self, segments: Iterable[Any], seconds: float) -> Iterator[Any]:
        """Yield the segments of so many seconds of sound."""
        self._seconds, self._heard_to = seconds, None
        try:
            for segment in segments:
                self._heard_to = float(segment.end)
                yield segment
        except _NothingLeftError:
            return

    def encode(self, *features: Any, **more: Any) -> Any:
        """Encode a window, unless there is nothing left to hear. Raises for `segments` to take."""
        if self._heard_to is not None and self._heard_to >= self._seconds - _REST:
            raise _NothingLeftError
        return self._encode(*features, **more)


class _NothingLeftError(Exception):
    """Everything that was said was heard."""

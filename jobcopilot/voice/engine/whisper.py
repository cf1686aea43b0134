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
        for segment in before_rest(segments, audio.size / RATE):
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


def before_rest(segments: Iterable[Any], seconds: float) -> Iterator[Any]:
    """Yield what was heard up to the end of so many seconds, and do not ask for more then.

    After the last word faster-whisper begins anew with what is left, be it a tenth of a second of silence: that costs
    as much as the whole pass (30 s are encoded each time), and there is nothing to hear but what it would invent.
    """
    for segment in segments:
        yield segment
        if segment.end >= seconds - _REST:
            return

"""Whether somebody speaks, 32 ms at a time: Silero's network with its memory carried from block to block."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final

import numpy as np

from jobcopilot.voice.engine.audio import Floats
from jobcopilot.voice.port import BLOCK, SpeechModelMissing

_CONTEXT: Final = 64
"""Samples of the block before that the network wants to see again."""


def _weights() -> Path:
    """Return the network that faster-whisper brings. Raises `SpeechModelMissing`."""
    spec = find_spec("faster_whisper")
    found = (
        sorted((Path(spec.origin).parent / "assets").glob("silero_vad*.onnx")) if spec and spec.origin else []
    )
    if not found:
        raise SpeechModelMissing(
            "Nothing installed can tell speech from silence",
            "faster-whisper and its Silero model are missing",
            "pip install 'jobcopilot[voice]'",
        )
    return found[-1]


class Silero:
    """A streaming voice detector.

    faster-whisper's own wrapper forgets everything between two calls, so its session is driven directly.
    """

    def __init__(self) -> None:
        import onnxruntime

        options = onnxruntime.SessionOptions()
        options.inter_op_num_threads = options.intra_op_num_threads = 1
        # Threads that spin while they wait would take a core for a network of a tenth of a millisecond.
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        options.add_session_config_entry("session.inter_op.allow_spinning", "0")
        options.enable_cpu_mem_arena = False
        options.log_severity_level = 4
        self._session: Any = onnxruntime.InferenceSession(
            str(_weights()), options, providers=["CPUExecutionProvider"]
        )
        self._memory: Any = np.zeros((1, 1, 128), np.float32)
        self._cell: Any = np.zeros((1, 1, 128), np.float32)
        self._seen = np.zeros((1, _CONTEXT + BLOCK), np.float32)

    def probability(self, block: Floats) -> float:
        """Return how likely a block of 512 samples holds a voice; a shorter one counts as followed by silence."""
        self._seen[0, :_CONTEXT] = self._seen[0, BLOCK:]
        self._seen[0, _CONTEXT : _CONTEXT + block.size] = block
        self._seen[0, _CONTEXT + block.size :] = 0.0
        answer, self._memory, self._cell = self._session.run(
            None, {"input": self._seen, "h": self._memory, "c": self._cell}
        )
        return float(answer.reshape(-1)[0])

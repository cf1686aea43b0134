"""How an engine's process ends: at once, whatever threads of its libraries still wait for."""

from __future__ import annotations

import os
import sys
import traceback
from collections.abc import Callable


def leave_after(serve: Callable[[], object]) -> None:
    """Serve, then end at once: threads of PortAudio and ONNX Runtime may still wait for something."""
    code = 0
    try:
        serve()
    except BaseException:  # noqa: BLE001  # told on stderr, whose end is the reason that the app gives
        code = 1
        traceback.print_exc()
    # Everything is written: each frame was flushed.
    sys.stderr.flush()
    os._exit(code)

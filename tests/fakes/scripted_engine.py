"""An engine process that does what its script says: hangs, dies, says brackets for ever, reads without an end.

`python -m tests.fakes.scripted_engine SCRIPT`; it speaks the frames of the true one.
"""

from __future__ import annotations

import os
import signal
import sys
import threading

from jobcopilot.engines.frames import read_frame, write_frame

SCRIPTS = ("hang", "die", "abort", "brackets", "silent", "garbage", "refuse", "reads")


def command(script: str) -> list[str]:
    """Return the command line that starts it."""
    assert script in SCRIPTS
    return [sys.executable, "-m", "tests.fakes.scripted_engine", script]


def main(script: str) -> None:
    out = os.fdopen(os.dup(1), "wb")
    cancelled = threading.Event()
    while (frame := read_frame(sys.stdin.buffer)) is not None:
        number = frame["id"]
        if frame["do"] == "load":
            if script == "refuse":
                write_frame(
                    out, {"id": number, "error": "unknown model architecture: 'zebra'", "kind": "refused"}
                )
            else:
                write_frame(out, {"id": number, "ended": {"seconds": 0.01}})
        elif frame["do"] == "cancel":
            cancelled.set()
            write_frame(out, {"id": number, "ended": {"finish": "cancelled"}})
        elif script == "hang":
            continue
        elif script == "reads" and frame["do"] == "read":
            # Until it is cancelled.
            write_frame(out, {"id": number, "reading": 0.0})
        elif script == "reads":
            done = {"tokens": 5, "evaluated": 5, "answer": 1, "finish": "stop", "step": None}
            write_frame(out, {"id": number, "text": "Here."})
            write_frame(out, {"id": number, "ended": done})
        elif script == "die":
            write_frame(out, {"id": number, "text": "The first words"})
            os.kill(os.getpid(), signal.SIGKILL)
        elif script == "abort":
            sys.stderr.write("GGML_ASSERT(everything) failed\n")
            sys.stderr.flush()
            os.abort()
        elif script == "garbage":
            out.write(b"\xff\xff\xff\xff not a frame")
            out.flush()
        elif script == "silent":
            done = {"tokens": 5, "evaluated": 5, "answer": 0, "finish": "stop", "step": None}
            write_frame(out, {"id": number, "ended": done})
        elif script == "brackets":
            threading.Thread(target=_brackets, args=(out, number, cancelled), daemon=True).start()


def _brackets(out, number: int, cancelled: threading.Event) -> None:  # type: ignore[no-untyped-def]
    for _ in range(10_000):
        if cancelled.is_set():
            return
        write_frame(out, {"id": number, "text": "["})


if __name__ == "__main__":
    main(sys.argv[1])

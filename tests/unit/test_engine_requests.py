"""The engine process's own order of work: a stop finds its request, whether that runs, waits or is over."""

from __future__ import annotations

from io import BytesIO

from jobcopilot.engines.frames import Frame, write_frame
from jobcopilot.inference.engine.backend import BackendError
from jobcopilot.inference.engine.child import Engine


class Recording(Engine):
    """Does nothing but remember which requests were stopped."""

    def __init__(self) -> None:
        super().__init__(BytesIO())
        self.stopped: list[tuple[int, bool]] = []
        # The end of its requests ends the process otherwise.
        self._leaving = True

    def _do(self, frame: Frame) -> Frame:
        if frame["do"] == "load":
            raise BackendError("over")
        self.stopped.append((frame["id"], self._off.is_set()))
        return {}


def test_a_stop_waits_for_its_request() -> None:
    requests = BytesIO()
    for number in (1, 2, 3):
        write_frame(requests, {"do": "read", "id": number})
    for number in (2, 3):
        write_frame(requests, {"do": "cancel", "id": number})
    write_frame(requests, {"do": "load", "id": 4})
    requests.seek(0)
    engine = Recording()
    engine.listen(requests)
    engine.serve()
    assert engine.stopped == [(1, False), (2, True), (3, True)]

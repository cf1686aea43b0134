"""Calls that may hang for ever, given up after a while: a desktop's keyring waits for a person who may be away."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any, TypeVar

Result = TypeVar("Result")


def within(seconds: float, call: Callable[[], Result]) -> Result:
    """Return what a call returns, on a thread of its own. Raises `TimeoutError`, or whatever the call raises.

    The thread of a call that hangs is left behind; it holds up neither the app nor its end.
    """
    came: dict[str, Any] = {}

    def work() -> None:
        try:
            came["result"] = call()
        except BaseException as fault:  # noqa: BLE001  # handed to whoever waits
            came["fault"] = fault

    thread = threading.Thread(target=work, daemon=True, name="keyring")
    thread.start()
    thread.join(seconds)
    if thread.is_alive():
        raise TimeoutError
    if "fault" in came:
        raise came["fault"]
    result: Result = came["result"]
    return result

"""What `doctor` says of one thing."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Check:
    """One thing looked at; `ok` is None where it is optional and missing."""

    name: str
    ok: bool | None
    detail: str
    hint: str = ""

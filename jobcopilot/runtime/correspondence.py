"""The parts that speak with calendars and write letters."""

from __future__ import annotations

from jobcopilot.runtime.home import OfHome


class Corresponding(OfHome):
    """Calendars, mail, letters, and the vault that holds their secrets."""

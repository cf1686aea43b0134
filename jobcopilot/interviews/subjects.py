"""Kinds of subjects that interviews ask reminders for; each but the last has the number of its record."""

from __future__ import annotations

from typing import Final

ROUND: Final = "round"
FOLLOW: Final = "follow_up"
OFFER: Final = "offer"
DEADLINE_OF: Final = "job"
APPLICATIONS: Final = "applications"
"""The applications that are to be asked after on one day come together; the number is that of the profile."""

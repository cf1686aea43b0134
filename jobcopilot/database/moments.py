"""Moments as the database keeps them, for readers that do without SQLAlchemy."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def to_milliseconds(moment: datetime) -> int:
    """Return an aware moment as the database keeps it: milliseconds since 1970 in UTC."""
    if moment.tzinfo is None:
        raise ValueError("a moment without a time zone cannot be stored")
    return (moment - _EPOCH) // timedelta(milliseconds=1)


def from_milliseconds(stored: int) -> datetime:
    """Read back what `to_milliseconds` wrote, aware, in UTC."""
    return _EPOCH + timedelta(milliseconds=stored)

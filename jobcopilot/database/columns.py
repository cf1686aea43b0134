"""Column types and the base that every table shares."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import BigInteger, Dialect
from sqlalchemy.types import TypeDecorator

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def to_milliseconds(moment: datetime) -> int:
    """Return an aware moment as the database keeps it: milliseconds since 1970 in UTC."""
    if moment.tzinfo is None:
        raise ValueError("a moment without a time zone cannot be stored")
    return (moment - _EPOCH) // timedelta(milliseconds=1)


def from_milliseconds(stored: int) -> datetime:
    """Read back what `to_milliseconds` wrote, aware, in UTC."""
    return _EPOCH + timedelta(milliseconds=stored)


class UtcMoment(TypeDecorator[datetime]):
    """An aware moment kept as whole milliseconds since 1970: short in an index, sorted as it should be."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> int | None:
        """Turn an aware moment into milliseconds."""
        return None if value is None else to_milliseconds(value)

    def process_result_value(self, value: Any | None, dialect: Dialect) -> datetime | None:
        """Turn milliseconds into an aware moment."""
        return None if value is None else from_milliseconds(value)

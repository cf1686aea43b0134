"""Column types and the base that every table shares."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Dialect
from sqlalchemy.types import TypeDecorator

from jobcopilot.database.moments import from_milliseconds, to_milliseconds


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

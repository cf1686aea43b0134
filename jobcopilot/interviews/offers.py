"""What companies offer, and two or more of them side by side."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, get_args

from jobcopilot.database.moments import to_milliseconds
from jobcopilot.errors import UsageError
from jobcopilot.interviews import values
from jobcopilot.interviews.books import Books
from jobcopilot.interviews.ledger import Values
from jobcopilot.interviews.lists import InterviewLists
from jobcopilot.interviews.views import OfferPart, OfferPeriod, OfferView
from jobcopilot.jobs.records import live_names
from jobcopilot.reading.pay_words import PER_YEAR, SIGN_CURRENCY, WORD_CURRENCY

FIELDS: Final = ("amount", "currency", "period", "parts", "deadline_at", "notes")
"""What of an offer can be written."""
PERIODS: Final[tuple[OfferPeriod, ...]] = get_args(OfferPeriod)
_PART_PERIODS: Final = (*PERIODS, "once")
MOST_PARTS: Final = 30


@dataclass(frozen=True, slots=True)
class Compared:
    """One offer beside others; amounts are for a year in its own currency, None where it has none."""

    offer: OfferView
    yearly: float | None
    every_year: float | None
    """With all parts that come every year."""
    first_year: float | None
    """With what comes once, too."""


class Offers:
    """What a person does with offers; each call is one transaction and one batch of the history."""

    def __init__(self, books: Books) -> None:
        self._books = books
        self._lists = InterviewLists(books.reader, books.profile.id)

    def add(self, job_id: int, changes: Mapping[str, object]) -> OfferView:
        """Write down an offer of a job. Raises `FieldError`, `NotFound`."""
        stored = _stored(changes)
        with self._books.writing("add", "offer") as ledger:
            names = live_names(ledger.connection, self._books.profile.id, [job_id])
            ledger.journal.open("add", f"offer: {names[job_id]}")
            offer_id = ledger.add("offer", stored | {"job_id": job_id})
        return self._lists.offer(offer_id)

    def edit(self, offer_id: int, changes: Mapping[str, object]) -> OfferView:
        """Change an offer. Raises `FieldError`, `NotFound`."""
        stored = _stored(changes)
        before = self._lists.offer(offer_id)
        with self._books.writing("change", f"changed offer: {before.job_title}, {before.company}") as ledger:
            ledger.change("offer", offer_id, stored)
        return self._lists.offer(offer_id)

    def delete(self, offer_id: int) -> int:
        """Delete an offer, until undo brings it back; return the batch."""
        before = self._lists.offer(offer_id)
        with self._books.writing("delete", f"deleted offer: {before.job_title}, {before.company}") as ledger:
            ledger.delete("offer", offer_id)
        return ledger.journal.begun()

    def compare(self, offer_ids: Sequence[int]) -> tuple[Compared, ...]:
        """Return offers with what each comes to; amounts of different currencies are never added or converted.

        Raises `UsageError` for fewer than two.
        """
        if len(set(offer_ids)) < 2:
            raise UsageError("Comparing takes two offers or more", hint="See: jobcopilot offers list")
        return tuple(compared(self._lists.offer(offer_id)) for offer_id in dict.fromkeys(offer_ids))


def compared(offer: OfferView) -> Compared:
    """Return what an offer comes to in a year."""
    yearly = None if offer.amount is None else offer.amount * PER_YEAR[offer.period]
    recurring = [
        part.amount * PER_YEAR[part.period]
        for part in offer.parts
        if part.amount is not None and part.period != "once"
    ]
    once = [part.amount for part in offer.parts if part.amount is not None and part.period == "once"]
    every_year = None if yearly is None and not recurring else (yearly or 0.0) + sum(recurring)
    first_year = None if every_year is None and not once else (every_year or 0.0) + sum(once)
    return Compared(offer, yearly, every_year, first_year)


def _stored(changes: Mapping[str, object]) -> Values:
    stored: Values = {}
    for name, value in changes.items():
        match name:
            case "amount":
                stored[name] = values.amount(name, value)
            case "currency":
                stored[name] = _currency(value)
            case "period":
                stored[name] = values.choice(name, value, PERIODS)
            case "parts":
                stored[name] = [_part(part) for part in _listed(value)]
            case "deadline_at":
                stored[name] = None if value is None else to_milliseconds(values.moment(name, value))
            case "notes":
                stored[name] = values.text(name, value)
            case _:
                raise values.unknown_field(name, FIELDS)
    return stored


def _currency(value: object) -> str:
    written = values.line("currency", value, limit=20)
    # Whoever has an offer in another dollar says so: CAD, AUD.
    code = (
        "USD"
        if written == "$"
        else SIGN_CURRENCY.get(written) or WORD_CURRENCY.get(written.casefold(), written.upper())
    )
    if written and not (len(code) == 3 and code.isascii() and code.isalpha()):
        raise values.FieldError(
            "currency",
            f"currency cannot be {written!r}",
            hint="It takes a code such as EUR, or a sign such as €.",
        )
    return code


def _listed(value: object) -> Sequence[Any]:
    if not isinstance(value, list | tuple) or len(value) > MOST_PARTS:
        raise values.FieldError("parts", f"parts takes up to {MOST_PARTS} parts of an offer")
    return value


def _part(part: object) -> dict[str, object]:
    if not isinstance(part, OfferPart):
        raise values.FieldError("parts", "A part of an offer has a name, an amount or words")
    name = values.line("parts", part.name, required=True, limit=80)
    amount = values.amount("parts", part.amount)
    words = values.line("parts", part.text)
    if amount is None and not words:
        raise values.FieldError("parts", f"{name} needs an amount or words")
    return {
        "name": name,
        "amount": amount,
        "period": values.choice("parts", part.period, _PART_PERIODS),
        "text": words,
    }

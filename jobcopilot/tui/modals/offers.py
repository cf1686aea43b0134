"""Offers side by side: what each comes to in a year, and until when it must be answered."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterable, Sequence
from datetime import time
from typing import TYPE_CHECKING, Any, ClassVar, get_args

from rich.text import Text
from textual.containers import VerticalScroll
from textual.reactive import reactive
from textual.widgets import Static

from jobcopilot.errors import UsageError
from jobcopilot.interviews.offers import Compared, compared
from jobcopilot.interviews.values import FieldError
from jobcopilot.interviews.views import OfferPart, OfferPeriod, OfferView
from jobcopilot.tui.commands import bindings
from jobcopilot.tui.failures import start_work
from jobcopilot.tui.modals.fields import Choice, Field, LineInput, LongText
from jobcopilot.tui.modals.panel import Panel
from jobcopilot.tui.modals.when_field import HINT, WhenPanel, typed_moment
from jobcopilot.tui.theme import palette_of
from jobcopilot.tui.widgets.signs import fit, moment, steady

if TYPE_CHECKING:
    from textual.widget import Widget

PERIODS: tuple[OfferPeriod, ...] = get_args(OfferPeriod)
_LABEL, _COLUMN, _WIDEST = 14, 28, 44
_PART = re.compile(
    r"(?P<name>[^:=]+?)\s*[:=]\s*(?P<amount>[\d.,_ ]*\d)\s*(?P<period>once|hour|day|week|month|year)?",
    re.IGNORECASE,
)


class OffersDialogue(Panel[None]):
    """A column for each offer; left and right choose one."""

    BINDINGS: ClassVar[list[Any]] = bindings("offers")
    DEFAULT_CSS = """
    OffersDialogue #scroll { height: 1fr; }
    OffersDialogue #table { width: auto; height: auto; }
    """

    place: reactive[int] = reactive(0, init=False)

    def __init__(self, job_id: int | None = None) -> None:
        super().__init__("Offers", "amounts in the currency they were made in")
        self.job_id = job_id
        self.offers: Sequence[Compared] = ()

    def body(self) -> Iterable[Widget]:
        """Return the table."""
        with VerticalScroll(id="scroll", can_focus=False):
            yield Static("", id="table", markup=False)

    def on_mount(self) -> None:
        """Read the offers."""
        start_work(self, self._load(), name="offers")

    async def _load(self, at: int | None = None) -> None:
        found = await asyncio.to_thread(self.runtime.interviews.offers)
        self.offers = [compared(one) for one in found]
        numbers = [one.id for one in found]
        self.set_reactive(OffersDialogue.place, numbers.index(at) if at in numbers else 0)
        self._paint()
        if not found:
            self.say("No offer yet: a writes one down.")
        elif len({one.offer.currency for one in self.offers}) > 1:
            self.say("They are in different currencies, so none is called the best.")
        self.refresh_bindings()

    @property
    def current(self) -> OfferView | None:
        """The offer that is chosen."""
        return self.offers[self.place].offer if self.offers else None

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer only what can be done."""
        if action in ("edit", "delete"):
            return self.current is not None
        if action == "turn":
            return len(self.offers) > 1
        return super().check_action(action, parameters)

    def validate_place(self, place: int) -> int:
        """Keep the choice among the offers."""
        return max(0, min(place, len(self.offers) - 1))

    def watch_place(self) -> None:
        """Show which offer is chosen."""
        self._paint()

    def on_resize(self) -> None:
        """Show as many columns as there is room for."""
        self._paint()

    def action_turn(self, step: int) -> None:
        """Choose the offer beside."""
        self.place += step

    def _paint(self) -> None:
        palette = palette_of(self.app)
        # What is left of the panel beside its border and padding; at 80 columns it fills the screen.
        inside = (
            self.size.width - 6 if self.has_class("-narrow") else min(self.size.width * 94 // 100, 124) - 6
        )
        room = max(1, (inside - _LABEL) // _COLUMN) if self.size.width else 3
        # Few offers share the width that many would take.
        column = max(_COLUMN, (inside - _LABEL) // min(room, max(len(self.offers), 1)))
        column = min(column, _WIDEST)
        first = max(0, min(self.place - room + 1, len(self.offers) - room)) if self.place >= room else 0
        shown = list(self.offers[first : first + room])
        text = Text()
        for label, cells in self._rows(shown) if self.offers else ():
            text.append(fit(label, _LABEL), palette.muted)
            for at, cell in enumerate(cells):
                chosen = first + at == self.place
                text.append(fit(cell, column - 2), f"bold {palette.accent}" if chosen else palette.foreground)
                text.append("  ")
            text.append("\n")
        if len(self.offers) > len(shown):
            text.append(
                f"\n{first + 1}–{first + len(shown)} of {len(self.offers)}: left and right go on",
                palette.muted,
            )
        self.query_one("#table", Static).update(text)

    def _rows(self, shown: Sequence[Compared]) -> Iterable[tuple[str, list[str]]]:
        clock = self.runtime.clock
        zone = clock.zone()
        today = clock.now().astimezone(zone).date()
        one_currency = len({one.offer.currency for one in self.offers}) == 1 and len(self.offers) > 1

        def yearly(name: str) -> list[str]:
            amounts = [getattr(one, name) for one in self.offers if getattr(one, name) is not None]
            best = max(amounts) if one_currency and len(amounts) > 1 else None
            return [
                amount_words(getattr(one, name), one.offer.currency)
                + (" ▲ best" if best is not None and getattr(one, name) == best else "")
                for one in shown
            ]

        yield (
            "",
            [steady(one.offer.company) + (" ◂" if one is self.offers[self.place] else "") for one in shown],
        )
        yield "Title", [steady(one.offer.job_title) for one in shown]
        yield "Pay", [amount_words(one.offer.amount, one.offer.currency, one.offer.period) for one in shown]
        for name in dict.fromkeys(part.name for one in self.offers for part in one.offer.parts):
            yield steady(name), [_parts(one.offer, name) for one in shown]
        yield "Every year", yearly("every_year")
        yield "First year", yearly("first_year")
        yield (
            "Answer by",
            [
                "—" if one.offer.deadline_at is None else moment(one.offer.deadline_at, zone, today)
                for one in shown
            ],
        )
        yield "Notes", [steady(one.offer.notes.replace("\n", " ")) for one in shown]

    def action_add(self) -> None:
        """Write an offer down."""
        if self.job_id is None:
            start_work(self, self._choose_job(), name="choose-job")
        else:
            start_work(self, self._form(None, self.job_id), name="offer-form")

    async def _choose_job(self) -> None:
        from jobcopilot.tui.modals.pick_job import PickJob
        from jobcopilot.tui.practice_data import PracticeData

        chosen = await self.app.push_screen_wait(
            PickJob(PracticeData(self.runtime).jobs, heading="Offer of which job?")
        )
        if chosen:
            await self._form(None, chosen)

    def action_edit(self) -> None:
        """Edit the offer that is chosen."""
        if self.current is not None:
            start_work(self, self._form(self.current, self.current.job_id), name="offer-form")

    async def _form(self, offer: OfferView | None, job_id: int) -> None:
        kept = await self.app.push_screen_wait(OfferForm(job_id, offer))
        await self._load(kept if kept is not None else None if offer is None else offer.id)

    def action_delete(self) -> None:
        """Delete the offer that is chosen; nothing is asked, since undo brings it back."""
        if self.current is not None:
            start_work(self, self._delete(self.current), name="delete-offer")

    async def _delete(self, offer: OfferView) -> None:
        await asyncio.to_thread(self.runtime.offers.delete, offer.id)
        await self._load()
        self.app.notify(
            steady(f"Deleted the offer of {offer.company}. u on the pipeline takes it back."), markup=False
        )


class OfferForm(WhenPanel):
    """One offer."""

    when = "deadline"
    time_of_day = time(18)

    def __init__(self, job_id: int, offer: OfferView | None) -> None:
        super().__init__("Edit the offer" if offer else "Write an offer down")
        self.job_id = job_id
        self.offer = offer

    async def on_mount(self) -> None:
        """Show the form, and of which job it is."""
        one = self.offer
        row = (await asyncio.to_thread(self.runtime.pages.get, self.job_id)).row
        self.entitle(self.heading, steady(f"{row.title} · {row.company}"))
        amount = "" if one is None or one.amount is None else f"{one.amount:g}"
        due = "" if one is None else typed_moment(one.deadline_at, self.runtime.clock.zone())
        await self.show_fields(
            [
                Field("amount", "Amount", LineInput(amount), hint="84000", check=_check_amount),
                Field("currency", "Currency", LineInput("" if one is None else one.currency), hint="EUR, $, …"),
                Field("period", "Per", Choice([(name, name) for name in PERIODS], one.period if one else "year")),
                Field("deadline", "Answer by", LineInput(due), hint=HINT),
            ],
            [
                Field("parts", "Parts: a line each, Bonus: 8000 year, Signing: 5000 once, Leave: 30 days",
                      LongText("" if one is None else "\n".join(map(part_line, one.parts)))),
                Field("notes", "Notes", LongText("" if one is None else one.notes)),
            ],
        )  # fmt: skip

    async def keep_certain(self) -> None:
        """Write the offer; what a field does not take is said under it."""
        texts, one = self.texts, self.offer
        deadline = await self.moment()
        try:
            changes: dict[str, object] = {
                "amount": read_amount(texts["amount"]),
                "currency": texts["currency"],
                "period": texts["period"],
                "parts": [read_part(line) for line in texts["parts"].splitlines() if line.strip()],
                "deadline_at": deadline,
                "notes": texts["notes"],
            }
            offers = self.runtime.offers
            kept = await asyncio.to_thread(
                lambda: offers.add(self.job_id, changes) if one is None else offers.edit(one.id, changes)
            )
        except FieldError as wrong:
            name = {"deadline_at": "deadline"}.get(wrong.field, wrong.field)
            field = next((at for form in self.forms for at in form.fields if at.key == name), None)
            if field is None:
                raise
            field.refuse(wrong)
            field.control.focus()
            return
        said = "Written down" if one is None else "Changed"
        self.app.notify(steady(f"{said}: the offer of {kept.company}. u takes it back."), markup=False)
        self.dismiss(kept.id)


def amount_words(amount: float | None, currency: str, period: str = "year") -> str:
    """Return an amount with its currency and period; a dash where it is not said."""
    if amount is None:
        return "—"
    return f"{amount:,.0f} {currency} {'once' if period == 'once' else f'a {period}'}".replace("  ", " ")


def part_line(part: OfferPart) -> str:
    """Return a part as the form writes it."""
    if part.amount is None:
        return f"{part.name}: {part.text}"
    return f"{part.name}: {part.amount:g} {part.period}" + (f" {part.text}" if part.text else "")


def read_part(line: str) -> OfferPart:
    """Return a part from a line of the form: a name, then an amount with its period, or words. Raises `FieldError`."""
    found = _PART.fullmatch(line.strip())
    if found is not None:
        amount = read_amount(found["amount"])
        return OfferPart(found["name"].strip(), amount, (found["period"] or "year").lower())  # type: ignore[arg-type]
    name, colon, words = line.partition(":")
    if not colon or not name.strip() or not words.strip():
        raise FieldError(
            "parts",
            f"“{steady(line.strip()[:60])}” is no part",
            hint="Write it as Name: amount, or Name: words.",
        )
    return OfferPart(name.strip(), text=words.strip())


def read_amount(text: str) -> float | None:
    """Return an amount as typed, None for nothing; 84,000 and 84.000 are both 84 thousand. Raises `FieldError`."""
    from jobcopilot.reading.pay import read_pay

    if not text.strip():
        return None
    digits = text.replace(" ", "").replace("_", "")
    if re.fullmatch(r"\d{1,3}(?:[.,]\d{3})+", digits):
        return float(re.sub(r"[.,]", "", digits))
    try:
        return float(digits.replace(",", "."))
    except ValueError:
        pay = read_pay(text)
        if pay is not None and pay.maximum is not None:
            return pay.maximum
    raise FieldError("amount", f"“{steady(text[:40])}” is no amount", hint="Write it like 84000.")


def _check_amount(text: str) -> None:
    try:
        read_amount(text)
    except FieldError as wrong:
        raise UsageError(wrong.title, hint=f"{wrong.title}. {wrong.hint}") from wrong


def _parts(offer: OfferView, name: str) -> str:
    said = [
        " ".join(
            word
            for word in (
                amount_words(part.amount, offer.currency, part.period) if part.amount is not None else "",
                steady(part.text),
            )
            if word
        )
        for part in offer.parts
        if part.name == name
    ]
    return "; ".join(said) or "—"

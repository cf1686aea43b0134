"""What the setup says beside its lines: what is chosen, why it was suggested, and what was practised lately."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from rich.text import Text

from jobcopilot.tui.commands import shown_key
from jobcopilot.tui.theme import palette_of
from jobcopilot.tui.widgets.signs import ago, bar, count, fit, moment, steady

if TYPE_CHECKING:
    from textual.app import App

    from jobcopilot.clock import Clock
    from jobcopilot.tui.practice_data import SetupReading, Standing

MODE_WORDS: Final = {
    "practice": "Practice: marks after each answer; hints and another try on request.",
    "real": "Real: no help and no marks until the report.",
}

BESIDE_TITLE: Final = 46
"""Cells of the line of what can be done, without the title of the session that is left."""


def head_words(app: App[Any], standing: Standing) -> Text:
    """Return what can be done now, with the keys."""
    palette, keys = palette_of(app), app._keymap
    start = shown_key("practice.start", keys)
    words = Text(no_wrap=True, overflow="ellipsis")
    if standing.unfinished:
        latest = standing.unfinished[0]
        words.append(f"{shown_key('practice.resume', keys)} ", f"bold {palette.accent}")
        # At 80 cells a long title leaves room for how far it is, and for how a new one starts.
        title = fit(steady(latest.title), max(app.size.width - BESIDE_TITLE, 12)).rstrip()
        words.append(f"continues {title}", palette.foreground)
        words.append(f", {latest.answered} of {latest.planned} answered", palette.muted)
        words.append("   ")
    words.append(f"{start} ", f"bold {palette.accent}")
    words.append("starts", palette.foreground)
    if not standing.sessions:
        words.append(" with what is set; no model is needed, nothing leaves this machine.", palette.muted)
    else:
        words.append(f"   {count(standing.sessions, 'session')} so far", palette.muted)
    return words


def about_words(app: App[Any], reading: SetupReading, clock: Clock) -> Text:
    """Return what the chosen type, round, mode and interviewer mean."""
    palette, offer, wanted = palette_of(app), reading.offer, reading.wanted
    text = Text(f"{offer.type.name}: {steady(offer.type.description)}\n", palette.foreground)
    suggested = wanted.type is None and offer.round_at is not None
    if offer.round_at is not None:
        zone = clock.zone()
        when = moment(offer.round_at, zone, clock.now().astimezone(zone).date())
        why = f"Suggested, since {steady(offer.type_reason)}, {when}" if suggested else f"Interview {when}"
        due = f"; {count(offer.due, 'question')} due before it" if offer.due else ""
        text.append(f"{why}{due}.\n", palette.muted)
    elif offer.due:
        text.append(f"{count(offer.due, 'question')} due for repetition.\n", palette.muted)
    if wanted.answering != "typing":
        text.append(f"{shown_key('practice.microphone', app._keymap)} ", f"bold {palette.accent}")
        text.append(
            "tries the microphone and learns your pauses; nothing heard leaves here.\n", palette.muted
        )
    text.append(f"{MODE_WORDS[wanted.mode]}\n", palette.muted)
    one = next((one for one in reading.interviewers if one.name == wanted.interviewer), None)
    if one is not None and one.refused:
        text.append(f"✗ {one.refused}. Choose another interviewer.", palette.error)
    elif wanted.interviewer == "builtin":
        text.append(
            "No model: questions from the bank, follow-ups and marks by rules.",
            palette.muted,
        )
    return text


def lately_words(app: App[Any], standing: Standing) -> Text:
    """Return the weakest skills, and the sessions that are not over."""
    palette = palette_of(app)
    text = Text(no_wrap=True, overflow="ellipsis")
    if standing.weakest:
        text.append("Weakest so far", f"bold {palette.foreground}")
        text.append("  mean of the last five marks\n", palette.muted)
        for one in standing.weakest:
            text.append(f"{fit(one.skill, 22)} ", palette.foreground)
            text.append(bar(one.mean / 100, 12), palette.primary)
            text.append(f"{one.mean:4.0f}  {count(len(one.scores), 'mark')}\n", palette.muted)
    if standing.unfinished and standing.now is not None:
        text.append("\nNot over yet\n", f"bold {palette.foreground}")
        for row in standing.unfinished[:4]:
            when = ago(row.started_at or row.created_at, standing.now)
            text.append(f"{fit(row.title, 40)} ", palette.foreground)
            text.append(f"{row.answered} of {row.planned}, {when}\n", palette.muted)
    return text

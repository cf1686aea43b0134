"""A burst of keys ("/nurse" after a hiccup of the line) is read as it was meant."""

from __future__ import annotations

from textual import events

from tests.tui.driving import Driven, opened


async def _burst(driven: Driven, keys: str) -> None:
    for character in keys:
        driven.app.post_message(events.Key({"/": "slash"}.get(character, character), character))
    await driven.settled()


async def test_letters_after_the_slash_are_letters() -> None:
    async with opened() as driven:
        await _burst(driven, "/nurse")
        assert driven.board.search.field.value == "nurse"
        assert not driven.said(), "the u in nurse undoes nothing"


async def test_keys_before_the_slash_still_act() -> None:
    async with opened() as driven:
        await _burst(driven, "v/ab")
        assert driven.board.has_class("-kanban")
        assert driven.board.search.field.value == "ab"

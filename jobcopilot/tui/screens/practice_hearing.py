"""How a spoken session runs on the screen: what is heard and what is said, event by event."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from jobcopilot.errors import JobcopilotError
from jobcopilot.practice.spoken import port
from jobcopilot.tui import failures
from jobcopilot.tui.following import follow
from jobcopilot.tui.screens.practice_talk import TalkScreen
from jobcopilot.tui.widgets.live_pane import STATES, LivePane
from jobcopilot.tui.widgets.signs import steady
from jobcopilot.tui.widgets.talk_head import Turn
from jobcopilot.tui.widgets.transcript import blocks_of, note_block, said_block

if TYPE_CHECKING:
    from jobcopilot.practice.spoken.port import Spoken, SpokenEvent, SpokenState
    from jobcopilot.voice.turns import TurnTaking

_TURNS: Final[dict[SpokenState, Turn]] = {
    "starting": "opening",
    "waiting": "yours",
    "listening": "yours",
    "heard": "yours",
    "thinking": "speaking",
    "speaking": "speaking",
    "paused": "paused",
    "typing": "yours",
    "failed": "error",
    "over": "over",
}


class Hearing(TalkScreen):
    """The widgets of a spoken session, and what they show of it."""

    TAKING_UP = "spoken"

    def __init__(self, session_id: int, notes: str = "", *, turn_taking: TurnTaking | None = None) -> None:
        super().__init__(session_id, notes)
        self._turn_taking = turn_taking
        """None: as the settings have it."""
        self.live = LivePane()
        self._note = ""
        """What is to be said with the next state."""
        self._deaf: set[str] = set()
        """Why nothing could be heard, since it was last."""
        self._given = False
        """Whether an answer was given here, which may be taken back."""
        self._pausing = False
        """Whether the person is silent in the middle of an answer, which may be its end."""
        self.spoken: Spoken | None = None
        """None until the session is taken up."""

    def _clock_ticks(self) -> None:
        super()._clock_ticks()
        if self.is_current and self.live.state not in ("over", "failed"):
            self.live.tick()

    # Taking up

    async def _take_up(self) -> None:
        from jobcopilot.tui.modals.unlock import unlocked_for

        def opened() -> tuple[Spoken, str]:
            runtime = self.data.runtime
            how = runtime.spoken_how()
            if self._turn_taking is not None:
                how = replace(how, turn_taking=self._turn_taking)
            self.live.turn_taking, self.live.headphones = how.turn_taking, how.headphones
            spoken = runtime.spoken_session(self.session_id, how)
            return spoken, runtime.interviewer(spoken.session.view().row.interviewer).label

        with self._holding():
            spoken, label = await unlocked_for(self.app, opened)
        self.spoken, self.session = spoken, spoken.session
        view = await asyncio.to_thread(self.session.view)
        self.head.tell(label=label)
        self._take_view(view)
        if view.messages:
            # The top of what was said before is out of sight.
            self._note, self.notes = self.notes, ""
        self.transcript.show([*([note_block(self.notes)] if self.notes else []), *blocks_of(view)])
        await follow(spoken.events, self._take_spoken, name="spoken", shown=self._show_saying)

    async def _take_spoken(self, event: SpokenEvent) -> None:
        match event:
            case port.StateChanged():
                await self._state_changed(event)
            case port.LevelHeard():
                self.live.take_level(event)
                self._pausing = self._pausing and not event.voiced
            case port.WordsHeard(confirmed=confirmed, tentative=tentative):
                # The last words of a silence come in the middle of it, and the silence lasts.
                note = "" if (confirmed or tentative) and not self._pausing else self.live.note
                self.live.tell(confirmed=confirmed, tentative=tentative, note=note)
            case port.Pausing(wait=wait):
                self._pausing = True
                until = "" if wait is None else f": {wait:.1f} s end it"
                self.live.tell(note=f"take your time{until}")
            case port.GoneOn():
                self._pausing = False
                self.live.tell(note="")
            case port.AnswerHeard(message=message):
                self._saying, self._said, self._given, self._pausing = None, "", True, False
                self.live.tell(confirmed="", tentative="", note="")
                self.transcript.put(said_block(message, None, 0))
                self.transcript.action_end()
            case port.Withdrawn():
                assert self.session is not None
                self._saying, self._said, self._given = None, "", False
                self.transcript.show(blocks_of(await asyncio.to_thread(self.session.view)))
                self._note = "your answer goes on"
            case port.Said(event=said):
                self._take(said)
            case port.Voiced(sentence=sentence):
                self.live.tell(sentence=sentence or "")
            case port.Told():
                self._told(event)

    async def _state_changed(self, event: port.StateChanged) -> None:
        state = event.state
        before = self.live.state
        if state == "typing":
            # There is no microphone, or the person wants none: what was to be said is about speaking.
            self._note = ""
        note, self._note = self._note or ("" if state != before else self.live.note), ""
        self.live.tell(state=state, since=event.at, note=note)
        sign, words, color = STATES[state]
        self.head.tell(live=(sign, f"{words}, esc stops" if state == "thinking" else words, color))
        self._turn_to(_TURNS[state])
        if (state == "typing") != self.has_class("-typing"):
            await self._type_or_speak(typing=state == "typing")
        if state in ("waiting", "listening", "typing", "over", "failed") and self.session is not None:
            self._take_view(await asyncio.to_thread(self.session.view))
            await self._read_clock(None)
        if state in ("waiting", "listening") and self._deaf:
            failures.withdraw(self.app, self._deaf)
            self._deaf.clear()
        if state == "over":
            self.transcript.focus()
        if state == "failed":
            assert self.view is not None
            why = self.view.error or "The interviewer cannot go on"
            failures.show(self.app, JobcopilotError(why, hint="ctrl+d tries again; esc leaves, all is kept."))

    async def _type_or_speak(self, *, typing: bool) -> None:
        self.set_class(typing, "-typing")
        if not typing:
            self._draft_kept = self.editor.text = ""
            self.live.focus()
            return
        assert self.session is not None
        view = await asyncio.to_thread(self.session.view)
        self._draft_kept = self.editor.text = view.draft
        self.editor.move_cursor(self.editor.document.end)
        self.live.tell(confirmed="", tentative="")
        self.editor.focus()

    def _told(self, told: port.Told) -> None:
        words = steady(" ".join(f"{told.title}: {told.message}. {told.hint}".split()))
        if told.severe:
            self._deaf.add(told.title)
            failures.show(self.app, JobcopilotError(told.title, told.message, told.hint))
        elif told.code in ("quiet", "loud", "zeros", "clipping", "noise"):
            self.live.tell(note=words)
        else:
            self.say(words)

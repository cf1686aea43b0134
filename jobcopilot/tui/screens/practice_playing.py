"""Hearing again how something was said: a moment of a recording, played from the report and stopped by escape."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Sequence
from typing import TYPE_CHECKING

from jobcopilot.tui.failures import start_work
from jobcopilot.tui.screens.practice_model import ModelSays

if TYPE_CHECKING:
    from jobcopilot.practice.spoken_delivery import AnswerDelivery, DeliveryMoment
    from jobcopilot.practice.views import AskedView
    from jobcopilot.voice.playing import Playing


class Plays(ModelSays):
    """A report whose moments can be heard."""

    deliveries: Sequence[AnswerDelivery] = ()
    """How the session was spoken; nothing where it was typed."""
    _playing: Playing | None = None
    _hearing_again: threading.Event | None = None
    """What stops the second hearing."""

    def spoken_of(self, asked: AskedView | None) -> Sequence[AnswerDelivery]:
        """Return how a question's answers were spoken; all of the session's for None."""
        if asked is None or self.view is None:
            return self.deliveries
        own = {one.id for one in self.view.messages if one.asked_id == asked.id}
        return [one for one in self.deliveries if one.message_id in own]

    def play(self, moment: DeliveryMoment) -> None:
        """Play a moment with what was said around it; what plays is stopped instead."""
        if not self.stop_playing():
            start_work(self, self._play(moment), name="play")

    def stop_playing(self) -> bool:
        """Be silent; return whether anything played."""
        playing, self._playing = self._playing, None
        if playing is None:
            return False
        playing.stop()
        if self.is_mounted:
            # A device that is still being opened ends only after that; nothing of it is heard any more.
            self.show_head()
        return True

    def on_unmount(self) -> None:
        """Be silent when nobody looks any more, and listen no further."""
        self.stop_playing()
        if self._hearing_again is not None:
            self._hearing_again.set()

    async def hear_again(self) -> None:
        """Look for fillers that the transcripts left out, in the background, once a session; the counts follow."""
        if self._hearing_again is not None or all(one.heard_again for one in self.deliveries):
            return
        from jobcopilot.runtime.recordings import after_session

        stop = self._hearing_again = threading.Event()
        await asyncio.to_thread(after_session, self.runtime, self.session_id, stop)
        found = await asyncio.to_thread(self.runtime.deliveries.of, self.session_id)
        if self.is_mounted and found != self.deliveries:
            await self.read_model()

    async def _play(self, moment: DeliveryMoment) -> None:
        from jobcopilot.practice.recordings import Recordings
        from jobcopilot.voice.playing import Playing

        recordings = Recordings(self.runtime.practice_books)
        stretch = await asyncio.to_thread(recordings.of_moment, self.session_id, moment)
        playing = self._playing = Playing(stretch.recording, stretch.start, stretch.end)
        self.show_head("▶ playing, esc stops it")
        try:
            await asyncio.to_thread(playing.wait)
        finally:
            # Also when the app is left: the sound ends with it.
            playing.stop()
            if self._playing is playing:
                self._playing = None
            if self.is_mounted:
                self.show_head()

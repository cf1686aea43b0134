"""Words at which an answer ends, also when they come in pieces."""

from __future__ import annotations


class Stopping:
    """Lets text through up to the first stop; holds back an end that may be the beginning of one."""

    def __init__(self, stops: tuple[str, ...]) -> None:
        self._stops = tuple(stop for stop in stops if stop)
        self._held = ""
        self.stopped = False

    def feed(self, text: str) -> str:
        """Take new text and return what is sure to belong to the answer."""
        if self.stopped:
            return ""
        self._held += text
        places = [place for stop in self._stops if (place := self._held.find(stop)) >= 0]
        if places:
            self.stopped = True
            said, self._held = self._held[: min(places)], ""
            return said
        keep = self._beginning()
        said, self._held = self._held[: len(self._held) - keep], self._held[len(self._held) - keep :]
        return said

    def rest(self) -> str:
        """Return what was held back: the answer is over and it was no stop after all."""
        said, self._held = self._held, ""
        return said

    def _beginning(self) -> int:
        """Return how long the end is that may be the beginning of a stop."""
        for length in range(min(len(self._held), max(map(len, self._stops), default=1) - 1), 0, -1):
            end = self._held[-length:]
            if any(stop.startswith(end) for stop in self._stops):
                return length
        return 0

"""What the interviewer says reaches the voice sentence by sentence, whole."""

from __future__ import annotations

import pytest

from jobcopilot.practice.spoken.voicing import Voicing


class Speaker:
    """Remembers what it was to say."""

    name = "nobody"
    busy = False

    def __init__(self) -> None:
        self.said: list[str] = []

    def say(self, text: str, revision: int = 0) -> None:
        self.said.append(text)

    def interrupt(self) -> None:
        self.said.append("(silence)")

    def close(self) -> None:
        pass


@pytest.mark.parametrize("length", [1, 2, 3, 7, 100])
def test_pieces_of_any_length_keep_their_spaces(length: int) -> None:
    speaker = Speaker()
    voicing = Voicing(speaker)
    text = "Hello, and thank you. A report lists all customers; why? Go on"
    for at in range(0, len(text), length):
        voicing.feed(text[at : at + length])
    voicing.end()
    assert speaker.said == ["Hello, and thank you.", "A report lists all customers; why?", "Go on"]

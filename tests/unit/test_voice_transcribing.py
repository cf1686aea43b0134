"""Words that appear while somebody speaks: confirmed ones never change, none comes without voice."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jobcopilot.voice import events
from jobcopilot.voice.engine.whisper import Windows
from jobcopilot.voice.port import BLOCK_SECONDS, Span, Word
from jobcopilot.voice.transcribing import LONGEST_WINDOW, LiveTranscript, normal
from jobcopilot.voice.vad import VoiceGate

VOCABULARY = [f"word{number}" for number in range(60)]


def gate_of(*spans: tuple[float, float]) -> VoiceGate:
    gate = VoiceGate()
    at = 0.0
    while at < spans[-1][1] + 1.0:
        gate.feed(0.9 if any(start <= at < end for start, end in spans) else 0.01)
        at += BLOCK_SECONDS
    return gate


class Whisper:
    """Hears the words of a script, with loose times; the last ones now and then wrongly where somebody is cut short."""

    def __init__(self, script: list[Word], spans: list[tuple[float, float]], seed: int) -> None:
        self.script = script
        self.endings = [end for _, end in spans]
        self.rng = random.Random(seed)

    def hear(self, window: Span) -> list[Word]:
        words = []
        for word in self.script:
            if word.end <= window.start + 0.05 or word.start >= window.end:
                continue
            jitter = self.rng.uniform(-0.06, 0.06)
            text = word.text
            followed_by_silence = any(
                word.end > end - 0.1 and window.end > end + 0.1
                for end in self.endings
                if end < word.end + 0.1
            )
            if word.end > window.end - 0.4 and not followed_by_silence and self.rng.random() < 0.5:
                text = "wrong"
            words.append(
                Word(
                    text.upper() if self.rng.random() < 0.3 else text, word.start + jitter, word.end + jitter
                )
            )
        return words


def spoken(count: int, seed: int) -> tuple[list[Word], list[tuple[float, float]]]:
    rng = random.Random(seed)
    script: list[Word] = []
    spans: list[tuple[float, float]] = []
    at = 0.5
    while len(script) < count:
        begin = at
        for _ in range(rng.randint(3, 12)):
            script.append(Word(rng.choice(VOCABULARY), at, at + 0.3))
            at += 0.32
        spans.append((begin, at))
        at += rng.uniform(0.3, 1.5)
    return script, spans


def listen(
    script: list[Word], spans: list[tuple[float, float]], seed: int
) -> tuple[LiveTranscript, list[float]]:
    """Play a script with a pass each second; hold on the way what must hold."""
    whisper, live, gate = Whisper(script, spans, seed), LiveTranscript(0.0), VoiceGate()
    at, next_pass, sizes = 0.0, 1.0, []
    shown: tuple[Word, ...] = ()
    while at < spans[-1][1] + 0.5:
        gate.feed(0.9 if any(start <= at < end for start, end in spans) else 0.0)
        at += BLOCK_SECONDS
        if at >= next_pass and (window := live.window(gate)):
            next_pass = at + 1.0
            sizes.append(window.seconds)
            live.take(window, whisper.hear(window), gate)
            assert live.heard.confirmed[: len(shown)] == shown, "a confirmed word changed"
            shown = live.heard.confirmed
    window = live.window(gate)
    live.finish(window, whisper.hear(Span(window.start, at + 1)) if window else [], gate, at)
    return live, sizes


@given(st.integers(0, 10_000))
def test_every_word_once_and_in_order(seed: int) -> None:
    script, spans = spoken(60, seed)
    live, sizes = listen(script, spans, seed)
    assert [normal(word.text) for word in live.heard.confirmed] == [normal(word.text) for word in script]
    assert max(sizes) < LONGEST_WINDOW


def test_five_minutes_cost_no_more_at_their_end() -> None:
    script, spans = spoken(800, 5)
    _, sizes = listen(script, spans, 5)
    assert spans[-1][1] > 290
    assert max(sizes[-60:]) <= max(sizes[:60]) * 1.3


def test_an_hour_leaves_no_pile_of_spans() -> None:
    gate = VoiceGate()
    for block in range(100_000):
        gate.feed(0.9 if block % 50 < 25 else 0.0)
        if block % 500 == 0:
            gate.forget_before(block * BLOCK_SECONDS - 30)
    assert len(gate.spans) < 40


def test_words_without_voice_under_them_are_dropped() -> None:
    gate = gate_of((1.0, 2.0))
    live = LiveTranscript(0.0)
    window = live.window(gate)
    assert window is not None
    invented = Word("Thank", 4.0, 4.4), Word("you.", 4.4, 4.6)
    live.finish(window, [Word("Hello.", 1.1, 1.9), *invented], gate, 5.0)
    assert live.heard.text == "Hello."


def test_no_pass_without_a_quarter_of_a_second_of_voice() -> None:
    assert LiveTranscript(0.0).window(gate_of((1.0, 1.15))) is None
    assert LiveTranscript(0.0).window(VoiceGate()) is None
    window = LiveTranscript(0.0).window(gate_of((1.0, 1.5)))
    assert window is not None
    assert window.end < 1.8, "silence after the voice is cut: Whisper invents words for it"


def test_the_same_word_said_twice_stays_twice() -> None:
    gate = gate_of((0.5, 3.0))
    live = LiveTranscript(0.0)
    window = Span(0.5, 3.0)
    words = [Word("no", 0.6, 0.9), Word("no", 1.0, 1.3), Word("we", 1.4, 1.6)]
    live.take(window, words[:2], gate)
    live.take(window, words, gate)
    live.finish(window, words, gate, 3.2)
    assert live.heard.text == "no no we"


def test_gate_needs_two_blocks_and_holds_through_a_quiet_middle() -> None:
    gate = VoiceGate()
    heard = [gate.feed(p) for p in (0.9, 0.1, 0.6, 0.6, 0.4, 0.6, 0.2, 0.4)]
    assert heard == [False, False, False, True, True, True, False, False]
    (span,) = gate.spans
    assert (span.start, span.end) == (2 * BLOCK_SECONDS, 6 * BLOCK_SECONDS)


def test_events_survive_the_way_between_processes() -> None:
    word = Word("um", 1.0, 1.2, 0.5)
    told: list[events.Event] = [
        events.Listening(at=0.0, source="file", rate=16_000),
        events.Transcribed(
            at=2.0, turn=1, revision=3, confirmed=(word,), tentative=(), covers=2.0, seconds=0.1, settled=1.5
        ),
        events.TurnEnded(
            at=3.0,
            turn=1,
            reason="key",
            text="um",
            words=(word,),
            silence=0.1,
            wait=0.0,
            started=1.0,
            voiced=(Span(1, 2),),
        ),
        events.Stopped(at=3.0, samples=48_000, passes=2, passes_dropped=1, pauses_open=(0.5,)),
    ]
    assert [events.from_frame(events.to_frame(one)) for one in told] == told
    assert events.from_frame({"event": "of-tomorrow"}) is None


def test_a_first_word_with_the_time_of_the_silence_before_it_is_kept() -> None:
    gate = gate_of((1.0, 3.0))
    live = LiveTranscript(0.0)
    window = live.window(gate)
    assert window is not None
    live.finish(window, [Word("I", window.start, window.start), Word("learned.", 1.1, 2.9)], gate, 4.0)
    assert live.heard.text == "I learned."


def test_a_silence_closes_what_was_heard_before_it() -> None:
    gate = gate_of((0.5, 3.0), (4.0, 6.0))
    live = LiveTranscript(0.0)
    window = live.window(gate)
    assert window is not None
    assert 3.0 < window.end < 3.5, "up to the silence, though somebody spoke on"
    assert live.take(window, [Word("one", 0.5, 1.5), Word("two.", 1.5, 3.0)], gate)
    following = live.window(gate)
    assert following is not None
    assert following.start >= window.end
    live.finish(window, [Word("one", 0.5, 1.5), Word("two.", 1.5, 3.0)], gate, 7.0)
    assert live.heard.text == "one two.", "closed once, not said twice"


def test_a_confirmed_word_heard_otherwise_is_not_said_twice() -> None:
    gate = gate_of((0.5, 6.0))
    live = LiveTranscript(0.0)
    words = [
        Word(text, 0.5 + n * 0.5, 1.0 + n * 0.5)
        for n, text in enumerate(["the", "result", "was", "that", "it", "grew"])
    ]
    live.take(Span(0.2, 3.0), words[:4], gate)
    live.take(Span(0.2, 4.0), words[:5], gate)
    assert len(live.heard.confirmed) >= 3
    # All of it at one moment, as Whisper's times are now and then.
    late = [Word(word.text, 2.9, 2.9) for word in [words[0], Word("results", 0, 0), *words[2:]]]
    live.finish(Span(0.2, 5.0), late, gate, 6.0)
    assert live.heard.text == "the result was that it grew"


def test_a_pass_that_ended_with_the_voice_does_not_close_it() -> None:
    # Asked for while somebody spoke, answered in the silence after it: the last word was cut off.
    gate = gate_of((0.5, 3.0))
    live = LiveTranscript(0.0)
    words = [Word("the", 0.5, 1.5), Word("whole", 1.5, 2.5), Word("pipeline.", 2.5, 3.05)]
    assert live.take(Span(0.2, gate.spans[-1].end), words[:2], gate) == ()
    window = live.window(gate)
    assert window is not None, "it is heard once more, with its silence"
    live.finish(window, words, gate, 4.0)
    assert live.heard.text == "the whole pipeline."


class LazyWhisper:
    """Yields the segments of its windows, and encodes each window when the one before is taken: as faster-whisper."""

    def __init__(self, *windows: Sequence[float]) -> None:
        self.windows = windows
        self.encoded = 0

    def encode(self, features: str) -> str:
        self.encoded += 1
        return features

    def transcribe(self) -> Iterator[SimpleNamespace]:
        for window in self.windows:
            self.encode("sound")
            for end in window:
                yield SimpleNamespace(end=end)


def test_a_closing_silence_is_not_heard_by_itself() -> None:
    # Times of a small model are odd: what comes after a segment that "reaches the end" was heard all the same.
    model = LazyWhisper([4.9, 2.0, 4.7], [5.0])
    windows = Windows(model)
    assert [one.end for one in windows.segments(model.transcribe(), 5.0)] == [4.9, 2.0, 4.7]
    assert model.encoded == 1
    # What is left may hold a word: it is heard. And each pass begins anew.
    model.windows = ([4.2], [4.9], [5.0])
    assert [one.end for one in windows.segments(model.transcribe(), 5.0)] == [4.2, 4.9]
    assert model.encoded == 3


def gate_around(*parts: tuple[float, float] | None) -> VoiceGate:
    """Return a gate that heard stretches of voice; None between two says that nobody recorded what lies there."""
    gate, at, skips = VoiceGate(), 0.0, False
    for part in parts:
        if part is None:
            skips = True
            continue
        begin, end = part
        if skips:
            gate.skip(at, begin)
            at, skips = begin, False
        while at < end - 1e-6:
            gate.feed(0.9 if at >= begin - 1e-6 else 0.01)
            at += BLOCK_SECONDS
    if skips:
        gate.skip(at, at + 1.0)
    return gate


class LosesOneOfTwo:
    """Hears only the first of two sentences in a window, and nothing in one that begins with a bit of a word.

    So does Whisper where a dead process cut a sentence: what lies on both sides of the cut is no speech to it, or over
    once the first part is.
    """

    def __init__(self, *sentences: tuple[str, float, float]) -> None:
        self.sentences = sentences

    def hear(self, window: Span) -> list[Word]:
        for text, begin, end in self.sentences:
            if begin < window.end and end > window.start:
                return (
                    [Word(text, max(begin, window.start), min(end, window.end))] if end - begin > 0.25 else []
                )
        return []


def heard_in_all(
    live: LiveTranscript, model: LosesOneOfTwo, gate: VoiceGate, end: float
) -> tuple[str, list[Span]]:
    """Hear window after window to the end; return the words and the windows."""
    windows: list[Span] = []
    while (window := live.window(gate)) is not None and (not windows or window != windows[-1]):
        windows.append(window)
        live.take(window, model.hear(window), gate)
    live.finish(windows[-1], model.hear(windows[-1]), gate, end)
    return live.heard.text, windows


def test_a_sentence_behind_a_gap_is_not_heard_with_the_beginning_of_the_one_before() -> None:
    # The first is shorter than what a pause would close.
    gate = gate_around((0.512, 1.6), None, (3.2, 6.4))
    model = LosesOneOfTwo(("my", 0.5, 1.6), ("result", 3.2, 6.4))
    text, windows = heard_in_all(LiveTranscript(0.2), model, gate, 7.0)
    assert text == "my result"
    assert [edge for one in windows for edge in (one.start, one.end)] == pytest.approx([0.212, 1.6, 3.2, 6.6])


@pytest.mark.parametrize("left", [0.096, 0.48])
def test_a_sentence_is_not_heard_with_what_is_left_of_the_one_before(left: float) -> None:
    gate = gate_around((0.512, 2.56), None, (4.0, 4.0 + left), (4.96, 7.04))
    model = LosesOneOfTwo(("revenue", 0.5, 2.56), ("cent", 4.0, 4.0 + left), ("after", 4.96, 7.04))
    text, windows = heard_in_all(LiveTranscript(0.2), model, gate, 8.0)
    assert text == ("revenue cent after" if left > 0.25 else "revenue after")
    assert windows[-1].start > 4.0 + left


def test_a_gap_closes_what_was_heard_before_it_at_once() -> None:
    gate = gate_around((0.512, 1.6), None)
    live = LiveTranscript(0.2)
    window = live.window(gate)
    assert window is not None
    confirmed = live.take(window, [Word("my", 0.5, 1.0), Word("task", 1.0, 1.6)], gate)
    assert [word.text for word in confirmed] == ["my", "task"]
    assert live.window(gate) is None
    # A pass that was asked for before all of it was there closes nothing.
    live = LiveTranscript(0.2)
    assert live.take(Span(0.2, 1.2), [Word("my", 0.5, 1.0)], gate) == ()


def test_a_word_with_a_time_beyond_its_window_hides_nothing_after_it() -> None:
    gate = gate_of((0.5, 3.0), (4.0, 6.0))
    live = LiveTranscript(0.0)
    window = live.window(gate)
    assert window is not None
    live.take(window, [Word("one", 0.5, 1.5), Word("two.", 5.5, 5.9)], gate)
    assert live.heard.text == "one two."
    # Another process takes over: where it begins and what was confirmed is all that it knows.
    live = LiveTranscript(live.begin, live.heard.confirmed)
    window = live.window(gate)
    assert window is not None
    live.finish(window, [Word("three", 4.0, 4.6), Word("four.", 4.6, 5.2)], gate, 7.0)
    assert live.heard.text == "one two. three four."

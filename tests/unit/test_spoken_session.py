"""A spoken session with a microphone that says what the test wants: every turn, every key, everything that fails."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from jobcopilot.errors import BadInput
from jobcopilot.practice.interviewers.port import Turn, Utterance
from jobcopilot.practice.session_events import Ended, Marked
from jobcopilot.practice.spoken import floor
from jobcopilot.practice.spoken.growing import SpokenAnswer
from jobcopilot.practice.spoken.port import (
    AnswerHeard,
    GoneOn,
    LevelHeard,
    Pausing,
    Said,
    SpokenHow,
    Told,
    Voiced,
    Withdrawn,
    WordsHeard,
)
from jobcopilot.practice.spoken.session import Parts, SpokenSession
from jobcopilot.voice import events, speaking
from jobcopilot.voice.port import DeviceLost, DeviceMissing
from tests.fakes.ear import SECONDS, FakeEar
from tests.fakes.practice import Practice, ScriptedInterviewer, make_practice
from tests.fakes.spoken_session import LONG, Gated, Spoken, speakers

pytestmark = pytest.mark.slow  # a dozen threads for each session: .ci/run tries them on a busy machine


@pytest.fixture
def practice(tmp_path: Path) -> Practice:
    return make_practice(tmp_path)


@pytest.fixture
def speak(practice: Practice) -> Iterator[Callable[..., Spoken]]:
    with speakers(practice, SpokenHow(file="x", real_time=False)) as begin:
        yield begin


def test_a_session_is_spoken_from_begin_to_end(speak: Callable[..., Spoken]) -> None:
    spoken = speak()
    follow = spoken.follow
    for number in range(2):
        follow.state("listening")
        spoken.ear.tell(events.Level(at=1.0, decibels=-30.0, peak=0.2, voiced=True))
        assert follow.wait(LevelHeard).decibels == -30.0
        spoken.ear.start("I looked at", "the plant")
        heard = follow.wait(WordsHeard)
        assert (heard.confirmed, heard.tentative) == ("I looked at", "the plant")
        spoken.ear.pause()
        assert follow.wait(Pausing).wait == 1.2
        spoken.ear.resume()
        follow.wait(GoneOn)
        spoken.ear.hear("the plan because", "the data")
        assert follow.wait(WordsHeard).confirmed == "I looked at the plan because"
        spoken.ear.end("the data had grown")
        answer = follow.wait(AnswerHeard).message
        assert answer.text == "I looked at the plan because the data had grown"
        assert answer.audio == "stream-1/recording.flac#t=0.70,4.00"
        follow.state("thinking")
        follow.wait(Said, lambda said: isinstance(said.event, Marked))
        follow.wait(Said, lambda said: isinstance(said.event, Ended))
        assert answer.state == "sent", number
    follow.state("over")
    follow.end()
    assert [kind for _, kind, _ in spoken.said()] == ["question", "answer", "question", "answer", "closing"]
    assert spoken.session.session.status == "completed"
    revisions = [event.revision for event in follow.of(WordsHeard)]
    assert revisions == sorted(revisions)
    assert spoken.ear.closed.is_set()
    assert spoken.kept == [spoken.ear.folder]


def test_whoever_goes_on_takes_the_answer_back(practice: Practice, speak: Callable[..., Spoken]) -> None:
    practice.interviewer = thinking = Gated()
    spoken = speak()
    follow = spoken.follow
    follow.state("listening")
    spoken.ear.say("I looked at the plan")
    first = follow.wait(AnswerHeard).message
    assert thinking.thinks.wait(SECONDS)
    spoken.ear.start("because the data")
    withdrawn = follow.wait(Withdrawn)
    assert (withdrawn.answer_id, withdrawn.reply_id) == (first.id, None)
    follow.state("listening")
    view = spoken.session.session.view()
    assert [one.role for one in view.messages] == ["interviewer"]
    assert view.draft.startswith("I looked at the plan")
    assert not spoken.session.session.owed
    assert follow.wait(WordsHeard, lambda words: "data" in words.confirmed).confirmed == (
        "I looked at the plan because the data"
    )
    thinking.let.set()
    spoken.ear.end("had grown")
    answer = follow.wait(AnswerHeard).message
    assert answer.text == "I looked at the plan because the data had grown"
    assert answer.audio.split() == ["stream-1/recording.flac#t=0.70,4.00"] * 2
    follow.state("listening")
    assert [text for role, _, text in spoken.said() if role == "person"] == [answer.text]
    assert len(follow.of(Withdrawn)) == 1
    # Nothing of what was begun for the first half was told.
    assert [said.event.message.kind for said in follow.of(Said) if isinstance(said.event, Ended)] == [
        "question", "question",
    ]  # fmt: skip


def test_what_a_stale_pass_heard_is_neither_shown_nor_stored(speak: Callable[..., Spoken]) -> None:
    spoken = speak()
    spoken.follow.state("listening")
    ear = spoken.ear
    ear.start("one")
    ear.pause()
    ear.resume()
    ear.hear("STALE", revision=0)
    ear.hear("two")
    ear.hear("STALE", turn=7)
    ear.end("three four five")
    assert spoken.follow.wait(AnswerHeard).message.text.endswith("two three four five")
    spoken.follow.state("listening")
    shown = " ".join(f"{one.confirmed} {one.tentative}" for one in spoken.follow.of(WordsHeard))
    assert "STALE" not in shown


def test_a_turn_without_words_is_no_answer(speak: Callable[..., Spoken]) -> None:
    spoken = speak()
    spoken.follow.state("listening")
    spoken.ear.say("")
    spoken.ear.say(LONG)
    assert spoken.follow.wait(AnswerHeard).message.text == LONG
    assert len(spoken.follow.of(AnswerHeard)) == 1


def test_a_voice_without_a_word_is_told_and_a_cough_is_not(speak: Callable[..., Spoken]) -> None:
    spoken = speak()
    spoken.follow.state("listening")
    spoken.ear.start()
    spoken.ear.end(voiced=0.4)
    spoken.ear.start()
    spoken.ear.end(voiced=5.2)
    told = spoken.follow.wait(Told)
    assert (told.code, told.severe) == ("no-words", False)
    assert "5 s of voice" in told.message
    assert "type it" in told.hint
    spoken.ear.say(LONG)
    assert spoken.follow.wait(AnswerHeard).message.text == LONG
    assert len(spoken.follow.of(Told)) == 1, "nothing is said of the cough"


def test_the_microphone_that_is_missing_leaves_typing(speak: Callable[..., Spoken]) -> None:
    def missing(_folder: Path) -> FakeEar:
        raise DeviceMissing("There is no microphone", "none is plugged in", "Plug one in, or type.")

    spoken = speak(open_ear=missing)
    follow = spoken.follow
    told = follow.wait(Told)
    assert (told.code, told.severe, told.hint) == ("device-missing", True, "Plug one in, or type.")
    follow.state("typing")
    spoken.session.answer(LONG)
    assert follow.wait(AnswerHeard).message.audio == ""
    follow.state("typing")
    spoken.session.answer(LONG)
    follow.state("over")


def test_a_microphone_that_is_pulled_out_keeps_what_was_said(speak: Callable[..., Spoken]) -> None:
    spoken = speak(how=SpokenHow())
    follow = spoken.follow
    follow.state("listening")
    spoken.ear.start("I looked at the", "plan")
    follow.wait(WordsHeard)
    spoken.ear.end("plan because", reason="stream")
    spoken.ear.tell(DeviceLost("The microphone is gone", "it was pulled out"))
    assert follow.wait(Told).severe
    follow.state("typing")
    assert spoken.session.session.view().draft == "I looked at the plan because"
    assert not follow.of(AnswerHeard)
    spoken.session.type_instead()
    follow.state("listening")
    assert len(spoken.ears) == 2
    spoken.ear.say("the data had grown")
    assert follow.wait(AnswerHeard).message.text == "I looked at the plan because the data had grown"


def test_a_pause_for_breath_is_not_cut_off_by_an_interviewer_that_thinks_in_no_time(
    monkeypatch: pytest.MonkeyPatch, speak: Callable[..., Spoken]
) -> None:
    monkeypatch.setattr(floor, "REOPEN_SECONDS", SECONDS)
    spoken = speak(how=SpokenHow())
    spoken.follow.state("listening")
    spoken.ear.say("I looked at the plan")
    spoken.follow.state("thinking")
    spoken.ear.start("because")
    spoken.follow.wait(Withdrawn)
    spoken.ear.end("the data had grown", reason="key")
    assert spoken.follow.wait(AnswerHeard).message.text == "I looked at the plan because the data had grown"
    # A key is no breath: the reply comes at once.
    spoken.follow.wait(Said, lambda said: isinstance(said.event, Ended))
    assert len(spoken.follow.of(Withdrawn)) == 1


def test_go_on_takes_back_what_was_answered_already(practice: Practice, speak: Callable[..., Spoken]) -> None:
    spoken = speak()
    follow = spoken.follow
    follow.state("listening")
    spoken.ear.say(LONG)
    first = follow.wait(AnswerHeard).message
    follow.state("listening")
    reply = spoken.session.session.view().messages[-1]
    asked = spoken.session.session.current
    spoken.session.go_on()
    withdrawn = follow.wait(Withdrawn)
    assert (withdrawn.answer_id, withdrawn.reply_id) == (first.id, reply.id)
    assert spoken.session.session.current != asked
    assert follow.wait(WordsHeard).confirmed == LONG
    spoken.ear.say("and measured it")
    assert follow.wait(AnswerHeard).message.text == f"{LONG} and measured it"
    follow.state("listening")
    assert [kind for _, kind, _ in spoken.said()] == ["question", "answer", "question"]
    spoken.session.go_on()
    follow.wait(Withdrawn)
    spoken.session.go_on()
    assert follow.wait(Told).title == "There is no answer to take back"


def test_go_on_cuts_the_interviewer_short(practice: Practice, speak: Callable[..., Spoken]) -> None:
    class Slow(ScriptedInterviewer):
        begun = threading.Event()
        stopped = threading.Event()

        def _stream(self, text: str) -> Iterator[str]:
            yield text[:5]
            if len(self.turns) > 1:
                self.begun.set()
                assert self.stopped.wait(SECONDS)
                return
            yield text[5:]

        def cancel(self) -> None:
            self.stopped.set()

    practice.interviewer = Slow()
    spoken = speak()
    spoken.follow.state("listening")
    spoken.ear.say(LONG)
    first = spoken.follow.wait(AnswerHeard).message
    assert Slow.begun.wait(SECONDS)
    spoken.session.go_on()
    withdrawn = spoken.follow.wait(Withdrawn)
    assert withdrawn.answer_id == first.id
    assert withdrawn.reply_id is not None
    spoken.follow.state("listening")
    assert [kind for _, kind, _ in spoken.said()] == ["question"]
    assert spoken.session.session.view().draft == LONG


def test_keys_end_an_answer_and_pass_a_question(speak: Callable[..., Spoken]) -> None:
    spoken = speak(how=SpokenHow(turn_taking="done"))
    follow = spoken.follow
    follow.state("listening")
    spoken.session.done()
    spoken.ear.start("I looked at")
    follow.wait(WordsHeard)
    spoken.ear.pause()
    assert follow.wait(Pausing).wait is None
    spoken.ear.hear("the plan")
    follow.wait(WordsHeard)
    spoken.session.talk()
    follow.state("heard")
    assert follow.wait(AnswerHeard).message.text == "I looked at the plan"
    follow.state("listening")
    spoken.ear.on_done = lambda: None
    spoken.ear.start("this belongs to the question before")
    follow.wait(WordsHeard)
    spoken.session.skip()
    follow.state("thinking")
    spoken.ear.end("and came late")
    follow.wait(Said, lambda said: isinstance(said.event, Ended))
    assert spoken.said()[-1][1] in ("closing", "question")
    assert spoken.session.session.view().draft == ""
    assert "late" not in str(spoken.said())
    assert spoken.ear.asked.count("done") == 2


def test_what_is_said_while_the_interviewer_still_speaks_answers_the_next_question(
    practice: Practice, speak: Callable[..., Spoken]
) -> None:
    class Slow(ScriptedInterviewer):
        let = threading.Event()
        begun = threading.Event()

        def _stream(self, text: str) -> Iterator[str]:
            yield text[:5]
            if len(self.turns) == 2:
                self.begun.set()
                assert self.let.wait(SECONDS)
            yield text[5:]

    practice.interviewer = Slow()
    spoken = speak()
    spoken.follow.state("listening")
    spoken.ear.say(LONG)
    spoken.follow.wait(AnswerHeard)
    assert Slow.begun.wait(SECONDS)
    spoken.ear.say("I know that one because of an outage last year")
    spoken.follow.wait(WordsHeard, lambda words: "outage" in words.confirmed)
    assert not spoken.follow.of(Withdrawn)
    Slow.let.set()
    answer = spoken.follow.wait(AnswerHeard).message
    assert answer.text == "I know that one because of an outage last year"
    spoken.follow.state("over")
    assert [kind for _, kind, _ in spoken.said()] == ["question", "answer", "question", "answer", "closing"]


def test_a_pause_closes_the_microphone_and_keeps_the_words(speak: Callable[..., Spoken]) -> None:
    spoken = speak(how=SpokenHow())
    follow = spoken.follow
    follow.state("listening")
    spoken.ear.start("I looked at", "the")
    follow.wait(WordsHeard)
    spoken.session.pause()
    follow.state("paused")
    assert spoken.ear.closed.wait(SECONDS)
    view = spoken.session.session.view()
    assert view.paused
    spoken.session.pause()
    follow.state("listening")
    assert len(spoken.ears) == 2
    assert not spoken.session.session.view().paused
    spoken.ear.say("the plan again")
    answer = follow.wait(AnswerHeard).message
    assert answer.text == "I looked at the plan again"
    assert [one.partition("/")[0] for one in answer.audio.split()] == ["stream-1", "stream-2"]
    assert len(spoken.learned) == 1


def test_typing_takes_over_what_was_heard_and_hearing_what_was_typed(speak: Callable[..., Spoken]) -> None:
    spoken = speak(how=SpokenHow())
    follow = spoken.follow
    follow.state("listening")
    spoken.ear.start("I looked at the plan")
    follow.wait(WordsHeard)
    spoken.session.type_instead()
    follow.state("heard")
    follow.state("typing")
    assert spoken.session.session.view().draft == "I looked at the plan"
    spoken.session.session.keep_draft("I looked at the plan of it,")
    spoken.session.type_instead()
    follow.state("listening")
    spoken.ear.say("because the data had grown")
    first = follow.wait(AnswerHeard).message
    assert first.text == "I looked at the plan of it, because the data had grown"
    assert [one.split("/")[0] for one in first.audio.split()] == ["stream-1", "stream-2"]
    follow.state("listening")
    spoken.ear.start("we built it")
    follow.wait(WordsHeard, lambda words: "built" in words.confirmed)
    spoken.session.type_instead()
    follow.state("typing")
    spoken.session.answer("In short, we built it because of the data.")
    second = follow.wait(AnswerHeard).message
    assert second.audio.startswith("stream-2/")
    follow.state("over")


def test_what_is_typed_is_the_typists_draft(practice: Practice, speak: Callable[..., Spoken]) -> None:
    spoken = speak(how=SpokenHow())
    spoken.follow.state("listening")
    spoken.ear.start("I looked at the plan")
    spoken.follow.wait(WordsHeard)
    spoken.session.type_instead()
    spoken.follow.state("typing")
    session = spoken.session.session
    session.keep_draft("I looked at the plan twice")
    spoken.session.pause()
    spoken.follow.state("paused")
    spoken.session.pause()
    spoken.follow.state("typing")
    session.keep_draft("I looked at the plan three times")
    spoken.session.close()
    spoken.follow.end()
    assert practice.sessions.view(session.id).draft == "I looked at the plan three times"


def test_a_session_that_nobody_followed_is_given_back(practice: Practice) -> None:
    number = practice.create()
    parts = Parts(lambda: practice.open(number), practice.books.folder, FakeEar)
    spoken = SpokenSession(parts, SpokenHow())
    spoken.close()
    spoken.close()
    assert list(spoken.events()) == []
    assert practice.rows("SELECT held_until FROM practice_session") == [(None,)]


def test_a_cough_only_costs_time(practice: Practice, speak: Callable[..., Spoken]) -> None:
    practice.interviewer = thinking = Gated()
    spoken = speak()
    spoken.follow.state("listening")
    spoken.ear.say(LONG)
    spoken.follow.wait(AnswerHeard)
    assert thinking.thinks.wait(SECONDS)
    spoken.ear.start()
    spoken.follow.wait(Withdrawn)
    thinking.let.set()
    spoken.ear.end()
    assert spoken.follow.wait(AnswerHeard).message.text == LONG
    spoken.follow.state("listening")
    assert [kind for _, kind, _ in spoken.said()] == ["question", "answer", "question"]


def test_a_reply_that_fails_after_it_was_withdrawn_stops_nothing(
    practice: Practice, speak: Callable[..., Spoken]
) -> None:
    class Failing(Gated):
        def speak(self, turn: Turn) -> Utterance:
            said = super().speak(turn)
            if turn.request == "answer" and self.stopped.is_set():
                raise BadInput("The interviewer went away", "in a test")
            return said

    practice.interviewer = thinking = Failing()
    spoken = speak()
    spoken.follow.state("listening")
    spoken.ear.say("I looked at the plan")
    spoken.follow.wait(AnswerHeard)
    assert thinking.thinks.wait(SECONDS)
    spoken.ear.say("because the data had grown")
    spoken.follow.wait(Withdrawn)
    spoken.follow.wait(AnswerHeard)
    thinking.let.set()
    spoken.follow.wait(Said, lambda said: isinstance(said.event, Ended))
    spoken.follow.state("listening")
    assert not spoken.follow.of(Told)


def test_leaving_keeps_every_word_and_cuts_the_interviewer_short(
    practice: Practice, speak: Callable[..., Spoken]
) -> None:
    spoken = speak(how=SpokenHow())
    spoken.follow.state("listening")
    spoken.ear.start("I looked at", "the plan")
    spoken.follow.wait(WordsHeard)
    number = spoken.session.session.id
    spoken.session.close()
    spoken.follow.end()
    view = practice.sessions.view(number)
    assert view.draft.startswith("I looked at")
    assert view.paused
    assert "stop" in spoken.ear.asked
    assert len(spoken.learned) == 1
    # Taken up again, it goes on where it was.
    practice.interviewer = thinking = Gated()
    again = speak(number)
    again.follow.state("listening")
    again.ear.say("because of the data")
    assert again.follow.wait(AnswerHeard).message.text.endswith("because of the data")
    assert thinking.thinks.wait(SECONDS)
    again.session.close()
    again.follow.end()
    assert practice.sessions.view(number).row.status == "in_progress"
    assert practice.open(number).owed


def test_what_is_heard_is_kept_while_it_is_said(practice: Practice, speak: Callable[..., Spoken]) -> None:
    spoken = speak()
    spoken.follow.state("listening")
    spoken.ear.start("I looked at", "the plan")
    spoken.ear.tell(events.Level(at=1.0, decibels=-30.0, peak=0.2, voiced=True))
    spoken.follow.wait(LevelHeard)
    assert practice.sessions.view(spoken.session.session.id).draft == "I looked at the plan"


def test_an_interviewer_that_fails_is_taken_up_again(
    practice: Practice, speak: Callable[..., Spoken]
) -> None:
    spoken = speak()
    spoken.follow.state("listening")
    practice.interviewer.fail = 1
    spoken.ear.say(LONG)
    spoken.follow.state("failed")
    assert spoken.session.session.view().error.startswith("The interviewer went away")
    spoken.session.act(lambda _session: None)
    spoken.follow.state("thinking")
    spoken.follow.wait(Said, lambda said: isinstance(said.event, Ended))
    spoken.follow.state("listening")
    assert [kind for _, kind, _ in spoken.said()].count("answer") == 1


def test_another_process_that_took_the_session_up_is_told(
    practice: Practice, speak: Callable[..., Spoken]
) -> None:
    spoken = speak()
    spoken.follow.state("listening")
    with practice.books.writing() as connection:
        connection.execute("UPDATE practice_session SET held_by = 'another'")
    spoken.ear.say(LONG)
    told = spoken.follow.wait(Told)
    assert (told.code, told.severe) == ("held-elsewhere", True)
    spoken.follow.state("failed")
    assert "answer" not in [kind for _, kind, _ in spoken.said()]


def test_what_cannot_be_done_now_is_refused_in_words(
    practice: Practice, speak: Callable[..., Spoken]
) -> None:
    practice.interviewer = thinking = Gated()
    spoken = speak()
    spoken.follow.state("listening")
    spoken.ear.say(LONG)
    assert thinking.thinks.wait(SECONDS)
    for act in (spoken.session.skip, lambda: spoken.session.answer("Now"), lambda: spoken.session.act(str)):
        act()
        assert spoken.follow.wait(Told).title == "The interviewer is still speaking"
    # Cut short before it said anything, it waits until it is wanted.
    spoken.session.interrupt()
    spoken.follow.state("listening")
    assert not spoken.follow.of(Withdrawn)
    assert spoken.said()[-1][1] == "answer"
    thinking.let.set()
    spoken.session.repeat()
    spoken.follow.wait(Said, lambda said: isinstance(said.event, Ended))
    spoken.follow.state("listening")
    spoken.session.repeat()
    told = spoken.follow.wait(Told)
    assert (told.code, told.message) == ("question", spoken.said()[-1][2])


class FakeSpeaker:
    """A voice that speaks until it is let go on."""

    def __init__(self, tell: Callable[[speaking.SpeechEvent], object]) -> None:
        self.tell = tell
        self.said: list[str] = []
        self.waiting: list[tuple[str, int]] = []
        self.interrupted = 0
        self.name = "fake"

    @property
    def busy(self) -> bool:
        return bool(self.waiting)

    def say(self, text: str, revision: int = 0) -> None:
        self.waiting.append((text, revision))
        self.said.append(text)
        self.tell(speaking.Began(text, revision))

    def finish(self) -> None:
        while self.waiting:
            text, revision = self.waiting.pop(0)
            self.tell(speaking.Ended(text, revision, 1.5, whole=True))

    def interrupt(self) -> None:
        self.interrupted += 1
        self.waiting.clear()

    def close(self) -> None:
        self.waiting.clear()


@pytest.mark.parametrize("headphones", [False, True])
def test_the_interviewer_speaks_aloud(speak: Callable[..., Spoken], headphones: bool) -> None:
    speakers: list[FakeSpeaker] = []

    def open_voice(tell: Callable[[speaking.SpeechEvent], object]) -> FakeSpeaker:
        speakers.append(FakeSpeaker(tell))
        return speakers[0]

    how = SpokenHow(voice="system", headphones=headphones)
    answers: list[SpokenAnswer] = []
    spoken = speak(how=how, open_voice=open_voice, heard=answers.append)
    follow = spoken.follow
    question = follow.wait(Voiced).sentence
    # The voice may begin before or after the last word of the message is told.
    follow.becomes("speaking")
    assert question == spoken.session.session.view().asked[0].text
    if headphones:
        # What is said over it is heard, and silences it.
        spoken.ear.start("", "")
        spoken.ear.hear("I know that one")
        follow.wait(WordsHeard, lambda words: "know" in words.confirmed)
        follow.wait(Voiced, lambda voiced: voiced.sentence is None)
        assert speakers[0].interrupted == 1
        spoken.ear.end("because of an outage")
    else:
        speakers[0].finish()
        assert follow.wait(Voiced).sentence is None
        follow.state("listening")
        assert spoken.ear.asked[-2:] == ["heard", "go"]
        spoken.ear.say("I know that one because of an outage")
    assert follow.wait(AnswerHeard).message.text == "I know that one because of an outage"
    follow.wait(Voiced, lambda voiced: voiced.sentence is not None)
    assert ("muted" in spoken.ear.asked[2:]) != headphones
    assert [one.interviewer_seconds for one in answers] == [0.0 if headphones else 1.5]
    spoken.session.repeat()
    follow.wait(Voiced, lambda voiced: voiced.sentence is not None)
    assert speakers[0].said[-1] == speakers[0].said[-2]
    spoken.session.interrupt()
    follow.state("listening")


@pytest.mark.parametrize("key", ["skip", "hint"])
def test_whoever_acts_in_a_pause_has_ended_it(speak: Callable[..., Spoken], key: str) -> None:
    spoken = speak(how=SpokenHow())
    follow = spoken.follow
    follow.state("listening")
    spoken.session.pause()
    follow.state("paused")
    assert spoken.ear.closed.wait(SECONDS)
    if key == "skip":
        spoken.session.skip()
    else:
        spoken.session.act(lambda session: session.hint())
    follow.wait(Said, lambda said: isinstance(said.event, Ended))
    follow.state("listening")
    assert len(spoken.ears) == 2
    spoken.ear.say(LONG)
    assert follow.wait(AnswerHeard).message.text == LONG

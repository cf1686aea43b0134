"""Letters: drafted once for a person and occasion, kept as sent, their follow-up ticked, nothing sent unasked."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from jobcopilot.errors import NotFound, UsageError
from jobcopilot.interviews.values import FieldError
from jobcopilot.mail.elsewhere import edited, editor_command, mailto, parted
from jobcopilot.mail.letters import NotNow, TooEarly
from jobcopilot.mail.views import LetterView
from tests.fakes.interviews import NOON, Pipeline, make_pipeline
from tests.fakes.mail_desk import MailDesk
from tests.fakes.mail_server import MailServer
from tests.hostile import HOSTILE


@pytest.fixture(scope="module")
def server() -> Iterator[MailServer]:
    with MailServer() as server:
        yield server


@pytest.fixture
def desk(tmp_path: Path, server: MailServer) -> MailDesk:
    return MailDesk(make_pipeline(tmp_path), server)


@pytest.fixture
def letter(desk: MailDesk) -> LetterView:
    return desk.letter()


def status_of(pipeline: Pipeline, follow_up: int | None) -> str:
    return str(pipeline.rows("SELECT status FROM follow_up WHERE id = ?", follow_up)[0][0])


def test_a_letter_is_drafted_for_the_person_met_and_their_follow_up(desk: MailDesk) -> None:
    letter = desk.letter()
    assert (letter.recipient, letter.state) == ("Grace Hopper <grace@acme.example>", "draft")
    assert "Airflow" in letter.body
    assert letter.body.endswith("Best wishes,\nAda Lovelace")
    follow_up = desk.runtime.interviews.follow_up(letter.follow_up_id or 0)
    assert (follow_up.kind, follow_up.status) == ("thank_you", "open")
    for kind in ("follow_up", "status_inquiry"):
        other = desk.runtime.letters.draft(kind, round_id=letter.round_id).letter
        assert desk.runtime.interviews.follow_up(other.follow_up_id or 0).kind == kind


def test_a_draft_that_is_there_is_kept_unless_another_is_asked_for(
    desk: MailDesk, letter: LetterView
) -> None:
    letters = desk.runtime.letters
    letters.edit(letter.id, {"body": "My own words."})
    same = letters.draft("thank_you", round_id=letter.round_id)
    assert (same.letter.id, same.new, same.letter.body) == (letter.id, False, "My own words.")
    fresh = letters.draft("thank_you", round_id=letter.round_id, again=True)
    assert (fresh.letter.id, fresh.new, fresh.letter.body, fresh.letter.origin) == (
        letter.id, True, letter.body, "template",
    )  # fmt: skip


def test_one_that_was_sent_is_shown_and_not_written_twice(desk: MailDesk, letter: LetterView) -> None:
    letters = desk.runtime.letters
    letters.send(letter.id)
    assert letters.draft("thank_you", round_id=letter.round_id).letter.state == "waiting"
    letters.take_back(letter.id)
    letters.sent_by_hand(letter.id)
    same = letters.draft("thank_you", round_id=letter.round_id)
    assert (same.letter.id, same.new) == (letter.id, False)
    fresh = letters.draft("thank_you", round_id=letter.round_id, again=True)
    assert fresh.new
    assert fresh.letter.id != letter.id
    assert letters.get(letter.id).state == "sent"


def test_several_people_get_a_letter_each(desk: MailDesk) -> None:
    round_id = desk.met()
    desk.runtime.rounds.edit(round_id, {"contacts": ["Grace Hopper", "Barbara Liskov <b@acme.example>"]})
    nobody = desk.runtime.letters.draft("thank_you", round_id=round_id).letter
    assert nobody.recipient == ""
    people = desk.runtime.interviews.round(round_id).contacts
    ones = [
        desk.runtime.letters.draft("thank_you", round_id=round_id, contact_id=one.id).letter for one in people
    ]
    assert len({one.id for one in [nobody, *ones]}) == 3
    assert {one.recipient_name for one in ones} == {"Grace Hopper", "Barbara Liskov"}


def test_asking_after_an_application_needs_no_interview(desk: MailDesk) -> None:
    job = desk.pipeline.job()
    desk.runtime.jobs.change([job], {"status": "applied"})
    letter = desk.runtime.letters.draft("application", job_id=job).letter
    assert "I applied for the Data Engineer role at Acme on 20 November" in letter.body
    with pytest.raises(FieldError, match="Without an interview"):
        desk.runtime.letters.draft("thank_you", job_id=job)
    with pytest.raises(FieldError, match="needs an interview"):
        desk.runtime.letters.draft("thank_you")
    with pytest.raises(FieldError, match="kind cannot be"):
        desk.runtime.letters.draft("love", job_id=job)
    with pytest.raises(NotFound):
        desk.runtime.letters.draft("thank_you", round_id=99)


def test_editing_checks_what_is_written(desk: MailDesk, letter: LetterView) -> None:
    edit = desk.runtime.letters.edit
    assert edit(letter.id, {"subject": " Thanks\r\nBcc: x@y.example "}).subject == "Thanks Bcc: x@y.example"
    assert edit(letter.id, {"subject": "Thanks"}).origin == "own"
    for field, value in (
        ("subject", ""), ("subject", "x" * 201), ("body", " \n "), ("body", "x" * 20_001),
        ("email", "grace"), ("email", "a@b.example, c@d.example"), ("email", "a@b.example\nBcc: c@d.example"),
        ("email", "<a@b.example>"), ("sender", "x"),
    ):  # fmt: skip
        with pytest.raises(FieldError):
            edit(letter.id, {field: value})
    assert edit(letter.id, {"email": "grace@bücher.example"}).recipient_email == "grace@xn--bcher-kva.example"


def test_hostile_words_stay_words(desk: MailDesk, letter: LetterView) -> None:
    letters, kept = desk.runtime.letters, 0
    for hostile in HOSTILE.values():
        words = hostile[:150]
        assert not set(letters.edit(letter.id, {"to": words}).recipient_name) & set("\r\n\x1b\x00")
        try:
            view = letters.edit(letter.id, {"subject": words, "body": words})
        except FieldError as refused:
            assert "empty" in str(refused)  # noqa: PT017  # only some of them are empty once cleaned
            continue
        kept += 1
        assert not set(view.subject) & set("\r\n\x1b\x00")
        assert not set(view.body) & set("\r\x1b\x00")
        assert "\n" not in mailto(view)
    assert kept > 30


def test_nothing_leaves_before_its_ten_seconds_and_it_can_be_taken_back(
    desk: MailDesk, letter: LetterView
) -> None:
    before = len(desk.server.taken)
    view = desk.runtime.letters.send(letter.id)
    assert view.state == "waiting"
    assert desk.again(letter).state == "waiting"
    desk.pipeline.later(seconds=9)
    assert desk.again(letter).state == "waiting"
    assert desk.runtime.letters.take_back(letter.id).state == "draft"
    desk.pipeline.later(seconds=60)
    assert desk.again(letter).state == "draft"
    assert len(desk.server.taken) == before
    with pytest.raises(NotNow, match="not on its way"):
        desk.runtime.letters.take_back(letter.id)


def test_a_letter_leaves_once_and_is_kept_with_its_follow_up_ticked(
    desk: MailDesk, letter: LetterView
) -> None:
    before = len(desk.server.taken)
    view = desk.sent(letter)
    assert (view.state, view.sent_by, view.sent_at) == ("sent", "smtp", desk.pipeline.clock.now())
    assert status_of(desk.pipeline, letter.follow_up_id) == "done"
    assert desk.pipeline.pending("follow_up") == [
        one for one in desk.pipeline.pending("follow_up") if one[1] != letter.follow_up_id
    ]
    desk.pipeline.later(hours=1)
    assert desk.again(letter).state == "sent"
    (mail,) = desk.server.mails[before:]
    assert (mail["To"], mail["From"], mail["Subject"]) == (
        "Grace Hopper <grace@acme.example>", "Ada Lovelace <ada@example.com>", letter.subject,
    )  # fmt: skip
    assert mail["Message-ID"] == view.message_id
    acts: tuple[Callable[[], object], ...] = (
        lambda: desk.runtime.letters.send(letter.id),
        lambda: desk.runtime.letters.edit(letter.id, {"body": "x"}),
        lambda: desk.runtime.letters.take_back(letter.id),
        lambda: desk.runtime.letters.sent_by_hand(letter.id),
    )
    for act in acts:
        with pytest.raises(NotNow, match="sent already"):
            act()


def test_undo_opens_the_follow_up_and_leaves_the_letter_as_sent(desk: MailDesk, letter: LetterView) -> None:
    desk.sent(letter)
    batch = desk.runtime.history.undo()
    assert "sent" in batch.label
    assert status_of(desk.pipeline, letter.follow_up_id) == "open"
    assert desk.runtime.letters.get(letter.id).state == "sent"


def test_the_follow_up_and_the_letter_go_in_one_transaction(
    desk: MailDesk, letter: LetterView, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError("disk full")

    desk.ask(letter)
    monkeypatch.setattr("jobcopilot.jobs.journal.Journal.close", full)
    with pytest.raises(OSError, match="disk full"):
        desk.run()
    assert desk.runtime.letters.get(letter.id).state == "uncertain"
    assert status_of(desk.pipeline, letter.follow_up_id) == "open"


def test_what_cannot_be_sent_is_refused_before_it_waits(desk: MailDesk, letter: LetterView) -> None:
    desk.runtime.letters.edit(letter.id, {"email": ""})
    with pytest.raises(FieldError, match="needs an e-mail address"):
        desk.runtime.letters.send(letter.id)
    desk.runtime.mail_setup.forget()
    with pytest.raises(UsageError, match="No outgoing mail"):
        desk.runtime.letters.send(letter.id)
    assert desk.runtime.letters.get(letter.id).state == "draft"


def test_a_letter_sent_in_another_program_is_kept_and_ticked(desk: MailDesk, letter: LetterView) -> None:
    view = desk.runtime.letters.sent_by_hand(letter.id)
    assert (view.state, view.sent_by) == ("sent", "hand")
    assert status_of(desk.pipeline, letter.follow_up_id) == "done"


def test_letters_go_with_their_profile_and_are_no_other_ones(desk: MailDesk, letter: LetterView) -> None:
    runtime = desk.runtime
    runtime.profiles.create("grace")
    runtime.forget_profile("grace")
    assert runtime.letters.list() == ()
    with pytest.raises(NotFound):
        runtime.letters.get(letter.id)
    with pytest.raises(NotFound):
        runtime.letters.send(letter.id)


def test_another_profiles_letter_leaves_too(desk: MailDesk, letter: LetterView) -> None:
    desk.ask(letter)
    desk.runtime.profiles.create("grace")
    desk.runtime.forget_profile("grace")
    assert desk.run().sent == 1
    assert status_of(desk.pipeline, letter.follow_up_id) == "done"


# --- other programs -------------------------------------------------------------------------------------------------


def test_the_mail_programs_address_holds_the_whole_letter(desk: MailDesk, letter: LetterView) -> None:
    from urllib.parse import parse_qs, urlsplit

    view = desk.runtime.letters.edit(letter.id, {"subject": "A & B? é", "body": "One\n\nTwo = 2 & more"})
    parts = urlsplit(mailto(view))
    assert (parts.scheme, parts.path) == ("mailto", "grace@acme.example")
    assert parse_qs(parts.query) == {"subject": ["A & B? é"], "body": ["One\r\n\r\nTwo = 2 & more"]}


def test_the_editor_changes_subject_and_text(
    letter: LetterView, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    script = tmp_path / "my editor.sh"
    script.write_text("#!/bin/sh\nsed -i -e 's/Grace/Barbara/' -e 's/^Subject: .*/Subject: New/' \"$2\"\n")
    script.chmod(0o700)
    monkeypatch.setenv("VISUAL", f"'{script}' -w")
    draft = edited(letter)
    assert draft is not None
    assert (draft.subject, "Hi Barbara," in draft.body, "below this line" in draft.body) == (
        "New",
        True,
        False,
    )
    monkeypatch.setenv("VISUAL", "true")
    assert edited(letter) is None
    monkeypatch.setenv("VISUAL", "false")
    with pytest.raises(UsageError, match="ended with a fault"):
        edited(letter)
    monkeypatch.setenv("VISUAL", "/nowhere/editor")
    with pytest.raises(UsageError, match="cannot be run"):
        edited(letter)


@pytest.mark.parametrize(
    ("editor", "words"),
    [("vim 'unclosed", "cannot be run"), ("rm", "left no file")],
)
def test_an_editor_that_cannot_be_used_is_told_in_words(
    letter: LetterView, monkeypatch: pytest.MonkeyPatch, editor: str, words: str
) -> None:
    monkeypatch.setenv("VISUAL", editor)
    with pytest.raises(UsageError, match=words) as told:
        edited(letter)
    assert told.value.hint


def test_an_empty_editor_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VISUAL", "  ")
    monkeypatch.setenv("EDITOR", "nano -w")
    assert editor_command() == ["nano", "-w"]


@pytest.mark.parametrize("kind", ["thank_you", "follow_up", "status_inquiry"])
@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"starts_at": NOON + timedelta(days=1)}, "begins on Saturday, 21 November at 13:00"),
        ({"starts_at": None}, "no time yet"),
        ({"starts_at": NOON - timedelta(days=1), "minutes": 2880, "format": "take_home"}, "is due on"),
    ],
)
def test_what_is_still_to_come_is_not_thanked_for(
    desk: MailDesk, kind: str, fields: dict[str, object], words: str
) -> None:
    given = {"stage": "Technical", "contacts": ["Grace Hopper <grace@acme.example>"], **fields}
    number = desk.runtime.rounds.book(desk.pipeline.job(), given).round.id
    letters = desk.runtime.letters
    with pytest.raises(TooEarly, match="after the interview") as early:
        letters.draft(kind, round_id=number)
    assert words in early.value.message
    assert early.value.hint
    assert letters.list() == ()
    desk.runtime.rounds.complete(number, "waiting")
    assert letters.draft(kind, round_id=number).letter.state == "draft"


def test_an_interview_that_has_begun_can_be_thanked_for(desk: MailDesk) -> None:
    given = {"stage": "Technical", "starts_at": NOON - timedelta(minutes=30)}
    number = desk.runtime.rounds.book(desk.pipeline.job(), given).round.id
    assert desk.runtime.letters.draft("thank_you", round_id=number).new


def test_a_file_without_its_subject_keeps_the_old_one(letter: LetterView) -> None:
    assert parted("Only words.\nTwo lines.\n", letter).subject == letter.subject
    assert parted("Only words.\nTwo lines.\n", letter).body == "Only words.\nTwo lines."


def test_a_model_betters_a_draft_and_a_refused_version_is_told(desk: MailDesk) -> None:
    round_id = desk.met()
    good = (
        "Hi Grace,\n\nthank you for the video call on Thursday;"
        " hearing about your migration to Airflow was great.\n\nBest wishes,\nAda Lovelace"
    )
    desk.runtime.ask_for_letters = lambda *_: good
    drafted = desk.runtime.letters.draft("thank_you", round_id=round_id)
    assert (drafted.letter.body, drafted.letter.origin, drafted.remark) == (good, "model", "")
    desk.runtime.ask_for_letters = lambda *_: good.replace("Airflow", "Snowflake at Globex")
    drafted = desk.runtime.letters.draft("thank_you", round_id=round_id, again=True)
    assert drafted.letter.origin == "template"
    assert "'Snowflake'" in drafted.remark

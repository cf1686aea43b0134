"""Rounds, contacts, tasks, follow-ups and offers: booked, changed, completed, deleted and taken back."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from jobcopilot.errors import NotFound
from jobcopilot.interviews.values import FieldError
from jobcopilot.interviews.views import OfferPart
from jobcopilot.jobs.history import Conflict
from jobcopilot.jobs.views import JobDraft
from tests.fakes.interviews import Pipeline, make_pipeline
from tests.hostile import HOSTILE

TUESDAY = datetime(2026, 12, 1, 9, tzinfo=UTC)
"""10:00 in Berlin."""


@pytest.fixture
def pipeline(tmp_path: Path) -> Pipeline:
    return make_pipeline(tmp_path)


def book(pipeline: Pipeline, job_id: int | None = None, **changes: object) -> int:
    job_id = pipeline.job() if job_id is None else job_id
    given = {"stage": "Technical Interview", "starts_at": TUESDAY} | changes
    return pipeline.runtime.rounds.book(job_id, given).round.id


def test_booking_writes_round_preparation_and_reminders_at_once(pipeline: Pipeline) -> None:
    job_id = pipeline.job()
    booked = pipeline.runtime.rounds.book(
        job_id,
        {"stage": "Technical Interview", "starts_at": TUESDAY, "contacts": ["Grace Hopper <grace@acme.com>"]},
    )
    view = booked.round
    assert (view.company, view.job_title, view.status, view.minutes, view.zone) == (
        "Acme", "Data Engineer", "scheduled", 60, "Europe/Berlin",
    )  # fmt: skip
    assert view.ends_at == TUESDAY + timedelta(hours=1)
    assert [met.name for met in view.contacts] == ["Grace Hopper"]
    tasks = pipeline.runtime.interviews.tasks(view.id)
    assert (view.tasks_done, view.tasks_total) == (0, len(tasks))
    assert any("Grace Hopper" in task.title for task in tasks), "a named interviewer is looked up"
    assert any("Python" in task.title for task in tasks), "what the posting asks for is revised"
    assert all(task.due_at is not None and task.due_at <= TUESDAY for task in tasks)
    assert set(pipeline.pending()) == pipeline.asked_for()
    assert [(kind, due) for _, _, kind, due in pipeline.pending("round")] == [
        ("24_hours", TUESDAY - timedelta(days=1)),
        ("preparation", datetime(2026, 11, 30, 17, tzinfo=UTC)),
        ("2_hours", TUESDAY - timedelta(hours=2)),
    ]
    contact = pipeline.runtime.interviews.contacts(company="acme")[0]
    assert (contact.email, contact.job_ids, contact.round_ids) == ("grace@acme.com", (job_id,), (view.id,))


def test_the_same_name_again_is_the_same_person(pipeline: Pipeline) -> None:
    job_id = pipeline.job()
    book(pipeline, job_id, contacts=["Grace Hopper"])
    book(pipeline, job_id, contacts=["grace hopper <grace@acme.com>"], starts_at=TUESDAY + timedelta(days=3))
    (contact,) = pipeline.runtime.interviews.contacts()
    assert contact.email == "grace@acme.com"
    assert len(contact.round_ids) == 2
    assert [one.id for one in pipeline.runtime.interviews.contacts(known_for=job_id)] == [contact.id]


def test_without_a_time_it_is_pending_and_asks_for_nothing(pipeline: Pipeline) -> None:
    round_id = book(pipeline, starts_at=None)
    assert pipeline.runtime.interviews.round(round_id).status == "pending"
    assert pipeline.pending() == []
    moved = pipeline.runtime.rounds.move(round_id, TUESDAY)
    assert moved.round.status == "scheduled"
    assert set(pipeline.pending()) == pipeline.asked_for() != set()


def test_moving_keeps_ticks_and_replaces_reminders(pipeline: Pipeline) -> None:
    round_id = book(pipeline)
    tasks = pipeline.runtime.interviews.tasks(round_id)
    pipeline.runtime.tasks.done(tasks[0].id)
    own = pipeline.runtime.tasks.add(round_id, "Water the plants")
    later = TUESDAY + timedelta(days=7)
    pipeline.runtime.rounds.move(round_id, later)
    after = pipeline.runtime.interviews.tasks(round_id)
    assert [task.id for task in after if task.done] == [tasks[0].id]
    assert own.id in [task.id for task in after]
    assert {due for _, _, kind, due in pipeline.pending("round") if kind == "2_hours"} == {
        later - timedelta(hours=2)
    }
    assert set(pipeline.pending()) == pipeline.asked_for()
    cancelled = pipeline.rows("SELECT count(*) FROM reminder WHERE status = 'cancelled'")
    assert cancelled == [(3,)]


def test_completing_moves_the_job_and_plans_what_follows(pipeline: Pipeline) -> None:
    job_id = pipeline.job(status="applied")
    round_id = book(pipeline, job_id, contacts=["Grace Hopper", "Ada Lovelace"])
    pipeline.clock.moment = TUESDAY + timedelta(hours=2)
    booked = pipeline.runtime.rounds.complete(round_id, "waiting")
    assert (booked.round.status, booked.round.outcome) == ("completed", "waiting")
    assert booked.round.job_status == "interviewed"
    ended = TUESDAY + timedelta(hours=1)
    assert [(one.kind, one.due_at - ended) for one in booked.follow_ups] == [
        ("thank_you", timedelta(hours=24)),
        ("thank_you", timedelta(hours=24)),
        ("follow_up", timedelta(days=7)),
        ("status_inquiry", timedelta(days=14)),
    ]
    assert pipeline.pending("round") == []
    assert set(pipeline.pending()) == pipeline.asked_for()
    pipeline.runtime.history.undo()
    assert pipeline.runtime.interviews.round(round_id).status == "scheduled"
    assert pipeline.runtime.interviews.follow_ups(round_id=round_id) == ()
    assert pipeline.runtime.pages.get(job_id).row.status == "applied"


@pytest.mark.parametrize(
    ("stage", "outcome", "before", "after"),
    [
        ("Technical Interview", "passed", "applied", "interviewed"),
        ("Technical Interview", None, "new", "interviewed"),
        ("Technical Interview", "failed", "interviewed", "rejected"),
        ("Technical Interview", "no_show", "applied", "applied"),
        ("Offer Call", "passed", "interviewed", "offer"),
        ("Recruiter Screen", "waiting", "offer", "offer"),
        ("On-site", "passed", "withdrawn", "withdrawn"),
    ],
)
def test_where_completing_moves_the_job(
    pipeline: Pipeline, stage: str, outcome: str | None, before: str, after: str
) -> None:
    job_id = pipeline.job(status=before)
    round_id = book(pipeline, job_id, stage=stage)
    assert pipeline.runtime.rounds.complete(round_id, outcome).round.job_status == after
    assert set(pipeline.pending()) == pipeline.asked_for()


def test_scheduled_again_takes_back_what_nobody_touched(pipeline: Pipeline) -> None:
    round_id = book(pipeline, contacts=["Grace"])
    completed = pipeline.runtime.rounds.complete(round_id)
    pipeline.runtime.follow_ups.done(completed.follow_ups[0].id)
    pipeline.runtime.rounds.edit(round_id, {"status": "scheduled"})
    left = pipeline.runtime.interviews.follow_ups(round_id=round_id)
    assert [one.status for one in left] == ["done"]
    assert set(pipeline.pending()) == pipeline.asked_for()


def test_follow_ups_stop_and_go_on_with_their_job(pipeline: Pipeline) -> None:
    job_id = pipeline.job(status="applied")
    round_id = book(pipeline, job_id, contacts=["Grace"])
    pipeline.runtime.rounds.complete(round_id)
    waiting = len(pipeline.pending("follow_up"))
    assert waiting == 3
    pipeline.runtime.jobs.change([job_id], {"status": "rejected"})
    assert pipeline.pending("follow_up") == []
    assert all(one.stopped for one in pipeline.runtime.interviews.follow_ups(round_id=round_id))
    pipeline.runtime.history.undo()
    assert len(pipeline.pending("follow_up")) == waiting
    assert set(pipeline.pending()) == pipeline.asked_for()


def test_an_application_without_an_answer_is_asked_after(pipeline: Pipeline) -> None:
    first, second = pipeline.job(), pipeline.job("Analyst", "Globex")
    pipeline.runtime.jobs.change([first, second], {"status": "applied"})
    found = pipeline.runtime.interviews.follow_ups(waiting_only=True)
    assert [(one.job_id, one.kind) for one in found] == [(first, "application"), (second, "application")] * 2
    told = [(subject, due) for subject, _, _, due in pipeline.pending("applications")]
    assert told == [
        ("applications", datetime(2026, 11, 27, 8, tzinfo=UTC)),
        ("applications", datetime(2026, 12, 4, 8, tzinfo=UTC)),
    ], "the applications of one day come together"
    pipeline.runtime.jobs.change([first], {"status": "interviewed"})
    waiting = pipeline.runtime.interviews.follow_ups(waiting_only=True)
    assert {one.job_id for one in waiting} == {second}
    pipeline.runtime.history.undo()
    pipeline.runtime.history.undo()
    assert pipeline.runtime.interviews.follow_ups() == ()
    assert pipeline.pending() == []


def test_a_dropped_one_is_not_planned_again(pipeline: Pipeline) -> None:
    job_id = pipeline.job(status="applied", applied_at=pipeline.clock.now())
    for one in pipeline.runtime.interviews.follow_ups(job_id=job_id):
        pipeline.runtime.follow_ups.drop(one.id)
    pipeline.runtime.jobs.change([job_id], {"notes": "called them"})
    assert pipeline.runtime.interviews.follow_ups(waiting_only=True) == ()
    assert pipeline.pending() == []


def test_last_years_applications_do_not_flood(pipeline: Pipeline) -> None:
    long_ago = pipeline.clock.now() - timedelta(days=200)
    drafts = [JobDraft("Clerk", f"Firm {n}", status="applied", applied_at=long_ago) for n in range(30)]
    pipeline.runtime.intake.take_in(drafts, label="old.csv")
    assert pipeline.runtime.interviews.follow_ups() == ()


def test_deleting_a_job_hides_everything_and_undo_brings_it_back(pipeline: Pipeline) -> None:
    job_id = pipeline.job(status="applied")
    runtime = pipeline.runtime
    round_id = book(pipeline, job_id, contacts=["Grace"])
    runtime.tasks.done(runtime.interviews.tasks(round_id)[0].id)
    runtime.follow_ups.add(job_id, "references_sent", TUESDAY)
    runtime.offers.add(job_id, {"amount": 90_000, "currency": "€", "deadline_at": TUESDAY})
    runtime.jobs.attach(job_id, "letter", b"Dear Acme", "letter.txt")

    def picture() -> object:
        return (
            runtime.interviews.rounds(), runtime.interviews.tasks(), runtime.interviews.follow_ups(),
            runtime.interviews.offers(), runtime.interviews.contacts(), runtime.pages.get(job_id).documents,
            pipeline.pending(),
        )  # fmt: skip

    before = picture()
    assert len(pipeline.pending()) >= 5
    runtime.jobs.delete([job_id])
    assert [
        *runtime.interviews.rounds(),
        *runtime.interviews.follow_ups(),
        *runtime.interviews.offers(),
    ] == []
    assert runtime.interviews.tasks() == ()
    assert pipeline.pending() == []
    with pytest.raises(NotFound):
        runtime.interviews.round(round_id)
    with pytest.raises(NotFound, match="deleted"):
        book(pipeline, job_id)
    runtime.history.undo()
    assert picture() == before


def test_undo_arms_what_fell_due_in_between(pipeline: Pipeline) -> None:
    round_id = book(pipeline)
    pipeline.runtime.rounds.delete([round_id])
    pipeline.clock.moment = TUESDAY - timedelta(hours=1)
    pipeline.runtime.history.undo()
    due = [kind for _, _, kind, due in pipeline.pending("round") if due <= pipeline.clock.now()]
    assert "2_hours" in due, "it comes late, and says so, rather than not at all"


def test_merging_jobs_keeps_interviews_on_the_kept_one(pipeline: Pipeline) -> None:
    keep, other = pipeline.job(), pipeline.job("Data Engineer II", "Acme Inc")
    round_id = book(pipeline, other, contacts=["Grace"])
    pipeline.runtime.jobs.merge(keep, other)
    assert pipeline.runtime.interviews.round(round_id).job_id == keep
    assert pipeline.runtime.interviews.contacts()[0].job_ids == (keep,)
    assert set(pipeline.pending()) == pipeline.asked_for() != set()
    pipeline.runtime.history.undo()
    assert pipeline.runtime.interviews.round(round_id).job_id == other
    assert set(pipeline.pending()) == pipeline.asked_for()


def test_undo_refuses_to_lose_a_later_change(pipeline: Pipeline) -> None:
    booked = pipeline.runtime.rounds.book(pipeline.job(), {"stage": "Call", "starts_at": TUESDAY})
    pipeline.runtime.rounds.edit(booked.round.id, {"notes": "bring the diagrams"})
    with pytest.raises(Conflict, match="later change"):
        pipeline.runtime.history.undo(booked.batch)
    assert pipeline.runtime.interviews.round(booked.round.id).notes == "bring the diagrams"


def test_undo_of_undo_is_redo(pipeline: Pipeline) -> None:
    round_id = book(pipeline)
    wanted = pipeline.pending()
    pipeline.runtime.history.undo()
    assert pipeline.runtime.interviews.rounds() == ()
    assert pipeline.pending() == []
    newest = pipeline.runtime.history.batches()[0]
    pipeline.runtime.history.undo(newest.id)
    assert [view.id for view in pipeline.runtime.interviews.rounds()] == [round_id]
    assert pipeline.pending() == wanted


def test_clashes_are_told_with_the_booking(pipeline: Pipeline) -> None:
    first = book(pipeline)
    second = pipeline.runtime.rounds.book(
        pipeline.job("Analyst", "Globex"),
        {"stage": "Call", "starts_at": TUESDAY + timedelta(minutes=45), "minutes": 30, "format": "phone"},
    )
    (clash,) = second.clashes
    assert (clash.kind, clash.minutes, {clash.first_id, clash.second_id}) == (
        "overlap", 15, {first, second.round.id},
    )  # fmt: skip
    assert pipeline.runtime.rounds.clashes() == (clash,)
    pipeline.runtime.rounds.cancel(first)
    assert pipeline.runtime.rounds.clashes() == ()


@pytest.mark.parametrize(
    ("field", "changes"),
    [
        ("stage", {"stage": " \u200b"}),
        ("minutes", {"minutes": 0}),
        ("minutes", {"minutes": -30}),
        ("minutes", {"minutes": 30 * 24 * 60}),
        ("minutes", {"minutes": 30 * 24 * 60, "format": "take_home"}),
        ("starts_at", {"starts_at": datetime(1970, 1, 1, tzinfo=UTC)}),
        ("starts_at", {"starts_at": datetime(9999, 1, 1, tzinfo=UTC)}),
        ("starts_at", {"starts_at": datetime(2026, 12, 1, 9)}),  # noqa: DTZ001  # refused because it has no zone
        ("starts_at", {"starts_at": None, "status": "scheduled"}),
        ("zone", {"zone": "Europe/Atlantis"}),
        ("format", {"format": "carrier pigeon"}),
        ("link", {"link": "javascript:alert(1)"}),
        ("link", {"link": "https://"}),
        ("link", {"link": "http://a:99999999/"}),
        ("contacts", {"contacts": ["Grace <grace at acme>"]}),
        ("status", {"status": "perhaps"}),
        ("reminders", {"reminders": [0]}),
        ("colour", {"colour": "red"}),
    ],
)
def test_bad_input_is_told_at_its_field_and_nothing_is_written(
    pipeline: Pipeline, field: str, changes: dict[str, object]
) -> None:
    job_id = pipeline.job()
    with pytest.raises(FieldError) as told:
        book(pipeline, job_id, **changes)
    assert told.value.field == field
    assert pipeline.rows("SELECT count(*) FROM round UNION ALL SELECT count(*) FROM contact") == [(0,), (0,)]
    round_id = book(pipeline, job_id)
    before = pipeline.runtime.interviews.round(round_id)
    with pytest.raises(FieldError):
        pipeline.runtime.rounds.edit(round_id, changes)
    assert pipeline.runtime.interviews.round(round_id) == before


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_hostile_words_are_kept_harmless(pipeline: Pipeline, text: str) -> None:
    try:
        round_id = book(
            pipeline, stage=f"Call {text}"[:100], notes=text, place=text[:300], contacts=[text[:100]]
        )
    except FieldError:
        return
    view = pipeline.runtime.interviews.round(round_id)
    shown = f"{view.stage}{view.notes}{view.place}{''.join(met.name for met in view.contacts)}"
    assert not any(ord(char) < 32 and char not in "\n\t" for char in shown)
    assert "\x1b" not in shown
    assert "\u202e" not in shown
    described = pipeline.runtime.subjects.describers["round"](round_id)
    assert described is not None


def test_one_more_reminder_moves_with_the_round(pipeline: Pipeline) -> None:
    round_id = book(pipeline)
    pipeline.runtime.rounds.add_reminder(round_id, TUESDAY - timedelta(minutes=15))
    assert ("round", round_id, "custom", TUESDAY - timedelta(minutes=15)) in pipeline.pending()
    pipeline.runtime.rounds.move(round_id, TUESDAY + timedelta(days=1))
    assert ("round", round_id, "custom", TUESDAY + timedelta(days=1, minutes=-15)) in pipeline.pending()
    for wrong in (TUESDAY + timedelta(days=2), pipeline.clock.now() - timedelta(hours=1)):
        with pytest.raises(FieldError):
            pipeline.runtime.rounds.add_reminder(round_id, wrong)


def test_open_preparation_is_reminded_of_only_while_open(pipeline: Pipeline) -> None:
    round_id = book(pipeline)
    for task in pipeline.runtime.interviews.tasks(round_id):
        pipeline.runtime.tasks.done(task.id)
    assert "preparation" not in [kind for _, _, kind, _ in pipeline.pending("round")]
    pipeline.runtime.history.undo()
    assert "preparation" in [kind for _, _, kind, _ in pipeline.pending("round")]


def test_tasks_are_reordered_put_off_and_deleted_for_good(pipeline: Pipeline) -> None:
    round_id = book(pipeline)
    tasks = pipeline.runtime.interviews.tasks(round_id)
    order = [task.id for task in reversed(tasks)]
    assert [task.id for task in pipeline.runtime.tasks.reorder(round_id, order[:3])] == [
        *order[:3],
        *(task.id for task in tasks if task.id not in order[:3]),
    ]
    until = TUESDAY - timedelta(hours=3)
    assert pipeline.runtime.tasks.put_off(order[0], until).due_at == until
    pipeline.runtime.tasks.delete(order[1])
    pipeline.runtime.rounds.move(round_id, TUESDAY + timedelta(hours=4))
    after = pipeline.runtime.interviews.tasks(round_id)
    assert len(after) == len(tasks) - 1
    assert next(task for task in after if task.id == order[0]).due_at == until


def test_another_format_and_back_asks_for_the_same(pipeline: Pipeline) -> None:
    round_id = book(pipeline, format="phone")

    def titles() -> set[str]:
        return {task.title for task in pipeline.runtime.interviews.tasks(round_id)}

    on_the_phone = titles()
    pipeline.runtime.rounds.edit(round_id, {"format": "video"})
    assert titles() != on_the_phone
    pipeline.runtime.rounds.edit(round_id, {"format": "phone"})
    assert titles() == on_the_phone


def test_offers_side_by_side(pipeline: Pipeline) -> None:
    offers = pipeline.runtime.offers
    first = offers.add(
        pipeline.job(),
        {
            "amount": 7_500,
            "currency": "€",
            "period": "month",
            "parts": [
                OfferPart("Bonus", 9_000), OfferPart("Signing", 5_000, "once"), OfferPart("Leave", text="30 days"),
            ],
            "deadline_at": TUESDAY,
        },
    )  # fmt: skip
    second = offers.add(pipeline.job("Analyst", "Globex"), {"notes": "they will call"})
    one, two = offers.compare([first.id, second.id])
    assert (one.offer.currency, one.yearly, one.every_year, one.first_year) == (
        "EUR",
        90_000,
        99_000,
        104_000,
    )
    assert (two.yearly, two.every_year, two.first_year) == (None, None, None), "missing is missing, never 0"
    assert [kind for _, _, kind, _ in pipeline.pending("offer")] == ["24_hours", "2_hours"]
    pipeline.runtime.jobs.change([first.job_id], {"status": "accepted"})
    assert pipeline.pending("offer") == []
    with pytest.raises(FieldError):
        offers.edit(first.id, {"amount": -1.0})
    offers.delete(first.id)
    pipeline.runtime.history.undo()
    assert pipeline.runtime.interviews.offer(first.id).amount == 7_500


def test_contacts_are_checked_edited_and_brought_back(pipeline: Pipeline) -> None:
    contacts, job_id = pipeline.runtime.contacts, pipeline.job()
    made = contacts.add(
        {"name": "Ada", "company": "Acme", "jobs": [job_id], "linkedin": "in/ada", "phone": "+49 30 1234-5"}
    )
    assert made.linkedin == "https://www.linkedin.com/in/ada"
    for field, value in (
        ("email", "ada@"), ("email", "a b@c.de"), ("phone", "call me"), ("linkedin", "https://evil.example/in/ada"),
        ("name", ""), ("jobs", [999]),
    ):  # fmt: skip
        with pytest.raises(FieldError) as told:
            contacts.edit(made.id, {field: value})
        assert told.value.field == field
    contacts.edit(made.id, {"email": "ada@acme.com"})
    contacts.delete([made.id])
    assert pipeline.runtime.interviews.contacts() == ()
    pipeline.runtime.history.undo()
    assert pipeline.runtime.interviews.contact(made.id).email == "ada@acme.com"


def test_deadlines_of_wanted_jobs_are_reminded_of(pipeline: Pipeline) -> None:
    wanted = pipeline.job(deadline=TUESDAY.date(), status="interested")
    pipeline.job("Analyst", "Globex", deadline=TUESDAY.date())
    assert {(subject, number) for subject, number, _, _ in pipeline.pending()} == {("job", wanted)}
    assert set(pipeline.pending()) == pipeline.asked_for()
    pipeline.runtime.jobs.change([wanted], {"status": "applied"})
    assert pipeline.pending("job") == []


def test_another_person_sees_nothing_of_it(pipeline: Pipeline) -> None:
    round_id = book(pipeline)
    pipeline.runtime.profiles.create("other")
    pipeline.runtime.forget_profile("other")
    assert pipeline.runtime.interviews.rounds() == ()
    with pytest.raises(NotFound):
        pipeline.runtime.rounds.edit(round_id, {"notes": "mine"})

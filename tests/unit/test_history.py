"""What changed, taking it back, and that neither loses anything."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, initialize, invariant, rule

from jobcopilot.errors import NotFound
from jobcopilot.jobs.history import Conflict
from jobcopilot.jobs.views import FUNNEL, STATUSES, JobDraft
from tests.effort import examples
from tests.fakes.board import DESCRIPTION, Board, make_board


@pytest.fixture
def board(tmp_path: Path) -> Board:
    return make_board(tmp_path)


def test_an_event_tells_only_what_changed(board: Board) -> None:
    job = board.add(notes="old", place="Berlin")
    board.later(hours=1)
    board.jobs.change(
        [job], {"notes": "new", "place": "Berlin", "deadline": "2026-12-01", "favourite": "yes"}
    )
    changed, added = board.history.events(job)
    assert added.action == "added"
    assert (changed.action, changed.at) == ("changed", board.clock.now())
    assert {name: str(value) for name, value in changed.before.items()} == {
        "notes": "old", "deadline": "None", "favourite": "False",
    }  # fmt: skip
    assert {name: str(value) for name, value in changed.after.items()} == {
        "notes": "new", "deadline": "2026-12-01", "favourite": "True",
    }  # fmt: skip


def test_undo_goes_back_step_by_step_and_ends(board: Board) -> None:
    job = board.add(description=DESCRIPTION)
    first = board.snapshot()
    board.jobs.change([job], {"status": "applied"})
    second = board.snapshot()
    board.jobs.change([job], {"title": "Nurse", "description": "Care", "pay": "$20/hr", "tags": "a"})
    assert board.history.undo().label == "title, description, pay, tags: Data Engineer, Acme"
    assert board.snapshot() == second
    board.history.undo()
    assert board.snapshot() == first
    board.history.undo()
    assert board.live() == []
    with pytest.raises(NotFound, match="nothing to take back"):
        board.history.undo()
    assert [batch.kind for batch in board.history.batches()] == ["undo"] * 3 + ["change"] * 2 + ["add"]
    board.check()


def test_undoing_the_undo_brings_the_change_back(board: Board) -> None:
    job = board.add()
    batch = board.jobs.change([job], {"status": "rejected", "notes": "sigh"})
    changed = board.snapshot()
    board.history.undo()
    undo = board.history.batches(1)[0]
    board.later(hours=1)
    board.history.undo(undo.id)
    assert board.snapshot() == changed
    assert board.history.batches(1)[0].label.startswith("redo: status, notes")
    board.history.undo()
    assert board.column(job, "status") == "new"
    with pytest.raises(Conflict, match="taken back already"):
        board.history.undo(batch)


def test_what_was_taken_back_is_done_again_step_by_step_until_something_else_is_changed(board: Board) -> None:
    job = board.add()
    board.jobs.change([job], {"notes": "mine"})
    board.jobs.change([job], {"status": "applied"})
    last = board.snapshot()
    with pytest.raises(NotFound, match="nothing to do again"):
        board.history.redo()
    for _ in range(3):
        board.history.undo()
    assert board.live() == []
    assert [board.history.redo().kind for _ in range(3)] == ["add", "change", "change"]
    assert board.snapshot() == last
    with pytest.raises(NotFound, match="nothing to do again"):
        board.history.redo()
    board.history.undo()
    assert board.history.redo().label.startswith("status")
    assert board.column(job, "status") == "applied"
    board.history.undo()
    board.jobs.change([job], {"favourite": "yes"})
    with pytest.raises(NotFound, match="nothing to do again"):
        board.history.redo()
    board.check()


def test_an_earlier_change_of_other_fields_can_be_taken_back(board: Board) -> None:
    job = board.add()
    first = board.jobs.change([job], {"notes": "mine"})
    board.jobs.change([job], {"status": "interested"})
    board.history.undo(first)
    assert (board.column(job, "notes"), board.column(job, "status")) == ("", "interested")


def test_undo_refuses_to_lose_a_later_change_and_names_it(board: Board) -> None:
    job, other = board.add(), board.add("Nurse")
    first = board.jobs.change([other, job], {"notes": "one"})
    second = board.jobs.change([job], {"notes": "two"})
    before = board.snapshot()
    with pytest.raises(Conflict, match=rf"notes was changed by batch {second} .*jobs undo {second}"):
        board.history.undo(first)
    assert board.snapshot() == before
    assert not board.history.batches()[1].undone
    board.history.undo(second)
    board.history.undo(first)
    assert board.column(other, "notes") == ""


def test_undoing_an_addition_refuses_where_the_job_was_worked_on(board: Board) -> None:
    job = board.add()
    added = board.history.batches(1)[0].id
    changed = board.jobs.change([job], {"status": "applied"})
    with pytest.raises(Conflict, match=f"batch {changed}"):
        board.history.undo(added)
    board.jobs.change([job], {"status": "new", "applied": None})
    with pytest.raises(Conflict):
        board.history.undo(added)
    board.history.undo()
    board.history.undo()
    board.history.undo(added)
    assert board.live() == []


def test_an_undone_deletion_restores_all_that_hung_on_the_job(board: Board) -> None:
    job = board.add(description=DESCRIPTION, tags=("a",), notes="n")
    board.jobs.attach(job, "resume", b"cv", "cv.pdf")
    before = board.snapshot()
    board.jobs.delete([job])
    assert board.snapshot() != before
    board.history.undo()
    assert board.snapshot() == before
    assert [event.action for event in board.history.events(job)][:2] == ["restored", "deleted"]
    board.check()


def test_an_attached_document_goes_and_comes_back(board: Board) -> None:
    job = board.add()
    empty = board.snapshot()
    board.jobs.attach(job, "letter", b"\x00\xff letter", "letter.pdf")
    attached = board.snapshot()
    board.history.undo()
    assert board.snapshot() == empty
    board.jobs.attach(job, "resume", b"cv", "cv.pdf")
    board.history.undo()
    letter_undo = board.history.batches()[-3]
    assert letter_undo.kind == "undo"
    board.history.undo(letter_undo.id)
    assert board.snapshot() == attached
    assert board.history.events(job)[0].after == {"document": "letter: letter.pdf"}


def test_a_whole_import_is_taken_back_and_may_come_again(board: Board) -> None:
    kept = board.add("Baker")
    before = board.snapshot()
    drafts = [JobDraft(f"Engineer {n}", "Globex", address=f"https://g.example/jobs/{n}") for n in range(7)]
    report = board.intake.take_in(drafts, label="list.csv")
    imported = board.snapshot()
    assert board.history.undo().label == "imported list.csv"
    assert board.snapshot() == before
    assert board.live() == [kept]
    undo = board.history.batches(1)[0].id
    board.history.undo(undo)
    assert board.snapshot() == imported
    board.history.undo()
    again = board.intake.take_in(drafts, label="list.csv")
    assert (again.added, again.duplicates) == (7, 0)
    with pytest.raises(Conflict, match="brought in again"):
        board.history.undo(board.history.batches()[1].id)
    assert report.batch is not None
    with pytest.raises(Conflict, match="taken back already"):
        board.history.undo(report.batch)
    board.check()


def test_a_large_import_with_updates_is_taken_back_in_one_go(board: Board) -> None:
    """More events than are held in memory, and of some jobs more than one."""
    old = [JobDraft(f"Baker {n}", "Bakery", place="Ulm", address=f"https://b.example/{n}") for n in range(30)]
    board.intake.take_in(old, label="old.csv")
    before = board.snapshot()
    new = [JobDraft(f"Nurse {n}", "Clinic", address=f"https://c.example/jobs/{n}") for n in range(1_100)]
    updated = [
        JobDraft(f"Baker {n}", "Bakery", place="Bonn", address=f"https://b.example/{n}") for n in range(30)
    ]
    report = board.intake.take_in([*new[:600], *updated, *new[600:]], label="new.csv")
    assert (report.added, report.updated) == (1_100, 30)
    imported = board.snapshot()
    assert board.history.undo().jobs == 1_130
    assert board.snapshot() == before
    board.history.undo(board.history.batches(1)[0].id)
    assert board.snapshot() == imported
    board.check()


def test_undoing_an_import_takes_along_what_was_deleted_since(board: Board) -> None:
    drafts = [JobDraft(f"Engineer {n}", "Globex", address=f"https://g.example/jobs/{n}") for n in range(3)]
    batch = board.intake.take_in(drafts, label="list.csv").batch
    gone, *left = board.live()
    deletion = board.jobs.delete([gone])
    board.history.undo(batch)
    assert board.live() == []
    with pytest.raises(Conflict, match=r"was removed by batch 3 \(undo: imported list\.csv"):
        board.history.undo(deletion)
    board.history.undo(board.history.batches(1)[0].id)
    assert board.live() == left
    assert board.intake.take_in(drafts, label="again").deleted == 1
    board.history.undo(deletion)
    assert board.live() == [gone, *left]
    board.check()


def test_an_addition_is_not_taken_back_under_a_merge(board: Board) -> None:
    keep, other = board.add(), board.add("Data Engineer (f/m/x)")
    added = board.history.batches(1)[0].id
    merged = board.jobs.merge(keep, other)
    with pytest.raises(Conflict, match=f"was merged by batch {merged}"):
        board.history.undo(added)
    with pytest.raises(Conflict, match="merged into one of these"):
        board.history.undo(1)


def test_a_twin_that_came_since_is_named(board: Board) -> None:
    job = board.add(address="https://a.example/jobs/1")
    board.jobs.delete([job])
    twin = board.add(address="https://a.example/jobs/1/apply")
    with pytest.raises(Conflict, match=rf"job {twin} now.*jobs delete {twin}"):
        board.history.undo(board.history.batches()[1].id)
    assert board.live() == [twin]


def test_unknown_batches_and_jobs(board: Board) -> None:
    for act in (lambda: board.history.undo(5), lambda: board.history.events(5), board.history.undo):
        with pytest.raises(NotFound):
            act()


# --- any sequence of acts ------------------------------------------------------------------------------------

TITLES = ("Data Engineer", "Data Engineer (m/f/d)", "Senior Data Engineer", "Nurse", "Chef de partie")
TEXTS = ("", "Python and SQL.", DESCRIPTION)
CHANGES = st.fixed_dictionaries(
    {},
    optional={
        "title": st.sampled_from(TITLES),
        "company": st.sampled_from(("Acme", "Acme GmbH", "Globex")),
        "place": st.sampled_from(("", "Berlin", "Remote")),
        "description": st.sampled_from(TEXTS),
        "status": st.sampled_from(STATUSES),
        "notes": st.sampled_from(("", "call back", "met at a fair")),
        "tags": st.lists(st.sampled_from(("a", "b", "c")), unique=True),
        "favourite": st.booleans(),
        "deadline": st.sampled_from((None, "2026-12-01")),
        "applied": st.sampled_from((None, "2026-11-01")),
    },
).filter(bool)
MODELLED = ("title", "company", "place", "description", "status", "notes", "favourite")


class EditsAndUndo(RuleBasedStateMachine):
    """A board beside a model of it: dictionaries, and one copy of them for each act that can be taken back."""

    jobs: Bundle[int] = Bundle("jobs")

    @initialize()
    def begin(self) -> None:
        self.folder = tempfile.TemporaryDirectory()
        self.board = make_board(Path(self.folder.name))
        self.model: dict[int, dict[str, Any]] = {}
        self.undo_to: list[tuple[dict[int, dict[str, Any]], dict[str, Any]]] = []
        self.events: list[tuple[Any, ...]] = []
        self.first = self.board.snapshot()

    def _remember(self) -> None:
        self.undo_to.append(
            ({job: dict(values) for job, values in self.model.items()}, self.board.snapshot())
        )
        self.board.later(minutes=1)

    def _forget_unless(self, batch: int | None) -> None:
        if not batch:
            self.undo_to.pop()

    @rule(target=jobs, title=st.sampled_from(TITLES), text=st.sampled_from(TEXTS))
    def add(self, title: str, text: str) -> int:
        self._remember()
        job = self.board.add(title, "Acme", description=text)
        self.model[job] = {
            "title": title, "company": "Acme", "place": "", "description": text, "status": "new", "notes": "",
            "favourite": 0, "tags": [], "reached": 0,
        }  # fmt: skip
        return job

    @rule(some=st.lists(jobs, min_size=1, max_size=3), changes=CHANGES)
    def change(self, some: list[int], changes: dict[str, Any]) -> None:
        live = [job for job in some if job in self.model]
        self._remember()
        if len(live) < len(some):
            with pytest.raises(NotFound):
                self.board.jobs.change(some, changes)
            self.undo_to.pop()
            return
        self._forget_unless(self.board.jobs.change(live, changes))
        for job in live:
            values = self.model[job]
            values |= {name: changes[name] for name in MODELLED if name in changes}
            values["favourite"] = int(values["favourite"])
            values["tags"] = sorted(changes.get("tags", values["tags"]))
            if values["status"] in FUNNEL:
                values["reached"] = max(values["reached"], FUNNEL.index(values["status"]))
            if changes.get("applied") or values["status"] == "applied":
                values["reached"] = max(values["reached"], 2)

    @rule(job=jobs)
    def delete(self, job: int) -> None:
        if job in self.model:
            self._remember()
            self.board.jobs.delete([job])
            del self.model[job]

    @rule(keep=jobs, other=jobs)
    def merge(self, keep: int, other: int) -> None:
        if keep == other or keep not in self.model or other not in self.model:
            return
        self._remember()
        self.board.jobs.merge(keep, other)
        kept, gone = self.model[keep], self.model.pop(other)
        for name in ("place", "description"):
            kept[name] = kept[name] or gone[name]
        if gone["notes"] not in kept["notes"]:
            kept["notes"] = f"{kept['notes']}\n\n{gone['notes']}" if kept["notes"] else gone["notes"]
        kept["tags"] = sorted({*kept["tags"], *gone["tags"]})
        kept["favourite"] = max(kept["favourite"], gone["favourite"])
        kept["reached"] = max(kept["reached"], gone["reached"])
        order = ("new", "interested", "applied", "interviewed", "withdrawn", "rejected", "offer", "accepted")
        kept["status"] = max(kept["status"], gone["status"], key=order.index)

    @rule(job=jobs, content=st.binary(min_size=1, max_size=8))
    def attach(self, job: int, content: bytes) -> None:
        if job in self.model:
            self._remember()
            self._forget_unless(self.board.jobs.attach(job, "resume", content, "cv.pdf"))

    @rule()
    def undo(self) -> None:
        if self.undo_to:
            self.model, before = self.undo_to.pop()
            self.board.history.undo()
            assert self.board.snapshot() == before

    @rule(back=st.integers(0, 6))
    def undo_an_older_one_and_redo(self, back: int) -> None:
        """Whatever can be taken back out of turn comes back whole; what cannot is refused with nothing changed."""
        before = self.board.snapshot()
        batches = self.board.history.batches()
        if back >= len(batches):
            return
        try:
            self.board.history.undo(batches[back].id)
        except Conflict:
            assert len(self.board.history.batches()) == len(batches)
        else:
            newest = self.board.history.batches(1)[0]
            if newest.kind == "undo" and newest.id != batches[0].id:
                self.board.history.undo(newest.id)
        assert self.board.snapshot() == before

    @invariant()
    def the_board_says_what_the_model_says(self) -> None:
        if not hasattr(self, "board"):
            return
        stored = {
            job: self.board.rows(
                f"SELECT {', '.join(MODELLED)}, reached FROM job JOIN job_text ON job_id = id WHERE id = ?",
                job,
            )[0]
            for job in self.board.live()
        }
        assert stored == {
            job: tuple(values[name] for name in (*MODELLED, "reached")) for job, values in self.model.items()
        }
        tags = {job: [] for job in self.model}  # type: dict[int, list[str]]
        for job, tag in self.board.rows("SELECT job_id, tag FROM job_tag ORDER BY job_id, tag"):
            if job in tags:
                tags[job].append(tag)
        assert tags == {job: values["tags"] for job, values in self.model.items()}
        self.board.check()

    @invariant()
    def the_history_only_grows(self) -> None:
        if not hasattr(self, "board"):
            return
        events = self.board.rows("SELECT * FROM job_event ORDER BY id")
        assert events[: len(self.events)] == self.events
        self.events = events

    def teardown(self) -> None:
        if not hasattr(self, "board"):
            return
        while self.undo_to:
            _, before = self.undo_to.pop()
            self.board.history.undo()
            assert self.board.snapshot() == before
        assert self.board.snapshot() == self.first
        self.board.runtime.close()
        self.folder.cleanup()


TestEditsAndUndo = EditsAndUndo.TestCase
TestEditsAndUndo.settings = settings(max_examples=examples(25), stateful_step_count=14, deadline=None)

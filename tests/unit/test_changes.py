"""What a person may change of a job, and how it is written."""

from __future__ import annotations

from dataclasses import fields
from datetime import date, datetime
from typing import get_args

import pytest

from jobcopilot.errors import UsageError
from jobcopilot.jobs.changes import FIELDS, MOST_TAGS, TagEdit, checked, parse_changes
from jobcopilot.jobs.views import JobDraft, Status
from jobcopilot.reading.pay import Pay


def test_changes_are_read_as_people_write_them() -> None:
    assert parse_changes(
        [
            "status=Applied", "notes=a=b", "pay=$120k", "deadline=2026-12-01", "tags=b,a", "favourite=yes",
            "remote=yes", "url=acme.com/jobs/1", "posted=1 Dec 2026", "applied=2026-12-01 14:30", "salary-reason=",
        ][:-1]
    ) == {
        "status": "applied",
        "notes": "a=b",
        "pay": Pay("$120k", 120_000, 120_000, "USD", "year", "guessed"),
        "deadline": date(2026, 12, 1),
        "tags": ("a", "b"),
        "favourite": True,
        "work_mode": "remote",
        "address": "https://acme.com/jobs/1",
        "posted": date(2026, 12, 1),
        "applied": datetime(2026, 12, 1, 14, 30),  # noqa: DTZ001  # the person's own zone
    }  # fmt: skip
    assert parse_changes(["tags=+x,-y"]) == {"tags": TagEdit(("x",), ("y",))}
    assert parse_changes(["deadline=", "pay=", "work_mode=", "tags=", "notes="]) == {
        "deadline": None,
        "pay": None,
        "work_mode": None,
        "tags": (),
        "notes": "",
    }


@pytest.mark.parametrize(
    ("assignment", "words"),
    [
        ("status=hired", r"status cannot be 'hired'.*new, interested, applied"),
        ("status=", "status cannot be ''"),
        ("title=", "title cannot be empty"),
        ("company=\u200b", "company cannot be empty"),
        ("deadline=soon", "deadline cannot be 'soon'.*2026-12-01"),
        ("deadline=03/04/2026", "deadline cannot be"),
        ("deadline=1969-12-31", "deadline cannot be"),
        ("applied=9999-12-31", "applied cannot be"),
        ("applied=2026-02-30", "applied cannot be"),
        ("pay=plenty", "pay cannot be 'plenty'"),
        ("favourite=perhaps", "favourite cannot be 'perhaps'.*yes or no"),
        ("url=javascript:alert(1)", "address cannot be"),
        ("url=see website", "address cannot be"),
        ("work_mode=moon", "work_mode cannot be 'moon'.*remote, hybrid, onsite"),
        ("tags=a,+b", "tags cannot be"),
        ("stauts=applied", "no such field.*'stauts'.*Did you mean status"),
        ("created=2026-01-01", "no such field.*'created'"),
        ("applied", "FIELD=VALUE"),
        ("notes=" + "x" * 200_001, "notes is too long.*200,000"),
    ],
)
def test_a_refusal_names_field_value_and_what_is_allowed(assignment: str, words: str) -> None:
    with pytest.raises(UsageError, match=words) as refused:
        parse_changes([assignment])
    assert refused.value.exit_code == 2


def test_a_field_is_given_once() -> None:
    for assignments in (["status=new", "status=applied"], ["url=", "address="], []):
        with pytest.raises(UsageError):
            parse_changes(assignments)
    with pytest.raises(UsageError, match="twice"):
        checked({"url": "", "link": ""})


def test_all_statuses_are_known_to_the_change_table() -> None:
    assert FIELDS["status"].choices == get_args(Status)
    assert {field.name for field in fields(JobDraft)} >= {"status", "notes", "tags"}


def test_a_tag_too_many_is_refused_instead_of_another_dropped() -> None:
    full = tuple(f"tag {number:02}" for number in range(MOST_TAGS))
    with pytest.raises(UsageError, match="too many tags"):
        TagEdit(add=("zebra",)).applied_to(full)
    assert TagEdit(add=("zebra",), remove=("tag 00",)).applied_to(full) == (*full[1:], "zebra")
    more = (*full, "from a merge")
    assert len(TagEdit(remove=("tag 00",)).applied_to(more)) == MOST_TAGS

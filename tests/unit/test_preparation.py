"""What is to be prepared before a round, and the list made again: the rules one by one, then random lists."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import product
from typing import Any, get_args
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from wcwidth import wcswidth

from jobcopilot.interviews.preparation import Asked, Kept, Planned, Remade, Requirement, plan, remake
from jobcopilot.interviews.preparation_advice import advice, role_family, stage_kind
from jobcopilot.interviews.views import FORMATS, STAGES, Met, RoundFormat
from jobcopilot.text import clean_line
from tests.hostile import HOSTILE

BERLIN = ZoneInfo("Europe/Berlin")
NOW = datetime(2026, 11, 2, 9, tzinfo=UTC)
START = datetime(2026, 11, 12, 14, tzinfo=BERLIN)
STAGE_OF = {
    "recruiter": "Recruiter Screen", "manager": "Hiring Manager", "technical": "Technical Interview",
    "system_design": "System Design", "behavioural": "Behavioral Interview", "case": "Case Study", "panel": "Panel",
    "final": "Final Round", "offer": "Offer Call", "general": "Coffee",
}  # fmt: skip


def asked(**fields: Any) -> Asked:
    return replace(
        Asked(
            stage="Technical Interview",
            format="video",
            starts_at=START,
            minutes=60,
            zone="Europe/Berlin",
            job_title="Backend Engineer",
            company="Acme",
            place="Hauptstr. 1, Berlin",
            link="https://meet.example/x",
            contacts=(Met(7, "Dana Kim", "CTO"),),
            requirements=(
                Requirement("Python", must=True, mine=True),
                Requirement("Kafka", must=True, mine=False),
            ),
        ),
        **fields,
    )


def keys(tasks: Sequence[Planned]) -> set[str]:
    return {task.key for task in tasks}


def due(tasks: Sequence[Planned], key: str) -> datetime:
    moment = next(task.due_at for task in tasks if task.key == key)
    assert moment is not None
    return moment


ONLY = {
    "phone": {"quiet_place", "number", "charger", "notes"},
    "video": {"camera", "light", "link", "plan_b"},
    "onsite": {"route", "reception", "clothes", "documents", "leave"},
    "take_home": {"brief", "brief_questions", "time_blocks", "readme", "hand_in"},
}


# --- what is on the list ------------------------------------------------------------------------------------


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize("stage", [*STAGES, "Coffee"])
def test_a_format_has_its_tasks_and_none_of_another(form: RoundFormat, stage: str) -> None:
    made = keys(plan(asked(format=form, stage=stage), NOW))
    assert ONLY[form] <= made
    for other, theirs in ONLY.items():
        assert other == form or not made & theirs


@pytest.mark.parametrize("family", sorted(advice().families))
def test_every_list_is_readable(family: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("jobcopilot.interviews.preparation.role_family", lambda _: family)
    needed = tuple(Requirement(f"Skill {n}", must=n % 2 == 0, mine=n % 3 == 0) for n in range(20))
    crowd = tuple(Met(n, f"Person {n}") for n in range(12))
    for form, stage, (requirements, contacts) in product(
        FORMATS, STAGE_OF.values(), (((), ()), (needed, crowd))
    ):
        tasks = plan(asked(format=form, stage=stage, requirements=requirements, contacts=contacts), NOW)
        assert 5 <= len(tasks) <= 16, (form, stage)
        assert len(keys(tasks)) == len({task.title for task in tasks}) == len(tasks)
        assert bool(contacts) == ("contacts" in keys(tasks)), "the last interviewers are never cut off"
        for task in tasks:
            assert 0 < len(task.title) <= 70, task.title
            assert task.title[0].isupper()
            assert not task.title.endswith(".")
            assert 20 < len(task.detail) <= 400
            assert "{" not in task.title + task.detail
            assert task.due_at is not None


@pytest.mark.parametrize(
    ("stage", "there", "absent"),
    [
        (
            "Recruiter Screen",
            {"salary", "availability", "introduction"},
            {"stories", "estimates", "practice:software"},
        ),
        (
            "Offer Call",
            {"salary", "offer_terms"},
            {"questions", "posting", "topic:Python", "practice:software"},
        ),
        ("System Design", {"system_walkthrough", "estimates"}, {"think_aloud", "salary"}),
        ("Technical Interview", {"think_aloud", "practice:software"}, {"system_walkthrough", "salary"}),
        ("Behavioral Interview", {"stories", "values"}, {"think_aloud", "salary"}),
        ("Hiring Manager", {"stories", "first_months"}, {"values", "salary"}),
        ("Case Study", {"case_practice"}, {"stories", "salary"}),
        ("Panel", {"panel_roles"}, {"salary"}),
        ("Final Round", {"earlier_rounds"}, {"salary"}),
    ],
)
def test_a_stage_has_its_tasks(stage: str, there: set[str], absent: set[str]) -> None:
    made = keys(plan(asked(stage=stage), NOW))
    assert there <= made
    assert not absent & made


def test_requirements_become_topics_musts_first_and_what_is_lacking_before_what_is_there() -> None:
    needed = (
        Requirement("Vim", must=False, mine=True),
        Requirement("Rust", must=False, mine=False),
        Requirement("Python", must=True, mine=True),
        Requirement("Kafka", must=True, mine=False),
        Requirement("kafka", must=True, mine=False),
    )
    tasks = plan(asked(stage="Case Study", contacts=(), requirements=needed), NOW)
    titles = [task.title for task in tasks if task.key.startswith("topic:")]
    assert titles == [
        "Learn the basics of Kafka: it is a must",
        "Revise Python, with one example of yours",
        "Read up on Rust: it would be a plus",
        "Recall where you used Vim",
    ]
    many = tuple(Requirement(f"Skill {n}", must=True, mine=False) for n in range(30))
    tasks = plan(asked(format="phone", stage="Technical Interview", contacts=(), requirements=many), NOW)
    assert [task.key for task in tasks if task.key.startswith("topic:")] == [
        f"topic:Skill {n}" for n in range(7)
    ]
    tasks = plan(asked(format="take_home", stage="Take-home", contacts=(), requirements=many), NOW)
    assert sum(task.key.startswith("topic:") for task in tasks) == 8


def test_each_interviewer_is_looked_up_and_a_crowd_shares_one_task() -> None:
    twins = (Met(1, "Ann"), Met(2, "Ann"), Met(3, ""))
    titles = {task.key: task.title for task in plan(asked(format="phone", contacts=twins), NOW)}
    assert titles["contact:1"] == "Look up Ann"
    assert titles["contact:2"] == "Look up Ann (2)"
    assert titles["contact:3"] == "Look up your interviewer"
    crowd = tuple(Met(n, f"Person {n}") for n in range(9))
    tasks = plan(asked(format="phone", contacts=crowd), NOW)
    named = [task for task in tasks if task.key.startswith("contact:")]
    rest = next(task for task in tasks if task.key == "contacts")
    assert len(named) == 4
    assert rest.title == "Look up the other people you meet (5)"
    assert "Person 8" in rest.detail


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize("stage", STAGE_OF.values())
def test_two_interviewers_are_always_looked_up_by_name(form: RoundFormat, stage: str) -> None:
    needed = tuple(Requirement(f"Skill {n}", must=True, mine=False) for n in range(9))
    made = keys(
        plan(asked(format=form, stage=stage, requirements=needed, contacts=(Met(1, "A"), Met(2, "B"))), NOW)
    )
    assert {"contact:1", "contact:2"} <= made
    assert stage == "Offer Call" or {"topic:Skill 0", "topic:Skill 1"} <= made


@pytest.mark.parametrize("hour", range(0, 24, 3))
def test_a_take_home_begins_with_its_brief(hour: int) -> None:
    for days in (3, 5, 10):
        arrives = START.replace(hour=hour)
        tasks = plan(asked(format="take_home", starts_at=arrives, minutes=days * 24 * 60), NOW)
        assert [task.key for task in tasks][:3] == ["brief", "brief_questions", "time_blocks"]


def test_a_missing_link_or_place_is_asked_for() -> None:
    tasks = {task.key: task for task in plan(asked(link=" "), NOW)}
    assert tasks["link"].title == "Ask for the meeting link, and which program they use"
    tasks = {task.key: task for task in plan(asked(format="onsite", place=""), NOW)}
    assert tasks["route"].title.startswith("Ask for the exact address")
    assert "Hauptstr. 1" in next(t.detail for t in plan(asked(format="onsite"), NOW) if t.key == "route")


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
@pytest.mark.parametrize("form", FORMATS)
def test_hostile_text_stays_text(form: RoundFormat, text: str) -> None:
    fields: dict[str, Any] = dict.fromkeys(("company", "job_title", "place", "link", "stage", "zone"), text)
    people = (Met(1, text, text), Met(2, text, text))
    needed = (Requirement(text, must=True, mine=False),)
    tasks = plan(asked(format=form, contacts=people, requirements=needed, **fields), NOW)
    assert 5 <= len(tasks) <= 16
    for task in tasks:
        assert 0 < wcswidth(task.title) <= 90
        assert task.title == clean_line(task.title)
        assert task.detail == clean_line(task.detail, 2000)
        assert len(task.detail) <= 700
        task.key.encode()


# --- which stage, which family ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("stage", "kind"),
    [
        *((name, kind) for kind, name in STAGE_OF.items()),
        ("Phone screen with HR", "recruiter"), ("Erstgespräch Personalabteilung", "recruiter"),
        ("Entretien RH", "recruiter"), ("Coding challenge", "technical"), ("Fachgespräch", "technical"),
        ("Entretien technique", "technical"), ("Live-Coding", "technical"), ("Systementwurf", "system_design"),
        ("Conception de système", "system_design"), ("Culture fit", "behavioural"), ("Fallstudie", "case"),
        ("Étude de cas", "case"), ("Gespräch mit Teamleiter", "manager"), ("Entretien avec le responsable", "manager"),
        ("Letzte Runde", "final"), ("Entretien final", "final"), ("Angebot", "offer"), ("Offre", "offer"),
        ("", "general"), ("Kaffee", "general"),
    ],
)  # fmt: skip
def test_stage_kind(stage: str, kind: str) -> None:
    assert stage_kind(stage) == kind


FAMILIES = """
software|Senior Backend Engineer (Python)
software|Software Engineer II
software|Frontend Developer, React
software|Full-Stack Developer (m/w/d)
software|iOS Engineer
software|Softwareentwickler Java (m/w/d)
software|Développeur Full Stack H/F
software|Embedded Firmware Engineer
data|Data Analyst
data|Senior Data Engineer
data|Data Scientist
data|Business Intelligence Analyst
data|Analytics Engineer
machine_learning|Machine Learning Engineer
machine_learning|Staff ML Engineer
machine_learning|NLP Research Scientist
machine_learning|Computer Vision Engineer
machine_learning|AI Engineer, LLM Applications
infrastructure|DevOps Engineer
infrastructure|Site Reliability Engineer
infrastructure|Cloud Infrastructure Engineer
infrastructure|Platform Engineer (Kubernetes)
infrastructure|Linux System Administrator
infrastructure|Network Engineer
security|Security Engineer
security|SOC Analyst
security|Penetration Tester
security|Application Security Engineer
qa|QA Engineer
qa|Software Test Engineer
qa|SDET
qa|Quality Assurance Analyst
design|Product Designer
design|Senior UX Designer
design|Graphic Designer
design|UI/UX Designer
product|Product Manager
product|Senior Product Manager, Payments
product|Product Owner (m/w/d)
project|Project Manager
project|Scrum Master
project|Technical Program Manager
project|Projektleiter Bau
leadership|Engineering Manager
leadership|Head of Engineering
leadership|Director of Data Science
leadership|VP Engineering
leadership|Chief Technology Officer
sales|Account Executive
sales|Sales Development Representative
sales|Key Account Manager
sales|Vertriebsmitarbeiter Außendienst Vertrieb
marketing|Marketing Manager
marketing|SEO Specialist
marketing|Social Media Manager
marketing|Content Writer
support|Customer Success Manager
support|Customer Support Specialist
support|IT Helpdesk Support
support|Technical Support Engineer
finance|Accountant
finance|Financial Analyst
finance|Bilanzbuchhalter / Buchhalter (m/w/d)
finance|Internal Auditor
finance|Payroll Specialist
hr|Recruiter
hr|Talent Acquisition Partner
hr|HR Business Partner
healthcare|Registered Nurse, ICU
healthcare|Pflegefachkraft (m/w/d)
healthcare|Physical Therapist
healthcare|Pharmacist
healthcare|Dental Assistant
teaching|Math Teacher
teaching|Lehrer für Mathematik
teaching|Lecturer in Economics
teaching|Kindergarten Educator
trades|Electrician
trades|CNC Machinist
trades|Warehouse Operator
trades|Truck Driver
trades|Line Cook
trades|Elektroniker für Betriebstechnik
general|Paralegal
general|Sachbearbeiter (m/w/d)
"""


@pytest.mark.parametrize(
    ("family", "title"), [tuple(line.split("|", 1)) for line in FAMILIES.strip().splitlines()]
)
def test_role_family(family: str, title: str) -> None:
    assert role_family(title) == family


def test_the_family_tells_what_to_practise() -> None:
    assert "practice:healthcare" in keys(plan(asked(job_title="Registered Nurse", stage="Interview"), NOW))
    assert "practice:general" in keys(plan(asked(job_title="", stage="Interview"), NOW))


# --- when ---------------------------------------------------------------------------------------------------


def test_tasks_are_due_so_long_before_the_start() -> None:
    tasks = plan(asked(), NOW)
    assert due(tasks, "research") == START - timedelta(days=3)
    assert due(tasks, "topic:Kafka") == START - timedelta(days=2)
    assert due(tasks, "camera") == START - timedelta(hours=1)
    onsite = plan(asked(format="onsite", travel_minutes=40), NOW)
    assert due(onsite, "leave") == START - timedelta(minutes=55)
    assert list(tasks) == sorted(tasks, key=lambda task: task.due_at or NOW)


def test_a_take_home_counts_from_its_end_and_nothing_is_due_before_it_arrives() -> None:
    tasks = plan(asked(format="take_home", minutes=7 * 24 * 60), NOW)
    end = START + timedelta(days=7)
    assert due(tasks, "hand_in") == end - timedelta(days=1)
    assert all(START <= (task.due_at or NOW) <= end for task in tasks)
    assert due(tasks, "brief") < START + timedelta(hours=24)


def test_what_would_be_due_at_night_is_due_the_evening_before() -> None:
    early = datetime(2026, 11, 12, 6, 30, tzinfo=BERLIN)
    tasks = plan(asked(starts_at=early), NOW)
    assert due(tasks, "research") == datetime(2026, 11, 8, 20, tzinfo=BERLIN)
    assert due(tasks, "camera") == early - timedelta(hours=1), "within three hours the night does not count"
    late = datetime(2026, 11, 12, 22, 30, tzinfo=BERLIN)
    assert due(plan(asked(starts_at=late), NOW), "research") == datetime(2026, 11, 9, 20, tzinfo=BERLIN)


def test_at_eleven_in_the_evening_before_the_rest_is_due_in_the_morning() -> None:
    now = datetime(2026, 11, 11, 23, tzinfo=BERLIN)
    tasks = plan(asked(starts_at=datetime(2026, 11, 12, 10, tzinfo=BERLIN)), now)
    assert due(tasks, "research") == datetime(2026, 11, 12, 7, tzinfo=BERLIN)


def test_a_start_before_the_morning_leaves_the_night() -> None:
    now = datetime(2026, 11, 11, 22, tzinfo=BERLIN)
    early = datetime(2026, 11, 12, 5, tzinfo=BERLIN)
    tasks = plan(asked(starts_at=early), now)
    assert now < due(tasks, "research") < early - timedelta(hours=3)


def test_what_is_late_is_spread_until_half_an_hour_before() -> None:
    now = START - timedelta(hours=5)
    late = [task.due_at for task in plan(asked(), now) if task.belated and task.due_at]
    assert len(late) > 5
    assert len(set(late)) == len(late)
    assert now < min(late)
    assert max(late) == START - timedelta(minutes=30)
    odd = START + timedelta(minutes=2)
    late = [task.due_at for task in plan(asked(starts_at=odd), now) if task.belated and task.due_at]
    assert max(late) == odd - timedelta(minutes=30), (
        "rounding to full five minutes does not pass the last moment"
    )
    near = START - timedelta(minutes=20)
    assert {task.due_at for task in plan(asked(), near)} == {START}


def test_without_a_time_nothing_is_due() -> None:
    tasks = plan(asked(starts_at=None), NOW)
    assert {task.due_at for task in tasks} == {None}
    assert [task.key for task in tasks][-1] == "camera"


rounds = st.builds(
    asked,
    stage=st.sampled_from([*STAGES, ""]),
    format=st.sampled_from(get_args(RoundFormat)),
    starts_at=st.integers(-500, 60 * 24 * 20).map(lambda minutes: NOW + timedelta(minutes=minutes))
    | st.none(),
    minutes=st.integers(5, 20_000),
    zone=st.sampled_from(
        ["Europe/Berlin", "America/New_York", "Pacific/Kiritimati", "Asia/Kathmandu", "nowhere", ""]
    ),
    requirements=st.lists(
        st.builds(
            Requirement, st.sampled_from(["Python", "Go", "SQL"]), must=st.booleans(), mine=st.booleans()
        )
    ).map(tuple),
    contacts=st.lists(st.builds(Met, st.integers(1, 9), st.text(max_size=20)), max_size=9).map(tuple),
)


@given(rounds)
def test_every_task_is_due_between_now_and_the_start(round_: Asked) -> None:
    tasks = plan(round_, NOW)
    assert tasks == plan(round_, NOW)
    assert keys(tasks) == keys(plan(round_, NOW - timedelta(days=2)))
    end = round_.ends_preparation
    for task in tasks:
        assert (task.due_at is None) == (end is None)
        if end is not None and task.due_at is not None:
            assert min(NOW, end) <= task.due_at <= end


# --- made again ---------------------------------------------------------------------------------------------


def kept(id_: int, key: str, due_at: datetime | None = None, **fields: Any) -> Kept:
    base = Kept(id_, key, f"title {key}", f"detail {key}", due_at, id_, False, False, False, False)
    return replace(base, **fields)


def wanted(key: str, due_at: datetime | None = None) -> Planned:
    return Planned(key, f"title {key}", f"detail {key}", due_at)


def again(
    stored: Sequence[Kept],
    planned: Sequence[Planned],
    shift: timedelta | None = None,
    start: datetime | None = START,
) -> Remade:
    return remake(stored, planned, shift=shift, now=NOW, start=start)


def applied(stored: Sequence[Kept], made: Remade) -> list[Kept]:
    """What the database holds afterwards; a task that the plan drops is gone."""
    changes = dict(made.change)
    fields: list[dict[str, Any]] = [dict(changes.get(task.id, {})) for task in stored]
    after = [
        replace(task, **new) for task, new in zip(stored, fields, strict=True) if task.id not in made.remove
    ]
    first = max((task.id for task in stored), default=0) + 1
    return after + [
        Kept(first + n, task.key, task.title, task.detail, task.due_at, position, False, False, False, False)
        for n, (position, task) in enumerate(made.add)
    ]


D1, D2, D3, D4 = (START - timedelta(days=days) for days in (4, 3, 2, 1))


def test_a_tick_stays_and_the_due_time_follows() -> None:
    made = again([kept(1, "a", D1, done=True)], [wanted("a", D2)], timedelta(days=1))
    assert made == Remade((), ((1, {"due_at": D2}),), ())


def test_edited_words_stay() -> None:
    made = again([kept(1, "a", D1, own_words=True, title="mine")], [wanted("a", D1)])
    assert made == Remade((), (), ())
    assert again([kept(1, "a", D1, title="old")], [wanted("a", D1)]).change == ((1, {"title": "title a"}),)


def test_a_chosen_due_time_stays_unless_it_lies_after_the_start() -> None:
    assert again([kept(1, "a", D3, own_due=True)], [wanted("a", D1)]).change == ()
    late = kept(1, "a", START + timedelta(hours=1), own_due=True)
    assert again([late], [wanted("a", D1)]).change == ((1, {"due_at": D1}),)


def test_own_tasks_move_with_the_round_unless_their_time_was_chosen() -> None:
    day = timedelta(days=1)
    assert again([kept(1, "", D1)], [], day).change == ((1, {"due_at": D2}),)
    assert again([kept(1, "", D1, own_due=True)], [], day).change == ()
    late = kept(1, "", START + timedelta(hours=1), own_due=True)
    assert again([late], [], -day).change == ((1, {"due_at": START + timedelta(hours=1) - day}),)
    assert again([kept(1, "", D1)], [], None).change == ()
    assert again([kept(1, "", D1)], [], -30 * day).change == ((1, {"due_at": NOW}),)


def test_a_deleted_task_does_not_come_back() -> None:
    assert again([kept(1, "a", D1, deleted=True)], [wanted("a", D1)]) == Remade((), (), ())


@pytest.mark.parametrize("touch", ["done", "own_words", "own_due"])
def test_what_is_no_longer_planned_goes_unless_touched(touch: str) -> None:
    assert again([kept(1, "a", D1)], []).remove == (1,)
    assert again([kept(1, "a", D1, **{touch: True})], []).remove == ()


def test_new_tasks_come_after_the_last_that_is_due_earlier_and_the_persons_order_stays() -> None:
    stored = [kept(1, "c", D3, position=0), kept(2, "a", D1, position=1), kept(3, "d", D4, position=2)]
    made = again(
        stored, [wanted("a", D1), wanted("b", D2), wanted("c", D3), wanted("d", D4), wanted("e", None)]
    )
    assert made.add == ((2, wanted("b", D2)), (4, wanted("e", None)))
    assert made.change == ((3, {"position": 3}),)
    assert again([kept(1, "b", D2)], [wanted("a", D1), wanted("b", D2)]).add == ((2, wanted("a", D1)),)


def test_an_edit_does_not_put_off_what_is_late() -> None:
    late = kept(1, "a", NOW - timedelta(hours=1))
    planned = [replace(wanted("a", NOW + timedelta(hours=1)), belated=True)]
    assert again([late], planned).change == ()
    assert again([late], planned, timedelta(days=1)).change == ((1, {"due_at": planned[0].due_at}),)


moments = st.integers(-3000, 40_000).map(lambda minutes: NOW + timedelta(minutes=minutes)) | st.none()
tasks_kept = st.lists(
    st.builds(
        kept,
        st.just(0),
        st.sampled_from(["", "", *"abcdef"]),
        moments,
        position=st.integers(0, 12),
        own_due=st.booleans(),
        own_words=st.booleans(),
        done=st.booleans(),
        deleted=st.booleans(),
        title=st.sampled_from(["mine", "title a"]),
    ),
    max_size=9,
).map(lambda tasks: [replace(task, id=number) for number, task in enumerate(tasks, 1)])
shifts = st.none() | st.integers(-20_000, 20_000).map(lambda minutes: timedelta(minutes=minutes))


@given(tasks_kept, st.sets(st.sampled_from("abcdefgh")), shifts, st.data())
def test_nothing_of_the_persons_is_lost(
    stored: list[Kept], planned_keys: set[str], shift: timedelta | None, data: st.DataObject
) -> None:
    start = data.draw(moments)
    end = start if start is not None and start > NOW else None
    ahead = (
        st.none()
        if start is None
        else st.integers(0, 2000).map(lambda minutes: start - timedelta(minutes=minutes))
    )
    planned = [
        replace(wanted(key, data.draw(ahead)), belated=data.draw(st.booleans()))
        for key in sorted(planned_keys)
    ]
    made = remake(stored, planned, shift=shift, now=NOW, start=start)
    after = applied(stored, made)
    by_id = {task.id: task for task in after}
    for task in stored:
        if task.deleted:
            assert by_id[task.id] == task
        elif not task.key or task.done or task.own_words or task.own_due:
            assert by_id[task.id].done == task.done
            if task.own_words or not task.key:
                assert (by_id[task.id].title, by_id[task.id].detail) == (task.title, task.detail)
    living = [task for task in after if not task.deleted]
    assert len({task.position for task in living}) == len(living)
    assert planned_keys == {task.key for task in after if task.key} & planned_keys
    if end is not None:
        assert all(task.due_at is None or task.due_at <= end for task in living)
    before = [
        t.id for t in sorted(stored, key=lambda t: (t.position, t.id)) if t.id in by_id and not t.deleted
    ]
    placed = [task.id for task in sorted(living, key=lambda task: task.position)]
    assert [number for number in placed if number in set(before)] == before
    assert remake(after, planned, shift=None, now=NOW, start=start) == Remade((), (), ())

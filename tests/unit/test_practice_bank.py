"""The bank: what the person changed survives an update, and what is imported is told row by row."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from jobcopilot.errors import BadInput, NotFound, UsageError
from jobcopilot.interviews.values import FieldError
from jobcopilot.practice.bank import Bank
from jobcopilot.practice.bank_import import import_file, import_text
from jobcopilot.practice.heard import questions_in
from jobcopilot.practice.likeness import ALIKE, most_alike
from jobcopilot.practice.shipped import shipped_bank
from jobcopilot.practice.views import DIFFICULTIES, SHAPES, SKILL_KINDS, Point
from tests.fakes.practice import Practice, make_practice, run_through, write_bank
from tests.hostile import HOSTILE


@pytest.fixture
def practice(tmp_path: Path) -> Practice:
    return make_practice(tmp_path)


def updated(practice: Practice, **bank: object) -> Bank:
    """The bank after an update of the app shipped another one."""
    shipped_bank.cache_clear()
    write_bank(practice.shipped, **bank)  # type: ignore[arg-type]
    return Bank(practice.fresh_books())


def test_what_ships_is_as_agreed() -> None:
    bank = shipped_bank()
    slugs = {one["slug"] for one in bank.types}
    assert {
        "technical",
        "behavioral",
        "system-design",
        "product-sense",
        "recruiter-screen",
        "hiring-manager",
    } <= slugs
    skills = {one["name"] for one in bank.skills}
    assert all(set(one["skills"]) <= skills and one["shape"] in SHAPES for one in bank.types)
    assert all(one["kind"] in SKILL_KINDS for one in bank.skills)
    for one in bank.questions:
        assert one["difficulty"] in DIFFICULTIES, one["slug"]
        assert one["points"], one["slug"]
        assert all(sign == sign.casefold() for point in one["points"] for sign in point["signs"]), one["slug"]


def test_an_update_leaves_what_the_person_changed(practice: Practice) -> None:
    bank = practice.bank
    first, second, third, fourth = bank.questions(type="technical", limit=4).questions
    bank.edit_question(first.id, {"text": "What does Python do, in my own words?"})
    bank.edit_question(second.id, {"enabled": False})
    own = bank.add_question({"text": "Why is the sky blue today?", "type": "Technical", "skill": "py"})
    skill = bank.add_skill({"name": "Zig", "description": "mine"})
    bank.edit_skill(bank.skill("SQL").id, {"description": "my words"})
    bank.edit_type(bank.type("technical").id, {"minutes": 9, "skills": ["Airflow"]})
    run_through(
        practice, practice.create(questions=1, skills=("Python",)), ["An answer because of things there"]
    )

    after = updated(
        practice, change=lambda text: text.replace("What does", "Say what").replace('"easy"', '"hard"')
    )
    assert after.question(first.id).text == "What does Python do, in my own words?"
    assert after.question(first.id).difficulty == "hard", "what was not edited follows"
    assert after.question(first.id).edited
    assert after.question(second.id).text.startswith("Say what")
    assert not after.question(second.id).enabled
    assert after.question(third.id).text.startswith("Say what")
    assert after.question(own.id) == own
    assert after.skill("Zig") == skill
    assert after.skill("SQL").description == "my words"
    assert (after.type("technical").minutes, after.type("technical").skills) == (9, ("Airflow",))
    assert sum(one.asked for one in after.questions(disabled=True, limit=99).questions) == 1
    assert after.question(fourth.id).slug == fourth.slug


def test_what_is_shipped_no_more_goes_unless_it_was_edited(practice: Practice) -> None:
    bank = practice.bank
    page = bank.questions(skill="Python", limit=99)
    kept, gone = (one for one in page.questions if one.slug in ("python-4", "python-5"))
    bank.edit_question(kept.id, {"follow_ups": ["Really?"]})
    bank.edit_question(gone.id, {"enabled": False})
    session = run_through(
        practice, practice.create(questions=6, skills=("Python",)), ["Because of this and that"] * 9
    )
    after = updated(practice, each=4)
    assert (after.question(kept.id).origin, after.question(kept.id).follow_ups) == ("own", ("Really?",))
    with pytest.raises(NotFound):
        after.question(gone.id)
    assert len(session.view().asked) == 5, "what was asked stays"
    again = updated(practice, each=6)
    assert again.questions(skill="Python", disabled=True, limit=99).total == 7


def test_a_name_that_is_shipped_later_keeps_the_persons_words(practice: Practice) -> None:
    mine = practice.bank.add_skill({"name": "Rust", "description": "my words", "aliases": ["rustlang"]})
    shipped_bank.cache_clear()
    skills = practice.shipped / "skills.toml"
    skills.write_text(
        skills.read_text() + '[[skill]]\nname = "Rust"\nkind = "language"\ndescription = "theirs"\n', "utf-8"
    )
    after = Bank(practice.fresh_books()).skill("rustlang")
    assert (after.id, after.description, after.shipped) == (mine.id, "my words", True)


def test_names_are_found_however_they_are_written(practice: Practice) -> None:
    bank = practice.bank
    assert bank.type("RECRUITER screen").slug == "recruiter-screen"
    assert bank.skill("apache airflow").name == "Airflow"
    assert [one.name for one in bank.skills("air")] == ["Airflow"]
    assert [one.name for one in bank.skills("cpy")] == ["Python"]
    assert bank.skills("pyhton")[0].name == "Python", "a slip of the finger is found"
    with pytest.raises(NotFound, match="Python"):
        bank.skill("Pyton")
    with pytest.raises(NotFound, match="Technical"):
        bank.type("nonsense")


def test_adding_refuses_what_is_there_and_what_makes_no_sense(practice: Practice) -> None:
    bank = practice.bank
    there = bank.questions(limit=1).questions[0]
    with pytest.raises(FieldError, match="alike"):
        bank.add_question({"text": there.text.upper(), "type": "technical", "skill": "Python"})
    assert bank.alike(there.text)[0] == (there, 100)
    assert bank.alike(there.text, but=there.id) == () or bank.alike(there.text, but=there.id)[0][1] >= ALIKE
    assert (
        bank.add_question({"text": there.text, "type": "technical", "skill": "Python"}, anyway=True).origin
        == "own"
    )
    good: dict[str, object] = {"text": "How tall is the tower?", "type": "technical", "skill": "Python"}
    wrongs: tuple[dict[str, object], ...] = (
        {"text": " "},
        {"type": "x"},
        {"skill": "Cobol"},
        {"difficulty": "huge"},
        {"points": 3},
        {"nose": 1},
    )
    for wrong in wrongs:
        with pytest.raises(FieldError):
            bank.add_question(good | wrong)
    with pytest.raises(FieldError):
        bank.add_questions([good, good])
    assert bank.questions("tower").total == 0, "all or none"
    made = bank.add_question(
        good | {"points": ["is precise: metre, meter", Point("dares to guess", ("about",))]}
    )
    assert made.points == (Point("is precise", ("metre", "meter")), Point("dares to guess", ("about",)))
    with pytest.raises(UsageError, match="Disable"):
        bank.delete_question(there.id)
    bank.delete_question(made.id)
    with pytest.raises(NotFound):
        bank.question(made.id)
    with pytest.raises(FieldError, match="already"):
        bank.add_type({"name": "technical"})
    own = bank.add_type(
        {"name": "Lunch", "shape": "plain", "skills": ["Ownership"], "stages": ["Lunch", "dinner"]}
    )
    assert (own.stages, own.skills) == (("lunch", "dinner"), ("Ownership",))
    bank.delete_type(own.id)
    with pytest.raises(UsageError):
        bank.delete_skill(bank.skill("Python").id)


def test_lists_are_narrowed(practice: Practice) -> None:
    bank = practice.bank
    assert bank.questions().total == 24
    assert bank.questions(skill="SQL").total == 12, "further skills count"
    assert bank.questions(skill="SQL", difficulty="easy").total == 4
    assert bank.questions("case 3 loop sql").total == bank.questions("100%").total == 0
    assert bank.questions("case 3 sql").total == 1
    page = bank.questions(limit=5, offset=22)
    assert (len(page.questions), page.total) == (2, 24)


def test_csv_is_imported_row_by_row(practice: Practice) -> None:
    there = practice.bank.questions(limit=1).questions[0].text
    text = (
        "\ufeffQuestion;Category;Topic;Skills;Level;Key points;Follow-ups\n"
        "How do you name a tower?;Technical;Python;SQL; Airflow;hard;x\n"
        '"How do you build a bridge\nover water?";technical;python;"SQL; Airflow";HARD;'
        '"is safe: safe, safety";"Why?; How?"\n'
        "Which colour has a Tuesday?;technical;Cobol;;easy;;\n"
        f"{there};technical;Python;;;;\n"
        ";technical;Python;;;;\n"
        "'=SUM(A1) means what to you?;Technical;SQL;;;;\n"
    )
    made = import_text(practice.bank, text, "q.csv")
    assert (made.read, made.questions) == (6, 2)
    assert [(one.row, one.reason[:22]) for one in made.refused] == [
        (2, "difficulty cannot be '"), (4, "There is no skill call"), (6, "A question needs words"),
    ]  # fmt: skip
    assert [one.row for one in made.alike] == [5]
    bridge = practice.bank.questions("bridge").questions[0]
    assert (bridge.also, bridge.follow_ups, bridge.origin) == (
        ("Airflow", "SQL"),
        ("Why?", "How?"),
        "imported",
    )
    assert bridge.points == (Point("is safe", ("safe", "safety")),)
    assert practice.bank.questions("SUM").questions[0].text == "=SUM(A1) means what to you?"
    again = import_text(practice.bank, text, "q.csv", new_skills=True)
    assert (again.questions, again.skills, len(again.alike)) == (1, 1, 3)


def test_json_brings_skills_types_and_questions(practice: Practice, tmp_path: Path) -> None:
    file = tmp_path / "bank.json"
    document = {
        "questions": [
            {
                "text": "What is a monad to a cook?",
                "type": "Lunch",
                "skill": "Haskell",
                "points": [{"point": "a box"}],
            },
        ],
        "skills": [{"name": "Haskell", "kind": "language"}, {"name": "Python"}],
        "types": [{"name": "Lunch", "skills": ["Haskell"], "minutes": 5}],
    }
    file.write_text(json.dumps(document), "utf-16")
    tried = import_file(practice.bank, file, dry_run=True)
    assert (tried.questions, tried.skills, tried.types, len(tried.refused)) == (1, 1, 1, 1)
    assert practice.bank.questions("monad").total == 0
    made = import_file(practice.bank, file)
    assert (made.questions, made.skills, made.types) == (1, 1, 1)
    assert practice.bank.type("lunch").skills == ("Haskell",)
    exported = [
        {"text": one.text, "type": one.type, "skill": one.skill, "id": one.id, "asked": 3}
        for one in practice.bank.questions(limit=99).questions
    ]
    assert len(import_text(practice.bank, json.dumps(exported), "again").alike) == 25


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "nothing to import"),
        ("question,type,skill,question\nOne?,technical,SQL,Another?\n", "columns say the same"),
        ("question,prompt\nOne?,Another?\n", "columns say the same"),
        ('{"a": 1}', "holds no questions"),
        ("[{", "not valid JSON"),
        ("[" * 100_000, "not valid JSON"),
        ("a,b\n1,2", "columns are not known"),
        ("question,type\n", "nothing to import"),
    ],
)
def test_files_that_are_none_are_refused(practice: Practice, text: str, said: str) -> None:
    with pytest.raises(BadInput, match=said):
        import_text(practice.bank, text, "x")


def test_hostile_words_are_made_safe(practice: Practice) -> None:
    rows = [
        {"text": f"{name}: {text} is what?", "type": "technical", "skill": "Python"}
        for name, text in HOSTILE.items()
    ]
    import_text(practice.bank, json.dumps(rows), "hostile")
    for one in practice.bank.questions(origin="imported", limit=200).questions:
        assert not any(ord(char) < 32 and char not in "\n\t" for char in one.text)
    for text in HOSTILE.values():
        practice.bank.questions(text)
        practice.bank.skills(text)


def test_questions_are_heard_in_notes() -> None:
    notes = (
        "Nice people. They asked how I would shard the orders table?\n"
        "- What do you do when a deploy fails at night? And why?\n"
        '2) Q: "Tell me about a conflict with a colleague"\n'
        "asked me about the worst bug I ever shipped\n"
        "Salary talk went well.\nWhat do you do when a deploy fails at night?\n"
    )
    assert questions_in(notes) == (
        "How I would shard the orders table?",
        "What do you do when a deploy fails at night?",
        "Tell me about a conflict with a colleague",
        "About the worst bug I ever shipped",
    )


def test_what_was_heard_in_a_round_can_be_taken_over(practice: Practice) -> None:
    from jobcopilot.jobs.views import JobDraft
    from jobcopilot.practice.heard import heard_in_rounds

    runtime, bank = practice.runtime, practice.bank
    job = runtime.jobs.add(JobDraft("Data Engineer", "Acme")).job_id
    there = bank.questions(skill="Python", limit=1).questions[0].text
    runtime.rounds.book(
        job, {"stage": "Phone screen, coding", "notes": f"- How do you test SQL in anger?\n- {there}"}
    )
    first, second = heard_in_rounds(practice.books, bank.types(), bank.skills(), bank.texts())
    assert (first.text, first.type, first.skill, first.alike) == (
        "How do you test SQL in anger?", "technical", "SQL", None,
    )  # fmt: skip
    assert first.source == "Phone screen, coding, Acme"
    assert second.alike is not None


def test_rows_of_a_wrong_shape_are_refused_alone(practice: Practice) -> None:
    geese = {"text": "Where do geese spend the winter?", "type": "technical", "skill": "SQL"}
    entries = [3, None, {**geese, "difficulty": None, "points": None}]
    made = import_text(practice.bank, json.dumps(entries), "q.json")
    assert (made.read, made.questions) == (3, 1)
    assert [(one.row, "not an object" in one.reason) for one in made.refused] == [(1, True), (2, True)]
    assert practice.bank.questions("geese").questions[0].difficulty == "medium"
    unquoted = (
        "question,type,skill\nHow do bees, ants,technical,SQL\nHow do ants find bread?,technical,Kniting\n"
    )
    made = import_text(practice.bank, unquoted, "q.csv")
    assert "4 cells for 3 columns" in made.refused[0].reason
    assert "--new-skills" in made.refused[1].reason


def test_a_word_in_common_makes_no_question_the_same() -> None:
    long = {1: "A query returns nothing although rows are there. Why, and how do you put it right?"}
    assert most_alike("Why?", long) == ()
    assert most_alike("Hello. " + long[1].upper(), long)[0][0] == 1

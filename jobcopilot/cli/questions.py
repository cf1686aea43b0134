"""`jobcopilot questions …`: the question bank."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from jobcopilot.cli.jobs import opened
from jobcopilot.cli.output import AsJson, print_json, print_table, say
from jobcopilot.errors import UsageError
from jobcopilot.practice.views import DIFFICULTIES, ORIGINS, Question

commands = typer.Typer(help="The question bank.", no_args_is_help=True, rich_markup_mode=None)

QuestionId = Annotated[int, typer.Argument(metavar="ID", help="A question's number.")]
Kind = Annotated[str | None, typer.Option("--type", metavar="TYPE", help="e.g. technical, behavioral")]
SkillName = Annotated[str | None, typer.Option("--skill", metavar="NAME")]
Also = Annotated[list[str] | None, typer.Option("--also", metavar="SKILL", help="May be repeated.")]
Difficulty = Annotated[str | None, typer.Option("--difficulty", metavar="|".join(DIFFICULTIES))]
Points = Annotated[
    list[str] | None,
    typer.Option(
        "--point", metavar="TEXT", help='What a strong answer covers: "what it is: sign, another sign".'
    ),
]
FollowUps = Annotated[list[str] | None, typer.Option("--follow-up", metavar="TEXT", help="May be repeated.")]


@commands.command("list")
def list_questions(
    context: typer.Context,
    search: Annotated[list[str] | None, typer.Argument(metavar="[WORDS]...")] = None,
    kind: Kind = None,
    skill: SkillName = None,
    difficulty: Difficulty = None,
    origin: Annotated[str | None, typer.Option("--origin", metavar="|".join(ORIGINS))] = None,
    disabled: Annotated[bool, typer.Option("--disabled", help="Also those switched off.")] = False,
    limit: Annotated[int, typer.Option("--limit", min=1)] = 50,
    offset: Annotated[int, typer.Option("--offset", min=0)] = 0,
    as_json: AsJson = False,
) -> None:
    """List questions."""
    from jobcopilot.interviews.values import choice

    page = opened(context).bank.questions(
        " ".join(search or ()),
        type=kind,
        skill=skill,
        difficulty=None if difficulty is None else choice("--difficulty", difficulty, DIFFICULTIES),
        origin=None if origin is None else choice("--origin", origin, ORIGINS),
        disabled=disabled,
        limit=limit,
        offset=offset,
    )
    if as_json:
        print_json({"total": page.total, "questions": [question_object(one) for one in page.questions]})
        return
    print_table(
        ("ID", "TYPE", "SKILL", "DIFFICULTY", "QUESTION"),
        [(one.id, one.type, one.skill, one.difficulty, one.text) for one in page.questions],
    )
    say(f"{len(page.questions)} of {page.total}")


@commands.command("show")
def show(context: typer.Context, question_id: QuestionId, as_json: AsJson = False) -> None:
    """Print a question with what a strong answer covers."""
    _print(opened(context).bank.question(question_id), as_json=as_json, whole=True)


@commands.command("add")
def add(
    context: typer.Context,
    text: Annotated[str, typer.Argument()],
    kind: Annotated[str, typer.Option("--type", metavar="TYPE", help="e.g. technical, behavioral")],
    skill: Annotated[str, typer.Option("--skill", metavar="NAME")],
    also: Also = None,
    difficulty: Difficulty = None,
    point: Points = None,
    follow_up: FollowUps = None,
    anyway: Annotated[bool, typer.Option("--anyway", help="Although there is one like it.")] = False,
    as_json: AsJson = False,
) -> None:
    """Add a question of your own."""
    changes: dict[str, object] = {"text": text, "type": kind, "skill": skill}
    _print(
        opened(context).bank.add_question(
            changes | _given(also=also, difficulty=difficulty, points=point, follow_ups=follow_up),
            anyway=anyway,
        ),
        as_json=as_json,
    )


@commands.command("edit")
def edit(
    context: typer.Context,
    question_id: QuestionId,
    text: Annotated[str | None, typer.Option("--text")] = None,
    kind: Kind = None,
    skill: SkillName = None,
    also: Also = None,
    difficulty: Difficulty = None,
    point: Points = None,
    follow_up: FollowUps = None,
    as_json: AsJson = False,
) -> None:
    """Change a question; an update of the shipped bank leaves what you changed."""
    changes = _given(
        text=text,
        type=kind,
        skill=skill,
        also=also,
        difficulty=difficulty,
        points=point,
        follow_ups=follow_up,
    )
    if not changes:
        raise UsageError("Nothing to change", hint="See: jobcopilot questions edit --help")
    _print(opened(context).bank.edit_question(question_id, changes), as_json=as_json)


@commands.command("disable")
def disable(context: typer.Context, question_id: QuestionId, as_json: AsJson = False) -> None:
    """Never ask a question again."""
    _print(opened(context).bank.edit_question(question_id, {"enabled": False}), as_json=as_json)


@commands.command("enable")
def enable(context: typer.Context, question_id: QuestionId, as_json: AsJson = False) -> None:
    """Ask a question again."""
    _print(opened(context).bank.edit_question(question_id, {"enabled": True}), as_json=as_json)


@commands.command("delete")
def delete(context: typer.Context, question_id: QuestionId, as_json: AsJson = False) -> None:
    """Delete a question of your own; sessions keep what was asked."""
    opened(context).bank.delete_question(question_id)
    if as_json:
        print_json({"deleted": [question_id]})
        return
    say("Deleted.")


@commands.command("import")
def import_(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="CSV or JSON: questions, skills or types.")],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would be done.")] = False,
    new_skills: Annotated[
        bool, typer.Option("--new-skills", help="Add skills that the questions name and the bank has not.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Import questions, skills or types."""
    from jobcopilot.practice.bank_import import import_file

    made = import_file(opened(context).bank, file, dry_run=dry_run, new_skills=new_skills)
    if as_json:
        print_json(
            {
                "read": made.read,
                "questions": made.questions,
                "skills": made.skills,
                "types": made.types,
                "alike": made.alike,
                "rejected": made.refused,
            }
        )
    else:
        done = "would be added" if dry_run else "added"
        say(
            f"{_counted(made.questions, 'question')}, {_counted(made.skills, 'skill')} and"
            f" {_counted(made.types, 'type')} {done}, of {_counted(made.read, 'row')}."
        )
        for one in made.alike:
            say(f"row {one.row}, {one.what!r}: there already, {one.reason}")
        for one in made.refused:
            say(f"row {one.row}, {one.what!r}: {one.reason}")
    if len(made.refused) == made.read:
        raise typer.Exit(1)


def _counted(number: int, one: str) -> str:
    return f"{number} {one if number == 1 else f'{one}s'}"


@commands.command("heard")
def heard(
    context: typer.Context,
    add_all: Annotated[bool, typer.Option("--add", help="Put those that are new into the bank.")] = False,
    as_json: AsJson = False,
) -> None:
    """List the questions that stand in the notes of your interviews."""
    runtime = opened(context)
    found = runtime.heard_questions()
    added: tuple[Question, ...] = ()
    if add_all:
        fresh = {one.text: one for one in found if one.alike is None}
        added = runtime.bank.add_questions(
            [
                {"text": one.text, "type": one.type, "skill": one.skill, "source": one.source}
                for one in fresh.values()
            ],
            origin="heard",
            anyway=True,
        )
    if as_json:
        print_json({"heard": found, "added": [question_object(one) for one in added]})
        return
    if not found:
        say(
            "No question stands in the notes of your interviews. Write them there, each with its question mark."
        )
        return
    print_table(
        ("HEARD IN", "TYPE", "SKILL", "QUESTION", "LIKE"),
        [(one.source, one.type, one.skill, one.text, one.alike) for one in found],
    )
    if add_all:
        say(f"{len(added)} added")
    elif found:
        say("To put those that are new into the bank: jobcopilot questions heard --add")


@commands.command("generate")
def generate(
    context: typer.Context,
    job_id: Annotated[int, typer.Argument(metavar="JOB", help="A job's number.")],
    seed: Annotated[int, typer.Option("--seed", metavar="N", help="Another one picks others.")] = 0,
    model: Annotated[
        str | None,
        typer.Option("--model", metavar="builtin|llama|http", help="Who writes them; default: as set."),
    ] = None,
    add_all: Annotated[
        bool, typer.Option("--add", help="Put those that a model wrote into the bank.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Give 5 behavioural and 5 technical questions for a job: from the bank, or written by a language model."""
    from jobcopilot.cli.generated import give

    give(opened(context), job_id, seed=seed, use=model, add_all=add_all, as_json=as_json)


@commands.command("types")
def types(context: typer.Context, as_json: AsJson = False) -> None:
    """List the interview types and what they suggest."""
    found = opened(context).bank.types(disabled=True)
    if as_json:
        print_json({"types": found})
        return
    print_table(
        ("ID", "NAME", "", "SKILLS"),
        [(one.slug, one.name, "" if one.enabled else "off", ", ".join(one.skills)) for one in found],
    )


@commands.command("skills")
def skills(
    context: typer.Context,
    search: Annotated[list[str] | None, typer.Argument(metavar="[WORDS]...")] = None,
    as_json: AsJson = False,
) -> None:
    """List skills, or search for one."""
    found = opened(context).bank.skills(" ".join(search or ()), disabled=True)
    if as_json:
        print_json({"skills": found})
        return
    print_table(
        ("NAME", "KIND", "QUESTIONS", "WHAT IT IS"),
        [(one.name, one.kind, one.questions, one.description) for one in found],
    )


def question_object(question: Question) -> dict[str, Any]:
    """Return a question as JSON has it."""
    return {
        "id": question.id,
        "slug": question.slug,
        "text": question.text,
        "type": question.type,
        "skill": question.skill,
        "also": question.also,
        "difficulty": question.difficulty,
        "points": [{"point": one.point, "signs": one.signs} for one in question.points],
        "follow_ups": question.follow_ups,
        "origin": question.origin,
        "source": question.source,
        "enabled": question.enabled,
        "edited": question.edited,
        "asked": question.asked,
        "last_asked": question.last_asked_at,
        "last_score": question.last_score,
        "due": question.due_at,
    }


def _given(**fields: object) -> dict[str, object]:
    return {name: value for name, value in fields.items() if value is not None}


def _print(question: Question, *, as_json: bool, whole: bool = False) -> None:
    if as_json:
        print_json(question_object(question))
        return
    state = "" if question.enabled else ", off"
    say(f"{question.id}  {question.text}  ({question.type}, {question.skill}, {question.difficulty}{state})")
    if whole:
        for point in question.points:
            say(f"  - {point.point}")
        for follow_up in question.follow_ups:
            say(f"  ? {follow_up}")
